"""Tables, the tiles of the summary page and the block for signatures, as elements of Word's XML.

They are built with lxml: python-docx looks for a cell by counting all cells before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from wenti.rendering.blocks import Cell, Column, Row, Run, Signature, Table, Tile
from wenti.rendering.word.ink import TONES, Ink
from wenti.rendering.word.look import PALE_FILL, SHADES
from wenti.rendering.word.markup import Element, add, breadth, is_wide, one_line

_DARK = 4  # the shade from which on letters are white
_FEW_LINES = 12  # of a table that stays on one page
_MANY_LINES = 24  # of a row that may be cut: moved whole it would leave half a page empty
_MARGINS, _MOST_LETTERS = 190, 4  # a heading of so many Chinese characters is not cut
_WORD = re.compile(r"[!-~–]+")  # of narrow letters and digits
_MANY_COLUMNS, _ACROSS = 8, 46.0  # columns, and Chinese characters, that go on a page that stands
_BOLD, _MOST_OF_WORD = 1.15, 11.0  # a word so long, in Chinese characters, may be cut
_KEPT_ROWS = 3  # that the first page of a long table has at least
_MANY_RUNS = 12  # of a line of a cell
_MOST_TILES = 6  # side by side


def wide(table: Table) -> bool:
    """Tell whether a table needs a page that lies: for many columns, or for what must not be cut in them."""
    least = (_least_of(column, index, table.rows) for index, column in enumerate(table.columns))
    return len(table.columns) > _MANY_COLUMNS or sum(least) + len(table.columns) > _ACROSS


def add_table(parent: Element, table: Table, ink: Ink, width: int) -> None:
    """Add a table as wide as the text, without its caption."""
    if not table.columns:
        return
    widths = widths_of(table.columns, width, ink.letter, table.rows)
    made = _begin(parent, widths, ink.styles["ReportTable"], table.caption)
    _add_header(made, table.columns, widths, ink)
    is_short = sum(_lines(row, widths, ink.letter) for row in table.rows) <= _FEW_LINES
    for number, row in enumerate(table.rows, start=1):
        is_kept = row.group or (number < len(table.rows) and (is_short or number < _KEPT_ROWS))
        if row.group:
            _add_group(made, row, ink, widths)
        else:
            style = "TableSmall" if table.dense else "TableText"
            _add_row(made, row, table.columns, widths, ink, is_kept=is_kept, style=style)


def widths_of(columns: Sequence[Column], width: int, letter: int, rows: Sequence[Row] = ()) -> list[int]:
    """Return the widths of columns, which add up to the table's; no number and no short heading is cut.

    A Chinese character is as wide as `letter`.
    """
    shares = [max(column.width, 0.1) for column in columns]
    letters = [_least_of(column, index, rows) for index, column in enumerate(columns)]
    least = [_MARGINS + round(letter * each) for each in letters]
    if sum(least) > width:
        least = [each * width // sum(least) for each in least]
    # What a column is short of the least, the others give.
    above = [max(share * width / sum(shares) - own, 0.0) for share, own in zip(shares, least, strict=True)]
    free = width - sum(least)
    widths = [own + int(free * each / (sum(above) or 1)) for own, each in zip(least, above, strict=True)]
    widths[widths.index(max(widths))] += width - sum(widths)
    return widths


def _least_of(column: Column, index: int, rows: Sequence[Row]) -> float:
    """Return how wide a column must be, in Chinese characters, so that no number and no short heading is cut."""
    least = _least_of_heading(column.title)
    for row in rows:
        cell = row.cells[index] if not row.group and index < len(row.cells) else Cell()
        least = max(least, _longest([cell.text] if column.align != "left" else _WORD.findall(cell.text)))
    return least


def _least_of_heading(title: str) -> float:
    """Return how much of a heading must stand on a line: its longest word, of Chinese a few characters."""
    n_chinese = sum(map(is_wide, title))
    return max(1.0, min(n_chinese, _MOST_LETTERS), _BOLD * _longest(_WORD.findall(title)))


def _longest(words: Sequence[str]) -> float:
    """Return the width of the longest word that is not too long to be kept whole."""
    return max((length for length in map(breadth, words) if length <= _MOST_OF_WORD), default=0.0)


def _begin(parent: Element, widths: Sequence[int], style: str, title: str = "") -> Element:
    made = add(parent, "tbl")
    properties = add(made, "tblPr")
    add(properties, "tblStyle", val=style)
    add(properties, "tblW", w=sum(widths), type="dxa")
    add(properties, "jc", val="center")
    add(properties, "tblLayout", type="fixed")
    add(properties, "tblLook", val="0020", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1, noVBand=1)
    if title:
        add(properties, "tblCaption", val=one_line(title))
    grid = add(made, "tblGrid")
    for width in widths:
        add(grid, "gridCol", w=width)
    return made


def _add_cell(
    row: Element, width: int, *, fill: str = "", span: int = 1, borders: str = "", place: str = "center"
) -> Element:
    made = add(row, "tc")
    properties = add(made, "tcPr")
    add(properties, "tcW", w=width, type="dxa")
    if span > 1:
        add(properties, "gridSpan", val=span)
    if borders:
        edges = add(properties, "tcBorders")
        for name in borders.split():
            add(edges, name, val="single", sz=4, space=0, color="auto")
    if fill:
        add(properties, "shd", val="clear", color="auto", fill=fill)
    add(properties, "vAlign", val=place)
    return made


def _add_header(table: Element, columns: Sequence[Column], widths: Sequence[int], ink: Ink) -> None:
    row = add(table, "tr")
    properties = add(row, "trPr")
    add(properties, "cantSplit")
    add(properties, "tblHeader")
    for column, width in zip(columns, widths, strict=True):
        ink.text(ink.paragraph(_add_cell(row, width), "TableHead"), column.title)


def _add_group(table: Element, row: Row, ink: Ink, widths: Sequence[int]) -> None:
    made = add(table, "tr")
    add(add(made, "trPr"), "cantSplit")
    cell = _add_cell(made, sum(widths), fill=PALE_FILL, span=len(widths))
    paragraph = ink.paragraph(cell, "TableHead", is_kept=True, align="left")
    ink.places.mark(paragraph, row.anchor)
    for each in row.cells[:1]:
        ink.text(paragraph, each.text, TONES.get(each.tone, ""), each.link)


def _add_row(
    table: Element,
    row: Row,
    columns: Sequence[Column],
    widths: Sequence[int],
    ink: Ink,
    *,
    is_kept: bool,
    style: str,
) -> None:
    made = add(table, "tr")
    if _lines(row, widths, ink.letter) <= _MANY_LINES:
        add(add(made, "trPr"), "cantSplit")
    for index, (column, width) in enumerate(zip(columns, widths, strict=True)):
        cell = row.cells[index] if index < len(row.cells) else Cell()
        fill = SHADES[min(max(cell.shade, 0), len(SHADES) - 1)] if cell.shade is not None else ""
        written = _add_cell(made, width, fill=fill)
        # A share beside its bar stands left; without the bar it is a number as any other.
        align = "right" if cell.bar is not None else "" if column.align == "left" else column.align
        for line, runs in enumerate(cell.lines or ((),)):
            paragraph = ink.paragraph(written, style, is_kept=is_kept, align=align)
            if index == 0 and line == 0:
                ink.places.mark(paragraph, row.anchor)
            ink.runs(paragraph, _breakable(runs))
        if not cell.lines:
            color = ("FFFFFF" if cell.shade >= _DARK else "000000") if cell.shade else ""
            ink.text(paragraph, cell.text, TONES.get(cell.tone, ""), cell.link, color)


def _breakable(runs: Sequence[Run]) -> Sequence[Run]:
    """Let a long list of numbers break after each; LibreOffice takes 1、2、3 for one word, other than Word."""
    if len(runs) < _MANY_RUNS:
        return runs
    return [replace(run, text="、\u200b") if run.text == "、" else run for run in runs]


def _lines(row: Row, widths: Sequence[int], letter: int) -> int:
    """Return about how many lines the highest cell of a row has."""
    if row.group:
        return 1
    most = 1
    for cell, width in zip(row.cells, widths, strict=False):
        letters = max((width - _MARGINS) // letter, 1)
        lengths = [sum(len(run.text) for run in line) for line in cell.lines] or [len(cell.text)]
        most = max(most, sum(max(1, -(-length // letters)) for length in lengths))
    return most


def add_tiles(parent: Element, tiles: Sequence[Tile], ink: Ink, width: int) -> None:
    """Add numbers side by side, each above what it counts; many in several rows."""
    if not tiles:
        return
    n_rows = -(-len(tiles) // _MOST_TILES)
    n_columns = -(-len(tiles) // n_rows)
    widths = widths_of([Column("")] * n_columns, width, ink.letter)
    made = _begin(parent, widths, ink.styles["TableNormal"])
    for start in range(0, len(tiles), n_columns):
        row = add(made, "tr")
        add(add(row, "trPr"), "cantSplit")
        shown = tiles[start : start + n_columns]
        for index, one in enumerate(widths):
            tile = shown[index] if index < len(shown) else None
            cell = _add_cell(row, one, fill=PALE_FILL if tile else "", place="top")
            paragraph = ink.paragraph(cell, "TileValue")
            if tile is not None:
                ink.text(paragraph, tile.value, link=tile.link)
                ink.text(ink.paragraph(cell, "TileLabel"), tile.label)


def add_signature(parent: Element, signature: Signature, ink: Ink, width: int) -> None:
    """Add lines to sign on; they stay together on a page."""
    if not signature.lines:
        return
    widths = [width * 34 // 100, width * 28 // 100, width * 38 // 100]
    made = _begin(parent, widths, ink.styles["TableNormal"])
    for index, line in enumerate(signature.lines):
        row = add(made, "tr")
        properties = add(row, "trPr")
        add(properties, "cantSplit")
        add(properties, "trHeight", val=680, hRule="atLeast")
        is_kept = index < len(signature.lines) - 1
        for column, one in enumerate(widths):
            cell = _add_cell(row, one, borders="bottom" if column == 2 else "", place="bottom")
            paragraph = ink.paragraph(cell, "SignatureLine", is_kept=is_kept)
            if column == 1:
                ink.text(paragraph, line)
