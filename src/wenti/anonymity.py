"""Units, regions and files by invented names, for publication: 甲单位, 乙单位 … instead of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, Final

from wenti.records import Report
from wenti.summary import Comparison, Review, Summary
from wenti.units import NO_UNIT, project_of

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_LEAST = 3  # characters of a short name that is looked for in texts; 财政 or 医院 would be found everywhere
_KINDS = ("自治区", "自治州", "示范区", "开发区", "新区", "省", "市", "县", "区")
_REGION = re.compile(rf"^.{{2,8}}?(?:{'|'.join(_KINDS)})")
_LEVELS = frozenset("省市县区州旗")
_SOME_UNIT: Final = "某单位"
_OMITTED: Final = "…"
_PERIOD = re.compile(r"\d{4}(?:–\d{4})?")


def anonymous(summary: Summary) -> Summary:
    """Return a summary without the names of units and their regions, in no field and no sentence of it.

    Only names that the reports state as units' are known, with their short forms and the region that they begin with; what
    else a sentence tells of a place or person stays, and is for a person to look through. A name that does not say whose
    it is, such as 教育局, is the unit of the report in which it stands, or 某单位. Offsets are those of the original texts,
    which are left out, as are names of files and the texts of reviewed rows that fit nothing.
    """
    projects = [project_of(report) for report in summary.reports]
    summary = _without_files(summary)
    cast = _Cast.of(summary)
    inside = [cast.inside(report) for report in summary.reports]
    whole = _whole(summary, projects, cast, inside)
    outside = _Hiding(cast, cast.outside, whole=whole)
    inside = [
        replace(hidden, whole={each: whole[each] for each in (project, report.region, *report.units) if each in whole})
        for hidden, report, project in zip(inside, summary.reports, projects, strict=True)
    ]
    reports = zip(summary.reports, inside, strict=True)
    apart = ("reports", "statements", "filters", "comparison", "review", "names", "stamp")
    changed = {
        each.name: _changed(getattr(summary, each.name), outside) for each in fields(summary) if each.name not in apart
    }
    return replace(
        summary,
        **changed,
        reports=tuple(_changed(_without_text(report), hidden) for report, hidden in reports),
        statements=tuple(_changed(tagged, inside[tagged.report]) for tagged in summary.statements),
        filters=tuple((name, _filter(name, value, outside)) for name, value in summary.filters),
        comparison=_without_folders(summary.comparison),
        review=_without_rows(summary.review),
    )


@dataclass(frozen=True, slots=True)
class _Cast:
    """The invented names.

    Attributes
    ----------
    units, regions : dict of str to str
        Those of full names.
    anywhere : dict of str to str
        Those of names in the texts of any report: of names that do not say whose they are 某单位.
    outside : dict of str to str
        Those of names in texts of no report: 某单位 for what several units are called.
    starts, lengths
        First characters of all names; how long those are that begin with the same two, longest first.
    """

    units: dict[str, str]
    regions: dict[str, str]
    anywhere: dict[str, str]
    outside: dict[str, str]
    starts: re.Pattern[str]
    lengths: dict[str, list[int]]

    @classmethod
    def of(cls, summary: Summary) -> _Cast:
        """Invent names in the order of the reports; those of units at fault that no report has as its own come last."""
        joint = {
            unit for unit, report in zip(summary.report_units, summary.reports, strict=True) if report.units != (unit,)
        }
        named = [unit for report in summary.reports for unit in report.units]
        named += [finding.unit for finding in summary.findings if finding.unit not in joint]
        units = {unit: f"{_stem(number)}单位" for number, unit in enumerate(dict.fromkeys(filter(None, named)))}
        found = [*map(_region_of, units), *(report.region for report in summary.reports)]
        places = dict.fromkeys(region for region in found if region and region not in units)
        regions = {region: _stem(number) + _kind_of_region(region) for number, region in enumerate(places)}
        pairs = [pair for report in summary.reports for pair in _called(report)]
        outside = _owned([*pairs, *((unit, unit) for unit in units)], units)
        anywhere = {
            name: invented if _region_of(name) or name in units else _SOME_UNIT for name, invented in outside.items()
        }
        names = {*outside, *regions}
        starts = "".join(sorted({re.escape(name[0]) for name in names}))
        lengths: dict[str, list[int]] = {}
        for length, start in sorted({(len(name), name[:2]) for name in names}, reverse=True):
            lengths.setdefault(start, []).append(length)
        return cls(units, regions, anywhere, outside, re.compile(f"[{starts}]" if starts else r"(?!)"), lengths)

    def inside(self, report: Report) -> _Hiding:
        """Return what hides names in the texts of a report."""
        home = {report.region, *map(_region_of, report.units)}
        return _Hiding(self, self.anywhere, _owned(_called(report), self.units), frozenset(filter(None, home)))


@dataclass(frozen=True, slots=True)
class _Hiding:
    """What puts invented names in the place of others.

    Attributes
    ----------
    names : mapping of str to str
        Of units, in texts.
    own : mapping of str to str
        Of the report's own units, in its texts; they count for more.
    home : frozenset of str
        The regions of its units: 教育局 after another one is another unit.
    whole : mapping of str to str
        Of strings that are nothing but a name.
    """

    cast: _Cast
    names: Mapping[str, str]
    own: Mapping[str, str] = field(default_factory=dict)
    home: frozenset[str] = frozenset()
    whole: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, text: str) -> str:
        """Return a string without names."""
        return self.whole[text] if text in self.whole else self.in_text(text)

    def in_text(self, text: str) -> str:
        """Return a text without the names in it; of names that begin at one place the longest counts."""
        parts, end, region = [], 0, ""
        for match in self.cast.starts.finditer(text):
            start = match.start()
            name = self._at(text, start) if start >= end else None
            if name is None:
                continue
            before = region if start == end else ""
            region = "" if self._unit(name) else name
            parts += [
                text[end:start],
                self.cast.regions[name] if region else self._named(name, before, text[max(start - 1, 0) : start]),
            ]
            end = start + len(name)
        return "".join([*parts, text[end:]])

    def _at(self, text: str, start: int) -> str | None:
        lengths = self.cast.lengths.get(text[start : start + 2], ())
        candidates = (text[start : start + length] for length in lengths)
        return next((each for each in candidates if self._unit(each) or each in self.cast.regions), None)

    def _unit(self, name: str) -> str | None:
        return self.own.get(name) or self.names.get(name)

    def _named(self, name: str, region: str, before: str) -> str:
        """Return what a unit is called that stands after a region, or after another character."""
        invented = str(self._unit(name))
        if _region_of(name):
            return invented
        if region:
            return invented if region in self.home else _SOME_UNIT
        is_elsewhere = before in _LEVELS and before not in {place[-1] for place in self.home}
        return _SOME_UNIT if is_elsewhere else invented


def _called(report: Report) -> Iterator[tuple[str, str]]:
    """Yield each name of a report's own units with the full name: that itself, without its region, and short ones."""
    for unit in filter(None, report.units):
        yield unit, unit
        rest = unit.removeprefix(_region_of(unit) or "")
        if len(rest) >= _LEAST:
            yield rest, unit
    for known in report.unit_names:
        if known.name in report.units:
            yield from ((short, known.name) for short in known.short if len(short) >= _LEAST)


def _owned(pairs: Iterable[tuple[str, str]], units: Mapping[str, str]) -> dict[str, str]:
    """Return what each name becomes: 某单位 where it is that of several units; a full name with its region is of one."""
    owners: dict[str, set[str]] = {}
    for name, unit in pairs:
        owners.setdefault(name, set()).add(units[unit])
    names = {name: min(each) if len(each) == 1 else _SOME_UNIT for name, each in owners.items()}
    return names | {name: units[name] for name in names if name in units and _region_of(name)}


def _whole(summary: Summary, projects: Sequence[str], cast: _Cast, inside: Sequence[_Hiding]) -> dict[str, str]:
    """Return the invented name of each unit, region and project; what are two stay two."""
    hidden_by: dict[str, set[str]] = {}
    shared = _Hiding(cast, cast.anywhere)
    texts: dict[str, str] = {}
    for project, report, hidden in zip(projects, summary.reports, inside, strict=True):
        texts[project] = project_of(report)
        hidden_by.setdefault(project, set()).add(hidden.in_text(texts[project]))
    taken: dict[str, int] = {}
    renamed: dict[str, str] = {}
    for project, found in hidden_by.items():
        name = min(found) if len(found) == 1 else shared.in_text(texts[project])
        taken[name] = taken.get(name, 0) + 1
        renamed[project] = name if taken[name] == 1 else f"{name}（{taken[name]}）"
    whole = {**renamed, **cast.regions, **cast.units}
    whole |= {f"{NO_UNIT}：{project}": f"{NO_UNIT}：{name}" for project, name in renamed.items()}
    for unit in summary.report_units:
        first = next((name for name in cast.units if unit not in whole and unit.startswith(f"{name}等")), None)
        if first is not None:
            whole[unit] = cast.units[first] + unit.removeprefix(first)
    # A project whose name several have is told apart by its unit.
    units = {
        f"{project}（{unit}）": (project, unit)
        for project, own, report in zip(projects, summary.report_units, summary.reports, strict=True)
        for unit in (own, *report.units)
    }
    for project in summary.projects:
        if project not in whole and project in units:
            name, unit = units[project]
            whole[project] = f"{whole[name]}（{whole.get(unit, _SOME_UNIT)}）"
    return whole


def _filter(name: str, value: str, hidden: Callable[[str], str]) -> str:
    """Return the value of a filter; a part of a unit's name, or a region that no report has, is left out."""
    shown = hidden(value)
    return _OMITTED if name in ("unit", "region") and shown == value else shown


def _without_folders(comparison: Comparison | None) -> Comparison | None:
    """Return a comparison whose sides, unless they are years, are not called like folders."""
    if comparison is None or all(map(_PERIOD.fullmatch, (comparison.first, comparison.second))):
        return comparison
    return replace(comparison, first="甲组", second="乙组")


def _without_rows(review: Review | None) -> Review | None:
    """Return a review without the texts of rows that fit nothing: nobody knows whose names stand there."""
    if review is None:
        return None
    return replace(review, unmatched=tuple(replace(row, text=_OMITTED) for row in review.unmatched))


def _region_of(unit: str) -> str | None:
    """Return the region that a name begins with."""
    found = _REGION.match(unit)
    return found.group() if found is not None and found.group() != unit else None


def _stem(number: int) -> str:
    """Return 甲 to 癸, then 甲甲, 甲乙 and so on."""
    stem = _STEMS[number % len(_STEMS)]
    return stem if number < len(_STEMS) else _stem(number // len(_STEMS) - 1) + stem


def _kind_of_region(region: str) -> str:
    return next((kind for kind in _KINDS if region.endswith(kind)), "地")


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
