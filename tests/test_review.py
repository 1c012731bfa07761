"""A reviewer's workbook: written, corrected in several programs, read back, applied, and taken into a corpus."""

from __future__ import annotations

import datetime
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from tests.commands import assert_one_line, run, succeed
from tests.strategies import characters
from wenti.corpus import LabelledStatement, add_labelled, check_corpus, read_corpus
from wenti.errors import CorpusError, InputError, OutputError
from wenti.messages import LANGUAGES
from wenti.records import Report, Source, Statement, TaggedStatement, UnitName
from wenti.review import (
    apply_review,
    book,
    check_new,
    labelled_rows,
    layout,
    read_review,
    reading,
    write_review,
    writing,
)
from wenti.summary import Review, Unmatched
from wenti.tagging import findings_of
from wenti.taxonomy import Category, ProblemType, Taxonomy
from wenti.workbook_archive import escaped

SLOW, MISUSE, IDLE = "fund_execution.slow_spending", "fund_execution.misuse", "asset_management.idle_assets"
SLOW_NAME, IDLE_NAME = "资金执行 / 预算执行率低、支出进度慢", "资产管理 / 资产闲置或使用率低"
needs_libreoffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")

Tagged = tuple[list[Report], list[TaggedStatement]]


def report(number: int = 1, **fields: Any) -> Report:
    source = Source(f"第{number}份.docx", f"{number:064x}", "docx", 1)
    given = {
        "project": f"项目{number}",
        "units": (f"{number}局",),
        "unit_names": (UnitName(f"{number}局", ("局",)),),
        "project_year": 2022,
        "evaluation_year": 2023,
        "evaluation_score": 80.06,
        "grade": "良",
    }
    return Report(source, "", **{**given, **fields})


def tagged(texts: Sequence[str], number: int = 0, types: tuple[str, ...] = (SLOW,)) -> list[TaggedStatement]:
    """Return weaknesses that stand one after the other."""
    found, start = [], 0
    for text in texts:
        statement = Statement(text, start, start + len(text))
        found.append(
            TaggedStatement(
                *(number, "findings", "1", statement, "weakness", 0.9, types, (0.8,) * len(types)),
                needs_review=True,
                inherited=True,
            )
        )
        start += len(text) + 1
    return found


@pytest.fixture
def some() -> Tagged:
    """Two reports of three statements each."""
    reports = [report(1), report(2)]
    return reports, [
        *tagged(["预算执行率低", "资产闲置", "制度不健全"], 0),
        *tagged(["预算执行率低", "挪用资金", "进度滞后"], 1),
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "复核.xlsx"


def edited(path: Path, change: Callable[[Any], object], sheet: str = "语句") -> None:
    """Change a workbook as a person would, in one of its sheets."""
    found = load_workbook(path)
    change(found[sheet])
    found.save(path)


def column(sheet: Any, name: str) -> int:
    """Return the number of a column, from 1."""
    return next(index for index, cell in enumerate(sheet[1], 1) if cell.value == name)


def put(path: Path, row: int, sheet: str = "语句", **values: Any) -> None:
    """Write into cells of a row, by header."""

    def change(found: Any) -> None:
        for name, value in values.items():
            found.cell(row, column(found, name)).value = value

    edited(path, change, sheet)


def by_libreoffice(path: Path) -> None:
    """Let LibreOffice open and save a workbook."""
    with TemporaryDirectory() as folder:
        command = ["soffice", f"-env:UserInstallation={Path(folder).as_uri()}/profile", "--headless", "--convert-to"]
        subprocess.run(
            [*command, "xlsx:Calc MS Excel 2007 XML", "--outdir", folder, path],
            check=True,
            capture_output=True,
            timeout=120,
        )
        shutil.copy(Path(folder) / path.name, path)


def as_it_is(path: Path) -> None:
    """Leave a workbook as it was written."""


def by_openpyxl(path: Path) -> None:
    load_workbook(path).save(path)


def reviewed(
    some: Tagged, path: Path, taxonomy: Taxonomy
) -> tuple[tuple[Report, ...], tuple[TaggedStatement, ...], Review]:
    return apply_review(*some, read_review(path, taxonomy))


PROGRAMS = [as_it_is, by_openpyxl, pytest.param(by_libreoffice, marks=needs_libreoffice)]


# Round trips


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("program", PROGRAMS)
def test_what_nobody_changed_changes_nothing(
    some: Tagged, path: Path, taxonomy: Taxonomy, program: Callable[[Path], None], lang: str
) -> None:
    write_review(path, *some, taxonomy, lang)
    program(path)
    sheet = read_review(path, taxonomy)
    assert [row.is_reviewed for row in sheet.statements] == [False] * 6
    assert [dict(row.given) for row in sheet.reports] == [dict(row.before) for row in sheet.reports]
    assert apply_review(*some, sheet) == (tuple(some[0]), tuple(some[1]), Review(0, 0, ()))


@pytest.mark.parametrize("program", PROGRAMS)
def test_corrections_win_over_the_model(
    some: Tagged, path: Path, taxonomy: Taxonomy, program: Callable[[Path], None]
) -> None:
    write_review(path, *some, taxonomy)
    put(path, 2, 已复核="是")
    put(path, 3, 类型1=IDLE_NAME, 类型2=SLOW_NAME)
    put(path, 4, 类型1=None)
    put(path, 5, 性质="成效")
    put(path, 3, "报告", 项目="改名的项目", 单位="2局；丙局（原甲局、乙局）、丁局", 年度=2021, 得分=75.5, 等级="中")
    program(path)
    reports, statements, review = reviewed(some, path, taxonomy)
    assert review == Review(4, 3, (1,))
    assert [(each.kind, each.types) for each in statements] == [
        ("weakness", (SLOW,)),
        ("weakness", (IDLE, SLOW)),
        ("weakness", ()),
        ("strength", (SLOW,)),
        ("weakness", (SLOW,)),
        ("weakness", (SLOW,)),
    ]
    assert [each.reviewed for each in statements] == [True] * 4 + [False] * 2
    for each in statements[:4]:
        assert (each.kind_probability, each.type_probabilities) == (1.0, (1.0,) * len(each.types))
        assert not each.needs_review
        assert not each.inherited
    assert list(statements[4:]) == some[1][4:]
    assert [each.statement for each in statements] == [each.statement for each in some[1]]
    assert reports[0] == some[0][0]
    units = ("2局", "丙局（原甲局、乙局）", "丁局")
    names = (UnitName("2局", ("局",)), UnitName("丙局（原甲局、乙局）"), UnitName("丁局"))
    assert reports[1] == replace(
        some[0][1],
        project="改名的项目",
        units=units,
        unit_names=names,
        project_year=2021,
        evaluation_score=75.5,
        grade="中",
    )
    assert len(findings_of(reports, statements)) == 2


def test_bare_evidence_follows_its_corrected_headline(path: Path, taxonomy: Taxonomy) -> None:
    headline, evidence, other = tagged(["预算执行率低", "仅为37.5%", "仅为40%"])
    statements = [
        replace(headline, item=1, inherited=False),
        replace(evidence, item=1, inherited=True),
        replace(other, item=2, inherited=True),
    ]
    write_review(path, [report()], statements, taxonomy)
    put(path, 2, 类型1=IDLE_NAME)
    _, found, review = apply_review([report()], statements, read_review(path, taxonomy))
    assert [each.types for each in found] == [(IDLE,), (IDLE,), (SLOW,)]
    assert [each.reviewed for each in found] == [True, False, False]
    assert (review.statements, review.corrected) == (1, 1)


def test_cleared_metadata_are_none(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    write_review(path, *some, taxonomy)
    put(path, 2, "报告", 项目=None, 单位=None, 年度=None, 得分=None, 等级=None)
    reports, _, review = reviewed(some, path, taxonomy)
    assert review.reports == (0,)
    found = reports[0]
    assert (found.project, found.units, found.unit_names, found.year) == (None, (), (), None)
    assert (found.evaluation_score, found.grade) == (None, None)


def test_only_what_was_corrected_is_put_in_place_of_what_is_read_by_now(
    some: Tagged, path: Path, taxonomy: Taxonomy
) -> None:
    write_review(path, *some, taxonomy)
    put(path, 2, "报告", 得分=90)
    reports = [replace(some[0][0], project="后来读出的项目名"), some[0][1]]
    found, _, _ = apply_review(reports, some[1], read_review(path, taxonomy))
    assert found == (replace(reports[0], evaluation_score=90.0), some[0][1])


def test_rows_that_nobody_reviewed_leave_newer_tags_alone(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    write_review(path, *some, taxonomy)
    put(path, 2, 已复核="是")
    newer = [replace(each, types=(MISUSE,)) for each in some[1]]
    _, statements, review = apply_review(some[0], newer, read_review(path, taxonomy))
    assert [each.types for each in statements] == [(SLOW,)] + [(MISUSE,)] * 5
    assert (review.statements, review.corrected) == (1, 1)


def test_a_second_round_knows_what_the_first_reviewed(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    write_review(path, *some, taxonomy)
    put(path, 3, 类型1=IDLE_NAME)
    once = reviewed(some, path, taxonomy)
    again = path.with_name("二.xlsx")
    write_review(again, once[0], once[1], taxonomy)
    twice = apply_review(once[0], once[1], read_review(again, taxonomy))
    assert (twice[0], twice[1]) == (once[0], once[1])
    assert [row.is_reviewed for row in read_review(again, taxonomy).statements].count(True) == 1


def test_statements_have_as_many_columns_of_types_as_they_need(path: Path, taxonomy: Taxonomy) -> None:
    types = tuple(problem.id for problem in taxonomy.types())[:5]
    some = [report()], tagged(["预算执行率低"], types=types)
    write_review(path, *some, taxonomy)
    assert reviewed(some, path, taxonomy)[2] == Review(0, 0, ())
    put(path, 2, 类型5=None)
    assert reviewed(some, path, taxonomy)[1][0].types == types[:4]


# Texts of every sort

HOSTILE = [
    '=HYPERLINK("http://x","点")',
    "+1",
    "-1",
    "@x",
    "<b>&amp;</b>]]>",
    "含控制符\x07和\x00",
    "行\r\n间\t空\u2028白 ",
    "_x0041_",
    "_x005F_x0041__x000D_",
    "\ufffe\uffff",
    "半个\ud800字",
    "12345678901234567890",
    "1e5",
    "2022-01-01",
    "TRUE",
    "#REF!",
    " 前后有空格 ",
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_any_text_is_found_again_and_none_is_a_formula(
    path: Path, taxonomy: Taxonomy, program: Callable[[Path], None]
) -> None:
    some = [report(1, project="=1+1", units=("+甲局", "<乙>局\x07"), grade="@良")], tagged(HOSTILE)
    write_review(path, *some, taxonomy)
    program(path)
    found = load_workbook(path)
    assert {cell.data_type for sheet in found for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert reviewed(some, path, taxonomy)[2] == Review(0, 0, ())
    for row in range(2, len(HOSTILE) + 2):
        put(path, row, 已复核="是")
    assert reviewed(some, path, taxonomy)[2] == Review(len(HOSTILE), 0, ())


@settings(max_examples=30)
@given(
    st.lists(st.text(characters, min_size=1, max_size=40).filter(layout.canonical), min_size=1, max_size=6, unique=True)
)
def test_any_statement_can_be_corrected(taxonomy: Taxonomy, texts: list[str]) -> None:
    some = [report(1, project=texts[0], units=tuple(dict.fromkeys(texts)))], tagged(texts)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        write_review(path, *some, taxonomy)
        assert reviewed(some, path, taxonomy) == (tuple(some[0]), tuple(some[1]), Review(0, 0, ()))
        edited(path, lambda sheet: [sheet.cell(row, 3, "事实") for row in range(2, len(texts) + 2)])
        _, statements, review = reviewed(some, path, taxonomy)
    assert {each.kind for each in statements} == {"fact"}
    assert review == Review(len(texts), len(texts), ())


@given(
    st.lists(st.sampled_from(["_", "x", "0041", "005F", "000D", "_x0041_", "_x005F_", "甲"]), max_size=12).map("".join)
)
def test_escaping_is_undone_and_does_not_matter_to_what_is_compared(text: str) -> None:
    assert layout.unescaped(escaped(text)) == text
    assert layout.canonical(escaped(text)) == layout.canonical(layout.unescaped(text)) == layout.canonical(text)


@pytest.mark.parametrize("unit", ["长", "😀"], ids=["basic plane", "beyond"])
def test_texts_too_long_for_a_cell_are_found_again(path: Path, taxonomy: Taxonomy, unit: str) -> None:
    texts = [unit * 40_000 + end for end in "甲乙"]
    some = [report()], tagged([*texts, unit * 100])
    write_review(path, *some, taxonomy)
    shown = load_workbook(path)["语句"]["B2"].value
    assert len(shown.encode("utf-16-le")) // 2 <= 32_767
    assert shown.endswith("…")
    put(path, 3, 性质="事实")
    _, statements, review = reviewed(some, path, taxonomy)
    assert [each.kind for each in statements] == ["weakness", "fact", "weakness"]
    assert review == Review(1, 1, ())
    rows, faults = labelled_rows(read_review(path, taxonomy))
    assert (rows, [(fault.key, fault.line) for fault in faults]) == ([], [("corpus_text_cut", 3)])


# What programs and people do to a sheet


def rewritten(path: Path, sheet: str, change: Callable[[list[list[Any]]], list[list[Any]]]) -> None:
    """Put other rows in the place of a sheet's."""

    def inner(found: Any) -> None:
        rows = change([[cell.value for cell in row] for row in found.iter_rows()])
        found.delete_rows(1, found.max_row)
        for row in rows:
            found.append(row)

    edited(path, inner, sheet)


def test_columns_and_rows_may_move(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    write_review(path, *some, taxonomy)
    put(path, 3, 类型1=IDLE_NAME)
    for sheet in ("语句", "报告"):
        rewritten(
            path,
            sheet,
            lambda rows: [
                ["某市财政局复核表"],
                [],
                rows[0][::-1],
                [],
                *(["", *row[:0:-1]] for row in rows[:0:-1]),
                [" "],
            ],
        )
    # The rows have one more cell before and one less behind than the header, so that no column stands where it stood.
    with pytest.raises(InputError):
        read_review(path, taxonomy)
    path.unlink()
    write_review(path, *some, taxonomy)
    put(path, 3, 类型1=IDLE_NAME)
    for sheet in ("语句", "报告"):
        rewritten(
            path,
            sheet,
            lambda rows: [["某市财政局复核表"], [], rows[0][::-1], [], *(row[::-1] for row in rows[:0:-1]), [" "]],
        )
    _, statements, review = reviewed(some, path, taxonomy)
    assert review == Review(1, 1, ())
    assert statements[1].types == (IDLE,)


def test_numbers_may_come_back_as_floats_text_or_dates(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    write_review(path, *some, taxonomy)

    def change(sheet: Any) -> None:
        for row in range(2, 8):
            for name in ("部分", "起", "止"):
                cell = sheet.cell(row, column(sheet, name))
                cell.value = float(cell.value) if row % 2 else f" {cell.value} "
            sheet.cell(row, column(sheet, "已复核")).value = True

    edited(path, change)
    put(path, 2, "报告", 年度=datetime.datetime(2022, 5, 1), 得分="８０.０６分")
    put(path, 3, "报告", 年度="２０２２年度", 得分="80.060")
    assert reviewed(some, path, taxonomy)[2] == Review(6, 0, ())


def test_names_are_known_in_either_language_and_width_and_by_id(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    write_review(path, *some, taxonomy)
    put(path, 2, 性质="Fact", 类型1="资金执行／预算执行率低、支出进度慢")
    put(path, 3, 性质=" 建 议 ", 类型1="资产闲置或使用率低", 类型2=None, 类型3=MISUSE)
    put(path, 4, 性质="strength", 类型1="asset management/IDLE OR LITTLE-USED ASSETS", 类型2=IDLE_NAME)
    _, statements, _ = reviewed(some, path, taxonomy)
    assert [(each.kind, each.types) for each in statements[:3]] == [
        ("fact", (SLOW,)),
        ("recommendation", (IDLE, MISUSE)),
        ("strength", (IDLE,)),
    ]


def test_columns_that_are_not_needed_may_be_gone(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    write_review(path, *some, taxonomy)
    put(path, 3, 类型1=IDLE_NAME)
    put(path, 2, "报告", 项目="新项目")
    kept = {
        "语句": {"语句", "性质", "类型1", "报告标识", "部分", "起", "止"},
        "报告": {"项目", "得分", "报告标识", "部分"},
    }
    for sheet, names in kept.items():
        rewritten(
            path,
            sheet,
            lambda rows, names=names: [  # type: ignore[misc]
                [cell for cell, name in zip(row, rows[0], strict=True) if name in names] for row in rows
            ],
        )
    reports, statements, review = reviewed(some, path, taxonomy)
    assert review == Review(1, 1, (0,))
    assert statements == (some[1][0], replace(statements[1], types=(IDLE,)), *some[1][2:])
    assert reports == (replace(some[0][0], project="新项目"), some[0][1])


def test_a_sheet_is_told_by_its_header_and_a_copy_of_it_is_passed_over(
    some: Tagged, path: Path, taxonomy: Taxonomy
) -> None:
    write_review(path, *some, taxonomy)
    found = load_workbook(path)
    found.copy_worksheet(found["语句"]).title = "备份"
    found.move_sheet("备份", -4)
    found["语句"]["C2"] = "事实"
    found.save(path)
    assert reviewed(some, path, taxonomy)[1][0].kind == "fact"
    found["语句"].title = "张三改"
    del found["备份"]
    found.save(path)
    sheet = read_review(path, taxonomy)
    assert sheet.titles["statements"] == "张三改"
    assert apply_review(*some, sheet)[1][0].kind == "fact"


def test_remarks_below_the_table_are_no_rows(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    write_review(path, *some, taxonomy)
    put(path, 10, 语句="复核人：张三", 备注="2026年11月")
    put(path, 6, "报告", 备注="已核对")
    assert reviewed(some, path, taxonomy)[2] == Review(0, 0, ())


# What no longer matches


def test_rows_without_statement_or_report_are_listed(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    write_review(path, *some, taxonomy)
    put(path, 2, 性质="事实")
    put(path, 6, 已复核="是")
    put(path, 3, "报告", 等级="优")
    reports, statements = some[0][:1], some[1][1:3]
    assert apply_review(reports, statements, read_review(path, taxonomy)) == (
        tuple(reports),
        tuple(statements),
        Review(
            0,
            0,
            (),
            (
                Unmatched("语句", 2, "预算执行率低"),
                Unmatched("语句", 6, "挪用资金"),
                Unmatched("报告", 3, "第2份.docx"),
            ),
        ),
    )


def test_a_text_that_moved_is_found_if_it_stands_once(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    write_review(path, *some, taxonomy)
    for row in (2, 3, 4):
        put(path, row, 性质="事实")

    def moved(each: TaggedStatement, text: str | None = None) -> TaggedStatement:
        statement = each.statement
        text = text or statement.text
        return replace(
            each, statement=replace(statement, text=text, start=statement.start + 100, end=statement.end + 100)
        )

    one, two, three = some[1][:3]
    again = replace(one, statement=replace(one.statement, start=900, end=906))
    statements = [moved(one), again, moved(two), moved(three, "制度健全"), *some[1][3:]]
    _, found, review = apply_review(some[0], statements, read_review(path, taxonomy))
    assert [each.kind for each in found] == ["weakness", "weakness", "fact", "weakness", *["weakness"] * 3]
    assert [each.text for each in review.unmatched] == ["预算执行率低", "制度不健全"]
    assert (review.statements, review.corrected) == (1, 1)


def test_a_sheet_of_which_one_column_was_sorted_is_not_applied(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    write_review(path, *some, taxonomy)
    put(path, 2, 性质="事实", 语句="资产闲置")
    put(path, 3, 语句="预算执行率低")
    _, statements, review = reviewed(some, path, taxonomy)
    assert list(statements) == some[1]
    assert review == Review(0, 0, (), (Unmatched("语句", 2, "资产闲置"),))


def test_two_rows_that_come_to_one_statement_must_agree(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    texts = tagged(["甲", "乙", "甲"])
    write_review(path, some[0], texts, taxonomy)
    put(path, 2, 性质="事实")
    put(path, 4, 性质="成效")
    later = [replace(texts[1]), replace(texts[0], statement=Statement("甲", 50, 51))]
    _, statements, review = apply_review(some[0], later, read_review(path, taxonomy))
    assert [each.kind for each in statements] == ["weakness", "fact"]
    assert review == Review(1, 1, (), (Unmatched("语句", 4, "甲"),))


def test_a_row_that_a_person_added_is_listed(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    write_review(path, *some, taxonomy)
    put(path, 9, 语句="程序漏掉的问题", 性质="问题", 类型1=SLOW_NAME)
    assert reviewed(some, path, taxonomy)[2] == Review(0, 0, (), (Unmatched("语句", 9, "程序漏掉的问题"),))


# Faults of a sheet


@pytest.mark.parametrize(
    ("sheet", "name", "value", "key"),
    [
        ("语句", "性质", "问体", "review_kind"),
        ("语句", "性质", None, "review_kind"),
        ("语句", "类型2", "资金执行 / 没有这一类", "review_type"),
        ("语句", "已复核", "大概", "review_mark"),
        ("报告", "年度", "去年", "review_year"),
        ("报告", "年度", "2021-2022", "review_year"),
        ("报告", "年度", datetime.datetime(1905, 7, 14), "review_year"),
        ("报告", "得分", "八十分", "review_score"),
        ("报告", "得分", -3, "review_score"),
    ],
)
def test_what_cannot_be_understood_is_named_with_all_its_rows(
    some: Tagged, path: Path, taxonomy: Taxonomy, sheet: str, name: str, value: Any, key: str
) -> None:
    write_review(path, *some, taxonomy)
    for row in (2, 3):
        put(path, row, sheet, **{name: value})
    with pytest.raises(InputError) as caught:
        read_review(path, taxonomy)
    assert (caught.value.key, caught.value.file) == (key, str(path))
    assert f"“{sheet}”第 2, 3 行" in caught.value.describe()
    assert f'sheet "{sheet}", row 2, 3' in caught.value.describe("en")
    if isinstance(value, str):
        assert value in caught.value.describe()


def test_a_long_list_of_rows_is_cut(path: Path, taxonomy: Taxonomy) -> None:
    some = [report()], tagged([f"第{number}条" for number in range(30)])
    write_review(path, *some, taxonomy)
    edited(path, lambda sheet: [sheet.cell(row, 3, "x") for row in range(2, 32)])
    with pytest.raises(InputError) as caught:
        read_review(path, taxonomy)
    assert "20, 21, ..." in caught.value.describe()


def test_copies_of_a_row_must_agree(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    write_review(path, *some, taxonomy)
    edited(path, lambda sheet: sheet.append([cell.value for cell in sheet[2]]))
    put(path, 2, 性质="事实")
    assert reviewed(some, path, taxonomy)[1][0].kind == "fact"
    put(path, 8, 性质="成效")
    with pytest.raises(InputError) as caught:
        read_review(path, taxonomy)
    assert caught.value.key == "review_twice"
    assert "第 8 行与第 2 行" in caught.value.describe()


def test_another_workbook_is_refused(path: Path, taxonomy: Taxonomy) -> None:
    Workbook().save(path)
    with pytest.raises(InputError) as caught:
        read_review(path, taxonomy)
    assert (caught.value.key, caught.value.file) == ("review_sheet", str(path))


def repacked(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    """Change the parts of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, change(name, content))


def entities(name: str, content: bytes) -> bytes:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    start = content.index(b"<", 2) if content.startswith(b"<?xml") else 0
    attack = b'<!DOCTYPE x [<!ENTITY l0 "lol">' + laughs + b"]>"
    return (
        content[:start] + attack + content[start:].replace("预算执行率低".encode(), b"&l9;")
        if "sheet2" in name
        else content
    )


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"PK\x03\x04 no archive"),
        lambda path: path.write_bytes(path.read_bytes()[:3000]),
        lambda path: path.write_text("语句,性质,类型1\n", encoding="utf-8"),
        lambda path: repacked(path, entities),
        lambda path: repacked(path, lambda name, content: content[:-30] if "sheet2" in name else content),
    ],
    ids=["empty", "no archive", "cut", "text", "entities", "cut part"],
)
def test_a_damaged_workbook_is_named(
    some: Tagged, path: Path, taxonomy: Taxonomy, damage: Callable[[Path], None]
) -> None:
    write_review(path, *some, taxonomy)
    damage(path)
    with pytest.raises(InputError) as caught:
        read_review(path, taxonomy)
    assert (caught.value.key, caught.value.file) == ("workbook_damaged", str(path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path, taxonomy: Taxonomy) -> None:
    with pytest.raises(InputError) as caught:
        read_review(tmp_path / "无.xlsx", taxonomy)
    assert caught.value.key == "file_missing"
    with pytest.raises(InputError) as caught:
        read_review(tmp_path, taxonomy)
    assert caught.value.key == "file_unreadable"


@pytest.mark.parametrize(
    ("module", "name", "value", "key"),
    [
        (book, "MOST_BYTES", 1000, "unpacked_too_large"),
        (reading, "MOST_BYTES", 100, "unpacked_too_large"),
        (reading, "MOST_ROWS", 5, "sheet_too_large"),
    ],
)
def test_what_is_too_large_is_not_read(
    some: Tagged,
    path: Path,
    taxonomy: Taxonomy,
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
    value: int,
    key: str,
) -> None:
    write_review(path, *some, taxonomy)
    monkeypatch.setattr(module, name, value)
    with pytest.raises(InputError) as caught:
        read_review(path, taxonomy)
    assert (caught.value.key, caught.value.file) == (key, str(path))


def test_rows_and_columns_far_away_take_no_memory(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    far = b'<row r="2000000000"><c r="A2000000000"><v>1</v></c></row><row r="9"><c r="ZZZZZ9"><v>1</v></c></row>'
    write_review(path, *some, taxonomy)
    repacked(path, lambda name, content: content.replace(b"</sheetData>", far + b"</sheetData>"))
    assert reviewed(some, path, taxonomy)[2] == Review(0, 0, ())


# Writing


def test_an_existing_file_is_not_replaced(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    path.write_bytes(b"x")
    with pytest.raises(OutputError) as early:
        check_new(path)
    with pytest.raises(OutputError) as late:
        write_review(path, *some, taxonomy)
    assert {(caught.value.key, caught.value.file) for caught in (early, late)} == {("file_exists", str(path))}
    assert path.read_bytes() == b"x"


def test_a_file_that_appears_meanwhile_is_not_replaced(
    some: Tagged, path: Path, taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*arguments: Any) -> bytes:
        path.write_bytes(b"x")
        return b"new"

    monkeypatch.setattr(writing, "saved", slow)
    with pytest.raises(OutputError) as caught:
        write_review(path, *some, taxonomy)
    assert caught.value.key == "file_exists"
    assert path.read_bytes() == b"x"


def test_a_folder_that_is_not_there_is_named(some: Tagged, tmp_path: Path, taxonomy: Taxonomy) -> None:
    with pytest.raises(OutputError) as caught:
        write_review(tmp_path / "无" / "a.xlsx", *some, taxonomy)
    assert caught.value.key == "folder_missing"


@pytest.mark.parametrize(
    ("module", "name", "key"),
    [(writing, "MOST_STATEMENTS", "review_rows_many"), (book, "_MOST_WRITTEN", "review_too_large")],
)
def test_more_than_can_be_read_back_is_not_written(
    some: Tagged, path: Path, taxonomy: Taxonomy, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, key: str
) -> None:
    monkeypatch.setattr(module, name, 5)
    with pytest.raises(OutputError) as caught:
        write_review(path, *some, taxonomy)
    assert (caught.value.key, caught.value.file) == (key, str(path))
    assert not path.exists()


def test_the_same_statements_make_the_same_file(some: Tagged, tmp_path: Path, taxonomy: Taxonomy) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_review(tmp_path / name, *some, taxonomy)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sheet_offers_kinds_and_types_and_stays_readable(
    some: Tagged, path: Path, taxonomy: Taxonomy, lang: str
) -> None:
    write_review(path, *some, taxonomy, lang)
    found = load_workbook(path)
    index = LANGUAGES.index(lang)
    statements, choices = found[layout.SHEETS["statements"][index]], found[layout.SHEETS["choices"][index]]
    assert found.active is statements
    assert choices.sheet_state == "hidden"
    assert (statements.freeze_panes, statements.auto_filter.ref) == ("C2", statements.dimensions)
    rules = {str(rule.sqref): rule.formula1 for rule in statements.data_validations.dataValidation}
    kinds, types, marks = rules["C2:C7"], rules["D2:F7"], rules["G2:G7"]
    listed = [
        [cell.value for (cell,) in found[kinds.split("!")[0].strip("'")][rule.split("!")[1]]] for rule in (kinds, types)
    ]
    assert listed[0] == [(kind.name, kind.english)[index] for kind in taxonomy.kinds]
    assert len(listed[1]) == len(set(listed[1])) == len(list(taxonomy.types()))
    assert marks == ('"是"', '"yes"')[index]
    assert {cell.value for cell in statements["D"][1:]} <= set(listed[1])
    fills = {statements.cell(3, number).fill.fgColor.rgb for number in (1, 3, 4, 5, 6, 7, 8, 9)}
    assert len(fills) == 2, "grey, and what is to be corrected"
    assert [cell.value for cell in statements["I"][1:]] == [("是", "yes")[index]] * 6
    hidden = {name for name, dimension in statements.column_dimensions.items() if dimension.hidden}
    assert hidden
    assert not hidden & set("ABCDEFGHIJ")


def test_a_report_without_anything_can_be_written(path: Path, taxonomy: Taxonomy) -> None:
    bare = Report(Source("a.txt", "0" * 64, "txt", 1), "")
    for name, reports in (("a.xlsx", []), ("b.xlsx", [bare])):
        file = path.with_name(name)
        write_review(file, reports, [], taxonomy)
        assert apply_review(reports, [], read_review(file, taxonomy)) == (tuple(reports), (), Review(0, 0, ()))


def test_labels_are_there_in_both_languages_and_fit_a_gbk_console() -> None:
    for table in (layout.SHEETS, layout.HEADERS, layout.SECTIONS, layout.TEXTS):
        for texts in table.values():
            assert len(texts) == len(LANGUAGES)
            assert all(text.encode("gbk").decode("gbk") == text and text.strip() for text in texts)
    for index in range(len(LANGUAGES)):
        names = [layout.folded(names[index]) for names in layout.HEADERS.values()]
        assert len(set(names)) == len(names)


def test_types_of_one_name_are_told_apart_by_their_ids(path: Path, taxonomy: Taxonomy) -> None:
    types = tuple(ProblemType(f"a.{name}", "同名", f"Same {name}", "d", "a") for name in "xy")
    tree = Taxonomy("1", "0" * 64, (Category("a", "类", "Class", "d", types),), taxonomy.kinds)
    choices = layout.Choices(tree)
    assert choices.types("zh") == ["类 / 同名 (a.x)", "类 / 同名 (a.y)"]
    assert [choices.type_of(name) for name in ("类 / 同名 (a.y)", "a.x", "Same y", "同名", "")] == [
        "a.y",
        "a.x",
        "a.y",
        None,
        None,
    ]
    some = [report()], tagged(["甲", "乙"], types=("a.y", "a.x"))
    write_review(path, *some, tree)
    assert reviewed(some, path, tree)[2] == Review(0, 0, ())


# Into a corpus


def labelled(text: str, kind: str = "weakness", types: tuple[str, ...] = (SLOW,), **fields: Any) -> LabelledStatement:
    return LabelledStatement(kind, types, text, "复核.xlsx", 2, **fields)


def test_reviewed_rows_are_labelled_with_the_corrected_metadata(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    reports = [replace(some[0][0], units=("1局", "甲\t局")), some[0][1]]
    statements = [*tagged(["断\n行的\t语句\u2028"]), *some[1][1:]]
    write_review(path, reports, statements, taxonomy)
    put(path, 2, 已复核="是")
    put(path, 6, 性质="事实", 类型1=None)
    put(path, 3, "报告", 项目="改名的项目", 年度=2020)
    rows, faults = labelled_rows(read_review(path, taxonomy))
    assert not faults
    assert rows == [
        LabelledStatement("weakness", (SLOW,), "断 行的 语句", str(path), 2, "1局、甲 局", "项目1", 2022),
        LabelledStatement("fact", (), "挪用资金", str(path), 6, "2局", "改名的项目", 2020),
    ]


def test_rows_begin_a_file_or_are_appended_to_it(tmp_path: Path, taxonomy: Taxonomy) -> None:
    target = tmp_path / "新.tsv"
    first = [labelled("甲", unit="某局", year=2022), labelled("乙", types=(SLOW, IDLE))]
    added = add_labelled(target, first, taxonomy)
    assert (added.added, added.same, added.faults) == (2, 0, ())
    before = target.read_bytes()
    added = add_labelled(
        target, [labelled("乙", types=(IDLE, SLOW)), labelled("丙", "fact", ()), labelled("丙", "fact", ())], taxonomy
    )
    assert (added.added, added.same, added.faults) == (1, 2, ())
    assert target.read_bytes() == before + "fact\t\t丙\t\t\t\n".encode()
    assert add_labelled(target, first, taxonomy).added == 0
    assert [row.text for row in read_corpus(target, taxonomy)] == ["甲", "乙", "丙"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("is_ended", [True, False])
def test_a_file_stays_as_it_is_written(
    tmp_path: Path, taxonomy: Taxonomy, encoding: str, end: str, is_ended: bool
) -> None:
    target = tmp_path / "a.tsv"
    text = end.join(["text\tremark\ttypes\tkind\tproject", "资产闲置\t注\t\tfact\t项目"]) + end * is_ended
    target.write_bytes(text.encode(encoding))
    before = target.read_bytes()
    assert add_labelled(target, [labelled("执行率低", unit="不在表头", project="甲项目")], taxonomy).added == 1
    assert target.read_bytes().startswith(before)
    row = f"执行率低\t\t{SLOW}\tweakness\t甲项目"
    assert target.read_bytes().decode(encoding) == text.removesuffix(end) + end + row + end
    assert check_corpus(target, taxonomy).faults == ()


def test_contradictions_and_faults_keep_all_out(tmp_path: Path, taxonomy: Taxonomy) -> None:
    target = tmp_path / "a.tsv"
    target.write_text(f"kind\ttypes\ttext\nweakness\t{SLOW}\t甲\n", encoding="utf-8")
    before = target.read_bytes()
    known = CorpusError("corpus_text_cut", file="复核.xlsx", line=9)
    rows = [labelled("新"), labelled("甲", types=(IDLE,)), labelled("丙", "recommendation", ()), labelled("新", "fact")]
    added = add_labelled(target, rows, taxonomy, [known])
    assert (added.added, added.same) == (0, 0)
    assert [fault.key for fault in added.faults] == [
        "corpus_text_cut",
        "corpus_contradiction",
        "corpus_types_missing",
        "corpus_contradiction",
    ]
    assert f"{target}:2" in added.faults[1].describe()
    assert target.read_bytes() == before


def test_a_file_that_is_not_valid_is_not_appended_to(tmp_path: Path, taxonomy: Taxonomy) -> None:
    target = tmp_path / "a.tsv"
    target.write_text("kind\ttypes\ttext\nx\t\t甲\n", encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        add_labelled(target, [labelled("乙")], taxonomy)
    assert (caught.value.key, caught.value.line) == ("corpus_kind", 2)


def test_the_command_adds_and_the_corpus_is_valid_then(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    target = path.with_name("语料.tsv")
    write_review(path, *some, taxonomy)
    assert_one_line(run("wenti", "corpus", "add", path, "--to", target), 1, str(path), "已复核")
    assert not target.exists()
    put(path, 3, 类型1=IDLE_NAME)
    put(path, 6, 已复核="是")
    assert succeed("wenti", "corpus", "add", path, "--to", target).out == (
        f"{target}：新增 2 条语句，另有 0 条已在其中且标注相同\n"
    )
    put(path, 4, 已复核="是")
    assert (
        "1 statements added, 2 were there"
        in succeed("wenti", "corpus", "add", path, "--to", target, "--lang", "en").out
    )
    succeed("wenti", "corpus", "check", target)
    assert target.read_text(encoding="utf-8").splitlines() == [
        "kind\ttypes\ttext\tunit\tproject\tyear",
        f"weakness\t{IDLE}\t资产闲置\t1局\t项目1\t2022",
        f"weakness\t{SLOW}\t挪用资金\t2局\t项目2\t2022",
        f"weakness\t{SLOW}\t制度不健全\t1局\t项目1\t2022",
    ]


def test_the_command_lists_what_contradicts(some: Tagged, path: Path, taxonomy: Taxonomy) -> None:
    target = path.with_name("语料.tsv")
    target.write_text("kind\ttypes\ttext\nfact\t\t资产闲置\n", encoding="utf-8")
    write_review(path, *some, taxonomy)
    put(path, 3, 已复核="是")
    result = run("wenti", "corpus", "add", path, "--to", target)
    assert (result.code, result.stdout) == (3, b"")
    assert f"{path}，第3行：语句与{target}:2相同但标注不同" in result.err
    assert result.err.splitlines()[-1] == f"{path}：发现 1 处错误"


# Real reports


@needs_libreoffice
def test_a_real_review_through_libreoffice(root: Path, tmp_path: Path, taxonomy: Taxonomy, classifier: Any) -> None:
    from wenti.api import read
    from wenti.tagging import tag_reports

    reports = read(root / "corpus" / "reports" / "jiyuan_evaluations.txt")
    statements, _ = tag_reports(reports, classifier)
    path = tmp_path / "复核.xlsx"
    write_review(path, reports, statements, taxonomy)
    put(path, 10, 性质="事实")
    put(path, 20, 类型1=IDLE_NAME, 类型2=None, 类型3=None)
    put(path, 4, "报告", 得分=99)
    by_libreoffice(path)
    found, changed, review = apply_review(reports, statements, read_review(path, taxonomy))
    assert review == Review(2, 2, (2,))
    assert [index for index, each in enumerate(changed) if each.reviewed] == [8, 18]
    assert (changed[8].kind, changed[18].types) == ("fact", (IDLE,))
    assert found[2].evaluation_score == 99
