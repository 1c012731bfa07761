"""A summary as a self-contained HTML page or as Markdown, by the templates beside this module."""

from __future__ import annotations

import html
from collections import Counter
from functools import reduce
from itertools import groupby
from pathlib import PurePath
from typing import Any

import jinja2
from markupsafe import Markup

from wenti.records import Place, Report, Share, SharedWeakness, Summary, TaggedStatement
from wenti.rendering.labels import Labels

_FEW_UNITS = 30
_SHADES = 5
_NAMED = 3
_BAR = 120


def render_html(summary: Summary, lang: str = "zh") -> str:
    """Return one HTML page that needs no network and no scripts."""
    return _environment(autoescape=True).get_template("report.html.j2").render(_view(summary, lang))


def render_markdown(summary: Summary, lang: str = "zh") -> str:
    """Return the same content as Markdown."""
    return _environment(autoescape=False).get_template("report.md.j2").render(_view(summary, lang))


def _environment(autoescape: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("wenti.rendering"),
        autoescape=autoescape,  # noqa: S701 - Markdown has an escape of its own, the filter md
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["md"] = _escape_markdown
    environment.filters["percent"] = _percent
    environment.filters["interval"] = _interval
    environment.filters["bar"] = _bar
    return environment


def _escape_markdown(text: object) -> str:
    escaped = html.escape(" ".join(str(text).split()), quote=False)
    for character in "\\`*_[]|#":
        escaped = escaped.replace(character, "\\" + character)
    return escaped


def _percent(share: float) -> str:
    """Return a share in per cent, rounded half up, with a decimal only where it says something: 75%, 62.5%."""
    tenths = int(share * 1000 + 0.5)
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths / 10:.1f}%"


def _interval(share: Share) -> str:
    """Return the interval in whole per cent, rounded half up; a decimal would feign precision."""
    return f"{int(share.lower * 100 + 0.5)}%–{int(share.upper * 100 + 0.5)}%"


def _bar(share: Share, label: str) -> Markup:
    """Return a share with its interval as a small picture that also reads as text."""
    x = [round(value * _BAR, 1) for value in (share.share, share.lower, share.upper)]
    return Markup(
        '<svg class="bar" viewBox="0 0 {width} 12" width="{width}" height="12" role="img" aria-label="{label}">'
        '<rect class="track" x="0" y="3" width="{width}" height="6" rx="3"/>'
        '<rect class="fill" x="0" y="3" width="{share}" height="6" rx="3"/>'
        '<path class="whisker" d="M{lower} 6H{upper}M{lower} 2V10M{upper} 2V10"/></svg>'
    ).format(width=_BAR, label=label, share=x[0], lower=x[1], upper=x[2])


def _view(summary: Summary, lang: str) -> dict[str, Any]:
    """Return what the templates show; every count in it is the summary's."""
    label = Labels(lang)
    names = {key: name.called(lang) for key, name in summary.names.items()}
    weaknesses = {i for finding in summary.findings for i in finding.statements}
    return {
        "summary": summary,
        "lang": {"zh": "zh-CN", "en": "en"}[lang],
        "label": label,
        "names": names,
        "n_weaknesses": len(weaknesses),
        "lead": _lead(summary, label),
        "headline": _headline(summary, names, label),
        "few_units": 0 < len(summary.units) < _FEW_UNITS,
        "findings_of": Counter(finding.report for finding in summary.findings),
        "total_of": Counter(finding.unit for finding in summary.findings),
        "coverage_of": {i: list(rows) for i, rows in groupby(summary.coverage, key=lambda row: row.report)},
        "cells": {(cell.unit, cell.category): cell for cell in summary.matrix},
        "columns": [row.id for row in sorted(summary.categories, key=lambda row: list(names).index(row.id))],
        "shade": _shades(summary),
        "review": [i for i, tagged in enumerate(summary.statements) if tagged.needs_review],
        "place": lambda tagged: _place(tagged, summary.reports[tagged.report], label),
        "file_name": lambda i: _file_name(summary, i, label),
        "report_name": lambda i: _report_name(summary, i, label),
        "inputs": sorted({(r.source.path, r.source.sha256) for r in summary.reports}),
        "unread": [
            (i, report.text[span.start : span.end])
            for i, report in enumerate(summary.reports)
            for span in report.not_understood
        ],
    }


def _lead(summary: Summary, label: Labels) -> str:
    """Return the sentence that says what the report draws on."""
    named = len({unit for report in summary.reports for unit in report.units})
    key = "lead_units" if named in (0, len(summary.units)) else "lead_units_joint"
    units = label(key, named=named or len(summary.units), units=len(summary.units))
    return label("lead", reports=len(summary.reports), units=units, projects=len(summary.projects))


def _headline(summary: Summary, names: dict[str, str], label: Labels) -> str:
    """Return the sentence that says what most units share; ties are named as ties."""
    rows = summary.types
    if not rows:
        return label("headline_none")
    counts = {"findings": len(summary.findings), "types": len(rows)}
    if len(summary.units) == 1:
        return label("headline_one", **counts)
    if rows[0].by_unit.count == 1:
        return label("headline_unshared", **counts)
    ties = [list(group) for _, group in groupby(rows, key=lambda row: row.by_unit.count)]
    parts = []
    for key, tied in zip(("headline_first", "headline_second"), ties, strict=False):
        share = tied[0].by_unit
        if share.count > 1:
            have = label("have_one" if len(tied) == 1 else "have_each", count=share.count, share=_percent(share.share))
            parts.append(label(key, names=_named(tied, names, label), have=have))
    return "".join(parts) + label("stop")


def _named(rows: list[SharedWeakness], names: dict[str, str], label: Labels) -> str:
    shown = reduce(
        lambda first, second: label("quoted_pair", first=first, second=second),
        [label("quoted", name=names[row.id]) for row in rows[:_NAMED]],
    )
    return shown + (label("and_others", count=len(rows)) if len(rows) > _NAMED else "")


def _shades(summary: Summary) -> dict[int, int]:
    """Return the shade (0 to 5) of each number of findings in the matrix."""
    counts = {cell.findings for cell in summary.matrix}
    highest = max(counts, default=1)
    return {0: 0} | {count: max(1, round(_SHADES * count / highest)) for count in counts}


def _place(tagged: TaggedStatement, report: Report, label: Labels) -> str:
    """Return where a statement stands: page, paragraph or row, section and point; the characters of plain text."""
    parts = [label(f"role_{tagged.section}")]
    if tagged.point is not None:
        title = label("quoted", name=tagged.title) if tagged.title else ""
        parts.append(label("point_n", number=tagged.point) + title)
    parts.append(_in_file(report.place_of(tagged.statement.start), tagged, label))
    return " ".join(parts)


def _in_file(place: Place | None, tagged: TaggedStatement, label: Labels) -> str:
    if place is None:
        return label("chars", start=tagged.statement.start, end=tagged.statement.end)
    if place.page is not None:
        return label("on_page", page=place.page)
    if place.row is not None:
        return label("in_row", sheet=place.sheet or "", row=place.row)
    return label("in_paragraph", paragraph=place.paragraph)


def _file_name(summary: Summary, index: int, label: Labels) -> str:
    source = summary.reports[index].source
    return label("part", name=PurePath(source.path).name, part=source.part)


def _report_name(summary: Summary, index: int, label: Labels) -> str:
    report = summary.reports[index]
    return report.project or report.title or label("part", name=report.source.path, part=report.source.part)
