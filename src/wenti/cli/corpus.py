"""``wenti corpus``."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from wenti.cli.console import guarded, say, step_progress
from wenti.cli.options import Debug, Json, Lang, TaxonomyFile
from wenti.messages import message

app = typer.Typer(no_args_is_help=True, help="Check, count, audit, import and add labelled statements.")

Path = Annotated[str, typer.Argument(metavar="PATH", help="A labelled file (.tsv) or a folder of them.")]


@app.command()
def check(path: Path, taxonomy: TaxonomyFile = None, lang: Lang = "zh", debug: Debug = False) -> None:
    """Check labelled files and list every fault with file and line; exit code 3 if there is one."""

    def action() -> int:
        from wenti.corpus import check_corpus
        from wenti.taxonomy import load_taxonomy

        checked = check_corpus(path, load_taxonomy(taxonomy))
        for fault in checked.faults:
            say(message("error", lang) + fault.describe(lang))
        if checked.faults:
            say(message("corpus_faults", lang, path=path, faults=len(checked.faults)))
            return 3
        facts = {"files": checked.files, "statements": len(checked.statements)}
        sys.stdout.write(message("corpus_ok", lang, path=path, **facts) + "\n")
        return 0

    guarded(action, lang, debug)


@app.command()
def stats(
    path: Path, as_json: Json = False, taxonomy: TaxonomyFile = None, lang: Lang = "zh", debug: Debug = False
) -> None:
    """Count statements by kind, type and author."""

    def action() -> None:
        from dataclasses import asdict

        from wenti.corpus import count_corpus, read_corpus
        from wenti.taxonomy import load_taxonomy

        tree = load_taxonomy(taxonomy)
        counts = count_corpus(read_corpus(path, tree))
        if as_json:
            sys.stdout.write(json.dumps(asdict(counts), ensure_ascii=False) + "\n")
            return
        write = sys.stdout.write
        quartiles = {"lower": counts.lengths[0], "median": counts.lengths[1], "upper": counts.lengths[2]}
        write(message("stats_head", lang, statements=counts.statements, files=counts.files, **quartiles) + "\n")
        for kind in tree.kinds:
            write(f"{counts.kinds.get(kind.id, 0):8,}  {kind.name if lang == 'zh' else kind.english}\n")
        write(message("stats_types", lang) + "\n")
        for problem in tree.types():
            name = problem.name if lang == "zh" else problem.english
            write(f"{counts.types.get(problem.id, 0):8,}  {name} ({problem.id})\n")
        write(message("stats_authors", lang) + "\n")
        for author, count in counts.authors.items():
            write(f"{count:8,}  {author}\n")

    guarded(action, lang, debug)


@app.command()
def audit(
    path: Annotated[str, typer.Argument(metavar="DIR", help="Corpus folder.")] = "corpus",
    out: Annotated[str | None, typer.Option("-o", "--out", metavar="FILE", help="Write the list as .tsv.")] = None,
    n_jobs: Annotated[int, typer.Option("--jobs", min=1, help="Processes.")] = 2,
    taxonomy: TaxonomyFile = None,
    lang: Lang = "zh",
    debug: Debug = False,
) -> None:
    """List labels that deserve a second look: contradictions, likely errors (cleanlab), near duplicates."""

    def action() -> None:
        from collections import Counter

        from wenti.audit import as_tsv
        from wenti.audit import audit as find_suspects
        from wenti.modelling import Corpus
        from wenti.output import check_file, write_whole
        from wenti.taxonomy import load_taxonomy

        if out is not None:
            check_file(out)
        tree = load_taxonomy(taxonomy)
        corpus = Corpus.read(path, tree)

        suspects = find_suspects(corpus.all, corpus.folds, tree, n_jobs=n_jobs, progress=step_progress(lang))
        if out is None:
            sys.stdout.write(as_tsv(suspects))
        else:
            write_whole(out, as_tsv(suspects).encode())
        count = Counter(suspect.reason for suspect in suspects)
        counts = {"contradictions": count["contradiction"], "duplicates": count["duplicate"]}
        say(message("audited", lang, suspects=len(suspects), kinds=count["kind"], types=count["types"], **counts))

    guarded(action, lang, debug)


@app.command("import")
def import_(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="Tab-separated rows: kind, types, text[, unit, project, year].")
    ],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="Labelled file to write; it must not exist.")],
    taxonomy: TaxonomyFile = None,
    lang: Lang = "zh",
    debug: Debug = False,
) -> None:
    """Give rows without header the corpus's form; short type ids are completed, faults refused."""

    def action() -> None:
        from wenti.corpus import import_labelled
        from wenti.taxonomy import load_taxonomy

        count = import_labelled(source, target, load_taxonomy(taxonomy))
        sys.stdout.write(message("imported", lang, path=target, statements=count) + "\n")

    guarded(action, lang, debug)


@app.command()
def add(
    sheet: Annotated[str, typer.Argument(metavar="SHEET", help="Workbook of a review (.xlsx), corrected by a person.")],
    to: Annotated[str, typer.Option("--to", metavar="FILE", help="Labelled file (.tsv) to append to, or a new one.")],
    taxonomy: TaxonomyFile = None,
    lang: Lang = "zh",
    debug: Debug = False,
) -> None:
    """Add the reviewed statements of a workbook to a labelled file; if one contradicts it, none, and exit code 3."""

    def action() -> int:
        from pathlib import Path as File

        from wenti.corpus import add_labelled
        from wenti.errors import InputError, OutputError
        from wenti.output import check_file
        from wenti.review import labelled_rows, read_review
        from wenti.taxonomy import load_taxonomy

        if File(to).suffix.lower() != ".tsv":  # or Excel would be given text that it takes for a workbook
            raise OutputError("output_suffix_unknown", file=to, suffix=File(to).suffix, suffixes=".tsv")
        check_file(to)
        tree = load_taxonomy(taxonomy)
        rows, faults = labelled_rows(read_review(sheet, tree))
        if not rows and not faults:
            raise InputError("review_nothing", file=sheet)
        result = add_labelled(to, rows, tree, faults)
        for fault in result.faults:
            say(message("error", lang) + fault.describe(lang))
        if result.faults:
            say(message("corpus_faults", lang, path=sheet, faults=len(result.faults)))
            return 3
        sys.stdout.write(message("corpus_added", lang, path=to, added=result.added, same=result.same) + "\n")
        return 0

    guarded(action, lang, debug)
