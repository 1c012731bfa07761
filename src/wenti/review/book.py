"""Workbooks made and opened with openpyxl, but for the rows of long sheets: openpyxl takes five times as long for them."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from wenti.errors import InputError, OutputError, WentiError
from wenti.review.layout import escaped, shown

MOST_BYTES = 400 << 20
"""Of a workbook's parts, unpacked."""
_MOST_WRITTEN = 200 << 20  # half, as other programs write the same at greater length
_FORMULA = ("=", "+", "-", "@")
_END = b"</sheetData>"
_DAY = datetime.datetime(2000, 1, 1)  # of all workbooks, so that the same content is the same file

Value = str | int | float | None


def cell_xml(place: str, value: Value, styles: tuple[int, int]) -> str:
    """Return a cell; a text never becomes a formula, not even when it is edited.

    Parameters
    ----------
    place : str
        Such as ``B7``.
    value : str, int, float or None
    styles : tuple of int
        Style of the cell, and the same for a text that begins as formulas do.
    """
    if value is None or value == "":
        return f'<c r="{place}" s="{styles[0]}"/>'
    if not isinstance(value, str):
        return f'<c r="{place}" s="{styles[0]}"><v>{value}</v></c>'
    style = styles[value.startswith(_FORMULA)]
    text = escape(escaped(shown(value)))
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def saved(book: Any, rows: Mapping[str, Iterable[bytes]]) -> bytes:
    """Return the file of a workbook.

    Parameters
    ----------
    book : openpyxl.Workbook
    rows : mapping of str to iterable of bytes
        Rows, as XML, that stand below those of a sheet.

    Raises
    ------
    OutputError
        If it holds more than could be read back.
    """
    from openpyxl.writer.excel import ExcelWriter

    book.properties.creator = "wenti"
    book.properties.created = book.properties.modified = _DAY
    content = io.BytesIO()
    parts = {f"xl/worksheets/sheet{index}.xml": rows.get(name, ()) for index, name in enumerate(book.sheetnames, 1)}
    with zipfile.ZipFile(content, "w") as archive:
        ExcelWriter(book, _Parts(archive, parts)).write_data()
    return content.getvalue()


class _Parts:
    """What openpyxl takes for the archive that it writes to: gives all parts one date, and adds rows."""

    def __init__(self, archive: zipfile.ZipFile, rows: Mapping[str, Iterable[bytes]]) -> None:
        self._archive = archive
        self._rows = rows
        self.namelist = archive.namelist

    def writestr(self, name: str, content: str | bytes) -> None:
        self._archive.writestr(_entry(name), content)

    def write(self, file: str, name: str) -> None:
        """Write the part of a sheet."""
        name = name.lstrip("/")
        before, _, after = Path(file).read_bytes().rpartition(_END)
        size = 0
        with self._archive.open(_entry(name), "w") as part:
            part.write(before)
            for block in self._rows[name]:
                size += part.write(block)
                if size > _MOST_WRITTEN:
                    raise OutputError("review_too_large", limit=_MOST_WRITTEN >> 20)
            part.write(_END + after)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DAY.timetuple()[:6])
    entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0  # the same on all systems
    return entry


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open a workbook to read its values row by row.

    Raises
    ------
    InputError
        If it cannot be read, or unpacks to more than any review.
    """
    from openpyxl import load_workbook

    try:
        with path.open("rb") as stream, warnings.catch_warnings(action="ignore"):  # of styles that are not kept
            with zipfile.ZipFile(stream) as archive:
                size = sum(entry.file_size for entry in archive.infolist())
            if size > MOST_BYTES:
                raise InputError("unpacked_too_large", limit=MOST_BYTES >> 20)
            yield load_workbook(stream, read_only=True, data_only=True)
    except WentiError as error:
        error.file = error.file or str(path)
        raise
    except FileNotFoundError:
        raise InputError("file_missing", file=str(path)) from None
    except OSError as error:
        raise InputError("file_unreadable", file=str(path), detail=error.strerror or str(error)) from None
    except Exception as error:  # whatever zipfile, zlib, the XML parser and openpyxl make of a damaged file
        detail = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise InputError("workbook_damaged", file=str(path), detail=detail) from None
