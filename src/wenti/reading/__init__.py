"""Files to reports: one reader for each format, told apart by suffix.

A reader yields reports whose sections hold paragraphs with their place; :mod:`wenti.segmentation` makes statements of
them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from wenti.decoding import decode, displayable
from wenti.errors import InputError
from wenti.reading.result_pages import parse_result_pages
from wenti.records import Report, Source

SUFFIXES = (".txt",)
_DOCUMENTS = frozenset(
    [
        *(".doc", ".docx", ".wps", ".rtf", ".odt", ".pdf", ".ofd", ".html", ".htm", ".mht"),
        *(".xls", ".xlsx", ".et", ".ods", ".zip"),
    ]
)
_MAX_BYTES = 100 << 20


def report_files(paths: Iterable[str | Path]) -> list[Path]:
    """Return the files to read among paths and below folders, each once, folders' files sorted by name.

    Documents of formats that no reader takes are among a folder's files, so that they are named and not passed over in
    silence; other files are.

    Raises
    ------
    InputError
        If a path does not exist, a file has a suffix that no reader takes, or a folder holds no readable file.
    """
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if _is_document(file))
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


def read_reports(path: str | Path) -> list[Report]:
    """Read one file; a file may hold several reports.

    Raises
    ------
    InputError
        If the file is missing, of a format that no reader takes, unreadable, empty, too large, of unknown encoding,
        or no report.
    """
    file = Path(path)
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
    text = decode(content, str(path))
    if not text.strip():
        raise InputError("file_empty", file=str(path))
    source = Source(displayable(path), hashlib.sha256(content).hexdigest(), file.suffix.lower().lstrip("."), 1)
    reports = parse_result_pages(text, source)
    if not reports:
        raise InputError("not_a_report", file=str(path))
    return reports


def _is_document(file: Path) -> bool:
    """Tell whether a folder's file is meant to be read; `~$` begins the lock files of Word and Excel."""
    suffix = file.suffix.lower()
    return (suffix in SUFFIXES or suffix in _DOCUMENTS) and not file.name.startswith(("~$", ".")) and file.is_file()


def _format_unknown(path: Path) -> InputError:
    return InputError("format_unknown", file=str(path), suffix=path.suffix, suffixes=" ".join(SUFFIXES))


__all__ = ["SUFFIXES", "read_reports", "report_files"]
