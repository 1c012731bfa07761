"""Types that occur together in units."""

from __future__ import annotations

from wenti.rendering.blocks import Block, Cell, Column, Heading, Paragraph, Row, Run, Table
from wenti.rendering.content.cells import decimal_cell, number_column, p_cell
from wenti.rendering.content.numbers import fixed, significant
from wenti.rendering.content.writer import Writer
from wenti.rendering.labels import Count
from wenti.summary import Pair

_MOST, _PRINTED = 600, 20  # pairs that are listed, and printed


def pairs(writer: Writer) -> list[Block]:
    """Return the chapter on types that occur together; nothing where there are none."""
    rows, label = writer.summary.pairs, writer.label
    if not rows:
        return []
    blocks: list[Block] = [Heading(label("chapter_pairs"), 1, "pairs"), Paragraph(_in_words(writer, rows[0]))]
    if len(rows) > _MOST:
        blocks.append(Paragraph(label.runs("pairs_cut", total=len(rows), shown=_MOST), "note"))
    return [*blocks, _table(writer)]


def _in_words(writer: Writer, first: Pair) -> tuple[Run, ...]:
    """Return the pair that stands out, and whether any is beyond chance."""
    label = writer.label
    found = label.runs(
        "pair_first",
        first=writer.named(first.first),
        second=writer.named(first.second),
        count=Count(len(first.units), _link(writer, first)),
        total=Count(first.total, "reports"),
        lift=fixed(first.lift, 1),
    )
    reliable = sum(significant(pair.p_adjusted) for pair in writer.summary.pairs)
    return label.text(found, label.runs("pairs_reliable" if reliable else "pairs_by_chance", count=reliable))


def _link(writer: Writer, pair: Pair) -> str:
    title = writer.label("index_pair", first=writer.name(pair.first), second=writer.name(pair.second))
    return writer.index.entry(title, pair.statements)


def _table(writer: Writer) -> Table:
    label = writer.label
    rows = [
        Row(
            (
                Cell(writer.name(pair.first), link=writer.article(pair.first)),
                Cell(writer.name(pair.second), link=writer.article(pair.second)),
                Cell(f"{len(pair.units)}/{pair.total}", len(pair.units), link=_link(writer, pair)),
                decimal_cell(pair.expected, 1),
                decimal_cell(pair.lift, 1),
                p_cell(pair.p_value),
                p_cell(pair.p_adjusted),
            )
        )
        for pair in writer.summary.pairs[:_MOST]
    ]
    columns = (
        Column(label("type_a"), width=22),
        Column(label("type_b"), width=22),
        number_column(label("units_together"), 9),
        number_column(label("expected"), 8),
        number_column(label("lift"), 7),
        number_column(label("p_value"), 8),
        number_column(label("p_adjusted"), 8),
    )
    caption, note = label("pairs_table"), label("pairs_note")
    return writer.cut(Table(caption, columns, tuple(rows), sheet=label("sheet_pairs"), heads=2, note=note), _PRINTED)
