"""Held-out figures: grouped folds without twins, each calibrated on the others; learning curve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from wenti.calibration import BETAS, KIND_THRESHOLDS, Calibration, type_thresholds
from wenti.corpus import LabelledStatement
from wenti.evaluation import Decisions, Targets, abstention, figures
from wenti.leakage import Pairs, without_twins
from wenti.taxonomy import Taxonomy
from wenti.training import Proposer, Settings, SpanTable, fit_heads

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Names = NDArray[np.str_]

SHARES = (0.1, 0.25, 0.5, 1.0)
"""How much of the training statements the points of the learning curve use."""


def count_statements(
    statements: Sequence[LabelledStatement], taxonomy: Taxonomy, settings: Settings
) -> tuple[SpanTable, Targets]:
    """Return the spans of labelled statements, counted once for all folds, and their gold labels."""
    texts = [row.text for row in statements]
    table = SpanTable.build(texts, settings.min_ngrams, settings.min_words, settings.max_ngram, Proposer())
    return table, Targets.of(statements, [k.id for k in taxonomy.kinds], [t.id for t in taxonomy.types()])


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What held-out scores teach: probabilities, and the thresholds of the types by name."""

    calibration: Calibration
    thresholds: dict[str, Floats]
    kinds: list[str]

    @classmethod
    def fit(cls, scores: Floats, targets: Targets) -> Self:
        """Calibrate on scores of models that did not train on these texts."""
        calibration = Calibration.fit(scores, targets.flags, targets.n_kinds)
        probabilities = calibration.probabilities(scores)[:, targets.n_kinds :]
        thresholds = {name: type_thresholds(probabilities, targets.gold_types, beta) for name, beta in BETAS.items()}
        return cls(calibration, thresholds, targets.kinds)

    def probabilities(self, scores: Floats) -> Floats:
        """Return probabilities, kinds first and adding up to one, in the shape of the scores."""
        return self.calibration.probabilities(scores)

    def decide(self, probabilities: Floats) -> dict[str, Decisions]:
        """Return the decisions at each threshold, as a classifier takes them."""
        n_kinds = len(self.kinds)
        kinds = probabilities[:, :n_kinds].argmax(axis=1)
        weakness, fact = self.kinds.index("weakness"), self.kinds.index("fact")
        decided = {}
        for name, least in self.thresholds.items():
            tags = (probabilities[:, n_kinds:] >= least) & (kinds != fact)[:, None]
            uncertain = probabilities[:, :n_kinds].max(axis=1) < KIND_THRESHOLDS[name]
            decided[name] = Decisions(tags, uncertain | ((kinds == weakness) & ~tags.any(axis=1)))
        return decided


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Scores of texts by models that saw no text of their fold.

    Attributes
    ----------
    scores : ndarray of float64, shape (n_texts, n_labels)
        NaN for texts that are not tested.
    trained : dict of str to int
        For each fold the number of statements that its model was trained on.
    dropped : dict of str to int
        For each fold the number of training statements left out as twins of a test statement.
    """

    scores: Floats
    trained: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)


def out_of_fold_scores(
    table: SpanTable,
    targets: Targets,
    folds: Names,
    pool: Ints,
    settings: Settings,
    n_jobs: int = 1,
    twins: Pairs | None = None,
) -> HeldOut:
    """Return the scores of each text by a model that saw no text of its fold, nor a twin of one.

    Parameters
    ----------
    table : SpanTable
        Counted corpus.
    targets : Targets
        Its gold labels.
    folds : ndarray of str, shape (n_texts,)
        Name of each text's fold; texts with an empty name are never tested.
    pool : ndarray of int64
        The texts that may train.
    settings : Settings
    n_jobs : int
    twins : Pairs, optional
        Near duplicates of the corpus with itself; training statements that are one of a test statement are dropped.
    """
    held_out = HeldOut(np.full(targets.flags.shape, np.nan))
    for fold in sorted(set(folds.tolist()) - {""}):
        test, train = np.flatnonzero(folds == fold), pool[folds[pool] != fold]
        kept = without_twins(train, test, twins) if twins is not None else train
        heads = fit_heads(table, kept, targets.flags, targets.n_kinds, settings, n_jobs)
        held_out.scores[test] = heads.scores(table.counts[test])
        held_out.trained[fold], held_out.dropped[fold] = len(kept), len(train) - len(kept)
    return held_out


def figures_across_folds(held_out: HeldOut, targets: Targets, folds: Names) -> dict[str, Any]:
    """Return pooled figures; each fold is calibrated and thresholded on the scores of the others."""
    return figures_of_decided(*decided_across_folds(held_out, targets, folds), held_out, targets, folds)


def figures_of_decided(
    probabilities: Floats, decided: Mapping[str, Decisions], held_out: HeldOut, targets: Targets, folds: Names
) -> dict[str, Any]:
    """Return pooled figures of what :func:`decided_across_folds` returned."""
    rows = np.flatnonzero(folds != "")
    at = {name: Decisions(decisions.tags[rows], decisions.review[rows]) for name, decisions in decided.items()}
    return _all_figures(probabilities[rows], at, targets.rows(rows), folds[rows]) | _of_training(held_out)


def decided_across_folds(held_out: HeldOut, targets: Targets, folds: Names) -> tuple[Floats, dict[str, Decisions]]:
    """Return probabilities (NaN where nothing is tested) and decisions at each threshold of texts by the other folds."""
    scores = held_out.scores
    probabilities = np.full(scores.shape, np.nan)
    decided = {name: Decisions(np.zeros_like(targets.equally), np.zeros(len(targets), dtype=bool)) for name in BETAS}
    for fold in sorted(set(folds.tolist()) - {""}):
        others, own = np.flatnonzero((folds != "") & (folds != fold)), folds == fold
        calibrated = Calibrated.fit(scores[others], targets.rows(others))
        probabilities[own] = calibrated.probabilities(scores[own])
        for name, decisions in calibrated.decide(probabilities[own]).items():
            decided[name].tags[own], decided[name].review[own] = decisions.tags, decisions.review
    return probabilities, decided


def figures_held_out(held_out: HeldOut, calibrated: Calibrated, targets: Targets, folds: Names) -> dict[str, Any]:
    """Return pooled figures of texts that the calibration has not seen either."""
    rows = np.flatnonzero(folds != "")
    probabilities = calibrated.probabilities(held_out.scores[rows])
    decided = calibrated.decide(probabilities)
    return _all_figures(probabilities, decided, targets.rows(rows), folds[rows]) | _of_training(held_out)


def _of_training(held_out: HeldOut) -> dict[str, Any]:
    return {"trained": held_out.trained, "twins_dropped": held_out.dropped}


def _all_figures(
    probabilities: Floats, decided: Mapping[str, Decisions], targets: Targets, folds: Names
) -> dict[str, Any]:
    found = figures(probabilities, decided["medium"].tags, targets, folds=folds)
    return found | {"thresholds": abstention(probabilities, decided, targets)}


def training_sample(targets: Targets, pool: Ints, share: float, random_state: int = 0) -> Ints:
    """Return a random share of the statements that may train, stratified by kind and main type.

    With one seed a smaller share is part of a larger one.

    Parameters
    ----------
    targets : Targets
    pool : ndarray of int64
    share : float
        More than 0, at most 1. Each stratum keeps at least one statement.
    random_state : int, default=0

    Returns
    -------
    ndarray of int64
        Sorted rows.
    """
    shuffled = np.random.default_rng(random_state).permutation(pool)
    strata = (
        targets.flags[shuffled, : targets.n_kinds].argmax(axis=1) * (len(targets.types) + 1) + targets.main[shuffled]
    )
    kept = [shuffled[strata == s][: max(1, round(share * (strata == s).sum()))] for s in np.unique(strata)]
    return np.sort(np.concatenate(kept))


def learning_curve(
    whole: HeldOut,
    table: SpanTable,
    targets: Targets,
    folds: Names,
    pool: Ints,
    settings: Settings,
    n_jobs: int = 1,
    twins: Pairs | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield figures on the same folds by models trained on growing shares of the statements.

    The shares are drawn at random, stratified by kind and main type, with a fixed seed; each holds the smaller ones.

    Parameters
    ----------
    whole : HeldOut
        Scores by models of all statements: the last point.
    table, targets, folds, pool, settings, n_jobs, twins
        As in :func:`out_of_fold_scores`.

    Yields
    ------
    dict
        ``share``, ``statements`` (trained on, mean over the folds), and ``kind``, ``first_type``, ``main_type``,
        ``micro_f1``, ``micro_f1_interval`` as in :func:`wenti.evaluation.figures`.
    """
    for share in SHARES:
        held_out = whole
        if share < 1:
            sample = training_sample(targets, pool, share)
            held_out = out_of_fold_scores(table, targets, folds, sample, settings, n_jobs, twins)
        found = figures_across_folds(held_out, targets, folds)
        kept = {key: found[key] for key in ("kind", "first_type", "main_type", "micro_f1", "micro_f1_interval")}
        mean = round(sum(held_out.trained.values()) / len(held_out.trained))
        yield {"share": share, "statements": mean, **kept}
