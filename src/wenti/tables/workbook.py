"""Excel workbooks (.xlsx): one sheet, values and number formats kept; nothing in a cell ever becomes a formula."""

from __future__ import annotations

import datetime
import json
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from wenti.errors import InputError, OutputError, WentiError
from wenti.tables.rows import TEXT_COLUMNS, Chunk, Fault, Tags, added_columns, text_column

MOST_ROWS = 1_048_576
"""Rows of an Excel sheet."""
_BLOCK = 1 << 20
_ROW = re.compile(rb"<row[ />]")
_ROWS = 2000
_HEADER_WITHIN = 20  # rows; above the header there may be a title
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_SHARE = "0.0000"
_FLAG = '"TRUE";"TRUE";"FALSE"'  # as Excel shows it; others would show 1 and 0
_MOST_BYTES = 4 << 30  # of a workbook's parts, unpacked

Cell = Any
"""None, a string, a number, a boolean, a date or time, or one of these in a list with its number format."""


@dataclass(frozen=True, slots=True)
class WorkbookLayout:
    """Rows as lists of cells; the spool is JSON, a row a line.

    Attributes
    ----------
    head : tuple of tuple
        The header, last, and the rows above it.
    columns : tuple of str
        Names in the header.
    text : int
        Index of the column to tag.
    added : tuple of str
        Names of the columns of tags.
    sheet : str
    """

    head: tuple[tuple[Cell, ...], ...]
    columns: tuple[str, ...]
    text: int
    added: tuple[str, ...]
    sheet: str

    def begin(self) -> bytes:
        """Return the header and what stands above it."""
        *above, header = self.head
        return b"".join(map(_line, [*above, [*header, *self.added]]))

    def texts(self, rows: Sequence[Sequence[Cell]]) -> list[str | Fault | None]:
        """Return each row's statement, or why it has none."""
        found: list[str | Fault | None] = []
        for row in rows:
            cell = row[self.text] if self.text < len(row) else None
            if not isinstance(cell, str):
                blank = all(value is None for value in row)
                found.append(None if blank else Fault("row_empty" if cell is None else "row_no_text", self._column()))
            else:
                found.append(_unescaped(cell) if cell.strip() else Fault("row_empty"))
        return found

    def _column(self) -> dict[str, object]:
        return {"column": self.columns[self.text]}

    def encode(self, rows: Sequence[Sequence[Cell]], tags: Tags) -> bytes:
        """Return rows with their tags."""
        width = len(self.columns)
        nothing = [None] * len(self.added)
        lines = []
        for row, tag in zip(rows, zip(*tags, strict=True), strict=True):
            cells = [*row, *[None] * (width - len(row))]
            kind, probability, types, probabilities, review, *names = tag
            if kind is not None:
                cells[width:width] = [kind, [probability, _SHARE], types, probabilities, [review, _FLAG], *names]
            elif len(cells) > width:  # what stands behind the last column stays behind the tags
                cells[width:width] = nothing
            lines.append(_line(cells))
        return b"".join(lines)

    def of_values(self, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Cell]]:
        """Return values as they are."""
        return rows

    def whole(self, spool: Path, part: Path) -> Path:
        """Write the workbook of the spool's rows."""
        from wenti.tables.sheet_writing import write_sheet

        def rows() -> Iterator[list[Cell]]:
            with spool.open("rb") as file:
                for line in file:
                    yield [_read(value) for value in json.loads(line)]

        write_sheet(rows, part, title=self.sheet, header=len(self.head), wide=self.text)
        return part


def _line(row: Sequence[Cell]) -> bytes:
    return json.dumps(row, ensure_ascii=False, default=_dated).encode("utf-8", "replace") + b"\n"


def _dated(value: Any) -> dict[str, str]:
    if isinstance(value, datetime.timedelta):
        return {"timedelta": str(value.total_seconds())}
    return {type(value).__name__: value.isoformat()}


_DATES: dict[str, Any] = {
    "datetime": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "timedelta": lambda seconds: datetime.timedelta(seconds=float(seconds)),
}


def _read(value: Any) -> Cell:
    """Return a cell of what JSON made of it."""
    if isinstance(value, list):
        return [_read(value[0]), value[1]]
    if isinstance(value, dict):
        ((kind, shown),) = value.items()
        return _DATES[kind](shown)
    return value


def _unescaped(text: str) -> str:
    """Return a string in which what XML cannot hold, such as a carriage return, is written out."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def statement_sheet(columns: Sequence[str], added: Sequence[str], title: str) -> WorkbookLayout:
    """Return the layout of a table of statements."""
    return WorkbookLayout((tuple(columns),), tuple(columns), list(columns).index("text"), tuple(added), title)


class WorkbookTable:
    """A sheet of a workbook, read in chunks.

    Parameters
    ----------
    path : Path
    column : str, optional
        Column to tag.
    wanted : sequence of str
        Columns of tags.
    sheet : str, optional
        Name of the sheet; the first by default.

    Raises
    ------
    InputError
        If it cannot be read, the sheet or column is not there, or the result has more rows than a sheet can hold.
    """

    def __init__(self, path: Path, column: str | None, wanted: Sequence[str], sheet: str | None = None) -> None:
        self._path = path
        self._sheet = sheet
        head = [row for row, _ in zip(self._rows(), range(_HEADER_WITHIN), strict=False)]
        names = {column} if column is not None else set(TEXT_COLUMNS)
        at = next((i for i, row in enumerate(head) if names & {_name(cell) for cell in row}), None)
        if at is None:
            at = _widest(head)
        if at is None:
            raise InputError("file_empty", file=str(path))
        columns = tuple(map(_name, head[at]))
        self._first = at + 2
        self.layout = WorkbookLayout(
            tuple(map(tuple, head[: at + 1])),
            columns,
            text_column(columns, column, str(path)),
            added_columns(columns, wanted, str(path)),
            self._title,
        )
        self.total = self._count_rows()
        if len(head) == at + 1 and self._others and sheet is None:  # as of a cover
            raise InputError("sheet_without_rows", file=str(path), sheet=self._title, sheets=", ".join(self._others))
        if self.total > MOST_ROWS:
            raise OutputError("rows_too_many", file=str(path), rows=self.total, most=MOST_ROWS)

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows below the header."""
        rows: list[list[Cell]] = []
        first = self._first
        for number, row in enumerate(self._rows(), start=1):
            if number < self._first:
                continue
            rows.append(row)
            if len(rows) >= _ROWS:
                yield Chunk(rows, range(first, number + 1), number)
                rows, first = [], number + 1
        if rows:
            yield Chunk(rows, range(first, first + len(rows)), self.total)

    def _rows(self) -> Iterator[list[Cell]]:
        with self._opened() as sheet:
            self._title = sheet.title
            sheet.reset_dimensions()  # what programs write there is often wrong
            rows = sheet.iter_rows()
            while True:
                with warnings.catch_warnings(action="ignore"):  # of dates out of range, for one
                    row = next(rows, None)
                if row is None:
                    return
                cells = [_cell(cell) for cell in row]
                while cells and cells[-1] is None:
                    cells.pop()
                yield cells

    def _count_rows(self) -> int:
        """Count the rows of the sheet's XML, which takes a hundredth of reading their cells."""
        count, tail = 0, b""
        with (
            self._opened() as sheet,
            zipfile.ZipFile(self._path) as archive,
            archive.open(sheet._worksheet_path) as stream,
        ):
            while block := stream.read(_BLOCK):
                count += len(_ROW.findall(tail + block))
                tail = block[-4:]  # too short to hold a match
        return count

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        from openpyxl import load_workbook

        try:
            with self._path.open("rb") as stream:  # openpyxl would leave it open where it fails
                _check_size(stream, self._path)
                with warnings.catch_warnings(action="ignore"):  # of styles and extensions that are not kept
                    book = load_workbook(stream, read_only=True, data_only=True)
                sheets = {sheet.title: sheet for sheet in book.worksheets}  # charts may be sheets, too
                if self._sheet is not None and self._sheet not in sheets:
                    names = ", ".join(sheets)
                    raise InputError("sheet_missing", file=str(self._path), sheet=self._sheet, sheets=names)
                chosen = sheets[self._sheet] if self._sheet is not None else book.worksheets[0]
                self._others = [name for name in sheets if name != chosen.title]
                yield chosen
        except WentiError:
            raise
        except OSError as error:
            raise InputError("file_unreadable", file=str(self._path), detail=error.strerror or str(error)) from None
        except Exception as error:  # whatever zipfile, zlib, the XML parser and openpyxl make of a damaged file
            detail = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            raise InputError("workbook_damaged", file=str(self._path), detail=detail) from None


def _check_size(stream: IO[bytes], path: Path) -> None:
    """Refuse what unpacks to more than any sheet of Excel needs."""
    with zipfile.ZipFile(stream) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > _MOST_BYTES:
        raise InputError("file_too_large", file=str(path), limit=_MOST_BYTES >> 20)


def _widest(head: Sequence[Sequence[Cell]]) -> int | None:
    """Return the index of the first row with most of the columns: what stands above it is a title."""
    filled = [sum(cell is not None for cell in row) for row in head]
    most = max(filled, default=0)
    return next((i for i, n in enumerate(filled) if n and 3 * n >= 2 * most), None)


def _name(cell: Cell) -> str:
    value = cell[0] if isinstance(cell, list) else cell
    return "" if value is None else str(value).strip()


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None or isinstance(value, (str, bool)):
        return value
    number_format = cell.number_format
    return value if number_format == "General" else [value, number_format]
