"""``wenti train``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from wenti.cli.console import guarded, step_progress
from wenti.cli.options import Debug, Lang, TaxonomyFile
from wenti.messages import message

if TYPE_CHECKING:
    from wenti.taxonomy import Taxonomy


def train(
    corpus: Annotated[str, typer.Option("--corpus", metavar="DIR", help="Corpus folder.")] = "corpus",
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="Folder of the model to write.")] = "model",
    taxonomy: TaxonomyFile = None,
    n_jobs: Annotated[int, typer.Option("--jobs", min=1, help="Processes.")] = 2,
    lang: Lang = "zh",
    debug: Debug = False,
) -> None:
    """Rebuild the model from the corpus and print the figures of grouped cross-validation."""

    def action() -> None:
        from wenti.evaluation import table
        from wenti.modelling import Corpus, train_model
        from wenti.taxonomy import load_taxonomy

        tree = load_taxonomy(taxonomy)
        evaluation = train_model(Corpus.read(corpus, tree), tree, out, n_jobs=n_jobs, progress=step_progress(lang))
        sys.stdout.write(table(evaluation, _names(tree, lang)) + "\n")
        sys.stdout.write(message("written", lang, path=out) + "\n")

    guarded(action, lang, debug)


def _names(taxonomy: Taxonomy, lang: str) -> dict[str, str]:
    """Return what the rows and columns of the table are called."""
    from wenti.evaluation_labels import label
    from wenti.evaluation_report import F1S, FALSE_TAGS, SHARES

    names = {key: label(key, lang) for key in (*SHARES, *F1S, *FALSE_TAGS)}
    names |= {part: label(f"part_{part}", lang) for part in ("folds", "reports")}
    kinds = {kind.id: kind.name if lang == "zh" else kind.english.lower() for kind in taxonomy.kinds}
    return names | {f"kind {kind}": label("kind_found", lang, kind=name) for kind, name in kinds.items()}
