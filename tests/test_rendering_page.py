"""HTML and Markdown of a report's blocks: everything is there once, every link leads somewhere, no text does anything."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import lxml.html
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contents import HOSTILE, sample
from wenti.rendering import charts
from wenti.rendering.blocks import (
    Block,
    Cell,
    Chart,
    Column,
    Content,
    Heading,
    Paragraph,
    Row,
    Run,
    Sentence,
    Sentences,
    Series,
    Signature,
    Table,
)
from wenti.rendering.html_page import render_html
from wenti.rendering.markdown_page import render_markdown
from wenti.rendering.numbered import Anchors, allowed, numbered

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=40)


def content(*blocks: Block, language: str = "zh-CN") -> Content:
    return replace(sample(language=language), blocks=blocks)


def tree(text: str) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(text)


def words(text: str) -> str:
    return " ".join(text.split())


def shown(text: str) -> str:
    """Return what a reader sees of a text."""
    return words(allowed(text))


def headings(page: lxml.html.HtmlElement) -> list[tuple[str, str]]:
    found = page.xpath("//*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6]")
    return [(element.tag, element.text_content()) for element in found]


@pytest.fixture(scope="module", params=["zh-CN", "en"])
def page(request: pytest.FixtureRequest) -> lxml.html.HtmlElement:
    return tree(render_html(sample(language=request.param)))


# What is in it


def test_the_page_has_landmarks_and_headings_in_order(page: lxml.html.HtmlElement) -> None:
    assert [element.tag for element in page.xpath("//header | //nav | //main")] == ["header", "nav", "main"]
    levels = [int(tag[1]) for tag, _ in headings(page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert page.get("lang") in ("zh-CN", "en")


def test_every_link_leads_to_one_place_in_the_page(page: lxml.html.HtmlElement) -> None:
    ids = page.xpath("//@id")
    links = page.xpath("//a/@href")
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert {"s-3", "s-12", "n-1", "row-1", "ranking", "t-slow"} <= set(ids)
    assert page.get_element_by_id("s-12").text_content().startswith("[12]")


def test_a_link_without_target_is_plain_text_in_both_formats() -> None:
    blocks = content(Paragraph((Run("见"), Run("别处", "nowhere", "strong"))))
    (paragraph,) = tree(render_html(blocks)).xpath("//main//p[not(ancestor::section[@class])]")
    assert lxml.html.tostring(paragraph, encoding="unicode").strip() == "<p>见<strong>别处</strong></p>"
    assert "见<strong>别处</strong>\n" in render_markdown(blocks)


def test_the_page_needs_nothing_from_elsewhere() -> None:
    text = render_html(sample())
    page = tree(text)
    assert not page.xpath("//@src | //@srcset | //@action | //@data | //link | //img | //iframe | //object | //form")
    assert not re.search(r"https?:|@import|url\(", text)


def test_only_the_pages_own_script_may_run() -> None:
    page = tree(render_html(sample()))
    (script,) = page.xpath("//script")
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}'" in policy
    assert not page.xpath("//@*[starts-with(name(), 'on')]")


def test_tables_have_captions_and_headings_for_columns_and_rows(page: lxml.html.HtmlElement) -> None:
    tables = page.xpath("//table[caption]")
    assert len(tables) == 4
    assert len(page.xpath("//table")) == 4 + len(page.xpath("//figure"))
    for table in tables:
        width = len(table.xpath("thead/tr/th[@scope='col']"))
        assert width == len(table.xpath("colgroup/col"))
        for row in table.xpath("tbody/tr[not(@class)]"):
            assert len(row) == width
            assert row[0].get("scope") == "row"
    (group,) = page.xpath("//tr[@class='group']/th")
    assert (group.get("scope"), group.get("colspan")) == ("rowgroup", "5")


def test_shares_are_drawn_beside_their_words() -> None:
    page = tree(render_html(sample()))
    (cell,) = page.xpath("//td[.//svg[contains(@class, 'bar')]]")
    assert cell.text_content() == "75%"
    assert cell.xpath(".//rect[@class='fill']/@width") == ["75%"]
    assert cell.xpath(".//line/@x1") == ["41%", "41%", "93%"]


def test_the_heat_map_has_shades() -> None:
    page = tree(render_html(sample()))
    assert [cell.get("class") for cell in page.xpath("//table[contains(@class, 'heat')]/tbody/tr[1]/td")] == [
        "c h0", "c h5", "c h5",
    ]  # fmt: skip


def test_charts_say_in_words_and_in_a_table_what_they_show() -> None:
    page = tree(render_html(sample()))
    bars, lines = page.xpath("//figure")
    assert bars.xpath(".//svg[@role='img']/title")[0].text == "最普遍的问题类型"
    assert bars.xpath(".//svg[@role='img']/desc")[0].text == "预算执行率低75%，绩效目标不明确50%。"
    assert words(bars.xpath(".//table")[0].text_content()) == words(
        "单位占比 预算执行率低、支出进度慢75% [41%–93%]绩效目标不明确50% [22%–78%]"
    )
    assert bars.xpath(".//figcaption")[0].text_content() == "图1　最普遍的问题类型"
    keys = [key.text_content() for key in lines.xpath(".//ul[@class='keys']/li")]
    assert keys == ["预算执行率低 60%", "绩效目标不明确 30%"]
    assert len(lines.xpath(".//*[contains(@class, 'mark c0')]")) == 1 + 2  # in the list, and two of three years


def test_a_wide_table_lies_across_the_page_with_its_heading_and_its_note() -> None:
    wide = Table("很宽", tuple(Column(f"列{i}") for i in range(9)), (Row(tuple(Cell(str(i)) for i in range(9))),))
    page = tree(
        render_html(
            content(
                *(Heading("总体", 1), Paragraph((Run("前文"),)), Heading("对照", 2), Paragraph((Run("引言"),))),
                *(wide, Paragraph((Run("说明"),), "note"), Paragraph((Run("后文"),))),
            )
        )
    )
    (across,) = page.xpath("//div[@class='across']")
    assert [element.text_content().strip()[:4] for element in across if element.tag != "div"] == [
        "（一）对",
        "引言",
        "说明",
    ]
    assert words(page.xpath("//main/section")[0].text_content()).startswith("一、总体 前文")
    assert page.xpath("//div[@class='across']/following-sibling::p")[0].text_content() == "后文"


def test_a_sentence_that_stands_twice_is_linked_to_its_first_place() -> None:
    twice = content(*[Sentences((Sentence(7, "预算执行率低", "甲局", ("已复核",)),))] * 2)
    page = tree(render_html(twice))
    first, second = page.xpath("//ul[@class='sentences']/li")
    assert first.get("id") == "s-7"
    assert second.xpath(".//a/@href") == ["#s-7"]
    assert second.get("id") is None
    assert words(first.text_content()) == "[7] 预算执行率低 已复核 甲局"
    lines = [line for line in render_markdown(twice).splitlines() if "预算执行率低" in line]
    assert lines == [
        r'- <a id="s-7"></a>\[7\] 预算执行率低 **已复核** — 甲局',
        r"- [\[7\]](#s-7) 预算执行率低 **已复核** — 甲局",
    ]


def test_signature_and_contents_are_part_of_the_page() -> None:
    page = tree(render_html(sample()))
    assert [line.text_content() for line in page.xpath("//section[@class='signature']/p")] == list(
        sample().signature.lines
    )
    assert [words(link.text_content()) for link in page.xpath("//nav//a")] == [
        *("一、摘要", "二、共性问题", "（一）问题排序", "（二）单位对照", "（三）年度变化", "附录一 数字与语句对照"),
    ]


def test_a_report_of_nothing_is_a_page_too() -> None:
    empty = replace(content(), organisation="", signature=Signature(()))
    page = tree(render_html(empty))
    assert not page.xpath("//nav")
    assert headings(page) == [("h1", empty.title)]
    assert render_markdown(empty) == f"<!-- generator: wenti -->\n\n# {empty.title}\n\n2026年11月30日\n"


@pytest.mark.parametrize("render", [render_html, render_markdown])
def test_the_same_content_gives_the_same_bytes(render: object) -> None:
    assert callable(render)
    assert render(sample()) == render(sample())


def test_own_reports_are_known_by_their_beginning() -> None:
    assert '<meta name="generator" content="wenti">' in render_html(sample())[:400]
    assert render_markdown(sample()).startswith("<!-- generator: wenti -->\n")


# Numbers


def numbers(language: str, *levels: int | str) -> list[str]:
    """Return the numbers of headings of these levels; an A is an appendix."""
    blocks = content(*(Heading("x", 1 if level == "A" else int(level), appendix=level == "A") for level in levels))
    blocks = replace(blocks, language=language)
    return [placed.number for placed in numbered(blocks, Anchors(blocks.blocks))]


def test_chapters_sections_and_annexes_are_numbered_as_in_official_documents() -> None:
    assert numbers("zh-CN", 1, 2, 2, 3, 3, 4, 1, 2, "A", 2, "A") == [
        *("一、", "（一）", "（二）", "1. ", "2. ", "（1）", "二、", "（一）", "附录一　", "（一）", "附录二　"),
    ]
    assert numbers("en", 1, 2, 2, 3, 1, 2, "A", 2, "A") == [
        *("1 ", "1.1 ", "1.2 ", "1.2.1 ", "2 ", "2.1 ", "Annex A. ", "A.1 ", "Annex B. "),
    ]


def test_a_level_that_is_left_out_leaves_no_gap() -> None:
    assert numbers("en", 1, 3, 3, 2, 3) == ["1 ", "1.1 ", "1.2 ", "1.3 ", "1.3.1 "]


def test_tables_and_figures_are_counted_apart() -> None:
    captions = [
        (type(placed.block).__name__, placed.number)
        for placed in numbered(sample(), Anchors(sample().blocks))
        if isinstance(placed.block, Table | Chart)
    ]
    assert captions == [
        *(("Table", "表1　"), ("Chart", "图1　"), ("Table", "表2　"), ("Chart", "图2　")),
        *(("Table", "表3　"), ("Table", "表4　")),
    ]
    english = replace(sample(language="en"), table_word="Table", figure_word="Figure")
    assert "**Table 1. " in render_markdown(english)
    assert "**Figure 2. " in render_markdown(english)


def test_new_anchors_are_none_that_the_report_has() -> None:
    page = tree(render_html(content(Heading("甲", 1), Heading("乙", 1, "h-1"), Heading("丙", 1))))
    assert page.xpath("//h2/@id") == ["h-2", "h-1", "h-3"]


# Charts


def chart(kind: str, *series: Series) -> Chart:
    assert kind in ("bars", "lines")
    years = tuple(str(2020 + i) for i in range(len(series[0].values)))
    return Chart("图", "bars" if kind == "bars" else "lines", years, series, "说明")


def test_names_beside_lines_never_overlap() -> None:
    crowd = chart("lines", *(Series(f"问题类型{i}" * 3, (0.5, 0.5)) for i in range(6)))
    tops = sorted(key.top for key in charts.keys(crowd))
    assert all(below - above >= 38 for above, below in pairwise(tops))
    assert tops[0] >= 0


def test_an_axis_ends_where_the_numbers_do() -> None:
    assert ">15%<" in charts.bars(chart("bars", Series("占比", (0.18, 0.02))))
    assert ">75%<" in charts.bars(chart("bars", Series("占比", (0.18, 0.02), (0.1, 0.0), (0.9, 0.2))))


def test_a_year_without_number_is_a_gap() -> None:
    svg = charts.lines(chart("lines", Series("占比", (0.2, None, 0.4, 0.6))))
    assert svg.count('class="run c0"') == 1
    assert svg.count('class="mark c0"') == 3
    assert "—" in charts.bars(chart("bars", Series("占比", (None, 0.4))))


def test_intervals_are_whiskers_beside_each_other() -> None:
    svg = charts.lines(
        chart(
            "lines", Series("甲", (0.2, 0.4), (0.1, 0.2), (0.5, 0.6)), Series("乙", (0.2, 0.4), (0.1, 0.2), (0.5, 0.6))
        )
    )
    assert svg.count('class="whisker c0"') == svg.count('class="whisker c1"') == 2
    assert re.findall(r'<g transform="translate\((.*?) 0\)">', svg) == ["-2.5", "2.5"]


# Colours


def _variables(block: str) -> dict[str, str]:
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block))


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(first: str, second: str) -> float:
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_in_light_and_dark(scheme: str, root: Path) -> None:
    css = (root / "src/wenti/rendering/templates/page.css").read_text(encoding="utf-8")
    light, dark = (_variables(block) for block in re.findall(r":root \{(.*?)\n *\}", css, re.DOTALL)[:2])
    assert set(dark) == set(light)
    colour = light if scheme == "light" else dark
    text = [(ink, ground) for ink in ("ink", "quiet", "accent", "bad", "good") for ground in ("paper", "wash", "desk")]
    text += [("ink", f"h{shade}") for shade in range(1, 5)] + [("deep", "h5")]
    for ink, ground in text:
        assert _contrast(colour[ink], colour[ground]) >= 4.5, (ink, ground)
    for mark in ("focus", *(f"c{i}" for i in range(6))):
        assert _contrast(colour[mark], colour["paper"]) >= 3, mark


# Texts that try to be more


def test_hostile_text_stays_text_in_the_page() -> None:
    page = tree(render_html(replace(sample(HOSTILE), title=HOSTILE, organisation=HOSTILE)))
    assert len(page.xpath("//script")) == 1
    assert page.xpath("//title")[0].text == allowed(HOSTILE)
    assert page.xpath("//ul[@class='sentences']//q")[0].text_content() == allowed(HOSTILE)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=ANY_TEXT)
def test_any_text_is_shown_as_it_is_in_the_page(text: str) -> None:
    html = render_html(replace(sample(text), title=text, organisation=text))
    page = tree(html.encode().decode())
    assert words(page.xpath("//ul[@class='sentences']//q")[0].text_content()) == words(allowed(text))
    assert words(page.xpath("//table[@id='ranking']/tbody[2]/tr[2]/th[2]")[0].text_content()) == words(allowed(text))
    assert words(page.xpath("//h1")[0].text_content()) == words(allowed(text))
    assert len(page.xpath("//table")) == 6
    assert len(page.xpath("//script")) == 1
