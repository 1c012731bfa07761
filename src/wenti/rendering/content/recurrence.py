"""Types that come back in a unit in a later year: both sentences side by side."""

from __future__ import annotations

from wenti.rendering.blocks import Block, Cell, Column, Heading, Paragraph, Row, Run, Table
from wenti.rendering.content.writer import Writer
from wenti.summary import Occurrence, Recurrence

_MOST, _PRINTED = 2000, 40  # cases that are listed, and printed


def recurrence(writer: Writer) -> list[Block]:
    """Return the chapter on what comes back; nothing where nothing does."""
    rows, label = writer.summary.recurrences, writer.label
    if not rows:
        return []
    statements = [index for row in rows for when in (row.earlier, row.later) for index in when.statements]
    words = label.runs(
        "recurrence_words",
        units=writer.count(statements, len({row.unit for row in rows}), label("chapter_recurrence")),
        cases=writer.count(statements, len(rows), label("chapter_recurrence")),
    )
    columns = (
        Column(label("unit"), width=14),
        Column(label("type"), width=16),
        Column(label("earlier"), width=32),
        Column(label("later"), width=32),
    )
    shown = sorted(rows, key=lambda row: -row.later.year)[:_MOST]
    body = tuple(_row(writer, row) for row in sorted(shown, key=lambda row: (row.unit, writer.order[row.type])))
    table = Table(label("recurrence_table"), columns, body, "recurrences", label("sheet_recurrence"), heads=2)
    facts = {"total": len(rows), "shown": _MOST}
    cut = [Paragraph(label.runs("recurrence_cut", **facts), "note")] if len(rows) > _MOST else []
    return [Heading(label("chapter_recurrence"), 1, "recurrence"), Paragraph(words), *cut, writer.cut(table, _PRINTED)]


def _row(writer: Writer, row: Recurrence) -> Row:
    return Row(
        (
            Cell(row.unit),
            Cell(writer.name(row.type), link=writer.article(row.type)),
            _occurrence(writer, row, row.earlier),
            _occurrence(writer, row, row.later),
        )
    )


def _occurrence(writer: Writer, row: Recurrence, when: Occurrence) -> Cell:
    """Return year and sentence, and how many more there are."""
    label = writer.label
    lines: list[tuple[Run, ...]] = [
        (Run(label("year_n", year=when.year), tone="strong"),),
        writer.mention(when.quotation),
    ]
    others = [index for index in when.statements if index != when.quotation]
    if others:
        title = label("index_occurrence", unit=row.unit, name=writer.name(row.type), year=when.year)
        lines.append(writer.more(when.statements, others, title))
    return Cell(lines=tuple(lines))
