"""Pictures of weakness reports for docs/gallery.md: Word and Excel as LibreOffice shows them, the page as Chromium does.

Usage: python benchmarks/gallery.py [--folder FOLDER] [--only WORD]

Runs the commands that docs/gallery.md shows in a temporary folder: over the eight published reports of corpus/reports, and
over the sixty invented ones of benchmarks/invented.py. It needs LibreOffice, Chromium, a Chinese font, and wenti with its
``dev`` extra. The pictures show the day they were made on; all else stays the same from run to run.
"""

from __future__ import annotations

import argparse
import io
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pypdfium2
from lxml import html
from PIL import Image, ImageChops, ImageOps

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path, not the one above

from benchmarks.gold_documents import write_pdf  # noqa: E402
from benchmarks.invented import main as write_invented  # noqa: E402

from wenti.errors import WentiError  # noqa: E402
from wenti.output import write_whole  # noqa: E402

IMAGES = ROOT / "docs" / "images"
COMMANDS = {
    "eight": (
        "wenti report corpus/reports -o eight.docx -o eight.html"
        " --title 绩效评价共性问题报告（演示） --organisation 云岭市财政局"
    ),
    "sixty": (
        "wenti report invented/reports --units invented/units.csv -o sixty.docx -o sixty.xlsx -o sixty.html"
        " --title 绩效评价共性问题报告（虚构示例） --organisation 云岭市财政局"
    ),
    "english": (
        "wenti report invented/reports --units invented/units.csv -o english.html --lang en"
        ' --title "Shared weaknesses (invented reports)" --organisation "Yunling Finance Bureau"'
    ),
}
MOST_BYTES = 150_000
_SHORTER_SIDES = {"docx": 900, "xlsx": 1000}  # pixels of a sheet of paper
_COLOURS = 64
_MARGIN = 16
_EDGE = "#c8ccd2"
_DESKTOP, _PHONE = (1280, 860), (390, 844)
_LIGHT, _DARK = 1, 0  # as Chromium numbers them
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
)  # fmt: skip
# A page that is opened at a place is drawn shifted by a headless browser; one in a frame is not.
_FRAME = (
    '<!DOCTYPE html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<style>:root{{color-scheme:light dark}}body{{margin:0}}iframe{{border:0;display:block;width:100vw;height:100vh}}"
    '</style><iframe src="{address}"></iframe>'
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its name, the report it is of, and which part that shows.

    ``at`` is the end of a heading, or of the name of a sheet; without, it is the beginning.
    """

    name: str
    report: str
    suffix: Literal["docx", "xlsx", "html"]
    at: str = ""
    window: tuple[int, int] = _DESKTOP
    scheme: int = _LIGHT

    @property
    def file(self) -> str:
        """Its file's name."""
        return f"report-{self.name}.png"


PICTURES = (
    Picture("sixty-word-cover", "sixty", "docx"),
    Picture("sixty-word-summary", "sixty", "docx", "摘要"),
    Picture("sixty-word-ranking", "sixty", "docx", "按问题类型"),
    Picture("sixty-word-chart", "sixty", "docx", "各类问题的具体情况"),
    Picture("sixty-word-type", "sixty", "docx", "资金筹集拨付与监管不到位"),
    Picture("sixty-word-matrix", "sixty", "docx", "单位与问题类别对照"),
    Picture("sixty-word-recurrence", "sixty", "docx", "屡查屡犯"),
    Picture("sixty-excel-summary", "sixty", "xlsx", "摘要"),
    Picture("sixty-excel-types", "sixty", "xlsx", "问题类型"),
    Picture("sixty-excel-matrix", "sixty", "xlsx", "分组矩阵"),
    Picture("sixty-excel-statements", "sixty", "xlsx", "全部语句"),
    Picture("sixty-page", "sixty", "html"),
    Picture("sixty-page-years", "sixty", "html", "年度变化"),
    Picture("sixty-page-dark", "sixty", "html", "按问题类型", scheme=_DARK),
    Picture("sixty-page-phone", "sixty", "html", "摘要", _PHONE),
    Picture("sixty-page-english", "english", "html", "Carry-over balances and idle money"),
    Picture("eight-word-summary", "eight", "docx", "摘要"),
    Picture("eight-word-matrix", "eight", "docx", "单位与问题类别对照"),
    Picture("eight-page", "eight", "html"),
)


def first_titled(titles: Sequence[str], at: str) -> int:
    """Return the place of the first title that ends so; numbers may stand before.

    Raises
    ------
    ValueError
        If there is none.
    """
    found = next((place for place, title in enumerate(titles) if title.strip().endswith(at)), None)
    if found is None:
        raise ValueError(f"{at}: not among {'; '.join(titles)}")
    return found


def sheet_of_paper(pdf: Path, at: str, shorter_side: int) -> Image.Image:
    """Return the page of a PDF file that a bookmark leads to; without one the first page.

    Raises
    ------
    ValueError
        If there is no such bookmark.
    """
    document = pypdfium2.PdfDocument(pdf)
    try:
        number = 0
        if at:
            bookmarks = list(document.get_toc())
            number = bookmarks[first_titled([each.get_title() for each in bookmarks], at)].get_dest().get_index()
        page = document[number]
        picture: Image.Image = page.render(scale=shorter_side / min(page.get_size())).to_pil()
        return picture
    finally:
        document.close()


def without_margins(picture: Image.Image) -> Image.Image:
    """Return what stands between the first and the last line of a page, its header and footer, with little white around.

    Raises
    ------
    ValueError
        If nothing does.
    """
    plain = picture.convert("RGB")
    filled = np.flatnonzero((np.asarray(plain.convert("L")) < 255).any(axis=1))
    gaps = np.flatnonzero(np.diff(filled) > 1)
    if len(gaps) < 2:
        raise ValueError("a page without header, content and footer")
    between = plain.crop((0, int(filled[gaps[0] + 1]), plain.width, int(filled[gaps[-1]]) + 1))
    shown = ImageChops.difference(between, Image.new("RGB", between.size, "white")).getbbox()
    return ImageOps.expand(between.crop(shown), _MARGIN, "white")


def screenshot(page: Path, picture: Picture) -> Image.Image:
    """Return what a window shows of a page at a heading.

    Raises
    ------
    ValueError
        If the page has no such heading.
    FileNotFoundError
        If there is no Chromium.
    """
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        raise FileNotFoundError("no Chromium; Debian: apt-get install chromium")
    address = page.as_uri()
    if picture.at:
        headings = html.fromstring(page.read_bytes()).xpath("//*[self::h1 or self::h2 or self::h3 or self::h4][@id]")
        titles = ["".join(heading.itertext()) for heading in headings]
        address += f"#{headings[first_titled(titles, picture.at)].get('id')}"
    with tempfile.TemporaryDirectory() as folder:
        frame, shot = Path(folder) / "frame.html", Path(folder) / "shot.png"
        frame.write_text(_FRAME.format(address=address), encoding="utf-8")
        subprocess.run(
            [
                *(browser, *_FLAGS, f"--user-data-dir={folder}/profile", f"--screenshot={shot}"),
                *(
                    "--window-size={},{}".format(*picture.window),
                    f"--blink-settings=preferredColorScheme={picture.scheme}",
                ),
                frame.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        with Image.open(shot) as shown:
            return shown.convert("RGB")


def png(picture: Image.Image) -> bytes:
    """Return a picture as PNG, with an edge and few colours."""
    framed = ImageOps.expand(picture.convert("RGB"), 1, _EDGE)
    file = io.BytesIO()
    framed.quantize(_COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


@dataclass(frozen=True)
class Studio:
    """A folder in which reports are made for their pictures; each is made once."""

    folder: Path

    def __post_init__(self) -> None:
        reports = self.folder / "corpus" / "reports"
        shutil.copytree(ROOT / "corpus" / "reports", reports)
        if write_invented([str(self.folder / "invented")]) != 0:
            raise ValueError("the invented reports were not written")

    def take(self, picture: Picture) -> bytes:
        """Return a picture as PNG."""
        self._reported(picture.report)
        if picture.suffix == "html":
            return png(screenshot(self.folder / f"{picture.report}.html", picture))
        paper = sheet_of_paper(self._printed(picture), picture.at, _SHORTER_SIDES[picture.suffix])
        return png(without_margins(paper) if picture.suffix == "xlsx" else paper)

    def _reported(self, report: str) -> None:
        """Give the command of a report."""
        if (self.folder / f"{report}.html").exists():
            return
        words = shlex.split(COMMANDS[report])[1:]
        program = [sys.executable, "-c", "from wenti.cli import main; main()", *words]
        subprocess.run(program, cwd=self.folder, check=True, capture_output=True)

    def _printed(self, picture: Picture) -> Path:
        """Return a Word or Excel file as PDF; each format has a folder, since their PDF files have the same name."""
        copy = self.folder / picture.suffix / f"{picture.report}.{picture.suffix}"
        printed = copy.with_suffix(".pdf")
        if not printed.exists():
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(self.folder / copy.name, copy)
            write_pdf(copy)
        return printed


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures and tell their sizes; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=IMAGES, help="gets the pictures; docs/images by default")
    parser.add_argument("--only", default="", metavar="WORD", help="pictures whose name holds it")
    options = parser.parse_args(arguments)
    chosen = [picture for picture in PICTURES if options.only in picture.name]
    try:
        if not chosen:
            raise ValueError(f"{options.only}: not among {'; '.join(picture.name for picture in PICTURES)}")
        with tempfile.TemporaryDirectory() as folder:
            studio = Studio(Path(folder))
            for picture in chosen:
                taken = studio.take(picture)
                write_whole(options.folder / picture.file, taken)
                print(picture.file, len(taken))
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"{error}\n{(error.stderr or b'').decode(errors='replace')}\n")
        return 1
    except (WentiError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
