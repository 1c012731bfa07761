"""Counting: presence, not sentences."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenti.aggregation import Background, aggregate
from wenti.choices import USUAL, Choices
from wenti.errors import UsageError
from wenti.figures import find_figures
from wenti.records import Finding, Kind, Name, Report, Role, Source, Stamp, Statement, TaggedStatement
from wenti.summary import KeyFigure, Measure, Summary
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


def summarise(
    reports: list[Report], statements: list[TaggedStatement], findings: list[Finding], choices: Choices = USUAL
) -> Summary:
    return aggregate(reports, statements, findings, Background(NAMES, STAMP), choices)


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
    summary = aggregate([report("p", "甲")], [], [], Background(NAMES, STAMP, trained_on=["00"]))
    assert summary.trained_on == (0,)
    assert summarise([report("p", "甲")], [], []).trained_on == ()


def of_year(year: int, unit: str, project: str = "", score: float | None = None, grade: str | None = None) -> Report:
    found = report(project or f"{unit}{year}", unit)
    return replace(found, project_year=year, evaluation_score=score, grade=grade)


def with_findings(reports: list[Report], types: list[tuple[str, ...]], choices: Choices = USUAL) -> Summary:
    """Return the summary of reports with one finding each, of the types given; none where these are empty."""
    statements: list[TaggedStatement] = []
    findings: list[Finding] = []
    for index, (found, labels) in enumerate(zip(reports, types, strict=True)):
        if labels:
            findings.append(finding(index, found.units[0], (len(statements),), labels))
            statements.append(weakness(index, labels))
    return summarise(reports, statements, findings, choices)


def test_what_fewer_units_show_than_asked_for_is_not_ranked_but_named() -> None:
    reports = [of_year(2022, unit) for unit in "甲乙丙"]
    summary = with_findings(reports, [("alpha.one",), ("alpha.one",), ("beta.three",)], Choices(min_support=2))
    assert [row.id for row in summary.types] == ["alpha.one"]
    assert summary.below_support == ("beta.three",)


def test_by_project_the_share_of_projects_ranks() -> None:
    reports = [of_year(2022, unit, project) for unit, project in ("甲p", "甲q", "甲r", "乙s", "丙t")]
    types: list[tuple[str, ...]] = [*[("beta.three",)] * 3, *[("alpha.one",)] * 2]
    assert [row.id for row in with_findings(reports, types).types] == ["alpha.one", "beta.three"]
    by_project = with_findings(reports, types, Choices(by="project"))
    assert [row.id for row in by_project.types] == ["beta.three", "alpha.one"]
    assert by_project.groups == ("p", "q", "r", "s", "t")


def test_projects_of_one_name_are_told_apart_by_their_units() -> None:
    reports = [of_year(2022, "甲", "p", 90.0), of_year(2022, "乙", "p", 70.0), of_year(2023, "乙", "p", 80.0)]
    summary = with_findings(reports, [("alpha.one",), (), ("alpha.one",)])
    assert summary.projects == ("p（甲）", "p（乙）")
    assert summary.report_projects == ("p（甲）", "p（乙）", "p（乙）")
    assert [profile.score for profile in summary.profiles] == [90.0, 80.0]
    assert (summary.types[0].by_project.count, summary.types[0].by_project.total) == (2, 2)


def test_the_matrix_by_year_counts_the_units_of_each_year() -> None:
    reports = [
        of_year(2023, "甲"),
        of_year(2022, "甲"),
        of_year(2022, "乙"),
        replace(of_year(2022, "丙"), project_year=None),
    ]
    types: list[tuple[str, ...]] = [("alpha.one",), ("alpha.one",), (), ("beta.three",)]
    summary = with_findings(reports, types, Choices(by="year"))
    assert summary.groups == ("", "2022", "2023")
    found = {(cell.group, cell.category): (cell.by_unit.count, cell.by_unit.total) for cell in summary.matrix}
    assert found == {("2023", "alpha"): (1, 1), ("2022", "alpha"): (1, 2), ("", "beta"): (1, 1)}


def test_a_report_of_two_sectors_is_in_both() -> None:
    reports = [replace(of_year(2022, "甲"), sectors=("农业", "水利")), of_year(2022, "乙")]
    summary = with_findings(reports, [("alpha.one",), ("alpha.one",)], Choices(by="sector"))
    assert summary.groups == ("农业", "水利", "")
    assert [cell.group for cell in summary.matrix] == ["农业", "水利", ""]


def test_a_project_has_the_score_of_its_latest_report() -> None:
    reports = [of_year(2021, "甲", "p", 70.0, "中"), of_year(2022, "甲", "p", 85.0, "良"), of_year(2023, "甲", "p")]
    (profile,) = with_findings(reports, [("alpha.one",), ("alpha.one", "beta.three"), ()]).profiles
    assert (profile.score, profile.grade, profile.years, profile.findings) == (85.0, "良", (2021, 2022, 2023), 2)
    assert profile.types == ("alpha.one", "beta.three")


def test_scores_are_compared_where_three_reports_have_a_type_and_three_have_not() -> None:
    scores = [70.0, 72.0, 74.0, 88.0, 90.0, 92.0]
    reports = [of_year(2022, f"单位{i}", score=score, grade="良") for i, score in enumerate(scores)]
    types: list[tuple[str, ...]] = [("alpha.one",)] * 3 + [("beta.three",)] * 2 + [()]
    (found,) = with_findings(reports, types).contrasts
    assert (found.id, found.n_with, found.n_without, found.difference) == ("alpha.one", 3, 3, -18.0)
    assert found.lower < -18 < found.upper < 0
    (alpha, beta) = with_findings(reports, types).grades
    assert ((alpha.category, alpha.share.count), (beta.category, beta.share.count)) == (("alpha", 3), ("beta", 2))


def test_pairs_have_the_lift_that_their_units_give() -> None:
    reports = [of_year(2022, f"单位{i}") for i in range(8)]
    both, none = ("alpha.one", "beta.three"), ()
    (pair,) = with_findings(reports, [both] * 4 + [("alpha.two",)] * 2 + [none] * 2).pairs
    assert (pair.first, pair.second, len(pair.units), pair.expected, pair.lift) == (*both, 4, 2.0, 2.0)
    assert pair.p_value == pytest.approx(1 / 35, abs=1e-9)  # 4! 4! / 8! · 2
    assert not with_findings(reports, [both] * 2 + [none] * 6).pairs


def test_the_same_type_in_a_later_year_comes_back() -> None:
    reports = [
        of_year(2021, "甲"),
        of_year(2023, "甲"),
        of_year(2024, "甲"),
        of_year(2023, "乙"),
        of_year(2023, "乙", "q"),
    ]
    types: list[tuple[str, ...]] = [
        ("alpha.one",),
        ("alpha.one", "beta.three"),
        ("alpha.one",),
        ("alpha.one",),
        ("alpha.one",),
    ]
    found = with_findings(reports, types).recurrences
    assert [(r.unit, r.type, r.earlier.year, r.later.year) for r in found] == [
        ("甲", "alpha.one", 2021, 2023),
        ("甲", "alpha.one", 2023, 2024),
    ]
    assert all(each.quotation in each.statements for r in found for each in (r.earlier, r.later))


def test_what_is_new_needs_units_that_could_have_shown_it_before() -> None:
    def years(n_before: int) -> Summary:
        reports = [of_year(2022, f"单位{i}") for i in range(n_before)] + [of_year(2023, "单位0")]
        return with_findings(reports, [("alpha.one",)] * n_before + [("alpha.one", "beta.three")])

    assert years(5).new_types == ("beta.three",)
    assert years(4).new_types == ()


def test_a_trend_has_a_point_for_each_year() -> None:
    reports = [of_year(year, f"单位{i}") for year in (2021, 2022, 2023) for i in range(4)]
    shown = [1, 2, 4]
    types: list[tuple[str, ...]] = [("alpha.one",) if i < n else () for n in shown for i in range(4)]
    found = with_findings(reports, types).trends
    assert [(t.id, [p.share.count for p in t.points]) for t in found] == [("alpha.one", shown), ("alpha", shown)]
    assert found[0].change == pytest.approx(0.375)
    assert found[0].p_adjusted >= found[0].p_value


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        (None, ("2022", "2023")),
        (((2020, 2021), (2022, 2023)), ("2020–2021", "2022–2023")),
    ],
    ids=["the latest year against the one before", "as asked for"],
)
def test_periods_are_compared(
    periods: tuple[tuple[int, int], tuple[int, int]] | None, expected: tuple[str, str]
) -> None:
    reports = [of_year(year, f"单位{i}") for year in (2021, 2022, 2023) for i in range(6)]
    types: list[tuple[str, ...]] = [
        ("alpha.one",) if i < year - 2020 else () for year in (2021, 2022, 2023) for i in range(6)
    ]
    found = with_findings(reports, types, Choices(periods=periods)).comparison
    assert found is not None
    assert (found.first, found.second) == expected
    if periods is None:
        (row,) = found.rows
        assert (row.first.count, row.first.total, row.second.count, row.second.total) == (2, 6, 3, 6)


def test_a_period_without_reports_is_told() -> None:
    with pytest.raises(UsageError) as caught:
        with_findings([of_year(2022, "甲")], [("alpha.one",)], Choices(periods=((2010, 2010), (2022, 2022))))
    assert (caught.value.key, caught.value.facts["period"]) == ("period_empty", "2010")


def test_types_that_have_nothing_to_do_with_each_other_are_rarely_called_a_pair() -> None:
    generator = random.Random(0)
    alarms = 0
    for _ in range(60):
        shown = [tuple(f"a.t{n}" for n in range(10) if generator.random() < 0.15) for _ in range(40)]
        summary = with_findings([of_year(2022, f"单位{i}") for i in range(40)], shown)
        alarms += any(pair.p_adjusted < 0.05 for pair in summary.pairs)
    assert alarms / 60 <= 0.05


def test_without_change_the_years_rarely_differ() -> None:
    generator = random.Random(1)
    alarms = 0
    for _ in range(30):
        reports = [of_year(year, f"单位{i}") for year in (2021, 2022, 2023) for i in range(30)]
        shown = [tuple(f"a.t{n}" for n in range(10) if generator.random() < 0.3) for _ in reports]
        comparison = with_findings(reports, shown).comparison
        assert comparison is not None
        alarms += any(row.p_adjusted < 0.05 for row in comparison.rows)
    assert alarms / 30 <= 0.1


def test_groups_of_reports_are_compared() -> None:
    reports = [of_year(2022, unit) for unit in "甲乙丙丁"]
    statements = [weakness(i, ("alpha.one",)) for i in range(3)]
    findings = [finding(i, unit, (i,), ("alpha.one",)) for i, unit in enumerate("甲乙丙")]
    sides = ("a", [0, 1]), ("b", [2, 3])
    found = aggregate(reports, statements, findings, Background(NAMES, STAMP), sides=sides).comparison
    assert found is not None
    assert [(r.first.count, r.second.count, r.difference) for r in found.rows] == [(2, 1, -0.5)]
    assert found.rows[0].first_statements == (0, 1)


@pytest.mark.parametrize(
    ("measure", "expected", "sentences"),
    [
        ("lowest_rate", 0.375, (0,)),
        ("longest_delay", 8.0, (1,)),
        ("sum_amount", 150.0, (1, 2)),
        ("largest_rate", 0.6, (1,)),
    ],
)
def test_key_figures_are_those_of_the_taxonomy(measure: Measure, expected: float, sentences: tuple[int, ...]) -> None:
    texts = (
        "预算执行率37.5%",
        "进度滞后8个月，执行率60%，涉及资金100万元",
        "涉及资金50万元，其中30万元",
        "共涉及100万元",
    )
    statements = [
        replace(weakness(0, ("alpha.one",)), statement=Statement(text, 0, len(text), find_figures(text)))
        for text in texts
    ]
    findings = [finding(0, "甲", members, ("alpha.one",)) for members in ((0,), (1, 3), (2,))]
    background = Background(NAMES, STAMP, measures={"alpha.one": measure})
    (row,) = aggregate([report("p", "甲")], statements, findings, background).types
    assert row.key_figure == KeyFigure(measure, expected, sentences)


def test_quotations_are_of_different_units_and_unlike_each_other() -> None:
    texts = [f"预算执行率仅为{n}%，资金支出进度缓慢" for n in (31, 32, 33)] + [
        "年底仍有大量资金未支出，形成沉淀",
        "执行率低",
    ]
    reports = [report(f"p{i}", f"单位{i}") for i in range(len(texts))]
    statements = [
        replace(weakness(i, ("alpha.one",)), statement=Statement(text, 0, len(text))) for i, text in enumerate(texts)
    ]
    findings = [finding(i, f"单位{i}", (i,), ("alpha.one",)) for i in range(len(texts))]
    (row,) = summarise(reports, statements, findings).types
    assert 2 <= len(row.quotations) <= 4
    assert sum(index < 3 for index in row.quotations) == 1
    assert 3 in row.quotations


def test_praise_stands_against_a_weakness() -> None:
    praise = replace(weakness(0, ("alpha.one",)), kind="strength")
    summary = summarise(
        [report("p", "甲")], [weakness(0, ("alpha.one",)), praise], [finding(0, "甲", (0,), ("alpha.one",))]
    )
    assert summary.types[0].strengths == (1,)
    assert summary.strengths == (1,)
