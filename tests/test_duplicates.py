"""Copies count once: the same file, or the same report in another format. Forms that are filled in alike are none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents import DOCUMENTS, SOURCE, report_of
from wenti.api import read_all
from wenti.errors import InputError
from wenti.records import Report
from wenti.report_files import FileRead, Originals

PROBLEMS = ("预算执行率低", "绩效目标不明确", "资产闲置", "验收不规范", "人员配备不足", "合同签订滞后")


def report(*problems: str, unit: str = "云岭市交通局", project: str = "公路养护", year: int = 2022) -> Report:
    """Return a report of problems, with nothing else to tell it."""
    items = [f"（{number}）{problem}。" for number, problem in enumerate(problems, start=1)]
    head = f"项目名称：{project}\n项目单位：{unit}\n预算年度：{year}年"
    return report_of(head, "绩效评价报告", "一、存在的问题", *items)


def file(name: str, *reports: Report) -> FileRead:
    source = replace(SOURCE, path=name, sha256=name)
    return FileRead(name, tuple(replace(each, source=source) for each in reports))


def fault_of(*files: FileRead) -> str | None:
    """Return what is wrong with the last of some files."""
    originals = Originals()
    *before, last = files
    for each in before:
        assert originals.checked(each) == each
    checked = originals.checked(last)
    assert bool(checked.fault) != bool(checked.reports)
    return checked.fault.key if checked.fault is not None else None


@pytest.mark.parametrize("kind", ["audit", "evaluation", "ledger", "rectification", "result_page", "self_evaluation"])
def test_a_gold_document_in_word_and_pdf_counts_once(kind: str) -> None:
    paths = [DOCUMENTS / f"dev-{kind}-1.{suffix}" for suffix in ("docx", "pdf")]
    first, second = read_all(paths)
    assert first.reports
    assert isinstance(second.fault, InputError)
    assert second.fault.key == "file_same_text"
    assert str(paths[0]) in second.fault.describe("zh")
    assert second.reports == ()


def test_different_gold_documents_are_no_copies() -> None:
    files = list(read_all(sorted(DOCUMENTS.glob("dev-*-1.docx"))))
    assert len(files) == 6
    assert [each.fault for each in files] == [None] * 6


def test_the_same_bytes_under_another_name_count_once(tmp_path: Path) -> None:
    content = (DOCUMENTS / "dev-audit-1.docx").read_bytes()
    for name in ("甲.docx", "乙.docx"):
        (tmp_path / name).write_bytes(content)
    _, second = read_all([tmp_path / "甲.docx", tmp_path / "乙.docx"])
    assert second.fault is not None
    assert second.fault.key == "file_duplicate"


@pytest.mark.parametrize("again", ["甲.docx", "./甲.docx", "二/../甲.docx"])
def test_a_file_that_is_given_twice_is_not_said_to_be_another(again: str) -> None:
    originals = Originals()
    assert originals.checked(file("甲.docx", report(*PROBLEMS))).fault is None
    one = file("甲.docx", report(*PROBLEMS)).reports[0]
    fault = originals.checked(FileRead(again, (replace(one, source=replace(one.source, path=again)),))).fault
    assert fault is not None
    assert fault.key == "file_given_twice"
    assert fault.describe("zh").startswith(f"{again}：")


@pytest.mark.parametrize(
    ("other", "key"),
    [
        pytest.param(report(*PROBLEMS), "file_same_text", id="the same"),
        pytest.param(report(*reversed(PROBLEMS)), "file_same_text", id="in another order"),
        pytest.param(report(*(f"{p[:2]}，{p[2:]} " for p in PROBLEMS)), "file_same_text", id="otherwise punctuated"),
        pytest.param(report(*PROBLEMS[:-1], "食堂超支"), None, id="with another problem in six"),
        pytest.param(report(*PROBLEMS, unit="云岭市水务局"), None, id="of another unit"),
        pytest.param(report(*PROBLEMS, project="河道整治"), None, id="of another project"),
        pytest.param(report(*PROBLEMS, year=2021), None, id="of another year"),
    ],
)
def test_a_report_is_a_copy_if_text_and_subject_agree(other: Report, key: str | None) -> None:
    assert fault_of(file("甲.docx", report(*PROBLEMS)), file("乙.pdf", other)) == key


def test_a_report_that_does_not_say_whose_it_is_may_be_a_copy() -> None:
    nameless = replace(report(*PROBLEMS), units=(), project=None, project_year=None)
    assert fault_of(file("甲.docx", report(*PROBLEMS)), file("乙.pdf", nameless)) == "file_same_text"


@pytest.mark.parametrize(
    ("others", "is_told", "key"),
    [
        pytest.param(PROBLEMS[:3], True, "file_same_text", id="all the same, and both say whose they are"),
        pytest.param(PROBLEMS[:3], False, None, id="all the same, and one does not say whose it is"),
        pytest.param(PROBLEMS[:4], True, None, id="not all the same"),
    ],
)
def test_few_statements_may_be_alike_by_chance(others: tuple[str, ...], is_told: bool, key: str | None) -> None:
    other = report(*others)
    second = other if is_told else replace(other, units=(), project=None)
    assert fault_of(file("甲.docx", report(*PROBLEMS[:3])), file("乙.pdf", second)) == key


def test_of_a_file_with_copies_the_new_reports_are_kept() -> None:
    originals = Originals()
    originals.checked(file("甲.docx", report(*PROBLEMS)))
    both = file("乙.xlsx", report(*PROBLEMS), report(*PROBLEMS, unit="云岭市水务局"))
    checked = originals.checked(both)
    assert checked.reports == both.reports[1:]
    assert checked.fault is not None
    assert checked.fault.key == "file_same_text"


def test_a_copy_is_found_among_many_forms_that_are_filled_in_alike() -> None:
    units = ("云岭市水务局", "云岭市教育局", "云岭市民政局", "云岭市文旅局", "云岭市交通局")
    alike = [file(f"{unit}.docx", report(*PROBLEMS, unit=unit)) for unit in units]
    assert fault_of(*alike) is None
    assert fault_of(*alike, file("交通局.pdf", report(*PROBLEMS, unit="云岭市交通局"))) == "file_same_text"


def test_alike_reports_of_one_file_are_no_copies_of_each_other() -> None:
    assert fault_of(file("甲.xlsx", report(*PROBLEMS), report(*PROBLEMS))) is None


def test_a_file_that_was_refused_is_no_original() -> None:
    originals = Originals()
    for name in ("甲.docx", "乙.pdf", "丙.html"):
        fault = originals.checked(file(name, report(*PROBLEMS))).fault
        assert (fault is None) == (name == "甲.docx")
        assert fault is None or "甲.docx" in fault.describe("zh")


def test_a_file_with_a_fault_stays_as_it_is() -> None:
    bad = FileRead("坏.docx", fault=InputError("file_empty"))
    assert Originals().checked(bad) is bad


@given(st.lists(st.lists(st.sampled_from(PROBLEMS), unique=True, min_size=1), min_size=1, max_size=6))
def test_the_first_of_each_set_of_problems_is_kept(groups: list[list[str]]) -> None:
    originals = Originals()
    seen: list[set[str]] = []
    for index, problems in enumerate(groups):
        kept = originals.checked(file(f"{index}.docx", report(*problems)))
        assert bool(kept.fault) == (set(problems) in seen)
        seen.append(set(problems))
