"""Reports from the tables that ``wenti tag`` wrote from them: what such a table keeps of a report, and its tags."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from wenti.decoding import displayable
from wenti.errors import InputError
from wenti.figures import find_figures
from wenti.records import KINDS, ROLES, Finding, Kind, Report, Role, Source, Statement, TaggedStatement
from wenti.report_files import TaggedReports
from wenti.statement_files import whole_rows
from wenti.statement_table import SEPARATOR
from wenti.unit_table import UnitTable

COLUMNS = (
    *("year", "section", "point", "start", "end", "text"),
    *("kind_probability", "type_probabilities", "needs_review"),
)
"""What is needed beside what is counted."""


_Key = tuple[str, ...]
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
) -> TaggedReports:
    """Read tables of tagged statements.

    Such a table has no scores, grades or places in the file, and a report's text is not in it; figures are found anew. A
    report may be cut by the border of two tables, and a copy of a table counts once.

    Parameters
    ----------
    files : sequence of Path
    units : UnitTable, optional
        The user's table of units.
    progress : callable
        Told how many files of how many are done.

    Returns
    -------
    TaggedReports

    Raises
    ------
    InputError
        If a table cannot be read, lacks a column, or holds what no table of tagged statements does.
    """
    found = TaggedReports()
    parts: dict[_Key, _Part] = {}
    read: dict[str, Path] = {}
    for done, file in enumerate(files):
        progress(done, len(files))
        with file.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        first = read.setdefault(sha256, file)
        if first is not file:
            fault = InputError("file_duplicate", file=displayable(file), first=displayable(first))
            found.faults.append((displayable(file), fault))
            continue
        source = Source(displayable(file), sha256, file.suffix.lower().removeprefix("."), 1)
        n_before = len(parts)
        for block in whole_rows(file, COLUMNS):
            try:
                _take(parts, block, source, n_before)
            except (ValueError, TypeError, OverflowError, StopIteration) as error:
                detail = " ".join(str(error).split())[:200]
                raise InputError("counted_damaged", file=displayable(file), detail=detail) from None
    for part in parts.values():
        _add(found, part, units)
    progress(len(files), len(files))
    return found


def _take(parts: dict[_Key, _Part], block: pd.DataFrame, source: Source, n_before: int) -> None:
    """Take in some rows of a table; reports are numbered in the table that they begin in."""
    for row in block.to_dict("records"):
        name, units, project, year = key = tuple(_text(row[column]) for column in _KEY)
        if key not in parts:
            report = Report(
                source=replace(source, path=name, part=len(parts) - n_before + 1),
                text="",
                project=project or None,
                project_year=int(year) if year else None,
            )
            parts[key] = _Part(report, tuple(unit for unit in units.split(SEPARATOR) if unit))
        part = parts[key]
        finding = None if math.isnan(row["finding"]) else int(row["finding"])
        if finding is None:
            part.own = part.own or _text(row["unit"])
        tagged = _statement(row, finding, len(part.statements))
        place = (tagged.statement.start, tagged.statement.end, tagged.statement.text)
        if place not in part.places:
            part.places.add(place)
            part.statements.append((tagged, finding, _text(row["unit"])))


def _statement(row: dict[Any, Any], finding: int | None, index: int) -> TaggedStatement:
    text, start = str(row["text"]), int(row["start"])
    types = tuple(name for name in _text(row["types"]).split(SEPARATOR) if name)
    shares = tuple(float(share) for share in _text(row["type_probabilities"]).split(SEPARATOR) if share)
    if len(types) != len(shares):
        raise ValueError(f"types: {len(types)}, type_probabilities: {len(shares)}")
    point = _text(row["point"]) or None
    return TaggedStatement(
        report=0,
        section=_role(_text(row["section"])),
        point=point,
        statement=Statement(text, start, int(row["end"]), find_figures(text)),
        kind=_kind(_text(row["kind"])),
        kind_probability=float(row["kind_probability"]),
        types=types,
        type_probabilities=shares,
        needs_review=_text(row["needs_review"]).lower() in ("true", "1"),
        # Statements of one finding are one item; any other is one by itself.
        item=finding if finding is not None else -1 - index,
        item_number=point,
    )


def _add(found: TaggedReports, part: _Part, units: UnitTable | None) -> None:
    """Append a report with its statements and findings.

    Where a report's own unit is among those that it counts, the others are units at fault; else all are members. A finding
    has its report's own unit unless it names another, so that a person may correct the report's.
    """
    report = replace(part.report, units=(part.own,) if part.own in part.units else part.units)
    number, first = len(found.reports), len(found.statements)
    found.reports.append(units.joined(report) if units is not None else report)
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
            unit_of[finding] = full if unit not in report.units or len(report.units) > 1 else ""
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


def _role(name: str) -> Role:
    return next(role for role in ROLES if role == name)


def _kind(name: str) -> Kind:
    return next(kind for kind in KINDS if kind == name)
