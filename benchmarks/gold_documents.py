"""Gold documents: their scripts, the statements in them, and the Word and PDF files made from them.

Usage: python benchmarks/gold_documents.py [NAME]...

writes ``corpus/documents/NAME.docx`` and, by LibreOffice, ``NAME.pdf`` for each script. The format of the scripts is in
corpus/documents/README.md.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path, not the one above

from wenti.numbering import number_at  # noqa: E402

DOCUMENTS = ROOT / "corpus" / "documents"
SUFFIX = ".gold.txt"
_BRACES = re.compile(r"\{([^{}]*)\}")
_AUTO_LEVELS = {"h1": 0, "h2": 1, "p": 2, "h3": 2}
_LEVEL_FORMATS = (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))
_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A block of a script: its tag, role and lines."""

    tag: str
    role: str
    flags: frozenset[str]
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The paragraph as it is shown, without an automatic number."""
        text = _BRACES.sub(r"\1", "".join(self.lines))
        number = number_at(text) if "auto" in self.flags else None
        return text[number.end :] if number is not None else text

    def statements(self) -> Iterator[str]:
        """Yield the statements of a paragraph."""
        for index, line in enumerate(self.lines):
            text = _BRACES.sub("", line).strip()
            number = number_at(text) if index == 0 else None
            yield text[number.end :] if number is not None else text


@dataclass(frozen=True)
class Script:
    """A gold document."""

    name: str
    head: dict[str, str | None]
    parts: tuple[Chunk, ...]

    @classmethod
    def load(cls, path: Path) -> Script:
        """Read a script."""
        head_text, body = path.read_text(encoding="utf-8").split("\n---\n", 1)
        pairs = (line.split(":", 1) for line in head_text.splitlines() if line.strip())
        head = {key.strip(): None if value.strip() == "null" else value.strip() for key, value in pairs}
        parts, role = [], "other"
        for block in re.split(r"\n\s*\n", body.strip()):
            first, *lines = [line for line in block.splitlines() if line.strip()]
            words = first.strip("[] ").split()
            flags = frozenset(words[1:]) & {"auto", "title"}
            own = next((word for word in words[1:] if word not in flags), None)
            role = own if words[0] == "h1" and own else role
            parts.append(Chunk(words[0], own or role, flags, tuple(line.strip() for line in lines)))
        return cls(path.name.removesuffix(SUFFIX), head, tuple(parts))

    @cached_property
    def statements(self) -> list[tuple[str, str]]:
        """Role and text of each statement, in the order of the document."""
        found = []
        for part in self.parts:
            if part.tag in ("p", "h2", "h3", "footnote") and "title" not in part.flags:
                found += [(part.role, text) for text in part.statements() if text]
            elif part.tag == "gold":
                found += [(part.role, text) for line in part.lines if (text := _BRACES.sub("", line).strip())]
        return found


def scripts(prefix: str = "") -> list[Script]:
    """Return the scripts whose name begins so."""
    return [Script.load(path) for path in sorted(DOCUMENTS.glob(f"{prefix}*{SUFFIX}"))]


def write_word(script: Script, path: Path) -> None:
    """Write a script as a Word file such as offices write them."""
    _Word(script).save(path)


class _Word:
    def __init__(self, script: Script) -> None:
        self._script = script
        self._document: Any = Document()
        # Half of the documents have Word's heading styles, the other half only look as if.
        self._is_styled = sum(script.name.encode()) % 2 == 0
        self._last: Any = None
        self._notes: list[str] = []
        self._lists: dict[int, int] = {}
        self._set_up()
        for part in script.parts:
            getattr(self, f"_{part.tag}", self._paragraph)(part)
        if self._notes:
            self._add_notes()

    def save(self, path: Path) -> None:
        self._document.save(str(path))

    def _set_up(self) -> None:
        style: Any = self._document.styles["Normal"]
        style.font.size = Pt(15)
        style.font.name = "Times New Roman"
        style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
        style.paragraph_format.line_spacing = Pt(27)
        style.paragraph_format.space_after = Pt(0)
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
        footer = section.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        footer.add_run("— ")
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            run = footer.add_run()
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            else:
                element.text = text
            run._r.append(element)
        footer.add_run(" —")

    def _header(self, part: Chunk) -> None:
        self._document.sections[0].header.paragraphs[0].text = "".join(part.lines)

    def _cover(self, part: Chunk) -> None:
        for line in part.lines:
            self._add(line, size=18).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _page(self, part: Chunk) -> None:
        self._document.add_page_break()

    def _title(self, part: Chunk) -> None:
        for line in part.lines:
            self._add(line, size=20, is_bold=True).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _gold(self, part: Chunk) -> None:
        pass

    def _paragraph(self, part: Chunk) -> None:
        level = {"h1": 1, "h2": 2, "h3": 3}.get(part.tag)
        style = f"Heading {level}" if level is not None and self._is_styled else None
        paragraph = self._add(part.text, style=style, is_bold=level is not None)
        if "auto" in part.flags:
            self._number(paragraph, _AUTO_LEVELS.get(part.tag, 2))
        else:
            paragraph.paragraph_format.first_line_indent = Pt(30)
            if level in (1, 2):
                self._lists.clear()
        if level in (1, 2):
            self._lists.pop(2, None)

    def _add(self, text: str, *, style: str | None = None, size: float = 15, is_bold: bool = False) -> Any:
        self._last = self._document.add_paragraph(style=style)
        run = self._last.add_run(text)
        run.font.size = Pt(size)
        run.bold = is_bold
        return self._last

    def _number(self, paragraph: Any, level: int) -> None:
        """Have Word number a paragraph: a list of its own for each run of a level, which begins at 1."""
        if level not in self._lists:
            self._lists[level] = self._new_list(level)
        properties = paragraph._p.get_or_add_pPr()
        numbering = OxmlElement("w:numPr")
        for name, value in (("w:ilvl", level), ("w:numId", self._lists[level])):
            element = OxmlElement(name)
            element.set(qn("w:val"), str(value))
            numbering.append(element)
        properties.append(numbering)

    def _new_list(self, level: int) -> int:
        numbering = self._document.part.numbering_part.element
        identity = str(len(numbering) + 100)
        abstract = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{identity}"><w:multiLevelType w:val="multilevel"/>'
            + "".join(
                f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:suff w:val="nothing"/>'
                f'<w:lvlText w:val="{shown}"/></w:lvl>'
                for at, (kind, shown) in enumerate(_LEVEL_FORMATS)
            )
            + "</w:abstractNum>"
        )
        numbering.insert(0, abstract)
        numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{identity}"><w:abstractNumId w:val="{identity}"/></w:num>')
        )
        return int(identity)

    def _table(self, part: Chunk) -> None:
        rows = [[cell.strip() for cell in line.split("|")] for line in part.lines]
        width = max(map(len, rows))
        table = self._document.add_table(len(rows), width)
        table.style = self._document.styles["Table Grid"]
        for y, row in enumerate(rows):
            for x, text in enumerate(row):
                if text in ("^", "<"):
                    continue
                right = x
                while right + 1 < len(row) and row[right + 1] == "<":
                    right += 1
                below = y
                while below + 1 < len(rows) and x < len(rows[below + 1]) and rows[below + 1][x] == "^":
                    below += 1
                cell = table.cell(y, x)
                if (below, right) != (y, x):
                    cell = cell.merge(table.cell(below, right))
                first, *others = _BRACES.sub(r"\1", text).split("//")
                cell.text = first.strip()
                for other in others:
                    cell.add_paragraph(other.strip())
                for paragraph in cell.paragraphs:
                    paragraph.paragraph_format.line_spacing = None
                    for run in paragraph.runs:
                        run.font.size = Pt(9)

    def _footnote(self, part: Chunk) -> None:
        self._notes.append(part.text)
        run = self._last.add_run()
        run.font.superscript = True
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(len(self._notes)))
        run._r.append(reference)

    def _add_notes(self) -> None:
        def note(identity: int, kind: str, content: str) -> str:
            return f'<w:footnote w:id="{identity}"{kind}><w:p><w:r>{content}</w:r></w:p></w:footnote>'

        body = note(-1, ' w:type="separator"', "<w:separator/>")
        body += note(0, ' w:type="continuationSeparator"', "<w:continuationSeparator/>")
        for index, text in enumerate(self._notes, start=1):
            shown = text.replace("&", "&amp;").replace("<", "&lt;")
            body += note(index, "", f"<w:footnoteRef/></w:r><w:r><w:t>{shown}</w:t>")
        blob = f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes {nsdecls("w")}>{body}</w:footnotes>'.encode()
        package = self._document.part.package
        part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTES, blob, package)
        self._document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def write_pdf(word: Path) -> None:
    """Write a Word file as PDF beside it."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                *("soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "pdf"),
                *("--outdir", str(word.parent), str(word)),
            ],
            check=True,
            capture_output=True,
        )


def main() -> None:
    """Write the files of all scripts, or of some."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="scripts without .gold.txt; all by default")
    names = parser.parse_args().names
    for script in scripts():
        if not names or script.name in names:
            word = DOCUMENTS / f"{script.name}.docx"
            write_word(script, word)
            write_pdf(word)
            print(script.name, len(script.statements), "statements")


if __name__ == "__main__":
    main()
