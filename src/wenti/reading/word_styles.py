"""What a Word file's styles say of a paragraph: heading level, number, hidden or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wenti.reading.word_package import VAL, Element, W, number, switched_on, value

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])")
_TITLES = ("title", "标题")
_CONTENTS = re.compile(r"(?:toc|目录|contents)\s*[1-9]|(?:toc|contents) heading|toc 标题|table of figures|图表目录")
_LONGEST_CHAIN = 64  # of styles that are based on each other
_BODY_TEXT = 9  # the outline level that is none


@dataclass(frozen=True, slots=True)
class Style:
    """What is of use in a style, with what it has from those that it is based on.

    Attributes
    ----------
    ids : tuple of str
        Its own id, then those of the styles that it is based on.
    level : int or None
        Of a heading; 0 is the title.
    contents : bool
        Whether it is one of a table of contents.
    hidden : bool
        Whether its text is hidden.
    num_id : str or None
        Of the list that numbers its paragraphs.
    num_level : int or None
        In that list, from 0.
    """

    ids: tuple[str, ...] = ()
    level: int | None = None
    contents: bool = False
    hidden: bool = False
    num_id: str | None = None
    num_level: int | None = None


class Styles:
    """The styles of a file, each looked at when it is asked for.

    Parameters
    ----------
    root : Element or None
        Of the part of styles.
    """

    def __init__(self, root: Element | None) -> None:
        self._elements: dict[str | None, Element] = {}
        self._default: str | None = None
        self._known: dict[str | None, Style] = {}
        for element in root.iterchildren(f"{W}style") if root is not None else ():
            style_id = element.get(f"{W}styleId")
            self._elements.setdefault(style_id, element)
            if element.get(f"{W}type") == "paragraph" and element.get(f"{W}default") in ("1", "true", "on"):
                self._default = style_id

    def paragraph(self, style_id: str | None) -> Style:
        """Return a paragraph's style, the default one if it names none or one that is not there."""
        return self.of(style_id if style_id in self._elements else self._default)

    def of(self, style_id: str | None) -> Style:
        """Return a style of any kind, an empty one if it is not there."""
        style = self._known.get(style_id)
        if style is None:
            chain = list(self._chain(style_id))
            style = self._known[style_id] = _resolve(chain) if chain else Style()
        return style

    def _chain(self, style_id: str | None) -> Iterator[Element]:
        for _ in range(_LONGEST_CHAIN):  # which also ends a circle
            element = self._elements.get(style_id)
            if element is None:
                return
            yield element
            style_id = value(element, f"{W}basedOn")


def _resolve(chain: list[Element]) -> Style:
    num_id: str | None = None
    num_level: int | None = None
    for element in chain:
        for num_pr in element.iterfind(f"{W}pPr/{W}numPr"):
            num_id = num_id if num_id is not None else value(num_pr, f"{W}numId")
            if num_level is None and (level := value(num_pr, f"{W}ilvl")) is not None:
                num_level = number(level, 0)
    hidden = next((switched_on(each) for style in chain for each in style.iterfind(f"{W}rPr/{W}vanish")), False)
    return Style(
        ids=tuple(element.get(f"{W}styleId") for element in chain),
        level=_level(chain),
        contents=_CONTENTS.fullmatch(_name(chain[0])) is not None,
        hidden=hidden,
        num_id=num_id,
        num_level=num_level,
    )


def _name(element: Element) -> str:
    return (value(element, f"{W}name") or "").strip().lower()


def _level(chain: list[Element]) -> int | None:
    for element in chain:
        name = _name(element)
        if name in _TITLES:  # Word's own one has an outline level in its Chinese template
            return 0
        outline = next((each.get(VAL) for each in element.iterfind(f"{W}pPr/{W}outlineLvl")), None)
        if outline is not None:
            return heading_level(outline)
        if (heading := _HEADING.fullmatch(name)) is not None:
            return int(heading[1])
    return None


def heading_level(outline: str | None) -> int | None:
    """Return the level of a heading for an outline level, None if that is the one of body text."""
    level = number(outline, _BODY_TEXT)
    return level + 1 if 0 <= level < _BODY_TEXT else None
