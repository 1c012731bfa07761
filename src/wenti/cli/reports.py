"""``wenti read`` and ``wenti report``."""

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
from wenti.cli.options import Cache, Dask, Debug, Jobs, Lang, Model, Output, TaxonomyFile, Threshold, Units
from wenti.errors import UsageError, WentiError
from wenti.messages import message

if TYPE_CHECKING:
    from wenti.records import Report, Summary
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

        reading = _reading(cache, units)
        counts: Counter[str] = Counter()
        faults: list[WentiError] = []
        with _readers(report_files(paths), jobs) as (executor, window):
            progress = _show_progress(lang)
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
    _say_unread(found, lang)
    if found.not_understood:
        characters = sum(span.end - span.start for span in found.not_understood)
        count = len(found.not_understood)
        say(message("not_understood", lang, path=found.source.path, count=count, characters=characters))


def _say_unread(found: Report, lang: str) -> None:
    if found.unread_pages:
        pages = ", ".join(map(str, found.unread_pages))
        say(message("pages_unread", lang, path=found.source.path, pages=pages))


def _reading(cache: str | None, units: str | None) -> Reading:
    """Return how files are read; the cache is made and the table of units read before anything else."""
    from wenti.read_cache import ReadCache
    from wenti.report_files import Reading
    from wenti.unit_table import UnitTable

    if cache is not None:
        ReadCache(cache)
    return Reading(cache=cache, units=UnitTable.load(units) if units is not None else None)


@contextmanager
def _readers(files: list[Path], jobs: int | None) -> Iterator[tuple[Executor | None, int]]:
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


def report(  # noqa: PLR0913, PLR0917 - one parameter for each option
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Reports, tables of statements that tag wrote from them, or folders."),
    ],
    output: Output = "weakness-report.html",
    units: Units = None,
    cache: Cache = None,
    jobs: Jobs = None,
    dask: Dask = None,
    model: Model = None,
    taxonomy: TaxonomyFile = None,
    lang: Lang = "zh",
    threshold: Threshold = "medium",
    debug: Debug = False,
) -> None:
    """Write the weakness report over reports (.html, .md or .json), or its counts (.csv), from tagged tables, too."""

    def action() -> int:
        from wenti import api
        from wenti.classifier import Classifier
        from wenti.rendering import check_output
        from wenti.statement_files import tables_among
        from wenti.taxonomy import load_taxonomy

        check_output(output)
        tables = tables_among(paths, for_counts=output.lower().endswith(".csv"))
        if not tables:
            reading = _reading(cache, units)
            classifier, tree = Classifier.load(model), load_taxonomy(taxonomy)
            with _executor(dask, paths, jobs) as (executor, window):
                summary = api.report(
                    paths,
                    classifier=classifier,
                    taxonomy=tree,
                    threshold=threshold,
                    progress=_show_progress(lang),
                    reading=reading,
                    executor=executor,
                    window=window,
                )
            return _write(summary, output, lang)
        if not output.lower().endswith(".csv"):
            raise UsageError("tables_only_counts", file=output)
        if model is not None or threshold != "medium":
            raise UsageError("tables_are_tagged")
        _count(tables, output, dask, taxonomy, lang)
        return 0

    guarded(action, lang, debug)


def _write(summary: Summary, output: str, lang: str) -> int:
    """Write a report, tell what it holds and what was skipped, and return the exit code."""
    from wenti.rendering import render

    render(summary, output, lang)
    for read in summary.reports:
        _say_unread(read, lang)
    for skipped in summary.skipped:
        say(message("skipped", lang, reason=skipped.reason[lang]))
    weaknesses = sum(len(finding.statements) for finding in summary.findings)
    counts = {"reports": len(summary.reports), "statements": len(summary.statements), "weaknesses": weaknesses}
    sys.stdout.write(message("report_read", lang, **counts) + "\n")
    sys.stdout.write(message("written", lang, path=output) + "\n")
    return 1 if summary.skipped else 0


@contextmanager
def _executor(dask: str | None, paths: list[str], jobs: int | None) -> Iterator[tuple[Executor | None, int]]:
    """Give what runs the tasks of a report, and how many at a time: a cluster, or what reads on this machine."""
    from wenti.reading import report_files

    if dask is not None and jobs is not None:
        raise UsageError("jobs_of_cluster")
    files = report_files(paths)
    if dask is None:
        with _readers(files, jobs) as readers:
            yield readers
        return
    from wenti.cluster import connect, executor_of, require_shared

    with connect(dask) as client:
        require_shared(client, files[0])
        yield executor_of(client)


def _count(tables: list[Path], output: str, dask: str | None, taxonomy: str | None, lang: str) -> None:
    from wenti.api import names_in
    from wenti.counting import count, table_of
    from wenti.output import write_whole
    from wenti.rendering.counts import render_counts
    from wenti.statement_files import count_files, partitions
    from wenti.taxonomy import load_taxonomy

    names = names_in(load_taxonomy(taxonomy))
    if dask is None:
        counted = count_files(tables, _show_progress(lang))
    else:
        from wenti.cluster import connect, require_shared

        with connect(dask) as client:
            require_shared(client, tables[0])
            counted = count(partitions(tables))
    write_whole(output, render_counts(table_of(counted.rows, names, lang), names, lang).encode())
    totals = {"statements": counted.statements, "units": counted.units, "projects": counted.projects}
    sys.stdout.write(message("counted", lang, **totals) + "\n")
    sys.stdout.write(message("written", lang, path=output) + "\n")


def _show_progress(lang: str) -> Callable[[int, int], None]:
    """Return what shows how many files are done, on a terminal only."""

    def show(done: int, total: int) -> None:
        if total > 1 and sys.stderr.isatty():
            sys.stderr.write("\r" + message("progress_files", lang, done=done, total=total))
            if done == total:
                sys.stderr.write("\n")
            sys.stderr.flush()

    return show
