"""What format a file is in, by its content first and its suffix second, and the reader of each.

A file may have the wrong suffix: WPS writes Word files as .wps, web sites hand out HTML as .doc, and people rename.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from importlib import import_module

from wenti.reading.document import Document

TEXT = ("txt",)
DOCUMENTS = (
    *("md", "html", "htm", "mht", "mhtml", "docx", "docm", "doc", "wps", "rtf", "odt", "pdf", "ofd"),
    *("xlsx", "xlsm", "xls", "et", "ods", "csv"),
)
PICTURES = ("png", "jpg", "jpeg", "tif", "tiff", "bmp")
ARCHIVES = ("zip",)
SUFFIXES = tuple(f".{name}" for name in (*TEXT, *DOCUMENTS, *PICTURES, *ARCHIVES))

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PICTURES = ((b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpg"), (b"II*\0", "tif"), (b"MM\0*", "tif"), (b"BM", "bmp"))
_BOOKS = ("xlsx", "xlsm", "xls", "et", "ods", "csv")
_HEAD = 4096


def format_of(content: bytes, suffix: str) -> str:
    """Return the format of a file's content.

    Parameters
    ----------
    content : bytes
    suffix : str
        Of its name, without the dot, in lower case: it decides where the content does not.

    Returns
    -------
    str
        A suffix of a format that is read, or ``suffix`` itself.
    """
    if content.startswith(_ZIP):
        return _zip_format(content, suffix)
    if content.startswith(b"%PDF-") or b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith(_OLE):
        return _ole_format(content, suffix)
    if content.startswith(b"{\\rtf"):
        return "rtf"
    for magic, name in _PICTURES:
        if content.startswith(magic) and (name != "bmp" or suffix == "bmp"):
            return name
    return _text_format(content, suffix)


def _zip_format(content: bytes, suffix: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            kind = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except Exception:  # whatever zipfile makes of a damaged file: the reader says what is wrong
        return suffix
    signs = (
        (any(name.startswith("word/") for name in names), "docx"),
        (any(name.startswith("xl/") for name in names), "xlsx"),
        ("OFD.xml" in names, "ofd"),
        (b"opendocument.spreadsheet" in kind, "ods"),
        (b"opendocument.text" in kind, "odt"),
    )
    told = next((name for is_so, name in signs if is_so), None)
    if told is not None:
        return told
    return "zip" if suffix not in ("docx", "docm", "xlsx", "xlsm", "ofd", "ods", "odt") else suffix


def _ole_format(content: bytes, suffix: str) -> str:
    """Tell Word's from Excel's files by the names of their streams; a protected .docx or .xlsx is such a file, too."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if has("EncryptedPackage"):
        return suffix if suffix in ("docx", "docm", "xlsx", "xlsm") else "docx"
    if has("WordDocument"):
        return suffix if suffix in ("doc", "wps") else "doc"
    if has("Workbook") or has("Book"):
        return suffix if suffix in ("xls", "et") else "xls"
    return suffix


def _text_format(content: bytes, suffix: str) -> str:
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if suffix in ("mht", "mhtml") or head.startswith((b"mime-version:", b"from: <saved by")):
        return "mht"
    if head.startswith((b"<!doctype html", b"<html", b"<?xml")) and b"<html" in content[: 4 * _HEAD].lower():
        return "html"
    if suffix in ("htm", "html", "md", "csv", "txt"):
        return "html" if suffix == "htm" else suffix
    # Excel's name on a text file: exported tables are often such.
    return suffix


def reader_of(name: str) -> Callable[[bytes], Document]:
    """Return the reader of a format; its module, and what that needs, is loaded only now."""
    module, function, has_name = _READERS[name]
    read = getattr(import_module(f"wenti.reading.{module}"), function)
    return (lambda content: read(content, name)) if has_name else read


_READERS: dict[str, tuple[str, str, bool]] = {
    **dict.fromkeys(("docx", "docm"), ("word", "read_word", False)),
    **dict.fromkeys(("html", "htm"), ("web", "read_web", False)),
    **dict.fromkeys(("mht", "mhtml"), ("web", "read_mht", False)),
    "md": ("plain", "read_markdown", False),
    "pdf": ("pdf", "read_pdf", False),
    "ofd": ("ofd", "read_ofd", False),
    **dict.fromkeys(("doc", "wps", "rtf", "odt"), ("office", "read_office", True)),
    **dict.fromkeys(_BOOKS, ("sheets", "read_sheets", True)),
    **dict.fromkeys(PICTURES, ("scan", "read_image", False)),
}
READ = frozenset([*TEXT, *_READERS])
"""Formats that have a reader."""
