"""A report as an Excel workbook: what auditors sort, filter and count again."""

from __future__ import annotations

from wenti.errors import OutputError
from wenti.rendering.blocks import Content
from wenti.rendering.workbook.annex_sheets import put_reports, put_statements
from wenti.rendering.workbook.book import Book
from wenti.rendering.workbook.overview import Overview
from wenti.rendering.workbook.tables import table_sheets
from wenti.summary import Summary
from wenti.tables.workbook import MOST_ROWS
from wenti.workbook_archive import archived

__all__ = ["render_xlsx"]


def render_xlsx(summary: Summary, content: Content, lang: str = "zh") -> bytes:
    """Return a report as a workbook.

    The first sheet is the summary; then come the tables and charts of the report, and last every statement and every
    report. Statement N is in row N + 1 of its sheet. Texts stay texts, whatever they begin with.

    Parameters
    ----------
    summary : Summary
    content : Content
        What the report says of the summary.
    lang : {"zh", "en"}, default="zh"

    Raises
    ------
    OutputError
        If there are more statements than a sheet has rows.
    """
    if len(summary.statements) >= MOST_ROWS:
        raise OutputError("rows_too_many", rows=len(summary.statements) + 1, most=MOST_ROWS)
    book = Book(content, lang, statements=len(summary.statements))
    overview = Overview(book)
    sheets = table_sheets(book)
    listed, rows = put_statements(book, summary)
    overview.write([*sheets, listed, put_reports(book, summary)])
    book.connect()
    return archived(book.book, {listed.title: rows}, content.date)
