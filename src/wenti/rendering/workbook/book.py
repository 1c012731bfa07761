"""A workbook in the making: sheets, cells, and where links lead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

from wenti.rendering.blocks import (
    Block,
    Bullets,
    Cell,
    Chart,
    Content,
    Heading,
    Paragraph,
    Run,
    Sentences,
    Table,
)
from wenti.rendering.numbered import allowed, sentence_anchor
from wenti.rendering.workbook.cells import is_quoted, number_format, written
from wenti.rendering.workbook.styles import LINK, SIZE, Look, Styles
from wenti.rendering.workbook.texts import text_of

MOST_LINKS = 65_530
"""Hyperlinks of a sheet; with more, Excel takes a file for damaged."""

_MOST_FORMATS = 100  # number formats with words in them; Excel holds some two hundred
_TITLE, _FORBIDDEN = 31, re.compile(r"[\[\]:*?/\\\s]+")
_HEADER = 100  # characters
_A4 = 9  # of Excel's paper sizes
_ROW = 18
_ENTRY = re.compile(r"n-\d+")
_SENTENCE = re.compile(r"s-(\d+)")


@dataclass(frozen=True, slots=True)
class Target:
    """A cell that links can lead to."""

    sheet: str
    row: int
    column: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was written: its title, what stands on it, and how many rows its tables have."""

    title: str
    captions: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class _Link:
    cell: Any
    look: Look
    anchors: tuple[str, ...]
    is_only_link: bool


class Book:
    """Sheets and their cells.

    Parameters
    ----------
    content : Content
    lang : {"zh", "en"}
    statements : int
        How many the annex has.

    Attributes
    ----------
    book : openpyxl.Workbook
    styles : Styles
    """

    def __init__(self, content: Content, lang: str, statements: int) -> None:
        from openpyxl import Workbook
        from openpyxl.styles import Font
        from openpyxl.utils.indexed_list import IndexedList

        self.content = content
        self.lang = lang
        self.book = Workbook()
        self.styles = Styles(self.book.active, lang)
        # Widths of columns are measured in the font of the usual style.
        font = Font(name=self.styles.font, size=SIZE)
        self.book._fonts = IndexedList([font])
        self.book._named_styles["Normal"].font = font
        self.book.remove(self.book.active)
        self._statements = statements
        self._titles = {self.text(key).casefold() for key in ("summary", "statements", "reports")}
        self._targets: dict[str, Target] = {}
        self._below = dict(_below(content.blocks))
        self._links: list[_Link] = []
        self._formats: set[str] = set()

    def text(self, key: str) -> str:
        """Return a text in the workbook's language."""
        return text_of(key, self.lang)

    def sheet(self, wanted: str, is_annex: bool = False) -> Any:
        """Return a new sheet, set up for printing, with a title that Excel takes."""
        title = wanted if is_annex else self._title(wanted)
        sheet = self.book.create_sheet(title)
        self.mark(sheet_anchor(title), sheet, 1)
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
        sheet.page_setup.fitToHeight = 0  # as many pages as it takes
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        margins = sheet.page_margins
        margins.left = margins.right = 0.5
        margins.top = margins.bottom = 0.7
        sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = _ROW, True
        sheet.sheet_view.showGridLines = False
        # Written twice, & stays what it is in Excel; other programs stumble over it.
        header = " ".join(allowed(self.content.title).split())[:_HEADER].replace("&", "＆")
        sheet.oddHeader.center.text = header or None
        sheet.oddFooter.center.text = self.text("page")
        return sheet

    def _title(self, wanted: str) -> str:
        plain = _FORBIDDEN.sub(" ", allowed(wanted)).strip().strip("'")[:_TITLE].strip() or "Sheet"
        title, number = plain, 1
        while title.casefold() in self._titles or title.casefold() == "history":  # which Excel keeps for itself
            number += 1
            end = f" ({number})"
            title = plain[: _TITLE - len(end)] + end
        self._titles.add(title.casefold())
        return title

    def mark(self, anchor: str, sheet: Any, row: int, column: int = 1) -> None:
        """Let links to an anchor lead to a cell; the first thing that has it is where they lead."""
        if anchor:
            self._targets.setdefault(anchor, Target(sheet.title, row, column))

    def put(
        self,
        sheet: Any,
        place: tuple[int, int],
        value: str | float | None,
        look: Look,
        links: Iterable[str] = (),
        is_only_link: bool = False,
    ) -> Any:
        """Write a number, or a text that is nothing but text.

        Parameters
        ----------
        sheet : openpyxl.worksheet.worksheet.Worksheet
        place : tuple of (int, int)
            Row and column.
        value : str, float or None
        look : Look
        links : iterable of str
            Anchors: the cell leads to the first that is there.
        is_only_link : bool, default=False
            Whether the cell stays empty if none is.
        """
        row, column = place
        cell = sheet.cell(row, column)
        if isinstance(value, str):
            value = written(value) or None
        if isinstance(value, str):
            look = look.but(quoted=True) if is_quoted(value) else look
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # also what begins with "=", or is the name of an error
        cell._style = self.styles.of(look)
        if anchors := tuple(anchor for anchor in links if anchor):
            self._links.append(_Link(cell, look, anchors, is_only_link))
        return cell

    def admits(self, forms: set[str]) -> bool:
        """Tell whether a workbook can hold these number formats, too, and keep room for them."""
        formats = self._formats | {form for form in forms if '"' in form}
        if len(formats) > _MOST_FORMATS:
            return False
        self._formats = formats
        return True

    def put_number(self, sheet: Any, place: tuple[int, int], cell: Cell, look: Look) -> bool:
        """Write a cell as number where a number can read as its text does; tell whether it was."""
        form = number_format(cell)
        if form is None or cell.value is None:
            return False
        value = int(cell.value) if float(cell.value).is_integer() else cell.value
        self.put(sheet, place, value, look.but(number_format=form), [cell.link])
        return True

    def put_runs(self, sheet: Any, place: tuple[int, int], runs: Sequence[Run], look: Look) -> None:
        """Write a paragraph of runs with their tones."""
        cell = self.put(sheet, place, "".join(run.text for run in runs), look)
        if len({run.tone for run in runs if run.text.strip()}) > 1:
            cell.value = self._rich(runs, look)

    def _rich(self, runs: Iterable[Run], look: Look) -> Any:
        """Return runs of several tones as the value of one cell."""
        from openpyxl.cell.rich_text import CellRichText, TextBlock
        from openpyxl.cell.text import InlineFont

        shown: list[tuple[str, Look]] = []
        for run in runs:
            text = written(run.text)
            if shown and not text.strip():  # space that stands alone is lost in a file
                shown[-1] = shown[-1][0] + text, shown[-1][1]
            elif text:
                shown.append((text, look.toned(run.tone)))
        fonts = [InlineFont(rFont=self.styles.font, sz=each.size, b=each.bold, color=each.ink) for _, each in shown]
        return CellRichText([TextBlock(font, text) for font, (text, _) in zip(fonts, shown, strict=True)])

    def connect(self) -> None:
        """Turn links into hyperlinks, where there is something that they lead to."""
        from openpyxl.utils import get_column_letter, quote_sheetname
        from openpyxl.worksheet.hyperlink import Hyperlink

        made: dict[str, int] = {}
        for link in self._links:
            found = (self._resolved(anchor) for anchor in link.anchors)
            sheet = link.cell.parent.title
            here = Target(sheet, link.cell.row)
            target = next((t for t in found if t is not None and replace(t, column=1) != here), None)
            if target is None or made.get(sheet, 0) == MOST_LINKS:
                link.cell.value = None if link.is_only_link else link.cell.value
                continue
            made[sheet] = made.get(sheet, 0) + 1
            place = f"{quote_sheetname(target.sheet)}!{get_column_letter(target.column)}{target.row}"
            link.cell.hyperlink = Hyperlink(ref=link.cell.coordinate, location=place)
            link.cell._style = self.styles.of(link.look.but(ink=LINK))

    def _resolved(self, anchor: str) -> Target | None:
        """Return where an anchor is; of what is on no sheet, the first thing below it that is on one."""
        for each in (anchor, *self._below.get(anchor, ())):
            if each in self._targets:
                return self._targets[each]
            if (found := _SENTENCE.fullmatch(each)) and 0 < int(found[1]) <= self._statements:
                return Target(self.text("statements"), 1 + int(found[1]))
        return None


def is_entry(anchor: str) -> bool:
    """Tell whether an anchor is that of a row which lists the sentences behind a number."""
    return _ENTRY.fullmatch(anchor) is not None


def _below(blocks: Sequence[Block]) -> Iterator[tuple[str, list[str]]]:
    """Yield the anchors of headings, each with those that stand below it or are linked there, the most telling first."""
    for number, block in enumerate(blocks):
        if isinstance(block, Heading) and block.anchor:
            found = [pair for each in _until(blocks[number + 1 :], block.level) for pair in _anchors(each)]
            yield block.anchor, [anchor for _, anchor in sorted(found, key=itemgetter(0))]


def _until(blocks: Iterable[Block], level: int) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Heading) and block.level <= level:
            return
        yield block


def _anchors(block: Block) -> Iterator[tuple[int, str]]:
    """Yield the anchors of a block, and how little they tell of what it stands below."""
    if isinstance(block, Table | Chart) and block.sheet:
        yield 0, caption_anchor(block)
    elif isinstance(block, Sentences):
        yield from ((2, sentence_anchor(sentence.number)) for sentence in block.sentences)
    elif isinstance(block, Paragraph | Bullets):
        paragraphs = block.items if isinstance(block, Bullets) else (block.runs,)
        links = [run.link for runs in paragraphs for run in runs if run.link]
        yield from ((1 if is_entry(link) else 3, link) for link in links)


def caption_anchor(block: Table | Chart) -> str:
    """Return the anchor of a table or chart; one of our own where it has none."""
    return block.anchor or f"caption {block.sheet} {block.caption}"


def sheet_anchor(title: str) -> str:
    """Return the anchor of a sheet."""
    return f"sheet {title}"
