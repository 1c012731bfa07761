"""Names of units and places, out of sight."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

import wenti
from tests.commands import page, succeed
from wenti.anonymity import anonymous
from wenti.api import Work
from wenti.choices import Choices
from wenti.records import Finding
from wenti.rendering.summary_data import summary_dict
from wenti.report_files import Reading
from wenti.summary import Comparison, Review, Summary, Unmatched
from wenti.unit_table import UnitTable

NAMES = ("云岭市", "水务局", "教育局", "教体局", "临江县")


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Summary:
    folder = tmp_path_factory.mktemp("云岭市报告")
    fault = "<p>1. 云岭市水务局预算执行率低，仅 37.5%。</p><p>2. 水务局设备长期闲置。</p>"
    (folder / "a.txt").write_text(page("云岭市河道治理项目", "云岭市水务局", fault), encoding="utf-8")
    both = "云岭市教育局、云岭市水务局"
    (folder / "b.txt").write_text(page("校舍维修项目", both, "<p>1. 绩效目标不明确。</p>"), encoding="utf-8")
    (folder / "c.txt").write_text(page("灌区项目", "临江县水务局", fault.replace("云岭市", "临江县")), encoding="utf-8")
    (folder / "d.txt").write_text("云岭市教育局", encoding="utf-8")
    return wenti.report(folder)


def test_no_name_is_left(summary: Summary) -> None:
    text = json.dumps(summary_dict(anonymous(summary)), ensure_ascii=False) + str(asdict(anonymous(summary)))
    assert [name for name in NAMES if name in text] == []
    assert "甲单位" in text
    assert "某市" in text


def test_counts_stay_the_same(summary: Summary) -> None:
    hidden = anonymous(summary)
    for before, after in zip(summary.types, hidden.types, strict=True):
        assert (before.id, before.by_unit, before.by_project) == (after.id, after.by_unit, after.by_project)
        assert before.statements == after.statements
    assert len(set(hidden.units)) == len(summary.units)
    assert hidden.reports[0].units == ("甲单位",)
    assert {f.unit for f in hidden.findings} <= set(hidden.units)


def test_many_units_have_names_of_two_stems() -> None:
    from wenti.anonymity import _stem

    assert [_stem(n) for n in (0, 9, 10, 11, 109, 110)] == ["甲", "癸", "甲甲", "甲乙", "癸癸", "甲甲甲"]


def test_the_command_hides_them(tmp_path: Path) -> None:
    (tmp_path / "云岭市水务局.txt").write_text(page("河道项目", "云岭市水务局"), encoding="utf-8")
    succeed("wenti", "report", tmp_path / "云岭市水务局.txt", "-o", tmp_path / "x.json", "--anonymous")
    found = (tmp_path / "x.json").read_text(encoding="utf-8")
    assert "水务局" not in found
    assert "报告1" in found


def of(folder: Path, *pages: tuple[str, str, str], units: str = "", **options: Any) -> Summary:
    """Return the summary of reports: project, unit and sentence of each; with a table of units."""
    files = []
    for number, (project, unit, sentence) in enumerate(pages):
        files.append(folder / f"{number}.txt")
        files[-1].write_text(page(project, unit, f"<p>1. {sentence}。</p>"), encoding="utf-8")
    table = folder / "单位表.csv"
    table.write_text(units, encoding="utf-8")
    reading = Reading(units=UnitTable.load(table)) if units else Reading()
    return wenti.report(files, work=Work(reading=reading), **options)


def sentences(summary: Summary) -> list[str]:
    """Return the findings of each report without the names."""
    hidden = anonymous(summary)
    return [
        "，".join(hidden.statements[index].statement.text for index in finding.statements)
        for finding in hidden.findings
    ]


TWO = (
    ("校舍项目", "云岭市教育局", "教育局预算执行率低于临江县教育局"),
    ("操场项目", "临江县教育局", "县教育局预算执行率低"),
    ("河道项目", "临江县水务局", "教育局、市教育局未配合，预算执行率低"),
)
REGIONS = "云岭市教育局,云岭市\n临江县教育局,临江县\n临江县水务局,临江县\n"


def test_a_short_name_is_that_of_the_reports_own_unit(tmp_path: Path) -> None:
    assert sentences(of(tmp_path, *TWO)) == [
        "甲单位预算执行率低于乙单位",
        "县乙单位预算执行率低",
        "某单位、市某单位未配合，预算执行率低",
    ]


def test_a_short_name_of_several_units_of_a_report_is_of_none(tmp_path: Path) -> None:
    both = ("校舍项目", "云岭市教育局、临江县教育局", "教育局预算执行率低，临江县教育局更低")
    assert sentences(of(tmp_path, both)) == ["某单位预算执行率低，乙单位更低"]


@pytest.mark.parametrize(
    ("sentence", "hidden"),
    [
        ("临江县教育局预算执行率低", "乙县某单位预算执行率低"),
        ("青禾县教育局预算执行率低", "青禾县某单位预算执行率低"),
        ("云岭市的教育局预算执行率低", "甲市的甲单位预算执行率低"),
        ("市教育局预算执行率低", "市甲单位预算执行率低"),
    ],
)
def test_the_name_of_a_unit_elsewhere_is_not_taken_for_the_reports_own(
    sentence: str, hidden: str, tmp_path: Path
) -> None:
    other = ("河道项目", "临江县水务局", "预算执行率低")
    assert sentences(of(tmp_path, ("校舍项目", "云岭市教育局", sentence), other))[0] == hidden


def test_a_unit_that_the_report_names_without_its_region_is_told_apart(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        ("校舍项目", "云岭市教育局", "教育局预算执行率低"),
        ("操场项目", "教育局", "教育局预算执行率低"),
        ("河道项目", "水务局", "教育局预算执行率低"),
    )
    assert sentences(found) == [f"{who}预算执行率低" for who in ("甲单位", "乙单位", "某单位")]
    assert anonymous(found).units == ("甲单位", "乙单位", "丙单位")


def test_regions_stay_apart(tmp_path: Path) -> None:
    found = anonymous(of(tmp_path, *TWO, units=f"全称,地区\n{REGIONS}", choices=Choices(by="region")))
    assert found.groups == ("甲市", "乙县")
    assert {cell.group for cell in found.matrix} == {"甲市", "乙县"}
    assert [report.region for report in found.reports] == ["甲市", "乙县", "乙县"]


def test_short_names_of_the_users_table_are_hidden(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        ("校舍项目", "云岭市教育局", "岭教委预算执行率低"),
        ("河道项目", "临江县水务局", "岭教委未配合，预算执行率低"),
        units="全称,简称\n云岭市教育局,岭教委\n",
    )
    assert sentences(found) == ["甲单位预算执行率低", "某单位未配合，预算执行率低"]


@pytest.mark.parametrize("unit", ["云岭市教育局", "临江县教育局"])
def test_projects_that_are_two_stay_two(unit: str, tmp_path: Path) -> None:
    found = of(
        tmp_path,
        ("云岭市教育局校舍项目", "云岭市教育局", "预算执行率低"),
        ("教育局校舍项目", "云岭市教育局", "预算执行率低"),
        ("教育局校舍项目", unit, "预算执行率低"),
    )
    hidden = anonymous(found)
    assert len(set(hidden.projects)) == len(set(found.projects))
    assert "教育局" not in str(hidden.projects)
    assert {profile.project for profile in hidden.profiles} == set(hidden.projects)


def test_reports_without_unit_and_project_are_not_called_by_their_files(tmp_path: Path) -> None:
    found = of(tmp_path, ("校舍项目", "云岭市教育局", "预算执行率低"))
    nameless = replace(found.reports[0], project=None, title=None, units=(), unit_names=())
    path = f"{nameless.source.path}#1"
    unit = f"未注明单位：{path}"
    units: Any = {"units": (unit,), "report_units": (unit,), "findings": tuple(_of(f, unit) for f in found.findings)}
    profiles = tuple(replace(row, project=path, units=(unit,)) for row in found.profiles)
    hidden = anonymous(replace(found, reports=(nameless,), projects=(path,), profiles=profiles, **units))
    assert hidden.projects == ("报告1#1",)
    assert hidden.report_units == ("未注明单位：报告1#1",)
    assert str(tmp_path) not in str(asdict(hidden))


def _of(finding: Finding, unit: str) -> Finding:
    return replace(finding, unit=unit)


def test_rows_that_fit_nothing_and_folders_are_not_told(summary: Summary) -> None:
    review = Review(1, 1, (0,), (Unmatched("语句", 7, "青禾县财政局未公开"), Unmatched("报告", 3, "青禾县/甲.txt")))
    compared = Comparison("云岭市报告", "2023", ())
    hidden = anonymous(replace(summary, review=review, comparison=compared))
    assert hidden.review == replace(review, unmatched=(Unmatched("语句", 7, "…"), Unmatched("报告", 3, "…")))
    assert hidden.comparison == Comparison("甲组", "乙组", ())


def test_years_that_are_compared_keep_their_names(summary: Summary) -> None:
    compared = Comparison("2020–2022", "2023", ())
    assert anonymous(replace(summary, comparison=compared)).comparison == compared


@pytest.mark.parametrize(
    ("chosen", "hidden"),
    [
        (("unit", "云岭市水务局"), "甲单位"),
        (("unit", "水务局"), "某单位"),
        (("unit", "云岭"), "…"),
        (("region", "东江省"), "…"),
        (("project", "云岭市水务局河道"), "甲单位河道"),
        (("year", "2022"), "2022"),
    ],
)
def test_filters_name_no_unit(chosen: tuple[str, str], hidden: str, summary: Summary) -> None:
    assert anonymous(replace(summary, filters=(chosen,))).filters == ((chosen[0], hidden),)
