"""Every statement and every report as rows, from which all raw figures of a report can be counted again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from wenti.records import ROLES, Place, TaggedStatement
from wenti.rendering.labels import Labels
from wenti.rendering.workbook.texts import text_of
from wenti.statement_table import SEPARATOR
from wenti.summary import Summary
from wenti.units import units_counted

Value = str | int | float | None

_WIDE_SEPARATOR = "；"
_DIGITS = 4
PROBABILITY = "0.00"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an annex.

    ``varies`` says that its cells are rarely the same. ``form`` is the number format of its numbers.
    """

    name: str
    title: tuple[str, str]
    width: float
    form: str = ""
    varies: bool = False


STATEMENT_COLUMNS = (
    Column("number", ("序号", "No."), 8, "0"),
    Column("text", ("语句", "Statement"), 60, varies=True),
    Column("kind", ("性质", "Kind"), 9),
    Column("types", ("问题类型", "Types"), 26),
    Column("needs_review", ("待人工判定", "Needs review"), 9),
    Column("project", ("项目", "Project"), 28),
    Column("unit", ("单位", "Unit"), 24),
    Column("year", ("年度", "Year"), 8, "0"),
    Column("section", ("章节", "Section"), 11),
    Column("place", ("出处", "Place"), 16, varies=True),
    Column("finding", ("问题点序号", "Finding No."), 9, "0"),
    Column("unit_at_fault", ("问题责任单位", "Unit at fault"), 24),
    Column("categories", ("类别", "Categories"), 14),
    Column("point", ("要点编号", "Point"), 9),
    Column("title", ("要点标题", "Title of point"), 24),
    Column("reviewed", ("已复核", "Reviewed"), 9),
    Column("inherited", ("类型随标题", "Types from headline"), 10),
    Column("match", ("整改对应", "Requirement matched by"), 14),
    Column("requirements", ("对应要求语句", "Requirements"), 12, varies=True),
    Column("kind_probability", ("性质概率", "Probability of kind"), 10, PROBABILITY),
    Column("type_probabilities", ("类型概率", "Probabilities of types"), 12, varies=True),
    Column("type_ids", ("类型编号", "Type ids"), 28),
    Column("report", ("报告序号", "Report No."), 9, "0"),
    Column("file", ("报告文件", "File"), 28),
    Column("part", ("部分", "Part"), 7, "0"),
    Column("units_counted", ("计入单位", "Units counted"), 24),
    Column("start", ("起始字符", "Start"), 9, "0"),
    Column("end", ("结束字符", "End"), 9, "0"),
)
REPORT_COLUMNS = (
    Column("number", ("序号", "No."), 8, "0"),
    Column("project", ("项目", "Project"), 36),
    Column("units", ("单位", "Units"), 30),
    Column("year", ("年度", "Year"), 8, "0"),
    Column("score", ("得分", "Score"), 9, "General"),
    Column("grade", ("等级", "Grade"), 8),
    Column("kind", ("文种", "Document"), 14),
    Column("findings", ("问题点", "Findings"), 9, "0"),
    Column("statements", ("语句", "Statements"), 10, "0"),
    Column("first", ("首条语句", "First statement"), 10, "0"),
    Column("counted_as", ("计为", "Counted as"), 26),
    Column("units_counted", ("计入单位", "Units counted"), 30),
    Column("region", ("地区", "Region"), 12),
    Column("sectors", ("行业", "Sectors"), 14),
    Column("trained_on", ("曾用于训练", "Trained on"), 10),
    Column("reviewed", ("已复核", "Reviewed"), 9),
    Column("title", ("标题", "Title"), 36),
    Column("file", ("报告文件", "File"), 36),
    Column("part", ("部分", "Part"), 7, "0"),
    Column("sha256", ("文件 SHA-256", "SHA-256 of the file"), 34),
)
PRINTED = {"statements": "place", "reports": "first"}
"""The last column that is printed; what programs and doubters need stands behind it."""


def statement_rows(summary: Summary, lang: str) -> Iterator[tuple[Value, ...]]:
    """Yield a row for each statement, by :data:`STATEMENT_COLUMNS`.

    The findings of a type are those with a statement of the type; the units that show it are their units at fault, and
    the projects theirs. What shares are of is in the rows of the reports.
    """
    annex = _Annex(summary, lang)
    yield from map(annex.statement, range(len(summary.statements)))


def report_rows(summary: Summary, lang: str) -> Iterator[tuple[Value, ...]]:
    """Yield a row for each report, by :data:`REPORT_COLUMNS`."""
    annex = _Annex(summary, lang)
    yield from map(annex.report, range(len(summary.reports)))


class _Annex:
    """What rows say of reports, findings and requirements, worked out once."""

    def __init__(self, summary: Summary, lang: str) -> None:
        self._summary = summary
        self._label = Labels(lang)
        self._names = {key: name.called(lang) for key, name in summary.names.items()}
        self._roles = {role: self._label(f"role_{role}") for role in ROLES}
        self._comma = self._label("list_comma")
        self._answers = text_of("no", lang), text_of("yes", lang)
        self._finding_of: dict[int, int] = {}
        at_fault: list[set[str]] = [set() for _ in summary.reports]
        for number, finding in enumerate(summary.findings):
            self._finding_of.update(dict.fromkeys(finding.statements, number))
            at_fault[finding.report].add(finding.unit)
        triples = zip(summary.reports, summary.report_units, at_fault, strict=True)
        self._counted = [_joined(units_counted(*triple)) for triple in triples]
        self._coverage = {row.finding: row for row in summary.coverage}
        self._findings = Counter(finding.report for finding in summary.findings)
        self._statements = Counter(tagged.report for tagged in summary.statements)
        self._first: dict[int, int] = {}
        for index, tagged in enumerate(summary.statements):
            self._first.setdefault(tagged.report, index + 1)
        self._trained = set(summary.trained_on)
        self._reviewed = set(summary.review.reports) if summary.review is not None else set()

    def statement(self, index: int) -> tuple[Value, ...]:
        tagged = self._summary.statements[index]
        report = self._summary.reports[tagged.report]
        number = self._finding_of.get(index)
        categories = dict.fromkeys(label.split(".", 1)[0] for label in tagged.types)
        return (
            index + 1,
            tagged.statement.text,
            self._names[tagged.kind],
            self._comma.join(self._names[label] for label in tagged.types),
            self._answers[tagged.needs_review],
            self._summary.report_projects[tagged.report],
            self._summary.report_units[tagged.report],
            report.year,
            self._roles[tagged.section],
            self._place(report.place_of(tagged.statement.start), tagged),
            None if number is None else number + 1,
            None if number is None else self._summary.findings[number].unit,
            self._comma.join(self._names[category] for category in categories),
            tagged.point,
            tagged.title,
            self._answers[tagged.reviewed],
            self._answers[tagged.inherited],
            *self._requirements(number),
            round(tagged.kind_probability, _DIGITS),
            SEPARATOR.join(f"{probability:.4g}" for probability in tagged.type_probabilities),
            SEPARATOR.join(tagged.types),
            tagged.report + 1,
            report.source.path,
            report.source.part,
            self._counted[tagged.report],
            tagged.statement.start,
            tagged.statement.end,
        )

    def report(self, index: int) -> tuple[Value, ...]:
        report = self._summary.reports[index]
        return (
            index + 1,
            self._summary.report_projects[index],
            _joined(report.units),
            report.year,
            report.evaluation_score,
            report.grade,
            self._label(f"kind_of_{report.kind}"),
            self._findings[index],
            self._statements[index],
            self._first.get(index),
            self._summary.report_units[index],
            self._counted[index],
            report.region,
            _joined(report.sectors),
            self._answers[index in self._trained],
            self._answers[index in self._reviewed],
            report.title,
            report.source.path,
            report.source.part,
            report.source.sha256,
        )

    def _requirements(self, finding: int | None) -> tuple[Value, Value]:
        """Return by what requirements answer a finding, and which; nothing in reports that state none."""
        row = self._coverage.get(finding) if finding is not None else None
        if row is None:
            return None, None
        return self._label(f"match_by_{row.match}"), SEPARATOR.join(str(i + 1) for i in row.requirements)

    def _place(self, place: Place | None, tagged: TaggedStatement) -> str:
        if place is None:
            return self._label("chars", start=tagged.statement.start, end=tagged.statement.end)
        if place.page is not None:
            return self._label("on_page", page=place.page)
        if place.row is not None:
            return self._label("in_row", sheet=place.sheet or "", row=place.row).strip()
        return self._label("in_paragraph", paragraph=place.paragraph)


def _joined(names: tuple[str, ...] | list[str]) -> str:
    """Return names in one cell, as ``wenti tag`` writes them."""
    return SEPARATOR.join(name.replace(SEPARATOR, _WIDE_SEPARATOR) for name in names)
