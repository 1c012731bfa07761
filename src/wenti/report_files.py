"""Files of reports, read and tagged some at a time, here or by any executor, and put together as if by one.

One bad file stops nothing, and a copy of a file counts once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from wenti.classifier import Classifier
from wenti.decoding import displayable
from wenti.errors import InputError, WentiError
from wenti.reading import read_reports
from wenti.records import Finding, Report, TaggedStatement
from wenti.segmentation import segment
from wenti.tagging import tag_reports
from wenti.workers import Inline, in_order

if TYPE_CHECKING:
    from wenti.tagger import Options

_FILES = 8  # of a task


@dataclass(frozen=True, slots=True)
class FileRead:
    """What a file gave: reports, or the reason why not. A copy of another file has a number of them, and none."""

    path: str
    reports: tuple[Report, ...] = ()
    fault: WentiError | None = None
    n_reports: int = 0


@dataclass(frozen=True, slots=True)
class TaggedFiles:
    """Some files, and the statements and findings of all their reports; indices count these reports and statements."""

    files: tuple[FileRead, ...]
    statements: tuple[TaggedStatement, ...]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class TaggedReports:
    """Reports with their statements and findings, and path and reason of files that gave none."""

    reports: list[Report] = field(default_factory=list)
    statements: list[TaggedStatement] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    faults: list[tuple[str, WentiError]] = field(default_factory=list)


class Originals:
    """Files seen so far, to tell copies of them."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def checked(self, file: FileRead) -> FileRead:
        """Return a file as it is, or without reports if it is a copy of another: they must not count twice."""
        if not file.reports:
            return file
        source = file.reports[0].source
        first = self._first.setdefault(source.sha256, source.path)
        if first == source.path:
            return file
        fault = InputError("file_duplicate", file=source.path, first=first)
        return FileRead(file.path, (), fault, file.n_reports)


@dataclass(frozen=True, slots=True)
class TagHere:
    """Tags with a model that is loaded."""

    classifier: Classifier
    threshold: str

    def __call__(self, paths: Sequence[str]) -> TaggedFiles:
        """Read and tag files."""
        return _tagged([read_file(path) for path in paths], self.classifier, self.threshold)


@dataclass(frozen=True, slots=True)
class TagThere:
    """Tags in a process that was started elsewhere, but has the files and the model, too."""

    options: Options

    @classmethod
    def like(cls, classifier: Classifier, threshold: str) -> TagThere:
        """Return what tags as a model does that is loaded here."""
        from wenti.tagger import Options, elsewhere  # which brings NumPy, and reading can do without

        return cls(elsewhere(Options(model=classifier.path, threshold=threshold)))

    def __call__(self, paths: Sequence[str]) -> TaggedFiles:
        """Read and tag files.

        Raises
        ------
        ModelError
            If this process has another model.
        """
        from wenti.tagger import load

        options = self.options
        return _tagged([read_file(path, options.folder) for path in paths], load(options), options.threshold)


def read_file(path: str | Path, folder: str = "") -> FileRead:
    """Read a file of reports, or say why it cannot be read.

    Parameters
    ----------
    path : str or Path
        What the file is called in the result.
    folder : str, default=""
        Where a relative path begins.
    """
    place = os.path.join(folder, path)
    try:
        reports = [segment(found) for found in read_reports(place)]
    except InputError as error:
        error.file = str(path) if error.file == place else error.file
        return FileRead(str(path), fault=error)
    if place != str(path):
        reports = [replace(found, source=replace(found.source, path=displayable(path))) for found in reports]
    return FileRead(str(path), tuple(reports), None, len(reports))


def _tagged(files: Sequence[FileRead], classifier: Classifier, threshold: str) -> TaggedFiles:
    reports = [report for file in files for report in file.reports]
    return TaggedFiles(tuple(files), *tag_reports(reports, classifier, threshold))


def tag_files(
    files: Sequence[Path],
    task: Callable[[Sequence[str]], TaggedFiles],
    executor: Executor | None = None,
    window: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> TaggedReports:
    """Read and tag files.

    Parameters
    ----------
    files : sequence of Path
    task : TagHere or TagThere
    executor : Executor, optional
        Where it is done; by default in this process.
    window : int, default=1
        Most tasks under way at a time.
    progress : callable
        Told how many files of how many are done.

    Returns
    -------
    TaggedReports
        The same, whoever did it.
    """
    tasks = [[str(file) for file in files[first : first + _FILES]] for first in range(0, len(files), _FILES)]
    found = TaggedReports()
    originals = Originals()
    done = 0
    progress(done, len(files))
    for paths, tagged in in_order(executor if executor is not None else Inline(), task, tasks, window):
        _add(found, tagged, originals)
        done += len(paths)
        progress(done, len(files))
    return found


def _add(found: TaggedReports, tagged: TaggedFiles, originals: Originals) -> None:
    """Append some files' reports, statements and findings, numbered anew; those of copies are left out."""
    reports: dict[int, int] = {}
    number = 0
    for file in map(originals.checked, tagged.files):
        if file.fault is not None:
            found.faults.append((file.path, file.fault))
        for index, report in enumerate(file.reports, start=number):
            reports[index] = len(found.reports)
            found.reports.append(report)
        number += file.n_reports
    statements: dict[int, int] = {}
    for index, statement in enumerate(tagged.statements):
        if statement.report in reports:
            statements[index] = len(found.statements)
            found.statements.append(replace(statement, report=reports[statement.report]))
    for finding in tagged.findings:
        if finding.report in reports:
            members = tuple(statements[index] for index in finding.statements)
            found.findings.append(replace(finding, report=reports[finding.report], statements=members))
