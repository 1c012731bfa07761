"""What people's documents have and a first reader got wrong: one small document for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from wenti.api import read
from wenti.reading import report_files
from wenti.records import Report
from wenti.segmentation import statements_of

RECTIFICATION = "清河县水务局关于审计整改情况的报告\n"
AUDIT = "安平市审计局关于2022年度市卫健委预算执行的审计结果\n"


def reports_of(folder: Path, text: str, suffix: str = ".txt") -> list[Report]:
    file = folder / f"报告{suffix}"
    file.write_text(text, encoding="utf-8")
    return read(file)


def told(reports: list[Report]) -> list[tuple[str, str]]:
    return [
        (section.role, statement.text)
        for report in reports
        for section in report.sections
        for _, statement in statements_of(section)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"{RECTIFICATION}一、整改落实情况\n（一）已完成整改的问题\n1.账目不清。\n"
            "（二）未完成整改的问题\n1.欠款120万元未支付。\n",
            [("rectified", "账目不清"), ("findings", "欠款120万元未支付")],
        ),
        (
            f"{RECTIFICATION}一、整改情况\n（一）针对账目不清的问题。已完成整改。\n"
            "（二）针对设备闲置的问题。目前暂无法整改。\n",
            [
                ("rectified", "针对账目不清的问题"),
                ("rectified", "已完成整改"),
                ("findings", "针对设备闲置的问题"),
                ("findings", "目前暂无法整改"),
            ],
        ),
        (
            f"{AUDIT}一、审计发现的问题及整改情况\n（一）违规报销12万元。已全部追回。\n"
            "（二）欠拨资金360万元。尚未拨付。\n",
            [
                ("rectified", "违规报销12万元"),
                ("rectified", "已全部追回"),
                ("findings", "欠拨资金360万元"),
                ("findings", "尚未拨付"),
            ],
        ),
        (
            "2022年甲县供水项目绩效评价报告\n一、存在的问题\n1、无。\n二、有关建议\n加强管理。\n",
            [("requirements", "加强管理")],
        ),
        (
            "2022年甲县供水项目绩效评价报告\n目录\n一、项目概况 1\n二、存在的问题 3\n"
            "一、项目概况\n建设水厂。\n二、存在的问题\n2.结余资金未上缴\n3.2023年未开展绩效监控\n",
            [("overview", "建设水厂"), ("findings", "结余资金未上缴"), ("findings", "2023年未开展绩效监控")],
        ),
    ],
    ids=[
        "open and done under sub-headings",
        "open by its words",
        "state in running text",
        "none",
        "contents and years",
    ],
)
def test_statements_stand_in_their_sections(tmp_path: Path, text: str, expected: list[tuple[str, str]]) -> None:
    assert told(reports_of(tmp_path, text)) == expected


@pytest.mark.parametrize(
    ("state", "role"), [("是", "rectified"), ("√", "rectified"), ("否", "findings"), ("", "findings")]
)
def test_a_ledger_has_result_and_state_in_two_columns(tmp_path: Path, state: str, role: str) -> None:
    rows = f"1,甲县教育局,资金闲置,清理账户,{state}\n合计,,共1个问题,,\n填表人：,张三,,,\n"
    text = f"序号,单位,问题描述,整改结果,是否完成\n{rows}"
    found = reports_of(tmp_path, text, ".csv")
    assert [report.units for report in found] == [("甲县教育局",)]
    assert told(found)[0] == (role, "资金闲置")
    assert all("张三" not in text and "共1个" not in text for _, text in told(found))


def test_a_ledger_is_parted_by_year_however_it_is_written(tmp_path: Path) -> None:
    rows = "1,甲局,2021,账目不清,加强\n2,甲局,2022年,资金闲置,加强\n3,甲局,2022年度,目标不明,加强\n"
    text = f"序号,责任单位,年度,存在问题,整改措施\n{rows}"
    found = reports_of(tmp_path, text, ".csv")
    assert [report.project_year for report in found] == [2021, 2022]


@pytest.mark.parametrize(
    ("title", "project", "region"),
    [
        ("关于2023年老旧小区改造项目绩效评价结果的通报", "老旧小区改造项目", None),
        ("2023年工业园区基础设施项目绩效评价报告", "工业园区基础设施项目", None),
        ("2021-2023年高标准农田建设项目绩效评价报告", "高标准农田建设项目", None),
        ("2022年度易县农村饮水项目绩效评价报告", "农村饮水项目", "易县"),
    ],
)
def test_a_place_is_told_from_a_kind_of_area(tmp_path: Path, title: str, project: str, region: str | None) -> None:
    (report,) = reports_of(tmp_path, f"{title}\n一、存在的问题\n资金闲置。\n")
    assert (report.project, report.project_year is not None) == (project, True)
    if region is not None:
        assert report.project is not None
        assert not report.project.startswith(region)


@pytest.mark.parametrize(
    ("line", "score", "grade"),
    [
        ("评价得分：85.5分（良）", 85.5, "良"),
        ("综合评价得分85.5分（良）。", 85.5, "良"),
        ("自评得分95分，经复核，核定得分85.5分，等级为良好。", 85.5, "良"),
        ("评价得分85.5分", 85.5, None),
    ],
)
def test_score_and_grade_stand_on_a_line_of_their_own(
    tmp_path: Path, line: str, score: float, grade: str | None
) -> None:
    text = f"2022年甲县供水项目绩效评价报告\n一、评价结论\n{line}\n二、存在的问题\n资金闲置。\n"
    (report,) = reports_of(tmp_path, text)
    assert (report.evaluation_score, report.grade) == (score, grade)


def test_the_unit_stands_in_the_subtitle(tmp_path: Path) -> None:
    text = "2022年度部门整体支出绩效评价报告\n——清河县市场监督管理局\n一、存在的问题\n资金闲置。\n"
    (report,) = reports_of(tmp_path, text)
    assert (report.units, report.region) == (("清河县市场监督管理局",), "清河县")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("报告.html", '<!DOCTYPE html><html><head><meta charset="utf-8">\n<meta name="generator" content="wenti">'),
        ("报告.md", "<!-- generator: wenti -->\n# 报告"),
        ("语句.csv", "report,text,kind,kind_probability,types,type_probabilities,needs_review\n"),
        ("计数.csv", "\ufeff层级,编号,类别,名称,问题点数\n"),
    ],
)
def test_what_wenti_wrote_is_no_report_of_its_folder(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "甲.txt").write_text("x", encoding="utf-8")
    assert [file.name for file in report_files([tmp_path])] == ["甲.txt"]
