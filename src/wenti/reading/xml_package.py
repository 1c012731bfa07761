"""Parts of a zipped file (.xlsx, .ods, .ofd), read as XML within bounds."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from wenti.errors import InputError, WentiError

MOST_UNPACKED = 400 << 20
"""Bytes of a file's parts together."""
_MOST_OF_PART = 200 << 20
_MOST_PARTS = 10_000
_DEEPEST = 200
_MOST_ELEMENTS = 12_000_000
_BLOCK = 1 << 20
_LONGEST_TAG = 8 << 20  # expat before 2.6 reads an unfinished tag anew with each block, which can take hours
_IS_ENCRYPTED = 1
_MOST_ELEMENTS_OF_TREE = 500_000
_CHINESE = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["'](gb[\w-]*)["']""", re.IGNORECASE)


@dataclass(slots=True)
class Element:
    """An element of a tree; its name has no prefix, and its text is all that stands directly in it."""

    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, *path: str) -> Iterator[Element]:
        """Yield the elements at the end of a path of names."""
        for child in self.children:
            if child.tag == path[0]:
                if len(path) > 1:
                    yield from child.all(*path[1:])
                else:
                    yield child

    def text_at(self, *path: str) -> str:
        """Return the text of the first element at the end of a path, without space around it; "" if there is none."""
        return next((element.text.strip() for element in self.all(*path)), "")


@contextmanager
def damage_named(form: str) -> Iterator[None]:
    """Turn whatever a parser makes of a damaged file into the error that says so."""
    try:
        yield
    except (WentiError, MemoryError):
        raise
    except Exception as error:
        raise damaged(form, error) from None


def damaged(form: str, error: Exception | str) -> InputError:
    """Return the error of a damaged file, with a short reason on one line."""
    reason = f"{type(error).__name__}: {error}" if isinstance(error, Exception) else error
    return InputError("file_damaged", format=form, detail=" ".join(reason.split())[:200])


def too_large() -> InputError:
    """Return the error of a file that unpacks to more than any report does."""
    return InputError("unpacked_too_large", limit=MOST_UNPACKED >> 20)


class Package:
    """A zip archive whose parts are counted while they are unpacked.

    Parameters
    ----------
    content : bytes

    Raises
    ------
    InputError
        If it has more parts than any report.
    zipfile.BadZipFile
        If it is no archive.
    """

    def __init__(self, content: bytes) -> None:
        if content.count(b"PK\x01\x02") > _MOST_PARTS:  # before the archive makes an object of each
            raise too_large()
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        # Some programs write backslashes, and capital letters in one place only.
        self._entries = {_plain(entry.filename): entry for entry in self._archive.infolist()}
        self._unpacked = 0
        self._elements = 0

    @property
    def names(self) -> list[str]:
        """Names of the parts, in small letters."""
        return list(self._entries)

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._entries

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield a part in blocks.

        Raises
        ------
        InputError
            As soon as it, or all that was read of the file, is larger than the bound.
        """
        entry = self._entries[_plain(name)]
        if entry.flag_bits & _IS_ENCRYPTED:
            raise InputError("file_locked")
        if entry.compress_type not in (
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        ):  # others may take what memory they say
            raise ValueError(f"compression {entry.compress_type}")
        size = 0
        with self._archive.open(entry) as stream:
            while block := stream.read(_BLOCK):
                size += len(block)
                self._unpacked += len(block)
                if size > _MOST_OF_PART or self._unpacked > MOST_UNPACKED:
                    raise too_large()
                yield block

    def parse(
        self,
        name: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        data: Callable[[str], None] | None = None,
    ) -> None:
        """Read a part as XML and call back for each element and text; names come without their namespace.

        No tree is built, so that a part of millions of elements takes no memory. A document type, which could define
        entities, is refused; office files have none.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        depth = 0

        def opened(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            self._elements += 1
            if self._elements > _MOST_ELEMENTS:
                raise too_large()
            if depth > _DEEPEST:
                raise ValueError("elements are nested too deep")
            start(tag.rpartition(":")[2], attributes)

        def closed(tag: str) -> None:
            nonlocal depth
            depth -= 1
            if end is not None:
                end(tag.rpartition(":")[2])

        parser.StartElementHandler = opened
        parser.EndElementHandler = closed
        parser.CharacterDataHandler = data
        parser.StartDoctypeDeclHandler = _refuse_type
        given = 0
        for block in _in_utf8(self.blocks(name)):
            given += len(block)
            parser.Parse(block)
            if given - parser.CurrentByteIndex > _LONGEST_TAG:
                raise too_large()
        parser.Parse(b"", True)

    def tree(self, name: str) -> Element:
        """Return the root of a part's elements."""
        root = Element("", {})
        path = [root]
        texts: list[list[str]] = [[]]
        count = 0

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal count
            count += 1
            if count > _MOST_ELEMENTS_OF_TREE:
                raise too_large()
            path[-1].children.append(Element(tag, attributes))
            path.append(path[-1].children[-1])
            texts.append([])

        def end(_: str) -> None:
            path.pop().text = "".join(texts.pop())

        def data(text: str) -> None:
            texts[-1].append(text)

        self.parse(name, start, end, data)
        return root.children[0]


def _plain(name: str) -> str:
    return re.sub(r"/+", "/", name.replace("\\", "/")).lstrip("/").lower()


def _in_utf8(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a part's blocks; expat does not know the encodings of China, which some programs write."""
    for block in blocks:
        found = _CHINESE.match(block)
        if not found:
            yield block
            yield from blocks
            return
        decoder = codecs.getincrementaldecoder("gb18030")()
        yield b'<?xml version="1.0" encoding="utf-8"?>'
        yield decoder.decode(block[block.index(b"?>") + 2 :]).encode()
        for following in blocks:
            yield decoder.decode(following).encode()


def _refuse_type(*_: object) -> NoReturn:
    raise ValueError("a document type is not allowed")
