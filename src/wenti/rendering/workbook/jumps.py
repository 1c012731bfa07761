"""Links of a row that no cell of it can carry: each has one, and one with a link does not wrap everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from wenti.rendering.blocks import Cell, Row, Run
from wenti.rendering.numbered import sentence_anchor
from wenti.rendering.workbook.book import Book, is_entry
from wenti.rendering.workbook.cells import lines_of
from wenti.rendering.workbook.styles import NAVIGATION

MOST = 12
"""Links beside a row."""

_NUMBERS = re.compile(r"(\d+)(?:–\d+)?")
_MENTIONED = re.compile(r"\[(\d+)\]")

Jump = tuple[str, str]
"""What a link says, and where it leads."""


def text_of(cell: Cell) -> str:
    """Return what a cell shows."""
    if not cell.lines:
        return cell.text
    return "\n".join("".join(run.text for run in line) for line in cell.lines)


def carries_link(cell: Cell, width: float) -> bool:
    """Tell whether a cell can carry its link: some programs do not wrap a text that has one."""
    return bool(cell.link) and not cell.lines and lines_of(cell.text, width) == 1


def jumps_of(row: Row, widths: Sequence[float]) -> list[Jump]:
    """Return the links of a row that need cells of their own.

    Parameters
    ----------
    row : Row
    widths : sequence of float
        Of the columns.
    """
    if row.group:
        return []
    carried = {cell.link for cell, width in zip(row.cells, widths, strict=False) if carries_link(cell, width)}
    found = [jump for cell in row.cells for jump in _links(cell, is_list=is_entry(row.anchor))]
    return _once(jump for jump in found if jump[1] not in carried)


def links_of(runs: Sequence[Run]) -> list[Jump]:
    """Return the links of a paragraph."""
    return _once((run.text, run.link) for run in runs if run.link)


def _once(jumps: Iterable[Jump]) -> list[Jump]:
    """Return the first of those that lead to the same."""
    found: dict[str, Jump] = {}
    for text, anchor in jumps:
        found.setdefault(anchor, (text, anchor))
    return list(found.values())[:MOST]


def put_jumps(book: Book, sheet: Any, place: tuple[int, int], jumps: Sequence[Jump]) -> None:
    """Write links side by side."""
    row, column = place
    for number, (text, anchor) in enumerate(jumps):
        shown = int(text) if text.isdecimal() and len(text) < 16 else text
        book.put(sheet, (row, column + number), shown, NAVIGATION, [anchor], is_only_link=True)


def _links(cell: Cell, is_list: bool) -> Iterator[Jump]:
    """Yield where a cell leads.

    A report that does not quote all sentences has no links to the others; the workbook has them all, by their numbers.
    """
    if not cell.lines:
        if cell.link:
            yield cell.text, cell.link
        return
    for line in cell.lines:
        if is_list:
            text = "".join(run.text for run in line)
            yield from ((found[0], sentence_anchor(int(found[1]))) for found in _NUMBERS.finditer(text))
            continue
        linked = [(run.text.strip("[] "), run.link) for run in line if run.link]
        mentioned = _MENTIONED.match("".join(run.text for run in line))
        yield from linked or ([(mentioned[1], sentence_anchor(int(mentioned[1])))] if mentioned else [])
