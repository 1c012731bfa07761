"""What stands on a page beside its body: running headers and footers, page numbers, footnotes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from wenti.reading.glyphs import Line, joined_row, joined_text, least, pitches
from wenti.reading.ruled import PlacedTable
from wenti.reading.ruling import Stroke

_DASH = "-—–－―─~·•|"
_COUNT = r"[\d一二三四五六七八九十百]{1,5}"
_PAGE_NUMBER = re.compile(
    rf"[{_DASH}]+\d{{1,4}}[{_DASH}]*|第{_COUNT}页(?:[,，/／、]?共{_COUNT}页)?|\d{{1,4}}[/／]\d{{1,4}}|Page\d+(?:of\d+)?",
    re.IGNORECASE,
)
_NOTE_MARK = re.compile(r"[①-⑳]|\[\d{1,2}\]|［\d{1,2}］|\d{1,2}|\*{1,3}")
_ZONE = 0.14  # of the height, at either end: where headers and footers stand
_MAX_ROWS = 3


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """A page: rows outside tables, tables, and all horizontal lines, from top to bottom."""

    number: int
    width: float
    height: float
    rows: tuple[tuple[Line, ...], ...]
    tables: tuple[PlacedTable, ...] = ()
    across: tuple[Stroke, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote; `anchor` is baseline and page of the line that has its mark, if one was found."""

    text: str
    mark: str
    page: int
    size: float
    anchor: tuple[float, int] | None
    confidence: float | None


def without_running(pages: Sequence[PlacedPage]) -> list[PlacedPage]:
    """Leave out headers, footers and page numbers.

    They are told by position and repetition: the outermost rows whose text, but for its figures, stands at the same height
    of several pages; and whatever else stands at that height in that size, as the name of a chapter does. They stand apart
    from the body or are of another size.
    """
    pitch = _usual_pitch(pages)
    heads, feet = _running(pages, 1), _running(pages, -1)
    return [_cut(page, heads, feet, pitch) for page in pages]


def _usual_pitch(pages: Sequence[PlacedPage]) -> float:
    """Return the distance of lines in characters."""
    found = []
    for page in pages:
        lines = [row[0] for row in page.rows]
        found += [distance / line.size for line, distance in pitches(lines)]
    return sorted(found)[len(found) // 3] if found else 1.5


@dataclass(frozen=True, slots=True)
class _Running:
    """Texts that run, and the heights (baseline, size) at which most pages have one."""

    texts: frozenset[tuple[str, int]]
    levels: tuple[tuple[float, float], ...]


def _outer(page: PlacedPage, step: int) -> Iterator[Line]:
    """Yield the outermost rows at the top (step 1) or bottom (step -1) of a page."""
    inner = [table.top for table in page.tables] if step == 1 else [-table.bottom for table in page.tables]
    edge = min(inner, default=float("inf"))
    for row in page.rows[::step][:_MAX_ROWS]:
        line = joined_row(row)
        is_outside = line.baseline < _ZONE * page.height if step == 1 else line.top > (1 - _ZONE) * page.height
        if not is_outside or step * line.baseline > edge:
            return
        yield line


def _key(line: Line) -> str:
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", re.sub(r"\s", "", line.text))


def _height(page: PlacedPage, line: Line, step: int) -> float:
    return line.baseline if step == 1 else page.height - line.baseline


def _running(pages: Sequence[PlacedPage], step: int) -> _Running:
    heights: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    for page in pages:
        for line in _outer(page, step):
            heights[_key(line)].append((_height(page, line, step), line.size, page.number))
    needed = 2 if len(pages) < 6 else 3
    texts: set[tuple[str, int]] = set()
    levels: dict[tuple[float, float], set[int]] = defaultdict(set)
    for key, found in heights.items():
        middle, size = median(height for height, _, _ in found), median(size for _, size, _ in found)
        near = {number for height, _, number in found if abs(height - middle) < 6}
        if len(near) >= needed:
            texts |= {(key, number) for number in near}
            levels[round(middle), round(size)] |= near
    common = tuple(level for level, numbers in levels.items() if len(numbers) >= max(3, len(pages) / 2))
    return _Running(frozenset(texts), common)


def _cut(page: PlacedPage, heads: _Running, feet: _Running, pitch: float) -> PlacedPage:
    rows = page.rows
    first = _count(page, heads, 1, pitch)
    last = len(rows) - _count(replace(page, rows=rows[first:]), feet, -1, pitch)
    return replace(page, rows=rows[first:last])


def _count(page: PlacedPage, running: _Running, step: int, pitch: float) -> int:
    """Count the outermost rows that run."""
    count = 0
    rows = page.rows[::step]
    for i, line in enumerate(_outer(page, step)):
        text = re.sub(r"\s", "", line.text)
        height = _height(page, line, step)
        is_level = any(abs(height - at) < 2 and abs(line.size - size) < 1 for at, size in running.levels)
        is_number = not i and (_PAGE_NUMBER.fullmatch(text) or text == str(page.number))
        if not ((_key(line), page.number) in running.texts or is_level or is_number):
            break
        if is_number or i + 1 == len(rows) or _is_apart(line, joined_row(rows[i + 1]), pitch):
            count = i + 1
    return count


def _is_apart(line: Line, inner: Line, pitch: float) -> bool:
    size = max(line.size, inner.size)
    return abs(line.size - inner.size) > 0.08 * size or abs(line.baseline - inner.baseline) > 1.15 * pitch * size


def split_notes(page: PlacedPage, body_size: float) -> tuple[PlacedPage, list[Note]]:
    """Part the footnotes of a page from its body.

    They are its last rows. The first begins with a mark, and of these two hold: the mark stands raised in the body too, the
    row stands apart or below a short line, it is smaller than the body.
    """
    lines = [joined_row(row) for row in page.rows]
    marks: dict[str, tuple[float, int]] = {}
    lowest = max((table.bottom for table in page.tables), default=0.0)
    for first, line in enumerate(lines):
        mark = _mark(line.text, marks)
        is_below = first > 0 and line.top > lowest
        if mark and is_below and _is_note(page, lines[first - 1], line, mark in marks, body_size):
            return replace(page, rows=page.rows[:first]), _notes(lines[first:], marks, page.number)
        marks |= {line.text[start:end]: (line.baseline, page.number) for start, end in line.marks}
    return page, []


def _mark(text: str, marks: Iterable[str]) -> str | None:
    """Return the mark with which a text begins: one that is raised in the body, since a figure may follow it at once."""
    known = max((mark for mark in marks if text.startswith(mark)), key=len, default=None)
    found = _NOTE_MARK.match(text)
    return known or (found.group() if found else None)


def _is_note(page: PlacedPage, last: Line, line: Line, is_marked: bool, body_size: float) -> bool:
    is_apart = _is_below_rule(page, line) or line.baseline - last.baseline > 2.2 * max(line.size, last.size)
    is_smaller = line.size < 0.93 * body_size
    return is_marked + is_apart + is_smaller > 1 or _is_small(line, body_size)


def _is_small(line: Line, body_size: float) -> bool:
    """Tell whether a recognised line is much smaller than the body: there the raised mark is mostly lost."""
    return line.confidence is not None and line.size < 0.8 * body_size


def _is_below_rule(page: PlacedPage, line: Line) -> bool:
    return any(
        0 < line.top - stroke.at < 1.5 * line.size
        and abs(stroke.start - line.x0) < 3 * line.size
        and stroke.end - stroke.start < 0.4 * page.width
        for stroke in page.across
    )


def _notes(lines: Sequence[Line], marks: dict[str, tuple[float, int]], page: int) -> list[Note]:
    notes: list[tuple[str, list[Line]]] = []
    for line in lines:
        mark = _mark(line.text, marks)
        if mark and (not notes or mark in marks or _is_next(notes[-1][0], mark)):
            text = line.text[len(mark) :].strip() or mark  # the mark is gone from the body, too
            notes.append((mark, [replace(line, text=text)]))
        else:
            notes[-1][1].append(line)
    return [
        Note(
            joined_text(line.text for line in parts),
            mark,
            page,
            parts[0].size,
            marks.get(mark),
            least(line.confidence for line in parts),
        )
        for mark, parts in notes
    ]


def _is_next(mark: str, other: str) -> bool:
    return mark.isdecimal() and other.isdecimal() and int(other) == int(mark) + 1
