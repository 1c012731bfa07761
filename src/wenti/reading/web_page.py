"""The events of an HTML parser to paragraphs, numbers and tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from wenti.errors import InputError
from wenti.reading.document import Block
from wenti.reading.web_article import Mark, name_of
from wenti.reading.web_tables import Cell, OpenTable, cell_of
from wenti.reading.word_number_formats import format_number

_HIDDEN = frozenset(
    [
        *("head", "title", "script", "style", "template", "noscript", "select", "datalist", "button", "iframe"),
        *("object", "applet", "audio", "video", "canvas", "map", "xml", "del", "rp", "dialog"),
    ]
)
_BREAKS = frozenset(
    [
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "br",
            "caption",
            "center",
            "dd",
            "details",
            "dir",
            "div",
        ),
        *(
            "dl",
            "dt",
            "fieldset",
            "figcaption",
            "figure",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
        ),
        *("hr", "html", "legend", "li", "main", "menu", "ol", "p", "pre", "section", "summary", "table", "tbody", "td"),
        *("textarea", "tfoot", "th", "thead", "tr", "ul", "xmp", "plaintext", "listing"),
    ]
)
_PREFORMATTED = ("pre", "textarea", "xmp", "plaintext", "listing")
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_HIDING_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|mso-hide\s*:\s*all)", re.IGNORECASE)
_BREAKING_STYLE = re.compile(r"(?:^|;)\s*display\s*:\s*(?:block|flex|grid|list-item|table)\b", re.IGNORECASE)
_LIST_STYLE = re.compile(r"(?:^|;)\s*list-style(?:-type)?\s*:\s*([^;]*)", re.IGNORECASE)
_WORD_NUMBER_STYLE = re.compile(r"mso-list\s*:\s*Ignore", re.IGNORECASE)
_SYMBOL_FONT = re.compile(r"font(?:-family)?\s*:[^;]*(?:Wingdings|Webdings|Symbol)", re.IGNORECASE)

# By `type` or the name in CSS: the format, and what stands behind the number.
_NUMBERS = {
    "1": ("decimal", ". "),
    "a": ("lowerLetter", ". "),
    "A": ("upperLetter", ". "),
    "i": ("lowerRoman", ". "),
    "I": ("upperRoman", ". "),
    "decimal": ("decimal", ". "),
    "decimal-leading-zero": ("decimalZero", ". "),
    "lower-alpha": ("lowerLetter", ". "),
    "lower-latin": ("lowerLetter", ". "),
    "upper-alpha": ("upperLetter", ". "),
    "upper-latin": ("upperLetter", ". "),
    "lower-roman": ("lowerRoman", ". "),
    "upper-roman": ("upperRoman", ". "),
    "cjk-decimal": ("ideographDigital", "、"),
    "cjk-ideographic": ("taiwaneseCountingThousand", "、"),
    "trad-chinese-informal": ("taiwaneseCountingThousand", "、"),
    "simp-chinese-informal": ("chineseCountingThousand", "、"),
    "simp-chinese-formal": ("chineseLegalSimplified", "、"),
    "cjk-heavenly-stem": ("ideographTraditional", "、"),
    "cjk-earthly-branch": ("ideographZodiac", "、"),
}
_NO_NUMBERS = frozenset(("none", "disc", "circle", "square", "disclosure-open", "disclosure-closed"))

_SPACES = re.compile(r"[ \t\n]+")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufffc"))
_AROUND = " \t\n\xa0\u3000"

_DEEPEST = 2000  # the time that the parser takes for a stray end tag grows with the depth
_MOST_ELEMENTS = 5_000_000


# One that ends nothing, as behind a list inside a paragraph, separates all the same; libxml2 passes over it.
_END = re.compile(r"</p\s*>", re.IGNORECASE)
_CHUNK = 1 << 16
_CONTROLS = {
    **dict.fromkeys([*range(9), *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xFEFF]),
    **dict.fromkeys([0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029], "\n"),
}


def without_controls(text: str) -> str:
    """Return a text of which only line feeds end lines, without characters that show nothing."""
    return text.replace("\r\n", "\n").translate(_CONTROLS)


def parse_page(text: str) -> Page:
    """Read HTML, broken or not.

    Parameters
    ----------
    text : str
        As :func:`without_controls` returns it.

    Raises
    ------
    InputError
        If it has too many elements, or nests them too deep.
    """
    from lxml import etree

    page = Page()
    parser = etree.HTMLParser(target=page, encoding="utf-8", no_network=True, huge_tree=False)
    content = _END.sub(r"\g<0><br>", text).encode()
    for start in range(0, len(content), _CHUNK):
        parser.feed(content[start : start + _CHUNK])
    parser.close()
    return page


@dataclass(slots=True)
class _Flow:
    """The page, or a cell: paragraphs and tables, one below the other."""

    items: list[object] = field(default_factory=list)
    level: int | None = None
    number: str = ""  # of the list item whose first paragraph is to come
    pieces: list[str] = field(default_factory=list)

    def end_paragraph(self) -> None:
        # A line end is a space between Chinese characters too; programs break their lines where one was.
        text = _SPACES.sub(" ", "".join(self.pieces).translate(_INVISIBLE)).strip(_AROUND)
        self.pieces.clear()
        if text:
            self.items.append(Block(self.number + text, level=self.level))
            self.number = ""


@dataclass(slots=True)
class _List:
    style: str
    next: int = 1


@dataclass(slots=True)
class _Open:
    """An element whose end is still to come, and what ends with it."""

    tag: str
    flow: _Flow
    hides: bool = False
    breaks: bool = False
    mark: Mark | None = None
    list: _List | None = None
    number: str | None = None  # what the flow's number was before this list item
    table: OpenTable | None = None
    cell: Cell | None = None
    word_number: int | None = None  # where the number that Word wrote begins among the pieces
    is_symbol: bool = False


class Page:
    """Target of the parser; `items` is what a reader sees: Block, Table, and a Mark where a part begins or ends."""

    def __init__(self) -> None:
        self._flows = [_Flow()]
        self._open: list[_Open] = []
        self._lists: list[_List] = []
        self._tables: list[tuple[OpenTable, Cell | None]] = []
        self._hidden = self._preformatted = self._word_numbers = self._articles = self._elements = 0

    @property
    def items(self) -> list[object]:
        """What has been read so far."""
        return self._flows[0].items

    @property
    def _flow(self) -> _Flow:
        return self._flows[-1]

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take a start tag."""
        self._elements += 1
        if len(self._open) >= _DEEPEST or self._elements > _MOST_ELEMENTS:
            bound = f"more than {_DEEPEST} nested or {_MOST_ELEMENTS} elements"
            raise InputError("file_damaged", format="html", detail=bound)
        style = attributes.get("style") or ""
        opened = _Open(tag, self._flow, is_symbol=self._is_symbol(style))
        self._open.append(opened)
        opened.hides = tag in _HIDDEN or "hidden" in attributes or _HIDING_STYLE.search(style) is not None
        if opened.hides or self._hidden:
            self._hidden += opened.hides
            return
        opened.breaks = tag in _BREAKS or _BREAKING_STYLE.search(style) is not None
        if opened.breaks:
            self._flow.end_paragraph()
            self._start_block(opened, attributes, style)
        elif _WORD_NUMBER_STYLE.search(style):
            opened.word_number = len(self._flow.pieces)
            self._word_numbers += 1

    def _is_symbol(self, style: str) -> bool:
        """Tell by the font whether letters stand for symbols; before an item of a list these are bullets."""
        if "font" in style.lower():
            return _SYMBOL_FONT.search(style) is not None
        return bool(self._open) and self._open[-1].is_symbol

    def _start_block(self, opened: _Open, attributes: Mapping[str, str], style: str) -> None:
        tag = opened.tag
        if tag in _LEVELS:
            self._flow.level = _LEVELS[tag]
        elif tag in ("ol", "ul", "menu", "dir"):
            opened.list = _List(_list_style(attributes, style) or ("decimal" if tag == "ol" else "disc"))
            opened.list.next = _integer(attributes.get("start"), 1)
            self._lists.append(opened.list)
        elif tag == "li":
            self._start_item(opened, attributes, style)
        elif tag == "table":
            opened.table = OpenTable(is_layout=attributes.get("role") in ("presentation", "none"))
            self._tables.append((opened.table, None))
        elif tag == "tr" and self._tables:
            self._end_cell()
            self._tables[-1][0].start_row()
        elif tag in ("td", "th") and self._tables:
            self._end_cell()
            opened.cell = cell_of(attributes.get("colspan"), attributes.get("rowspan"))
            self._tables[-1] = (self._tables[-1][0], opened.cell)
            self._flows.append(_Flow())
        elif tag in _PREFORMATTED:
            self._preformatted += 1
        if opened.cell is None:
            self._start_part(opened, attributes)

    def _start_part(self, opened: _Open, attributes: Mapping[str, str]) -> None:
        is_furniture, name = name_of(opened.tag, attributes, in_article=self._articles > 0)
        if is_furniture or name is not None:
            opened.mark = Mark(name)
            self._flow.items.append(opened.mark)
            self._articles += name is not None

    def _start_item(self, opened: _Open, attributes: Mapping[str, str], style: str) -> None:
        opened.number = self._flow.number
        if not self._lists:
            return
        around = self._lists[-1]
        value = _integer(attributes.get("value"), around.next)
        around.next = value + 1
        form, behind = _NUMBERS.get(_list_style(attributes, style) or around.style, ("bullet", ""))
        if form != "bullet":
            self._flow.number += format_number(value, form) + behind

    def end(self, tag: str) -> None:
        """Take an end tag, also one that the page leaves out."""
        if not self._open:
            return
        opened = self._open.pop()
        if opened.hides or self._hidden:
            self._hidden -= opened.hides
            return
        if opened.word_number is not None:
            self._word_numbers -= 1
            number = "".join(opened.flow.pieces[opened.word_number :]).strip(_AROUND)
            opened.flow.pieces[opened.word_number :] = [number, " "] if number else []
        if opened.breaks:
            self._flow.end_paragraph()
            self._end_block(opened)

    def _end_block(self, opened: _Open) -> None:
        if opened.tag in _LEVELS:
            opened.flow.level = None
        elif opened.tag in _PREFORMATTED:
            self._preformatted -= 1
        elif opened.list is not None:
            self._lists.pop()
        elif opened.number is not None and opened.flow.number:
            opened.flow.number = opened.number
        elif opened.tag == "tr" and self._tables:
            self._end_cell()
            self._tables[-1][0].end_row()
        elif opened.table is not None:
            self._end_cell()
            self._tables.pop()
            self._flow.items.extend(opened.table.close())
        elif opened.cell is not None and self._tables and self._tables[-1][1] is opened.cell:
            self._end_cell()
        if opened.mark is not None:
            opened.flow.items.append(Mark(opened.mark.name, is_end=True))
            self._articles -= opened.mark.name is not None

    def _end_cell(self) -> None:
        """Put the cell that is open in the innermost table, if any, into its row."""
        table, cell = self._tables[-1]
        if cell is not None:
            self._flow.end_paragraph()
            cell.items = self._flows.pop().items
            table.add(cell)
            self._tables[-1] = (table, None)

    def data(self, text: str) -> None:
        """Take text."""
        if self._hidden:
            return
        if self._preformatted:
            first, *others = text.replace(" ", "\xa0").replace("\t", "\xa0\xa0\xa0\xa0").split("\n")
            self._flow.pieces.append(first)
            for line in others:
                self._flow.end_paragraph()
                self._flow.pieces.append(line)
        elif not (self._word_numbers and self._open[-1].is_symbol):
            self._flow.pieces.append(text)

    def comment(self, text: str) -> None:
        """Pass over a comment."""

    def close(self) -> Page:
        """End what the page leaves open."""
        while self._open:
            self.end(self._open[-1].tag)
        self._flow.end_paragraph()
        return self


def _list_style(attributes: Mapping[str, str], style: str) -> str | None:
    """Return how a list or item is numbered, if it says so itself."""
    found = _LIST_STYLE.search(style)
    for word in found[1].lower().split() if found else ():
        if word in _NUMBERS or word in _NO_NUMBERS:
            return word
    kind = attributes.get("type", "")
    return kind if kind in _NUMBERS else kind.lower() if kind.lower() in _NO_NUMBERS else None


def _integer(attribute: str | None, default: int) -> int:
    found = re.fullmatch(r"\s*([+-]?[0-9]{1,9})\s*", attribute or "")
    return int(found[1]) if found else default
