"""Where the sentences of a Chinese text end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

STOPS = "。！？；;"
_CLOSING = dict(zip("“‘（(《【「『[", "”’）)》】」』]", strict=True))
_STOP = re.compile(f"[{STOPS}]")
_BRACKET = re.compile(f"[{re.escape(''.join((*_CLOSING, *_CLOSING.values())))}]")


def stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches between stops, which belong to none; inside brackets or quotation marks nothing stops.

    A bracket that is never closed, or across another, encloses nothing.

    Examples
    --------
    >>> [("制度（含细则；办法）缺失；人员不足。")[a:b] for a, b in stretches("制度（含细则；办法）缺失；人员不足。")]
    ['制度（含细则；办法）缺失', '人员不足', '']
    """
    enclosed = _enclosed(text)
    start = following = 0
    for stop in _STOP.finditer(text):
        while following < len(enclosed) and enclosed[following][1] < stop.start():
            following += 1
        if following == len(enclosed) or stop.start() < enclosed[following][0]:
            yield start, stop.start()
            start = stop.end()
    yield start, len(text)


def _enclosed(text: str) -> list[tuple[int, int]]:
    """Return the places of brackets and quotation marks that are closed, first and last character, outermost only.

    Time grows with the text and no faster: each bracket is taken up once and laid down once.
    """
    enclosed: list[tuple[int, int]] = []
    opened: list[tuple[str, int]] = []
    waiting: Counter[str] = Counter()
    for match in _BRACKET.finditer(text):
        character, index = match.group(), match.start()
        if character in _CLOSING:
            opened.append((_CLOSING[character], index))
            waiting[_CLOSING[character]] += 1
        elif waiting[character]:
            closing, start = opened.pop()
            while closing != character:
                waiting[closing] -= 1
                closing, start = opened.pop()
            waiting[character] -= 1
            while enclosed and enclosed[-1][0] > start:
                enclosed.pop()
            enclosed.append((start, index))
    return enclosed
