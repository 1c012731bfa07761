"""Web pages: HTML as sites and word processors write it, and .mht, a page and its pictures as one mail.

libxml2 reads the tags, as a stream of events and not as a tree: its tree ends without a word below 256 nested elements,
and takes time that grows with the square of a tag's attributes. :mod:`wenti.reading.web_page` tells what is a
paragraph, a number, a table; :mod:`wenti.reading.web_article`, what is the article.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from wenti.errors import InputError
from wenti.reading.document import Block, Document, Table
from wenti.reading.web_article import article_of
from wenti.reading.web_page import parse_page, without_controls

if TYPE_CHECKING:
    from email.message import Message

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 8192
_CHARSET = re.compile(rb"""<(?:meta|\?xml)\b[^<>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
# As browsers read these names: the larger set where one contains the other.
_CODECS = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
}
_MOST_BROKEN = 100  # at most one character in so many, or the file is no text


def read_web(content: bytes) -> Document:
    """Return what a reader of a page sees of its article.

    Numbers of lists are rebuilt. A table that only sets the page is its paragraphs. What frames the article is left out
    where tags, classes or fixed phrases tell it safely. Hidden is what the tag itself hides; style sheets are not read.

    Parameters
    ----------
    content : bytes
        The file: UTF-8, UTF-16 with its mark, the encoding that it names, or GB18030.

    Raises
    ------
    InputError
        If the file is empty, no text, nested beyond bounds, or shows no text.
    """
    return _read(content, "html", lambda page: [(page, None)])


def read_mht(content: bytes) -> Document:
    """Return what a reader of a saved page sees of its article; frames count only if the page itself has no text.

    Parameters
    ----------
    content : bytes
        The file.

    Raises
    ------
    InputError
        If the file is empty, no mail that holds a page, or as :func:`read_web` says.
    """
    return _read(content, "mht", _pages)


def _read(content: bytes, form: str, pages: Callable[[bytes], Sequence[tuple[bytes, str | None]]]) -> Document:
    """Read the first page that shows text; with each stands the encoding that the mail says it has."""
    if not content.strip():
        raise InputError("file_empty")
    try:
        for page, charset in pages(content):
            elements = _elements(page, charset)
            if elements:
                return Document(tuple(elements))
    except (InputError, MemoryError):
        raise
    except Exception as error:
        detail = " ".join(f"{type(error).__name__}: {error}"[:200].split())
        raise InputError("file_damaged", format=form, detail=detail) from error
    raise InputError("file_without_text")


def _pages(content: bytes) -> list[tuple[bytes, str | None]]:
    """Return the pages of a mail: the one that it begins with, as it says itself, then frames."""
    from email import message_from_bytes

    mail = message_from_bytes(content)
    parts = [part for part in mail.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not parts:
        raise ValueError("no text/html part")
    if (root := mail.get_param("start")) is not None:
        parts.sort(key=lambda part: part.get("Content-ID") != root)
    return [(_payload(part), part.get_content_charset()) for part in parts]


def _payload(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _elements(content: bytes, charset: str | None) -> list[Block | Table]:
    page = parse_page(without_controls(_decode(content, charset)))
    return article_of(page.items)


def _decode(content: bytes, charset: str | None) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decode_broken(content[len(mark) :], [encoding])
    found = _CHARSET.search(content, 0, _HEAD)
    named = [charset or "", found[1].decode("ascii", "ignore") if found else ""]
    # Chinese in another encoding is nearly never valid UTF-8, while pages in UTF-8 may well name another.
    known = [_CODECS[name.lower()] for name in named if name.lower() in _CODECS]
    for codec in ("utf-8", *known, "gb18030"):
        try:
            return content.decode(codec)
        except UnicodeDecodeError:
            pass
    return _decode_broken(content, [*known, "utf-8", "gb18030"])


def _decode_broken(content: bytes, names: list[str]) -> str:
    """Decode a text with stray bytes, which become U+FFFD."""
    for name in names:
        text = content.decode(name, "replace")
        if text.count("\ufffd") * _MOST_BROKEN <= len(text):
            return text
    raise ValueError("neither UTF-8 nor GB18030")
