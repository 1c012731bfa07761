"""Glyphs on a page to lines of text, for layouts that only say where each glyph stands.

Coordinates are in points, x from the left and y from the top of the upright page.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

# Fonts name some glyphs by look-alikes. NFKC folds these blocks, but must not see （），：；, which it would narrow.
_FOLDED = re.compile("[\u2f00-\u2fdf\uf900-\ufaff\ufb00-\ufb06\U0002f800-\U0002fa1f]")
# Of the supplement NFKC folds but two; these are the ones that stand for a whole simplified character.
_RADICALS = dict(
    zip(
        map(ord, "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳"),
        "母民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
        strict=True,
    )
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffc\x00-\x08\x0e-\x1f\x7f]")
_NUMBERED = re.compile(
    r"第[一二三四五六七八九十百\d]+[章节条部分]{1,2}"
    r"|[（(][一二三四五六七八九十百\d]{1,3}[)）]"
    r"|[一二三四五六七八九十百]{1,3}[、.．]"
    r"|\d{1,2}(?:\.\d{1,2}){0,3}\s*[、.．)）](?!\d)"
    r"|[\u2460-\u2473\u2776-\u277f]"
    r"|[●○■□◆◇▪•·➢✓√\uf06c\uf0b7\uf0d8\uf06e]\s*"
)
_LATIN = re.compile(r"[!-~\u00a1-\u024f]")

# What no line break may part: a word or figure with the marks around it. Of Chinese quotation marks many programs do not
# know which way they look, and break on neither side; nor do they break between a stop and a figure.
_WORD = r"[!-~\u00a1-\u024f]+"
_CLOSING = r"[）)》】」』\]，。、；：！？,;:!?.%％]"
_UNIT = rf"[（(《【「『\[]*(?:{_WORD}|.)(?:{_CLOSING}+{_WORD})*{_CLOSING}*"
_TOKEN = re.compile(rf"[“”‘’]*{_UNIT}(?:[“”‘’]+(?:{_UNIT})?)*")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character, or a stretch of them that is known to belong together, and where it stands."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    is_heavy: bool = False
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text as it is set.

    Attributes
    ----------
    text : str
        Without space at its ends; never empty.
    x0, x1 : float
        Ends of what is visible.
    baseline, size : float
        Of most of its glyphs.
    page : int
    body_x : float
        Where the text begins behind a number at the line's begin, else `x0`.
    is_heavy : bool
        All of it is bold.
    marks : tuple of (int, int)
        Stretches of `text` that are set small and raised.
    gap_x : float or None
        Where the text goes on behind the first wide gap, if there is one that does not just part a number from its text.
    confidence : float or None
    """

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    page: int
    body_x: float
    is_heavy: bool = False
    marks: tuple[tuple[int, int], ...] = ()
    gap_x: float | None = None
    confidence: float | None = None

    @property
    def top(self) -> float:
        """Upper edge of a full-width character."""
        return self.baseline - 0.88 * self.size

    @property
    def bottom(self) -> float:
        """Lower edge of a full-width character."""
        return self.baseline + 0.12 * self.size


def numbered(text: str) -> re.Match[str] | None:
    """Return the number or bullet with which a paragraph begins, as a match, or None."""
    return _NUMBERED.match(text)


def is_latin(character: str) -> bool:
    """Tell whether a character is of a script that puts spaces between words."""
    return _LATIN.match(character) is not None


def fold(text: str) -> str:
    """Replace look-alikes that PDF fonts bring in by the characters that they stand for.

    Examples
    --------
    >>> fold("⼀般（⻚）ﬁ")
    '一般（页）fi'
    """
    if text.isascii():
        return text
    text = _INVISIBLE.sub("", text).translate(_RADICALS)
    return _FOLDED.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)


def joined_text(lines: Iterable[str]) -> str:
    """Join the lines of a paragraph.

    Examples
    --------
    >>> joined_text(["项目采取 EPC", "方式，由 White Sand", "Company 负责"])
    '项目采取 EPC方式，由 White Sand Company 负责'
    >>> joined_text(["the subcon-", "tractors of 2023-", "2024"])
    'the subcontractors of 2023-2024'
    """
    text = ""
    for line in lines:
        if not text or not (is_latin(text[-1]) and is_latin(line[0])):
            text += line
        elif text[-1] == "-":
            text = (text[:-1] if text[-2:-1].isalpha() and line[0].islower() else text) + line
        else:
            text += " " + line
    return text


def rows_of(glyphs: Iterable[Glyph], page: int) -> list[list[Line]]:
    """Sort glyphs into rows from top to bottom, each cut where a gap is wide.

    Parameters
    ----------
    glyphs : iterable of Glyph
        In any order. White space only says that a gap is one.
    page : int

    Returns
    -------
    list of list of Line
        Pieces of each row from left to right.
    """
    rows = [_without_doubles(sorted(row, key=lambda glyph: glyph.x0)) for row in _rows(glyphs)]
    return [pieces for row in rows if (pieces := [_line(piece, page) for piece in _pieces(row)])]


def joined_row(pieces: Sequence[Line]) -> Line:
    """Join the pieces of a row to one line, with a space where they were cut."""
    text, marks = "", []
    has_number = len(pieces) > 1 and _is_number(pieces[0].text)
    for piece in pieces:
        text += " " if text else ""
        marks += [(start + len(text), end + len(text)) for start, end in piece.marks]
        text += piece.text
    largest = max(pieces, key=lambda piece: len(piece.text))
    return replace(
        largest,
        text=text,
        x0=pieces[0].x0,
        x1=max(piece.x1 for piece in pieces),
        body_x=pieces[1].x0 if has_number else pieces[0].body_x,
        is_heavy=all(piece.is_heavy for piece in pieces),
        marks=tuple(marks),
        gap_x=pieces[1 + has_number].x0 if len(pieces) > 1 + has_number else None,
        confidence=least(piece.confidence for piece in pieces),
    )


def least(confidences: Iterable[float | None]) -> float | None:
    """Return the least of those that are known, or None."""
    return min((confidence for confidence in confidences if confidence is not None), default=None)


def _is_number(text: str) -> bool:
    match = numbered(text)
    return match is not None and match.end() == len(text)


def _rows(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Group glyphs whose middles are nearly level; the larger ones found a row, so that raised ones join theirs."""
    middles: list[float] = []
    rows: list[list[Glyph]] = []
    sizes: list[float] = []
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.size):
        middle = glyph.baseline - 0.38 * glyph.size
        place = bisect_left(middles, middle)
        near = [i for i in (place - 1, place) if 0 <= i < len(rows) and abs(middles[i] - middle) < 0.4 * sizes[i]]
        if near:
            rows[min(near, key=lambda i: abs(middles[i] - middle))].append(glyph)
        elif glyph.text.strip():
            middles.insert(place, middle)
            rows.insert(place, [glyph])
            sizes.insert(place, glyph.size)
    return rows


def _without_doubles(row: Sequence[Glyph]) -> list[Glyph]:
    """Leave out what is drawn twice at nearly one place, as programs do for want of a bold font."""
    kept: list[Glyph] = []
    for glyph in row:
        near = (other for other in kept[-3:] if other.text == glyph.text and glyph.text.strip())
        if not any(abs(other.x0 - glyph.x0) < 0.25 * glyph.size for other in near):
            kept.append(glyph)
    return kept


def _pieces(row: Sequence[Glyph]) -> list[list[Glyph]]:
    """Cut a row where nothing visible stands for more than one and a half characters."""
    pieces: list[list[Glyph]] = []
    end = 0.0
    for glyph in row:
        if not glyph.text.strip():
            if pieces:
                pieces[-1].append(glyph)
            continue
        if not pieces or glyph.x0 - end > 1.5 * glyph.size:
            pieces.append([])
            end = glyph.x1
        pieces[-1].append(glyph)
        end = max(end, glyph.x1)
    return pieces


def _line(glyphs: Sequence[Glyph], page: int) -> Line:
    visible = [glyph for glyph in glyphs if glyph.text.strip()]
    largest = max(visible, key=lambda glyph: glyph.size)
    text, starts = _spaced(glyphs)
    number = numbered(text)
    after = [glyph for glyph, start in zip(visible, starts, strict=True) if number and start >= number.end()]
    sizes = sorted(glyph.size for glyph in visible)
    return Line(
        text=text,
        x0=min(glyph.x0 for glyph in visible),
        x1=max(glyph.x1 for glyph in visible),
        baseline=largest.baseline,
        size=sizes[len(sizes) // 2],
        page=page,
        body_x=after[0].x0 if after else visible[0].x0,
        is_heavy=all(glyph.is_heavy for glyph in visible),
        marks=_marks(visible, starts, largest),
        confidence=least(glyph.confidence for glyph in visible),
    )


def _spaced(glyphs: Sequence[Glyph]) -> tuple[str, list[int]]:
    """Return the text with one space for each gap, and where each visible glyph begins in it.

    Between a Chinese and a Latin character only a space that was typed is one: typesetting puts a gap there by itself.
    """
    text, starts, is_open = "", [], False
    last: Glyph | None = None
    for glyph in glyphs:
        if not glyph.text.strip():
            is_open = last is not None
            continue
        if last is not None:
            both_latin = is_latin(text[-1]) and is_latin(glyph.text[0])
            gap = (glyph.x0 - last.x1) / max(glyph.size, 0.1)
            if is_open or gap > (0.18 if both_latin else 0.8):
                text += " "
        starts.append(len(text))
        text += glyph.text.strip()
        last, is_open = glyph, False
    return text, starts


def _marks(visible: Sequence[Glyph], starts: Sequence[int], largest: Glyph) -> tuple[tuple[int, int], ...]:
    marks: list[tuple[int, int]] = []
    for glyph, start in zip(visible, starts, strict=True):
        if glyph.size < 0.8 * largest.size and largest.baseline - glyph.baseline > 0.15 * largest.size:
            end = start + len(glyph.text.strip())
            if marks and marks[-1][1] == start:
                marks[-1] = (marks[-1][0], end)
            else:
                marks.append((start, end))
    return tuple(marks)


def pitches(lines: Iterable[Line]) -> Iterator[tuple[Line, float]]:
    """Yield lines that follow one of the same size, with the distance of their baselines."""
    for above, below in pairwise(lines):
        distance = below.baseline - above.baseline
        if abs(above.size - below.size) < 0.1 * below.size and 0.9 * below.size < distance < 3 * below.size:
            yield below, distance


def ends_early(text: str, following: str, room: float) -> bool:
    """Tell whether a line ends although what follows would have had room on it.

    Parameters
    ----------
    text, following : str
        The line and the next.
    room : float
        Free space behind the line, in characters.
    """
    token = _TOKEN.match(following)
    width = sum(_width(character) for character in token.group()) if token else 1.0
    if is_latin(text[-1]) and is_latin(following[0]):
        width += 0.3
    return room > width + 0.6


def _width(character: str) -> float:
    return 0.9 if character in "%@&—" else 0.55 if is_latin(character) else 1.0
