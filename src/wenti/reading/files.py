"""Which files are read, and their content: a file's own, or that of each file in an archive."""

from __future__ import annotations

import mmap
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from wenti.decoding import displayable
from wenti.errors import InputError
from wenti.reading.content import reports_in
from wenti.reading.formats import ARCHIVES, SUFFIXES, TEXT, format_of
from wenti.records import Report

_MAX_BYTES = 100 << 20
_LIGHT = 512 << 10  # bytes of text that are read in seconds, whatever they hold
_WRITTEN = (".html", ".md", ".csv")
_OWN = (
    b'<meta name="generator" content="wenti">',
    b'<meta name="keywords" content="wenti"',
    b"<!-- generator: wenti -->",
    b",kind_probability,types,type_probabilities,needs_review",
    "层级,编号,类别,名称,问题点数".encode(),
    b"level,id,category,name,findings",
)
# What wenti wrote, and an office program saved again: such programs keep the keywords alone.
_KEYWORDS = re.compile(rb"(?<!keyword>)<\w+:keywords?>\s*wenti\s*</\w+:keywords?>(?!<\w+:keyword>)")
_PARTS = {
    ".docx": ("docProps/app.xml", "docProps/core.xml"),
    ".xlsx": ("docProps/app.xml", "docProps/core.xml"),
    ".odt": ("meta.xml",),
    ".ods": ("meta.xml",),
}
_APPLICATION = b"<Application>wenti</Application>"
_PDF_KEYWORDS = re.compile(
    rb"/Keywords\s*(?:\(wenti\)|\(\xfe\xff\0w\0e\0n\0t\0i\)|<\s*(?:feff00770065006e00740069|77656e7469)\s*>)",
    re.IGNORECASE,
)
_HEAD = 2000
_PROPERTIES = 64 << 10  # bytes of a part with properties
_LISTS_OF_FAULTS = (".errors.csv",)  # what `wenti tag` writes beside its tables


@dataclass(frozen=True, slots=True)
class Content:
    """A file's bytes, or why there are none.

    ``name`` is what the file is called in reports, for a file of an archive ``archive/path``.
    """

    name: str
    suffix: str
    content: bytes = b""
    fault: InputError | None = None


def report_files(paths: Iterable[str | Path]) -> list[Path]:
    """Return the files to read among paths and below folders, each once, folders' files sorted by name.

    Raises
    ------
    InputError
        If a path does not exist, a file has a suffix that no reader takes, or a folder holds no readable file.
    """
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if _is_document(file) and not _is_own(file))
            if not inside:
                raise InputError("folder_empty", file=str(path), suffixes=" ".join(SUFFIXES))
            found.update(dict.fromkeys(inside))
        elif not path.exists():
            raise InputError("file_missing", file=str(path))
        elif path.suffix.lower() not in SUFFIXES:
            raise _format_unknown(path)
        else:
            found[path] = None
    return list(found)


def is_light(file: Path) -> bool:
    """Tell whether a file is read as plain text, and no large one, which takes no library and no limits."""
    try:
        return file.suffix.lower().lstrip(".") in TEXT and file.stat().st_size <= _LIGHT
    except OSError:  # which the reader tells
        return True


def contents_of(path: str | Path) -> Iterator[Content]:
    """Yield the content of a file, or of each file in an archive.

    Raises
    ------
    InputError
        If the file itself is missing, of a format that no reader takes, unreadable, empty, too large, or damaged as an
        archive. What is wrong with a file of an archive is told by its ``fault``.
    """
    file = Path(path)
    suffix = file.suffix.lower().lstrip(".")
    if file.suffix.lower() not in SUFFIXES and file.exists():
        raise _format_unknown(file)
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise InputError("file_too_large", file=str(path), limit=_MAX_BYTES >> 20)
        content = file.read_bytes()
    except FileNotFoundError:
        raise InputError("file_missing", file=str(path)) from None
    except OSError as error:
        raise InputError("file_unreadable", file=str(path), detail=error.strerror or str(error)) from None
    if not content.strip():
        raise InputError("file_empty", file=str(path))
    if format_of(content, suffix) in ARCHIVES:
        yield from _members(file, content)
    else:
        yield Content(displayable(path), suffix, content)


def _members(file: Path, content: bytes) -> Iterator[Content]:
    from wenti.reading.archive import members_of

    try:
        n_read = 0
        for name, member in members_of(content):
            shown = f"{displayable(file)}/{name}"
            suffix = PurePosixPath(name).suffix.lower()
            if isinstance(member, InputError):
                member.file = shown
                yield Content(shown, suffix.lstrip("."), fault=member)
            elif suffix in SUFFIXES and f".{suffix}" not in ARCHIVES:
                yield Content(shown, suffix.lstrip("."), member)
            else:
                continue
            n_read += 1
    except InputError as error:
        error.file = error.file or str(file)
        raise
    if not n_read:
        raise InputError("folder_empty", file=str(file), suffixes=" ".join(SUFFIXES))


def read_reports(path: str | Path) -> list[Report]:
    """Read one file; it may hold several reports, an archive those of several files.

    Raises
    ------
    InputError
        If the file is missing, of a format that no reader takes, unreadable, empty, too large, of unknown encoding,
        or no report; for an archive, if that holds for each of its files.
    """
    found: list[Report] = []
    first: InputError | None = None
    for content in contents_of(path):
        try:
            if content.fault is not None:
                raise content.fault
            found += reports_in(content.content, content.suffix, content.name)
        except InputError as error:
            error.file = error.file or (content.name if content.name != displayable(path) else str(path))
            first = first or error
    if first is not None and not found:
        raise first
    return found


def _is_document(file: Path) -> bool:
    """Tell whether a folder's file is meant to be read; `~$` begins the lock files of Word and Excel."""
    name = file.name.lower()
    is_meant = not file.name.startswith(("~$", ".")) and not name.endswith(_LISTS_OF_FAULTS)
    return file.suffix.lower() in SUFFIXES and is_meant and file.is_file()


def _is_own(file: Path) -> bool:
    """Tell what wenti wrote, a weakness report or a table, which would be read as a report among those of its folder."""
    suffix = file.suffix.lower()
    try:
        if suffix in _PARTS:
            return _is_own_package(file, _PARTS[suffix])
        if suffix == ".pdf":
            return _is_own_pdf(file)
        if suffix not in _WRITTEN:
            return False
        with file.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return False
    return any(mark in head for mark in _OWN)


def _is_own_package(file: Path, parts: Iterable[str]) -> bool:
    """Tell a Word file or workbook that says that wenti made it, or has its keyword and no other."""
    try:
        with zipfile.ZipFile(file) as archive:
            return any(_says_own(archive, part) for part in parts if part in archive.namelist())
    except Exception:  # whatever zipfile and zlib make of a damaged file: its reader will say it
        return False


def _says_own(archive: zipfile.ZipFile, part: str) -> bool:
    with archive.open(part) as stream:
        properties = stream.read(_PROPERTIES)
    return _APPLICATION in properties or _KEYWORDS.search(properties) is not None


def _is_own_pdf(file: Path) -> bool:
    """Tell a PDF made of a Word file of wenti's; one whose properties are compressed or encrypted is not known."""
    with file.open("rb") as stream:
        if not 0 < os.fstat(stream.fileno()).st_size <= _MAX_BYTES:
            return False
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return _PDF_KEYWORDS.search(content) is not None


def _format_unknown(path: Path) -> InputError:
    return InputError("format_unknown", file=str(path), suffix=path.suffix, suffixes=" ".join(SUFFIXES))
