"""The blocks of a report, laid out as the body of a Word document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import count, zip_longest

from wenti.rendering.blocks import (
    Block,
    Bullets,
    Chart,
    Content,
    Heading,
    PageBreak,
    Paragraph,
    Sentence,
    Sentences,
    Signature,
    Table,
    Tiles,
)
from wenti.rendering.word.charts import chart_xml, drawing
from wenti.rendering.word.ink import Ink, Places, add_field, sentence_anchor
from wenti.rendering.word.markup import Element, add, one_line
from wenti.rendering.word.numbering import Numbers
from wenti.rendering.word.sections import Stretch, continued, lies, stretches_of, text_width, turned
from wenti.rendering.word.tables import add_signature, add_table, add_tiles

_ROLES = {"body": "BodyText", "key": "KeyMessage", "note": "Note"}
_SHORT = 60  # characters
_EMU = 635  # English metric units in a twentieth of a point


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading and what the table of contents says: role, level from 0, number and text, and the bookmark on it."""

    role: str
    level: int
    number: str
    text: str
    bookmark: str


def entries_of(content: Content, places: Places, *, are_numbered: bool) -> list[Entry]:
    """Return the headings of a report, with bookmarks that are theirs alone.

    Where the styles of a user's file number the headings (`are_numbered`), only Word knows how: they have no number here.
    """
    numbers = Numbers(content.language.startswith("zh"))
    headings = [block for block in content.blocks if isinstance(block, Heading)]
    entries = []
    for index, heading in enumerate(headings, start=1):
        placed = numbers.next(heading)
        number = "" if are_numbered and placed.role.startswith("Heading") else placed.number
        name = places.new_name(f"_Toc{index:09d}")
        entries.append(Entry(placed.role, placed.level, number, one_line(heading.text), name))
    return entries


class Body:
    """Lays out a report.

    Parameters
    ----------
    content : Content
    ink : Ink
    entries : sequence of Entry
        Its headings.
    direct : mapping of str to (int, int)
        List and level of headings whose style does not bring the number, so that each paragraph does; by role.
    attach : callable
        Puts a chart into the file and returns its relation.
    first_drawing : int
        A number that no drawing of the file has, nor any after it.
    """

    def __init__(
        self,
        content: Content,
        ink: Ink,
        entries: Sequence[Entry],
        direct: Mapping[str, tuple[int, int]],
        attach: Callable[[bytes], str],
        first_drawing: int = 1,
    ) -> None:
        self._content = content
        self._ink = ink
        self._entries = iter(entries)
        self._direct = direct
        self._attach = attach
        self._drawings = count(first_drawing)
        self._is_chinese = content.language.startswith("zh")
        self._captions = {"表": count(1), "图": count(1), "Table": count(1), "Figure": count(1)}
        self._width = 0

    def lay_out(self, root: Element, section: Element, *, goes_on: bool) -> None:
        """Add the body's elements below a root.

        Parameters
        ----------
        root : Element
        section : Element
            Properties of the section that the report stands in; they become those of its last pages.
        goes_on : bool
            Whether something of the section follows the report.
        """
        stretches = stretches_of(_with_signature(self._content))
        if lies(section):
            stretches = [Stretch(tuple(block for each in stretches for block in each.blocks), lies=False)]
        last = len(stretches) - 1
        for index, stretch in enumerate(stretches):
            here = continued(section) if index else deepcopy(section)
            here = turned(here) if stretch.lies else here
            self._width = text_width(here)
            for block, following in zip_longest(stretch.blocks, stretch.blocks[1:]):
                self._add(root, block, is_kept=_leads(block, following))
            self._ink.begins_page = False
            if index < last or (stretch.lies and goes_on):
                self._ink.end_section(root, here)
            elif index or stretch.lies:
                section[:] = list(here)
        if stretches[last].lies and goes_on:
            section[:] = list(continued(section))

    def _add(self, root: Element, block: Block | Signature, *, is_kept: bool = False) -> None:
        match block:
            case Heading():
                self._add_heading(root, block)
            case Paragraph():
                self._ink.runs(self._ink.paragraph(root, _ROLES[block.role], is_kept=is_kept), block.runs)
            case Bullets():
                for item in block.items:
                    self._ink.runs(self._ink.paragraph(root, "ListBullet"), item)
            case Sentences():
                for sentence in block.sentences:
                    self._add_sentence(root, sentence)
            case Table():
                self._add_table(root, block)
            case Chart():
                self._add_chart(root, block)
            case Tiles():
                add_tiles(root, block.tiles, self._ink, self._width)
                self._ink.paragraph(root, "TableGap")
            case Signature():
                self._ink.paragraph(root, "TableGap", is_kept=True)
                add_signature(root, block, self._ink, self._width)
                self._ink.paragraph(root, "TableGap")
            case PageBreak():
                self._ink.begins_page = True

    def _add_heading(self, root: Element, heading: Heading) -> None:
        entry, ink = next(self._entries), self._ink
        paragraph = ink.paragraph(root, entry.role, numbered=self._direct.get(entry.role))
        number = ink.places.begin(paragraph, entry.bookmark)
        ink.places.mark(paragraph, heading.anchor)
        ink.text(paragraph, heading.text)
        ink.places.close(paragraph, number)

    def _add_sentence(self, root: Element, sentence: Sentence) -> None:
        ink = self._ink
        paragraph = ink.paragraph(root, "Quote")
        ink.places.mark(paragraph, sentence_anchor(sentence.number))
        ink.text(paragraph, f"[{sentence.number}] ", "Quiet")
        ink.text(paragraph, sentence.text)
        below = ink.paragraph(root, "QuoteSource")
        ink.text(below, sentence.source)
        for remark in sentence.tags:
            ink.text(below, "\u2002")
            ink.text(below, f"\u2009{remark}\u2009", "Tag")

    def _add_table(self, root: Element, table: Table) -> None:
        word = "表" if self._is_chinese else "Table"
        self._add_caption(root, self._content.table_word, word, table, is_kept=True)
        add_table(root, table, self._ink, self._width)
        if table.note:
            self._ink.text(self._ink.paragraph(root, "Note"), table.note)
        else:  # also keeps two tables from becoming one
            self._ink.paragraph(root, "TableGap")

    def _add_chart(self, root: Element, chart: Chart) -> None:
        if chart.categories and chart.series:
            run = add(self._ink.paragraph(root, "Figure", is_kept=True), "r")
            drawing(run, self._attach(chart_xml(chart)), next(self._drawings), chart, self._width * _EMU)
        self._add_caption(root, self._content.figure_word, "图" if self._is_chinese else "Figure", chart)

    def _add_caption(
        self, root: Element, label: str, sequence: str, block: Table | Chart, *, is_kept: bool = False
    ) -> None:
        ink = self._ink
        paragraph = ink.paragraph(root, "Caption", is_kept=is_kept)
        ink.places.mark(paragraph, block.anchor)
        ink.text(paragraph, label if self._is_chinese else f"{label} ")
        add_field(paragraph, f"SEQ {sequence} \\* ARABIC", str(next(self._captions[sequence])))
        ink.text(paragraph, "\u3000" if self._is_chinese else "\u2002")
        ink.text(paragraph, block.caption)


def _leads(block: Block | Signature, following: Block | Signature | None) -> bool:
    """Tell whether a paragraph only says what comes next, and should not stand alone at the foot of a page."""
    if not isinstance(block, Paragraph) or not isinstance(following, Sentences | Bullets | Table):
        return False
    return sum(len(run.text) for run in block.runs) < _SHORT


def _with_signature(content: Content) -> list[Block | Signature]:
    """Return the blocks with the block for signatures where official documents have it: before what is annexed."""
    blocks = content.blocks
    annexed = (
        i for i, block in enumerate(blocks) if isinstance(block, Heading) and block.appendix and block.level == 1
    )
    end = next(annexed, len(blocks))
    return [*blocks[:end], content.signature, *blocks[end:]]
