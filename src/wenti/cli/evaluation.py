"""``wenti evaluate``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wenti.cli.console import guarded, say, step_progress
from wenti.cli.options import Debug, Lang, Model, TaxonomyFile, Threshold
from wenti.messages import message

if TYPE_CHECKING:
    from wenti.evaluation_files import Leak

_LEAKS_SHOWN = 5


def evaluate(  # noqa: PLR0913, PLR0917 - one parameter for each option
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE...", help="Labelled files for the model in use.", show_default=False),
    ] = None,
    corpus: Annotated[
        str, typer.Option("--corpus", metavar="DIR", help="Corpus folder, where no FILE is named.")
    ] = "corpus",
    out: Annotated[
        str | None, typer.Option("--out", metavar="DIR", help="Folder for evaluation.json, evaluation.md and plots.")
    ] = None,
    drop_leaks: Annotated[
        bool, typer.Option("--drop-leaks", help="Leave out what the model was trained on instead of refusing it.")
    ] = False,
    n_jobs: Annotated[int, typer.Option("--jobs", min=1, help="Processes, where no FILE is named.")] = 2,
    model: Model = None,
    threshold: Threshold = "medium",
    taxonomy: TaxonomyFile = None,
    lang: Lang = "zh",
    debug: Debug = False,
) -> None:
    """Print how well statements are tagged: by held-out models of the corpus, or by the model in use for labelled files.

    A labelled file is UTF-8, tab-separated, with a header and the columns kind, types and text, as corpus/statements has
    them; a column equally_right may name types that are as good, a column source the document. Without FILE it takes some
    minutes; --model and --threshold are about files. Exit code 3 if the model was trained on statements of FILE, exactly
    or nearly.
    """

    def action() -> None:
        from wenti.errors import UsageError
        from wenti.evaluation_report import check_folder, markdown, write_evaluation

        if drop_leaks and not files:
            raise UsageError("drop_leaks_alone")
        if out is not None:
            check_folder(out)
        if files:
            result = _of_files(files, model, threshold, taxonomy, drop_leaks, lang)
        else:
            result = _of_corpus(corpus, taxonomy, n_jobs, lang)
        sys.stdout.write(markdown(result, lang))
        if out is not None:
            written = write_evaluation(result, out, lang)
            if not written.plotted:
                say(message("plots_missing", lang))
            elif not written.in_language:
                say(message("plots_font", lang))
            sys.stdout.write("\n" + message("written", lang, path=out) + "\n")

    guarded(action, lang, debug)


def _of_corpus(corpus: str, taxonomy: str | None, n_jobs: int, lang: str) -> dict[str, Any]:
    from wenti.evaluation_corpus import evaluate_corpus
    from wenti.modelling import Corpus
    from wenti.taxonomy import load_taxonomy

    tree = load_taxonomy(taxonomy)
    return evaluate_corpus(Corpus.read(corpus, tree), tree, n_jobs=n_jobs, progress=step_progress(lang))


def _of_files(
    files: Sequence[str], model: str | None, threshold: str, taxonomy: str | None, drop_leaks: bool, lang: str
) -> dict[str, Any]:
    from wenti.classifier import Classifier
    from wenti.errors import CheckError
    from wenti.evaluation_files import evaluate_statements, find_leaks, read_labelled
    from wenti.taxonomy import load_taxonomy

    tree = load_taxonomy(taxonomy)
    classifier = Classifier.load(model)
    statements = read_labelled(files, classifier, tree)
    leaks = find_leaks(statements, classifier)
    if leaks and not drop_leaks:
        _show_leaks(leaks, lang)
        raise CheckError("leaks_found", file=", ".join(files), count=len(leaks))
    if leaks:
        say(message("leaks_dropped", lang, count=len(leaks)))
        leaked = {id(leak.statement) for leak in leaks}
        statements = [row for row in statements if id(row) not in leaked]
        if not statements:
            raise CheckError("nothing_left", file=", ".join(files), count=len(leaks))
    return evaluate_statements(statements, classifier, tree, threshold, len(leaks))


def _show_leaks(leaks: Sequence[Leak], lang: str) -> None:
    comma = "，" if lang == "zh" else ", "
    for leak in leaks[:_LEAKS_SHOWN]:
        row = leak.statement
        place = f"{row.file}{comma}{message('line', lang, line=row.line)}"
        say(message("leak", lang, place=place, text=row.text, similarity=leak.similarity))
    if len(leaks) > _LEAKS_SHOWN:
        say(message("leaks_more", lang, count=len(leaks) - _LEAKS_SHOWN))
