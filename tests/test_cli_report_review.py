"""``wenti report`` in a reviewer's hand, and of tables that ``wenti tag`` wrote."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.commands import run, succeed
from tests.six_reports import (
    BUILD,
    GOALS,
    IDLE,
    MISSING,
    RIVER,
    SCHOOL,
    SLOW,
    TEACH,
    TEXTS,
    WATER,
    found_by,
    make_world,
    projects_of,
    refused,
    units_of,
)
from tests.tables import csv_dicts


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_world(tmp_path_factory.mktemp("world"))


# A reviewer's hand


@pytest.fixture(scope="module")
def sheet(world: Path) -> Path:
    """What a person has corrected: one type, one kind, one that was right, and a score."""
    result = succeed("wenti", "report", "报告", "--review-out", "复核.xlsx", cwd=world)
    assert result.out.splitlines()[1:] == ["已生成：复核.xlsx"]
    assert not (world / "weakness-report.html").exists()
    correct(world / "复核.xlsx")
    return world / "复核.xlsx"


def correct(path: Path) -> None:
    """Correct a sheet as a person would."""
    book = load_workbook(path)
    statements, reports = book["语句"], book["报告"]
    column = {cell.value: cell.column for cell in statements[1]}
    changes = {
        ("乙", TEXTS[GOALS]): ("类型1", "资产管理 / 资产闲置或使用率低"),
        ("丙", TEXTS[IDLE]): ("性质", "成效"),
        ("丁", TEXTS[SLOW]): ("已复核", "是"),
        ("己", TEXTS[IDLE]): ("备注", "看过"),
    }
    done = 0
    for row in range(2, statements.max_row + 1):
        project = str(statements.cell(row, column["项目"]).value)[7:-2]
        change = changes.get((project, statements.cell(row, column["语句"]).value))
        if change is not None:
            statements.cell(row, column[change[0]]).value = change[1]
            done += 1
    assert done == len(changes)
    column = {cell.value: cell.column for cell in reports[1]}
    for row in range(2, reports.max_row + 1):
        if "甲" in reports.cell(row, column["项目"]).value:
            reports.cell(row, column["得分"]).value = 60
    book.save(path)


def test_corrections_win_in_every_figure_and_are_marked(sheet: Path, world: Path, tmp_path: Path) -> None:
    found = found_by(world, tmp_path, "报告", "--reviewed", str(sheet), "-o", str(tmp_path / "x.md"))
    assert units_of(found) == {SLOW: {WATER, RIVER, SCHOOL}, IDLE: {TEACH, BUILD}, GOALS: {WATER}}
    review = found["review"]
    assert (review["statements"], review["corrected"], review["unmatched"]) == (3, 2, [])
    assert [found["reports"][i]["evaluation_score"] for i in review["reports"]] == [60]
    flagged = [each for each in found["statements"] if each["reviewed"]]
    assert sorted(each["text"] for each in flagged) == sorted(TEXTS.values())
    assert {each["kind_probability"] for each in flagged} == {1.0}
    praised = next(each for each in flagged if each["text"] == TEXTS[IDLE])
    assert praised["kind"] == "strength"
    assert "已复核" in (tmp_path / "x.md").read_text(encoding="utf-8")


def test_rows_that_fit_nothing_any_more_are_listed(sheet: Path, world: Path, tmp_path: Path) -> None:
    result = run("wenti", "report", "今年", "--reviewed", sheet, "-o", tmp_path / "x.json", cwd=world)
    lines = result.err.splitlines()
    assert (result.code, len(lines)) == (0, 2)
    assert all(re.match("复核表“语句”第[0-9]+行", line) for line in lines)
    assert {line.rpartition("：")[2] for line in lines} == {TEXTS[GOALS], TEXTS[IDLE]}
    found = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    unmatched = found["review"]["unmatched"]
    assert [f"复核表“{row['sheet']}”第{row['row']}行" in line for row, line in zip(unmatched, lines, strict=True)] == [
        True
    ] * 2
    assert projects_of(found) == set("甲丁戊")


def test_a_sheet_is_neither_written_over_nor_of_another_format(tmp_path: Path) -> None:
    (tmp_path / "复核.xlsx").write_bytes(b"a day's work")
    for name, part in (("复核.xlsx", "文件已存在"), ("复核.csv", ".xlsx"), ("没有/复核.xlsx", "找不到文件夹")):
        refused(tmp_path, 1, MISSING, "--review-out", name, parts=(name.partition("/")[0], part))
    refused(tmp_path, 1, MISSING, "--review-out", "复核.xlsx", parts=("复核.xlsx",), lang="en")
    refused(tmp_path, 1, MISSING, "--review-out", "新.xlsx", "-o", "./新.xlsx", parts=("新.xlsx", "换一个文件名"))


def test_a_sheet_that_says_what_nobody_knows_is_refused(sheet: Path, world: Path, tmp_path: Path) -> None:
    (tmp_path / "甲.txt").write_bytes((world / "报告" / "甲.txt").read_bytes())
    book = load_workbook(sheet)
    book["语句"]["C2"] = "坏话"
    book.save(tmp_path / "错.xlsx")
    parts = ("错.xlsx", "语句", "第 2 行", "坏话")
    refused(tmp_path, 1, "甲.txt", "--reviewed", "错.xlsx", "-o", "x.json", parts=parts)


def test_reviewed_rows_go_into_a_corpus(sheet: Path, tmp_path: Path) -> None:
    result = succeed("wenti", "corpus", "add", sheet, "--to", tmp_path / "复核.tsv")
    assert "新增 3 条" in result.out
    rows = [line.split("\t") for line in (tmp_path / "复核.tsv").read_text(encoding="utf-8").splitlines()]
    assert {tuple(row[:5]) for row in rows[1:]} == {
        ("weakness", IDLE, TEXTS[GOALS], TEACH, "2021 年度乙项目"),
        ("strength", IDLE, TEXTS[IDLE], RIVER, "2022 年度丙项目"),
        ("weakness", SLOW, TEXTS[SLOW], SCHOOL, "2022 年度丁项目"),
    }
    again = succeed("wenti", "corpus", "add", sheet, "--to", tmp_path / "复核.tsv")
    assert "新增 0 条" in again.out


# Tables that wenti tag wrote

SAME = ("by", "groups", "matrix", "filters", "excluded", "units", "weaknesses", "categories", "comparison", "pairs")


def test_a_table_gives_what_its_reports_give_whatever_is_asked(world: Path, tmp_path: Path) -> None:
    words = ["--units", "units.csv", "--by", "sector", "--only", "year=2021-2022", "--only", "year=2023"]
    words += ["--periods", "2020-2021,2022-2023", "--min-support", "2"]
    of_reports, of_table = (found_by(world, tmp_path, name, *words) for name in ("报告", "报告.csv"))
    assert len(of_table["weaknesses"]) == 3
    assert {key: of_reports[key] for key in SAME} == {key: of_table[key] for key in SAME}


def test_a_table_is_reviewed_like_reports(world: Path, tmp_path: Path) -> None:
    words = ["报告.csv", "--only", "year=2021-2023"]
    succeed("wenti", "report", *words, "--review-out", tmp_path / "表.xlsx", cwd=world)
    correct(tmp_path / "表.xlsx")
    found = found_by(world, tmp_path, *words, "--reviewed", str(tmp_path / "表.xlsx"), "--by", "year")
    assert units_of(found) == {SLOW: {WATER, RIVER, SCHOOL}, IDLE: {TEACH, BUILD}, GOALS: {WATER}}
    assert found["review"]["unmatched"] == []
    assert [profile["score"] for profile in found["profiles"] if "甲" in profile["project"]] == [60]


def test_a_table_of_units_joins_the_units_of_a_table_of_statements(world: Path, tmp_path: Path) -> None:
    text = (world / "报告.csv").read_text(encoding="utf-8-sig")
    lines = [line.replace(WATER, "市水务局") if "甲" in line else line for line in text.splitlines()]
    (tmp_path / "报告.csv").write_text("\n".join(lines), encoding="utf-8")
    succeed("wenti", "report", "报告.csv", "-o", "x.csv", "--units", world / "units.csv", "--lang", "en", cwd=tmp_path)
    counts = {row["id"]: (row["units"], row["units_total"]) for row in csv_dicts(tmp_path / "x.csv")}
    assert {label: counts[label] for label in (SLOW, IDLE, GOALS)} == {
        SLOW: ("3", "5"),
        IDLE: ("2", "5"),
        GOALS: ("2", "5"),
    }


def test_only_what_is_counted_of_a_review_is_told(sheet: Path, world: Path, tmp_path: Path) -> None:
    words = ["报告", "--reviewed", str(sheet)]
    whole = found_by(world, tmp_path, *words)
    assert (whole["review"]["statements"], whole["review"]["corrected"]) == (3, 2)
    part = found_by(world, tmp_path, *words, "--only", "project=乙")
    assert (part["review"]["statements"], part["review"]["corrected"], part["review"]["reports"]) == (1, 1, [])
    of_metadata = found_by(world, tmp_path, *words, "--only", "project=甲")
    assert (of_metadata["review"]["statements"], of_metadata["review"]["reports"]) == (0, [0])
