"""Findings to a summary: what units and projects share, counted so that long reports weigh no more than short ones."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from typing import Literal

import pandas as pd

from wenti.intervals import wilson
from wenti.records import (
    Cell,
    Coverage,
    Finding,
    Name,
    Report,
    SharedWeakness,
    Skipped,
    Stamp,
    Summary,
    TaggedStatement,
)
from wenti.units import own_unit, project_of, units_counted

_PRAISING = ("findings", "conclusion", "achievements", "other")


def aggregate(
    reports: Sequence[Report],
    statements: Sequence[TaggedStatement],
    findings: Sequence[Finding],
    *,
    names: dict[str, Name],
    stamp: Stamp,
    skipped: Sequence[Skipped] = (),
    trained_on: Container[str] = (),
) -> Summary:
    """Count findings by type, category, unit and project.

    A type is present in a unit or project, or it is not: findings are counted, never sentences, and a unit with two
    reports counts once.

    Parameters
    ----------
    reports, statements, findings
        As :func:`wenti.tagging.tag_reports` takes and returns them.
    names : dict of str to Name
        What categories, types and kinds are called.
    stamp : Stamp
    skipped : sequence of Skipped, default=()
        Files that could not be read.
    trained_on : container of str, default=()
        Hashes of the files that the model was trained on.

    Returns
    -------
    Summary
    """
    report_units = _report_units(reports)
    findings = [
        finding if finding.unit else replace(finding, unit=report_units[finding.report]) for finding in findings
    ]
    projects = [project_of(report) for report in reports]
    table = _table(statements, findings, projects)
    units = _units(reports, report_units, findings)
    unique_projects = list(dict.fromkeys(projects))
    totals = (len(units), len(unique_projects))
    return Summary(
        reports=tuple(reports),
        statements=tuple(statements),
        findings=tuple(findings),
        report_units=tuple(report_units),
        units=tuple(units),
        projects=tuple(unique_projects),
        types=_shared(table, "type", totals),
        categories=_shared(table, "category", totals),
        matrix=_matrix(table),
        coverage=_coverage(statements),
        strengths=tuple(i for i, s in enumerate(statements) if s.kind == "strength" and s.section in _PRAISING),
        skipped=tuple(skipped),
        trained_on=tuple(i for i, report in enumerate(reports) if report.source.sha256 in trained_on),
        stamp=stamp,
        names=names,
    )


def _report_units(reports: Sequence[Report]) -> list[str]:
    """Return the unit that each report counts for: its only one, or a joint unit for each set of several."""
    joint: dict[frozenset[str], str] = {}
    names: list[str] = []
    for report in reports:
        members = frozenset(report.units)
        if len(members) > 1 and members not in joint:
            name = f"{report.units[0]}等{len(members)}家单位"
            same = sum(other.startswith(name) for other in joint.values())
            joint[members] = f"{name}（{same + 1}）" if same else name
        names.append(own_unit(report, joint.get(members, "")))
    return names


def _units(reports: Sequence[Report], report_units: Sequence[str], findings: Sequence[Finding]) -> list[str]:
    """Return what prevalence over units is a share of."""
    at_fault: list[set[str]] = [set() for _ in reports]
    for finding in findings:
        at_fault[finding.report].add(finding.unit)
    units: dict[str, None] = {}
    for each in zip(reports, report_units, at_fault, strict=True):
        units.update(dict.fromkeys(units_counted(*each)))
    return list(units)


def _table(
    statements: Sequence[TaggedStatement],
    findings: Sequence[Finding],
    projects: Sequence[str],
) -> pd.DataFrame:
    """Return one row for each type of each weakness statement in a finding."""
    rows = [
        (number, finding.unit, projects[finding.report], label, _category(label), index)
        for number, finding in enumerate(findings)
        for index in finding.statements
        for label in statements[index].types
    ]
    return pd.DataFrame(rows, columns=["finding", "unit", "project", "type", "category", "statement"])


def _category(label: str) -> str:
    return label.split(".", 1)[0]


def _shared(table: pd.DataFrame, level: str, totals: tuple[int, int]) -> tuple[SharedWeakness, ...]:
    rows = []
    for label, group in table.groupby(level, sort=True):
        units, projects = tuple(group["unit"].unique()), tuple(group["project"].unique())
        rows.append(
            SharedWeakness(
                id=str(label),
                category=_category(str(label)),
                units=units,
                projects=projects,
                by_unit=wilson(len(units), totals[0]),
                by_project=wilson(len(projects), totals[1]),
                findings=int(group["finding"].nunique()),
                statements=tuple(int(i) for i in sorted(group["statement"].unique())),
            )
        )
    return tuple(sorted(rows, key=lambda r: (-r.by_unit.share, -r.by_project.share, -r.findings, r.id)))


def _matrix(table: pd.DataFrame) -> tuple[Cell, ...]:
    cells = []
    for (unit, category), group in table.groupby(["unit", "category"], sort=False):
        members = tuple(int(i) for i in sorted(group["statement"].unique()))
        cells.append(Cell(str(unit), str(category), int(group["finding"].nunique()), members))
    return tuple(cells)


def _coverage(statements: Sequence[TaggedStatement]) -> tuple[Coverage, ...]:
    """Set the types of each report's weaknesses against the types of its requirements."""
    weaknesses: dict[tuple[int, str], list[int]] = {}
    requirements: dict[int, list[int]] = {}
    for index, tagged in enumerate(statements):
        if tagged.section == "findings" and tagged.kind == "weakness":
            for label in tagged.types:
                weaknesses.setdefault((tagged.report, label), []).append(index)
        elif tagged.section == "requirements":
            requirements.setdefault(tagged.report, []).append(index)
    rows = []
    for (report, label), members in weaknesses.items():
        asked = requirements.get(report, [])
        same = [i for i in asked if label in statements[i].types]
        near = [i for i in asked if _category(label) in map(_category, statements[i].types)]
        match: Literal["type", "category", "none"] = "type" if same else "category" if near else "none"
        rows.append(Coverage(report, label, match, tuple(members), tuple(same or near)))
    return tuple(rows)
