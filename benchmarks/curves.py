"""How something grows: exponents on doubly logarithmic axes, what they allow to say, and plots."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

LINEAR = 1.1
"""Largest exponent that is called linear."""

_COLOURS = ("#2f6da8", "#d9822b", "#3f8f5b")


@dataclass(frozen=True, slots=True)
class Curve:
    """What was measured at growing sizes.

    Attributes
    ----------
    title : str
        What is measured, with its unit.
    x, y : tuple of float
        All above 0, `x` ascending.
    limit : float, optional
        Points beyond this `x` are drawn, but the exponents are those of the others.
    """

    title: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    limit: float = np.inf

    @property
    def fitted(self) -> tuple[Floats, Floats]:
        """The points within the limit."""
        within = np.array(self.x) <= self.limit
        return np.array(self.x)[within], np.array(self.y)[within]

    @property
    def exponent(self) -> float:
        """Slope of the least-squares line through the logarithms of all points."""
        return _slope(*self.fitted)

    @property
    def last_exponent(self) -> float:
        """Slope between the last two points, where what every run takes once weighs least."""
        x, y = self.fitted
        return _slope(x[-2:], y[-2:])

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


def _slope(x: Floats, y: Floats) -> float:
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


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
        _lay_out(axes, curves)
        for curve, colour in zip(curves, _COLOURS, strict=False):
            x, y = curve.fitted
            level = np.exp(np.mean(np.log(y)) - curve.exponent * np.mean(np.log(x)))
            axes.plot(curve.x, curve.y, "o", color=colour, ms=5, label=f"{curve.title}: exponent {curve.exponent:.2f}")
            axes.plot(x, level * x**curve.exponent, "-", color=colour, lw=1.2)
        _add_linear(axes, curves)
        axes.set_xlabel(x_title)
        axes.legend(fontsize=8, frameon=False, loc="upper left")
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def _lay_out(axes: Axes, curves: Sequence[Curve]) -> None:
    """Set scales, limits and ticks for what is to be drawn."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    lowest, highest = min(min(curve.y) for curve in curves), max(max(curve.y) for curve in curves)
    spread = max((highest / lowest) ** 0.5, 10**0.5)  # what hardly grows must look so
    middle = (lowest * highest) ** 0.5
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(middle / spread / 1.3, middle * spread**1.7 * 1.3)  # room for the legend
    subs = (1.0,) if spread > 10 else (1.0, 2.0, 5.0)
    axes.yaxis.set_major_locator(LogLocator(subs=subs))
    axes.xaxis.set_major_locator(LogLocator())
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
        axis.set_minor_formatter(NullFormatter())
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)


def _add_linear(axes: Axes, curves: Sequence[Curve]) -> None:
    """Draw what is linear through the last fitted point of the first curve, as far down as there are points."""
    x, y = curves[0].fitted
    lowest = min(min(curve.y) for curve in curves)
    start = max(x[0], x[-1] * lowest / y[-1])
    axes.plot([start, x[-1]], [y[-1] * start / x[-1], y[-1]], ":", color="#8a8f98", lw=1.2, label="linear")
