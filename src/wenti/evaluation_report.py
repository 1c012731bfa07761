"""An evaluation as people read it: Markdown, and a folder with JSON, Markdown and plots."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenti.errors import OutputError
from wenti.evaluation import MIN_CLUSTERS
from wenti.evaluation_labels import label
from wenti.markdown import NOTHING, aligned
from wenti.output import write_whole

JSON_NAME, MARKDOWN_NAME = "evaluation.json", "evaluation.md"

SHARES = ("kind", "main_type", "first_type", "top_3", "first_category", "exact_match")
F1S = ("micro_f1", "macro_f1", "category_micro_f1", "category_macro_f1", "weakness_f1")
FALSE_TAGS = ("untyped_tagged", "facts_tagged")

_WEAKEST = 8
_CONFUSIONS = 10


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: files, whether there are plots among them, and whether these are in the language asked for."""

    files: tuple[Path, ...]
    plotted: bool
    in_language: bool


def check_folder(folder: str | Path) -> None:
    """Make the folder of the results, before the work is done.

    Raises
    ------
    OutputError
        If it is a file, or cannot be made.
    """
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise OutputError("not_a_folder", file=str(folder))
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError("file_unwritable", file=str(folder), detail=error.strerror or "") from None


def write_evaluation(result: dict[str, Any], folder: str | Path, lang: str = "zh") -> Written:
    """Write the figures as JSON, Markdown and, where matplotlib is installed, plots as SVG and PNG.

    Parameters
    ----------
    result : dict
        What :mod:`wenti.evaluation_corpus` or :mod:`wenti.evaluation_files` returned.
    folder : str or Path
        Made if missing; files of an earlier run are replaced whole.
    lang : {"zh", "en"}, default="zh"
        Language of Markdown and plots.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    check_folder(folder)
    plots: dict[str, bytes] = {}
    in_language = True
    try:
        from wenti.evaluation_plots import draw_plots
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "matplotlib":
            raise
    else:
        plots, in_language = draw_plots(result, lang)
    pictures = [name for name in plots if name.endswith(".svg")]
    contents = {
        JSON_NAME: (json.dumps(result, ensure_ascii=False, indent=1) + "\n").encode(),
        MARKDOWN_NAME: markdown(result, lang, full=True, pictures=pictures).encode(),
        **plots,
    }
    files = {Path(folder) / name: content for name, content in contents.items()}
    for file, content in files.items():
        write_whole(file, content)
    return Written(tuple(files), bool(plots), in_language)


def markdown(result: dict[str, Any], lang: str = "zh", full: bool = False, pictures: Sequence[str] = ()) -> str:
    """Return the figures as Markdown.

    Parameters
    ----------
    result : dict
        What :mod:`wenti.evaluation_corpus` or :mod:`wenti.evaluation_files` returned.
    lang : {"zh", "en"}, default="zh"
    full : bool, default=False
        Whether to add the figures of every kind, category, type, fold and group.
    pictures : sequence of str
        Files to show at the end.
    """
    page = _Page(result, lang)
    sections = [page.summary, page.weakest, page.confusions, page.by_length, page.calibration, page.thresholds]
    sections.append(page.learning_curve)
    lines = [f"# {page.say('title')}", ""]
    for section in sections:
        lines += section()
    if full:
        for name, part in page.parts.items():
            lines += page.details(name, part)
    if pictures:
        lines += [
            *page.heading("plots"),
            *(line for name in pictures for line in (f"![{Path(name).stem}]({name})", "")),
        ]
    return "\n".join(lines).rstrip("\n") + "\n"


class _Page:
    """The sections of the Markdown page; tables are of the first test set where nothing else is said."""

    def __init__(self, result: dict[str, Any], lang: str) -> None:
        self.result = result
        self.lang = lang
        self.parts: dict[str, dict[str, Any]] = result["parts"]
        self.first = next(iter(self.parts.values()))
        key = "name" if lang == "zh" else "english"
        self.names = {entry["id"]: entry[key] for entries in result["labels"].values() for entry in entries}

    def say(self, key: str, **facts: Any) -> str:
        return label(key, self.lang, **facts)

    def heading(self, key: str, part: str = "") -> list[str]:
        where = self.say("separator") + self.say(f"part_{part}") if part and len(self.parts) > 1 else ""
        return [f"## {self.say(key)}{where}", ""]

    def table(self, columns: Iterable[str], rows: Iterable[Sequence[str]]) -> list[str]:
        return [*aligned([[self.say(column) for column in columns], *rows]), ""]

    def summary(self) -> list[str]:
        head = [self.say("figure")]
        for name in self.parts:
            head += [self.say(f"part_{name}"), "n"]
        rows = []
        for key in (*SHARES, *F1S, *FALSE_TAGS):
            cells = [self.say(key)]
            for part in self.parts.values():
                cells += _estimate(part, key)
            rows.append(cells)
        return [*self.heading("summary"), *aligned([head, *rows]), "", *self._notes()]

    def _notes(self) -> list[str]:
        notes = []
        for name, part in self.parts.items():
            facts = {"statements": part["statements"]}
            if name == "files":
                separator = "、" if self.lang == "zh" else ", "
                facts |= {
                    "files": separator.join(self.result["files"]),
                    "threshold": self.say(self.result["threshold"]),
                }
            note = self.say(f"about_{name}", **facts)
            if dropped := sum(part.get("twins_dropped", {}).values()):
                note += self.say("comma") + self.say("about_twins", count=dropped)
            notes.append(note)
        if self.result.get("leaks_dropped"):
            notes.append(self.say("about_leaks", count=self.result["leaks_dropped"]))
        return [*(f"- {note}" for note in [*notes, *self._about_intervals(), self.say("note_types")]), ""]

    def _about_intervals(self) -> list[str]:
        few = {len(part["by_group"]) < MIN_CLUSTERS for part in self.parts.values()}
        return [self.say("about_few" if single else "about_intervals") for single in sorted(few)]

    def weakest(self) -> list[str]:
        supported = {name: entry for name, entry in self.first["types"].items() if entry["support"]}
        chosen = dict(sorted(supported.items(), key=lambda item: item[1]["f1"])[:_WEAKEST])
        return [*self.heading("weakest"), *self._labels("type", chosen)] if chosen else []

    def _labels(self, column: str, entries: dict[str, dict[str, Any]]) -> list[str]:
        rows = [
            [
                self.names[name],
                str(entry["support"]),
                _number(entry["precision"]),
                _number(entry["recall"]),
                _with_interval(entry["f1"], entry["f1_interval"]),
            ]
            for name, entry in entries.items()
        ]
        return self.table([column, "support", "precision", "recall", "f1"], rows)

    def confusions(self) -> list[str]:
        pairs = self.first["confusions"][:_CONFUSIONS]
        if not pairs:
            return []
        rows = [
            [self.names[p["gold"]], self.names[p["guess"]], str(p["count"]), str(p["also_gold"] or NOTHING)]
            for p in pairs
        ]
        return [
            *self.heading("confusions"),
            *self.table(["gold", "guess", "count", "also_gold"], rows),
            f"- {self.say('note_confusions')}",
            "",
        ]

    def by_length(self) -> list[str]:
        return [*self.heading("by_length"), *self._brief("length", self.first["by_length"])]

    def _brief(self, column: str, entries: dict[str, dict[str, Any]]) -> list[str]:
        rows = [
            [
                name,
                str(entry["statements"]),
                str(entry["typed"]),
                *(_number(entry[key]) for key in ("kind", "main_type", "micro_f1")),
            ]
            for name, entry in entries.items()
            if entry["statements"]
        ]
        return self.table([column, "statements", "typed", "kind", "main_type", "micro_f1"], rows)

    def calibration(self) -> list[str]:
        rows = []
        for name, part in self.parts.items():
            for key in ("kind", "first_type"):
                found = part["calibration"][key]
                if found["support"]:
                    worst = max(found["bins"], key=lambda b: abs(b["probability"] - b["share"]))
                    stated = self.say(
                        "stated_right", stated=f"{worst['probability']:.2f}", share=f"{worst['share']:.2f}"
                    )
                    which = f"{self.say(f'part_{name}')}{self.say('separator')}{self.say(key)}"
                    rows.append([which, _number(found["error"]), stated, str(found["support"])])
        head = [self.say("probability_of"), self.say("error"), self.say("worst_bin"), "n"]
        return [*self.heading("calibration"), *aligned([head, *rows]), "", f"- {self.say('note_calibration')}", ""]

    def thresholds(self) -> list[str]:
        keys = ("precision", "recall", "untyped", "needs_review")
        rows = [
            [self.say(name), *(_share(entry[key]) for key in keys)] for name, entry in self.first["thresholds"].items()
        ]
        columns = ["threshold", "tag_precision", "tag_recall", "untyped", "needs_review"]
        return [*self.heading("thresholds"), *self.table(columns, rows)]

    def learning_curve(self) -> list[str]:
        points = self.result.get("learning_curve", [])
        if not points:
            return []
        rows = [
            [
                f"{point['share']:.0%}",
                f"{point['statements']:,}",
                _share(point["kind"]),
                _share(point["first_type"]),
                _with_interval(point["micro_f1"], point["micro_f1_interval"]),
            ]
            for point in points
        ]
        columns = ["share_used", "axis_statements", "kind", "first_type", "micro_f1"]
        return [*self.heading("learning_curve"), *self.table(columns, rows), f"- {self.say('note_curve')}", ""]

    def details(self, name: str, part: dict[str, Any]) -> list[str]:
        lines = [*self.heading("kinds", name), *self._labels("kind_column", part["kinds"])]
        kinds = list(part["kind_confusion"])
        found = part["kind_confusion"].items()
        rows = [[self.names[gold], *(str(counts[kind]) for kind in kinds)] for gold, counts in found]
        head = [f"{self.say('gold')} \\ {self.say('guess')}", *(self.names[kind] for kind in kinds)]
        lines += [*self.heading("kind_confusion", name), *aligned([head, *rows]), ""]
        lines += [*self.heading("categories", name), *self._labels("category", part["categories"])]
        lines += [*self.heading("types", name), *self._labels("type", part["types"])]
        if "by_fold" in part and part["by_fold"].keys() != part["by_group"].keys():
            lines += [*self.heading("by_fold", name), *self._brief("fold", part["by_fold"])]
        return [*lines, *self.heading("by_group", name), *self._brief("group", part["by_group"])]


def _estimate(part: dict[str, Any], key: str) -> list[str]:
    """Return the cell of a figure with its interval, and that of its support."""
    if key in F1S:
        support = part["statements"] if key == "weakness_f1" else part["first_type"]["support"]
        cell = _with_interval(part[key], part[f"{key}_interval"]) if support else NOTHING
        return [cell, str(support)]
    return [_share(part[key]), str(part[key]["support"])]


def _share(figure: dict[str, Any]) -> str:
    if not figure["support"]:
        return NOTHING
    return _with_interval(figure["share"], [figure["lower"], figure["upper"]])


def _with_interval(value: float, interval: Sequence[float]) -> str:
    if list(interval) == [0, 1]:  # nothing is known of it
        return _number(value)
    return f"{value:.3f} [{interval[0]:.2f}, {interval[1]:.2f}]"


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3f}"
