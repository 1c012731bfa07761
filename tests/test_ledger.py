"""Ledgers of problems: whatever the columns are called, each row says what is wrong and what becomes of it."""

from __future__ import annotations

from itertools import pairwise, permutations
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents import asides, assert_places_hold, by_role, elements_of, lost, points, report_of, statements, table
from wenti.api import read
from wenti.reading import reports_in
from wenti.reading.document import Covered, Document, Row, Table
from wenti.reading.laid_text import lay_document
from wenti.reading.ledger import Column, Header, find_header, split_ledger
from wenti.records import Role
from wenti.segmentation import segment, statements_of


def header_of(*rows: str) -> Header | None:
    return find_header(lay_document([table(*rows)]).lines)


# The header


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("序号", "number"),
        ("问题编号", "number"),
        ("存在的主要问题", "problem"),
        ("审计发现", "problem"),
        ("问题类型", "other"),
        ("问题金额（万元）", "other"),
        ("责任人", "other"),
        ("备注", "other"),
        ("整改措施", "measure"),
        ("评价建议", "measure"),
        ("整改时限", "deadline"),
        ("完成日期", "deadline"),
        ("完成情况", "status"),
        ("是否销号", "status"),
        ("已采取的措施", "status"),
        ("整改措施及成效", "mixed"),
        ("整改进展及措施", "mixed"),
        ("项目名称", "project"),
        ("责任单位", "unit"),
        ("牵头部门", "unit"),
        ("预算年度", "year"),
        ("主要领导批示", "other"),
    ],
)
def test_a_column_holds_what_its_name_says(name: str, column: Column) -> None:
    header = header_of(f"{name} | 问题描述 | 整改要求 | 单位名称", "甲 | 乙 | 丙 | 丁")
    assert header is not None
    assert header.columns == (column, "problem", "measure", "unit")


def test_a_header_may_have_two_rows() -> None:
    header = header_of(
        "序号|问题情况|<|整改情况|<|责任单位",
        "^|问题描述|问题类型|整改措施|完成情况|^",
        "1|预算执行率低|预算管理|加快支出|未完成|市交通局",
    )
    assert header is not None
    assert (header.first, header.rows) == (0, 2)
    assert header.columns == ("number", "problem", "other", "measure", "status", "unit")
    assert header.names[2] == "问题情况/问题类型"


def test_a_header_may_stand_below_a_title_and_what_it_says_of_all() -> None:
    header = header_of("问题整改台账|<|<", "填报单位：市财政局|<|<", "单位|问题|措施", "市交通局|制度缺失|制定办法")
    assert header is not None
    assert (header.first, header.rows) == (2, 1)


@pytest.mark.parametrize(
    "rows",
    [
        ("指标|分值|得分", "产出|10|8"),
        ("问题|得分", "预算执行率低|8"),
        ("单位|问题|措施",),
        ("市交通局没有按时完成招标工作，影响了问题整改的进度|问题|措施|单位", "1|2|3|4"),
    ],
    ids=["of figures", "of problems alone", "without rows", "of sentences"],
)
def test_another_table_is_no_ledger(rows: tuple[str, ...]) -> None:
    assert header_of(*rows) is None


# What rows say

CELLS = {
    "序号": "1",
    "存在的问题": "预算执行率低",
    "整改措施": "加快支出",
    "完成情况": "正在整改",
    "责任单位": "市交通局",
}


@pytest.mark.parametrize("names", list(permutations(CELLS))[::7], ids=" ".join)
def test_columns_may_stand_in_any_order(names: tuple[str, ...]) -> None:
    report = report_of(table(" | ".join(names), " | ".join(CELLS[name] for name in names)))
    assert report.kind == "ledger"
    assert report.units == ("市交通局",)
    assert statements(report, "findings") == ["预算执行率低"]
    assert statements(report, "requirements") == ["加快支出"]
    assert len(statements(report)) == 2


@pytest.mark.parametrize(
    ("status", "is_open"),
    [
        ("已完成", False),
        ("完成整改", False),
        ("整改到位", False),
        ("已销号", False),
        ("√", False),
        ("是", False),
        ("100%", False),
        ("", True),
        ("未完成", True),
        ("正在整改", True),
        ("部分完成", True),
        ("基本完成", True),
        ("持续推进", True),
        ("长期坚持", True),
        ("否", True),
        ("已完成2项，其余正在推进", True),
    ],
)
def test_what_is_done_is_no_finding(status: str, is_open: bool) -> None:
    report = report_of(table("序号|问题|整改措施|完成情况", f"1|预算执行率低|加快支出|{status}"))
    if is_open:
        assert statements(report, "findings") == ["预算执行率低"]
        assert statements(report, "requirements") == ["加快支出"]
    else:
        assert statements(report, "rectified") == ["预算执行率低", "加快支出"]
        assert statements(report, "findings", "requirements") == []


def test_what_a_status_says_beyond_the_status_is_kept() -> None:
    report = report_of(
        table("问题|整改措施|完成情况|责任单位", "制度缺失|制定办法|正在整改。已召开2次会议。将于年底前印发。|市交通局")
    )
    assert by_role(report) == [
        ("findings", ["制度缺失"]),
        ("requirements", ["制定办法"]),
        ("rectified", ["已召开2次会议"]),
        ("requirements", ["将于年底前印发"]),
    ]
    assert "正在整改" in asides(report)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param(
            "将加快支出。已印发办法。正在整改。",
            [("findings", ["制度缺失"]), ("requirements", ["将加快支出"]), ("rectified", ["已印发办法"])],
            id="open",
        ),
        pytest.param("已完成整改。设备已调拨。", [("rectified", ["制度缺失", "设备已调拨"])], id="done"),
        pytest.param(
            "已完成招标，将于年底前开工。",
            [("findings", ["制度缺失"]), ("rectified", ["已完成招标，将于年底前开工"])],
            id="without a status of its own",
        ),
    ],
)
def test_measures_and_results_in_one_column_are_told_apart(cell: str, expected: list[tuple[Role, list[str]]]) -> None:
    report = report_of(table("序号|问题|整改措施及成效|责任单位", f"1|制度缺失|{cell}|市交通局"))
    assert by_role(report) == expected
    assert lost(report) == []


def test_a_remark_that_tells_a_result_is_kept_and_any_other_set_aside() -> None:
    header = "问题|整改措施|完成情况|责任单位|备注"
    told = report_of(table(header, "制度缺失|制定办法|未完成|市交通局|已于2023年3月印发初稿。"))
    other = report_of(table(header, "制度缺失|制定办法|未完成|市交通局|见附件。"))
    assert statements(told, "rectified") == ["已于2023年3月印发初稿"]
    assert statements(other) == ["制度缺失", "制定办法"]
    assert "见附件。" in asides(other)


def test_a_remark_that_only_tells_the_state_says_nothing() -> None:
    report = report_of(table("问题|整改措施|完成情况|责任单位|备注", "制度缺失|制定办法|未完成|市交通局|已完成"))
    assert statements(report) == ["制度缺失", "制定办法"]
    assert "已完成" in asides(report)


def test_a_row_may_be_longer_than_the_header() -> None:
    text = "问题\t整改措施\t完成情况\t责任单位\n制度缺失\t制定办法\t未完成\t市交通局\t\t见附件\n"
    (report,) = reports_in(text.encode(), "txt", "a.txt")
    assert statements(segment(report)) == ["制度缺失", "制定办法"]
    assert "见附件" in asides(report)


@pytest.mark.parametrize("nothing", ["无", "/", "—", "暂无", "不涉及"])
def test_a_cell_that_says_nothing_is_an_aside(nothing: str) -> None:
    report = report_of(table("序号|问题|整改措施|责任单位", f"1|制度缺失|{nothing}|市交通局"))
    assert statements(report) == ["制度缺失"]
    assert nothing in asides(report)


def test_notes_below_are_asides_and_headers_that_repeat_too() -> None:
    header = "单位|问题|整改措施"
    report = report_of(
        "2022年度绩效评价问题清单",
        table(header, "市交通局|制度缺失|制定办法", header, "市交通局|资产闲置|盘活设备"),
        "注：以上问题整改情况请于年底前反馈。",
    )
    assert by_role(report) == [
        ("findings", ["制度缺失"]),
        ("requirements", ["制定办法"]),
        ("findings", ["资产闲置"]),
        ("requirements", ["盘活设备"]),
    ]
    assert asides(report).count("单位\t问题\t整改措施") == 2
    assert "注：以上问题整改情况请于年底前反馈。" in asides(report)
    assert lost(report) == []


def test_each_problem_of_a_ledger_is_a_point_of_its_own() -> None:
    report = report_of(table("单位|问题|整改措施", "市交通局|制度缺失|制定办法", "市交通局|资产闲置|盘活设备"))
    found = [[s.text for s in point.statements] for section, point in points(report) if section.role == "findings"]
    assert found == [["制度缺失"], ["资产闲置"]]


# Merged cells


def test_a_measure_for_two_problems_counts_once() -> None:
    report = report_of(table("序号|单位|问题|措施", "1|市交通局|制度缺失|制定办法", "^|^|人员不足|^"))
    assert by_role(report) == [
        ("findings", ["制度缺失"]),
        ("requirements", ["制定办法"]),
        ("findings", ["人员不足"]),
    ]


@pytest.mark.parametrize(
    ("first", "second", "role"),
    [("已完成", "正在推进", "findings"), ("正在推进", "已完成", "findings"), ("已完成", "已完成", "rectified")],
)
def test_a_problem_with_several_measures_is_open_while_one_of_them_is(first: str, second: str, role: Role) -> None:
    report = report_of(
        table(
            "序号|单位|问题|整改措施|完成情况",
            f"1|市交通局|制度缺失|制定办法|{first}",
            f"^|^|^|组织培训|{second}",
        )
    )
    assert statements(report).count("制度缺失") == 1
    assert "制度缺失" in statements(report, role)


def test_the_unit_of_a_merged_cell_holds_for_all_its_rows() -> None:
    ledger = table("单位|问题|措施", "市交通局|制度缺失|制定办法", "^|人员不足|增配人员", "市教育局|资产闲置|盘活设备")
    parts = [report_of(*part.elements) for part in split_ledger(Document((ledger,)))]
    assert [(part.units, statements(part, "findings")) for part in parts] == [
        (("市交通局",), ["制度缺失", "人员不足"]),
        (("市教育局",), ["资产闲置"]),
    ]


def test_what_a_merged_cell_says_is_filled_in_where_its_first_row_goes_to_another_part() -> None:
    ledger = table("单位|问题|措施", "市交通局|制度缺失|制定办法", "市教育局|人员不足|^", "市教育局|资产闲置|盘活设备")
    parts = [report_of(*part.elements) for part in split_ledger(Document((ledger,)))]
    assert [statements(part) for part in parts] == [
        ["制度缺失", "制定办法"],
        ["人员不足", "制定办法", "资产闲置", "盘活设备"],
    ]


# Parts


def test_a_ledger_is_split_by_unit_project_and_year() -> None:
    ledger = table(
        "年度|项目名称|责任单位|问题|整改建议",
        "2021|公路养护|市交通局|执行率低|加快支出",
        "2022|公路养护|市交通局|目标不明确|细化目标",
        "2022|校舍维修|市教育局|资产闲置|盘活设备",
        "2021|公路养护|市交通局|人员不足|增配人员",
    )
    document = Document((*elements_of("绩效评价问题清单"), ledger, *elements_of("注：请于年底前反馈。")))
    parts = [report_of(*part.elements) for part in split_ledger(document)]
    assert [(part.units, part.project, part.project_year) for part in parts] == [
        (("市交通局",), "公路养护", 2021),
        (("市交通局",), "公路养护", 2022),
        (("市教育局",), "校舍维修", 2022),
    ]
    assert [statements(part, "findings") for part in parts] == [["执行率低", "人员不足"], ["目标不明确"], ["资产闲置"]]
    assert [part.title for part in parts] == ["绩效评价问题清单", None, None]
    assert ["注：请于年底前反馈。" in asides(part) for part in parts] == [False, False, True]


def test_a_ledger_of_one_unit_is_one_document() -> None:
    document = Document((table("单位|问题|措施", "市交通局|制度缺失|制定办法", "市交通局|资产闲置|盘活设备"),))
    assert split_ledger(document) == [document]


def test_whose_problem_it_is_counts_for_more_than_who_sees_to_it() -> None:
    report = report_of(table("序号|责任单位|被评价单位|问题", "1|市财政局|市交通局|执行率低"))
    assert report.units == ("市交通局",)


words = st.sampled_from(("预算", "执行率低", "资产", "闲置", "制度", "缺失", "人员", "不足", "市", "支出", "滞后"))
texts = st.lists(words, min_size=1, max_size=5).map("".join)
rows = st.lists(st.tuples(st.sampled_from(("甲局", "乙局", "丙局")), texts, texts), min_size=1, max_size=8)


@given(rows, st.data())
def test_parts_hold_each_row_once_under_its_unit(rows: list[tuple[str, str, str]], data: st.DataObject) -> None:
    merged = [False, *(data.draw(st.booleans()) and a[0] == b[0] for a, b in pairwise(rows))]
    made = [
        Row((Covered.ABOVE if is_merged else unit, problem, measure))
        for is_merged, (unit, problem, measure) in zip(merged, rows, strict=True)
    ]
    ledger = Table((Row(("责任单位", "存在问题", "整改措施")), *made))
    parts = [report_of(*part.elements) for part in split_ledger(Document((ledger,)))]
    units = list(dict.fromkeys(unit for unit, _, _ in rows))
    assert [part.units for part in parts] == [(unit,) for unit in units]
    for unit, part in zip(units, parts, strict=True):
        assert statements(part, "findings") == [problem for of, problem, _ in rows if of == unit]
        assert statements(part, "requirements") == [measure for of, _, measure in rows if of == unit]
        assert lost(part) == []
        assert_places_hold(part)


# A real workbook


def test_a_workbook_is_read_with_sheet_and_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "问题台账"
    sheet.append(["2022年度绩效评价问题整改台账"])
    sheet.append(["序号", "被评价单位", "项目名称", "问题情况", None, "整改情况", None])
    sheet.append([None, None, None, "问题描述", "问题类型", "整改措施", "完成情况"])
    sheet.append([1, "云岭市交通局", "公路养护项目", "预算执行率低。", "预算管理", "加快支出。", "正在整改"])
    sheet.append([2, None, None, "绩效目标不明确。", "目标管理", "细化目标。", "已完成"])
    sheet.append([3, "云岭市教育局", "校舍维修项目", "资产闲置。", "资产管理", "盘活设备。", "未完成"])
    for merged in ("A1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2", "B4:B5", "C4:C5"):
        sheet.merge_cells(merged)
    other = book.create_sheet("续表")
    other.append(["被评价单位", "项目名称", "问题", "整改措施", "完成情况"])
    other.append(["云岭市交通局", "公路养护项目", "验收不规范。", "补办验收。", "正在整改"])
    book.save(tmp_path / "台账.xlsx")

    reports = read(tmp_path / "台账.xlsx")
    assert [(r.kind, r.units, r.project, r.source.part) for r in reports] == [
        ("ledger", ("云岭市交通局",), "公路养护项目", 1),
        ("ledger", ("云岭市教育局",), "校舍维修项目", 2),
    ]
    assert {(r.title, r.project_year) for r in reports} == {("2022年度绩效评价问题整改台账", 2022)}
    found = [
        (statement.text, section.role, place.sheet, place.row)
        for report in reports
        for section in report.sections
        for _, statement in statements_of(section)
        if (place := report.place_of(statement.start)) is not None
    ]
    assert found == [
        ("预算执行率低", "findings", "问题台账", 4),
        ("加快支出", "requirements", "问题台账", 4),
        ("绩效目标不明确", "rectified", "问题台账", 5),
        ("细化目标", "rectified", "问题台账", 5),
        ("验收不规范", "findings", "续表", 2),
        ("补办验收", "requirements", "续表", 2),
        ("资产闲置", "findings", "问题台账", 6),
        ("盘活设备", "requirements", "问题台账", 6),
    ]
