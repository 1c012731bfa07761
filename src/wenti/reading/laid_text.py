"""A file's content as one text with its lines: paragraphs, and rows of tables with their cells.

Plain text is laid out as it stands, so that offsets count the file's own characters; a document of any other format gets
a text of its own, a line a paragraph or a row, with tabs between cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from wenti.reading.document import Block, Covered, Row, Table
from wenti.reading.markup import visible_paragraphs
from wenti.records import Paragraph, Piece, Place


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's paragraphs. One that a merged cell covers has the paragraphs of that cell."""

    paragraphs: tuple[Paragraph, ...]
    covered: Covered | None = None

    @property
    def text(self) -> str:
        """The visible text, paragraphs joined."""
        return "".join(paragraph.text for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph (one cell), or a row of a table, with its place in the text.

    ``table`` numbers the tables, ``row`` the rows of one, from 0.
    """

    cells: tuple[Cell, ...]
    start: int
    end: int
    table: int | None = None
    row: int = 0

    @property
    def own_cells(self) -> list[Cell]:
        """The cells with text that are not covered."""
        return [cell for cell in self.cells if cell.covered is None and cell.text.strip()]

    @property
    def paragraphs(self) -> Iterator[Paragraph]:
        """The paragraphs of all cells, each once."""
        return (p for cell in self.cells if cell.covered is None for p in cell.paragraphs)


@dataclass(slots=True)
class Laid:
    """A text with its lines and, where the format has pages, paragraphs or rows, the place of each."""

    text: str
    lines: list[Line] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)


def lay_text(text: str) -> Laid:
    """Return a plain text's lines; a tab separates cells, and HTML fragments are seen through."""
    laid = Laid(text)
    start = table = 0
    was_row = False
    for body in text.splitlines(keepends=True):
        end = start + len(body)
        is_row = "\t" in body.strip()
        table += is_row and not was_row
        was_row = is_row
        cells, at = [], start
        for part in body.split("\t") if is_row else [body]:
            cells.append(Cell(tuple(visible_paragraphs(text, at, at + len(part)))))
            at += len(part) + 1
        if any(cell.paragraphs for cell in cells):
            laid.lines.append(Line(tuple(cells), start, end, table if is_row else None))
        start = end
    return laid


def lay_document(elements: Iterable[Block | Table]) -> Laid:
    """Return the text of a document's elements, with its lines and places."""
    writer = _Writer()
    for element in elements:
        if isinstance(element, Block):
            writer.block(element)
        else:
            writer.table(element)
    return writer.laid()


class _Writer:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._lines: list[Line] = []
        self._places: list[Place] = []
        self._paragraphs = 0
        self._tables = 0

    def laid(self) -> Laid:
        return Laid("".join(self._parts), self._lines, self._places)

    def block(self, block: Block) -> None:
        self._paragraphs += 1
        start = self._length
        paragraph = self._paragraph(block.text, block.level)
        self._write("\n")
        self._lines.append(Line((Cell((paragraph,)),), start, self._length))
        self._place(start, block.page, block.confidence)

    def table(self, table: Table) -> None:
        self._tables += 1
        above: tuple[Cell, ...] = ()
        for index, row in enumerate(table.rows):
            self._paragraphs += 1
            start = self._length
            above = tuple(self._cells(row, above))
            self._write("\n")
            if any(cell.text.strip() for cell in above):
                self._lines.append(Line(above, start, self._length, self._tables, index))
            if row.number is not None:
                self._places.append(Place(start, sheet=table.sheet, row=row.number))
            else:
                self._place(start, row.page, row.confidence)

    def _cells(self, row: Row, above: tuple[Cell, ...]) -> Iterator[Cell]:
        last = Cell(())
        for column, content in enumerate(row.cells):
            if content is Covered.LEFT:
                last = Cell(last.paragraphs, Covered.LEFT)
            elif content is Covered.ABOVE:
                paragraphs = above[column].paragraphs if column < len(above) else ()
                last = Cell(paragraphs, Covered.ABOVE)
            else:
                last = Cell(tuple(self._cell(str(content))))
            yield last
            self._write("\t" if column + 1 < len(row.cells) else "")

    def _cell(self, text: str) -> Iterator[Paragraph]:
        for index, body in enumerate(text.split("\n")):
            self._write("\n" if index else "")
            if body.strip():
                yield self._paragraph(body, None)
            else:
                self._write(body)

    def _paragraph(self, text: str, level: int | None) -> Paragraph:
        start = self._length
        self._write(text)
        return Paragraph((Piece(text, start, self._length),), level)

    def _write(self, text: str) -> None:
        if text:
            self._parts.append(text)
            self._length += len(text)

    def _place(self, start: int, page: int | None, confidence: float | None) -> None:
        paragraph = None if page is not None else self._paragraphs
        self._places.append(Place(start, page=page, paragraph=paragraph, confidence=confidence))
