"""Reports and summaries as plain data, by the contracts in docs/schemas/."""

from __future__ import annotations

from typing import Any

from wenti.records import (
    Figure,
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
        "title": report.title,
        "project": report.project,
        "units": list(report.units),
        "project_year": report.project_year,
        "evaluation_year": report.evaluation_year,
        "evaluation_score": report.evaluation_score,
        "grade": report.grade,
        "text": report.text,
        "fields": [
            {"name": f.name, "label": f.label, "value": f.value, "start": f.start, "end": f.end} for f in report.fields
        ],
        "sections": [_section(section) for section in report.sections],
        "not_understood": [_span(span) for span in report.not_understood],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "role": section.role,
        "heading": section.heading,
        "start": section.start,
        "end": section.end,
        "points": [_point(point) for point in section.points],
    }


def _point(point: Point) -> dict[str, Any]:
    return {
        "number": point.number,
        "number_inferred": point.number_inferred,
        "title": point.title,
        "title_place": _span(point.title_span) if point.title_span is not None else None,
        "statements": [_statement(statement) for statement in point.statements],
        "points": [_point(inner) for inner in point.points],
    }


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "text": statement.text,
        "start": statement.start,
        "end": statement.end,
        "figures": [_figure(figure) for figure in statement.figures],
    }


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
                "title": r.title,
                "project": r.project,
                "units": list(r.units),
                "counted_as": unit,
                "year": r.year,
                "evaluation_score": r.evaluation_score,
                "grade": r.grade,
                "not_understood": [_span(span) for span in r.not_understood],
            }
            for r, unit in zip(summary.reports, summary.report_units, strict=True)
        ],
        "trained_on": list(summary.trained_on),
        "skipped": [{"path": s.path, "reason": s.reason[lang]} for s in summary.skipped],
        "units": list(summary.units),
        "projects": list(summary.projects),
        "statements": [_tagged(tagged) for tagged in summary.statements],
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


def _tagged(tagged: TaggedStatement) -> dict[str, Any]:
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
