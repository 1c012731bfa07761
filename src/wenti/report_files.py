"""Files of reports, read and tagged some at a time, here or by any executor, and put together as if by one.

One bad file stops nothing, and a copy of a file counts once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wenti.classifier import Classifier
from wenti.copies import Copies, Original, original_of
from wenti.decoding import displayable
from wenti.errors import InputError, WentiError
from wenti.read_cache import ReadCache
from wenti.reading import contents_of, is_light, reports_in
from wenti.reading.files import Content
from wenti.records import Finding, Report, TaggedStatement
from wenti.segmentation import segment
from wenti.tagging import findings_of, tag_reports
from wenti.unit_table import UnitTable
from wenti.workers import Inline, Limits, in_order, without_collecting

if TYPE_CHECKING:
    from wenti.tagger import Options

_FILES = 8  # of a task
LIMITS = Limits(seconds=300, megabytes=2000)
"""Of the reader of one file. A scan of 100 pages takes a minute or two."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """What a file gave: reports, or the reason why not; both if some of its reports are copies of earlier ones."""

    path: str
    reports: tuple[Report, ...] = ()
    fault: WentiError | None = None


@dataclass(frozen=True, slots=True)
class TaggedFiles:
    """Some files, and the statements and findings of all their reports; indices count these reports and statements."""

    files: tuple[FileRead, ...]
    statements: tuple[TaggedStatement, ...]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class TaggedReports:
    """Reports with their statements and findings, and path and reason of files that gave none.

    ``units`` holds the unit at fault of statements of findings where a table of tagged statements said it, and
    ``n_from_tables`` tells how many reports such tables gave: their tags are not made now.
    """

    reports: list[Report] = field(default_factory=list)
    statements: list[TaggedStatement] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    faults: list[tuple[str, WentiError]] = field(default_factory=list)
    units: dict[int, str] = field(default_factory=dict)
    n_from_tables: int = 0

    def extend(self, other: TaggedReports) -> None:
        """Append others, numbered anew."""
        n_reports, n_statements = len(self.reports), len(self.statements)
        self.reports += other.reports
        self.statements += [replace(each, report=each.report + n_reports) for each in other.statements]
        for finding in other.findings:
            members = tuple(index + n_statements for index in finding.statements)
            self.findings.append(replace(finding, report=finding.report + n_reports, statements=members))
        self.faults += other.faults
        self.units |= {index + n_statements: unit for index, unit in other.units.items()}
        self.n_from_tables += other.n_from_tables

    def reviewed(self, reports: Sequence[Report], statements: Sequence[TaggedStatement]) -> None:
        """Take over what a person has corrected, and gather the findings anew."""
        self.reports, self.statements = list(reports), list(statements)
        found = findings_of(self.reports, self.statements)
        self.findings = [replace(each, unit=self.units.get(each.statements[0], each.unit)) for each in found]


class Originals:
    """Reports seen so far, to tell copies of them: the same file, or the same text in another file."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}
        self._copies = Copies()

    def checked(self, file: FileRead) -> FileRead:
        """Return a file without those of its reports that were there before: they must not count twice."""
        if not file.reports:
            return file
        source = file.reports[0].source
        fault = self.fault_of(source.sha256, source.path)
        if fault is not None:
            return replace(file, reports=(), fault=fault)
        copied = self.copied(list(map(original_of, file.reports)))
        same = next(filter(None, copied), None)
        if same is None:
            return file
        kept = tuple(report for report, same in zip(file.reports, copied, strict=True) if same is None)
        return replace(file, reports=kept, fault=InputError("file_same_text", file=source.path, first=same))

    def fault_of(self, sha256: str, path: str) -> InputError | None:
        """Return what to say of a file that was there before."""
        first = self._first.get(sha256)
        if first is None:
            self._first[sha256] = path
            return None
        if os.path.realpath(first) == os.path.realpath(path):
            return InputError("file_given_twice", file=path)
        return InputError("file_duplicate", file=path, first=first)

    def copied(self, reports: Sequence[Original]) -> list[str | None]:
        """Return for each report of a file what the same one is called that was there before, if there was one."""
        found = list(map(self._copies.original, reports))
        for report, same in zip(reports, found, strict=True):
            if same is None:
                self._copies.add(report)
        return found


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read.

    Attributes
    ----------
    folder : str
        Where relative paths begin, for a process that was started elsewhere.
    cache : str, optional
        Folder of reports that were read before.
    units : UnitTable, optional
        The user's table of units.
    """

    folder: str = ""
    cache: str | None = None
    units: UnitTable | None = None


READ_AS_IS: Final = Reading()
"""Without a cache, and with the units as the reports name them."""


@dataclass(frozen=True, slots=True)
class TagHere:
    """Tags with a model that is loaded."""

    classifier: Classifier
    threshold: str
    reading: Reading = READ_AS_IS

    def __call__(self, paths: Sequence[str]) -> TaggedFiles:
        """Read and tag files."""
        files = [file for path in paths for file in read_files(path, self.reading)]
        return _tagged(files, self.classifier, self.threshold)


@dataclass(frozen=True, slots=True)
class TagThere:
    """Tags in a process that was started elsewhere, but has the files and the model, too."""

    options: Options
    reading: Reading

    @classmethod
    def like(cls, classifier: Classifier, threshold: str, reading: Reading = READ_AS_IS) -> TagThere:
        """Return what tags as a model does that is loaded here."""
        from wenti.tagger import Options, elsewhere  # which brings NumPy, and reading can do without

        options = elsewhere(Options(model=classifier.path, threshold=threshold))
        cache = os.path.abspath(reading.cache) if reading.cache is not None else None
        return cls(options, replace(reading, folder=options.folder, cache=cache))

    def __call__(self, paths: Sequence[str]) -> TaggedFiles:
        """Read and tag files.

        Raises
        ------
        ModelError
            If this process has another model.
        """
        from wenti.tagger import load

        model = load(self.options)
        files = [file for path in paths for file in read_files(path, self.reading)]
        return _tagged(files, model, self.options.threshold)


def read_files(path: str | Path, reading: Reading = READ_AS_IS) -> list[FileRead]:
    """Read a file of reports, or each file of an archive, or say why it cannot be read.

    Parameters
    ----------
    path : str or Path
        What the file is called in the result.
    reading : Reading
    """
    place = os.path.join(reading.folder, path)
    cache = ReadCache(reading.cache) if reading.cache is not None else None
    found: list[FileRead] = []
    try:
        for content in contents_of(place):
            name = str(path) + content.name.removeprefix(displayable(place))
            found.append(_read_content(content, name, cache, reading.units))
    except InputError as error:
        error.file = str(path) if error.file == place else error.file
        found.append(FileRead(str(path), fault=error))
    return found


def _read_content(content: Content, name: str, cache: ReadCache | None, units: UnitTable | None) -> FileRead:
    """Read one content. Paragraphs, of which statements are made, are not kept."""
    shown = displayable(name)
    try:
        if content.fault is not None:
            raise content.fault
        reports = cache.get(content.content, content.suffix, shown) if cache is not None else None
        if reports is None:
            found = [segment(report) for report in reports_in(content.content, content.suffix, shown)]
            reports = [replace(r, sections=tuple(replace(s, paragraphs=()) for s in r.sections)) for r in found]
            # Pages that are pictures are read as soon as text recognition is installed.
            if cache is not None and not any(report.unread_pages for report in reports):
                cache.put(content.content, content.suffix, reports)
    except InputError as error:
        error.file = name
        return FileRead(name, fault=error)
    if units is not None:
        reports = [units.joined(report) for report in reports]
    return FileRead(name, tuple(reports))


def _tagged(files: Sequence[FileRead], classifier: Classifier, threshold: str) -> TaggedFiles:
    reports = [report for file in files for report in file.reports]
    with without_collecting():
        return TaggedFiles(tuple(files), *tag_reports(reports, classifier, threshold))


def _lost(paths: Sequence[str], error: InputError) -> TaggedFiles:
    """Say of files that their reader had to be ended."""
    return TaggedFiles(tuple(FileRead(path, fault=_of(error, path)) for path in paths), (), ())


def _of(error: InputError, path: str) -> InputError:
    copy = InputError(error.key, file=path)
    copy.facts = error.facts
    return copy


def tag_files(
    files: Sequence[Path],
    task: Callable[[Sequence[str]], TaggedFiles],
    executor: Executor | None = None,
    window: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
    originals: Originals | None = None,
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
    originals : Originals, optional
        Reports seen before, of which these may be copies.

    Returns
    -------
    TaggedReports
        The same, whoever did it.
    """
    tasks = batches(files)
    found = TaggedReports()
    originals = originals if originals is not None else Originals()
    done = 0
    progress(done, len(files))
    for paths, tagged in in_order(executor if executor is not None else Inline(), task, tasks, window, _lost):
        _add(found, tagged, originals)
        done += len(paths)
        progress(done, len(files))
    return found


def read_all(
    files: Sequence[Path],
    reading: Reading,
    executor: Executor | None = None,
    window: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[FileRead]:
    """Yield files as they are read, in their order; parameters are those of :func:`tag_files`."""
    originals = Originals()
    done = 0
    progress(done, len(files))
    task = partial(_read_batch, reading=reading)
    work = in_order(executor if executor is not None else Inline(), task, batches(files), window, _lost_files)
    for paths, read in work:
        for file in read:
            yield originals.checked(file)
        done += len(paths)
        progress(done, len(files))


def _read_batch(paths: Sequence[str], reading: Reading) -> list[FileRead]:
    return [file for path in paths for file in read_files(path, reading)]


def _lost_files(paths: Sequence[str], error: InputError) -> list[FileRead]:
    return list(_lost(paths, error).files)


def batches(files: Sequence[Path]) -> list[list[str]]:
    """Return files as tasks: plain text some at a time; any other alone, so that its reader's end is its own."""
    found: list[list[str]] = []
    texts: list[str] = []
    for file in files:
        if is_light(file):
            texts.append(str(file))
        if texts and (len(texts) == _FILES or not is_light(file)):
            found.append(texts)
            texts = []
        if not is_light(file):
            found.append([str(file)])
    return [*found, texts] if texts else found


def _add(found: TaggedReports, tagged: TaggedFiles, originals: Originals) -> None:
    """Append some files' reports, statements and findings, numbered anew; those of copies are left out."""
    reports: dict[int, int] = {}
    number = 0
    for file in tagged.files:
        checked = originals.checked(file)
        if checked.fault is not None:
            found.faults.append((file.path, checked.fault))
        kept = set(map(id, checked.reports))
        for index, report in enumerate(file.reports, start=number):
            if id(report) in kept:
                reports[index] = len(found.reports)
                found.reports.append(report)
        number += len(file.reports)
    statements: dict[int, int] = {}
    for index, statement in enumerate(tagged.statements):
        if statement.report in reports:
            statements[index] = len(found.statements)
            found.statements.append(replace(statement, report=reports[statement.report]))
    for finding in tagged.findings:
        if finding.report in reports:
            members = tuple(statements[index] for index in finding.statements)
            found.findings.append(replace(finding, report=reports[finding.report], statements=members))
