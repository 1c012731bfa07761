"""Weaknesses by how many units and projects show them: two tables and a chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wenti.records import Share
from wenti.rendering.blocks import Block, Cell, Chart, Column, Heading, Paragraph, Row, Run, Series, Table
from wenti.rendering.content.articles import articles
from wenti.rendering.content.cells import (
    INTERVAL,
    SHARE,
    corrected_cells,
    count_cell,
    interval_cell,
    number_column,
    of_cell,
    share_cell,
)
from wenti.rendering.content.numbers import percent, ranks
from wenti.rendering.content.wording import named
from wenti.rendering.content.writer import FEWEST_RANKED, Writer
from wenti.rendering.labels import Count
from wenti.summary import SharedWeakness

_CHARTED = 12


def shared(writer: Writer) -> list[Block]:
    """Return the chapter on shared weaknesses; nothing where there is none."""
    summary, label = writer.summary, writer.label
    if not summary.types and not summary.categories and not summary.below_support:
        return []
    blocks: list[Block] = [Heading(label("chapter_shared"), 1, "shared")]
    if not writer.ranked and (summary.types or summary.categories):
        few = Count(writer.total, "reports")
        blocks.append(Paragraph(label.runs(f"too_few_{writer.measured}", total=few, fewest=FEWEST_RANKED)))
    if summary.categories:
        blocks += [Heading(label("by_category"), 2), *_tables(writer, "category", summary.categories)]
    if summary.types:
        blocks += [Heading(label("by_type"), 2), *_tables(writer, "type", summary.types)]
    if summary.below_support:
        blocks.append(Paragraph(_below(writer), "note" if summary.types else "body"))
    if writer.ranked and len(summary.types) > 1:
        blocks.append(_chart(writer))
    return [*blocks, *articles(writer)]


def _below(writer: Writer) -> tuple[Run, ...]:
    summary, label = writer.summary, writer.label
    names = named(writer, summary.below_support, most=len(summary.below_support))
    return label.runs(
        f"below_{writer.measured}" if summary.types else f"all_below_{writer.measured}",
        count=len(summary.below_support),
        fewest=summary.min_support,
        names=names,
    )


def _tables(writer: Writer, level: str, rows: Sequence[SharedWeakness]) -> list[Table]:
    """Return the tables of types or categories, by units and by projects, each ranked by its own share."""
    return [_table(writer, level, rows, what, share) for what, share in _shares(writer)]


def _table(
    writer: Writer, level: str, rows: Sequence[SharedWeakness], what: str, share: Callable[[SharedWeakness], Share]
) -> Table:
    label = writer.label
    types = level == "type"
    corrected = any(share(row).corrected is not None for row in rows)
    columns = [
        *([number_column(label("ranking"), 5)] if writer.ranked else []),
        Column(label(level), width=24),
        *([Column(label("category"), width=10)] if types else []),
        number_column(label(f"{what}_showing"), 8),
        Column(label(f"share_{what}"), "left", SHARE + 6),
        number_column(label("interval"), INTERVAL),
    ]
    if corrected:
        columns += [number_column(label("corrected"), SHARE), number_column(label("corrected_interval"), INTERVAL)]
    columns.append(number_column(label("findings")))
    order = writer.in_order(rows)
    if writer.ranked:
        order = tuple(sorted(order, key=lambda row: -share(row).count))  # equal ones stay as they are
    places = ranks([share(row).count for row in order]) if writer.ranked else []
    body = []
    for number, row in enumerate(order):
        link = writer.article(row.id) if types else writer.index.entry(writer.name(row.id), row.statements)
        cells = [
            *([Cell(str(places[number]), places[number])] if writer.ranked else []),
            Cell(writer.name(row.id), link=link),
            *([Cell(writer.name(row.category), tone="quiet")] if types else []),
            *(of_cell(share(row), link), share_cell(share(row), link, bar=True), interval_cell(share(row))),
            *(corrected_cells(share(row)) if corrected else ()),
            count_cell(row.findings, link),
        ]
        body.append(Row(tuple(cells)))
    return Table(
        caption=label(f"ranking_{level}_{what}" if writer.ranked else f"table_{level}_{what}"),
        columns=tuple(columns),
        rows=tuple(body),
        anchor=f"by-{level}-{what}",
        sheet=label(f"sheet_{level}_{what}"),
        heads=2 if writer.ranked else 1,
        note=label("shares_note_corrected" if corrected else "shares_note"),
    )


def _shares(writer: Writer) -> list[tuple[str, Callable[[SharedWeakness], Share]]]:
    """Return what shares are of, and how to get them, the primary one first."""
    found: list[tuple[str, Callable[[SharedWeakness], Share]]] = [("units", _by_unit), ("projects", _by_project)]
    return found[::-1] if writer.by_project else found


def _by_unit(row: SharedWeakness) -> Share:
    return row.by_unit


def _by_project(row: SharedWeakness) -> Share:
    return row.by_project


def _chart(writer: Writer) -> Chart:
    """Return the most shared types as bars."""
    label = writer.label
    rows = writer.types[:_CHARTED]
    shares = [_shares(writer)[0][1](row) for row in rows]
    names = [writer.name(row.id) for row in rows]
    series = Series(
        label(f"share_{writer.measured}"),
        tuple(share.share for share in shares),
        tuple(share.lower for share in shares),
        tuple(share.upper for share in shares),
    )
    values = [label("bar_in_words", name=n, share=percent(s.share)) for n, s in zip(names, shares, strict=True)]
    return Chart(
        caption=label(f"chart_{writer.measured}"),
        kind="bars",
        categories=tuple(names),
        series=(series,),
        alt=label("semicolon").join(values) + label("stop"),
        anchor="chart-types",
        sheet=label(f"sheet_type_{writer.measured}"),
    )
