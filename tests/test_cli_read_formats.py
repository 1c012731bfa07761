"""``wenti read``, ``report`` and ``tag`` over a folder of what users really have: good files of every sort, and bad ones."""

from __future__ import annotations

import csv
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from tests.commands import ROOT, Result, assert_one_line, listing, page, run, succeed, validator

AUDIT = ROOT / "corpus" / "documents" / "dev-audit-1.pdf"
HTML = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>结果公开</title></head><body>
<h1>2022年度校舍维修项目绩效评价结果公开</h1>
<h2>一、存在的问题</h2><p>（一）校舍维修项目验收不规范。</p>
<h2>二、有关建议</h2><p>（一）规范项目验收。</p></body></html>"""


def word(project: str, problem: str) -> bytes:
    """Return a Word file of a small evaluation report."""
    document = docx.Document()
    document.add_heading(f"云岭市2022年度{project}绩效评价报告", 0)
    document.add_heading("一、项目概况", 1)
    document.add_paragraph("本项目由云岭市交通局（以下简称“市交通局”）负责实施。")
    document.add_heading("二、存在的问题", 1)
    document.add_paragraph(f"（一）{problem}。")
    document.add_heading("三、有关建议", 1)
    document.add_paragraph("（一）加快预算执行进度。")
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def workbook() -> bytes:
    """Return a ledger of two units."""
    book = openpyxl.Workbook()
    book.active.title = "台账"
    for row in (
        ["序号", "单位", "项目名称", "存在的问题", "整改措施", "完成情况"],
        [1, "云岭市教育局", "营养餐项目", "食材采购未公开招标。", "公开招标。", "正在整改"],
        [2, "云岭市水务局", "河道项目", "资产长期闲置。", "盘活资产。", "未完成"],
    ):
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def picture() -> bytes:
    """Return a white PNG, 60 by 40."""
    header = struct.pack(">IIBBBBB", 60, 40, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress((b"\0" + b"\xff" * 60) * 40)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mixed")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("二〇二二年/桥梁.docx", word("桥梁加固项目", "桥梁加固工程进度滞后"))
        archive.writestr("二〇二二年/空白.txt", b"")
    contents = {
        "公报.txt": page("2022 年度公报项目").encode("gbk"),
        "公路.docx": word("公路养护项目", "公路养护预算执行率低"),
        "台账.xlsx": workbook(),
        "审计.pdf": AUDIT.read_bytes(),
        "汇总.zip": packed.getvalue(),
        "网页.html": HTML.encode(),
        "损坏.docx": word("某项目", "某问题")[:-2000],
        "空.pdf": b"",
        "照片.docx": picture(),
        "散文.txt": "今天天气很好，我们去公园散步。\n".encode(),
        "说明.xyz": b"not read",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


GOOD = {
    "公报.txt": ("result_page", "2022 年度公报项目"),
    "公路.docx": ("evaluation", "公路养护项目"),
    "台账.xlsx": ("ledger", "营养餐项目"),
    "审计.pdf": ("audit", None),
    "汇总.zip/二〇二二年/桥梁.docx": ("evaluation", "桥梁加固项目"),
    "网页.html": ("result_page", "校舍维修项目"),
}
BAD = {
    "损坏.docx": ("文件已损坏", "重新保存"),
    "散文.txt": ("没有找到评价报告的结构", "请确认"),
    "汇总.zip/二〇二二年/空白.txt": ("文件是空的", "换一个"),
    "照片.docx": ("没有文字", "安装文字识别组件"),
    "空.pdf": ("文件是空的", "换一个"),
}
PLACES = {
    "预算执行率低": {},
    "公路养护预算执行率低": {"paragraph": 5},
    "食材采购未公开招标": {"sheet": "台账", "row": 2},
    "资产长期闲置": {"sheet": "台账", "row": 3},
    "预算执行率偏低": {"page": 3},
    "桥梁加固工程进度滞后": {"paragraph": 5},
    "校舍维修项目验收不规范": {"paragraph": 3},
}


@pytest.fixture(scope="module")
def read(mixed: Path) -> Result:
    return run("wenti", "read", mixed)


@pytest.fixture(scope="module")
def rendered(mixed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What ``wenti report`` writes in each format, and says."""
    folder = tmp_path_factory.mktemp("rendered")
    found = {}
    for suffix in ("html", "md", "json"):
        result = run("wenti", "report", mixed, "-o", folder / f"报告.{suffix}", "--cache", folder / "cache")
        assert result.code == 1
        found[suffix] = (folder / f"报告.{suffix}").read_text(encoding="utf-8")
        found[f"said of {suffix}"] = result.err
    return found


def statements_of(report: dict[str, Any]) -> list[dict[str, Any]]:
    def below(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [statement for point in points for statement in (*point["statements"], *below(point["points"]))]

    return [statement for section in report["sections"] for statement in below(section["points"])]


# wenti read


def test_every_good_file_is_read_and_follows_the_schema(read: Result, mixed: Path) -> None:
    reports = read.objects
    for report in reports:
        validator("read").validate(report)
    first = {report["source"]["path"]: report for report in reversed(reports)}
    assert list(reversed(first)) == [str(mixed / name) for name in sorted(GOOD)]
    for name, expected in GOOD.items():
        report = first[str(mixed / name)]
        assert (report["kind"], report["project"]) == expected
    assert [r["units"] for r in reports if r["kind"] == "ledger"] == [["云岭市教育局"], ["云岭市水务局"]]


@pytest.mark.parametrize(("text", "place"), PLACES.items(), ids=PLACES)
def test_a_statement_leads_to_page_paragraph_or_row(text: str, place: dict[str, Any], read: Result) -> None:
    (report, statement), *_ = ((r, s) for r in read.objects for s in statements_of(r) if s["text"] == text)
    names = ("page", "paragraph", "sheet", "row")
    assert {name: statement[name] for name in names if name in statement} == place
    assert report["text"][statement["start"] : statement["end"]] == text


def test_bad_files_are_named_with_reason_and_remedy_and_counted(read: Result, mixed: Path) -> None:
    assert read.code == 1
    *lines, summary = read.err.splitlines()
    assert len(lines) == len(BAD)
    for name, (reason, remedy) in BAD.items():
        (line,) = (line for line in lines if line.startswith(f"错误：{mixed / name}："))
        assert reason in line.partition("；")[0]
        assert remedy in line
    assert summary == "共 11 个文件：已读取 6 个（报告 7 份），跳过 5 个"


def test_reasons_are_told_in_english_on_demand(mixed: Path) -> None:
    result = run("wenti", "read", mixed / "损坏.docx", mixed / "公路.docx", "--lang", "en")
    line, summary = result.err.splitlines()
    assert line.startswith(f"error: {mixed / '损坏.docx'}: the file is damaged")
    assert summary == "2 files: 1 read (1 reports), 1 skipped"


def test_good_files_alone_say_nothing_beside_their_reports(mixed: Path) -> None:
    result = succeed("wenti", "read", mixed / "公路.docx", mixed / "台账.xlsx")
    assert len(result.objects) == 3


def test_jobs_change_nothing(read: Result, mixed: Path) -> None:
    assert run("wenti", "read", mixed, "--jobs", "1").stdout == read.stdout


def test_a_document_in_two_formats_counts_once(tmp_path: Path) -> None:
    for suffix in ("docx", "pdf"):
        (tmp_path / f"审计.{suffix}").write_bytes(AUDIT.with_suffix(f".{suffix}").read_bytes())
    result = run("wenti", "read", tmp_path)
    assert result.code == 1
    assert [report["source"]["format"] for report in result.objects] == ["docx"]
    line, summary = result.err.splitlines()
    assert line.startswith(f"错误：{tmp_path / '审计.pdf'}：与 {tmp_path / '审计.docx'} 是同一份报告")
    assert summary == "共 2 个文件：已读取 1 个（报告 1 份），跳过 1 个"


# --cache


@pytest.fixture(scope="module")
def without_readers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which what reads Word and PDF files cannot be imported."""
    folder = tmp_path_factory.mktemp("broken")
    for name in ("lxml", "pypdfium2"):
        (folder / f"{name}.py").write_text("raise ImportError('broken')\n", encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


def test_what_was_read_is_kept_and_not_read_again(mixed: Path, without_readers: dict[str, str], tmp_path: Path) -> None:
    files = (mixed / "公路.docx", mixed / "审计.pdf")
    cache = tmp_path / "缓存"
    plain = succeed("wenti", "read", *files)
    first = succeed("wenti", "read", *files, "--cache", cache)
    assert run("wenti", "read", *files, env=without_readers).stdout == b""
    again = succeed("wenti", "read", *files, "--cache", cache, env=without_readers)
    assert plain.stdout == first.stdout == again.stdout
    assert len(listing(cache)) == 2


def test_a_file_that_changed_is_read_anew(mixed: Path, tmp_path: Path) -> None:
    file = tmp_path / "报告.docx"
    for problem in ("预算执行率低", "绩效目标不明确"):
        file.write_bytes(word("公路养护项目", problem))
        (report,) = succeed("wenti", "read", file, "--cache", tmp_path / "缓存").objects
        assert problem in [statement["text"] for statement in statements_of(report)]


def test_a_cache_that_is_a_file_is_refused(mixed: Path, tmp_path: Path) -> None:
    (tmp_path / "缓存").write_bytes(b"")
    result = run("wenti", "read", mixed / "公路.docx", "--cache", tmp_path / "缓存")
    assert_one_line(result, 1, str(tmp_path / "缓存"), "无法写入")


# --units


@pytest.fixture
def units(tmp_path: Path) -> Path:
    file = tmp_path / "单位表.csv"
    file.write_text(
        "全称,简称,行业,地区\n云岭市交通运输局,云岭市交通局、市交通局,交通,云岭市\n云岭市教育局,,教育,云岭市\n",
        encoding="gbk",
    )
    return file


def test_units_are_joined_by_the_users_table(mixed: Path, units: Path) -> None:
    reports = succeed("wenti", "read", mixed / "公路.docx", mixed / "台账.xlsx", "--units", units).objects
    found = {(tuple(report["units"]), tuple(report["sectors"]), report["region"]) for report in reports}
    assert (("云岭市交通运输局",), ("交通",), "云岭市") in found
    assert (("云岭市教育局",), ("教育",), "云岭市") in found
    assert not any("云岭市交通局" in names for names, _, _ in found)


def test_the_cache_keeps_what_files_say_and_not_what_the_table_makes_of_it(
    mixed: Path, units: Path, tmp_path: Path
) -> None:
    options = (mixed / "公路.docx", "--cache", tmp_path / "缓存")
    joined = succeed("wenti", "read", *options, "--units", units).objects[0]
    plain = succeed("wenti", "read", *options).objects[0]
    assert (joined["units"], joined["sectors"]) == (["云岭市交通运输局"], ["交通"])
    assert (plain["units"], plain["sectors"]) == (["云岭市交通局"], [])


@pytest.mark.parametrize("command", ["read", "report"])
def test_a_table_of_units_without_names_is_refused_before_anything_is_read(
    command: str, mixed: Path, tmp_path: Path
) -> None:
    (tmp_path / "单位表.csv").write_text("简称,行业\n市交通局,交通\n", encoding="utf-8")
    result = run("wenti", command, mixed, "--units", "单位表.csv", cwd=tmp_path)
    assert_one_line(result, 1, "单位表.csv", "全称")
    assert listing(tmp_path) == {"单位表.csv"}


# wenti report


def test_the_report_names_skipped_files_and_follows_the_schema(rendered: dict[str, str], mixed: Path) -> None:
    found = json.loads(rendered["json"])
    validator("report").validate(found)
    assert {skipped["path"] for skipped in found["skipped"]} == {str(mixed / name) for name in BAD}
    for name in BAD:
        for suffix in ("html", "md", "json"):
            assert f"已跳过：{mixed / name}：" in rendered[f"said of {suffix}"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("公路养护预算执行率低", "第5段"),
        ("食材采购未公开招标", "台账第2行"),
        ("预算执行率偏低", "第3页"),
        ("桥梁加固工程进度滞后", "第5段"),
    ],
)
@pytest.mark.parametrize(
    "row_of",
    [
        lambda rendered: iter(rendered["html"].split("<tr id=")[1:]),
        lambda rendered: (line for line in rendered["md"].splitlines() if line.startswith("- ")),
    ],
    ids=["html", "md"],
)
def test_each_figure_leads_to_page_paragraph_or_row(
    row_of: Callable[[dict[str, str]], Any], text: str, place: str, rendered: dict[str, str]
) -> None:
    row = next(line for line in row_of(rendered) if f">{text}" in line or f" {text} " in line)
    assert place in row


def test_statements_of_the_report_have_the_places_that_were_read(rendered: dict[str, str], read: Result) -> None:
    names = ("text", "start", "end", "page", "paragraph", "sheet", "row")

    def placed(statement: dict[str, Any]) -> dict[str, Any]:
        return {name: statement[name] for name in names if name in statement}

    expected = [placed(statement) for report in read.objects for statement in statements_of(report)]
    assert [placed(statement) for statement in json.loads(rendered["json"])["statements"]] == expected


def test_the_cache_serves_reports_too(mixed: Path, without_readers: dict[str, str], tmp_path: Path) -> None:
    files = (mixed / "公路.docx", mixed / "审计.pdf")
    options = ("--cache", tmp_path / "缓存")
    succeed("wenti", "report", *files, "-o", tmp_path / "1.json", *options)
    succeed("wenti", "report", *files, "-o", tmp_path / "2.json", *options, env=without_readers)
    assert (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes()


# wenti tag


def test_a_folder_is_tagged_into_a_table_and_bad_files_are_listed(mixed: Path, read: Result, tmp_path: Path) -> None:
    result = run("wenti", "tag", mixed, "out.csv", cwd=tmp_path)
    assert result.code == 1
    assert listing(tmp_path) == {"out.csv", "out.csv.errors.csv"}
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = [(s["text"], str(s["start"])) for report in read.objects for s in statements_of(report)]
    assert [(row["text"], row["start"]) for row in rows] == expected
    parts = {row["report"] for row in rows}
    assert {str(mixed / "台账.xlsx") + "#1", str(mixed / "台账.xlsx") + "#2"} <= parts
    errors = (tmp_path / "out.csv.errors.csv").read_text(encoding="utf-8-sig")
    for name, (reason, _) in BAD.items():
        (line,) = (line for line in errors.splitlines() if str(mixed / name) in line)
        assert reason in line
