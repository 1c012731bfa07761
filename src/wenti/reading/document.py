"""What a format reader finds in a file: paragraphs and tables in reading order, each with its place.

A reader knows its format and nothing of reports. What the text means is told by :mod:`wenti.reading.structure`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Covered(Enum):
    """A place in a table's grid that a merged cell covers; the text stands in the cell to the left or above."""

    LEFT = "left"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph.

    Attributes
    ----------
    text : str
        As a person sees it, with an automatic number before it. White space within is kept, but it holds no line end;
        never empty.
    level : int or None
        Of a heading (1 is the outermost), where the format says that it is one; the title of the document is 0.
    page : int or None
        From 1, in formats that have pages.
    confidence : float or None
        Least confidence of its lines (0 to 1), where they were recognised from a picture.
    """

    text: str
    level: int | None = None
    page: int | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Attributes
    ----------
    cells : tuple of (str or Covered)
        One for each column of the table's grid, so that all rows of a table have as many. A line end separates
        paragraphs inside a cell; an empty cell is "".
    page : int or None
    number : int or None
        Of a sheet's row, from 1, as the program shows it.
    confidence : float or None
    """

    cells: tuple[str | Covered, ...]
    page: int | None = None
    number: int | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or a sheet of a workbook (then with its name). One that goes on over pages is one."""

    rows: tuple[Row, ...]
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file's content in reading order: body only, without running headers, footers and page numbers.

    Footnotes, text boxes and comments that belong to the text follow the paragraph that they are anchored in.
    """

    elements: tuple[Block | Table, ...]
    unread_pages: tuple[int, ...] = ()
    """Pages that are pictures, where no recognition is installed."""
