"""Plots of an evaluation: learning curve, reliability, F1 of types, confusions; as SVG and PNG.

Needs the extra ``plots``: importing this module without matplotlib raises ModuleNotFoundError.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from wenti.evaluation_labels import label

CJK_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "SimHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "Noto Sans CJK JP",  # some systems list the faces of a collection under its first
    "Noto Serif CJK SC",
    "SimSun",
    "Songti SC",
)
"""Fonts with Chinese characters, the best first."""

_BLUE, _ORANGE, _GREEN, _GREY = "#2f6da8", "#d9822b", "#3f8f5b", "#8a8f98"
_DPI = 150
_MOST_CONFUSED = 20


class _Style:
    """How labels are called: in the language asked for, or, without a font for it, as English ids."""

    def __init__(self, result: dict[str, Any], lang: str) -> None:
        installed = {font.name for font in font_manager.fontManager.ttflist}
        self.font = next((name for name in CJK_FONTS if name in installed), None)
        self.lang = lang if lang == "en" or self.font else "en"
        self.in_language = self.lang == lang
        key = "name" if lang == "zh" else "english"
        entries = [entry for part in result["labels"].values() for entry in part]
        self.names = {entry["id"]: entry[key] if self.in_language else entry["id"].split(".")[-1] for entry in entries}

    def say(self, key: str, **facts: Any) -> str:
        return label(key, self.lang, **facts)

    @property
    def settings(self) -> Any:
        fonts = ([self.font] if self.font else []) + ["DejaVu Sans"]
        return {
            "font.family": "sans-serif",
            "font.sans-serif": fonts,
            "axes.unicode_minus": False,
            "svg.hashsalt": "wenti",  # the same figures give the same bytes
            "axes.spines.top": False,
            "axes.spines.right": False,
            "font.size": 11,
        }


def draw_plots(result: dict[str, Any], lang: str = "zh") -> tuple[dict[str, bytes], bool]:
    """Draw the plots of the first test set.

    Parameters
    ----------
    result : dict
        What :mod:`wenti.evaluation_corpus` or :mod:`wenti.evaluation_files` returned.
    lang : {"zh", "en"}, default="zh"

    Returns
    -------
    files : dict of str to bytes
        Content by file name, each plot as ``.svg`` and ``.png``.
    in_language : bool
        False if no Chinese font is installed and English ids stand in the plots instead.
    """
    style = _Style(result, lang)
    drawn: dict[str, Callable[[dict[str, Any], _Style], Figure | None]] = {
        "learning_curve": _learning_curve,
        "reliability": _reliability,
        "types": _types,
        "confusion": _confusion,
    }
    files = {}
    with mpl.rc_context(style.settings):
        for name, draw in drawn.items():
            figure = draw(result, style)
            if figure is not None:
                files[f"{name}.svg"] = _saved(figure, "svg", {"Date": None})
                files[f"{name}.png"] = _saved(figure, "png", {"Software": None})
    return files, style.in_language


def _saved(figure: Figure, suffix: str, metadata: dict[str, None]) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format=suffix, dpi=_DPI, metadata=metadata)
    return stream.getvalue()


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


def _learning_curve(result: dict[str, Any], style: _Style) -> Figure | None:
    points = result.get("learning_curve")
    if not points:
        return None
    figure, axes = _figure(8, 5)
    x = np.array([point["statements"] for point in points], dtype=float)
    shown = {"kind": _BLUE, "first_type": _GREEN, "micro_f1": _ORANGE}
    for offset, (key, colour) in zip((-0.012, 0.0, 0.012), shown.items(), strict=True):
        values = [_bounds(point, key) for point in points]
        y, lower, upper = np.array(values).T
        # Moved a little apart, so that the intervals do not lie on each other.
        axes.errorbar(
            x * (1 + offset), y, yerr=[y - lower, upper - y], color=colour, marker="o", capsize=3, label=style.say(key)
        )
    axes.set_xscale("log")
    axes.set_xticks(x, [f"{point['statements']:,}\n{point['share']:.0%}" for point in points])
    axes.minorticks_off()
    axes.set_xlabel(style.say("axis_statements"))
    axes.set_ylabel(style.say("axis_share"))
    axes.set_title(style.say("plot_curve"), loc="left")
    axes.grid(axis="y", color="#e4e6ea")
    axes.legend(frameon=False, loc="lower right")
    return figure


def _bounds(point: dict[str, Any], key: str) -> tuple[float, float, float]:
    if key == "micro_f1":
        return (point[key], *point["micro_f1_interval"])
    return point[key]["share"], point[key]["lower"], point[key]["upper"]


def _reliability(result: dict[str, Any], style: _Style) -> Figure:
    part = next(iter(result["parts"].values()))
    figure = Figure(figsize=(9.5, 5.3), layout="constrained")
    for place, (key, colour) in enumerate({"kind": _BLUE, "first_type": _GREEN}.items(), start=1):
        found = part["calibration"][key]
        axes = figure.add_subplot(1, 2, place)
        stated = [one["probability"] for one in found["bins"]]
        share = [one["share"] for one in found["bins"]]
        axes.plot([0, 1], [0, 1], color=_GREY, linestyle="--", linewidth=1, label=style.say("perfect"))
        axes.plot(stated, share, color=colour, marker="o", label=style.say("ece", error=found["error"]))
        low = max(-0.03, min([*stated, *share, 0.8]) - 0.05)
        axes.set(xlim=(low, 1.03), ylim=(low, 1.03), aspect="equal")
        ticks = np.arange(1, low, -0.2 if low < 0.4 else -0.1 if low < 0.7 else -0.05)
        axes.set_xticks(ticks)
        axes.set_yticks(ticks)
        axes.set_title(style.say("plot_reliability", name=style.say(key), n=f"{found['support']:,}"), loc="left")
        axes.set_xlabel(style.say("axis_stated"))
        axes.set_ylabel(style.say("axis_right"))
        axes.grid(color="#e4e6ea")
        axes.legend(frameon=False, loc="lower right")
    return figure


def _types(result: dict[str, Any], style: _Style) -> Figure:
    part = next(iter(result["parts"].values()))
    entries = sorted(part["types"].items(), key=lambda item: (item[1]["f1"], item[0]))
    f1 = np.array([entry["f1"] for _, entry in entries])
    lower, upper = np.array([entry["f1_interval"] for _, entry in entries]).T
    figure, axes = _figure(9, 1.4 + 0.29 * len(entries))
    places = np.arange(len(entries))
    axes.barh(places, f1, color=_BLUE, height=0.7)
    axes.errorbar(f1, places, xerr=[f1 - lower, upper - f1], fmt="none", ecolor="#1c2733", capsize=2, linewidth=1)
    axes.set_yticks(places, [f"{style.names[name]} ({entry['support']})" for name, entry in entries], fontsize=10)
    axes.set_ylim(-0.7, len(entries) - 0.3)
    axes.set_xlim(0, 1)
    axes.grid(axis="x", color="#e4e6ea")
    axes.set_axisbelow(True)
    axes.set_title(style.say("plot_types"), loc="left")
    return figure


def _confusion(result: dict[str, Any], style: _Style) -> Figure | None:
    """Draw the types with the most confusions, in the order of the taxonomy."""
    part = next(iter(result["parts"].values()))
    wrong: dict[str, int] = {}
    for pair in part["confusions"]:
        for end in (pair["gold"], pair["guess"]):
            wrong[end] = wrong.get(end, 0) + pair["count"]
    if not wrong:
        return None
    most = set(sorted(wrong, key=lambda name: (-wrong[name], name))[:_MOST_CONFUSED])
    types = [name for name in part["types"] if name in most]
    index = {name: i for i, name in enumerate(types)}
    counts = np.zeros((len(types), len(types)), dtype=int)
    for pair in part["confusions"]:
        if pair["gold"] in index and pair["guess"] in index:
            counts[index[pair["gold"]], index[pair["guess"]]] = pair["count"]
    figure, axes = _figure(4.5 + 0.4 * len(types), 3.8 + 0.36 * len(types))
    axes.imshow(counts, cmap="Blues", aspect="auto", vmin=0, vmax=max(int(counts.max()), 1) * 1.25)
    for row, column in np.argwhere(counts):
        dark = counts[row, column] > 0.6 * counts.max()
        colour = "white" if dark else "#1c2733"
        axes.text(column, row, str(counts[row, column]), ha="center", va="center", fontsize=9, color=colour)
    axes.plot([-0.5, len(types) - 0.5], [-0.5, len(types) - 0.5], color="#d5d8dd", linewidth=1)
    names = [style.names[name] for name in types]
    axes.set_xticks(range(len(types)), names, rotation=60, ha="right", rotation_mode="anchor", fontsize=9.5)
    axes.set_yticks(range(len(types)), names, fontsize=9.5)
    axes.set_xlabel(style.say("axis_guess"))
    axes.set_ylabel(style.say("axis_gold"), labelpad=10)
    axes.set_title(style.say("plot_confusion", n=len(types)), loc="left")
    return figure
