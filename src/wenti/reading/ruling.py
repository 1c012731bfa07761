"""Ruling lines to the grids of tables, with the cells that are merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_NEAR = 3.0  # points: the two strokes of a double line are one, and lines that miss each other by less do meet
_MAX_LINES = 2000  # of one direction on a page; a drawing has more, a table never


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line: at `at`, from `start` to `end` in the other direction."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid of a table.

    Attributes
    ----------
    xs, ys : tuple of float
        Edges of columns and rows, one more than there are.
    anchors : tuple of tuple of (int, int)
        For each row and column, row and column of the cell that covers the place.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    anchors: tuple[tuple[tuple[int, int], ...], ...]

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point lies within the outer edges."""
        return self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]


def grids_of(across: Iterable[Stroke], down: Iterable[Stroke]) -> list[Grid]:
    """Find the tables that lines rule.

    Parameters
    ----------
    across, down : iterable of Stroke
        Horizontal and vertical lines.

    Returns
    -------
    list of Grid
        From top to bottom, each with at least two cells.
    """
    rows, columns = _merged(across), _merged(down)
    if len(rows) > _MAX_LINES or len(columns) > _MAX_LINES:
        return []
    grids = [grid for h, v in _connected(rows, columns) if (grid := _grid(h, v)) is not None]
    return sorted(grids, key=lambda grid: (grid.ys[0], grid.xs[0]))


def _merged(strokes: Iterable[Stroke]) -> list[Stroke]:
    """Join strokes that continue each other: dashes, and the borders that each cell draws for itself."""
    merged: list[Stroke] = []
    for level in _levels(sorted(strokes, key=lambda stroke: stroke.at)):
        at = sum(stroke.at for stroke in level) / len(level)
        level.sort(key=lambda stroke: stroke.start)
        start, end = level[0].start, level[0].end
        for stroke in level[1:]:
            if stroke.start > end + _NEAR:
                merged.append(Stroke(at, start, end))
                start, end = stroke.start, stroke.end
            end = max(end, stroke.end)
        merged.append(Stroke(at, start, end))
    return [stroke for stroke in merged if stroke.end - stroke.start > _NEAR]


def _levels(strokes: Sequence[Stroke]) -> list[list[Stroke]]:
    levels: list[list[Stroke]] = []
    for stroke in strokes:
        if levels and stroke.at - levels[-1][0].at <= _NEAR:
            levels[-1].append(stroke)
        else:
            levels.append([stroke])
    return levels


def _connected(rows: Sequence[Stroke], columns: Sequence[Stroke]) -> list[tuple[list[Stroke], list[Stroke]]]:
    """Group lines that meet, directly or by way of others."""
    parents = list(range(len(rows) + len(columns)))
    for j, column in enumerate(columns, start=len(rows)):
        for i, row in enumerate(rows):
            if _meets(column, row.at) and _meets(row, column.at):
                parents[_root(parents, i)] = _root(parents, j)
    groups: dict[int, tuple[list[Stroke], list[Stroke]]] = defaultdict(lambda: ([], []))
    for i, stroke in enumerate([*rows, *columns]):
        groups[_root(parents, i)][i >= len(rows)].append(stroke)
    return [group for group in groups.values() if len(group[0]) > 1 and group[1]]


def _meets(stroke: Stroke, at: float) -> bool:
    return stroke.start - _NEAR <= at <= stroke.end + _NEAR


def _root(parents: list[int], i: int) -> int:
    while parents[i] != i:
        parents[i] = parents[parents[i]]
        i = parents[i]
    return i


def _grid(rows: Sequence[Stroke], columns: Sequence[Stroke]) -> Grid | None:
    # Many tables are open at the sides: there the horizontal lines tell how far the outer cells reach.
    sides = [Stroke(side, rows[0].at, rows[-1].at) for side in _sides(rows, columns)]
    columns = [*columns, *sides]
    xs, ys = _edges([column.at for column in columns]), _edges([row.at for row in rows])
    if len(xs) < 2 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) < 2:
        return None
    return Grid(tuple(xs), tuple(ys), _anchors(xs, ys, rows, columns))


def _sides(rows: Sequence[Stroke], columns: Sequence[Stroke]) -> list[float]:
    left, right = min(row.start for row in rows), max(row.end for row in rows)
    first, last = min(column.at for column in columns), max(column.at for column in columns)
    return [*([left] if first - left > 2 * _NEAR else []), *([right] if right - last > 2 * _NEAR else [])]


def _edges(places: Iterable[float]) -> list[float]:
    edges: list[float] = []
    for place in sorted(places):
        if not edges or place - edges[-1] > _NEAR:
            edges.append(place)
    return edges


def _anchors(
    xs: Sequence[float], ys: Sequence[float], rows: Sequence[Stroke], columns: Sequence[Stroke]
) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Join places that no line parts; the upper left one of each lot is the cell."""
    height, width = len(ys) - 1, len(xs) - 1
    parents = list(range(height * width))
    walls = _walls(xs, ys, columns)
    floors = _walls(ys, xs, rows)
    for i in range(height):
        for j in range(width):
            place = i * width + j
            if j and (j, i) not in walls:
                _unite(parents, place, place - 1)
            if i and (i, j) not in floors:
                _unite(parents, place, place - width)
    roots = [_root(parents, place) for place in range(height * width)]
    return tuple(tuple(divmod(roots[i * width + j], width) for j in range(width)) for i in range(height))


def _unite(parents: list[int], one: int, other: int) -> None:
    roots = sorted((_root(parents, one), _root(parents, other)))
    parents[roots[1]] = roots[0]


def _walls(ats: Sequence[float], spans: Sequence[float], strokes: Iterable[Stroke]) -> set[tuple[int, int]]:
    """Return (edge, span) for each stretch of an edge that a line covers for the most part."""
    walls = set()
    for stroke in strokes:
        edge = min(range(len(ats)), key=lambda k: abs(ats[k] - stroke.at))
        for k in range(len(spans) - 1):
            covered = min(stroke.end, spans[k + 1]) - max(stroke.start, spans[k])
            if covered > 0.6 * (spans[k + 1] - spans[k]):
                walls.add((edge, k))
    return walls
