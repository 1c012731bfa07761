"""Six invented reports of five units and three years, and what reports on them say: what options are tested with."""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.commands import assert_one_line, page, run, succeed, validator

SLOW, IDLE, GOALS = "fund_execution.slow_spending", "asset_management.idle_assets", "performance_targets.unclear_goals"
TEXTS = {SLOW: "预算执行率低，支出进度慢", IDLE: "购置的设备长期闲置", GOALS: "绩效目标不明确"}
WATER, TEACH = "云岭市水务局", "云岭市教育局"
RIVER, SCHOOL, BUILD = "临江县水利局", "临江县教育体育局", "云岭市住房和城乡建设局"
# Project, year, unit, score, grade, weaknesses.
PROJECTS: tuple[tuple[str, int, str, str, str, tuple[str, ...]], ...] = (
    ("甲", 2021, WATER, "85.5", "良", (SLOW,)),
    ("乙", 2021, TEACH, "70", "中", (GOALS,)),
    ("丙", 2022, RIVER, "92", "优", (SLOW, IDLE)),
    ("丁", 2022, SCHOOL, "88", "良", (SLOW,)),
    ("戊", 2023, WATER, "75", "中", (SLOW, GOALS)),
    ("己", 2023, BUILD, "81", "良", (IDLE,)),
)
UNITS = f"""全称,简称,行业,地区
{WATER},市水务局,农林水,云岭市
{TEACH},,教育,云岭市
{RIVER},,农林水,临江县
{SCHOOL},,教育,临江县
{BUILD},市住建局,城建,云岭市
"""
FORMATS = ("docx", "xlsx", "html", "md", "json", "csv")
MISSING = "没有这份报告.txt"


def write_report(folder: Path, project: str) -> None:
    _, year, unit, score, grade, types = next(each for each in PROJECTS if each[0] == project)
    findings = "".join(f"<p>{number}. {TEXTS[label]}。</p>" for number, label in enumerate(types, start=1))
    text = page(f"{year} 年度{project}项目", unit, findings).replace("80.06", score).replace("“良”", f"“{grade}”")
    (folder / f"{project}.txt").write_text(text, encoding="utf-8")


def make_world(folder: Path) -> Path:
    """Fill a folder with all reports, some of them in folders to compare, a table of units, and tables of statements."""
    for name, projects in (("报告", "甲乙丙丁戊己"), ("去年", "甲乙丙"), ("今年", "甲丁戊"), ("其他", "己")):
        (folder / name).mkdir()
        for project in projects:
            write_report(folder / name, project)
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    succeed("wenti", "tag", "报告", "报告.csv", cwd=folder)
    head, *rows = (folder / "报告.csv").read_text(encoding="utf-8-sig").splitlines()
    for name, projects in (("去年", "甲乙丙"), ("其他", "己")):
        kept = [row for row in rows if any(f"年度{project}项目" in row for project in projects)]
        (folder / f"{name}.csv").write_text("\n".join([head, *kept]), encoding="utf-8")
    return folder


def in_all(target: Path) -> list[str]:
    """Return the options that write every format."""
    return [word for suffix in FORMATS for word in ("-o", str(target / f"x.{suffix}"))]


def found_by(world: Path, target: Path, *words: str, code: int = 0) -> dict[str, Any]:
    """Return the JSON of a report."""
    result = run("wenti", "report", *words, "-o", target / "x.json", cwd=world)
    assert result.code == code, result.err
    assert (result.stderr == b"") == (code == 0)
    found: dict[str, Any] = json.loads((target / "x.json").read_text(encoding="utf-8"))
    validator("report").validate(found)
    return found


def refused(target: Path, code: int, *words: str, parts: tuple[str, ...], lang: str = "zh") -> None:
    """Assert that a command says why in one line, and leaves all as it was."""
    before = {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}
    result = run("wenti", "report", *words, "--lang", lang, cwd=target)
    if lang == "zh":
        assert_one_line(result, code, *parts)
    else:
        assert (result.code, result.stdout, len(result.err.splitlines())) == (code, b"", 1)
        assert result.err.startswith("error: ")
        assert re.sub("|".join(map(re.escape, parts)), "", result.err).isascii(), result.err
    assert {path: path.read_bytes() for path in target.rglob("*") if path.is_file()} == before


def text_of(path: Path) -> str:
    """Return all that a file holds, of a package in all parts, as it is written and as it is read."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            whole = "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    else:
        whole = path.read_text(encoding="utf-8")
    return whole + html.unescape(re.sub("<[^>]*>", "", whole))


def projects_of(found: Mapping[str, Any]) -> set[str]:
    return {re.sub(r"20.. 年度|项目", "", report["project"]) for report in found["reports"]}


def units_of(found: Mapping[str, Any]) -> dict[str, set[str]]:
    return {row["id"]: set(row["units"]) for row in found["weaknesses"]}
