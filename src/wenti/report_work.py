"""Reports as work for ``wenti tag``: some files at a time, and the task that reads and tags them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenti.decoding import displayable
from wenti.errors import InputError, UsageError
from wenti.messages import message
from wenti.reading import is_light, report_files
from wenti.records import Point
from wenti.report_files import FileRead, Reading, read_files
from wenti.statement_table import COLUMNS, INTEGERS, statement_rows
from wenti.table_work import identity_of
from wenti.tables import Chunk, Layout, layout_of
from wenti.tables.workbook import MOST_ROWS
from wenti.tagger import Options, Tagged, cells_of_reports, load
from wenti.tagging import tag_reports

_FILES = 8  # reports in a chunk
_FEWEST_BYTES = 6  # of a statement in a file: two characters


@dataclass(frozen=True, slots=True)
class TagReports:
    """Reads and tags some files of reports."""

    layout: Layout
    options: Options

    def __call__(self, chunk: Chunk) -> Tagged:
        """Return what is to be written; of files that cannot be read, the reason."""
        options = self.options
        model = load(options)
        files: list[FileRead] = []
        for path, fault in chunk.rows:
            reading = Reading(options.folder)
            files += [FileRead(path, fault=fault)] if fault is not None else read_files(path, reading)
        reports = [report for file in files for report in file.reports]
        faults = [(displayable(file.path), file.fault.reason(options.lang)) for file in files if file.fault is not None]
        statements, findings = tag_reports(reports, model, options.threshold)
        rows = self.layout.of_values(statement_rows(reports, statements, findings))
        tags = cells_of_reports(model, statements, options)
        return Tagged(self.layout.encode(rows, tags), len(statements), faults)


class ReportWork:
    """The files of reports, some at a time. A copy of a file is a fault: its statements must not count twice."""

    def __init__(self, source: Path, target: Path, options: Options) -> None:
        if options.column is not None or options.sheet is not None:
            raise UsageError("column_of_reports")
        # What an earlier run wrote among the reports is none of them.
        self._files = [file for file in report_files([source]) if not (target.exists() and file.samefile(target))]
        self._target = target
        self._lang = options.lang
        self._batch = _FILES if all(map(is_light, self._files)) else 1  # a reader's end is its file's own
        suffix = target.suffix.lower()
        title = message("statements_sheet", options.lang)
        self.layout = layout_of(suffix, COLUMNS, INTEGERS, options.wanted, title)
        self.total = len(self._files)
        self.task: Callable[[Chunk], Tagged] = TagReports(self.layout, options)
        size = sum(file.stat().st_size for file in self._files)
        if suffix == ".xlsx" and size > MOST_ROWS * _FEWEST_BYTES:
            self.check(sum(_count_statements(file) for file in self._files))

    @staticmethod
    def place(lang: str) -> str:
        """Return the heading of where a fault is."""
        return message("errors_file", lang)

    def chunks(self, skip: int) -> Iterator[Chunk]:
        """Yield the files but for some chunks at the beginning."""
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
            if index % self._batch == 0 or index == len(self._files):
                if skip <= (index - 1) // self._batch:
                    yield Chunk(tasks, range(len(tasks)), index)
                tasks = []

    def lost(self, chunk: Chunk, error: InputError) -> Tagged:
        """Return what is written of files whose reader had to be ended: why."""
        return Tagged(b"", 0, [(displayable(path), error.reason(self._lang)) for path, _ in chunk.rows])

    def check(self, rows: int) -> None:
        """Refuse what no sheet can hold."""
        if self._target.suffix.lower() == ".xlsx" and rows >= MOST_ROWS:
            raise UsageError("rows_too_many", file=str(self._target), rows=rows + 1, most=MOST_ROWS)

    def identity(self) -> list[Any]:
        """Return what changes when the files do."""
        return [identity_of(file) for file in self._files]


def _count_statements(file: Path) -> int:
    def below(points: Sequence[Point]) -> int:
        return sum(len(point.statements) + below(point.points) for point in points)

    reports = (report for read in read_files(file) for report in read.reports)
    return sum(below(section.points) for report in reports for section in report.sections)
