"""Objects of an OFD page (GB/T 33190-2016) to characters and ruling lines, where they stand on the sheet."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from wenti.reading.glyphs import Glyph, fold
from wenti.reading.layout import page_of
from wenti.reading.ruling import Stroke
from wenti.reading.running import PlacedPage
from wenti.reading.xml_package import Element, too_large

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]

_POINTS = 72 / 25.4  # of a millimetre
_WHOLE: Matrix = (1, 0, 0, 1, 0, 0)
_MOST_OBJECTS = 10_000_000
_MOST_GLYPHS = 10_000_000
_MOST_GLYPHS_OF_PAGE = 200_000
_MOST_STROKES = 50_000  # of a page; a map has more, a table never
_DEEPEST = 16
_THIN = 1.06  # millimetres: a filled shape that is no thicker is a line
_HEAVY = 600
_STEP = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_ARGUMENTS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


@dataclass(slots=True)
class Limits:
    """What the pages of a file may hold together; an object that repeats others can repeat itself."""

    objects: int = _MOST_OBJECTS
    glyphs: int = _MOST_GLYPHS

    def take(self, *, objects: int = 0, glyphs: int = 0) -> None:
        """Count objects and glyphs.

        Raises
        ------
        InputError
            If there are more than any report has.
        """
        self.objects -= objects
        self.glyphs -= glyphs
        if self.objects < 0 or self.glyphs < 0:
            raise too_large()


@dataclass(slots=True)
class OfdPage:
    """A page while its objects are read.

    Parameters
    ----------
    box : (float, float, float, float)
        Upper left corner, width and height, in millimetres.
    units : mapping of str to Element
        Drawings that objects refer to.
    limits : Limits
    """

    box: tuple[float, float, float, float]
    units: Mapping[str, Element]
    limits: Limits
    _glyphs: list[tuple[Glyph, int]] = field(default_factory=list)
    _segments: list[tuple[Point, Point, float]] = field(default_factory=list)

    def add(self, page: Element) -> None:
        """Read the layers of a page, or of a template that it uses."""
        for layer in page.all("Content", "Layer"):
            self._walk(layer, _WHOLE, 0)

    def placed(self, number: int) -> PlacedPage:
        """Return the page, turned so that most of its text is upright; what stands otherwise is left out."""
        turn = Counter(turn for _, turn in self._glyphs).most_common(1)[0][0] if self._glyphs else 0
        width, height = self.box[2:]
        size = (height, width) if turn % 2 else (width, height)
        glyphs = [
            _in_points(glyph, self._turned((glyph.x0, glyph.baseline), turn)) for glyph, t in self._glyphs if t == turn
        ]
        inside = [
            g for g in glyphs if -6 < g.x0 < size[0] * _POINTS + 6 and -6 < g.baseline < size[1] * _POINTS + g.size
        ]
        across, down = self._strokes(turn)
        return page_of(number, (size[0] * _POINTS, size[1] * _POINTS), inside, across, down)

    def _turned(self, point: Point, turn: int) -> Point:
        """Return a point in millimetres from the upper left corner of the turned page."""
        left, top, width, height = self.box
        x, y = point[0] - left, point[1] - top
        return ((x, y), (y, width - x), (width - x, height - y), (height - y, x))[turn]

    def _walk(self, parent: Element, matrix: Matrix, depth: int) -> None:
        for element in parent.children:
            self.limits.take(objects=1)
            if element.attributes.get("Visible") == "false" or depth > _DEEPEST:
                continue
            if element.tag == "TextObject":
                self._add_text(element, _within(matrix, element))
            elif element.tag == "PathObject":
                self._add_path(element, _within(matrix, element))
            elif element.tag == "PageBlock":
                self._walk(element, matrix, depth + 1)
            elif element.tag == "CompositeObject":
                unit = self.units.get(element.attributes.get("ResourceID", ""))
                for content in unit.all("Content") if unit is not None else ():
                    self._walk(content, _within(matrix, element), depth + 1)

    def _add_text(self, element: Element, matrix: Matrix) -> None:
        a, b, c, d, _, _ = matrix
        turn = _turn(a, b)
        size = _number(element, "Size", 0) * math.hypot(c, d)
        if turn is None or not 0.1 < size < 1000:
            return
        stretch = _number(element, "HScale", 1) * math.hypot(a, b) * _number(element, "Size", 0)
        is_heavy = _number(element, "Weight", 400) >= _HEAVY
        x = y = 0.0
        for code in element.all("TextCode"):
            x, y = _number(code, "X", x), _number(code, "Y", y)
            for text, point, step in _characters(code, (x, y), element):
                start = _at(matrix, point)
                width = min(stretch * _share(text), step * math.hypot(a, b) if step > 0 else math.inf)
                self.limits.take(glyphs=1)
                glyph = Glyph(text, start[0], start[0] + max(width, 0.1 * size), start[1], size, is_heavy)
                self._glyphs.append((glyph, turn))
        if len(self._glyphs) > _MOST_GLYPHS_OF_PAGE:
            raise too_large()

    def _add_path(self, element: Element, matrix: Matrix) -> None:
        data = element.text_at("AbbreviatedData")
        is_stroked = element.attributes.get("Stroke") != "false"
        if not is_stroked and element.attributes.get("Fill") != "true":
            return
        for points in _outlines(data):
            placed = [_at(matrix, point) for point in points]
            if len(self._segments) + len(placed) > _MOST_STROKES:
                return
            if is_stroked:
                self._segments += [(start, end, _THIN / 3) for start, end in pairwise(placed)]
            else:
                xs, ys = [x for x, _ in placed], [y for _, y in placed]
                self._segments.append(((min(xs), min(ys)), (max(xs), max(ys)), _THIN))

    def _strokes(self, turn: int) -> tuple[list[Stroke], list[Stroke]]:
        across, down = [], []
        for start, end, thin in self._segments:
            (x0, y0), (x1, y1) = self._turned(start, turn), self._turned(end, turn)
            width, height = abs(x1 - x0), abs(y1 - y0)
            if height <= thin < width:
                across.append(Stroke((y0 + y1) / 2 * _POINTS, min(x0, x1) * _POINTS, max(x0, x1) * _POINTS))
            elif width <= thin < height:
                down.append(Stroke((x0 + x1) / 2 * _POINTS, min(y0, y1) * _POINTS, max(y0, y1) * _POINTS))
        return across, down


def _in_points(glyph: Glyph, place: Point) -> Glyph:
    x, baseline = place[0] * _POINTS, place[1] * _POINTS
    width = (glyph.x1 - glyph.x0) * _POINTS
    return Glyph(glyph.text, x, x + width, baseline, glyph.size * _POINTS, glyph.is_heavy)


def _characters(code: Element, start: Point, parent: Element) -> Iterator[tuple[str, Point, float]]:
    """Yield each character of a TextCode, where it begins, and how far it is to the next one (0 if it is the last)."""
    text = "".join(character for character in code.text if unicodedata.category(character) != "Cc")
    across, down = (_deltas(code.attributes.get(name, ""), len(text) - 1) for name in ("DeltaX", "DeltaY"))
    size = _number(parent, "Size", 0) * _number(parent, "HScale", 1)
    x, y = start
    for index, character in enumerate(text):
        is_last = index + 1 == len(text)
        step = across[index] if index < len(across) else 0.0
        fall = down[index] if index < len(down) else 0.0
        if not step and not fall and not is_last:
            step = size * _share(character)
        shown = fold(character)
        if shown:
            yield shown, (x, y), 0.0 if is_last else step
        x, y = x + step, y + fall


def _deltas(written: str, most: int) -> list[float]:
    """Return distances; "g 3 5.5" stands for three times 5.5, and what is no number for none."""
    deltas: list[float] = []
    words = iter(written.split())
    for word in words:
        if len(deltas) >= most:
            break
        if word == "g":
            count, value = _finite(next(words, "")), _finite(next(words, ""))
            deltas += [value] * int(max(0, min(count, most - len(deltas))))
        else:
            deltas.append(_finite(word))
    return deltas


def _finite(word: str) -> float:
    numbers = numbers_of(word, 1)
    return numbers[0] if numbers else 0.0


def _outlines(data: str) -> Iterator[list[Point]]:
    """Yield the corners of each part of a path that has straight sides only."""
    points: list[Point] = []
    words = iter(_STEP.findall(data))
    for word in words:
        count = _ARGUMENTS.get(word)
        if count is None:  # a number too many
            continue
        numbers = [float(value) for _, value in zip(range(count), words, strict=False) if not value.isalpha()]
        if word in "SM":
            if len(points) > 1:
                yield points
            points = [(numbers[0], numbers[1])] if len(numbers) == count else []
        elif word == "L" and len(numbers) == count:
            points.append((numbers[0], numbers[1]))
        elif word == "C" and points:
            points.append(points[0])
        elif word in "QBA":  # round: no line of a table
            points = []
    if len(points) > 1:
        yield points


def numbers_of(written: str, count: int) -> Sequence[float] | None:
    """Return so many numbers that stand in an attribute, None if it has fewer."""
    words = written.replace(",", " ").split()[:count]
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        return None
    return numbers if len(numbers) == count and all(map(math.isfinite, numbers)) else None


def _number(element: Element, name: str, default: float) -> float:
    numbers = numbers_of(element.attributes.get(name, ""), 1)
    return numbers[0] if numbers else default


def _within(outer: Matrix, element: Element) -> Matrix:
    """Return how an object's own coordinates are placed: by its matrix, then at the corner of its boundary."""
    x, y, *_ = numbers_of(element.attributes.get("Boundary", ""), 4) or (0, 0)
    a, b, c, d, e, f = numbers_of(element.attributes.get("CTM", ""), 6) or _WHOLE
    e, f = e + x, f + y
    p, q, r, s, t, u = outer
    return (p * a + r * b, q * a + s * b, p * c + r * d, q * c + s * d, p * e + r * f + t, q * e + s * f + u)


def _at(matrix: Matrix, point: Point) -> Point:
    a, b, c, d, e, f = matrix
    return a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f


def _turn(a: float, b: float) -> int | None:
    """Return the quarter turns of a text's direction; None if it stands askew, as watermarks do."""
    quarters = math.atan2(b, a) / (math.pi / 2)
    return round(quarters) % 4 if abs(quarters - round(quarters)) < 0.03 else None


def _share(character: str) -> float:
    return 1.0 if unicodedata.east_asian_width(character[0]) in "WFA" else 0.5
