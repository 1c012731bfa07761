"""The parts of a Word file (.docx, .docm, .dotx): XML in a zip, unpacked and parsed within bounds."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from wenti.errors import InputError

Element = Any
"""An element of lxml, which has no types of its own."""

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
VAL = f"{W}val"

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED = tuple(name.encode("utf-16-le") for name in ("EncryptedPackage", "EncryptionInfo"))
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = re.compile(
    rb"""(xmlns(?::[\w.-]+)?\s*=\s*["'])http://purl\.oclc\.org/ooxml/(wordprocessingml/main|officeDocument/math)(?=["'])"""
)
_TRANSITIONAL = {
    b"wordprocessingml/main": W[1:-1].encode(),
    b"officeDocument/math": M[1:-1].encode(),
}

_MOST_ENTRIES = 65_535
_MOST_BYTES_OF_PART = 200 << 20
_MOST_BYTES = 400 << 20
# Brackets, equals and ampersands: an element of four bytes takes up to two hundred in the tree. A page of a report has
# 1,000 to 5,000 of these.
_MOST_MARKUP = 6_000_000
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Parts:
    """What is read of a Word file, as roots of XML trees; headers, footers and comments are not.

    Attributes
    ----------
    document : Element
    styles, numbering, footnotes, endnotes : Element or None
        None in a file without.
    """

    document: Element
    styles: Element | None
    numbering: Element | None
    footnotes: Element | None
    endnotes: Element | None


def read_parts(content: bytes) -> Parts:
    """Return the parts of a Word file.

    Raises
    ------
    InputError
        If the file has a password or unpacks to too much.
    Exception
        Whatever the libraries raise if the file is damaged or something else.
    """
    if content.startswith(_OLE):
        if any(name in content for name in _ENCRYPTED):
            raise InputError("file_locked")
        raise ValueError("OLE file, such as .doc")
    package = _Package(content)
    main = package.related("").get("officeDocument", "word/document.xml")
    document = package.tree(main)
    if document is None or document.tag != f"{W}document":
        raise ValueError("no Word document inside")
    related = package.related(main)
    kinds = ("styles", "numbering", "footnotes", "endnotes")
    return Parts(document, *(package.tree(related[kind]) if kind in related else None for kind in kinds))


class _Package:
    """The zip; names are compared as Word does, whatever their case and slashes."""

    def __init__(self, content: bytes) -> None:
        if content.count(b"PK\1\2") > _MOST_ENTRIES:
            raise ValueError(f"more than {_MOST_ENTRIES} files inside")
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._entries = {entry.filename.replace("\\", "/").lower(): entry for entry in self._archive.infolist()}
        self._left = _MOST_BYTES

    def related(self, name: str) -> dict[str, str]:
        """Return the names of the parts that a part (or with "", the package) refers to, by kind."""
        folder, file = posixpath.split(name)
        root = self.tree(posixpath.join(folder, "_rels", f"{file}.rels"))
        found: dict[str, str] = {}
        for relationship in root.iter(_RELATIONSHIP) if root is not None else ():
            if relationship.get("TargetMode") != "External":
                kind = posixpath.basename(relationship.get("Type", ""))
                target = posixpath.join("/", folder, relationship.get("Target", ""))
                found.setdefault(kind, posixpath.normpath(target).lstrip("/"))
        return found

    def tree(self, name: str) -> Element | None:
        """Return the root of a part, None if the package has none of that name."""
        entry = self._entries.get(name.lower())
        return None if entry is None else _parse(self._unpack(entry))

    def _unpack(self, entry: zipfile.ZipInfo) -> bytes:
        if entry.flag_bits & 1:
            raise InputError("file_locked")
        # Others are not allowed in Office files, and LZMA takes as much memory as its header says.
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError(f"compression {entry.compress_type}")
        limit = min(_MOST_BYTES_OF_PART, self._left)
        unpacked = bytearray()
        with self._archive.open(entry) as file:
            while chunk := file.read(_CHUNK):
                unpacked += chunk
                if len(unpacked) > limit:
                    raise _too_large(limit)
        self._left -= len(unpacked)
        return bytes(unpacked)


def _parse(xml: bytes) -> Element:
    """Return the root; XML is UTF-8 or UTF-16 in Office files, so that nothing hides in another encoding."""
    from lxml import etree

    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        xml = xml.decode("utf-16").encode()
    if b"<!DOCTYPE" in xml:
        raise ValueError("document type declaration")
    if len(xml) > _MOST_MARKUP and sum(map(xml.count, (b"<", b"=", b"&"))) > _MOST_MARKUP:
        raise _too_large(_MOST_BYTES_OF_PART)  # as a tree it would be
    if b"//purl.oclc.org/ooxml/" in xml:
        xml = _STRICT.sub(lambda found: found[1] + _TRANSITIONAL[found[2]], xml)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    return etree.fromstring(xml, parser)


def _too_large(limit: int) -> InputError:
    return InputError("unpacked_too_large", limit=limit >> 20)


def value(element: Element, tag: str) -> str | None:
    """Return the value of a property, None if the element has none of that tag."""
    for child in element.iterchildren(tag):
        found: str | None = child.get(VAL)
        return found
    return None


def number(text: str | None, default: int) -> int:
    """Return a number of an attribute, the default if it is missing or none."""
    text = (text or "").strip()
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else default


def switched_on(element: Element) -> bool:
    """Tell whether a property that stands there says yes."""
    return element.get(VAL) not in ("0", "false", "off")
