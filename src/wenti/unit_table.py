"""The user's table of units: full names, short names, sector and region, by which reports are joined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from wenti.errors import InputError
from wenti.reading import contents_of
from wenti.reading.document import Row, Table
from wenti.reading.formats import format_of, reader_of
from wenti.records import Report, UnitName

_COLUMNS = {
    "name": re.compile(r"^(?:单位)?全称$|^单位名称$|^单位$|^部门(?:名称)?$|^full_?name$|^name$|^unit$", re.IGNORECASE),
    "short": re.compile(r"简称|简写|别名|曾用名|^short", re.IGNORECASE),
    "sector": re.compile(r"行业|领域|系统$|归口|^口$|^sector$|类别", re.IGNORECASE),
    "region": re.compile(r"地区|区划|区域|^region$", re.IGNORECASE),
}
_SEPARATOR = re.compile(r"[、，,；;/|\n]")
_HEADER_WITHIN = 10
_FORMATS = ("csv", "xlsx", "xlsm", "xls", "et", "ods")


@dataclass(frozen=True, slots=True)
class Unit:
    """A row of the table."""

    name: str
    short: tuple[str, ...] = ()
    sector: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class UnitTable:
    """Units by each of their names."""

    units: dict[str, Unit] = field(default_factory=dict)

    @classmethod
    def load(cls, path: str | Path) -> UnitTable:
        """Read a table: a header with 全称 (or 单位名称), and any of 简称, 行业 (领域), 地区.

        Raises
        ------
        InputError
            If the file cannot be read, has no such column, or gives two units the same name.
        """
        file = Path(path)
        content = next(iter(contents_of(file)))
        if format_of(content.content, content.suffix) not in _FORMATS:
            raise InputError("units_columns", file=str(path))
        try:
            document = reader_of(format_of(content.content, content.suffix))(content.content)
        except InputError as error:
            error.file = str(path)
            raise
        units: dict[str, Unit] = {}
        for table in (element for element in document.elements if isinstance(element, Table)):
            columns, first = _header(table.rows)
            for number, row in enumerate(table.rows[first:], start=first + 1) if columns else ():
                _add(units, row, columns, str(path), row.number or number)
        if not units:
            raise InputError("units_columns", file=str(path))
        return cls(units)

    def joined(self, report: Report) -> Report:
        """Return a report with its units under their full names, and with the short names, sectors and region of these."""
        names: dict[str, UnitName] = {}
        found: list[Unit] = []
        for each in report.unit_names or tuple(map(UnitName, report.units)):
            unit = next((self.units[name] for name in (each.name, *each.short) if name in self.units), None)
            full = unit.name if unit is not None else each.name
            of_table = unit.short if unit is not None else ()
            others = [name for name in (each.name, *each.short, *of_table) if name != full]
            before = names[full].short if full in names else ()
            names[full] = UnitName(full, tuple(dict.fromkeys([*before, *others])))
            found += [unit] if unit is not None else []
        regions = {unit.region for unit in found if unit.region}
        return replace(
            report,
            units=tuple(names),
            unit_names=tuple(names.values()),
            sectors=tuple(dict.fromkeys(unit.sector for unit in found if unit.sector)),
            region=report.region or (next(iter(regions)) if len(regions) == 1 else None),
        )


def _header(rows: Sequence[Row]) -> tuple[dict[str, int], int]:
    """Return the columns of a table and the index of the row below its header."""
    for index, row in enumerate(rows[:_HEADER_WITHIN]):
        columns: dict[str, int] = {}
        for column, cell in enumerate(row.cells):
            text = re.sub(r"\s", "", cell) if isinstance(cell, str) else ""
            kind = next((kind for kind, pattern in _COLUMNS.items() if text and pattern.search(text)), None)
            if kind is not None:
                columns.setdefault(kind, column)
        if "name" in columns:
            return columns, index + 1
    return {}, 0


def _add(units: dict[str, Unit], row: Row, columns: dict[str, int], file: str, line: int) -> None:
    def cell(name: str) -> str:
        value = row.cells[columns[name]] if columns.get(name, len(row.cells)) < len(row.cells) else ""
        return value.strip() if isinstance(value, str) else ""

    name = cell("name")
    if not name:
        return
    given = [part.strip() for part in _SEPARATOR.split(cell("short")) if part.strip() not in ("", name)]
    before = units[name] if name in units and units[name].name == name else Unit(name)
    short = tuple(dict.fromkeys([*before.short, *given]))
    unit = Unit(name, short, before.sector or cell("sector") or None, before.region or cell("region") or None)
    for each in (name, *short):
        if each in units and units[each].name != name:
            raise InputError("units_ambiguous", file=file, line=line, name=each, first=units[each].name, second=name)
        units[each] = unit
