"""Types that occur together in units."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from wenti.aggregation.presence import Presence, members
from wenti.significance import fisher, holm
from wenti.summary import Pair

FEWEST = 3  # units that show both: the least support that is listed


def pairs(presence: Presence, min_support: int = 1) -> tuple[Pair, ...]:
    """Return the pairs of types that occur together more often than by chance, highest lift first.

    Parameters
    ----------
    presence : Presence
    min_support : int, default=1
        Fewest units that show both types; never fewer than three.

    Notes
    -----
    Lift: P(A and B) / (P(A) · P(B)); Brin, Motwani, Ullman and Tsur (1997), SIGMOD Record 26:255-264. The p-values are
    Fisher's, corrected over all pairs of types that have the support each.
    """
    total, fewest = len(presence.units), max(FEWEST, min_support)
    statements: dict[str, dict[str, list[int]]] = {}
    for label, unit, index in zip(*(presence.table[c].tolist() for c in ("type", "unit", "statement")), strict=True):
        statements.setdefault(label, {}).setdefault(unit, []).append(index)
    units = {label: set(statements[label]) for label in sorted(statements)}
    rows = []
    for first, second in combinations(units, 2):
        both = units[first] & units[second]
        a, b, n = len(units[first]), len(units[second]), len(both)
        if min(a, b) < fewest:  # whatever they have in common: what is tested must not hang on what was found
            continue
        expected = a * b / total
        rows.append((first, second, both, expected, n / expected, fisher(n, a - n, b - n, total - a - b + n)))
    adjusted = holm([row[-1] for row in rows])
    found = [
        Pair(first, second, tuple(sorted(both)), total, expected, lift, p_value, p_adjusted, ())
        for (first, second, both, expected, lift, p_value), p_adjusted in zip(rows, adjusted, strict=True)
        if lift > 1 and len(both) >= fewest
    ]
    found.sort(key=lambda pair: (-pair.lift, -len(pair.units), pair.first, pair.second))
    return tuple(
        replace(
            pair,
            statements=members(
                i for label in (pair.first, pair.second) for u in pair.units for i in statements[label][u]
            ),
        )
        for pair in found
    )
