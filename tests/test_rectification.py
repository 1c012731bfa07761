"""Rectification reports: how far a problem has been put right decides what its paragraphs are."""

from __future__ import annotations

import pytest

from tests.documents import by_role, lost, report_of, statements
from wenti.records import Report

TITLE = "市交通局关于2022年度审计查出问题整改情况的报告"
NEXT = "（二）关于人员不足的问题。\n已完成整改。"


def rectified(*lines: str, heading: str = "一、审计查出问题整改情况") -> Report:
    report = report_of(TITLE, heading, *lines)
    assert report.kind == "rectification"
    assert lost(report) == []
    return report


@pytest.mark.parametrize(
    "state",
    [
        "已完成整改，收回资金126万元。",
        "已整改到位。",
        "已经销号。",
        "市交通局已将资金上缴国库，整改到位。",
        "资金已上缴国库。",
        "整改结果：已完成。",
        "按照要求收回了资金，完成整改。",
    ],
)
def test_a_problem_that_has_been_put_right_is_no_finding(state: str) -> None:
    report = rectified(f"（一）关于资金未上缴的问题。\n{state}", NEXT)
    assert {section.role for section in report.sections} == {"rectified"}


@pytest.mark.parametrize(
    "state",
    [
        "正在整改，已收回80万元。",
        "尚未收回。",
        "尚未完成整改。",
        "未完成整改。",
        "部分完成整改。",
        "基本完成整改。",
        "整改情况：整改中。",
        "持续推进。",
        "下一步，将收回资金。",
        "力争2024年底前完成整改。",
    ],
)
def test_a_problem_that_is_still_open_stays_a_finding(state: str) -> None:
    report = rectified(f"（一）关于资金未上缴的问题。\n{state}", NEXT)
    assert statements(report, "findings")[0] == "关于资金未上缴的问题"
    assert statements(report, "rectified")[-2:] == ["关于人员不足的问题", "已完成整改"]


@pytest.mark.parametrize(
    "state", ["整改情况：已完成整改。", "市交通局已组织验收，整改到位。"], ids=["labelled", "in running text"]
)
def test_a_problem_that_was_about_unfinished_work_may_be_put_right(state: str) -> None:
    report = rectified(f"（一）关于部分项目未完成验收的问题。\n{state}")
    assert statements(report, "findings") == []


def test_of_an_open_problem_what_was_done_and_what_will_be_are_told_apart() -> None:
    report = rectified(
        "1.关于资产闲置的问题。",
        "整改措施：制定盘活方案。",
        "整改情况：已盘活2台，其余正在整改。",
        "下一步措施：盘活其余设备。",
        "2.关于人员不足的问题。",
        "整改情况：已完成整改。",
    )
    assert by_role(report) == [
        ("findings", ["关于资产闲置的问题"]),
        ("rectified", ["制定盘活方案", "已盘活2台，其余正在整改"]),
        ("requirements", ["盘活其余设备"]),
        ("rectified", ["关于人员不足的问题", "已完成整改"]),
    ]


def test_without_labels_the_words_tell_what_was_done_and_what_will_be() -> None:
    report = rectified(
        "（一）关于资产闲置的问题。",
        "经查，设备型号不符。",
        "目前，市交通局已盘活2台设备。",
        "其余设备闲置在库。",
        "下一步，将调拨其余设备。",
    )
    assert by_role(report) == [
        ("findings", ["关于资产闲置的问题", "经查，设备型号不符"]),
        ("rectified", ["目前，市交通局已盘活2台设备", "其余设备闲置在库"]),
        ("requirements", ["下一步，将调拨其余设备"]),
    ]


def test_problems_may_be_numbered_by_a_label() -> None:
    report = rectified("问题一：资产闲置。", "整改情况：正在推进。", "问题二：人员不足。", "整改情况：已完成整改。")
    assert by_role(report) == [
        ("findings", ["资产闲置"]),
        ("rectified", ["正在推进", "人员不足", "已完成整改"]),
    ]


def test_what_the_heading_says_of_all_holds_where_an_item_says_nothing() -> None:
    report = report_of(
        TITLE,
        "一、已完成整改的问题",
        "（一）关于资金未上缴的问题。收回资金126万元。",
        "二、尚未完成整改的问题",
        "（一）关于资产闲置的问题。设备型号不符。",
        "三、下一步工作安排",
        "（一）加强资产管理。",
    )
    assert by_role(report) == [
        ("rectified", ["关于资金未上缴的问题", "收回资金126万元"]),
        ("findings", ["关于资产闲置的问题", "设备型号不符"]),
        ("requirements", ["加强资产管理"]),
    ]


def test_a_problem_among_those_found_may_be_settled() -> None:
    report = report_of(
        TITLE,
        "一、审计查出的主要问题",
        "（一）资产闲置。\n整改结果：已完成。",
        "（二）人员不足。\n整改结果：正在招聘。",
        "（三）目标不明确。\n整改结果：已完成。\n下一步：细化目标。",
    )
    assert statements(report, "findings") == ["人员不足", "目标不明确"]
    assert statements(report, "rectified") == ["资产闲置", "已完成", "正在招聘", "已完成"]
    assert statements(report, "requirements") == ["细化目标"]


def test_in_any_other_document_a_word_of_rectification_changes_nothing() -> None:
    report = report_of("甲项目绩效评价报告", "一、存在的问题", "（一）资产闲置。\n（二）人员不足，已完成整改。")
    assert by_role(report) == [("findings", ["资产闲置", "人员不足，已完成整改"])]
