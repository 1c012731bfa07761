"""Tables that users have – CSV, JSON Lines, Parquet, Excel – read and written in chunks of bounded size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wenti.errors import InputError, UsageError
from wenti.tables.rows import NAME_COLUMNS, TAG_COLUMNS, Chunk, Fault, Layout, Table, Tags

SUFFIXES = (".csv", ".tsv", ".jsonl", ".parquet", ".xlsx")


def is_table(path: Path) -> bool:
    """Tell by its name whether a file is a table, and no hidden one or another's list of faults."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(("~$", ".")) and ".errors." not in path.name


def tables_in(folder: Path, suffixes: Sequence[str] = SUFFIXES) -> list[Path]:
    """Return the tables below a folder, sorted by name, or those of them that have one of some suffixes."""
    files = (file for file in folder.rglob("*") if is_table(file) and file.suffix.lower() in suffixes)
    return sorted(file for file in files if file.is_file())


def open_table(path: Path, column: str | None, wanted: Sequence[str], sheet: str | None = None) -> Table:
    """Open a table, told apart by its suffix.

    Parameters
    ----------
    path : Path
    column : str, optional
        Column of the statements; by default one with a usual name, or the only one.
    wanted : sequence of str
        Columns of tags.
    sheet : str, optional
        Sheet of a workbook; the first by default.

    Raises
    ------
    InputError
        If it cannot be read, is of no known format, or the column is not there.
    UsageError
        If a sheet is named and the table has none.
    """
    suffix = path.suffix.lower()
    if sheet is not None and suffix != ".xlsx":
        raise UsageError("sheet_alone")
    if not path.exists():
        raise InputError("file_missing", file=str(path))
    if path.stat().st_size == 0:
        raise InputError("file_empty", file=str(path))
    if suffix in (".csv", ".tsv"):
        from wenti.tables.delimited import DelimitedTable

        return DelimitedTable(path, column, wanted)
    if suffix == ".jsonl":
        from wenti.tables.json_lines import JsonLinesTable

        return JsonLinesTable(path, column, wanted)
    if suffix == ".parquet":
        from wenti.tables.parquet import ParquetTable

        return ParquetTable(path, column, wanted)
    if suffix == ".xlsx":
        from wenti.tables.workbook import WorkbookTable

        return WorkbookTable(path, column, wanted, sheet)
    raise InputError("format_unknown", file=str(path), suffix=path.suffix, suffixes=" ".join(SUFFIXES))


def layout_of(suffix: str, columns: Sequence[str], integers: Sequence[str], added: Sequence[str], title: str) -> Layout:
    """Return the layout of a new table, by the suffix of its file.

    Parameters
    ----------
    suffix : str
        One of :data:`SUFFIXES`.
    columns : sequence of str
        Of which one is ``text``.
    integers : sequence of str
        Those of the columns that hold integers.
    added : sequence of str
        Columns of tags.
    title : str
        Name of a workbook's sheet.
    """
    if suffix in (".csv", ".tsv"):
        from wenti.tables.delimited import DelimitedLayout

        delimiter = "\t" if suffix == ".tsv" else ","
        return DelimitedLayout(tuple(columns), list(columns).index("text"), tuple(added), delimiter)
    if suffix == ".jsonl":
        from wenti.tables.json_lines import JsonLinesLayout

        return JsonLinesLayout(tuple(columns), "text", tuple(added))
    if suffix == ".parquet":
        from wenti.tables.parquet import ParquetLayout, statement_schema

        return ParquetLayout(statement_schema(columns, integers), "text", tuple(added))
    from wenti.tables.workbook import statement_sheet

    return statement_sheet(columns, added, title)


__all__ = [
    "NAME_COLUMNS", "SUFFIXES", "TAG_COLUMNS", "Chunk", "Fault", "Layout", "Table", "Tags", "is_table", "layout_of",
    "open_table", "tables_in",
]  # fmt: skip
