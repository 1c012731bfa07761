"""What a weakness report says, computed once by :mod:`wenti.aggregation` and rendered many ways.

All are frozen. Statements are named by their index in the summary's list, findings and reports likewise. A type or category
is named by its id; ``group`` is what the user counts by: a unit, project, year, sector or region.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Literal, get_type_hints

from wenti.records import Finding, Name, Quantity, Report, Share, Skipped, Stamp, TaggedStatement

if TYPE_CHECKING:
    import pandas as pd

By = Literal["unit", "project", "year", "sector", "region"]
Measure = Literal["lowest_rate", "largest_rate", "longest_delay", "sum_amount"]
Match = Literal["type_and_wording", "type", "wording", "none"]

MEASURES: tuple[Measure, ...] = ("lowest_rate", "largest_rate", "longest_delay", "sum_amount")
QUANTITIES: dict[Measure, tuple[Quantity, ...]] = {
    "lowest_rate": ("rate",),
    "largest_rate": ("rate", "change"),
    "longest_delay": ("delay",),
    "sum_amount": ("amount",),
}
"""Of the figures that a measure takes."""
BY: tuple[By, ...] = ("unit", "project", "year", "sector", "region")


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """The figure that a type's ``key_figure`` in the taxonomy asks for, over all its findings.

    ``value`` is a rate (0–1), months, or 万元 by ``measure``. Of a sum, each finding gives its largest amount once.
    ``statements`` are those that it stands in.
    """

    measure: Measure
    value: float
    statements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SharedWeakness:
    """A type or category with the units and projects that show it: a row of the ranking.

    Attributes
    ----------
    statements : tuple of int
        All that are behind it.
    quotations : tuple of int
        Two to four of them, chosen for clarity and variety; fewer where there are fewer.
    strengths : tuple of int
        Statements that praise what others lack: counter-evidence.
    """

    id: str
    category: str
    units: tuple[str, ...]
    projects: tuple[str, ...]
    by_unit: Share
    by_project: Share
    findings: int
    statements: tuple[int, ...]
    quotations: tuple[int, ...] = ()
    key_figure: KeyFigure | None = None
    strengths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of the group × category matrix: findings, the share of the group's units, and the sentences behind it."""

    group: str
    category: str
    findings: int
    by_unit: Share
    statements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A project with what its reports say of it. Score and grade are those of the latest report that has one."""

    project: str
    units: tuple[str, ...]
    years: tuple[int, ...]
    score: float | None
    grade: str | None
    reports: tuple[int, ...]
    findings: int
    types: tuple[str, ...]
    statements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ScoreContrast:
    """Scores of the reports that show a type against those that do not; difference with − without, in points.

    ``p_value`` and interval are Welch's; ``p_adjusted`` is corrected for the number of types.
    """

    id: str
    n_with: int
    n_without: int
    mean_with: float
    mean_without: float
    difference: float
    lower: float
    upper: float
    p_value: float
    p_adjusted: float
    statements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GradeShare:
    """Which share of the reports of a grade show a category."""

    grade: str
    category: str
    share: Share
    statements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two types that occur together in units. ``lift`` is how many times as often as if they were independent."""

    first: str
    second: str
    units: tuple[str, ...]
    total: int
    expected: float
    lift: float
    p_value: float
    p_adjusted: float
    statements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """Units that show a type or category in a year, of those with a report of that year."""

    year: int
    share: Share
    statements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """A type or category over the years. ``change`` is the fitted change of its share per year."""

    id: str
    points: tuple[TrendPoint, ...]
    change: float
    p_value: float
    p_adjusted: float


@dataclass(frozen=True, slots=True)
class Contrast:
    """A type in two groups of reports; difference second − first of its shares over units."""

    id: str
    first: Share
    second: Share
    difference: float
    lower: float
    upper: float
    p_value: float
    p_adjusted: float
    first_statements: tuple[int, ...]
    second_statements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two periods, or two sets of reports, set against each other. Most different types come first."""

    first: str
    second: str
    rows: tuple[Contrast, ...]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A type in one year of a unit; ``quotation`` is the one of its statements that says it best."""

    year: int
    statements: tuple[int, ...]
    quotation: int


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The same type in the same unit in a later year (屡查屡犯): two years that follow each other among its reports."""

    unit: str
    type: str
    earlier: Occurrence
    later: Occurrence


@dataclass(frozen=True, slots=True)
class Coverage:
    """A finding set against the requirements of its report.

    ``match`` says by what the requirements were matched. Only findings of reports that state requirements are here.
    """

    finding: int
    match: Match
    requirements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """How many findings of a type a requirement answers, of those in reports that state requirements."""

    id: str
    share: Share
    unanswered: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A row of a reviewer's sheet that fits no statement or report any more."""

    sheet: str
    row: int
    text: str


@dataclass(frozen=True, slots=True)
class Review:
    """What a person's review changed: statements and reports confirmed or corrected, and rows without match."""

    statements: int
    corrected: int
    reports: tuple[int, ...]
    unmatched: tuple[Unmatched, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything a weakness report says.

    Attributes
    ----------
    report_units : tuple of str
        For each report the unit it counts for: its only one, or the joint unit.
    report_projects : tuple of str
        For each report what its project is called; where units have projects of one name, it says whose.
    units, projects : tuple of str
        What prevalence is a share of.
    types, categories : tuple of SharedWeakness
        Those that occur with at least ``min_support`` units (projects, where counted by project), most shared first.
    by : str
        What the rows of the matrix are.
    groups : tuple of str
        The rows of the matrix.
    below_support : tuple of str
        Types that occur, but with fewer.
    contrasts, grades, pairs, trends, recurrences
        Empty where the reports have no scores, grades or years, or too few.
    new_types : tuple of str
        Types of the latest year that no earlier year has.
    coverage, answered
        Findings and types against the requirements of the reports.
    trained_on : tuple of int
        Reports that the model was trained on, which flatters its tags.
    filters : tuple of (str, str)
        What the user asked for: name and value, such as ``("year", "2022")``.
    excluded : int
        Reports that the filters left out.
    review : Review or None
        What a person's sheet changed.
    """

    reports: tuple[Report, ...]
    statements: tuple[TaggedStatement, ...]
    findings: tuple[Finding, ...]
    report_units: tuple[str, ...]
    report_projects: tuple[str, ...]
    units: tuple[str, ...]
    projects: tuple[str, ...]
    types: tuple[SharedWeakness, ...]
    categories: tuple[SharedWeakness, ...]
    by: By
    groups: tuple[str, ...]
    matrix: tuple[Cell, ...]
    profiles: tuple[Profile, ...]
    contrasts: tuple[ScoreContrast, ...]
    grades: tuple[GradeShare, ...]
    pairs: tuple[Pair, ...]
    trends: tuple[Trend, ...]
    new_types: tuple[str, ...]
    comparison: Comparison | None
    recurrences: tuple[Recurrence, ...]
    coverage: tuple[Coverage, ...]
    answered: tuple[Answered, ...]
    strengths: tuple[int, ...]
    min_support: int
    below_support: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    trained_on: tuple[int, ...]
    filters: tuple[tuple[str, str], ...]
    excluded: int
    review: Review | None
    stamp: Stamp
    names: dict[str, Name]

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Return the tables of the report as pandas frames, by name.

        Returns
        -------
        dict of str to DataFrame
            ``types``, ``categories``, ``matrix``, ``profiles``, ``contrasts``, ``grades``, ``pairs``, ``trends`` (a row
            for each year), ``comparison``, ``recurrences``, ``coverage``, ``answered``, ``reports``, ``statements`` and
            ``findings``. A share is spread over columns such as ``by_unit_count`` and ``by_unit_share``; what names
            statements is a tuple of indices into ``statements``.
        """
        import pandas as pd

        trends = [{"id": t.id, **_columns(point)} for t in self.trends for point in t.points]
        reports = [
            {**_columns(report, _OF_REPORTS), "path": report.source.path, "counted_as": unit}
            for report, unit in zip(self.reports, self.report_units, strict=True)
        ]
        statements = [
            {"text": tagged.statement.text, **_columns(tagged, _OF_STATEMENTS), "start": tagged.statement.start}
            for tagged in self.statements
        ]
        rows = {name: [_columns(row) for row in getattr(self, name)] for name in _TABLES if name != "comparison"}
        rows["comparison"] = [_columns(row) for row in self.comparison.rows] if self.comparison is not None else []
        rows |= {"trends": trends, "reports": reports, "statements": statements}
        empty = {name: _names(kind) for name, kind in _TABLES.items()} | {"trends": ["id", *_names(TrendPoint)]}
        return {name: pd.DataFrame(each, columns=None if each else empty.get(name)) for name, each in rows.items()}


_TABLES: dict[str, type] = {
    "types": SharedWeakness,
    "categories": SharedWeakness,
    "matrix": Cell,
    "profiles": Profile,
    "contrasts": ScoreContrast,
    "grades": GradeShare,
    "pairs": Pair,
    "comparison": Contrast,
    "recurrences": Recurrence,
    "coverage": Coverage,
    "answered": Answered,
    "findings": Finding,
}
_OF_REPORTS = ("title", "project", "units", "year", "evaluation_score", "grade", "kind", "region", "sectors")
_OF_STATEMENTS = (
    *("report", "section", "point", "kind", "kind_probability", "types", "type_probabilities"),
    *("needs_review", "reviewed", "inherited"),
)


def _names(kind: type) -> list[str]:
    """Return the columns of a table without rows."""
    hints = get_type_hints(kind)
    inner = {each.name: _names(hints[each.name]) for each in fields(kind) if is_dataclass(hints[each.name])}
    return [
        column
        for each in fields(kind)
        for column in ([f"{each.name}_{name}" for name in inner[each.name]] if each.name in inner else [each.name])
    ]


def _columns(row: Any, names: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the attributes of a row, those of a share or the like beside them under its name."""
    columns: dict[str, Any] = {}
    for name in names or tuple(each.name for each in fields(row)):
        value = getattr(row, name)
        if is_dataclass(value) and not isinstance(value, type):
            columns |= {f"{name}_{inner}": each for inner, each in _columns(value).items()}
        else:
            columns[name] = value
    return columns
