"""Parquet tables (extra ``parquet``): read and written in record batches, schema and metadata kept."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenti.errors import InputError
from wenti.tables.rows import Chunk, Fault, Tags, added_columns, text_column

_ROWS = 10_000  # of a chunk, unless they are so long that they have more bytes than this
_BYTES = 8 << 20
_GROUP = 100_000  # rows that are written together, with the same exception
_GROUP_BYTES = 32 << 20
_BUFFER = 1 << 20  # of each column; by default whole columns are read ahead, and kept
_LENGTH = struct.Struct("<q")


def _arrow() -> Any:
    """Return pyarrow, which only this format needs.

    Raises
    ------
    InputError
        If it is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "pyarrow":
            raise
        raise InputError("parquet_missing") from None
    return pyarrow


@dataclass(frozen=True, slots=True)
class ParquetLayout:
    """Rows as an Arrow stream of one record batch; the spool is such streams, each after its length.

    Attributes
    ----------
    schema : bytes
        Of the rows without tags, as Arrow serialises it.
    text : str
        Column of the statement.
    added : tuple of str
        Names of the columns of tags.
    """

    schema: bytes
    text: str
    added: tuple[str, ...]

    def begin(self) -> bytes:
        """Return a batch without rows, so that an empty table has its columns, too."""
        pa = _arrow()
        schema = pa.ipc.read_schema(pa.py_buffer(self.schema))
        return self.encode(_stream(pa, pa.RecordBatch.from_pylist([], schema=schema)), [[]] * len(self.added))

    def texts(self, rows: bytes) -> list[str | Fault | None]:
        """Return each row's statement, or why it has none."""
        column = _batch(_arrow(), rows).column(self.text)
        try:
            values = column.to_pylist()
        except UnicodeDecodeError:
            values = [_decoded(value) for value in column]
        return [
            value if isinstance(value, Fault) or (value is not None and value.strip()) else Fault("row_empty")
            for value in values
        ]

    def encode(self, rows: bytes, tags: Tags) -> bytes:
        """Return rows with their tags; a row without has none of them."""
        pa = _arrow()
        batch = _batch(pa, rows)
        kinds = (pa.string(), pa.float64(), pa.string(), pa.string(), pa.bool_(), pa.string(), pa.string())
        arrays, fields = list(batch.columns), list(batch.schema)
        for name, kind, column in zip(self.added, kinds[: len(tags)], tags, strict=True):
            arrays.append(pa.array(column, type=kind))
            fields.append(pa.field(name, kind))
        schema = pa.schema(fields, metadata=batch.schema.metadata)
        content = _stream(pa, pa.RecordBatch.from_arrays(arrays, schema=schema))
        return _LENGTH.pack(len(content)) + content

    def of_values(self, rows: Sequence[Sequence[Any]]) -> bytes:
        """Return values as a batch of the schema."""
        pa = _arrow()
        schema = pa.ipc.read_schema(pa.py_buffer(self.schema))
        columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
        arrays = [pa.array(list(column), type=field.type) for column, field in zip(columns, schema, strict=True)]
        return _stream(pa, pa.RecordBatch.from_arrays(arrays, schema=schema))

    def whole(self, spool: Path, part: Path) -> Path:
        """Write the batches of the spool as row groups."""
        pa = _arrow()
        with spool.open("rb") as file:
            writer = None
            pending: list[Any] = []
            while head := file.read(_LENGTH.size):
                batch = _batch(pa, file.read(_LENGTH.unpack(head)[0]))
                writer = writer or pa.parquet.ParquetWriter(part, batch.schema)
                pending.append(batch)
                if sum(map(len, pending)) >= _GROUP or sum(batch.nbytes for batch in pending) >= _GROUP_BYTES:
                    writer.write_table(pa.Table.from_batches(pending))
                    pending = []
            assert writer is not None, "the spool begins with a batch"
            writer.write_table(pa.Table.from_batches(pending, schema=writer.schema))
            writer.close()
        return part


def _decoded(value: Any) -> str | Fault | None:
    try:
        return value.as_py()  # type: ignore[no-any-return]
    except UnicodeDecodeError:
        return Fault("row_bytes")


def _stream(pa: Any, batch: Any) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _batch(pa: Any, content: bytes) -> Any:
    return pa.ipc.open_stream(content).read_next_batch()


def statement_schema(columns: Sequence[str], integers: Sequence[str]) -> bytes:
    """Return the schema of a table of strings and some integers."""
    pa = _arrow()
    fields = [pa.field(name, pa.int64() if name in integers else pa.string()) for name in columns]
    content: bytes = pa.schema(fields).serialize().to_pybytes()
    return content


class ParquetTable:
    """A Parquet file, read in chunks of record batches.

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
        If it cannot be read, or the column is not there or holds no text.
    """

    def __init__(self, path: Path, column: str | None, wanted: Sequence[str]) -> None:
        pa = _arrow()
        self._path = path
        with self._opened() as file:
            schema, names = file.schema_arrow, file.schema_arrow.names
            self.total = file.metadata.num_rows
            self._rows = _rows_of_a_chunk(file.metadata)
        text = names[text_column(names, column, str(path))]
        kind = schema.field(text).type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            raise InputError("column_no_text", file=str(path), column=text, type=str(kind))
        self.layout = ParquetLayout(schema.serialize().to_pybytes(), text, added_columns(names, wanted, str(path)))

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows."""
        pa = _arrow()
        done = 0
        with self._opened() as file:
            for batch in file.iter_batches(self._rows):
                first, done = done + 1, done + len(batch)
                yield Chunk(_stream(pa, batch), range(first, done + 1), done)

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        pa = _arrow()
        try:
            with pa.parquet.ParquetFile(self._path, pre_buffer=False, buffer_size=_BUFFER) as file:
                yield file
        except (pa.ArrowException, OSError, ValueError) as error:
            if isinstance(error, OSError) and error.errno is not None:  # what is wrong in the file has no number
                detail = error.strerror or str(error)
                raise InputError("file_unreadable", file=str(self._path), detail=detail) from None
            detail = " ".join(str(error).split())[:200]
            raise InputError("parquet_damaged", file=str(self._path), detail=detail) from None


def _rows_of_a_chunk(metadata: Any) -> int:
    size = sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups))
    return int(min(_ROWS, max(1, _BYTES * metadata.num_rows // max(size, 1))))
