"""OFD (GB/T 33190-2016), the fixed layout of Chinese offices: its characters and ruling lines are put as those of a PDF.

Embedded fonts are not looked at: an object names its characters beside the glyphs that it draws.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from wenti.errors import InputError
from wenti.reading.document import Block, Document, Table
from wenti.reading.glyphs import fold
from wenti.reading.layout import arrange
from wenti.reading.ofd_page import Limits, OfdPage, numbers_of
from wenti.reading.running import PlacedPage
from wenti.reading.xml_package import Element, Package, damage_named

_FORMAT = "OFD"
_MOST_PAGES = 1000
_A4 = (0.0, 0.0, 210.0, 297.0)
_DEEPEST = 9  # levels of headings


def read_ofd(content: bytes) -> Document:
    """Read an OFD file.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    Document
        Of all documents that the file holds; annotations and attachments are left out.

    Raises
    ------
    InputError
        If the file is empty, damaged, encrypted, too large once unpacked or in pages, or has no text that can be read.
    """
    if not content:
        raise InputError("file_empty")
    with damage_named(_FORMAT):
        elements = tuple(_elements(Package(content)))
    if not _is_readable(elements):
        raise InputError("file_without_text")
    return Document(elements)


def _is_readable(elements: tuple[Block | Table, ...]) -> bool:
    """Tell whether the text says what the pages show; against copying, some programs name characters by private codes."""
    known = private = 0
    for element in elements:
        cells = (element.text,) if isinstance(element, Block) else (cell for row in element.rows for cell in row.cells)
        for cell in cells:
            if isinstance(cell, str):
                known += sum(map(str.isalnum, cell))
                private += sum("\ue000" <= character < "\uf900" for character in cell)
    return known > 0 and private <= known


def _elements(package: Package) -> Iterator[Block | Table]:
    root = package.tree("OFD.xml")
    if "Encryptions.xml" in package or any(root.all("DocBody", "Encryptions")) or any(root.all("Encryptions")):
        raise InputError("file_locked")
    limits = Limits()
    first = 1
    for body in root.all("DocBody"):
        document = _OfdDocument(package, _resolved(package, "OFD.xml", body.text_at("DocRoot")), limits)
        pages: list[PlacedPage] = []
        for number, page in enumerate(document.pages(), start=first):
            if number > _MOST_PAGES:
                raise InputError("pages_too_many", limit=_MOST_PAGES)
            pages.append(page.placed(number))
        first += len(pages)
        yield from arrange(pages, document.outline())


class _OfdDocument:
    """One of the documents of a file."""

    def __init__(self, package: Package, path: str, limits: Limits) -> None:
        self._package = package
        self._path = path
        self._limits = limits
        self._root = package.tree(path)
        common = [element for data in self._root.all("CommonData") for element in data.children]
        self._box = _box(self._root.text_at("CommonData", "PageArea", "PhysicalBox")) or _A4
        self._templates = {
            element.attributes.get("ID", ""): element.attributes.get("BaseLoc", "")
            for element in common
            if element.tag == "TemplatePage"
        }
        resources = [element.text for element in common if element.tag in ("PublicRes", "DocumentRes")]
        self._units = self._read_units(path, resources)
        self._read: dict[str, Element] = {}

    def pages(self) -> Iterator[OfdPage]:
        """Yield the pages, with the templates that lie below or above them."""
        for listed in self._root.all("Pages", "Page"):
            path = _resolved(self._package, self._path, listed.attributes.get("BaseLoc", ""))
            root = self._package.tree(path)
            units = self._units | self._read_units(path, [element.text for element in root.all("PageRes")])
            page = OfdPage(_box(root.text_at("Area", "PhysicalBox")) or self._box, units, self._limits)
            for used in root.all("Template"):
                location = self._templates.get(used.attributes.get("TemplateID", ""))
                if location:
                    page.add(self._template(location))
            page.add(root)
            yield page

    def outline(self) -> dict[str, int]:
        """Return the headings, without white space, and their levels."""
        levels: dict[str, int] = {}

        def walk(parent: Element, level: int) -> None:
            for element in parent.all("OutlineElem"):
                title = re.sub(r"\s", "", fold(element.attributes.get("Title", "")))
                if title:
                    levels.setdefault(title, level)
                if level < _DEEPEST:
                    walk(element, level + 1)

        for outlines in self._root.all("Outlines"):
            walk(outlines, 1)
        return levels

    def _template(self, location: str) -> Element:
        if location not in self._read:
            self._read[location] = self._package.tree(_resolved(self._package, self._path, location))
        return self._read[location]

    def _read_units(self, path: str, locations: list[str]) -> dict[str, Element]:
        """Return the drawings that resources define, by their numbers."""
        units: dict[str, Element] = {}
        for location in locations:
            part = _resolved(self._package, path, location)
            if part in self._package:
                for unit in self._package.tree(part).all("CompositeGraphicUnits", "CompositeGraphicUnit"):
                    units[unit.attributes.get("ID", "")] = unit
        return units


def _resolved(package: Package, base: str, location: str) -> str:
    """Return the name of a part that another names: from its own folder, or, as some programs write, from the top."""
    location = location.strip().replace("\\", "/")
    names = [posixpath.normpath(posixpath.join("/", folder, location)) for folder in (posixpath.dirname(base), "")]
    return next((name for name in names if name in package), names[0])


def _box(written: str) -> tuple[float, float, float, float] | None:
    numbers = numbers_of(written, 4)
    if numbers is None or min(numbers[2:]) <= 0:
        return None
    return (numbers[0], numbers[1], numbers[2], numbers[3])
