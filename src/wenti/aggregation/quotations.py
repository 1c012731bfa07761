"""Typical sentences of a type: sure, of a length that reads well, from different units and unlike each other."""

from __future__ import annotations

import pandas as pd

from wenti.aggregation.presence import Presence
from wenti.records import TaggedStatement

MOST = 4
_CANDIDATES = 60
_SHORTEST, _LONGEST = 12, 60  # characters of a sentence that says what is wrong without being a paragraph
_ALIKE = 0.5  # Jaccard similarity of character pairs


def quotations(presence: Presence, group: pd.DataFrame, label: str) -> tuple[int, ...]:
    """Return up to four statements of a type, in the order of the reports.

    Parameters
    ----------
    presence : Presence
    group : DataFrame
        The rows of the type.
    label : str
        Its id.
    """
    units = dict(zip(group["statement"].tolist(), group["unit"].tolist(), strict=True))
    clarity = {index: _clarity(presence.statements[index], label) for index in units}
    candidates = sorted(clarity, key=lambda index: (-clarity[index], index))[:_CANDIDATES]
    pairs = {index: _pairs(presence.statements[index].statement.text) for index in candidates}
    chosen: list[int] = []
    while candidates and len(chosen) < MOST:
        cited = {units[index] for index in chosen}

        def gain(index: int, cited: set[str] = cited) -> tuple[float, int]:
            likest = max((_alike(pairs[index], pairs[other]) for other in chosen), default=0.0)
            return clarity[index] - likest - (0.5 if units[index] in cited else 0.0), -index

        best = max(candidates, key=gain)
        candidates.remove(best)
        if all(_alike(pairs[best], pairs[other]) < _ALIKE for other in chosen):
            chosen.append(best)
    return tuple(sorted(chosen))


def best_quotation(presence: Presence, statements: tuple[int, ...], label: str) -> int:
    """Return the statement that says a type best."""
    return max(statements, key=lambda index: (_clarity(presence.statements[index], label), -index))


def _clarity(tagged: TaggedStatement, label: str) -> float:
    """Return how well a statement serves as an example, about 0 to 2."""
    probability = dict(zip(tagged.types, tagged.type_probabilities, strict=True)).get(label, 0.0)
    length = len(tagged.statement.text)
    fit = 1.0 if _SHORTEST <= length <= _LONGEST else 0.6 if length < 2 * _LONGEST and length >= _SHORTEST / 2 else 0.2
    value = probability * tagged.kind_probability + 0.5 * fit
    value += 0.2 * bool(tagged.statement.figures) + 0.1 * (tagged.types[0] == label)
    return value - 0.6 * tagged.needs_review - 0.4 * tagged.inherited + 0.3 * tagged.reviewed


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1)) or frozenset(text)


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)
