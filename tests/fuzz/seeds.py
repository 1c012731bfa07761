"""Files of each format as people have them, undamaged: those of the tests and of the corpus, and what is made of these."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from benchmarks.gold_documents import DOCUMENTS, SUFFIX, Script
from openpyxl import Workbook

from tests import test_reading_ofd as made_ofd
from tests.commands import REPORTS, page

Seed = tuple[str, bytes]
"""A file's suffix and content."""

DATA = Path(__file__).parents[1] / "data" / "reading"
KINDS = ("audit", "evaluation", "ledger", "rectification", "result_page", "self_evaluation")


@cache
def _script(kind: str) -> Script:
    return Script.load(DOCUMENTS / f"dev-{kind}-1{SUFFIX}")


def _rows(lines: Sequence[str]) -> list[list[str]]:
    cells = ([cell.strip().replace("//", "\n") for cell in line.split(" | ")] for line in lines)
    return [["" if cell in ("^", "<") else cell for cell in row] for row in cells]


def _as_text(script: Script) -> str:
    parts = ("\n".join(part.lines) if part.tag in ("title", "cover", "table") else part.text for part in script.parts)
    return "\n".join(parts).replace(" | ", "\t") + "\n"


def _as_markdown(script: Script) -> str:
    marks = {"title": "# ", "h1": "## ", "h2": "### ", "p": "", "h3": "#### "}
    written = []
    for part in script.parts:
        if part.tag == "table":
            rows = ["| " + " | ".join(cell.replace("\n", "<br>") for cell in row) + " |" for row in _rows(part.lines)]
            written.append("\n".join([rows[0], "|---" * len(_rows(part.lines)[0]) + "|", *rows[1:]]))
        else:
            written.append(marks.get(part.tag, "- ") + part.text)
    return "\n\n".join(written)


def _as_page(script: Script) -> str:
    tags = {"title": "h1", "h1": "h2", "h2": "h3", "h3": "h4"}
    written = []
    for part in script.parts:
        if part.tag == "table":
            rows = ("".join(f"<td>{cell}</td>" for cell in row) for row in _rows(part.lines))
            written.append('<table border="1">' + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
        else:
            tag = tags.get(part.tag, "p")
            written.append(f'<{tag} class="a"><span style="font-size:16pt">{part.text}</span></{tag}>')
    body = "\n".join(written)
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>报告</title></head><body>\n{body}\n</body></html>'


def _as_mail(html: str, encoding: str) -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "报告"
    mail.set_content(html, subtype="html", charset="utf-8", cte=encoding)
    mail.add_related(b"\x89PNG", "image", "png", cid="<a>")
    mail.set_boundary("part")
    return mail.as_bytes()


def _table() -> list[list[str]]:
    (table,) = (part for part in _script("ledger").parts if part.tag == "table")
    return _rows(table.lines)


def _as_workbook(rows: Sequence[Sequence[str]]) -> bytes:
    book = Workbook()
    book.active.title = "台账"
    for row in rows:
        book.active.append(list(row))
    book.active.merge_cells("E1:G1")
    stream = io.BytesIO()
    book.save(stream)
    return _dateless(stream.getvalue())


def _as_open_document(rows: Sequence[Sequence[str]]) -> bytes:
    cells = ("".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row) for row in rows)
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="台账">{body}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    return _archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode()})


def _as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode()


def _as_ofd(script: Script) -> bytes:
    texts = [part.text for part in script.parts if part.tag in ("title", "h1", "h2", "p")]
    pages = []
    for first in range(0, min(len(texts), 32), 8):
        laid = "".join(made_ofd.lines(text, 30 + 30 * row) for row, text in enumerate(texts[first : first + 8]))
        pages.append(made_ofd.page(laid + made_ofd.path("M 20 280 L 190 280", "M 20 20 L 20 280")))
    return _dateless(made_ofd.ofd(pages))


def _archive(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


def _dateless(content: bytes) -> bytes:
    """Return an archive without the time at which it was made, so that the same file makes the same mutants."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return _archive({name: archive.read(name) for name in archive.namelist() if not name.startswith("docProps/")})


def _files(*names: str) -> list[Seed]:
    return [(name.rpartition(".")[2], (DATA / name).read_bytes()) for name in names]


def _documents(suffix: str) -> list[Seed]:
    return [(suffix, (DOCUMENTS / f"dev-{kind}-1.{suffix}").read_bytes()) for kind in KINDS]


def _written(suffix: str, write: Callable[[Script], str]) -> list[Seed]:
    return [(suffix, write(_script(kind)).encode()) for kind in KINDS]


def _archives() -> list[Seed]:
    text, word = seeds("txt")[2][1], (DATA / "word_headings.docx").read_bytes()
    inside = _archive({"整改/b.txt": text, "b.docx": word})
    pages = _archive({"a.txt": seeds("txt")[1][1], "a.html": seeds("html")[1][1], "in.zip": inside, "a.jpg": b"x"})
    tables = _archive({"a.xlsx": seeds("xlsx")[1][1], "a.csv": seeds("csv")[0][1], "说明.md": seeds("md")[0][1]})
    return [("zip", content) for content in (inside, pages, tables)]


_WORD = ("word_headings.docx", "word_libreoffice.docx", "word_linked.docx", "word_outline.docx")
_PDF = ("pdf_writer.pdf", "pdf_browser.pdf", "pdf_footnotes.pdf", "pdf_locked.pdf")
_SEEDS: Mapping[str, Callable[[], list[Seed]]] = {
    "txt": lambda: [("txt", page().encode()), ("txt", REPORTS.read_bytes()), *_written("txt", _as_text)],
    "md": lambda: _written("md", _as_markdown),
    "html": lambda: [*_files("web_libreoffice.html"), *_written("html", _as_page)],
    "mht": lambda: [
        ("mht", _as_mail(_as_page(_script("audit")), encoding)) for encoding in ("8bit", "quoted-printable", "base64")
    ],
    "docx": lambda: [*_files(*_WORD), *_documents("docx")],
    "doc": lambda: _files("office.doc"),
    "rtf": lambda: _files("office.rtf"),
    "odt": lambda: _files("office.odt"),
    "xlsx": lambda: [*_files("sheet.xlsx"), ("xlsx", _as_workbook(_table()))],
    "xls": lambda: _files("sheet.xls"),
    "ods": lambda: [*_files("sheet.ods"), ("ods", _as_open_document(_table()))],
    "csv": lambda: [("csv", _as_csv(_table())), ("csv", _as_csv(_table()[:3]).replace(b",", b";"))],
    "pdf": lambda: [*_files(*_PDF), *_documents("pdf")],
    "ofd": lambda: [("ofd", _as_ofd(_script(kind))) for kind in ("audit", "evaluation")],
    "zip": _archives,
    "png": lambda: _files("scan_page.png", "scan_pages.tif", "scan_turned.jpg"),
}


@cache
def seeds(form: str) -> list[Seed]:
    """Return the files of a format with which mutation begins."""
    return _SEEDS[form]()
