"""Workbooks of Excel 97 to 2003 and of WPS (.xls, .et): visible sheets, cached values as they are shown."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from wenti.errors import InputError
from wenti.reading.document import Table
from wenti.reading.sheet_formats import BUILT_IN, shown_number, shown_text
from wenti.reading.sheet_grid import Bounds, SheetGrid

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # name of the stream that holds a locked .xlsx
_GENERAL = "General"


def xls_tables(content: bytes, form: str) -> Iterator[Table]:
    """Yield the visible sheets that hold text."""
    if _ENCRYPTED in content:
        raise InputError("file_locked")
    book = _opened(content, form)
    codes = [_code(book, style) for style in book.xf_list]
    bounds = Bounds()
    for sheet in book.sheets():
        if sheet.visibility:
            continue
        grid = SheetGrid(form, bounds)
        for row in range(sheet.nrows):
            for column, cell in enumerate(sheet.row(row)):
                code = codes[cell.xf_index] if cell.xf_index is not None and cell.xf_index < len(codes) else _GENERAL
                grid.put(row + 1, column + 1, _shown(cell, code, since_1904=bool(book.datemode)))
        for top, bottom, left, right in sheet.merged_cells:
            grid.merge(top + 1, left + 1, bottom, right)
        table = grid.table(sheet.name)
        if table is not None:
            yield table


def _opened(content: bytes, form: str) -> Any:
    try:
        import xlrd
        from xlrd.biffh import XLRDError
    except ImportError:
        raise InputError("extra_missing", format=form, extra="office") from None
    try:
        # Merged cells and number formats are read with the formatting only. What xlrd prints goes nowhere.
        return xlrd.open_workbook(file_contents=content, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    except XLRDError as error:
        if "encrypted" in str(error):
            raise InputError("file_locked") from None
        raise


def _code(book: Any, style: Any) -> str:
    """Return the number format of a style; xlrd knows those that have a number only as the United States have them."""
    from xlrd.formatting import std_format_strings

    number = style.format_key
    known = book.format_map.get(number)
    if known is None or known.format_str == std_format_strings.get(number, _GENERAL):
        return BUILT_IN.get(number, _GENERAL)
    return str(known.format_str)


def _shown(cell: Any, code: str, *, since_1904: bool) -> str:
    import xlrd

    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            return shown_text(cell.value, code)
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            return shown_number(cell.value, code, since_1904=since_1904)
        case xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        case xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, ""))
    return ""
