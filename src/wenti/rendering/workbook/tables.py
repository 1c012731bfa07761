"""Tables of a report as sheets: one or several below each other, then the charts that stand with them."""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import chain, zip_longest

from wenti.rendering.blocks import Cell, Chart, Column, Row, Run, Table
from wenti.rendering.numbered import Anchors, numbered
from wenti.rendering.workbook.book import Book, Sheet, caption_anchor, sheet_anchor
from wenti.rendering.workbook.cells import height_of, lines_of, number_format, pieces
from wenti.rendering.workbook.charts import put_chart
from wenti.rendering.workbook.colours import colour, needs_shades
from wenti.rendering.workbook.jumps import carries_link, jumps_of, put_jumps, text_of
from wenti.rendering.workbook.styles import BODY, CAPTION, GROUP, HEAD, NAVIGATION, NOTE, SHADES

_NARROWEST, _WIDEST = 7, 80
_FROZEN = 64  # characters at the left that may stay in sight
_JUMP_WIDTHS = 7, 18  # of numbers, and of words
_LONG = 40  # rows, about a page
_OF_CHARTS = [24.0, *[14.0] * 5]  # columns, where there is no table


def table_sheets(book: Book) -> list[Sheet]:
    """Write a sheet for each name that tables and charts of the report have."""
    blocks: dict[str, list[tuple[Table | Chart, str]]] = {}
    for each in numbered(book.content, Anchors(book.content.blocks)):
        block = each.block
        if isinstance(block, Table | Chart) and block.sheet:
            blocks.setdefault(block.sheet, []).append((block, each.number + block.caption))
    return [_TableSheet(book, name, found).write() for name, found in blocks.items()]


class _TableSheet:
    """One sheet and the next of its rows."""

    def __init__(self, book: Book, name: str, blocks: Sequence[tuple[Table | Chart, str]]) -> None:
        self._book = book
        self._sheet = book.sheet(name)
        self._tables = [(block, caption) for block, caption in blocks if isinstance(block, Table)]
        self._charts = [(block, caption) for block, caption in blocks if isinstance(block, Chart)]
        self._captions = tuple(caption for _, caption in blocks)
        self._widths = _widths([table.columns for table, _ in self._tables])
        self._first = self._next = 1

    def write(self) -> Sheet:
        sheet = self._sheet
        for index, width in enumerate(self._widths, start=1):
            sheet.column_dimensions[_letter(index)].width = width
        self._line(self._book.text("back"), sheet_anchor(self._book.text("summary")))
        if self._tables and self._charts:
            self._line(self._book.text("below") + self._charts[0][1], caption_anchor(self._charts[0][0]))
        self._first = self._next
        sheet.freeze_panes = f"A{self._first}"
        for number, (table, caption) in enumerate(self._tables):
            header, last = self._table(table, caption)
            if number == 0:
                self._filter(table, header, last)
        columns = len(self._widths)
        for chart, caption in self._charts:
            self._next, last = put_chart(self._book, sheet, chart, caption, (self._next, self._widths))
            columns = max(columns, last)
        sheet.print_area = f"A1:{_letter(columns)}{self._next}"  # without the links beside it
        return Sheet(sheet.title, self._captions, sum(len(table.rows) for table, _ in self._tables))

    def _line(self, text: str, link: str) -> None:
        self._book.put(self._sheet, (self._next, 1), text, NAVIGATION, [link])
        self._next += 1

    def _table(self, table: Table, caption: str) -> tuple[int, int]:
        """Write a table; return the row of its header and its last."""
        book, sheet = self._book, self._sheet
        book.put(sheet, (self._next, 1), caption, CAPTION)
        sheet.row_dimensions[self._next].height = height_of(1) + 4
        book.mark(caption_anchor(table), sheet, self._next)
        header = self._next + 1
        jumps = [jumps_of(row, self._widths) for row in table.rows]
        self._header(table.columns, header)
        if any(jumps):
            self._jump_header(header, chain.from_iterable(jumps), max(map(len, jumps)))
        self._next = header + 1
        plain = self._texts(table)
        fills = needs_shades(table)
        for row, links in zip(table.rows, jumps, strict=True):
            put_jumps(book, sheet, (self._next, len(self._widths) + 1), links)
            self._row(row, table.columns, fills, plain)
        last = self._next - 1
        if table.rows:
            colour(sheet, table, (header + 1, last), plain)
        if table.note:
            self._note(table.note, len(table.columns))
        self._next += 1
        return header, last

    def _header(self, columns: Sequence[Column], row: int) -> None:
        for number, column in enumerate(columns, start=1):
            self._book.put(self._sheet, (row, number), column.title, HEAD)
        lines = [lines_of(column.title, width - 2) for column, width in zip(columns, self._widths, strict=False)]
        self._sheet.row_dimensions[row].height = height_of(max(lines, default=1))

    def _jump_header(self, row: int, jumps: chain[tuple[str, str]], most: int) -> None:
        width = _JUMP_WIDTHS[any(len(text) > _JUMP_WIDTHS[0] for text, _ in jumps)]
        for number in range(most):
            column = len(self._widths) + 1 + number
            text = self._book.text("jump") if number == 0 else None
            self._book.put(self._sheet, (row, column), text, NAVIGATION.but(ink=HEAD.ink, underlined=False))
            dimension = self._sheet.column_dimensions[_letter(column)]
            dimension.width = max(dimension.width if dimension.customWidth else 0, width)

    def _texts(self, table: Table) -> set[int]:
        """Return the columns of numbers in words of which a workbook cannot hold so many formats; they stay texts."""
        plain = set()
        for number, column in enumerate(zip_longest(*(row.cells for row in table.rows if not row.group)), start=1):
            forms = {form for cell in column if cell is not None and (form := number_format(cell)) is not None}
            if not self._book.admits(forms):
                plain.add(number)
        return plain

    def _row(self, row: Row, columns: Sequence[Column], fills: bool, plain: Container[int]) -> None:
        book, sheet = self._book, self._sheet
        book.mark(row.anchor, sheet, self._next)
        if row.group:
            self._group(row, len(columns))
            return
        more = [
            self._cell(cell, column, number, fills and cell.shade is not None, number in plain)
            for number, (cell, column) in enumerate(zip(row.cells, columns, strict=False), start=1)
        ]
        self._end_row([text_of(cell) for cell in row.cells])
        for texts in zip_longest(*more, fillvalue=""):  # what no cell can hold goes on below
            for number, text in enumerate(texts, start=1):
                book.put(sheet, (self._next, number), text, BODY)
            self._end_row(texts)

    def _group(self, row: Row, columns: int) -> None:
        look = BODY.but(bold=True, fill=GROUP, wrap=False)
        text = pieces(text_of(row.cells[0]))[0] if row.cells else ""
        for number in range(1, columns + 1):
            self._book.put(self._sheet, (self._next, number), text if number == 1 else None, look)
        self._end_row([])

    def _cell(self, cell: Cell, column: Column, number: int, is_filled: bool, is_plain: bool) -> list[str]:
        """Write a cell; return what it cannot hold."""
        book, sheet, place = self._book, self._sheet, (self._next, number)
        look = BODY.but(align=column.align).toned(cell.tone)
        if is_filled:
            look = look.but(fill=SHADES[cell.shade or 0])
        align = "right" if cell.percent and look.align == "left" else look.align
        if not is_plain and book.put_number(sheet, place, cell, look.but(align=align)):
            return []
        first, *rest = pieces(text_of(cell))
        if cell.lines and not rest:
            book.put_runs(sheet, place, _joined(cell.lines), look)
        else:
            link = cell.link if carries_link(cell, self._widths[number - 1]) else ""
            book.put(sheet, place, first, look, [link])
        return rest

    def _end_row(self, texts: Sequence[str]) -> None:
        lines = [lines_of(text, width) for text, width in zip(texts, self._widths, strict=False)]
        self._sheet.row_dimensions[self._next].height = height_of(max(lines, default=1))
        self._next += 1

    def _note(self, note: str, columns: int) -> None:
        """Write a note below a table, as wide as it."""
        sheet, width = self._sheet, sum(self._widths[:columns])
        self._book.put(sheet, (self._next, 1), pieces(note)[0], NOTE)
        if columns > 1:
            sheet.merge_cells(start_row=self._next, end_row=self._next, start_column=1, end_column=columns)
        sheet.row_dimensions[self._next].height = height_of(lines_of(note, width * BODY.size / NOTE.size))
        self._next += 1

    def _filter(self, table: Table, header: int, last: int) -> None:
        """Let the first table be filtered; let its header stay in sight where it is the only one."""
        sheet = self._sheet
        sheet.auto_filter.ref = f"A{header}:{_letter(len(table.columns))}{last}"
        heads = min(other.heads for other, _ in self._tables)
        if sum(self._widths[:heads]) > _FROZEN:
            heads = 0
        is_header = len({other.columns for other, _ in self._tables}) == 1  # of all that is below it
        first = header + 1 if is_header else self._first
        sheet.freeze_panes = f"{_letter(heads + 1)}{first}"
        if is_header and (not self._charts or len(table.rows) > _LONG):  # above a chart's numbers it would mislead
            sheet.print_title_rows = f"{header}:{header}"


def _widths(tables: Sequence[Sequence[Column]]) -> list[float]:
    """Return how wide columns must be that tables share."""
    each = [[_width(column) for column in columns] for columns in tables] or [_OF_CHARTS]
    return [max(widths) for widths in zip_longest(*each, fillvalue=_NARROWEST)]


def _width(column: Column) -> float:
    title = len(column.title) + 6  # of two lines, with the filter's button
    return round(min(max(1.25 * column.width + 3, title, _NARROWEST), _WIDEST), 1)


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter

    letter: str = get_column_letter(number)
    return letter


def _joined(lines: Sequence[Sequence[Run]]) -> tuple[Run, ...]:
    """Return lines as one paragraph with breaks."""
    return tuple(chain.from_iterable((*([Run("\n")] if number else []), *line) for number, line in enumerate(lines)))
