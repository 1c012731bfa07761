"""Cells of tables: numbers as shown, with the number behind them."""

from __future__ import annotations

from wenti.records import Share
from wenti.rendering.blocks import Cell, Column
from wenti.rendering.content.numbers import decimals_of, fixed, interval, percent, points, probability, score

MISSING = "—"
NO_CELL = Cell(MISSING, tone="quiet")

NUMBER, SHARE, INTERVAL = 6, 9, 10
"""Widths of columns."""


def number_column(title: str, width: float = NUMBER) -> Column:
    """Return a column of numbers."""
    return Column(title, "right", width)


def count_cell(count: int, link: str) -> Cell:
    """Return a number of things; 0 leads nowhere."""
    return Cell(str(count), count, link=link if count else "", tone="" if count else "quiet")


def of_cell(share: Share, link: str) -> Cell:
    """Return how many of how many: 6/8."""
    text = f"{share.count}/{share.total}"
    return Cell(text, share.count, link=link if share.count else "", tone="" if share.count else "quiet")


def share_cell(share: Share, link: str, bar: bool = False) -> Cell:
    """Return a share in per cent, with its interval where it can be drawn."""
    if not share.total:
        return NO_CELL
    text = percent(share.share)
    return Cell(
        text,
        share.share,
        percent=True,
        decimals=decimals_of(text),
        link=link if share.count else "",
        bar=(share.share, share.lower, share.upper) if bar else None,
    )


def interval_cell(share: Share) -> Cell:
    """Return the interval of a share."""
    return Cell(interval(share.lower, share.upper), tone="quiet") if share.total else NO_CELL


def corrected_cells(share: Share) -> tuple[Cell, Cell]:
    """Return the corrected share and its interval."""
    if share.corrected is None:
        return NO_CELL, NO_CELL
    text = percent(share.corrected.share)
    return (
        Cell(text, share.corrected.share, percent=True, decimals=decimals_of(text)),
        Cell(interval(share.corrected.lower, share.corrected.upper), tone="quiet"),
    )


def score_cell(value: float | None) -> Cell:
    """Return a score; a dash where there is none."""
    if value is None:
        return NO_CELL
    text = score(value)
    return Cell(text, value, decimals=decimals_of(text))


def decimal_cell(value: float, decimals: int) -> Cell:
    """Return a number with so many decimals."""
    return Cell(fixed(value, decimals), value, decimals=decimals)


def points_cell(value: float) -> Cell:
    """Return a difference of shares in percentage points."""
    text = points(value)
    return Cell(text, value * 100, decimals=decimals_of(text))


def p_cell(value: float) -> Cell:
    """Return a p-value."""
    return Cell(probability(value), value, decimals=3)
