"""The first sheet: what the summary chapter says, and what is on the others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from wenti.rendering.blocks import Block, Bullets, Cell, Content, Heading, Paragraph, Run, Tiles
from wenti.rendering.numbered import written_date
from wenti.rendering.workbook.book import Book, Sheet, sheet_anchor
from wenti.rendering.workbook.cells import height_of, lines_of, pieces
from wenti.rendering.workbook.jumps import MOST, links_of, put_jumps
from wenti.rendering.workbook.styles import ACCENT, BODY, HEAD, KEY, NOTE, QUIET, SIZE, TILE, Look

_COLUMNS, _WIDTH, _LINKED = 6, 21.0, 14.0
_TITLE = Look(size=18, bold=True, ink=ACCENT, align="center")
_UNDER = Look(size=11, ink=QUIET, align="center")
_CHAPTER = Look(size=13, bold=True, ink=ACCENT, wrap=False)
_VALUE = Look(size=20, bold=True, ink=ACCENT, fill=TILE, align="center")
_LABEL = Look(size=9, ink=QUIET, fill=TILE, align="center")
_KEY = Look(size=12, fill=KEY)
_TEXT = Look(size=11)
_HEADED = 3  # the row above the links
_PAGE = 50  # rows that are not too small on one page
_NUMBER = re.compile(r"0|[1-9]\d{0,14}")
_SHARE = re.compile(r"(0|[1-9]\d{0,2})%")


class Overview:
    """The first sheet in the making.

    Parameters
    ----------
    book : Book
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        self._sheet = book.sheet(book.text("summary"), is_annex=True)
        self._next = 1

    def write(self, sheets: Iterable[Sheet]) -> None:
        """Write the sheet.

        Parameters
        ----------
        sheets : iterable of Sheet
            The others.
        """
        from openpyxl.utils import get_column_letter

        sheet, content = self._sheet, self._book.content
        for number in range(1, _COLUMNS + 1):
            sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
        for number in range(_COLUMNS + 1, _COLUMNS + 1 + MOST):
            sheet.column_dimensions[get_column_letter(number)].width = _LINKED
        sheet.sheet_properties.tabColor = ACCENT
        self._wide([Run(content.title)], _TITLE)
        date = written_date(content.date, content.language)
        self._wide([Run("　".join(part for part in (content.organisation, date) if part))], _UNDER)
        self._next += 1
        for block in _chapter(content):
            self._block(block)
        self._contents(sheets)
        sheet.freeze_panes = "A2"
        sheet.print_area = f"A1:{get_column_letter(_COLUMNS)}{self._next}"
        if self._next <= _PAGE:
            sheet.page_setup.fitToHeight = 1

    def _block(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._book.mark(block.anchor, self._sheet, self._next)
            self._wide([Run(block.text)], _CHAPTER)
        elif isinstance(block, Paragraph):
            looks = {"key": _KEY, "note": NOTE, "body": _TEXT}
            self._wide(block.runs, looks[block.role])
        elif isinstance(block, Bullets):
            for item in block.items:
                self._wide([Run("• "), *item], _TEXT)
        elif isinstance(block, Tiles):
            for start in range(0, len(block.tiles), _COLUMNS):
                self._tiles(Tiles(block.tiles[start : start + _COLUMNS]))

    def _wide(self, runs: Sequence[Run], look: Look) -> None:
        """Write a paragraph over the whole width."""
        if jumps := links_of(runs):
            self._book.put(self._sheet, (_HEADED, _COLUMNS + 1), self._book.text("jump"), NOTE)
            put_jumps(self._book, self._sheet, (self._next, _COLUMNS + 1), jumps)
        first, *rest = pieces("".join(run.text for run in runs))
        parts = [[Run(piece)] for piece in (first, *rest)] if rest else [runs]
        for shown in parts:
            self._book.put_runs(self._sheet, (self._next, 1), shown, look)
            self._sheet.merge_cells(start_row=self._next, end_row=self._next, start_column=1, end_column=_COLUMNS)
            room = _COLUMNS * _WIDTH * SIZE / look.size
            lines = lines_of("".join(run.text for run in shown), room)
            self._sheet.row_dimensions[self._next].height = height_of(lines) * look.size / SIZE
            self._next += 1

    def _tiles(self, tiles: Tiles) -> None:
        book, sheet = self._book, self._sheet
        self._next += 1
        for number, tile in enumerate(tiles.tiles, start=1):
            value = _number(tile.value)
            if not book.put_number(sheet, (self._next, number), replace(value, link=tile.link), _VALUE):
                book.put(sheet, (self._next, number), tile.value, _VALUE, [tile.link])
            book.put(sheet, (self._next + 1, number), tile.label, _LABEL)
        sheet.row_dimensions[self._next].height = 36
        sheet.row_dimensions[self._next + 1].height = height_of(1)
        self._next += 3

    def _contents(self, sheets: Iterable[Sheet]) -> None:
        """Write the list of the other sheets."""
        book = self._book
        self._next += 1
        self._wide([Run(book.text("sheets"))], _CHAPTER)
        self._entry([book.text("sheet"), book.text("content"), book.text("rows")], HEAD)
        for other in sheets:
            self._entry([other.title, "\n".join(other.captions), other.rows], BODY, sheet_anchor(other.title))
        self._wide([Run(book.text("links_note"))], NOTE)

    def _entry(self, cells: Sequence[str | int], look: Look, anchor: str = "") -> None:
        book, sheet = self._book, self._sheet
        name, content, rows = cells
        place = self._next
        book.put(sheet, (place, 1), name, look.but(underlined=bool(anchor)), [anchor])
        for column in range(2, _COLUMNS):
            book.put(sheet, (place, column), content if column == 2 else None, look)
        sheet.merge_cells(start_row=place, end_row=place, start_column=2, end_column=_COLUMNS - 1)
        book.put(sheet, (place, _COLUMNS), rows, look.but(align="center"))
        lines = lines_of(str(content), (_COLUMNS - 2) * _WIDTH)
        sheet.row_dimensions[place].height = height_of(lines)
        self._next += 1


def _chapter(content: Content) -> list[Block]:
    """Return the blocks of the summary chapter."""
    chapters = [i for i, block in enumerate(content.blocks) if isinstance(block, Heading) and block.level == 1]
    if not chapters:
        return []
    return list(content.blocks[chapters[0] : chapters[1] if len(chapters) > 1 else None])


def _number(text: str) -> Cell:
    """Return a cell with the number that a text is."""
    if _NUMBER.fullmatch(text):
        return Cell(text, int(text))
    if found := _SHARE.fullmatch(text):
        return Cell(text, int(found[1]) / 100, percent=True)
    return Cell(text)
