"""The sixty invented reports of the docs: they read as they were written, and nobody can take them for real ones."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from benchmarks.invented import MARK, REWORDED, UNITS, YEARS, Record, invented_records, invented_reports, main

import wenti
from tests.commands import ROOT
from wenti.records import Report
from wenti.segmentation import statements_of
from wenti.taxonomy import load_taxonomy
from wenti.unit_table import UnitTable

CORPUS = ROOT / "corpus"
ROLES = {"fact": "overview", "strength": "achievements", "weakness": "findings", "recommendation": "requirements"}
PLACES = sorted({source[: match.end()] for unit in UNITS for source in unit.sources
                 if (match := re.match(r".{2,4}?[市州县区]", source))})  # fmt: skip


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return invented_records(CORPUS, load_taxonomy())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("invented")
    assert main([str(made)]) == 0
    return made


@pytest.fixture(scope="module")
def reports(folder: Path) -> list[Report]:
    table = UnitTable.load(folder / "units.csv")
    return [table.joined(*wenti.read(file)) for file in sorted((folder / "reports").iterdir())]


def characters(texts: list[str]) -> Counter[str]:
    """Return how often each character stands in texts, what separates statements left out."""
    return Counter(character for text in texts for character in text if character not in "。；，")


def places_in(text: str, unit_region: str) -> list[str]:
    return [place for place in PLACES if place in text and place not in unit_region]


@pytest.mark.parametrize("number", range(60))
def test_a_report_is_read_as_it_was_written(number: int, records: list[Record], reports: list[Report]) -> None:
    record, report = records[number], reports[number]
    assert (report.kind, report.units, report.project) == ("result_page", (record.unit.full,), record.project)
    assert (report.project_year, report.evaluation_year) == (record.year, record.year + 1)
    assert (report.region, report.sectors) == (record.unit.region, (record.unit.sector,))
    assert f"得分{report.evaluation_score:g}" in record.result.replace(".0分", "分")
    assert f"等级为“{report.grade}”" in record.result
    assert report.not_understood == ()
    told: dict[str, list[str]] = {}
    for section in report.sections:
        told.setdefault(section.role, []).extend(statement.text for _, statement in statements_of(section))
    assert told.pop("conclusion") == [record.result.rstrip("。")]
    for kind, role in ROLES.items():
        assert characters(told.pop(role, [])) == characters(record.texts(kind)), kind
    assert not told


def test_every_report_says_that_it_is_invented_and_no_statement_does(folder: Path, reports: list[Report]) -> None:
    for file in (folder / "reports").iterdir():
        assert file.read_text(encoding="utf-8").startswith(f"{MARK}\n")
        assert "虚构示例" in file.name
    for report in reports:
        assert report.title is not None
        assert report.title.startswith(MARK)
        told = [s.text for section in report.sections for _, s in statements_of(section)]
        assert not [text for text in told if "虚构" in text]


def test_units_have_a_project_in_each_year_and_no_two_projects_share_a_name(records: list[Record]) -> None:
    assert Counter(record.unit.full for record in records) == {unit.full: len(YEARS) for unit in UNITS}
    assert len(UNITS) == 20
    assert {(record.unit, record.year) for record in records} == {(unit, year) for unit in UNITS for year in YEARS}
    assert len({record.project for record in records}) == len(records)


def test_sectors_and_regions_hold_several_units() -> None:
    assert set(Counter(unit.region for unit in UNITS).values()) == {5}
    assert min(Counter(unit.sector for unit in UNITS).values()) >= 2


def test_most_units_show_a_type_again_in_a_later_year(records: list[Record]) -> None:
    years: dict[tuple[str, str], set[int]] = {}
    for record in records:
        for statement in record.statements:
            for label in statement.types if statement.kind == "weakness" else ():
                years.setdefault((record.unit.full, label), set()).add(record.year)
    recurring = {unit for (unit, _), found in years.items() if len(found) > 1}
    assert len(recurring) > len(UNITS) / 2


def test_a_report_names_no_other_place_or_unit(records: list[Record]) -> None:
    others = [source for unit in UNITS for source in unit.sources]
    for record, text in zip(records, invented_reports(CORPUS).values(), strict=True):
        own = record.unit.full
        assert not places_in(text, record.unit.region)
        assert not [source for source in others if source in text and source != own]


def test_every_rewording_is_of_a_used_record_and_of_words_in_it() -> None:
    used = {source for unit in UNITS for source in unit.sources}
    lines = [line.split("\t") for file in sorted((CORPUS / "statements").glob("c*.tsv"))
             for line in file.read_text(encoding="utf-8").splitlines()]  # fmt: skip
    for source, changes in REWORDED.items():
        assert source in used
        words = "".join(cells[2] for cells in lines if cells[3] == source)
        assert [old for old, _ in changes if old not in words] == []


def test_the_command_writes_the_same_bytes_again(folder: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "benchmarks" / "invented.py", tmp_path], check=True, cwd=tmp_path)
    files = [file.relative_to(tmp_path) for file in sorted(tmp_path.rglob("*.*"))]
    assert len(files) == 61
    assert [(folder / file).read_bytes() for file in files] == [(tmp_path / file).read_bytes() for file in files]


def test_a_corpus_without_the_records_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "statements").mkdir()
    line = "weakness\tfund_execution.slow_spending\t项目预算执行率低\t甲局\t2021年项目\t2021\n"
    (tmp_path / "statements" / "c1.tsv").write_text(f"kind\ttypes\ttext\tunit\tproject\tyear\n{line}", encoding="utf-8")
    assert main([str(tmp_path / "out"), "--corpus", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"{UNITS[0].sources[0]}: no record of 2021\n"
    assert not (tmp_path / "out").exists()
