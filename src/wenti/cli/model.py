"""``wenti model``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from wenti.cli.console import guarded
from wenti.cli.options import Debug, Lang, Model, TaxonomyFile
from wenti.messages import message

app = typer.Typer(no_args_is_help=True, help="Check a model.")


@app.callback()
def _group() -> None:
    pass


@app.command()
def check(
    model: Model = None,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="DIR", help="Another model that must decide the same on the corpus."),
    ] = None,
    corpus: Annotated[str, typer.Option("--corpus", metavar="DIR", help="Corpus to compare on.")] = "corpus",
    taxonomy: TaxonomyFile = None,
    lang: Lang = "zh",
    debug: Debug = False,
) -> None:
    """Check that a model is sound; with --against, that it decides as a fresh training does (exit code 3 if not)."""

    def action() -> None:
        from wenti.artifact import has_signatures
        from wenti.classifier import Classifier
        from wenti.leakage import load_signatures
        from wenti.resources import model_path

        path = model or model_path()
        loaded = Classifier.load(path)
        if has_signatures(loaded.manifest):  # not read with the rest, as no answer needs them
            load_signatures(path)
        if against is not None:
            from wenti.modelling import compare_models
            from wenti.taxonomy import load_taxonomy

            compare_models(loaded, Classifier.load(against), corpus, load_taxonomy(taxonomy))
        versions = {"wenti": loaded.manifest["wenti"], "taxonomy": loaded.manifest["taxonomy"]["version"]}
        sys.stdout.write(message("model_ok", lang, path=path, **versions) + "\n")

    guarded(action, lang, debug)
