"""A weakness report as a Word document, laid out as official documents are, or in a file of the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wenti.rendering.blocks import PLAIN, Content, Presentation, printed
from wenti.rendering.word.body import Body, Entry, entries_of
from wenti.rendering.word.front import add_contents, add_cover, date_shown, fill_footer, fill_header
from wenti.rendering.word.ink import Ink, Places, anchors_of, bookmarks_of
from wenti.rendering.word.look import letter_width, styles_of
from wenti.rendering.word.markup import Element, R, new
from wenti.rendering.word.numbering import add_lists
from wenti.rendering.word.package import (
    ask_to_renew,
    attach_chart,
    bytes_of,
    first_drawing,
    has_contents,
    numbering_root,
    own_document,
    say_what_it_is,
    set_fonts,
    styles_root,
)
from wenti.rendering.word.sections import own_section, text_width
from wenti.rendering.word.styles import add_styles, are_headings_numbered, present_styles
from wenti.rendering.word.template import fill, open_template, take_spot


def render_docx(content: Content, presentation: Presentation = PLAIN) -> bytes:
    """Return a report as a Word document; the same report has the same bytes.

    Parameters
    ----------
    content : Content
    presentation : Presentation, default=PLAIN
        With a ``template``, the report goes where it says ``{{正文}}`` (``{{body}}``), else to its end. Its cover, header,
        footer and styles stay; ``{{标题}}``, ``{{单位}}`` and ``{{日期}}`` (``{{title}}``, ``{{organisation}}``,
        ``{{date}}``) are filled in wherever they stand.

    Raises
    ------
    InputError
        If the template cannot be used.
    """
    content = printed(content)
    if presentation.template is None:
        document = own_document()
        _compose(document, content)
    else:
        document = open_template(presentation.template)
        _compose_into(document, content)
    say_what_it_is(document, content)
    return bytes_of(document)


@dataclass(frozen=True, slots=True)
class _Tools:
    """What writes into a document, and the headings to write."""

    ink: Ink
    entries: list[Entry]
    body: Body


def _tools(document: Any, content: Content, width: int, *, is_guest: bool) -> _Tools:
    """Put styles, lists and fonts into a document and return what writes with them."""
    is_chinese = content.language.startswith("zh")
    styles = styles_of(is_chinese, width, is_guest=is_guest)
    root = styles_root(document)
    present = present_styles(root, styles)
    linked = [style.role for style in styles if style.role not in present]
    are_numbered = are_headings_numbered(root, present)
    lists = add_lists(numbering_root(document), is_chinese, linked, are_numbered=are_numbered)
    ids = add_styles(root, styles, present, lists, is_chinese)
    set_fonts(document)
    taken, first = bookmarks_of(document.element.body)
    places = Places(anchors_of(content.blocks), taken, first)
    ink = Ink(ids, places, letter_width(is_chinese))
    entries = entries_of(content, places, are_numbered=are_numbered)
    direct = {role: number for role in present if (number := lists.of(role)) is not None and role != "ListBullet"}
    body = Body(content, ink, entries, direct, lambda xml: attach_chart(document, xml), first_drawing(document))
    return _Tools(ink, entries, body)


def _compose(document: Any, content: Content) -> None:
    """Lay out a report in a document of our own: cover, contents, body."""
    section = own_section(start=1)
    tools = _tools(document, content, text_width(section), is_guest=False)
    root = document.element.body
    add_cover(root, content, tools.ink, own_section())
    before = _with_header(document, content, tools.ink)
    add_contents(root, content.contents_title, tools.entries, tools.ink)
    tools.ink.end_section(root, before)
    tools.body.lay_out(root, section, goes_on=False)
    root.append(section)


def _with_header(document: Any, content: Content, ink: Ink) -> Element:
    """Return the section of the contents, with header and footer, which later sections take over."""
    section = own_section(start=1, numerals="upperRoman" if content.language.startswith("zh") else "lowerRoman")
    header, footer = document.part.add_header_part(), document.part.add_footer_part()
    fill_header(header[0].element, content.title, ink)
    fill_footer(footer[0].element, ink)
    for index, (kind, (_, relation)) in enumerate((("header", header), ("footer", footer))):
        reference = new(f"{kind}Reference", type="default")
        reference.set(f"{{{R}}}id", relation)
        section.insert(index, reference)
    return section


def _compose_into(document: Any, content: Content) -> None:
    """Lay out a report in a user's own file."""
    is_chinese = content.language.startswith("zh")
    day = date_shown(content.date, is_chinese)
    has_own_contents = has_contents(document)
    spot = take_spot(document)
    fill(document, {"title": content.title, "organisation": content.organisation, "date": day})
    tools = _tools(document, content, text_width(spot.section), is_guest=True)
    # Elements are built where they stay: the time that lxml takes to move a table grows with the square of its rows.
    root = document.element.body
    after = list(root[spot.index :])
    for element in after:
        root.remove(element)
    tools.ink.begins_page = spot.follows
    if has_own_contents:
        ask_to_renew(document)  # its table was made before there were headings; nothing but Word can fill it
    else:
        add_contents(root, content.contents_title, tools.entries, tools.ink)
        tools.ink.begins_page = True
    tools.body.lay_out(root, spot.section, goes_on=spot.goes_on)
    root.extend(after)


__all__ = ["open_template", "render_docx"]
