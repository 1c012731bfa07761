"""The table of statements: what a row says of its report, whatever other reports there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.commands import REPORTS
from wenti import api
from wenti.classifier import Classifier
from wenti.records import Finding, Report, Source, Statement, TaggedStatement
from wenti.statement_table import COLUMNS, INTEGERS, Row, statement_rows
from wenti.tagging import tag_reports


def report(path: str = "a.txt", part: int = 1, units: Sequence[str] = ("甲",), **fields: object) -> Report:
    return replace(Report(Source(path, "00", "txt", part), "", units=tuple(units), project="项目"), **fields)  # type: ignore[arg-type]


def statement(index: int, point: str | None = "1") -> TaggedStatement:
    return TaggedStatement(index, "findings", point, Statement("语句", 3, 5), "weakness", 0.9, (), (), False)


def finding(index: int, statements: Sequence[int], unit: str = "") -> Finding:
    return Finding(index, "1", unit, (), tuple(statements))


def cells(rows: Sequence[Row], column: str) -> list[object]:
    return [row[COLUMNS.index(column)] for row in rows]


def test_a_row_has_a_value_for_each_column() -> None:
    (row,) = statement_rows([report(project_year=2022, evaluation_year=2023)], [statement(0)], [finding(0, [0])])
    assert dict(zip(COLUMNS, row, strict=True)) == {
        "report": "a.txt",
        "unit": "甲",
        "units": "甲",
        "project": "项目",
        "year": 2022,
        "section": "findings",
        "point": "1",
        "finding": 1,
        "start": 3,
        "end": 5,
        "text": "语句",
    }
    assert set(INTEGERS) == {name for name, value in zip(COLUMNS, row, strict=True) if isinstance(value, int)}


def test_a_file_with_several_reports_names_the_part() -> None:
    reports = [report("a.txt", 1), report("a.txt", 2), report("b.txt", 1)]
    rows = statement_rows(reports, [statement(i) for i in range(3)], [])
    assert cells(rows, "report") == ["a.txt#1", "a.txt#2", "b.txt"]


def test_findings_are_numbered_within_their_report() -> None:
    statements = [statement(0), statement(0), statement(0), statement(1)]
    rows = statement_rows(
        [report("a.txt"), report("b.txt")], statements, [finding(0, [0, 2]), finding(1, [3]), finding(0, [1])]
    )
    assert cells(rows, "finding") == [1, 2, 1, 1]


def test_a_statement_outside_findings_has_no_number_and_its_reports_unit() -> None:
    rows = statement_rows([report(units=["乙", "甲"])], [statement(0), statement(0)], [finding(0, [0], unit="乙")])
    assert cells(rows, "finding") == [1, None]
    assert cells(rows, "unit") == ["乙", "乙、甲"]


@pytest.mark.parametrize(
    ("at_fault", "units"),
    [
        (["甲", "乙"], "甲;乙"),
        (["甲"], "甲;乙"),
        (["", "甲"], "乙、甲;甲"),
        ([""], "乙、甲"),
        ([], "乙、甲"),
    ],
    ids=["each is named", "one is named", "one is named, once", "none is named", "nothing was found"],
)
def test_the_members_of_a_joint_unit_are_told_apart_where_all_findings_name_them(
    at_fault: list[str], units: str
) -> None:
    statements = [statement(0) for _ in at_fault] or [statement(0)]
    findings = [finding(0, [i], unit) for i, unit in enumerate(at_fault)]
    assert set(cells(statement_rows([report(units=["甲", "乙"])], statements, findings), "units")) == {units}


def test_a_joint_unit_is_the_same_in_whatever_order_its_members_are_named() -> None:
    reports = [report("a.txt", units=["甲", "乙"]), report("b.txt", units=["乙", "甲"])]
    assert len(set(cells(statement_rows(reports, [statement(0), statement(1)], []), "unit"))) == 1


def test_a_report_that_names_no_unit_is_a_unit_that_says_so() -> None:
    (row,) = statement_rows([report(units=[], project=None)], [statement(0)], [])
    assert cells([row], "unit") == cells([row], "units") == ["未注明单位：a.txt#1"]


def test_what_separates_names_stands_in_none() -> None:
    (row,) = statement_rows([report(units=["甲;乙局"])], [statement(0)], [finding(0, [0])])
    assert cells([row], "unit") == cells([row], "units") == ["甲；乙局"]


def test_the_published_reports_give_a_row_for_each_statement(classifier: Classifier) -> None:
    reports = api.read(REPORTS)
    statements, findings = tag_reports(reports, classifier)
    rows = statement_rows(reports, statements, findings)
    assert cells(rows, "text") == [tagged.statement.text for tagged in statements]
    assert [reports[t.report].text[t.statement.start : t.statement.end] for t in statements] == cells(rows, "text")
    assert len({(row[0], number) for row, number in zip(rows, cells(rows, "finding"), strict=True) if number}) == len(
        findings
    )


files = st.lists(st.lists(st.lists(st.sampled_from("甲乙丙"), max_size=2), min_size=1, max_size=3), max_size=6)


@given(files)
def test_rows_are_the_same_whatever_other_files_there_are(units_of_files: list[list[list[str]]]) -> None:
    batches = [
        [report(f"{index}.txt", part, units) for part, units in enumerate(parts, start=1)]
        for index, parts in enumerate(units_of_files)
    ]

    def rows(reports: list[Report]) -> list[Row]:
        statements = [statement(i) for i, _ in enumerate(reports) for _ in range(2)]
        unit_of = {i: found.units[0] for i, found in enumerate(reports) if len(found.units) > 1}
        findings = [finding(i, [2 * i], unit_of.get(i, "")) for i, _ in enumerate(reports)]
        return statement_rows(reports, statements, findings)

    assert rows([one for batch in batches for one in batch]) == [row for batch in batches for row in rows(batch)]
