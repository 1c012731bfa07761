"""``wenti tag`` as users run it: every format in and out, bad rows, formulas, kills in the middle, every kind of fault."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import resource
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.commands import (
    REPORTS,
    Result,
    assert_one_line,
    environment,
    executable,
    listing,
    page,
    run,
    succeed,
)
from tests.strategies import texts
from tests.tables import (
    STATEMENTS,
    assert_tagged,
    await_that,
    csv_bytes,
    csv_dicts,
    csv_rows,
    is_alive,
    json_rows,
    sheet_rows,
    without_privileges,
    write_sheet,
)
from wenti import bulk, report_work
from wenti.classifier import Classifier
from wenti.errors import UsageError
from wenti.statement_table import COLUMNS
from wenti.tables import NAME_COLUMNS, TAG_COLUMNS
from wenti.tables.delimited import guarded
from wenti.tagger import Options
from wenti.workers import Inline

SLOW = STATEMENTS[0]


def tag(*arguments: str | Path, **options: Any) -> Result:
    return run("wenti", "tag", *arguments, **options)


def tagged(*arguments: str | Path, **options: Any) -> Result:
    return succeed("wenti", "tag", *arguments, **options)


def lines_of(count: int) -> list[str]:
    """Return statements, all different."""
    return [f"{STATEMENTS[number % len(STATEMENTS)]}（{number}）" for number in range(count)]


# What comes out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_of_any_encoding_is_tagged_for_excel(tmp_path: Path, classifier: Classifier, encoding: str) -> None:
    rows = [["序号", "问题描述", "备注"], *[[str(n), text, "镕\n㐂"] for n, text in enumerate(STATEMENTS)]]
    (tmp_path / "in.csv").write_bytes(csv_bytes(rows, encoding))
    result = tagged(tmp_path / "in.csv", tmp_path / "out.csv")
    assert f"已写出 {len(STATEMENTS)} 行" in result.out
    assert str(tmp_path / "out.csv") in result.out
    out = csv_dicts(tmp_path / "out.csv")
    assert list(out[0]) == ["序号", "问题描述", "备注", *TAG_COLUMNS]
    assert [list(row.values())[:3] for row in out] == rows[1:]
    for row in out:
        assert_tagged(classifier, row["问题描述"], row)
    assert listing(tmp_path) == {"in.csv", "out.csv"}


@pytest.mark.parametrize("name", ["in.tsv", "in.jsonl", "in.parquet", "in.xlsx"])
def test_other_tables_are_tagged_into_the_same_kind(tmp_path: Path, classifier: Classifier, name: str) -> None:
    source, target = tmp_path / name, tmp_path / f"出{Path(name).suffix}"
    table = [{"id": number, "text": text} for number, text in enumerate(STATEMENTS)]
    if name.endswith("tsv"):
        source.write_bytes(
            csv_bytes([["id", "text"], *[[str(r["id"]), str(r["text"])] for r in table]], delimiter="\t")
        )
    elif name.endswith("jsonl"):
        source.write_text("".join(json.dumps(row) + "\n" for row in table), encoding="utf-8")
    elif name.endswith("parquet"):
        pq.write_table(pa.Table.from_pylist(table), source)
    else:
        write_sheet(source, [["id", "text"], *[list(row.values()) for row in table]])
    tagged(source, target)
    rows: list[dict[str, Any]]
    if name.endswith("tsv"):
        rows = list(csv_dicts(target, "\t"))
    elif name.endswith("jsonl"):
        rows = json_rows(target)
        for row in rows:
            assert_types_of_json(row)
    elif name.endswith("parquet"):
        rows = pq.read_table(target).to_pylist()
    else:
        header, *cells = sheet_rows(target)
        rows = [dict(zip(header, row, strict=True)) for row in cells]
    assert len(rows) == len(STATEMENTS)
    for row, given_row in zip(rows, table, strict=True):
        assert list(row) == ["id", "text", *TAG_COLUMNS]
        assert str(row["id"]) == str(given_row["id"])
        assert_tagged(classifier, str(given_row["text"]), row)


def assert_types_of_json(row: dict[str, Any]) -> None:
    types = {"kind": str, "kind_probability": float, "types": str, "type_probabilities": str, "needs_review": bool}
    assert all(isinstance(row[name], types[name]) for name in TAG_COLUMNS)


@settings(max_examples=60)
@given(st.lists(st.one_of(texts, st.text("\x00\r\n\"',;\t=\u2028😀", max_size=9)), min_size=1, max_size=8))
def test_tags_are_those_of_each_text_alone_whatever_the_text(classifier: Classifier, given_texts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        for suffix in (".csv", ".jsonl"):
            source, target = Path(folder) / f"in{suffix}", Path(folder) / f"out{suffix}"
            if suffix == ".csv":
                source.write_bytes(csv_bytes([["问题描述", "评价单位"], *[[text, ""] for text in given_texts]]))
            else:
                content = "".join(json.dumps({"问题描述": text}, ensure_ascii=False) + "\n" for text in given_texts)
                source.write_text(content, encoding="utf-8", newline="")
            result = bulk.tag(source, target, Options(), Inline(), 1)
            rows: list[dict[str, Any]] = json_rows(target) if suffix == ".jsonl" else list(csv_dicts(target))
            assert result.rows == len(rows) == len(given_texts)
            assert result.faults == sum(not text.strip() for text in given_texts)
            for row, text in zip(rows, given_texts, strict=True):
                assert row["问题描述"] == (guarded(text) if suffix == ".csv" else text)
                if text.strip():
                    assert_tagged(classifier, text, row)
                else:
                    assert not any(row.get(name) for name in TAG_COLUMNS)


def test_a_statement_of_100_000_characters_is_for_people(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(csv_bytes([["text"], [SLOW * 12_500], [SLOW]]))
    tagged(tmp_path / "in.csv", tmp_path / "out.csv")
    long, short = csv_dicts(tmp_path / "out.csv")
    assert (len(long["text"]), long["types"], long["needs_review"]) == (100_000, "", "true")
    assert (short["types"], short["needs_review"]) == ("fund_execution.slow_spending", "false")


@pytest.mark.parametrize(
    ("lang", "kind", "types"), [("zh", "问题", "预算执行率低"), ("en", "eakness", "Low execution")]
)
def test_names_are_added_on_demand(tmp_path: Path, lang: str, kind: str, types: str) -> None:
    (tmp_path / "in.csv").write_bytes(
        csv_bytes([["text"], [SLOW], ["资产闲置，且未及时办理竣工验收"], ["2022 年预算安排 43.26 万元"]])
    )
    tagged(tmp_path / "in.csv", tmp_path / "out.csv", "--names", "--lang", lang)
    one, two, none = csv_dicts(tmp_path / "out.csv")
    assert list(one) == ["text", *TAG_COLUMNS, *NAME_COLUMNS]
    assert kind in one["kind_name"]
    assert types in one["type_names"]
    assert two["type_names"].count(";") == two["types"].count(";") == 1
    assert none["type_names"] == ""


def test_the_column_and_the_sheet_can_be_named(tmp_path: Path, classifier: Classifier) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.worksheets[0].append(["text"])
    sheet = book.create_sheet("问题清单")
    for row in (["2023 年度"], [], ["text", "存在问题"], ["不是这列", SLOW]):
        sheet.append(row)
    book.save(tmp_path / "in.xlsx")
    tagged(tmp_path / "in.xlsx", tmp_path / "out.xlsx", "--sheet", "问题清单", "--column", "存在问题")
    out = sheet_rows(tmp_path / "out.xlsx", "问题清单")
    assert out[:2] == [["2023 年度"], []]
    assert out[2] == ["text", "存在问题", *TAG_COLUMNS]
    assert_tagged(classifier, SLOW, dict(zip(out[2], out[3], strict=True)))


def test_columns_of_the_same_names_are_kept_beside_the_new_ones(tmp_path: Path, classifier: Classifier) -> None:
    (tmp_path / "in.csv").write_bytes(csv_bytes([["kind", "text", "types"], ["甲类", SLOW, "乙"]]))
    tagged(tmp_path / "in.csv", tmp_path / "out.csv")
    (row,) = csv_dicts(tmp_path / "out.csv")
    assert list(row) == ["kind", "text", "types", *[f"wenti_{name}" for name in TAG_COLUMNS]]
    assert (row["kind"], row["types"]) == ("甲类", "乙")
    assert_tagged(classifier, SLOW, row, prefix="wenti_")


def test_a_wider_threshold_gives_more_types(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(
        csv_bytes(
            [["text"], *[[text] for text in ("制度建设和人员管理有待加强", "项目管理粗放，资金使用效益不高", SLOW)]]
        )
    )
    found = {}
    for threshold in ("宽", "strict"):
        tagged(tmp_path / "in.csv", tmp_path / "out.csv", "--threshold", threshold)
        found[threshold] = [set(row["types"].split(";")) - {""} for row in csv_dicts(tmp_path / "out.csv")]
    assert all(strict <= wide for strict, wide in zip(found["strict"], found["宽"], strict=True))
    assert found["strict"] != found["宽"]


def test_a_table_without_rows_gets_its_columns(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(csv_bytes([["id", "text"]]))
    assert "已写出 0 行" in tagged(tmp_path / "in.csv", tmp_path / "out.csv").out
    assert csv_rows(tmp_path / "out.csv") == [["id", "text", *TAG_COLUMNS]]


# Bad rows

BAD = '1,好\n2,"一\n二\n三"\n3,\n4\n5,多,余\n6,末\n'


@pytest.mark.parametrize(
    ("lang", "head", "reasons", "note"),
    [
        (
            "zh",
            ["行号", "原因"],
            ["要判别的内容是空的", "应有 2 列，实有 1 列", "应有 2 列，实有 3 列"],
            "3 处无法判别",
        ),
        ("en", ["line", "reason"], ["nothing to tag", "2 columns expected, 1", "2 columns expected, 3"], "3 could not"),
    ],
    ids=["Chinese", "English"],
)
def test_bad_rows_stay_untagged_and_are_listed_with_line_and_reason(
    tmp_path: Path, lang: str, head: list[str], reasons: list[str], note: str
) -> None:
    (tmp_path / "in.csv").write_text("id,text\n" + BAD, encoding="utf-8")
    result = tag(tmp_path / "in.csv", tmp_path / "out.csv", "--lang", lang)
    assert result.code == 1
    assert len(result.err.splitlines()) == 1
    assert note in result.err
    assert str(tmp_path / "out.csv.errors.csv") in result.err
    header, *faults = csv_rows(tmp_path / "out.csv.errors.csv")
    assert header == head
    assert [fault[0] for fault in faults] == ["6", "7", "8"]
    assert all(reason in fault[1] for reason, fault in zip(reasons, faults, strict=True))
    out = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").split("\n")
    assert out[5:8] == ["3,,,,,,", "4", "5,多,余"]
    assert out[8].startswith("6,末,")
    assert listing(tmp_path) == {"in.csv", "out.csv", "out.csv.errors.csv"}


def test_a_list_of_faults_that_no_longer_hold_is_removed(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("id,text\n" + BAD, encoding="utf-8")
    assert tag(source, target).code == 1
    source.write_text("id,text\n1,好\n", encoding="utf-8")
    tagged(source, target)
    assert listing(tmp_path) == {"in.csv", "out.csv"}


# Formulas

FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1")
NUMBERS = ("-5", "+3.5%", "-")


def test_no_cell_of_a_csv_file_is_a_formula(tmp_path: Path) -> None:
    rows = [["=id", "text", "note"], *[["1", cell, cell] for cell in (*FORMULAS, *NUMBERS)]]
    (tmp_path / "in.csv").write_bytes(csv_bytes(rows))
    tagged(tmp_path / "in.csv", tmp_path / "out.csv")
    header, *out = csv_rows(tmp_path / "out.csv")
    assert header[0] == "'=id"
    assert [row[:3] for row in out[: len(FORMULAS)]] == [["1", f"'{cell}", f"'{cell}"] for cell in FORMULAS]
    assert [row[1] for row in out[len(FORMULAS) :]] == list(NUMBERS)


def assert_no_formula(workbook: Path) -> None:
    with zipfile.ZipFile(workbook) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 1
        assert not re.search(rb"<f[ >/]", archive.read(sheets[0]))


def test_no_cell_of_a_workbook_is_a_formula(tmp_path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("清单")
    rows: list[tuple[str | None, ...]] = [("=title", None), ("=id", "text")]
    for row in [*rows, *((cell, cell) for cell in (*FORMULAS, *NUMBERS))]:
        cells = [WriteOnlyCell(sheet, value) for value in row]
        for cell in cells:
            cell.data_type = "s" if cell.value is not None else "n"
        sheet.append(cells)
    book.save(tmp_path / "in.xlsx")
    tagged(tmp_path / "in.xlsx", tmp_path / "out.xlsx")
    assert_no_formula(tmp_path / "out.xlsx")
    out = sheet_rows(tmp_path / "out.xlsx")
    assert [row[0] for row in out[:2]] == ["=title", "=id"]
    # XML makes a line end of a carriage return.
    assert [row[0].replace("\n", "\r") for row in out[2:]] == [*FORMULAS, *NUMBERS]


def test_nothing_in_a_report_becomes_a_formula(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    findings = "<p>1. =HYPERLINK(A1)预算执行率低。</p><p>2. -1+1资产闲置。</p>"
    (folder / "a.txt").write_text(page("=1+1项目", "@财政局", findings), encoding="utf-8")
    (folder / "=b.txt").write_text("没有结构\n", encoding="utf-8")
    result = tag(".", tmp_path / "out.csv", cwd=folder)
    assert result.code == 1
    cells = [cell for row in csv_rows(tmp_path / "out.csv") for cell in row]
    assert all(guarded(cell) == cell for cell in cells)
    assert any(cell.startswith("'=") for cell in cells)
    assert csv_rows(tmp_path / "out.csv.errors.csv")[1][0] == "'=b.txt"
    assert tag(folder, tmp_path / "out.xlsx").code == 1
    assert_no_formula(tmp_path / "out.xlsx")


# Reports


def test_reports_become_a_table_of_statements_tagged_as_the_weakness_report_has_them(tmp_path: Path) -> None:
    tagged(REPORTS, tmp_path / "out.jsonl")
    succeed("wenti", "report", REPORTS, "-o", tmp_path / "out.json")
    rows = json_rows(tmp_path / "out.jsonl")
    reported = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["statements"]
    assert len(rows) == len(reported) > 100
    for row, statement in zip(rows, reported, strict=True):
        assert list(row) == [*COLUMNS, *TAG_COLUMNS]
        same = ("text", "kind", "section", "point", "start", "end")
        assert [row[name] for name in same] == [statement[name] for name in same]
        assert row["types"] == ";".join(statement["types"])
    assert {row["report"] for row in rows} == {f"{REPORTS}#{part}" for part in range(1, 9)}


def test_a_folder_of_reports_names_what_it_could_not_read_and_counts_copies_once(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    (folder / "内").mkdir(parents=True)
    (folder / "a.txt").write_text(page(), encoding="utf-8")
    (folder / "b.txt").write_text("今天天气很好。\n", encoding="utf-8")
    (folder / "c.docx").write_bytes(b"PK")
    (folder / "内" / "copy.txt").write_text(page(), encoding="utf-8")
    (folder / "内" / "d.txt").write_text(page("2021 年度丙项目"), encoding="gbk")
    result = tag(folder, tmp_path / "out.csv")
    assert result.code == 1
    rows = csv_dicts(tmp_path / "out.csv")
    assert [row["report"] for row in rows] == sorted(row["report"] for row in rows)
    assert {row["report"] for row in rows} == {str(folder / "a.txt"), str(folder / "内" / "d.txt")}
    header, *faults = csv_rows(tmp_path / "out.csv.errors.csv")
    assert header == ["文件", "原因"]
    reasons = {Path(file).name: reason for file, reason in faults}
    assert set(reasons) == {"b.txt", "c.docx", "copy.txt"}
    assert str(folder / "a.txt") in reasons["copy.txt"]
    assert "只计一次" in reasons["copy.txt"]


def test_what_was_written_among_the_reports_is_none_of_them(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(page(), encoding="utf-8")
    for _ in range(2):
        tagged(tmp_path, tmp_path / "out.xlsx")
    assert listing(tmp_path) == {"a.txt", "out.xlsx"}


def test_statements_that_no_sheet_can_hold_are_refused_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text(page(), encoding="utf-8")
    monkeypatch.setattr(report_work, "MOST_ROWS", 4)
    work: list[Any] = []
    with pytest.raises(UsageError) as caught:
        bulk.tag(tmp_path, tmp_path / "out.xlsx", Options(), Inline(), 1, lambda *done: work.append(done))
    assert caught.value.key == "rows_too_many"
    assert not work
    assert listing(tmp_path) == {"a.txt"}
    assert bulk.tag(tmp_path, tmp_path / "out.csv", Options(), Inline(), 1).rows >= 4


# Folders of tables


def test_a_folder_of_tables_is_tagged_into_a_folder_by_any_number_of_processes(tmp_path: Path) -> None:
    source = tmp_path / "parts"
    (source / "2023").mkdir(parents=True)
    (source / "a.csv").write_bytes(csv_bytes([["text"], *[[text] for text in lines_of(50)]]))
    (source / "2023" / "b.jsonl").write_text('{"text": "资产闲置"}\n{"text": ""}\n', encoding="utf-8")
    (source / "~$a.xlsx").write_bytes(b"lock file of Excel")
    (source / "old.csv.errors.csv").write_bytes(b"list of faults")
    (source / "notes.md").write_bytes(b"no table")
    for jobs in ("1", "2"):
        result = tag(source, tmp_path / f"out{jobs}", "--jobs", jobs)
        assert result.code == 1
        assert "52" in result.out
        assert "1 处无法判别" in result.err
    assert listing(tmp_path / "out1") == {"a.csv", "2023", "2023/b.jsonl", "2023/b.jsonl.errors.csv"}
    for name in ("a.csv", "2023/b.jsonl", "2023/b.jsonl.errors.csv"):
        assert (tmp_path / "out1" / name).read_bytes() == (tmp_path / "out2" / name).read_bytes()
    tagged(source / "a.csv", tmp_path / "alone.csv")
    assert (tmp_path / "out1" / "a.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()


def test_a_folder_of_tables_goes_on_behind_those_that_are_done(tmp_path: Path) -> None:
    source, target = tmp_path / "parts", tmp_path / "out"
    source.mkdir()
    for name in ("a", "b", "c"):
        (source / f"{name}.csv").write_bytes(csv_bytes([["text"], [SLOW], [""]]))
    (source / "b2.csv").write_bytes(csv_bytes([["text"], [SLOW], [""]]))
    (source / "d.csv").write_bytes(b'text\n"never closed\n')
    assert_one_line(tag(source, target, "--jobs", "1"), 1, "d.csv", "引号")
    written = {name: (target / f"{name}.csv").stat().st_mtime_ns for name in ("a", "b", "c")}

    (source / "b.csv").write_bytes(csv_bytes([["text"], [SLOW], ["资金闲置"], ["资产闲置"]]))  # is another input now
    (target / "c.csv").unlink()
    (target / "b2.csv.errors.csv").unlink()
    (source / "d.csv").write_bytes(csv_bytes([["text"], [SLOW]]))
    result = tag(source, target, "--jobs", "1")
    assert result.code == 1
    assert "其中 2 行上次已完成" in result.err
    assert "3 处无法判别" in result.err
    assert "已写出 10 行" in result.out
    assert (target / "a.csv").stat().st_mtime_ns == written["a"]
    assert [len(csv_rows(target / f"{name}.csv")) for name in ("a", "b", "c", "d")] == [3, 4, 3, 2]
    at_fault = {f"{name}.csv{end}" for name in ("a", "b2", "c") for end in ("", ".errors.csv")}
    assert listing(target) == at_fault | {"b.csv", "d.csv"}
    assert tag(source, target, "--jobs", "1").code == 1  # nothing is left of it: all is done again
    assert (target / "a.csv").stat().st_mtime_ns != written["a"]


def test_a_folder_of_tables_is_done_again_with_other_options(tmp_path: Path) -> None:
    source, target = tmp_path / "parts", tmp_path / "out"
    source.mkdir()
    (source / "a.csv").write_bytes(csv_bytes([["text"], [SLOW]]))
    (source / "b.csv").write_bytes(b'text\n"never closed\n')
    assert tag(source, target, "--jobs", "1").code == 1
    (source / "b.csv").unlink()
    result = tag(source, target, "--jobs", "1", "--names")
    assert (result.code, result.err) == (0, "")
    assert "kind_name" in csv_rows(target / "a.csv")[0]


def test_a_table_of_a_folder_may_have_the_longest_name(tmp_path: Path) -> None:
    name = "x" * (255 - len("..journal.part") - len(".csv")) + ".csv"
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / name).write_bytes(csv_bytes([["text"], [SLOW]]))
    assert tag(tmp_path / "parts", tmp_path / "out", "--jobs", "1").code == 0
    assert listing(tmp_path / "out") == {name}


@pytest.mark.parametrize("case", ["no tables", "into itself", "below itself", "onto a file", "into a table"])
def test_a_folder_of_tables_that_cannot_be_tagged(tmp_path: Path, case: str) -> None:
    source = tmp_path / "parts"
    source.mkdir()
    if case != "no tables":
        (source / "a.csv").write_bytes(csv_bytes([["text"], [SLOW]]))
    (tmp_path / "out").write_bytes(b"old")
    target = {
        "into itself": source,
        "below itself": source / "tagged",
        "onto a file": tmp_path / "out",
        "into a table": tmp_path / "out.csv",
    }
    before = listing(tmp_path)
    result = tag(source, target.get(case, tmp_path / "new"))
    is_usage = "itself" in case or case == "into a table"
    named = source if case in ("no tables", "into a table") else target[case]
    assert_one_line(result, 2 if is_usage else 1, str(named))
    assert listing(tmp_path) == before
    assert (tmp_path / "out").read_bytes() == b"old"


# Ended in the middle


@dataclass(frozen=True)
class Job:
    """A run that takes a while, what it writes when nothing happens, and how often it says that it is going on."""

    source: Path
    name: str
    options: tuple[str, ...]
    content: Any

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix


def content_of(path: Path) -> Any:
    """Return what must be the same: the bytes, or for Parquet and workbooks the rows."""
    if path.suffix == ".parquet":
        return pq.read_table(path)
    return sheet_rows(path) if path.suffix == ".xlsx" else path.read_bytes()


NOTE = "备注" * 30  # makes chunks of fewer rows, so that a kill comes long before the end


def long_source(folder: Path, kind: str) -> Path:
    """Write a table, or reports, whose tagging takes some seconds."""
    if kind == "reports":
        (folder / "reports").mkdir()
        for number in range(240):
            text = page(f"2022 年度项目{number}", findings=f"<p>1. 预算执行率低（{number}）。</p><p>2. 资产闲置。</p>")
            (folder / "reports" / f"{number}.txt").write_text(text, encoding="utf-8")
        return folder / "reports"
    source = folder / f"in{kind}"
    if kind == ".csv":
        source.write_bytes(csv_bytes([["id", "text"], *[[NOTE, text] for text in lines_of(80_000)]]))
        with source.open("ab") as file:
            file.write(b"1,2,3\n")
    elif kind == ".jsonl":
        content = "".join(f'{{"note": "{NOTE}", "text": "{text}"}}\n' for text in lines_of(60_000))
        source.write_text(content + "[]\n", encoding="utf-8")
    elif kind == ".parquet":
        pq.write_table(pa.table({"id": range(80_000), "text": lines_of(80_000)}), source)
    else:
        write_sheet(source, [["id", "text"], *enumerate(lines_of(5_000))])
    return source


@pytest.fixture(scope="module")
def job_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Job]:
    jobs: dict[str, Job] = {}

    def make(kind: str) -> Job:
        if kind not in jobs:
            folder = tmp_path_factory.mktemp("long")
            source = long_source(folder, kind)
            name = "out.csv" if kind == "reports" else f"out{kind}"
            result = tag(source, folder / name, "--jobs", "1")
            assert "继续" not in result.err
            jobs[kind] = Job(
                source, name, ("--jobs", "2" if kind in (".csv", "reports") else "1"), content_of(folder / name)
            )
        return jobs[kind]

    return make


@contextlib.contextmanager
def running(*arguments: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``wenti tag`` in a group of its own, as a terminal does."""
    command = [executable("wenti"), "tag", *(os.fspath(argument) for argument in arguments)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), start_new_session=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def progress(target: Path) -> int:
    """Return how many chunks the journal says are done."""
    with contextlib.suppress(OSError):
        return target.with_name(f".{target.name}.journal.part").read_bytes().count(b"\n") - 2
    return -2


def workers_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]


def kill_in_the_middle(job: Job, target: Path, more: int = 2, number: int = signal.SIGKILL) -> tuple[int, str]:
    """Start the job, end it when some chunks more are done, and return its exit code and what it said."""
    least = max(progress(target), 0) + more
    with running(job.source, target, *job.options) as process:
        await_that(lambda: progress(target) >= least or process.poll() is not None)
        workers = workers_of(process.pid) if process.poll() is None else []
        assert process.poll() is None, process.communicate()
        (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
        _, err = process.communicate(timeout=60)
    assert not target.exists(), "it was done before"
    assert bool(workers) == ("2" in job.options)
    await_that(lambda: not any(map(is_alive, workers)))
    return process.returncode, err.decode()


def finish(job: Job, target: Path, *options: str, goes_on: bool = True) -> Result:
    """Run the job to its end and check that it came to the same."""
    result = tag(job.source, target, *job.options, *options)
    faulty = job.suffix in (".csv", ".jsonl") and job.source.is_file()
    assert result.code == int(faulty), result
    assert ("从断点继续" in result.err) == goes_on
    assert listing(target.parent) == ({target.name, f"{target.name}.errors.csv"} if faulty else {target.name})
    return result


@pytest.mark.parametrize("kind", [".csv", ".jsonl", ".parquet", ".xlsx", "reports"])
def test_after_a_kill_the_same_command_goes_on_to_the_same_output(
    tmp_path: Path, job_of: Callable[[str], Job], kind: str
) -> None:
    job = job_of(kind)
    target = tmp_path / job.name
    code, _ = kill_in_the_middle(job, target, more=1 if kind in (".parquet", ".xlsx") else 2)
    assert code == -signal.SIGKILL
    assert all(name.startswith(".") for name in listing(tmp_path))
    rows = re.search(r"其中 (\d+) 行", finish(job, target).err)
    assert rows is not None
    assert int(rows[1]) > 0
    assert content_of(target) == job.content


def test_it_may_be_killed_again_and_again(tmp_path: Path, job_of: Callable[[str], Job]) -> None:
    job = job_of(".csv")
    target = tmp_path / job.name
    for _ in range(2):
        kill_in_the_middle(job, target)
    finish(job, target)
    assert content_of(target) == job.content


def test_a_kill_while_the_workbook_is_written_leaves_nothing_behind(
    tmp_path: Path, job_of: Callable[[str], Job]
) -> None:
    job = job_of(".xlsx")
    target = tmp_path / job.name
    kill_in_the_middle(job, target, more=3)  # all of them
    finish(job, target)
    assert content_of(target) == job.content


def test_ctrl_c_says_that_the_same_command_goes_on(tmp_path: Path, job_of: Callable[[str], Job]) -> None:
    job = job_of(".csv")
    target = tmp_path / job.name
    code, err = kill_in_the_middle(job, target, number=signal.SIGINT)
    assert code == 130
    assert err == "已中断；再次运行同一命令会从断点继续\n"
    finish(job, target)
    assert content_of(target) == job.content


@pytest.fixture(scope="module")
def killed(job_of: Callable[[str], Job], tmp_path_factory: pytest.TempPathFactory) -> tuple[Job, Path]:
    """What a killed run has left. Not to be changed: copy it."""
    job = job_of(".csv")
    folder = tmp_path_factory.mktemp("killed")
    kill_in_the_middle(job, folder / job.name, more=5)
    return job, folder


def cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 7)


def garble(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-20] + bytes(20))


@pytest.mark.parametrize("part", ["rows", "journal"])
@pytest.mark.parametrize("damage", [cut_off, garble])
def test_what_a_crash_of_the_machine_lost_is_done_again(
    tmp_path: Path, killed: tuple[Job, Path], part: str, damage: Callable[[Path], None]
) -> None:
    job, folder = killed
    target = shutil.copytree(folder, tmp_path / "out") / job.name
    damage(target.with_name(f".{target.name}.{part}.part"))
    finish(job, target)
    assert content_of(target) == job.content


def test_other_options_start_anew(tmp_path: Path, killed: tuple[Job, Path]) -> None:
    job, folder = killed
    target = shutil.copytree(folder, tmp_path / "out") / job.name
    finish(job, target, "--threshold", "strict", goes_on=False)
    assert content_of(target) != job.content


def test_another_input_starts_anew(tmp_path: Path, killed: tuple[Job, Path]) -> None:
    job, folder = killed
    target = shutil.copytree(folder, tmp_path / "out") / job.name
    source = tmp_path / "in.csv"
    source.write_bytes(csv_bytes([["text"], [SLOW]]))
    tagged(source, target)
    assert len(csv_rows(target)) == 2
    assert listing(target.parent) == {"out.csv"}


def test_a_full_disk_keeps_what_is_done(tmp_path: Path, job_of: Callable[[str], Job]) -> None:
    job = job_of(".csv")
    target = tmp_path / "out.csv"
    target.write_bytes(b"old")

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (5 << 20, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

    assert_one_line(tag(job.source, target, "--jobs", "1", before=little_room), 1, str(target), "无法写入")
    assert target.read_bytes() == b"old"
    finish(job, target)
    assert content_of(target) == job.content


def test_a_worker_that_is_killed_is_told_and_the_work_goes_on(tmp_path: Path, job_of: Callable[[str], Job]) -> None:
    job = job_of(".csv")
    target = tmp_path / job.name
    with running(job.source, target, *job.options) as process:
        await_that(lambda: progress(target) >= 1)
        os.kill(workers_of(process.pid)[-1], signal.SIGKILL)
        out, err = process.communicate(timeout=60)
    assert_one_line(Result(process.returncode, out, err), 1, "工作进程", "--jobs")
    finish(job, target)
    assert content_of(target) == job.content


def test_what_another_process_is_writing_is_left_to_it(tmp_path: Path, job_of: Callable[[str], Job]) -> None:
    job = job_of(".csv")
    target = tmp_path / job.name
    with running(job.source, target, *job.options) as process:
        await_that(lambda: progress(target) >= 0)
        process.send_signal(signal.SIGSTOP)  # or it might be done before the other has begun
        assert_one_line(tag(job.source, target), 1, str(target), "另一个进程正在写")
        process.send_signal(signal.SIGCONT)
        out, _ = process.communicate(timeout=60)
        assert "已写出 80001 行" in out.decode()
    assert content_of(target) == job.content, "the number of processes made a difference"


# Progress and memory


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_progress_is_shown_on_a_terminal_only(tmp_path: Path, jobs: str) -> None:
    (tmp_path / "in.csv").write_bytes(csv_bytes([["text"], *[[text] for text in lines_of(20_000)]]))
    arguments = [str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), "--jobs", jobs]
    assert tagged(*arguments).stderr == b""
    reader, writer = pty.openpty()
    try:
        command = [executable("wenti"), "tag", *arguments]
        subprocess.run(command, stderr=writer, stdout=subprocess.PIPE, env=environment(), timeout=60, check=True)
        shown = os.read(reader, 1 << 16).decode()
    finally:
        os.close(writer)
        os.close(reader)
    steps = shown.strip().split("\r")
    shares = [int(share) for share in re.findall(r"(\d+)%", shown)]
    assert shares == sorted(shares)
    assert shares[-1] == 100
    assert re.search(r"100%　已判别 20,000 行　每秒 [\d,]+ 行　剩余 0:00", steps[-1])
    assert shown.endswith("\n")


PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_memory_does_not_grow_with_the_input(tmp_path: Path, suffix: str) -> None:
    note = "".join(map(chr, range(0x4E00, 0x4E00 + 1000)))
    peaks = []
    for megabytes in (35, 80):
        source, target = tmp_path / f"in{suffix}", tmp_path / f"out{suffix}"
        count = megabytes * 1_000_000 // 3_000
        if suffix == ".parquet":
            schema = pa.schema([("text", pa.string()), ("note", pa.string())])
            with pq.ParquetWriter(source, schema, use_dictionary=False, compression="none") as writer:
                for _ in range(0, count, 1000):
                    writer.write_table(pa.table({"text": [SLOW] * 1000, "note": [note] * 1000}, schema=schema))
        else:
            head, row = (
                ("text,note\n", f"{SLOW},{note}\n")
                if suffix == ".csv"
                else ("", f'{{"text":"{SLOW}","note":"{note}"}}\n')
            )
            with source.open("w", encoding="utf-8") as file:
                file.write(head)
                file.writelines(row for _ in range(count))
        command = [executable("wenti"), "tag", str(source), str(target), "--jobs", "1"]
        done = subprocess.run(
            [sys.executable, "-c", PEAK, *command], env=environment(), capture_output=True, check=True, timeout=120
        )
        peaks.append(int(done.stdout))
        source.unlink()
        target.unlink()
    assert peaks[1] < 1.2 * peaks[0]


# Faults


@dataclass(frozen=True)
class Case:
    """A command that must be refused: the input's name and content, the output's name, options, and what is said."""

    name: str
    content: bytes | None
    parts: tuple[str, ...]
    options: tuple[str, ...] = ()
    target: str = ""
    code: int = 1


ROW = f"id,text\n1,{SLOW}\n".encode()
FAULTS = {
    "a missing file": Case("in.csv", None, ("in.csv", "找不到文件")),
    "an empty table": Case("in.csv", b"", ("in.csv", "空的")),
    "an empty workbook": Case("in.xlsx", b"", ("in.xlsx", "空的")),
    "only a byte-order mark": Case("in.csv", b"\xef\xbb\xbf", ("in.csv", "空的")),
    "no such column": Case("in.csv", ROW, ("in.csv", "“描述”", "id, text"), ("--column", "描述")),
    "no telling which column": Case("in.csv", b"a,b\n1,2\n", ("in.csv", "--column", "a, b")),
    "the new columns' names taken": Case("in.csv", b"text,kind,wenti_kind\n", ("in.csv", "wenti_kind")),
    "a sheet of what has none": Case("in.csv", ROW, ("--sheet",), ("--sheet", "a"), code=2),
    "an unknown format": Case("in.pptx", b"x", ("in.pptx", ".pptx", ".txt", ".csv"), target="out.csv"),
    "an output of an unknown format": Case("in.csv", ROW, ("out.doc", ".csv"), target="out.doc", code=2),
    "an output without a suffix": Case("in.csv", ROW, ("out", "没有后缀", ".csv"), target="out", code=2),
    "an output of another format": Case("in.csv", ROW, ("out.xlsx", ".csv"), target="out.xlsx", code=2),
    "the input as the output": Case("in.csv", ROW, ("in.csv", "同一个位置"), target="in.csv", code=2),
    "the input as the list of faults": Case(
        "out.csv.errors.csv", ROW, ("out.csv", "同一个位置"), target="out.csv", code=2
    ),
    "an output in a missing folder": Case("in.csv", ROW, ("没有", "找不到文件夹"), target="没有/out.csv"),
    "binary rubbish as a table": Case("in.csv", bytes(range(256)) * 50, ("in.csv", "UTF-8")),
    "a lone quotation mark": Case("in.csv", ROW + b'2,"' + b"3,x\n" * 10, ("in.csv", "第3行", "引号")),
    "a field without end": Case("in.csv", ROW + b'2,"' + b"3,x\n" * 300_000, ("in.csv", "第3行", "引号")),
    "a line without end": Case("in.csv", ROW + b"x" * (17 << 20), ("in.csv", "第3行", "16 MB")),
    "JSON lines without an object": Case("in.jsonl", b"1\n2\n", ("in.jsonl", "JSON 对象")),
    "JSON lines in UTF-16": Case("in.jsonl", "{}\n".encode("utf-16"), ("in.jsonl", "UTF-8")),
    "a workbook that is none": Case("in.xlsx", ROW, ("in.xlsx", ".xlsx 工作簿")),
    "a Parquet file that is none": Case("in.parquet", ROW, ("in.parquet", "Parquet")),
    "a missing model": Case("in.csv", ROW, ("/nowhere", "model.json"), ("--model", "/nowhere")),
    "options of tables for reports": Case("in.txt", b"x", ("--column",), ("--column", "a"), target="out.csv", code=2),
}


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in FAULTS.items()])
def test_a_fault_is_one_line_and_changes_nothing(tmp_path: Path, case: Case) -> None:
    source = tmp_path / case.name
    target = tmp_path / (case.target or f"out{source.suffix}")
    if case.content is not None:
        source.write_bytes(case.content)
    if target != source and target.parent.is_dir():
        target.write_bytes(b"old")
    before = {name: (tmp_path / name).read_bytes() for name in listing(tmp_path)}
    assert_one_line(tag(source, target, *case.options), case.code, *case.parts)
    assert {name: (tmp_path / name).read_bytes() for name in listing(tmp_path)} == before


def test_faults_are_told_in_english_on_demand(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(b"a,b\n1,2\n")
    result = tag(tmp_path / "in.csv", tmp_path / "out.csv", "--lang", "en")
    assert result.code == 1
    assert result.err.startswith(f"error: {tmp_path / 'in.csv'}: which column to tag?")
    assert "不" not in result.err


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    write_sheet(tmp_path / "in.xlsx", [["text"], [SLOW]], "问题清单")
    result = tag(tmp_path / "in.xlsx", tmp_path / "out.xlsx", "--sheet", "清单")
    assert_one_line(result, 1, str(tmp_path / "in.xlsx"), "“清单”", "问题清单")
    assert listing(tmp_path) == {"in.xlsx"}


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_a_file_cut_off_is_told(tmp_path: Path, suffix: str) -> None:
    source = tmp_path / f"in{suffix}"
    if suffix == ".xlsx":
        write_sheet(source, [["text"], *[[text] for text in STATEMENTS]])
    else:
        pq.write_table(pa.table({"text": STATEMENTS}), source)
    os.truncate(source, source.stat().st_size // 2)
    assert_one_line(tag(source, tmp_path / f"out{suffix}"), 1, str(source), "不是完好的")
    assert listing(tmp_path) == {source.name}


def test_a_column_that_holds_no_text_is_told(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": [1, 2]}), tmp_path / "in.parquet")
    assert_one_line(tag(tmp_path / "in.parquet", tmp_path / "out.parquet"), 1, "in.parquet", "int64", "--column")


def test_a_missing_pyarrow_is_named_with_its_install_line(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": [SLOW]}), tmp_path / "in.parquet")
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "pyarrow.py").write_text("raise ModuleNotFoundError('hidden', name='pyarrow')\n", encoding="utf-8")
    result = tag(tmp_path / "in.parquet", tmp_path / "out.parquet", env={"PYTHONPATH": str(hidden)})
    assert_one_line(result, 1, 'pip install "wenti[parquet]"')
    assert "out.parquet" not in listing(tmp_path)


@pytest.mark.parametrize("place", ["a folder", "a file", "a folder of that name"])
def test_what_must_not_be_written_is_told(tmp_path: Path, place: str) -> None:
    source, folder = tmp_path / "in.csv", tmp_path / "out"
    source.write_bytes(ROW)
    folder.mkdir()
    target = folder / "out.csv"
    if place == "a file":
        target.write_bytes(b"old")
        target.chmod(0o444)
    elif place == "a folder":
        folder.chmod(0o555)
    else:
        target.mkdir()
    before = listing(tmp_path)
    assert_one_line(tag(source, target, before=without_privileges), 1, str(target), "无法写入")
    assert listing(tmp_path) == before


def test_rows_that_no_sheet_can_hold_are_refused_before_the_work(tmp_path: Path) -> None:
    write_sheet(tmp_path / "small.xlsx", [["text"], [SLOW]])
    with (
        zipfile.ZipFile(tmp_path / "small.xlsx") as small,
        zipfile.ZipFile(tmp_path / "in.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        for name in small.namelist():
            content = small.read(name)
            archive.writestr(name, content.replace(b"</sheetData>", b"<row/>" * 1_048_575 + b"</sheetData>"))
    result = tag(tmp_path / "in.xlsx", tmp_path / "out.xlsx")
    assert_one_line(result, 1, str(tmp_path / "in.xlsx"), "1048577", "1048576")
    assert listing(tmp_path) == {"small.xlsx", "in.xlsx"}


def test_no_processes_are_too_few(tmp_path: Path) -> None:
    result = tag("in.csv", "out.csv", "--jobs", "0")
    assert result.code == 2
    assert "--jobs" in result.err
