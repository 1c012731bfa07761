"""A user's own Word file as the frame of a report: checked, opened, and its placeholders filled."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from docx.opc.part import XmlPart

from wenti.errors import InputError
from wenti.reading.xml_package import Package
from wenti.rendering.word.markup import Element, add, child, one_line, tag

_MOST_BYTES = 50 << 20
_MOST_XML = 50 << 20  # of a part, unpacked
_NAMES = {
    "title": ("标题", "title"),
    "organisation": ("单位", "organisation", "organization"),
    "date": ("日期", "date"),
    "body": ("正文", "body"),
}
_MEANING = {name: meaning for meaning, names in _NAMES.items() for name in names}
# Chinese keyboards write brackets in full width.
_PLACEHOLDER = re.compile(rf"[{{｛]{{2}}\s*({'|'.join(_MEANING)})\s*[}}｝]{{2}}", re.IGNORECASE)
_OBJECT = re.compile(r"<[\w.]+ object at 0x[0-9A-Fa-f]+>")
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OTHER_MAIN = re.compile(
    r"application/vnd\.(?:openxmlformats-officedocument\.wordprocessingml\.template|"
    r"ms-word\.(?:document|template)\.macroEnabled(?:Template)?)\.main\+xml"
)


def open_template(path: str) -> Any:
    """Return the document in a user's file (.docx, .dotx).

    Raises
    ------
    InputError
        If it is missing, too large, damaged, something else, or has macros.
    """
    try:
        size = Path(path).stat().st_size
        content = Path(path).read_bytes() if size <= _MOST_BYTES else b""
    except FileNotFoundError:
        raise InputError("file_missing", file=path) from None
    except OSError as error:
        raise InputError("file_unreadable", file=path, detail=error.strerror or str(error)) from None
    if size > _MOST_BYTES:
        raise InputError("file_too_large", file=path, limit=_MOST_BYTES >> 20)
    try:
        document = docx.Document(io.BytesIO(_checked(content)))
        if document.element.body is None:
            raise ValueError("no body")
        return document
    except InputError as error:
        error.file = path
        raise
    except MemoryError:
        raise
    except Exception as error:
        # The library is given bytes, and calls them by their place in memory.
        told = _OBJECT.sub(lambda _: Path(path).name, str(error))
        detail = " ".join(f"{type(error).__name__}: {told}".split())[:200]
        raise InputError("template_damaged", file=path, detail=detail) from error


def _checked(content: bytes) -> bytes:
    """Return the file as a document, unpacked within bounds; a template is the same by another name."""
    package = Package(content)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(packed, "w") as target:
        for entry in source.infolist():
            part = b"".join(package.blocks(entry.filename)) if not entry.is_dir() else b""
            name = entry.filename.lower()
            if name.endswith("vbaproject.bin"):
                raise InputError("template_macros")
            if name.endswith((".xml", ".rels")) and (b"<!DOCTYPE" in part or len(part) > _MOST_XML):
                raise ValueError(f"{entry.filename}: {len(part)} bytes")
            if name == "[content_types].xml":
                part = _OTHER_MAIN.sub(_MAIN, part.decode("utf-8")).encode()
            target.writestr(entry.filename, part)
    return packed.getvalue()


def fill(document: Any, values: Mapping[str, str]) -> None:
    """Put values in the place of placeholders: in the text, in headers and footers, in text boxes."""
    parts = [part for part in document.part.package.iter_parts() if isinstance(part, XmlPart)]
    for part in parts:
        for paragraph in part.element.iter(tag("p")):
            _fill_paragraph(paragraph, values)


def _fill_paragraph(paragraph: Element, values: Mapping[str, str]) -> None:
    """Replace placeholders, also those that Word has cut into runs; the first run's look is kept."""
    texts = list(_texts(paragraph))
    for found in reversed(list(_PLACEHOLDER.finditer("".join(each.text or "" for each in texts)))):
        meaning = _MEANING[found[1].lower()]
        if meaning in values:
            _replace(texts, found.start(), found.end(), one_line(values[meaning]))


def _texts(paragraph: Element) -> Iterator[Element]:
    """Yield the texts of a paragraph, not those of text boxes in it."""
    for text in paragraph.iter(tag("t")):
        if next(text.iterancestors(tag("p"))) is paragraph:
            yield text


def _replace(texts: list[Element], start: int, end: int, value: str) -> None:
    place = 0
    for text in texts:
        old = text.text or ""
        first, last = max(start - place, 0), min(end - place, len(old))
        place += len(old)
        if first < last:
            text.text = old[:first] + value + old[last:]
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            value = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a report goes in a file.

    Attributes
    ----------
    index : int
        Among the elements of the body.
    section : Element
        Properties of the section that it is in.
    goes_on : bool
        Whether something of that section follows.
    follows : bool
        Whether anything to be seen stands before it, without a placeholder that says where it goes.
    """

    index: int
    section: Element
    goes_on: bool
    follows: bool


def take_spot(document: Any) -> Spot:
    """Return where the report goes, and take away the placeholder that says so; without one it goes to the end."""
    body = document.element.body
    if child(body, "sectPr") is None:
        add(body, "sectPr")
    end = body.index(child(body, "sectPr"))
    found = _take_placeholder(body)
    if found is None:
        return Spot(end, body[end], goes_on=False, follows=any(map(_shows, body[:end])))
    index = body.index(found)
    if not _shows(found) and found.tag in (tag("p"), tag("sdt")):
        if next(found.iter(tag("sectPr")), None) is None:
            body.remove(found)
    else:
        index += 1
    for place in range(index, len(body)):
        if (section := next(body[place].iter(tag("sectPr")), None)) is not None:
            return Spot(index, section, goes_on=place > index, follows=False)
    raise ValueError("section without properties")


def _take_placeholder(body: Element) -> Element | None:
    """Take away all placeholders of the body and return the element below the body that had the first."""
    first = None
    for paragraph in body.iter(tag("p")):
        texts = list(_texts(paragraph))
        places = [
            place
            for place in _PLACEHOLDER.finditer("".join(each.text or "" for each in texts))
            if _MEANING[place[1].lower()] == "body"
        ]
        for place in reversed(places):
            _replace(texts, place.start(), place.end(), "")
        if places and first is None:
            first = paragraph
    while first is not None and first.getparent() is not body:
        first = first.getparent()
    return first


def _shows(element: Element) -> bool:
    """Tell whether there is anything to be seen in an element."""
    if any((text.text or "").strip() for text in element.iter(tag("t"))):
        return True
    return any(next(element.iter(tag(name)), None) is not None for name in ("drawing", "pict", "object", "tbl"))
