"""What a user asks of the counting: by what, from how many units on, of which reports, which periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wenti.errors import UsageError
from wenti.records import Finding, Report, TaggedStatement
from wenti.summary import By
from wenti.units import project_of

FIELDS = ("unit", "project", "year", "sector", "region", "grade", "kind")
"""By what reports can be chosen."""

_KINDS = {
    "评价结果": "result_page",
    "评价报告": "evaluation",
    "自评": "self_evaluation",
    "审计": "audit",
    "台账": "ledger",
    "整改报告": "rectification",
}
"""What kinds of documents are called, by which they can be chosen, too."""

Years = tuple[int, int]
"""First and last, both included."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What to count.

    Attributes
    ----------
    by : str
        What the rows of the matrix are.
    min_support : int
        Fewest units (projects, where counted by project) of a type that is ranked.
    only : tuple of (str, str)
        Reports to count: field (see :data:`FIELDS`) and value. Values of one field are alternatives, fields add up. A year
        may be a range such as ``2021-2023``; the name of a unit or project may be a part of it.
    periods : tuple of Years or None
        Two periods to set against each other; by default the latest year against the one before it.
    """

    by: By = "unit"
    min_support: int = 1
    only: tuple[tuple[str, str], ...] = ()
    periods: tuple[Years, Years] | None = None


USUAL = Choices()


def years_in(text: str) -> Years:
    """Return the years that a text such as ``2022`` or ``2021-2023`` names.

    Raises
    ------
    UsageError
        If it names none.
    """
    first, _, last = text.replace("—", "-").replace("–", "-").partition("-")
    try:
        years = (int(first), int(last or first))
    except ValueError:
        years = (1, 0)
    if not 1900 <= years[0] <= years[1] <= 2100:
        raise UsageError("years_unclear", value=text)
    return years


def periods_of(text: str) -> tuple[Years, Years]:
    """Return the two periods that a text such as ``2020-2021,2022-2023`` names.

    They are as long as each other and have no year in common: what a unit showed in any of three years is more than in
    one, whatever it did.

    Raises
    ------
    UsageError
        If it does not name two such periods.
    """
    spans = [years_in(part.strip()) for part in text.replace("，", ",").split(",")]
    if len(spans) != 2:
        raise UsageError("periods_unclear", value=text)
    first, second = spans
    if first[1] - first[0] != second[1] - second[0] or (first[0] <= second[1] and second[0] <= first[1]):
        raise UsageError("periods_unequal", value=text)
    return first, second


def only_of(text: str) -> tuple[str, str]:
    """Return field and value of a text such as ``year=2022``.

    Raises
    ------
    UsageError
        If the field is unknown or the value empty.
    """
    field, _, value = (part.strip() for part in text.partition("="))
    if field not in FIELDS or not value:
        raise UsageError("only_unclear", value=text, fields=", ".join(FIELDS))
    if field == "year":
        years_in(value)
    if field == "kind":
        value = _KINDS.get(value, value)
        if value not in _KINDS.values():
            raise UsageError("only_kind", value=value, kinds=", ".join(_KINDS))
    return field, value


def select(
    reports: Sequence[Report],
    statements: Sequence[TaggedStatement],
    findings: Sequence[Finding],
    only: Sequence[tuple[str, str]],
) -> tuple[list[Report], list[TaggedStatement], list[Finding], list[int]]:
    """Return the reports that fulfil all fields, with their statements and findings, and the places they had before."""
    kept = [i for i, report in enumerate(reports) if _fulfils(report, only)]
    number = {old: new for new, old in enumerate(kept)}
    places: dict[int, int] = {}
    chosen: list[TaggedStatement] = []
    for index, tagged in enumerate(statements):
        if tagged.report in number:
            places[index] = len(chosen)
            chosen.append(replace(tagged, report=number[tagged.report]))
    found = [
        replace(finding, report=number[finding.report], statements=tuple(places[i] for i in finding.statements))
        for finding in findings
        if finding.report in number
    ]
    return [reports[i] for i in kept], chosen, found, kept


def _fulfils(report: Report, only: Sequence[tuple[str, str]]) -> bool:
    fields = {field for field, _ in only}
    return all(any(_has(report, field, value) for name, value in only if name == field) for field in fields)


def _has(report: Report, field: str, value: str) -> bool:
    if field == "year":
        first, last = years_in(value)
        return report.year is not None and first <= report.year <= last
    if field == "unit":
        names = [*report.units, *(short for unit in report.unit_names for short in unit.short)]
        return any(value in name for name in names)
    if field == "project":
        return value in project_of(report)
    if field == "sector":
        return value in report.sectors
    return value == {"region": report.region, "grade": report.grade, "kind": report.kind}[field]
