"""What reading a mutated file does that no file may do: crash, write, start or reach something, break a contract."""

from __future__ import annotations

import json
import logging
import os
import pickle
import re
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

from tests.commands import listing, validator
from tests.documents import assert_places_hold, lost
from tests.fuzz.mutants import Mutant
from tests.fuzz.watch import watched
from wenti.decoding import decode
from wenti.errors import InputError, WentiError
from wenti.reading import office, scan
from wenti.records import Point, Report, Span, Statement
from wenti.rendering.data import report_dict
from wenti.report_files import FileRead, read_files
from wenti.segmentation import statements_of

_MISSING = InputError("extra_missing", format="图片", extra="ocr")
_LONGEST_MESSAGE = 1000
_MARKUP = re.compile("[<&]")
_CLAUSE = re.compile("[\u4e00-\u9fff]{8}")  # what is shorter may be a label

Read = Callable[[Path], Sequence[FileRead]]


def harm(mutant: Mutant, box: Path, read: Read = read_files) -> str:
    """Read a mutated file and say what that did that no file may do; "" if nothing. The file of a harm is kept.

    Parameters
    ----------
    mutant : Mutant
    box : Path
        Its folder ``files`` is for the files, ``tmp`` for temporary ones, in a folder for each process.
    read : callable
        What reads a file.
    """
    suffix, content, names = mutant.made()
    file = box / "files" / f"{mutant}.{suffix}"
    file.write_bytes(content)
    folder = box / "tmp" / str(os.getpid())
    folder.mkdir(exist_ok=True)
    found: list[str] = []
    try:
        found.extend(_harms(file, folder, read, is_scan=mutant.form == "png"))
    except Exception:
        found.append(traceback.format_exc())
    if not found:
        file.unlink()
        return ""
    return "\n".join([f"{mutant} ({', '.join(names)}):", *found])


def _harms(file: Path, folder: Path, read: Read, *, is_scan: bool) -> Iterator[str]:
    # LibreOffice is missing, and what recognises pictures, too, except for scans: it takes seconds a page.
    without_office = mock.patch.object(office, "_libreoffice", return_value=None)
    without_engine = nullcontext() if is_scan else mock.patch.object(scan, "_engine", side_effect=_MISSING)
    own_folder = mock.patch.object(tempfile, "tempdir", str(folder))
    log = _Log()
    heard = mock.patch.object(logging, "lastResort", log)
    with without_office, without_engine, own_folder, heard, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with watched(folder) as noted:
            try:
                files = read(file)
            except Exception:
                files = []
                yield traceback.format_exc()
    yield from (f"not allowed: {event}" for event in noted)
    yield from (f"left behind: {name}" for name in listing(folder))
    yield from (f"printed: {message}" for message in (*log.messages, *(str(each.message) for each in warned)))
    for one in files:
        if one.fault is not None:
            yield from _wrong_with_fault(one.fault)
        for report in one.reports:
            yield from _wrong_with_report(report)
    reports = files[0].reports if files else ()
    is_text = file.suffix == ".txt" and reports and reports[0].source.format == "txt"
    if is_text and "".join(report.text for report in reports) != decode(file.read_bytes()):
        yield "the texts of the reports are not the file's"


class _Log(logging.Handler):
    """Keeps what nobody else takes, and would be printed."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message."""
        self.messages.append(record.getMessage())


def _wrong_with_fault(fault: WentiError) -> Iterator[str]:
    if not isinstance(fault, InputError):
        yield f"{type(fault).__name__}"
    for lang in ("zh", "en"):
        told = fault.describe(lang)
        told.encode()
        if len(told.splitlines()) != 1 or len(told) > _LONGEST_MESSAGE:
            yield f"no line: {told!r}"
    pickle.dumps(fault)


def _wrong_with_report(report: Report) -> Iterator[str]:
    """Yield what is wrong with a report by the contracts in docs/schemas/ and those of offsets."""
    told = json.loads(json.dumps(report_dict(report), ensure_ascii=False, allow_nan=False).encode())
    yield from (f"schema: {error.json_path}: {error.message[:200]}" for error in validator("read").iter_errors(told))
    length = len(report.text)
    yield from (f"no place: {span}" for span in _spans(report) if not 0 <= span.start <= span.end <= length)
    yield from (f"no place: {place}" for place in report.places if not 0 <= place.start <= length)
    if report.source.format == "txt" and _MARKUP.search(report.text):  # which is seen through, and stays in the text
        return
    try:
        assert_places_hold(report)
    except AssertionError:
        yield traceback.format_exc(limit=-1)
    yield from (f"lost: {text[:200]!r}" for text in lost(report) if _CLAUSE.search(text))


def _statements(report: Report) -> Iterator[Statement]:
    for section in report.sections:
        yield from (statement for _, statement in statements_of(section))


def _spans(report: Report) -> Iterator[Span]:
    yield from (Span(section.start, section.end) for section in report.sections)
    yield from (Span(each.start, each.end) for each in report.fields)
    yield from (Span(statement.start, statement.end) for statement in _statements(report))
    yield from (*report.not_understood, *report.asides)
    yield from (Span(figure.start, figure.end) for each in _statements(report) for figure in each.figures)
    for section in report.sections:
        yield from (place for point in section.points for place in _titles(point))


def _titles(point: Point) -> Iterator[Span]:
    if point.title_span is not None:
        yield point.title_span
    for inner in point.points:
        yield from _titles(inner)
