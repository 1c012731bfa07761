"""``wenti report``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wenti.cli.console import guarded, say
from wenti.cli.options import Cache, Dask, Debug, Jobs, Lang, Model, TaxonomyFile, Threshold, Units, one_of
from wenti.cli.read import readers, reading_of, say_unread, show_progress
from wenti.errors import OutputError, UsageError
from wenti.messages import message
from wenti.summary import BY, By

if TYPE_CHECKING:
    from wenti.choices import Choices
    from wenti.rendering import Presentation
    from wenti.summary import Summary

_USUAL_OUTPUT = "weakness-report.html"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the user asks for, beside the files themselves."""

    paths: list[str]
    outputs: list[str]
    compare: list[str]
    review_out: str | None
    reviewed: str | None
    choices: Choices
    presentation: Presentation
    anonymous: bool
    units: str | None
    cache: str | None
    jobs: int | None
    dask: str | None
    model: str | None
    taxonomy: str | None
    lang: str
    threshold: str


def report(  # noqa: PLR0913, PLR0917 - one parameter for each option
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Reports, ledgers, tables that tag wrote from them, or folders."),
    ],
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="File to write: .html, .docx, .xlsx, .md, .json, .csv (repeatable)."
        ),
    ] = None,
    by: Annotated[
        str, typer.Option("--by", metavar="|".join(BY), help="What the matrix is by.", callback=one_of(BY))
    ] = "unit",
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="FIELD=VALUE", help="Only reports such as year=2021-2023 (repeatable)."),
    ] = None,
    min_support: Annotated[
        int, typer.Option("--min-support", metavar="N", min=1, help="Rank types that N units or more show.")
    ] = 1,
    periods: Annotated[
        str | None,
        typer.Option("--periods", metavar="Y,Y", help="Two years or ranges to compare: 2020-2021,2022-2023."),
    ] = None,
    compare: Annotated[
        list[str] | None,
        typer.Option("--compare", metavar="PATH", help="Other reports to set against these (repeatable)."),
    ] = None,
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="Title of the report.")] = "",
    organisation: Annotated[str, typer.Option("--organisation", metavar="NAME", help="Who reports.")] = "",
    template: Annotated[
        str | None, typer.Option("--template", metavar="FILE", help="Your own Word file (.docx) to fill.")
    ] = None,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Call units 甲单位, 乙单位 …, for publication.")
    ] = False,
    review_out: Annotated[
        str | None, typer.Option("--review-out", metavar="FILE", help="Write a sheet (.xlsx) to correct by hand.")
    ] = None,
    reviewed: Annotated[
        str | None, typer.Option("--reviewed", metavar="FILE", help="A corrected sheet: what it says wins.")
    ] = None,
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
    """Write the weakness report over reports: for reading, signing (.docx), counting on (.xlsx, .json), or counts alone."""

    def action() -> int:
        from wenti.choices import Choices, only_of, periods_of
        from wenti.rendering import Presentation

        chosen = tuple(map(only_of, only or ()))
        if periods is not None and compare:
            raise UsageError("periods_and_compare")
        spans = periods_of(periods) if periods is not None else None
        grouped: By = next(each for each in BY if each == by)
        choices = Choices(grouped, min_support, chosen, spans)
        outputs = output or ([] if review_out is not None else [_USUAL_OUTPUT])
        presentation = Presentation(title, organisation, template)
        asked = _Asked(
            paths, outputs, compare or [], review_out, reviewed, choices, presentation, anonymous,
            units, cache, jobs, dask, model, taxonomy, lang, threshold,
        )  # fmt: skip
        _check(asked)
        return _report(asked)

    guarded(action, lang, debug)


def _report(asked: _Asked) -> int:
    from wenti import api
    from wenti.anonymity import anonymous
    from wenti.choices import USUAL
    from wenti.classifier import Classifier
    from wenti.statement_files import tables_among
    from wenti.taxonomy import load_taxonomy

    counts_alone = all(output.lower().endswith(".csv") for output in asked.outputs) and asked.review_out is None
    tables = tables_among(asked.paths, for_counts=counts_alone)
    if (tables or tables_among(asked.compare)) and (asked.model is not None or asked.threshold != "medium"):
        raise UsageError("tables_are_tagged")
    is_plain = asked.choices == USUAL and not (asked.compare or asked.reviewed or asked.anonymous or asked.units)
    if tables and counts_alone and is_plain:
        for output in asked.outputs:
            _count(tables, output, asked)
        return 0
    if tables and asked.dask is not None:
        raise UsageError("tables_and_dask")
    reading = reading_of(asked.cache, asked.units)
    classifier, tree = Classifier.load(asked.model), load_taxonomy(asked.taxonomy)
    with _executor(asked, tables) as (executor, window):
        summary = api.report(
            asked.paths,
            classifier=classifier,
            taxonomy=tree,
            threshold=asked.threshold,
            choices=asked.choices,
            compare=asked.compare or None,
            reviewed=asked.reviewed,
            work=api.Work(reading, executor, window, show_progress(asked.lang)),
        )
    if asked.review_out is not None:
        from wenti.review import write_review

        write_review(asked.review_out, summary.reports, summary.statements, tree, asked.lang)
    return _write(anonymous(summary) if asked.anonymous else summary, asked)


def _check(asked: _Asked) -> None:
    """Refuse files that cannot be written or used, before the work is done, and before what it takes is loaded."""
    from wenti.rendering import check_outputs

    check_outputs(asked.outputs)
    _check_template(asked)
    if asked.review_out is not None:
        _check_review(asked)
    _check_inputs(asked)


def _check_template(asked: _Asked) -> None:
    """Refuse a template that cannot be used."""
    template = asked.presentation.template
    if template is None:
        return
    if not any(output.lower().endswith(".docx") for output in asked.outputs):
        raise UsageError("template_alone", file=template)
    from wenti.rendering.word import open_template

    open_template(template)


def _check_review(asked: _Asked) -> None:
    """Refuse a sheet that would be written over."""
    from wenti.review import check_new

    target = Path(asked.review_out or "")
    if target.suffix.lower() != ".xlsx":
        raise OutputError("output_suffix_unknown", file=str(target), suffix=target.suffix, suffixes=".xlsx")
    if target.resolve() in {Path(output).resolve() for output in asked.outputs}:
        raise OutputError("output_twice", file=str(target))
    check_new(target)


def _check_inputs(asked: _Asked) -> None:
    """Refuse to write over a file that is to be read."""
    there = [output for output in asked.outputs if Path(output).exists()]
    if not there:
        return
    from wenti.reading import report_files
    from wenti.statement_files import tables_among

    given = [*asked.paths, *asked.compare]
    inputs = [*filter(None, (asked.reviewed, asked.presentation.template, asked.units, asked.taxonomy)), *given]
    for folder in (path for path in given if Path(path).is_dir()):
        inputs += map(str, tables_among([folder]) or report_files([folder]))
    taken = {Path(path).resolve() for path in inputs}
    for output in there:
        if Path(output).resolve() in taken:
            raise UsageError("output_is_input", file=output)


def _write(summary: Summary, asked: _Asked) -> int:
    """Write a report, tell what it holds and what was skipped, and return the exit code."""
    from wenti.rendering import render

    lang = asked.lang
    render(summary, asked.outputs, lang, asked.presentation)
    for read in summary.reports:
        say_unread(read, lang)
    for skipped in summary.skipped:
        say(message("skipped", lang, reason=skipped.reason[lang]))
    for row in summary.review.unmatched if summary.review is not None else ():
        say(message("review_unmatched", lang, sheet=row.sheet, row=row.row, text=row.text))
    weaknesses = sum(len(finding.statements) for finding in summary.findings)
    counts = {"reports": len(summary.reports), "statements": len(summary.statements), "weaknesses": weaknesses}
    sys.stdout.write(message("report_read", lang, **counts) + "\n")
    for path in [*asked.outputs, *([asked.review_out] if asked.review_out is not None else [])]:
        sys.stdout.write(message("written", lang, path=path) + "\n")
    return 1 if summary.skipped else 0


@contextmanager
def _executor(asked: _Asked, tables: list[Path]) -> Iterator[tuple[Executor | None, int]]:
    """Give what runs the tasks of a report, and how many at a time: a cluster, or what reads on this machine."""
    from wenti.reading import report_files
    from wenti.statement_files import tables_among

    if asked.dask is not None and asked.jobs is not None:
        raise UsageError("jobs_of_cluster")
    paths = [*([] if tables else asked.paths), *([] if tables_among(asked.compare) else asked.compare)]
    files = report_files(paths) if paths else []
    if asked.dask is None:
        with readers(files, asked.jobs) as found:
            yield found
        return
    from wenti.cluster import connect, executor_of, require_shared

    with connect(asked.dask) as client:
        require_shared(client, files[0])
        yield executor_of(client)


def _count(tables: list[Path], output: str, asked: _Asked) -> None:
    from wenti.api import names_in
    from wenti.counting import count, table_of
    from wenti.output import write_whole
    from wenti.rendering.counts import render_counts
    from wenti.statement_files import count_files, partitions
    from wenti.taxonomy import load_taxonomy

    names = names_in(load_taxonomy(asked.taxonomy))
    lang = asked.lang
    if asked.dask is None:
        counted = count_files(tables, show_progress(lang))
    else:
        from wenti.cluster import connect, require_shared

        with connect(asked.dask) as client:
            require_shared(client, tables[0])
            counted = count(partitions(tables))
    write_whole(output, render_counts(table_of(counted.rows, names, lang), names, lang).encode())
    totals = {"statements": counted.statements, "units": counted.units, "projects": counted.projects}
    sys.stdout.write(message("counted", lang, **totals) + "\n")
    sys.stdout.write(message("written", lang, path=output) + "\n")
