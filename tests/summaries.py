"""Summaries made by hand, of as many units as wanted: what the content of a report is tested with.

Each unit has one report of one project. A type that a unit shows is one finding of one statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from wenti.intervals import wilson
from wenti.records import (
    Corrected,
    Finding,
    Kind,
    Name,
    Report,
    Role,
    Share,
    Skipped,
    Source,
    Span,
    Stamp,
    Statement,
    TaggedStatement,
)
from wenti.summary import (
    Answered,
    Cell,
    Comparison,
    Contrast,
    Coverage,
    GradeShare,
    KeyFigure,
    Match,
    Occurrence,
    Pair,
    Profile,
    Recurrence,
    Review,
    ScoreContrast,
    SharedWeakness,
    Summary,
    Trend,
    TrendPoint,
    Unmatched,
)

SLOW, IDLE, GOALS, WATCH, RULES = "money.slow", "money.idle", "aims.goals", "aims.watch", "order.rules"
TYPES = (SLOW, IDLE, GOALS, WATCH, RULES)
NAMES = {
    "weakness": Name("问题", "weakness"),
    "strength": Name("成效", "strength"),
    "fact": Name("事实", "fact"),
    "recommendation": Name("建议", "recommendation"),
    "money": Name("资金执行", "Money"),
    "aims": Name("绩效目标", "Aims"),
    "order": Name("长效机制", "Order"),
    SLOW: Name("执行率低、支出慢", "Slow spending", "钱花得慢。", ("过程/资金管理/预算执行率",)),
    IDLE: Name("资金闲置", "Idle money", "钱没有花。", ("过程/资金管理/资金到位率", "过程/资金管理/预算执行率")),
    GOALS: Name("目标不明确", "Unclear goals", "说不清要做什么。"),
    WATCH: Name("监控不到位", "Weak monitoring"),
    RULES: Name("制度不健全", "Missing rules"),
}
STAMP = Stamp("1.0", "m1", "2.0", "ab" * 32, "medium", "2026-11-30")
GRADES = ("优", "良", "中", "差")


class Maker:
    """Collects reports, statements and findings, and puts a summary together."""

    def __init__(self, units: int, years: Sequence[int] = (), scores: Sequence[float] = ()) -> None:
        self.units = tuple(f"{unit_name(i)}局" for i in range(units))
        self.reports = [
            Report(
                Source(f"{i + 1}.txt", f"{i:064x}", "txt", 1),
                "原文",
                project=f"{unit_name(i)}项目",
                units=(unit,),
                project_year=years[i % len(years)] if years else None,
                evaluation_score=scores[i % len(scores)] if scores else None,
                grade=GRADES[i % len(GRADES)] if scores else None,
            )
            for i, unit in enumerate(self.units)
        ]
        self.statements: list[TaggedStatement] = []
        self.findings: list[Finding] = []

    def say(
        self,
        report: int,
        types: Sequence[str] = (),
        kind: Kind = "weakness",
        section: Role = "findings",
        needs_review: bool = False,
    ) -> int:
        """Add a statement and return its index."""
        index = len(self.statements)
        statement = Statement(f"第{index + 1}句", index * 10, index * 10 + 4)
        sure = tuple(0.9 for _ in types)
        tagged = TaggedStatement(report, section, "1", statement, kind, 0.9, tuple(types), sure, needs_review)
        self.statements.append(tagged)
        return index

    def find(self, report: int, *types: str) -> int:
        """Add a finding with one statement and return its index."""
        index = self.say(report, types)
        self.findings.append(Finding(report, "1", self.units[report], types, (index,)))
        return len(self.findings) - 1

    def shared(self, level: str, label: str) -> SharedWeakness:
        """Return the row of a type or category."""

        def shows(types: Sequence[str]) -> bool:
            return any(name == label if level == "type" else name.split(".")[0] == label for name in types)

        findings = [finding for finding in self.findings if shows(finding.types)]
        reports = sorted({finding.report for finding in findings})
        statements = tuple(i for finding in findings for i in finding.statements)
        share = wilson(len(reports), len(self.units))
        return SharedWeakness(
            id=label,
            category=label.split(".", maxsplit=1)[0],
            units=tuple(self.units[i] for i in reports),
            projects=tuple(str(self.reports[i].project) for i in reports),
            by_unit=share,
            by_project=share,
            findings=len(findings),
            statements=statements,
            quotations=statements[:4] if level == "type" else (),
        )

    def rows(self, level: str) -> tuple[SharedWeakness, ...]:
        """Return the ranking."""
        labels = {t if level == "type" else t.split(".")[0] for finding in self.findings for t in finding.types}
        rows = [self.shared(level, label) for label in labels]
        return tuple(sorted(rows, key=lambda row: (-row.by_unit.share, -row.findings, row.id)))

    def matrix(self) -> tuple[Cell, ...]:
        """Return the findings of each unit and category."""
        found: dict[tuple[str, str], list[int]] = {}
        for finding in self.findings:
            for category in dict.fromkeys(name.split(".")[0] for name in finding.types):
                found.setdefault((finding.unit, category), []).extend(finding.statements)
        return tuple(Cell(*key, len(each), wilson(1, 1), tuple(each)) for key, each in found.items())

    def profiles(self) -> tuple[Profile, ...]:
        """Return the projects."""
        rows = []
        for i, report in enumerate(self.reports):
            findings = [finding for finding in self.findings if finding.report == i]
            types = dict.fromkeys(name for finding in findings for name in finding.types)
            statements = tuple(index for finding in findings for index in finding.statements)
            years = (report.year,) if report.year is not None else ()
            head = (str(report.project), report.units, years, report.evaluation_score, report.grade, (i,))
            rows.append(Profile(*head, len(findings), tuple(types), statements))
        return tuple(rows)

    def summary(self, **changes: Any) -> Summary:
        """Return the summary, with some of its parts given."""
        parts: dict[str, Any] = {
            **dict.fromkeys(Summary.__dataclass_fields__, ()),
            "reports": tuple(self.reports),
            "statements": tuple(self.statements),
            "findings": tuple(self.findings),
            "report_units": self.units,
            "units": self.units,
            "report_projects": tuple(str(report.project) for report in self.reports),
            "projects": tuple(str(report.project) for report in self.reports),
            "types": self.rows("type"),
            "categories": self.rows("category"),
            "by": "unit",
            "groups": self.units,
            "matrix": self.matrix(),
            "profiles": self.profiles(),
            "comparison": None,
            "min_support": 1,
            "excluded": 0,
            "review": None,
            "stamp": STAMP,
            "names": NAMES,
        }
        return Summary(**{**parts, **changes})


def unit_name(number: int) -> str:
    """Return 甲, 乙, 丙 …, then 甲11, 乙12 …"""
    stem = "甲乙丙丁戊己庚辛壬癸"
    return stem[number] if number < len(stem) else f"{stem[number % len(stem)]}{number + 1}"


def of_units(units: int, shows: Mapping[str, Sequence[int]]) -> Summary:
    """Return a summary in which some units show some types."""
    maker = Maker(units)
    for label, found in shows.items():
        for unit in found:
            maker.find(unit, label)
    return maker.summary()


def with_key_figures(summary: Summary) -> Summary:
    """Return it with a key figure of each sort, as far as there are types."""
    figures = {
        SLOW: ("lowest_rate", 0.3125),
        IDLE: ("sum_amount", 12345.6),
        GOALS: ("longest_delay", 8.0),
        WATCH: ("largest_rate", 1.5),
    }
    rows = []
    for row in summary.types:
        measure, value = figures.get(row.id, (None, 0.0))
        rows.append(replace(row, key_figure=KeyFigure(measure, value, row.statements[:1])) if measure else row)  # type: ignore[arg-type]
    return replace(summary, types=tuple(rows))


def with_corrected(summary: Summary) -> Summary:
    """Return it with every share corrected to a little less."""

    def corrected(share: Share) -> Share:
        found = Corrected(share.share * 0.9, share.lower * 0.8, min(1.0, share.upper))
        return replace(share, corrected=found)

    def rows(found: Sequence[SharedWeakness]) -> tuple[SharedWeakness, ...]:
        return tuple(
            replace(row, by_unit=corrected(row.by_unit), by_project=corrected(row.by_project)) for row in found
        )

    return replace(summary, types=rows(summary.types), categories=rows(summary.categories))


def with_coverage(summary: Summary, matches: Sequence[Match]) -> Summary:
    """Return it with a requirement for each finding, matched in turn as said."""
    statements = list(summary.statements)
    rows = []
    for number, finding in enumerate(summary.findings):
        match = matches[number % len(matches)]
        index = len(statements)
        if match != "none":
            statement = Statement(f"要求{number + 1}", 900 + index, 903 + index)
            statements.append(
                TaggedStatement(finding.report, "requirements", "1", statement, "recommendation", 1.0, (), (), False)
            )
        rows.append(Coverage(number, match, (index,) if match != "none" else ()))
    answered = []
    for row in summary.types:
        inside = [each for each in rows if row.id in summary.findings[each.finding].types]
        open_ = tuple(each.finding for each in inside if each.match == "none")
        answered.append(Answered(row.id, wilson(len(inside) - len(open_), len(inside)), open_))
    return replace(summary, statements=tuple(statements), coverage=tuple(rows), answered=tuple(answered))


def with_years(summary: Summary, p_value: float = 1.0) -> Summary:
    """Return it with trends, new types, a comparison and recurrences, of the years that its reports have."""
    years = sorted({report.year for report in summary.reports if report.year is not None})
    assert len(years) > 1

    def behind(row: SharedWeakness, year: int) -> tuple[int, ...]:
        return tuple(i for i in row.statements if summary.reports[summary.statements[i].report].year == year)

    totals = {year: sum(report.year == year for report in summary.reports) for year in years}

    def share(row: SharedWeakness, year: int) -> Share:
        return wilson(len({summary.statements[i].report for i in behind(row, year)}), totals[year])

    trends, contrasts, recurrences = [], [], []
    for row in (*summary.types, *summary.categories):
        points = tuple(TrendPoint(year, share(row, year), behind(row, year)) for year in years)
        trends.append(Trend(row.id, points, 0.12, p_value, p_value))
    for row in summary.types:
        sides = [(share(row, year), behind(row, year)) for year in (years[0], years[-1])]
        difference = sides[1][0].share - sides[0][0].share
        tested = (difference, difference - 0.2, difference + 0.2, p_value, p_value)
        contrasts.append(Contrast(row.id, sides[0][0], sides[1][0], *tested, sides[0][1], sides[1][1]))
        first, last = behind(row, years[0]), behind(row, years[-1])
        if first and last:
            seen = (Occurrence(years[0], first, first[0]), Occurrence(years[-1], last, last[0]))
            recurrences.append(Recurrence(summary.units[0], row.id, *seen))
    return replace(
        summary,
        trends=tuple(trends),
        new_types=tuple(row.id for row in summary.types if not any(behind(row, year) for year in years[:-1])),
        comparison=Comparison(str(years[0]), str(years[-1]), tuple(contrasts)),
        recurrences=tuple(recurrences),
    )


def with_scores(summary: Summary, p_value: float = 1.0) -> Summary:
    """Return it with contrasts of scores, shares by grade and pairs."""
    reports = len(summary.reports)
    contrasts = [
        ScoreContrast(row.id, n, reports - n, 78.04, 80.0, -1.96, -4.0, 0.08, p_value, p_value, row.statements)
        for row in summary.types
        if 0 < (n := row.by_project.count) < reports
    ]
    grades = [
        GradeShare(grade, row.id, wilson(1, 1 + number), row.statements[:1])
        for row in summary.categories
        for number, grade in enumerate(GRADES[:2])
    ]
    pairs = [
        Pair(
            one.id, other.id, both, len(summary.units), 1.25, 2.04, p_value, p_value, one.statements + other.statements
        )
        for one, other in zip(summary.types, summary.types[1:], strict=False)
        if (both := tuple(unit for unit in one.units if unit in other.units))
    ]
    return replace(summary, contrasts=tuple(contrasts), grades=tuple(grades), pairs=tuple(pairs))


def many(p_value: float = 1.0) -> Summary:
    """Return a summary of ten units that has everything."""
    maker = Maker(10, (2021, 2022, 2023), (82.5, 75.0, 91.25, 60.0))
    for label, found in ((SLOW, range(8)), (IDLE, range(4)), (GOALS, range(2, 6)), (WATCH, (2, 5, 8)), (RULES, (9,))):
        for unit in found:
            maker.find(unit, label)
    maker.find(0, SLOW, GOALS)
    praise = tuple(maker.say(unit, (SLOW,), "strength", "achievements") for unit in (1, 2, 2))
    maker.say(3, kind="fact", section="overview", needs_review=True)
    summary = maker.summary(
        strengths=praise,
        skipped=(Skipped("坏.docx", {"zh": "坏.docx，文件已损坏", "en": "坏.docx: damaged"}),),
        trained_on=(1,),
        filters=(("year", "2021"), ("year", "2022"), ("kind", "audit")),
        excluded=2,
        review=Review(2, 1, (0,), (Unmatched("语句", 7, "没有了的语句"),)),
    )
    statements = tuple(replace(each, reviewed=i in (4, 24)) for i, each in enumerate(summary.statements))
    reports = list(summary.reports)
    reports[0] = replace(reports[0], units=("甲局", "乙局"), not_understood=(Span(0, 2),), unread_pages=(2, 3, 5))
    types = tuple(replace(row, strengths=praise if row.id == SLOW else ()) for row in summary.types)
    summary = replace(summary, reports=tuple(reports), statements=statements, types=types)
    summary = with_scores(with_years(with_key_figures(with_corrected(summary)), p_value), p_value)
    return with_coverage(summary, ("type_and_wording", "type", "wording", "none"))


@st.composite
def summaries(draw: st.DrawFn) -> Summary:
    """Draw a summary of any number of units, with or without each part."""
    units = draw(st.integers(0, 12))
    dated = draw(st.booleans())
    maker = Maker(units, (2021, 2022) if dated else (), (80.0, 75.5) if draw(st.booleans()) else ())
    label = st.sampled_from(TYPES)
    if units:
        for report, types in draw(
            st.lists(st.tuples(st.integers(0, units - 1), st.lists(label, max_size=3, unique=True)), max_size=25)
        ):
            maker.find(report, *types)
        for report in draw(st.lists(st.integers(0, units - 1), max_size=40)):
            maker.say(report, kind="strength", section="achievements", needs_review=draw(st.booleans()))
    praised = tuple(i for i, tagged in enumerate(maker.statements) if tagged.kind == "strength")
    by = draw(st.sampled_from(["unit", "project"]))
    groups = maker.units if by == "unit" else tuple(str(report.project) for report in maker.reports)
    cells = tuple(replace(cell, group=groups[maker.units.index(cell.group)]) for cell in maker.matrix())
    summary = maker.summary(strengths=praised, by=by, groups=groups, matrix=cells)
    p_value = draw(st.sampled_from([0.0001, 0.04, 0.2, 1.0]))
    if dated and units > 1:
        summary = with_years(summary, p_value)
    if draw(st.booleans()):
        summary = with_scores(summary, p_value)
    if draw(st.booleans()):
        summary = with_corrected(summary)
    if draw(st.booleans()):
        summary = with_key_figures(summary)
    if draw(st.booleans()):
        summary = with_coverage(summary, draw(st.sampled_from([("none",), ("type",), ("type", "none")])))
    if draw(st.booleans()):
        count = draw(st.integers(0, min(3, len(summary.statements))))
        statements = tuple(replace(each, reviewed=i < count) for i, each in enumerate(summary.statements))
        summary = replace(summary, statements=statements, review=Review(count, draw(st.integers(0, count)), ()))
    return summary
