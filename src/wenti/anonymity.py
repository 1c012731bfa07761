"""Units, regions and files by invented names, for publication: 甲单位, 乙单位 … instead of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from wenti.records import Report
from wenti.summary import Summary

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_LEAST = 3  # characters of a short name that is looked for in texts; 财政 or 医院 would be found everywhere
_REGION = re.compile(r"^.{2,8}?(?:自治区|自治州|示范区|开发区|新区|省|市|县|区)")


def anonymous(summary: Summary) -> Summary:
    """Return a summary without the names of units and their regions, in no field and no sentence of it.

    Only names that the reports state as units' are known, with their short forms and the region that they begin with; what
    else a sentence tells of a place or person stays, and is for a person to look through. Offsets are those of the
    original texts, which are left out, as are names of files.
    """
    summary = _without_files(summary)
    names = _names(summary)
    if not names:
        return summary
    pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))

    def hidden(text: str) -> str:
        return pattern.sub(lambda match: names[match.group()], text)

    kept = {"names": summary.names, "stamp": summary.stamp}
    changed = {
        each.name: _changed(getattr(summary, each.name), hidden)
        for each in fields(summary)
        if each.name not in (*kept, "reports")
    }
    reports = tuple(_without_text(_changed(report, hidden)) for report in summary.reports)
    return replace(summary, **changed, reports=reports)


def _names(summary: Summary) -> dict[str, str]:
    """Return the invented name of each name."""
    units = list(dict.fromkeys(name for report in summary.reports for name in report.units))
    names: dict[str, str] = {}
    regions: dict[str, str] = {}
    for number, unit in enumerate(units):
        invented = f"{_stem(number)}单位"
        names[unit] = invented
        region = _REGION.match(unit)
        if region is not None and region.group() != unit:
            regions.setdefault(region.group(), "某" + _kind_of_region(region.group()))
            rest = unit.removeprefix(region.group())
            if len(rest) >= _LEAST:
                names.setdefault(rest, invented)
    for report in summary.reports:
        for unit_name in report.unit_names:
            for short in unit_name.short:
                if len(short) >= _LEAST and unit_name.name in names:
                    names.setdefault(short, names[unit_name.name])
        if report.region:
            regions.setdefault(report.region, "某" + _kind_of_region(report.region))
    joint = {name: hidden for name, hidden in _joint(summary, names).items() if name not in names}
    return {**regions, **names, **joint}


def _joint(summary: Summary, names: dict[str, str]) -> dict[str, str]:
    """Return names of joint units, which begin with that of a member."""
    found = {}
    for unit in dict.fromkeys((*summary.units, *summary.report_units)):
        first = next((name for name in names if unit.startswith(f"{name}等")), None)
        if first is not None:
            found[unit] = names[first] + unit.removeprefix(first)
    return found


def _stem(number: int) -> str:
    """Return 甲 to 癸, then 甲甲, 甲乙 and so on."""
    stem = _STEMS[number % len(_STEMS)]
    return stem if number < len(_STEMS) else _stem(number // len(_STEMS) - 1) + stem


def _kind_of_region(region: str) -> str:
    kinds = ("自治区", "自治州", "示范区", "开发区", "新区", "省", "市", "县", "区")
    return next((kind for kind in kinds if region.endswith(kind)), "地")


def _changed(value: Any, hidden: Callable[[str], str]) -> Any:
    """Return a value with every string in it changed."""
    if isinstance(value, str):
        return hidden(value)
    if isinstance(value, tuple):
        return tuple(_changed(each, hidden) for each in value)
    if isinstance(value, dict):
        return {key: _changed(each, hidden) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        changes = {each.name: _changed(getattr(value, each.name), hidden) for each in fields(value) if each.init}
        return replace(value, **changes)
    return value


def _without_text(report: Report) -> Report:
    """Return a report without what its summary does not need."""
    return replace(report, text="", sections=(), fields=(), asides=(), not_understood=(), evaluator=None)


def _without_files(summary: Summary) -> Summary:
    """Return a summary whose files have numbers for names, in the reasons of those that were skipped, too."""
    files = {report.source.path: f"报告{number}" for number, report in enumerate(summary.reports, start=1)}
    files |= {each.path: f"文件{number}" for number, each in enumerate(summary.skipped, start=1)}
    longest_first = sorted(files, key=len, reverse=True)

    def shown(text: str) -> str:
        for path in longest_first:
            text = text.replace(path, files[path])
        return text

    reports = tuple(
        replace(report, source=replace(report.source, path=files[report.source.path], sha256="0" * 64))
        for report in summary.reports
    )
    skipped = tuple(_changed(each, shown) for each in summary.skipped)
    return replace(summary, reports=reports, skipped=skipped)
