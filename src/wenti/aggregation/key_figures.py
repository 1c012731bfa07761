"""The figure of a type's statements that a report quotes: lowest rate, largest rate, longest delay, sum of money."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from wenti.aggregation.presence import Presence
from wenti.summary import QUANTITIES, KeyFigure, Measure


def key_figure(presence: Presence, group: pd.DataFrame, measure: Measure) -> KeyFigure | None:
    """Return the key figure of a type, or None if no statement of it has one.

    Parameters
    ----------
    presence : Presence
    group : DataFrame
        The rows of the type.
    measure : str

    Notes
    -----
    A headline and its evidence often name the same money, so of a sum each finding gives its largest amount once. A type
    stands for a statement's first figure of that quantity only where it is the statement's only type or its main one.
    """
    label = str(group["type"].iloc[0])
    rows = zip(group["finding"].tolist(), group["statement"].tolist(), strict=True)
    found = [(finding, index, value) for finding, index in rows for value in _values(presence, index, label, measure)]
    if not found:
        return None
    if measure == "sum_amount":
        largest: dict[int, tuple[float, int]] = {}
        for finding, index, value in found:
            largest[finding] = max(largest.get(finding, (0.0, -index)), (value, -index))
        total = sum(value for value, _ in largest.values())
        return KeyFigure(measure, total, tuple(sorted({-index for _, index in largest.values()})))
    pick = min if measure == "lowest_rate" else max
    extreme = pick(value for _, _, value in found)
    return KeyFigure(measure, extreme, tuple(sorted({index for _, index, value in found if value == extreme})))


def _values(presence: Presence, index: int, label: str, measure: Measure) -> Iterable[float]:
    tagged = presence.statements[index]
    if tagged.types[0] != label:
        return
    for figure in tagged.statement.figures:
        if figure.quantity in QUANTITIES[measure] and isinstance(figure.value, float | int):
            value = abs(float(figure.value))
            if value > 0 or measure == "lowest_rate":
                yield value
