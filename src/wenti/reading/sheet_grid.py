"""The cells of one sheet, as they are read, and the table that they make."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict

from wenti.errors import InputError
from wenti.reading.document import Covered, Row, Table
from wenti.reading.xml_package import MOST_UNPACKED, damaged, too_large

MOST_ROWS = 200_000
"""Rows of a sheet that are read."""
MOST_COLUMNS = 500
"""Columns of a sheet that are read."""
_MOST_CELLS = 3_000_000
_MOST_MERGED = 1_000_000
_MOST_PLACES = 5_000_000
# Line ends and control characters of all kinds; others split lines at those that Unicode counts as such.
_WHITE_SPACE = {
    **dict.fromkeys(map(ord, "\r\v\f\x85\u2028\u2029"), "\n"),
    **dict.fromkeys([*range(9), *range(0x0E, 0x20), 0x7F], None),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),  # halves of characters, which no file can hold
    ord("\t"): " ",
}


class Bounds:
    """What all sheets of a workbook may hold together.

    A character that is stored once can be shown in a million cells, so that the size of the parts bounds nothing.
    """

    def __init__(self) -> None:
        self._cells = 0
        self._characters = 0
        self._merged = 0
        self._places = 0

    def add_cell(self, characters: int) -> None:
        """Count a cell and its characters."""
        self._cells += 1
        self._characters += characters
        if self._cells > _MOST_CELLS or self._characters > MOST_UNPACKED:
            raise too_large()

    def add_merged(self) -> None:
        """Count a merged cell; a file can list millions in a sheet that shows little."""
        self._merged += 1
        if self._merged > _MOST_MERGED:
            raise too_large()

    def add_places(self, places: int) -> None:
        """Count the places of a table's grid."""
        self._places += places
        if self._places > _MOST_PLACES:
            raise too_large()


class SheetGrid:
    """A sheet that is being read; only cells with text take memory.

    Parameters
    ----------
    form : str
        Name of the format, for errors.
    bounds : Bounds
    """

    def __init__(self, form: str, bounds: Bounds) -> None:
        self._form = form
        self._bounds = bounds
        self._rows: defaultdict[int, dict[int, str]] = defaultdict(dict)
        self._merged: list[tuple[int, int, int, int]] = []

    def put(self, row: int, column: int, text: str) -> None:
        """Put text into a cell, counted from 1; what is blank is nothing.

        Raises
        ------
        InputError
            If the cell is beyond the rows and columns that are read, or the workbook holds too much text.
        """
        text = text.replace("\r\n", "\n").translate(_WHITE_SPACE).strip()
        if not text:
            return
        if row > MOST_ROWS or column > MOST_COLUMNS:
            raise InputError("sheet_too_large", rows=MOST_ROWS, columns=MOST_COLUMNS)
        self._bounds.add_cell(len(text))
        self._rows[row][column] = text

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Let the cell at top and left cover the others."""
        if (top, left) != (bottom, right):
            self._bounds.add_merged()
            self._merged.append((top, left, bottom, right))

    def table(self, name: str | None) -> Table | None:
        """Return the table: rows with text, with their numbers, up to the last column with text; None if there is none."""
        covered = self._covered()
        for row, places in covered.items():
            for column in places:  # what a merged cell covers is not shown, should there be text
                self._rows.get(row, {}).pop(column, None)
        filled = sorted(row for row, cells in self._rows.items() if cells)
        width = max((max(self._rows[row]) for row in filled), default=0)
        columns = range(1, width + 1)
        rows = []
        for number in filled:
            shown: dict[int, str | Covered] = {**covered.get(number, {}), **self._rows[number]}
            rows.append(Row(tuple(shown.get(column, "") for column in columns), number=number))
        return Table(tuple(rows), name) if rows else None

    def _covered(self) -> dict[int, dict[int, Covered]]:
        """Return what merged cells cover, in rows that hold cells.

        A merged cell without text covers nothing: were its own row empty and left out, the place would point elsewhere.
        """
        covered: defaultdict[int, dict[int, Covered]] = defaultdict(dict)
        present = sorted(self._rows)
        width = max((max(cells) for cells in self._rows.values() if cells), default=0)
        room = len(present) * width
        self._bounds.add_places(room)
        for top, left, bottom, right in self._merged:
            if not self._rows.get(top, {}).get(left):
                continue
            for row in _within(present, top, bottom):
                room -= min(right, width) - left + 1
                if room < 0:  # each place once: an attack could list millions of ranges, each as large as the sheet
                    raise damaged(self._form, "merged cells overlap")
                for column in range(left, min(right, width) + 1):
                    if column > left:
                        covered[row][column] = Covered.LEFT
                    elif row > top:
                        covered[row][column] = Covered.ABOVE
        return covered


def _within(present: list[int], first: int, last: int) -> list[int]:
    return present[bisect_left(present, first) : bisect_right(present, last)]
