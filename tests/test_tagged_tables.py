"""Reports from tables of tagged statements: cut, copied, of joined units, and corrected by a person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wenti
from tests.commands import assert_one_line, page, run, succeed, validator
from tests.six_reports import make_world
from wenti.aggregation.presence import Presence
from wenti.aggregation.ranking import shared
from wenti.counting import NEEDED
from wenti.errors import InputError
from wenti.rendering import render
from wenti.report_files import Originals, TaggedReports
from wenti.tagged_tables import COLUMNS, read_tagged
from wenti.unit_table import Unit, UnitTable

HEADER = (*NEEDED, *COLUMNS)
SLOW, IDLE = "money.slow", "assets.idle"
Row = dict[str, object]


def row(report: str, start: int, finding: int | None = None, types: str = SLOW, **more: object) -> Row:
    """Return a row: a weakness of a finding, or a fact outside any."""
    kind, label = ("weakness", types) if finding is not None else ("fact", "")
    cells: Row = {
        **{"report": report, "unit": "甲局", "units": "甲局", "project": f"{report}项目", "year": 2022},
        **{"finding": finding or "", "section": "findings", "point": finding or "", "start": start, "end": start + 4},
        **{"text": f"第{start}句", "kind": kind, "types": label, "kind_probability": 0.9},
        **{"type_probabilities": ";".join(["0.9"] * len(label.split(";"))) if label else "", "needs_review": "false"},
    }
    return cells | more


def written(path: Path, rows: Sequence[Row]) -> Path:
    lines = [",".join(HEADER), *(",".join(str(each[name]) for name in HEADER) for each in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def shown(found: TaggedReports) -> dict[str, tuple[set[str], int]]:
    """Return the units that show each type, and of how many, as a report counts them."""
    presence = Presence.of(found.reports, found.statements, found.findings)
    return {each.id: (set(each.units), each.by_unit.total) for each in shared(presence, "type", "unit", {})}


A = [row("a.txt", 0), row("a.txt", 10, 1), row("a.txt", 20, 1), row("a.txt", 30, 2, IDLE)]
B = [row("b.txt", 0, unit="乙局", units="乙局"), row("b.txt", 10, 1, unit="乙局", units="乙局")]


def test_a_table_is_read_as_the_reports_that_it_was_written_from(tmp_path: Path) -> None:
    found = read_tagged([written(tmp_path / "1.csv", [*A, *B])])
    assert [(r.source.path, r.source.part, r.project, r.units) for r in found.reports] == [
        ("a.txt", 1, "a.txt项目", ("甲局",)),
        ("b.txt", 2, "b.txt项目", ("乙局",)),
    ]
    assert [(f.report, f.types, f.statements) for f in found.findings] == [
        (0, (SLOW,), (1, 2)),
        (0, (IDLE,), (3,)),
        (1, (SLOW,), (5,)),
    ]
    assert shown(found) == {SLOW: ({"甲局", "乙局"}, 2), IDLE: ({"甲局"}, 2)}


@pytest.mark.parametrize("cut", [1, 2, 3, 5])
def test_a_report_that_is_cut_by_the_border_of_two_tables_is_one(cut: int, tmp_path: Path) -> None:
    rows = [*A, *B]
    parts = [written(tmp_path / f"{n}.csv", each) for n, each in enumerate((rows[:cut], rows[cut:]))]
    found, whole = read_tagged(parts), read_tagged([written(tmp_path / "whole.csv", rows)])
    assert (found.statements, found.findings, found.faults) == (whole.statements, whole.findings, [])
    assert [report.project for report in found.reports] == [report.project for report in whole.reports]
    keys = [(report.source.sha256, report.source.part) for report in found.reports]
    assert len(set(keys)) == len(keys)


def test_a_copy_of_a_table_counts_once_and_is_told(tmp_path: Path) -> None:
    files = [written(tmp_path / name, A) for name in ("1.csv", "1 (1).csv")]
    found = read_tagged(files)
    assert (found.statements, found.findings) == (read_tagged(files[:1]).statements, read_tagged(files[:1]).findings)
    ((path, fault),) = found.faults
    assert path == str(files[1])
    assert isinstance(fault, InputError)
    assert str(files[0]) in fault.describe("zh")


def test_a_row_that_stands_in_two_tables_is_one_statement(tmp_path: Path) -> None:
    found = read_tagged([written(tmp_path / "1.csv", A), written(tmp_path / "2.csv", [*A, *B])])
    assert [tagged.statement.start for tagged in found.statements] == [0, 10, 20, 30, 0, 10]
    assert len(found.reports) == 2
    assert found.faults == []


def test_files_of_one_name_in_several_folders_are_several_reports(tmp_path: Path) -> None:
    other = [each | {"unit": "乙局", "units": "乙局", "project": "别的项目"} for each in A]
    found = read_tagged([written(tmp_path / "1.csv", A), written(tmp_path / "2.csv", other)])
    assert [report.project for report in found.reports] == ["a.txt项目", "别的项目"]
    assert shown(found)[SLOW] == ({"甲局", "乙局"}, 2)
    assert len(found.findings) == 4


def test_units_at_fault_are_joined_by_the_users_table_as_those_of_reports_are(tmp_path: Path) -> None:
    units = "甲局、乙局;甲局"  # a joint unit, and the one at fault
    rows = [*A, row("c.txt", 0, unit="甲局、乙局", units=units), row("c.txt", 10, 1, unit="甲局", units=units), *B]
    table = UnitTable({name: Unit("某市甲局", ("甲局",), "农业") for name in ("某市甲局", "甲局")})
    found = read_tagged([written(tmp_path / "1.csv", rows)], table)
    assert shown(found) == {SLOW: ({"某市甲局", "乙局"}, 3), IDLE: ({"某市甲局"}, 3)}
    assert found.reports[0].sectors == ("农业",)
    assert shown(read_tagged([tmp_path / "1.csv"]))[SLOW] == ({"甲局", "乙局"}, 3)


def test_a_unit_that_a_person_corrects_is_that_of_its_findings_but_not_of_those_at_fault(tmp_path: Path) -> None:
    rows = [*B, *(each | {"units": "甲局;丙局"} for each in A), row("a.txt", 40, 3, unit="丙局", units="甲局;丙局")]
    found = read_tagged([written(tmp_path / "1.csv", rows)])
    assert found.reports[1].units == ("甲局",)
    reports = [found.reports[0], replace(found.reports[1], units=("丁局",))]
    found.reviewed(reports, found.statements)
    assert shown(found) == {SLOW: ({"丁局", "乙局", "丙局"}, 3), IDLE: ({"丁局"}, 3)}


@pytest.mark.parametrize(("point", "is_of_it"), [("1", True), ("1.2", True), ("2", False), ("", False)])
def test_what_a_person_calls_a_weakness_is_of_the_finding_at_its_point(
    point: str, is_of_it: bool, tmp_path: Path
) -> None:
    found = read_tagged([written(tmp_path / "1.csv", [row("a.txt", 10, 1), row("a.txt", 20, point=point)])])
    corrected = replace(found.statements[1], kind="weakness", types=(IDLE,), type_probabilities=(1.0,), reviewed=True)
    found.reviewed(found.reports, [found.statements[0], corrected])
    assert [finding.statements for finding in found.findings] == ([(0, 1)] if is_of_it else [(0,), (1,)])


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("kind", "complaint", "complaint"),
        ("section", "nowhere", "nowhere"),
        ("start", "x", "x"),
        ("end", "1.5", "1.5"),
        ("end", "9" * 5000, "9" * 50 + "..."),
        ("year", "去年", "去年"),
        ("kind_probability", "nan", "nan"),
        ("kind_probability", "inf", "inf"),
        ("kind_probability", "", "“”"),
        ("type_probabilities", "1.01", "1.01"),
        ("type_probabilities", "-0.1", "-0.1"),
        ("type_probabilities", "nan", "nan"),
        ("type_probabilities", "0.9;0.8", "2"),
        ("types", "money.gone", "money.gone"),
    ],
)
def test_what_no_table_of_tagged_statements_holds_is_named_with_its_place(
    column: str, value: str, shown: str, tmp_path: Path
) -> None:
    rows = [row("a.txt", 0), row("a.txt", 10, 1) | {column: value}]
    file = written(tmp_path / "1.csv", rows)
    with pytest.raises(InputError) as caught:
        read_tagged([file], known={SLOW, IDLE})
    told = caught.value.describe("zh")
    assert told.startswith(f"{file}，第3行：")
    assert shown in told
    assert column in told or caught.value.key == "counted_type"
    assert column in caught.value.describe("en") or caught.value.key == "counted_type"


def test_rows_are_numbered_as_the_file_shows_them(tmp_path: Path) -> None:
    lines = [json.dumps(each) for each in (row("a.txt", 0), row("a.txt", 10, 1, kind="complaint"))]
    (tmp_path / "1.jsonl").write_text("\n".join(lines).replace('"finding": ""', '"finding": null'), encoding="utf-8")
    with pytest.raises(InputError, match="第2行"):
        read_tagged([tmp_path / "1.jsonl"])


@given(share=st.floats(), number=st.integers(0, 3), column=st.sampled_from(["kind_probability", "type_probabilities"]))
def test_only_probabilities_pass(
    share: float, number: int, column: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = [row("a.txt", 10 * place, place + 1) for place in range(4)]
    rows[number][column] = share
    file = written(tmp_path_factory.mktemp("t") / "1.csv", rows)
    if 0 <= share <= 1:
        tagged = read_tagged([file]).statements[number]
        assert share in (tagged.kind_probability, *tagged.type_probabilities)
    else:
        with pytest.raises(InputError) as caught:
            read_tagged([file])
        assert (caught.value.key, caught.value.line) == ("counted_probability", number + 2)


def test_a_table_without_rows_is_told(tmp_path: Path) -> None:
    empty = written(tmp_path / "1.csv", [])
    with pytest.raises(InputError) as caught:
        read_tagged([empty])
    assert (caught.value.key, caught.value.file) == ("counted_empty", str(empty))
    found = read_tagged([empty, written(tmp_path / "2.csv", A)])
    assert len(found.reports) == 1
    assert [(path, fault.key) for path, fault in found.faults] == [(str(empty), "counted_empty")]


# Copies


def test_a_report_that_stands_in_two_tables_under_two_names_counts_once(tmp_path: Path) -> None:
    renamed = [each | {"report": "副本/a.txt", "units": "", "unit": ""} for each in A]
    files = [written(tmp_path / "1.csv", A), written(tmp_path / "2.csv", [*renamed, *B])]
    found = read_tagged(files)
    assert [report.source.path for report in found.reports] == ["a.txt", "b.txt"]
    assert shown(found) == shown(read_tagged([written(tmp_path / "3.csv", [*A, *B])]))
    ((path, fault),) = found.faults
    assert (path, fault.key, fault.facts["count"]) == (str(files[1]), "counted_copies", 1)
    assert f"{files[0]}/a.txt" in fault.describe("zh")


def test_alike_reports_of_one_table_are_no_copies_of_each_other(tmp_path: Path) -> None:
    renamed = [each | {"report": "b.txt"} for each in A]
    assert len(read_tagged([written(tmp_path / "1.csv", [*A, *renamed])]).reports) == 2


def test_of_tables_of_copies_alone_nothing_is_left_and_that_is_told(tmp_path: Path) -> None:
    originals = Originals()
    table = written(tmp_path / "1.csv", A)
    read_tagged([table], originals=originals)
    with pytest.raises(InputError) as caught:
        read_tagged([table], originals=originals)
    assert caught.value.key == "file_given_twice"
    with pytest.raises(InputError) as caught:
        read_tagged([written(tmp_path / "2.csv", A[::-1])], originals=originals)
    assert caught.value.key == "counted_copies"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize(("first", "second"), [("去年.csv", "报告"), ("去年", "报告.csv")])
def test_a_report_and_its_row_in_a_table_count_once(
    first: str, second: str, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world)
    found = wenti.report(first, compare=second)
    assert sorted((report.project or "")[-3] for report in found.reports) == sorted("甲乙丙丁戊己")
    assert len(found.skipped) == (3 if second == "报告" else 1)
    assert all("只计一次" in each.reason["zh"] for each in found.skipped)


def test_a_report_of_a_joint_unit_and_its_row_in_a_table_count_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = page("2022 年度甲项目", "某市财政局、某市教育局", "<p>1. 预算执行率低，支出进度慢。</p>")
    Path("a.txt").write_text(text, encoding="utf-8")
    succeed("wenti", "tag", "a.txt", "a.csv", cwd=tmp_path)
    with pytest.raises(InputError) as caught:
        wenti.report("a.csv", compare="a.txt")
    assert caught.value.key == "file_same_text"


# What a report says of tables


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        ("去年.csv", "其他.csv", "—（取自语句表）"),
        ("去年.csv", "其他", "中（取自语句表的除外）"),
        ("去年", "其他", "中"),
    ],
)
def test_the_stamp_names_no_threshold_or_model_for_what_is_from_tables(
    first: str, second: str, shown: str, world: Path, tmp_path: Path
) -> None:
    found = wenti.report(world / first, compare=world / second)
    is_of_tables = second == "其他.csv"
    assert (found.stamp.threshold == "", found.stamp.model == "") == (is_of_tables, is_of_tables)
    render(found, [tmp_path / "x.md", tmp_path / "x.json"])
    rows = (tmp_path / "x.md").read_text(encoding="utf-8").splitlines()
    (row_of_threshold,) = (line for line in rows if "判别尺度" in line)
    assert row_of_threshold.strip("| ").rpartition("|")[2].strip() == shown
    validator("report").validate(json.loads((tmp_path / "x.json").read_text(encoding="utf-8")))


def test_a_type_that_the_taxonomy_lacks_is_told(world: Path, tmp_path: Path) -> None:
    text = (world / "去年.csv").read_text(encoding="utf-8").replace("fund_execution.slow_spending", "money.gone")
    (tmp_path / "表.csv").write_text(text, encoding="utf-8")
    line = next(n for n, each in enumerate(text.splitlines(), start=1) if "money.gone" in each)
    result = run("wenti", "report", "表.csv", "-o", "x.json", cwd=tmp_path)
    assert_one_line(result, 1, f"表.csv，第{line}行", "money.gone", "--taxonomy")


def test_progress_counts_tables(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    read_tagged([written(tmp_path / "1.csv", A), written(tmp_path / "2.csv", B)], None, lambda *now: told.append(now))
    assert told == [(0, 2), (1, 2), (2, 2)]
