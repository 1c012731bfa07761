"""Copies of reports among files, and reports that were read before."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from wenti.api import read_all, report
from wenti.read_cache import ReadCache
from wenti.reading import is_light, reports_in
from wenti.records import Report
from wenti.report_files import Reading, batches
from wenti.segmentation import statements_of
from wenti.unit_table import Unit, UnitTable

PROBLEMS = ("执行率低", "厂房闲置", "制度不全", "档案缺失", "验收滞后", "人员不足")


def page(project: str) -> str:
    listed = "\n".join(f"{number}. {project}{text}。" for number, text in enumerate(PROBLEMS, start=1))
    return f"{project}绩效评价结果\n项目名称：{project}\n项目实施单位：甲局\n主要问题\n{listed}\n"


def test_of_a_file_of_several_reports_only_those_count_that_were_not_there_before(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text(page("公路项目"), encoding="utf-8")
    (tmp_path / "2.txt").write_text(page("公路项目") + page("水利项目"), encoding="utf-8")
    first, second = read_all([tmp_path])
    assert [[report.project for report in file.reports] for file in (first, second)] == [["公路项目"], ["水利项目"]]
    assert first.fault is None
    assert second.fault is not None
    assert second.fault.key == "file_same_text"


def test_a_report_over_several_reports_counts_each_once(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text(page("公路项目"), encoding="utf-8")
    (tmp_path / "2.txt").write_text(page("公路项目") + page("水利项目"), encoding="utf-8")
    summary = report(tmp_path)
    assert [found.project for found in summary.reports] == ["公路项目", "水利项目"]
    assert {tagged.report for tagged in summary.statements} == {0, 1}
    for tagged in summary.statements:
        found = summary.reports[tagged.report]
        assert tagged.statement in [s for section in found.sections for _, s in statements_of(section)]
    assert len(summary.skipped) == 1


def kept(folder: Path, tmp_path: Path) -> list[Path]:
    (tmp_path / "1.txt").write_text(page("公路项目"), encoding="utf-8")
    list(read_all([tmp_path / "1.txt"], reading=Reading(cache=str(folder))))
    return list(folder.iterdir())


@pytest.mark.parametrize("value", [[], {}, 1, True], ids=repr)
def test_an_entry_with_a_value_of_another_type_is_none(tmp_path: Path, value: object) -> None:
    (entry,) = kept(tmp_path / "cache", tmp_path)
    reports = json.loads(entry.read_text(encoding="utf-8"))
    cache = ReadCache(tmp_path / "cache")
    content = (tmp_path / "1.txt").read_bytes()
    assert cache.get(content, "txt", "1.txt") is not None
    reports[0]["project"] = value
    entry.write_text(json.dumps(reports), encoding="utf-8")
    assert cache.get(content, "txt", "1.txt") is None


def test_what_has_unread_pages_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_a_picture(*given: Any) -> list[Report]:
        return [replace(found, unread_pages=(1,)) for found in reports_in(*given)]

    monkeypatch.setattr("wenti.report_files.reports_in", with_a_picture)
    assert kept(tmp_path / "cache", tmp_path) == []


def test_a_column_whose_name_only_holds_another_name_says_nothing_of_units(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("全称,人口,系统编号,归口\n甲局,3,7,农业\n", encoding="utf-8")
    assert UnitTable.load(tmp_path / "units.csv").units == {"甲局": Unit("甲局", sector="农业")}


def test_large_texts_are_not_read_without_limits(tmp_path: Path) -> None:
    small, large = tmp_path / "small.txt", tmp_path / "large.txt"
    small.write_text(page("公路项目"), encoding="utf-8")
    large.write_text(page("公路项目") * 3000, encoding="utf-8")
    assert [is_light(file) for file in (small, large, tmp_path / "report.docx")] == [True, False, False]
    assert batches([small, large, small]) == [[str(small)], [str(large)], [str(small)]]
