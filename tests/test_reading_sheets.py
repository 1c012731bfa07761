"""Spreadsheets: what a person sees in each cell, in real files of several programs and in hostile ones."""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from wenti.errors import InputError
from wenti.reading.document import Covered, Row, Table
from wenti.reading.sheet_formats import BUILT_IN, shown_number, shown_text
from wenti.reading.sheets import read_sheets

DATA = Path(__file__).parent / "data" / "reading"
LEFT, ABOVE = Covered.LEFT, Covered.ABOVE
SHEET = "xl/worksheets/sheet1.xml"


def tables(content: bytes, form: str = "xlsx") -> list[Table]:
    found = [element for element in read_sheets(content, form).elements if isinstance(element, Table)]
    assert all(len({len(row.cells) for row in table.rows}) == 1 for table in found)
    return found


def rows(content: bytes, form: str = "xlsx") -> list[tuple[str | Covered, ...]]:
    (table,) = tables(content, form)
    return [row.cells for row in table.rows]


def workbook(fill: Callable[[Any], object]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def formatted(value: object, number_format: str) -> bytes:
    def fill(book: Any) -> None:
        book.active["A1"] = value
        book.active["A1"].number_format = number_format

    return workbook(fill)


def edited(content: bytes, part: str, edit: Callable[[str], str]) -> bytes:
    """Return a package in which one part is written otherwise."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, edit(text.decode()) if name == part else text)
    return stream.getvalue()


def sheet_of(inner: str, *, after: str = "") -> bytes:
    """Return a workbook whose sheet has rows that are written by hand."""
    return edited(
        workbook(lambda book: None),
        SHEET,
        lambda xml: re.sub("<sheetData ?/>|<sheetData></sheetData>", f"<sheetData>{inner}</sheetData>{after}", xml),
    )


def refused(content: bytes, form: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read_sheets(content, form)
    caught.value.describe()  # has all facts that the message names
    return caught.value


EVALUATION = Table(
    (
        Row(("河湾县2023年度项目绩效评价表", LEFT, LEFT, LEFT, LEFT), number=1),
        Row(("一级指标", "指标名称", "指标值", "完成率", "评价日期"), number=3),
        Row(("产出指标", "新建水渠", "12.50", "53.2%", "2023年6月"), number=4),
        Row((ABOVE, "改造泵站", "3.00", "100.0%", "2023年12月"), number=5),
        Row(("效益指标", "受益户数\n（户）", "1234567.80", "98.8%", "2024年1月"), number=6),
        Row(("合计", "", "1234583.30", "#DIV/0!", "TRUE"), number=8),
        Row(("是否完成", "TRUE", "95分", "", ""), number=10),
    ),
    "绩效评价表",
)


@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_the_same_workbook_reads_alike_from_every_format(form: str) -> None:
    assert tables((DATA / f"sheet.{form}").read_bytes(), form) == [
        EVALUATION,
        Table((Row(("", "第二张表"), number=2),), "说明"),
    ]


def test_content_counts_and_not_the_suffix() -> None:
    for form in ("xlsx", "xls", "ods"):
        assert tables((DATA / f"sheet.{form}").read_bytes(), "et")[0] == EVALUATION


def test_comments_and_hidden_sheets_are_left_out() -> None:
    for form in ("xlsx", "xls", "ods"):
        shown = str(read_sheets((DATA / f"sheet.{form}").read_bytes(), form))
        assert "批注" not in shown
        assert "隐藏" not in shown


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (2023.0, "General", "2023"),
        (0.1 + 0.2, "General", "0.3"),
        (1 / 3, "General", "0.3333333333"),
        (-12.5, "General", "-12.5"),
        (1e20, "General", "1E+20"),
        (0.00001234, "General", "1.234E-05"),
        (0.532, "0%", "53%"),
        (0.532, "0.00%", "53.20%"),
        (1.005, "0.00", "1.01"),
        (2.5, "0", "3"),
        (-0.001, "0.00", "0.00"),
        (7, "000", "007"),
        (0, "#,##0", "0"),
        (12.3, "0.0#", "12.3"),
        (1234567.8, "#,##0.00", "1234567.80"),
        (0, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (-5, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-5.00"),
        (-5, "0.00_);[Red]\\(0.00\\)", "(5.00)"),
        (95, '0"分"', "95分"),
        (3, '"第"0"名"', "第3名"),
        (12, "[$¥-804]#,##0.00", "¥12.00"),
        (123456, '0!.0,"万元"', "12.3万元"),
        (123456, '0"."0000', "12.3456"),
        (3, '[>=2]"大"0;"小"0', "大3"),
        (1, '[>=2]"大"0;"小"0', "小1"),
        (5, ";;;", ""),
        (0.25, "# ?/?", "0.25"),
        (100, 'G/通用格式"元"', "100元"),
        (0.123, "0.0E+00", "1.2E-1"),
        (float("inf"), "0.00", ""),
        (45107, "yyyy-mm-dd", "2023-06-30"),
        (45107, "yyyy\\-m\\-d;@", "2023-6-30"),
        (45107, 'yyyy"年"m"月"d"日"', "2023年6月30日"),
        (45107, "yyyy.mm", "2023.06"),
        (45107, "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2023年6月30日"),
        (45107, "[$-804]aaaa;@", "星期五"),
        (45107, "d-mmm-yy", "30-Jun-23"),
        (45107.75, "h:mm AM/PM", "6:00 PM"),
        (45107.4, '上午/下午h"时"mm"分"', "上午9时36分"),
        (45107.75, "yyyy/m/d h:mm", "2023/6/30 18:00"),
        (1.5, "[h]:mm:ss", "36:00:00"),
        (0.0005, "mm:ss.0", "00:43.2"),
        (60, "yyyy-m-d", "1900-2-29"),
        (59, "yyyy-m-d", "1900-2-28"),
        (3_000_000, "yyyy-m-d", "3000000"),
    ],
)
def test_a_number_is_shown_by_its_format(value: float, code: str, shown: str) -> None:
    assert shown_number(value, code) == shown


def test_days_can_be_counted_from_1904() -> None:
    assert shown_number(43645, "yyyy-mm-dd", since_1904=True) == "2023-06-30"


@pytest.mark.parametrize(("code", "shown"), [("@", "甲"), ('"第"@"组"', "第甲组"), ("0.00", "甲"), (";;;", "")])
def test_a_text_is_shown_by_its_format(code: str, shown: str) -> None:
    assert shown_text("甲", code) == shown


@given(st.floats(), st.one_of(st.text(), st.text(alphabet='0#?.,%;E+-/[]@"\\ymdhsaeb年')))
def test_any_number_in_any_format_is_shown(value: float, code: str) -> None:
    shown_number(value, code)
    shown_text("甲", code)


@given(st.integers(-(10**12), 10**12), st.integers(0, 4))
def test_a_shown_number_is_the_number(whole: int, decimals: int) -> None:
    value = whole / 10**decimals
    assert float(shown_number(value, "#,##0." + "0" * decimals if decimals else "#,##0")) == value


@pytest.mark.parametrize(("number", "shown"), [(57, "2023年6月"), (31, "2023年6月30日"), (14, "2023/6/30")])
def test_formats_that_have_only_a_number_are_those_of_china(number: int, shown: str) -> None:
    content = edited(
        formatted(45107, "0.00"),
        "xl/styles.xml",
        lambda xml: re.sub('(<cellXfs.*numFmtId=)"2"', rf'\1"{number}"', xml, count=1, flags=re.DOTALL),
    )
    assert number in BUILT_IN
    assert rows(content) == [(shown,)]


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (datetime.date(2023, 6, 30), "yyyy-mm-dd", "2023-06-30"),
        (datetime.datetime(2023, 6, 30, 9, 5), "yyyy-mm-dd hh:mm", "2023-06-30 09:05"),
        (True, "General", "TRUE"),
        ("#REF!", "General", "#REF!"),
        ("00123", "@", "00123"),
        ("第一行\r\n第二行", "General", "第一行\n第二行"),
        ("一\u2028二\t三", "General", "一\n二 三"),
        ("  首尾空白  ", "General", "首尾空白"),
        (CellRichText("预算", TextBlock(InlineFont(b=True), "执行率"), "低"), "General", "预算执行率低"),
        ("=1+1", "General", ""),
    ],
)
def test_a_cell_is_what_a_person_sees(value: object, number_format: str, shown: str) -> None:
    def fill(book: Any) -> None:
        book.active["A1"] = value
        book.active["A1"].number_format = number_format
        book.active["B1"] = "。"

    assert rows(workbook(fill)) == [(shown, "。")]


def test_kinds_of_cells_that_openpyxl_does_not_write() -> None:
    cells = (
        '<row r="3"><c r="B3" t="str"><f>"甲"&amp;"乙"</f><v>甲乙</v></c><c r="C3" t="inlineStr"><is><r><t>内</t></r>'
        '<r><t>联</t></r><rPh sb="0" eb="1"><t>拼音</t></rPh></is></c><c t="d"><v>2023-06-30</v></c><c><v>1.50E1</v></c>'
        '<c t="e"><f>1/0</f><v>#DIV/0!</v></c><c t="str"><v>行_x000D_尾</v></c></row><row><c><v>4</v></c></row>'
    )
    (table,) = tables(sheet_of(cells))
    assert table.rows == (
        Row(("", "甲乙", "内联", "2023-06-30", "15", "#DIV/0!", "行\n尾"), number=3),
        Row(("4", "", "", "", "", "", ""), number=4),
    )


def test_merged_cells_cover_what_is_left_and_above() -> None:
    def fill(book: Any) -> None:
        sheet = book.active
        for place, text in {"A1": "甲", "D1": "乙", "D2": "丙", "D3": "丁", "A4": "戊", "A6": "己", "D6": "庚"}.items():
            sheet[place] = text
        sheet.merge_cells("A1:C3")
        sheet.merge_cells("B4:C6")  # without text

    assert rows(workbook(fill)) == [
        ("甲", LEFT, LEFT, "乙"),
        (ABOVE, LEFT, LEFT, "丙"),
        (ABOVE, LEFT, LEFT, "丁"),
        ("戊", "", "", ""),
        ("己", "", "", "庚"),
    ]


def test_text_below_a_merged_cell_is_not_seen() -> None:
    cells = (
        '<row r="1"><c r="A1" t="str"><v>见</v></c><c r="B1" t="str"><v>不见</v></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c></row>'
    )
    assert rows(sheet_of(cells, after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>')) == [("见",), ("1",)]


def test_what_other_programs_write_wrong_is_read() -> None:
    """Empty fills and dates that are none come from real systems; a strict file has other namespaces."""
    content = formatted(0.5, "0%")
    content = edited(content, "xl/styles.xml", lambda xml: re.sub("<patternFill ?/>", "", xml))
    content = edited(content, "docProps/core.xml", lambda xml: re.sub(r"\d{4}-[^<]*Z", "2023/6/30", xml))
    for part in (SHEET, "xl/workbook.xml"):
        content = edited(
            content,
            part,
            lambda xml: xml.replace(
                "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                "http://purl.oclc.org/ooxml/spreadsheetml/main",
            ),
        )
    with pytest.raises(Exception):  # noqa: B017
        openpyxl.load_workbook(io.BytesIO(content))
    assert rows(content) == [("50%",)]


def test_parts_may_have_backslashes_and_capital_letters() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(formatted("甲", "@"))) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo("x")
            entry.filename = name.replace("/", "\\").replace("workbook", "Workbook")
            new.writestr(entry, old.read(name))
    assert rows(stream.getvalue()) == [("甲",)]


def test_a_sheet_that_claims_to_be_huge_is_as_large_as_its_text() -> None:
    cells = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row>'
        '<row r="3"><c r="B3"><v>2</v></c></row><row r="1048576"><c r="A1048576" s="0"/></row>'
    )
    merged = '<mergeCells><mergeCell ref="A1:A1048576"/><mergeCell ref="C3:XFD1048576"/></mergeCells>'
    content = edited(
        sheet_of(cells, after=merged),
        SHEET,
        lambda xml: re.sub('<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', xml),
    )
    (table,) = tables(content)
    assert table.rows == (Row(("1", ""), number=1), Row((ABOVE, "2"), number=3))


@pytest.mark.parametrize("place", ["A200001", "SG1", "XFD1048576"])
def test_text_beyond_the_bounds_is_refused_and_not_dropped(place: str) -> None:
    row = re.sub("[A-Z]", "", place)
    assert refused(sheet_of(f'<row r="{row}"><c r="{place}"><v>1</v></c></row>'), "xlsx").key == "sheet_too_large"


def test_a_part_that_unpacks_to_too_much_is_refused_while_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wenti.reading.xml_package._MOST_OF_PART", 1 << 20)
    content = sheet_of(" " * (2 << 20) + '<row r="1"><c r="A1"><v>1</v></c></row>')
    assert len(content) < 100_000
    assert refused(content, "xlsx").key == "unpacked_too_large"


def test_parts_that_unpack_to_too_much_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wenti.reading.xml_package.MOST_UNPACKED", 2 << 10)
    assert refused(formatted("甲", "@"), "xlsx").key == "unpacked_too_large"


@pytest.mark.parametrize(
    ("bound", "content"),
    [
        ("xml_package._MOST_ELEMENTS", sheet_of("<x/>" * 200)),
        ("xml_package._MOST_PARTS", formatted("甲", "@")),
        ("sheet_grid._MOST_CELLS", sheet_of("<row>" + "<c><v>1</v></c>" * 200 + "</row>")),
        ("sheet_grid._MOST_PLACES", sheet_of('<row r="1"><c r="OO1"><v>1</v></c></row>')),
        ("sheet_grid._MOST_MERGED", sheet_of("", after='<mergeCells><mergeCell ref="A1:B9"/></mergeCells>' * 200)),
        ("sheet_grid.MOST_UNPACKED", sheet_of(f'<row><c t="str"><v>{"字" * 200}</v></c></row>')),
    ],
)
def test_every_bound_holds(monkeypatch: pytest.MonkeyPatch, bound: str, content: bytes) -> None:
    monkeypatch.setattr(f"wenti.reading.{bound}", 5 if "PARTS" in bound else 150)
    assert refused(content, "xlsx").key == "unpacked_too_large"


def test_a_sheet_that_is_listed_again_and_again_is_read_once() -> None:
    content = edited(
        sheet_of('<row><c t="inlineStr"><is><t>甲</t></is></c></row>'),
        "xl/workbook.xml",
        lambda text: re.sub(r"(<sheet .*?/>)", r"\1" * 1000, text),
    )
    assert rows(content) == [("甲",)]


def test_merged_cells_that_lie_on_each_other_cannot_take_long() -> None:
    cells = "".join(f'<row r="{r}"><c r="A{r}"><v>1</v></c><c r="B{r}"><v>1</v></c></row>' for r in range(1, 50))
    merged = '<mergeCells><mergeCell ref="A1:B49"/><mergeCell ref="A1:B49"/></mergeCells>'
    assert refused(sheet_of(cells, after=merged), "xlsx").key == "file_damaged"


@pytest.mark.parametrize("entity", ['<!ENTITY a "aaaa">', '<!ENTITY a SYSTEM "file:///etc/hostname">'])
def test_entities_are_refused(entity: str) -> None:
    content = edited(
        sheet_of('<row r="1"><c r="A1" t="str"><v>&a;</v></c></row>'),
        SHEET,
        lambda xml: re.sub(r"(<\?xml.*?\?>)?", f"<!DOCTYPE worksheet [{entity}]>", xml, count=1),
    )
    assert refused(content, "xlsx").key == "file_damaged"


def test_elements_that_are_nested_without_end_are_refused() -> None:
    assert refused(sheet_of("<a>" * 5000 + "</a>" * 5000), "xlsx").key == "file_damaged"


def test_passwords_are_told() -> None:
    assert refused((DATA / "sheet_locked.xlsx").read_bytes(), "xlsx").key == "file_locked"
    manifest = "META-INF/manifest.xml"
    ods = edited(
        (DATA / "sheet.ods").read_bytes(),
        manifest,
        lambda xml: xml.replace("</manifest:manifest>", "<manifest:encryption-data/></manifest:manifest>"),
    )
    assert refused(ods, "ods").key == "file_locked"
    filepass = b"\x2f\x00\x36\x00\x01\x00\x01\x00\x01\x00" + bytes(48)
    workbook_stream = b"\x09\x08\x10\x00\x00\x06\x05\x00\xbb\x0d\xcc\x07" + bytes(8) + filepass
    assert refused(workbook_stream, "xls").key == "file_locked"
    package = bytearray(formatted("甲", "@"))
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(sign), bytes(package)):
            package[found.start() + offset] |= 1
    assert refused(bytes(package), "xlsx").key == "file_locked"


def test_without_xlrd_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xlrd", None)
    error = refused((DATA / "sheet.xls").read_bytes(), "xls")
    assert (error.key, error.facts) == ("extra_missing", {"format": "xls", "extra": "office"})


def test_nothing_in_it_is_told() -> None:
    assert refused(b"", "csv").key == "file_empty"
    assert refused(b" \r\n,,\n", "csv").key == "file_empty"
    assert refused(workbook(lambda book: None), "xlsx").key == "file_empty"


ODS = (
    '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body>{}</office:body>'
    "</office:document-content>"
)


def ods(inner: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("content.xml", ODS.format(f'<table:table table:name="表">{inner}</table:table>'))
    return stream.getvalue()


def test_ods_repeats_and_white_space() -> None:
    (table,) = tables(
        ods(
            '<table:table-row table:number-rows-repeated="1000"><table:table-cell table:number-columns-repeated="16384"/>'
            '</table:table-row><table:table-row table:number-rows-repeated="2"><table:table-cell/>'
            '<table:table-cell table:number-columns-repeated="2"><text:p>甲<text:s text:c="2"/>乙<text:line-break/>丙'
            "</text:p><text:p>丁<text:span>戊</text:span></text:p></table:table-cell></table:table-row>"
        ),
        "ods",
    )
    cell = "甲  乙\n丙\n丁戊"
    assert table.rows == (Row(("", cell, cell), number=1001), Row(("", cell, cell), number=1002))


def test_ods_text_repeated_beyond_the_bounds_is_refused() -> None:
    cell = '<table:table-cell table:number-columns-repeated="{}"><text:p>甲</text:p></table:table-cell>'
    wide = f"<table:table-row>{cell.format(600)}</table:table-row>"
    high = f'<table:table-row table:number-rows-repeated="1048576">{cell.format(1)}</table:table-row>'
    for inner in (wide, high):
        assert refused(ods(inner), "ods").key == "sheet_too_large"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_every_encoding(encoding: str) -> None:
    content = '项目,"问题，\n共两行"\r\n\r\n"引""号",1'.encode(encoding)
    (table,) = tables(content, "csv")
    assert table == Table((Row(("项目", "问题，\n共两行"), number=1), Row(('引"号', "1"), number=3)))


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("csv", "a,b;c\nd,e\n"),
        ("csv", "a;b,c\nd;e\n"),
        ("csv", "a\tb,c\nd\te\n"),
        ("tsv", "a\tb,c;x\nd\te\n"),
        ("csv", 'a;"b,c"\nd;"e,f"\n'),
        ("csv", "sep=;\na;b,c\nd;e,f\n"),
    ],
)
def test_the_delimiter_is_told_from_the_first_lines(form: str, text: str) -> None:
    found = rows(text.encode(), form)
    assert [len(cells) for cells in found] == [2, 2]
    assert [cells[0] for cells in found] == ["a", "d"]


def test_line_ends_of_all_systems() -> None:
    assert rows(b'a,b\rc,"d\re"\r\nf,g\nh,i', "csv") == [("a", "b"), ("c", "d\ne"), ("f", "g"), ("h", "i")]


def test_a_line_of_millions_of_fields_is_refused() -> None:
    assert refused(b"," * 1_000_001, "csv").key == "unpacked_too_large"


def test_millions_of_empty_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wenti.reading.sheets._MOST_LINES", 10)
    assert refused(b"\n" * 20 + b"a", "csv").key == "unpacked_too_large"
    assert rows(b"\n" * 9 + b"a", "csv") == [("a",)]


def test_a_tag_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wenti.reading.xml_package._BLOCK", 100)
    monkeypatch.setattr("wenti.reading.xml_package._LONGEST_TAG", 10_000)
    assert refused(sheet_of(f'<row x="{"a" * 20_000}"/>'), "xlsx").key == "unpacked_too_large"
    assert rows(sheet_of(f'<row><c t="str"><v>{"字" * 20_000}</v></c></row>')) == [("字" * 20_000,)]


def test_a_field_that_never_ends_is_damage() -> None:
    assert refused(b'a,b\n"' + b"x" * (2 << 20), "csv").key == "file_damaged"


def test_other_files_are_refused() -> None:
    for content in (b"<html><table><tr><td>a</table>", b"%PDF-1.7", b"\x00" * 100, b"PK\x03\x04"):
        assert refused(content, "xls").key == "file_damaged"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    error = refused(stream.getvalue(), "xlsx")
    assert error.key == "file_damaged"
    assert "\n" not in error.describe()


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Cs"]), min_size=1).map(str.strip)


@given(st.lists(st.lists(CELL, min_size=2, max_size=5), min_size=1, max_size=5))
def test_what_is_written_as_csv_is_read_again(written: list[list[str]]) -> None:
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(written)
    texts = [cells for cells in written if any(cells)]
    if not texts:
        assert refused(stream.getvalue().encode(), "csv").key == "file_empty"
        return
    found = rows(stream.getvalue().encode(), "csv")
    width = max(len("".join("x" if cell else " " for cell in cells).rstrip()) for cells in texts)
    assert found == [tuple((cells + [""] * width)[:width]) for cells in texts]


@given(
    st.sampled_from(["", "PK\x03\x04", "\x09\x08\x10\x00", "<table>"]),
    st.binary(),
    st.sampled_from(["xlsx", "xls", "csv"]),
)
def test_any_bytes_are_read_or_refused(head: str, content: bytes, form: str) -> None:
    try:
        read_sheets(head.encode("latin-1") + content, form)
    except InputError as error:
        error.describe()


@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
@given(data=st.data())
def test_damaged_files_are_read_or_refused(form: str, data: st.DataObject) -> None:
    content = bytearray((DATA / f"sheet.{form}").read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    try:
        read_sheets(bytes(content[: data.draw(st.integers(1, len(content)))]), form)
    except InputError as error:
        error.describe()
