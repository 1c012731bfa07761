"""Tagged reports as a table of statements, one row each, that can be cut anywhere and counted again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from wenti.records import Finding, Report, TaggedStatement
from wenti.units import own_unit, project_of, units_counted

COLUMNS = ("report", "unit", "units", "project", "year", "section", "point", "finding", "start", "end", "text")
INTEGERS = ("year", "finding", "start", "end")
"""Those of the columns that hold integers; year and finding may be missing."""
SEPARATOR = ";"
"""Between the names of one cell."""
_WIDE_SEPARATOR = "；"
_MEMBERS = "、"

Row = tuple[str | int | None, ...]
"""A value for each of :data:`COLUMNS`."""


def statement_rows(
    reports: Sequence[Report], statements: Sequence[TaggedStatement], findings: Sequence[Finding]
) -> list[Row]:
    """Return one row for each statement, in order.

    A row says of its report what counting needs, and nothing in it depends on another report, so that reports can be
    tagged in any batches and their rows counted in any parts.

    Parameters
    ----------
    reports, statements, findings
        As :func:`wenti.tagging.tag_reports` takes and returns them; all reports of a file are among them.

    Returns
    -------
    list of tuple
        A value for each of :data:`COLUMNS`. ``report`` is the file, with ``#`` and the part where it holds several;
        ``unit`` the unit at fault of the statement's finding, else the report's own; ``units`` all that the report puts
        into what prevalence is a share of; ``finding`` the number of the finding in its report, from 1.
    """
    names = _report_names(reports)
    own = [own_unit(report, _MEMBERS.join(sorted(set(report.units)))) for report in reports]
    at_fault: list[set[str]] = [set() for _ in reports]
    numbers: Counter[int] = Counter()
    finding_of: dict[int, tuple[int, str]] = {}
    for finding in findings:
        unit = finding.unit or own[finding.report]
        at_fault[finding.report].add(unit)
        numbers[finding.report] += 1
        finding_of.update(dict.fromkeys(finding.statements, (numbers[finding.report], unit)))
    units = [SEPARATOR.join(map(_cell, units_counted(*each))) for each in zip(reports, own, at_fault, strict=True)]
    projects = [project_of(report) for report in reports]
    return [
        _row(tagged, reports[tagged.report], names, units, projects, finding_of.get(i, (None, own[tagged.report])))
        for i, tagged in enumerate(statements)
    ]


def _row(
    tagged: TaggedStatement,
    report: Report,
    names: Sequence[str],
    units: Sequence[str],
    projects: Sequence[str],
    finding: tuple[int | None, str],
) -> Row:
    number, unit = finding
    statement = tagged.statement
    return (
        names[tagged.report],
        _cell(unit),
        units[tagged.report],
        projects[tagged.report],
        report.year,
        tagged.section,
        tagged.point,
        number,
        statement.start,
        statement.end,
        statement.text,
    )


def _report_names(reports: Sequence[Report]) -> list[str]:
    parts: Mapping[str, int] = Counter(report.source.path for report in reports)
    return [
        f"{source.path}#{source.part}" if source.part > 1 or parts[source.path] > 1 else source.path
        for source in (report.source for report in reports)
    ]


def _cell(name: str) -> str:
    """Return a name that can stand among others in one cell."""
    return name.replace(SEPARATOR, _WIDE_SEPARATOR)
