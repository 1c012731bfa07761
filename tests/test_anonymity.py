"""Names of units and places, out of sight."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

import wenti
from tests.commands import page, succeed
from wenti.anonymity import anonymous
from wenti.rendering.summary_data import summary_dict
from wenti.summary import Summary

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
