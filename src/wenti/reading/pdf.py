"""PDF files to documents: the text layer where there is one, else what is recognised from the page's picture.

PDFium says which glyph stands where; :mod:`wenti.reading.layout` makes paragraphs and tables of them.
"""

from __future__ import annotations

import ctypes
import logging
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from wenti.errors import InputError
from wenti.reading.document import Document
from wenti.reading.glyphs import Glyph, fold
from wenti.reading.layout import arrange, page_of
from wenti.reading.ruling import Stroke
from wenti.reading.running import PlacedPage

_MAX_PAGES = 1000
_MAX_SCANNED = 300  # recognition takes seconds a page
_MAX_UNPACKED = 400 << 20
_MAX_PART = 200 << 20
_MAX_OBJECTS = 50_000  # of a page that are looked at for ruling lines; a map has more, a table never
_MAX_DEPTH = 4
_THIN = 3.0  # points: a filled shape that is no thicker is a line
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
_PRIVATE = range(0xE000, 0xF900)
_NOWHERE = logging.NullHandler()  # what the library finds odd would else be printed

Matrix = tuple[float, float, float, float, float, float]


def read_pdf(content: bytes) -> Document:
    """Read a PDF.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    Document
        Pages without a text layer, or with one that says nothing, are recognised from their picture if the extra for
        that is installed, and left out if it is not.

    Raises
    ------
    InputError
        If the file is empty, damaged, protected by a password, too large once unpacked or in pages, or has no text.
    """
    if not content:
        raise InputError("file_empty")
    _check_unpacked(content)
    try:
        pages, unread, outline = _opened(content)
    except InputError:
        raise
    except Exception as error:
        raise _damaged(error) from error
    elements = arrange(pages, outline)
    if not elements:
        raise InputError("file_without_text")
    return Document(elements, tuple(unread))


def _damaged(error: Exception) -> InputError:
    detail = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return InputError("file_damaged", format="PDF", detail=detail)


def _check_unpacked(content: bytes) -> None:
    """Refuse what unpacks to more than its share. Pictures are not looked at: they are decoded only to be recognised."""
    total = 0
    for match in _STREAM.finditer(content):
        head = content[max(0, match.start() - 300) : match.start()]
        head = head[head.rfind(b" obj") + 1 :]
        layers = len(_FLATE.findall(head))
        if not layers or b"/Image" in head:
            continue
        end = content.find(b"endstream", match.end())
        chunks: Iterable[bytes] = [content[match.end() : end if end >= 0 else None]]
        for _ in range(layers):
            chunks = _inflated(chunks)
        part = 0
        for chunk in chunks:
            part += len(chunk)
            if part > _MAX_PART or total + part > _MAX_UNPACKED:
                raise InputError("unpacked_too_large", limit=(_MAX_PART if part > _MAX_PART else _MAX_UNPACKED) >> 20)
        total += part


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    try:
        for chunk in chunks:
            rest = chunk
            while rest and not unpacker.eof:
                yield unpacker.decompress(rest, 1 << 20)
                rest = unpacker.unconsumed_tail
    except zlib.error:  # damaged or encrypted: whether it can be read is for PDFium to say
        return


def _opened(content: bytes) -> tuple[list[PlacedPage], list[int], dict[str, int]]:
    try:
        import pypdfium2
        from pypdfium2 import raw
    except ModuleNotFoundError:
        raise InputError("extra_missing", format="PDF", extra="pdf") from None
    logging.getLogger("pypdfium2").addHandler(_NOWHERE)
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise InputError("file_locked") from None
        raise _damaged(error) from error
    try:
        if len(document) > _MAX_PAGES:
            raise InputError("pages_too_many", limit=_MAX_PAGES)
        return *_pages(document), _outline(document)
    finally:
        document.close()


def _outline(document: Any) -> dict[str, int]:
    outline: dict[str, int] = {}
    for bookmark in document.get_toc():
        outline.setdefault(re.sub(r"\s", "", fold(bookmark.get_title())), bookmark.level + 1)
    outline.pop("", None)
    return outline


def _pages(document: Any) -> tuple[list[PlacedPage], list[int]]:
    """Return the pages, and the numbers of those that could not be read for want of recognition."""
    pages: list[PlacedPage] = []
    unread: list[int] = []
    scanned = 0
    for number in range(1, len(document) + 1):
        page = document[number - 1]
        try:
            text = _Text(page)
            drawing = _Drawing(page, text)
            if text.is_readable(drawing):
                pages.append(page_of(number, text.extent, text.glyphs(), drawing.across, drawing.down))
            elif drawing.is_picture or text.codes:
                scanned += 1
                if scanned > _MAX_SCANNED:
                    raise InputError("pages_too_many", limit=_MAX_SCANNED)
                recognised = _recognised(page, number)
                pages += recognised
                unread += [] if recognised else [number]
        finally:
            page.close()
    return pages, unread


def _recognised(page: Any, number: int) -> list[PlacedPage]:
    from wenti.reading.scan import SCALE, largest_scale, recognise

    width, height = page.get_size()
    scale = largest_scale(width, height, SCALE)
    bitmap = page.render(scale=scale, may_draw_forms=False)
    try:
        return [recognise(bitmap.to_numpy(), number, scale)]
    except InputError as error:
        if error.key == "extra_missing":
            return []
        raise
    finally:
        bitmap.close()


class _Text:
    """The text layer of a page, turned so that most of it is upright."""

    def __init__(self, page: Any) -> None:
        from pypdfium2 import raw

        self._raw = raw
        self._page = page.get_textpage()
        self.codes = [
            (i, code)
            for i in range(self._page.count_chars())
            if raw.FPDFText_IsGenerated(self._page, i) != 1 and (code := raw.FPDFText_GetUnicode(self._page, i))
        ]
        turns = Counter(self._turn(i) for i, _ in self.codes)
        self.turn = turns.most_common(1)[0][0] or 0 if turns else 0
        left, bottom, right, top = page.get_bbox()
        corners = [self._turned(x, y) for x in (left, right) for y in (bottom, top)]
        self._origin = min(x for x, _ in corners), max(y for _, y in corners)
        self.extent = max(x for x, _ in corners) - self._origin[0], self._origin[1] - min(y for _, y in corners)

    def _turn(self, index: int) -> int | None:
        """Return the quarter turns of a glyph against the sheet; None if it stands askew, as watermarks do."""
        quarters = self._raw.FPDFText_GetCharAngle(self._page, index) / (math.pi / 2)
        return -round(quarters) % 4 if abs(quarters - round(quarters)) < 0.03 else None  # PDFium counts clockwise

    def _turned(self, x: float, y: float) -> tuple[float, float]:
        return ((x, y), (y, -x), (-x, -y), (-y, x))[self.turn]

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return a point of the sheet as seen from the upper left corner of the upright page."""
        x, y = self._turned(x, y)
        return x - self._origin[0], self._origin[1] - y

    def is_readable(self, drawing: _Drawing) -> bool:
        """Tell whether the layer is there and says what the page shows."""
        visible = [(i, code) for i, code in self.codes if code > 32]
        if len(visible) < (20 if drawing.is_picture else 1):  # a scan may carry a stamped number
            return False
        unknown = sum(
            code in _PRIVATE or code == 0xFFFD or code < 32 or self._raw.FPDFText_HasUnicodeMapError(self._page, i) == 1
            for i, code in visible
        )
        return bool(unknown <= len(visible) / 2)

    def glyphs(self) -> list[Glyph]:
        """Return what stands upright on the page."""
        heavy: dict[int, bool] = {}
        glyphs = []
        pending = 0
        for i, number in self.codes:
            code = number
            if 0xD800 <= code < 0xDC00:  # the first half of a pair
                pending = code
                continue
            if 0xDC00 <= code < 0xE000:
                code = 0x10000 + ((pending - 0xD800) << 10) + (code - 0xDC00) if pending else 0xFFFD
            pending = 0
            if self._raw.FPDFText_IsHyphen(self._page, i) == 1:
                code = ord("-")
            text = fold(chr(code))
            if text and self._turn(i) == self.turn and (glyph := self._glyph(i, text, heavy)) is not None:
                glyphs.append(glyph)
        return glyphs

    def _glyph(self, index: int, text: str, heavy: dict[int, bool]) -> Glyph | None:
        raw, page = self._raw, self._page
        box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetLooseCharBox(page, index, box)
        raw.FPDFText_GetCharOrigin(page, index, x, y)
        raw.FPDFText_GetMatrix(page, index, matrix)
        size = raw.FPDFText_GetFontSize(page, index) * math.hypot(matrix.c, matrix.d)
        start, baseline = self.place(x.value, y.value)
        ends = [self.place(box.left, box.bottom)[0], self.place(box.right, box.top)[0]]
        is_outside = not (-1 <= start <= self.extent[0] + 1 and -1 <= baseline <= self.extent[1] + size)
        if is_outside or not 0.5 < size < 1000:
            return None
        drawn = raw.FPDFText_GetTextObject(page, index)
        address = ctypes.addressof(drawn.contents) if drawn else 0
        if address not in heavy:
            heavy[address] = self._is_heavy(index, drawn)
        x0 = start if abs(start - min(ends)) < size else min(ends)
        return Glyph(text, x0, max(*ends, x0 + 0.1 * size), baseline, size, heavy[address])

    def _is_heavy(self, index: int, drawn: Any) -> bool:
        raw = self._raw
        name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        raw.FPDFText_GetFontInfo(self._page, index, name, 128, flags)
        if re.search(rb"bold|heavy|black", name.value, re.IGNORECASE):
            return True
        outlined = drawn and raw.FPDFTextObj_GetTextRenderMode(drawn) == raw.FPDF_TEXTRENDERMODE_FILL_STROKE
        return bool(outlined) or raw.FPDFText_GetFontWeight(self._page, index) >= 600


@dataclass(slots=True)
class _Found:
    """Shapes met so far."""

    across: list[Stroke] = field(default_factory=list)
    down: list[Stroke] = field(default_factory=list)
    pictured: float = 0.0
    n_curves: int = 0
    n_objects: int = 0


class _Drawing:
    """Ruling lines and pictures of a page."""

    def __init__(self, page: Any, text: _Text) -> None:
        from pypdfium2 import raw

        self._raw = raw
        self._text = text
        self._found = _Found()
        count = raw.FPDFPage_CountObjects(page)
        self._walk((raw.FPDFPage_GetObject(page, i) for i in range(count)), (1, 0, 0, 1, 0, 0), 0)
        self._area = text.extent[0] * text.extent[1]

    @property
    def across(self) -> list[Stroke]:
        """Horizontal lines."""
        return self._found.across

    @property
    def down(self) -> list[Stroke]:
        """Vertical lines."""
        return self._found.down

    @property
    def is_picture(self) -> bool:
        """Whether pictures, or shapes such as letters turned into outlines, make up much of the page."""
        return self._found.pictured > 0.4 * self._area or self._found.n_curves > 100

    def _walk(self, objects: Iterable[Any], matrix: Matrix, depth: int) -> None:
        raw = self._raw
        for shape in objects:
            self._found.n_objects += 1
            if self._found.n_objects > _MAX_OBJECTS:
                return
            kind = raw.FPDFPageObj_GetType(shape)
            if kind == raw.FPDF_PAGEOBJ_PATH:
                self._path(shape, self._matrix(shape, matrix))
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                a, b, c, d, _, _ = self._matrix(shape, matrix)
                self._found.pictured += abs(a * d - b * c)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
                count = raw.FPDFFormObj_CountObjects(shape)
                inside = (raw.FPDFFormObj_GetObject(shape, i) for i in range(count))
                self._walk(inside, self._matrix(shape, matrix), depth + 1)

    def _matrix(self, shape: Any, outer: Matrix) -> Matrix:
        own = self._raw.FS_MATRIX()
        self._raw.FPDFPageObj_GetMatrix(shape, own)
        a, b, c, d, e, f = outer
        return (
            own.a * a + own.b * c,
            own.a * b + own.b * d,
            own.c * a + own.d * c,
            own.c * b + own.d * d,
            own.e * a + own.f * c + e,
            own.e * b + own.f * d + f,
        )

    def _path(self, shape: Any, matrix: Matrix) -> None:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        self._raw.FPDFPath_GetDrawMode(shape, fill, stroke)
        for points in self._outlines(shape, matrix):
            if stroke.value:
                for (x0, y0), (x1, y1) in pairwise(points):
                    self._stroke(x0, y0, x1, y1, 1.0)
            elif fill.value and points:
                xs, ys = [x for x, _ in points], [y for _, y in points]
                self._stroke(min(xs), min(ys), max(xs), max(ys), _THIN)

    def _stroke(self, x0: float, y0: float, x1: float, y1: float, thin: float) -> None:
        width, height = abs(x1 - x0), abs(y1 - y0)
        if height <= thin < width:
            self._found.across.append(Stroke((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif width <= thin < height:
            self._found.down.append(Stroke((x0 + x1) / 2, min(y0, y1), max(y0, y1)))

    def _outlines(self, shape: Any, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
        """Yield the corners of each closed or open part of a path that has straight sides only."""
        raw = self._raw
        a, b, c, d, e, f = matrix
        x, y = ctypes.c_float(), ctypes.c_float()
        points: list[tuple[float, float]] = []
        is_curved = False
        for i in range(min(raw.FPDFPath_CountSegments(shape), _MAX_OBJECTS)):
            segment = raw.FPDFPath_GetPathSegment(shape, i)
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind == raw.FPDF_SEGMENT_MOVETO:
                if points and not is_curved:
                    yield points
                points, is_curved = [], False
            elif kind == raw.FPDF_SEGMENT_BEZIERTO and not is_curved:
                is_curved = True
                self._found.n_curves += 1
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            points.append(self._text.place(a * x.value + c * y.value + e, b * x.value + d * y.value + f))
            if raw.FPDFPathSegment_GetClose(segment):
                points.append(points[0])
        if points and not is_curved:
            yield points
