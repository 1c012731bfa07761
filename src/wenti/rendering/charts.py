"""Charts of a page as SVG that grows with it: lengths in per cent, heights in pixels, so that words keep their size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from unicodedata import east_asian_width

from markupsafe import Markup

from wenti.rendering.blocks import Chart, Series
from wenti.rendering.content.numbers import interval, percent

_CEILINGS = {0.05: 0.01, 0.1: 0.02, 0.2: 0.05, 0.3: 0.1, 0.4: 0.1, 0.5: 0.1, 0.6: 0.2, 0.8: 0.2, 1.0: 0.25}
"""Where an axis may end, and the steps of its grid."""
LOOKS = 6
"""So many series have a colour, a marker and a dash of their own."""

_BAR, _GAP, _LABEL, _BETWEEN = 12, 4, 24, 14
_HEIGHT, _TOP, _BOTTOM = 260, 14, 28
_KEY_LINE, _KEY_GAP, _KEY_WIDTH = 19, 6, 11.5  # of a name beside a line: pixels, pixels, letters as wide as high
_DODGE = 5
_MARKERS = (
    "M-4 0A4 4 0 1 1 4 0A4 4 0 1 1 -4 0Z",
    "M-3.5 -3.5H3.5V3.5H-3.5Z",
    "M0 -4.8L4.6 3.4H-4.6Z",
    "M0 -5L5 0L0 5L-5 0Z",
    "M0 4.8L4.6 -3.4H-4.6Z",
    "M-1.5 -4.5H1.5V-1.5H4.5V1.5H1.5V4.5H-1.5V1.5H-4.5V-1.5H-1.5Z",
)


@dataclass(frozen=True, slots=True)
class Key:
    """A name beside a chart: of which series, with its last value, and where it stands (pixels from the top)."""

    name: str
    value: str
    look: int
    marker: str
    top: int


def bar(bounds: tuple[float, float, float]) -> Markup:
    """Return a share with its interval as a small picture beside the same numbers in words."""
    share, lower, upper = map(_along, bounds)
    return Markup(
        '<svg class="bar" aria-hidden="true" focusable="false">'
        '<rect class="track" y="5" width="100%" height="6"/><rect class="fill" y="5" width="{0}" height="6"/>'
        '<line x1="{1}" x2="{2}" y1="8" y2="8"/><line x1="{1}" x2="{1}" y1="4.5" y2="11.5"/>'
        '<line x1="{2}" x2="{2}" y1="4.5" y2="11.5"/></svg>'
    ).format(share, lower, upper)


def bars(chart: Chart) -> Markup:
    """Return lying bars, each below the name of what it is, with whiskers where there are intervals."""
    step = _LABEL + len(chart.series) * (_BAR + _GAP) + _BETWEEN
    bottom = len(chart.categories) * step
    ceiling = _ceiling(chart.series)
    parts = [_grid(ceiling, bottom)]
    for i, category in enumerate(chart.categories):
        parts.append(Markup('<text class="name" y="{}">{}</text>').format(i * step + 13, category))
        for j, series in enumerate(chart.series):
            parts.append(_bar_of(series, i, i * step + _LABEL + j * (_BAR + _GAP), j % LOOKS, ceiling))
    return _picture(chart, bottom + _BOTTOM, parts)


def _bar_of(series: Series, i: int, top: int, look: int, ceiling: float) -> Markup:
    value = series.values[i]
    middle = top + _BAR // 2
    if value is None:
        return Markup('<text class="value" x="0" dx="2" y="{}">—</text>').format(middle + 4)
    end, parts = value, [
        Markup('<rect class="fill c{}" y="{}" width="{}" height="{}"/>').format(
            look, top, _along(value, ceiling), _BAR
        )
    ]  # fmt: skip
    if series.lower and series.upper:
        end = max(value, series.upper[i])
        lower, upper = _along(series.lower[i], ceiling), _along(series.upper[i], ceiling)
        ends = [(lower, upper, middle, middle), *((x, x, middle - 4, middle + 4) for x in (lower, upper))]
        parts += [_line("whisker", *line) for line in ends]
    parts.append(
        Markup('<text class="value" x="{}" dx="8" y="{}">{}</text>').format(
            _along(end, ceiling), middle + 4, percent(value)
        )
    )
    return Markup("").join(parts)


def _grid(ceiling: float, bottom: int) -> Markup:
    """Return the upright lines behind lying bars, and their shares below."""
    parts = []
    for share in _ticks(ceiling):
        x = _along(share, ceiling)
        parts.append(_line("axis" if not share else "grid", x, x, 0, bottom - _BETWEEN + 8))
        parts.append(
            Markup('<text class="tick" x="{}" y="{}" text-anchor="{}">{}</text>').format(
                x, bottom + 16, "middle" if share else "start", percent(share)
            )
        )
    return Markup("").join(parts)


def lines(chart: Chart) -> Markup:
    """Return lines over years; each has a marker and a dash of its own, and its name stands beside its end."""
    ceiling, height = _ceiling(chart.series), _plot_height(chart)
    parts = []
    for share in _ticks(ceiling):
        y = _down(share, ceiling, height)
        parts.append(_line("axis" if not share else "grid", "0%", "100%", y, y))
        parts.append(
            Markup('<text class="tick" x="0" dx="-8" y="{}" text-anchor="end">{}</text>').format(
                round(y + 4, 1), percent(share)
            )
        )
    for i, category in enumerate(chart.categories):
        parts.append(
            Markup('<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>').format(
                _across(i, chart), _TOP + height + 20, category
            )
        )
    for j in range(len(chart.series)):
        parts.append(_line_of(chart, j, ceiling, height))
    return _picture(chart, _TOP + height + _BOTTOM, parts)


def _line_of(chart: Chart, j: int, ceiling: float, height: int) -> Markup:
    series, look = chart.series[j], j % LOOKS
    points = [
        (i, _across(i, chart), _down(value, ceiling, height))
        for i, value in enumerate(series.values)
        if value is not None
    ]
    bounds = zip(series.lower, series.upper, strict=True) if series.lower and series.upper else ()
    ranges = dict(enumerate(bounds))
    parts = [
        _line(f"whisker c{look}", x, x, *(_down(bound, ceiling, height) for bound in ranges[i]))
        for i, x, _ in points
        if i in ranges
    ]
    parts += [
        _line(f"run c{look}", x, other_x, y, other_y)
        for (i, x, y), (other, other_x, other_y) in pairwise(points)
        if other == i + 1
    ]
    parts += [
        Markup('<svg x="{}" y="{}" overflow="visible"><path class="mark c{}" d="{}"/></svg>').format(
            x, y, look, _MARKERS[look]
        )
        for _, x, y in points
    ]
    # Intervals of one year would hide each other.
    shift = round((j - (len(chart.series) - 1) / 2) * _DODGE, 1) if ranges else 0
    return Markup('<g transform="translate({} 0)">').format(shift) + Markup("").join(parts) + Markup("</g>")


def keys(chart: Chart) -> tuple[Key, ...]:
    """Return the names of the series: beside lines where these end, none below another."""
    ceiling, height = _ceiling(chart.series), _plot_height(chart)
    last = [next((value for value in reversed(series.values) if value is not None), None) for series in chart.series]
    ends = [_down(value or 0, ceiling, height) for value in last]
    order = sorted(range(len(ends)), key=lambda j: (ends[j], j))
    rooms = [_key_room(chart.series[j]) for j in order]
    tops = _apart([ends[j] - room / 2 for j, room in zip(order, rooms, strict=True)], rooms, _TOP + height)
    top_of = dict(zip(order, tops, strict=True))
    return tuple(
        Key(series.name, "" if value is None else percent(value), j % LOOKS, _MARKERS[j % LOOKS], top_of[j])
        for j, (series, value) in enumerate(zip(chart.series, last, strict=True))
    )


def _key_room(series: Series) -> int:
    """Return how high a name and its value will be."""
    wide = sum(1.0 if east_asian_width(character) in "WF" else 0.56 for character in f"{series.name} 12.5%")
    return ceil(wide / _KEY_WIDTH) * _KEY_LINE + _KEY_GAP


def _apart(wanted: Sequence[float], rooms: Sequence[int], bottom: float) -> list[int]:
    """Return places, from the top, as near to those wanted as the room that each needs lets them be."""
    tops: list[float] = []
    least = 0.0
    for top, room in zip(wanted, rooms, strict=True):
        tops.append(max(top, least))
        least = tops[-1] + room
    for i in reversed(range(len(tops))):
        bottom = tops[i] = min(tops[i], bottom - rooms[i])
    return [max(round(top), 0) for top in tops]


def number_rows(chart: Chart) -> tuple[tuple[str, ...], ...]:
    """Return the numbers of a chart as rows of text: a category, then each series with its interval."""

    def shown(series: Series, i: int) -> str:
        value = series.values[i]
        if value is None:
            return "—"
        if not (series.lower and series.upper):
            return percent(value)
        return f"{percent(value)} [{interval(series.lower[i], series.upper[i])}]"

    return tuple(
        (category, *(shown(series, i) for series in chart.series)) for i, category in enumerate(chart.categories)
    )


def _picture(chart: Chart, height: int, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="{}" role="img" width="100%" height="{}"><title>{}</title><desc>{}</desc>{}</svg>'
    ).format(chart.kind, height, chart.caption, chart.alt, Markup("").join(parts))


def _line(look: str, x1: str, x2: str, y1: float, y2: float) -> Markup:
    return Markup('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(look, x1, x2, y1, y2)


def _plot_height(chart: Chart) -> int:
    return max(_HEIGHT, sum(map(_key_room, chart.series)))


def _ceiling(series: Sequence[Series]) -> float:
    highest = max((value for one in series for value in (*one.values, *one.upper) if value is not None), default=1.0)
    return next((ceiling for ceiling in _CEILINGS if highest <= ceiling), 1.0)


def _ticks(ceiling: float) -> list[float]:
    step = _CEILINGS[ceiling]
    return [round(i * step, 2) for i in range(round(ceiling / step) + 1)]


def _along(share: float, ceiling: float = 1.0) -> str:
    return f"{min(max(share / ceiling, 0), 1) * 100:.4g}%"


def _across(i: int, chart: Chart) -> str:
    return f"{(i + 0.5) / len(chart.categories) * 100:.4g}%"


def _down(share: float, ceiling: float, height: int) -> float:
    return round(_TOP + height * (1 - min(max(share / ceiling, 0), 1)), 1)
