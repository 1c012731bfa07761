"""Bytes to text."""

from __future__ import annotations

import codecs
import os

from wenti.errors import InputError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


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
