"""Parts of sentences that several chapters need."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wenti.records import Share
from wenti.rendering.blocks import Run
from wenti.rendering.content.numbers import money, months, percent, rate
from wenti.rendering.content.writer import Writer
from wenti.rendering.labels import Count, Labels, joined_runs
from wenti.summary import KeyFigure

NAMED = 3
UNITS_NAMED = 12

_EXCERPT = 20  # characters, of which two thirds before the words: there stands what they are said of
_CUT_LEFT, _CUT_RIGHT = re.compile(r"\A[\d.,%％\s，、；。]+"), re.compile(r"[\d.,\s，、；。]+\Z")
_YEARS = re.compile(r"\d{4}(–\d{4})?\Z")


def named(writer: Writer, labels: Sequence[str], most: int = NAMED) -> tuple[Run, ...]:
    """Return the names of types, the first few and how many there are: “甲”“乙”“丙”等5类问题."""
    return quoted([writer.named(name) for name in labels], writer.label, "types_named", most)


def quoted(
    names: Sequence[tuple[Run, ...]], label: Labels, others: str = "projects_named", most: int = NAMED
) -> tuple[Run, ...]:
    """Return names in quotation marks in a row, the first few and how many there are in all.

    Parameters
    ----------
    names : sequence of tuple of Run
    label : Labels
    others : {"types_named", "projects_named"}
        Key of what says how many there are.
    most : int, default=3
        How many are shown.
    """
    cut = len(names) > most
    if label.lang == "zh":  # no comma stands between quotation marks
        row = joined_runs(run for name in names[:most] for run in name)
    else:
        row = label.row(names[:most], "list_comma" if cut else "list_last")
    return label.runs(others, names=row, count=len(names)) if cut else row


def units_named(units: Sequence[str], label: Labels) -> str:
    """Return the names of units, all of them or the first dozen and how many there are."""
    shown = label("list_comma").join(units[:UNITS_NAMED])
    return shown if len(units) <= UNITS_NAMED else label("units_and_others", units=shown, count=len(units))


def of_many(writer: Writer, share: Share, what: str, link: str) -> tuple[Run, ...]:
    """Return how many of how many units or projects, and which share: 8家单位中有6家（75%）.

    Parameters
    ----------
    writer : Writer
    share : Share
    what : {"units", "projects"}
    link : str
        Of the number.
    """
    count = Count(share.count, link)
    if share.total == 1:
        return writer.label.runs(f"some_{what}", count=count)
    return writer.label.runs(f"of_{what}", count=count, total=Count(share.total, "reports"), share=percent(share.share))


def figure_value(figure: KeyFigure, lang: str) -> str:
    """Return a key figure with its unit."""
    if figure.measure in ("lowest_rate", "largest_rate"):
        return rate(figure.value)
    if figure.measure == "longest_delay":
        return months(figure.value, lang)
    return money(figure.value, lang)


def excerpt(text: str, words: str) -> str:
    """Return at most 20 characters of a text around some words in it, or from its beginning where it has not those.

    Numbers and stops at ends that are cut are left out, so that no number is cut in two.

    Examples
    --------
    >>> excerpt("出租率120%，回报率不足20%", "20%")
    '出租率120%，回报率不足20%'
    >>> excerpt("截至2022年末，资金到位率不足20%，比2021年低", "20%")
    '…年末，资金到位率不足20%，比…'
    """
    found = re.search(rf"(?<![\d.])(?<!\d,){re.escape(words)}", text)
    at, end = found.span() if found is not None else (0, 0)
    room = max(_EXCERPT - (end - at), 0)
    first = max(at - max(room * 2 // 3, room - (len(text) - end)), 0)
    last = min(first + max(_EXCERPT, end - at), len(text))
    before, after = text[first:at], text[end:last]
    if first:
        before = "…" + _CUT_LEFT.sub("", before)
    if last < len(text):
        after = _CUT_RIGHT.sub("", after) + "…"
    return before + text[at:end] + after


def years_named(years: Sequence[int], label: Labels) -> str:
    """Return years in words: one, some, or from … to."""
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return label("years_range", first=years[0], last=years[-1])
    return label("list_comma").join(label("year_n", year=year) for year in years)


def side_named(name: str, label: Labels) -> str:
    """Return what one side of a comparison is called: years as years, all else as it is."""
    return label("year_n", year=name) if _YEARS.match(name) else name
