"""Workbooks made and opened with openpyxl, but for the rows of long sheets: openpyxl takes five times as long for them."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from wenti.errors import InputError, OutputError, WentiError
from wenti.review.layout import shown
from wenti.workbook_archive import FORMULA_SIGNS, Rows, archived, escaped

MOST_BYTES = 400 << 20
"""Of a workbook's parts, unpacked."""
_MOST_WRITTEN = 200 << 20  # half, as other programs write the same at greater length
_DAY = "2000-01-01"  # of all workbooks, so that the same content is the same file

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
    style = styles[value.startswith(FORMULA_SIGNS)]
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
    return archived(book, {name: Rows(_bounded(xml)) for name, xml in rows.items()}, _DAY)


def _bounded(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the rows of a sheet, up to what could be read back."""
    size = 0
    for block in blocks:
        size += len(block)
        if size > _MOST_WRITTEN:
            raise OutputError("review_too_large", limit=_MOST_WRITTEN >> 20)
        yield block


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
