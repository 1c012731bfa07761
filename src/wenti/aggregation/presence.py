"""Who shows what: one row for each type of each weakness statement in a finding, and the units and projects in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from wenti.records import Finding, Report, TaggedStatement
from wenti.summary import By
from wenti.units import own_unit, project_of, units_counted


def category_of(label: str) -> str:
    """Return the category of a type; of a category itself."""
    return label.split(".", 1)[0]


def members(statements: Iterable[int]) -> tuple[int, ...]:
    """Return distinct statements in order."""
    return tuple(sorted({int(index) for index in statements}))


@dataclass(frozen=True)
class Presence:
    """Findings laid out for counting.

    Attributes
    ----------
    reports, statements, findings
        Findings have their units.
    report_units : tuple of str
        For each report the unit it counts for.
    counted : tuple of tuple of str
        For each report the units that it puts into what prevalence is a share of.
    projects : tuple of str
        For each report its project.
    """

    reports: tuple[Report, ...]
    statements: tuple[TaggedStatement, ...]
    findings: tuple[Finding, ...]
    report_units: tuple[str, ...]
    counted: tuple[tuple[str, ...], ...]
    projects: tuple[str, ...]

    @classmethod
    def of(
        cls, reports: Sequence[Report], statements: Sequence[TaggedStatement], findings: Sequence[Finding]
    ) -> Presence:
        """Name the units of reports and findings."""
        own = _report_units(reports)
        named = tuple(f if f.unit else replace(f, unit=own[f.report]) for f in findings)
        at_fault: list[set[str]] = [set() for _ in reports]
        for finding in named:
            at_fault[finding.report].add(finding.unit)
        counted = tuple(tuple(units_counted(*each)) for each in zip(reports, own, at_fault, strict=True))
        projects = _projects(reports, counted)
        return cls(tuple(reports), tuple(statements), named, tuple(own), counted, projects)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """All units, in the order of the reports."""
        return self.units_of(range(len(self.reports)))

    def units_of(self, reports: Iterable[int]) -> tuple[str, ...]:
        """Return the units that some reports put into what prevalence is a share of."""
        return tuple(dict.fromkeys(unit for index in reports for unit in self.counted[index]))

    @cached_property
    def years(self) -> tuple[int, ...]:
        """All years, in order."""
        return tuple(sorted({report.year for report in self.reports if report.year is not None}))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each type of each weakness statement: finding, report, unit, project, year, type, category, statement.

        A missing year is 0.
        """
        rows = [
            (
                number,
                finding.report,
                finding.unit,
                self.projects[finding.report],
                self.reports[finding.report].year or 0,
                label,
                category_of(label),
                index,
            )
            for number, finding in enumerate(self.findings)
            for index in finding.statements
            for label in self.statements[index].types
        ]
        columns = ["finding", "report", "unit", "project", "year", "type", "category", "statement"]
        return pd.DataFrame(rows, columns=columns)

    def groups_of(self, by: By) -> list[tuple[str, ...]]:
        """Return for each report the groups that it belongs to; several sectors are several, what is missing is empty."""
        if by == "unit":
            return list(self.counted)
        if by == "project":
            return [(project,) for project in self.projects]
        if by == "year":
            return [(str(report.year or ""),) for report in self.reports]
        if by == "sector":
            return [report.sectors or ("",) for report in self.reports]
        return [(report.region or "",) for report in self.reports]

    def grouped(self, by: By) -> pd.DataFrame:
        """Return the table with a column ``group``; a row of several groups stands once in each."""
        if by == "unit":
            return self.table.assign(group=self.table["unit"])
        groups = pd.DataFrame(
            [(report, name) for report, names in enumerate(self.groups_of(by)) for name in names],
            columns=["report", "group"],
        )
        return self.table.merge(groups, on="report")


def _projects(reports: Sequence[Report], counted: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the project of each report; where units have projects of one name, the name says whose it is."""
    pairs = [(project_of(report), units[0]) for report, units in zip(reports, counted, strict=True)]
    shared = Counter(name for name, _ in dict.fromkeys(pairs))
    return tuple(f"{name}（{unit}）" if shared[name] > 1 else name for name, unit in pairs)


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
