"""A file's bytes to its reports."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from wenti.decoding import decode
from wenti.errors import InputError
from wenti.numbering import number_at
from wenti.reading.document import Document
from wenti.reading.formats import READ, format_of, reader_of
from wenti.reading.laid_text import lay_document, lay_text
from wenti.reading.ledger import split_ledger
from wenti.reading.result_pages import parse_result_pages
from wenti.reading.structure import parse_document
from wenti.records import Report, Source

_FEWEST_NUMBERED = 3
_LONG = 1500  # characters; a result page is shorter, a full report longer


def reports_in(content: bytes, suffix: str, path: str) -> list[Report]:
    """Return the reports that a file's content holds, not yet segmented.

    Parameters
    ----------
    content : bytes
    suffix : str
        Of the file's name, without the dot.
    path : str
        What the file is called in the reports.

    Raises
    ------
    InputError
        If the content cannot be read or is no report.
    """
    if not content.strip():
        raise InputError("file_empty")
    name = format_of(content, suffix)
    if name not in READ:
        raise InputError("archive_nested" if name == "zip" else "file_damaged", format=suffix, detail=name)
    source = Source(path, hashlib.sha256(content).hexdigest(), name, 1)
    if name == "txt":
        reports = _reports_of_text(decode(content), source)
    else:
        reports = _reports_of_document(reader_of(name)(content), source)
    if not reports:
        raise InputError("not_a_report")
    return reports


def _reports_of_text(text: str, source: Source) -> list[Report]:
    if not text.strip():
        raise InputError("file_empty")
    pages = parse_result_pages(text, source)
    if len(pages) > 1:
        return pages
    report = parse_document(lay_text(text), source)
    # A report may have a page's labels in its head, but it is longer, and its sections are numbered or more.
    if pages and (report is None or len(text) < _LONG or not _is_headed(report, pages[0])):
        return pages
    return [report] if report is not None else []


def _is_headed(report: Report, page: Report) -> bool:
    numbered = sum(number_at(section.heading) is not None for section in report.sections if section.heading)
    return numbered >= _FEWEST_NUMBERED or len(report.sections) > len(page.sections)


def _reports_of_document(document: Document, source: Source) -> list[Report]:
    if not document.elements:
        raise InputError("file_empty")
    report = parse_document(lay_document(document.elements), source)
    if report is None:
        return []
    if report.kind != "ledger":
        return [replace(report, unread_pages=document.unread_pages)]
    return _ledger_parts(report, split_ledger(document))


def _ledger_parts(whole: Report, documents: Sequence[Document]) -> list[Report]:
    """Return a report for each part of a ledger; what is said once, of all, holds for each."""
    names = {short: unit for unit in whole.unit_names for short in unit.short}
    found: list[Report] = []
    for document in documents:
        part = parse_document(lay_document(document.elements), whole.source)
        if part is None:
            continue
        units = tuple(names.get(unit.name, unit) for unit in part.unit_names)
        found.append(
            replace(
                part,
                source=replace(whole.source, part=len(found) + 1),
                kind=whole.kind,
                title=whole.title,
                units=tuple(unit.name for unit in units),
                unit_names=units,
                project=part.project or whole.project,
                project_year=part.project_year or whole.project_year,
                evaluation_year=part.evaluation_year or whole.evaluation_year,
                evaluation_score=part.evaluation_score or whole.evaluation_score,
                grade=part.grade or whole.grade,
                region=part.region or whole.region,
                evaluator=part.evaluator or whole.evaluator,
            )
        )
    return found
