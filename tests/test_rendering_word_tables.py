"""Tests of the tables, charts and pages of reports as Word documents."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as DocxParagraph
from lxml import etree

from tests.contents import sample
from tests.word_files import WIDE, all_of, content_with, instructions, opened, parts_of, text_of
from wenti.rendering.blocks import (
    Cell,
    Chart,
    Column,
    Heading,
    PageBreak,
    Paragraph,
    Row,
    Run,
    Series,
    Table,
    Tile,
    Tiles,
)

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_captions_are_numbered_by_fields_above_tables_and_below_charts() -> None:
    body = opened(sample()).element.body
    captions = [
        each for each in all_of(body, "p") if instructions(each)[:1] and instructions(each)[0].startswith("SEQ")
    ]
    assert [text_of(each).split("\u3000")[0] for each in captions] == ["表1", "图1", "表2", "图2", "表3", "表4"]
    assert [instructions(each) for each in captions[:2]] == [[r"SEQ 表 \* ARABIC"], [r"SEQ 图 \* ARABIC"]]
    for caption in captions:
        is_table = text_of(caption).startswith("表")
        beside = caption.getnext() if is_table else caption.getprevious()
        assert beside.tag == qn("w:tbl") if is_table else all_of(beside, "drawing")
        kept = caption if is_table else beside
        assert kept.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None
    english = opened(sample(language="en")).element.body
    assert "SEQ Table \\* ARABIC" in instructions(english)


def test_tables_repeat_their_header_and_keep_rows_whole_and_are_as_wide_as_the_text() -> None:
    document = opened(sample())
    section = document.sections[-1]
    width = round((section.page_width - section.left_margin - section.right_margin) / 635)
    tables = [each for each in all_of(document.element.body, "tbl") if all_of(each, "tblHeader")]
    assert len(tables) == 4
    for table in tables:
        assert all_of(table, "tr")[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert len(all_of(table, "tblHeader")) == 1
        assert len(all_of(table, "cantSplit")) == len(all_of(table, "tr"))
        assert sum(int(each.get(qn("w:w"))) for each in all_of(table, "gridCol")) == width
    ranking = docx.table.Table(tables[0], document)
    assert [cell.text for cell in ranking.rows[0].cells] == ["序号", "问题类型", "涉及单位", "单位占比", "95%区间"]
    assert [cell.text for cell in ranking.rows[2].cells] == ["资金执行"] * 5, "a group is one cell across the table"
    aligned = [cell.paragraphs[0].alignment for cell in ranking.rows[1].cells]
    assert [str(each).split(".")[-1] if each else "" for each in aligned] == [
        "RIGHT (2)",
        "",
        "RIGHT (2)",
        "RIGHT (2)",
        "RIGHT (2)",
    ]
    narrow, name = (int(all_of(tables[0], "gridCol")[index].get(qn("w:w"))) for index in (0, 1))
    assert name > 2 * narrow


def test_a_long_row_may_be_cut_and_a_short_table_stays_on_one_page() -> None:
    rows = (Row((Cell("短"),)), Row((Cell("长" * 3000),)))
    long = all_of(opened(content_with(Table("表", (Column("文"),), rows))).element.body, "tbl")[0]
    assert [len(all_of(row, "cantSplit")) for row in all_of(long, "tr")] == [1, 1, 0]
    short = all_of(opened(content_with(Table("表", (Column("文"),), rows[:1] * 4))).element.body, "tbl")[0]
    assert [len(all_of(row, "keepNext")) for row in all_of(short, "tr")] == [0, 1, 1, 1, 0], "the head is kept by style"


@pytest.mark.parametrize("shade", range(6))
def test_shades_of_a_heat_map_grow_and_letters_can_be_read_on_them(shade: int) -> None:
    table = Table("图", (Column("甲"),), tuple(Row((Cell("3", 3, shade=each),)) for each in range(6)))
    cells = all_of(all_of(opened(content_with(table)).element.body, "tbl")[0], "tc")[1:]
    fills = [each.find(f"{qn('w:tcPr')}/{qn('w:shd')}") for each in cells]
    colors = ["FFFFFF" if fill is None else fill.get(qn("w:fill")) for fill in fills]
    assert sorted(colors, key=luminance, reverse=True) == colors
    letters = all_of(cells[shade], "color")
    dark, light = sorted((luminance(letters[0].get(qn("w:val")) if letters else "000000"), luminance(colors[shade])))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_odd_tables_are_laid_out() -> None:
    columns = (Column("甲", width=0), Column("乙"))
    rows = (Row(()), Row((Cell("一"), Cell("二"), Cell("三"))), Row((), group=True), Row((Cell("四", shade=9),)))
    empty = Table("无", (), (), anchor="none")
    body = opened(content_with(Table("", columns, rows), empty, Table("", columns, ()), Tiles(()))).element.body
    assert [len(all_of(each, "tr")) for each in all_of(body, "tbl")][:2] == [5, 1]


def test_many_tiles_stand_in_even_rows() -> None:
    tiles = Tiles(tuple(Tile(f"指标{number}", str(number)) for number in range(8)))
    table = opened(content_with(tiles)).tables[0]
    assert [[cell.text for cell in row.cells][:1] for row in table.rows] == [["0\n指标0"], ["4\n指标4"]]


def test_a_wide_table_and_its_heading_lie_on_a_page_of_their_own_which_others_do_not() -> None:
    before, after = Paragraph((Run("此前"),)), Paragraph((Run("此后"),))
    led_in = (Heading("对照", 1), Paragraph((Run("说明"),)))
    document = opened(content_with(before, PageBreak(), *led_in, WIDE, *led_in, WIDE, after))
    sections = list(document.sections)
    assert [section.page_width > section.page_height for section in sections] == [False, False, False, True, False]
    assert [
        [p.text for p in section.iter_inner_content() if isinstance(p, DocxParagraph) and p.text]
        for section in sections
    ][2:4] == [["此前"], ["对照", "说明", "表1\u3000宽表", "对照", "说明", "表2\u3000宽表"]]
    starts = [section._sectPr.find(qn("w:pgNumType")) for section in sections[2:]]
    assert [each.get(qn("w:start")) for each in starts] == ["1", None, None], "pages are counted on"
    assert sections[4].header.paragraphs[0].text == "预算绩效评价共性问题分析报告"
    lying = all_of(document.element.body, "tbl")[0]
    assert sum(int(each.get(qn("w:w"))) for each in all_of(lying, "gridCol")) > 13_000
    assert not any(all_of(each, "pageBreakBefore") for each in all_of(document.element.body, "p"))


def test_a_report_that_ends_with_a_wide_table_has_no_empty_page_after_it() -> None:
    content = replace(
        content_with(Heading("附", 1, appendix=True), WIDE), signature=replace(sample().signature, lines=())
    )
    sections = list(opened(content).sections)
    assert sections[-1].page_width > sections[-1].page_height


def test_a_page_break_is_a_property_of_what_follows() -> None:
    document = opened(sample())
    broken = [p.text for p in document.paragraphs if p._p.find(f"{qn('w:pPr')}/{qn('w:pageBreakBefore')}") is not None]
    assert broken == ["共性问题"]


def test_charts_are_parts_that_word_draws_with_their_numbers_intervals_and_words() -> None:
    parts = parts_of(sample())
    assert parts["[Content_Types].xml"].decode().count(CHART_TYPE) == 2
    bars, lines = (etree.fromstring(parts[f"word/charts/chart{number}.xml"]) for number in (1, 2))

    def numbers(root: Any, *path: str) -> list[tuple[str, float]]:
        found = root.iterfind("/".join(f"{CHART}{name}" for name in path)) if path else [root]
        return [(each.get("idx"), float(each[0].text)) for one in found for each in one.iter(f"{CHART}pt")]

    series = bars.find(f".//{CHART}ser")
    assert [each[0].text for each in series.iterfind(f"{CHART}cat//{CHART}pt")] == [
        "预算执行率低、支出进度慢",
        "绩效目标不明确",
    ]
    assert numbers(series, "val") == [("0", 0.75), ("1", 0.5)]
    assert numbers(series, "errBars", "plus") == [("0", 0.18), ("1", 0.28)]
    assert numbers(series, "errBars", "minus") == [("0", 0.34), ("1", 0.28)]
    assert bars.find(f".//{CHART}orientation").get("val") == "maxMin", "the first lies on top"
    first, second = lines.iter(f"{CHART}ser")
    assert numbers(first, "val") == [("0", 0.2), ("2", 0.6)], "a year without number is a gap"
    assert numbers(second, "val") == [("0", 0.5), ("1", 0.4), ("2", 0.3)]
    assert {each.get("typeface") for each in lines.iter("{*}ea")} == {"黑体"}

    document = opened(sample())
    frames = list(document.element.body.iter("{*}docPr"))
    assert [each.get("descr") for each in frames] == [
        "预算执行率低75%，绩效目标不明确50%。",
        "预算执行率低由20%升至60%。",
    ]
    assert len({each.get("id") for each in frames}) == 2
    relations = [each.get(qn("r:id")) for each in document.element.body.iter(f"{CHART}chart")]
    assert [str(document.part.rels[each].target_part.partname) for each in relations] == [
        "/word/charts/chart1.xml",
        "/word/charts/chart2.xml",
    ]


def test_labels_of_bars_are_rounded_as_the_tables_are_and_a_long_chart_is_higher() -> None:
    def chart(count: int) -> Chart:
        return Chart("图", "bars", ("类" * 5,) * count, (Series("占比", (0.125, *(0.4,) * (count - 1))),), "说明")

    root = etree.fromstring(parts_of(content_with(chart(2)))["word/charts/chart1.xml"])
    assert [each.find(f"{CHART}numFmt").get("formatCode") for each in root.iter(f"{CHART}dLbl")] == ["0.0%", "0%"]
    heights = [int(next(opened(content_with(chart(n))).element.body.iter("{*}extent")).get("cy")) for n in (2, 12, 300)]
    assert heights[0] < heights[1] < heights[2] < 22 * 360_000
    nothing = Chart("空图", "bars", (), (), "没有数据")
    assert [p.text for p in opened(content_with(nothing)).paragraphs if "空图" in p.text] == ["图1\u3000空图"]


def test_signature_stands_before_the_annexes_and_its_rows_stay_together() -> None:
    body = opened(sample()).element.body
    order = [text_of(each)[:3] for each in body if each.tag in (qn("w:tbl"), qn("w:p"))]
    signature = next(each for each in all_of(body, "tbl") if "编制人" in text_of(each))
    assert body.index(signature) > next(i for i, each in enumerate(body) if "屡查屡犯问题对照" in text_of(each))
    assert order.index("编制人") < order.index("数字与")
    rows = all_of(signature, "tr")
    assert [text_of(row) for row in rows] == ["编制人", "审核人", "负责人（签字）", "单位（盖章）", "日期"]
    assert all(len(all_of(row, "keepNext")) == 3 for row in rows[:-1])
    assert all(all_of(row, "tcBorders") for row in rows), "a line to sign on"
