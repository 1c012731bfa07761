"""Reports as people paste them: labels for headings, notices of audits, units whose names hold other names."""

from __future__ import annotations

import pytest

from tests.documents import parsed, report_of, statements


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("甲项目情况\n存在的问题：\n1.执行率低。\n2.厂房闲置。\n建议：\n1.加快支出。", id="labels alone"),
        pytest.param("存在的主要问题：执行率低；厂房闲置。\n有关建议：加快支出。", id="labels with text"),
    ],
)
def test_labels_head_sections_where_nothing_else_does(text: str) -> None:
    report = report_of(text)
    assert statements(report, "findings") == ["执行率低", "厂房闲置"]
    assert statements(report, "requirements") == ["加快支出"]


def test_labels_below_headings_open_no_section() -> None:
    report = report_of("一、项目概况\n建议：无。\n二、存在的问题\n1.执行率低。\n三、建议\n1.加快支出。")
    assert [section.heading for section in report.sections if section.heading] == [
        *("一、项目概况", "二、存在的问题", "三、建议")
    ]


def test_a_text_without_labels_of_problems_is_none() -> None:
    assert parsed("会议纪要\n说明：执行率低。\n附件：名单") is None


@pytest.mark.parametrize(
    "unit",
    [
        *("甲县人力资源和社会保障局", "甲市市场监督管理局", "甲县行政审批局", "甲县城市管理行政执法局"),
        *("甲县社会福利院", "甲县总工会", "甲县教育局", "甲县第三人民医院"),
    ],
)
def test_a_unit_is_named_whole(unit: str) -> None:
    report = report_of(
        f"甲项目绩效评价报告\n一、基本情况\n对{unit}2023年专项资金开展了绩效评价。\n二、存在的问题\n执行率低。"
    )
    assert report.units == (unit,)


@pytest.mark.parametrize(
    ("title", "region"),
    [
        ("2023年度甲乙县公路养护项目绩效评价报告", "甲乙县"),
        ("盐城市公路养护项目绩效评价报告", "盐城市"),
        ("新城市政公路养护项目绩效评价报告", None),
    ],
)
def test_the_region_stands_at_the_beginning_of_the_title(title: str, region: str | None) -> None:
    assert report_of(f"{title}\n一、存在的问题\n执行率低。").region == region


def test_the_number_of_a_notice_is_not_its_title() -> None:
    report = report_of(
        "甲乙县审计局审计结果公告\n（2023年第5号）\n甲乙县农田建设项目审计结果\n一、审计发现的问题\n1.未公开招标。"
    )
    assert (report.title, report.project) == ("甲乙县农田建设项目审计结果", "农田建设项目")
    assert report.evaluator == "甲乙县审计局"
