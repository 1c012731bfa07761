"""Visible paragraphs of text that may hold HTML fragments, broken or not, with the place of every character.

The standard library's parser is not used: it stops at some broken declarations, swallows whatever stands between ``<``
and ``>``, and reads broken markup differently from one Python to the next.
"""

from __future__ import annotations

import html
import re

from wenti.records import Paragraph, Piece

_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "div", "dl", "dt"),
        *("fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li"),
        *("main", "nav", "ol", "option", "p", "pre", "section", "select", "table", "tbody", "td", "tfoot", "th"),
        *("thead", "title", "tr", "ul"),
    ]
)
_HIDDEN = ("script", "style")

# Markup, references and line ends; all else is text. No alternative looks beyond the next `<`, which keeps it linear.
_TOKEN = re.compile(
    r"""
    </?(?P<tag>[a-z][a-z0-9:-]*)(?:[\s/](?:[^<>"']|"[^"<]*"|'[^'<]*')*)?>
    | (?P<comment><!--)
    | (?P<declaration><(?:!doctype|\?xml|!\[(?:if|endif))\b[^<>]*>)
    | (?P<reference>&(?:\#[0-9]{1,7}|\#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});?)
    | (?P<line_end>[\r\n])
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


def visible_paragraphs(text: str, start: int, end: int) -> list[Paragraph]:
    """Return the paragraphs that a reader of ``text[start:end]`` sees.

    Block elements and line ends separate paragraphs; other tags vanish without a trace, as do comments and what scripts
    and style sheets hold. What is not closed, or merely looks like markup, is kept as text.

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
    scanner = _Scanner(text, start, end)
    scanner.scan()
    return scanner.found


class _Scanner:
    def __init__(self, text: str, start: int, end: int) -> None:
        self.found: list[Paragraph] = []
        self._text = text
        self._at = start
        self._end = end
        self._pieces: list[Piece] = []
        self._never_closed: set[str] = set()

    def scan(self) -> None:
        while (token := _TOKEN.search(self._text, self._at, self._end)) is not None:
            self._keep(self._at, token.start())
            self._at = token.end()
            self._take(token)
        self._keep(self._at, self._end)
        self._break()

    def _take(self, token: re.Match[str]) -> None:
        tag = (token["tag"] or "").lower()
        if token["comment"]:
            if not self._skip_to("-->", re.compile("-->")):
                self._keep(token.start(), token.end())
        elif token["reference"]:
            shown = html.unescape(token.group())
            if len(shown) == 1:
                self._pieces.append(Piece(" " if shown in "\r\n" else shown, token.start(), token.end()))
            else:
                self._keep(token.start(), token.end())
        elif token["line_end"] or tag in _BLOCKS:
            self._break()
        elif tag in _HIDDEN and token.group()[1] != "/" and token.group()[-2] != "/":
            self._skip_to(tag, re.compile(rf"</{tag}(?=[\s/>])[^<>]*>", re.IGNORECASE))

    def _skip_to(self, name: str, close: re.Pattern[str]) -> bool:
        """Go behind what closes, if it comes at all."""
        found = None if name in self._never_closed else close.search(self._text, self._at, self._end)
        if found is None:
            self._never_closed.add(name)
            return False
        self._at = found.end()
        return True

    def _keep(self, start: int, end: int) -> None:
        if start < end:
            self._pieces.append(Piece(self._text[start:end], start, end))

    def _break(self) -> None:
        if any(piece.text.strip() for piece in self._pieces):
            self.found.append(Paragraph(tuple(self._pieces)))
        self._pieces = []
