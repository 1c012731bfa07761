"""Automatic numbers of a Word file: what its lists say, and counting through the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property

from wenti.reading.word_number_formats import format_number
from wenti.reading.word_package import VAL, Element, W, number, switched_on, value
from wenti.reading.word_styles import Style, Styles

_LEVELS = 9
_PLACE = re.compile("%([1-9])")
_MOST_OF_LABEL = 100  # characters; there may be one for each paragraph
_MOST_LINKS = 8  # from list to style to list


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list.

    Attributes
    ----------
    start : int
    form : str
        Name of the number format.
    digits : int
        Least number of digits, of formats such as 001, 002.
    text : str
        The label, ``%1`` to ``%9`` for the numbers of the levels.
    legal : bool
        Whether numbers of all levels are decimal.
    restart : int
        The level behaves so after a paragraph of a lesser level than this.
    gap : str
        What stands behind the label.
    style : str or None
        The paragraph style that is tied to the level.
    """

    start: int
    form: str
    digits: int
    text: str
    legal: bool
    restart: int
    gap: str
    style: str | None

    def written(self, count: int) -> str:
        if self.form in ("bullet", "none"):
            return ""
        return f"{count:0{self.digits}}" if self.digits else format_number(count, self.form)


@dataclass(frozen=True, slots=True)
class _List:
    """A list as paragraphs name it; those of one kind count on together, unless they start anew.

    Attributes
    ----------
    kind : str
        Id of the abstract list.
    levels : dict of int to _Level
    anew : frozenset of int
        Levels whose first paragraph in this list starts anew.
    """

    kind: str
    levels: dict[int, _Level]
    anew: frozenset[int]


class Numbering:
    """The lists of a file.

    Parameters
    ----------
    root : Element or None
        Of the part of lists.
    styles : Styles
        Some lists are told by a style.
    """

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._root = root
        self._styles = styles
        self._lists: dict[str, _List | None] = {}
        self._levels: dict[str, dict[int, _Level]] = {}

    def place(self, num_id: str | None, level: int | None, style: Style) -> tuple[str, int] | None:
        """Return list and level of a paragraph that names these itself, either or none, and has this style."""
        num_id = num_id if num_id is not None else style.num_id
        found = self.list_of(num_id) if num_id is not None else None
        if num_id is None or found is None:
            return None
        if level is None:
            tied = (index for own in style.ids for index, each in found.levels.items() if each.style == own)
            level = next(tied, style.num_level or 0)
        return (num_id, level) if level in found.levels else None

    def list_of(self, num_id: str) -> _List | None:
        """Return a list, None if there is none of that id; 0 means none."""
        if num_id not in self._lists:
            self._lists[num_id] = self._resolve(num_id)
        return self._lists[num_id]

    @cached_property
    def _nums(self) -> dict[str, Element]:
        return self._by_id("num", "numId")

    @cached_property
    def _abstract_nums(self) -> dict[str, Element]:
        return self._by_id("abstractNum", "abstractNumId")

    def _by_id(self, tag: str, attribute: str) -> dict[str, Element]:
        elements = self._root.iterchildren(f"{W}{tag}") if self._root is not None else ()
        return {element.get(f"{W}{attribute}"): element for element in elements}

    def _resolve(self, num_id: str) -> _List | None:
        num = self._nums.get(num_id) if num_id != "0" else None
        kind = value(num, f"{W}abstractNumId") if num is not None else None
        for _ in range(_MOST_LINKS):
            abstract = self._abstract_nums.get(kind or "")
            link = value(abstract, f"{W}numStyleLink") if abstract is not None else None
            if link is None:
                break
            linked = self._nums.get(self._styles.of(link).num_id or "")
            kind = value(linked, f"{W}abstractNumId") if linked is not None else None
        if num is None or kind is None or abstract is None:
            return None
        if kind not in self._levels:
            self._levels[kind] = _levels(abstract)
        levels = dict(self._levels[kind])
        return _List(kind, levels, _override(levels, num))


def _override(levels: dict[int, _Level], num: Element) -> frozenset[int]:
    """Put what a list says of its own over the levels; return those that it starts anew."""
    anew = set()
    for override in num.iterchildren(f"{W}lvlOverride"):
        index = number(override.get(f"{W}ilvl"), 0)
        levels.update(_levels(override))
        start = value(override, f"{W}startOverride")
        if start is not None and index in levels:
            levels[index] = replace(levels[index], start=number(start, 0))
            anew.add(index)
    return frozenset(anew)


def _levels(parent: Element) -> dict[int, _Level]:
    by_index = ((number(each.get(f"{W}ilvl"), 0), each) for each in parent.iterchildren(f"{W}lvl"))
    return {index: _level(index, each) for index, each in by_index if 0 <= index < _LEVELS}


def _level(index: int, element: Element) -> _Level:
    form, digits = _form(element)
    hidden = any(switched_on(each) for each in element.iterfind(f"{W}rPr/{W}vanish"))
    return _Level(
        start=number(value(element, f"{W}start"), 0),
        form=form,
        digits=digits,
        text="" if hidden or form == "bullet" else (value(element, f"{W}lvlText") or "")[:_MOST_OF_LABEL],
        legal=any(map(switched_on, element.iterchildren(f"{W}isLgl"))),
        restart=number(value(element, f"{W}lvlRestart"), index),
        gap="" if value(element, f"{W}suff") == "nothing" else " ",
        style=value(element, f"{W}pStyle"),
    )


def _form(element: Element) -> tuple[str, int]:
    """Return the number format of a level; one of its own, such as 001, 002, stands beside one for older programs."""
    for form in element.iter(f"{W}numFmt"):
        name = form.get(VAL) or "decimal"
        example = (form.get(f"{W}format") or "").partition(",")[0].strip()
        if name != "custom":
            return name, 0
        if example.isdecimal():
            return name, min(len(example), 9)
    return "decimal", 0


class Counter:
    """Counts through one text; footnotes and text boxes are texts of their own.

    Parameters
    ----------
    numbering : Numbering
    """

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, num_id: str, level: int) -> str:
        """Count one paragraph of a list's level and return what stands before its text."""
        found = self._numbering.list_of(num_id)
        if found is None or level not in found.levels:
            return ""
        counts = self._counts.setdefault(found.kind, {})
        for above in range(level):  # a level that was passed over counts as begun
            if above in found.levels:
                counts.setdefault(above, found.levels[above].start)
        anew = level in found.anew and (num_id, level) not in self._begun
        self._begun.add((num_id, level))
        start = found.levels[level].start
        counts[level] = start if anew or level not in counts else counts[level] + 1
        for below in [each for each in counts if each > level]:
            if below not in found.levels or level < found.levels[below].restart:
                del counts[below]
        return _written(found, counts, level)


def _written(found: _List, counts: dict[int, int], level: int) -> str:
    own = found.levels[level]

    def place(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        shown = found.levels.get(index)
        if shown is None:
            return ""
        count = counts.get(index, shown.start)
        return str(count) if own.legal else shown.written(count)

    label = _PLACE.sub(place, own.text)[:_MOST_OF_LABEL]
    return label + own.gap if label else ""
