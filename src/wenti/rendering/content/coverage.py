"""Findings against requirements: which are answered, which are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from wenti.rendering.blocks import Block, Cell, Column, Heading, Paragraph, Row, Run, Table
from wenti.rendering.content.cells import INTERVAL, SHARE, count_cell, interval_cell, number_column, of_cell, share_cell
from wenti.rendering.content.numbers import percent
from wenti.rendering.content.places import report_name
from wenti.rendering.content.writer import Writer
from wenti.summary import Coverage, Match

_ALL = _EXAMPLES = 2000  # findings up to which all are shown
_PRINTED = 40  # rows
_LINES = 3
_ANSWERED: tuple[Match, ...] = ("type_and_wording", "type", "wording")


def coverage(writer: Writer) -> list[Block]:
    """Return the chapter on rectification; nothing where no report states a requirement."""
    summary, label = writer.summary, writer.label
    if not summary.coverage:
        return []
    return [
        Heading(label("chapter_coverage"), 1, "coverage"),
        Paragraph(_in_words(writer)),
        *([_by_type(writer)] if summary.answered else []),
        *_open(writer),
        *_matched(writer),
    ]


def _statements(writer: Writer, rows: Iterable[Coverage]) -> list[int]:
    return [index for row in rows for index in writer.summary.findings[row.finding].statements]


def _in_words(writer: Writer) -> tuple[Run, ...]:
    """Return how many findings are answered, and by what they were matched."""
    summary, label = writer.summary, writer.label
    rows = {match: [row for row in summary.coverage if row.match == match] for match in (*_ANSWERED, "none")}
    total = writer.count(_statements(writer, summary.coverage), len(summary.coverage), label("index_covered"))
    found = label.runs(
        "coverage_total",
        reports=writer.count(
            _statements(writer, summary.coverage),
            len({summary.findings[row.finding].report for row in summary.coverage}),
            label("index_covered"),
        ),
        total=total,
    )
    parts = [
        label.runs(
            f"matched_{match}",
            count=writer.count(_statements(writer, each), len(each), label(f"index_match_{match}")),
            share=percent(len(each) / len(summary.coverage)),
        )
        for match, each in rows.items()
        if each
    ]
    return label.text(found, label.runs("coverage_parts", parts=label.row(parts)), label.runs("coverage_machine"))


def _by_type(writer: Writer) -> Table:
    """Return how many findings of each type are answered."""
    summary, label = writer.summary, writer.label
    by_finding = {row.finding: row for row in summary.coverage}
    body = []
    for row in summary.answered:
        name = writer.name(row.id)
        inside = [each for finding, each in by_finding.items() if row.id in summary.findings[finding].types]
        answered = _statements(writer, (each for each in inside if each.match != "none"))
        link = writer.index.entry(label("index_answered", name=name), answered)
        open_ = [index for finding in row.unanswered for index in summary.findings[finding].statements]
        cells = (
            Cell(name, link=writer.article(row.id)),
            of_cell(row.share, link),
            share_cell(row.share, link, bar=True),
            interval_cell(row.share),
            count_cell(len(row.unanswered), writer.index.entry(label("index_unanswered", name=name), open_)),
        )
        body.append(Row(cells))
    columns = (
        Column(label("type"), width=24),
        number_column(label("findings_answered"), 9),
        Column(label("share_answered"), "left", SHARE + 5),
        number_column(label("interval"), INTERVAL),
        number_column(label("findings_unanswered"), 9),
    )
    return Table(label("answered_table"), columns, tuple(body), sheet=label("sheet_coverage"))


def _open(writer: Writer) -> Iterator[Block]:
    """Yield the findings that no requirement answers."""
    label = writer.label
    rows = [row for row in writer.summary.coverage if row.match == "none"]
    if not rows:
        return
    shown = _shown(writer, rows, _ALL)
    yield Heading(label("unanswered"), 2, "unanswered")
    if len(shown) < len(rows):
        total = writer.count(_statements(writer, rows), len(rows), label("index_match_none"))
        yield Paragraph(label.runs("unanswered_cut", total=total, shown=len(shown)), "note")
    body = [Row((*_finding(writer, row), _types(writer, row))) for row in shown]
    columns = (
        Column(label("report"), width=20),
        Column(label("finding"), width=44),
        Column(label("types"), width=22),
    )
    table = Table(label("unanswered_table"), columns, tuple(body), sheet=label("sheet_unanswered"))
    yield writer.cut(table, _PRINTED)


def _matched(writer: Writer) -> Iterator[Block]:
    """Yield findings beside the requirements that answer them."""
    label = writer.label
    rows = [row for row in writer.summary.coverage if row.match != "none"]
    if not rows:
        return
    shown = _shown(writer, rows, _EXAMPLES)
    yield Heading(label("matched"), 2, "matched")
    if len(shown) < len(rows):
        total = writer.count(_statements(writer, rows), len(rows), label("index_matched"))
        yield Paragraph(label.runs("matched_cut", total=total, shown=len(shown)), "note")
    body = [
        Row((*_finding(writer, row), _mentions(writer, row.requirements), Cell(label(f"match_by_{row.match}"))))
        for row in shown
    ]
    columns = (
        Column(label("report"), width=16),
        Column(label("finding"), width=34),
        Column(label("requirement"), width=34),
        Column(label("match"), width=10),
    )
    yield writer.cut(Table(label("matched_table"), columns, tuple(body), sheet=label("sheet_matched")), _PRINTED)


def _shown(writer: Writer, rows: Sequence[Coverage], most: int) -> Sequence[Coverage]:
    """Return all rows, or only the first of them where there are many findings."""
    return rows if len(writer.summary.coverage) <= _ALL else rows[:most]


def _finding(writer: Writer, row: Coverage) -> tuple[Cell, Cell]:
    finding = writer.summary.findings[row.finding]
    return Cell(report_name(writer.summary.reports[finding.report], writer.label)), _mentions(
        writer, finding.statements
    )


def _mentions(writer: Writer, statements: Sequence[int]) -> Cell:
    """Return the first few statements, and how many more there are."""
    lines = [writer.mention(index) for index in statements[:_LINES]]
    if len(statements) > _LINES:
        title = writer.label("index_mentioned", number=statements[0] + 1)
        lines.append(writer.more(statements, statements[_LINES:], title))
    return Cell(lines=tuple(lines))


def _types(writer: Writer, row: Coverage) -> Cell:
    types = writer.summary.findings[row.finding].types
    if not types:
        return Cell(writer.label("untyped"), tone="quiet")
    return Cell(lines=tuple((Run(writer.name(name), writer.article(name)),) for name in types))
