"""The file of a workbook: the same bytes for the same workbook, and rows that are written as they come."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_UNIX, _PLAIN_FILE = 3, 0o600 << 16
_ROWS_END = b"</sheetData>"
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"')
GENERATOR = "wenti"
MOST_CHARACTERS = 32_767
"""Of a cell, counted as Excel does, in UTF-16."""
FORMULA_SIGNS = ("=", "+", "-", "@")
"""What a text begins with that somebody's program would take for a formula once it is edited."""
_LIKE_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def escaped(text: str) -> str:
    """Return a text of which nothing is taken for an escaped character: ``_x000D_`` shows as it is written."""
    return _LIKE_ESCAPE.sub("_x005F_", text) if "_x" in text else text


class Rows:
    """Rows of a sheet as XML, to stand below those that openpyxl writes.

    Parameters
    ----------
    xml : iterable of bytes
    last : str, optional
        Coordinate of the last cell, where openpyxl does not know it.
    """

    def __init__(self, xml: Iterable[bytes], last: str | None = None) -> None:
        self.xml = xml
        self.last = last


def archived(book: Any, rows: Mapping[str, Rows], date: str) -> bytes:
    """Return the file of a workbook.

    Parameters
    ----------
    book : openpyxl.Workbook
    rows : mapping of str to Rows
        More rows, by the title of their sheet.
    date : str
        When it was made, as 2026-11-30.
    """
    from openpyxl.writer.excel import ExcelWriter

    _describe(book, date)
    parts = {f"xl/worksheets/sheet{i}.xml": rows.get(sheet.title) for i, sheet in enumerate(book.worksheets, 1)}
    stream = io.BytesIO()
    with _Archive(stream, {part: more for part, more in parts.items() if more is not None}) as archive:
        ExcelWriter(book, archive).save()
    return stream.getvalue()


def _describe(book: Any, date: str) -> None:
    properties = book.properties
    try:
        day = datetime.fromisoformat(date).replace(tzinfo=None)
    except ValueError:
        day = datetime(*_EARLIEST)
    properties.created = properties.modified = day
    properties.keywords = properties.category = properties.creator = GENERATOR


class _Archive(ZipFile):
    """Entries of one date, whatever the clock and the system."""

    def __init__(self, stream: io.BytesIO, rows: Mapping[str, Rows]) -> None:
        super().__init__(stream, "w", ZIP_DEFLATED)
        self._rows = rows

    def writestr(self, zinfo_or_arcname: str | ZipInfo, data: Any, *_: Any, **__: Any) -> None:
        """Write an entry; openpyxl's word on what made the file becomes ours."""
        from openpyxl.xml.constants import ARC_APP

        name = str(zinfo_or_arcname)
        super().writestr(_entry(name), _application() if name == ARC_APP else data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """Write a sheet, with more rows where there are any."""
        content = Path(filename).read_bytes()
        more = self._rows.get(arcname)
        if more is None:
            self.writestr(arcname, content)
            return
        if more.last is not None:
            content = _DIMENSION.sub(f'<dimension ref="A1:{more.last}"'.encode(), content, count=1)
        before, end, after = content.partition(_ROWS_END)
        with self.open(_entry(arcname), "w", force_zip64=True) as part:
            part.write(before)
            part.writelines(more.xml)
            part.write(end + after)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _EARLIEST)
    entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, _UNIX, _PLAIN_FILE
    return entry


def _application() -> bytes:
    from openpyxl.packaging.extended import ExtendedProperties
    from openpyxl.xml.functions import tostring

    properties = ExtendedProperties()
    properties.Application, properties.AppVersion = GENERATOR, None
    content: bytes = tostring(properties.to_tree())
    return content
