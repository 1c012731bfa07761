"""A whole report in every format: numbers that can be counted again, nothing executed, the same bytes each time."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import wenti
from wenti.errors import OutputError
from wenti.reading import report_files
from wenti.records import Statement
from wenti.rendering import RENDERERS, Presentation, Rendering, check_output, render
from wenti.rendering.counts import render_summary_counts
from wenti.rendering.summary_data import summary_dict
from wenti.review import write_review
from wenti.summary import Summary

FORMATS = sorted(RENDERERS)


@pytest.fixture(scope="module")
def summary(root: Path) -> Summary:
    return wenti.report(root / "corpus" / "reports" / "jiyuan_evaluations.txt")


def rendered(summary: Summary, suffix: str, lang: str = "zh") -> bytes:
    return RENDERERS[suffix](Rendering(summary, lang, Presentation()))


def text_of(content: bytes, suffix: str) -> str:
    """Return what can be read in a rendered report, markup and all."""
    if suffix not in (".docx", ".xlsx"):
        return content.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".xml"))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_summary_gives_the_same_bytes(summary: Summary, suffix: str, lang: str) -> None:
    assert rendered(summary, suffix, lang) == rendered(summary, suffix, lang)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_summary_of_nothing_renders(summary: Summary, suffix: str) -> None:
    parts = ("statements", "findings", "types", "categories", "matrix", "profiles", "contrasts", "grades", "pairs")
    more = ("trends", "new_types", "recurrences", "coverage", "answered", "strengths")
    empty = dict.fromkeys((*parts, *more), ())
    nothing: Any = replace(summary, **empty, comparison=None)  # type: ignore[arg-type]
    assert rendered(nothing, suffix)


@pytest.mark.parametrize("suffix", [".html", ".docx", ".xlsx", ".md", ".json"])
def test_every_format_says_what_made_it(summary: Summary, suffix: str) -> None:
    text = text_of(rendered(summary, suffix), suffix)
    assert summary.stamp.taxonomy_sha256[:16] in text
    assert summary.reports[0].source.sha256 in text.replace("\u200b", "")


@pytest.mark.parametrize("suffix", [".html", ".docx", ".xlsx", ".md"])
def test_no_text_becomes_markup(summary: Summary, suffix: str) -> None:
    attack = "<script>alert(1)</script>|[x](javascript:alert(1))\x07=1+1"
    reports = tuple(replace(r, project=attack, units=(attack,)) for r in summary.reports)
    statements = tuple(replace(s, statement=Statement(attack, 0, len(attack))) for s in summary.statements)
    hostile = replace(summary, reports=reports, statements=statements, units=(attack,), report_units=(attack,) * 8)
    content = rendered(hostile, suffix)
    text = text_of(content, suffix)
    assert "<script>alert" not in text
    assert "[x](" not in text if suffix == ".md" else 'href="javascript' not in text
    if suffix == ".xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
            assert not any(b"<f>" in archive.read(name) for name in sheets)


@pytest.mark.parametrize(
    ("name", "key"),
    [("out.pdf", "output_suffix_unknown"), ("out", "output_suffix_unknown"), ("missing/out.html", "folder_missing")],
)
def test_a_bad_output_is_refused_before_the_work(tmp_path: Path, name: str, key: str) -> None:
    with pytest.raises(OutputError) as caught:
        check_output(tmp_path / name)
    assert caught.value.key == key


def test_several_files_are_written_of_one_summary(summary: Summary, tmp_path: Path) -> None:
    files = [tmp_path / f"报告{suffix}" for suffix in FORMATS]
    render(summary, files)
    assert all(file.stat().st_size for file in files)


def test_a_folder_with_own_reports_is_read_without_them(summary: Summary, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    render(summary, [tmp_path / f"共性问题{suffix}" for suffix in (".html", ".docx", ".xlsx", ".md")])
    write_review(tmp_path / "复核.xlsx", summary.reports, summary.statements, wenti.load_taxonomy())
    assert report_files([tmp_path]) == [tmp_path / "a.txt"]


# Every raw figure can be counted again from the annex alone: the workbook's two sheets, or the JSON.


def sheet_rows(content: bytes, name: str) -> Iterator[dict[str, Any]]:
    sheet = load_workbook(io.BytesIO(content), read_only=True)[name]
    rows = sheet.iter_rows(values_only=True)
    header = [str(cell) for cell in next(rows)]
    for row in rows:
        yield dict(zip(header, row, strict=False))


def parts_of(cell: object, separator: str) -> list[str]:
    return [part for part in str(cell or "").split(separator) if part]


def counted_from_workbook(content: bytes) -> dict[str, tuple[int, int, int, int, int, int]]:
    """Return findings, statements, units and projects (count and total) of each type, from the annex."""
    reports = list(sheet_rows(content, "报告清单"))
    units = {unit for row in reports for unit in parts_of(row["计入单位"], ";")}
    projects = {row["项目"] for row in reports}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in sheet_rows(content, "全部语句"):
        if row["问题点序号"] is not None:
            for label in parts_of(row["类型编号"], ";"):
                found.setdefault(label, []).append(row)
    return {
        label: (
            len({row["问题点序号"] for row in rows}),
            len(rows),
            len({row["问题责任单位"] for row in rows}),
            len(units),
            len({row["项目"] for row in rows}),
            len(projects),
        )
        for label, rows in found.items()
    }


def counted_by_summary(summary: Summary) -> dict[str, tuple[int, int, int, int, int, int]]:
    return {
        row.id: (
            *(row.findings, len(row.statements)),
            *(row.by_unit.count, row.by_unit.total),
            *(row.by_project.count, row.by_project.total),
        )
        for row in summary.types
    }


def test_all_figures_can_be_counted_again_from_the_workbooks_annex(summary: Summary) -> None:
    assert counted_from_workbook(rendered(summary, ".xlsx")) == counted_by_summary(summary)


def test_the_tables_of_the_workbook_show_what_its_annex_counts(summary: Summary) -> None:
    content = rendered(summary, ".xlsx")
    counted = counted_from_workbook(content)
    names = {summary.names[label].name: label for label in counted}
    sheet = load_workbook(io.BytesIO(content))["问题类型"]
    rows = list(sheet.iter_rows(values_only=True))
    header = next(row for row in rows if "涉及单位" in row)
    columns = [header.index(title) for title in ("问题类型", "涉及单位", "单位占比", "问题点")]
    shown: dict[str, list[object]] = {}
    for row in rows:
        name, *figures = (row[column] for column in columns)
        if name in names:
            shown.setdefault(names[name], figures)  # below the table are the numbers of its chart
    assert shown == {
        label: [units, units / all_units, findings] for label, (findings, _, units, all_units, *_) in counted.items()
    }


def test_all_figures_can_be_counted_again_from_the_json(summary: Summary) -> None:
    data = json.loads(rendered(summary, ".json"))
    assert data == json.loads(json.dumps(summary_dict(summary)))
    for row in data["weaknesses"]:
        findings = [f for f in data["findings"] if row["id"] in f["types"]]
        assert row["findings"] == len(findings)
        assert set(row["units"]) == {f["unit"] for f in findings}
        assert row["prevalence"] == round(len(row["units"]) / len(data["units"]), 4)
        assert row["statements"] == [
            i for f in data["findings"] for i in f["statements"] if row["id"] in data["statements"][i]["types"]
        ]
        assert set(row["quotations"]) <= set(row["statements"])
    for cell in data["matrix"]:
        members = [
            f
            for f in data["findings"]
            if f["unit"] == cell["group"] and any(t.startswith(f"{cell['category']}.") for t in f["types"])
        ]
        assert cell["findings"] == len(members)


def test_counts_alone_are_the_summarys(summary: Summary) -> None:
    lines = render_summary_counts(summary, "en").splitlines()
    assert len(lines) == 1 + len(summary.types) + len(summary.categories)
