"""A weakness report as blocks that know no format: what every renderer shows, in order and wording the same.

:mod:`wenti.rendering.content` makes them of a summary; the renderers lay them out. All strings are plain text, in the
language asked for; a renderer escapes them. ``link`` names the ``anchor`` of another block, row or sentence, or is empty.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Tone = Literal["", "strong", "quiet", "good", "bad"]


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one look."""

    text: str
    link: str = ""
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is a chapter. Renderers number them (一、 （一） 1. in Chinese, 1 1.1 1.1.1 in English).

    An ``appendix`` of level 1 is lettered (附录一, Annex A) instead.
    """

    text: str
    level: int
    anchor: str = ""
    appendix: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. A ``key`` message is set off, a ``note`` is small and quiet."""

    runs: tuple[Run, ...]
    role: Literal["body", "key", "note"] = "body"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short paragraphs."""

    items: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A number of the summary page."""

    label: str
    value: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Tiles:
    """The numbers of the summary page, side by side."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a report, quoted. ``number`` is its number in the annex (from 1); its anchor is ``s-<number>``.

    ``source`` says report and place; ``tags`` are remarks such as 待人工判定 or 已复核.
    """

    number: int
    text: str
    source: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentences:
    """Quoted sentences. The first time that a sentence stands in a report is where links to it lead."""

    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: heading, alignment, and width relative to the others (a text column has some 20, a number 6)."""

    title: str
    align: Literal["left", "right", "center"] = "left"
    width: float = 10


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    text : str
        What is shown.
    value : int, float or None
        The number behind it, for formats that keep numbers; ``percent`` says that it is a share.
    decimals : int
        Of the number as it is shown (of a share, of the per cent).
    link : str
        Where the sentences behind it are.
    shade : int or None
        0 to 5 in a heat map; None elsewhere.
    bar : tuple of (float, float, float) or None
        Share, lower and upper bound (0–1) for formats that can draw it beside the text.
    lines : tuple of tuple of Run
        Instead of text: several lines, such as sentences with their numbers.
    """

    text: str = ""
    value: float | None = None
    percent: bool = False
    decimals: int = 0
    link: str = ""
    tone: Tone = ""
    shade: int | None = None
    bar: tuple[float, float, float] | None = None
    lines: tuple[tuple[Run, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row; a ``group`` row is a heading across the table and has one cell."""

    cells: tuple[Cell, ...]
    anchor: str = ""
    group: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with caption. ``sheet`` names the workbook sheet that it is on; empty: it is on none.

    ``heads`` is how many columns at the left are row headings. Renderers number captions (表1, Table 1). Where there are
    more than ``most`` rows, what is printed shows so many and says ``rest`` of the others; 0 is all. A ``dense`` table is
    for looking up, and printed small.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    anchor: str = ""
    sheet: str = ""
    heads: int = 1
    note: str = ""
    most: int = 0
    rest: str = ""
    dense: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of a chart, one for each category; None where there is none. Bounds are those of intervals."""

    name: str
    values: tuple[float | None, ...]
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: ``bars`` lie, longest first, with intervals where there are bounds; ``lines`` run over years.

    All values are shares (0–1), shown in per cent. ``alt`` says in words what it shows. Renderers number captions
    (图1, Figure 1).
    """

    caption: str
    kind: Literal["bars", "lines"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    alt: str
    anchor: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A new page, in formats that have pages."""


Block = Heading | Paragraph | Bullets | Tiles | Sentences | Table | Chart | PageBreak


@dataclass(frozen=True, slots=True)
class Signature:
    """The block for signatures: lines such as 编制人, 审核人, 负责人（签字）, 单位（盖章）, 日期."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """A whole report.

    Attributes
    ----------
    title, organisation, date : str
        Of the cover and the page header; the organisation may be empty.
    language : str
        ``zh-CN`` or ``en``.
    blocks : tuple of Block
    signature : Signature
    contents_title : str
        What the table of contents is called.
    table_word, figure_word : str
        Before the number of a caption: 表, 图; Table, Figure.
    """

    title: str
    organisation: str
    date: str
    language: str
    blocks: tuple[Block, ...]
    signature: Signature
    contents_title: str
    table_word: str
    figure_word: str


@dataclass(frozen=True, slots=True)
class Presentation:
    """What a user asks of a report's looks.

    Attributes
    ----------
    title, organisation : str
        For the cover; the usual title where it is empty.
    template : str or None
        The user's own Word file.
    """

    title: str = ""
    organisation: str = ""
    template: str | None = None


PLAIN = Presentation()


def printed(content: Content) -> Content:
    """Return what is shown of a report where nobody can filter or scroll: long tables are cut, and say so."""
    blocks = (_cut(block) if isinstance(block, Table) and block.rest else block for block in content.blocks)
    return replace(content, blocks=tuple(blocks))


def _cut(table: Table) -> Table:
    return replace(table, rows=table.rows[: table.most], note=table.rest + table.note)
