"""Reports as plain data, by docs/schemas/read.schema.json."""

from __future__ import annotations

from typing import Any

from wenti.records import (
    Figure,
    Place,
    Point,
    Report,
    Section,
    Span,
    Statement,
)


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
        "asides": [span_dict(span) for span in report.asides],
        "unread_pages": list(report.unread_pages),
        "not_understood": [span_dict(span) for span in report.not_understood],
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
        "title_place": span_dict(point.title_span) if point.title_span is not None else None,
        "statements": [_statement(statement, report) for statement in point.statements],
        "points": [_point(inner, report) for inner in point.points],
    }


def _statement(statement: Statement, report: Report) -> dict[str, Any]:
    return {
        "text": statement.text,
        "start": statement.start,
        "end": statement.end,
        **place_dict(report.place_of(statement.start)),
        "figures": [_figure(figure) for figure in statement.figures],
    }


def place_dict(place: Place | None) -> dict[str, Any]:
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


def span_dict(span: Span) -> dict[str, int]:
    """Return a stretch of a report's text."""
    return {"start": span.start, "end": span.end}
