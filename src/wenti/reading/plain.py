"""Markdown (.md) as it is shown: headings, paragraphs and tables, without the marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from wenti.decoding import decode
from wenti.errors import InputError
from wenti.reading.document import Block, Document, Row, Table
from wenti.reading.web_page import parse_page, without_controls

if TYPE_CHECKING:
    from markdown_it.token import Token

# Chinese writers leave out the space that the rules want.
_HEADING = re.compile(r"^( {0,3}#{1,6})(?=[\u3400-\u9fff（“《\d])", re.MULTILINE)
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:[\w-]+[ \t]*:.*\n|[ \t]+.*\n|- .*\n|#.*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
# By the rules this is no emphasis where a quotation mark stands inside and a character outside; writers mean it.
_BOLD = re.compile(r"\*\*(?=\S)([^*\n]+)\*\*")
_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_SENTENCE_END = "。！？；：.!?;:"
_SHORTEST_WRAPPED = 30  # characters of a line that an editor wrapped; a shorter one ends where its writer ended it
_LONGEST_UNDERLINED = 60  # characters of a heading; what is longer is a paragraph above a rule


def read_markdown(content: bytes) -> Document:
    """Return what a reader of a Markdown file sees, with the numbers of lists as they are written.

    Parameters
    ----------
    content : bytes
        The file: UTF-8, UTF-16 with its mark, or GB18030.

    Raises
    ------
    InputError
        If the file is empty, in another encoding, nested beyond bounds, or shows no text.
    """
    if not content.strip():
        raise InputError("file_empty")
    text = without_controls(decode(content))
    try:
        elements = _Reader().read(_tokens(text))
    except (InputError, MemoryError):
        raise
    except Exception as error:
        detail = " ".join(f"{type(error).__name__}: {error}"[:200].split())
        raise InputError("file_damaged", format="Markdown", detail=detail) from error
    if not elements:
        raise InputError("file_without_text")
    return Document(tuple(elements))


def _tokens(text: str) -> list[Token]:
    from markdown_it import MarkdownIt

    front_matter = _FRONT_MATTER.match(text)
    text = text[front_matter.end() :] if front_matter else text
    # What is nested deeper than the library's bound it drops without a word; Python's own bound is told.
    parser = MarkdownIt("commonmark", {"maxNesting": 1 << 20}).enable(["table", "strikethrough"])
    # Paragraphs are indented by four spaces as often as code is.
    parser.disable(["code", "reference"])
    return parser.parse(_HEADING.sub(r"\1 ", text))


class _Reader:
    def __init__(self) -> None:
        self._elements: list[Block | Table] = []
        self._number = ""  # of the list item whose first paragraph is to come
        self._level: int | None = None
        self._rows: list[list[str]] | None = None

    def read(self, tokens: Sequence[Token]) -> list[Block | Table]:
        for token in tokens:
            self._take(token)
        return self._elements

    def _take(self, token: Token) -> None:
        if token.type == "inline":
            self._take_inline(token)
        elif token.type == "heading_open":
            self._level = int(token.tag[1:])
            if token.markup[:1] in ("-", "="):
                self._level = -self._level
        elif token.type == "heading_close":
            self._level = None
        elif token.type == "list_item_open":
            self._number += f"{token.info}{token.markup} " if token.info else ""
        elif token.type == "list_item_close":
            self._number = ""
        elif token.type in ("fence", "code_block"):
            self._add(token.content.split("\n"))
        elif token.type == "html_block":
            self._elements += [item for item in parse_page(token.content).items if isinstance(item, Block | Table)]
        elif token.type == "table_open":
            self._rows = []
        elif token.type == "tr_open" and self._rows is not None:
            self._rows.append([])
        elif token.type == "table_close" and self._rows is not None:
            if any(map(any, self._rows)):
                self._elements.append(Table(tuple(Row(tuple(row)) for row in self._rows)))
            self._rows = None

    def _take_inline(self, token: Token) -> None:
        lines = [line for line in _lines(token.children or []) if line]
        if self._rows is not None:
            self._rows[-1].append("\n".join(lines))
        else:
            self._add(lines)

    def _add(self, lines: Sequence[str]) -> None:
        level = self._level
        if level is not None and level < 0:
            level = -level if len("".join(lines)) <= _LONGEST_UNDERLINED else None
        for line in lines:
            if text := line.strip():
                self._elements.append(Block(self._number + text, level=level))
                self._number = ""


def _lines(tokens: Sequence[Token]) -> list[str]:
    """Return the lines that a paragraph is shown in, if the page is wide enough."""
    lines = [""]
    for token in tokens:
        if token.type == "hardbreak" or (token.type == "html_inline" and _BREAK_TAG.fullmatch(token.content)):
            lines.append("")
        elif token.type == "softbreak":
            if len(lines[-1]) < _SHORTEST_WRAPPED or lines[-1].endswith(tuple(_SENTENCE_END)):
                lines.append("")
            else:
                lines[-1] += "\n"
        elif token.type in ("text", "code_inline"):
            lines[-1] += token.content
    return [_shown(line) for line in lines]


def _shown(line: str) -> str:
    parts = _BOLD.sub(r"\1", line).split("\n")
    joined = parts[0]
    for part in parts[1:]:
        is_chinese = _WIDE.match(joined[-1:]) and _WIDE.match(part)
        joined += part if is_chinese else f" {part}"
    return joined.strip(" \t\u3000\xa0")
