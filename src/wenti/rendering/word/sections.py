"""Pages: which blocks stand on upright pages and which on pages that lie, and the properties of their sections."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass

from wenti.rendering.blocks import Block, Heading, PageBreak, Paragraph, Signature, Table
from wenti.rendering.word.look import BOTTOM, LEFT, LONG_SIDE, PORTRAIT, RIGHT, TEXT_WIDTH, TOP
from wenti.rendering.word.markup import Element, add, child, new, tag
from wenti.rendering.word.tables import wide

_LED_IN = 4  # blocks that may go with a wide table to its page
_OF_FIRST = ("pgNumType", "titlePg", "type")
_SIDES = (("top", "left"), ("right", "top"), ("bottom", "right"), ("left", "bottom"))
_NARROWEST = 2100  # of a text, in twentieths of a point


@dataclass(frozen=True, slots=True)
class Stretch:
    """Blocks on pages that stand, or lie."""

    blocks: tuple[Block | Signature, ...]
    lies: bool


def stretches_of(blocks: Sequence[Block | Signature]) -> list[Stretch]:
    """Return the blocks in stretches; a wide table takes its heading and the words before it to its page."""
    made: list[Stretch] = []
    waiting: list[Block | Signature] = []
    for block in blocks:
        if not (isinstance(block, Table) and wide(block)):
            waiting.append(block)
            continue
        start = _lead_in(waiting)
        before, led_in = waiting[:start], waiting[start:]
        if any(not isinstance(each, PageBreak) for each in before):
            made.append(Stretch(tuple(before), lies=False))
        if made and made[-1].lies:
            made[-1] = Stretch((*made[-1].blocks, *led_in, block), lies=True)
        else:
            made.append(Stretch((*led_in, block), lies=True))
        waiting = []
    if any(not isinstance(each, PageBreak) for each in waiting) or not made:
        made.append(Stretch(tuple(waiting), lies=False))
    return made


def _lead_in(blocks: Sequence[Block | Signature]) -> int:
    """Return where what leads to the next block begins: its heading, with words below, and the headings above that."""
    start, level = len(blocks), math.inf
    for place in range(len(blocks) - 1, max(len(blocks) - _LED_IN, 0) - 1, -1):
        block = blocks[place]
        if isinstance(block, Heading) and block.level < level:
            start, level = place, block.level
        elif not isinstance(block, Paragraph):
            break
    return start


def own_section(*, start: int | None = None, numerals: str = "decimal") -> Element:
    """Return the properties of a section of A4 pages with the margins of official documents."""
    made = new("sectPr")
    add(made, "type", val="nextPage")
    add(made, "pgSz", w=PORTRAIT, h=LONG_SIDE)
    add(made, "pgMar", top=TOP, right=RIGHT, bottom=BOTTOM, left=LEFT, header=907, footer=907, gutter=0)
    if start is not None:
        add(made, "pgNumType", fmt=numerals, start=start)
    add(made, "cols", space=425)
    return made


def turned(section: Element) -> Element:
    """Return the properties of a section with the page turned; the binding edge goes up."""
    made = copy.deepcopy(section)
    size, margins = child(made, "pgSz"), child(made, "pgMar")
    if size is not None:
        height, width = size.get(tag("h")), size.get(tag("w"))
        size.set(tag("w"), height)
        size.set(tag("h"), width)
        size.set(tag("orient"), "landscape")
    if margins is not None:
        old = {name: margins.get(tag(name), "0") for name, _ in _SIDES}
        for name, origin in _SIDES:
            margins.set(tag(name), old[origin])
    return made


def lies(section: Element) -> bool:
    """Tell whether the pages of a section lie already."""
    size = child(section, "pgSz")
    return size is not None and _number(size, "w") > _number(size, "h")


def text_width(section: Element) -> int:
    """Return how wide the text of a section is; as ours where it does not say."""
    size, margins = child(section, "pgSz"), child(section, "pgMar")
    if size is None or margins is None:
        return TEXT_WIDTH
    beside = sum(_number(margins, name) for name in ("left", "right", "gutter"))
    return max(_number(size, "w") - beside, _NARROWEST)


def _number(element: Element, name: str) -> int:
    return round(float(element.get(tag(name), "0")))


def continued(section: Element) -> Element:
    """Return the properties of a section that goes on after another: on a new page, counting on."""
    made = copy.deepcopy(section)
    for name in _OF_FIRST:
        part = child(made, name)
        if part is not None and name == "pgNumType":
            part.attrib.pop(tag("start"), None)
        elif part is not None:
            made.remove(part)
    references = [each for each in made if each.tag in (tag("headerReference"), tag("footerReference"))]
    for each in references:  # the headers and footers of the section before go on
        made.remove(each)
    notes = [each for each in made if each.tag in (tag("footnotePr"), tag("endnotePr"))]
    made.insert(len(notes), new("type", val="nextPage"))
    return made
