"""Reports to tagged statements and findings.

Within a report the kind is judged from the words and the section. Evidence that names no problem itself – a bare figure
under a headline – takes its headline's types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from wenti.classifier import Classifier
from wenti.predictions import Prediction
from wenti.records import KINDS, Finding, Kind, Point, Report, Role, Statement, TaggedStatement

_REGION = re.compile(r"^.{1,10}?(?:示范区|自治区|自治州|开发区|新区|省|市|县|区)(?=.{3,})")
_LEAST_NAME = 4
_NOTHING = re.compile(r"[（(]?[一二三四五六七八九十\d]{0,2}[)）、.．]?\s*(?:无|暂无|没有|略|不涉及|[/／—－-]+)[。；]?")
_LEAST_CONFIDENCE = 0.8  # of a line recognised from a picture


@dataclass(frozen=True, slots=True)
class _Placed:
    """A statement with the way to it: report, section, item (a point with all below it) and (sub-)point."""

    report: int
    role: Role
    item: int
    item_number: str | None
    title: str | None
    point: Point
    statement: Statement


def tag_reports(
    reports: Sequence[Report], classifier: Classifier, threshold: str = "medium"
) -> tuple[tuple[TaggedStatement, ...], tuple[Finding, ...]]:
    """Tag every statement and gather the weaknesses of each point.

    Parameters
    ----------
    reports : sequence of Report
        Segmented.
    classifier : Classifier
    threshold : {"wide", "medium", "strict"}, default="medium"

    Returns
    -------
    statements : tuple of TaggedStatement
        In the order of the reports and their texts.
    findings : tuple of Finding
        One for each point of a findings section that holds a weakness; a statement outside any numbered point is a
        finding by itself.
    """
    placed = [p for index, report in enumerate(reports) for p in _placed(index, report)]
    predictions = classifier.predict(
        [p.statement.text for p in placed], threshold=threshold, roles=[p.role for p in placed]
    )
    statements = tuple(_inherit(reports, placed, predictions))
    return statements, findings_of(reports, statements)


def _placed(index: int, report: Report) -> Iterator[_Placed]:
    items = count()
    for section in report.sections:
        for point in section.points:
            for item, title in _items(point, None):
                yield from _below(index, section.role, next(items), item, item, title)


def _items(point: Point, title: str | None) -> Iterator[tuple[Point, str | None]]:
    """Yield the points that hold statements; one that is only the heading of numbered points is none itself."""
    title = point.title or title
    if not point.statements and any(not inner.ordinal for inner in point.points):
        for inner in point.points:
            yield from _items(inner, title)
    else:
        yield point, title


def _below(report: int, role: Role, key: int, item: Point, point: Point, title: str | None) -> Iterator[_Placed]:
    title = point.title or title
    for statement in point.statements:
        yield _Placed(report, role, key, item.number, title, point, statement)
    for inner in point.points:
        yield from _below(report, role, key, item, inner, title)


def _inherit(
    reports: Sequence[Report], placed: Sequence[_Placed], predictions: Sequence[Prediction]
) -> Iterator[TaggedStatement]:
    headlines: dict[tuple[int, int], Prediction] = {}
    sub_headlines: dict[tuple[int, int, str | None], Prediction] = {}
    for place, prediction in zip(placed, predictions, strict=True):
        key = (place.report, place.item)
        inner = (*key, place.point.number)
        headline = sub_headlines.get(inner) or headlines.get(key)
        inherits = (
            place.role == "findings"
            and place.point.number is not None
            and headline is not None
            and prediction.kind == "fact"
            and _is_evidence(place.statement)
        )
        chosen = headline if inherits and headline is not None else prediction
        if prediction.kind == "weakness" and prediction.types:
            headlines.setdefault(key, prediction)
            sub_headlines.setdefault(inner, prediction)
        yield TaggedStatement(
            report=place.report,
            section=place.role,
            point=place.point.number,
            statement=place.statement,
            kind=_kind(chosen.kind),
            kind_probability=chosen.kind_probability,
            types=tuple(tag.id for tag in chosen.types),
            type_probabilities=tuple(tag.probability for tag in chosen.types),
            needs_review=prediction.needs_review or _is_blurred(reports[place.report], place.statement),
            inherited=inherits,
            title=place.title,
            item=place.item,
            item_number=place.item_number,
        )


def _is_blurred(report: Report, statement: Statement) -> bool:
    """Tell text that was recognised from a picture, and not surely."""
    place = report.place_of(statement.start)
    return place is not None and place.confidence is not None and place.confidence < _LEAST_CONFIDENCE


def _is_evidence(statement: Statement) -> bool:
    """Tell figures that show a shortfall – a rate, a change, a delay, or two to compare – from a mere sum or date."""
    quantities = [figure.quantity for figure in statement.figures if figure.quantity != "date"]
    return len(quantities) > 1 or any(quantity not in ("amount", "count") for quantity in quantities)


def _kind(name: str) -> Kind:
    return next(kind for kind in KINDS if kind == name)


def findings_of(reports: Sequence[Report], statements: Sequence[TaggedStatement]) -> tuple[Finding, ...]:
    """Gather the weaknesses of each point of a findings section; a statement outside any numbered point is one by itself.

    Parameters
    ----------
    reports, statements
        As :func:`tag_reports` takes and returns them; a person may have corrected the tags.
    """
    groups: dict[tuple[int, int, int], list[int]] = {}
    for index, tagged in enumerate(statements):
        if is_counted(tagged):
            alone = index if tagged.point is None else -1
            groups.setdefault((tagged.report, tagged.item, alone), []).append(index)
    return tuple(_finding(reports[report], report, members, statements) for (report, *_), members in groups.items())


def is_counted(tagged: TaggedStatement) -> bool:
    """Tell a weakness that counts: of a findings section, or of any where a person says so; 问题：无 is none."""
    here = tagged.section == "findings" or tagged.reviewed
    return here and tagged.kind == "weakness" and (tagged.reviewed or not _NOTHING.fullmatch(tagged.statement.text))


def _finding(report: Report, index: int, members: Sequence[int], statements: Sequence[TaggedStatement]) -> Finding:
    types = dict.fromkeys(label for member in members for label in statements[member].types)
    unit = _unit_at_fault(report, [statements[member].statement.text for member in members])
    return Finding(index, statements[members[0]].item_number, unit, tuple(types), tuple(members))


def _unit_at_fault(report: Report, texts: Sequence[str]) -> str:
    """Return the unit that the texts name, if it is one of several; else nothing: the report's own."""
    if len(report.units) > 1:
        named = [unit for unit in report.units if any(_is_named(unit, text) for text in texts)]
        if len(named) == 1:
            return named[0]
    return ""


def _is_named(unit: str, text: str) -> bool:
    short = _REGION.sub("", unit)
    return unit in text or (len(short) >= _LEAST_NAME and short in text)
