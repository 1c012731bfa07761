"""Summaries as plain data, by docs/schemas/report.schema.json."""

from __future__ import annotations

import json
from typing import Any

from wenti.records import Report, Share, TaggedStatement
from wenti.rendering.data import place_dict, span_dict
from wenti.summary import Contrast, KeyFigure, Occurrence, SharedWeakness, Summary

_DIGITS = 4


def summary_dict(summary: Summary, lang: str = "zh") -> dict[str, Any]:
    """Return a weakness report by docs/schemas/report.schema.json."""
    return {
        "stamp": _fields(summary.stamp, "wenti", "model", "taxonomy", "taxonomy_sha256", "threshold", "date"),
        "reports": [_report(summary, index) for index in range(len(summary.reports))],
        "trained_on": list(summary.trained_on),
        "skipped": [{"path": s.path, "reason": s.reason[lang]} for s in summary.skipped],
        "filters": [{"field": field, "value": value} for field, value in summary.filters],
        "excluded": summary.excluded,
        "review": _review(summary),
        "units": list(summary.units),
        "projects": list(summary.projects),
        "min_support": summary.min_support,
        "below_support": list(summary.below_support),
        "statements": [_tagged(tagged, summary.reports[tagged.report]) for tagged in summary.statements],
        "findings": [_fields(f, "report", "point", "unit", "types", "statements") for f in summary.findings],
        "weaknesses": [_shared(row, summary, lang) for row in summary.types],
        "categories": [_shared(row, summary, lang) for row in summary.categories],
        "by": summary.by,
        "groups": list(summary.groups),
        "matrix": [
            {**_fields(c, "group", "category", "findings", "statements"), "units": c.by_unit.count, "of": c.by_unit.total}
            for c in summary.matrix
        ],
        "profiles": [
            _fields(
                p, "project", "units", "years", "score", "grade", "reports", "findings", "types", "statements"
            )
            for p in summary.profiles
        ],
        **_relations(summary),
        **_over_time(summary),
        "strengths": list(summary.strengths),
        "requirements": [_fields(c, "finding", "match", "requirements") for c in summary.coverage],
        "answered": [
            {"id": a.id, "answered": a.share.count, "of": a.share.total, "unanswered": list(a.unanswered)}
            for a in summary.answered
        ],
    }  # fmt: skip


def summary_json(summary: Summary, lang: str = "zh") -> bytes:
    """Return the same as JSON, with a line for each report, statement, weakness and so on.

    The encoder of the standard library is fast only where it does not indent.
    """
    parts = []
    for name, value in summary_dict(summary, lang).items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rows = b",\n".join(map(_encoded, value))
            parts.append(_encoded(name) + b": [\n" + rows + b"\n]")
        else:
            parts.append(_encoded(name) + b": " + _encoded(value))
    return b"{\n" + b",\n".join(parts) + b"\n}\n"


def _encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogatepass")


def _fields(value: Any, *names: str) -> dict[str, Any]:
    """Return some attributes; tuples as lists, numbers rounded."""
    return {name: _plain(getattr(value, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return round(value, _DIGITS) if isinstance(value, float) else value


def _report(summary: Summary, index: int) -> dict[str, Any]:
    report = summary.reports[index]
    source = _fields(report.source, "path", "sha256", "format", "part")
    names = ("kind", "title", "project", "units", "sectors", "region", "year", "evaluation_score", "grade")
    return {
        "source": source,
        **_fields(report, *names, "unread_pages"),
        "counted_as": summary.report_units[index],
        "not_understood": [span_dict(span) for span in report.not_understood],
    }


def _review(summary: Summary) -> dict[str, Any] | None:
    review = summary.review
    if review is None:
        return None
    unmatched = [_fields(row, "sheet", "row", "text") for row in review.unmatched]
    return {**_fields(review, "statements", "corrected", "reports"), "unmatched": unmatched}


def _tagged(tagged: TaggedStatement, report: Report) -> dict[str, Any]:
    return {
        "text": tagged.statement.text,
        **_fields(tagged, "kind", "kind_probability", "types"),
        "type_probabilities": [round(p, _DIGITS) for p in tagged.type_probabilities],
        "types_from_headline": tagged.inherited,
        **_fields(tagged, "needs_review", "reviewed", "report", "section", "point", "title"),
        "start": tagged.statement.start,
        "end": tagged.statement.end,
        **place_dict(report.place_of(tagged.statement.start)),
    }


def _shared(row: SharedWeakness, summary: Summary, lang: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": summary.names[row.id].called(lang),
        **_fields(row, "category", "units", "projects", "findings"),
        "prevalence": round(row.by_unit.share, _DIGITS),
        "interval": _interval(row.by_unit),
        "corrected": _corrected(row.by_unit),
        "prevalence_projects": round(row.by_project.share, _DIGITS),
        "interval_projects": _interval(row.by_project),
        "corrected_projects": _corrected(row.by_project),
        "key_figure": _key_figure(row.key_figure),
        **_fields(row, "statements", "quotations", "strengths"),
    }


def _interval(share: Share) -> list[float]:
    return [round(share.lower, _DIGITS), round(share.upper, _DIGITS)]


def _corrected(share: Share) -> dict[str, Any] | None:
    found = share.corrected
    if found is None:
        return None
    return {"prevalence": round(found.share, _DIGITS), "interval": [_plain(found.lower), _plain(found.upper)]}


def _key_figure(figure: KeyFigure | None) -> dict[str, Any] | None:
    return _fields(figure, "measure", "value", "statements") if figure is not None else None


def _relations(summary: Summary) -> dict[str, Any]:
    """Return weaknesses against scores and grades, and what occurs together."""
    means = ("n_with", "n_without", "mean_with", "mean_without", "difference", "lower", "upper")
    return {
        "scores": [_fields(c, "id", *means, "p_value", "p_adjusted", "statements") for c in summary.contrasts],
        "grades": [
            {
                "grade": g.grade,
                "category": g.category,
                "reports": g.share.count,
                "of": g.share.total,
                "statements": list(g.statements),
            }
            for g in summary.grades
        ],
        "pairs": [
            _fields(p, "first", "second", "units", "total", "expected", "lift", "p_value", "p_adjusted", "statements")
            for p in summary.pairs
        ],
    }


def _over_time(summary: Summary) -> dict[str, Any]:
    """Return trends, what is new, what comes back, and the comparison of two periods or groups."""
    comparison = summary.comparison
    return {
        "trends": [
            {
                **_fields(t, "id", "change", "p_value", "p_adjusted"),
                "years": [
                    {
                        "year": p.year,
                        "units": p.share.count,
                        "of": p.share.total,
                        "interval": _interval(p.share),
                        "statements": list(p.statements),
                    }
                    for p in t.points
                ],
            }
            for t in summary.trends
        ],
        "new_types": list(summary.new_types),
        "comparison": None
        if comparison is None
        else {**_fields(comparison, "first", "second"), "rows": [_contrast(row) for row in comparison.rows]},
        "recurrences": [
            {**_fields(r, "unit", "type"), "earlier": _occurrence(r.earlier), "later": _occurrence(r.later)}
            for r in summary.recurrences
        ],
    }


def _contrast(row: Contrast) -> dict[str, Any]:
    sides = {
        name: {"units": share.count, "of": share.total, "interval": _interval(share), "statements": list(statements)}
        for name, share, statements in (
            ("first", row.first, row.first_statements),
            ("second", row.second, row.second_statements),
        )
    }
    return {"id": row.id, **sides, **_fields(row, "difference", "lower", "upper", "p_value", "p_adjusted")}


def _occurrence(found: Occurrence) -> dict[str, Any]:
    return _fields(found, "year", "statements", "quotation")
