"""Files of tagged statements, as ``wenti tag`` writes them from reports, read for counting: in blocks or as partitions."""

from __future__ import annotations

import csv
import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

import pandas as pd

from wenti.counting import NEEDED, Counted, Counts, finding_numbers, require
from wenti.decoding import displayable, encoding_of
from wenti.errors import InputError, UsageError, WentiError
from wenti.reading import report_files
from wenti.tables import tables_in
from wenti.tables.delimited import guarded
from wenti.tables.workbook import WorkbookTable

SUFFIXES = (".csv", ".tsv", ".jsonl", ".parquet", ".xlsx")

_LONGEST_FIELD = 16 << 20  # characters; a text of a report is no longer than its file
_LONGEST_HEADER = 100_000
_ROWS = 50_000  # of a block
_PART_ROWS = 200_000  # of a part, where row groups are smaller
_SEPARATORS = ",\t;"
_NAMES = tuple(column for column in NEEDED if column != "finding")
_NONE = pd.DataFrame({name: pd.Series(dtype="str") for name in _NAMES} | {"finding": pd.Series(dtype="float64")})


@dataclass(frozen=True, slots=True)
class Part:
    """What one worker reads at a time: a file, or some row groups of a Parquet file (from first to before last)."""

    path: str
    groups: tuple[int, int] | None = None


def tables_among(paths: Iterable[str | Path], *, for_counts: bool = False) -> list[Path]:
    """Return the tables among paths and in folders, folders' files sorted by name; nothing if the paths are of reports.

    A folder that holds reports, too, is one of reports. A .csv may be a ledger of problems, unless counts are wanted.

    Raises
    ------
    InputError
        If a table does not exist.
    UsageError
        If there are both.
    """
    found: dict[Path, None] = {}
    others: list[Path] = []
    for path in map(Path, paths):
        inside = _tables_of(path, for_counts)
        found.update(dict.fromkeys(inside))
        others += [] if inside else [path]
    if found and others:
        missing = [path for path in others if not path.exists()]
        if missing:
            raise InputError("file_missing", file=displayable(missing[0]))
        raise UsageError("reports_and_tables", report=displayable(others[0]), table=displayable(next(iter(found))))
    return list(found)


def _tables_of(path: Path, for_counts: bool) -> list[Path]:
    if path.is_dir():
        return [] if _holds_reports(path) else tables_in(path, SUFFIXES)
    if path.suffix.lower() not in SUFFIXES:
        return []
    if not path.exists():
        raise InputError("file_missing", file=displayable(path))
    is_plain = path.suffix.lower() != ".xlsx"  # which may hold anything
    return [path] if (for_counts and is_plain) or _is_tagged(path) else []


def _holds_reports(folder: Path) -> bool:
    try:
        return not all(map(_is_tagged, report_files([folder])))
    except InputError:
        return False


def _is_tagged(file: Path) -> bool:
    """Tell a table that `wenti tag` wrote from a ledger of problems, which may be a .csv, too."""
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        return False
    if suffix == ".xlsx":
        return _is_tagged_sheet(file)
    if suffix not in (".csv", ".tsv"):
        return True
    try:
        with file.open(encoding=_encoding(file), newline="", errors="replace") as stream:
            first = stream.readline(_LONGEST_HEADER)
    except (InputError, OSError, UnicodeError):
        return suffix == ".tsv"
    header = next(csv.reader([first], delimiter=max(_SEPARATORS, key=first.count)), [])
    return suffix == ".tsv" or sum(name in header for name in NEEDED) * 2 > len(NEEDED)


def _is_tagged_sheet(file: Path) -> bool:
    """Tell a workbook that `wenti tag` wrote from reports from one of any other sort."""
    try:
        columns = WorkbookTable(file, "text", ()).layout.columns
    except WentiError:
        return False
    return set(NEEDED) <= set(columns)


def count_files(files: Iterable[Path], progress: Callable[[int, int], None] = lambda done, total: None) -> Counted:
    """Count files on this machine, a block at a time.

    Parameters
    ----------
    files : iterable of Path
    progress : callable
        Told how many files of how many are done.

    Raises
    ------
    InputError
        If a file cannot be read, or holds no tagged statements of reports.
    """
    counts = Counts()
    wanted = list(files)
    for done, file in enumerate(wanted):
        progress(done, len(wanted))
        for block in _blocks(Part(str(file))):
            counts.add(block)
    progress(len(wanted), len(wanted))
    return counts.counted()


def partitions(files: Iterable[Path]) -> Any:
    """Return files as a dask.dataframe whose partitions are read by who works on them, by their absolute paths.

    Raises
    ------
    InputError
        If a Parquet file is none, or holds no tagged statements of reports; other files are looked at later.
    """
    import dask.dataframe

    parts = [part for file in files for part in _parts(file.absolute())]
    return dask.dataframe.from_map(read_part, parts, meta=_NONE)


def read_part(part: Part) -> pd.DataFrame:
    """Return a part's rows, the columns that counting needs.

    Raises
    ------
    InputError
        If it cannot be read, or holds no tagged statements of reports.
    """
    return pd.concat([_NONE, *_blocks(part)], ignore_index=True)


def _parts(file: Path) -> Iterator[Part]:
    with _faults_of(file):
        if file.suffix.lower() != ".parquet":
            yield Part(str(file))
            return
        metadata = _parquet(file).metadata
        if not metadata.num_row_groups:
            yield Part(str(file), (0, 0))
        first = rows = 0
        for group in range(metadata.num_row_groups):
            rows += metadata.row_group(group).num_rows
            if rows >= _PART_ROWS or group == metadata.num_row_groups - 1:
                yield Part(str(file), (first, group + 1))
                first, rows = group + 1, 0


def whole_rows(file: Path, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
    """Yield the rows of a file with more columns than counting needs, numbers of findings as floats, in blocks.

    Raises
    ------
    InputError
        If it cannot be read, or lacks a column.
    """
    yield from _blocks(Part(str(file)), (*NEEDED, *(column for column in columns if column not in NEEDED)))


def _blocks(part: Part, columns: tuple[str, ...] = NEEDED) -> Iterator[pd.DataFrame]:
    """Yield the rows, numbers of findings as floats."""
    file = Path(part.path)
    suffix = file.suffix.lower()
    with _faults_of(file):
        if suffix == ".parquet":
            frames = _parquet_blocks(file, part.groups, columns)
        elif suffix == ".jsonl":
            frames = _json_blocks(file, columns)
        elif suffix == ".xlsx":
            frames = _workbook_blocks(file, columns)
        else:
            frames = _delimited_blocks(file, columns)
        for frame in frames:
            yield frame.assign(finding=finding_numbers(frame["finding"]))


def _workbook_blocks(file: Path, columns: tuple[str, ...]) -> Iterator[pd.DataFrame]:
    table = WorkbookTable(file, "text", ())
    names = table.layout.columns
    require(names, columns)
    for chunk in table.chunks():
        rows = [[*row, *[None] * (len(names) - len(row))] for row in chunk.rows]
        cells = [[_value(row[names.index(column)]) for column in columns] for row in rows]
        yield pd.DataFrame(cells, columns=list(columns), dtype=object)


def _value(cell: Any) -> Any:
    """Return what stands in a cell of a sheet, without its number format; nothing is empty."""
    value = cell[0] if isinstance(cell, list) else cell
    return "" if value is None else value


def _delimited_blocks(file: Path, columns: tuple[str, ...]) -> Iterator[pd.DataFrame]:
    csv.field_size_limit(_LONGEST_FIELD)
    with file.open(encoding=_encoding(file), newline="") as stream:
        first = stream.readline()
        stream.seek(0)
        reader = csv.reader(stream, delimiter=max(_SEPARATORS, key=first.count))
        header = next(reader, [])
        require(header, columns)
        needed = itemgetter(*map(header.index, columns))
        rows = map(needed, _whole_rows(reader, len(header)))
        while block := list(islice(rows, _ROWS)):
            frame = pd.DataFrame(block, columns=list(columns), dtype=object)
            yield frame.assign(**{name: _unguarded(frame[name]) for name in columns if name != "finding"})


def _whole_rows(reader: Any, width: int) -> Iterator[list[str]]:
    for row in reader:
        if len(row) == width:
            yield row
        elif row:
            raise InputError("counted_row", line=reader.line_num, expected=width, found=len(row))


def _encoding(file: Path) -> str:
    """Return a text's encoding; what begins with the mark of UTF-8, as our own tables do, is not read to its end for it."""
    with file.open("rb") as stream:
        if stream.read(len(BOM_UTF8)) == BOM_UTF8:
            return "utf-8-sig"
    found = encoding_of(file)
    return "utf-16" if found.mark else found.name


def _unguarded(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Return cells without the apostrophe that kept spreadsheets from taking them for formulas."""
    if not any(cell.startswith("'") for cell in set(cells)):
        return cells
    return cells.map(lambda cell: cell[1:] if cell[:1] == "'" and guarded(cell[1:]) == cell else cell)


def _json_blocks(file: Path, columns: tuple[str, ...]) -> Iterator[pd.DataFrame]:
    with file.open(encoding=_encoding(file)) as stream:
        cells = (_cells(line, number, columns) for number, line in enumerate(stream, start=1) if line.strip())
        while block := list(islice(cells, _ROWS)):
            yield pd.DataFrame(block, columns=list(columns), dtype=object)


def _cells(line: str, number: int, columns: tuple[str, ...]) -> list[Any]:
    try:
        value = json.loads(line)
        require(value.keys(), columns)
        return [value[column] for column in columns]
    except InputError as error:
        error.line = number
        raise
    except (ValueError, AttributeError, RecursionError):
        raise InputError("counted_damaged", line=number, detail="JSON") from None


def _parquet_blocks(file: Path, groups: tuple[int, int] | None, columns: tuple[str, ...]) -> Iterator[pd.DataFrame]:
    table = _parquet(file)
    require(table.schema_arrow.names, columns)
    chosen = range(*groups) if groups is not None else range(table.num_row_groups)
    for batch in table.iter_batches(_ROWS, row_groups=list(chosen), columns=list(columns)):
        yield batch.to_pandas()


def _parquet(file: Path) -> Any:
    """Open a Parquet file and check its columns."""
    try:
        from pyarrow.parquet import ParquetFile
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "pyarrow":
            raise
        raise InputError("parquet_missing") from None
    table = ParquetFile(file)
    require(table.schema_arrow.names)
    return table


@contextmanager
def _faults_of(file: Path) -> Iterator[None]:
    """Say of a fault which file has it."""
    try:
        yield
    except InputError as error:
        error.file = error.file or displayable(file)
        raise
    except (
        ValueError,
        AttributeError,
        csv.Error,
    ) as error:  # among them those of pandas, pyarrow, JSON and text encodings
        detail = " ".join(str(error).split())[:200]
        raise InputError("counted_damaged", file=displayable(file), detail=detail) from None
    except FileNotFoundError:
        raise InputError("file_missing", file=displayable(file)) from None
    except OSError as error:  # pyarrow's are without errno
        raise InputError("file_unreadable", file=displayable(file), detail=error.strerror or str(error)[:200]) from None
