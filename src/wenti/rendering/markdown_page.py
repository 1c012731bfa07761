"""A report's blocks as Markdown, as GitHub shows it: tables, links to anchors, and no text that becomes markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from wenti.rendering import charts
from wenti.rendering.blocks import (
    Bullets,
    Cell,
    Chart,
    Content,
    Heading,
    PageBreak,
    Paragraph,
    Row,
    Run,
    Sentence,
    Sentences,
    Table,
    Tiles,
    printed,
)
from wenti.rendering.numbered import Anchors, Numbered, allowed, numbered, sentence_anchor, written_date

_MARK = "<!-- generator: wenti -->"
_SPECIAL = re.compile(r"[\\`*_\[\]|#~$]")
_LINE_BREAKS = re.compile(r"\s*[\n\r\t\x85\u2028\u2029]\s*")
_WEB = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)
_OPENING = re.compile(r"^(?:[-+](?=\s|-|\+|$)|=)|^(\d{1,9})(?=[.)])")
_RULES = {"left": "---", "right": "---:", "center": ":---:"}


def render_markdown(content: Content) -> str:
    """Return a report as GitHub-flavoured Markdown."""
    content = printed(content)
    anchors = Anchors(content.blocks)
    blocks = numbered(content, anchors)
    parts = [_MARK, f"# {_line(content.title)}", *_cover(content), *_contents(content, blocks)]
    for block in blocks:
        parts += _block(block, anchors)
    if content.signature.lines:
        parts += ["---", "\n".join(f"- {_line(line)}" for line in content.signature.lines)]
    return "\n\n".join(parts) + "\n"


def _cover(content: Content) -> Iterator[str]:
    if content.organisation:
        yield _line(content.organisation)
    yield _line(written_date(content.date, content.language))


def _contents(content: Content, blocks: Iterable[Numbered]) -> Iterator[str]:
    entries = [
        f"{'  ' * (block.depth - 1)}- {_link(_heading(block), block.anchor)}"
        for block in blocks
        if 0 < block.depth <= 2
    ]
    if entries:
        yield f"**{_line(content.contents_title)}**"
        yield "\n".join(entries)


def _heading(placed: Numbered) -> str:
    assert isinstance(placed.block, Heading)
    return _text(placed.number) + _text(placed.block.text).strip()


def _block(placed: Numbered, anchors: Anchors) -> Iterator[str]:
    """Yield the paragraphs of Markdown that a block is."""
    match placed.block:
        case Heading():
            yield f"{_target(placed.anchor)}\n\n{'#' * min(placed.depth + 1, 6)} {_heading(placed)}"
        case Paragraph(runs=runs, role=role):
            yield ("> " if role == "key" else "") + _opened(_runs(runs, anchors))
        case Bullets(items=items):
            yield "\n".join(f"- {_opened(_runs(item, anchors))}" for item in items)
        case Tiles(tiles=tiles):
            values = [_linked(_cell_text(tile.value), tile.link, anchors) for tile in tiles]
            yield _grid([_cell_text(tile.label) for tile in tiles], ["---:"] * len(tiles), [values])
        case Sentences(sentences=sentences):
            yield "\n".join(_sentence(sentence, anchors) for sentence in sentences)
        case Table():
            yield from _table(placed, placed.block, anchors)
        case Chart():
            yield from _chart(placed, placed.block)
        case PageBreak():
            pass


def _sentence(sentence: Sentence, anchors: Anchors) -> str:
    anchor = sentence_anchor(sentence.number)
    number = rf"\[{sentence.number}\]"
    first = anchors.take(anchor)
    shown = _target(first) + number if first else _link(number, anchor)
    tags = "".join(f" **{_text(tag).strip()}**" for tag in sentence.tags if tag.strip())
    return f"- {shown} {_text(sentence.text).strip()}{tags} — {_text(sentence.source).strip()}"


def _table(placed: Numbered, table: Table, anchors: Anchors) -> Iterator[str]:
    yield _caption(placed, table.caption)
    rows = [_row(row, len(table.columns), anchors) for row in table.rows]
    yield _grid([_cell_text(column.title) for column in table.columns], [_RULES[c.align] for c in table.columns], rows)
    if table.note:
        yield _line(table.note)


def _row(row: Row, width: int, anchors: Anchors) -> list[str]:
    cells = [_cell(cell, anchors) for cell in row.cells]
    if row.group:
        cells = [f"**{cell}**" if cell else "" for cell in cells]
    cells += [""] * (width - len(cells))
    cells[0] = _target(anchors.take(row.anchor)) + cells[0]
    return cells


def _cell(cell: Cell, anchors: Anchors) -> str:
    if cell.lines:
        return "<br>".join(_runs(line, anchors) for line in cell.lines)
    return _linked(_cell_text(cell.text), cell.link, anchors)


def _chart(placed: Numbered, chart: Chart) -> Iterator[str]:
    """Yield a chart as its numbers and what they show."""
    titles = ["", *(_cell_text(series.name) for series in chart.series)]
    rows = [[_cell_text(text) for text in row] for row in charts.number_rows(chart)]
    yield _caption(placed, chart.caption)
    yield _grid(titles, ["---", *["---:"] * len(chart.series)], rows)
    yield _line(chart.alt)


def _caption(placed: Numbered, caption: str) -> str:
    return f"{_target(placed.anchor)}**{_text(placed.number)}{_text(caption).strip()}**"


def _grid(titles: Sequence[str], rules: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [titles, *rows]
    shown = [f"| {' | '.join(cells)} |" for cells in lines]
    shown.insert(1, f"|{'|'.join(rules)}|")
    return "\n".join(shown)


def _runs(runs: Iterable[Run], anchors: Anchors) -> str:
    return "".join(_run(run, anchors) for run in runs).strip()


def _run(run: Run, anchors: Anchors) -> str:
    text = _text(run.text)
    core = text.strip()
    if not core or not (run.tone == "strong" or run.link in anchors):
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    # Stars beside quotation marks are no emphasis where Chinese has no spaces.
    shown = f"<strong>{core}</strong>" if run.tone == "strong" else core
    return before + _linked(shown, run.link, anchors) + after


def _linked(text: str, link: str, anchors: Anchors) -> str:
    return _link(text, link) if text and link in anchors else text


def _link(text: str, anchor: str) -> str:
    # Between angle brackets an anchor may hold brackets and spaces.
    safe = re.fullmatch(r"[\w.-]+", anchor)
    return f"[{text}](#{anchor})" if safe else f"[{text}](<#{_LINE_BREAKS.sub(' ', html.escape(anchor))}>)"


def _target(anchor: str) -> str:
    return f'<a id="{html.escape(anchor)}"></a>' if anchor else ""


def _line(text: str) -> str:
    """Return a text as a paragraph of its own."""
    return _opened(_text(text).strip())


def _cell_text(text: str) -> str:
    return _text(text).strip()


def _text(text: str) -> str:
    """Return a text as Markdown that shows it as it is, on one line."""
    shown = html.escape(_LINE_BREAKS.sub(" ", allowed(text)), quote=False)
    return _WEB.sub(r"\\", _SPECIAL.sub(r"\\\g<0>", shown))


def _opened(line: str) -> str:
    """Return a line whose beginning makes no list and no heading of it."""
    return _OPENING.sub(lambda match: f"{match[1]}\\" if match[1] else f"\\{match[0]}", line)
