"""Intervals for shares."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

from wenti.records import Share


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
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = count / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    # At 0 and 1 the bound equals the share exactly; rounding must not put it on the wrong side.
    return Share(count, total, share, max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share)))
