"""The user's table of units: names of one unit are joined, sectors and regions come from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents import SOURCE, report_of
from wenti.errors import InputError
from wenti.records import Report, UnitName
from wenti.unit_table import Unit, UnitTable

TRAFFIC = Unit("云岭市交通运输局", ("市交通局", "交通局"), "交通", "云岭市")
WATER = Unit("云岭市水务局", (), "农林水", None)
TABLE = "全称,简称,行业,地区\n云岭市交通运输局,市交通局、交通局,交通,云岭市\n云岭市水务局,,农林水,\n"


def load(tmp_path: Path, text: str, name: str = "单位表.csv", encoding: str = "utf-8") -> UnitTable:
    (tmp_path / name).write_text(text, encoding=encoding)
    return UnitTable.load(tmp_path / name)


def refused(tmp_path: Path, text: str, name: str = "单位表.csv") -> InputError:
    with pytest.raises(InputError) as caught:
        load(tmp_path, text, name)
    assert name in caught.value.describe("zh")
    assert caught.value.describe("en")
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_table_is_read_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    table = load(tmp_path, TABLE, encoding=encoding)
    assert table.units == {
        "云岭市交通运输局": TRAFFIC,
        "市交通局": TRAFFIC,
        "交通局": TRAFFIC,
        "云岭市水务局": WATER,
    }


def test_a_workbook_is_read_below_its_title(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["预算单位一览表"], [], ["序号", "单位名称", "曾用名", "所属领域", "所在地区"]):
        book.active.append(row)
    book.active.append([1, "云岭市交通运输局", "市交通局/交通局", "交通", "云岭市"])
    book.active.append([2, "云岭市水务局", None, "农林水", None])
    book.save(tmp_path / "单位.xlsx")
    assert set(UnitTable.load(tmp_path / "单位.xlsx").units.values()) == {TRAFFIC, WATER}


@pytest.mark.parametrize("header", ["全称", "单位全称", "单位名称", "单位", "部门名称", "name", "Full name", "UNIT"])
def test_the_column_of_names_may_be_called(header: str, tmp_path: Path) -> None:
    assert load(tmp_path, f"{header}\n云岭市水务局\n").units == {"云岭市水务局": Unit("云岭市水务局")}


@pytest.mark.parametrize("separator", ["、", "；", ";", "/", "|", "，"])
def test_short_names_may_be_separated_by(separator: str, tmp_path: Path) -> None:
    table = load(tmp_path, f"全称,简称\n云岭市交通运输局,市交通局{separator}交通局\n")
    assert table.units["交通局"].short == ("市交通局", "交通局")


def test_rows_of_one_unit_are_joined(tmp_path: Path) -> None:
    rows = ("云岭市交通运输局,市交通局,,云岭市", "云岭市交通运输局,交通局,交通,")
    table = load(tmp_path, "\n".join(("全称,简称,行业,地区", *rows)))
    assert set(table.units.values()) == {TRAFFIC}
    assert set(table.units) == {"云岭市交通运输局", "市交通局", "交通局"}


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        (("云岭市交通局,交通局", "青禾县交通局,交通局"), "交通局"),
        (("云岭市交通局,青禾县交通局", "青禾县交通局,"), "青禾县交通局"),
        (("青禾县交通局,", "云岭市交通局,青禾县交通局"), "青禾县交通局"),
    ],
    ids=["as short names of two", "as a short name first", "as a full name first"],
)
def test_a_name_of_two_units_is_refused_with_both_and_its_line(
    rows: tuple[str, ...], name: str, tmp_path: Path
) -> None:
    error = refused(tmp_path, "\n".join(("全称,简称", *rows)))
    assert error.key == "units_ambiguous"
    told = error.describe("zh")
    assert f"名称“{name}”" in told
    assert "云岭市交通局" in told
    assert "青禾县交通局" in told
    assert "第3行" in told


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("简称,行业\n交通局,交通\n", "单位表.csv"),
        ("云岭市交通局,交通局\n", "单位表.csv"),
        ("全称,简称\n", "单位表.csv"),
        ("全称,简称\n,交通局\n", "单位表.csv"),
        (TABLE, "单位表.txt"),
        ("<html><body><p>全称</p></body></html>", "单位表.html"),
    ],
    ids=["no full names", "no header", "no rows", "no name in any row", "plain text", "a web page"],
)
def test_what_is_no_table_of_units_is_refused(text: str, name: str, tmp_path: Path) -> None:
    error = refused(tmp_path, text, name)
    assert error.key == "units_columns"
    assert "全称" in error.describe("zh")


def test_an_empty_or_missing_file_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "").key == "file_empty"
    with pytest.raises(InputError) as caught:
        UnitTable.load(tmp_path / "没有.csv")
    assert caught.value.key == "file_missing"


def test_a_damaged_workbook_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "单位.xlsx").write_bytes(b"PK\x03\x04 damaged")
    with pytest.raises(InputError) as caught:
        UnitTable.load(tmp_path / "单位.xlsx")
    assert str(tmp_path / "单位.xlsx") in caught.value.describe("zh")


# Reports

UNITS = UnitTable({name: unit for unit in (TRAFFIC, WATER) for name in (unit.name, *unit.short)})


def of(*names: UnitName, region: str | None = None) -> Report:
    return Report(SOURCE, "", units=tuple(each.name for each in names), unit_names=names, region=region)


def test_a_short_name_becomes_the_full_one_and_is_kept() -> None:
    joined = UNITS.joined(of(UnitName("市交通局")))
    assert joined.units == ("云岭市交通运输局",)
    assert joined.unit_names == (UnitName("云岭市交通运输局", ("市交通局", "交通局")),)
    assert (joined.sectors, joined.region) == (("交通",), "云岭市")


def test_a_name_that_the_table_lacks_is_told_by_its_short_name() -> None:
    joined = UNITS.joined(of(UnitName("云岭市交通运输管理局", ("市交通局",))))
    assert joined.unit_names == (UnitName("云岭市交通运输局", ("云岭市交通运输管理局", "市交通局", "交通局")),)


def test_a_unit_that_the_report_calls_by_its_full_name_has_the_short_names_of_the_table() -> None:
    assert UNITS.joined(of(UnitName(TRAFFIC.name))).unit_names == (UnitName(TRAFFIC.name, TRAFFIC.short),)


def test_names_of_one_unit_are_one() -> None:
    joined = UNITS.joined(of(UnitName("市交通局"), UnitName("云岭市水务局"), UnitName("交通局")))
    assert joined.units == ("云岭市交通运输局", "云岭市水务局")
    assert joined.unit_names[0].short == ("市交通局", "交通局")
    assert joined.sectors == ("交通", "农林水")


def test_a_unit_that_the_table_does_not_name_stays_as_it_is() -> None:
    report = of(UnitName("青禾县教育局", ("县教育局",)))
    assert UNITS.joined(report) == report


def test_the_region_that_the_report_states_counts_for_more() -> None:
    assert UNITS.joined(of(UnitName("市交通局"), region="东江省")).region == "东江省"


def test_units_of_two_regions_tell_none() -> None:
    other = Unit("青禾县水务局", (), None, "青禾县")
    table = UnitTable({**UNITS.units, other.name: other})
    assert table.joined(of(UnitName("市交通局"), UnitName("青禾县水务局"))).region is None


def test_a_report_that_knows_units_without_short_names_is_joined_too() -> None:
    assert UNITS.joined(Report(SOURCE, "", units=("市交通局",))).units == ("云岭市交通运输局",)


def test_a_report_that_was_read_is_joined() -> None:
    report = report_of("项目单位：市交通局", "甲项目绩效评价报告", "一、存在的问题\n预算执行率低。")
    joined = UNITS.joined(report)
    assert joined.units == ("云岭市交通运输局",)
    assert replace(joined, units=(), unit_names=(), sectors=(), region=None) == replace(
        report, units=(), unit_names=(), sectors=(), region=None
    )


names = st.sampled_from((*UNITS.units, "青禾县教育局", "青禾县民政局"))


@given(st.lists(st.builds(UnitName, names, st.lists(names, max_size=2).map(tuple)), max_size=5))
def test_joining_twice_changes_nothing_and_no_unit_is_lost(units: list[UnitName]) -> None:
    once = UNITS.joined(of(*units))
    assert UNITS.joined(once) == once
    assert len(set(once.units)) == len(once.units)
    known = {name for unit in once.unit_names for name in (unit.name, *unit.short)}
    assert {name for unit in units for name in (unit.name, *unit.short)} <= known
