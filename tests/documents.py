"""Small documents as a format reader gives them, and what is read of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from wenti.reading.document import Block, Covered, Row, Table
from wenti.reading.laid_text import lay_document
from wenti.reading.structure import parse_document
from wenti.records import Point, Report, Role, Section, Source
from wenti.segmentation import segment, statements_of

DOCUMENTS = Path(__file__).resolve().parents[1] / "corpus" / "documents"
GOLD = sorted(DOCUMENTS.glob("dev-*-1.docx"))
"""The gold documents that are in the repository, one of each kind."""
SOURCE = Source("报告.docx", "00", "docx", 1)
_COVERED = {"<": Covered.LEFT, "^": Covered.ABOVE}
_NUMERAL = "[一二三四五六七八九十]{1,3}"
_NUMBER = (
    rf"(?:[（(]?(?:\d{{1,2}}(?:\.\d{{1,2}})*|{_NUMERAL})[)）]?[、.．]?|[①-⑳][、.．]?|"
    rf"第{_NUMERAL}(?:部分|章|篇|节)[、：]?)"
)
_LABEL = rf"(?:[【〔]?[\u4e00-\u9fff]{{2,8}}(?:\d{{1,2}})?[】〕]?\s*[：:]|{_NUMERAL}[：:])"
_STOPS = "[。！？；;，]*"
_MARKS = re.compile(f"{_STOPS}{_NUMBER}?{_STOPS}{_LABEL}?{_STOPS}")


def table(*rows: str, sheet: str | None = None) -> Table:
    """Return a table of rows whose cells are separated by ``|``.

    ``<`` and ``^`` are cells that the one to the left or above covers, ``//`` separates paragraphs of a cell. Rows of a
    sheet have numbers.
    """
    made = []
    for number, row in enumerate(rows, start=1):
        texts = [cell.strip() for cell in row.split("|")]
        cells = tuple(_COVERED.get(text, text.replace("//", "\n")) for text in texts)
        made.append(Row(cells, number=number if sheet is not None else None))
    return Table(tuple(made), sheet)


def elements_of(*elements: str | Block | Table) -> list[Block | Table]:
    """Return elements of a document; a string is a paragraph for each of its lines."""
    found: list[Block | Table] = []
    for element in elements:
        found += [Block(line) for line in element.split("\n")] if isinstance(element, str) else [element]
    return found


def parsed(*elements: str | Block | Table) -> Report | None:
    """Return what a document is read to, with statements, or None."""
    report = parse_document(lay_document(elements_of(*elements)), SOURCE)
    return segment(report) if report is not None else None


def report_of(*elements: str | Block | Table) -> Report:
    """Return the report that a document is read to, with statements."""
    report = parsed(*elements)
    assert report is not None
    return report


def statements(report: Report, *roles: Role) -> list[str]:
    """Return the statements of a report, all of them or those of some roles."""
    wanted = [section for section in report.sections if not roles or section.role in roles]
    return [statement.text for section in wanted for _, statement in statements_of(section)]


def by_role(report: Report) -> list[tuple[Role, list[str]]]:
    """Return roles in the order of the text, each with its titles and statements; those of one role in a row are one."""
    found: list[tuple[Role, list[str]]] = []
    for section in report.sections:
        texts = list(_texts(section.points))
        if found and found[-1][0] == section.role:
            found[-1][1].extend(texts)
        elif texts:
            found.append((section.role, texts))
    return found


def headings(report: Report) -> list[tuple[str, Role]]:
    """Return the headings of sections with the role that each gives."""
    return [(section.heading, section.role) for section in report.sections if section.heading is not None]


def points(report: Report) -> list[tuple[Section, Point]]:
    """Return all points of a report with their sections, those below others, too."""
    return [(section, point) for section in report.sections for point in _all(section.points)]


def asides(report: Report) -> list[str]:
    """Return what the report sets aside, each line without white space around it."""
    return [report.text[span.start : span.end].strip() for span in report.asides]


def lost(report: Report) -> list[str]:
    """Return the visible text that is nowhere in a report: in no title, field, heading, statement or aside.

    Numbers, stops and labels (整改措施：) belong to none of these.
    """
    places = [(field.start, field.end) for field in report.fields]
    places += [(span.start, span.end) for span in (*report.asides, *report.not_understood)]
    for section in report.sections:
        places.append((section.start, section.start + len(section.heading or "")))
        places += [(statement.start, statement.end) for _, statement in statements_of(section)]
    places += [(point.title_span.start, point.title_span.end) for _, point in points(report) if point.title_span]
    covered = bytearray(len(report.text))
    for start, end in places:
        covered[start:end] = b"\1" * (end - start)
    seen = (" " if is_covered else c for c, is_covered in zip(report.text, covered, strict=True))
    return [word for word in "".join(seen).split() if not _MARKS.fullmatch(word)]


def assert_places_hold(report: Report) -> None:
    """Assert that all that a report says stands in its text where it says, in order and once."""
    last = 0
    for section in report.sections:
        assert 0 <= section.start <= section.end <= len(report.text)
        if section.heading is not None:
            assert report.text.startswith(section.heading, section.start)
        for _, statement in statements_of(section):
            assert last <= statement.start < statement.end
            assert report.text[statement.start : statement.end] == statement.text
            last = statement.end
            for figure in statement.figures:
                assert report.text[figure.start : figure.end] == figure.text
    for _, point in points(report):
        if point.title_span is not None:
            assert report.text[point.title_span.start : point.title_span.end] == point.title
    for field in report.fields:
        assert re.sub(r"\s", "", report.text[field.start : field.end]) == re.sub(r"\s", "", field.value)


def _texts(points_: Iterable[Point]) -> Iterator[str]:
    for point in _all(points_):
        if point.title is not None:
            yield point.title
        yield from (statement.text for statement in point.statements)


def _all(points_: Iterable[Point]) -> Iterator[Point]:
    for point in points_:
        yield point
        yield from _all(point.points)
