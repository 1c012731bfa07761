"""What a person corrected wins over the model; rows that fit nothing any more are listed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isclose
from typing import Any

from wenti.corpus import LabelledStatement
from wenti.errors import CorpusError
from wenti.records import Report, TaggedStatement, UnitName
from wenti.review.layout import REPORTS, STATEMENTS, canonical, is_cut, shown
from wenti.review.reading import Metadata, ReviewedReport, ReviewedStatement, ReviewSheet
from wenti.summary import Review, Unmatched

_BREAK = re.compile(r"\s*[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]\s*")  # what no line of a labelled file can hold


def apply_review(
    reports: Sequence[Report], statements: Sequence[TaggedStatement], sheet: ReviewSheet
) -> tuple[tuple[Report, ...], tuple[TaggedStatement, ...], Review]:
    """Put a person's corrections in the place of what was read and tagged.

    A row belongs to the statement of the same report – by its hash and part – with the same place and text. If another
    edition of the program finds the text elsewhere in the report, it still belongs to it, provided that the text stands
    there once and no other statement has the row's place.

    Parameters
    ----------
    reports, statements
        As :func:`wenti.tagging.tag_reports` takes and returns them. Gather the findings anew afterwards.
    sheet : ReviewSheet

    Returns
    -------
    reports : tuple of Report
    statements : tuple of TaggedStatement
        Those reviewed have ``reviewed`` set, probabilities of 1, and need no review.
    review : Review
        ``statements`` counts those reviewed, ``corrected`` those of them that have other tags now; ``unmatched`` are rows
        with corrections, or that may have some, which belong to nothing.
    """
    changed = list(statements)
    unmatched: list[Unmatched] = []
    taken: dict[int, ReviewedStatement] = {}
    for row, index in _matched(reports, statements, sheet.statements):
        if index is None or taken.setdefault(index, row).tags != row.tags:
            unmatched.append(Unmatched(sheet.titles[STATEMENTS], row.row, row.text))
        elif row.is_reviewed or (statements[index].kind, statements[index].types) != row.tags:
            changed[index] = _reviewed(statements[index], row)
    corrected_reports = list(reports)
    places = {(report.source.sha256, report.source.part): index for index, report in enumerate(reports)}
    touched: set[int] = set()
    for each in sheet.reports:
        place = places.get((each.report, each.part))
        if place is None:
            if _changes(each.given, each.before):
                unmatched.append(Unmatched(sheet.titles[REPORTS], each.row, each.name))
            continue
        report = _corrected(corrected_reports[place], each)
        if report is not corrected_reports[place]:
            corrected_reports[place] = report
            touched.add(place)
    changed = _followed(statements, changed)
    pairs = list(zip(statements, changed, strict=True))
    review = Review(
        statements=sum(new.reviewed and new is not old for old, new in pairs),
        corrected=sum(new.reviewed and (new.kind, new.types) != (old.kind, old.types) for old, new in pairs),
        reports=tuple(sorted(touched)),
        unmatched=tuple(unmatched),
    )
    return tuple(corrected_reports), tuple(changed), review


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the statements of reports stand, and which text stands once in a report."""

    exact: dict[tuple[str, int, int, int], int]
    texts: dict[tuple[str, int, str], int | None]


def _matched(
    reports: Sequence[Report], statements: Sequence[TaggedStatement], rows: Sequence[ReviewedStatement]
) -> Iterator[tuple[ReviewedStatement, int | None]]:
    """Yield reviewed rows with the index of their statement, first those that are where they were."""
    wanted = [row for row in rows if row.is_reviewed is not False]
    if not wanted:
        return
    texts = [canonical(shown(tagged.statement.text)) for tagged in statements]
    places = _places(reports, statements, texts)
    moved = []
    for row in wanted:
        index = places.exact.get((row.report, row.part, row.start, row.end))
        if index is not None and texts[index] == canonical(row.text):
            yield row, index
        else:
            moved.append((row, index))
    for row, other in moved:
        # Another text in the row's place means that the rows were mixed up, as by sorting some of the columns.
        yield row, places.texts.get((row.report, row.part, canonical(row.text))) if other is None else None


def _places(reports: Sequence[Report], statements: Sequence[TaggedStatement], texts: Sequence[str]) -> _Places:
    sources = [(report.source.sha256, report.source.part) for report in reports]
    exact: dict[tuple[str, int, int, int], int] = {}
    by_text: dict[tuple[str, int, str], int | None] = {}
    for index, (tagged, text) in enumerate(zip(statements, texts, strict=True)):
        key = sources[tagged.report]
        exact[(*key, tagged.statement.start, tagged.statement.end)] = index
        by_text[(*key, text)] = None if (*key, text) in by_text else index
    return _Places(exact, by_text)


def _reviewed(tagged: TaggedStatement, row: ReviewedStatement) -> TaggedStatement:
    kind, types = row.tags
    return replace(
        tagged,
        kind=kind,
        kind_probability=1.0,
        types=types,
        type_probabilities=(1.0,) * len(types),
        needs_review=False,
        inherited=False,
        reviewed=True,
    )


def _followed(before: Sequence[TaggedStatement], after: Sequence[TaggedStatement]) -> list[TaggedStatement]:
    """Let evidence that has its tags from a headline, and was not judged itself, follow what a person made of it."""
    headlines: dict[tuple[int, int, tuple[str, ...]], TaggedStatement] = {}
    found = list(after)
    for index, (old, new) in enumerate(zip(before, after, strict=True)):
        key = (old.report, old.item, old.types)
        if new.reviewed and not old.inherited:
            headlines.setdefault(key, new)
        headline = headlines.get(key)
        if old.inherited and not new.reviewed and headline is not None:
            tags = (headline.kind, headline.kind_probability, headline.types, headline.type_probabilities)
            kind, sure, types, shares = tags
            found[index] = replace(new, kind=kind, kind_probability=sure, types=types, type_probabilities=shares)
    return found


def _changes(given: Metadata, before: Metadata) -> dict[str, Any]:
    """Return what a person changed; without a column of what was there, all may be."""
    return {name: value for name, value in given.items() if name not in before or not _is_same(value, before[name])}


def _is_same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, abs_tol=1e-6)
    return one == other


def _corrected(report: Report, row: ReviewedReport) -> Report:
    """Return a report with a person's metadata; the same if nothing is new."""
    present = {
        "project": report.project,
        "units": report.units,
        "year": report.year,
        "score": report.evaluation_score,
        "grade": report.grade,
    }
    changes = _changes(_changes(row.given, row.before), present)
    if not changes:
        return report
    if "units" in changes:
        known = {name.name: name for name in report.unit_names}
        names = tuple(known.get(unit, UnitName(unit)) for unit in changes["units"])
        # Sectors are those of the units that were; a table of units tells them anew.
        report = replace(report, units=changes["units"], unit_names=names, sectors=())
    if "year" in changes:
        evaluated = report.evaluation_year if changes["year"] is not None else None
        report = replace(report, project_year=changes["year"], evaluation_year=evaluated)
    return replace(
        report,
        project=changes.get("project", report.project),
        evaluation_score=changes.get("score", report.evaluation_score),
        grade=changes.get("grade", report.grade),
    )


def labelled_rows(sheet: ReviewSheet) -> tuple[list[LabelledStatement], list[CorpusError]]:
    """Return the reviewed statements as rows of a corpus, and what is wrong with those that cannot be.

    Unit, project and year are those of the sheet of reports, else of the row.
    """
    reports = {(each.report, each.part): each.given for each in sheet.reports}
    rows, faults = [], []
    for each in filter(lambda each: each.is_reviewed, sheet.statements):
        if is_cut(each.text):
            faults.append(CorpusError("corpus_text_cut", file=sheet.file, line=each.row))
            continue
        metadata = {**each.metadata, **reports.get((each.report, each.part), {})}
        row = LabelledStatement(
            kind=each.tags[0],
            types=each.tags[1] if each.tags[0] != "fact" else (),  # a fact has none
            text=_one_line(each.text),
            file=sheet.file,
            line=each.row,
            unit=_one_line("、".join(metadata.get("units") or ())),
            project=_one_line(metadata.get("project") or ""),
            year=metadata.get("year"),
        )
        rows.append(row)
    return rows, faults


def _one_line(text: str) -> str:
    return " ".join(part for part in _BREAK.split(text) if part)
