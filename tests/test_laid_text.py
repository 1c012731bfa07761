"""Content laid out as one text: its lines, and the place of each paragraph and row."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from tests.documents import table
from wenti.reading.document import Block, Covered, Row, Table
from wenti.reading.laid_text import Laid, Line, lay_document, lay_text
from wenti.records import Place

LINE_ENDS = "\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"


def texts(laid: Laid) -> list[list[str]]:
    """Return the cells of all lines."""
    return [[cell.text for cell in line.cells] for line in laid.lines]


def assert_lines_hold(laid: Laid) -> None:
    """Assert that lines ascend, and that each paragraph is the slice of the text at its place, inside its line."""
    assert all(before.end <= after.start for before, after in pairwise(laid.lines))
    for line in laid.lines:
        assert 0 <= line.start < line.end <= len(laid.text)
        for paragraph in line.paragraphs:
            for piece in paragraph.pieces:
                assert line.start <= piece.start < piece.end <= line.end
                assert piece.text == laid.text[piece.start : piece.end] or len(piece.text) == 1  # an entity


# Plain text


def test_plain_text_is_laid_out_as_it_stands() -> None:
    text = "一、概况\r\n\n项目名称\t公路养护\t \n  缩进的一段  "
    laid = lay_text(text)
    assert laid.text is text
    assert laid.places == []
    assert [(line.start, line.end, line.table) for line in laid.lines] == [(0, 6, None), (7, 19, 1), (19, 28, None)]
    assert texts(laid) == [["一、概况"], ["项目名称", "公路养护", ""], ["  缩进的一段  "]]


def test_rows_that_follow_each_other_are_one_table() -> None:
    laid = lay_text("甲\t1\n乙\t2\n正文\n丙\t3\n")
    assert [line.table for line in laid.lines] == [1, 1, None, 2]


def test_a_tab_at_the_edge_of_a_line_makes_no_row() -> None:
    laid = lay_text("\t缩进的一段\n另一段\t\n")
    assert [line.table for line in laid.lines] == [None, None]


def test_fragments_of_html_are_seen_through() -> None:
    laid = lay_text("问题\t<p>1. 执行率&lt;50%。</p><p>2. 闲置。</p>\n")
    (line,) = laid.lines
    assert [paragraph.text for paragraph in line.cells[1].paragraphs] == ["1. 执行率<50%。", "2. 闲置。"]
    place = line.cells[1].paragraphs[0].locate(6, 7)
    assert laid.text[place.start : place.end] == "&lt;"


@given(strategies.texts)
def test_any_text_is_kept_with_its_offsets(text: str) -> None:
    laid = lay_text(text)
    assert laid.text == text
    assert_lines_hold(laid)


@given(st.lists(st.lists(st.text("预算执行 1%。", min_size=1, max_size=5).filter(str.strip), min_size=1, max_size=3)))
def test_lines_and_cells_of_a_text_are_given_back(rows: list[list[str]]) -> None:
    laid = lay_text("\n".join("\t".join(row) for row in rows))
    assert texts(laid) == rows


# Documents


def test_a_paragraph_is_a_line_and_a_row_is_one_with_tabs() -> None:
    laid = lay_document([Block("标题", level=0), table("甲 | 乙//丙 | ", "丁 | | "), Block("末段")])
    assert laid.text == "标题\n甲\t乙\n丙\t\n丁\t\t\n末段\n"
    assert texts(laid) == [["标题"], ["甲", "乙丙", ""], ["丁", "", ""], ["末段"]]
    assert [(line.table, line.row) for line in laid.lines] == [(None, 0), (1, 0), (1, 1), (None, 0)]
    assert [p.level for line in laid.lines for p in line.paragraphs] == [0, None, None, None, None, None]


def test_covered_cells_share_the_paragraphs_of_the_cell_that_covers_them() -> None:
    laid = lay_document([table("甲 | < | 乙", "^ | < | 丙", "丁 | 戊 | ^")])
    first, second, third = laid.lines
    assert first.cells[1].paragraphs == first.cells[0].paragraphs == second.cells[0].paragraphs
    assert third.cells[2].paragraphs == second.cells[2].paragraphs
    assert [cell.covered for cell in second.cells] == [Covered.ABOVE, Covered.LEFT, None]
    assert [[p.text for p in line.paragraphs] for line in laid.lines] == [["甲", "乙"], ["丙"], ["丁", "戊"]]
    assert [cell.text for cell in second.own_cells] == ["丙"]
    assert laid.text == "甲\t\t乙\n\t\t丙\n丁\t戊\t\n"


def test_a_cell_covered_by_nothing_is_empty() -> None:
    laid = lay_document([table("< | ^ | 甲")])
    assert texts(laid) == [["", "", "甲"]]


def test_rows_without_text_are_no_lines_but_count() -> None:
    laid = lay_document([table("甲", "", "乙")])
    assert [(line.cells[0].text, line.row) for line in laid.lines] == [("甲", 0), ("乙", 2)]


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        (Block("甲"), Place(2, paragraph=2)),
        (Block("甲", page=3), Place(2, page=3)),
        (Block("甲", page=3, confidence=0.9), Place(2, page=3, confidence=0.9)),
        (Table((Row(("甲",)),)), Place(2, paragraph=2)),
        (Table((Row(("甲",), page=4),)), Place(2, page=4)),
        (Table((Row(("甲",), number=7),), "台账"), Place(2, sheet="台账", row=7)),
    ],
    ids=[
        "by paragraph",
        "by page",
        "with confidence",
        "row of a Word table",
        "row of a table on a page",
        "row of a sheet",
    ],
)
def test_each_line_has_its_place(element: Block | Table, expected: Place) -> None:
    assert lay_document([Block("首"), element]).places[1] == expected


def test_tables_are_told_apart_though_they_follow_each_other() -> None:
    laid = lay_document([table("甲"), table("乙")])
    assert [line.table for line in laid.lines] == [1, 2]


bodies = st.text(st.characters(codec="utf-8", exclude_characters=LINE_ENDS + "\t"), min_size=1, max_size=8).filter(
    str.strip
)
blocks = st.builds(Block, bodies, st.sampled_from((None, 0, 1)), st.sampled_from((None, 1, 2)))
cells: st.SearchStrategy[str | Covered] = st.one_of(
    st.lists(st.one_of(bodies, st.just("")), max_size=2).map("\n".join), st.sampled_from(Covered)
)
tables = st.integers(1, 3).flatmap(
    lambda width: st.lists(
        st.builds(Row, st.lists(cells, min_size=width, max_size=width).map(tuple)), min_size=1, max_size=4
    ).map(lambda rows: Table(tuple(rows)))
)


def visible(element: Block | Table) -> list[str]:
    if isinstance(element, Block):
        return [element.text]
    cells = [cell for row in element.rows for cell in row.cells if isinstance(cell, str)]
    return [line for cell in cells for line in cell.split("\n") if line.strip()]


@given(st.lists(st.one_of(blocks, tables), max_size=6))
def test_a_document_is_laid_out_whole_in_order_and_each_paragraph_in_its_place(elements: list[Block | Table]) -> None:
    laid = lay_document(elements)
    assert_lines_hold(laid)
    found = [paragraph for line in laid.lines for paragraph in line.paragraphs]
    assert [paragraph.text for paragraph in found] == [text for element in elements for text in visible(element)]
    assert all(paragraph.pieces[0].start < paragraph.pieces[-1].end for paragraph in found)
    starts = [place.start for place in laid.places]
    assert starts == sorted(set(starts))
    assert len(starts) == sum(len(element.rows) if isinstance(element, Table) else 1 for element in elements)
    assert {line.start for line in laid.lines} <= set(starts)
    assert "".join(laid.text.split()) == "".join("".join(paragraph.text.split()) for paragraph in found)


@given(tables)
def test_every_row_has_all_columns(found: Table) -> None:
    lines: list[Line] = lay_document([found]).lines
    assert {len(line.cells) for line in lines} <= {len(found.rows[0].cells)}
