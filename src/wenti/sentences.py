"""Where the sentences of a Chinese text end."""

from __future__ import annotations

from collections.abc import Iterator

STOPS = "。！？；;"
_CLOSING = dict(zip("“‘（(《【「『[", "”’）)》】」』]", strict=True))


def stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches between stops, which belong to none; inside brackets or quotation marks nothing stops.

    A bracket that is never closed, or across another, encloses nothing.

    Examples
    --------
    >>> [("制度（含细则；办法）缺失；人员不足。")[a:b] for a, b in stretches("制度（含细则；办法）缺失；人员不足。")]
    ['制度（含细则；办法）缺失', '人员不足', '']
    """
    inside = _enclosed(text)
    start = 0
    for index, character in enumerate(text):
        if character in STOPS and not inside[index]:
            yield start, index
            start = index + 1
    yield start, len(text)


def _enclosed(text: str) -> bytearray:
    """Return for each character whether it stands in brackets or quotation marks that are closed."""
    inside = bytearray(len(text))
    opened: list[tuple[str, int]] = []
    covered = 0
    for index, character in enumerate(text):
        if character in _CLOSING:
            opened.append((_CLOSING[character], index))
            continue
        at = next((i for i in range(len(opened) - 1, -1, -1) if opened[i][0] == character), None)
        if at is not None:
            start = opened[at][1]
            del opened[at:]
            first = max(start, covered) if not opened else start
            inside[first : index + 1] = b"\1" * (index + 1 - first)
            covered = index + 1 if not opened else covered
    return inside
