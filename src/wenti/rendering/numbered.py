"""What renderers work out of blocks alike: numbers of headings and captions, where links lead, the date in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from wenti.rendering.blocks import Block, Chart, Content, Heading, Sentences, Table

# Characters that neither XML nor HTML may hold, as themselves or as references; and halves of characters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_DIGITS = "一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Numbered:
    """A block with what its place in the report gives it.

    Attributes
    ----------
    block : Block
    number : str
        What stands before the text of a heading or a caption, with the space that belongs there; else empty.
    depth : int
        Of a heading 1 for a chapter, 2 for what is below it; 0 of other blocks. No depth is left out.
    anchor : str
        The id of the block, its own or for a heading without one a new one; empty where it has none.
    """

    block: Block
    number: str = ""
    depth: int = 0
    anchor: str = ""


class Anchors:
    """The ids of a report. Each can be taken once: the first thing that has it is where links to it lead."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._known = frozenset(anchor for block in blocks for anchor in _anchors(block) if anchor)
        self._taken: set[str] = set()

    def __contains__(self, anchor: object) -> bool:
        return anchor in self._known

    def take(self, anchor: str) -> str:
        """Return the anchor the first time, and nothing when it is taken."""
        if anchor in self._taken:
            return ""
        self._taken.add(anchor)
        return anchor

    def new(self, stem: str) -> str:
        """Return an anchor that the report does not have."""
        number = 1
        while f"{stem}-{number}" in self._known or f"{stem}-{number}" in self._taken:
            number += 1
        return self.take(f"{stem}-{number}")


def _anchors(block: Block) -> Iterable[str]:
    if isinstance(block, Sentences):
        return (sentence_anchor(sentence.number) for sentence in block.sentences)
    if isinstance(block, Table):
        return (block.anchor, *(row.anchor for row in block.rows))
    return (block.anchor,) if isinstance(block, Heading | Chart) else ()


def sentence_anchor(number: int) -> str:
    """Return where links to a sentence lead."""
    return f"s-{number}"


def numbered(content: Content, anchors: Anchors) -> tuple[Numbered, ...]:
    """Return the blocks of a report with their numbers.

    Parameters
    ----------
    content : Content
    anchors : Anchors
        Those of the content; the ids of headings, tables and charts are taken from it.
    """
    headings = HeadingCounter()
    captions: Counter[str] = Counter()

    def place(block: Block) -> Numbered:
        if isinstance(block, Heading):
            counts, appendix = headings.next(block)
            number = _heading_number(counts, appendix, content.language)
            return Numbered(
                block, number, len(counts), anchors.take(block.anchor) if block.anchor else anchors.new("h")
            )
        if isinstance(block, Table | Chart):
            word = content.table_word if isinstance(block, Table) else content.figure_word
            captions[word] += 1
            return Numbered(block, _caption(word, captions[word], content.language), anchor=anchors.take(block.anchor))
        return Numbered(block)

    return tuple(map(place, content.blocks))


def _caption(word: str, number: int, language: str) -> str:
    return f"{word}{number}　" if _chinese(language) else f"{word} {number}. "


class HeadingCounter:
    """Counts headings. A level that a report leaves out (a 3 below a 1) is none: what stands there is one deeper.

    Parameters
    ----------
    deepest : int, optional
        Level that deeper headings count as.
    """

    def __init__(self, deepest: int | None = None) -> None:
        self._deepest = deepest
        self._levels: list[int] = []
        self._counts: list[int] = []
        self._chapters = 0
        self._appendices = 0
        self._appendix = False

    def next(self, heading: Heading) -> tuple[tuple[int, ...], bool]:
        """Return the numbers of the next heading, one for each depth, and whether it stands in an appendix."""
        level = heading.level if self._deepest is None else min(heading.level, self._deepest)
        while self._levels and self._levels[-1] >= level:
            self._levels.pop()
        self._levels.append(level)
        depth = len(self._levels)
        if depth == 1:
            self._appendix = heading.appendix
            self._appendices += heading.appendix
            self._chapters += not heading.appendix
            self._counts = [self._appendices if heading.appendix else self._chapters]
        else:
            self._counts = [
                *self._counts[: depth - 1],
                self._counts[depth - 1] + 1 if depth <= len(self._counts) else 1,
            ]
        return tuple(self._counts), self._appendix


def _heading_number(counts: tuple[int, ...], appendix: bool, language: str) -> str:
    depth, last = len(counts), counts[-1]
    if not _chinese(language):
        first = _letters(counts[0]) if appendix else str(counts[0])
        if appendix and depth == 1:
            return f"Annex {first}. "
        return ".".join([first, *map(str, counts[1:])]) + " "
    if depth == 1:
        return f"附录{chinese(last)}　" if appendix else f"{chinese(last)}、"
    return {2: f"（{chinese(last)}）", 3: f"{last}. "}.get(depth, f"（{last}）")


def chinese(number: int) -> str:
    """Return a number as Chinese headings have it; from 100 on in digits.

    Examples
    --------
    >>> [chinese(number) for number in (1, 10, 12, 20, 35, 100)]
    ['一', '十', '十二', '二十', '三十五', '100']
    """
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    ten = ("" if tens == 1 else _DIGITS[tens - 1]) + "十" if tens else ""
    return ten + (_DIGITS[ones - 1] if ones else "")


def _letters(number: int) -> str:
    """Return A for 1, Z for 26, AA for 27."""
    rest, last = divmod(number - 1, 26)
    return (_letters(rest) if rest else "") + chr(ord("A") + last)


def written_date(day: str, language: str) -> str:
    """Return a date as it stands on a cover; what is no ISO date stays as it is.

    Examples
    --------
    >>> written_date("2026-11-30", "zh-CN"), written_date("2026-11-30", "en"), written_date("年底", "zh-CN")
    ('2026年11月30日', '30 November 2026', '年底')
    """
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return day
    if _chinese(language):
        return f"{found.year}年{found.month}月{found.day}日"
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}"


# Not by strftime, which speaks the language of the machine.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def allowed(text: str) -> str:
    r"""Return a text without the characters that a page must not hold.

    Examples
    --------
    >>> allowed("执行率\x00低\ud800")
    '执行率低'
    """
    return _FORBIDDEN.sub("", text)


def _chinese(language: str) -> bool:
    return language.startswith("zh")
