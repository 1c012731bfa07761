"""A workbook that a person corrected, read back whatever program saved it."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenti.errors import InputError
from wenti.records import KINDS, Kind
from wenti.review.book import MOST_BYTES, opened
from wenti.review.layout import (
    REPORTS,
    SHEETS,
    STATEMENTS,
    Choices,
    canonical,
    columns_in,
    folded,
    type_columns,
    unescaped,
)
from wenti.taxonomy import Taxonomy

MOST_ROWS = 200_000
"""Of a sheet; twice as many as are written."""
_MOST_COLUMNS = 100
_MOST_SHEETS = 100
_MOST_BLANK = 10_000  # rows, one after the other; what is below is nothing that a person put there
_HEADER_WITHIN = 20  # rows; above the header there may be a title
_NEEDED = {STATEMENTS: {"text", "kind", "type1"}, REPORTS: {"report", "project", "score"}}
FIELDS = ("project", "units", "year", "score", "grade")
"""What a reviewer can correct of a report."""
_YES = frozenset(["是", "yes", "y", "true", "1", "√", "✓", "✔", "对", "已复核"])
_NO = frozenset(["", "否", "no", "n", "false", "0", "未复核"])
_YEAR = re.compile(r"(?<![0-9])(?:19[89]|20[0-9])[0-9](?![0-9])")
_SCORE = re.compile(r"([0-9]{1,4}(?:\.[0-9]+)?)分?")
_OFFSET = re.compile(r"[0-9]{1,9}")
_UNITS = re.compile(r"[;；\n]|、(?![^（(]*[）)])")  # in brackets 、 may belong to a name
_LISTED = 20  # rows that an error names
_SHOWN = 60  # characters of a cell that it names

Tags = tuple[Kind, tuple[str, ...]]
"""Kind and types, the main one first."""
Metadata = Mapping[str, Any]
"""Values of project, units, year, score and grade, as far as there are columns of them."""
_Grid = list[tuple[int, list[Any]]]  # rows with their numbers
_Fault = tuple[InputError, int]  # and its row


@dataclass(frozen=True, slots=True)
class ReviewedStatement:
    """A row of the sheet of statements.

    Attributes
    ----------
    before : Tags or None
        What the reviewer was shown; None if the columns that tell it were deleted.
    is_marked : bool
        Whether the reviewer has set that it is right as it stands.
    metadata : Metadata
        What the row says of its report.
    """

    row: int
    text: str
    report: str
    part: int
    start: int
    end: int
    tags: Tags
    before: Tags | None
    is_marked: bool
    metadata: Metadata

    @property
    def is_reviewed(self) -> bool | None:
        """Whether it was marked or changed; None if that cannot be told."""
        if self.is_marked or self.before is not None:
            return self.is_marked or self.tags != self.before
        return None


@dataclass(frozen=True, slots=True)
class ReviewedReport:
    """A row of the sheet of reports; ``before`` is what the reviewer was shown, as far as there are columns of it."""

    row: int
    report: str
    part: int
    name: str
    given: Metadata
    before: Metadata


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """What a person made of the workbook, and the names that its sheets have by now."""

    file: str
    statements: tuple[ReviewedStatement, ...]
    reports: tuple[ReviewedReport, ...]
    titles: Mapping[str, str]


def read_review(path: str | Path, taxonomy: Taxonomy) -> ReviewSheet:
    """Read a workbook of :func:`wenti.review.write_review`.

    Columns may have moved, and those that are neither text, kind nor types may be gone. A row is *reviewed* if it is
    marked so, or its kind or types are not those that it was written with.

    Parameters
    ----------
    path : str or Path
    taxonomy : Taxonomy
        With the kinds and types that it names.

    Returns
    -------
    ReviewSheet

    Raises
    ------
    InputError
        If it cannot be read, is no such workbook, or cells hold what is no kind, type, year or score: the first such
        column is named, with all its rows.
    """
    file = str(path)
    with opened(Path(path)) as book:
        grids = _grids(book)
    choices = Choices(taxonomy)
    found = {name: _found(name, grids) for name in (STATEMENTS, REPORTS)}
    if found[STATEMENTS] is None:
        raise InputError("review_sheet", file=file)
    faults: list[_Fault] = []
    tables = {name: _Table(file, *table, choices, faults) for name, table in found.items() if table is not None}
    table = tables[STATEMENTS]
    statements = [row.statement() for row in table.rows(("report", "kind", *type_columns(table.columns)))]
    reports = [row.report() for row in tables[REPORTS].rows(("report", *FIELDS))] if REPORTS in tables else []
    _check_twice(statements, table)
    if faults:
        raise _together(faults)
    titles = {name: each.title for name, each in tables.items()}
    return ReviewSheet(file, tuple(statements), tuple(reports), titles)


def _grids(book: Any) -> dict[str, _Grid]:
    """Return the rows of each sheet that hold something, of sheets without a header that is wanted only the first.

    Raises
    ------
    InputError
        If it holds more than any review: a text that is stored once can be shown in all rows.
    """
    grids: dict[str, _Grid] = {}
    characters = 0
    for sheet in book.worksheets[:_MOST_SHEETS]:
        grid: _Grid = []
        grids[sheet.title] = grid
        sheet.reset_dimensions()  # what programs write there is often wrong
        last = 0
        for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS), start=1):
            cells = list(row)
            while cells and cells[-1] is None:
                cells.pop()
            if not cells:
                if number - last > _MOST_BLANK:
                    break
                continue
            last = number
            grid.append((number, cells))
            characters += sum(len(cell) for cell in cells if isinstance(cell, str))
            if len(grid) > MOST_ROWS:
                raise InputError("sheet_too_large", rows=MOST_ROWS, columns=_MOST_COLUMNS)
            if characters > MOST_BYTES:
                raise InputError("unpacked_too_large", limit=MOST_BYTES >> 20)
            if len(grid) == _HEADER_WITHIN and not any(_header_at(name, grid) is not None for name in _NEEDED):
                break
    return grids


def _header_at(name: str, grid: _Grid) -> int | None:
    """Return the index of the row that is a sheet's header."""
    head = enumerate(grid[:_HEADER_WITHIN])
    return next((index for index, (_, cells) in head if columns_in(cells).keys() >= _NEEDED[name]), None)


def _found(name: str, grids: Mapping[str, _Grid]) -> tuple[str, dict[str, int], _Grid] | None:
    """Return title, columns and rows of a sheet, told by its header; its usual title decides between several."""
    found = []
    for title, grid in grids.items():
        index = _header_at(name, grid)
        if index is not None:
            found.append((title, columns_in(grid[index][1]), grid[index + 1 :]))
    return next((each for each in found if each[0] in SHEETS[name]), found[0] if found else None)


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet below its header."""

    file: str
    title: str
    columns: Mapping[str, int]
    grid: _Grid
    choices: Choices
    faults: list[_Fault]

    def rows(self, columns: Sequence[str]) -> Iterator[_Row]:
        """Yield the rows with something in one of some columns; others are remarks below the table."""
        for number, cells in self.grid:
            row = _Row(self, number, cells)
            if any(map(row.text, columns)):
                yield row

    def fault(self, error: InputError, row: int, found: str) -> None:
        """Note what is wrong with a cell."""
        error.file = self.file
        error.facts.update(sheet=self.title, found=found[:_SHOWN])
        self.faults.append((error, row))


@dataclass(frozen=True, slots=True)
class _Row:
    table: _Table
    number: int
    cells: Sequence[Any]

    def text(self, column: str) -> str:
        """Return what a cell says, as text."""
        index = self.table.columns.get(column)
        value = self.cells[index] if index is not None and index < len(self.cells) else None
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # as other programs write whole numbers
        if isinstance(value, datetime.datetime | datetime.date):
            return value.isoformat()
        return "" if value is None else unescaped(str(value)).strip()

    def statement(self) -> ReviewedStatement:
        """Return the row as one of the sheet of statements."""
        kind_before = self.text("kind_before")
        types_before = tuple(filter(None, self.text("types_before").split(";")))
        before = next((kind for kind in KINDS if kind == kind_before), None)
        return ReviewedStatement(
            row=self.number,
            text=self.text("text"),
            report=self.text("report").lower(),
            part=self._offset("part"),
            start=self._offset("start"),
            end=self._offset("end"),
            tags=(self._kind(), self._types()),
            before=(before, types_before) if before is not None and "types_before" in self.table.columns else None,
            is_marked=self._is_marked(),
            metadata=self._metadata("", ("project", "units", "year")),
        )

    def report(self) -> ReviewedReport:
        """Return the row as one of the sheet of reports."""
        given, before = (self._metadata(tail, FIELDS) for tail in ("", "_before"))
        key = self.text("report").lower(), self._offset("part")
        return ReviewedReport(self.number, *key, self.text("path") or self.text("project"), given, before)

    def _metadata(self, tail: str, names: Sequence[str]) -> Metadata:
        """Return what the row says of its report in columns with a tail to their names."""
        parsers: dict[str, Callable[[str], object]] = {
            "units": lambda column: units_in(self.text(column)),
            "year": self._year,
            "score": self._score,
        }
        there = [name for name in names if name + tail in self.table.columns]
        return {name: parsers.get(name, self._name)(name + tail) for name in there}

    def _name(self, column: str) -> str | None:
        return self.text(column) or None

    def _kind(self) -> Kind:
        name = self.text("kind")
        found = self.table.choices.kind_of(name)
        kind = next((kind for kind in KINDS if kind == found), None)
        if kind is None:
            self.table.fault(InputError("review_kind"), self.number, name)
        return kind or KINDS[0]

    def _types(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for column in type_columns(self.table.columns):
            name = self.text(column)
            label = self.table.choices.type_of(name)
            if label is not None:
                found[label] = None
            elif name:
                self.table.fault(InputError("review_type"), self.number, name)
        return tuple(found)

    def _is_marked(self) -> bool:
        mark = folded(self.text("reviewed"))
        if mark not in _YES and mark not in _NO:
            self.table.fault(InputError("review_mark"), self.number, self.text("reviewed"))
        return mark in _YES

    def _year(self, column: str) -> int | None:
        text = self.text(column)
        if text.isascii() and text.isdecimal() and len(text) == 4:
            return int(text)
        years = set(_YEAR.findall(unicodedata.normalize("NFKC", text[:_SHOWN])))
        if len(years) == 1:
            return int(years.pop())
        if text:
            self.table.fault(InputError("review_year"), self.number, text)
        return None

    def _score(self, column: str) -> float | None:
        text = self.text(column)
        found = _SCORE.fullmatch(folded(text))
        if found is not None:
            return float(found[1])
        if text:
            self.table.fault(InputError("review_score"), self.number, text)
        return None

    def _offset(self, column: str) -> int:
        """Return a whole number; what is none fits no statement."""
        text = folded(self.text(column)).replace(",", "")
        return int(text) if _OFFSET.fullmatch(text) else -1


def units_in(text: str) -> tuple[str, ...]:
    """Return the units of a cell.

    Examples
    --------
    >>> units_in("甲局、乙局（原丙局、丁局）；戊局")
    ('甲局', '乙局（原丙局、丁局）', '戊局')
    """
    return tuple(dict.fromkeys(unit.strip() for unit in _UNITS.split(text) if unit.strip()))


def _check_twice(statements: Sequence[ReviewedStatement], table: _Table) -> None:
    """Note rows of one statement, as of copies, that do not agree."""
    first: dict[tuple[object, ...], ReviewedStatement] = {}
    for each in statements:
        if each.report and each.is_reviewed is not False:
            key = (each.report, each.part, each.start, each.end, canonical(each.text))
            other = first.setdefault(key, each)
            if other.tags != each.tags:
                table.fault(InputError("review_twice", first=other.row), each.row, each.text)


def _together(faults: Sequence[_Fault]) -> InputError:
    """Return the first fault, with the rows of all that are like it."""
    first, _ = faults[0]
    alike = [row for fault, row in faults if (fault.key, fault.facts["sheet"]) == (first.key, first.facts["sheet"])]
    rows = list(dict.fromkeys(alike))
    first.facts["rows"] = ", ".join(map(str, rows[:_LISTED])) + (", ..." if len(rows) > _LISTED else "")
    return first
