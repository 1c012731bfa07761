"""Elements of Word's XML, and text that XML allows."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from lxml import etree

Element = Any
"""An element of lxml, which has no types of its own."""

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_NARROW = 0.62  # letters and digits of Latin, in Chinese characters
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_START = re.compile(r"^<w:\w+")
# Control characters, halves of surrogate pairs and the two that are no characters: no XML file may hold them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Return a text without the characters that XML forbids; line ends are all the same, tabs are spaces."""
    return _FORBIDDEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")


def one_line(text: str) -> str:
    """Return a text cleaned, on one line."""
    return " ".join(clean(text).split("\n"))


def breadth(text: str) -> float:
    """Return about how wide a text is, in Chinese characters."""
    return sum(1.0 if is_wide(character) or character == "%" else _NARROW for character in text)


def is_wide(character: str) -> bool:
    """Tell whether a character is as wide as a Chinese one."""
    return character > "\u2e80"


@cache
def tag(name: str) -> str:
    """Return the full name of an element or attribute of Word."""
    return f"{{{W}}}{name}"


def new(name: str, /, **attributes: object) -> Element:
    """Return an element that stands alone."""
    element = etree.Element(tag(name), nsmap={"w": W, "r": R})
    for key, value in attributes.items():
        element.set(tag(key), str(value))
    return element


def add(parent: Element, name: str, /, **attributes: object) -> Element:
    """Add an element at the end of another and return it."""
    element = etree.SubElement(parent, tag(name))
    for key, value in attributes.items():
        element.set(tag(key), str(value))
    return element


def parse(xml: str) -> Element:
    """Return the element that a piece of Word's XML describes; it is ours, never a user's."""
    return etree.fromstring(_START.sub(rf'\g<0> xmlns:w="{W}" xmlns:r="{R}"', xml, count=1))


def add_text(run: Element, text: str) -> None:
    """Add a cleaned text to a run, with breaks between its lines."""
    for index, line in enumerate(text.split("\n")):
        if index:
            add(run, "br")
        if line:
            written = add(run, "t")
            written.text = line
            if line != line.strip():
                written.set(_SPACE, "preserve")


def child(parent: Element, name: str) -> Element | None:
    """Return the first child of a name."""
    return parent.find(tag(name))


def document_bytes(root: Element) -> bytes:
    """Return a part of a file."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
