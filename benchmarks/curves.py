"""How something grows: exponents on doubly logarithmic axes, what they allow to say, and plots."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LINEAR = 1.1
"""Largest exponent that is called linear."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What was measured at growing sizes.

    Attributes
    ----------
    title : str
        What is measured, with its unit.
    x, y : tuple of float
        All above 0, `x` ascending.
    """

    title: str
    x: tuple[float, ...]
    y: tuple[float, ...]

    @property
    def exponent(self) -> float:
        """Slope of the least-squares line through the logarithms of all points."""
        return float(np.polyfit(np.log(self.x), np.log(self.y), 1)[0])

    @property
    def last_exponent(self) -> float:
        """Slope between the last two points, where what every run takes once weighs least."""
        return Curve(self.title, self.x[-2:], self.y[-2:]).exponent

    @property
    def growth(self) -> str:
        """Say how it grows, by the larger of the two exponents.

        Examples
        --------
        >>> Curve("time, s", (1, 10, 100), (2, 3, 29)).growth
        'linear'
        >>> Curve("time, s", (1, 10, 100), (2, 3, 60)).growth
        'more than linear'
        """
        exponent = max(self.exponent, self.last_exponent)
        if exponent > LINEAR:
            return "more than linear"
        if exponent >= 2 - LINEAR:
            return "linear"
        return "less than linear" if exponent >= LINEAR - 1 else "constant"


def growth_rows(curves: Sequence[Curve]) -> list[list[str]]:
    """Return the cells of a table of exponents."""
    head = ["", "exponent", "between the last two", "growth"]
    return [head, *([c.title, f"{c.exponent:.2f}", f"{c.last_exponent:.2f}", c.growth] for c in curves)]


def draw(panels: Sequence[Sequence[Curve]], x_title: str) -> bytes:
    """Draw panels side by side, each with one or more curves, their fitted lines and a linear one to compare; PNG.

    Needs matplotlib (extra ``plots``).
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.2 * len(panels), 3.4), dpi=100, layout="constrained")
    for axes, curves in zip(np.atleast_1d(figure.subplots(1, len(panels))), panels, strict=True):
        for curve, colour in zip(curves, ("#2f6da8", "#d9822b", "#3f8f5b"), strict=False):
            x, y = np.array(curve.x), np.array(curve.y)
            level = np.exp(np.mean(np.log(y)) - curve.exponent * np.mean(np.log(x)))
            axes.loglog(x, y, "o", color=colour, markersize=5, label=f"{curve.title}: exponent {curve.exponent:.2f}")
            axes.loglog(x, level * x**curve.exponent, "-", color=colour, linewidth=1.2)
        last = curves[0]
        line = [last.y[-1] * x / last.x[-1] for x in last.x]
        shown = [(x, y) for x, y in zip(last.x, line, strict=True) if y >= min(min(c.y) for c in curves) / 2]
        axes.loglog(*zip(*shown, strict=True), ":", color="#8a8f98", linewidth=1.2, label="linear")
        axes.set_xlabel(x_title)
        axes.legend(fontsize=8, frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.25)
        # A curve that hardly grows must not look as if it did.
        low, high = axes.get_ylim()
        if high < 10 * low:
            middle = np.sqrt(low * high)
            axes.set_ylim(middle / np.sqrt(10), middle * np.sqrt(10))
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()
