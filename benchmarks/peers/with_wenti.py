"""wenti itself, trained as ``wenti train`` trains it, on the rows that the peers get."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from benchmarks.peers.exchange import Floats, Labels, Statement, main

from wenti.resources import dictionary_path
from wenti.training import Proposer, Settings, SpanTable, count_spans, fit_heads


class Wenti:
    """Spans and linear SVMs, by the settings of the shipped model."""

    def fit(self, statements: Sequence[Statement], labels: Labels) -> None:
        """Choose spans and fit both heads."""
        settings = Settings()
        flags = np.array(
            [
                [label == row.kind or label in row.types for label in (*labels.kinds, *labels.types)]
                for row in statements
            ]
        )
        texts = [row.text for row in statements]
        self._table = SpanTable.build(texts, settings.min_ngrams, settings.min_words, settings.max_ngram, Proposer())
        self._heads = fit_heads(self._table, np.arange(len(texts)), flags, len(labels.kinds), settings)

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return decision scores."""
        return self._heads.scores(count_spans(self._table.trie, texts))


if __name__ == "__main__":
    main({"wenti": Wenti}, ["wenti", "scikit-learn", "jieba"], [Path(dictionary_path())])
