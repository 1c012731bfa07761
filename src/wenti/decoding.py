"""Bytes to text."""

from __future__ import annotations

import codecs
import os
import re
from dataclasses import dataclass
from pathlib import Path

from wenti.errors import InputError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BLOCK = 1 << 20
_LONGEST_LINE = 16 << 20
_ESCAPED = re.compile("[\udc80-\udcff]")
_MOST_BROKEN = 100  # at most one character in so many, or the file is no text


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file's characters are encoded.

    Attributes
    ----------
    name : str
        Codec.
    mark : int
        Length of the byte-order mark.
    is_broken : bool
        Whether some bytes cannot be decoded.
    """

    name: str
    mark: int = 0
    is_broken: bool = False


def encoding_of(path: Path) -> Encoding:
    """Find a text file's encoding by reading it to its end, in blocks: UTF-8, UTF-16 with its mark, or GB18030.

    Raises
    ------
    InputError
        If the file cannot be read, is neither – more than a stray byte is at fault –, or has a line longer than 16 MB.
    """
    try:
        _check_lines(path)
        with path.open("rb") as file:
            head = file.read(4)
        mark, names = next(
            ((len(mark), [name]) for mark, name in _MARKS if head.startswith(mark)), (0, ["utf-8", "gb18030"])
        )
        for name in names:
            if _is_encoded(path, name, mark):
                return Encoding(name, mark)
        name, broken = _likeliest(path, names, mark)
    except FileNotFoundError:
        raise InputError("file_missing", file=str(path)) from None
    except OSError as error:
        raise InputError("file_unreadable", file=str(path), detail=error.strerror or str(error)) from None
    if broken * _MOST_BROKEN > 1:
        raise InputError("encoding_garbled", file=str(path))
    return Encoding(name, mark, is_broken=True)


def _check_lines(path: Path) -> None:
    """Refuse a file of which a line alone would fill the memory."""
    line, length = 1, 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            ends = block.count(b"\n")
            line += ends
            length = len(block) - block.rfind(b"\n") - 1 if ends else length + len(block)
            if length > _LONGEST_LINE:
                raise InputError("line_too_long", file=str(path), line=line, limit=_LONGEST_LINE >> 20)


def _is_encoded(path: Path, name: str, mark: int) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    with path.open("rb") as file:
        file.seek(mark)
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _likeliest(path: Path, names: list[str], mark: int) -> tuple[str, float]:
    """Return the encoding that a file with stray bytes was written in, and their share among its characters."""
    for name in names:
        characters, foreign, broken = _count(path, name, mark)
        # Chinese in GB18030 is nearly never UTF-8, while Chinese in UTF-8 often is GB18030, of other characters.
        if broken <= foreign - broken or name == names[-1]:
            break
    return name, broken / max(characters, 1)


def _count(path: Path, name: str, mark: int) -> tuple[int, int, int]:
    """Count the characters of a file, those beyond ASCII, and among these the bytes that could not be decoded."""
    decoder = codecs.getincrementaldecoder(name)("surrogateescape")
    characters = foreign = broken = 0
    with path.open("rb") as file:
        file.seek(mark)
        while True:
            block = file.read(_BLOCK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError:  # UTF-16 cannot escape half a character
                return 1, 1, 1
            characters += len(text)
            foreign += len(text) - len(text.encode("ascii", "ignore"))
            broken += len(_ESCAPED.findall(text))
            if not block:
                return characters, foreign, broken


def decode(content: bytes, file: str | None = None) -> str:
    """Decode UTF-8, UTF-16 with its mark, or GB18030 (which contains GBK and GB2312), without a byte-order mark.

    Raises
    ------
    InputError
        If the bytes are none of these; the message names the first byte that is not GB18030.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise _undecodable(content, error.start + len(mark), file) from None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise _undecodable(content, error.start, file) from None


def _undecodable(content: bytes, offset: int, file: str | None) -> InputError:
    line = content.count(b"\n", 0, offset) + 1
    return InputError("encoding_unknown", file=file, line=line, offset=offset)


def displayable(path: str | os.PathLike[str]) -> str:
    """Return a path as text; the bytes of a GBK name in a UTF-8 locale are decoded, so that it can be written."""
    shown = os.fspath(path)
    try:
        shown.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(shown).decode("gb18030", "replace")
    return shown
