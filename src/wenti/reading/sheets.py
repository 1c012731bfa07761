"""Spreadsheets: a table for each visible sheet that holds text, told apart by content and not by name.

Hidden sheets are left out; hidden rows and columns are not, as they are what a filter happens to pass over.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator

from wenti.decoding import decode
from wenti.errors import InputError
from wenti.reading.document import Document, Table
from wenti.reading.sheet_grid import Bounds, SheetGrid
from wenti.reading.sheet_ods import ods_tables
from wenti.reading.sheet_xls import xls_tables
from wenti.reading.sheet_xlsx import xlsx_tables
from wenti.reading.xml_package import Package, damage_named, damaged, too_large

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = re.compile(rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00")  # sheets of Excel before 5.0 stand in no container
_DELIMITED = frozenset(["csv", "tsv"])
_DELIMITERS = ",;\t"
_LOOKED_AT = 10  # lines
_LONGEST_FIELD = 1 << 20
_TOLD = re.compile("sep=([,;\t])\r?\n")  # a line for Excel, which shows the rows below it
_LINE_END = re.compile(r"\r\n?|\n|\Z")
_MOST_DELIMITERS = 1_000_000  # of a line
_MOST_LINES = 5_000_000
_QUOTED = re.compile('"[^"]*"')


def read_sheets(content: bytes, format: str) -> Document:
    """Read a workbook or a table of text.

    Parameters
    ----------
    content : bytes
    format : str
        Suffix of the file without its point, such as ``xlsx``; what matters is only whether it is ``csv`` or ``tsv``.

    Returns
    -------
    Document
        Tables with the names of their sheets, and rows with their numbers, as the program shows them.

    Raises
    ------
    InputError
        If it is damaged, of another format, locked, too large, or holds no text.
    """
    if not content:
        raise InputError("file_empty")
    with damage_named(format):
        tables = tuple(_tables(content, format.lower()))
    if not tables:
        raise InputError("file_empty")
    return Document(tables)


def _tables(content: bytes, form: str) -> Iterator[Table]:
    if content.startswith(_ZIP):
        package = Package(content)
        return (ods_tables if "content.xml" in package else xlsx_tables)(package, form)
    if content.startswith(_OLE) or _BIFF.match(content):
        return xls_tables(content, form)
    if form in _DELIMITED:
        return _delimited_tables(decode(content), form)
    raise damaged(form, "no workbook")


def _delimited_tables(text: str, form: str) -> Iterator[Table]:
    """Yield the one table of a text; its rows are numbered as a program shows them, and not by lines."""
    csv.field_size_limit(_LONGEST_FIELD)
    grid = SheetGrid(form, Bounds())
    told = _TOLD.match(text)
    delimiter = told[1] if told else _delimiter(text, form)
    rows = csv.reader(_lines(text[told.end() :] if told else text, delimiter), delimiter=delimiter)
    for number, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells, start=1):
            grid.put(number, column, cell)
    table = grid.table(None)
    if table is not None:
        yield table


def _lines(text: str, delimiter: str) -> Iterator[str]:
    """Yield lines with their ends; a stream of text would take four bytes for each character."""
    start = 0
    for number, found in enumerate(_LINE_END.finditer(text)):
        line = text[start : found.end()]
        # The reader makes an object of each field, and takes a microsecond for each line, be it empty.
        if number > _MOST_LINES or line.count(delimiter) > _MOST_DELIMITERS:
            raise too_large()
        yield line
        start = found.end()


def _delimiter(text: str, form: str) -> str:
    """Return the delimiter that stands equally often in most of the first lines, whatever the suffix says."""
    head = "\n".join(text[:_LONGEST_FIELD].split("\n", _LOOKED_AT)[:_LOOKED_AT])
    lines = [line for line in _QUOTED.sub("", head).splitlines() if line.strip()]
    usual = "\t" if form == "tsv" else ","

    def agreement(delimiter: str) -> tuple[int, int, bool]:
        counts = Counter(line.count(delimiter) for line in lines if delimiter in line)
        times, lines_alike = max(counts.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return lines_alike, times, delimiter == usual

    return max(_DELIMITERS, key=agreement)
