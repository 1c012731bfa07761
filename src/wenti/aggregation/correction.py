"""Prevalence without tagging error: what the probabilities of all statements say, not only the tags over a threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wenti.aggregation.presence import Presence, category_of
from wenti.quantification import Quantifier, intervals, judged, likeliest_ratios, shares
from wenti.records import Corrected, Share
from wenti.summary import SharedWeakness

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST = 5
"""Units (or projects) from which on a corrected share says something."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How likely each statement of the findings sections is a weakness of each type, whatever the thresholds.

    Attributes
    ----------
    statements : ndarray of int64, shape (n,)
        Their indices.
    probabilities : ndarray of float64, shape (n, n_types)
    types : tuple of str
        Ids of the columns.
    quantifiers : mapping of str to Quantifier
        For ``types`` and ``categories``.
    """

    statements: Ints
    probabilities: Floats
    types: tuple[str, ...]
    quantifiers: Mapping[str, Quantifier]


def corrected(
    presence: Presence, rows: Sequence[SharedWeakness], level: str, evidence: Evidence | None
) -> tuple[SharedWeakness, ...]:
    """Return types or categories with their corrected shares of units and of projects.

    Parameters
    ----------
    presence : Presence
    rows : sequence of SharedWeakness
        Of one level.
    level : {"types", "categories"}
    evidence : Evidence or None
        Without it, or with few units, the rows stay as they are; so do those of types that the model does not know.
    """
    if evidence is None or level not in evidence.quantifiers:
        return tuple(rows)
    known = {label for name in evidence.types for label in (name, category_of(name))}
    labels = [row.id for row in rows if row.id in known]
    if not labels:
        return tuple(rows)
    ratios, spread = _ratios(presence, labels, level, evidence)
    unit_of = {i: finding.unit for finding in presence.findings for i in finding.statements}
    reports = [presence.statements[i].report for i in evidence.statements.tolist()]
    units = [
        unit_of.get(i, presence.report_units[r]) for i, r in zip(evidence.statements.tolist(), reports, strict=True)
    ]
    projects = [presence.projects[r] for r in reports]
    by_unit = _estimates(ratios, units, presence.units, spread)
    by_project = _estimates(ratios, projects, tuple(dict.fromkeys(presence.projects)), spread)
    column = {label: j for j, label in enumerate(labels)}
    return tuple(
        replace(
            row,
            by_unit=_with(row.by_unit, by_unit, column[row.id]),
            by_project=_with(row.by_project, by_project, column[row.id]),
        )
        if row.id in column
        else row
        for row in rows
    )


def _ratios(presence: Presence, labels: Sequence[str], level: str, evidence: Evidence) -> tuple[Floats, float]:
    """Return how much likelier each statement is with each label than without, and the spread of what they yield.

    What a person has judged is certain, and adds no spread.
    """
    quantifier = evidence.quantifiers[level]
    columns = [[j for j, name in enumerate(evidence.types) if label in (name, category_of(name))] for label in labels]
    each = [evidence.probabilities[:, c].max(axis=1) for c in columns]
    ratios = quantifier.ratios(np.stack(each, axis=1))
    reviewed = np.array([presence.statements[i].reviewed for i in evidence.statements.tolist()], dtype=bool)
    for row in np.flatnonzero(reviewed).tolist():
        tagged = presence.statements[int(evidence.statements[row])]
        types = set(tagged.types) if tagged.kind == "weakness" else set()
        found = types | {category_of(name) for name in types}
        ratios[row] = judged(np.array([label in found for label in labels]))
    share = float(1 - reviewed.mean()) if len(reviewed) else 1.0
    return ratios, quantifier.spread * share


def _estimates(
    ratios: Floats, names: Sequence[str], all_names: Sequence[str], spread: float
) -> tuple[Floats, Floats, Floats] | None:
    """Return shares with their intervals.

    What stands in a joint report whose findings all name the unit at fault, and in no finding, is of no single unit.
    """
    if len(all_names) < FEWEST:
        return None
    number = {name: index for index, name in enumerate(all_names)}
    rows = [row for row, name in enumerate(names) if name in number]
    group = np.array([number[names[row]] for row in rows], dtype=np.int64)
    found = likeliest_ratios(ratios[rows], group, len(all_names))
    estimates = shares(found)
    return (estimates, *intervals(found, estimates, spread))


def _with(share: Share, estimates: tuple[Floats, Floats, Floats] | None, column: int) -> Share:
    if estimates is None:
        return share
    return replace(share, corrected=Corrected(*(float(each[column]) for each in estimates)))
