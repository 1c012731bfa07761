"""What can be asked of ``wenti report``: in which formats, by what, of which reports, against what, in whose name."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import docx
import pytest

from tests.commands import assert_one_line, listing, page, run, succeed
from tests.six_reports import (
    BUILD,
    FORMATS,
    GOALS,
    IDLE,
    MISSING,
    PROJECTS,
    RIVER,
    SCHOOL,
    SLOW,
    TEXTS,
    UNITS,
    WATER,
    found_by,
    in_all,
    make_world,
    projects_of,
    refused,
    text_of,
    write_report,
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_world(tmp_path_factory.mktemp("world"))


# Outputs, title and organisation


def test_several_outputs_in_the_name_of_an_organisation(world: Path, tmp_path: Path) -> None:
    title, organisation = "关于<b>共性问题</b>&预算执行的报告", "=云岭市财政局"
    options = ["--title", title, "--organisation", organisation]
    result = succeed("wenti", "report", "报告", *in_all(tmp_path), *options, cwd=world)
    assert listing(tmp_path) == {f"x.{suffix}" for suffix in FORMATS}
    written = [f"已生成：{tmp_path / 'x'}.{suffix}" for suffix in FORMATS]
    assert result.out.splitlines() == ["读取报告 6 份，语句 26 条，其中问题 8 条", *written]
    for suffix in FORMATS:
        text = text_of(tmp_path / f"x.{suffix}")
        assert "预算执行率低、支出进度慢" in text
        assert (title in text, organisation in text) == ((suffix not in ("json", "csv"),) * 2)
    # Where they lie among reports, they are replaced and not read.
    write_report(tmp_path, "甲")
    again = succeed("wenti", "report", ".", "-o", "x.html", "-o", "x.csv", cwd=tmp_path)
    assert again.out.startswith("读取报告 1 份")


def test_in_english_only_what_the_reports_say_is_chinese(world: Path, tmp_path: Path) -> None:
    result = succeed("wenti", "report", "报告.csv", *in_all(tmp_path), "--lang", "en", cwd=world)
    assert result.out.isascii()
    own = {*TEXTS.values(), *(unit for _, _, unit, *_ in PROJECTS), "财预〔2020〕10号"}
    found = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    own |= {text for each in found["statements"] for text in (each["text"], each["title"]) if text}
    own |= {*found["projects"], *(report["source"]["path"] for report in found["reports"])}
    taken = re.compile("|".join(map(re.escape, sorted(own, key=len, reverse=True))))
    for suffix in FORMATS:
        text = text_of(tmp_path / f"x.{suffix}").replace("报告.csv", "")
        # Fonts have Chinese names, and official indicators are those of a Chinese document.
        text = re.sub(r"<[^>]*>|(?:决策|过程|产出|效益)(?:/\w+)*", "\n", text)
        assert re.findall(r".*[\u4e00-\u9fff].*", taken.sub("", text)) == [], suffix


@pytest.mark.parametrize("words", [["-o", "x.xls"], ["-o", "没有/x.md"]], ids=["suffix", "folder"])
def test_one_bad_output_stops_all_before_anything_is_read(words: list[str], tmp_path: Path) -> None:
    refused(tmp_path, 1, MISSING, "-o", "x.json", *words, "-o", "y.docx", parts=(words[1].partition("/")[0],))


def test_a_disk_that_fills_up_leaves_whole_reports_and_old_ones(world: Path, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="limits of file size are POSIX's")
    (tmp_path / "x.docx").write_bytes(b"old")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8000, 8000))

    words = [word for suffix in ("csv", "docx", "md") for word in ("-o", str(tmp_path / f"x.{suffix}"))]
    env = {"PYTHONDONTWRITEBYTECODE": "1"}
    result = run("wenti", "report", "报告.csv", *words, cwd=world, before=limit, env=env)
    assert_one_line(result, 1, "x.docx", "无法写入", "原文件未被改动")
    assert listing(tmp_path) == {"x.csv", "x.docx"}
    assert (tmp_path / "x.docx").read_bytes() == b"old"
    assert (tmp_path / "x.csv").read_text(encoding="utf-8").count("\n") > 3


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("报告.csv", ["报告.csv"]),
        ("甲.md", ["甲.md"]),
        ("夹/甲.md", ["夹"]),
        ("夹/报告.csv", ["夹"]),
        ("单位.xlsx", [MISSING, "--units", "单位.xlsx"]),
        ("复核.xlsx", [MISSING, "--reviewed", "复核.xlsx"]),
        ("模板.docx", [MISSING, "--template", "模板.docx"]),
        ("夹/比较.csv", [MISSING, "--compare", "./夹/比较.csv"]),
    ],
    ids=["table", "report", "report of a folder", "table of a folder", "units", "review", "template", "other table"],
)
def test_what_is_read_is_never_written_over(name: str, words: list[str], world: Path, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes((world / ("报告/甲.txt" if name.endswith(".md") else "报告.csv")).read_bytes())
    if name.endswith(".docx"):
        docx.Document().save(str(tmp_path / name))
    refused(tmp_path, 2, *words, "-o", "x.docx", "-o", name, parts=(name, "以免覆盖"))


# By what, and of which reports

CHOSEN: dict[str, tuple[str, dict[str, int]]] = {
    "--by unit --only grade=良 --only grade=优 --only kind=result_page": (
        "甲丙丁己",
        {WATER: 1, RIVER: 1, SCHOOL: 1, BUILD: 1},
    ),
    "--by project --only unit=水务局 --only project=甲 --only project=乙 --only project=戊": (
        "甲戊",
        {"2021 年度甲项目": 1, "2023 年度戊项目": 1},
    ),
    "--by year --only year=2021-2022": ("甲乙丙丁", {"2021": 2, "2022": 2}),
    "--by sector --only region=云岭市": ("甲乙戊己", {"农林水": 1, "教育": 1, "城建": 1}),
    "--by region --only sector=教育": ("乙丁", {"云岭市": 1, "临江县": 1}),
}


@pytest.mark.parametrize("words", CHOSEN)
def test_reports_are_chosen_and_grouped(words: str, world: Path, tmp_path: Path) -> None:
    projects, groups = CHOSEN[words]
    found = found_by(world, tmp_path, "报告", "--units", "units.csv", *words.split())
    assert projects_of(found) == set(projects)
    assert found["excluded"] == len(PROJECTS) - len(projects)
    asked = re.findall("--only ([a-z]+)=([^ ]+)", words)
    assert [(each["field"], each["value"]) for each in found["filters"]] == asked
    assert found["by"] == words.split()[1]
    assert set(found["groups"]) == set(groups)
    assert {cell["group"]: cell["of"] for cell in found["matrix"]} == groups
    expected = {(row[2], label.split(".")[0]) for row in PROJECTS if row[0] in projects for label in row[5]}
    if found["by"] == "unit":
        assert {(cell["group"], cell["category"]) for cell in found["matrix"]} == expected
    assert len(found["units"]) == len({row[2] for row in PROJECTS if row[0] in projects})


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--only", "colour=red"], "colour=red"),
        (["--only", "year"], "year"),
        (["--only", "unit= "], "unit="),
        (["--only", "year=2021", "--only", "year=去年"], "去年"),
        (["--only", "year=2023-2021"], "2023-2021"),
        (["--periods", "2021"], "2021"),
        (["--periods", "2021,2022,2023"], "2021,2022,2023"),
        (["--periods", "2021,明年"], "明年"),
        (["--periods", ""], ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_choice_that_says_nothing_is_refused_before_anything_is_read(
    words: list[str], part: str, tmp_path: Path
) -> None:
    refused(tmp_path, 2, MISSING, *words, "-o", "x.json", parts=(part,), lang="en" if part == "colour=red" else "zh")


@pytest.mark.parametrize("words", [["--by", "month"], ["--min-support", "0"], ["--min-support", "many"]], ids=" ".join)
def test_a_bad_value_is_a_fault_of_usage(words: list[str], tmp_path: Path) -> None:
    result = run("wenti", "report", MISSING, *words, cwd=tmp_path)
    assert (result.code, result.stdout) == (2, b"")
    assert words[0] in result.err
    assert words[1] in result.err


def test_a_choice_that_no_report_fulfils_is_told(world: Path, tmp_path: Path) -> None:
    result = run("wenti", "report", "报告", "--only", "year=1999", "-o", tmp_path / "x.json", cwd=world)
    assert_one_line(result, 1, "报告", "6 份", "--only")
    assert listing(tmp_path) == set()


def test_what_few_show_is_named_below_the_ranking_and_periods_are_compared(world: Path, tmp_path: Path) -> None:
    words = ["--min-support", "3", "--periods", "2020-2021,2022-2023", "-o", str(tmp_path / "x.md")]
    found = found_by(world, tmp_path, "报告", *words)
    assert [row["id"] for row in found["weaknesses"]] == [SLOW]
    assert [row["id"] for row in found["categories"]] == ["fund_execution"]
    assert (found["min_support"], set(found["below_support"])) == (3, {IDLE, GOALS})
    comparison = found["comparison"]
    assert (comparison["first"], comparison["second"]) == ("2020–2021", "2022–2023")
    sides = {
        row["id"]: [(row[side]["units"], row[side]["of"]) for side in ("first", "second")] for row in comparison["rows"]
    }
    assert sides == {SLOW: [(1, 2), (3, 4)], IDLE: [(0, 2), (2, 4)], GOALS: [(1, 2), (1, 4)]}
    assert "2022–2023" in (tmp_path / "x.md").read_text(encoding="utf-8")


def test_by_project_projects_are_the_support(world: Path, tmp_path: Path) -> None:
    found = found_by(world, tmp_path, "报告", "--by", "project", "--min-support", "4")
    assert [row["id"] for row in found["weaknesses"]] == [SLOW]  # of four projects, but three units


# Two paths


def test_other_reports_are_set_against_these_and_a_copy_among_both_counts_once(world: Path, tmp_path: Path) -> None:
    found = found_by(world, tmp_path, "去年", "--compare", "今年", "--compare", "其他", code=1)
    assert projects_of(found) == set("甲乙丙丁戊己")
    assert len(found["reports"]) == 6
    assert [each["path"] for each in found["skipped"]] == ["今年/甲.txt"]
    comparison = found["comparison"]
    assert (comparison["first"], comparison["second"]) == ("去年", "今年、其他")
    rows = {
        row["id"]: [(row[side]["units"], row[side]["of"]) for side in ("first", "second")] for row in comparison["rows"]
    }
    assert rows == {SLOW: [(2, 3), (2, 3)], IDLE: [(1, 3), (1, 3)], GOALS: [(1, 3), (1, 3)]}


@pytest.mark.parametrize("other", ["其他.csv", "其他"])
def test_tables_are_set_against_tables_or_reports(other: str, world: Path, tmp_path: Path) -> None:
    found = found_by(world, tmp_path, "去年.csv", "--compare", other)
    comparison = found["comparison"]
    assert (comparison["first"], comparison["second"]) == ("去年.csv", other)
    assert {row["id"]: (row["first"]["of"], row["second"]["units"]) for row in comparison["rows"]} == {
        SLOW: (3, 0),
        IDLE: (3, 1),
        GOALS: (3, 0),
    }
    assert projects_of(found) == set("甲乙丙己")


def test_what_cannot_be_compared_is_told(world: Path, tmp_path: Path) -> None:
    (tmp_path / "甲.txt").write_bytes((world / "报告" / "甲.txt").read_bytes())
    refused(tmp_path, 1, "甲.txt", "--compare", MISSING, "-o", "x.json", parts=(MISSING, "找不到文件"))
    (tmp_path / "表.csv").write_bytes((world / "去年.csv").read_bytes())
    words = ["甲.txt", "--compare", "表.csv", "--threshold", "strict", "-o", "x.json"]
    refused(tmp_path, 2, *words, parts=("--threshold", "wenti tag"))


# The user's own Word file


def test_the_users_word_file_is_filled(world: Path, tmp_path: Path) -> None:
    template = docx.Document()
    for text in ("{{标题}}", "报送单位：{{单位}}", "{{正文}}", "（完）"):
        template.add_paragraph(text)
    template.save(str(tmp_path / "模板.docx"))
    words = ["--template", str(tmp_path / "模板.docx"), "--title", "共性问题", "--organisation", "云岭市财政局"]
    succeed("wenti", "report", "报告.csv", "-o", tmp_path / "x.docx", "-o", tmp_path / "x.md", *words, cwd=world)
    texts = [paragraph.text for paragraph in docx.Document(str(tmp_path / "x.docx")).paragraphs]
    assert texts[:2] == ["共性问题", "报送单位：云岭市财政局"]
    assert texts[-1] == "（完）"
    assert any("预算执行率低、支出进度慢" in text for text in texts[2:-1])
    assert "{{" not in text_of(tmp_path / "x.docx")


def test_a_template_that_cannot_be_used_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "表.docx").write_text(UNITS, encoding="utf-8")
    docx.Document().save(str(tmp_path / "宏.docx"))
    with zipfile.ZipFile(tmp_path / "宏.docx", "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    for name, part in (("没有.docx", "找不到文件"), ("表.docx", "另存为 .docx"), ("宏.docx", "含有宏")):
        refused(tmp_path, 1, MISSING, "--template", name, "-o", "x.docx", parts=(name, part))
    refused(tmp_path, 2, MISSING, "--template", "宏.docx", "-o", "x.md", parts=("宏.docx", "--template"))
    refused(tmp_path, 1, MISSING, "--template", "宏.docx", "-o", "x.docx", parts=("宏.docx",), lang="en")


# For publication


@pytest.mark.parametrize("words", [["报告", "--compare", "云岭市水务局"], ["报告.csv", "--by", "region"]], ids=" ".join)
def test_no_name_of_a_unit_is_left_in_any_format(words: list[str], world: Path, tmp_path: Path) -> None:
    (world / "云岭市水务局").mkdir(exist_ok=True)
    named = page("水库项目", "云岭市水务局、云岭市教育局", "<p>1. 市水务局设备长期闲置，教育局未督促。</p>")
    (world / "云岭市水务局" / "云岭市水务局.txt").write_text(named, encoding="utf-8")
    (world / "云岭市水务局" / "教育局坏.txt").write_text("散文", encoding="utf-8")
    words = [*words, "--units", "units.csv", "--only", f"unit={WATER}", "--only", f"unit={RIVER}"]
    result = run("wenti", "report", *words, *in_all(tmp_path), "--anonymous", cwd=world)
    assert result.code == (1 if "--compare" in words else 0)
    found = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    assert {"甲单位", "乙单位"} <= set(found["units"])
    names = ("云岭", "临江", "水务局", "教育局", "水利局")
    for suffix in FORMATS:
        assert [name for name in names if name in text_of(tmp_path / f"x.{suffix}")] == [], suffix
    shown = (result.out + result.err).replace(str(tmp_path), "")
    assert [name for name in names if name in shown] == []
