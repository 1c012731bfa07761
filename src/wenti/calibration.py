"""From decision scores to probabilities and thresholds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BETAS = {"wide": 2.0, "medium": 1.0, "strict": 0.5}
"""Which F-beta the threshold of a type maximises: wide favours recall, strict precision."""

KIND_THRESHOLDS = {"wide": 0.4, "medium": 0.5, "strict": 0.7}
"""Least probability of a kind; with four kinds every answer has at least 0.25."""

_GRID = np.round(np.arange(0.05, 0.951, 0.01), 2)
_SMOOTHING = 5


@dataclass(frozen=True, slots=True)
class Calibration:
    """One sigmoid a label: probability = 1 / (1 + exp(-(slope · score + intercept))).

    Attributes
    ----------
    slope, intercept : ndarray of float64, shape (n_labels,)
    """

    slope: Floats
    intercept: Floats

    @classmethod
    def fit(cls, scores: Floats, targets: Flags) -> Calibration:
        """Fit each label's sigmoid on held-out scores.

        Parameters
        ----------
        scores : ndarray of float64, shape (n_texts, n_labels)
            Decision scores of models that did not train on these texts.
        targets : ndarray of bool, shape (n_texts, n_labels)

        Notes
        -----
        Platt (1999), "Probabilistic outputs for support vector machines", with a weak ridge in place of his smoothed
        targets. A label with no example or nothing but examples keeps slope 1 and intercept 0.
        """
        slope, intercept = np.ones(scores.shape[1]), np.zeros(scores.shape[1])
        for label in range(scores.shape[1]):
            if 0 < targets[:, label].sum() < len(targets):
                sigmoid = LogisticRegression(C=100.0).fit(scores[:, [label]], targets[:, label])
                slope[label], intercept[label] = sigmoid.coef_[0, 0], sigmoid.intercept_[0]
        return cls(slope, intercept)

    def probabilities(self, scores: Floats) -> Floats:
        """Return probabilities, in the shape of the scores."""
        result: Floats = 1 / (1 + np.exp(-np.clip(self.slope * scores + self.intercept, -700, 700)))
        return result


def type_thresholds(probabilities: Floats, targets: Flags, beta: float) -> Floats:
    """Return for each type the probability from which tagging maximises F-beta on held-out texts.

    The curve is smoothed over five hundredths, since with a few dozen examples its top is a matter of chance.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (n_texts, n_types)
    targets : ndarray of bool, shape (n_texts, n_types)
    beta : float
        Weight of recall against precision.

    Returns
    -------
    ndarray of float64, shape (n_types,)
    """
    result = np.full(probabilities.shape[1], 0.5)
    kernel = np.ones(_SMOOTHING) / _SMOOTHING
    for label in range(probabilities.shape[1]):
        positives = int(targets[:, label].sum())
        if not positives:
            continue
        tagged = probabilities[:, [label]] >= _GRID[None, :]
        hits = (tagged & targets[:, [label]]).sum(axis=0)
        f_beta = (1 + beta**2) * hits / (tagged.sum(axis=0) + beta**2 * positives)
        padded = np.pad(f_beta, _SMOOTHING // 2, mode="edge")
        result[label] = _GRID[int(np.convolve(padded, kernel, mode="valid").argmax())]
    return result


def kind_probabilities(probabilities: Floats, n_kinds: int) -> Floats:
    """Return the kinds' probabilities scaled to add up to one, shape (n_texts, n_kinds)."""
    kinds = probabilities[:, :n_kinds]
    result: Floats = kinds / kinds.sum(axis=1, keepdims=True)
    return result
