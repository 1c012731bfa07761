"""Spreadsheets in Open Document Format (.ods): the file holds what each cell shows, beside its value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wenti.errors import InputError
from wenti.reading.document import Table
from wenti.reading.sheet_grid import Bounds, SheetGrid
from wenti.reading.xml_package import Package

_FIGURES = frozenset(["float", "currency", "percentage"])
_PASSED_OVER = frozenset(["annotation", "shapes", "tracked-changes", "dde-links", "forms", "ruby-text"])
_MOST_SPACES = 1000


def ods_tables(package: Package, form: str) -> Iterator[Table]:
    """Yield the visible sheets that hold text."""
    _check_lock(package)
    hidden: set[str] = set()
    if "styles.xml" in package:
        package.parse("styles.xml", _HiddenStyles(hidden).start)
    content = _Content(form, hidden)
    package.parse("content.xml", content.start, content.end, content.data)
    yield from content.tables


def _check_lock(package: Package) -> None:
    """Refuse what a password protects: the manifest tells how a part is encrypted."""
    if "encrypted-package" in package:
        raise InputError("file_locked")

    def start(tag: str, _: dict[str, str]) -> None:
        if tag == "encryption-data":
            raise InputError("file_locked")

    if "meta-inf/manifest.xml" in package:
        package.parse("meta-inf/manifest.xml", start)


class _HiddenStyles:
    """Names of the styles that hide a sheet."""

    def __init__(self, hidden: set[str]) -> None:
        self._hidden = hidden
        self._style = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "style":
            self._style = _named(attributes, "name")
        elif tag == "table-properties" and _named(attributes, "display") == "false":
            self._hidden.add(self._style)


class _Content:
    """The sheets of a document.

    Repeated cells and rows are counted; only those that hold text are repeated.
    """

    def __init__(self, form: str, hidden: set[str]) -> None:
        self.tables: list[Table] = []
        self._form = form
        self._hidden = hidden
        self._styles = _HiddenStyles(hidden)
        self._bounds = Bounds()
        self._grid: SheetGrid | None = None
        self._name = ""
        self._is_shown = False
        self._row = 0
        self._row_repeats = 1
        self._row_cells: list[tuple[int, int, str, tuple[int, int]]] = []
        self._column = 0
        self._cell: dict[str, str] = {}
        self._paragraphs: list[list[str]] = []
        self._in_paragraph = False
        self._passed_over = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._passed_over or tag in _PASSED_OVER:
            self._passed_over += 1
        elif self._grid is None:
            self._begin_sheet(tag, attributes)
        elif tag == "table-row":
            self._row += 1
            self._row_repeats = _count(attributes, "number-rows-repeated")
            self._row_cells, self._column = [], 1
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell = attributes
            self._paragraphs = []
        elif tag in ("p", "h"):
            self._paragraphs.append([])
            self._in_paragraph = True
        else:
            self.data(_written(tag, attributes))

    def _begin_sheet(self, tag: str, attributes: dict[str, str]) -> None:
        self._styles.start(tag, attributes)
        if tag == "table":
            self._grid = SheetGrid(self._form, self._bounds)
            self._name = _named(attributes, "name")
            self._is_shown = _named(attributes, "style-name") not in self._hidden
            self._row = 0

    def data(self, text: str) -> None:
        if self._in_paragraph and not self._passed_over:
            self._paragraphs[-1].append(text)

    def end(self, tag: str) -> None:
        if self._passed_over:
            self._passed_over -= 1
        elif self._grid is None:
            return
        elif tag in ("p", "h"):
            self._in_paragraph = False
        elif tag in ("table-cell", "covered-table-cell"):
            self._end_cell(is_covered=tag != "table-cell")
        elif tag == "table-row":
            self._end_row(self._grid)
        elif tag == "table":
            table = self._grid.table(self._name) if self._is_shown else None
            self.tables += [table] if table is not None else []
            self._grid = None

    def _end_cell(self, *, is_covered: bool) -> None:
        repeats = _count(self._cell, "number-columns-repeated")
        text = "\n".join("".join(parts) for parts in self._paragraphs)
        if _named(self._cell, "value-type") in _FIGURES:
            text = text.replace(",", "")
        if text.strip() and not is_covered:
            spans = (_count(self._cell, "number-rows-spanned"), _count(self._cell, "number-columns-spanned"))
            self._row_cells.append((self._column, repeats, text, spans))
        self._column += repeats

    def _end_row(self, grid: SheetGrid) -> None:
        for row in range(self._row, self._row + self._row_repeats) if self._row_cells and self._is_shown else ():
            for column, repeats, text, (rows, columns) in self._row_cells:
                for place in range(column, column + repeats):
                    grid.put(row, place, text)
                    grid.merge(row, place, row + rows - 1, place + columns - 1)
        self._row += self._row_repeats - 1


def _named(attributes: dict[str, Any], name: str) -> str:
    """Return the value of an attribute, whatever prefix its namespace has."""
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")


def _count(attributes: dict[str, str], name: str) -> int:
    return max(1, int(_named(attributes, name) or 1))


def _written(tag: str, attributes: dict[str, str]) -> str:
    """Return the white space that an element stands for."""
    if tag == "s":
        return " " * min(_count(attributes, "c"), _MOST_SPACES)
    return {"tab": "\t", "line-break": "\n"}.get(tag, "")
