"""Reports and summaries as plain data, by the contracts in docs/schemas/."""

from __future__ import annotations

from typing import Any

from wenti.records import (
    Figure,
    Place,
    Point,
    Report,
    Section,
    Share,
    SharedWeakness,
    Span,
    Statement,
    Summary,
    TaggedStatement,
)

_DIGITS = 4


def report_dict(report: Report) -> dict[str, Any]:
    """Return a report by docs/schemas/read.schema.json."""
    source = report.source
    return {
        "source": {"path": source.path, "sha256": source.sha256, "format": source.format, "part": source.part},
        "kind": report.kind,
        "title": report.title,
        "project": report.project,
        "units": list(report.units),
        "unit_names": [{"name": unit.name, "short": list(unit.short)} for unit in report.unit_names],
        "sectors": list(report.sectors),
        "region": report.region,
        "project_year": report.project_year,
        "evaluation_year": report.evaluation_year,
        "evaluation_score": report.evaluation_score,
        "grade": report.grade,
        "funds": report.funds,
        "evaluator": report.evaluator,
        "text": report.text,
        "fields": [
            {"name": f.name, "label": f.label, "value": f.value, "start": f.start, "end": f.end} for f in report.fields
        ],
        "sections": [_section(section, report) for section in report.sections],
        "asides": [_span(span) for span in report.asides],
        "unread_pages": list(report.unread_pages),
        "not_understood": [_span(span) for span in report.not_understood],
    }


def _section(section: Section, report: Report) -> dict[str, Any]:
    return {
        "role": section.role,
        "heading": section.heading,
        "start": section.start,
        "end": section.end,
        "points": [_point(point, report) for point in section.points],
    }


def _point(point: Point, report: Report) -> dict[str, Any]:
    return {
        "number": point.number,
        "number_inferred": point.number_inferred,
        "title": point.title,
        "title_place": _span(point.title_span) if point.title_span is not None else None,
        "statements": [_statement(statement, report) for statement in point.statements],
        "points": [_point(inner, report) for inner in point.points],
    }


def _statement(statement: Statement, report: Report) -> dict[str, Any]:
    return {
        "text": statement.text,
        "start": statement.start,
        "end": statement.end,
        **_place(report.place_of(statement.start)),
        "figures": [_figure(figure) for figure in statement.figures],
    }


def _place(place: Place | None) -> dict[str, Any]:
    """Return where a statement stands in its file; nothing for plain text."""
    if place is None:
        return {}
    parts = {name: getattr(place, name) for name in ("page", "paragraph", "sheet", "row", "confidence")}
    return {name: value for name, value in parts.items() if value is not None}


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "quantity": figure.quantity,
        "value": figure.value,
        "unit": figure.unit,
        "text": figure.text,
        "start": figure.start,
        "end": figure.end,
    }


def _span(span: Span) -> dict[str, int]:
    return {"start": span.start, "end": span.end}


def summary_dict(summary: Summary, lang: str = "zh") -> dict[str, Any]:
    """Return a weakness report by docs/schemas/report.schema.json."""
    stamp = summary.stamp
    return {
        "stamp": {
            "wenti": stamp.wenti,
            "model": stamp.model,
            "taxonomy": stamp.taxonomy,
            "taxonomy_sha256": stamp.taxonomy_sha256,
            "threshold": stamp.threshold,
            "date": stamp.date,
        },
        "reports": [
            {
                "source": {
                    "path": r.source.path,
                    "sha256": r.source.sha256,
                    "format": r.source.format,
                    "part": r.source.part,
                },
                "kind": r.kind,
                "title": r.title,
                "project": r.project,
                "units": list(r.units),
                "sectors": list(r.sectors),
                "region": r.region,
                "counted_as": unit,
                "year": r.year,
                "evaluation_score": r.evaluation_score,
                "grade": r.grade,
                "unread_pages": list(r.unread_pages),
                "not_understood": [_span(span) for span in r.not_understood],
            }
            for r, unit in zip(summary.reports, summary.report_units, strict=True)
        ],
        "trained_on": list(summary.trained_on),
        "skipped": [{"path": s.path, "reason": s.reason[lang]} for s in summary.skipped],
        "units": list(summary.units),
        "projects": list(summary.projects),
        "statements": [_tagged(tagged, summary.reports[tagged.report]) for tagged in summary.statements],
        "findings": [
            {
                "report": f.report,
                "point": f.point,
                "unit": f.unit,
                "types": list(f.types),
                "statements": list(f.statements),
            }
            for f in summary.findings
        ],
        "weaknesses": [_shared(row, summary, lang) for row in summary.types],
        "categories": [_shared(row, summary, lang) for row in summary.categories],
        "matrix": [
            {"unit": c.unit, "category": c.category, "findings": c.findings, "statements": list(c.statements)}
            for c in summary.matrix
        ],
        "strengths": list(summary.strengths),
        "requirements": [
            {
                "report": c.report,
                "type": c.type,
                "match": c.match,
                "weaknesses": list(c.weaknesses),
                "requirements": list(c.requirements),
            }
            for c in summary.coverage
        ],
    }


def _tagged(tagged: TaggedStatement, report: Report) -> dict[str, Any]:
    return {
        "text": tagged.statement.text,
        "kind": tagged.kind,
        "kind_probability": round(tagged.kind_probability, _DIGITS),
        "types": list(tagged.types),
        "type_probabilities": [round(p, _DIGITS) for p in tagged.type_probabilities],
        "types_from_headline": tagged.inherited,
        "needs_review": tagged.needs_review,
        "report": tagged.report,
        "section": tagged.section,
        "point": tagged.point,
        "title": tagged.title,
        "start": tagged.statement.start,
        "end": tagged.statement.end,
        **_place(report.place_of(tagged.statement.start)),
    }


def _shared(row: SharedWeakness, summary: Summary, lang: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": summary.names[row.id].called(lang),
        "category": row.category,
        "units": list(row.units),
        "projects": list(row.projects),
        "findings": row.findings,
        "prevalence": round(row.by_unit.share, _DIGITS),
        "interval": _interval(row.by_unit),
        "prevalence_projects": round(row.by_project.share, _DIGITS),
        "interval_projects": _interval(row.by_project),
        "statements": list(row.statements),
    }


def _interval(share: Share) -> list[float]:
    return [round(share.lower, _DIGITS), round(share.upper, _DIGITS)]
