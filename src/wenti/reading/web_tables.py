"""The grid of a web page's table, and whether it holds data or only sets the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from wenti.reading.document import Block, Covered, Row, Table

_MOST_COLUMNS_OF_CELL = 1000  # as browsers have it
_MOST_PLACES = 1_000_000  # of a grid; a few cells can claim more than memory holds
_MANY_PARAGRAPHS = 10
_MOST_TEXT = 0.8  # of a table, in one cell that holds many paragraphs


@dataclass(slots=True)
class Cell:
    """A cell as its tag describes it, with what is inside."""

    columns: int = 1
    rows: int | None = 1  # None: as many as there are
    items: Sequence[object] = ()


@dataclass(slots=True)
class OpenTable:
    """A table that is being read."""

    is_layout: bool = False
    rows: list[list[Cell]] = field(default_factory=list)
    is_in_row: bool = False

    def start_row(self) -> None:
        """Begin a row."""
        self.rows.append([])
        self.is_in_row = True

    def end_row(self) -> None:
        """End the row, so that a cell that follows stands in the next."""
        self.is_in_row = False

    def add(self, cell: Cell) -> None:
        """Append a cell to the row; one that stands in no row begins one."""
        if not self.is_in_row:
            self.start_row()
        self.rows[-1].append(cell)

    def close(self) -> list[object]:
        """Return the table, or in reading order what its cells hold if it only sets the page."""
        cells = [cell for row in self.rows for cell in row]
        if not any(_blocks(cell) for cell in cells) and not any(_tables(cell) for cell in cells):
            return []
        grid = None if self.is_layout or _holds_page(cells) else _grid(self.rows)
        if grid is None or len(grid[0].cells) == 1:
            return [item for cell in cells for item in cell.items]
        return [Table(grid)]


def cell_of(columns: str | None, rows: str | None) -> Cell:
    """Return the cell that has these attributes `colspan` and `rowspan`."""
    deep = _count(rows, 65534)
    return Cell(max(_count(columns, _MOST_COLUMNS_OF_CELL), 1), deep or None)


def _count(attribute: str | None, most: int) -> int:
    digits = (attribute or "").strip()
    return min(int(digits), most) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 1


def _blocks(cell: Cell) -> list[Block]:
    return [item for item in cell.items if isinstance(item, Block)]


def _tables(cell: Cell) -> list[Table]:
    return [item for item in cell.items if isinstance(item, Table)]


def _holds_page(cells: list[Cell]) -> bool:
    """Tell whether a cell holds what cells of data do not: a table, a heading, most of the text in many paragraphs."""
    if any(_tables(cell) or any(block.level is not None for block in _blocks(cell)) for cell in cells):
        return True
    lengths = [sum(len(block.text) for block in _blocks(cell)) for cell in cells]
    most = max(lengths)
    fullest = cells[lengths.index(most)]
    return len(_blocks(fullest)) > _MANY_PARAGRAPHS and most > _MOST_TEXT * sum(lengths)


def _grid(rows: list[list[Cell]]) -> tuple[Row, ...] | None:
    """Put every cell at its place, as browsers do; None if there are too many places."""
    grid: list[dict[int, str | Covered]] = [{} for _ in rows]
    places = 0
    for top, row in enumerate(rows):
        left = 0
        for cell in row:
            while left in grid[top]:
                left += 1
            deep = len(rows) - top if cell.rows is None else min(cell.rows, len(rows) - top)
            places += deep * cell.columns
            if places > _MOST_PLACES:
                return None
            for down in range(deep):
                for right in range(cell.columns):
                    # Where cells overlap, which is an error of the page, the earlier one stays.
                    grid[top + down].setdefault(left + right, Covered.ABOVE if down else Covered.LEFT)
            grid[top][left] = "\n".join(block.text for block in _blocks(cell))
            left += cell.columns
    # A column in which no cell begins has no width.
    columns = sorted({place for line in grid for place, held in line.items() if isinstance(held, str)})
    filled = [line for line in grid if line]
    if len(columns) * len(filled) > _MOST_PLACES:
        return None
    return tuple(Row(tuple(line.get(column, "") for column in columns)) for line in filled)
