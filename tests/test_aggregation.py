"""Counting: presence, not sentences."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenti.aggregation import aggregate
from wenti.records import Finding, Kind, Name, Report, Role, Source, Stamp, Statement, Summary, TaggedStatement
from wenti.units import project_of

TYPES = ("alpha.one", "alpha.two", "beta.three")
NAMES = {key: Name(key, key) for key in (*TYPES, "alpha", "beta", "weakness", "strength", "fact", "recommendation")}
STAMP = Stamp("0", "0", "1", "00", "medium", "2024-01-01")


def report(project: str, *units: str) -> Report:
    return Report(Source(f"{project}.txt", "00", "txt", 1), "", project=project, units=units)


def weakness(index: int, types: tuple[str, ...], section: Role = "findings", point: str = "1") -> TaggedStatement:
    kind: Kind = "weakness" if section == "findings" else "recommendation"
    statement = Statement(f"语句{index}", 0, 3)
    return TaggedStatement(index, section, point, statement, kind, 0.9, types, tuple(0.9 for _ in types), False)


def summarise(reports: list[Report], statements: list[TaggedStatement], findings: list[Finding]) -> Summary:
    return aggregate(reports, statements, findings, names=NAMES, stamp=STAMP)


def finding(report_index: int, unit: str, statements: tuple[int, ...], types: tuple[str, ...]) -> Finding:
    return Finding(report_index, "1", unit, types, statements)


def test_a_headline_and_its_evidence_count_once() -> None:
    statements = [weakness(0, ("alpha.one",)), weakness(0, ("alpha.one",))]
    summary = summarise([report("p", "甲")], statements, [finding(0, "甲", (0, 1), ("alpha.one",))])
    (row,) = summary.types
    assert (row.findings, row.by_unit.count, row.statements) == (1, 1, (0, 1))


def test_a_unit_with_two_reports_counts_once_among_units_and_twice_among_projects() -> None:
    statements = [weakness(0, ("alpha.one",)), weakness(1, ("alpha.one",))]
    findings = [finding(0, "甲", (0,), ("alpha.one",)), finding(1, "甲", (1,), ("alpha.one",))]
    summary = summarise([report("p", "甲"), report("q", "甲")], statements, findings)
    (row,) = summary.types
    assert (row.by_unit.count, row.by_unit.total) == (1, 1)
    assert (row.by_project.count, row.by_project.total) == (2, 2)


def test_units_without_findings_stay_in_the_denominator() -> None:
    statements = [weakness(0, ("alpha.one",))]
    summary = summarise(
        [report("p", "甲"), report("q", "乙"), report("r", "丙")], statements, [finding(0, "甲", (0,), ("alpha.one",))]
    )
    assert (summary.types[0].by_unit.count, summary.types[0].by_unit.total) == (1, 3)


def test_a_category_counts_a_finding_once_however_many_of_its_types_it_has() -> None:
    statements = [weakness(0, ("alpha.one", "alpha.two"))]
    summary = summarise([report("p", "甲")], statements, [finding(0, "甲", (0,), ("alpha.one", "alpha.two"))])
    assert [(row.id, row.findings) for row in summary.categories] == [("alpha", 1)]
    assert [(cell.category, cell.findings) for cell in summary.matrix] == [("alpha", 1)]


def test_a_report_that_names_no_unit_is_a_unit_that_says_so() -> None:
    nameless = Report(Source("a.txt", "00", "txt", 2), "")
    assert project_of(nameless) == "a.txt#2"
    statements = [weakness(0, ("alpha.one",))]
    summary = summarise([nameless], statements, [finding(0, "", (0,), ("alpha.one",))])
    assert summary.types[0].units == ("未注明单位：a.txt#2",)
    assert summary.units == ("未注明单位：a.txt#2",)


@pytest.mark.parametrize(
    ("asked", "match"),
    [(("alpha.one",), "type"), (("alpha.two",), "category"), (("beta.three",), "none"), ((), "none")],
    ids=["the same type", "only the same category", "another category", "no type"],
)
def test_requirements_are_matched_by_type_then_category(asked: tuple[str, ...], match: str) -> None:
    statements = [weakness(0, ("alpha.one",)), weakness(0, asked, "requirements")]
    summary = summarise([report("p", "甲")], statements, [finding(0, "甲", (0,), ("alpha.one",))])
    (row,) = summary.coverage
    assert row.match == match
    assert row.requirements == ((1,) if match != "none" else ())


def test_nothing_found_is_a_summary_too() -> None:
    summary = summarise([report("p", "甲")], [], [])
    assert (summary.types, summary.matrix, summary.coverage) == ((), (), ())


labels = st.lists(st.sampled_from(TYPES), max_size=3, unique=True).map(tuple)


@given(st.lists(st.tuples(st.integers(0, 4), labels), max_size=30), st.randoms())
def test_counts_do_not_depend_on_the_order_of_findings(
    rows: list[tuple[int, tuple[str, ...]]], shuffler: random.Random
) -> None:
    reports = [report(f"p{i}", f"单位{i % 3}") for i in range(5)]
    statements = [weakness(index, types) for index, types in rows]
    findings = [finding(index, f"单位{index % 3}", (i,), types) for i, (index, types) in enumerate(rows)]
    shuffled = list(findings)
    shuffler.shuffle(shuffled)

    def counts(summary: Summary) -> list[tuple[object, ...]]:
        return [(r.id, set(r.units), r.by_unit, r.by_project, r.findings, r.statements) for r in summary.types]

    first, second = summarise(reports, statements, findings), summarise(reports, statements, shuffled)
    assert counts(first) == counts(second)
    for row in first.types:
        assert row.by_unit.count == len({f.unit for f in findings if row.id in f.types})
        assert row.by_project.count == len({f.report for f in findings if row.id in f.types})
        assert row.findings == sum(row.id in f.types for f in findings)
    assert all(cell.findings <= len(findings) for cell in first.matrix)


def test_the_ranking_puts_what_most_units_share_first() -> None:
    statements = [weakness(0, ("beta.three",)), weakness(1, ("beta.three", "alpha.one"))]
    findings = [finding(0, "甲", (0,), ("beta.three",)), finding(1, "乙", (1,), ("beta.three", "alpha.one"))]
    summary = summarise([report("p", "甲"), report("q", "乙")], statements, findings)
    assert [row.id for row in summary.types] == ["beta.three", "alpha.one"]
    assert replace(summary.types[0].by_unit, lower=0, upper=1).share == 1.0


@pytest.mark.parametrize(
    ("at_fault", "units"),
    [
        (["甲等2家单位"], ["甲等2家单位"]),
        (["甲", "乙"], ["甲", "乙"]),
        (["甲"], ["甲", "乙"]),
        (["甲", "甲等2家单位"], ["甲等2家单位", "甲"]),
        ([], ["甲等2家单位"]),
    ],
    ids=["none is named", "each is named", "one is named", "one is named, once", "nothing was found"],
)
def test_the_members_of_a_joint_unit_are_told_apart_where_all_findings_name_them(
    at_fault: list[str], units: list[str]
) -> None:
    statements = [weakness(0, ("alpha.one",)) for _ in at_fault]
    findings = [finding(0, unit, (i,), ("alpha.one",)) for i, unit in enumerate(at_fault)]
    assert list(summarise([report("p", "甲", "乙")], statements, findings).units) == units


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([("甲",)], ["甲"]),
        ([("甲", "乙", "丙")], ["甲等3家单位"]),
        ([("甲", "乙"), ("乙", "甲")], ["甲等2家单位", "甲等2家单位"]),
        ([("甲", "乙"), ("甲", "丙")], ["甲等2家单位", "甲等2家单位（2）"]),
    ],
    ids=["one unit is itself", "several are one joint unit", "in any order", "other members are another joint unit"],
)
def test_a_report_counts_for_one_unit(units: list[tuple[str, ...]], expected: list[str]) -> None:
    reports = [report(f"p{i}", *members) for i, members in enumerate(units)]
    assert list(summarise(reports, [], []).report_units) == expected


def test_findings_without_a_unit_at_fault_are_their_reports() -> None:
    statements = [weakness(0, ("alpha.one",))]
    summary = summarise([report("p", "甲", "乙")], statements, [finding(0, "", (0,), ("alpha.one",))])
    assert [f.unit for f in summary.findings] == ["甲等2家单位"]


def test_reports_that_the_model_was_trained_on_are_told() -> None:
    summary = aggregate([report("p", "甲")], [], [], names=NAMES, stamp=STAMP, trained_on=["00"])
    assert summary.trained_on == (0,)
    assert summarise([report("p", "甲")], [], []).trained_on == ()
