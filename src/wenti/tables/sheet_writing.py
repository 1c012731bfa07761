"""A sheet as people get it: readable columns and rows, a header that stays in sight, and no formula anywhere."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from wenti.workbook_archive import FORMULA_SIGNS, MOST_CHARACTERS

_MEASURED = 200  # rows, for the widths of the columns
_WIDEST, _WIDE = 44, 60  # of most columns, and of the text, in narrow characters
_BUTTON = 3  # what the filter's button takes of a header
_LINE, _HIGHEST = 16, 409  # points: of a line, and of Excel's rows
_A4 = 9  # of Excel's paper sizes
_SHADE, _GREY = "FFDDE7F3", "FFBFBFBF"
_ABOVE, _HEADER, _BELOW = range(3)


def write_sheet(rows: Callable[[], Iterable[Sequence[Any]]], part: Path, title: str, header: int, wide: int) -> None:
    """Write a workbook of one sheet, row by row.

    Parameters
    ----------
    rows : callable
        Returns the rows anew each time: nothing, strings, numbers, booleans, dates and times, or one of these in a list
        with its number format.
    part : Path
        Where to write.
    title : str
        Of the sheet.
    header : int
        Number of the row that is the header, from 1.
    wide : int
        Index of the column that holds the text.
    """
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    widths = _widths(islice(rows(), header - 1, header + _MEASURED), wide)
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = f"A{header + 1}"
    _set_page(sheet, header)
    cells = _Cells(sheet)
    number = 0
    for number, row in enumerate(rows(), start=1):
        place = _ABOVE if number < header else _HEADER if number == header else _BELOW
        # Programs that do not measure what they open would show the first line only.
        if place != _ABOVE and (lines := _lines(row, widths)) > 1:
            sheet.row_dimensions[number] = {"ht": str(min(lines * _LINE, _HIGHEST)), "customHeight": "1"}
        sheet.append([cells.of(value, place) for value in row])
        sheet.row_dimensions.pop(number, None)  # written; millions of them would fill the memory
    sheet.auto_filter.ref = f"A{header}:{get_column_letter(max(len(widths), 1))}{number}"
    book.save(part)


class _Cells:
    """Makes cells, each style once."""

    def __init__(self, sheet: Any) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

        self._sheet = sheet
        self._cell = WriteOnlyCell
        self._illegal = re.compile(f"{ILLEGAL_CHARACTERS_RE.pattern}|[\ufffe\uffff]")
        self._styles: dict[tuple[str, int, bool], Any] = {}

    def of(self, value: Any, place: int) -> Any:
        """Return a cell; nothing above the header where there is nothing."""
        number_format = None
        if isinstance(value, list):
            value, number_format = value
        if value is None and place == _ABOVE:
            return None
        is_quoted = False
        if isinstance(value, str):
            value = self._illegal.sub("\ufffd", value)
            if len(value) > MOST_CHARACTERS:
                value = value[: MOST_CHARACTERS - 1] + "…"
            is_quoted = value.startswith(FORMULA_SIGNS)
        cell = self._cell(self._sheet, value)
        if isinstance(value, str):
            cell.data_type = "s"  # also what begins with "=", and #N/A
        cell._style = self._style(number_format or cell.number_format, place, is_quoted)
        return cell

    def _style(self, number_format: str, place: int, is_quoted: bool) -> Any:
        key = (number_format, place, is_quoted)
        if key not in self._styles:
            self._styles[key] = self._new_style(*key)
        return self._styles[key]

    def _new_style(self, number_format: str, place: int, is_quoted: bool) -> Any:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        cell = self._cell(self._sheet)
        cell.number_format = number_format
        cell.quotePrefix = is_quoted  # stays text when it is edited
        cell.alignment = Alignment(vertical="center", wrap_text=place != _ABOVE)  # a title runs over its neighbours
        if place != _ABOVE:
            side = Side("thin", _GREY)
            cell.border = Border(left=side, right=side, top=side, bottom=side)
        if place == _HEADER:
            cell.font = cell.font + Font(bold=True)
            cell.fill = PatternFill("solid", fgColor=_SHADE)
        return cell._style


def _set_page(sheet: Any, header: int) -> None:
    """Let the sheet be printed as wide as a page, with its header on each."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{header}:{header}"


def _widths(rows: Iterable[Sequence[Any]], wide: int) -> list[int]:
    """Return how wide each column must be to show these rows, within reason."""
    columns = zip_longest(*rows)
    return [
        min(max(map(_width, cells)) + _BUTTON, _WIDE if index == wide else _WIDEST)
        for index, cells in enumerate(columns)
    ]


def _width(cell: Any) -> int:
    """Return how many narrow characters a cell takes; those of Chinese are two."""
    return max(_width_of(line) for line in _shown(cell).split("\n"))


def _width_of(line: str) -> int:
    return len(line.encode("gbk", "replace"))


def _lines(row: Sequence[Any], widths: Sequence[int]) -> int:
    """Return how many lines the highest cell of a row takes."""
    most = 1
    for cell, width in zip(row, widths, strict=False):
        if isinstance(cell, str) and (2 * len(cell) > width or "\n" in cell):
            most = max(most, sum(max(1, math.ceil(_width_of(line) / (width - 1))) for line in cell.split("\n")))
    return most


def _shown(cell: Any) -> str:
    """Return about what a cell shows."""
    value, number_format = cell if isinstance(cell, list) else (cell, "")
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}"
    return str(value) if isinstance(value, str | int) else number_format
