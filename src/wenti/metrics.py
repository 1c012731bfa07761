"""Figures of merit as plain numbers: shares, precision, recall and F1 of labels, calibration error; with intervals.

A share is a dict of ``share``, ``lower``, ``upper`` and ``support``; an F1 a number with its interval beside it, as
``f1`` and ``f1_interval``. A figure without support is 0 with the interval 0 to 1, as ``zero_division=0`` in scikit-learn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from wenti.intervals import Resamples, percentile_interval

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

N_BINS = 10
_DIGITS = 4


def share_figure(right: Flags, counted: Flags, resamples: Resamples) -> dict[str, float | int]:
    """Return the share of right texts among those that count.

    Parameters
    ----------
    right, counted : ndarray of bool, shape (n_texts,)
    resamples : Resamples
        Of all texts.
    """
    return ratio_figure(right & counted, counted, resamples)


def ratio_figure(hits: NDArray[Any], sizes: NDArray[Any], resamples: Resamples) -> dict[str, float | int]:
    """Return the sum of hits by the sum of sizes, both numbers of each text, shape (n_texts,)."""
    clusters = resamples.by_cluster(np.stack([hits, sizes], axis=1))
    of_hits, of_sizes = resamples.sums(clusters).T
    estimate = _known(_ratio(hits.sum(dtype=float), sizes.sum(dtype=float)))
    lower, upper = percentile_interval(estimate, _ratio(of_hits, of_sizes), int((clusters[:, 1] > 0).sum()))
    return {
        "share": round(estimate, _DIGITS),
        "lower": round(lower, _DIGITS),
        "upper": round(upper, _DIGITS),
        "support": int(sizes.sum()),
    }


def _ratio(above: Any, below: Any) -> Any:
    """Return a ratio, NaN where it is not defined."""
    above, below = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    return np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)


def _known(estimate: Any) -> float:
    return float(np.nan_to_num(estimate))


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """Hits, tagged and gold counts of labels, over all texts and in each resample.

    Attributes
    ----------
    total : ndarray of float64, shape (3, n_labels)
    resampled : ndarray of float64, shape (n_resamples, 3, n_labels)
    clusters : ndarray of int64, shape (n_labels,)
        In how many clusters a label is tagged or gold.
    n_clusters : int
        In how many clusters any label is.
    """

    total: Floats
    resampled: Floats
    clusters: NDArray[np.int64]
    n_clusters: int

    @classmethod
    def of(cls, tags: Flags, gold: Flags, resamples: Resamples) -> Self:
        """Count tags against gold labels, both of shape (n_texts, n_labels)."""
        clusters = resamples.by_cluster(np.stack([tags & gold, tags, gold], axis=1))
        bearing = clusters[:, 1:].sum(axis=1) > 0
        return cls(clusters.sum(axis=0), resamples.sums(clusters), bearing.sum(axis=0), int(bearing.any(axis=1).sum()))

    def by_label(self, labels: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return support, tagged, precision, recall and F1 of each label."""
        figures = {name: (of(self.total), of(self.resampled)) for name, of in _FIGURES.items()}
        result: dict[str, dict[str, Any]] = {}
        for index, label in enumerate(labels):
            entry: dict[str, Any] = {"support": int(self.total[2, index]), "tagged": int(self.total[1, index])}
            for name, (estimate, resampled) in figures.items():
                entry |= _figure(name, estimate[index], resampled[:, index], int(self.clusters[index]))
            result[label] = entry
        return result

    def averages(self, prefix: str = "") -> dict[str, Any]:
        """Return micro-F1 and macro-F1 with intervals; the macro mean is over the labels that are gold somewhere."""
        micro = (_micro(self.total), _micro(self.resampled))
        macro = (_macro(self.total), _macro(self.resampled))
        return _figure(f"{prefix}micro_f1", *micro, self.n_clusters) | _figure(
            f"{prefix}macro_f1", *macro, self.n_clusters
        )

    def micro_f1(self, name: str) -> dict[str, Any]:
        """Return the micro-F1 alone, with its interval."""
        return _figure(name, _micro(self.total), _micro(self.resampled), self.n_clusters)


def _figure(name: str, estimate: Any, resampled: Floats, clusters: int) -> dict[str, Any]:
    value = _known(estimate)
    interval = percentile_interval(value, resampled, clusters)
    return {name: round(value, _DIGITS), f"{name}_interval": [round(bound, _DIGITS) for bound in interval]}


def _precision(counts: Floats) -> Any:
    return _ratio(counts[..., 0, :], counts[..., 1, :])


def _recall(counts: Floats) -> Any:
    return _ratio(counts[..., 0, :], counts[..., 2, :])


def _f1(counts: Floats) -> Any:
    return _ratio(2 * counts[..., 0, :], counts[..., 1, :] + counts[..., 2, :])


_FIGURES = {"precision": _precision, "recall": _recall, "f1": _f1}


def _micro(counts: Floats) -> Any:
    hits, tagged, gold = np.moveaxis(counts.sum(axis=-1), -1, 0)
    return _ratio(2 * hits, tagged + gold)


def _macro(counts: Floats) -> Any:
    gold = counts[..., 2, :] > 0
    return _ratio(np.where(gold, _f1(counts), 0).sum(axis=-1), gold.sum(axis=-1))


def calibration_error(probabilities: Floats, right: Flags, n_bins: int = N_BINS) -> dict[str, Any]:
    """Return the expected calibration error with its bins.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (n_texts,)
        Stated probability of an answer.
    right : ndarray of bool, shape (n_texts,)
        Whether the answer is right.
    n_bins : int, default=10
        Bins of equal mass, as far as the number of texts goes.

    Returns
    -------
    dict
        ``error``: mean distance between stated probability and share of right answers, weighted by the bins' sizes;
        ``support``; ``bins``: ``probability``, ``share`` and ``n`` of each bin that is not empty.

    Notes
    -----
    Naeini, Cooper and Hauskrecht (2015), "Obtaining well calibrated probabilities using Bayesian binning", AAAI 29; with
    bins of equal mass as in Nguyen and O'Connor (2015), EMNLP, 1587-1598.
    """
    order = np.lexsort((right, probabilities))  # by both, so that the order of the texts changes nothing
    bins = []
    error = 0.0
    for rows in np.array_split(order, n_bins):
        if len(rows):
            stated, share = float(probabilities[rows].mean()), float(right[rows].mean())
            error += abs(stated - share) * len(rows) / len(order)
            bins.append({"probability": round(stated, _DIGITS), "share": round(share, _DIGITS), "n": len(rows)})
    return {"error": round(error, _DIGITS), "support": len(order), "bins": bins}
