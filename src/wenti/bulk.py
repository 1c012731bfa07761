"""Tables and reports of any size, tagged in chunks: in bounded memory, by several processes, and able to go on.

A chunk is read here, tagged and written to bytes by a worker – a process on this machine or on a cluster – and appended
to a spool in the order of the input, so that the output does not depend on who did the work.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import wenti
from wenti.errors import InputError, OutputError, UsageError
from wenti.messages import message
from wenti.output import check_file
from wenti.reading import report_files
from wenti.spool import Spool, errors_path
from wenti.table_work import TableWork, identity_of
from wenti.tables import SUFFIXES, is_table, tables_in
from wenti.tables.delimited import guarded
from wenti.tagger import Options, load
from wenti.workers import Inline, in_order

if TYPE_CHECKING:
    from wenti.report_work import ReportWork


Progress = Callable[[int, int, int, int], None]


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
    progress: Progress = lambda done, total, rows, resumed: None,
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
        Told how much of how much is read, how many rows are written, and how many of these were there before.

    Returns
    -------
    Result

    Raises
    ------
    WentiError
        If source, target or options are at fault.
    """
    check_target(source, target)
    work = _work(source, target, options)
    job = _fingerprint(work.identity(), options)
    spool = Spool(target, job, work.layout.begin(), _errors_head(work.place(options.lang), options.lang))
    try:
        resumed = spool.progress.rows
        progress(0, work.total, resumed, resumed)
        chunks = work.chunks(skip=spool.progress.chunks)
        for chunk, tagged in in_order(executor, work.task, chunks, window, work.lost):
            spool.append(tagged.content, tagged.n_rows, _errors_rows(tagged.faults), len(tagged.faults))
            progress(chunk.done, work.total, spool.progress.rows, resumed)
        work.check(spool.progress.rows)
        spool.finish(work.layout.whole)
    except (InputError, UsageError) as error:
        if error.key != "file_unreadable":  # once it is mended, it is another job
            spool.discard()
        raise
    finally:
        spool.close()
    return Result(spool.progress.rows, resumed, spool.progress.faults)


def _work(source: Path, target: Path, options: Options) -> TableWork | ReportWork:
    if is_table(source) and not source.is_dir():
        return TableWork(source, options)
    from wenti.report_work import ReportWork  # which brings all that reads reports

    if source.is_dir() and tables_in(source) and not _others_in(source):
        raise UsageError("folder_of_tables", file=str(source))
    try:
        return ReportWork(source, target, options)
    except InputError as error:
        if error.key == "format_unknown":
            error.facts["suffixes"] = f"{error.facts['suffixes']} {' '.join(SUFFIXES)}"
        raise


def _others_in(folder: Path) -> list[Path]:
    """Return a folder's files of reports that are no tables."""
    try:
        return [file for file in report_files([folder]) if not is_table(file)]
    except InputError:
        return []


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
    if not suffix:
        raise UsageError("output_suffix_missing", file=str(target), suffixes=" ".join(SUFFIXES))
    if suffix not in SUFFIXES:
        raise UsageError("output_suffix_unknown", file=str(target), suffix=target.suffix, suffixes=" ".join(SUFFIXES))
    if not source.is_dir() and source.suffix.lower() in SUFFIXES and source.suffix.lower() != suffix:
        raise UsageError("output_suffix_other", file=str(target), suffix=source.suffix.lower())
    check_file(target)
    if any(file.exists() and source.samefile(file) for file in (target, errors_path(target))):
        raise UsageError("output_is_input", file=str(target))


def tag_folder(
    source: Path,
    target: Path,
    options: Options,
    executor: Executor,
    window: int,
    progress: Progress = lambda done, total, rows, resumed: None,
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
    files = tables_in(source)
    if not files:
        raise InputError("folder_without_tables", file=str(source), suffixes=" ".join(SUFFIXES))
    if target.resolve().is_relative_to(source.resolve()):  # what is written there would be read the next time
        raise UsageError("output_is_input", file=str(target))
    tasks = [(file, target / file.relative_to(source)) for file in files]
    for _, place in tasks:
        _make_folder(place.parent)
    rows = resumed = faults = 0
    for done, (_, result) in enumerate(in_order(executor, _TagFile(options), tasks, window), start=1):
        rows, resumed, faults = rows + result.rows, resumed + result.resumed, faults + result.faults
        progress(done, len(files), rows, resumed)
    for _, place in tasks:
        with suppress(OSError):  # another user's, or held open
            _note_path(place).unlink(missing_ok=True)
    return Result(rows, resumed, faults)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise OutputError("not_a_folder", file=str(folder)) from None
    except OSError as error:
        raise OutputError("file_unwritable", file=str(folder), detail=error.strerror or str(error)) from None


# What workers do


@dataclass(frozen=True, slots=True)
class _TagFile:
    """Tags a whole table of a folder, unless it was done before the run was ended.

    What is done is noted beside each table until all are, so that any process can tell, and none waits for another.
    """

    options: Options

    def __call__(self, paths: tuple[Path, Path]) -> Result:
        source, target = (Path(self.options.folder, path) for path in paths)
        check_target(source, target)
        job = _fingerprint([identity_of(source)], self.options)
        note = _note_path(target)
        if (result := _noted(note, job, target)) is not None:
            return result
        result = tag(source, target, self.options, Inline(), window=1)
        content = {"job": job, "output": _output(target, result.faults), "rows": result.rows, "faults": result.faults}
        with suppress(OSError):  # of a name that is too long, or a full disk: then it is done again
            note.write_bytes(json.dumps(content).encode())
        return result


def _note_path(target: Path) -> Path:
    return target.with_name(f".{target.name}.done.part")


def _output(target: Path, faults: int) -> list[Any]:
    return [identity_of(file) for file in ((target, errors_path(target)) if faults else (target,))]


def _noted(note: Path, job: dict[str, Any], target: Path) -> Result | None:
    """Return what was done, if a note says that this job was and its output is as it was left."""
    try:
        content = json.loads(note.read_bytes())
        if content["job"] == job and content["output"] == _output(target, content["faults"]):
            return Result(content["rows"], content["rows"], content["faults"])
    except (OSError, ValueError, LookupError, TypeError):
        pass  # there is none, or it is of another work
    return None


def _fingerprint(identity: list[Any], options: Options) -> dict[str, Any]:
    """Return what the output depends on; `identity` is the input's."""
    model = load(options)
    files = hashlib.sha256(repr(identity).encode()).hexdigest()
    labels = [(label.id, label.called(options.lang)) for label in (*model.kinds, *model.types)]
    chosen = [options.column, options.sheet, options.names, options.threshold, options.lang, labels]
    return {
        "wenti": wenti.__version__,
        "files": files,
        "model": model.manifest["crc32"],
        "options": hashlib.sha256(repr(chosen).encode()).hexdigest(),
    }


def _errors_head(place: str, lang: str) -> bytes:
    return b"\xef\xbb\xbf" + _csv([(place, message("errors_reason", lang))])


def _errors_rows(faults: Sequence[tuple[str, str]]) -> bytes:
    return _csv(faults)


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([map(guarded, row) for row in rows])
    return stream.getvalue().encode("utf-8", "replace")
