"""The page in a real browser: complete without scripts, searchable with them, nothing cut off on paper."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

import wenti
from tests.contents import HOSTILE, sample
from wenti.rendering.blocks import Cell, Column, Content, Heading, Paragraph, Row, Run, Table
from wenti.rendering.content import content_of
from wenti.rendering.html_page import render_html

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None and "CI" not in os.environ, reason="no chromium; Debian: apt-get install chromium"
)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
)  # fmt: skip
A4 = "/MediaBox [0 0 594.95996 841.91998]"  # in points; Chromium writes one a page
A4_ACROSS = "/MediaBox [0 0 841.91998 594.95996]"
COUNTED = ("<table", "<tr", "<td", "<th", "<li", "<section", "<svg", "<line")


def browse(profile: Path, *arguments: str) -> str:
    assert CHROMIUM is not None, "CI has no chromium"
    done = subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", *arguments],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=120,
        check=True,
    )
    return done.stdout


def written(folder: Path, content: Content) -> Path:
    file = folder / "共性问题.html"
    file.write_text(render_html(content), encoding="utf-8")
    return file


def printed(folder: Path, page: Path) -> bytes:
    target = folder / "page.pdf"
    browse(folder / "profile", "--no-pdf-header-footer", f"--print-to-pdf={target}", page.as_uri())
    return target.read_bytes()


def page_texts(pdf: bytes) -> list[str]:
    pdfium = pytest.importorskip("pypdfium2")
    document = pdfium.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded() for page in document]


@pytest.fixture(scope="module")
def page(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    summary = wenti.report(root / "corpus" / "reports" / "jiyuan_evaluations.txt")
    return written(tmp_path_factory.mktemp("page"), content_of(summary))


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with a table over several sheets of paper: 120 units, of which each has a number of its own."""
    rows = tuple(Row((Cell(f"单位{i:03}"), Cell(str(i * 7 % 120), i * 7 % 120)), f"u-{i}") for i in range(120))
    wide = Table("宽表", tuple(Column(f"列{i}") for i in range(10)), (Row(tuple(Cell("1", 1) for _ in range(10))),))
    blocks = (
        Paragraph((Run("去看", "u-77"),)),
        Table("长表", (Column("单位名称", width=20), Column("问题点数", "right", 8)), rows),
        *(Heading("宽", 1), wide),
    )
    return written(tmp_path_factory.mktemp("long"), replace(sample(), blocks=blocks))


@needs_browser
def test_the_page_is_parsed_as_it_was_written(page: Path, tmp_path: Path) -> None:
    dom = browse(tmp_path, "--dump-dom", page.as_uri())
    source = page.read_text(encoding="utf-8")
    for tag in COUNTED:
        assert dom.count(tag) == source.count(tag), tag


@needs_browser
def test_the_page_prints_on_a4_and_wide_tables_across(long: Path, tmp_path: Path) -> None:
    pdf = printed(tmp_path, long)
    pages = page_texts(pdf)
    assert pdf.count(A4.encode()) == len(pages) - 1
    assert pdf.count(A4_ACROSS.encode()) == 1
    assert "宽表" in pages[-1] or "宽表" in pages[-2]


@needs_browser
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_heading_of_a_table_stands_on_each_sheet_of_paper(long: Path, tmp_path: Path, scripts: bool) -> None:
    if not scripts:
        text = re.sub("<script.*</script>", "", long.read_text(encoding="utf-8"), flags=re.DOTALL)
        long = tmp_path / "without.html"
        long.write_text(text, encoding="utf-8")
    pages = page_texts(printed(tmp_path, long))
    sheets = [text for text in pages if re.search(r"单位\d{3}", text)]
    assert len(sheets) >= 3
    assert all("单位名称" in text and "问题点数" in text for text in sheets)
    assert sorted(re.findall(r"单位\d{3}", "".join(pages))) == [f"单位{i:03}" for i in range(120)]


@needs_browser
def test_the_report_is_signed_on_paper(page: Path, tmp_path: Path) -> None:
    pages = page_texts(printed(tmp_path, page))
    assert "目" in pages[0]
    assert "签字" in pages[-1]
    assert "— 2 —" in pages[1]


@needs_browser
@pytest.mark.parametrize("width", [1200, 420], ids=["a wide screen", "a phone"])
@pytest.mark.parametrize("scheme", [0, 1], ids=["dark", "light"])
def test_the_page_shows_in_a_screenshot(page: Path, tmp_path: Path, width: int, scheme: int) -> None:
    target = tmp_path / "page.png"
    browse(
        *(tmp_path / "profile", f"--window-size={width},1600", f"--blink-settings=preferredColorScheme={scheme}"),
        *(f"--screenshot={target}", page.as_uri()),
    )
    assert target.read_bytes().startswith(b"\x89PNG")
    assert target.stat().st_size > 20_000


ACTS = """
const inside = frame.contentDocument;
const table = inside.querySelector("table.searched");
const rows = () => [...table.tBodies[0].rows].filter((row) => row.getClientRects().length);
const visible = () => rows().map((row) => row.cells[0].textContent);
const found = { all: visible().length };
const field = inside.querySelector("input[type=search]");
const type = (text) => { field.value = text; field.dispatchEvent(new Event("input")); };
type("单位 03");
found.filtered = visible();
found.shown = inside.querySelector("output").value;
inside.querySelector("a[href='#u-77']").click();
found.revealed = visible().length;
const [name, number] = table.tHead.querySelectorAll("button");
number.click();
found.falling = visible().slice(0, 3);
found.sort = [...table.tHead.rows[0].cells].map((cell) => cell.getAttribute("aria-sort"));
number.click();
found.rising = visible().slice(0, 3);
number.click();
found.again = visible().slice(0, 3);
document.body.textContent = JSON.stringify(found);
"""


@needs_browser
def test_the_script_filters_sorts_and_leads_to_hidden_rows(long: Path, tmp_path: Path) -> None:
    acting = tmp_path / "acting.html"
    acting.write_text(
        f'<meta charset="utf-8"><iframe id="frame" src="{long.as_uri()}" width="1200" height="800"></iframe>'
        f'<script>frame.addEventListener("load", () => {{ {ACTS} }});</script>',
        encoding="utf-8",
    )
    dom = browse(tmp_path / "profile", "--allow-file-access-from-files", "--dump-dom", acting.as_uri())
    found = json.loads(re.findall(r"<body>(\{.*\})</body>", dom)[0])
    assert found == {
        "all": 120,
        "filtered": [f"单位{i:03}" for i in (3, *range(30, 40), 49, 103)],  # 103 is the number of 单位049
        "shown": "显示 13 / 120 行",
        "revealed": 120,
        "falling": ["单位017", "单位034", "单位051"],
        "sort": [None, "descending"],
        "rising": ["单位000", "单位103", "单位086"],
        "again": ["单位000", "单位001", "单位002"],
    }


@needs_browser
def test_nothing_in_a_text_is_carried_out(tmp_path: Path) -> None:
    attack = (
        HOSTILE + "\"'><img src=x onerror=\"document.title='x'\"><svg onload=\"document.title='x'\"></title></style>"
    )
    attack += "<script>document.title='x'</script>"
    content = replace(sample(attack), title="标题" + attack, organisation=attack)
    dom = browse(tmp_path / "profile", "--dump-dom", written(tmp_path, content).as_uri())
    assert re.findall(r"<title>(..)", dom)[0] == "标题"
    assert "<img" not in dom
    assert dom.count("<script") == 1
