"""Markdown of a report's blocks: what a reader sees of it is what the blocks say, and no text becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.contents import HOSTILE, sample
from tests.test_rendering_page import ANY_TEXT, content, shown, tree, words
from wenti.rendering.blocks import Bullets, Cell, Column, Heading, Paragraph, Row, Run, Table
from wenti.rendering.markdown_page import render_markdown
from wenti.rendering.numbered import allowed

PLAIN_TAGS = {"p", "h1", "h2", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "strong", "a", "hr"}
MARKDOWN_TEXT = st.text(st.sampled_from("项目 a1.)>#*_`[]()<>&|\\-+=~$!:/w\n\t\u2028\"'@"), max_size=25)


def rendered(markdown: str) -> lxml.html.HtmlElement:
    """Return Markdown as a reader sees it."""
    return tree("<main>" + MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown) + "</main>")


@pytest.fixture(scope="module")
def markdown() -> str:
    return render_markdown(sample())


def test_every_link_of_the_markdown_leads_to_an_anchor(markdown: str) -> None:
    anchors = re.findall(r'<a id="(.*?)"></a>', markdown)
    links = re.findall(r"\]\(#(.*?)\)", markdown)
    assert len(anchors) == len(set(anchors))
    assert links
    assert set(links) <= set(anchors)


def _tables(markdown: str) -> Iterator[list[str]]:
    table: list[str] = []
    for line in [*markdown.splitlines(), ""]:
        if line.startswith("|"):
            table.append(line)
        elif table:
            yield table
            table = []


def test_markdown_tables_have_as_many_cells_in_every_row(markdown: str) -> None:
    tables = list(_tables(markdown))
    assert len(tables) == 1 + 4 + 2  # tiles, tables, charts
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table}) == 1
        assert re.fullmatch(r"\|(:?-+:?\|)+", table[1])


def test_markdown_shows_lines_groups_and_charts(markdown: str) -> None:
    assert "<strong>2021年</strong><br>[\\[3\\]](#s-3) 设备采购预算执行率为37.5%，资金沉淀" in markdown
    assert "| **资金执行** |  |  |  |  |" in markdown
    assert "| 绩效目标不明确 | 50% [22%–78%] |".replace("[", "\\[").replace("]", "\\]") in markdown
    assert "\n\n预算执行率低由20%升至60%。\n" in markdown
    assert '<a id="row-1"></a>1 |' in markdown


def test_addresses_and_list_marks_do_nothing_in_markdown() -> None:
    page = rendered(render_markdown(content(Paragraph((Run("1. 见 http://x.cn"),)), Bullets(((Run("- 二"),),)))))
    assert not page.xpath("//ol | //li/ul | //a")
    assert "http:\\//x.cn" in render_markdown(content(Paragraph((Run("http://x.cn"),))))


def test_hostile_text_stays_text_in_markdown() -> None:
    text = render_markdown(replace(sample(HOSTILE), title=HOSTILE, organisation=HOSTILE))
    page = rendered(text)
    assert page.xpath("//h1")[0].text_content() == allowed(HOSTILE)
    assert not page.xpath("//script | //em | //img")
    assert all(link.startswith("#") for link in page.xpath("//a/@href"))


@settings(max_examples=150, deadline=None)
@given(text=ANY_TEXT | MARKDOWN_TEXT)
def test_any_text_is_shown_as_it_is_in_markdown(text: str) -> None:
    table = Table("表题", (Column(text), Column("列")), (Row((Cell(text), Cell(lines=((Run(text),),)))),))
    blocks = content(
        *(
            Paragraph((Run(text),)),
            Paragraph((Run("前"), Run(text, tone="strong"), Run("后"))),
            Bullets(((Run(text),),)),
        ),
        *(Heading(text, 1), table),
    )
    page = rendered(render_markdown(blocks).encode().decode())
    inside = {words(element.text_content()) for element in page.xpath("//p | //li")}
    assert not shown(text) or {shown(text), words(f"前{allowed(text)}后")} <= inside
    assert [words(cell.text_content()) for cell in page.xpath("//td")] == [shown(text)] * 2
    assert words(page.xpath("//th")[0].text_content()) == shown(text)
    assert words(page.xpath("//h2")[0].text_content()) == words("一、" + shown(text))
    assert {element.tag for element in page.xpath("//main//*")} <= PLAIN_TAGS
