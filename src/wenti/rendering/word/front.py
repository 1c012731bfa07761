"""What stands before the body: cover and table of contents; and the header and footer of the pages."""

from __future__ import annotations

import math
from collections.abc import Sequence

from wenti.rendering.blocks import Content
from wenti.rendering.numbered import written_date
from wenti.rendering.word.body import Entry
from wenti.rendering.word.ink import Ink, add_field, begin_field, end_field
from wenti.rendering.word.look import BOTTOM, COVER_LINE, COVER_SIZE, COVER_TOP, LONG_SIDE, TEXT_WIDTH, TOP
from wenti.rendering.word.markup import Element, add, add_text, breadth, one_line

# Word computes the numbers of pages when it prints, exports or is told to; until then they are not known. To ask for it
# when the file is opened (w:updateFields) makes Word warn of fields that refer to other files, which frightens people and
# does not renew every table of contents. So the headings stand there from the start, each with a field for its page.
_FIELD = r'TOC \o "1-3" \h \z \u'


def date_shown(iso: str, is_chinese: bool) -> str:
    """Return a date as people write it; what is no ISO date stays as it is."""
    return one_line(written_date(iso, "zh" if is_chinese else "en"))


def add_cover(root: Element, content: Content, ink: Ink, section: Element) -> None:
    """Add the cover as a section of its own, which has neither header nor footer."""
    day = date_shown(content.date, content.language.startswith("zh"))
    below = [text for text in map(one_line, (content.organisation, day)) if text]
    title = ink.paragraph(root, "Title")
    ink.text(title, one_line(content.title))
    for index, text in enumerate(below):
        paragraph = ink.paragraph(root, "Subtitle")
        if index == 0:
            add(paragraph[0], "spacing", before=_above(content.title, len(below)))
        ink.text(paragraph, text)
    root[-1][0].append(section)


def _above(title: str, n_below: int) -> int:
    """Return the space that puts organisation and date near the foot of the page, however long the title."""
    lines = max(1, math.ceil(breadth(title) * COVER_SIZE * 10 / TEXT_WIDTH))
    left = LONG_SIDE - TOP - BOTTOM - COVER_TOP - lines * COVER_LINE - n_below * 840 - 1500
    return max(left, 400)


def add_contents(root: Element, title: str, entries: Sequence[Entry], ink: Ink) -> None:
    """Add the table of contents as Word's own building block, which offers to renew it when it is clicked."""
    block = add(root, "sdt")
    part = add(add(block, "sdtPr"), "docPartObj")
    add(part, "docPartGallery", val="Table of Contents")
    add(part, "docPartUnique")
    inside = add(block, "sdtContent")
    ink.text(ink.paragraph(inside, "TOCHeading"), title)
    paragraph = None
    for entry in entries:
        before, paragraph = paragraph, ink.paragraph(inside, f"TOC{entry.level + 1}")
        if before is None:
            begin_field(paragraph, _FIELD)
        _add_entry(paragraph, entry)
    end = ink.paragraph(inside, "TableGap")
    if paragraph is None:
        begin_field(end, _FIELD)
    end_field(end)


def _add_entry(paragraph: Element, entry: Entry) -> None:
    link = add(paragraph, "hyperlink", anchor=entry.bookmark, history=1)
    number, tab, _ = entry.number.partition("\t")
    add_text(add(link, "r"), number)
    if tab:
        add(add(link, "r"), "tab")
    add_text(add(link, "r"), entry.text)
    add(add(link, "r"), "tab")
    add_field(link, f"PAGEREF {entry.bookmark} \\h")


def fill_header(root: Element, title: str, ink: Ink) -> None:
    """Let the header of a page say the title."""
    root[:] = []
    ink.text(ink.paragraph(root, "Header"), one_line(title))


def fill_footer(root: Element, ink: Ink) -> None:
    """Let the footer of a page say its number, between dashes as in official documents."""
    root[:] = []
    paragraph = ink.paragraph(root, "Footer")
    ink.text(paragraph, "— ")
    add_field(paragraph, "PAGE", "1")
    ink.text(paragraph, " —")
