"""From decision scores to probabilities and thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from wenti.parameters import NO_RIVAL

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BETAS = {"wide": 2.0, "medium": 1.0, "strict": 0.5}
"""Which F-beta the threshold of a type maximises: wide favours recall, strict precision."""

KIND_THRESHOLDS = {"wide": 0.4, "medium": 0.5, "strict": 0.7}
"""Least probability of a kind; with four kinds every answer has at least 0.25."""

_ABSENT = -20.0  # log-odds of a kind that no held-out text has
_GRID = np.round(np.arange(0.05, 0.951, 0.01), 2)
_SMOOTHING = 5


@dataclass(frozen=True, slots=True)
class Calibration:
    """A sigmoid a type over its score and its rivals', and a multinomial logistic model of the kinds.

    probability of type j = 1 / (1 + exp(-(slope · s + rivalry · min(s - r, 0) + first · [s > r] + intercept))), s the
    type's score and r the best score of another type: a type that another one beats is less likely than its own score
    says, and one that beats all is likelier, since what is a problem mostly has a type. Kinds: softmax of
    kind_weights · (kind scores, best and second-best type score) + kind_bias.

    Attributes
    ----------
    slope, rivalry, first, intercept : ndarray of float64, shape (n_types,)
    kind_weights : ndarray of float64, shape (n_kinds, n_kinds + 2)
    kind_bias : ndarray of float64, shape (n_kinds,)
    """

    slope: Floats
    rivalry: Floats
    first: Floats
    intercept: Floats
    kind_weights: Floats
    kind_bias: Floats

    @classmethod
    def fit(cls, scores: Floats, targets: Flags, n_kinds: int) -> Self:
        """Fit on held-out scores.

        Parameters
        ----------
        scores : ndarray of float64, shape (n_texts, n_labels)
            Decision scores of models that did not train on these texts, kinds first.
        targets : ndarray of bool, shape (n_texts, n_labels)
        n_kinds : int

        Notes
        -----
        Platt (1999), "Probabilistic outputs for support vector machines", with a weak ridge in place of his smoothed
        targets. A type with no example or nothing but examples keeps slope 1 and else 0.
        """
        n_types = scores.shape[1] - n_kinds
        sigmoids = np.tile([1.0, 0.0, 0.0, 0.0], (n_types, 1))
        features = _type_features(scores[:, n_kinds:])
        for label in range(n_types):
            wanted = targets[:, n_kinds + label]
            if 0 < wanted.sum() < len(wanted):
                fitted = LogisticRegression(C=10.0).fit(features[:, label], wanted)
                sigmoids[label] = [*fitted.coef_[0], fitted.intercept_[0]]
        weights, bias = _fit_kinds(_kind_features(scores, n_kinds), targets[:, :n_kinds].argmax(axis=1), n_kinds)
        slope, rivalry, first, intercept = sigmoids.T
        return cls(slope, rivalry, first, intercept, weights, bias)

    @classmethod
    def from_manifest(cls, entry: dict[str, Any]) -> Self:
        """Return what :meth:`manifest` wrote down."""
        return cls(**{name: np.array(values, dtype=np.float64) for name, values in entry.items()})

    def manifest(self) -> dict[str, Any]:
        """Return the numbers as they stand in ``model.json``."""
        return {name: getattr(self, name).tolist() for name in self.__slots__}

    def probabilities(self, scores: Floats) -> Floats:
        """Return probabilities in the shape of the scores; those of the kinds add up to one."""
        n_kinds = len(self.kind_bias)
        parts = np.stack([self.slope, self.rivalry, self.first], axis=1)
        logits = (_type_features(scores[:, n_kinds:]) * parts).sum(axis=2) + self.intercept
        types = 1 / (1 + np.exp(-np.clip(logits, -700, 700)))
        logits = _kind_features(scores, n_kinds) @ self.kind_weights.T + self.kind_bias
        kinds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.hstack([kinds / kinds.sum(axis=1, keepdims=True), types])


def _best_two(types: Floats) -> Floats:
    """Return each text's best and second-best type score, shape (n_texts, 2)."""
    if types.shape[1] == 1:
        return np.hstack([types, np.full_like(types, NO_RIVAL)])
    two: Floats = -np.partition(-types, 1, axis=1)[:, :2]
    return two


def _type_features(types: Floats) -> Floats:
    """Return score, shortfall behind the best other type, and whether it beats all; shape (n_texts, n_types, 3)."""
    best, second = np.split(_best_two(types), 2, axis=1)
    ahead = types - np.where(types == best, second, best)
    return np.stack([types, np.minimum(ahead, 0), (ahead > 0).astype(np.float64)], axis=2)


def _kind_features(scores: Floats, n_kinds: int) -> Floats:
    return np.hstack([scores[:, :n_kinds], _best_two(scores[:, n_kinds:])])


def _fit_kinds(features: Floats, kinds: NDArray[np.int64], n_kinds: int) -> tuple[Floats, Floats]:
    """Return weights and biases; kinds that no text has are all but impossible."""
    weights, bias = np.zeros((n_kinds, features.shape[1])), np.full(n_kinds, _ABSENT)
    present = np.unique(kinds)
    bias[present] = 0.0
    if len(present) > 1:
        fitted = LogisticRegression(C=10.0, max_iter=2000).fit(features, kinds)
        coef, intercept = fitted.coef_, fitted.intercept_
        if len(present) == 2:  # scikit-learn gives the log-odds of the second then
            coef, intercept = np.vstack([-coef, coef]) / 2, np.concatenate([-intercept, intercept]) / 2
        weights[present], bias[present] = coef, intercept
    return weights, bias


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
