"""Columns of a page, in reading order, and their margins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from wenti.reading.glyphs import Line, joined_row
from wenti.reading.ruled import PlacedTable
from wenti.reading.running import PlacedPage


@dataclass(frozen=True, slots=True)
class Margins:
    """Left and right edge of the text of a column."""

    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Column:
    """What stands below each other, from top to bottom; `side` is 0 across the page, 1 left, 2 right."""

    side: int
    items: tuple[Line | PlacedTable, ...]


def columns_of(page: PlacedPage) -> list[Column]:
    """Cut a page into what stands across it and the columns between."""
    gutter, parted = _gutter(page)
    sides: list[list[Line | PlacedTable]] = [[], [], []]
    for index, row in enumerate(page.rows):
        if index not in parted:
            sides[0].append(joined_row(row))
            continue
        halves = [line for line in row if line.x1 <= gutter], [line for line in row if line.x1 > gutter]
        for side, half in enumerate(halves, start=1):
            if half:
                sides[side].append(joined_row(half))
    for table in page.tables:
        beside = [page.rows[index][0].baseline for index in parted]
        is_between = bool(beside) and min(beside) < table.bottom and table.top < max(beside)
        is_across = table.x0 < gutter < table.x1 or not is_between
        sides[0 if is_across else 1 if table.x1 <= gutter else 2].append(table)
    return _banded(sides)


def _banded(sides: Sequence[Sequence[Line | PlacedTable]]) -> list[Column]:
    """Read the columns down to each thing that stands across the page, then that, and so on."""
    across = _by_height(sides[0])
    columns: list[Column] = []
    start = float("-inf")
    for i, end in enumerate([*(item.top for item in across), float("inf")]):
        for side in (1, 2):
            items = _by_height(item for item in sides[side] if start <= item.top < end)
            if items:
                columns.append(Column(side, items))
        if i < len(across):
            before = columns.pop().items if columns and columns[-1].side == 0 else ()
            columns.append(Column(0, (*before, across[i])))
        start = end
    return columns


def _by_height(items: Iterable[Line | PlacedTable]) -> tuple[Line | PlacedTable, ...]:
    return tuple(sorted(items, key=lambda item: item.top))


def _gutter(page: PlacedPage) -> tuple[float, frozenset[int]]:
    """Return the place that parts the page into two columns of running text, and the indices of the rows that it parts."""
    lines = [line for row in page.rows for line in row]
    left, right = min((line.x0 for line in lines), default=0.0), max((line.x1 for line in lines), default=0.0)
    best: tuple[float, frozenset[int]] = (left, frozenset())
    for share in range(35, 66):
        place = left + (right - left) * share / 100
        parted: set[int] = set()
        for run in _runs_beside(page.rows, place):
            if _is_columns([line for index in run for line in page.rows[index]], place, right - left):
                parted.update(run)
        if len(parted) > len(best[1]):
            best = place, frozenset(parted)
    return best


def _runs_beside(rows: Sequence[Sequence[Line]], place: float) -> Iterator[list[int]]:
    """Yield the indices of rows that follow each other and leave the place free."""
    run: list[int] = []
    for index, row in enumerate(rows):
        if any(line.x0 < place < line.x1 for line in row):
            yield run
            run = []
        else:
            run.append(index)
    yield run


def _is_columns(lines: Sequence[Line], place: float, width: float) -> bool:
    """Tell whether lines on both sides are mostly full; a form's keys and values, or a list's items, are not."""
    for half in ([line for line in lines if line.x1 <= place], [line for line in lines if line.x0 >= place]):
        if len(half) < 4:
            return False
        own = max(line.x1 for line in half) - min(line.x0 for line in half)
        if own < 0.3 * width or median(line.x1 - line.x0 for line in half) < 0.8 * own:
            return False
    return True


def all_margins(pages: Sequence[PlacedPage], columns: Sequence[Sequence[Column]]) -> dict[tuple[int, int], Margins]:
    """Return margins by page and side; a page with too few full lines takes those of the others like it."""
    margins: dict[tuple[int, int], Margins] = {}
    own: dict[tuple[int, int], list[Line]] = {}
    for page, page_columns in zip(pages, columns, strict=True):
        for column in page_columns:
            lines = [item for item in column.items if isinstance(item, Line)]
            own.setdefault((page.number, column.side), []).extend(lines)
    supported = {key: found for key, lines in own.items() if (found := _margins(lines, 4)) is not None}
    widths = {page.number: round(page.width) for page in pages}
    for (number, side), lines in own.items():
        # Books have wider inner margins, on alternate sides: first ask pages of the same parity.
        for same in (lambda n, number=number: (n - number) % 2 == 0, lambda n: True):
            like = [m for (n, s), m in supported.items() if s == side and widths[n] == widths[number] and same(n)]
            if like:
                break
        if (number, side) in supported:
            margins[number, side] = supported[number, side]
        elif like:
            margins[number, side] = Margins(median(m.left for m in like), median(m.right for m in like))
        else:
            margins[number, side] = _margins(lines, 1) or Margins(0, 0)
    return margins


def _margins(lines: Sequence[Line], support: int) -> Margins | None:
    """Return the outermost edges at which at least so many lines stand."""
    right = _edge([-line.x1 for line in lines], [line.size for line in lines], support)
    left = _edge([line.x0 for line in lines], [line.size for line in lines], min(support, 2))
    return None if left is None or right is None else Margins(left, -right)


def _edge(places: Sequence[float], sizes: Sequence[float], support: int) -> float | None:
    ordered = sorted(zip(places, sizes, strict=True))
    for i in range(len(ordered) - support + 1):
        place, size = ordered[i]
        if ordered[i + support - 1][0] - place <= 0.4 * size:
            return place
    return None
