"""Which reports are counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenti.choices import FIELDS, only_of, periods_of, select, years_in
from wenti.errors import UsageError
from wenti.records import Finding, Report, Source, Statement, TaggedStatement, UnitName


def report(index: int, unit: str, year: int | None, **more: object) -> Report:
    source = Source(f"{index}.txt", "00", "txt", 1)
    names = (UnitName(unit, (unit[-3:],)),)
    return Report(source, "", units=(unit,), unit_names=names, project_year=year, **more)  # type: ignore[arg-type]


REPORTS = [
    report(0, "云岭市水务局", 2021, project="河道治理", grade="良", region="云岭市", sectors=("水利",)),
    report(1, "云岭市教育局", 2022, project="校舍维修", grade="中", region="云岭市", sectors=("教育", "基建")),
    report(2, "临江县水务局", 2023, project="灌区改造", grade="良", region="临江县", kind="audit"),
    report(3, "临江县教育局", None),
]
STATEMENTS = [
    TaggedStatement(i, "findings", "1", Statement(f"语句{i}", 0, 3), "weakness", 0.9, ("a.b",), (0.9,), False)
    for i in (0, 0, 1, 2, 3)
]
FINDINGS = [Finding(r, "1", "", ("a.b",), members) for r, members in ((0, (0, 1)), (1, (2,)), (2, (3,)), (3, (4,)))]


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        ([], [0, 1, 2, 3]),
        ([("year", "2022")], [1]),
        ([("year", "2021-2022")], [0, 1]),
        ([("year", "2021"), ("year", "2023")], [0, 2]),
        ([("unit", "水务局")], [0, 2]),
        ([("unit", "水务局"), ("region", "云岭市")], [0]),
        ([("sector", "基建")], [1]),
        ([("grade", "良"), ("grade", "中")], [0, 1, 2]),
        ([("kind", "audit")], [2]),
        ([("project", "治理")], [0]),
        ([("region", "某地")], []),
    ],
    ids=lambda value: (
        "&".join(f"{field}={text}" for field, text in value) if value and value[0] not in range(9) else ""
    ),
)
def test_reports_are_chosen(only: list[tuple[str, str]], expected: list[int]) -> None:
    reports, statements, findings, kept = select(REPORTS, STATEMENTS, FINDINGS, only)
    assert kept == expected
    assert reports == [REPORTS[i] for i in expected]
    assert [reports[s.report].source for s in statements] == [
        REPORTS[s.report].source for s in STATEMENTS if s.report in expected
    ]
    for finding in findings:
        assert {statements[i].report for i in finding.statements} == {finding.report}
    assert len(findings) == sum(f.report in expected for f in FINDINGS)


@pytest.mark.parametrize(
    ("text", "years"), [("2022", (2022, 2022)), ("2021-2023", (2021, 2023)), ("2021–2023", (2021, 2023))]
)
def test_years_are_one_or_a_range(text: str, years: tuple[int, int]) -> None:
    assert years_in(text) == years


@given(st.text(max_size=12))
def test_any_other_text_is_no_year(text: str) -> None:
    try:
        first, last = years_in(text)
    except UsageError as error:
        assert error.key == "years_unclear"
    else:
        assert 1900 <= first <= last <= 2100


@pytest.mark.parametrize("text", ["year", "year=", "=2022", "colour=red", "year=last", "kind=报表", ""])
def test_what_names_no_field_or_value_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        only_of(text)


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_and_its_value_are_told_apart(field: str) -> None:
    value = "audit" if field == "kind" else "2022"
    assert only_of(f" {field} = {value} ") == (field, value)


def test_a_kind_of_document_may_be_called_in_chinese() -> None:
    assert only_of("kind=审计") == ("kind", "audit")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("2021", "periods_unclear"),
        ("2019,2020,2021", "periods_unclear"),
        ("2021,2022-2023", "periods_unequal"),
        ("2022,2022", "periods_unequal"),
        ("2021-2022,2022-2023", "periods_unequal"),
        ("last,2022", "years_unclear"),
    ],
)
def test_periods_are_two_of_one_length_without_common_years(text: str, key: str) -> None:
    with pytest.raises(UsageError) as caught:
        periods_of(text)
    assert caught.value.key == key


def test_periods_are_told_apart() -> None:
    assert periods_of("2020-2021, 2022-2023") == ((2020, 2021), (2022, 2023))
