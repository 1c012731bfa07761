"""Published result pages: header lines with labels, headed parts, one page after the other in one file.

The shape is that of a web page's table copied into a text file: a label and its value share a line, cells are separated
by tabs, values are HTML fragments, and a new page begins with its title above ``项目名称：``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from wenti.numbering import number_at
from wenti.reading.headings import strict_role
from wenti.reading.markup import visible_paragraphs
from wenti.records import Field, Paragraph, Report, Section, Source, Span, UnitName

_FIELD = re.compile(
    r"\s*(?:(?P<project>项目名称|评价项目名称)|(?P<unit>(?:项目)?(?:实施|主管|承担|负责)?单位(?:名称)?|被评价单位|被评价部门)"
    r"|(?P<evaluation_time>评价时间|评价日期|评价年度))\s*[：:](?!\s*(?:人民币)?[百千万亿]*元)"  # 单位：万元 names no unit
)
_HEADED = re.compile(r"[^\d\s<。；，！？;,!?]{1,20}")  # what may head a row that is none of the known sections
_MAX_TITLE = 40
_SENTENCE_MARKS = "。；，！？;,!?"

_YEAR = re.compile(r"((?:19|20)\d\d)\s*年?")
# White space is taken for good (*+): between parts that may all be missing, trying each share of it takes hours.
_SCORE = re.compile(r"得分\s*+(?:为|是)?\s*+[：:]?\s*+(\d{1,3}(?:\.\d+)?)\s*分")
_GRADE = re.compile(r"等(?:级|次)\s*+(?:为|是|评定为)?\s*+[：:]?\s*+[“\"「‘']?\s*+([优良中差])")
_UNIT_SEPARATOR = re.compile(r"[、，,；;]")


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def stripped(self) -> _Cell:
        """Return the cell without white space around it."""
        inner = self.text.strip()
        return _Cell(inner, self.start + self.text.find(inner)) if inner else _Cell("", self.start)


@dataclass(frozen=True, slots=True)
class _Line:
    cells: tuple[_Cell, ...]
    start: int
    end: int

    @property
    def blank(self) -> bool:
        return not any(cell.text.strip() for cell in self.cells)


def parse_result_pages(text: str, source: Source) -> list[Report]:
    """Return the reports of a text of result pages; none if it is something else.

    Parameters
    ----------
    text : str
        The decoded file.
    source : Source
        Where it comes from; parts are numbered from 1.

    Returns
    -------
    list of Report
        The texts of the reports, joined, are the whole file.
    """
    lines = list(_lines(text))
    starts = _page_starts(lines)
    if not starts:
        return []
    bounds = [0, *(lines[start].start for start in starts[1:]), len(text)]
    reports = []
    for part, (start, end) in enumerate(pairwise(bounds), start=1):
        page = _Page(text[start:end]).report(replace(source, part=part))
        reports.append(page)
    if not any(section.role in ("findings", "requirements") for report in reports for section in report.sections):
        return []
    return reports


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end + 1
        body = text[start:end].rstrip("\r\n")
        cells, at = [], start
        for cell in body.split("\t"):
            cells.append(_Cell(cell, at))
            at += len(cell) + 1
        yield _Line(tuple(cells), start, end)
        start = end


def _names(line: _Line, name: str) -> bool:
    """Tell whether a line begins with the label of a field."""
    match = _FIELD.match(line.cells[0].text)
    return match is not None and match.lastgroup == name


def _page_starts(lines: list[_Line]) -> list[int]:
    """Return the index of the first line of each page: its title, or the line that names its project."""
    starts = []
    for index, line in enumerate(lines):
        if not _names(line, "project"):
            continue
        first = index
        while first > 0 and _may_be_title(lines[first - 1]) and not _ends_a_page(lines, first - 1, index):
            first -= 1
        while lines[first].blank:
            first += 1
        starts.append(first)
    return starts


def _ends_a_page(lines: list[_Line], index: int, named: int) -> bool:
    """Tell the last line of the page before from a title of the page whose project is named in a line.

    It is a heading; or it ends a block of lines, and what stands below the block is the title.
    """
    line = lines[index]
    if line.blank:
        return False
    above = lines[index - 1] if index > 0 else None
    ends_block = above is not None and not above.blank and _may_be_title(above) and lines[index + 1].blank
    has_title = any(not between.blank for between in lines[index + 1 : named])
    return strict_role(line.cells[0].text) is not None or (ends_block and has_title)


def _may_be_title(line: _Line) -> bool:
    if line.blank:
        return True
    body = line.cells[0].text.strip()
    return (
        len(line.cells) == 1
        and len(body) <= _MAX_TITLE
        and not _FIELD.match(body)
        and number_at(body) is None
        and "<" not in body
        and body[-1] not in _SENTENCE_MARKS
    )


class _Page:
    """One page, line by line: first what stands before any section, then the sections."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.fields: list[Field] = []
        self.sections: list[Section] = []
        self.not_understood: list[Span] = []
        self.titles: list[_Cell] = []
        self._open: Section | None = None
        self._loose: list[Paragraph] = []

    def report(self, source: Source) -> Report:
        for line in _lines(self.text):
            if not line.blank:
                self._take(line)
        self._close(len(self.text))
        title = self._title()
        if title is not None:
            self.fields.insert(0, title)
        score, grade = self._results()
        units = tuple(field.value for field in self.fields if field.name == "unit" and field.value)
        return Report(
            source=source,
            text=self.text,
            title=title.value if title is not None else None,
            project=self._value("project"),
            units=units,
            unit_names=tuple(map(UnitName, units)),
            project_year=_year(self._value("project")),
            evaluation_year=_year(self._value("evaluation_time")),
            evaluation_score=float(score.value) if score is not None else None,
            grade=grade.value if grade is not None else None,
            fields=tuple(self.fields),
            sections=tuple(self.sections),
            not_understood=tuple(self.not_understood),
        )

    def _take(self, line: _Line) -> None:
        first = line.cells[0].stripped()
        # Before the first field a line that looks like a heading (评价结果) is the page's title.
        if (
            not self.fields
            and not self.sections
            and self._open is None
            and _may_be_title(line)
            and not _FIELD.match(first.text)
            and not self._is_past_title()
        ):
            self.titles.append(first)
            return
        if self._open is None and not self.sections and _FIELD.match(first.text):
            self._take_fields(line)
            return
        role = strict_role(first.text)
        in_list = self._open is not None and self._open.role in ("findings", "requirements")
        headed = len(line.cells) > 1 and not in_list and _HEADED.fullmatch(first.text) is not None
        if role is not None or headed:
            self._close(line.start)
            self._open = Section(role or "other", first.text, first.start, line.end)
            return
        if self._open is None:  # in no section: kept as it is
            paragraphs = list(visible_paragraphs(self.text, line.start, line.end))
            self._loose += paragraphs
            self.not_understood += [paragraph.locate(0, len(paragraph.text)) for paragraph in paragraphs]

    def _is_past_title(self) -> bool:
        """Tell whether something else stands below the title already."""
        return bool(self.titles and self._loose) and self._loose[-1].pieces[0].start > self.titles[-1].start

    def _take_fields(self, line: _Line) -> None:
        """Take a line of labels and values; a value may stand in the paragraph or cell after its label."""
        waiting: Field | None = None
        for paragraph in (p for cell in line.cells for p in visible_paragraphs(self.text, cell.start, cell.end)):
            match = _FIELD.match(paragraph.text)
            if match is not None and match.lastgroup is not None:
                self.fields += [waiting] if waiting is not None else []
                end = paragraph.locate(0, match.end()).end
                waiting = Field(match.lastgroup, match.group().strip(), "", end, end)
            after = match.end() if match is not None else 0
            value = _Cell(paragraph.text[after:], after).stripped()
            if not value.text:
                continue
            if waiting is None:
                self.not_understood.append(paragraph.locate(value.start, value.end))
                continue
            parts = list(_split_units(value)) if waiting.name == "unit" else [value]
            for index, part in enumerate(parts):
                place = paragraph.locate(part.start, part.end)
                label = waiting.label if index == 0 else ""
                self.fields.append(Field(waiting.name, label, part.text, place.start, place.end))
            waiting = None if parts else waiting
        self.fields += [waiting] if waiting is not None else []

    def _close(self, end: int) -> None:
        if self._open is None:
            return
        heading = self._open.heading or ""
        body = self._open.start + len(heading)
        paragraphs = tuple(visible_paragraphs(self.text, body, end))
        self.sections.append(replace(self._open, end=end, paragraphs=paragraphs))
        self._open = None

    def _title(self) -> Field | None:
        if not self.titles:
            return None
        lines = [p for cell in self.titles for p in visible_paragraphs(self.text, cell.start, cell.end)]
        title = "".join(line.text.strip() for line in lines)
        return Field("title", "", title, self.titles[0].start, self.titles[-1].end)

    def _value(self, name: str) -> str | None:
        return next((field.value for field in self.fields if field.name == name and field.value), None)

    def _results(self) -> tuple[Field | None, Field | None]:
        """Find score and grade in the sections that may tell them, and in what stands in none."""
        found: dict[str, Field] = {}
        told = [s for s in self.sections if s.role in ("findings", "conclusion", "other", "achievements")]
        for paragraph in (*self._loose, *(paragraph for section in told for paragraph in section.paragraphs)):
            for name, pattern in (("evaluation_score", _SCORE), ("grade", _GRADE)):
                match = pattern.search(paragraph.text)
                if match and name not in found:
                    place = paragraph.locate(*match.span(1))
                    found[name] = Field(name, "", match.group(1), place.start, place.end)
        self.fields += found.values()
        return found.get("evaluation_score"), found.get("grade")


def _split_units(value: _Cell) -> Iterator[_Cell]:
    """Yield the units of a list; separators inside brackets do not separate."""
    start = depth = 0
    for index, character in enumerate(value.text + "、"):
        depth += (character in "（(") - (character in "）)")
        if (depth <= 0 and _UNIT_SEPARATOR.match(character)) or index == len(value.text):
            unit = _Cell(value.text[start:index], value.start + start).stripped()
            if unit.text:
                yield unit
            start = index + 1


def _year(value: str | None) -> int | None:
    match = _YEAR.search(value) if value else None
    return int(match.group(1)) if match else None
