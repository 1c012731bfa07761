"""Figures that can be trusted: grouped folds, supports, intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wenti.calibration import BETAS, Calibration, kind_probabilities, type_thresholds
from wenti.corpus import LabelledStatement
from wenti.intervals import wilson
from wenti.training import Heads, Settings, SpanTable, fit_heads

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


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
    """

    kinds: list[str]
    types: list[str]
    flags: Flags
    main: NDArray[np.int64]

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
        return cls(kinds, types, flags, main)

    def rows(self, index: NDArray[np.int64]) -> Targets:
        """Return the targets of some texts."""
        return Targets(self.kinds, self.types, self.flags[index], self.main[index])

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
    """Return accuracy of kinds and types with supports and 95 % Wilson intervals.

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
        ``micro_f1`` and ``macro_f1`` of the tags; ``support`` of each type. ``untyped_tagged``: weaknesses and facts
        that have no type and got one.
    """
    n_kinds = targets.n_kinds
    gold_types = targets.flags[:, n_kinds:]
    kinds = kind_probabilities(probabilities, n_kinds).argmax(axis=1)
    tags = tags & (kinds != targets.kinds.index("fact"))[:, None]  # as in prediction: a fact gets no type
    right_kind = targets.flags[np.arange(len(kinds)), kinds]
    weakness = targets.flags[:, targets.kinds.index("weakness")]
    typed = weakness & gold_types.any(axis=1)
    first = probabilities[:, n_kinds:].argmax(axis=1)
    category = np.array([label.split(".")[0] for label in targets.types])
    right_category = np.array(
        [category[guess] in set(category[gold]) for guess, gold in zip(first, gold_types, strict=True)], dtype=bool
    )
    right_type = gold_types[np.arange(len(first)), first]
    per_type = _f1_by_type(tags[typed], gold_types[typed])
    hits, tagged, gold = per_type.sum(axis=0)
    supported = per_type[:, 2] > 0
    f1 = 2 * per_type[:, 0] / np.maximum(per_type[:, 1] + per_type[:, 2], 1)
    untyped: Flags = (weakness | targets.flags[:, targets.kinds.index("fact")]) & ~gold_types.any(axis=1)
    return {
        "kind": _share(right_kind),
        "first_type": _share(right_type[typed]),
        "main_type": _share((first == targets.main)[typed]),
        "first_category": _share(right_category[typed]),
        "micro_f1": round(float(2 * hits / max(tagged + gold, 1)), 4),
        "macro_f1": round(float(f1[supported].mean()) if supported.any() else 0.0, 4),
        "untyped_tagged": _share(tags[untyped].any(axis=1)),
        "kinds": {kind: _share(right_kind[targets.flags[:, index]]) for index, kind in enumerate(targets.kinds)},
        "types": {
            label: {"support": int(per_type[index, 2]), "f1": round(float(f1[index]), 4)}
            for index, label in enumerate(targets.types)
        },
    }


def _f1_by_type(tags: Flags, gold: Flags) -> NDArray[np.int64]:
    """Return hits, tagged and gold counts, shape (n_types, 3)."""
    return np.stack([(tags & gold).sum(axis=0), tags.sum(axis=0), gold.sum(axis=0)], axis=1)


def _share(flags: Any) -> dict[str, float | int]:
    share = wilson(int(flags.sum()), len(flags))
    return {
        "share": round(share.share, 4),
        "lower": round(share.lower, 4),
        "upper": round(share.upper, 4),
        "support": share.total,
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
    for key in ("kind", "first_type", "main_type", "first_category", "untyped_tagged"):
        cells = [part[key] for part in evaluation.values()]
        rows.append((key, *(f"{c['share']:.3f} [{c['lower']:.3f}, {c['upper']:.3f}] n={c['support']}" for c in cells)))
    for key in ("micro_f1", "macro_f1"):
        rows.append((key, *(f"{part[key]:.3f}" for part in evaluation.values())))
    for kind in next(iter(evaluation.values()))["kinds"]:
        cells = [part["kinds"][kind] for part in evaluation.values()]
        rows.append((f"kind {kind}", *(f"{c['share']:.3f} n={c['support']}" for c in cells)))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return "\n".join(lines)
