"""CSV and tab-separated tables: UTF-8, UTF-16 or GB18030 in; UTF-8 with a byte-order mark out, as Excel wants it."""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from wenti.decoding import Encoding, encoding_of
from wenti.errors import InputError
from wenti.tables.rows import SHARES, Chunk, Fault, Tags, added_columns, text_column

_MARK = "\ufeff"
_BETWEEN_TAGS = ";"
_FLAGS = {True: "true", False: "false"}
_CHARACTERS = 300_000
_LONGEST_FIELD = 1 << 20
_BROKEN = re.compile("[\udc80-\udcff]")
# A cell that begins so is a formula to Excel, unless it is a number; the wide forms are, too, in some languages. A dash
# alone is how people write that there is nothing.
_FORMULA = ("=", "+", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "-")
_SIGNS = tuple(sign for sign in _FORMULA if sign != "\n")
_HARMLESS = re.compile(r"[+-]?\d[\d,]*(\.\d+)?([eE][+-]?\d+)?%?|-+")


@dataclass(frozen=True, slots=True)
class DelimitedLayout:
    """Rows as strings, the records of the file without their line ends, which stay as they are written.

    Attributes
    ----------
    columns : tuple of str
    text : int
        Index of the column to tag.
    added : tuple of str
        Names of the columns of tags.
    delimiter : str
    newline : str
    broken : bool
        Whether the file has bytes that could not be decoded.
    """

    columns: tuple[str, ...]
    text: int
    added: tuple[str, ...]
    delimiter: str = ","
    newline: str = "\r\n"
    broken: bool = False

    def begin(self) -> bytes:
        """Return the byte-order mark and the header."""
        header = _BROKEN.sub("\ufffd", self._record([*self.columns, *self.added]))
        return f"{_MARK}{header}{self.newline}".encode()

    def texts(self, rows: Sequence[str]) -> list[str | Fault | None]:
        """Return each row's statement, or why it has none."""
        width, text = len(self.columns), self.text
        parsed = self._parsed(rows)
        found: list[Any] = [cells[text] if len(cells) == width else None for cells in parsed]
        for index in [index for index, cell in enumerate(found) if not cell or cell.isspace()]:
            found[index] = self._fault(parsed[index])
        if self.broken:
            for index, row in enumerate(rows):
                if _BROKEN.search(row):
                    found[index] = Fault("row_bytes")
        return found

    def _fault(self, cells: list[str]) -> Fault | None:
        if len(cells) == len(self.columns):
            return Fault("row_empty")
        return Fault("row_columns", {"expected": len(self.columns), "found": len(cells)}) if cells else None

    def encode(self, rows: Sequence[str], tags: Tags) -> bytes:
        """Return rows with their tags. A row stays as it is written, but for cells that would be formulas."""
        rows = self._guarded(rows)
        if self.broken:
            rows = [_BROKEN.sub("\ufffd", row) for row in rows]
        kinds, probabilities, types, type_probabilities, reviews, *names = tags
        if names or None in kinds or self.delimiter == _BETWEEN_TAGS:
            return "".join(self._lines(rows, tags)).encode("utf-8", "replace")
        # The rule, and put together for speed: half the time of a string for each row. Ids are letters, digits,
        # underscores and points: nothing to quote.
        ends = {flag: f"{self.delimiter}{text}{self.newline}" for flag, text in _FLAGS.items()}
        shares = map(SHARES.__getitem__, probabilities)
        columns = (rows, kinds, shares, types, type_probabilities)
        pieces: list[str] = [self.delimiter] * (2 * len(columns) * len(rows))
        for index, column in enumerate(columns):
            pieces[2 * index :: 2 * len(columns)] = column
        pieces[2 * len(columns) - 1 :: 2 * len(columns)] = map(ends.__getitem__, reviews)
        return "".join(pieces).encode("utf-8", "replace")

    def _lines(self, rows: Sequence[str], tags: Tags) -> Iterator[str]:
        between, newline = self.delimiter, self.newline
        for row, cells, tag in zip(rows, self._parsed(rows), zip(*tags, strict=True), strict=True):
            kind, probability, types, type_probabilities, review, *names = tag
            if kind is not None:
                shown = [kind, SHARES[probability], types, type_probabilities, _FLAGS[review], *names]
                yield f"{row}{between}{self._record(shown)}{newline}"
            else:
                yield row + (between * len(self.added) if len(cells) == len(self.columns) else "") + newline

    def of_values(self, rows: Sequence[Sequence[Any]]) -> list[str]:
        """Return values as records, nothing as an empty cell."""
        return [self._record(["" if value is None else str(value) for value in row]) for row in rows]

    def whole(self, spool: Path, part: Path) -> Path:
        """Return the spool: it is the file."""
        return spool

    def _parsed(self, rows: Sequence[str]) -> list[list[str]]:
        csv.field_size_limit(_LONGEST_FIELD)
        quoted = csv.reader([row for row in rows if '"' in row], delimiter=self.delimiter)
        return [next(quoted) if '"' in row else row.split(self.delimiter) if row else [] for row in rows]

    def _guarded(self, rows: Sequence[str]) -> Sequence[str]:
        result = list(rows)
        for index in _suspects(rows, self.delimiter):
            (cells,) = self._parsed([rows[index]])
            if any(guarded(cell) != cell for cell in cells):
                result[index] = self._record(cells)
        return result

    def _record(self, cells: Sequence[str]) -> str:
        stream = io.StringIO(newline="")
        csv.writer(stream, delimiter=self.delimiter).writerow(map(guarded, cells))
        return stream.getvalue().removesuffix("\r\n")  # a writer without line ends would not quote those in cells


def _suspects(rows: Sequence[str], delimiter: str) -> list[int]:
    """Return which rows may hold a cell that begins like a formula; parsing only these is ten times as fast."""
    text = "\n".join(rows)
    before = {delimiter, '"', "\n"}
    places = [at for sign in _SIGNS for at in _found(text, sign) if at == 0 or text[at - 1] in before]
    ends = list(accumulate(len(row) + 1 for row in rows)) if places else []
    suspects = {bisect_right(ends, at) for at in places}
    if text.count("\n") >= len(rows):  # a cell may begin with a line end, too
        suspects.update(index for index, row in enumerate(rows) if "\n" in row)
    return sorted(suspects)


def _found(text: str, sign: str) -> Iterator[int]:
    """Yield where a character stands; a regular expression for all of them takes four times as long."""
    at = text.find(sign)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1)


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: with an apostrophe before it, as Excel itself does.

    Examples
    --------
    >>> [guarded(cell) for cell in ("=1+1", "-12.5%", "-未完成", "预算")]
    ["'=1+1", '-12.5%', "'-未完成", '预算']
    """
    return f"'{cell}" if cell.startswith(_FORMULA) and not _HARMLESS.fullmatch(cell) else cell


class DelimitedTable:
    """A delimited file, read in chunks.

    Parameters
    ----------
    path : Path
    column : str, optional
        Column to tag.
    wanted : sequence of str
        Columns of tags.

    Raises
    ------
    InputError
        If it cannot be read, has no header, or the column is not there.
    """

    def __init__(self, path: Path, column: str | None, wanted: Sequence[str]) -> None:
        self._path = path
        self._encoding: Encoding = encoding_of(path)
        self.total = path.stat().st_size
        with self._open() as stream:
            first = stream.readline()
        usual = "\t" if path.suffix.lower() == ".tsv" else ","
        self._delimiter = max((usual, ",", "\t", ";"), key=lambda c: (first.count(c), c == usual))
        header = self._header()
        if not header:
            raise InputError("file_empty", file=str(path))
        columns = tuple(name.strip() for name in header)
        self.layout = DelimitedLayout(
            columns,
            text_column(columns, column, str(path)),
            added_columns(columns, wanted, str(path)),
            self._delimiter,
            "\n" if first.endswith("\n") and not first.endswith("\r\n") else "\r\n",
            self._encoding.is_broken,
        )

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows below the header."""
        with self._open() as stream:
            line = 1
            while text := stream.read(_CHARACTERS):
                if not text.endswith("\n"):
                    text += stream.readline()
                rows, lines, next_line = self._records(text, stream, line)
                below = 1 if line == 1 else 0  # the header
                line = next_line
                if rows[below:]:
                    yield Chunk(rows[below:], lines[below:], min(stream.buffer.tell(), self.total))  # type: ignore[attr-defined]

    def _header(self) -> list[str]:
        with self._open() as stream:
            rows, _, _ = self._records(stream.readline(), stream, 1)
        return next(csv.reader(rows, delimiter=self._delimiter), [])

    def _open(self) -> io.TextIOWrapper:
        try:
            raw = self._path.open("rb")
        except OSError as error:
            raise InputError("file_unreadable", file=str(self._path), detail=error.strerror) from None
        raw.seek(self._encoding.mark)
        return io.TextIOWrapper(raw, self._encoding.name, "surrogateescape", newline="")

    def _records(self, text: str, stream: io.TextIOWrapper, first: int) -> tuple[list[str], Sequence[int], int]:
        """Return the records of some lines, the line in which each begins, and the one after them.

        A record that goes on behind the text is read to its end.
        """
        lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
        if '"' not in text:
            self._check_plain(lines, first)
            next_line = first + len(lines)
            return lines, range(first, next_line), next_line
        written: list[str] = []  # the lines with their ends, once they are needed
        more: list[str] = []
        records: list[str] = []
        numbers: list[int] = []
        at = 0  # the lines before it are in records
        for quoted in [index for index, line in enumerate(lines) if '"' in line]:
            if quoted < at:
                continue  # in a record that began in a line before
            end = self._end(lines, quoted, stream, more, first)
            self._check_plain(lines[at:quoted], first + at)
            records += lines[at:quoted]
            if end == quoted + 1:
                records.append(lines[quoted])
            else:
                written = written or io.StringIO(text, newline="").readlines()
                records.append("".join([*written[quoted:end], *more]).rstrip("\r\n"))
            numbers += range(first + at, first + quoted + 1)
            at = end
        self._check_plain(lines[at:], first + at)
        records += lines[at:]
        numbers += range(first + at, first + len(lines))
        return records, numbers, first + len(lines)

    def _check_plain(self, lines: list[str], first: int) -> None:
        """Refuse a field that is too long in lines without quotation marks."""
        longest = max(lines, key=len, default="")
        if len(longest) > _LONGEST_FIELD and any(len(cell) > _LONGEST_FIELD for cell in longest.split(self._delimiter)):
            raise InputError("csv_field", file=str(self._path), line=first + lines.index(longest))

    def _end(self, lines: list[str], at: int, stream: io.TextIOWrapper, more: list[str], first: int) -> int:
        """Return where a record ends that begins in a line; the lines that it needs beyond these are read and added.

        To `more` they are added with their ends.
        """
        end = at
        is_open = False

        def source() -> Iterator[str]:
            nonlocal end, is_open
            while True:
                if end == len(lines):
                    if not (line := stream.readline()):
                        is_open = True  # nobody asks for more but within quotation marks
                        return
                    lines.append(line.rstrip("\r\n"))
                    more.append(line)
                end += 1
                yield f"{lines[end - 1]}\r\n"  # so that line ends count, too, for how long a field is

        csv.field_size_limit(_LONGEST_FIELD)
        try:
            next(csv.reader(source(), delimiter=self._delimiter))
        except csv.Error:
            raise InputError("csv_field", file=str(self._path), line=first + at) from None
        if is_open:
            raise InputError("csv_quote", file=str(self._path), line=first + at)
        return end
