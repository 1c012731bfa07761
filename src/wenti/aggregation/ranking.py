"""What units and projects share: the ranking, the matrix of groups and categories, the profiles of projects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from wenti.aggregation.key_figures import key_figure
from wenti.aggregation.presence import Presence, category_of, members
from wenti.aggregation.quotations import quotations
from wenti.intervals import wilson
from wenti.summary import By, Cell, Measure, Profile, SharedWeakness

Level = Literal["type", "category"]

_PRAISING = ("findings", "conclusion", "achievements", "other")


def shared(presence: Presence, level: Level, by: By, measures: Mapping[str, Measure]) -> tuple[SharedWeakness, ...]:
    """Return types or categories with the units and projects that show them, most shared first.

    Parameters
    ----------
    presence : Presence
    level : {"type", "category"}
    by : str
        With "project", the share of projects ranks; else that of units.
    measures : mapping of str to str
        Which key figure each type is told by.
    """
    n_units, n_projects = len(presence.units), len(set(presence.projects))
    praised = _praised(presence)
    rows = []
    for label, group in presence.table.groupby(level, sort=True):
        name = str(label)
        units, projects = tuple(group["unit"].unique()), tuple(group["project"].unique())
        measure = measures.get(name)
        rows.append(
            SharedWeakness(
                id=name,
                category=category_of(name),
                units=units,
                projects=projects,
                by_unit=wilson(len(units), n_units),
                by_project=wilson(len(projects), n_projects),
                findings=int(group["finding"].nunique()),
                statements=members(group["statement"]),
                quotations=quotations(presence, group, name) if level == "type" else (),
                key_figure=key_figure(presence, group, measure) if measure is not None else None,
                strengths=tuple(praised.get(name, ())),
            )
        )

    def order(row: SharedWeakness) -> tuple[float, float, int, str]:
        shares = (
            (row.by_project.share, row.by_unit.share) if by == "project" else (row.by_unit.share, row.by_project.share)
        )
        return (-shares[0], -shares[1], -row.findings, row.id)

    return tuple(sorted(rows, key=order))


def _praised(presence: Presence) -> dict[str, list[int]]:
    """Return the statements that praise what a type finds fault with, surest first."""
    found: dict[str, list[tuple[float, int]]] = {}
    for index in strengths(presence):
        tagged = presence.statements[index]
        for label in tagged.types:
            found.setdefault(label, []).append((-tagged.kind_probability, index))
    return {label: [index for _, index in sorted(each)] for label, each in found.items()}


def strengths(presence: Presence) -> tuple[int, ...]:
    """Return the statements that praise."""
    return tuple(i for i, s in enumerate(presence.statements) if s.kind == "strength" and s.section in _PRAISING)


def matrix(presence: Presence, by: By) -> tuple[tuple[str, ...], tuple[Cell, ...]]:
    """Return the groups, and the findings of each group and category with the share of the group's units."""
    units_of: dict[str, dict[str, None]] = {}
    for index, groups in enumerate(presence.groups_of(by)):
        for group in groups:
            units_of.setdefault(group, {}).update(dict.fromkeys(presence.counted[index]))
    found: dict[tuple[str, str], tuple[set[str], set[int], set[int]]] = {}
    grouped = presence.grouped(by)
    columns = (grouped[name].tolist() for name in ("group", "category", "unit", "finding", "statement"))
    for name, category, unit, finding, index in zip(*columns, strict=True):
        units, findings, statements = found.setdefault((name, category), (set(), set(), set()))
        units.add(unit)
        findings.add(finding)
        statements.add(index)
    cells = []
    for (name, category), (units, findings, statements) in found.items():
        total = 1 if by == "unit" else len(units_of[name])
        share = wilson(len(units), max(total, len(units)))
        cells.append(Cell(name, category, len(findings), share, members(statements)))
    if by == "unit":
        return presence.units, tuple(cells)
    names = sorted(units_of) if by == "year" else list(units_of)
    return tuple(names), tuple(cells)


def profiles(presence: Presence) -> tuple[Profile, ...]:
    """Return each project with its units, years, score, grade and types, in the order of the reports."""
    reports_of: dict[str, list[int]] = {}
    for index, project in enumerate(presence.projects):
        reports_of.setdefault(project, []).append(index)
    types: dict[str, dict[str, set[int]]] = {}
    statements: dict[str, list[int]] = {}
    columns = (presence.table[name].tolist() for name in ("project", "type", "finding", "statement"))
    for project, label, finding, index in zip(*columns, strict=True):
        types.setdefault(project, {}).setdefault(label, set()).add(finding)
        statements.setdefault(project, []).append(index)
    findings = Counter(presence.projects[finding.report] for finding in presence.findings)
    frequency = Counter(label for shown in types.values() for label in shown)  # among equals, what is most widespread
    return tuple(
        _profile(
            presence,
            project,
            indices,
            types.get(project, {}),
            findings[project],
            statements.get(project, []),
            frequency,
        )
        for project, indices in reports_of.items()
    )


def _profile(
    presence: Presence,
    project: str,
    indices: list[int],
    types: dict[str, set[int]],
    findings: int,
    statements: list[int],
    frequency: Counter[str],
) -> Profile:
    latest = sorted(indices, key=lambda i: presence.reports[i].year or 0, reverse=True)
    scores = (presence.reports[i].evaluation_score for i in latest)
    grades = (presence.reports[i].grade for i in latest)
    return Profile(
        project=project,
        units=tuple(dict.fromkeys(presence.report_units[i] for i in indices)),
        years=tuple(sorted({year for i in indices if (year := presence.reports[i].year) is not None})),
        score=next((score for score in scores if score is not None), None),
        grade=next((grade for grade in grades if grade is not None), None),
        reports=tuple(indices),
        findings=findings,
        types=tuple(sorted(types, key=lambda label: (-len(types[label]), -frequency[label], label))),
        statements=members(statements),
    )
