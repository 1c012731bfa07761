"""Visible paragraphs of text that may hold HTML fragments, broken or not, with the place of every character."""

from __future__ import annotations

import html
from html.parser import HTMLParser

from wenti.records import Paragraph, Piece

_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "div", "dl", "dt"),
        *("fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li"),
        *("main", "nav", "ol", "option", "p", "pre", "section", "select", "table", "tbody", "td", "tfoot", "th"),
        *("thead", "title", "tr", "ul"),
    ]
)
_HIDDEN = frozenset(("script", "style"))


def visible_paragraphs(text: str, start: int, end: int) -> list[Paragraph]:
    """Return the paragraphs that a reader of ``text[start:end]`` sees.

    Block elements and line ends separate paragraphs; other tags vanish without a trace. Unclosed and unknown tags do no
    harm, and what merely looks like markup is kept as text.

    Parameters
    ----------
    text : str
        Any text.
    start, end : int
        The part to look at.

    Returns
    -------
    list of Paragraph
        Each with something other than white space; offsets are those of `text`.
    """
    parser = _Parser(text[start:end], start)
    return parser.paragraphs()


class _Parser(HTMLParser):
    def __init__(self, fragment: str, start: int) -> None:
        super().__init__(convert_charrefs=False)
        self._fragment = fragment
        self._offset = start
        self._pieces: list[Piece] = []
        self._found: list[Paragraph] = []
        self._hidden = 0
        self._lines = [0]
        for index, character in enumerate(fragment):
            if character == "\n":
                self._lines.append(index + 1)

    def paragraphs(self) -> list[Paragraph]:
        self.feed(self._fragment)
        self.close()
        self._break()
        return self._found

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _break(self) -> None:
        if any(piece.text.strip() for piece in self._pieces):
            self._found.append(Paragraph(tuple(self._pieces)))
        self._pieces = []

    def _keep(self, at: int, verbatim: str, shown: str | None = None) -> None:
        if self._hidden:
            return
        start = self._offset + at
        self._pieces.append(Piece(verbatim if shown is None else shown, start, start + len(verbatim)))

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        if tag in _BLOCKS:
            self._break()

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        if tag in _BLOCKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        if tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        at = self._at()
        for line in data.splitlines(keepends=True):
            body = line.rstrip("\r\n")
            if body:
                self._keep(at, body)
            if body != line:
                self._break()
            at += len(line)

    def _reference(self, verbatim: str) -> None:
        at = self._at()
        if self._fragment.startswith(";", at + len(verbatim)):
            verbatim += ";"
        shown = html.unescape(verbatim)
        self._keep(at, verbatim, shown if len(shown) == 1 else None)

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name}")

    def handle_comment(self, data: str) -> None:
        # The parser takes `</中` and `<!中` for comments; they are text.
        at = self._at()
        if not self._fragment.startswith("<!--", at):
            close = self._fragment.find(">", at)
            self._keep(at, self._fragment[at : close + 1 if close >= 0 else len(self._fragment)])

    def handle_decl(self, decl: str) -> None:
        if not decl.lower().startswith("doctype"):
            self._keep(self._at(), f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self._keep(self._at(), f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self._keep(self._at(), f"<![{data}]>")
