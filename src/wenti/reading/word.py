"""Word files (.docx, .docm, .dotx) as their readers see them: automatic numbers, tracked changes taken as accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wenti.errors import InputError
from wenti.reading.document import Block, Covered, Document, Row, Table
from wenti.reading.word_numbering import Counter, Numbering
from wenti.reading.word_package import VAL, Element, Parts, W, number, read_parts, switched_on, value
from wenti.reading.word_runs import ALTERNATE, LINE_BREAK, Content, RunReader, branch
from wenti.reading.word_styles import Style, Styles, heading_level

_PARAGRAPH, _TABLE, _ROW, _CELL, _SDT = f"{W}p", f"{W}tbl", f"{W}tr", f"{W}tc", f"{W}sdt"
_TRANSPARENT = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "body"))
_LINE_ENDS = re.compile("[\t\r\n\x85\u2028\u2029]")
_MOST_COLUMNS_OF_CELL = 63  # as many as Word has in a table
_MOST_CELLS = 4_000_000  # of all tables; those that rows lack are filled in


def read_word(content: bytes) -> Document:
    """Return the body of a Word file.

    Tracked changes are taken as accepted; hidden text, comments, headers, footers and tables of contents are left out.
    A text box, footnote or endnote follows the paragraph that it is anchored in, without its mark; inside a cell it is
    part of the cell. So is a nested table, a line for each of its rows.

    Parameters
    ----------
    content : bytes
        The file.

    Raises
    ------
    InputError
        If the file is empty, damaged or something else, has a password, unpacks to too much, or holds no text.
    """
    if not content:
        raise InputError("file_empty")
    try:
        elements = _Reader(read_parts(content)).read()
    except (InputError, MemoryError):
        raise
    except Exception as error:
        detail = " ".join(f"{type(error).__name__}: {error}"[:200].split())
        raise InputError("file_damaged", format="docx", detail=detail) from error
    if not elements:
        raise InputError("file_without_text")
    return Document(tuple(elements))


@dataclass(slots=True)
class _Story:
    """One of the texts of a file; each has its own numbers, and fields that may be open."""

    runs: RunReader
    counter: Counter


@dataclass(slots=True)
class _Paragraph:
    content: Content
    style: Style
    level: int | None = None
    place: tuple[str, int] | None = None
    goes_on: bool = False  # its mark is deleted or hidden: the next paragraph follows in the same line


class _Reader:
    def __init__(self, parts: Parts) -> None:
        self._document = parts.document
        self._styles = Styles(parts.styles)
        self._numbering = Numbering(parts.numbering, self._styles)
        self._notes = {
            (kind, note.get(f"{W}id")): note
            for kind, root in (("footnote", parts.footnotes), ("endnote", parts.endnotes))
            for note in (root.iterchildren(f"{W}{kind}") if root is not None else ())
        }
        self._stories = {
            name: _Story(RunReader(self._styles), Counter(self._numbering))
            for name in ("main", "box", "footnote", "endnote")
        }
        self._cells = 0

    def read(self) -> list[Block | Table]:
        return self._flow(self._document, self._stories["main"])

    def _flow(self, container: Element, story: _Story) -> list[Block | Table]:
        """Return paragraphs and tables of a body, cell, note or text box."""
        found: list[Block | Table] = []
        before: _Paragraph | None = None
        for element in _inside(container, _PARAGRAPH, _TABLE):
            if element.tag == _PARAGRAPH:
                paragraph = self._paragraph(element, story, before)
                before = paragraph if paragraph.goes_on else None
                if before is None:
                    found += self._shown(paragraph, story)
                continue
            found += self._left_over(before, story)
            before = None
            table = self._table(element, story)
            found += [table] if table is not None else []
        return found + self._left_over(before, story)

    def _left_over(self, paragraph: _Paragraph | None, story: _Story) -> list[Block | Table]:
        """Return a paragraph whose mark is gone while no other follows: if it holds nothing, neither is its number."""
        if paragraph is None or not (paragraph.content.text or paragraph.content.anchored):
            return []
        return self._shown(paragraph, story)

    def _paragraph(self, element: Element, story: _Story, before: _Paragraph | None) -> _Paragraph:
        properties = next(element.iterchildren(f"{W}pPr"), None)
        found = self._described(properties) if properties is not None else None
        if found is None:
            style = self._styles.paragraph(None)
            found = _Paragraph(Content(), style, style.level, self._numbering.place(None, None, style))
        if before is not None:
            found.content = before.content
        story.runs.read(element, found.style, found.content)
        return found

    def _described(self, properties: Element) -> _Paragraph:
        style_id = num_id = level = outline = None
        goes_on: bool | None = None
        for child in properties:
            tag = child.tag
            if tag == f"{W}pStyle":
                style_id = child.get(VAL)
            elif tag == f"{W}numPr":
                num_id, level = value(child, f"{W}numId"), value(child, f"{W}ilvl")
            elif tag == f"{W}outlineLvl":
                outline = child.get(VAL)
            elif tag == f"{W}rPr":
                goes_on = _mark_is_gone(child)
        style = self._styles.paragraph(style_id)
        heading = style.level if outline is None or style.level == 0 else heading_level(outline)
        place = self._numbering.place(num_id, number(level, 0) if level is not None else None, style)
        return _Paragraph(Content(), style, heading, place, style.hidden if goes_on is None else goes_on)

    def _shown(self, paragraph: _Paragraph, story: _Story) -> list[Block | Table]:
        """Return the lines of a paragraph, and what is anchored in it."""
        if paragraph.style.contents:
            return []
        text = "".join(paragraph.content.text)
        if paragraph.place is not None:
            text = story.counter.label(*paragraph.place) + text
        found: list[Block | Table] = _lines(text, paragraph.level)
        for anchored in paragraph.content.anchored:
            if isinstance(anchored, str):
                found += _lines(anchored, None)
            elif isinstance(anchored, tuple):
                note = self._notes.pop(anchored, None)
                found += self._flow(note, self._stories[anchored[0]]) if note is not None else []
            else:
                found += self._flow(anchored, self._stories["box"])
        return found

    def _table(self, element: Element, story: _Story) -> Table | None:
        rows: list[list[str | Covered]] = []
        merged: frozenset[int] = frozenset()
        for row in _inside(element, _ROW):
            properties = next(row.iterchildren(f"{W}trPr"), None)
            if properties is not None and any(map(switched_on, properties.iterchildren(f"{W}del", f"{W}hidden"))):
                continue
            cells, merged = self._row(row, properties, merged, story)
            rows.append(cells)
        width = max(map(len, rows), default=0)
        self._cells += width * len(rows)
        if self._cells > _MOST_CELLS:
            raise ValueError(f"tables of more than {_MOST_CELLS:,} cells")
        if not any(isinstance(cell, str) and cell for row in rows for cell in row):
            return None
        return Table(tuple(Row((*row, *[""] * (width - len(row)))) for row in rows))

    def _row(
        self, row: Element, properties: Element | None, merged: frozenset[int], story: _Story
    ) -> tuple[list[str | Covered], frozenset[int]]:
        """Return cells and the columns in which the next row may go on with a cell, given those of the row above."""
        cells: list[str | Covered] = [""] * _columns(properties, "gridBefore")
        begun = set()
        for cell in _inside(row, _CELL):
            own = next(cell.iterchildren(f"{W}tcPr"), None)
            if own is not None and next(own.iterchildren(f"{W}cellDel"), None) is not None:
                continue
            downwards, across = _merge(own, "vMerge"), _merge(own, "hMerge")
            if downwards is not None:
                begun.add(len(cells))
            if across == "continue" and cells:
                cells.append(Covered.LEFT)
            elif downwards == "continue" and len(cells) in merged:
                cells.append(Covered.ABOVE)
            else:
                cells.append(_joined(self._flow(cell, story)))
            cells += [Covered.LEFT] * (max(_columns(own, "gridSpan"), 1) - 1)
        cells += [""] * _columns(properties, "gridAfter")
        return cells, frozenset(begun)


def _inside(container: Element, *wanted: str) -> Iterator[Element]:
    """Yield elements of these tags, through what only groups them; a table of contents is passed over."""
    for child in container:
        tag = child.tag
        if tag in wanted:
            yield child
        elif tag in _TRANSPARENT:
            if tag != _SDT or not _holds_contents(child):
                yield from _inside(child, *wanted)
        elif tag == ALTERNATE:
            yield from _inside(branch(child), *wanted)


def _holds_contents(sdt: Element) -> bool:
    galleries = sdt.iterfind(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return any(gallery.get(VAL) == "Table of Contents" for gallery in galleries)


def _mark_is_gone(properties: Element) -> bool | None:
    """Tell whether a paragraph's mark is deleted or hidden, None if its properties leave that to the style.

    A hidden mark may also part a heading from text in the same line; then they stay two paragraphs.
    """
    hidden: bool | None = None
    for child in properties.iterchildren(f"{W}del", f"{W}moveFrom", f"{W}vanish", f"{W}specVanish"):
        if child.tag in (f"{W}del", f"{W}moveFrom"):
            return True
        hidden = switched_on(child) and child.tag == f"{W}vanish"
    return hidden


def _lines(text: str, level: int | None) -> list[Block | Table]:
    lines = (_LINE_ENDS.sub(" ", line).strip() for line in text.split(LINE_BREAK))
    return [Block(line, level) for line in lines if line]


def _joined(elements: list[Block | Table]) -> str:
    """Return the text of a cell."""
    lines = []
    for element in elements:
        if isinstance(element, Block):
            lines.append(element.text)
        else:
            rows = (" ".join(cell for cell in row.cells if isinstance(cell, str) and cell) for row in element.rows)
            lines += [row for row in rows if row]
    return "\n".join(lines)


def _merge(properties: Element | None, name: str) -> str | None:
    """Return how a cell takes part in a merged one, None if it does not."""
    for merge in properties.iterchildren(f"{W}{name}") if properties is not None else ():
        return "restart" if merge.get(VAL) == "restart" else "continue"
    return None


def _columns(properties: Element | None, name: str) -> int:
    columns = number(value(properties, f"{W}{name}"), 0) if properties is not None else 0
    return min(max(columns, 0), _MOST_COLUMNS_OF_CELL)
