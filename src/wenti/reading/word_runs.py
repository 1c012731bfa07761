"""What stands inside the paragraphs of a Word file: text as a reader sees it, and what is anchored there."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from wenti.reading.word_math import formula
from wenti.reading.word_package import VAL, Element, M, W, number, switched_on
from wenti.reading.word_styles import Style, Styles
from wenti.reading.word_symbols import circled, symbol

LINE_BREAK = "\v"
"""Parts the lines of a paragraph; XML cannot hold it, so that text never does."""

ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
BOX = f"{W}txbxContent"
_TEXT_PATH = "{urn:schemas-microsoft-com:vml}textpath"  # WordArt
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_MOST_FIELDS = 64  # open at a time; Word knows twenty
_BLANK = " \t\r\n"
_RUN, _TEXT, _RUN_PROPERTIES = f"{W}r", f"{W}t", f"{W}rPr"
_VANISH, _RUN_STYLE, _FIELD_MARK = f"{W}vanish", f"{W}rStyle", f"{W}fldChar"
_MATH = frozenset([f"{M}oMath", f"{M}oMathPara"])
# What is deleted, moved away or a property is in none of these, and so passed over.
_TRANSPARENT = frozenset(
    f"{W}{name}"
    for name in [
        *("ins", "moveTo", "hyperlink", "smartTag", "fldSimple", "customXml", "dir", "bdo", "sdt", "sdtContent"),
        *("ruby", "rubyBase"),
    ]
)
_SHOWN_AS = {
    f"{W}tab": " ",  # a tab would look like the end of a cell
    f"{W}ptab": " ",
    f"{W}cr": LINE_BREAK,
    f"{W}noBreakHyphen": "-",
}
_NOTES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_DRAWINGS = frozenset(f"{W}{name}" for name in ("drawing", "pict", "object"))
_ENCLOSED = re.compile(r"\s*eq\s+\\o\s*\\ac\s*\(\s*[^,;，]{1,3}[,;，]\s*(?P<inner>[^()]{1,4})\)\s*", re.IGNORECASE)
_CONTENTS = re.compile(r"\s*TOC\b")


@dataclass(slots=True)
class Content:
    """What was found in one paragraph.

    Attributes
    ----------
    text : list of str
    anchored : list of (str or Element or (str, str))
        In order: text of WordArt, content of text boxes, kind and id of notes.
    """

    text: list[str] = field(default_factory=list)
    anchored: list[str | Element | tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Field:
    """An open field: first comes its instruction, then what it shows."""

    instruction: list[str] = field(default_factory=list)
    shows: bool = False
    in_result: bool = False


class RunReader:
    """Reads the paragraphs of one text in order; a field may go over several.

    Parameters
    ----------
    styles : Styles
    """

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._fields: deque[_Field] = deque(maxlen=_MOST_FIELDS)
        self._shown = True
        self._paragraph_hides = False
        self._all_end: bool | None = None

    def read(self, paragraph: Element, style: Style, content: Content) -> None:
        """Add to the content what a paragraph of this style holds."""
        self._paragraph_hides = style.hidden
        self._inside(paragraph, content)
        for each in self._fields:
            if not each.in_result:  # an instruction without end must not hide the rest of the text
                each.in_result = each.shows = True
        self._update()

    def _inside(self, element: Element, content: Content) -> None:
        for child in element:
            tag = child.tag
            if tag == _RUN:
                self._run(child, content)
            elif tag in _TRANSPARENT:
                self._inside(child, content)
            elif tag == ALTERNATE:
                self._inside(branch(child), content)
            elif tag in _MATH and self._shown:
                content.text.append(formula(child))

    def _run(self, run: Element, content: Content) -> None:
        hidden = self._paragraph_hides
        for child in run:
            tag = child.tag
            if tag == _TEXT:
                if self._shown and not hidden and (text := child.text):
                    if (text[0] in _BLANK or text[-1] in _BLANK) and child.get(_SPACE) != "preserve":
                        text = text.strip(_BLANK)
                    content.text.append(text)
            elif tag == _RUN_PROPERTIES:
                hidden = self._hidden(child)
            elif tag == _FIELD_MARK:
                self._mark(child, content)
            elif tag == f"{W}instrText":
                self._instruct(child)
            elif self._shown and not hidden:
                self._special(child, tag, content)

    def _hidden(self, properties: Element) -> bool:
        hidden = self._paragraph_hides
        for each in properties.iterchildren(_VANISH, _RUN_STYLE):
            if each.tag == _VANISH:
                return switched_on(each)
            hidden = hidden or self._styles.of(each.get(VAL)).hidden
        return hidden

    def _special(self, element: Element, tag: str, content: Content) -> None:
        """Take what is neither text nor field."""
        if tag in _SHOWN_AS:
            content.text.append(_SHOWN_AS[tag])
        elif tag == f"{W}br":
            if element.get(f"{W}type", "textWrapping") == "textWrapping":
                content.text.append(LINE_BREAK)
        elif tag == f"{W}sym":
            content.text.append(symbol(element.get(f"{W}font", ""), element.get(f"{W}char", "")))
        elif tag in _NOTES:
            content.anchored.append((_NOTES[tag], element.get(f"{W}id", "")))
        elif tag in _DRAWINGS:
            content.anchored += _boxes(element)
        elif tag == ALTERNATE:
            self._run(branch(element), content)
        elif tag in _TRANSPARENT:
            self._inside(element, content)

    def _mark(self, mark: Element, content: Content) -> None:
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin":
            if self._shown:
                content.text.append(_form_field(mark))
            self._fields.append(_Field())
        elif self._fields and kind == "separate":
            current = self._fields[-1]
            current.in_result = True
            current.shows = not (_CONTENTS.match("".join(current.instruction)) and self._ends(mark))
        elif self._fields and kind == "end":
            closed = self._fields.pop()
            self._update()
            if not closed.in_result and self._shown:
                content.text.append(_enclosed("".join(closed.instruction)))
        self._update()

    def _ends(self, mark: Element) -> bool:
        """Tell whether all fields end: one of contents that does not would hide the whole text."""
        if self._all_end is None:
            kinds = [each.get(f"{W}fldCharType") for each in mark.getroottree().iter(_FIELD_MARK)]
            self._all_end = kinds.count("begin") == kinds.count("end")
        return self._all_end

    def _update(self) -> None:
        self._shown = all(each.shows for each in self._fields)

    def _instruct(self, element: Element) -> None:
        if self._fields and not self._fields[-1].in_result:
            self._fields[-1].instruction.append(element.text or "")


def branch(alternate: Element) -> Element:
    """Return the one of several versions of the same that holds text; the first is what Word shows today."""
    holds_text = (each for each in alternate if next(each.iter(_TEXT, f"{M}t", BOX, _TEXT_PATH), None) is not None)
    return next(holds_text, alternate[:0])


def _boxes(drawing: Element) -> Iterator[Element | str]:
    """Yield text boxes, but not those inside of others, and WordArt."""
    if next(drawing.iter(BOX, _TEXT_PATH), None) is None:
        return
    for child in branch(drawing) if drawing.tag == ALTERNATE else drawing:
        if child.tag == BOX:
            yield child
        elif child.tag == _TEXT_PATH:
            yield child.get("string", "")
        else:
            yield from _boxes(child)


def _enclosed(instruction: str) -> str:
    """Return what a field without result shows, if it puts a character into a circle."""
    found = _ENCLOSED.fullmatch(instruction)
    return circled(found["inner"].strip()) if found is not None else ""


def _form_field(mark: Element) -> str:
    """Return what an old form field shows, a box to tick or a choice; others have a result."""
    for box in mark.iter(f"{W}checkBox"):
        states = {each.tag: switched_on(each) for each in box.iterchildren(f"{W}default", f"{W}checked")}
        return "☒" if states.get(f"{W}checked", states.get(f"{W}default", False)) else "☐"
    for choice in mark.iter(f"{W}ddList"):
        entries = [each.get(VAL, "") for each in choice.iterchildren(f"{W}listEntry")]
        chosen = [number(each.get(VAL), 0) for each in choice.iterchildren(f"{W}result", f"{W}default")]
        index = chosen[0] if chosen else 0
        return entries[index] if 0 <= index < len(entries) else ""
    return ""
