"""Styles and fonts put into a file; those that a user's own file has stay as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from wenti.rendering.word.look import BODY_FONT, FALLBACKS, HEADING_FONT, LATIN, Style
from wenti.rendering.word.markup import Element, add, child, document_bytes, parse, tag
from wenti.rendering.word.numbering import LEVELS, Lists

_HEADINGS = tuple(f"Heading{level}" for level in range(1, LEVELS + 1))
_GALLERY = ("Normal", "BodyText", "Title", "Subtitle", "Quote", "ListBullet", "KeyMessage", "Note", *_HEADINGS)


def own_styles() -> Element:
    """Return the root of a styles part that holds only what every file has."""
    return parse(
        "<w:styles>"
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{BODY_FONT}" w:cs="{LATIN}"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList">'
        '<w:name w:val="No List"/><w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
        "</w:styles>"
    )


def present_styles(root: Element, styles: Sequence[Style]) -> dict[str, str]:
    """Return the ids of those styles that a file already has, by role; Word knows them by name."""
    found: dict[tuple[str, str], str] = {}
    for element in root.findall(tag("style")):
        name = child(element, "name")
        if name is not None:
            found[element.get(tag("type"), "paragraph"), name.get(tag("val"), "").lower()] = element.get(tag("styleId"))
    ids: dict[str, str] = {}
    for style in styles:
        for name in style.names:
            if found.get((style.kind, name.lower())):
                ids.setdefault(style.role, found[style.kind, name.lower()])
    return ids


def are_headings_numbered(root: Element, ids: Mapping[str, str]) -> bool:
    """Tell whether a file's own headings bring numbers with them, by themselves or by what they are based on."""
    by_id = {element.get(tag("styleId")): element for element in root.findall(tag("style"))}
    for role in _HEADINGS:
        style, seen = by_id.get(ids.get(role)), set()
        while style is not None and style not in seen:
            seen.add(style)
            if style.find(f"{tag('pPr')}/{tag('numPr')}") is not None:
                return True
            based_on = child(style, "basedOn")
            style = by_id.get(based_on.get(tag("val"))) if based_on is not None else None
    return False


def add_styles(
    root: Element, styles: Sequence[Style], present: Mapping[str, str], lists: Lists, is_chinese: bool
) -> dict[str, str]:
    """Add the styles that a file lacks and return the ids of all, by role.

    Parameters
    ----------
    root : Element
        Of the styles part.
    styles : sequence of Style
    present : mapping of str to str
        Ids of those that it has.
    lists : Lists
    is_chinese : bool
    """
    taken = {element.get(tag("styleId")) for element in root.findall(tag("style"))}
    ids = dict(present)
    new = [style for style in styles if style.role not in present]
    for style in new:
        ids[style.role] = _free(style.role, taken)
    for style in new:
        root.append(_element(style, ids, lists, is_chinese, is_first=not present))
    return ids


def _free(name: str, taken: set[str | None]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name}{number}", number + 1
    taken.add(free)
    return free


def _element(style: Style, ids: Mapping[str, str], lists: Lists, is_chinese: bool, *, is_first: bool) -> Element:
    made = parse(f'<w:style w:type="{style.kind}" w:styleId="{ids[style.role]}"></w:style>')
    if is_first and style.role in ("Normal", "TableNormal"):
        made.set(tag("default"), "1")
    if len(style.names) > 1:
        made.set(tag("customStyle"), "1")
    add(made, "name", val=style.name(is_chinese))
    if style.based_on:
        add(made, "basedOn", val=ids[style.based_on])
    if style.following:
        add(made, "next", val=ids[style.following])
    if style.role in _GALLERY:
        add(made, "qFormat")
    number = lists.of(style.role)
    listed = f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>' if number else ""
    parts = parse(
        f"<w:style><w:pPr>{style.paragraph.replace('{numbering}', listed)}</w:pPr><w:rPr>{style.run}</w:rPr>"
        f"{style.table}</w:style>"
    )
    made.extend(part for part in parts if len(part))
    return made


def font_table(content: bytes | None) -> bytes:
    """Return a table of fonts that says what to take where a font of official documents is not installed."""
    # Without the character set, Word takes a Western font for one that it does not find.
    root = (
        etree.fromstring(content, etree.XMLParser(resolve_entities=False)) if content else parse("<w:fonts></w:fonts>")
    )
    known = {font.get(tag("name")) for font in root.findall(tag("font"))}
    for name, fallback in FALLBACKS.items():
        if name not in known:
            font = add(root, "font", name=name)
            add(font, "altName", val=fallback)
            add(font, "charset", val="86")
            add(font, "family", val="auto" if name == HEADING_FONT else "modern")
            add(font, "pitch", val="default")
    return document_bytes(root)
