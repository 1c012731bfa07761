"""Years: trends, what is new, what comes back; and two periods or groups of reports set against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pandas as pd

from wenti.aggregation.presence import Presence, members
from wenti.aggregation.quotations import best_quotation
from wenti.aggregation.ranking import Level
from wenti.intervals import wilson
from wenti.records import Share
from wenti.significance import compare_shares, holm, trend
from wenti.summary import Comparison, Contrast, Occurrence, Recurrence, Trend, TrendPoint

FEWEST = 5
"""Units of a period from which on what it lacks, or how it differs, says something."""


def trends(presence: Presence, level: Level) -> tuple[Trend, ...]:
    """Return types or categories over the years, most common first; nothing where there is only one year."""
    years = presence.years
    if len(years) < 2:
        return ()
    totals = [len(presence.units_of([i for i, r in enumerate(presence.reports) if r.year == year])) for year in years]
    rows = []
    for label, group in presence.table.groupby(level, sort=True):
        by_year = {int(str(year)): part for year, part in group.groupby("year")}
        points = [_point(year, by_year.get(year), total) for year, total in zip(years, totals, strict=True)]
        change, p_value = trend([p.share.count for p in points], totals, years)
        rows.append(Trend(str(label), tuple(points), change, p_value, 1.0))
    adjusted = holm([row.p_value for row in rows])
    rows = [replace(row, p_adjusted=value) for row, value in zip(rows, adjusted, strict=True)]
    return tuple(sorted(rows, key=lambda row: (-sum(point.share.count for point in row.points), row.id)))


def _point(year: int, table: pd.DataFrame | None, total: int) -> TrendPoint:
    if table is None:
        return TrendPoint(year, wilson(0, total), ())
    return TrendPoint(year, wilson(int(table["unit"].nunique()), total), members(table["statement"]))


def new_types(presence: Presence) -> tuple[str, ...]:
    """Return the types of the latest year that no earlier year has, most findings first; with few units before, nothing."""
    earlier = [i for i, r in enumerate(presence.reports) if r.year is not None and r.year < presence.years[-1]]
    if len(presence.units_of(earlier)) < FEWEST:
        return ()
    table = presence.table[presence.table["year"] > 0]
    latest = table["year"] == presence.years[-1]
    frequency = table[latest].groupby("type")["finding"].nunique()
    new = set(map(str, frequency.index)) - set(table["type"][~latest])
    return tuple(sorted(new, key=lambda label: (-int(frequency[label]), label)))


def compare(presence: Presence, first: tuple[str, Sequence[int]], second: tuple[str, Sequence[int]]) -> Comparison:
    """Set two groups of reports against each other, by the share of their units that show each type.

    Parameters
    ----------
    presence : Presence
    first, second : tuple of str and sequence of int
        What each is called, and its reports.
    """
    sides = [(len(presence.units_of(reports)), set(reports)) for _, reports in (first, second)]
    rows = []
    for label, group in presence.table.groupby("type", sort=True):
        shares: list[Share] = []
        statements = []
        for total, reports in sides:
            part = group[group["report"].isin(reports)]
            shares.append(wilson(int(part["unit"].nunique()), total))
            statements.append(members(part["statement"]))
        found = compare_shares(*shares)
        rows.append(
            Contrast(
                id=str(label),
                first=shares[0],
                second=shares[1],
                difference=found.value,
                lower=found.lower,
                upper=found.upper,
                p_value=found.p_value,
                p_adjusted=1.0,
                first_statements=statements[0],
                second_statements=statements[1],
            )
        )
    adjusted = holm([row.p_value for row in rows])
    rows = [replace(row, p_adjusted=value) for row, value in zip(rows, adjusted, strict=True)]
    return Comparison(first[0], second[0], tuple(sorted(rows, key=lambda row: (-abs(row.difference), row.id))))


def recurrences(presence: Presence) -> tuple[Recurrence, ...]:
    """Return each type that a unit shows in two years, the later one against the one before it among its findings' years."""
    table = presence.table[presence.table["year"] > 0]
    seen: dict[tuple[str, str], dict[int, set[int]]] = {}
    for unit, label, year, index in zip(
        *(table[c].tolist() for c in ("unit", "type", "year", "statement")), strict=True
    ):
        seen.setdefault((unit, label), {}).setdefault(year, set()).add(index)
    rows = []
    for (unit, label), years in sorted(seen.items()):
        if len(years) > 1:
            found = [_occurrence(presence, year, members(years[year]), label) for year in sorted(years)]
            rows += [Recurrence(unit, label, *pair) for pair in pairwise(found)]
    return tuple(rows)


def _occurrence(presence: Presence, year: int, statements: tuple[int, ...], label: str) -> Occurrence:
    return Occurrence(year, statements, best_quotation(presence, statements, label))
