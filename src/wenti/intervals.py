"""Intervals: by formula for one share, by resampling of whole clusters for any figure."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wenti.records import Share

Floats = NDArray[np.float64]

_RESAMPLES = 2000


def wilson(count: int, total: int, level: float = 0.95) -> Share:
    """Return a share with its score interval.

    Parameters
    ----------
    count, total : int
        Successes and trials, ``0 <= count <= total``.
    level : float, default=0.95
        Confidence level, between 0 and 1, both excluded.

    Returns
    -------
    Share
        ``0 <= lower <= share <= upper <= 1``. With ``total`` 0 nothing is known: the share is 0 and the interval 0–1.

    Raises
    ------
    ValueError
        If the numbers are out of range.

    Notes
    -----
    Score interval of Wilson (1927), JASA 22:209-212.

    Examples
    --------
    >>> share = wilson(3, 12)
    >>> f"{share.share:.2f} [{share.lower:.2f}, {share.upper:.2f}]"
    '0.25 [0.09, 0.53]'
    """
    if not 0 <= count <= total:
        raise ValueError(f"{count} of {total} is no share")
    if not 0 < level < 1:
        raise ValueError(f"the level {level} is not between 0 and 1")
    if total == 0:
        return Share(0, 0, 0.0, 0.0, 1.0)
    share = count / total
    lower, upper = map(float, score_bounds(share, total, level))
    # At 0 and 1 the bound equals the share exactly; rounding must not put it on the wrong side.
    return Share(count, total, share, max(0.0, min(lower, share)), min(1.0, max(upper, share)))


def score_bounds(share: ArrayLike, total: int, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the bounds of the score interval of shares, as the formula has them: rounding may put them beyond 0 or 1.

    Parameters
    ----------
    share : float or ndarray of float64
        Of `total` trials, be the successes whole or estimated.
    total : int
        At least 1.
    level : float, default=0.95
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    found = np.asarray(share, dtype=np.float64)
    centre = (found + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * np.sqrt(found * (1 - found) / total + z * z / (4 * total * total))
    return centre - half, centre + half


@dataclass(frozen=True, slots=True)
class Resamples:
    """Clusters drawn with replacement, once for all figures of a test set.

    Statements of one author or report are alike, so whole clusters are drawn. Sums over a resample are a product of how
    often each cluster was drawn with the sums of each cluster, for all figures together.

    Attributes
    ----------
    cluster : ndarray of int64, shape (n_texts,)
        Index of each text's cluster.
    draws : ndarray of float32, shape (n_resamples, n_clusters)
        How often each cluster was drawn; rows add up to the number of clusters.

    Notes
    -----
    Percentile bootstrap over clusters; Davison and Hinkley (1997), "Bootstrap methods and their application", 3.8.
    """

    cluster: NDArray[np.int64]
    draws: NDArray[np.float32]

    @classmethod
    def of(cls, groups: NDArray[np.str_] | NDArray[np.int64], random_state: int = 0) -> Self:
        """Draw from the clusters that texts belong to; the order of the texts changes nothing."""
        names, cluster = np.unique(groups, return_inverse=True)
        generator = np.random.default_rng(random_state)
        draws = np.empty((_RESAMPLES, len(names)), dtype=np.float32)
        for drawn in draws:
            drawn[:] = np.bincount(generator.integers(0, max(len(names), 1), len(names)), minlength=len(names))
        return cls(cluster.astype(np.int64), draws)

    def by_cluster(self, values: ArrayLike) -> Floats:
        """Return the sums of each cluster, shape (n_clusters, …), of values of shape (n_texts, …)."""
        array = np.asarray(values, dtype=np.float64)
        if not len(array):
            return np.zeros((0, *array.shape[1:]))
        order = np.argsort(self.cluster, kind="stable")
        starts = np.searchsorted(self.cluster[order], np.arange(self.draws.shape[1]))  # no cluster is empty
        sums: Floats = np.add.reduceat(array[order], starts, axis=0)
        return sums

    def sums(self, by_cluster: Floats) -> Floats:
        """Return the sums of each resample, shape (n_resamples, …), of the sums of each cluster."""
        sums: Floats = np.tensordot(self.draws, by_cluster, axes=1)
        return sums


def percentile_interval(estimate: float, resampled: Floats, clusters: int, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of a figure between 0 and 1 from its values in resamples.

    Parameters
    ----------
    estimate : float
        The figure over all texts.
    resampled : ndarray of float64, shape (n_resamples,)
        The figure in each resample; NaN where it is not defined.
    clusters : int
        How many clusters bear on the figure; of fewer than two nothing is known, and the interval is 0 to 1.
    level : float, default=0.95
        Confidence level, between 0 and 1, both excluded.

    Returns
    -------
    lower, upper : float
        ``0 <= lower <= estimate <= upper <= 1``: where the resamples lie to one side, the interval is stretched. Of none
        or all, every resample is the same; then it is the score interval over the clusters.
    """
    defined = resampled[~np.isnan(resampled)]
    if clusters < 2 or not len(defined):
        return 0.0, 1.0
    if estimate in (0, 1) and (defined == estimate).all():
        share = wilson(int(estimate) * clusters, clusters, level)
        return share.lower, share.upper
    lower, upper = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return min(float(lower), estimate), max(float(upper), estimate)
