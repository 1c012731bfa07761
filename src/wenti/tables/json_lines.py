"""JSON Lines: one object a line. A line stays as it is written; the tags are added before its closing brace."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenti.decoding import encoding_of
from wenti.errors import InputError
from wenti.tables.rows import Chunk, Fault, Tags, added_columns, text_column

_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class JsonLinesLayout:
    """Rows as the bytes of their lines.

    Attributes
    ----------
    columns : tuple of str
        Keys of the objects made by :meth:`of_values`.
    text : str
        Key of the statement.
    added : tuple of str
        Keys of the tags.
    encoding : str
    """

    columns: tuple[str, ...]
    text: str
    added: tuple[str, ...]
    encoding: str = "utf-8"

    def begin(self) -> bytes:
        """Return nothing: there is no header."""
        return b""

    def texts(self, rows: Sequence[bytes]) -> list[str | Fault | None]:
        """Return each row's statement, or why it has none."""
        return [self._text(row) for row in rows]

    def _text(self, row: bytes) -> str | Fault | None:
        try:
            line = row.decode(self.encoding)
            if not line.strip():
                return None
            value = json.loads(line)
        except UnicodeDecodeError:
            return Fault("row_bytes")
        except (ValueError, RecursionError):
            return Fault("row_json")
        return self._text_of(value) if isinstance(value, dict) else Fault("row_no_object")

    def _text_of(self, value: dict[str, Any]) -> str | Fault:
        text = value.get(self.text)
        if text is None or (isinstance(text, str) and not text.strip()):
            return Fault("row_empty")
        if not isinstance(text, str):
            return Fault("row_no_text", {"column": self.text})
        if taken := [name for name in self.added if name in value]:
            return Fault("row_taken", {"columns": ", ".join(taken)})
        return text

    def encode(self, rows: Sequence[bytes], tags: Tags) -> bytes:
        """Return rows with their tags, in UTF-8; a row that is not text keeps its bytes."""
        lines = []
        for row, tag in zip(rows, zip(*tags, strict=True), strict=True):
            if tag[0] is None:
                lines.append(self._in_utf8(row))
                continue
            # A tagged row is an object, so its last character is the brace, and the object is not empty.
            head = row.decode(self.encoding).rstrip()[:-1].rstrip()
            added = json.dumps(dict(zip(self.added, tag, strict=True)), ensure_ascii=False)
            lines.append(f"{head}, {added[1:]}".encode())
        return b"".join(line + b"\n" for line in lines)

    def _in_utf8(self, row: bytes) -> bytes:
        try:
            return row.decode(self.encoding).encode()
        except UnicodeDecodeError:
            return row

    def of_values(self, rows: Sequence[Sequence[Any]]) -> list[bytes]:
        """Return values as objects of the columns."""
        return [
            json.dumps(dict(zip(self.columns, row, strict=True)), ensure_ascii=False).encode("utf-8", "replace")
            for row in rows
        ]

    def whole(self, spool: Path, part: Path) -> Path:
        """Return the spool: it is the file."""
        return spool


class JsonLinesTable:
    """A file of JSON Lines, read in chunks.

    Parameters
    ----------
    path : Path
    column : str, optional
        Key of the statement; by default what the first object has.
    wanted : sequence of str
        Keys of tags.

    Raises
    ------
    InputError
        If it cannot be read, or no object has the key.
    """

    def __init__(self, path: Path, column: str | None, wanted: Sequence[str]) -> None:
        self._path = path
        encoding = encoding_of(path)
        self._mark = encoding.mark
        self.total = path.stat().st_size
        if encoding.name.startswith("utf-16"):
            raise InputError("encoding_not_utf8", file=str(path), offset=0)
        keys = self._first_keys(encoding.name)
        text = column if column is not None else keys[text_column(keys, None, str(path))]
        self.layout = JsonLinesLayout((), text, added_columns(keys, wanted, str(path)), encoding.name)

    def chunks(self) -> Iterator[Chunk]:
        """Yield the lines, without their ends."""
        rows: list[bytes] = []
        first, size, done = 1, 0, self._mark
        for line in self._lines():
            rows.append(line.rstrip(b"\r\n"))
            size += len(line)
            if size >= _BYTES:
                done += size
                yield Chunk(rows, range(first, first + len(rows)), done)
                first, rows, size = first + len(rows), [], 0
        if rows:
            yield Chunk(rows, range(first, first + len(rows)), self.total)

    def _lines(self) -> Iterator[bytes]:
        try:
            with self._path.open("rb") as file:
                file.seek(self._mark)
                yield from file
        except OSError as error:
            raise InputError("file_unreadable", file=str(self._path), detail=error.strerror) from None

    def _first_keys(self, encoding: str) -> list[str]:
        for line in self._lines():
            try:
                value = json.loads(line.decode(encoding))
            except (ValueError, RecursionError):
                continue
            if isinstance(value, dict):
                return [str(key) for key in value]
        raise InputError("no_object", file=str(self._path))
