"""Counts over tables of statements: those of the report, however the table is stored and cut."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import dask
import dask.dataframe
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.commands import REPORTS, assert_one_line, listing, page, run, succeed, validator
from tests.tables import csv_bytes, csv_dicts, csv_rows
from wenti import api
from wenti.aggregation import Background, aggregate
from wenti.classifier import Classifier
from wenti.counting import COLUMNS, NEEDED, Counted, Counts, count, count_weaknesses, counts_of, table_of, united
from wenti.errors import InputError
from wenti.records import Finding, Kind, Name, Report, Source, Stamp, Statement, TaggedStatement
from wenti.statement_files import Part, count_files, partitions, read_part, tables_among
from wenti.statement_table import COLUMNS as STATEMENT_COLUMNS
from wenti.statement_table import statement_rows
from wenti.summary import Summary
from wenti.tagging import tag_reports
from wenti.taxonomy import Taxonomy

TYPES = ("alpha.one", "alpha.two", "beta.three")
NAMES = {key: Name(f"{key} 名", key) for key in (*TYPES, "alpha", "beta")}
STAMP = Stamp("0", "0", "1", "00", "medium", "2024-01-01")

Frame = pd.DataFrame


@dataclass(frozen=True)
class Tagged:
    """Reports with what was found in them."""

    reports: list[Report]
    statements: list[TaggedStatement]
    findings: list[Finding]

    def summary(self, names: dict[str, Name] = NAMES) -> Summary:
        return aggregate(self.reports, self.statements, self.findings, Background(names, STAMP))

    def table(self) -> Frame:
        rows = statement_rows(self.reports, self.statements, self.findings)
        return pd.DataFrame(rows, columns=list(STATEMENT_COLUMNS)).assign(
            kind=[tagged.kind for tagged in self.statements],
            types=[";".join(tagged.types) for tagged in self.statements],
        )


@st.composite
def tagged(draw: st.DrawFn) -> Tagged:
    """Draw reports by one or several units, two to a file at most, with findings of some statements each."""
    reports: list[Report] = []
    statements: list[TaggedStatement] = []
    findings: list[Finding] = []
    for index in range(draw(st.integers(1, 6))):
        units = tuple(draw(st.lists(st.sampled_from(["甲局", "乙局", "丙局"]), max_size=3)))
        project = draw(st.sampled_from(["一", "二", "三", None]))
        reports.append(Report(Source(f"{index // 2}.txt", "00", "txt", index % 2 + 1), "", None, project, units))
        points: dict[int, list[int]] = {}
        for point, types in draw(
            st.lists(st.tuples(st.integers(0, 3), st.lists(st.sampled_from(TYPES), unique=True)), min_size=1)
        ):
            kind: Kind = "weakness" if point else "recommendation"
            if point:
                points.setdefault(point, []).append(len(statements))
            statement = Statement("语句", 0, 2)
            statements.append(
                TaggedStatement(index, "findings", None, statement, kind, 1, tuple(types), (1,) * len(types), False)
            )
        for members in points.values():
            unit = draw(st.sampled_from(["", *units])) if len(set(units)) > 1 else ""
            labels = dict.fromkeys(label for member in members for label in statements[member].types)
            findings.append(Finding(index, None, unit, tuple(labels), tuple(members)))
    return Tagged(reports, statements, findings)


def expected(found: Tagged) -> Frame:
    return table_of(counts_of(found.summary()), NAMES, "zh")


def cut(table: Frame, borders: Sequence[int]) -> list[Frame]:
    """Return the stretches between borders, empty ones, too."""
    places = [0, *sorted(border % (len(table) + 1) for border in borders), len(table)]
    return [table.iloc[start:end] for start, end in pairwise(places)]


# Counting


@given(tagged())
def test_a_table_has_the_counts_of_its_reports(found: Tagged) -> None:
    pd.testing.assert_frame_equal(count_weaknesses(found.table(), NAMES), expected(found))


@given(tagged(), st.lists(st.integers(0, 100), max_size=8), st.randoms())
def test_counts_do_not_depend_on_how_the_table_is_cut_and_put_together(
    found: Tagged, borders: list[int], shuffler: random.Random
) -> None:
    table = found.table()
    table = table.iloc[shuffler.sample(range(len(table)), len(table))]
    parts = [Counts.of(part) for part in cut(table, borders)]
    shuffler.shuffle(parts)
    middle = shuffler.randint(0, len(parts))
    counted = united([united(parts[:middle]), united(parts[middle:])]).counted()
    assert counted.statements == len(table)
    pd.testing.assert_frame_equal(table_of(counted.rows, NAMES, "zh"), expected(found))


@settings(max_examples=20)
@given(tagged(), st.lists(st.integers(0, 100), max_size=40))
def test_a_dask_table_has_the_same_counts(found: Tagged, borders: list[int]) -> None:
    parts = cut(found.table(), borders)
    frame = dask.dataframe.from_map(lambda part: part, parts, meta=parts[0].iloc[:0])
    with dask.config.set(scheduler="synchronous"):
        pd.testing.assert_frame_equal(count_weaknesses(frame, NAMES), expected(found))


def test_the_published_reports_have_the_counts_of_their_report(classifier: Classifier, taxonomy: Taxonomy) -> None:
    reports = api.read(REPORTS)
    found_statements, findings = tag_reports(reports, classifier)
    found = Tagged(reports, list(found_statements), list(findings))
    names = api.names_in(taxonomy)
    table = count_weaknesses(found.table(), names, "en")
    assert len(table) > 20
    pd.testing.assert_frame_equal(table, table_of(counts_of(found.summary(names)), names, "en"))


def statements(**columns: Sequence[Any]) -> Frame:
    """Return a table of statements, each a finding of its own unless said otherwise."""
    n = len(next(iter(columns.values())))
    usual = {
        "report": ["a.txt"] * n,
        "unit": ["甲"] * n,
        "units": ["甲"] * n,
        "project": ["一"] * n,
        "finding": range(1, n + 1),
        "kind": ["weakness"] * n,
        "types": ["alpha.one"] * n,
    }
    return pd.DataFrame(usual | columns)


def figures(table: Frame) -> dict[str, tuple[int, int]]:
    """Return findings and statements by id."""
    counted = count_weaknesses(table, NAMES)
    return {row["id"]: (row["findings"], row["statements"]) for row in counted.to_dict("records")}


@pytest.mark.parametrize("kind", ["strength", "fact", "recommendation", "", None])
def test_only_weaknesses_count(kind: str | None) -> None:
    assert figures(statements(kind=["weakness", kind])) == {"alpha.one": (1, 1), "alpha": (1, 1)}


def test_a_weakness_in_no_finding_does_not_count_but_its_unit_does() -> None:
    table = statements(finding=[1, None], report=["a.txt", "b.txt"], unit=["甲", "乙"], units=["甲", "乙"])
    assert figures(table) == {"alpha.one": (1, 1), "alpha": (1, 1)}
    assert count_weaknesses(table, NAMES)["units_total"].tolist() == [2, 2]


def test_a_headline_and_its_evidence_are_one_finding() -> None:
    assert figures(statements(finding=[1, 1, 2]))["alpha.one"] == (2, 3)


def test_the_same_number_in_another_report_is_another_finding() -> None:
    assert figures(statements(finding=[1, 1], report=["a.txt#1", "a.txt#2"]))["alpha.one"] == (2, 2)


@pytest.mark.parametrize("cell", ["alpha.one;alpha.two", "alpha.two; alpha.one ", ";alpha.one;alpha.one;alpha.two"])
def test_a_category_counts_a_statement_once_however_many_of_its_types_it_has(cell: str) -> None:
    assert figures(statements(types=[cell])) == dict.fromkeys(("alpha.one", "alpha.two", "alpha"), (1, 1))


def test_statements_without_a_type_count_for_none() -> None:
    assert figures(statements(types=["", None])) == {}


def test_each_of_several_units_is_one_of_the_total() -> None:
    table = count_weaknesses(statements(units=["甲;乙;丙", "甲;丁"]), NAMES)
    assert table["units_total"].tolist() == [4, 4]
    assert table["prevalence"].tolist() == [0.25, 0.25]


def test_no_statement_at_all_gives_the_columns() -> None:
    table = count_weaknesses(statements(kind=[]), NAMES)
    assert (len(table), tuple(table.columns)) == (0, COLUMNS)


@pytest.mark.parametrize("column", NEEDED)
def test_a_table_without_a_column_is_refused(column: str) -> None:
    with pytest.raises(InputError) as caught:
        count(statements(kind=["weakness"]).drop(columns=column))
    assert column in caught.value.describe("en")


@pytest.mark.parametrize("number", ["x", 0, -1, 1.5, float("inf"), 10**9, ["a"]], ids=str)
def test_what_is_no_number_of_a_finding_is_refused(number: object) -> None:
    with pytest.raises(InputError) as caught:
        count(statements(finding=[number]))
    assert caught.value.key == "counted_finding"


def test_more_types_than_any_taxonomy_has_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        count(statements(types=[f"alpha.t{i}" for i in range(5000)]))
    assert caught.value.key == "counted_type"


def test_names_are_in_the_language_asked_for() -> None:
    table = statements(kind=["weakness"])
    assert count_weaknesses(table, NAMES, "zh")["name"].tolist() == ["alpha.one 名", "alpha 名"]
    assert count_weaknesses(table, NAMES, "en")["name"].tolist() == ["alpha.one", "alpha"]


# Tables as files


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of reports: a joint unit, a named culprit, one unit in two reports, and a name that begins a formula."""
    folder = tmp_path_factory.mktemp("pages")
    named = "<p>1. 预算执行率低，支出进度慢。</p><p>2. 某市教育局资产闲置。</p><p>3. 预算执行率低。</p>"
    joint = "某市财政局、某市教育局、某市住房和城乡建设局"
    (folder / "a.txt").write_text(page("2022 年度甲项目", joint, named), encoding="utf-8")
    (folder / "b.txt").write_text(page("2022 年度乙项目"), encoding="utf-8")
    (folder / "c.txt").write_text(page("=1+1"), encoding="utf-8")
    (folder / "d.txt").write_bytes(REPORTS.read_bytes())
    return folder


@pytest.fixture(scope="module")
def tables(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the statements of the pages in every format that can be counted."""
    folder = tmp_path_factory.mktemp("tables")
    for suffix in ("csv", "tsv", "jsonl", "parquet"):
        succeed("wenti", "tag", pages, folder / f"tagged.{suffix}")
    return folder


@pytest.fixture(scope="module")
def counts(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The counts of the reports themselves."""
    target = tmp_path_factory.mktemp("counts") / "counts.csv"
    succeed("wenti", "report", pages, "-o", target)
    return target.read_bytes()


def counts_from(*paths: Path, options: Sequence[str] = ()) -> bytes:
    target = paths[0].parent / "counts" / "counts.csv"
    target.parent.mkdir(exist_ok=True)
    succeed("wenti", "report", *paths, "-o", target, *options)
    return target.read_bytes()


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet"])
def test_a_tagged_table_gives_the_counts_of_the_reports(suffix: str, tables: Path, counts: bytes) -> None:
    assert counts_from(tables / f"tagged.{suffix}") == counts


def test_counts_are_for_excel_by_default(counts: bytes, tmp_path: Path) -> None:
    (tmp_path / "counts.csv").write_bytes(counts)
    header, first, *_ = csv_rows(tmp_path / "counts.csv")
    assert header[:6] == ["层级", "编号", "类别", "名称", "问题点数", "问题语句数"]
    assert len(header) == len(set(header)) == len(COLUMNS)
    assert first[0] == "问题类型"
    assert first[2] in {"项目进度", "资金执行", "绩效目标", "预算编制", "长效机制", "资产管理", "人员配备"}


def test_counts_in_english_have_the_names_of_columns_and_ids(tables: Path, taxonomy: Taxonomy) -> None:
    counts_from(tables / "tagged.csv", options=["--lang", "en"])
    rows = csv_dicts(tables / "counts" / "counts.csv")
    assert tuple(rows[0]) == COLUMNS
    assert {row["level"] for row in rows} == {"type", "category"}
    for row in rows:
        assert row["id"] in taxonomy.names()
        assert row["category"] == row["id"].split(".")[0]
        assert 0 <= float(row["lower"]) <= float(row["prevalence"]) <= float(row["upper"]) <= 1


@pytest.mark.parametrize(
    ("encoding", "how"),
    [
        ("utf-8", {}),
        ("gb18030", {"lineterminator": "\n"}),
        ("utf-16", {"delimiter": "\t"}),
        ("utf-8", {"delimiter": ";"}),
    ],
    ids=["UTF-8", "GBK", "Excel's Unicode text", "with semicolons"],
)
def test_a_table_that_another_program_saved_is_read(
    encoding: str, how: dict[str, str], tables: Path, counts: bytes, tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_bytes(csv_bytes(csv_rows(tables / "tagged.csv"), encoding, **how))
    assert counts_from(tmp_path / "x.csv") == counts


def test_a_folder_of_parts_is_counted_as_a_whole(tables: Path, counts: bytes, tmp_path: Path) -> None:
    header, *rows = csv_rows(tables / "tagged.csv")
    folder = tmp_path / "parts"
    (folder / "下级").mkdir(parents=True)
    (folder / "1.csv").write_bytes(csv_bytes([header, *rows[:5]]))
    (folder / "下级" / "2.csv").write_bytes(csv_bytes([header, *rows[5:150]]))
    pd.read_parquet(tables / "tagged.parquet").iloc[150:].to_parquet(folder / "3.parquet")
    (folder / ".hidden.csv").write_bytes(b"x")
    (folder / "1.csv.errors.csv").write_bytes(b"x")
    assert counts_from(folder) == counts


def test_a_folder_that_holds_reports_is_one_of_reports(pages: Path, counts: bytes, tmp_path: Path) -> None:
    for file in pages.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "old.csv").write_bytes(counts)
    assert tables_among([tmp_path]) == []


def large(n_rows: int) -> Frame:
    """Return findings of two rows each, so that some are cut whatever the size of a block."""
    numbers = pd.Series(range(n_rows)) // 2
    return statements(
        report=("r" + (numbers // 50).astype(str) + ".txt").tolist(),
        unit=("u" + (numbers // 1000).astype(str)).tolist(),
        units=("u" + (numbers // 1000).astype(str)).tolist(),
        project=("p" + (numbers // 50).astype(str)).tolist(),
        finding=(numbers % 50 + 1).tolist(),
        types=[TYPES[number % 3] for number in numbers],
    )


WRITE: dict[str, Callable[[Frame, Path], Any]] = {
    "csv": lambda table, path: table.to_csv(path, index=False),
    "jsonl": lambda table, path: table.to_json(path, orient="records", lines=True),
    "parquet": lambda table, path: table.to_parquet(path, index=False, row_group_size=33_333),
}


@pytest.mark.parametrize("suffix", WRITE)
def test_a_file_of_several_blocks_is_counted_as_a_whole(suffix: str, tmp_path: Path) -> None:
    table = large(110_001)
    WRITE[suffix](table, tmp_path / f"x.{suffix}")
    steps: list[tuple[int, int]] = []
    counted = count_files([tmp_path / f"x.{suffix}"], lambda done, total: steps.append((done, total)))
    assert counted.statements == len(table)
    assert set(counted.rows) == set(count(table).rows)
    assert steps == [(0, 1), (1, 1)]


@pytest.mark.parametrize("suffix", WRITE)
def test_a_table_without_rows_counts_nothing(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"x.{suffix}"
    WRITE[suffix](statements(kind=[]), file)
    with dask.config.set(scheduler="synchronous"):
        assert count_files([file]) == count(partitions([file])) == Counted((), 0, 0, 0)


def test_row_groups_are_read_as_parts_of_their_file(tmp_path: Path) -> None:
    table = large(450_001)
    table.to_parquet(tmp_path / "x.parquet", row_group_size=70_000)
    frame = partitions([tmp_path / "x.parquet"])
    assert frame.npartitions == 3
    with dask.config.set(scheduler="synchronous"):
        assert frame.map_partitions(len).compute().tolist() == [210_000, 210_000, 30_001]
        assert set(count(frame).rows) == set(count(table).rows)


def test_a_part_has_the_same_columns_whatever_its_format(tables: Path) -> None:
    frames = [read_part(Part(str(file))) for file in sorted(tables.glob("tagged.*"))]
    assert len(frames) == 4
    for frame in frames[1:]:
        pd.testing.assert_frame_equal(frame.replace({None: ""}), frames[0], check_dtype=False)


# What is at fault


HEADER = ",".join(NEEDED)
ROW = "a.txt,甲,甲,一,1,weakness,fund_execution.slow_spending"
BAD: dict[str, tuple[str, bytes, list[str]]] = {
    "no table of statements": ("x.csv", "问题描述\n预算执行率低\n".encode(), ["report, unit", "wenti tag"]),
    "a list of faults": ("x.csv", "文件,原因\n".encode(), ["report, unit", "wenti tag"]),
    "nothing": ("x.csv", b"", ["x.csv"]),
    "a column too many": ("x.csv", f"{HEADER}\n{ROW}\n{ROW},x\n".encode(), ["x.csv，第3行", "wenti tag"]),
    "a row cut off": ("x.csv", f"{HEADER}\n{ROW}\n{ROW[:9]}".encode(), ["x.csv，第3行", "wenti tag"]),
    "an open quotation mark": ("x.csv", f'{HEADER}\n"{ROW}\n{ROW}\n'.encode(), ["x.csv，第3行", "wenti tag"]),
    "no number": ("x.csv", f"{HEADER}\n{ROW.replace(',1,', ',一,')}\n".encode(), ["finding"]),
    "an unknown type": (
        "x.csv",
        f"{HEADER}\n{ROW.replace('slow', 'fast')}\n".encode(),
        ["fast_spending", "--taxonomy"],
    ),
    "no encoding": ("x.csv", HEADER.encode() + b"\n\xff\xff\xff\n", ["x.csv", "UTF-8"]),
    "no JSON": ("x.jsonl", b"\n{\n", ["x.jsonl，第2行", "wenti tag"]),
    "no object": ("x.jsonl", b"[]\n", ["x.jsonl，第1行", "wenti tag"]),
    "an object without the keys": ("x.jsonl", '{"text": "预算"}\n'.encode(), ["x.jsonl，第1行", "report", "wenti tag"]),
    "what no interpreter can nest": ("x.jsonl", b"[" * 200_000, ["x.jsonl，第1行", "wenti tag"]),
    "no Parquet": ("x.parquet", b"PAR1", ["x.parquet", "wenti tag"]),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_table_is_refused_by_name_with_the_reason(case: str, taxonomy: Taxonomy, tmp_path: Path) -> None:
    name, content, parts = BAD[case]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        table_of(count_files([tmp_path / name]).rows, api.names_in(taxonomy), "zh")
    for part in parts:
        assert part in caught.value.describe("zh")


def test_a_table_at_fault_leaves_the_old_counts_alone(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("问题描述\n预算执行率低\n", encoding="utf-8")
    (tmp_path / "counts.csv").write_bytes(b"old")
    assert_one_line(run("wenti", "report", "x.csv", "-o", "counts.csv", cwd=tmp_path), 1, "x.csv：缺少列", "wenti tag")
    assert (tmp_path / "counts.csv").read_bytes() == b"old"
    assert listing(tmp_path) == {"x.csv", "counts.csv"}


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    assert_one_line(run("wenti", "report", "没有.csv", "-o", "x.csv", cwd=tmp_path), 1, "没有.csv", "找不到文件")


def test_the_users_taxonomy_names_the_types(root: Path, tables: Path, tmp_path: Path) -> None:
    text = (root / "taxonomy" / "taxonomy.yaml").read_text(encoding="utf-8")
    (tmp_path / "own.yaml").write_text(
        text.replace("name: 预算执行率低、支出进度慢", "name: 花钱太慢"), encoding="utf-8"
    )
    succeed("wenti", "report", tables / "tagged.csv", "-o", "x.csv", "--taxonomy", "own.yaml", cwd=tmp_path)
    assert "花钱太慢" in (tmp_path / "x.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".xlsx"])
def test_a_whole_report_of_a_table_counts_what_that_of_its_reports_does(
    suffix: str, tables: Path, pages: Path, tmp_path: Path
) -> None:
    table = tables / f"tagged{suffix}"
    if suffix == ".xlsx":
        table = tmp_path / "tagged.xlsx"
        succeed("wenti", "tag", pages, table)
    succeed("wenti", "report", pages, "-o", "reports.json", cwd=tmp_path)
    succeed("wenti", "report", table, "-o", "table.json", cwd=tmp_path)
    of_reports, of_table = (
        json.loads((tmp_path / name).read_text(encoding="utf-8")) for name in ("reports.json", "table.json")
    )
    validator("report").validate(of_table)
    names = ("id", "projects", "findings", "prevalence", "interval", "prevalence_projects", "corrected", "key_figure")
    for level in ("weaknesses", "categories"):
        rows = [
            {each["id"]: [each[name] for name in names] for each in found[level]} for found in (of_reports, of_table)
        ]
        assert rows[0] == rows[1]
    kept = ("text", "kind", "types", "section", "point", "start", "end", "needs_review", "report")
    statements = [[[each[name] for name in kept] for each in found["statements"]] for found in (of_reports, of_table)]
    assert statements[0] == statements[1]
    assert [each["statements"] for each in of_reports["findings"]] == [
        each["statements"] for each in of_table["findings"]
    ]


@pytest.mark.parametrize("options", [["--threshold", "strict"], ["--model", "model"]], ids=" ".join)
def test_a_tagged_table_is_not_tagged_again(options: list[str], tables: Path, tmp_path: Path) -> None:
    result = run("wenti", "report", tables / "tagged.csv", "-o", "x.csv", *options, cwd=tmp_path)
    assert_one_line(result, 2, "--threshold", "wenti tag")
    assert listing(tmp_path) == set()


def test_reports_and_tables_are_not_counted_together(tables: Path, pages: Path, tmp_path: Path) -> None:
    result = run("wenti", "report", tables / "tagged.csv", pages, "-o", "x.csv", cwd=tmp_path)
    assert_one_line(result, 2, "tagged.csv", str(pages))
    missing = run("wenti", "report", tables / "tagged.csv", "没有.txt", "-o", "x.csv", cwd=tmp_path)
    assert_one_line(missing, 1, "没有.txt", "找不到文件")
    assert listing(tmp_path) == set()
