"""Many rows as XML: openpyxl takes longer to write tens of thousands, cell by cell, than it takes to read and tag them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from wenti.rendering.workbook.annex import Column, Value
from wenti.rendering.workbook.cells import height_of, is_quoted, lines_of, pieces, written
from wenti.rendering.workbook.styles import BODY, Look, Styles

_TOGETHER = 500  # rows in a block of bytes


@dataclass(frozen=True, slots=True)
class _Look:
    """A column's width, whether rows are high enough for all of it, and the numbers of its styles.

    Those are the style of what the column holds, and the one of text that begins like a formula.
    """

    width: float
    is_whole: bool
    plain: int
    quoted: int


def row_bytes(
    rows: Iterable[Sequence[Value]], columns: Sequence[Column], letters: Sequence[str], printed: int, styles: Styles
) -> Iterator[bytes]:
    """Yield rows from the second on, some together.

    Parameters
    ----------
    rows : iterable of sequence
        A value for each column.
    columns : sequence of Column
    letters : sequence of str
        Names of the sheet's columns: after `columns` there may be more, for what no cell can hold.
    printed : int
        Columns at the left whose texts the rows must be high enough for.
    styles : Styles
    """
    looks = [_look(column, number < printed, styles) for number, column in enumerate(columns)]
    varies = [column.varies for column in columns]
    known: dict[tuple[int, str], tuple[str, int]] = {}
    block: list[str] = []
    for number, row in enumerate(rows, start=2):
        cells = []
        lines = 1
        rest: list[str] = []
        for index, value in enumerate(row):
            if not isinstance(value, str) or not value:
                cell, high = _plain(value, looks[index]), 1
            elif varies[index]:
                first, *more = pieces(value)
                rest += more
                cell, high = _text(first, looks[index])
            else:
                key = (index, value)
                cell, high = known[key] if key in known else known.setdefault(key, _text(value, looks[index]))
            lines = max(lines, high)
            cells.append(f'<c r="{letters[index]}{number}"{cell}')
        for letter, piece in zip(letters[len(columns) :], rest, strict=False):
            cells.append(f'<c r="{letter}{number}"{_text(piece, looks[0])[0]}')
        block.append(f'<row r="{number}" ht="{height_of(lines)}" customHeight="1">{"".join(cells)}</row>')
        if len(block) == _TOGETHER:
            yield "".join(block).encode()
            block.clear()
    yield "".join(block).encode()


def _look(column: Column, is_whole: bool, styles: Styles) -> _Look:
    look = look_of(column, is_whole)
    return _Look(column.width, is_whole, styles.number(look), styles.number(look.but(quoted=True)))


def look_of(column: Column, is_whole: bool) -> Look:
    """Return the look of a column; where rows are not high enough for its texts, one sees how they begin."""
    look = BODY if is_whole else BODY.but(vertical="top")
    return look.but(align="right", number_format=column.form) if column.form else look


def _plain(value: Value, look: _Look) -> str:
    """Return a number or nothing, after the cell's coordinate."""
    return f' s="{look.plain}"/>' if value is None or value == "" else f' s="{look.plain}"><v>{value!r}</v></c>'


def _text(text: str, look: _Look) -> tuple[str, int]:
    """Return a text, after the cell's coordinate, and how many lines it takes."""
    shown = written(pieces(text)[0])
    style = look.quoted if is_quoted(shown) else look.plain
    space = ' xml:space="preserve"' if shown != shown.strip() else ""
    return f' s="{style}" t="inlineStr"><is><t{space}>{escape(shown)}</t></is></c>', lines_of(
        shown, look.width
    ) if look.is_whole else 1
