"""The page in a real browser: laid out without scripts, nothing cut off on paper."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import wenti

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None and "CI" not in os.environ, reason="no chromium; Debian: apt-get install chromium"
)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
)  # fmt: skip


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


@pytest.fixture(scope="module")
def page(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("page") / "共性问题.html"
    wenti.render(wenti.report(root / "corpus" / "reports" / "jiyuan_evaluations.txt"), file)
    return file


@needs_browser
def test_the_page_is_parsed_as_it_was_written(page: Path, tmp_path: Path) -> None:
    dom = browse(tmp_path, "--dump-dom", page.as_uri())
    source = page.read_text(encoding="utf-8")
    for tag in ("<table", "<tr", "<td", "<li", "<section", "<svg"):
        assert dom.count(tag) == source.count(tag)


@needs_browser
def test_the_page_prints_on_a4(page: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.pdf"
    browse(tmp_path / "profile", "--no-pdf-header-footer", f"--print-to-pdf={target}", page.as_uri())
    content = target.read_bytes()
    assert content.startswith(b"%PDF")
    # A4 in points; Chromium writes one MediaBox a page.
    assert content.count(b"/MediaBox [0 0 594.95996 841.91998]") >= 10


@needs_browser
@pytest.mark.parametrize("width", [1200, 420], ids=["a wide screen", "a phone"])
def test_the_page_shows_in_a_screenshot(page: Path, tmp_path: Path, width: int) -> None:
    target = tmp_path / "page.png"
    browse(tmp_path / "profile", f"--window-size={width},1600", f"--screenshot={target}", page.as_uri())
    assert target.read_bytes().startswith(b"\x89PNG")
    assert target.stat().st_size > 20_000
