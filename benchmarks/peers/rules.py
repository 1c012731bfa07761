"""Peers that learn nothing but frequencies: the majority, and keywords taken from the taxonomy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import log

import numpy as np
from benchmarks.peers.exchange import Floats, Labels, Statement, main, words

from wenti.taxonomy import load_taxonomy

_NAME_WEIGHT = 2.0
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")


class Majority:
    """Answers everything with the frequencies of the training rows."""

    def fit(self, statements: Sequence[Statement], labels: Labels) -> None:
        """Count labels."""
        kinds = Counter(statement.kind for statement in statements)
        types = Counter(label for statement in statements for label in statement.types)
        counts = [kinds[kind] for kind in labels.kinds] + [types[label] for label in labels.types]
        self._shares = np.array(counts, dtype=np.float64) / len(statements)

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return the same row for each text."""
        return np.tile(self._shares, (len(texts), 1))


def terms(text: str) -> set[str]:
    """Return the key terms of a text: its words of at least two Chinese characters, and pairs of neighbouring words."""
    cut = words(text)
    pairs = (first + second for first, second in pairwise(cut))
    return {term for term in (*cut, *pairs) if _HAN.fullmatch(term)}


def rules(sources: Mapping[str, tuple[str, Iterable[str]]]) -> dict[str, dict[str, float]]:
    """Return the weight of each key term for each label.

    Parameters
    ----------
    sources : mapping
        Name of each label, and further texts that describe it.

    Returns
    -------
    dict of str to dict of str to float
        ln(number of labels / number of labels that the term describes), so that what describes all says nothing; twice
        that for terms of the name.

    Examples
    --------
    >>> found = rules({"a": ("资产闲置", ["设备闲置"]), "b": ("资产流失", [])})
    >>> sorted(found["a"]), found["a"]["闲置"] > 0
    (['设备', '设备闲置', '资产闲置', '闲置'], True)
    """
    names = {label: terms(name) for label, (name, _) in sources.items()}
    described = {label: names[label].union(*map(terms, texts)) for label, (_, texts) in sources.items()}
    frequency = Counter(term for found in described.values() for term in found)
    return {
        label: {
            term: log(len(sources) / frequency[term]) * (_NAME_WEIGHT if term in names[label] else 1.0)
            for term in found
            if frequency[term] < len(sources)
        }
        for label, found in described.items()
    }


class Keywords:
    """Adds up the weights of the taxonomy's key terms that stand in a text.

    Names, definitions and examples of types, names and definitions of kinds; among equals the commonest label wins.
    """

    def fit(self, statements: Sequence[Statement], labels: Labels) -> None:
        """Read the taxonomy; the statements only break ties."""
        taxonomy = load_taxonomy(labels.taxonomy)
        kinds = rules({kind.id: (kind.name, [kind.definition]) for kind in taxonomy.kinds})
        types = rules({t.id: (t.name, [t.definition, *t.examples]) for t in taxonomy.types()})
        self._rules = [*(kinds[kind] for kind in labels.kinds), *(types[label] for label in labels.types)]
        self._ties = Majority()
        self._ties.fit(statements, labels)

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return the sums of weights, with a thousandth of the label's frequency."""
        found = [[sum(w for term, w in rule.items() if term in text) for rule in self._rules] for text in texts]
        return np.array(found, dtype=np.float64) + self._ties.scores(texts) / 1000


if __name__ == "__main__":
    main({"majority": Majority, "keywords": Keywords}, ["jieba"])
