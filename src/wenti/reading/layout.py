"""Pages of placed lines and tables to paragraphs and tables in reading order.

Nothing here knows of files. What a reader of a page sees without thinking, that a line is indented, that it ends early, is
all there is to tell where a paragraph begins.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from wenti.reading.columns import Column, all_margins, columns_of
from wenti.reading.document import Block, Table
from wenti.reading.glyphs import Glyph, Line, ends_early, joined_text, least, numbered, pitches, rows_of
from wenti.reading.ruled import PlacedTable, continued, placed_table
from wenti.reading.ruling import Stroke, grids_of
from wenti.reading.running import Note, PlacedPage, split_notes, without_running

_STOPS = "。！？!?"
_PAUSES = _STOPS + "；;：:"
_LEADER = re.compile(r"(?:[.．…·⋯]\s?){3,}\s*\d*$")
_LONGEST_LEADER = 60  # characters that are looked at; the time grows with the square of them


@dataclass(frozen=True, slots=True)
class _Set:
    """A line and its place in its column, in characters: from the left margin, and up to the right one."""

    line: Line
    left: float
    room: float
    column: tuple[int, int]

    @property
    def is_full(self) -> bool:
        return self.room < 2


@dataclass(frozen=True, slots=True)
class _Style:
    """How the document is set: distance of lines in characters, and whether first lines are indented."""

    pitch: float
    is_indented: bool


@dataclass(frozen=True, slots=True)
class _Paragraph:
    block: Block
    size: float


def page_of(
    number: int, size: tuple[float, float], glyphs: Sequence[Glyph], across: Sequence[Stroke], down: Sequence[Stroke]
) -> PlacedPage:
    """Tell what stands in tables from what does not.

    Parameters
    ----------
    number : int
        From 1.
    size : (float, float)
        Width and height.
    glyphs : sequence of Glyph
    across, down : sequence of Stroke
        Horizontal and vertical ruling lines.
    """
    tables = []
    for grid in grids_of(across, down):
        inside: list[Glyph] = []
        outside: list[Glyph] = []
        for glyph in glyphs:
            middle = (glyph.x0 + glyph.x1) / 2, glyph.baseline - 0.38 * glyph.size
            (inside if grid.holds(*middle) else outside).append(glyph)
        if (table := placed_table(grid, inside, number)) is not None:
            tables.append(table)
            glyphs = outside
    return PlacedPage(number, *size, tuple(map(tuple, rows_of(glyphs, number))), tuple(tables), tuple(across))


def arrange(pages: Sequence[PlacedPage], outline: Mapping[str, int] | None = None) -> tuple[Block | Table, ...]:
    """Put pages into reading order and join lines to paragraphs.

    Parameters
    ----------
    pages : sequence of PlacedPage
    outline : mapping of str to int, optional
        Headings, without white space, and their levels.

    Returns
    -------
    tuple of Block or Table
        Without running headers, footers and page numbers. Footnotes follow the paragraph that has their mark.
    """
    pages = without_running(_settled(pages))
    body_size = _body_size(pages)
    columns, notes = [], []
    for page in pages:
        body, found = split_notes(page, body_size)
        columns.append(columns_of(body))
        notes.append(found)
    return tuple(_levelled(_paragraphs(_sequence(pages, columns, notes)), body_size, outline or {}))


def _settled(pages: Sequence[PlacedPage]) -> list[PlacedPage]:
    """Turn grids with text in one place only back into lines, unless they go on with a long cell of the page before."""
    settled: list[PlacedPage] = []
    for page in pages:
        tables: list[PlacedTable] = []
        rows = list(page.rows)
        for table in page.tables:
            before = settled[-1].tables[-1:] if settled and not tables else ()
            if table.rows_if_frame and not any(continued(other, table) for other in before):
                rows += table.rows_if_frame
            else:
                tables.append(table)
        rows.sort(key=lambda row: row[0].baseline)
        settled.append(replace(page, rows=tuple(rows), tables=tuple(tables)))
    return settled


def _body_size(pages: Sequence[PlacedPage]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for row in page.rows:
            for line in row:
                sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 1.0


def _sequence(
    pages: Sequence[PlacedPage], columns: Sequence[Sequence[Column]], notes: Sequence[Sequence[Note]]
) -> Iterator[_Set | PlacedTable | Note]:
    """Yield everything in reading order, each line with its place in its column."""
    margins = all_margins(pages, columns)
    for page, page_columns, page_notes in zip(pages, columns, notes, strict=True):
        waiting = list(page_notes)
        for index, column in enumerate(page_columns):
            sides = margins[page.number, column.side]
            for item in column.items:
                if isinstance(item, PlacedTable):
                    yield item
                    continue
                found = [note for note in waiting if note.anchor == (item.baseline, item.page) and item.marks]
                line = _without_marks(item, found)
                left, room = (item.x0 - sides.left) / item.size, (sides.right - item.x1) / item.size
                yield _Set(line, left, room, (page.number, index))
                yield from found
                waiting = [note for note in waiting if note not in found]
        yield from waiting


def _without_marks(line: Line, notes: Sequence[Note]) -> Line:
    text = line.text
    for start, end in reversed(line.marks):
        if any(note.mark == text[start:end] for note in notes):
            text = text[:start] + text[end:]
    return replace(line, text=text.strip() or line.text)


# Paragraphs


def _paragraphs(items: Iterable[_Set | PlacedTable | Note]) -> Iterator[_Paragraph | Table]:
    listed = list(items)
    lines = [item for item in listed if isinstance(item, _Set)]
    style = _style(lines)
    following = {id(line): after for line, after in pairwise(lines)}
    paragraph: list[_Set] = []
    notes: list[Note] = []
    table: PlacedTable | None = None
    for item in listed:
        if isinstance(item, Note):
            notes.append(item)
            continue
        if isinstance(item, PlacedTable):
            yield from _closed(paragraph, notes)
            joined = continued(table, item) if table is not None else None
            if table is not None and joined is None:
                yield table.table
            table = joined or item
            continue
        if table is not None:
            yield table.table
            table = None
        if paragraph and _begins(paragraph, item, following.get(id(item)), style):
            yield from _closed(paragraph, notes)
        paragraph.append(item)
    if table is not None:
        yield table.table
    yield from _closed(paragraph, notes)


def _closed(paragraph: list[_Set], notes: list[Note]) -> Iterator[_Paragraph]:
    """Yield what has been gathered, and begin anew."""
    if paragraph:
        lines = [item.line for item in paragraph]
        block = Block(
            text=joined_text(line.text for line in lines),
            page=lines[0].page,
            confidence=least(line.confidence for line in lines),
        )
        yield _Paragraph(block, lines[0].size)
    for note in notes:
        yield _Paragraph(Block(note.text, page=note.page, confidence=note.confidence), note.size)
    paragraph.clear()
    notes.clear()


def _style(lines: Sequence[_Set]) -> _Style:
    indented = flush = 0
    for above, below in pairwise(lines):
        if above.is_full and above.left > 1.2 and below.left < 0.6:
            indented += 1
        elif not above.is_full and below.left < 0.6 and below.is_full:
            flush += 1
    distances = sorted(distance / line.size for line, distance in _distances(lines))
    # The smaller distances: many paragraphs are of one line, and what parts them is no line spacing.
    return _Style(distances[len(distances) // 3] if distances else 1.5, indented >= flush and indented > 0)


def _distances(lines: Sequence[_Set]) -> Iterator[tuple[Line, float]]:
    for above, below in pairwise(lines):
        if above.column == below.column:
            yield from pitches([above.line, below.line])


def _begins(paragraph: Sequence[_Set], item: _Set, after: _Set | None, style: _Style) -> bool:
    """Tell whether a line begins a paragraph of its own after those."""
    last = paragraph[-1]
    line = item.line
    tolerance = 0.08 if line.confidence is None else 0.25  # the height of a recognised line depends on its letters
    if abs(line.size - last.line.size) > tolerance * max(line.size, last.line.size):
        return True
    if ends_early(last.line.text, line.text, last.room) or _LEADER.search(last.line.text[-_LONGEST_LEADER:]):
        return True
    if last.line.gap_x is not None and line.gap_x is not None and abs(last.line.gap_x - line.gap_x) < 0.5 * line.size:
        return True  # rows of a form, or of a table without lines
    if _is_apart(paragraph, item, style) or _is_other_weight(last.line, line):
        return True
    return _is_shifted(paragraph, item, after, style)


def _is_apart(paragraph: Sequence[_Set], item: _Set, style: _Style) -> bool:
    last = paragraph[-1]
    if last.column != item.column:
        return False
    usual = style.pitch * item.line.size
    own = [distance for _, distance in _distances(paragraph[-2:])]
    distance = item.line.baseline - last.line.baseline
    return distance > (1.2 * own[0] if own else 1.35 * max(usual, item.line.size))


def _is_other_weight(last: Line, line: Line) -> bool:
    return last.is_heavy != line.is_heavy and (last.is_heavy or last.text[-1] in _PAUSES)


def _is_shifted(paragraph: Sequence[_Set], item: _Set, after: _Set | None, style: _Style) -> bool:
    """Judge by the left edge, and by a number where the edge says nothing."""
    first = paragraph[0]
    if len(paragraph) > 1:
        shift = item.left - paragraph[1].left
        if abs(shift) > 0.8:
            return True
    else:
        shift = item.left - first.left
        if shift > 0.8:  # but the lines of a numbered paragraph may hang under its text
            hang = (first.line.body_x - first.line.x0) / first.line.size
            return hang < 0.5 or abs(shift - hang) > 0.6
        if shift < -0.8:  # a first line is indented by two characters, four at the most; else it was set to the right
            return shift < -4.5
        if item.left > 1.2:
            is_quote = after is not None and abs(after.left - item.left) < 0.5 and not style.is_indented
            return not is_quote or numbered(item.line.text) is not None
    stops = _STOPS if style.is_indented else _PAUSES
    return numbered(item.line.text) is not None and paragraph[-1].line.text[-1] in stops


# Headings


def _levelled(
    found: Iterable[_Paragraph | Table], body_size: float, outline: Mapping[str, int]
) -> Iterator[Block | Table]:
    """Give levels to the title, which is set largest on the first page, and to what the outline names."""
    listed = list(found)
    paragraphs = [item for item in listed if isinstance(item, _Paragraph)]
    largest = max((item.size for item in paragraphs), default=0.0)
    is_sure = all(item.block.confidence is None for item in paragraphs) and largest >= 1.25 * body_size
    title: list[_Paragraph] = []
    for item in paragraphs:
        if is_sure and item.size > 0.97 * largest and item.block.page == paragraphs[0].block.page:
            title.append(item)
        elif title:
            break
    titled = set(map(id, title if len(title) < 5 else []))
    for each in listed:
        if isinstance(each, Table):
            yield each
        elif id(each) in titled:
            yield replace(each.block, level=0)
        else:
            yield replace(each.block, level=outline.get(re.sub(r"\s", "", each.block.text)))
