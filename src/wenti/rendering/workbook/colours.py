"""Native conditional formats: the scale of a heat map, and bars of shares."""

from __future__ import annotations

from collections.abc import Container
from itertools import pairwise, zip_longest
from typing import Any

from wenti.rendering.blocks import Cell, Table
from wenti.rendering.workbook.cells import number_format
from wenti.rendering.workbook.styles import BAR, COOLEST, HOTTEST


def needs_shades(table: Table) -> bool:
    """Tell whether a heat map has shades that its numbers do not give: then cells are filled one by one."""
    shaded = [cell for row in table.rows for cell in row.cells if cell.shade is not None]
    if any(number_format(cell) is None for cell in shaded):
        return True
    pairs = sorted((cell.value or 0, cell.shade or 0) for cell in shaded)
    return any(one[1] > other[1] for one, other in pairwise(pairs))


def colour(sheet: Any, table: Table, rows: tuple[int, int], plain: Container[int]) -> None:
    """Colour the numbers of a table.

    Parameters
    ----------
    sheet : openpyxl.worksheet.worksheet.Worksheet
    table : Table
    rows : tuple of (int, int)
        First and last row below the header.
    plain : container of int
        Columns, from 1, that hold texts.
    """
    from openpyxl.formatting.rule import ColorScaleRule, DataBarRule
    from openpyxl.utils import get_column_letter

    first, last = rows
    heat: list[str] = []
    highest = 0.0
    for number, column in enumerate(zip_longest(*(row.cells for row in table.rows if not row.group)), start=1):
        cells = [cell for cell in column if cell is not None]
        place = f"{get_column_letter(number)}{first}:{get_column_letter(number)}{last}"
        if any(cell.shade is not None for cell in cells):
            heat.append(place)
            highest = max(highest, *(cell.value or 0 for cell in cells))
        elif number not in plain and sum(map(_is_share, cells)) > 1 and all(map(_is_share_or_text, cells)):
            sheet.conditional_formatting.add(place, DataBarRule("num", 0, "num", 1, BAR))
    if highest and not needs_shades(table):
        scale = ColorScaleRule("num", 0, COOLEST, end_type="max", end_color=HOTTEST)
        sheet.conditional_formatting.add(" ".join(heat), scale)


def _is_share(cell: Cell) -> bool:
    return cell.percent and cell.value is not None and 0 <= cell.value <= 1 and number_format(cell) is not None


def _is_share_or_text(cell: Cell) -> bool:
    return cell.value is None or _is_share(cell) or number_format(cell) is None
