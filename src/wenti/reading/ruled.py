"""Ruled tables: what stands in each cell, and tables that go on over pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from wenti.reading.document import Covered, Row, Table
from wenti.reading.glyphs import Glyph, Line, ends_early, joined_row, joined_text, least, numbered, rows_of
from wenti.reading.ruling import Grid

_STOPS = "。！？；;!?"
_NEAR = 4.0  # points by which an edge may differ from page to page
_MAX_HEADER = 3
_LONG = 12

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table and where it stands.

    Attributes
    ----------
    table : Table
    xs : tuple of float
        Edges of its columns.
    top, bottom : float
    last_page : int
    rooms : tuple of float
        For each column, the free space behind the last line of the last row, in characters.
    rows_if_frame : tuple of tuple of Line
        All text, where one place alone has any: then this may be a frame.
    """

    table: Table
    xs: tuple[float, ...]
    top: float
    bottom: float
    last_page: int
    rooms: tuple[float, ...]
    rows_if_frame: tuple[tuple[Line, ...], ...] = ()

    @property
    def x0(self) -> float:
        """Left edge."""
        return self.xs[0]

    @property
    def x1(self) -> float:
        """Right edge."""
        return self.xs[-1]


def placed_table(grid: Grid, glyphs: Iterable[Glyph], page: int) -> PlacedTable | None:
    """Fill a grid with text; None if it has none."""
    by_cell: dict[tuple[int, int], list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        row = _span(grid.ys, glyph.baseline - 0.38 * glyph.size)
        column = _span(grid.xs, (glyph.x0 + glyph.x1) / 2)
        by_cell[grid.anchors[row][column]].append(glyph)
    found = {anchor: pieces for anchor, inside in by_cell.items() if (pieces := rows_of(inside, page))}
    if not found:
        return None
    lines = {anchor: [joined_row(row) for row in pieces] for anchor, pieces in found.items()}
    ends = {anchor: column for row in grid.anchors for column, anchor in enumerate(row)}
    sides = {anchor: (grid.xs[anchor[1]], grid.xs[end + 1]) for anchor, end in ends.items()}
    texts = {anchor: cell_text(inside, *sides[anchor]) for anchor, inside in lines.items()}
    rows = []
    for i, anchors in enumerate(grid.anchors):
        cells = tuple(_cell(texts, anchor, (i, j), anchors) for j, anchor in enumerate(anchors))
        confidence = least(line.confidence for anchor in set(anchors) for line in lines.get(anchor, ()))
        rows.append(Row(cells, page=page, confidence=confidence))
    rooms = tuple(
        _room(lines[anchor][-1], min(line.x0 for line in lines[anchor]), sides[anchor]) if anchor in lines else 0.0
        for anchor in grid.anchors[-1]
    )
    alone = tuple(map(tuple, next(iter(found.values())))) if len(found) == 1 else ()
    return PlacedTable(Table(tuple(rows)), grid.xs, grid.ys[0], grid.ys[-1], page, rooms, alone)


def _span(edges: Sequence[float], place: float) -> int:
    return max(0, min(len(edges) - 2, sum(edge <= place for edge in edges) - 1))


def _cell(
    texts: dict[tuple[int, int], str], anchor: tuple[int, int], place: tuple[int, int], row: Sequence[tuple[int, int]]
) -> str | Covered:
    if anchor == place:
        return texts.get(anchor, "")
    return Covered.LEFT if place[1] and row[place[1] - 1] == anchor else Covered.ABOVE


def cell_text(lines: Sequence[Line], x0: float, x1: float) -> str:
    """Join the lines of a cell between two edges; a line end parts paragraphs where that is plain."""
    left = min(line.x0 for line in lines)
    paragraphs: list[list[str]] = []
    last: Line | None = None
    for line in lines:
        if last is None or _begins(last, line, left, _room(last, left, (x0, x1))):
            paragraphs.append([])
        paragraphs[-1].append(line.text)
        last = line
    return "\n".join(joined_text(paragraph) for paragraph in paragraphs)


def _room(line: Line, left: float, sides: tuple[float, float]) -> float:
    """Return the free space behind a line in its cell, in characters; a centred line has it on both sides."""
    padding = min(max(left - sides[0], 1.0), 6.0)
    return (sides[1] - sides[0] - 2 * padding - (line.x1 - line.x0) - (line.x0 - left)) / line.size


def _begins(last: Line, line: Line, left: float, room: float) -> bool:
    is_early = ends_early(last.text, line.text, room - 0.5)
    is_stopped = last.text[-1] in _STOPS
    if numbered(line.text):
        return is_stopped or is_early or last.text[-1] in "：:"
    is_indented = line.x0 - left > 1.5 * line.size and last.x0 - left < 0.5 * line.size
    return is_stopped and (is_early or is_indented)


def continued(table: PlacedTable, other: PlacedTable) -> PlacedTable | None:
    """Return the two as one if the other goes on with the first on the next page, else None."""
    if other.table.rows[0].page != table.last_page + 1:
        return None
    edges = [place - table.x0 for place in table.xs]
    other_edges = [place - other.x0 for place in other.xs]
    if abs(edges[-1] - other_edges[-1]) > _NEAR:
        return None
    few, many = sorted((edges, other_edges), key=len)
    if not all(any(abs(edge - place) <= _NEAR for place in many) for edge in few):
        return None
    rows = [_widened(row, edges, many) for row in table.table.rows]
    more = [_widened(row, other_edges, many) for row in other.table.rows]
    more = more[_repeated(rows, more) :]
    rooms = tuple(_widened_to(table.rooms, edges, many))
    if more and _is_rest(rows[-1], more[0], rooms):
        rows[-1] = _completed(rows[-1], more.pop(0))
    elif more:
        more[0] = _covered(rows[-1], more[0])
    xs = tuple(table.x0 + edge for edge in many)
    rooms = tuple(_widened_to(other.rooms, other_edges, many))
    return PlacedTable(Table((*rows, *more)), xs, table.top, table.bottom, other.last_page, rooms)


def _widened(row: Row, edges: Sequence[float], many: Sequence[float]) -> Row:
    """Spread a row over the edges of a finer grid."""
    cells = list(_widened_to(row.cells, edges, many))
    for i in range(1, len(cells)):
        if any(abs(many[i] - edge) <= _NEAR for edge in edges):
            continue
        cells[i] = cells[i - 1] if isinstance(cells[i - 1], Covered) else Covered.LEFT
    return replace(row, cells=tuple(cells))


def _widened_to(values: Sequence[Value], edges: Sequence[float], many: Sequence[float]) -> Iterator[Value]:
    """Yield for each column of a finer grid the value of the column that it lies in."""
    for place in many[:-1]:
        yield values[_span(edges, place + _NEAR)]


def _repeated(rows: Sequence[Row], more: Sequence[Row]) -> int:
    """Count the rows of a header that is repeated on the new page."""
    count = 0
    while count < min(_MAX_HEADER, len(rows), len(more)) and rows[count].cells == more[count].cells:
        count += 1
    return count if any(isinstance(cell, str) and cell for row in more[:count] for cell in row.cells) else 0


def _is_rest(row: Row, rest: Row, rooms: Sequence[float]) -> bool:
    """Tell whether a row is what was left of the row before at the end of its page.

    That is so if whatever it has goes on with a text that was cut at the end of a full line, or ended there with a stop.
    """
    is_cut = False
    for cell, after, room in zip(row.cells, rest.cells, rooms, strict=True):
        if not isinstance(after, str) or not after:
            continue
        if not isinstance(cell, str) or not cell:
            return False
        if cell[-1] in _STOPS:
            continue
        if ends_early(cell, after, room - 0.5):
            return False
        is_cut = True
    # A row's number or name is short: where the first cell has text, only a long one can have been cut.
    first = row.cells[0]
    return is_cut and (rest.cells[0] in ("", Covered.ABOVE) or (isinstance(first, str) and len(first) > _LONG))


def _covered(row: Row, rest: Row) -> Row:
    """Take the empty cells that begin a page as the rest of merged ones, which the end of the page cut."""
    count = next((i for i, cell in enumerate(rest.cells) if cell != ""), 0)
    if any(cell in ("", Covered.LEFT) for cell in row.cells[:count]):
        return rest
    return replace(rest, cells=(*[Covered.ABOVE] * count, *rest.cells[count:]))


def _completed(row: Row, rest: Row) -> Row:
    cells = [
        cell
        if not (isinstance(cell, str) and isinstance(after, str) and after)
        else f"{cell}\n{after}"
        if cell[-1] in _STOPS
        else joined_text([cell, after])
        for cell, after in zip(row.cells, rest.cells, strict=True)
    ]
    return replace(row, cells=tuple(cells))
