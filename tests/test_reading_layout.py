from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenti.reading.document import Block, Covered, Table
from wenti.reading.glyphs import Glyph, ends_early, joined_text, numbered, rows_of
from wenti.reading.layout import arrange, page_of
from wenti.reading.ruling import Stroke, grids_of

HAN = "绩效评价报告项目预算资金执行率单位管理制度整改落实"
SIZE = (595.0, 842.0)


def _glyphs(text: str, x: float, baseline: float, size: float = 16) -> list[Glyph]:
    return [Glyph(character, x + i * size, x + (i + 1) * size, baseline, size) for i, character in enumerate(text)]


def _texts(*pages: list[Glyph]) -> list[str]:
    placed = [page_of(number, SIZE, glyphs, (), ()) for number, glyphs in enumerate(pages, start=1)]
    return [element.text for element in arrange(placed) if isinstance(element, Block)]


def _set(paragraph: str, top: float, width: int = 26, indent: int = 2, left: float = 90) -> list[Glyph]:
    glyphs: list[Glyph] = []
    lines = [paragraph[: width - indent]]
    lines += [paragraph[start : start + width] for start in range(width - indent, len(paragraph), width)]
    for i, line in enumerate(lines):
        glyphs += _glyphs(line, left + (indent * 16 if not i else 0), top + 28 * i)
    return glyphs


paragraphs = st.lists(st.text(HAN, min_size=60, max_size=120).map(lambda text: text + "。"), min_size=3, max_size=8)


@given(paragraphs, st.randoms(use_true_random=False))
def test_paragraphs_come_back_in_whatever_order_glyphs_are_drawn(texts: list[str], random: object) -> None:
    pages: list[list[Glyph]] = [[]]
    top = 100.0
    for text in texts:
        height = 28 * math.ceil((len(text) + 2) / 26)
        if top + height > 700:
            pages.append([])
            top = 100.0
        pages[-1] += _set(text, top)
        top += height
    for page in pages:
        random.shuffle(page)  # type: ignore[attr-defined]
    assert _texts(*pages) == texts


glyphs = st.builds(
    lambda text, x, baseline, size, is_heavy: Glyph(text, x, x + size, baseline, size, is_heavy),
    st.text(HAN + "abc123 ，。（）①", min_size=1, max_size=1),
    st.floats(0, 590),
    st.floats(0, 840),
    st.floats(1, 60),
    st.booleans(),
)
strokes = st.lists(st.builds(Stroke, st.floats(0, 600), st.floats(0, 300), st.floats(300, 800)), max_size=8)


@given(st.lists(glyphs, max_size=60), strokes, strokes)
def test_anything_on_a_page_gives_a_document(found: list[Glyph], across: list[Stroke], down: list[Stroke]) -> None:
    elements = arrange([page_of(1, SIZE, found, across, down)])
    shown = {glyph.text for glyph in found}
    for element in elements:
        if isinstance(element, Table):
            assert len({len(row.cells) for row in element.rows}) == 1
        else:
            assert element.text.strip()
            assert "\n" not in element.text
            assert set(element.text) <= shown | {" "}


@given(st.lists(glyphs, max_size=40))
def test_rows_hold_each_visible_glyph_once_or_know_it_for_a_double(found: list[Glyph]) -> None:
    apart = [
        glyph
        for i, glyph in enumerate(found)
        if not any(abs(glyph.x0 - other.x0) < 30 and abs(glyph.baseline - other.baseline) < 60 for other in found[:i])
    ]
    text = "".join(line.text for row in rows_of(apart, 1) for line in row)
    assert sorted(text.replace(" ", "")) == sorted(glyph.text for glyph in apart if glyph.text.strip())


@pytest.mark.parametrize(
    ("text", "following", "room", "expected"),
    [
        ("签订", "合同。", 0.4, False),
        ("签订。", "二是", 1.2, False),  # a stop may not begin a line, so the character before it went along
        ("合计", "1,250.00万元", 3.0, False),  # a figure is not parted
        ("合计", "1,250.00万元", 7.0, True),
        ("未落实。", "审计发现", 9.0, True),
        ("提出", "（一）", 2.0, False),  # nor may an opening bracket end one
    ],
)
def test_line_ends_early_if_what_follows_had_room(text: str, following: str, room: float, expected: bool) -> None:
    assert ends_early(text, following, room) is expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一、概况", "一、"),
        ("（十二）其他", "（十二）"),
        ("3.执行率低", "3."),
        ("2.1.3 目标", None),
        ("3.5倍", None),
        ("12）其他", "12）"),
        ("①未编制", "①"),
        ("第三章 建议", "第三章"),
        ("2024年", None),
        ("一是", None),
    ],
)
def test_number_is_told_from_figures(text: str, number: str | None) -> None:
    match = numbered(text)
    assert (match.group() if match else None) == number


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["项目", "管理"], "项目管理"),
        (["EPC", "mode"], "EPC mode"),
        (["manage-", "ment"], "management"),
        (["GB-", "2024"], "GB-2024"),
        (["共3", "项"], "共3项"),
    ],
)
def test_lines_are_joined_as_their_script_demands(lines: list[str], text: str) -> None:
    assert joined_text(lines) == text


def test_lines_that_hang_under_their_number_are_one_paragraph() -> None:
    text = (
        _glyphs("1）", 90, 100)
        + _glyphs(HAN[:22], 128, 100)
        + _glyphs(HAN[:22], 128, 128)
        + _glyphs("整改。", 128, 156)
    )
    other = _glyphs("2）", 90, 184) + _glyphs("落实。", 128, 184)
    assert _texts(text + other) == [f"1）{HAN[:22]}{HAN[:22]}整改。", "2）落实。"]


def test_wider_gap_parts_paragraphs_that_are_not_indented() -> None:
    lines = [_glyphs(HAN[:24], 90, baseline) for baseline in (100, 124, 148, 190, 214, 238)]
    assert _texts([glyph for line in lines for glyph in line]) == [HAN[:24] * 3] * 2


def test_table_of_contents_keeps_its_lines() -> None:
    lines = [
        _glyphs(f"{number}、项目概况{'…' * 17}{page}", 90, 100 + 28 * page) for page, number in enumerate("一二三", 1)
    ]
    assert len(_texts([glyph for line in lines for glyph in line])) == 3


def test_forms_are_read_by_row_and_columns_of_text_by_column() -> None:
    form = [
        glyph for i in range(8) for x, text in ((90, "单位"), (330, "县局")) for glyph in _glyphs(text, x, 100 + 28 * i)
    ]
    assert _texts(form) == ["单位 县局"] * 8
    columns = [*_set(HAN * 3 + "。", 100, 13), *_set(HAN * 3 + "，", 100, 13, left=330)]
    assert _texts(columns) == [HAN * 3 + "。", HAN * 3 + "，"]


def test_grid_without_lines_at_its_sides_has_its_outer_cells() -> None:
    across = [Stroke(y, 90, 490) for y in (100, 140, 180)]
    (grid,) = grids_of(across, [Stroke(200, 100, 180), Stroke(300, 100, 180)])
    assert grid.xs == (90, 200, 300, 490)


def test_cells_are_merged_where_no_line_parts_them() -> None:
    across = [Stroke(100, 90, 490), Stroke(140, 290, 490), Stroke(180, 90, 490)]
    down = [Stroke(90, 100, 180), Stroke(290, 100, 180), Stroke(390, 140, 180), Stroke(490, 100, 180)]
    shown = [*_glyphs("甲", 100, 120), *_glyphs("乙", 300, 120), *_glyphs("丙", 300, 160), *_glyphs("丁", 400, 160)]
    (table,) = arrange([page_of(1, SIZE, shown, across, down)])
    assert isinstance(table, Table)
    assert [row.cells for row in table.rows] == [("甲", "乙", Covered.LEFT), (Covered.ABOVE, "丙", "丁")]
