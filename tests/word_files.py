"""Word files that a report is rendered to, and what is in them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn

from tests.contents import sample
from wenti.rendering.blocks import Block, Cell, Column, Content, Presentation, Row, Table
from wenti.rendering.word import render_docx

WIDE = Table(
    "宽表",
    (Column("单位", width=24), *(Column(f"类{number}", "center", 8) for number in range(9))),
    (Row((Cell("甲局"), *(Cell(str(number), number, shade=min(number, 5)) for number in range(9)))),),
)


def content_with(*blocks: Block, **changes: Any) -> Content:
    return replace(sample(), blocks=blocks, **changes)


def opened(content: Content, template: Path | None = None) -> Any:
    made = render_docx(content, Presentation(template=str(template)) if template else Presentation())
    return docx.Document(io.BytesIO(made))


def parts_of(content: Content) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(render_docx(content))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def all_of(root: Any, name: str) -> list[Any]:
    return list(root.iter(qn(f"w:{name}")))


def text_of(element: Any) -> str:
    return "".join(each.text or "" for each in all_of(element, "t"))


def shown(element: Any) -> str:
    """Return the text with a space for each tab."""
    return "".join(
        each.text or " " for run in all_of(element, "r") for each in run if each.tag in (qn("w:t"), qn("w:tab"))
    )


def instructions(root: Any) -> list[str]:
    return [each.text.strip() for each in all_of(root, "instrText")]
