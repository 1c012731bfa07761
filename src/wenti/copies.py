"""Which reports are copies of others: their statements are the same, and they do not differ in whose they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from wenti.records import Report
from wenti.segmentation import statements_of

_SAME = 0.9  # share of statements that two files of one report have in common
_FEWEST_TEXTS = 5  # statements; fewer must be alike to the last, of a named project or unit
_MEMBERS = "、"


@dataclass(frozen=True, slots=True)
class Original:
    """What is kept of a report to tell copies of it."""

    path: str
    project: str | None
    year: int | None
    units: frozenset[str]
    texts: frozenset[int]


def original_of(report: Report, path: str | None = None, texts: Iterable[str] | None = None) -> Original:
    """Return what is kept of a report.

    Parameters
    ----------
    report : Report
    path : str, optional
        What the report is called, by default its file.
    texts : iterable of str, optional
        Its statements, where a table holds them and not the report.
    """
    if texts is None:
        texts = (statement.text for section in report.sections for _, statement in statements_of(section))
    # Tables of statements call a joint unit by its members.
    units = frozenset(name for unit in report.units for name in unit.split(_MEMBERS))
    return Original(path or report.source.path, report.project, report.year, units, frozenset(map(_words, texts)))


def _words(text: str) -> int:
    """Return a statement as a hash of its words, which page breaks and punctuation do not change."""
    return hash(re.sub(r"\W", "", text))


class Copies:
    """Reports seen so far, found by their statements."""

    def __init__(self) -> None:
        self._reports: list[Original] = []
        self._with: dict[int, list[int]] = {}

    def original(self, report: Original) -> str | None:
        """Return what the same report is called that was added before, if there is one."""
        shared = Counter(index for text in report.texts for index in self._with.get(text, ()))
        for index, count in shared.most_common():
            if count < _SAME * len(report.texts):
                break
            other = self._reports[index]
            is_short = min(len(report.texts), len(other.texts)) < _FEWEST_TEXTS
            share = 1.0 if is_short else _SAME
            is_told = _is_told(report) and _is_told(other)
            if (
                count >= share * len(report.texts | other.texts)
                and _may_be_same(report, other)
                and (is_told or not is_short)
            ):
                return other.path
        return None

    def add(self, report: Original) -> None:
        """Take in a report of which later ones may be copies."""
        for text in report.texts:
            self._with.setdefault(text, []).append(len(self._reports))
        self._reports.append(report)


def _is_told(original: Original) -> bool:
    return bool(original.project or original.units)


def _may_be_same(one: Original, other: Original) -> bool:
    """Tell whether two reports of the same text may be one: many forms are filled in alike by different units."""
    pairs = ((one.project, other.project), (one.year, other.year), (one.units, other.units))
    return all(not a or not b or a == b for a, b in pairs)
