"""``wenti read`` and ``wenti report``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from wenti.cli.console import guarded, say
from wenti.cli.options import Dask, Debug, Lang, Model, Output, TaxonomyFile, Threshold
from wenti.errors import UsageError
from wenti.messages import message

Paths = Annotated[list[str], typer.Argument(metavar="PATH...", help="Reports, or folders of them.")]


def read(paths: Paths, lang: Lang = "zh", debug: Debug = False) -> None:
    """Read reports; print one JSON object per report: metadata, sections, points, statements with their place."""

    def action() -> int:
        from wenti import api
        from wenti.rendering.data import report_dict

        reports, faults = api.read_all(paths, _show_progress(lang))
        for found in reports:
            sys.stdout.write(json.dumps(report_dict(found), ensure_ascii=False) + "\n")
            if found.not_understood:
                characters = sum(span.end - span.start for span in found.not_understood)
                count = len(found.not_understood)
                say(message("not_understood", lang, path=found.source.path, count=count, characters=characters))
        for _, error in faults:
            say(message("error", lang) + error.describe(lang))
        return 1 if faults else 0

    guarded(action, lang, debug)


def report(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Reports, tables of statements that tag wrote from them, or folders."),
    ],
    output: Output = "weakness-report.html",
    dask: Dask = None,
    model: Model = None,
    taxonomy: TaxonomyFile = None,
    lang: Lang = "zh",
    threshold: Threshold = "medium",
    debug: Debug = False,
) -> None:
    """Write the weakness report over reports (.html, .md or .json), or its counts (.csv), from tagged tables, too."""

    def action() -> int:
        from wenti.rendering import check_output
        from wenti.statement_files import tables_among

        check_output(output)
        tables = tables_among(paths)
        if not tables:
            return _report(paths, output, dask, model, taxonomy, lang, threshold)
        if not output.lower().endswith(".csv"):
            raise UsageError("tables_only_counts", file=output)
        if model is not None or threshold != "medium":
            raise UsageError("tables_are_tagged")
        _count(tables, output, dask, taxonomy, lang)
        return 0

    guarded(action, lang, debug)


def _report(
    paths: list[str],
    output: str,
    dask: str | None,
    model: str | None,
    taxonomy: str | None,
    lang: str,
    threshold: str,
) -> int:
    from wenti import api
    from wenti.classifier import Classifier
    from wenti.rendering import render
    from wenti.taxonomy import load_taxonomy

    classifier, tree = Classifier.load(model), load_taxonomy(taxonomy)
    with _executor(dask, paths) as (executor, window):
        summary = api.report(
            paths,
            classifier=classifier,
            taxonomy=tree,
            threshold=threshold,
            progress=_show_progress(lang),
            executor=executor,
            window=window,
        )
    render(summary, output, lang)
    for skipped in summary.skipped:
        say(message("skipped", lang, reason=skipped.reason[lang]))
    weaknesses = sum(len(finding.statements) for finding in summary.findings)
    counts = {"reports": len(summary.reports), "statements": len(summary.statements), "weaknesses": weaknesses}
    sys.stdout.write(message("report_read", lang, **counts) + "\n")
    sys.stdout.write(message("written", lang, path=output) + "\n")
    return 1 if summary.skipped else 0


@contextmanager
def _executor(dask: str | None, paths: list[str]) -> Iterator[tuple[Executor | None, int]]:
    """Give what runs the tasks of a report, and how many at a time: a cluster, or nothing, which is this process."""
    if dask is None:
        yield None, 1
        return
    from wenti.cluster import connect, executor_of, require_shared
    from wenti.reading import report_files

    files = report_files(paths)
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
