"""Pictures of pages to documents: text recognition with the models of PaddleOCR, without a network.

What is recognised are lines; they become paragraphs as those of a PDF do. A table in a picture is read row by row.
"""

from __future__ import annotations

import io
import math
import os
import re
import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from statistics import median
from typing import Any

from wenti.errors import InputError
from wenti.reading.document import Document
from wenti.reading.glyphs import Glyph, fold, is_latin
from wenti.reading.layout import arrange, page_of
from wenti.reading.running import PlacedPage

# In a picture hardly anything tells a narrow mark from a wide one; beside a Chinese character it is wide.
_HAN = "\u4e00-\u9fff"
_NARROW = re.compile(rf"(?<=[{_HAN}])[),;:!?]|\((?=[{_HAN}])")
_WIDE = str.maketrans("(),;:!?", "（），；：！？")

SCALE = 200 / 72  # picture elements a point, as scanners and the models have them
_MAX_PIXELS = 100_000_000
_MAX_RENDERED = 25_000_000
_MAX_PAGES = 300
_TALL = 3  # times as high as wide: a screenshot of a whole web page
_SURE = 0.8  # below, the page may be turned


def read_image(content: bytes) -> Document:
    """Read a scanned or photographed page, or a TIFF with several.

    Parameters
    ----------
    content : bytes
        PNG, JPEG, TIFF or BMP.

    Returns
    -------
    Document

    Raises
    ------
    InputError
        If the file is empty, damaged, too large once unpacked or in pages, or shows no text, or the extra is missing.
    """
    if not content:
        raise InputError("file_empty")
    _engine()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is damaged beside the picture, and passed over
            pages = [
                recognise(picture, number, width / 595)
                for number, (picture, width) in enumerate(_pictures(content), start=1)
            ]
    except InputError:
        raise
    except Exception as error:
        detail = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise InputError("file_damaged", format="图片", detail=detail) from error
    elements = arrange(pages)
    if not elements:
        raise InputError("file_without_text")
    return Document(elements)


def _pictures(content: bytes) -> Iterator[tuple[Any, int]]:
    """Yield each frame as an array in the order of colours that the models expect, and its width."""
    import numpy as np
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "TIFF", "BMP")) as image:
        n_frames = getattr(image, "n_frames", 1)
        if n_frames > _MAX_PAGES:
            raise InputError("pages_too_many", limit=_MAX_PAGES)
        for frame in range(n_frames):
            image.seek(frame)
            if image.width * image.height > _MAX_PIXELS:
                raise InputError("unpacked_too_large", limit=_MAX_PIXELS * 4 >> 20)
            upright = ImageOps.exif_transpose(image).convert("RGB")
            scale = largest_scale(upright.width, upright.height, 1.0)
            if scale < 1:
                upright = upright.resize((round(upright.width * scale), round(upright.height * scale)))
            yield np.asarray(upright)[:, :, ::-1], upright.width


def largest_scale(width: float, height: float, wanted: float) -> float:
    """Return the scale wanted, or the largest at which a page has no more picture elements than can be handled."""
    return min(wanted, math.sqrt(_MAX_RENDERED / max(width * height, 1.0)))


def recognise(picture: Any, number: int, scale: float) -> PlacedPage:
    """Recognise the text of a page.

    Parameters
    ----------
    picture : ndarray of uint8, shape (height, width, 3)
        Blue, green, red.
    number : int
        Of the page, from 1.
    scale : float
        Picture elements a point.

    Raises
    ------
    InputError
        If the extra is missing.
    """
    import numpy as np

    found = _found_on(picture)
    if _is_doubtful(found):
        turned = [np.ascontiguousarray(np.rot90(picture, turns)) for turns in (1, 2, 3)]
        tries = [(found, picture), *((_found_on(other), other) for other in turned)]
        found, picture = max(tries, key=lambda one: sum(score * len(text) for _, text, score in one[0]))
    size = picture.shape[1] / scale, picture.shape[0] / scale
    return page_of(number, size, list(_glyphs(found, scale)), (), ())


@cache
def _engine() -> Any:
    # The runtime reports its use to its maker, and keeps an identifier on disk, unless told not to before it is loaded.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        import onnxruntime
        from rapidocr import RapidOCR
    except ImportError:
        raise InputError("extra_missing", format="JPG/PNG", extra="ocr") from None
    onnxruntime.disable_telemetry_events()
    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    # One thread: several files are read at a time. Which way up a page is, is found for the whole of it.
    return RapidOCR(params={"Global.log_level": "critical", "Global.use_cls": False, **threads})


_Found = tuple[list[tuple[float, float]], str, float]


def _found_on(picture: Any) -> list[_Found]:
    """Return the lines of a picture. A tall one is recognised in pieces: the engine widens it until memory runs out."""
    engine = _engine()
    cuts = _cuts(picture)
    if len(cuts) > _MAX_PAGES:
        raise InputError("pages_too_many", limit=_MAX_PAGES)
    return [
        ([(x, y + top) for x, y in box], text, score)
        for top, bottom in pairwise(cuts)
        for box, text, score in _lines(engine(picture[top:bottom]))
    ]


def _cuts(picture: Any) -> list[int]:
    """Return the rows that a picture is cut at, its first and the one behind its last included: those with least ink."""
    height, width = picture.shape[:2]
    cuts = [0]
    while height - cuts[-1] > _TALL * width:
        least = cuts[-1] + (_TALL - 1) * width
        cuts.append(least + int(picture[least : least + width].std(axis=(1, 2)).argmin()))
    return [*cuts, height]


def _lines(result: Any) -> list[_Found]:
    if result.boxes is None or result.txts is None:
        return []
    return [
        ([(float(x), float(y)) for x, y in box], _widened(fold(text).strip()), float(score))
        for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True)
        if fold(text).strip()
    ]


def _widened(text: str) -> str:
    return _NARROW.sub(lambda match: match.group().translate(_WIDE), text)


def _is_doubtful(found: Sequence[_Found]) -> bool:
    """Tell whether the page may lie on its side or head."""
    if not found:
        return False
    tall = sum(math.dist(box[0], box[3]) > 1.5 * math.dist(box[0], box[1]) for box, text, _ in found if len(text) > 1)
    return tall > len(found) / 2 or median(score for _, _, score in found) < _SURE


def _glyphs(found: Sequence[_Found], scale: float) -> Iterator[Glyph]:
    """Yield each line as one glyph, as if the page had been laid straight."""
    slopes = [_slope(box) for box, text, _ in found if len(text) > 3]
    slope = median(slopes) if slopes else 0.0
    cosine, sine = math.cos(-slope), math.sin(-slope)
    for box, text, score in found:
        corners = [((x * cosine - y * sine) / scale, (x * sine + y * cosine) / scale) for x, y in box]
        x0, x1 = (corners[0][0] + corners[3][0]) / 2, (corners[1][0] + corners[2][0]) / 2
        middle = sum(y for _, y in corners) / 4
        height = math.dist(box[0], box[3]) / scale
        units = sum(0.55 if is_latin(character) else 1.0 for character in text)
        # Long lines tell the size by their length, which is surer than the height of the box around them.
        size = min(max((x1 - x0) / units, 0.75 * height), 1.1 * height) if units > 6 else 0.95 * height
        yield Glyph(text, x0, x1, middle + 0.38 * size, size, confidence=min(max(score, 0.0), 1.0))


def _slope(box: Sequence[tuple[float, float]]) -> float:
    return math.atan2(box[1][1] - box[0][1], box[1][0] - box[0][0])
