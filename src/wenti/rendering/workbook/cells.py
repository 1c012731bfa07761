"""Texts and numbers as cells of a sheet hold them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal

from wenti.rendering.blocks import Cell
from wenti.rendering.content.numbers import rounded
from wenti.rendering.numbered import allowed
from wenti.workbook_archive import FORMULA_SIGNS, MOST_CHARACTERS, escaped

LINE, HIGHEST = 15, 409
"""Points: of a line, and of Excel's rows."""

_LARGEST = 10**15  # from here on Excel shows other digits
_AFFIX = re.compile(r'[^\d"\\\n%.,+−-]{0,8}')
_TOTAL = re.compile(r"/\d{1,6}| ?[（(]\d{1,6}/\d{1,6}[）)]")


def written(text: str) -> str:
    r"""Return a text as XML can hold it and a spreadsheet shows it: what looks like an escaped character is none.

    Examples
    --------
    >>> written("执行率\x00低_x000D_\r\n偏差")
    '执行率低_x005F_x000D_\n偏差'
    """
    text = allowed(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return escaped(text)


def is_quoted(text: str) -> bool:
    """Tell whether a text must be marked so that it stays text when somebody edits it."""
    return text.startswith(FORMULA_SIGNS)


def pieces(text: str) -> list[str]:
    """Return a text in pieces that a cell can hold once they are written.

    Examples
    --------
    >>> [len(piece) for piece in pieces("率" * 40_000)]
    [8191, 8191, 8191, 8191, 7236]
    """
    if 4 * len(text) <= MOST_CHARACTERS or len(written(text).encode("utf-16-le")) <= 2 * MOST_CHARACTERS:
        return [text]
    safe = MOST_CHARACTERS // 4  # however its characters are written
    return [text[start : start + safe] for start in range(0, len(text), safe)]


def width_of(text: str) -> int:
    """Return how many narrow characters a line takes; those of Chinese are two."""
    return len(text.encode("gbk", "replace"))


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column."""
    if 2 * len(text) <= width and "\n" not in text:
        return 1
    room = max(width - 2, 1)  # a line breaks before a character that does not fit whole
    return sum(max(1, math.ceil(width_of(line) / room)) for line in text.split("\n"))


def height_of(lines: int) -> float:
    """Return how high a row of so many lines is."""
    return min(lines * LINE + 3, HIGHEST)


def number_format(cell: Cell) -> str | None:
    """Return the number format in which a cell's number reads as its text does; None where there is none.

    A sorted column then sorts by number, and adds up, also where it says 6/8.

    Examples
    --------
    >>> [number_format(cell) for cell in (Cell("6/8", 6), Cell("12.5%", 0.125, percent=True, decimals=1))]
    ['0"/8"', '0.0%']
    >>> [number_format(cell) for cell in (Cell("50%（1/2）", 0.5, percent=True), Cell("8个月", 8), Cell("八", 8))]
    ['0%"（1/2）"', '0"个月"', None]
    """
    if cell.value is None or not math.isfinite(cell.value) or abs(cell.value) >= _LARGEST:
        return None
    return next((found for shown, form in _forms(cell) if (found := _fitted(cell.text, shown, form))), None)


def _forms(cell: Cell) -> Iterator[tuple[str, str]]:
    """Yield ways to show a cell's number: how it reads, and its number format."""
    assert cell.value is not None
    number: Decimal = rounded(cell.value, cell.decimals, shift=2 if cell.percent else 0)
    sign = "%" if cell.percent else ""
    places = "." + "0" * cell.decimals if cell.decimals else ""
    form = f"0{places}{sign}"
    yield f"{number:f}{sign}", form
    yield f"{number:,f}{sign}", f"#,##0{places}{sign}"
    if number < 0:
        yield f"−{-number:f}{sign}", f'{form};"−"{form}'
    if number > 0:
        yield f"+{number:f}{sign}", f"+{form}"


def _fitted(text: str, shown: str, form: str) -> str | None:
    """Return a format that shows what stands around the number, too; None where the text is another."""
    if not text or text == shown:
        return form
    before, found, after = text.partition(shown)
    if not found or not shown[0].isdigit() or not _AFFIX.fullmatch(before):
        return None
    if not (_AFFIX.fullmatch(after) or _TOTAL.fullmatch(after)):
        return None
    return _literal(before) + form + _literal(after)


def _literal(text: str) -> str:
    return f'"{text}"' if text else ""
