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


@dataclass(slots=True)
class _Part:
    """The rows of one report."""

    report: Report
    units: tuple[str, ...]
    own: str = ""
    statements: list[tuple[TaggedStatement, int | None, str]] = field(default_factory=list)


def read_tagged(
    files: Sequence[Path],
    units: UnitTable | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> TaggedReports:
    """Read tables of tagged statements.

    Such a table has no scores, grades or places in the file, and a report's text is not in it; figures are found anew.

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
        n_before = len(parts)
        for block in whole_rows(file, COLUMNS):
            try:
                _take(parts, block, Source("", sha256, file.suffix.lower().removeprefix("."), -n_before))
            except (ValueError, TypeError, OverflowError, StopIteration) as error:
                detail = " ".join(str(error).split())[:200]
                raise InputError("counted_damaged", file=displayable(file), detail=detail) from None
    for part in parts.values():
        _add(found, part, units)
    progress(len(files), len(files))
    return found


def _take(parts: dict[str, _Part], block: pd.DataFrame, sha256: str, suffix: str) -> None:
    for row in block.to_dict("records"):
        name = str(row["report"])
        if name not in parts:
            units = tuple(unit for unit in _text(row["units"]).split(SEPARATOR) if unit)
            report = Report(
                source=Source(name, sha256, suffix, len(parts) + 1),
                text="",
                project=_text(row["project"]) or None,
                project_year=_integer(row["year"]),
            )
            parts[name] = _Part(report, units)
        part = parts[name]
        finding = None if math.isnan(row["finding"]) else int(row["finding"])
        if finding is None:
            part.own = part.own or _text(row["unit"])
        part.statements.append((_statement(row, finding, len(part.statements)), finding, _text(row["unit"])))


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

    Where a report's own unit is among those that it counts, the others are units at fault; else all are members.
    """
    report = replace(part.report, units=(part.own,) if part.own in part.units else part.units)
    number, first = len(found.reports), len(found.statements)
    found.reports.append(units.joined(report) if units is not None else report)
    members: dict[int, list[int]] = {}
    unit_of: dict[int, str] = {}
    for offset, (tagged, finding, unit) in enumerate(part.statements):
        found.statements.append(replace(tagged, report=number))
        if finding is not None:
            members.setdefault(finding, []).append(first + offset)
            unit_of[finding] = unit
    for finding, indices in sorted(members.items()):
        types = dict.fromkeys(label for index in indices for label in found.statements[index].types)
        point = found.statements[indices[0]].point
        found.units.update(dict.fromkeys(indices, unit_of[finding]))
        found.findings.append(Finding(number, point, unit_of[finding], tuple(types), tuple(indices)))


def _text(cell: Any) -> str:
    """Return a cell as text; what is missing is empty, and a number that a spreadsheet made of one is as written."""
    if cell is None or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _integer(cell: Any) -> int | None:
    text = _text(cell)
    return int(text) if text else None


def _role(name: str) -> Role:
    return next(role for role in ROLES if role == name)


def _kind(name: str) -> Kind:
    return next(kind for kind in KINDS if kind == name)
