"""What each setting and each group of authors is worth: the folds and the reports again, with one thing changed.

Usage: python benchmarks/trials.py [--only NAME]... [--jobs N]

A row of the table is one trial; ``as shipped`` is the first. Settings are those of :class:`wenti.training.Settings`;
``without X`` trains without the authors of group X, which only ever train. Each trial takes about a minute and is printed
as soon as it is done. Calibration and thresholds are fitted anew in each, on the other folds.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from wenti.cross_validation import count_statements
from wenti.leakage import Pairs, Signatures, near_duplicates
from wenti.modelling import Corpus, cross_validate
from wenti.resources import taxonomy_path
from wenti.taxonomy import Taxonomy, load_taxonomy
from wenti.training import Settings

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ("kind", "first_type", "micro_f1", "macro_f1", "category_macro_f1")


@dataclass(frozen=True, slots=True)
class Trial:
    """A change to try: other settings, or a group of authors that does not train."""

    name: str
    settings: dict[str, float | int | bool] = field(default_factory=dict)
    without: str = ""


def all_trials(corpus: Corpus) -> list[Trial]:
    """Return the trials, the shipped settings first."""
    groups = sorted({row.author[0] for row in corpus.authors if row.author not in corpus.folds})
    return [
        Trial("as shipped"),
        *(Trial(f"without {group}", without=group) for group in groups),
        Trial("C = 0.5", {"C": 0.5}),
        Trial("C = 2", {"C": 2.0}),
        Trial("n-grams from 2 statements on", {"min_ngrams": 2}),
        Trial("n-grams from 3 statements on", {"min_ngrams": 3}),
        Trial("n-grams from 4 statements on", {"min_ngrams": 4}),
        Trial("twice the least numbers", {"min_words": 4, "min_ngrams": 10}),
        Trial("four times the least numbers", {"min_words": 8, "min_ngrams": 20}),
        Trial("n-grams of up to 3 characters", {"max_ngram": 3}),
        Trial("n-grams of up to 5 characters", {"max_ngram": 5}),
        Trial("kinds balanced", {"balanced_kinds": True}),
        Trial("types not balanced", {"balanced_types": False}),
    ]


def row_of(trial: Trial, corpus: Corpus, taxonomy: Taxonomy, twins: Pairs, n_jobs: int) -> Iterator[str]:
    """Yield the cells of a trial: on the folds, then on the reports by the authors alone."""
    settings = replace(Settings(), **trial.settings)  # type: ignore[arg-type]
    table, targets = count_statements(corpus.all, taxonomy, settings)
    pool = np.array([i for i, row in enumerate(corpus.authors) if not trial.without or row.author[0] != trial.without])
    parts, *_ = cross_validate(corpus, table, targets, pool, settings, twins, n_jobs)
    for found in parts.values():
        for name in FIGURES:
            yield f"{found[name]['share'] if isinstance(found[name], dict) else found[name]:.3f}"
    for name in ("untyped_tagged", "facts_tagged"):
        yield f"{parts['folds'][name]['share']:.2f}"


def main() -> None:
    """Print the table, a row a trial."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", metavar="NAME", help="trials to run; all by default")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    taxonomy = load_taxonomy(taxonomy_path())
    corpus = Corpus.read(ROOT / "corpus", taxonomy)
    trials = all_trials(corpus)
    if unknown := sorted(set(options.only or ()) - {trial.name for trial in trials}):
        parser.error(f"no such trial: {', '.join(unknown)}; there are: {', '.join(trial.name for trial in trials)}")
    signatures = Signatures.of([row.text for row in corpus.all])
    twins = near_duplicates(signatures, signatures)
    names = [f"{part} {name}" for part in ("folds", "reports") for name in FIGURES]
    print("| change | " + " | ".join([*names, "untyped tagged", "facts tagged"]) + " |")
    print("|---|" + "--:|" * (len(names) + 2), flush=True)
    for trial in trials:
        if not options.only or trial.name in options.only:
            cells = row_of(trial, corpus, taxonomy, twins, options.jobs)
            print("| " + " | ".join([trial.name, *cells]) + " |", flush=True)


if __name__ == "__main__":
    main()
