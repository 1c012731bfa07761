"""What reports say of themselves: project, units, region, years, funds, score, grade, evaluator; each with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents import GOLD, assert_places_hold, report_of, table
from wenti.api import read
from wenti.reading.metadata import split_units
from wenti.records import Report, UnitName

TITLE = "甲项目绩效评价报告"
PROBLEMS = "一、存在的问题\n预算执行率低。"


def titled(title: str) -> Report:
    return report_of(title, PROBLEMS)


def headed(line: str) -> Report:
    return report_of(line, TITLE, PROBLEMS)


def stating(text: str) -> Report:
    return report_of(TITLE, f"一、项目概况\n{text}", PROBLEMS)


def test_a_whole_introduction_is_understood() -> None:
    report = report_of(
        "云岭市2022年度农村公路养护项目绩效评价报告",
        "一、项目概况",
        "项目由云岭市交通运输局（以下简称“市交通局”）负责实施，预算总额1,200.50万元。",
        "受云岭市财政局委托，华信会计师事务所（普通合伙）于2023年5月对项目开展了绩效评价。",
        "二、评价结论\n综合得分86.5分，评价等级为“良”。",
        PROBLEMS,
    )
    assert report.project == "农村公路养护项目"
    assert report.unit_names == (UnitName("云岭市交通运输局", ("市交通局",)),)
    assert report.units == ("云岭市交通运输局",)
    assert report.region == "云岭市"
    assert (report.project_year, report.evaluation_year, report.year) == (2022, 2023, 2022)
    assert (report.evaluation_score, report.grade, report.funds) == (86.5, "良", 1200.5)
    assert report.evaluator == "华信会计师事务所（普通合伙）"
    values = {field.name: field.value for field in report.fields}
    assert values == {
        "title": "云岭市2022年度农村公路养护项目绩效评价报告",
        "unit": "云岭市交通运输局",
        "region": "云岭市",
        "project_year": "2022",
        "evaluation_time": "2023",
        "evaluation_score": "86.5",
        "grade": "良",
        "funds": "1,200.50万元",
        "evaluator": "华信会计师事务所（普通合伙）",
    }
    assert_places_hold(report)


def test_what_is_not_said_is_missing() -> None:
    report = report_of(PROBLEMS)
    assert not (report.units or report.unit_names or report.fields)
    missing = (report.title, report.project, report.region, report.project_year, report.evaluation_year, report.funds)
    assert missing == (None,) * 6
    assert (report.evaluation_score, report.grade, report.evaluator) == (None, None, None)


@pytest.mark.parametrize("nothing", ["无", "/", "—", "--"])
def test_a_label_with_nothing_behind_it_says_nothing(nothing: str) -> None:
    report = headed(f"项目实施单位：{nothing}\n评价机构：{nothing}")
    assert (report.units, report.evaluator) == ((), None)


# Project


@pytest.mark.parametrize(
    ("title", "project"),
    [
        ("云岭市2022年度农村公路养护项目绩效评价报告", "农村公路养护项目"),
        ("2022年度农村公路养护项目支出绩效评价报告", "农村公路养护项目"),
        ("农村公路养护项目（2022年度）绩效评价报告", "农村公路养护项目"),
        ("2021-2022年度农村公路养护项目绩效评价报告", "农村公路养护项目"),
        ("二〇二二年度农村公路养护项目绩效评价报告", "农村公路养护项目"),
        ("关于2022年度农村公路养护项目绩效评价结果的通报", "农村公路养护项目"),
        ("2022年度财政支出绩效评价报告——农村公路养护补助资金", "农村公路养护补助资金"),
        ("云岭市城乡居民医保财政补助资金绩效评价报告", "城乡居民医保财政补助资金"),
        ("城市道路养护项目绩效评价报告", "城市道路养护项目"),
        ("老旧小区改造项目绩效评价报告", "老旧小区改造项目"),
        ("云岭市交通运输局2022年度部门整体支出绩效评价报告", None),
        ("2022年度重点项目绩效评价结果公开", None),
        ("云岭市审计局关于2022年度市级预算执行情况的审计结果公告", None),
    ],
)
def test_the_title_names_the_project(title: str, project: str | None) -> None:
    assert titled(title).project == project


@pytest.mark.parametrize(
    ("line", "project"),
    [
        ("项目名称：农村公路养护", "农村公路养护"),
        ("评价项目：2022年度农村公路养护", "农村公路养护"),
        ("政策名称：农机购置补贴（2022年度）", "农机购置补贴"),
    ],
)
def test_a_label_counts_for_more_than_the_title(line: str, project: str) -> None:
    assert headed(line).project == project


# Units


@pytest.mark.parametrize(
    ("line", "units"),
    [
        ("项目实施单位：云岭市交通运输局", ("云岭市交通运输局",)),
        ("主管部门：云岭市交通运输局（盖章）", ("云岭市交通运输局",)),
        ("项目单位：云岭市交通运输局、云岭市水务局", ("云岭市交通运输局", "云岭市水务局")),
        ("被评价单位：云岭市教育局（云岭市体育局、云岭市科技局）", ("云岭市教育局（云岭市体育局、云岭市科技局）",)),
        ("项目单位：云岭市交通运输局（盖章）、云岭市水务局（公章）", ("云岭市交通运输局", "云岭市水务局")),
        ("委托单位：云岭市财政局", ()),
        ("评价机构：华信会计师事务所", ()),
    ],
)
def test_labels_name_units(line: str, units: tuple[str, ...]) -> None:
    report = headed(line)
    assert report.units == units
    assert_places_hold(report)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("项目主管部门为云岭市水务局，实施单位为云岭市河道管理所。", ("云岭市水务局", "云岭市河道管理所")),
        ("项目由云岭市交通运输局负责实施。", ("云岭市交通运输局",)),
        ("评价组对云岭市教育局2022年度项目支出情况开展了评价。", ("云岭市教育局",)),
        ("项目由各乡镇政府负责实施。", ()),
        ("资金由云岭市财政局负责管理。", ()),
    ],
)
def test_the_text_names_units_by_what_they_do(text: str, units: tuple[str, ...]) -> None:
    assert stating(text).units == units


@pytest.mark.parametrize(
    "alias",
    [
        "（以下简称“市交通局”）",
        "（以下简称市交通局）",
        "(以下简称:市交通局)",
        "（下称“市交通局”）",
        "（以下简称“市交通局”或“该局”）",
    ],
)
def test_short_names_are_kept_with_full_ones(alias: str) -> None:
    report = stating(f"项目由云岭市交通运输局{alias}负责实施。市交通局成立了专班。")
    assert report.unit_names == (UnitName("云岭市交通运输局", ("市交通局",)),)


def test_a_unit_that_a_label_calls_by_its_short_name_has_the_full_one() -> None:
    report = report_of(
        "项目实施单位：市交通局", TITLE, "一、项目概况\n云岭市交通运输局（以下简称“市交通局”）成立了专班。", PROBLEMS
    )
    assert report.unit_names == (UnitName("云岭市交通运输局", ("市交通局",)),)


def test_the_evaluator_is_no_unit_and_has_no_short_name_there() -> None:
    text = "受云岭市财政局委托，华信会计师事务所（以下简称“华信所”）开展了评价。项目由云岭市水务局负责实施。"
    report = stating(text)
    assert report.unit_names == (UnitName("云岭市水务局"),)
    assert report.evaluator == "华信会计师事务所"


def test_who_reports_of_itself_is_named_by_the_title() -> None:
    assert titled("云岭市交通运输局2022年度部门整体支出绩效自评报告").units == ("云岭市交通运输局",)
    assert titled("云岭市交通运输局关于2022年度审计查出问题整改情况的报告").units == ("云岭市交通运输局",)


def test_who_fills_in_a_self_evaluation_form_is_its_unit() -> None:
    form = table("项目名称|农村公路养护", "存在的问题|预算执行率低，支出进度滞后于计划。")
    assert report_of("2022年度项目支出绩效自评表", "填报单位：云岭市交通运输局", form).units == ("云岭市交通运输局",)


@given(
    st.lists(
        st.text("云岭市水务局（）", min_size=2, max_size=9).filter(lambda t: t.count("（") == t.count("）") == 0),
        max_size=5,
    )
)
def test_units_of_a_list_are_given_back_with_their_places(names: list[str]) -> None:
    value = "、".join(names)
    found = list(split_units(value))
    assert [name for name, _ in found] == names
    assert all(value[start : start + len(name)] == name for name, start in found)


# Region


@pytest.mark.parametrize(
    ("title", "region"),
    [
        ("云岭市2022年度甲项目绩效评价报告", "云岭市"),
        ("东江省云岭市甲项目绩效评价报告", "东江省云岭市"),
        ("青禾县甲项目绩效评价报告", "青禾县"),
        ("济源示范区甲项目绩效评价报告", "济源示范区"),
        ("关于云岭市甲项目的绩效评价报告", "云岭市"),
        ("城市道路养护项目绩效评价报告", None),
        ("全市道路养护项目绩效评价报告", None),
        ("老旧小区改造项目绩效评价报告", None),
    ],
)
def test_the_title_names_the_region(title: str, region: str | None) -> None:
    assert titled(title).region == region


def test_a_units_name_tells_the_region_where_the_title_does_not() -> None:
    assert headed("项目实施单位：云岭市交通运输局").region == "云岭市"


# Years


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("2022年度甲项目绩效评价报告", 2022),
        ("甲项目（2022年）绩效评价报告", 2022),
        ("关于2023年开展的2022年度甲项目绩效评价报告", 2022),
        ("2021-2022年度甲项目绩效评价报告", 2022),
        ("二〇二二年度甲项目绩效评价报告", 2022),
        ("甲项目绩效评价报告", None),
    ],
)
def test_the_title_names_the_year_of_the_project(title: str, year: int | None) -> None:
    report = titled(title)
    assert (report.project_year, report.evaluation_year) == (year, None)


@pytest.mark.parametrize("line", ["预算年度：2022年", "项目年度：2022", "项目名称：2022年度农村公路养护"])
def test_a_label_names_the_year_of_the_project(line: str) -> None:
    assert report_of(line, "2021年度甲项目绩效评价报告", PROBLEMS).project_year == 2022


@pytest.mark.parametrize(
    "line", ["2023年6月30日", "2023年6月", "二〇二三年六月", "评价时间：2023年5月至6月", "报告日期：2023-06-30"]
)
def test_a_date_on_the_cover_is_that_of_the_evaluation(line: str) -> None:
    report = headed(line)
    assert (report.evaluation_year, report.project_year) == (2023, None)
    assert_places_hold(report)


def test_the_text_tells_when_the_evaluation_was() -> None:
    assert stating("2023年5月，市财政局组织对项目开展了绩效评价。").evaluation_year == 2023


def test_the_date_below_the_text_is_that_of_the_evaluation() -> None:
    report = report_of("2022年度甲项目绩效评价报告", PROBLEMS, "云岭市财政局\n2023年6月30日")
    assert (report.project_year, report.evaluation_year) == (2022, 2023)


# Funds


@pytest.mark.parametrize(
    ("text", "funds"),
    [
        ("项目预算总额320万元。", 320.0),
        ("项目总投资1.25亿元。", 12500.0),
        ("预算安排资金3,500,000元。", 350.0),
        ("预算安排资金1，200万元。", 1200.0),
        ("专项资金320.5万元已到位。", 320.5),
        ("项目共3个标段。", None),
    ],
)
def test_the_text_tells_the_funds(text: str, funds: float | None) -> None:
    report = stating(text)
    assert report.funds == funds
    assert_places_hold(report)


@pytest.mark.parametrize(
    ("line", "funds"),
    [("预算金额：320万元", 320.0), ("资金总额（万元）：1,200", 1200.0), ("项目总投资：1.2亿元", 12000.0)],
)
def test_labels_tell_the_funds(line: str, funds: float) -> None:
    assert headed(line).funds == funds


def test_the_sums_of_a_whole_budget_are_no_funds_of_a_project() -> None:
    title = "云岭市审计局关于2022年度市级预算执行情况的审计结果公告"
    assert report_of(title, "一、基本情况\n预算安排320万元。", PROBLEMS).funds is None


# Score and grade


@pytest.mark.parametrize(
    ("text", "score", "grade"),
    [
        ("项目综合得分86.50分，评价等级为“良”。", 86.5, "良"),
        ("综合评分为92分，评价结果为优。", 92.0, "优"),
        ("评价得分：78.3分，等级：中。", 78.3, "中"),
        ("满分100分，得分80.06分，绩效等级为“良”。", 80.06, "良"),
        ("绩效评价最终得分为55分，评定为“差”。", 55.0, "差"),
        ("项目质量优良，群众满意度90%。", None, None),
    ],
)
def test_the_conclusion_tells_score_and_grade(text: str, score: float | None, grade: str | None) -> None:
    report = report_of(TITLE, f"一、评价结论\n{text}", PROBLEMS)
    assert (report.evaluation_score, report.grade) == (score, grade)
    assert_places_hold(report)


def test_scores_in_an_audit_are_those_of_others() -> None:
    title = "云岭市审计局关于市交通局绩效管理情况的审计结果"
    report = report_of(title, "一、基本情况\n该项目自评得分95分，等级为“优”。", PROBLEMS)
    assert (report.evaluation_score, report.grade) == (None, None)


# Evaluator


@pytest.mark.parametrize(
    ("text", "evaluator"),
    [
        ("受云岭市财政局委托，华信会计师事务所对项目开展了评价。", "华信会计师事务所"),
        ("云岭市财政局委托第三方机构中正咨询有限公司开展评价。", "中正咨询有限公司"),
        ("华信会计师事务所（普通合伙）接受云岭市财政局委托，开展评价。", "华信会计师事务所（普通合伙）"),
        ("我公司接受委托，开展评价。", None),
    ],
)
def test_the_text_names_the_evaluator(text: str, evaluator: str | None) -> None:
    assert stating(text).evaluator == evaluator


def test_an_audit_is_made_by_the_audit_office_of_its_title() -> None:
    assert titled("云岭市审计局关于市交通局预算执行情况的审计结果").evaluator == "云岭市审计局"


def test_a_label_names_the_evaluator() -> None:
    assert headed("第三方评价机构：华信会计师事务所").evaluator == "华信会计师事务所"


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_the_values_of_a_gold_document_stand_where_it_says(path: Path) -> None:
    for report in read(path):
        assert report.fields
        assert_places_hold(report)
        assert tuple(unit.name for unit in report.unit_names) == report.units
        told = {field.value for field in report.fields if field.name == "unit"}
        assert all(told & {unit.name, *unit.short} for unit in report.unit_names)
