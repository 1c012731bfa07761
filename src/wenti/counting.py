"""The weaknesses of a table of statements, counted in parts of any size: what :mod:`wenti.aggregation` counts, no more.

A report, and a finding of it, may be cut by the borders of the parts. So a part gives sets – which findings, units and
projects show a type – and sets of several parts are united before anything is counted. Names are numbered, so that the
sets of ten million statements take some hundred megabytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from wenti.errors import InputError
from wenti.intervals import wilson
from wenti.records import Name, Share
from wenti.statement_table import SEPARATOR
from wenti.summary import Summary

NEEDED = ("report", "unit", "units", "project", "finding", "kind", "types")
"""Columns of a table that can be counted."""
COLUMNS = (
    *("level", "id", "category", "name", "findings", "statements"),
    *("units", "units_total", "prevalence", "lower", "upper"),
    *("projects", "projects_total", "prevalence_projects", "lower_projects", "upper_projects"),
)
LEVELS = ("type", "category")

_SETS = ("findings", "units", "projects")
"""What shows a label."""
_FINDING_BITS, _LABEL_BITS = 20, 12  # of an element; the 31 between are its report's, unit's or project's
_DIGITS = 4  # as in the JSON of a report
_MOST_PENDING = 1_000_000
_RETRIES = 3
_FAN_IN = 32

Ints = NDArray[np.int64]
Label = tuple[str, str]
"""Level and id."""


@dataclass(frozen=True, slots=True)
class Count:
    """How often a type or category was found: a row of the table of counts."""

    level: str
    id: str
    findings: int
    statements: int
    by_unit: Share
    by_project: Share


@dataclass(frozen=True, slots=True)
class Counted:
    """A row for each type and category, in no order, and of how many statements, units and projects."""

    rows: tuple[Count, ...]
    statements: int
    units: int
    projects: int


def count_weaknesses(frame: Any, names: Mapping[str, Name], lang: str = "zh") -> pd.DataFrame:
    """Count the weaknesses of a tagged table of statements by type and category.

    Parameters
    ----------
    frame : pandas.DataFrame or dask.dataframe.DataFrame
        With at least the columns :data:`NEEDED`, as ``wenti tag`` writes them from reports.
    names : mapping of str to Name
        What types and categories are called.
    lang : {"zh", "en"}, default="zh"
        Of the names.

    Returns
    -------
    pandas.DataFrame
        With the columns :data:`COLUMNS`: types, then categories, most shared first. A prevalence is the share of units or
        projects, with its 95 % interval.

    Raises
    ------
    InputError
        If a column is missing, the number of a finding is none, or a type has no name.
    """
    return table_of(count(frame).rows, names, lang)


def count(frame: Any) -> Counted:
    """Count a table of statements; a dask.dataframe where its partitions are.

    Raises
    ------
    InputError
        If a column is missing, or the number of a finding is none.
    """
    require(frame.columns)
    if isinstance(frame, pd.DataFrame):
        return Counts.of(frame).counted()
    from dask.delayed import delayed

    # Some parts are united at a time, and some unions, and so on: no worker has to hold all parts.
    parts = [delayed(Counts.of)(part) for part in frame.to_delayed()]
    while len(parts) > 1:
        groups = [parts[first : first + _FAN_IN] for first in range(0, len(parts), _FAN_IN)]
        parts = [delayed(united)(group) for group in groups]
    counted: Counted = delayed(Counts.counted)(parts[0]).compute(retries=_RETRIES)
    return counted


def counts_of(summary: Summary) -> Iterator[Count]:
    """Yield what a summary has counted."""
    for level, rows in zip(LEVELS, (summary.types, summary.categories), strict=True):
        for row in rows:
            yield Count(level, row.id, row.findings, len(row.statements), row.by_unit, row.by_project)


def table_of(rows: Iterable[Count], names: Mapping[str, Name], lang: str) -> pd.DataFrame:
    """Return counts as a table with the columns :data:`COLUMNS`.

    Raises
    ------
    InputError
        If a type or category has no name.
    """
    found = sorted(
        rows, key=lambda r: (LEVELS.index(r.level), -r.by_unit.share, -r.by_project.share, -r.findings, r.id)
    )
    for row in found:
        if row.id not in names:
            raise InputError("counted_type", label=row.id)
    cells = [
        (
            *(row.level, row.id, _category(row.id), names[row.id].called(lang), row.findings, row.statements),
            *_cells(row.by_unit),
            *_cells(row.by_project),
        )
        for row in found
    ]
    return pd.DataFrame(cells, columns=list(COLUMNS))


def _cells(share: Share) -> tuple[float, ...]:
    return (share.count, share.total, *(round(value, _DIGITS) for value in (share.share, share.lower, share.upper)))


def _category(label: str) -> str:
    return label.split(".", 1)[0]


class Counts:
    """What parts of a table have in it: names by number, and which findings, units and projects show which label.

    Attributes
    ----------
    statements : int
        Rows so far.
    """

    def __init__(self) -> None:
        self.statements = 0
        self._labels, self._reports, self._units, self._projects = (_Numbers() for _ in range(4))
        self._found: Counter[int] = Counter()
        self._sets = {shows: _Distinct() for shows in _SETS}

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Self:
        """Return what one part has in it."""
        counts = cls()
        counts.add(frame)
        return counts

    def add(self, frame: pd.DataFrame) -> None:
        """Take in some rows.

        Raises
        ------
        InputError
            If the number of a finding is none, or there are more types than any taxonomy has.
        """
        self.statements += len(frame)
        frame = frame.assign(project=_whose(frame["project"], frame["units"]))
        _numbered(self._projects, frame["project"])
        for cell in frame["units"].dropna().unique():
            self._units.of(_names_in(cell))
        finding = finding_numbers(frame["finding"])
        counted = (frame["kind"] == "weakness").to_numpy(dtype=bool) & ~np.isnan(finding)
        rows, labels = self._labelled(frame["types"][counted])
        self._found.update(dict(enumerate(np.bincount(labels).tolist())))
        report, unit, project = (
            _numbered(numbers, frame[column][counted])[rows]
            for column, numbers in (("report", self._reports), ("unit", self._units), ("project", self._projects))
        )
        self._sets["findings"].add(_packed(labels, report, finding[counted].astype(np.int64)[rows]))
        self._sets["units"].add(_packed(labels, unit))
        self._sets["projects"].add(_packed(labels, project))

    def update(self, other: Counts) -> None:
        """Take in what another has."""
        self.statements += other.statements
        labels = self._labels.of(other._labels)
        self._found.update({int(labels[label]): count for label, count in other._found.items()})
        renumbered = (
            self._reports.of(other._reports),
            self._units.of(other._units),
            self._projects.of(other._projects),
        )
        for (shows, distinct), numbers in zip(other._sets.items(), renumbered, strict=True):
            label, number, finding = _unpacked(distinct.elements())
            self._sets[shows].add(_packed(labels[label], numbers[number], finding))

    def counted(self) -> Counted:
        """Count what there is."""
        units, projects = len(self._units), len(self._projects)
        found = {shows: np.bincount(_unpacked(distinct.elements())[0]) for shows, distinct in self._sets.items()}
        rows = [
            Count(
                level,
                label,
                findings=int(found["findings"][number]),
                statements=self._found[number],
                by_unit=wilson(int(found["units"][number]), units),
                by_project=wilson(int(found["projects"][number]), projects),
            )
            for number, (level, label) in enumerate(self._labels)
        ]
        return Counted(tuple(rows), self.statements, units, projects)

    def _labelled(self, types: pd.Series[Any]) -> tuple[Ints, Ints]:
        """Return row and label for each type of a row, and for each category once."""
        codes, cells = pd.factorize(types)
        labels = [self._labels.of(_labels_in(cell)) for cell in [*cells, ""]]
        if len(self._labels) > 1 << _LABEL_BITS:
            raise InputError("counted_type", label=list(self._labels)[-1][1])
        rows = np.repeat(np.arange(len(codes)), np.array([len(each) for each in labels])[codes])
        return rows, np.concatenate([labels[-1], *(labels[code] for code in codes)])


def united(parts: Iterable[Counts]) -> Counts:
    """Return what several have, together."""
    counts = Counts()
    for part in parts:
        counts.update(part)
    return counts


class _Numbers:
    """Numbers names from 0 in the order in which they come."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._numbers)

    def of(self, names: Iterable[Any]) -> Ints:
        """Return the numbers of names."""
        numbers = self._numbers
        return np.fromiter((numbers.setdefault(name, len(numbers)) for name in names), np.int64)


def _numbered(numbers: _Numbers, names: pd.Series[Any]) -> Ints:
    """Return the number of each name; a missing one is empty."""
    codes, distinct = pd.factorize(names)
    return numbers.of([*distinct, ""] if (codes < 0).any() else distinct)[codes]


def _whose(projects: pd.Series[Any], units: pd.Series[Any]) -> pd.Series[Any]:
    """Return projects with the first of their units: two units may have projects of one name."""
    of_project, names = pd.factorize(projects.fillna(""))
    of_units, cells = pd.factorize(units.fillna(""))
    pairs, of_pair = np.unique(of_project * max(len(cells), 1) + of_units, return_inverse=True)
    firsts = [next(iter(_names_in(cell)), "") for cell in cells]
    of = (divmod(int(pair), max(len(cells), 1)) for pair in pairs)
    keys = np.array([f"{names[project]}\t{firsts[cell]}" for project, cell in of], dtype=object)
    return pd.Series(keys[of_pair], index=projects.index, dtype=object)


class _Distinct:
    """Distinct integers. Repeated ones are dropped now and then, since that takes long."""

    def __init__(self) -> None:
        self._parts = [np.zeros(0, np.int64)]
        self._pending = 0

    def add(self, elements: Ints) -> None:
        """Take in some, repeated or not."""
        self._parts.append(_sorted_once(elements))
        self._pending += len(self._parts[-1])
        if self._pending > max(_MOST_PENDING, len(self._parts[0])):
            self.elements()

    def elements(self) -> Ints:
        """Return them in order."""
        if len(self._parts) > 1:
            self._parts = [_sorted_once(np.concatenate(self._parts))]
            self._pending = 0
        return self._parts[0]


def _sorted_once(elements: Ints) -> Ints:
    """Return the distinct ones in order. NumPy's own way by hashing takes ten times as long for numbers like these."""
    ordered = np.sort(elements)
    is_first = np.ones(len(ordered), dtype=bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    once: Ints = ordered[is_first]
    return once


def _packed(label: Ints, number: Ints, finding: Ints | int = 0) -> Ints:
    """Return one integer for each label with the number of what shows it."""
    return (label << (63 - _LABEL_BITS)) | (number << _FINDING_BITS) | finding


def _unpacked(elements: Ints) -> tuple[Ints, Ints, Ints]:
    """Return labels, numbers and findings."""
    least = elements & ((1 << (63 - _LABEL_BITS)) - 1)
    return elements >> (63 - _LABEL_BITS), least >> _FINDING_BITS, elements & ((1 << _FINDING_BITS) - 1)


def require(columns: Iterable[str], needed: Iterable[str] = NEEDED) -> None:
    """Check that columns are there, by default :data:`NEEDED`.

    Raises
    ------
    InputError
        If one is missing.
    """
    there = set(columns)
    missing = [column for column in needed if column not in there]
    if missing:
        raise InputError("counted_columns", columns=", ".join(missing))


def finding_numbers(cells: pd.Series[Any]) -> NDArray[np.float64]:
    """Return numbers of findings, nothing as NaN.

    Raises
    ------
    InputError
        If a cell holds something else.
    """
    try:
        numbers = pd.to_numeric(cells).to_numpy(dtype=np.float64, na_value=np.nan)
    except (ValueError, TypeError):
        raise InputError("counted_finding") from None
    known = numbers[~np.isnan(numbers)]
    if not ((known >= 1) & (known < 1 << _FINDING_BITS) & (known == np.floor(known))).all():
        raise InputError("counted_finding")
    return numbers


def _names_in(cell: str) -> list[str]:
    return [name for name in cell.split(SEPARATOR) if name]


def _labels_in(cell: str) -> list[Label]:
    types = dict.fromkeys(name.strip() for name in cell.split(SEPARATOR) if name.strip())
    categories = dict.fromkeys(map(_category, types))
    return [*(("type", name) for name in types), *(("category", name) for name in categories)]
