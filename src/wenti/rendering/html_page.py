"""A report's blocks as one HTML page that needs no network and no scripts, by the templates beside this module."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import jinja2
from markupsafe import Markup

from wenti.rendering import charts
from wenti.rendering.blocks import Cell, Column, Content, Paragraph, Row, Table
from wenti.rendering.numbered import Anchors, Numbered, allowed, numbered, sentence_anchor, written_date

_LANDSCAPE = 8  # a table of more columns gets a page across
_SORTED = 8  # rows from which on sorting is offered
_SEARCHED = 20  # rows from which on a search box is offered
_CONTENTS_DEPTH = 2

_WORDS = {
    "zh": {
        "skip": "跳到正文",
        "data": "图中数据",
        "signature": "签署",
        "filter": "筛选",
        "shown": "显示 {shown} / {all} 行",
        "sort": "按此列排序",
    },
    "en": {
        "skip": "Skip to the report",
        "data": "Numbers of this chart",
        "signature": "Signatures",
        "filter": "Filter",
        "shown": "{shown} of {all} rows",
        "sort": "Sort by this column",
    },
}
"""What the page itself says, beside the report: labels of its parts and of what the script adds."""


@dataclass(slots=True)
class _Stretch:
    """Blocks that follow each other on pages of one direction."""

    wide: bool
    blocks: list[Numbered] = field(default_factory=list)


def render_html(content: Content) -> str:
    """Return one HTML page that needs no network and no scripts."""
    environment = _environment()
    style, script = (_source(environment, name) for name in ("page.css", "page.js"))
    anchors = Anchors(content.blocks)
    blocks = numbered(content, anchors)
    page = environment.get_template("page.html.j2").render(
        content=content,
        anchors=anchors,
        date=written_date(content.date, content.language),
        chapters=_chapters(blocks),
        contents=_contents(blocks),
        main=anchors.new("report"),
        style=Markup(style),  # noqa: S704 - shipped with this module
        script=Markup(script),  # noqa: S704
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        words=_WORDS["zh" if content.language.startswith("zh") else "en"],
    )
    return allowed(page)


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("wenti.rendering"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "kind": lambda block: type(block).__name__,
        "sentence_anchor": sentence_anchor,
        "attributes": _attributes,
        "column_attributes": _column_attributes,
        "widths": _widths,
        "bodies": _bodies,
        "wide": _is_wide,
        "heat": lambda table: any(cell.shade is not None for row in table.rows for cell in row.cells),
        "sortable": _is_sortable,
        "searched": lambda table: len(table.rows) >= _SEARCHED,
        "bar": charts.bar,
        "chart": lambda block: charts.bars(block) if block.kind == "bars" else charts.lines(block),
        "keys": charts.keys,
        "number_rows": charts.number_rows,
    }
    return environment


def _source(environment: jinja2.Environment, name: str) -> str:
    """Return a template's text as a browser sees it, with line ends of one character."""
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0].replace("\r\n", "\n")


def _chapters(blocks: Sequence[Numbered]) -> list[list[_Stretch]]:
    """Return the blocks by chapter, and in each by the direction of the page."""
    chapters: list[list[_Stretch]] = []
    for block in blocks:
        if block.depth == 1 or not chapters:
            chapters.append([_Stretch(wide=False)])
        _add(chapters[-1], block)
    return [[stretch for stretch in stretches if stretch.blocks] for stretches in chapters]


def _add(stretches: list[_Stretch], block: Numbered) -> None:
    """Add a block; what stands above a wide table, up to its heading, goes on its page, and so does a note below."""
    last = stretches[-1]
    if isinstance(block.block, Table) and _is_wide(block.block):
        before = [] if last.wide else _lead(last.blocks)
        if not last.wide:
            stretches.append(_Stretch(wide=True))
        stretches[-1].blocks += [*before, block]
    elif last.wide and not (isinstance(block.block, Paragraph) and block.block.role == "note"):
        stretches.append(_Stretch(wide=False, blocks=[block]))
    else:
        last.blocks.append(block)


def _lead(blocks: list[Numbered]) -> list[Numbered]:
    """Take from the end of blocks the headings and the paragraphs that introduce what comes."""
    start = len(blocks)
    while start and isinstance(blocks[start - 1].block, Paragraph):
        start -= 1
    while start and blocks[start - 1].depth:
        start -= 1
    lead = blocks[start:]
    del blocks[start:]
    return lead


def _contents(blocks: Sequence[Numbered]) -> list[tuple[Numbered, list[Numbered]]]:
    """Return the chapters of the table of contents, each with its sections."""
    found: list[tuple[Numbered, list[Numbered]]] = []
    for block in blocks:
        if block.depth == 1:
            found.append((block, []))
        elif found and 0 < block.depth <= _CONTENTS_DEPTH:
            found[-1][1].append(block)
    return found


def _is_wide(table: Table) -> bool:
    return len(table.columns) > _LANDSCAPE


def _is_sortable(table: Table) -> bool:
    return len(table.rows) >= _SORTED and not any(row.group for row in table.rows)


def _bodies(table: Table) -> Iterator[tuple[Row | None, list[Row]]]:
    """Yield the rows below each group row, with it."""
    heading: Row | None = None
    for is_group, rows in groupby(table.rows, key=lambda row: row.group):
        if not is_group:
            yield heading, list(rows)
            heading = None
            continue
        for row in rows:
            if heading is not None:
                yield heading, []
            heading = row
    if heading is not None:
        yield heading, []


def _widths(table: Table) -> list[str]:
    """Return the width of each column, in per cent."""
    total = sum(column.width for column in table.columns)
    return [f"{column.width / total * 100:.4g}%" for column in table.columns]


_ALIGNED = {"left": "", "right": "r", "center": "c"}
_LONG_WORD = re.compile("[!-~]{25}")


def _attributes(cell: Cell, column: Column, sortable: bool) -> Markup:
    """Return how a cell looks, and what it is sorted by."""
    shade = "" if cell.shade is None else f"h{min(max(cell.shade, 0), 5)}"
    long = "long" if _LONG_WORD.search("".join(run.text for line in cell.lines for run in line) or cell.text) else ""
    looks = " ".join(filter(None, (_ALIGNED[column.align], cell.tone, shade, long)))
    attributes = Markup(' class="{}"').format(looks) if looks else Markup("")
    if sortable and cell.value is not None:
        attributes += Markup(' data-v="{}"').format(f"{cell.value:.10g}")
    return attributes


def _column_attributes(column: Column) -> Markup:
    aligned = _ALIGNED[column.align]
    return Markup(' class="{}"').format(aligned) if aligned else Markup("")
