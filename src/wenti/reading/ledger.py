"""Ledgers of problems (问题清单, 整改台账): which column holds what, and what each row says.

The header may span several rows; columns are told by their names, in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Literal

from wenti.reading.document import Block, Covered, Document, Row, Table
from wenti.reading.laid_text import Cell, Line, lay_document
from wenti.reading.metadata import value_field
from wenti.records import Field, Paragraph, Role, Span
from wenti.sentences import stretches

Column = Literal["number", "problem", "deadline", "mixed", "status", "measure", "unit", "project", "year", "other"]

# In order: the first pattern that a column's name matches tells what the column holds.
_COLUMNS: tuple[tuple[Column, re.Pattern[str]], ...] = (
    ("number", re.compile(r"^(?:序号|编号|问题编号|问题序号|号|No\.?)$")),
    ("other", re.compile(
        r"问题(?:类[型别]|性质|来源|分类|数量?|个数|定性|金额|依据)|类[型别]|金额|责任人|负责人|联系|备注|"
        r"领导|经办|电话|依据|签字"
)),
    ("problem", re.compile(r"问题|不足(?!额)|审计发现|评价发现")),
    ("deadline", re.compile(r"^(?!.*(?:措施|计划|安排|要求)).*(?:时限|期限|时间|日期)")),
    ("status", re.compile(r"已(?:采取|完成|开展)|措施落实")),
    ("mixed", re.compile(r"措施.{0,3}(?:成效|情况|结果|进展)|(?:情况|进展).{0,3}(?:措施|安排)")),
    ("status", re.compile(
        r"完成(?:情况|结果|与否)|是否(?:完成|整改|销号)|状态|销号|整改(?:落实)?(?:情况|结果|进展|成效|"
        r"进度)|落实情况|办理情况|进展|成效|结果"
)),
    ("measure", re.compile(r"措施|要求|建议|意见|打算|安排|计划|目标|任务")),
    ("project", re.compile(r"项目(?:名称)?$|^政策名称|^专项名称|评价对象|审计项目")),
    ("unit", re.compile(r"单位|部门|责任主体|牵头|乡镇")),
    ("year", re.compile(r"年度|年份")),
)  # fmt: skip
_UNITS = ("被评价", "被审计", "项目", "实施", "责任", "单位", "主管", "部门")  # whose unit is meant, likeliest first
_MAX_NAME = 20
_HEADER_WITHIN = 8
_DONE = re.compile(
    r"已(?:全部|全额)?(?:完成|整改|销号|办结|落实|纠正|到位|收回|追回|归还|上缴|退回|拨付)|无需整改|不属实|完成整改|整改到位|整改完成|^(?:完成|是|办结|"
    r"销号|√|100[%％])$|全部完成"
)
_OPEN = re.compile(
    r"正在|尚未|未(?:完成|整改|销号|到位|启动)|部分(?:完成|整改)|基本完成|持续|整改中|推进中|进行中|长期|"
    r"未$|^否$|跨年|逾期"
)
_STATUS_ONLY = re.compile(
    r"(?:已|正在|正|尚未|未|部分|基本|持续|全部)?(?:完成|整改|推进|销号|办结|落实|进行|启动|办理|"
    r"坚持)(?:整改|销号|到位|完成|推进|中|了)*|[√×是否/—-]+|"
    r"\d+(?:\.\d+)?[%％]|"
    r"\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|末|前|底前|末前)?(?:完成)?|长期(?:坚持|整改)|立行立改|[（(].{0,10}[)）]"
)
_PLAN = re.compile(
    r"将(?!其|近)|拟|计划|力争|预计|继续|下一步|(?:月底?|寒假|暑假|年底|汛期|季度末?)前|^对(?:其余|剩余|"
    r"未)|^引入|^建立"
)
_NO_ROW = re.compile(r"(?:合\s*计|总\s*计|小\s*计|共计)|(?:填[报表]|制表|审核|复核|负责|联系)人|(?:备注|注|说明)[：:]")
_RESULT = re.compile(r"已|截至|完成了|目前|(?:19|20)\d\d年\d{1,2}月[^底末前]{0,6}(?:印发|修订|召开|出台|收回|退回)")
_NOTHING = re.compile(r"\s*(?:[-—/\\无.]*|暂无|不涉及|同上)\s*")


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a ledger: how many rows it has, and what each column of the table's grid holds."""

    first: int
    rows: int
    columns: tuple[Column, ...]
    names: tuple[str, ...]

    def of(self, column: Column) -> list[int]:
        """Return the indices of the columns that hold something."""
        return [index for index, held in enumerate(self.columns) if held == column]


@dataclass(slots=True)
class LedgerRow:
    """What a row says: its paragraphs by role, in the order of the row, and whom and what it concerns."""

    line: Line
    parts: list[tuple[Role, list[Paragraph]]] = field(default_factory=list)
    asides: list[Span] = field(default_factory=list)
    units: tuple[Paragraph, ...] = ()
    project: Paragraph | None = None
    year: Paragraph | None = None

    def fields(self) -> list[Field]:
        """Return whom and what the row concerns as labelled values."""
        named = [("unit", paragraph) for paragraph in self.units]
        named += [(name, p) for name, p in (("project", self.project), ("project_year", self.year)) if p is not None]
        return [value_field(name, "", paragraph) for name, paragraph in named]


def find_header(lines: Sequence[Line]) -> Header | None:
    """Return the header of a table if it is a ledger's: it has a column of problems and others that go with it."""
    for first, line in enumerate(lines[:_HEADER_WITHIN]):
        if len(line.own_cells) < 2:  # a title above the header
            continue
        if any(len(cell.text.strip()) > _MAX_NAME for cell in line.own_cells):
            return None
        rows = 1
        while first + rows < len(lines) and rows < 3 and _is_below_header(lines[first + rows]):
            rows += 1
        names = _names(lines[first : first + rows])
        columns = tuple(_column(name) for name in names)
        known = {column for column in columns if column != "other"}
        if "problem" in known and len(known) >= 3 and first + rows < len(lines):
            return Header(first, rows, columns, names)
    return None


def _is_below_header(line: Line) -> bool:
    """Tell whether a row belongs to the header above: cells of it are covered by that, all others are short names."""
    has_covered = any(cell.covered is not None and cell.text.strip() for cell in line.cells)
    own = line.own_cells
    return (
        has_covered
        and bool(own)
        and all(len(cell.text.strip()) <= _MAX_NAME and not re.search(r"[\d。；]", cell.text) for cell in own)
        and any(_column(_squeezed(cell)) != "other" for cell in own)
    )


def _names(lines: Sequence[Line]) -> tuple[str, ...]:
    """Return the name of each column: those of all header rows above it, each once."""
    width = max(len(line.cells) for line in lines)
    names = []
    for index in range(width):
        parts = dict.fromkeys(_squeezed(line.cells[index]) for line in lines if index < len(line.cells))
        names.append("/".join(part for part in parts if part))
    return tuple(names)


def _squeezed(cell: Cell) -> str:
    return re.sub(r"\s", "", cell.text)


def _column(name: str) -> Column:
    """Return what a column holds: the lowest row of its header decides if it tells, else the one above."""
    for part in reversed(name.split("/")):
        for column, pattern in _COLUMNS:
            if pattern.search(part):
                return column
    return "other"


def ledger_rows(lines: Sequence[Line], header: Header) -> Iterator[LedgerRow]:
    """Yield what each row below the header says; rows above and the header itself are none."""
    unit_columns = sorted(header.of("unit"), key=lambda i: _rank(header.names[i]))
    problems = header.of("problem")
    for index, line in enumerate(lines):
        row = LedgerRow(line)
        is_data = header.first + header.rows <= index and not _is_repeated(line, lines[header.first])
        is_row = len(line.own_cells) >= 2 or _is_covered_above(line)
        if not is_data or not is_row or any(_NO_ROW.match(cell.text.strip()) for cell in line.own_cells[:1]):
            row.asides = [Span(line.start, line.end)]
            yield row
            continue
        row.units = tuple(_paragraphs(line, unit_columns[:1]))
        row.project = next(iter(_paragraphs(line, header.of("project"))), None)
        row.year = next(iter(_paragraphs(line, header.of("year"))), None)
        is_open = _is_open(line, header)
        later = (lines[number] for number in range(index + 1, len(lines)))
        goes_on = takewhile(lambda other: _is_covered_above(other, problems), later)
        below = goes_on if not _is_covered_above(line, problems) else ()
        _take_roles(row, header, is_open, is_problem_open=is_open or any(_is_open(other, header) for other in below))
        yield row


def _is_covered_above(line: Line, columns: Iterable[int] | None = None) -> bool:
    """Tell whether cells of a row, or of some columns of it, go on from the row above; cells without text do not count."""
    cells = line.cells if columns is None else [line.cells[i] for i in columns if i < len(line.cells)]
    return any(cell.covered is Covered.ABOVE and cell.text.strip() for cell in cells)


def _is_open(line: Line, header: Header) -> bool:
    """Tell whether what a row is about has not been put right, or not altogether."""
    mixed = (s for p in _paragraphs(line, header.of("mixed")) for s in _sentences(p) if _STATUS_ONLY.fullmatch(s))
    states = [*(paragraph.text.strip() for paragraph in _paragraphs(line, header.of("status"))), *mixed]
    says_done = any(_DONE.search(state) is not None for state in states)
    return not says_done or any(_OPEN.search(state) is not None for state in states)


def _rank(name: str) -> int:
    return next((rank for rank, word in enumerate(_UNITS) if word in name), len(_UNITS))


def _is_repeated(line: Line, header: Line) -> bool:
    return [_squeezed(cell) for cell in line.cells] == [_squeezed(cell) for cell in header.cells]


def _paragraphs(line: Line, columns: Iterable[int]) -> Iterator[Paragraph]:
    for index in columns:
        if index < len(line.cells):
            yield from (p for p in line.cells[index].paragraphs if not _NOTHING.fullmatch(p.text))


def _take_roles(row: LedgerRow, header: Header, is_open: bool, *, is_problem_open: bool) -> None:
    roles: dict[Column, Role] = {
        "problem": "findings" if is_problem_open else "rectified",
        "measure": "requirements" if is_open else "rectified",
        "status": "rectified",
    }
    for index, cell in enumerate(row.line.cells):
        held = header.columns[index] if index < len(header.columns) else "other"
        if cell.covered is not None:
            continue
        if held == "mixed":
            row.parts += _measures_and_results(cell, is_open, row)
            continue
        if held not in roles:
            is_remark = index < len(header.names) and "备注" in header.names[index]
            if is_remark and _RESULT.search(cell.text):
                said = (list(_sentences_of_status(paragraph, row)) for paragraph in cell.paragraphs)
                row.parts += [("rectified", paragraphs) for paragraphs in said if paragraphs]
                continue
            row.asides += [p.locate(0, len(p.text)) for p in cell.paragraphs]
            continue
        kept = [p for p in cell.paragraphs if not _NOTHING.fullmatch(p.text)]
        row.asides += [p.locate(0, len(p.text)) for p in cell.paragraphs if _NOTHING.fullmatch(p.text)]
        if held == "status":
            for paragraph in kept:
                for part in _sentences_of_status(paragraph, row):
                    is_plan = is_open and _PLAN.search(part.text) is not None and _RESULT.search(part.text) is None
                    row.parts.append(("requirements" if is_plan else "rectified", [part]))
        elif kept:
            row.parts.append((roles[held], kept))


def _sentences(paragraph: Paragraph) -> Iterator[str]:
    return (paragraph.text[start:end].strip() for start, end in stretches(paragraph.text))


def _measures_and_results(cell: Cell, is_open: bool, row: LedgerRow) -> Iterator[tuple[Role, list[Paragraph]]]:
    """Yield the sentences of a cell that tells what will be done and what was."""
    for paragraph in cell.paragraphs:
        for start, end in stretches(paragraph.text):
            text = paragraph.text[start:end].strip()
            if not text:
                continue
            if _NOTHING.fullmatch(text) or _STATUS_ONLY.fullmatch(text):
                row.asides.append(paragraph.locate(start, end))
            else:
                is_done = not is_open or _RESULT.search(text) is not None
                yield "rectified" if is_done else "requirements", [paragraph.part(start, end)]


def _sentences_of_status(paragraph: Paragraph, row: LedgerRow) -> Iterator[Paragraph]:
    """Yield what a cell of status says beyond the status."""
    for start, end in stretches(paragraph.text):
        text = paragraph.text[start:end]
        if not text.strip():
            continue
        if _STATUS_ONLY.fullmatch(text.strip()):
            row.asides.append(paragraph.locate(start, end))
        else:
            yield paragraph.part(start, end)


def split_ledger(document: Document) -> list[Document]:
    """Return a ledger's parts: one for each unit, project and year, in the order in which they first occur.

    Each part is a document of its own with the title, the header and its rows, so that all that is counted by unit and
    project is counted of it as of a report.
    """
    tables = [(index, element) for index, element in enumerate(document.elements) if isinstance(element, Table)]
    parts: dict[tuple[str, ...], list[Block | Table]] = {}
    last = -1
    for index, table in tables:
        lines = lay_document([table]).lines
        header = find_header(lines)
        if header is None:
            continue
        above = [element for element in document.elements[last + 1 : index] if isinstance(element, Block)]
        last = index
        for key, rows in _groups(table, lines, header).items():
            part = parts.setdefault(key, [] if parts else list(above))
            head = table.rows[: lines[header.first + header.rows - 1].row + 1]
            part.append(Table((*head, *rows), table.sheet))
    if len(parts) < 2:
        return [document]
    documents = [Document(tuple(elements)) for elements in parts.values()]
    below = tuple(element for element in document.elements[last + 1 :] if isinstance(element, Block))
    return [*documents[:-1], Document((*documents[-1].elements, *below))]


def _groups(table: Table, lines: Sequence[Line], header: Header) -> dict[tuple[str, ...], list[Row]]:
    """Return the rows of each unit, project and year; what a cell above covers is filled in where that is left behind."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    latest: dict[tuple[str, ...], int] = {}
    for found in ledger_rows(lines, header):
        if found.line.row <= lines[header.first + header.rows - 1].row or not found.parts:
            continue
        named = (*found.units, *(p for p in (found.project, found.year) if p is not None))
        key = tuple(re.sub(r"\s|(?<=\d{4})年度?$", "", paragraph.text) for paragraph in named)
        row = table.rows[found.line.row]
        cells: list[str | Covered] = list(row.cells)
        for column, cell in enumerate(cells):
            follows = latest.get(key) == found.line.row - 1
            if cell is Covered.ABOVE and not follows and column < len(found.line.cells):
                cells[column] = "\n".join(p.text for p in found.line.cells[column].paragraphs)
        groups.setdefault(key, []).append(Row(tuple(cells), row.page, row.number, row.confidence))
        latest[key] = found.line.row
    return groups
