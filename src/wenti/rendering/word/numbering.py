"""Numbers of headings, appendices and bullets: Word's lists, and the same numbers as text for the table of contents."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from wenti.reading.word_number_formats import format_number
from wenti.rendering.blocks import Heading
from wenti.rendering.numbered import HeadingCounter
from wenti.rendering.word.markup import Element, add, parse, tag

LEVELS = 3
_CHINESE, _DECIMAL, _LETTER = "chineseCountingThousand", "decimal", "upperLetter"


@dataclass(frozen=True, slots=True)
class _Level:
    """A level of a list; ``text`` has ``%1`` for the number of the first level and so on."""

    format: str
    text: str
    suffix: str


_HEADINGS = {
    True: (_Level(_CHINESE, "%1、", ""), _Level(_CHINESE, "（%2）", ""), _Level(_DECIMAL, "%3.", "")),
    False: (_Level(_DECIMAL, "%1", "\t"), _Level(_DECIMAL, "%1.%2", "\t"), _Level(_DECIMAL, "%1.%2.%3", "\t")),
}
_APPENDICES = {
    True: (_Level(_CHINESE, "附录%1\u3000", ""), *_HEADINGS[True][1:]),
    False: (
        _Level(_LETTER, "Annex %1\u2003", ""),
        _Level(_DECIMAL, "%1.%2", "\t"),
        _Level(_DECIMAL, "%1.%2.%3", "\t"),
    ),
}


@dataclass(frozen=True, slots=True)
class HeadingNumber:
    """A heading's role, its level from 0 (of those that have styles), and its number with what follows it."""

    role: str
    level: int
    number: str


class Numbers:
    """Numbers headings as Word will: a level begins anew below each heading above it."""

    def __init__(self, is_chinese: bool) -> None:
        self._lists = {False: _HEADINGS[is_chinese], True: _APPENDICES[is_chinese]}
        self._counter = HeadingCounter(LEVELS)

    def next(self, heading: Heading) -> HeadingNumber:
        """Return role, level and number of the next heading."""
        counts, appendix = self._counter.next(heading)
        levels, depth = self._lists[appendix], len(counts)
        text = levels[depth - 1].text + levels[depth - 1].suffix
        for index, (one, count) in enumerate(zip(levels, counts, strict=False), start=1):
            text = text.replace(f"%{index}", format_number(count, one.format))
        return HeadingNumber(f"{'Appendix' if appendix else 'Heading'}{depth}", depth - 1, text)


@dataclass(frozen=True, slots=True)
class Lists:
    """Ids of the lists in a file; None where its own headings are numbered, with which ours would not go together."""

    headings: int | None
    appendices: int
    bullets: int

    def of(self, role: str) -> tuple[int, int] | None:
        """Return list and level of a style, None of one without number."""
        for name, number in (("Heading", self.headings), ("Appendix", self.appendices)):
            if role.startswith(name):
                return (number, int(role.removeprefix(name)) - 1) if number is not None else None
        return (self.bullets, 0) if role == "ListBullet" else None


def add_lists(numbering: Element, is_chinese: bool, linked: Collection[str], *, are_numbered: bool = False) -> Lists:
    """Add the lists to the numbering of a file.

    Parameters
    ----------
    numbering : Element
        Root of the part; what it has is kept.
    is_chinese : bool
    linked : collection of str
        Roles of the styles that bring their number with them; others get it in each paragraph.
    are_numbered : bool, default=False
        Whether the file's own headings are numbered.
    """
    abstracts = [int(each.get(tag("abstractNumId"), "0")) for each in numbering.findall(tag("abstractNum"))]
    numbers = [int(each.get(tag("numId"), "0")) for each in numbering.findall(tag("num"))]
    abstract, number = max(abstracts, default=-1) + 1, max(numbers, default=0) + 1
    bullet = (_Level("bullet", "•", "\t"),)
    kinds = (("Heading", _HEADINGS[is_chinese]), ("Appendix", _APPENDICES[is_chinese]), ("", bullet))
    # The schema has all definitions before all lists that use them.
    place = next((i for i, each in enumerate(numbering) if each.tag == tag("num")), len(numbering))
    for index, (role, levels) in enumerate(kinds):
        numbering.insert(place + index, _abstract(abstract + index, role, levels, linked))
        made = add(numbering, "num", numId=number + index)
        add(made, "abstractNumId", val=abstract + index)
    _move_last(numbering)
    return Lists(None if are_numbered else number, number + 1, number + 2)


def _move_last(numbering: Element) -> None:
    """Put back to the end what the schema has there."""
    for each in numbering.findall(tag("numIdMacAtCleanup")):
        numbering.append(each)


def _abstract(number: int, role: str, levels: tuple[_Level, ...], linked: Collection[str]) -> Element:
    kind = "multilevel" if role else "hybridMultilevel"
    # Word takes lists with the same mark for one; it must differ and may not change from run to run.
    mark = f"5751{number:04X}"
    made = parse(f'<w:abstractNum w:abstractNumId="{number}"><w:nsid w:val="{mark}"/></w:abstractNum>')
    add(made, "multiLevelType", val=kind)
    add(made, "tmpl", val=mark)
    for index, level in enumerate(levels):
        written = add(made, "lvl", ilvl=index)
        add(written, "start", val=1)
        add(written, "numFmt", val=level.format)
        if f"{role}{index + 1}" in linked:
            add(written, "pStyle", val=f"{role}{index + 1}")
        add(written, "suff", val="tab" if level.suffix else "nothing")
        add(written, "lvlText", val=level.text)
        add(written, "lvlJc", val="left")
    return made
