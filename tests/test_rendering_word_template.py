"""Tests of reports laid out in a user's own Word file."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contents import sample
from tests.word_files import WIDE, all_of, content_with, opened, text_of
from wenti.errors import InputError
from wenti.reading.document import Block as ReadBlock
from wenti.reading.word import read_word
from wenti.rendering.blocks import Heading, Paragraph, Presentation, Run
from wenti.rendering.word import render_docx

Build = Callable[..., Path]
SHORT = (Heading("摘要", 1, "summary"), Paragraph((Run("报告的话"),)))


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Return what writes a template of paragraphs; a function may change it further."""

    def write(*paragraphs: str, change: Callable[[Any], object] | None = None) -> Path:
        document = docx.Document()
        for paragraph in paragraphs:
            document.add_paragraph(paragraph)
        if change is not None:
            change(document)
        document.save(str(tmp_path / "template.docx"))
        return tmp_path / "template.docx"

    return write


def words(document: Any) -> list[str]:
    """Return the paragraphs with text outside the table of contents."""
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text.strip()]


def repacked(path: Path, change: Callable[[str, bytes], bytes], **more: bytes) -> Path:
    """Change the parts of a file."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*parts.items(), *more.items()):
            archive.writestr(name, change(name, content))
    return path


def error_of(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        render_docx(sample(), Presentation(template=str(path)))
    assert caught.value.file == str(path)
    assert caught.value.describe("zh")
    assert caught.value.describe("en")
    return caught.value


# Placeholders


def test_placeholders_are_filled_wherever_they_stand(build: Build) -> None:
    def change(document: Any) -> None:
        section = document.sections[0]
        section.header.paragraphs[0].text = "{{单位}}文件"
        section.footer.paragraphs[0].text = "{{date}}"
        document.add_table(1, 1).cell(0, 0).text = "｛｛ 标题 ｝｝"
        box = (
            f'<w:p {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:t>外{{{{标</w:t></w:r><w:r><w:pict>'
            "<v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>内{{Title}}</w:t></w:r></w:p></w:txbxContent>"
            "</v:textbox></v:shape></w:pict></w:r><w:r><w:t>题}}</w:t></w:r></w:p>"
        )
        document.element.body.insert(0, parse_xml(box))

    path = build("题目：{{标题}}，{{organisation}}，{{其他}}，{标题}", "{{正文}}", change=change)
    document = opened(content_with(*SHORT), path)
    title = "预算绩效评价共性问题分析报告"
    assert f"题目：{title}，云岭市财政局，{{{{其他}}}}，{{标题}}" in words(document)
    assert document.tables[-1].cell(0, 0).text == title
    assert document.sections[0].header.paragraphs[0].text == "云岭市财政局文件"
    assert document.sections[0].footer.paragraphs[0].text == "2026年11月30日"
    box = all_of(document.element.body, "txbxContent")[0]
    assert text_of(box) == f"内{title}"
    assert text_of(document.element.body.find(qn("w:p"))) == f"外内{title}".replace("外内", f"外{title}内")


@given(st.lists(st.integers(1, 12), max_size=6), st.sampled_from(["甲", "", "{{标题}}", "<a>&amp;"]))
@settings(max_examples=30, deadline=None)
def test_a_placeholder_cut_into_any_runs_is_filled_with_the_look_of_its_first(cuts: list[int], title: str) -> None:
    from wenti.rendering.word.template import fill

    document = docx.Document()
    paragraph = document.add_paragraph()
    whole = "前{{标题}}{{日期}}后"
    places = sorted({0, *(min(cut, len(whole)) for cut in cuts), len(whole)})
    for number, (start, end) in enumerate(pairwise(places)):
        paragraph.add_run(whole[start:end]).bold = number == 0
    fill(document, {"title": title, "date": "某日"})
    assert paragraph.text == f"前{title}某日后"
    if not cuts or min(cuts) > 1:
        assert title in paragraph.runs[0].text


def test_the_report_stands_where_the_body_belongs_and_no_cover_is_added(build: Build) -> None:
    document = opened(content_with(*SHORT), build("封面", "{{正文}}", "封底"))
    assert words(document) == ["封面", "摘要", "报告的话", "封底"]
    assert len(document.sections) == 1
    assert "一、摘要" in text_of(all_of(document.element.body, "sdt")[0])


def test_without_place_for_the_body_it_goes_to_a_new_page_at_the_end(build: Build) -> None:
    document = opened(content_with(*SHORT), build("封面"))
    assert words(document) == ["封面", "摘要", "报告的话"]
    contents = all_of(document.element.body, "sdt")[0]
    assert all_of(contents, "p")[0].find(f"{qn('w:pPr')}/{qn('w:pageBreakBefore')}") is not None
    empty = opened(content_with(*SHORT), build())
    assert not all_of(all_of(empty.element.body, "sdt")[0], "pageBreakBefore")


@pytest.mark.parametrize("place", ["in words", "in a cell", "in a content control", "at the end of a section", "twice"])
def test_the_body_has_its_place_in(build: Build, place: str) -> None:
    def change(document: Any) -> None:
        body = document.element.body
        if place == "in words":
            document.paragraphs[1].text = "见{{正文}}。"
        elif place == "in a cell":
            document.paragraphs[1].text = ""
            table = document.add_table(1, 1)
            table.cell(0, 0).text = "{{body}}"
            document.paragraphs[1]._p.addnext(table._tbl)
        elif place == "in a content control":
            control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent/></w:sdt>")
            document.paragraphs[1]._p.addnext(control)
            control[1].append(document.paragraphs[1]._p)
        elif place == "at the end of a section":
            properties = document.paragraphs[1]._p.get_or_add_pPr()
            properties.append(copy.deepcopy(body.find(qn("w:sectPr"))))
        else:
            document.paragraphs[2].text = "封底{{正文}}"

    document = opened(content_with(*SHORT), build("封面", "{{正文}}", "封底", change=change))
    left = {"in words": ["见。"]}.get(place, [])
    assert words(document) == ["封面", *left, "摘要", "报告的话", "封底"]
    assert "正文" not in text_of(document.element.body)
    if place == "at the end of a section":
        first = document.sections[0].iter_inner_content()
        assert len(document.sections) == 2
        assert "报告的话" in [paragraph.text for paragraph in first if hasattr(paragraph, "runs")]


# What the template has stays, what it lacks is added


def test_styles_of_the_template_stay_and_those_it_lacks_are_added(build: Build) -> None:
    def change(document: Any) -> None:
        document.styles["Heading 1"].font.color.rgb = RGBColor(0xC0, 0, 0)
        document.styles["Normal"].font.size = Pt(16)
        document.styles.add_style("表格文字", 1).font.size = Pt(9)

    document = opened(sample(), build("{{正文}}", change=change))
    assert document.styles["Heading 1"].font.color.rgb == RGBColor(0xC0, 0, 0)
    assert document.styles["表格文字"].font.size == Pt(9)
    assert document.styles["要点"].base_style.name == "Normal"
    assert "附录标题 1" in {style.name for style in document.styles}
    names = [style.name for style in document.styles]
    assert len(names) == len(set(names))
    assert {p.style.font.size for p in document.tables[1].rows[1].cells[1].paragraphs} == {Pt(9)}


def test_headings_without_numbers_get_ours_and_numbered_ones_keep_theirs(build: Build, tmp_path: Path) -> None:
    content = content_with(Heading("甲", 1), Heading("乙", 2), Heading("丙", 1, appendix=True))

    def headings(path: Path) -> list[str]:
        read = read_word(render_docx(content, Presentation(template=str(path)))).elements
        return [each.text for each in read if isinstance(each, ReadBlock) and each.level]

    assert headings(build("{{正文}}")) == ["一、甲", "（一）乙", "附录一\u3000丙"]

    def change(document: Any) -> None:
        numbering = document.part.numbering_part.element
        numbering.insert(
            0,
            parse_xml(
                f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
                '<w:numFmt w:val="decimal"/><w:suff w:val="space"/><w:lvlText w:val="第%1章"/></w:lvl></w:abstractNum>'
            ),
        )
        numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'),
        )
        properties = document.styles["Heading 1"].element.get_or_add_pPr()
        properties.get_or_add_numPr().get_or_add_numId().val = 90

    path = build("{{正文}}", change=change)
    assert headings(path) == ["第1章 甲", "乙", "附录一\u3000丙"]
    contents = all_of(opened(content, path).element.body, "sdt")[0]
    assert [text_of(link) for link in all_of(contents, "hyperlink")] == ["甲", "乙", "附录一\u3000丙"]


def test_a_contents_table_of_the_template_is_used_and_renewed_by_word(build: Build) -> None:
    def change(document: Any) -> None:
        field = parse_xml(f'<w:p {nsdecls("w")}><w:fldSimple w:instr=" TOC \\o &quot;1-2&quot; "/></w:p>')
        document.paragraphs[0]._p.addprevious(field)

    document = opened(content_with(*SHORT), build("{{正文}}", change=change))
    assert not all_of(document.element.body, "sdt")
    settings_root = document.settings.element
    order = [etree_name(each) for each in settings_root]
    assert settings_root.find(qn("w:updateFields")).get(qn("w:val")) == "true"
    assert order.index("updateFields") < order.index("compat")


def etree_name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def test_a_wide_table_lies_between_sections_of_the_template(build: Build) -> None:
    def change(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = "页眉"
        document.sections[0].different_first_page_header_footer = True

    path = build("封面", "{{正文}}", "封底", change=change)
    sections = list(opened(content_with(*SHORT, Heading("表", 1), WIDE, *SHORT), path).sections)
    assert [section.page_width > section.page_height for section in sections] == [False, True, False]
    assert [section.header.paragraphs[0].text for section in sections] == ["页眉"] * 3
    assert [section.different_first_page_header_footer for section in sections] == [True, False, False]
    last = [each.text for each in sections[2].iter_inner_content() if hasattr(each, "runs") and each.text]
    assert last == ["摘要", "报告的话", "封底"]
    ended = list(opened(content_with(*SHORT, Heading("表", 1), WIDE), path).sections)
    assert [section.page_width > section.page_height for section in ended] == [False, True, False]


def test_ids_and_parts_of_the_template_are_not_used_again(tmp_path: Path) -> None:
    first = tmp_path / "first.docx"
    first.write_bytes(render_docx(sample()))
    made = render_docx(sample(), Presentation(template=str(first)))
    assert made == render_docx(sample(), Presentation(template=str(first)))
    document = docx.Document(io.BytesIO(made))
    body = document.element.body
    names = [each.get(qn("w:name")).lower() for each in all_of(body, "bookmarkStart")]
    ids = [each.get(qn("w:id")) for each in all_of(body, "bookmarkStart")]
    frames = [each.get("id") for each in body.iter("{*}docPr")]
    for many in (names, ids, frames):
        assert len(many) == len(set(many))
    assert len(frames) == 4
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert sum(name.startswith("word/charts/") for name in archive.namelist()) == 4
        assert len(archive.namelist()) == len(set(archive.namelist()))


def test_a_bare_template_gets_the_parts_that_a_report_needs(build: Build) -> None:
    path = build("{{正文}}")

    def change(name: str, content: bytes) -> bytes:
        if name.endswith("document.xml.rels"):
            kept = rb'<Relationship [^>]*(?:styles|numbering|fontTable|settings)"[^>]*/>'
            return re.sub(kept, b"", content)
        return (
            re.sub(rb"<w:sectPr.*</w:sectPr>", b"", content, flags=re.S) if name.endswith("document.xml") else content
        )

    document = opened(sample(), repacked(path, change))
    assert document.styles["Heading 1"].element.find(f".//{qn('w:rFonts')}").get(qn("w:eastAsia")) == "黑体"
    assert "摘要" in words(document)


def test_properties_are_the_reports(build: Build) -> None:
    def change(document: Any) -> None:
        document.core_properties.author = "某人"

    made = render_docx(sample(), Presentation(template=str(build("{{正文}}", change=change))))
    document = docx.Document(io.BytesIO(made))
    assert (document.core_properties.author, document.core_properties.keywords) == ("云岭市财政局", "wenti")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert b"<Application>wenti</Application>" in archive.read("docProps/app.xml")


# Files that are no templates


@pytest.mark.parametrize("kind", ["template", "macroEnabledTemplate"])
def test_a_template_by_its_own_suffix_is_opened(build: Build, kind: str) -> None:
    types = {
        "template": b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
        "macroEnabledTemplate": b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    }
    main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    path = repacked(build("{{正文}}"), lambda name, content: content.replace(main, types[kind]))
    assert "报告的话" in words(opened(content_with(*SHORT), path))


def test_a_template_with_macros_is_refused(build: Build) -> None:
    path = repacked(build("{{正文}}"), lambda name, content: content, **{"word/vbaProject.bin": b"x"})
    assert error_of(path).key == "template_macros"


@pytest.mark.parametrize(
    ("content", "key"),
    [(b"", "template_damaged"), (b"no archive", "template_damaged"), (b"PK\x05\x06" + bytes(18), "template_damaged")],
)
def test_what_is_no_word_file_is_refused(tmp_path: Path, content: bytes, key: str) -> None:
    path = tmp_path / "template.docx"
    path.write_bytes(content)
    assert error_of(path).key == key


def test_other_files_and_hostile_ones_are_refused(build: Build, tmp_path: Path, monkeypatch: Any) -> None:
    book = tmp_path / "book.docx"
    openpyxl.Workbook().save(str(book))
    error = error_of(book)
    assert error.key == "template_damaged"
    assert "book.docx' is not a Word file" in error.describe("zh")
    assert " at 0x" not in error.describe("zh")
    assert error_of(tmp_path / "none.docx").key == "file_missing"
    assert error_of(tmp_path).key == "file_unreadable"

    def declared(name: str, content: bytes) -> bytes:
        return (
            content.replace(b"<w:document", b"<!DOCTYPE w:document><w:document") if "document.xml" in name else content
        )

    assert error_of(repacked(build("{{正文}}"), declared)).key == "template_damaged"

    def cut(name: str, content: bytes) -> bytes:
        return content[:-40] if name == "word/document.xml" else content

    assert error_of(repacked(build("{{正文}}"), cut)).key == "template_damaged"
    bomb = repacked(build("{{正文}}"), lambda name, content: content, **{"word/media/a.png": bytes(300 << 20)})
    assert error_of(bomb).key == "unpacked_too_large"
    monkeypatch.setattr("wenti.rendering.word.template._MOST_BYTES", 1000)
    assert error_of(build("{{正文}}")).key == "file_too_large"


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_damage_to_a_template_is_told(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    content = bytearray(_DAMAGED)
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damaged") / "template.docx"
    path.write_bytes(content)
    try:
        assert render_docx(content_with(*SHORT), Presentation(template=str(path)))
    except InputError as error:
        assert error.key in ("template_damaged", "file_locked", "unpacked_too_large")


_DAMAGED = render_docx(replace(sample(), blocks=SHORT))
