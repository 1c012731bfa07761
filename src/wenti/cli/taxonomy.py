"""``wenti taxonomy``."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from wenti.cli.console import guarded
from wenti.cli.options import Debug, Json, Lang
from wenti.messages import message
from wenti.resources import taxonomy_path

app = typer.Typer(no_args_is_help=True, help="Show and check a taxonomy.")

File = Annotated[str | None, typer.Argument(metavar="[FILE]", help="Taxonomy; the shipped one by default.")]


@app.command()
def show(file: File = None, as_json: Json = False, lang: Lang = "zh", debug: Debug = False) -> None:
    """Show categories and types with their ids and definitions."""

    def action() -> None:
        from wenti.taxonomy import load_taxonomy

        tree = load_taxonomy(file)
        for category in tree.categories:
            if not as_json:
                name = category.name if lang == "zh" else category.english
                sys.stdout.write(f"{name} ({category.id})\n  {category.definition}\n")
            for problem in category.types:
                if as_json:
                    entry = {
                        "id": problem.id,
                        "name": problem.name,
                        "english": problem.english,
                        "category": problem.category,
                        "definition": problem.definition,
                        "examples": list(problem.examples),
                        "indicators": list(problem.indicators),
                        "key_figure": problem.key_figure,
                    }
                    sys.stdout.write(json.dumps(entry, ensure_ascii=False) + "\n")
                else:
                    name = problem.name if lang == "zh" else problem.english
                    sys.stdout.write(f"    {name} ({problem.id})\n      {problem.definition}\n")

    guarded(action, lang, debug)


@app.command()
def check(file: File = None, lang: Lang = "zh", debug: Debug = False) -> None:
    """Check a taxonomy; the first fault is named with file and line."""

    def action() -> None:
        from wenti.taxonomy import load_taxonomy

        tree = load_taxonomy(file)
        facts = {"categories": len(tree.categories), "types": len(list(tree.types())), "version": tree.version}
        sys.stdout.write(message("taxonomy_ok", lang, path=file or taxonomy_path(), **facts) + "\n")

    guarded(action, lang, debug)
