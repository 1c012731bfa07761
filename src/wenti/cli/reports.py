"""``wenti read`` and ``wenti report``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from wenti.cli.console import guarded, say
from wenti.cli.options import Debug, Lang, Model, Output, TaxonomyFile, Threshold
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
    paths: Paths,
    output: Output = "weakness-report.html",
    model: Model = None,
    taxonomy: TaxonomyFile = None,
    lang: Lang = "zh",
    threshold: Threshold = "medium",
    debug: Debug = False,
) -> None:
    """Write the weakness report over reports (.html, .md or .json)."""

    def action() -> int:
        from wenti import api
        from wenti.classifier import Classifier
        from wenti.rendering import check_output, render
        from wenti.taxonomy import load_taxonomy

        check_output(output)
        summary = api.report(
            paths,
            classifier=Classifier.load(model),
            taxonomy=load_taxonomy(taxonomy),
            threshold=threshold,
            progress=_show_progress(lang),
        )
        render(summary, output, lang)
        for skipped in summary.skipped:
            say(message("skipped", lang, reason=skipped.reason[lang]))
        weaknesses = sum(len(finding.statements) for finding in summary.findings)
        counts = {"reports": len(summary.reports), "statements": len(summary.statements), "weaknesses": weaknesses}
        sys.stdout.write(message("report_read", lang, **counts) + "\n")
        sys.stdout.write(message("written", lang, path=output) + "\n")
        return 1 if summary.skipped else 0

    guarded(action, lang, debug)


def _show_progress(lang: str) -> Callable[[int, int], None]:
    """Return what shows how many files are done, on a terminal only."""

    def show(done: int, total: int) -> None:
        if total > 1 and sys.stderr.isatty():
            sys.stderr.write("\r" + message("progress_files", lang, done=done, total=total))
            if done == total:
                sys.stderr.write("\n")
            sys.stderr.flush()

    return show
