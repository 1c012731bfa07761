"""Tables and reports of any size, tagged in chunks: in bounded memory, by several processes, and able to go on.

A chunk is read here, tagged and written to bytes by a worker – a process on this machine or on a cluster – and appended
to a spool in the order of the input, so that the output does not depend on who did the work.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import wenti
from wenti import api
from wenti.batch import Decisions
from wenti.classifier import Classifier
from wenti.decoding import displayable
from wenti.errors import InputError, UsageError
from wenti.messages import message
from wenti.output import check_file
from wenti.reading import report_files
from wenti.records import Point
from wenti.spool import Spool
from wenti.statement_table import COLUMNS, INTEGERS, statement_rows
from wenti.tables import NAME_COLUMNS, SUFFIXES, TAG_COLUMNS, Chunk, Fault, Layout, Table, Tags, layout_of, open_table
from wenti.tables.delimited import guarded
from wenti.tables.rows import DIGITS, SHARES
from wenti.tables.workbook import MOST_ROWS
from wenti.tagging import tag_reports
from wenti.workers import Inline, in_order

_FILES = 8  # reports in a chunk
_FEWEST_BYTES = 6  # of a statement in a file: two characters


@dataclass(frozen=True, slots=True)
class Options:
    """How to tag.

    Attributes
    ----------
    column, sheet : str, optional
        Of the statements; see :func:`wenti.tables.open_table`.
    names : bool
        Whether to add columns with the names of kinds and types.
    threshold : {"wide", "medium", "strict"}
    lang : {"zh", "en"}
        Of names and reasons.
    model, taxonomy : str, optional
        Folder and file; the shipped ones by default.
    """

    column: str | None = None
    sheet: str | None = None
    names: bool = False
    threshold: str = "medium"
    lang: str = "zh"
    model: str | None = None
    taxonomy: str | None = None

    @property
    def wanted(self) -> tuple[str, ...]:
        """Columns of tags."""
        return TAG_COLUMNS + (NAME_COLUMNS if self.names else ())


@dataclass(frozen=True, slots=True)
class Tagged:
    """What a worker made of a chunk: bytes for the spool, and place and reason of the faults."""

    content: bytes
    n_rows: int
    faults: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Result:
    """What was done: rows written, how many of them were there before, and faults."""

    rows: int
    resumed: int
    faults: int


def tag(
    source: Path,
    target: Path,
    options: Options,
    executor: Executor,
    window: int,
    progress: Callable[[int, int, int], None] = lambda done, total, rows: None,
) -> Result:
    """Tag a table, or the statements of reports, into a table.

    Parameters
    ----------
    source : Path
        A table, a report, or a folder of reports.
    target : Path
        A table; of the source's format if that is a table.
    options : Options
    executor : Executor
        Where chunks are tagged.
    window : int
        Most chunks under way at a time.
    progress : callable
        Told how much of how much is read, and how many rows are written.

    Returns
    -------
    Result

    Raises
    ------
    WentiError
        If source, target or options are at fault.
    """
    check_target(source, target)
    if is_table(source) and not source.is_dir():
        work: _Work = _TableWork(source, options)
    else:
        work = _ReportWork(source, target, options)
    spool = Spool(target, _fingerprint(work, options), work.layout.begin(), _errors_head(work.place, options.lang))
    try:
        resumed = spool.progress.rows
        progress(0, work.total, resumed)
        chunks = work.chunks(skip=spool.progress.chunks)
        for chunk, tagged in in_order(executor, work.task, chunks, window):
            spool.append(tagged.content, tagged.n_rows, _errors_rows(tagged.faults), len(tagged.faults))
            progress(chunk.done, work.total, spool.progress.rows)
        work.check(spool.progress.rows)
    finally:
        spool.close()
    work.layout.finish(spool.rows_path, target)
    spool.finish()
    return Result(spool.progress.rows, resumed, spool.progress.faults)


def check_target(source: Path, target: Path) -> None:
    """Check that the output can be written, is of a known format, and is not the input.

    Raises
    ------
    WentiError
        If not.
    """
    if not source.exists():
        raise InputError("file_missing", file=str(source))
    suffix = target.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError("output_suffix_unknown", file=str(target), suffix=target.suffix, suffixes=" ".join(SUFFIXES))
    if not source.is_dir() and source.suffix.lower() in SUFFIXES and source.suffix.lower() != suffix:
        raise UsageError("output_suffix_other", file=str(target), suffix=source.suffix.lower())
    check_file(target)
    if target.exists() and source.samefile(target):
        raise UsageError("output_is_input", file=str(target))


def tag_folder(
    source: Path,
    target: Path,
    options: Options,
    executor: Executor,
    window: int,
    progress: Callable[[int, int, int], None] = lambda done, total, rows: None,
) -> Result:
    """Tag the tables of a folder, each as a whole where a worker reads and writes it, into another folder.

    Parameters
    ----------
    source, target : Path
        Folders that all workers see. The target's are made.
    options, executor, window, progress
        As :func:`tag` takes them; progress counts files.

    Returns
    -------
    Result
        Of all tables.

    Raises
    ------
    WentiError
        If there is no table, or one cannot be tagged; those before it are done.
    """
    files = sorted(file for file in source.rglob("*") if is_table(file) and file.is_file())
    if not files:
        raise InputError("folder_without_tables", file=str(source), suffixes=" ".join(SUFFIXES))
    if source.resolve() == target.resolve():
        raise UsageError("output_is_input", file=str(target))
    tasks = []
    for file in files:
        place = target / file.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        tasks.append((file, place))
    rows = resumed = faults = 0
    for done, (_, result) in enumerate(in_order(executor, _TagFile(options), tasks, window), start=1):
        rows, resumed, faults = rows + result.rows, resumed + result.resumed, faults + result.faults
        progress(done, len(files), rows)
    return Result(rows, resumed, faults)


def is_table(path: Path) -> bool:
    """Tell whether a file is a table, and no hidden one or another's list of faults."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(("~$", ".")) and ".errors." not in path.name


# What workers do


@dataclass(frozen=True, slots=True)
class _TagFile:
    """Tags a whole table."""

    options: Options

    def __call__(self, paths: tuple[Path, Path]) -> Result:
        return tag(*paths, self.options, Inline(), window=1)


@lru_cache(maxsize=2)
def _classifier(model: str | None, taxonomy: str | None) -> Classifier:
    return api.load_classifier(model, taxonomy)


@dataclass(frozen=True, slots=True)
class _TagRows:
    """Tags a chunk of a table."""

    layout: Layout
    options: Options

    def __call__(self, chunk: Chunk) -> Tagged:
        options = self.options
        model = _classifier(options.model, options.taxonomy)
        found = self.layout.texts(chunk.rows)
        texts = [text for text in found if isinstance(text, str)]
        tags = _tags(model, model.decide(texts, threshold=options.threshold), options)
        if len(texts) == len(found):  # the rule, and worth a short cut
            return Tagged(self.layout.encode(chunk.rows, list(tags)), len(found), [])
        each = [next(tags) if isinstance(text, str) else None for text in found]
        faults = [
            (str(line), message(text.key, options.lang, **text.facts))
            for line, text in zip(chunk.lines, found, strict=True)
            if isinstance(text, Fault)
        ]
        return Tagged(self.layout.encode(chunk.rows, each), len(found), faults)


@dataclass(frozen=True, slots=True)
class _TagReports:
    """Reads and tags some files of reports."""

    layout: Layout
    options: Options

    def __call__(self, chunk: Chunk) -> Tagged:
        options = self.options
        model = _classifier(options.model, options.taxonomy)
        reports, faults = [], []
        for path, fault in chunk.rows:
            try:
                if fault is not None:
                    raise fault
                reports += api.read(path)
            except InputError as error:
                faults.append((displayable(path), error.reason(options.lang)))
        statements, findings = tag_reports(reports, model, options.threshold)
        rows = self.layout.of_values(statement_rows(reports, statements, findings))
        tags = [
            _with_names(
                model,
                options,
                (
                    s.kind,
                    round(s.kind_probability, DIGITS),
                    ";".join(s.types),
                    ";".join(_shown(np.array(s.type_probabilities))),
                    s.needs_review,
                ),
            )
            for s in statements
        ]
        return Tagged(self.layout.encode(rows, tags), len(tags), faults)


def _tags(model: Classifier, decisions: Decisions, options: Options) -> Iterator[Tags]:
    kind_ids, type_ids = [label.id for label in model.kinds], [label.id for label in model.types]
    ends, tagged, sure = decisions.tagged()
    of_tags, of_probabilities = [type_ids[j] for j in tagged.tolist()], _shown(sure)
    types, probabilities, start = [], [], 0
    for end in ends.tolist():
        if end - start == 1:  # most of them
            types.append(of_tags[start])
            probabilities.append(of_probabilities[start])
        else:
            types.append(";".join(of_tags[start:end]))
            probabilities.append(";".join(of_probabilities[start:end]))
        start = end
    kinds = [kind_ids[kind] for kind in decisions.kinds.tolist()]
    kind_probabilities = decisions.kind_probabilities.round(DIGITS).tolist()
    tags = zip(kinds, kind_probabilities, types, probabilities, decisions.needs_review.tolist(), strict=True)
    return (_with_names(model, options, row) for row in tags) if options.names else tags


def _shown(probabilities: NDArray[np.float64]) -> list[str]:
    return [SHARES[share] for share in probabilities.round(DIGITS).tolist()]


def _with_names(model: Classifier, options: Options, row: Any) -> Tags:
    if not options.names:
        return row  # type: ignore[no-any-return]
    called = {label.id: label.called(options.lang) for label in (*model.kinds, *model.types)}
    return (*row, called[row[0]], ";".join(called[label] for label in row[2].split(";") if label))


# What is read and written here


class _TableWork:
    """The chunks of a table."""

    place = "errors_line"

    def __init__(self, source: Path, options: Options) -> None:
        self.source = source
        self._table: Table = open_table(source, options.column, options.wanted, options.sheet)
        self.layout = self._table.layout
        self.total = self._table.total
        self.task: Callable[[Chunk], Tagged] = _TagRows(self.layout, options)

    def chunks(self, skip: int) -> Iterator[Chunk]:
        return (chunk for index, chunk in enumerate(self._table.chunks()) if index >= skip)

    def check(self, rows: int) -> None:
        """Nothing to check: a table has as many rows as it had."""

    def identity(self) -> list[Any]:
        return [_identity(self.source)]


class _ReportWork:
    """The files of reports, some at a time. A copy of a file is a fault: its statements must not count twice."""

    place = "errors_file"

    def __init__(self, source: Path, target: Path, options: Options) -> None:
        if options.column is not None or options.sheet is not None:
            raise UsageError("column_of_reports")
        self._files = report_files([source])
        self._target = target
        suffix = target.suffix.lower()
        title = message("statements_sheet", options.lang)
        self.layout = layout_of(suffix, COLUMNS, INTEGERS, options.wanted, title)
        self.total = len(self._files)
        self.task: Callable[[Chunk], Tagged] = _TagReports(self.layout, options)
        size = sum(file.stat().st_size for file in self._files)
        if suffix == ".xlsx" and size > MOST_ROWS * _FEWEST_BYTES:
            self.check(sum(_count_statements(file) for file in self._files))

    def chunks(self, skip: int) -> Iterator[Chunk]:
        first_of: dict[str, Path] = {}
        tasks: list[tuple[str, InputError | None]] = []
        for index, file in enumerate(self._files, start=1):
            fault = None
            try:
                with file.open("rb") as stream:
                    first = first_of.setdefault(hashlib.file_digest(stream, "sha256").hexdigest(), file)
                if first != file:
                    fault = InputError("file_duplicate", file=str(file), first=displayable(first))
            except OSError as error:
                fault = InputError("file_unreadable", file=str(file), detail=error.strerror or str(error))
            tasks.append((str(file), fault))
            if index % _FILES == 0 or index == len(self._files):
                if skip <= (index - 1) // _FILES:
                    yield Chunk(tasks, range(len(tasks)), index)
                tasks = []

    def check(self, rows: int) -> None:
        """Refuse what no sheet can hold."""
        if self._target.suffix.lower() == ".xlsx" and rows >= MOST_ROWS:
            raise UsageError("rows_too_many", file=str(self._target), rows=rows + 1, most=MOST_ROWS)

    def identity(self) -> list[Any]:
        return [_identity(file) for file in self._files]


_Work = _TableWork | _ReportWork


def _count_statements(file: Path) -> int:
    def below(points: Sequence[Point]) -> int:
        return sum(len(point.statements) + below(point.points) for point in points)

    try:
        return sum(below(section.points) for report in api.read(file) for section in report.sections)
    except InputError:
        return 0


def _identity(file: Path) -> list[Any]:
    status = file.stat()
    return [os.fsencode(os.path.abspath(file)).hex(), status.st_size, status.st_mtime_ns]


def _fingerprint(work: _Work, options: Options) -> dict[str, Any]:
    """Return what the output depends on."""
    model = _classifier(options.model, options.taxonomy)
    files = hashlib.sha256(repr(work.identity()).encode()).hexdigest()
    labels = [(label.id, label.called(options.lang)) for label in (*model.kinds, *model.types)]
    chosen = [options.column, options.sheet, options.names, options.threshold, options.lang, labels]
    return {
        "wenti": wenti.__version__,
        "files": files,
        "model": model.manifest["crc32"],
        "options": hashlib.sha256(repr(chosen).encode()).hexdigest(),
    }


def _errors_head(place: str, lang: str) -> bytes:
    return b"\xef\xbb\xbf" + _csv([(message(place, lang), message("errors_reason", lang))])


def _errors_rows(faults: Sequence[tuple[str, str]]) -> bytes:
    return _csv(faults)


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([map(guarded, row) for row in rows])
    return stream.getvalue().encode("utf-8", "replace")
