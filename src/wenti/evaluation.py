"""Figures that can be trusted: grouped folds, supports, intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wenti.calibration import BETAS, Calibration, kind_probabilities, type_thresholds
from wenti.corpus import LabelledStatement
from wenti.training import Heads, Settings, SpanTable, fit_heads

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Targets:
    """Gold labels as arrays.

    Attributes
    ----------
    kinds : list of str
        Ids, in the order of the first columns.
    types : list of str
        Ids, in the order of the columns after them.
    flags : ndarray of bool, shape (n_texts, n_kinds + n_types)
    main : ndarray of int64, shape (n_texts,)
        Index of the main type, -1 where there is none.
    groups : ndarray of str, shape (n_texts,)
        Report or author of each text: the clusters of intervals.
    """

    kinds: list[str]
    types: list[str]
    flags: Flags
    main: NDArray[np.int64]
    groups: NDArray[np.str_]

    @classmethod
    def of(cls, statements: Sequence[LabelledStatement], kinds: list[str], types: list[str]) -> Targets:
        """Lay out the labels of statements."""
        column = {label: index for index, label in enumerate([*kinds, *types])}
        flags = np.zeros((len(statements), len(column)), dtype=bool)
        main = np.full(len(statements), -1, dtype=np.int64)
        for row, statement in enumerate(statements):
            for label in (statement.kind, *statement.types):
                flags[row, column[label]] = True
            if statement.types:
                main[row] = column[statement.types[0]] - len(kinds)
        groups = np.array([statement.report or statement.author for statement in statements])
        return cls(kinds, types, flags, main, groups)

    def rows(self, index: NDArray[np.int64]) -> Targets:
        """Return the targets of some texts."""
        return Targets(self.kinds, self.types, self.flags[index], self.main[index], self.groups[index])

    @property
    def n_kinds(self) -> int:
        """How many of the columns are kinds."""
        return len(self.kinds)


def out_of_fold_scores(
    table: SpanTable,
    targets: Targets,
    folds: NDArray[np.str_],
    pool: NDArray[np.int64],
    settings: Settings,
    n_jobs: int = 1,
) -> Floats:
    """Return the scores of each text by a model that saw no text of its fold.

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

    Returns
    -------
    ndarray of float64, shape (n_texts, n_labels)
        NaN for texts that are not tested.
    """
    scores = np.full(targets.flags.shape, np.nan)
    for fold in sorted(set(folds) - {""}):
        train, test = pool[folds[pool] != fold], np.flatnonzero(folds == fold)
        heads = fit_heads(table, train, targets.flags, targets.n_kinds, settings, n_jobs)
        scores[test] = heads.scores(table.counts[test])
    return scores


def figures_across_folds(scores: Floats, targets: Targets, folds: NDArray[np.str_]) -> dict[str, Any]:
    """Return pooled figures; each fold is calibrated and thresholded on the scores of the others."""
    probabilities = np.full(scores.shape, np.nan)
    tags = np.zeros((len(scores), len(targets.types)), dtype=bool)
    tested = folds != ""
    for fold in sorted(set(folds) - {""}):
        others, own = tested & (folds != fold), folds == fold
        calibration = Calibration.fit(scores[others], targets.flags[others])
        probabilities[own] = calibration.probabilities(scores[own])
        reference = calibration.probabilities(scores[others])[:, targets.n_kinds :]
        thresholds = type_thresholds(reference, targets.flags[others, targets.n_kinds :], BETAS["medium"])
        tags[own] = probabilities[own, targets.n_kinds :] >= thresholds
    return figures(probabilities[tested], tags[tested], targets.rows(np.flatnonzero(tested)))


def figures(probabilities: Floats, tags: Flags, targets: Targets) -> dict[str, Any]:
    """Return accuracy of kinds and types with supports and 95 % intervals.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (n_texts, n_labels)
        Calibrated, kinds first.
    tags : ndarray of bool, shape (n_texts, n_types)
        Types that reach their threshold.
    targets : Targets

    Returns
    -------
    dict
        ``kind``: share of right kinds. Over weaknesses that have a type: ``first_type``, the likeliest type is one of
        the gold ones; ``main_type``, it is the first of them; ``first_category``, its category is one of theirs;
        ``micro_f1`` and ``macro_f1`` of the tags; ``support`` of each type. ``weakness_f1``: micro-F1 over all
        statements of what a weakness report counts, types of weaknesses, where a wrong kind makes its types wrong too.
        ``untyped_tagged``: weaknesses outside the taxonomy that got a type; ``facts_tagged``: facts that did.
    """
    n_kinds = targets.n_kinds
    gold_types = targets.flags[:, n_kinds:]
    kinds = kind_probabilities(probabilities, n_kinds).argmax(axis=1)
    weakness, fact = (targets.kinds.index(kind) for kind in ("weakness", "fact"))
    tags = tags & (kinds != fact)[:, None]  # as in prediction: a fact gets no type
    right_kind = targets.flags[np.arange(len(kinds)), kinds]
    is_weakness, typed = targets.flags[:, weakness], gold_types.any(axis=1)
    first = probabilities[:, n_kinds:].argmax(axis=1)
    category = np.array([label.split(".")[0] for label in targets.types])
    right_category = np.array(
        [category[guess] in set(category[gold]) for guess, gold in zip(first, gold_types, strict=True)], dtype=bool
    )
    right_type = gold_types[np.arange(len(first)), first]
    counted = is_weakness & typed
    per_type = _f1_by_type(tags[counted], gold_types[counted])
    f1 = 2 * per_type[:, 0] / np.maximum(per_type[:, 1] + per_type[:, 2], 1)
    supported = per_type[:, 2] > 0
    in_report = _f1_by_type(tags & (kinds == weakness)[:, None], gold_types & is_weakness[:, None])
    groups = targets.groups

    def share(flags: Any, where: Any) -> dict[str, float | int]:
        return _share(flags[where], groups[where])

    everything = np.ones(len(kinds), dtype=bool)
    return {
        "kind": share(right_kind, everything),
        "first_type": share(right_type, counted),
        "main_type": share(first == targets.main, counted),
        "first_category": share(right_category, counted),
        "untyped_tagged": share(tags.any(axis=1), is_weakness & ~typed),
        "facts_tagged": share(tags.any(axis=1), targets.flags[:, fact] & ~typed),
        "micro_f1": _micro_f1(per_type),
        "macro_f1": round(float(f1[supported].mean()) if supported.any() else 0.0, 4),
        "weakness_f1": _micro_f1(in_report),
        "kinds": {kind: share(right_kind, targets.flags[:, index]) for index, kind in enumerate(targets.kinds)},
        "types": {
            label: {"support": int(per_type[index, 2]), "f1": round(float(f1[index]), 4)}
            for index, label in enumerate(targets.types)
        },
    }


def _f1_by_type(tags: Flags, gold: Flags) -> NDArray[np.int64]:
    """Return hits, tagged and gold counts, shape (n_types, 3)."""
    return np.stack([(tags & gold).sum(axis=0), tags.sum(axis=0), gold.sum(axis=0)], axis=1)


def _micro_f1(per_type: NDArray[np.int64]) -> float:
    hits, tagged, gold = per_type.sum(axis=0)
    return round(float(2 * hits / max(tagged + gold, 1)), 4)


def _share(flags: Any, groups: NDArray[np.str_]) -> dict[str, float | int]:
    """Return a share with its interval: statements of one author or report are alike, so whole clusters are resampled.

    With fewer than two clusters nothing can be resampled and the interval is 0 to 1.

    Notes
    -----
    Percentile bootstrap over clusters; Davison and Hinkley (1997), "Bootstrap methods and their application", 3.8.
    """
    if not len(flags):
        return {"share": 0.0, "lower": 0.0, "upper": 1.0, "support": 0}
    names, cluster = np.unique(groups, return_inverse=True)
    hits = np.bincount(cluster, weights=flags, minlength=len(names))
    sizes = np.bincount(cluster, minlength=len(names))
    lower, upper = 0.0, 1.0
    if len(names) > 1:
        drawn = np.random.default_rng(0).integers(0, len(names), size=(_RESAMPLES, len(names)))
        lower, upper = np.quantile(hits[drawn].sum(axis=1) / sizes[drawn].sum(axis=1), [0.025, 0.975])
    return {
        "share": round(float(np.mean(flags)), 4),
        "lower": round(float(lower), 4),
        "upper": round(float(upper), 4),
        "support": len(flags),
    }


def figures_of(
    heads: Heads, counts: Any, calibration: Calibration, thresholds: Floats, targets: Targets
) -> dict[str, Any]:
    """Return the figures of a fitted model on texts that it has not seen."""
    probabilities = calibration.probabilities(heads.scores(counts))
    return figures(probabilities, probabilities[:, targets.n_kinds :] >= thresholds, targets)


def table(evaluation: dict[str, Any]) -> str:
    """Return the figures of several test sets as an aligned Markdown table."""
    rows = [("", *evaluation)]
    for key in ("kind", "first_type", "main_type", "first_category", "untyped_tagged", "facts_tagged"):
        cells = [part[key] for part in evaluation.values()]
        rows.append((key, *(f"{c['share']:.3f} [{c['lower']:.3f}, {c['upper']:.3f}] n={c['support']}" for c in cells)))
    for key in ("micro_f1", "macro_f1", "weakness_f1"):
        rows.append((key, *(f"{part[key]:.3f}" for part in evaluation.values())))
    for kind in next(iter(evaluation.values()))["kinds"]:
        cells = [part["kinds"][kind] for part in evaluation.values()]
        rows.append((f"kind {kind}", *(f"{c['share']:.3f} n={c['support']}" for c in cells)))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return "\n".join(lines)
