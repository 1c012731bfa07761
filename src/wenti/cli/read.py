"""``wenti read``, and how files are read."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wenti.cli.console import guarded, say
from wenti.cli.options import Cache, Debug, Jobs, Lang, Units
from wenti.errors import WentiError
from wenti.messages import message

if TYPE_CHECKING:
    from wenti.records import Report
    from wenti.report_files import Reading

Paths = Annotated[list[str], typer.Argument(metavar="PATH...", help="Reports, or folders or archives of them.")]


def read(
    paths: Paths,
    units: Units = None,
    cache: Cache = None,
    jobs: Jobs = None,
    lang: Lang = "zh",
    debug: Debug = False,
) -> None:
    """Read reports; print one JSON object per report: metadata, sections, points, statements with their place."""

    def action() -> int:
        from wenti import api
        from wenti.reading import report_files

        reading = reading_of(cache, units)
        counts: Counter[str] = Counter()
        faults: list[WentiError] = []
        with readers(report_files(paths), jobs) as (executor, window):
            progress = show_progress(lang)
            for file in api.read_all(paths, progress, reading=reading, executor=executor, window=window):
                counts["files"] += 1
                counts["reports"] += len(file.reports)
                faults += [file.fault] if file.fault is not None else []
                for found in file.reports:
                    _print_report(found, lang)
        for error in faults:
            say(message("error", lang) + error.describe(lang))
        if faults and counts["files"] > 1:
            skipped = len(faults)
            read = counts["files"] - skipped
            say(
                message(
                    "read_summary", lang, files=counts["files"], read=read, reports=counts["reports"], skipped=skipped
                )
            )
        return 1 if faults else 0

    guarded(action, lang, debug)


def _print_report(found: Report, lang: str) -> None:
    from wenti.rendering.data import report_dict

    sys.stdout.write(json.dumps(report_dict(found), ensure_ascii=False) + "\n")
    say_unread(found, lang)
    if found.not_understood:
        characters = sum(span.end - span.start for span in found.not_understood)
        count = len(found.not_understood)
        say(message("not_understood", lang, path=found.source.path, count=count, characters=characters))


def say_unread(found: Report, lang: str) -> None:
    """Name the pages that are pictures and were not read."""
    if found.unread_pages:
        pages = ", ".join(map(str, found.unread_pages))
        say(message("pages_unread", lang, path=found.source.path, pages=pages))


def reading_of(cache: str | None, units: str | None) -> Reading:
    """Return how files are read; the cache is made and the table of units read before anything else."""
    from wenti.read_cache import ReadCache
    from wenti.report_files import Reading
    from wenti.unit_table import UnitTable

    if cache is not None:
        ReadCache(cache)
    return Reading(cache=cache, units=UnitTable.load(units) if units is not None else None)


@contextmanager
def readers(files: list[Path], jobs: int | None) -> Iterator[tuple[Executor | None, int]]:
    """Give what reads files, and how many at a time: this process for plain text, else processes with limits."""
    from wenti.reading import is_light
    from wenti.report_files import LIMITS
    from wenti.workers import default_jobs, local_executor

    if all(map(is_light, files)):
        yield None, 1
        return
    jobs = jobs or min(default_jobs(), len(files))
    executor = local_executor(jobs, LIMITS)
    with executor:
        yield executor, 2 * jobs + 1


def show_progress(lang: str) -> Callable[[int, int], None]:
    """Return what shows how many files are done, on a terminal only."""

    def show(done: int, total: int) -> None:
        if total > 1 and sys.stderr.isatty():
            sys.stderr.write("\r" + message("progress_files", lang, done=done, total=total))
            if done == total:
                sys.stderr.write("\n")
            sys.stderr.flush()

    return show
