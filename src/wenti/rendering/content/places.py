"""Where a statement stands: report, section, point, and page, paragraph, row or characters of the file."""

from __future__ import annotations

from wenti.records import Place, Report, TaggedStatement
from wenti.rendering.labels import Labels
from wenti.summary import Summary

_BETWEEN = " · "


def report_name(report: Report, label: Labels) -> str:
    """Return what a report is called: its project, else its title, else its file."""
    return report.project or report.title or label("part", name=report.source.path, part=report.source.part)


def source_of(summary: Summary, index: int, label: Labels) -> str:
    """Return report and place of a statement.

    Parameters
    ----------
    summary : Summary
    index : int
        Of the statement.
    label : Labels
    """
    tagged = summary.statements[index]
    report = summary.reports[tagged.report]
    parts = [report_name(report, label), _in_report(tagged, label)]
    return _BETWEEN.join([*parts, _in_file(report.place_of(tagged.statement.start), tagged, label)])


def point_of(tagged: TaggedStatement, label: Labels) -> str:
    """Return number and title of a statement's point; nothing where it has none."""
    if tagged.point is None:
        return ""
    if not tagged.title:
        return label("point_n", number=tagged.point)
    return label("point_titled", number=tagged.point, title=label.quoted(tagged.title))


def _in_report(tagged: TaggedStatement, label: Labels) -> str:
    point = point_of(tagged, label)
    role = label(f"role_{tagged.section}")
    return label("in_section", role=role, point=point) if point else role


def _in_file(place: Place | None, tagged: TaggedStatement, label: Labels) -> str:
    if place is None:
        return label("chars", start=tagged.statement.start, end=tagged.statement.end)
    if place.page is not None:
        return label("on_page", page=place.page)
    if place.row is not None:
        return label("in_row", sheet=place.sheet or "", row=place.row).strip()
    return label("in_paragraph", paragraph=place.paragraph)
