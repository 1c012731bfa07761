"""Tests and differences of shares and scores, for counts of any size; corrected where many are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, sqrt
from statistics import NormalDist, fmean, variance

from wenti.records import Share

_NORMAL = NormalDist()
_TIE = 1e-7  # tables as likely as the observed one, but for rounding


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference with its 95 % interval and the p-value of there being none."""

    value: float
    lower: float
    upper: float
    p_value: float


def compare_shares(first: Share, second: Share) -> Difference:
    """Return the difference second − first of two independent shares.

    Notes
    -----
    Interval of Newcombe (1998), Statistics in Medicine 17:873-890, method 10, of the shares' score intervals; p-value of
    Fisher's exact test, two-sided by the sum of tables no likelier than the one found.

    Examples
    --------
    >>> from wenti.intervals import wilson
    >>> found = compare_shares(wilson(48, 80), wilson(56, 70))
    >>> f"{found.value:.3f} [{found.lower:.4f}, {found.upper:.4f}]"
    '0.200 [0.0524, 0.3339]'
    """
    value = second.share - first.share
    below = sqrt((second.share - second.lower) ** 2 + (first.upper - first.share) ** 2)
    above = sqrt((second.upper - second.share) ** 2 + (first.share - first.lower) ** 2)
    p_value = fisher(first.count, first.total - first.count, second.count, second.total - second.count)
    return Difference(value, max(-1.0, value - below), min(1.0, value + above), p_value)


def fisher(a: int, b: int, c: int, d: int) -> float:
    """Return the two-sided p-value of Fisher's exact test of the table ``[[a, b], [c, d]]``.

    Examples
    --------
    >>> round(fisher(3, 1, 1, 3), 4)
    0.4857
    """
    row, column, total = a + b, a + c, a + b + c + d
    fixed = _log_choose(total, column)

    def log_probability(x: int) -> float:
        return _log_choose(row, x) + _log_choose(total - row, column - x) - fixed

    observed = log_probability(a)
    tables = range(max(0, column - (total - row)), min(row, column) + 1)
    return min(1.0, sum(exp(p) for p in map(log_probability, tables) if p <= observed + _TIE))


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def compare_means(first: Sequence[float], second: Sequence[float]) -> Difference:
    """Return the difference second − first of two means of independent values, each at least two of them.

    Values without any spread tell nothing of chance: the p-value is 1.

    Raises
    ------
    ValueError
        If there are fewer.

    Notes
    -----
    Welch (1947), Biometrika 34:28-35.

    Examples
    --------
    >>> found = compare_means([80.0, 82.0, 84.0], [70.0, 75.0, 77.0])
    >>> f"{found.value:.1f} [{found.lower:.1f}, {found.upper:.1f}] {found.p_value:.3f}"
    '-8.0 [-15.4, -0.6] 0.041'
    """
    from scipy.special import stdtr, stdtrit  # in scikit-learn's wake; as a whole it takes long to load

    if min(len(first), len(second)) < 2:
        raise ValueError("a mean of fewer than two values has no interval")
    value = fmean(second) - fmean(first)
    parts = [variance(values) / len(values) for values in (first, second)]
    error = sqrt(sum(parts))
    if error == 0:
        return Difference(value, value, value, 1.0)
    freedom = sum(parts) ** 2 / sum(
        part**2 / (len(values) - 1) for part, values in zip(parts, (first, second), strict=True)
    )
    half = float(stdtrit(freedom, 0.975)) * error
    return Difference(value, value - half, value + half, float(2 * stdtr(freedom, -abs(value) / error)))


def trend(counts: Sequence[int], totals: Sequence[int], scores: Sequence[float]) -> tuple[float, float]:
    """Return the fitted change of a share for each unit of the scores, and the p-value of there being none.

    Parameters
    ----------
    counts, totals : sequence of int
        Of each group, such as a year.
    scores : sequence of float
        Where each group stands, such as its year.

    Notes
    -----
    Armitage (1955), Biometrics 11:375-386: the regression of presence on the score. Two-sided, by the normal distribution.

    Examples
    --------
    >>> change, p_value = trend([13, 10, 5], [40, 40, 40], [2021, 2022, 2023])
    >>> f"{change:.2f} {p_value:.3f}"
    '-0.10 0.034'
    """
    total = sum(totals)
    if total == 0:
        return 0.0, 1.0
    mean = sum(n * x for n, x in zip(totals, scores, strict=True)) / total
    share = sum(counts) / total
    spread = sum(n * (x - mean) ** 2 for n, x in zip(totals, scores, strict=True))
    moved = sum((x - mean) * k for k, x in zip(counts, scores, strict=True))
    if spread == 0:
        return 0.0, 1.0
    deviation = sqrt(share * (1 - share) * spread)
    p_value = 2 * _NORMAL.cdf(-abs(moved) / deviation) if deviation > 0 else 1.0
    return moved / spread, p_value


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected so that one false alarm among all is no likelier than one alone would be.

    Notes
    -----
    Holm (1979), Scandinavian Journal of Statistics 6:65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    corrected = [0.0] * len(p_values)
    largest = 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[index] = largest
    return corrected
