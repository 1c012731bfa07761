"""Archives (.zip): what is inside, one member at a time and within bounds."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

from wenti.errors import InputError

_MOST_MEMBERS = 10_000  # those of an archive inside the archive included
_MOST_HEADERS = 200_000  # the library reads them all at once; archives inside have their own
_MOST_BYTES = 400 << 20
_MOST_BYTES_OF_MEMBER = 200 << 20
# Nothing that people write is packed so well, beyond a size that does no harm.
_MOST_RATIO = 200
_HARMLESS = 20 << 20
_CHUNK = 1 << 20
_LOCAL_HEADER = 30
_ENCRYPTED = 0x1
_UTF8 = 0x800
_UNICODE_PATH = 0x7075
_PASSED_OVER = re.compile(
    r"(?:^|/)(?:__MACOSX/.*|~\$[^/]*|\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini)$", re.IGNORECASE
)
_OUTSIDE = re.compile(r"^/|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)|[\x00-\x1f]")


@dataclass(slots=True)
class _Bounds:
    """What is left of the bounds for the whole archive."""

    members: int
    size: int


def members_of(content: bytes) -> Iterator[tuple[str, bytes | InputError]]:
    """Yield the files inside an archive, each with its content or the error why it cannot be read.

    An archive inside is opened too, and its members have its name before theirs; one inside that is not. Folders, lock
    files of Office and what macOS and Windows add for themselves are left out.

    Parameters
    ----------
    content : bytes
        The archive.

    Yields
    ------
    name : str
        Path inside the archive, with ``/`` between its parts.
    content : bytes or InputError

    Raises
    ------
    InputError
        If the archive itself is empty, damaged, or has too many members.
    """
    yield from _members(content, _Bounds(_MOST_MEMBERS, _MOST_BYTES), "")


def _members(content: bytes, bounds: _Bounds, inside: str) -> Iterator[tuple[str, bytes | InputError]]:
    with _opened(content) as archive:
        entries = archive.infolist()
        bounds.members -= len(entries)
        if bounds.members < 0:
            raise InputError("archive_members", limit=_MOST_MEMBERS)
        overlapping = _overlapping(entries)
        for entry in entries:
            name = _name(entry)
            if name.endswith("/") or _PASSED_OVER.search(name):
                continue
            try:
                if _OUTSIDE.search(name):
                    raise InputError("archive_path", name=_shown(name))
                if entry.header_offset in overlapping:
                    raise _damaged("overlaps another member")
                unpacked = _unpack(archive, entry, bounds)
            except InputError as error:
                yield inside + _shown(name), error
                continue
            if not name.lower().endswith(".zip"):
                yield inside + name, unpacked
            elif inside:
                yield inside + name, InputError("archive_nested")
            else:
                yield from _members_inside(unpacked, bounds, name)


def _members_inside(content: bytes, bounds: _Bounds, name: str) -> Iterator[tuple[str, bytes | InputError]]:
    try:
        yield from _members(content, bounds, f"{name}/")
    except InputError as error:
        yield name, error


def _opened(content: bytes) -> zipfile.ZipFile:
    if not content:
        raise InputError("file_empty")
    if content.count(b"PK\x01\x02") > _MOST_HEADERS:
        raise InputError("archive_members", limit=_MOST_MEMBERS)
    try:
        return zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error, OverflowError) as error:
        raise _damaged(f"{type(error).__name__}: {error}") from error


def _overlapping(entries: list[zipfile.ZipInfo]) -> set[int]:
    """Return the places of members that reach into the next one, as those of an archive that multiplies itself do."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    return {
        entry.header_offset
        for entry, behind in pairwise(ordered)
        if entry.header_offset + _LOCAL_HEADER + entry.compress_size > behind.header_offset
    }


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, bounds: _Bounds) -> bytes:
    if entry.flag_bits & _ENCRYPTED:
        raise InputError("file_locked")
    # LZMA takes as much memory as its header says, and what packs reports does not write the others.
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _damaged(f"compression method {entry.compress_type}")
    limit = min(bounds.size, _MOST_BYTES_OF_MEMBER, max(entry.compress_size * _MOST_RATIO, _HARMLESS))
    parts, length = [], 0
    try:
        with archive.open(entry) as member:
            while length <= limit and (part := member.read(_CHUNK)):
                length += len(part)
                parts.append(part)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise _damaged(f"{type(error).__name__}: {error}") from error
    finally:
        bounds.size = max(bounds.size - length, 0)  # also of what is refused: unpacking it took its time
    if length > limit:
        raise InputError("unpacked_too_large", limit=limit >> 20)
    return b"".join(parts)


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the path; the library reads names without the flag for UTF-8 as code page 437, which nobody means."""
    name = entry.orig_filename
    if not entry.flag_bits & _UTF8:
        raw = name.encode("cp437")
        name = _unicode_path(entry.extra) or _decode(raw) or name
    return name.replace("\\", "/")


def _decode(raw: bytes) -> str | None:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            pass
    return None


def _unicode_path(extra: bytes) -> str | None:
    """Return the name in UTF-8 that some programs write beside the other."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind == _UNICODE_PATH and length > 5:
            return _decode(extra[9 : 4 + length])
        extra = extra[4 + length :]
    return None


def _shown(name: str) -> str:
    """Return a name without what would break the line that names it."""
    return re.sub(r"[\x00-\x1f]", "\ufffd", name)


def _damaged(detail: str) -> InputError:
    return InputError("file_damaged", format="zip", detail=" ".join(detail[:200].split()))
