"""``wenti read`` and ``wenti report`` as users run them: contracts, several files, every kind of bad input."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.commands import REPORTS, ROOT, assert_one_line, listing, page, run, succeed, validator
from wenti.errors import OutputError
from wenti.intervals import wilson

NO_REPORT = "今天天气很好，我们去公园散步。\n"


@pytest.fixture(scope="module")
def read() -> list[dict[str, Any]]:
    return succeed("wenti", "read", REPORTS).objects


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a joint unit, a named culprit, a missing unit, a unit with two reports, and sub-folders."""
    folder = tmp_path_factory.mktemp("reports")
    (folder / "二").mkdir()
    joint = "某市财政局、某市教育局、某市住房和城乡建设局"
    named = "<p>1. 预算执行率低，支出进度慢。</p><p>2. 某市教育局资产闲置。</p><p>3. 预算执行率低。</p>"
    (folder / "a.txt").write_text(page("2022 年度甲项目", joint, named), encoding="utf-8")
    (folder / "b.txt").write_text(page("2022 年度乙项目"), encoding="utf-8")
    (folder / "二" / "c.txt").write_text(page("2021 年度丙项目"), encoding="gbk")
    nameless = page("2021 年度丁项目").replace("项目实施单位：某市财政局\t", "")
    (folder / "二" / "d.TXT").write_text(nameless, encoding="utf-8")
    return folder


@pytest.fixture(scope="module", params=["the published reports", "made-up pages"])
def report(request: pytest.FixtureRequest, pages: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    target = tmp_path_factory.mktemp("out") / "报告.json"
    succeed("wenti", "report", REPORTS if request.param == "the published reports" else pages, "-o", target)
    found: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return found


def inner_points(points: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for point in points:
        yield point
        yield from inner_points(point["points"])


def all_points(read_report: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for section in read_report["sections"]:
        for point in inner_points(section["points"]):
            yield section, point


# wenti read


def test_every_report_read_follows_the_schema(read: list[dict[str, Any]]) -> None:
    assert len(read) == 8
    for found in read:
        validator("read").validate(found)


def test_the_reports_texts_joined_are_the_file(read: list[dict[str, Any]]) -> None:
    assert "".join(found["text"] for found in read) == REPORTS.read_bytes().decode("utf-8")


def test_the_source_names_the_file_its_hash_and_the_part(read: list[dict[str, Any]]) -> None:
    sha256 = hashlib.sha256(REPORTS.read_bytes()).hexdigest()
    assert [found["source"] for found in read] == [
        {"path": str(REPORTS), "sha256": sha256, "format": "txt", "part": part} for part in range(1, 9)
    ]


def test_the_head_of_a_report_is_read(read: list[dict[str, Any]]) -> None:
    keys = ("project", "units", "project_year", "evaluation_year", "evaluation_score", "grade")
    assert {key: read[0][key] for key in keys} == {
        "project": "2022 年度住建局部门整体评价",
        "units": ["示范区住房和城乡建设局"],
        "project_year": 2022,
        "evaluation_year": 2023,
        "evaluation_score": 80.06,
        "grade": "良",
    }


def test_statements_figures_and_fields_are_slices_of_the_text(read: list[dict[str, Any]]) -> None:
    n_statements = n_figures = 0
    for found in read:
        text = found["text"]
        for field in found["fields"]:
            place = text[field["start"] : field["end"]]
            assert "".join(place.split()) == "".join(field["value"].split())
        for section, point in all_points(found):
            for statement in point["statements"]:
                n_statements += 1
                assert section["start"] <= statement["start"] < statement["end"] <= section["end"]
                assert text[statement["start"] : statement["end"]] == statement["text"]
                for figure in statement["figures"]:
                    n_figures += 1
                    assert statement["start"] <= figure["start"] < figure["end"] <= statement["end"]
                    assert text[figure["start"] : figure["end"]] == figure["text"]
            if point["title"] is not None:
                place = text[point["title_place"]["start"] : point["title_place"]["end"]]
                assert place == point["title"]
    assert n_statements > 100
    assert n_figures > 20


def test_statements_stand_in_the_order_of_the_text_and_never_overlap(read: list[dict[str, Any]]) -> None:
    for found in read:
        places = [(s["start"], s["end"]) for _, point in all_points(found) for s in point["statements"]]
        assert places == sorted(places)
        assert all(end <= start for (_, end), (start, _) in pairwise(places))


def test_sub_points_are_numbered_below_their_point(read: list[dict[str, Any]]) -> None:
    pairs = [(p["number"], inner["number"]) for found in read for _, p in all_points(found) for inner in p["points"]]
    assert pairs
    for number, inner in pairs:
        assert inner.startswith(f"{number}.")


def test_two_files_give_the_reports_of_both(pages: Path) -> None:
    found = succeed("wenti", "read", REPORTS, pages / "b.txt").objects
    assert [(r["source"]["path"], r["source"]["part"]) for r in found] == [
        *((str(REPORTS), part) for part in range(1, 9)),
        (str(pages / "b.txt"), 1),
    ]


def test_a_folder_is_read_with_its_sub_folders_in_any_encoding(pages: Path) -> None:
    found = succeed("wenti", "read", pages).objects
    assert {r["project"] for r in found} == {
        f"20{n} 年度{x}项目" for n, x in ((22, "甲"), (22, "乙"), (21, "丙"), (21, "丁"))
    }
    for one in found:
        validator("read").validate(one)


def test_a_file_named_twice_is_read_once(pages: Path) -> None:
    assert len(succeed("wenti", "read", pages / "b.txt", pages / "b.txt", pages).objects) == 4


def test_what_a_report_does_not_state_is_null(pages: Path) -> None:
    bare = "评价结果\n\n项目名称：\t\n评价结果及主要问题\t<p>1. 预算执行率低。</p>\n"
    file = pages.parent / "bare.txt"
    file.write_text(bare, encoding="utf-8")
    (found,) = succeed("wenti", "read", file).objects
    validator("read").validate(found)
    assert found["units"] == []
    keys = ("project", "project_year", "evaluation_year", "evaluation_score", "grade")
    assert {found[key] for key in keys} == {None}


def test_text_that_is_not_understood_is_kept_and_told(tmp_path: Path) -> None:
    file = tmp_path / "多余.txt"
    file.write_text(page().replace("项目概况", "这一行不属于任何部分，但不应丢失。\n项目概况"), encoding="utf-8")
    result = run("wenti", "read", file)
    assert result.code == 0
    (found,) = result.objects
    (place,) = found["not_understood"]
    assert found["text"][place["start"] : place["end"]] == "这一行不属于任何部分，但不应丢失。"
    assert str(file) in result.err


def test_json_of_reports_reaches_a_gbk_console() -> None:
    result = succeed("wenti", "read", REPORTS, env={"PYTHONIOENCODING": "gbk"})
    assert len([json.loads(line) for line in result.stdout.decode("gbk").split("\n") if line]) == 8


# wenti report: JSON


def test_the_report_follows_the_schema(report: dict[str, Any]) -> None:
    validator("report").validate(report)


def test_statements_stand_where_the_report_says(read: list[dict[str, Any]], tmp_path: Path) -> None:
    target = tmp_path / "r.json"
    succeed("wenti", "report", REPORTS, "-o", target)
    statements = json.loads(target.read_text(encoding="utf-8"))["statements"]
    assert len(statements) == sum(len(point["statements"]) for found in read for _, point in all_points(found))
    for statement in statements:
        text = read[statement["report"]]["text"]
        assert text[statement["start"] : statement["end"]] == statement["text"]


def test_statements_carry_a_probability_for_each_type(report: dict[str, Any]) -> None:
    for statement in report["statements"]:
        assert len(statement["types"]) == len(statement["type_probabilities"])
        assert statement["type_probabilities"] == sorted(statement["type_probabilities"], reverse=True)


def test_findings_hold_weaknesses_of_one_point_of_one_report(report: dict[str, Any]) -> None:
    assert report["findings"]
    for finding in report["findings"]:
        members = [report["statements"][i] for i in finding["statements"]]
        assert {(m["kind"], m["section"], m["report"]) for m in members} == {
            ("weakness", "findings", finding["report"])
        }
        assert {m["point"] and m["point"].split(".")[0] for m in members} == {finding["point"]}
        assert set(finding["types"]) == {label for m in members for label in m["types"]}
        assert finding["unit"] in report["units"]


def test_every_weakness_of_a_findings_section_is_in_one_finding(report: dict[str, Any]) -> None:
    members = sorted(i for finding in report["findings"] for i in finding["statements"])
    statements = report["statements"]
    assert members == [i for i, s in enumerate(statements) if s["section"] == "findings" and s["kind"] == "weakness"]


def project_name(report: dict[str, Any], index: int) -> str:
    found = report["reports"][index]
    return str(found["project"] or found["title"] or f"{found['source']['path']}#{found['source']['part']}")


def recount(report: dict[str, Any], level: Callable[[str], str]) -> dict[str, dict[str, Any]]:
    """Count units, projects, findings and statements anew, from findings and statements alone."""
    rows: dict[str, dict[str, Any]] = defaultdict(
        lambda: {"units": set(), "projects": set(), "findings": 0, "statements": set()}
    )
    for finding in report["findings"]:
        for label in {level(label) for label in finding["types"]}:
            row = rows[label]
            row["units"].add(finding["unit"])
            row["projects"].add(project_name(report, finding["report"]))
            row["findings"] += 1
            row["statements"] |= {
                i for i in finding["statements"] if label in map(level, report["statements"][i]["types"])
            }
    return rows


@pytest.mark.parametrize(
    ("key", "level"),
    [("weaknesses", lambda label: label), ("categories", lambda label: label.split(".")[0])],
    ids=["types", "categories"],
)
def test_every_count_can_be_made_again(report: dict[str, Any], key: str, level: Callable[[str], str]) -> None:
    counted = recount(report, level)
    assert {row["id"] for row in report[key]} == set(counted)
    for row in report[key]:
        again = counted[row["id"]]
        assert row["findings"] == again["findings"]
        for name in ("units", "projects", "statements"):
            assert len(row[name]) == len(set(row[name]))
            assert set(row[name]) == again[name]
        assert row["category"] == row["id"].split(".")[0]
        for name, total, suffix in (("units", report["units"], ""), ("projects", report["projects"], "_projects")):
            share = wilson(len(row[name]), len(total))
            assert set(row[name]) <= set(total)
            assert row["prevalence" + suffix] == pytest.approx(len(row[name]) / len(total), abs=1e-4)
            assert row["interval" + suffix] == pytest.approx([share.lower, share.upper], abs=1e-4)
            lower, upper = row["interval" + suffix]
            assert lower <= row["prevalence" + suffix] <= upper


def test_weaknesses_point_to_weakness_statements_of_their_type(report: dict[str, Any]) -> None:
    for row in report["weaknesses"]:
        assert row["statements"]
        for index in row["statements"]:
            statement = report["statements"][index]
            assert statement["kind"] == "weakness"
            assert row["id"] in statement["types"]


def test_weaknesses_are_ranked_by_the_units_that_share_them(report: dict[str, Any]) -> None:
    for key in ("weaknesses", "categories"):
        keys = [(-r["prevalence"], -r["prevalence_projects"], -r["findings"], r["id"]) for r in report[key]]
        assert keys == sorted(keys)


def test_the_matrix_can_be_made_again(report: dict[str, Any]) -> None:
    cells: dict[tuple[str, str], tuple[int, set[int]]] = {}
    for finding in report["findings"]:
        for category in {label.split(".")[0] for label in finding["types"]}:
            count, members = cells.get((finding["unit"], category), (0, set()))
            of_category = {
                i
                for i in finding["statements"]
                if category in {label.split(".")[0] for label in report["statements"][i]["types"]}
            }
            cells[finding["unit"], category] = (count + 1, members | of_category)
    assert {(c["group"], c["category"]): (c["findings"], set(c["statements"])) for c in report["matrix"]} == cells
    assert len(report["matrix"]) == len(cells)


def test_units_and_projects_are_those_of_reports_and_findings(report: dict[str, Any]) -> None:
    counted = {r["counted_as"] for r in report["reports"]} | {f["unit"] for f in report["findings"]}
    assert set(report["units"]) == counted
    assert set(report["projects"]) == {project_name(report, i) for i in range(len(report["reports"]))}


def test_requirements_are_matched_within_their_report(report: dict[str, Any]) -> None:
    statements, findings = report["statements"], report["findings"]
    assert len({row["finding"] for row in report["requirements"]}) == len(report["requirements"])
    for row in report["requirements"]:
        finding, asked = findings[row["finding"]], [statements[i] for i in row["requirements"]]
        assert {s["report"] for s in asked} <= {finding["report"]}
        assert (row["match"] == "none") == (not asked)
        if row["match"] in ("type", "type_and_wording"):
            assert any(set(s["types"]) & set(finding["types"]) for s in asked)
    for row in report["answered"]:
        covered = [each for each in report["requirements"] if row["id"] in findings[each["finding"]]["types"]]
        assert row["of"] == len(covered)
        assert row["unanswered"] == [each["finding"] for each in covered if each["match"] == "none"]
        assert row["answered"] == row["of"] - len(row["unanswered"])


def test_strengths_are_statements_that_praise(report: dict[str, Any]) -> None:
    assert {report["statements"][i]["kind"] for i in report["strengths"]} <= {"strength"}


def test_the_stamp_says_what_made_the_report(report: dict[str, Any]) -> None:
    import wenti

    taxonomy = (ROOT / "taxonomy" / "taxonomy.yaml").read_bytes()
    assert report["stamp"]["wenti"] == wenti.__version__
    assert report["stamp"]["taxonomy_sha256"] == hashlib.sha256(taxonomy).hexdigest()
    assert report["stamp"]["threshold"] == "medium"


def test_a_unit_with_two_reports_counts_once_and_a_named_culprit_for_itself(pages: Path, tmp_path: Path) -> None:
    target = tmp_path / "x.json"
    succeed("wenti", "report", pages, "-o", target)
    found = json.loads(target.read_text(encoding="utf-8"))
    assert [r["counted_as"] for r in found["reports"]].count("某市财政局") == 2
    assert found["units"].count("某市财政局") == 1
    row = next(row for row in found["weaknesses"] if row["id"] == "fund_execution.slow_spending")
    assert set(row["units"]) == {"某市财政局等3家单位", "某市财政局", "未注明单位：2021 年度丁项目"}
    assert {f["unit"] for f in found["findings"] if "asset_management.idle_assets" in f["types"]} == {"某市教育局"}


# wenti report: files and options


@pytest.mark.parametrize("suffix", [".html", ".md", ".json", ".HTML"])
def test_every_format_is_written_whole_and_nothing_beside_it(suffix: str, pages: Path, tmp_path: Path) -> None:
    result = succeed("wenti", "report", pages / "b.txt", "--output", f"共性问题{suffix}", cwd=tmp_path)
    assert listing(tmp_path) == {f"共性问题{suffix}"}
    text = (tmp_path / f"共性问题{suffix}").read_text(encoding="utf-8")
    assert "2022 年度乙项目" in text
    assert "预算执行率低、支出进度慢" in text
    assert result.out.splitlines() == ["读取报告 1 份，语句 4 条，其中问题 1 条", f"已生成：共性问题{suffix}"]


def test_without_a_name_the_report_is_a_page_in_the_working_folder(pages: Path, tmp_path: Path) -> None:
    succeed("wenti", "report", pages / "b.txt", cwd=tmp_path)
    assert listing(tmp_path) == {"weakness-report.html"}


def test_a_report_can_be_had_in_english(pages: Path, tmp_path: Path) -> None:
    result = succeed("wenti", "report", pages / "b.txt", "-o", tmp_path / "x.json", "--lang", "en")
    (row,) = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))["weaknesses"]
    assert row["name"] == "Low execution, slow spending"
    assert result.out.startswith("read 1 reports, 4 statements, 1 of them weaknesses")


def test_the_threshold_is_in_the_stamp(pages: Path, tmp_path: Path) -> None:
    succeed("wenti", "report", pages / "b.txt", "-o", tmp_path / "x.json", "--threshold", "strict")
    assert json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))["stamp"]["threshold"] == "strict"


def test_the_users_taxonomy_names_the_types(pages: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    text = (ROOT / "taxonomy" / "taxonomy.yaml").read_text(encoding="utf-8")
    own.write_text(text.replace("name: 预算执行率低、支出进度慢", "name: 花钱太慢"), encoding="utf-8")
    succeed("wenti", "report", pages / "b.txt", "-o", tmp_path / "x.json", "--taxonomy", own)
    (row,) = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))["weaknesses"]
    assert row["name"] == "花钱太慢"


def test_the_same_reports_give_the_same_bytes(pages: Path, tmp_path: Path) -> None:
    for name in ("1.json", "2.json"):
        succeed("wenti", "report", pages, "-o", tmp_path / name)
    assert (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes()


def test_an_old_report_is_replaced(pages: Path, tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("旧", encoding="utf-8")
    succeed("wenti", "report", pages / "b.txt", "-o", tmp_path / "x.md")
    assert "共性问题" in (tmp_path / "x.md").read_text(encoding="utf-8")


# Faults of the input

BAD: dict[str, tuple[str, bytes | None, list[str]]] = {
    "missing": ("没有.txt", None, ["找不到文件"]),
    "empty": ("空.txt", b"", ["空的"]),
    "white space": ("空白.txt", b" \r\n\t\n", ["空的"]),
    "only a byte-order mark": ("bom.txt", b"\xef\xbb\xbf", ["空的"]),
    "English": ("english.txt", b"The budget was not spent in time.\n", ["没有找到评价报告的结构", "classify"]),
    "emoji": ("表情.txt", "😀😀".encode(), ["没有找到评价报告的结构"]),
    "no report": ("散文.txt", NO_REPORT.encode(), ["没有找到评价报告的结构", "项目名称："]),
    "a head without findings": ("头.txt", "项目名称：某项目\n".encode(), ["没有找到评价报告的结构"]),
    "one line of a megabyte": ("长.txt", NO_REPORT.strip().encode() * 23_000, ["没有找到评价报告的结构"]),
    "no known encoding": ("乱码.txt", b"abc\xff\xffabc", ["UTF-8", "GB18030", "3"]),
    "no known format": ("报告.xyz", page().encode(), [".xyz", ".txt"]),
    "no suffix": ("报告", page().encode(), [".txt"]),
}


@pytest.mark.parametrize("command", ["read", "report"])
@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_by_name_with_the_reason(case: str, command: str, tmp_path: Path) -> None:
    name, content, parts = BAD[case]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    before = listing(tmp_path)
    output = ["-o", "out.json"] if command == "report" else []
    assert_one_line(run("wenti", command, name, *output, cwd=tmp_path), 1, name, *parts)
    assert listing(tmp_path) == before


@pytest.mark.parametrize("command", ["read", "report"])
@pytest.mark.parametrize("content", [[], ["报告.xyz"]], ids=["empty", "nothing readable"])
def test_a_folder_without_reports_is_refused(content: list[str], command: str, tmp_path: Path) -> None:
    folder = tmp_path / "文件夹"
    folder.mkdir()
    for name in content:
        (folder / name).write_bytes(b"x")
    assert_one_line(run("wenti", command, folder, cwd=tmp_path), 1, str(folder), ".txt")
    assert not (tmp_path / "weakness-report.html").exists()


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "坏.txt").write_text(NO_REPORT, encoding="utf-8")
    (folder / "好.txt").write_text(page(), encoding="utf-8")
    return folder


def test_reading_a_folder_prints_the_good_report_and_names_the_bad_file(mixed: Path) -> None:
    result = run("wenti", "read", mixed)
    assert result.code == 1
    assert [found["source"]["path"] for found in result.objects] == [str(mixed / "好.txt")]
    line, summary = result.err.splitlines()
    assert line.startswith(f"错误：{mixed / '坏.txt'}：没有找到评价报告的结构")
    assert summary == "共 2 个文件：已读取 1 个（报告 1 份），跳过 1 个"


def test_reporting_on_a_folder_uses_the_good_report_and_names_the_bad_file(mixed: Path, tmp_path: Path) -> None:
    result = run("wenti", "report", mixed, "-o", tmp_path / "x.json")
    assert result.code == 1
    (line,) = result.err.splitlines()
    assert str(mixed / "坏.txt") in line
    assert "没有找到评价报告的结构" in line
    found = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    validator("report").validate(found)
    assert [r["project"] for r in found["reports"]] == ["2022 年度测试项目"]
    (skipped,) = found["skipped"]
    assert skipped["path"] == str(mixed / "坏.txt")
    assert "没有找到评价报告的结构" in skipped["reason"]


def test_the_reason_of_a_skipped_file_is_told_in_english_on_demand(mixed: Path, tmp_path: Path) -> None:
    result = run("wenti", "report", mixed, "-o", tmp_path / "x.json", "--lang", "en")
    (skipped,) = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))["skipped"]
    assert "no structure of an evaluation report" in skipped["reason"]
    assert result.err.startswith("skipped: ")


def test_a_missing_file_among_good_ones_stops_before_anything_is_written(tmp_path: Path) -> None:
    result = run("wenti", "report", REPORTS, "没有.txt", "-o", "x.json", cwd=tmp_path)
    assert_one_line(result, 1, "没有.txt", "找不到文件")
    assert listing(tmp_path) == set()


@pytest.mark.parametrize("command", ["read", "report"])
def test_no_path_is_a_fault_of_usage(command: str, tmp_path: Path) -> None:
    result = run("wenti", command, cwd=tmp_path)
    assert (result.code, result.stdout) == (2, b"")
    assert "PATH" in result.err


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("read", ["--lang", "de"]),
        ("read", ["--no-such-option"]),
        ("report", ["--threshold", "0.5"]),
        ("report", ["--lang", "de"]),
        ("report", ["-o"]),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_bad_option_is_a_fault_of_usage(command: str, options: list[str], tmp_path: Path) -> None:
    result = run("wenti", command, REPORTS, *options, cwd=tmp_path)
    assert (result.code, result.stdout) == (2, b"")
    assert options[0] in result.err
    assert listing(tmp_path) == set()


def test_debug_shows_the_traceback_of_a_bad_file(tmp_path: Path) -> None:
    result = run("wenti", "read", "没有.txt", "--debug", cwd=tmp_path)
    assert result.code == 1
    assert "Traceback (most recent call last)" in result.err
    assert "没有.txt" in result.err.splitlines()[-1]


# Faults of the output


@pytest.mark.parametrize("name", ["x.xls", "x", "x.json.bak"])
def test_a_suffix_that_cannot_be_written_is_refused_with_those_that_can(name: str, tmp_path: Path) -> None:
    result = run("wenti", "report", REPORTS, "-o", name, cwd=tmp_path)
    assert_one_line(result, 1, name, ".html", ".md", ".json")
    assert listing(tmp_path) == set()


def test_an_output_folder_that_is_missing_is_named_and_not_made(tmp_path: Path) -> None:
    assert_one_line(run("wenti", "report", REPORTS, "-o", "没有/x.html", cwd=tmp_path), 1, "没有", "找不到文件夹")
    assert listing(tmp_path) == set()


def test_an_output_that_is_a_folder_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "x.html").mkdir()
    assert_one_line(
        run("wenti", "report", REPORTS, "-o", "x.html", cwd=tmp_path), 1, "x.html", "无法写入", "换一个文件名"
    )
    assert listing(tmp_path) == {"x.html"}


def test_a_disk_that_fills_up_leaves_the_old_report_untouched(pages: Path, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="limits of file size are POSIX's")
    old = tmp_path / "x.html"
    old.write_text("旧报告", encoding="utf-8")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))

    env = {"PYTHONDONTWRITEBYTECODE": "1"}
    result = run("wenti", "report", pages / "b.txt", "-o", "x.html", cwd=tmp_path, before=limit, env=env)
    assert_one_line(result, 1, "x.html", "无法写入", "原文件未被改动")
    assert listing(tmp_path) == {"x.html"}
    assert old.read_text(encoding="utf-8") == "旧报告"


def refuse(*arguments: object, **options: object) -> NoReturn:
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize("where", ["pathlib.Path.open", "os.replace"], ids=["before the work", "at the end"])
def test_a_report_open_in_word_is_told_and_left_alone(
    where: str, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import wenti

    summary = wenti.report(pages / "b.txt")
    old = tmp_path / "x.html"
    old.write_text("旧报告", encoding="utf-8")
    with monkeypatch.context() as locked, pytest.raises(OutputError) as caught:
        locked.setattr(where, refuse)
        wenti.render(summary, old)
    line = caught.value.describe("zh")
    assert line.startswith(f"{old}：无法写入（Permission denied）")
    assert "Word" in line
    assert listing(tmp_path) == {"x.html"}
    assert old.read_text(encoding="utf-8") == "旧报告"


@pytest.mark.parametrize("suffix", [".html", ".md", ".json"])
def test_a_renderer_that_fails_leaves_the_old_report_untouched(
    suffix: str, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import wenti
    from wenti import rendering

    def fail(*arguments: object) -> NoReturn:
        raise RuntimeError("half-way")

    old = tmp_path / f"x{suffix}"
    old.write_text("旧报告", encoding="utf-8")
    monkeypatch.setitem(rendering.RENDERERS, suffix, fail)
    with pytest.raises(RuntimeError, match="half-way"):
        wenti.render(wenti.report(pages / "b.txt"), old)
    assert listing(tmp_path) == {f"x{suffix}"}
    assert old.read_text(encoding="utf-8") == "旧报告"


# Faults of model and taxonomy


def test_a_damaged_model_stops_the_report(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "model", tmp_path / "model")
    with open(tmp_path / "model" / "weights.npy", "r+b") as file:
        file.truncate(1000)
    result = run("wenti", "report", REPORTS, "--model", "model", "-o", "x.html", cwd=tmp_path)
    assert_one_line(result, 1, "model", "模型已损坏", "weights.npy", "重新安装")
    assert not (tmp_path / "x.html").exists()


def test_a_missing_model_stops_the_report(tmp_path: Path) -> None:
    result = run("wenti", "report", REPORTS, "-o", "x.html", cwd=tmp_path, env={"WENTI_MODEL": "没有"})
    assert_one_line(result, 1, "没有", "没有找到模型", "WENTI_MODEL")
    assert listing(tmp_path) == set()


def test_a_damaged_taxonomy_stops_the_report(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("version: '1'\ncategories: []\n", encoding="utf-8")
    result = run("wenti", "report", REPORTS, "--taxonomy", "own.yaml", "-o", "x.html", cwd=tmp_path)
    assert_one_line(result, 1, "own.yaml", "第2行", "categories")
    assert listing(tmp_path) == {"own.yaml"}


def test_jobs_are_no_matter_of_a_cluster(tmp_path: Path) -> None:
    result = run("wenti", "report", REPORTS, "-o", tmp_path / "x.json", "--dask", "tcp://127.0.0.1:1", "--jobs", "2")
    assert result.code == 2
    assert "--jobs" in result.err
