"""Years: which types become more or less common, which are new; and two periods or groups set against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from wenti.rendering.blocks import Block, Cell, Chart, Column, Heading, Paragraph, Row, Run, Series, Table
from wenti.rendering.content.cells import INTERVAL, NO_CELL, number_column, of_cell, p_cell, points_cell, share_cell
from wenti.rendering.content.numbers import percent, points, significant
from wenti.rendering.content.wording import named, side_named
from wenti.rendering.content.writer import Writer
from wenti.summary import Comparison, Contrast, Trend, TrendPoint

_LINES = 6
_TOLD = 5


def years(writer: Writer) -> list[Block]:
    """Return the chapter on years and comparisons; nothing where there is only one year and nothing to compare."""
    blocks = [*_trends(writer), *_new(writer), *_comparison(writer)]
    return [Heading(writer.label("chapter_years"), 1, "years"), *blocks] if blocks else []


def _trends(writer: Writer) -> Iterator[Block]:
    summary, label = writer.summary, writer.label
    if not summary.trends:
        return
    types = [row for row in summary.trends if row.id in writer.articles]
    categories = [row for row in summary.trends if "." not in row.id]
    yield Heading(label("trends"), 2)
    if types:
        yield Paragraph(_trends_in_words(writer, types))
        yield _chart(writer, _most_common(writer, types))
    for level, rows in (("category", categories), ("type", types)):
        if rows:
            yield _trend_table(writer, level, rows)


def _trends_in_words(writer: Writer, rows: Sequence[Trend]) -> tuple[Run, ...]:
    """Return which types become more or less common, as far as a test bears it out."""
    label = writer.label
    sentences = []
    for way, sign in (("up", 1), ("down", -1)):
        reliable = [row for row in rows if significant(row.p_adjusted) and row.change * sign > 0]
        yearly = [row.id for row in reliable if _each_year(row, sign)]
        for key, names in (
            (f"trend_{way}_yearly", yearly),
            (f"trend_{way}", [row.id for row in reliable if row.id not in yearly]),
        ):
            if names:
                sentences.append(label.runs(key, names=named(writer, names)))
    return label.text(*(sentences or [label.runs("trend_none")]))


def _each_year(row: Trend, sign: int) -> bool:
    """Tell whether a share rises (falls, where the sign is negative) from each year to the next, none left out."""
    points = [point for point in row.points if point.share.total]
    return all(
        other.year == one.year + 1 and (other.share.share - one.share.share) * sign > 0
        for one, other in pairwise(points)
    )


def _most_common(writer: Writer, rows: Sequence[Trend]) -> list[Trend]:
    place = {row.id: number for number, row in enumerate(writer.summary.types)}
    return sorted(rows, key=lambda row: place[row.id])[:_LINES]


def _chart(writer: Writer, rows: Sequence[Trend]) -> Chart:
    label = writer.label
    found = sorted({point.year for row in rows for point in row.points})
    series, words = [], []
    for row in rows:
        shares = {point.year: point.share.share for point in row.points if point.share.total}
        series.append(Series(writer.name(row.id), tuple(shares.get(year) for year in found)))
        known = [label("share_in_year", year=year, share=percent(share)) for year, share in sorted(shares.items())]
        words.append(label("bar_in_words", name=writer.name(row.id), share=label("list_comma").join(known)))
    return Chart(
        caption=label("trends_chart"),
        kind="lines",
        categories=tuple(map(str, found)),
        series=tuple(series),
        alt=label("semicolon").join(words) + label("stop"),
        anchor="chart-years",
        sheet=label("sheet_years_type"),
    )


def _trend_table(writer: Writer, level: str, rows: Sequence[Trend]) -> Table:
    """Return the share of units in each year."""
    label = writer.label
    found = sorted({point.year for row in rows for point in row.points})
    body = []
    for row in rows:
        shown = {point.year: point for point in row.points}
        cells = [Cell(writer.name(row.id), link=writer.article(row.id))]
        cells += [_point(writer, row.id, shown.get(year)) for year in found]
        body.append(Row((*cells, points_cell(row.change), p_cell(row.p_value), p_cell(row.p_adjusted))))
    columns = (
        Column(label(level), width=24),
        *(number_column(label("year_n", year=year), 11) for year in found),
        number_column(label("change"), 9),
        number_column(label("p_value"), 8),
        number_column(label("p_adjusted"), 8),
    )
    note = label("trends_note")
    return Table(label(f"trends_{level}"), columns, tuple(body), sheet=label(f"sheet_years_{level}"), note=note)


def _point(writer: Writer, name: str, point: TrendPoint | None) -> Cell:
    """Return the share of a year with how many of how many: 37.5%（3/8）."""
    if point is None or not point.share.total:
        return NO_CELL
    label, share = writer.label, point.share
    title = label("index_year", name=writer.name(name), year=point.year)
    text = label("share_of", share=percent(share.share), count=share.count, total=share.total)
    link = writer.index.entry(title, point.statements)
    return Cell(text, share.share, percent=True, decimals=share_cell(share, "").decimals, link=link)


def _new(writer: Writer) -> Iterator[Block]:
    """Yield the types that only the latest year has."""
    summary, label = writer.summary, writer.label
    if not summary.new_types:
        return
    latest = max(report.year for report in summary.reports if report.year is not None)
    names = named(writer, summary.new_types, most=len(summary.new_types))
    yield Heading(label("new"), 2)
    yield Paragraph(label.runs("new_types", year=str(latest), count=len(summary.new_types), names=names))


def _comparison(writer: Writer) -> Iterator[Block]:
    """Yield two sides set against each other."""
    comparison, label = writer.summary.comparison, writer.label
    if comparison is None or not comparison.rows:
        return
    first, second = side_named(comparison.first, label), side_named(comparison.second, label)
    yield Heading(label("comparison", first=first, second=second), 2)
    differing = [row for row in comparison.rows if significant(row.p_adjusted)]
    if not differing:
        yield Paragraph(label.runs("comparison_none", first=first, second=second))
    sentences = [_difference(writer, row, first, second) for row in differing[:_TOLD]]
    if len(differing) > _TOLD:
        sentences.append(label.runs("comparison_more", count=len(differing) - _TOLD))
    if sentences:
        yield Paragraph(label.text(label.runs("comparison_some"), *sentences))
    yield _comparison_table(writer, comparison, first, second)


def _difference(writer: Writer, row: Contrast, first: str, second: str) -> tuple[Run, ...]:
    return writer.label.runs(
        "difference_in_words",
        name=writer.named(row.id),
        first=first,
        second=second,
        one=percent(row.first.share),
        other=percent(row.second.share),
        points=points(abs(row.difference)),
    )


def _comparison_table(writer: Writer, comparison: Comparison, first: str, second: str) -> Table:
    label = writer.label
    body = []
    for row in comparison.rows:
        sides = ((first, row.first, row.first_statements), (second, row.second, row.second_statements))
        cells = [Cell(writer.name(row.id), link=writer.article(row.id))]
        for side, share, statements in sides:
            link = writer.index.entry(label("index_side", name=writer.name(row.id), side=side), statements)
            cells += [of_cell(share, link), share_cell(share, link)]
        bounds = label("from_to", lower=points(row.lower), upper=points(row.upper))
        cells += [points_cell(row.difference), Cell(bounds, tone="quiet"), p_cell(row.p_value), p_cell(row.p_adjusted)]
        body.append(Row(tuple(cells)))
    columns = (
        Column(label("type"), width=22),
        number_column(label("units_of", side=first), 8),
        number_column(label("share"), 8),
        number_column(label("units_of", side=second), 8),
        number_column(label("share"), 8),
        number_column(label("difference_points"), 9),
        number_column(label("interval"), INTERVAL),
        number_column(label("p_value"), 8),
        number_column(label("p_adjusted"), 8),
    )
    return Table(
        caption=label("comparison_table", first=first, second=second),
        columns=columns,
        rows=tuple(body),
        sheet=label("sheet_comparison"),
        note=label("comparison_note"),
    )
