"""The evaluation of a corpus by models that have not seen what they are tested on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import wenti
from wenti.corpus import check_folds, corpus_hash
from wenti.cross_validation import (
    Calibrated,
    count_statements,
    figures_across_folds,
    figures_held_out,
    learning_curve,
    out_of_fold_scores,
)
from wenti.leakage import Signatures, near_duplicates
from wenti.modelling import Corpus, label_names
from wenti.taxonomy import Taxonomy
from wenti.training import Settings


def evaluate_corpus(
    corpus: Corpus,
    taxonomy: Taxonomy,
    settings: Settings | None = None,
    n_jobs: int = 2,
    progress: Callable[[str], None] = lambda step: None,
) -> dict[str, Any]:
    """Evaluate by models that have not seen what they are tested on.

    Parameters
    ----------
    corpus : Corpus
    taxonomy : Taxonomy
        Whose types the labels are.
    settings : Settings, optional
    n_jobs : int, default=2
        Processes.
    progress : callable
        Told the message key of each step.

    Returns
    -------
    dict
        As ``docs/schemas/evaluation.schema.json`` says. ``parts`` holds ``folds`` (authors, each fold by a model of the
        others) and, if there are any, ``reports`` (published reports, each by a model of the authors and the other
        reports, calibrated on the authors' folds); training twins of a test statement are dropped and counted.

    Raises
    ------
    CorpusError
        If there are fewer than two folds.
    """
    check_folds(corpus.folds.values())
    chosen = settings if settings is not None else Settings()
    everything = corpus.all
    rows = np.arange(len(everything))
    authors = rows[: len(corpus.authors)]

    progress("step_cut")
    table, targets = count_statements(everything, taxonomy, chosen)
    progress("step_twins")
    signatures = Signatures.of([row.text for row in everything])
    twins = near_duplicates(signatures, signatures)

    progress("step_folds")
    folds = corpus.fold_names
    held_out = out_of_fold_scores(table, targets, folds, authors, chosen, n_jobs, twins)
    parts = {"folds": figures_across_folds(held_out, targets, folds)}

    if corpus.reports:
        progress("step_reports")
        reports = np.array([""] * len(corpus.authors) + [row.report or row.author for row in corpus.reports])
        tested = np.flatnonzero(folds != "")
        calibrated = Calibrated.fit(held_out.scores[tested], targets.rows(tested))
        by_others = out_of_fold_scores(table, targets, reports, rows, chosen, n_jobs, twins)
        parts["reports"] = figures_held_out(by_others, calibrated, targets, reports)

    curve = []
    for point in learning_curve(held_out, table, targets, folds, authors, chosen, n_jobs, twins):
        progress("step_curve")
        curve.append(point)
    return {
        "wenti": wenti.__version__,
        "taxonomy": {"version": taxonomy.version, "sha256": taxonomy.sha256},
        "labels": label_names(taxonomy),
        "threshold": "medium",
        "corpus": {"sha256": corpus_hash(everything), "statements": len(everything)},
        "parts": parts,
        "learning_curve": curve,
    }
