"""Prevalence from probabilities: the share of units that show a type, without the bias of counting uncertain tags.

A classifier's errors do not cancel out: counting its tags underrates what is common and overrates what is rare. So the
share is estimated from how much likelier each unit's statements are if it shows the type than if it does not – the
maximum-likelihood estimate that the EM algorithm of Saerens, Latinne and Decaestecker (2002), Neural Computation 14:21-41,
converges to ("SLD" or "EMQ"), at the level of units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from wenti.intervals import score_bounds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PER_UNIT = (0.1, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
"""How many statements of a type a unit that shows it may have on average; the likeliest is taken."""

_LEAST = 1e-4  # probability; a surer no or yes would let one statement outweigh all others
_CERTAIN = 1e6  # likelihood ratio of what a person has judged
_MOST_OF_ALL = 0.9  # of a unit's statements
_HALVINGS = 50
_DROP = 3.841458820694124 / 2  # of the log-likelihood at the bounds of a 95 % interval: half the quantile of chi-square
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Quantifier:
    """What held-out statements teach about probabilities as evidence, for types or for categories.

    Attributes
    ----------
    slope, intercept : float
        Of the log-odds of a statement's probability, for its log-odds on held-out statements of units.
    prior : float
        Share of such statements that have the label, over all labels.
    spread : float
        Standard deviation, on the scale of log-odds, of estimates around the true shares of held-out authors: what
        neither more units nor more statements take away.
    """

    slope: float
    intercept: float
    prior: float
    spread: float

    @classmethod
    def from_manifest(cls, entry: Any) -> Self:
        """Return what :meth:`manifest` wrote down.

        Raises
        ------
        ValueError, TypeError, KeyError
            If it is none.
        """
        values = {name: float(entry[name]) for name in cls.__slots__}
        if not (np.isfinite(list(values.values())).all() and 0 < values["prior"] < 1 and values["spread"] >= 0):
            raise ValueError("quantifier")
        return cls(**values)

    def manifest(self) -> dict[str, float]:
        """Return the numbers as they stand in ``model.json``."""
        return {name: getattr(self, name) for name in self.__slots__}

    def ratios(self, probabilities: Floats) -> Floats:
        """Return how much likelier each statement is with a label than without, shape (n_statements, n_labels)."""
        logits = self.slope * log_odds(probabilities) + self.intercept
        ratios: Floats = np.exp(np.clip(logits - log_odds(np.array(self.prior)), -700, 700))
        return ratios


def log_odds(probabilities: Floats) -> Floats:
    """Return log-odds, within bounds."""
    bounded = np.clip(probabilities, _LEAST, 1 - _LEAST)
    result: Floats = np.log(bounded) - np.log1p(-bounded)
    return result


def judged(has_label: NDArray[np.bool_]) -> Floats:
    """Return the ratios of statements that a person has judged."""
    return np.where(has_label, _CERTAIN, 1 / _CERTAIN)


def unit_ratios(ratios: Floats, unit: Ints, n_units: int, per_unit: float) -> Floats:
    """Return how much likelier each unit's statements are if it shows a label than if it does not.

    Of a unit that shows it, each statement has the label with the same chance, and at least one does.

    Parameters
    ----------
    ratios : ndarray of float64, shape (n_statements, n_labels)
    unit : ndarray of int64, shape (n_statements,)
        Of each statement.
    n_units : int
    per_unit : float
        Statements with the label that a unit that shows it has on average.

    Returns
    -------
    ndarray of float64, shape (n_units, n_labels)
        0 for a unit without statements: it shows nothing.
    """
    sizes = np.bincount(unit, minlength=n_units)
    chance = np.minimum(_MOST_OF_ALL, per_unit / np.maximum(sizes, 1))
    each = chance[unit][:, None]
    logs = np.zeros((n_units, ratios.shape[1]))
    np.add.at(logs, unit, np.log1p(each * (ratios - 1)))
    none = np.where(sizes > 0, np.exp(sizes * np.log1p(-chance)), 0.0)[:, None]
    result: Floats = np.maximum(np.exp(np.minimum(logs, 700)) - none, 0) / (1 - none)
    result[sizes == 0] = 0
    return result


def likeliest_ratios(ratios: Floats, unit: Ints, n_units: int) -> Floats:
    """Return :func:`unit_ratios` for the number of statements per unit that makes all labels together likeliest."""
    found = [unit_ratios(ratios, unit, n_units, per_unit) for per_unit in PER_UNIT]
    return max(found, key=lambda each: float(_log_likelihood(each, shares(each)).sum()))


def shares(ratios: Floats) -> Floats:
    """Return the share of units that makes each label likeliest.

    Parameters
    ----------
    ratios : ndarray of float64, shape (n_units, n_labels)

    Returns
    -------
    ndarray of float64, shape (n_labels,)
    """

    def is_more(share: Floats) -> NDArray[np.bool_]:
        """Tell where the likelihood still grows with the share."""
        rise: NDArray[np.bool_] = ((ratios - 1) / (share * ratios + 1 - share)).sum(axis=0) > 0
        return rise

    # At 1 a unit without statements would divide by 0.
    return _halve(is_more, np.zeros(ratios.shape[1]), np.full(ratios.shape[1], 1 - 1e-9))


def intervals(ratios: Floats, estimates: Floats, spread: float) -> tuple[Floats, Floats]:
    """Return the 95 % interval of each share.

    Parameters
    ----------
    ratios : ndarray of float64, shape (n_units, n_labels)
    estimates : ndarray of float64, shape (n_labels,)
        What :func:`shares` returned.
    spread : float
        See :class:`Quantifier`.

    Returns
    -------
    lower, upper : ndarray of float64, shape (n_labels,)
        ``0 <= lower <= estimate <= upper <= 1``.

    Notes
    -----
    Where the log-likelihood has dropped by half the quantile of chi-square (Wilks 1938, Annals of Mathematical Statistics
    9:60-62), widened on the scale of log-odds by the spread between authors, as variances add up; never narrower than
    Wilson's interval of a share counted without error.
    """
    least = _log_likelihood(ratios, estimates) - _DROP

    def is_within(share: Floats) -> NDArray[np.bool_]:
        within: NDArray[np.bool_] = _log_likelihood(ratios, share) >= least
        return within

    ones = np.full_like(estimates, 1 - 1e-9)
    upper = _halve(is_within, estimates, ones)
    lower = _halve(lambda share: ~is_within(share), np.zeros_like(estimates), estimates)
    edge = 0.5 / max(len(ratios), 1)
    centre = log_odds_of(np.clip(estimates, edge, 1 - edge))
    wider = np.sqrt((log_odds_of(upper) - centre) ** 2 + (_Z * spread) ** 2)
    deeper = np.sqrt((centre - log_odds_of(lower)) ** 2 + (_Z * spread) ** 2)
    upper = np.where(upper > 1 - 1e-6, 1.0, _share_of(centre + wider))
    lower = np.where(lower < 1e-6, 0.0, _share_of(centre - deeper))
    # With few units, and next to 0 and 1, the likelihood's bounds are too near; no tag is surer than a count.
    least_lower, least_upper = score_bounds(estimates, max(len(ratios), 1))
    lower, upper = np.minimum(lower, np.maximum(least_lower, 0)), np.maximum(upper, np.minimum(least_upper, 1))
    return np.minimum(lower, estimates), np.maximum(upper, estimates)


def log_odds_of(share: Floats) -> Floats:
    """Return log-odds of shares, 0 and 1 as next to them."""
    bounded = np.clip(share, 1e-9, 1 - 1e-9)
    result: Floats = np.log(bounded) - np.log1p(-bounded)
    return result


def _share_of(log_odds: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-log_odds))
    return result


def _log_likelihood(ratios: Floats, share: Floats) -> Floats:
    result: Floats = np.log(np.maximum(share * ratios + 1 - share, 1e-300)).sum(axis=0)
    return result


def _halve(is_above: Any, lower: Floats, upper: Floats) -> Floats:
    """Return where a condition that holds below a point and fails above it changes."""
    for _ in range(_HALVINGS):
        middle = (lower + upper) / 2
        above = is_above(middle)
        lower, upper = np.where(above, middle, lower), np.where(above, upper, middle)
    return (lower + upper) / 2
