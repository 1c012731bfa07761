"""Workbooks of Excel and WPS in Office Open XML (.xlsx, .xlsm): visible sheets, cached values as they are shown."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from wenti.reading.document import Table
from wenti.reading.sheet_formats import BUILT_IN, shown_number, shown_text
from wenti.reading.sheet_grid import Bounds, SheetGrid
from wenti.reading.xml_package import Package

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_MOST_FORMATS = 100_000  # Excel allows 65,490
_GENERAL = "General"


def xlsx_tables(package: Package, form: str) -> Iterator[Table]:
    """Yield the visible sheets that hold text."""
    book = _Workbook()
    path = _workbook_path(package)
    package.parse(path, book.start)
    parts = _related(package, path)
    strings, styles = _Strings(), _Styles()
    for reader, kind in ((strings, "sharedStrings"), (styles, "styles")):
        part = next((part for part, relation in parts.values() if relation == kind and part in package), None)
        if part is not None:
            package.parse(part, reader.start, reader.end, reader.data)
    bounds = Bounds()
    seen: set[str] = set()
    for name, relation in book.visible:
        part, kind = parts[relation]
        if kind != "worksheet" or part in seen:  # a chart may be a sheet, too
            continue
        seen.add(part)  # or a part that is listed a thousand times would be read as often
        sheet = _Sheet(SheetGrid(form, bounds), strings.texts, styles.codes(), since_1904=book.since_1904)
        package.parse(part, sheet.start, sheet.end, sheet.data)
        table = sheet.grid.table(name)
        if table is not None:
            yield table


def _workbook_path(package: Package) -> str:
    parts = _related(package, "")
    return next((part for part, kind in parts.values() if kind == "officeDocument"), "xl/workbook.xml")


def _related(package: Package, path: str) -> dict[str, tuple[str, str]]:
    """Return the parts that a part names, with their kinds."""
    folder, name = posixpath.split(path)
    related: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            part = posixpath.normpath(posixpath.join("/", folder, attributes["Target"].replace("\\", "/")))
            related[attributes["Id"]] = (part, attributes["Type"].rpartition("/")[2])

    listed = posixpath.join(folder, "_rels", f"{name}.rels")
    if listed in package:
        package.parse(listed, start)
    return related


class _Workbook:
    """The list of sheets."""

    def __init__(self) -> None:
        self.visible: list[tuple[str, str]] = []
        self.since_1904 = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbookPr":
            self.since_1904 = attributes.get("date1904") in ("1", "true")
        elif tag == "sheet" and attributes.get("state", "visible") == "visible":
            relation = next(value for name, value in attributes.items() if name.rpartition(":")[2] == "id")
            self.visible.append((attributes["name"], relation))


class _Text:
    """Collects what stands in elements t, without the pronunciation that may be written beside it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._is_open = False
        self._is_beside = False

    def start(self, tag: str) -> None:
        self._is_beside = self._is_beside or tag == "rPh"
        self._is_open = tag == "t" and not self._is_beside

    def end(self, tag: str) -> None:
        self._is_open = False
        self._is_beside = self._is_beside and tag != "rPh"

    def data(self, text: str) -> None:
        if self._is_open:
            self._parts.append(text)

    def taken(self) -> str:
        text = "".join(self._parts)
        self._parts.clear()
        return _unescaped(text)


def _unescaped(text: str) -> str:
    """Return a text in which what XML cannot hold, such as a carriage return, is written out."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class _Strings:
    """The texts that cells refer to by number."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._text = _Text()
        self.data = self._text.data

    def start(self, tag: str, _: dict[str, str]) -> None:
        self._text.start(tag)

    def end(self, tag: str) -> None:
        self._text.end(tag)
        if tag == "si":
            self.texts.append(self._text.taken())


class _Styles:
    """The number formats that cells refer to by the number of their style."""

    def __init__(self) -> None:
        self._codes: dict[int, str] = {}
        self._formats: list[int] = []
        self._is_cells = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt" and attributes.get("numFmtId", "").isdigit():  # parts of styles have one, too
            self._codes.setdefault(int(attributes["numFmtId"]), attributes.get("formatCode", _GENERAL))
        elif tag == "cellXfs":
            self._is_cells = True
        elif tag == "xf" and self._is_cells and len(self._formats) < _MOST_FORMATS:
            self._formats.append(int(attributes.get("numFmtId", "0")))

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._is_cells = False

    def data(self, text: str) -> None:
        """Pass over text; there is none."""

    def codes(self) -> list[str]:
        """Return the format of each style."""
        return [self._codes.get(number) or BUILT_IN.get(number, _GENERAL) for number in self._formats]


@dataclass(slots=True)
class _Sheet:
    """The cells and merged cells of a sheet."""

    grid: SheetGrid
    strings: list[str]
    codes: list[str]
    since_1904: bool
    _row: int = 0
    _column: int = 0
    _kind: str = "n"
    _code: str = _GENERAL
    _value: list[str] = field(default_factory=list)
    _is_value: bool = False
    _text: _Text = field(default_factory=_Text)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._begin(attributes)
        elif tag == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif tag == "v":
            self._is_value = True
        elif tag == "mergeCell":
            first, _, last = attributes["ref"].partition(":")
            self.grid.merge(*_place(first), *_place(last or first))
        else:
            self._text.start(tag)

    def _begin(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        if place is None:
            self._column += 1
        else:
            self._row, self._column = _place(place)
        self._kind = attributes.get("t", "n")
        style = attributes.get("s")
        self._code = self.codes[int(style)] if style is not None and int(style) < len(self.codes) else _GENERAL
        self._value.clear()

    def data(self, text: str) -> None:
        if self._is_value:
            self._value.append(text)
        else:
            self._text.data(text)

    def end(self, tag: str) -> None:
        if tag == "v":
            self._is_value = False
        elif tag == "c":
            self.grid.put(self._row, self._column, self._shown("".join(self._value).strip(" \n"), self._text.taken()))
        else:
            self._text.end(tag)

    def _shown(self, value: str, inline: str) -> str:
        """Return a cell's value as the program shows it."""
        kind = self._kind
        if kind == "inlineStr":
            return shown_text(inline, self._code)
        if not value or kind == "e":
            return value
        if kind in ("s", "str"):
            return shown_text(self.strings[int(value)] if kind == "s" else _unescaped(value), self._code)
        if kind == "b":
            return "TRUE" if value in ("1", "true") else "FALSE"
        if kind == "d":
            return _shown_moment(value, self._code)
        return shown_number(float(value), self._code, since_1904=self.since_1904)


def _shown_moment(value: str, code: str) -> str:
    """Return a date that is written as one, which few programs do."""
    if code == _GENERAL:
        return value
    moment = datetime.fromisoformat(value).replace(tzinfo=None) - datetime(1899, 12, 30)
    return shown_number(moment.total_seconds() / 86400, code)


def _place(reference: str) -> tuple[int, int]:
    """Return row and column, from 1, of a cell's name such as AB12."""
    found = _PLACE.fullmatch(reference)
    if found is None:
        raise ValueError(f"no cell is called {reference[:20]}")
    column = 0
    for letter in found[1].upper():
        column = 26 * column + ord(letter) - 64
    return int(found[2]), column
