"""Reports from the tables that ``wenti tag`` wrote from them: what such a table keeps of a report, and its tags."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from wenti.copies import original_of
from wenti.decoding import displayable
from wenti.errors import InputError
from wenti.figures import find_figures
from wenti.records import KINDS, ROLES, Finding, Report, Source, Statement, TaggedStatement
from wenti.report_files import Originals, TaggedReports
from wenti.statement_files import whole_rows
from wenti.statement_table import SEPARATOR
from wenti.unit_table import UnitTable

COLUMNS = (
    *("year", "section", "point", "start", "end", "text"),
    *("kind_probability", "type_probabilities", "needs_review"),
)
"""What is needed beside what is counted."""


_WITHOUT_HEADER = ("jsonl", "parquet")
_SHOWN = 50  # characters of a cell in a message
_MOST_DIGITS = 15
_Key = tuple[str, ...]
_Word = TypeVar("_Word", bound=str)
_KEY = ("report", "units", "project", "year")
"""Columns that are the same in all rows of a report; files of one name in several folders differ in the others."""


@dataclass(slots=True)
class _Part:
    """The rows of one report; ``places`` holds where its statements stand, as a row of two tables is one."""

    report: Report
    units: tuple[str, ...]
    own: str = ""
    statements: list[tuple[TaggedStatement, int | None, str]] = field(default_factory=list)
    places: set[tuple[int, int, str]] = field(default_factory=set)


def read_tagged(
    files: Sequence[Path],
    units: UnitTable | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    known: Container[str] | None = None,
    originals: Originals | None = None,
) -> TaggedReports:
    """Read tables of tagged statements.

    Such a table has no scores, grades or places in the file, and a report's text is not in it; figures are found anew. A
    report may be cut by the border of two tables, and a copy of a table, or of a report in another, counts once.

    Parameters
    ----------
    files : sequence of Path
    units : UnitTable, optional
        The user's table of units.
    progress : callable
        Told how many files of how many are done.
    known : container of str, optional
        Ids of the types that there are; by default any.
    originals : Originals, optional
        Reports seen before, of which these may be copies.

    Returns
    -------
    TaggedReports

    Raises
    ------
    InputError
        If a table cannot be read, lacks a column, or holds what no table of tagged statements does; if none holds a report
        that was not there before.
    """
    found = TaggedReports()
    originals = originals if originals is not None else Originals()
    parts: dict[_Key, _Part] = {}
    names: dict[str, str] = {}
    for done, file in enumerate(files):
        progress(done, len(files))
        shown = displayable(file)
        with file.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        fault = originals.fault_of(sha256, shown)
        if fault is None:
            names[sha256] = shown
            source = Source(shown, sha256, file.suffix.lower().removeprefix("."), 1)
            if not _read(parts, file, source, known):
                fault = InputError("counted_empty", file=shown)
        if fault is not None:
            found.faults.append((shown, fault))
    for sha256, group in groupby(parts.values(), key=lambda part: part.report.source.sha256):
        _add_table(found, list(group), names[sha256], units, originals)
    if not found.reports and found.faults:
        raise found.faults[0][1]
    found.n_from_tables = len(found.reports)
    progress(len(files), len(files))
    return found


def _read(parts: dict[_Key, _Part], file: Path, source: Source, known: Container[str] | None) -> int:
    """Take in the rows of a table, and return how many there are; reports are numbered in the table that they begin in."""
    n_before, n_rows = len(parts), 0
    first = 1 if source.format in _WITHOUT_HEADER else 2
    for block in whole_rows(file, COLUMNS):
        for number, row in enumerate(block.to_dict("records"), start=first + n_rows):
            try:
                _take(parts, row, source, n_before, known)
            except InputError as error:
                error.file, error.line = source.path, number
                raise
        n_rows += len(block)
    return n_rows


def _take(
    parts: dict[_Key, _Part], row: dict[Any, Any], source: Source, n_before: int, known: Container[str] | None
) -> None:
    """Take in a row of a table."""
    name, units, project, year = key = tuple(_text(row[column]) for column in _KEY)
    if key not in parts:
        report = Report(
            source=replace(source, path=name, part=len(parts) - n_before + 1),
            text="",
            project=project or None,
            project_year=_integer(row, "year") if year else None,
        )
        parts[key] = _Part(report, tuple(unit for unit in units.split(SEPARATOR) if unit))
    part = parts[key]
    finding = None if math.isnan(row["finding"]) else int(row["finding"])
    if finding is None:
        part.own = part.own or _text(row["unit"])
    tagged = _statement(row, finding, len(part.statements), known)
    place = (tagged.statement.start, tagged.statement.end, tagged.statement.text)
    if place not in part.places:
        part.places.add(place)
        part.statements.append((tagged, finding, _text(row["unit"])))


def _statement(row: dict[Any, Any], finding: int | None, index: int, known: Container[str] | None) -> TaggedStatement:
    text = _text(row["text"])
    types = tuple(name for name in _text(row["types"]).split(SEPARATOR) if name)
    shares = tuple(share for share in _text(row["type_probabilities"]).split(SEPARATOR) if share)
    if len(types) != len(shares):
        raise InputError("counted_shares", types=len(types), shares=len(shares))
    unknown = [label for label in types if known is not None and label not in known]
    if unknown:
        raise InputError("counted_type", label=_short(unknown[0]))
    point = _text(row["point"]) or None
    return TaggedStatement(
        report=0,
        section=_one_of(row, "section", ROLES),
        point=point,
        statement=Statement(text, _integer(row, "start"), _integer(row, "end"), find_figures(text)),
        kind=_one_of(row, "kind", KINDS),
        kind_probability=_probability("kind_probability", _text(row["kind_probability"])),
        types=types,
        type_probabilities=tuple(_probability("type_probabilities", share) for share in shares),
        needs_review=_text(row["needs_review"]).lower() in ("true", "1"),
        # Statements of one finding are one item; any other is one by itself.
        item=finding if finding is not None else -1 - index,
        item_number=point,
    )


def _add_table(
    found: TaggedReports, parts: Sequence[_Part], table: str, units: UnitTable | None, originals: Originals
) -> None:
    """Append the reports of a table that were not there before."""
    reports = [_report(part, units) for part in parts]
    seen = [
        original_of(report, f"{table}/{report.source.path}", [tagged.statement.text for tagged, *_ in part.statements])
        for report, part in zip(reports, parts, strict=True)
    ]
    copied = originals.copied(seen)
    for part, report, same in zip(parts, reports, copied, strict=True):
        if same is None:
            _add(found, part, report, units)
    copies = [(report.source.path, same) for report, same in zip(reports, copied, strict=True) if same is not None]
    if copies:
        name, first = copies[0]
        fault = InputError("counted_copies", file=table, count=len(copies), report=_short(name), first=first)
        found.faults.append((table, fault))


def _report(part: _Part, units: UnitTable | None) -> Report:
    """Return a report of the user's units.

    Where its own unit is among those that it counts, the others are units at fault; else all are members.
    """
    report = replace(part.report, units=_own_units(part))
    return units.joined(report) if units is not None else report


def _own_units(part: _Part) -> tuple[str, ...]:
    return (part.own,) if part.own in part.units else part.units


def _add(found: TaggedReports, part: _Part, report: Report, units: UnitTable | None) -> None:
    """Append a report with its statements and findings.

    A finding has its report's own unit unless it names another, so that a person may correct the report's.
    """
    own = _own_units(part)
    number, first = len(found.reports), len(found.statements)
    found.reports.append(report)
    items = _items(part)
    members: dict[int, list[int]] = {}
    unit_of: dict[int, str] = {}
    for offset, (tagged, finding, unit) in enumerate(part.statements):
        item = tagged.item
        if finding is None and tagged.section == "findings" and tagged.point is not None:
            item = items.get(tagged.point, items.get(_head(tagged), item))
        found.statements.append(replace(tagged, report=number, item=item))
        if finding is not None:
            members.setdefault(finding, []).append(first + offset)
            full = units.units[unit].name if units is not None and unit in units.units else unit
            unit_of[finding] = full if unit not in own or len(own) > 1 else ""
    for finding, indices in sorted(members.items()):
        types = dict.fromkeys(label for index in indices for label in found.statements[index].types)
        point = found.statements[indices[0]].point
        if unit_of[finding]:
            found.units.update(dict.fromkeys(indices, unit_of[finding]))
        found.findings.append(Finding(number, point, unit_of[finding], tuple(types), tuple(indices)))


def _items(part: _Part) -> dict[str, int]:
    """Return the finding at each point, and at the point around it: what else stands there may become part of it."""
    found: dict[str, int] = {}
    at = [(tagged, finding) for tagged, finding, _ in part.statements if finding is not None and tagged.point]
    for tagged, finding in at:
        found.setdefault(str(tagged.point), finding)
    for tagged, finding in at:
        found.setdefault(_head(tagged), finding)
    return found


def _head(tagged: TaggedStatement) -> str:
    return (tagged.point or "").partition(".")[0]


def _text(cell: Any) -> str:
    """Return a cell as text; what is missing is empty, and a number that a spreadsheet made of one is as written."""
    if cell is None or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _short(text: str) -> str:
    """Return a cell for a message."""
    shown = " ".join(text.split())
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "..."


def _integer(row: dict[Any, Any], column: str) -> int:
    text = _text(row[column])
    if not text.isdecimal() or len(text) > _MOST_DIGITS:
        raise InputError("counted_integer", column=column, value=_short(text))
    return int(text)


def _probability(column: str, text: str) -> float:
    """Return a probability; what is no number is not between its bounds either."""
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 <= share <= 1:
        raise InputError("counted_probability", column=column, value=_short(text))
    return share


def _one_of(row: dict[Any, Any], column: str, allowed: Sequence[_Word]) -> _Word:
    text = _text(row[column])
    for word in allowed:
        if word == text:
            return word
    raise InputError("counted_choice", column=column, value=_short(text), allowed=", ".join(allowed))
