"""The annex as sheets: all statements and all reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wenti.messages import said
from wenti.rendering.workbook.annex import (
    PRINTED,
    REPORT_COLUMNS,
    STATEMENT_COLUMNS,
    Column,
    report_rows,
    statement_rows,
)
from wenti.rendering.workbook.book import Book, Sheet
from wenti.rendering.workbook.cells import height_of, lines_of, pieces
from wenti.rendering.workbook.rows import look_of, row_bytes
from wenti.rendering.workbook.styles import HEAD, QUIET
from wenti.summary import Summary
from wenti.workbook_archive import Rows

_FLAGGED, _CHECKED = "FFFFE699", "FFC6E0B4"
_HEADS = 2  # columns at the left that stay in sight


def put_statements(book: Book, summary: Summary) -> tuple[Sheet, Rows]:
    """Write the header of all statements; return the sheet, and the rows that belong below it."""
    sheet = book.sheet(book.text("statements"), is_annex=True)
    n_rows = len(summary.statements)
    parts = max((len(pieces(tagged.statement.text)) for tagged in summary.statements), default=1)
    letters = _head(book, sheet, STATEMENT_COLUMNS, more=parts - 1)
    _finish(book, sheet, STATEMENT_COLUMNS, (letters, n_rows + 1))
    printed = _print(sheet, STATEMENT_COLUMNS, PRINTED["statements"], n_rows + 1)
    rows = row_bytes(statement_rows(summary, book.lang), STATEMENT_COLUMNS, letters, printed, book.styles)
    listed = Sheet(sheet.title, (book.text("statements_are"),), n_rows)
    return listed, Rows(rows, f"{letters[-1]}{n_rows + 1}")


def put_reports(book: Book, summary: Summary) -> Sheet:
    """Write all reports; each leads to its first statement."""
    sheet = book.sheet(book.text("reports"), is_annex=True)
    letters = _head(book, sheet, REPORT_COLUMNS)
    printed = _print(sheet, REPORT_COLUMNS, PRINTED["reports"], len(summary.reports) + 1)
    for number, row in enumerate(report_rows(summary, book.lang), start=2):
        lines = 1
        for place, (value, column) in enumerate(zip(row, REPORT_COLUMNS, strict=True), start=1):
            is_whole = place <= printed
            shown = pieces(value)[0] if isinstance(value, str) else value
            if isinstance(shown, str) and is_whole:
                lines = max(lines, lines_of(shown, column.width))
            link = f"s-{value}" if column.name == "first" and value is not None else ""
            book.put(sheet, (number, place), shown, look_of(column, is_whole), [link])
        sheet.row_dimensions[number].height = height_of(lines)
    _finish(book, sheet, REPORT_COLUMNS, (letters, len(summary.reports) + 1))
    return Sheet(sheet.title, (book.text("reports_are"),), len(summary.reports))


def _head(book: Book, sheet: Any, columns: Sequence[Column], more: int = 0) -> list[str]:
    """Write a header; return the names of the columns."""
    from openpyxl.utils import get_column_letter

    titles = [said(column.title, book.lang) for column in columns] + [book.text("continued")] * more
    widths = [column.width for column in columns] + [max(column.width for column in columns)] * more
    letters = [get_column_letter(number) for number in range(1, len(titles) + 1)]
    for number, (letter, title, width) in enumerate(zip(letters, titles, widths, strict=True), start=1):
        book.put(sheet, (1, number), title, HEAD)
        sheet.column_dimensions[letter].width = width
    lines = [lines_of(title, width - 2) for title, width in zip(titles, widths, strict=True)]
    sheet.row_dimensions[1].height = height_of(max(lines))
    return letters


def _finish(book: Book, sheet: Any, columns: Sequence[Column], end: tuple[Sequence[str], int]) -> None:
    """Let a sheet be filtered, scrolled and printed, and mark what a person judged or must judge."""
    from openpyxl.formatting.rule import CellIsRule
    from openpyxl.styles import PatternFill

    letters, last = end
    sheet.auto_filter.ref = f"A1:{letters[-1]}{last}"
    sheet.freeze_panes = f"{letters[_HEADS]}2"
    sheet.sheet_properties.tabColor = QUIET
    for letter, column in zip(letters, columns, strict=False):
        if last > 1 and column.name in ("needs_review", "reviewed"):
            fill = PatternFill(bgColor=_FLAGGED if column.name == "needs_review" else _CHECKED)
            rule = CellIsRule("equal", [f'"{book.text("yes")}"'], fill=fill)
            sheet.conditional_formatting.add(f"{letter}2:{letter}{last}", rule)


def _print(sheet: Any, columns: Sequence[Column], last: str, rows: int) -> int:
    """Print the columns that people read, with the header on each page; return how many they are."""
    from openpyxl.utils import get_column_letter

    number = [column.name for column in columns].index(last) + 1
    sheet.print_area = f"A1:{get_column_letter(number)}{rows}"
    sheet.print_title_rows = "1:1"
    return number
