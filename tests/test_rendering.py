"""A whole report in every format: numbers that can be counted again, nothing executed, the same bytes each time."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
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
    [("out.pdf", "output_suffix_unknown"), ("out", "output_suffix_missing"), ("missing/out.html", "folder_missing")],
)
def test_a_bad_output_is_refused_before_the_work(tmp_path: Path, name: str, key: str) -> None:
    with pytest.raises(OutputError) as caught:
        check_output(tmp_path / name)
    assert caught.value.key == key


def test_an_output_that_is_given_twice_is_refused(summary: Summary, tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        render(summary, [tmp_path / "a.md", f"{tmp_path}/./a.md"])
    assert caught.value.key == "output_twice"
    assert not list(tmp_path.iterdir())


def test_no_number_becomes_invalid_json(summary: Summary) -> None:
    first = replace(summary.statements[0], kind_probability=float("nan"))
    with pytest.raises(ValueError, match="not JSON compliant"):
        rendered(replace(summary, statements=(first, *summary.statements[1:])), ".json")


def test_several_files_are_written_of_one_summary(summary: Summary, tmp_path: Path) -> None:
    files = [tmp_path / f"报告{suffix}" for suffix in FORMATS]
    render(summary, files)
    assert all(file.stat().st_size for file in files)


def test_a_folder_with_own_reports_is_read_without_them(summary: Summary, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    render(summary, [tmp_path / f"共性问题{suffix}" for suffix in (".html", ".docx", ".xlsx", ".md")])
    write_review(tmp_path / "复核.xlsx", summary.reports, summary.statements, wenti.load_taxonomy())
    assert report_files([tmp_path]) == [tmp_path / "a.txt"]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
@pytest.mark.parametrize(("made", "saved"), [("docx", "docx"), ("docx", "pdf"), ("docx", "odt"), ("xlsx", "xlsx")])
def test_what_an_office_program_saved_again_is_no_report_either(
    summary: Summary, tmp_path: Path, made: str, saved: str
) -> None:
    file = tmp_path / f"复核.{made}"
    if made == "xlsx":
        write_review(file, summary.reports, summary.statements[:9], wenti.load_taxonomy())
    else:
        render(summary, [file])
    folder = tmp_path / "报告"
    folder.mkdir()
    (folder / "a.txt").write_text("x", encoding="utf-8")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", saved, "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    assert (folder / f"复核.{saved}").stat().st_size
    assert report_files([folder]) == [folder / "a.txt"]


@pytest.mark.parametrize(
    ("keywords", "is_own"),
    [("wenti", True), ("", False), ("wenti, 绩效", False), ("绩效 wenti", False), ("wenti2", False)],
)
def test_only_the_keyword_alone_tells_an_own_file(keywords: str, is_own: bool, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    document = docx.Document()
    document.core_properties.keywords = keywords
    document.save(str(tmp_path / "b.docx"))
    with zipfile.ZipFile(tmp_path / "c.odt", "w") as archive:
        each = "".join(f"<meta:keyword>{word}</meta:keyword>" for word in keywords.split(", "))
        archive.writestr("meta.xml", f"<office:meta>{each}</office:meta>")
    written = f"({keywords})" if keywords.isascii() else f"<FEFF{keywords.encode('utf-16-be').hex()}>"
    (tmp_path / "d.pdf").write_bytes(f"%PDF-1.4\n<</Title(x)/Keywords{written}>>".encode())
    assert (report_files([tmp_path]) == [tmp_path / "a.txt"]) is is_own
    assert len(report_files([tmp_path])) == (1 if is_own else 4)


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
