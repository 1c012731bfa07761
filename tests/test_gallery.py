"""The gallery: every picture is made by a command that the page shows, marked as what it is, and small."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from pathlib import Path

import pytest
from benchmarks.gallery import (
    COMMANDS,
    IMAGES,
    MOST_BYTES,
    PICTURES,
    first_titled,
    main,
    sheet_of_paper,
    without_margins,
)
from benchmarks.gold_documents import write_pdf
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from tests.commands import ROOT
from tests.test_docs import blocks, invocations

PAGE = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
FILES = [picture.file for picture in PICTURES]
needs_programs = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("chromium")) and "CI" not in os.environ,
    reason="needs LibreOffice and Chromium",
)
TITLES = ["一、 摘要", "二、 评价范围与方法", "1. 资金使用不合规", "九、 资金使用不合规"]


@pytest.mark.parametrize("report", COMMANDS)
def test_the_page_shows_the_command_of_each_report(report: str) -> None:
    shown = [words for block in blocks(PAGE) for _, words in invocations(block)]
    assert shlex.split(COMMANDS[report]) in shown


def test_the_page_shows_every_picture_once_and_no_other() -> None:
    assert sorted(re.findall(r"\]\(images/([^)]+)\)", PAGE)) == sorted(FILES)
    assert sorted(path.name for path in IMAGES.glob("report-*.png")) == sorted(FILES)


@pytest.mark.parametrize("file", FILES)
def test_a_picture_is_small(file: str) -> None:
    assert (IMAGES / file).stat().st_size <= MOST_BYTES
    with Image.open(IMAGES / file) as picture:
        assert 380 <= picture.width <= 1500


def test_pictures_of_invented_reports_stand_below_the_words_that_say_so() -> None:
    sixty, eight = PAGE.split("\n## ")[1:]
    assert "**Invented" in sixty
    assert "**A demonstration, not a test.**" in eight
    for part, name in ((sixty, "sixty"), (eight, "eight")):
        assert "model was" in part.split("```")[0]
        assert set(re.findall(r"images/report-(\w+?)-", part)) == {name}
    assert "虚构" in COMMANDS["sixty"]
    assert "invented" in COMMANDS["english"]


def test_the_first_title_that_ends_so_is_found() -> None:
    assert [first_titled(TITLES, at) for at in ("摘要", "资金使用不合规")] == [0, 2]


@pytest.mark.parametrize("at", ["资金使用", "第一章"], ids=["the beginning of a title", "no title"])
def test_a_title_that_is_missing_is_told_with_those_there_are(at: str) -> None:
    with pytest.raises(ValueError, match="不合规") as raised:
        first_titled(TITLES, at)
    assert str(raised.value).startswith(at)


@given(
    place=st.tuples(st.integers(2, 60), st.integers(12, 60)),
    size=st.tuples(st.integers(1, 80), st.integers(1, 80)),
    colour=st.integers(0, 254),
)
def test_what_stands_between_header_and_footer_is_left(
    place: tuple[int, int], size: tuple[int, int], colour: int
) -> None:
    page = Image.new("RGB", (150, 170), "white")
    drawn = ImageDraw.Draw(page)
    drawn.rectangle((70, 3, 90, 9), "black")  # header
    drawn.rectangle((60, 150, 64, 155), "black")  # footer
    (left, top), (width, height) = place, size
    drawn.rectangle((left, top, left + width - 1, top + height - 1), (colour, colour, colour))
    found = without_margins(page)
    margin = (found.width - width) // 2
    assert found.size == (width + 2 * margin, height + 2 * margin)
    assert margin > 0
    inside = found.crop((margin, margin, margin + width, margin + height))
    assert inside.getcolors() == [(width * height, (colour, colour, colour))]


def test_a_page_with_nothing_between_header_and_footer_is_refused() -> None:
    page = Image.new("RGB", (100, 100), "white")
    ImageDraw.Draw(page).rectangle((10, 10, 20, 20), "black")
    with pytest.raises(ValueError, match="content"):
        without_margins(page)


@needs_programs
def test_a_page_is_found_by_its_heading(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("摘要")
    across = document.add_section()
    across.page_width, across.page_height = across.page_height, across.page_width
    document.add_heading("对照")
    document.save(str(tmp_path / "report.docx"))
    write_pdf(tmp_path / "report.docx")
    sizes = {at: sheet_of_paper(tmp_path / "report.pdf", at, 300).size for at in ("", "摘要", "对照")}
    assert {at: min(size) for at, size in sizes.items()} == {"": 300, "摘要": 300, "对照": 300}
    assert [at for at, (width, height) in sizes.items() if width > height] == ["对照"]
    with pytest.raises(ValueError, match=r"附录: .*摘要; 对照"):
        sheet_of_paper(tmp_path / "report.pdf", "附录", 300)


@needs_programs
def test_pictures_are_taken_of_a_report_that_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--folder", str(tmp_path), "--only", "eight-page"]) == 0
    (made,) = tmp_path.iterdir()
    assert capsys.readouterr().out == f"{made.name} {made.stat().st_size}\n"
    assert made.name == "report-eight-page.png"
    with Image.open(made) as picture:
        assert picture.size == (1282, 862)
        assert len(picture.convert("RGB").getcolors() or []) > 10


def test_a_picture_that_is_not_known_is_told_with_those_that_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--folder", str(tmp_path), "--only", "slides"]) == 1
    told = capsys.readouterr().err
    assert [picture.name for picture in PICTURES if picture.name not in told] == []
    assert list(tmp_path.iterdir()) == []
