"""Native charts, fed from cells below them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wenti.rendering.blocks import Cell, Chart, Series
from wenti.rendering.workbook.book import Book, caption_anchor
from wenti.rendering.workbook.cells import height_of, lines_of
from wenti.rendering.workbook.styles import BODY, CAPTION, HEAD, NOTE, SIZE

_ROW_CM = height_of(1) * 2.54 / 72
_CHARACTER_CM = 0.2
_NARROWEST, _WIDEST = 16.0, 26.0
_BAR_CM, _AROUND_CM, _LINES_CM = 0.75, 2.4, 9.0
_HIGHEST_CM = 60.0
_NAMES, _DEFAULT = 20, 8.4  # characters: of a column that holds names, and of one without width
_MINUS, _PLUS = 3, 4  # columns from a series to its distances
_STEPS = {0.1: 0.02, 0.2: 0.05, 0.3: 0.05, 0.5: 0.1, 0.8: 0.2, 1.0: 0.2}
_BAR, _WHISKER, _GRID, _TEXT = "4F81B5", "3A4250", "E3E7EC", "3A4250"
_LOOKS = (
    ("1F5FA8", "circle"),
    ("C8501E", "square"),
    ("2E7D4F", "triangle"),
    ("7A4FA0", "diamond"),
    ("8A6D1B", "x"),
    ("4A5560", "plus"),
)
_EMU = 12_700  # in a point


@dataclass(frozen=True, slots=True)
class _Grid:
    """The numbers of a chart as they stand on the sheet.

    Attributes
    ----------
    sheet : openpyxl.worksheet.worksheet.Worksheet
    head, names : int
        Row and column of the corner, where the headings meet.
    titles : tuple of str
        Along the top.
    rows : tuple of (str, tuple)
        Below it, each with its name at the left.
    series : tuple of int
        Where series are, in columns or rows from the corner.
    """

    sheet: Any
    head: int
    names: int
    titles: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float | None, ...]], ...]
    series: tuple[int, ...]

    @property
    def last(self) -> tuple[int, int]:
        """The last row and column."""
        return self.head + len(self.rows), self.names + len(self.titles)

    def down(self, column: int, is_titled: bool = False) -> Any:
        """Return the cells of a column, counted from the names."""
        from openpyxl.chart import Reference

        place = self.names + column
        return Reference(self.sheet, min_col=place, min_row=self.head + (not is_titled), max_row=self.last[0])

    def along(self, row: int, is_titled: bool = False) -> Any:
        """Return the cells of a row, counted from the head."""
        from openpyxl.chart import Reference

        place = self.head + row
        return Reference(self.sheet, min_row=place, min_col=self.names + (not is_titled), max_col=self.last[1])


def put_chart(
    book: Book, sheet: Any, chart: Chart, caption: str, place: tuple[int, Sequence[float]]
) -> tuple[int, int]:
    """Write a chart with its caption, what it says in words, and its numbers.

    Parameters
    ----------
    book : Book
    sheet : openpyxl.worksheet.worksheet.Worksheet
    chart : Chart
    caption : str
    place : tuple of (int, sequence of float)
        The first row, and how wide the columns are.

    Returns
    -------
    row, column : int
        The first row that is free again, and the last column that has numbers.
    """
    row, widths = place
    book.put(sheet, (row, 1), caption, CAPTION)
    book.mark(caption_anchor(chart), sheet, row)
    drawing = _bars() if chart.kind == "bars" else _lines()
    drawing.width = min(max(sum(widths) * _CHARACTER_CM, _NARROWEST), _WIDEST)
    height = _BAR_CM * len(chart.categories) * len(chart.series) + _AROUND_CM if chart.kind == "bars" else _LINES_CM
    drawing.height = min(height, _HIGHEST_CM)
    below = row + 2 + math.ceil(drawing.height / _ROW_CM)
    book.put(sheet, (below, 1), chart.alt, NOTE)
    if len(widths) > 1:
        sheet.merge_cells(start_row=below, end_row=below, start_column=1, end_column=len(widths))
    sheet.row_dimensions[below].height = height_of(lines_of(chart.alt, sum(widths) * SIZE / NOTE.size))
    names = next((i for i, width in enumerate(widths, start=1) if width >= _NAMES), 1)
    grid = _grid(book, sheet, chart, (below + 1, names))
    _put_grid(book, grid, widths)
    if chart.categories:
        _connect(drawing, chart, grid)
        _set_axes(drawing, chart, book.styles.font)
        sheet.add_chart(drawing, f"A{row + 1}")
    return grid.last[0] + 2, grid.last[1]


def _grid(book: Book, sheet: Any, chart: Chart, corner: tuple[int, int]) -> _Grid:
    """Lay out the numbers: of lines a series a row, for years are short and names are long; of bars a series a column."""
    if chart.kind == "lines":
        rows = tuple((series.name, series.values) for series in chart.series)
        return _Grid(sheet, *corner, chart.categories, rows, tuple(range(1, len(rows) + 1)))
    titles: list[str] = []
    columns: list[Sequence[float | None]] = []
    starts = []
    for series in chart.series:
        starts.append(len(titles) + 1)
        titles.append(series.name)
        columns.append(series.values)
        if _has_bounds(series):
            bounds = series.lower, series.upper
            titles += [book.text(key) for key in ("lower", "upper", "minus", "plus")]
            columns += [*bounds, *(_distances(series.values, bound) for bound in bounds)]
    rows = tuple(zip(chart.categories, zip(*columns, strict=True), strict=True))
    return _Grid(sheet, *corner, tuple(titles), rows, tuple(starts))


def _put_grid(book: Book, grid: _Grid, widths: Sequence[float]) -> None:
    look, head = BODY.but(size=SIZE - 1), HEAD.but(size=SIZE - 1)
    room = [widths[i] if i < len(widths) else _DEFAULT for i in range(grid.names - 1, grid.last[1])]
    for number, title in enumerate((book.text("chart_data"), *grid.titles)):
        book.put(grid.sheet, (grid.head, grid.names + number), title, head)
    lines = [lines_of(title, width - 1) for title, width in zip(grid.titles, room[1:], strict=True)]
    grid.sheet.row_dimensions[grid.head].height = height_of(max(lines, default=1))
    for row, (name, values) in enumerate(grid.rows, start=grid.head + 1):
        book.put(grid.sheet, (row, grid.names), name, look)
        grid.sheet.row_dimensions[row].height = height_of(lines_of(name, room[0]))
        for column, value in enumerate(values, start=grid.names + 1):
            share = Cell("", value, percent=True, decimals=1)
            if not book.put_number(grid.sheet, (row, column), share, look.but(align="right")):
                book.put(grid.sheet, (row, column), None, look)


def _has_bounds(series: Series) -> bool:
    return bool(series.lower and series.upper)


def _distances(values: Sequence[float | None], bounds: Sequence[float]) -> list[float | None]:
    """Return how far bounds are from values."""
    pairs = zip(values, bounds, strict=True)
    return [None if value is None else round(abs(value - bound), 12) for value, bound in pairs]


def _bars() -> Any:
    from openpyxl.chart import BarChart

    drawing = BarChart()
    drawing.type, drawing.grouping = "bar", "clustered"
    drawing.gapWidth = 60
    drawing.x_axis.scaling.orientation = "maxMin"  # the first at the top
    drawing.y_axis.crosses = "max"
    return drawing


def _lines() -> Any:
    from openpyxl.chart import LineChart

    return LineChart()


def _connect(drawing: Any, chart: Chart, grid: _Grid) -> None:
    """Give a chart its numbers."""
    from openpyxl.chart import Series as Drawn

    is_lines = chart.kind == "lines"
    for number, (series, start) in enumerate(zip(chart.series, grid.series, strict=True)):
        cells = grid.along(start, is_titled=True) if is_lines else grid.down(start, is_titled=True)
        drawn = Drawn(cells, title_from_data=True)
        colour, marker = _LOOKS[number % len(_LOOKS)]
        if is_lines:
            _draw_line(drawn, colour, marker)
        else:
            drawn.graphicalProperties.solidFill = _BAR if len(chart.series) == 1 else colour
            if _has_bounds(series):
                drawn.errBars = _whiskers(grid, start)
        drawing.series.append(drawn)
    drawing.set_categories(grid.along(0) if is_lines else grid.down(0))
    drawing.display_blanks = "gap"
    drawing.visible_cells_only = False  # a filter must not empty a chart


def _draw_line(drawn: Any, colour: str, marker: str) -> None:
    drawn.graphicalProperties.line.solidFill = colour
    drawn.graphicalProperties.line.width = 2 * _EMU
    drawn.smooth = False
    drawn.marker.symbol, drawn.marker.size = marker, 7
    drawn.marker.graphicalProperties.solidFill = colour
    drawn.marker.graphicalProperties.line.solidFill = colour


def _whiskers(grid: _Grid, column: int) -> Any:
    """Return bars of error from the cells that hold the distances to the bounds."""
    from openpyxl.chart.data_source import NumDataSource, NumRef
    from openpyxl.chart.error_bar import ErrorBars
    from openpyxl.chart.shapes import GraphicalProperties

    bars = ErrorBars(errBarType="both", errValType="cust", noEndCap=False)
    bars.minus, bars.plus = (
        NumDataSource(numRef=NumRef(f=str(grid.down(column + offset)))) for offset in (_MINUS, _PLUS)
    )
    bars.spPr = GraphicalProperties()
    bars.spPr.line.solidFill, bars.spPr.line.width = _WHISKER, _EMU
    return bars


def _set_axes(drawing: Any, chart: Chart, font: str) -> None:
    from openpyxl.chart.shapes import GraphicalProperties

    highest = max([value for s in chart.series for value in (*s.values, *s.upper) if value is not None], default=1)
    ceiling = next((end for end in _STEPS if highest <= end), 1.0)
    share, names = drawing.y_axis, drawing.x_axis
    share.scaling.min, share.scaling.max, share.majorUnit = 0, ceiling, _STEPS[ceiling]
    share.number_format = "0%"
    share.majorGridlines.spPr = GraphicalProperties()
    share.majorGridlines.spPr.line.solidFill = _GRID
    names.number_format = "@"
    if len(chart.series) == 1:
        drawing.legend = None
    else:
        drawing.legend.position = "b"
        drawing.legend.txPr = _text(font)
    for axis in (share, names):
        axis.delete = False
        axis.majorTickMark = "none"
        axis.txPr = _text(font)
        axis.spPr = GraphicalProperties()
        axis.spPr.line.solidFill = _GRID


def _text(font: str) -> Any:
    """Return the look of words in a chart."""
    from openpyxl.chart.text import RichText
    from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties

    look = CharacterProperties(sz=900, solidFill=_TEXT, latin=Font(typeface=font), ea=Font(typeface=font))
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=look), endParaRPr=look)])
