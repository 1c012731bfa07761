"""Bytes to text."""

from __future__ import annotations

import codecs

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
                offset = error.start + len(mark)
                raise InputError("encoding_unknown", file=file, offset=offset) from None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InputError("encoding_unknown", file=file, offset=error.start) from None
