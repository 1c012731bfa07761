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
from typing import Any

from wenti.errors import InputError, OutputError
from wenti.output import replacing
from wenti.tables.rows import TEXT_COLUMNS, Chunk, Fault, Tags, added_columns, text_column

MOST_ROWS = 1_048_576
"""Rows of an Excel sheet."""
_BLOCK = 1 << 20
_ROW = re.compile(rb"<row[ />]")
_MOST_CHARACTERS = 32_767  # of a cell
_ROWS = 2000
_HEADER_WITHIN = 20  # rows; above the header there may be a title
_WIDE, _NARROW = 60, 16
_WIDTHS = {"kind": 12, "kind_probability": 16, "types": 44, "type_probabilities": 18, "needs_review": 14}
_SHARE = "0.0000"
_MOST_BYTES = 4 << 30  # of a workbook's parts, unpacked

Cell = Any
"""None, a string, a number, a boolean, a date or time, or one of these in a list with its number format."""


@dataclass(frozen=True, slots=True)
class WorkbookLayout:
    """Rows as lists of cells; the spool is JSON, a row a line.

    Attributes
    ----------
    above : tuple of tuple
        Rows above the header.
    columns : tuple of str
    text : int
        Index of the column to tag.
    added : tuple of str
        Names of the columns of tags.
    sheet : str
    """

    above: tuple[tuple[Cell, ...], ...]
    columns: tuple[Cell, ...]
    text: int
    added: tuple[str, ...]
    sheet: str

    def begin(self) -> bytes:
        """Return the header and what stands above it."""
        return b"".join(map(_line, [*self.above, [*self.columns, *self.added]]))

    def texts(self, rows: Sequence[Sequence[Cell]]) -> list[str | Fault | None]:
        """Return each row's statement, or why it has none."""
        found: list[str | Fault | None] = []
        for row in rows:
            cell = row[self.text] if self.text < len(row) else None
            if not isinstance(cell, str):
                blank = all(value is None for value in row)
                found.append(None if blank else Fault("row_empty" if cell is None else "row_no_text", self._column()))
            else:
                found.append(cell if cell.strip() else Fault("row_empty"))
        return found

    def _column(self) -> dict[str, object]:
        return {"column": self.columns[self.text]}

    def encode(self, rows: Sequence[Sequence[Cell]], tags: Sequence[Tags | None]) -> bytes:
        """Return rows with their tags."""
        width = len(self.columns)
        lines = []
        for row, tag in zip(rows, tags, strict=True):
            cells = [*row, *[None] * (width - len(row))]
            if tag is not None:
                kind, probability, *rest = tag
                cells[width:width] = [kind, [probability, _SHARE], *rest]
            lines.append(_line(cells))
        return b"".join(lines)

    def of_values(self, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Cell]]:
        """Return values as they are."""
        return rows

    def finish(self, spool: Path, target: Path) -> None:
        """Write the workbook of the spool's rows."""
        from openpyxl import Workbook
        from openpyxl.utils import get_column_letter

        book = Workbook(write_only=True)
        sheet = book.create_sheet(self.sheet)
        for index, column in enumerate([*self.columns, *self.added]):
            width = _WIDE if index == self.text else _WIDTHS.get(str(column).removeprefix("wenti_"), _NARROW)
            sheet.column_dimensions[get_column_letter(index + 1)].width = width
        sheet.freeze_panes = f"A{len(self.above) + 2}"
        with replacing(target) as part:
            with spool.open("rb") as file:
                for number, line in enumerate(file):
                    is_header = number == len(self.above)
                    row = [_written(sheet, value, is_header) for value in json.loads(line)]
                    sheet.append(row)
            with part.open("wb") as stream:
                book.save(stream)
        spool.unlink()


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


def _written(sheet: Any, value: Any, is_header: bool) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font

    number_format = None
    if isinstance(value, list):
        value, number_format = value
    if isinstance(value, dict):
        ((kind, shown),) = value.items()
        value = _DATES[kind](shown)
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)
        if len(value) > _MOST_CHARACTERS:
            value = value[: _MOST_CHARACTERS - 1] + "…"
        if not is_header and value[:1] not in ("=", "+", "-", "@"):
            return value
    elif number_format is None:
        return value
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # also what begins with "="
        cell.quotePrefix = value[:1] in ("=", "+", "-", "@")  # and stays text when it is edited
    if is_header:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(vertical="center")
    if number_format is not None:
        cell.number_format = number_format
    return cell


def statement_sheet(columns: Sequence[str], added: Sequence[str], title: str) -> WorkbookLayout:
    """Return the layout of a table of statements."""
    return WorkbookLayout((), tuple(columns), list(columns).index("text"), tuple(added), title)


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
        above: list[tuple[Cell, ...]] = []
        head = [row for row, _ in zip(self._rows(), range(_HEADER_WITHIN), strict=False)]
        names = {column} if column is not None else set(TEXT_COLUMNS)
        at = next((i for i, row in enumerate(head) if names & {_name(cell) for cell in row}), None)
        if at is None:
            at = next((i for i, row in enumerate(head) if any(cell is not None for cell in row)), None)
        if at is None:
            raise InputError("file_empty", file=str(path))
        above, header = [tuple(row) for row in head[:at]], head[at]
        while header and header[-1] is None:
            header = header[:-1]
        columns = tuple(_name(cell) for cell in header)
        self._first = at + 2
        self.layout = WorkbookLayout(
            tuple(above),
            columns,
            text_column(columns, column, str(path)),
            added_columns(columns, wanted, str(path)),
            self._title,
        )
        self.total = self._count_rows()
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
            for row in sheet.iter_rows():
                cells = [_cell(cell) for cell in row]
                while cells and cells[-1] is None:
                    cells.pop()
                yield cells

    def _count_rows(self) -> int:
        """Count the rows of the sheet's XML, which takes a hundredth of reading their cells."""
        count, tail = 0, b""
        with self._opened() as sheet:
            part = sheet._worksheet_path
        with zipfile.ZipFile(self._path) as archive, archive.open(part) as stream:
            while block := stream.read(_BLOCK):
                count += len(_ROW.findall(tail + block))
                tail = block[-4:]  # too short to hold a match
        return count

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException

        _check_size(self._path)
        try:
            with warnings.catch_warnings(action="ignore"):  # of styles and extensions that are not kept
                book = load_workbook(self._path, read_only=True, data_only=True)
            try:
                if self._sheet is not None and self._sheet not in book.sheetnames:
                    sheets = ", ".join(book.sheetnames)
                    raise InputError("sheet_missing", file=str(self._path), sheet=self._sheet, sheets=sheets)
                yield book[self._sheet] if self._sheet is not None else book.worksheets[0]
            finally:
                book.close()
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, SyntaxError, EOFError) as error:
            detail = " ".join(str(error).split())[:200]
            raise InputError("workbook_damaged", file=str(self._path), detail=detail) from None


def _check_size(path: Path) -> None:
    """Refuse what unpacks to more than any sheet of Excel needs."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except FileNotFoundError:
        raise InputError("file_missing", file=str(path)) from None
    except zipfile.BadZipFile:
        raise InputError("workbook_damaged", file=str(path), detail="zip") from None
    except OSError as error:
        raise InputError("file_unreadable", file=str(path), detail=error.strerror or str(error)) from None
    if size > _MOST_BYTES:
        raise InputError("file_too_large", file=str(path), limit=_MOST_BYTES >> 20)


def _name(cell: Cell) -> str:
    value = cell[0] if isinstance(cell, list) else cell
    return "" if value is None else str(value).strip()


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None or isinstance(value, (str, bool)):
        return value
    number_format = cell.number_format
    return value if number_format == "General" else [value, number_format]
