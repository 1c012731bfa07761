"""The typer applications: ``wenti`` with its groups, and ``classify`` alone."""

from __future__ import annotations

from typing import Annotated

import typer

import wenti
from wenti.cli import corpus, evaluation, model, read, report, tag, taxonomy, training
from wenti.cli.classify import Options, run
from wenti.cli.console import guarded
from wenti.cli.options import Debug, Json, Lang, Model, TaxonomyFile, Threshold

_SETTINGS = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
    context_settings=_SETTINGS,
    help="Read budget-performance evaluations, tag their problems, report the weaknesses that units share.",
)
classify_app = typer.Typer(
    pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False, context_settings=_SETTINGS
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wenti {wenti.__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


def _classify(  # noqa: PLR0913, PLR0917 - one parameter for each option
    texts: Annotated[
        list[str] | None,
        typer.Argument(metavar="TEXT...", help="Statements; - reads lines from standard input.", show_default=False),
    ] = None,
    as_json: Json = False,
    top: Annotated[int, typer.Option("--top", min=0, help="Rank the N likeliest types whatever their threshold.")] = 0,
    explain: Annotated[bool, typer.Option("--explain", help="Show the words that decided.")] = False,
    model: Model = None,
    taxonomy: TaxonomyFile = None,
    lang: Lang = "zh",
    threshold: Threshold = "medium",
    debug: Debug = False,
) -> None:
    """Tag statements: kind, category and type of problem, probability, 待人工判定."""
    options = Options(as_json, top, explain, model, taxonomy, lang, threshold)
    guarded(lambda: run(texts or [], options), lang, debug)


app.command("classify")(_classify)
classify_app.command()(_classify)
app.command("read")(read.read)
app.command("tag")(tag.tag)
app.command("report")(report.report)
app.command("train")(training.train)
app.command("evaluate")(evaluation.evaluate)
app.add_typer(corpus.app, name="corpus")
app.add_typer(taxonomy.app, name="taxonomy")
app.add_typer(model.app, name="model")
