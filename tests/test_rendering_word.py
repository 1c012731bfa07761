"""Tests of reports as Word documents: structure, links and text, as python-docx, our own reader and LibreOffice see them."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from lxml import etree

from tests.contents import HOSTILE, sample
from tests.strategies import texts
from tests.word_files import WIDE, all_of, content_with, instructions, opened, parts_of, shown, text_of
from wenti.reading.document import Block as ReadBlock
from wenti.reading.office import _libreoffice
from wenti.reading.word import read_word
from wenti.rendering.blocks import Heading, Paragraph, Run, Sentence, Sentences
from wenti.rendering.word import render_docx

needs_libreoffice = pytest.mark.skipif(
    _libreoffice() is None or shutil.which("pdftotext") is None, reason="needs LibreOffice and pdftotext"
)


# Structure


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "zh-CN",
            [
                "一、摘要",
                "二、共性问题",
                "（一）问题排序",
                "1.预算执行率低、支出进度慢",
                "（二）单位对照",
                "（三）年度变化",
            ],
        ),
        (
            "en",
            ["1 摘要", "2 共性问题", "2.1 问题排序", "2.1.1 预算执行率低、支出进度慢", "2.2 单位对照", "2.3 年度变化"],
        ),
    ],
)
def test_headings_are_numbered_by_word_and_the_contents_say_the_same(language: str, expected: list[str]) -> None:
    content = sample(language=language)
    annex = {"zh-CN": "附录一\u3000数字与语句对照", "en": "Annex A\u2003数字与语句对照"}[language]
    read = read_word(render_docx(content)).elements
    headings = [each.text for each in read if isinstance(each, ReadBlock) and each.level]
    spaced = [re.sub(r"^([\d.]+)[\t ]", r"\1 ", text) for text in headings]
    assert spaced == [*expected, annex]

    body = opened(content).element.body
    block = all_of(body, "sdt")[0]
    assert all_of(block, "docPartGallery")[0].get(qn("w:val")) == "Table of Contents"
    assert instructions(block)[0] == r'TOC \o "1-3" \h \z \u'
    assert [shown(link).strip() for link in all_of(block, "hyperlink")] == [*expected, annex]


def test_contents_lead_to_the_headings_and_ask_for_their_pages() -> None:
    document = opened(sample())
    block = all_of(document.element.body, "sdt")[0]
    links = [link.get(qn("w:anchor")) for link in all_of(block, "hyperlink")]
    bookmarked = {
        each.get(qn("w:name")): text_of(each.getparent()) for each in all_of(document.element.body, "bookmarkStart")
    }
    assert [bookmarked[name] for name in links] == [b.text for b in sample().blocks if isinstance(b, Heading)]
    assert instructions(block)[1:] == [rf"PAGEREF {name} \h" for name in links]
    assert not all_of(document.settings.element, "updateFields"), "Word would warn of fields that refer to other files"


def test_levels_begin_anew_and_annexes_count_on_their_own() -> None:
    headings = [
        *(Heading("甲", 1), Heading("乙", 2), Heading("丙", 3), Heading("丁", 3), Heading("戊", 2), Heading("己", 3)),
        *(Heading("庚", 1, appendix=True), Heading("辛", 2, appendix=True), Heading("壬", 1, appendix=True)),
        *(Heading("癸", 2, appendix=True), Heading("子", 1), Heading("丑", 2), Heading("寅", 4)),
    ]
    read = read_word(render_docx(content_with(*headings))).elements
    assert [each.text for each in read if isinstance(each, ReadBlock) and each.level] == [
        *("一、甲", "（一）乙", "1.丙", "2.丁", "（二）戊", "1.己", "附录一\u3000庚", "（一）辛", "附录二\u3000壬"),
        *("（一）癸", "二、子", "（一）丑", "1.寅"),
    ]


def test_eleven_chapters_are_counted_in_chinese() -> None:
    read = read_word(render_docx(content_with(*(Heading("章", 1) for _ in range(21))))).elements
    chapters = [each.text for each in read if isinstance(each, ReadBlock) and each.level]
    assert (chapters[9], chapters[10], chapters[20]) == ("十、章", "十一、章", "二十一、章")


def test_styles_are_words_own_with_fonts_of_official_documents() -> None:
    document = opened(sample())
    styles = {style.name: style for style in document.styles}
    east = {name: style.element.find(f".//{qn('w:rFonts')}") for name, style in styles.items()}
    fonts = {name: each.get(qn("w:eastAsia")) for name, each in east.items() if each is not None}
    wanted = {"Title": "方正小标宋简体", "Heading 1": "黑体", "Heading 2": "楷体_GB2312", "Heading 3": "仿宋_GB2312"}
    assert {name: fonts[name] for name in wanted} == wanted
    assert fonts["Normal"] == fonts["表格文字"] == "仿宋_GB2312"
    assert {"Body Text", "Caption", "List Bullet", "Header", "Footer", "toc 1", "toc 2", "toc 3"} <= set(styles)
    indent = styles["Body Text"].element.find(f".//{qn('w:ind')}")
    assert indent.get(qn("w:firstLineChars")) == "200"
    used = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"Title", "Heading 1", "要点", "注释", "List Bullet", "引用语句", "附录标题 1"} <= used


def test_fonts_that_are_not_installed_have_one_to_fall_back_on() -> None:
    root = etree.fromstring(parts_of(sample())["word/fontTable.xml"])
    names = {font.get(qn("w:name")): font.find(qn("w:altName")).get(qn("w:val")) for font in all_of(root, "font")}
    assert names["仿宋_GB2312"] == "仿宋"
    assert names["方正小标宋简体"] == "宋体"


def test_cover_has_neither_header_nor_footer_and_pages_are_counted_from_the_body() -> None:
    document = opened(sample())
    cover, front, body = document.sections
    assert [p.text for p in document.paragraphs[:3]] == [
        "预算绩效评价共性问题分析报告",
        "云岭市财政局",
        "2026年11月30日",
    ]
    assert cover._sectPr.find(qn("w:headerReference")) is None
    assert front.header.paragraphs[0].text == "预算绩效评价共性问题分析报告"
    assert instructions(body.footer._element) == ["PAGE"]
    assert text_of(body.footer._element) == "— 1 —"
    counted = [section._sectPr.find(qn("w:pgNumType")) for section in (front, body)]
    assert [(each.get(qn("w:fmt")), each.get(qn("w:start"))) for each in counted] == [
        ("upperRoman", "1"),
        ("decimal", "1"),
    ]


def test_cover_in_english_and_of_a_report_without_organisation_or_date() -> None:
    english = opened(replace(sample(language="en"), organisation=""))
    assert [p.text for p in english.paragraphs[:2]] == ["预算绩效评价共性问题分析报告", "30 November 2026"]
    undated = opened(replace(sample(), date="", organisation=""))
    assert undated.paragraphs[1].style.name != "Subtitle"
    assert opened(replace(sample(), date="二〇二六年")).paragraphs[2].text == "二〇二六年"


# Links


def test_links_lead_to_bookmarks_that_stand_once_under_names_that_word_takes() -> None:
    body = opened(sample()).element.body
    starts = all_of(body, "bookmarkStart")
    names = [each.get(qn("w:name")) for each in starts]
    assert all(re.fullmatch(r"[^\W\d_]\w{0,39}|_Toc\d{9}", name) for name in names)
    assert len(names) == len({name.lower() for name in names})
    ids = [each.get(qn("w:id")) for each in starts]
    assert len(ids) == len(set(ids))
    assert sorted(ids) == sorted(each.get(qn("w:id")) for each in all_of(body, "bookmarkEnd"))
    links = [(text_of(each), each.get(qn("w:anchor"))) for each in all_of(body, "hyperlink")]
    assert {anchor for _, anchor in links} <= set(names)
    places = {each.get(qn("w:name")): text_of(each.getparent()) for each in starts}
    assert ("12", "s_12") in links
    assert places["s_12"].startswith("[12] 项目进度滞后8个月")
    assert places["n_1"] == "预算执行率低：6家单位"
    assert places["ranking"] == "表1\u3000共性问题排序（按类型）"


def test_links_without_target_are_words_and_a_sentence_shown_twice_is_led_to_where_it_stands_first() -> None:
    sentence = Sentences((Sentence(7, "某语句", "甲局"),))
    links = Paragraph((Run("有", "s-7"), Run("无", "s-8"), Run("空", "")))
    body = opened(content_with(links, Heading("甲", 1), sentence, Heading("乙", 1), sentence)).element.body
    assert [(text_of(each), each.get(qn("w:anchor"))) for each in all_of(body, "hyperlink")[2:]] == [("有", "s_7")]
    assert "有无空" in [text_of(each) for each in all_of(body, "p")]
    assert [each.get(qn("w:name")) for each in all_of(body, "bookmarkStart")].count("s_7") == 1


@pytest.mark.parametrize(
    "anchors",
    [
        ("t-a.b", "t-a_b", "T-A-B"),
        ("x" * 60 + "1", "x" * 60 + "2"),
        ("1", "-", "_Toc000000001", "标题 一", "\ud800\x07", "é́"),
    ],
)
def test_any_anchors_get_names_of_their_own(anchors: tuple[str, ...]) -> None:
    headings = [Heading(f"标题{index}", 1, anchor) for index, anchor in enumerate(anchors)]
    links = Paragraph(tuple(Run(f"到{index}", anchor) for index, anchor in enumerate(anchors)))
    body = opened(content_with(links, *headings)).element.body
    places = {each.get(qn("w:name")): text_of(each.getparent()) for each in all_of(body, "bookmarkStart")}
    assert all(len(name) <= 40 for name in places)
    found = [(text_of(each), places[each.get(qn("w:anchor"))]) for each in all_of(body, "hyperlink")]
    assert [pair for pair in found if pair[0].startswith("到")] == [
        (f"到{index}", f"标题{index}") for index in range(len(anchors))
    ]


# Text that comes from elsewhere


def test_hostile_text_is_shown_and_does_nothing() -> None:
    content = replace(sample(HOSTILE), title=HOSTILE, organisation=HOSTILE, date=HOSTILE)
    made = render_docx(content)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        document = archive.read("word/document.xml")
        relations = archive.read("word/_rels/document.xml.rels")
    assert b"<script" not in document
    assert b"External" not in relations
    body = docx.Document(io.BytesIO(made)).element.body
    assert text_of(body).count(HOSTILE.removesuffix("\u0007")) > 5
    assert Counter(each.split()[0] for each in instructions(body)).keys() == {"TOC", "PAGEREF", "SEQ"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_any_text_is_there_when_the_file_is_opened_again(text: str) -> None:
    content = replace(sample(text), title=text, organisation=text)
    document = opened(content)
    kept = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)
    expected = kept.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    assert any(paragraph.text == f"新出现：{expected}" for paragraph in document.paragraphs)
    assert document.core_properties.title == " ".join(expected.split("\n"))[:255]
    assert any(cell.text == expected for table in document.tables for row in table.rows for cell in row.cells)


def test_the_same_report_has_the_same_bytes_and_says_what_made_it() -> None:
    made = render_docx(sample())
    assert made == render_docx(sample())
    document = docx.Document(io.BytesIO(made))
    properties = document.core_properties
    assert (properties.title, properties.author) == ("预算绩效评价共性问题分析报告", "云岭市财政局")
    assert properties.keywords == "wenti"
    assert f"{properties.created:%Y-%m-%d}" == f"{properties.modified:%Y-%m-%d}" == "2026-11-30"
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert b"<Application>wenti</Application>" in archive.read("docProps/app.xml")
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


@needs_libreoffice
def test_libreoffice_lays_the_report_out(tmp_path: Path) -> None:
    blocks = (*sample().blocks[:-2], Heading("对照表", 2), WIDE, *sample().blocks[-2:])
    source = tmp_path / "report.docx"
    source.write_bytes(render_docx(replace(sample(), blocks=blocks)))
    program = _libreoffice()
    assert program is not None
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    pdf = str(tmp_path / "report.pdf")
    laid = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True).stdout.decode()
    pages = [re.sub(r"[ \u3000]+", "", page) for page in laid.split("\f")]
    assert "预算绩效评价共性问题分析报告" in pages[0]
    assert "—" not in pages[0], "no page number on the cover"
    assert "一、摘要" in pages[1]
    whole = "\n".join(pages[2:])
    for heading in (
        "一、摘要",
        "二、共性问题",
        "（一）问题排序",
        "1.预算执行率低、支出进度慢",
        "附录一数字与语句对照",
        "表1共性",
    ):
        assert heading in whole
    assert "—1—" in pages[2]
    sizes = subprocess.run(["pdfinfo", "-l", "99", pdf], check=True, capture_output=True).stdout.decode()
    turned = [float(width) > float(height) for width, height in re.findall(r"size: +([\d.]+) x ([\d.]+)", sizes)]
    lying = next(number for number, page in enumerate(pages) if "宽表" in page)
    assert [number for number, lies in enumerate(turned) if lies] == [lying]
    assert "对照表" in pages[lying], "the heading goes with the table"
