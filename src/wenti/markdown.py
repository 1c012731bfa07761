"""Markdown tables that are straight in a terminal as well."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

NOTHING = "–"
"""What stands for a number that there is none of."""


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    r"""Return a Markdown table whose columns are straight where Chinese characters are two columns wide.

    Examples
    --------
    >>> aligned([["类型", "n"], ["a|b", "12"]])
    ['| 类型 | n  |', '|------|---:|', '| a\\|b | 12 |']
    """
    cells = [[_cell(text) for text in row] for row in rows]
    widths = [max(_width(row[i]) for row in cells) for i in range(len(cells[0]))]
    numeric = [all(_is_number(row[i]) for row in rows[1:]) for i in range(len(cells[0]))]

    def line(row: Sequence[str]) -> str:
        pads = (" " * (width - _width(text)) for text, width in zip(row, widths, strict=True))
        joined = (
            pad + text if right and row is not cells[0] else text + pad
            for text, pad, right in zip(row, pads, numeric, strict=True)
        )
        return "| " + " | ".join(joined) + " |"

    rule = "|" + "|".join(
        "-" * (width + 1) + ":" if right else "-" * (width + 2) for width, right in zip(widths, numeric, strict=True)
    )
    return [line(cells[0]), rule + "|", *(line(row) for row in cells[1:])]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _is_number(text: str) -> bool:
    return text == NOTHING or text.replace(",", "").replace(".", "", 1).removesuffix("%").isdecimal()


def _width(text: str) -> int:
    return len(text) + sum(east_asian_width(character) in "WF" for character in text)
