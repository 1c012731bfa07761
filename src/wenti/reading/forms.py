"""Tables that are filled in: labels with their values, and cells that are sections of a report.

Self-evaluation forms (自评表) and result pages set as tables are such; all other tables hold figures and say nothing by
themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wenti.numbering import label_at
from wenti.reading.headings import strict_role
from wenti.reading.laid_text import Cell, Line
from wenti.reading.metadata import FieldValue, field_name, fields_in, value_field
from wenti.records import Paragraph, Role, Span
from wenti.sentences import stretches

_DEVIATION = re.compile(r"(?:偏差|未完成|差异).{0,4}原因|原因(?:分析|说明)|偏差.{0,4}(?:分析|说明)")
_DEDUCTION = re.compile(r"[扣得评]分.{0,4}(?:原因|说明|情况说明|理由|依据)$")
_MEASURE = re.compile(r"(?:拟?(?:采取|改进|整改)的?)?(?:改进|整改|纠偏|应对)?措施|下一步.{0,6}")
_NOTHING = re.compile(r"\s*(?:[-—/\\无.]*|暂无|同上|不涉及|无偏差|已完成|完成)\s*[。]?")
# What begins the sentence of a measure, as against a reason.
_TO_DO = re.compile(
    r"\s*(?:下一?步|今后|后续|将|拟|计划|建议|加强|加快|加大|进一步|启用|建立|健全|完善|制定|修订|"
    r"调整|优化|提前|督促|规范|强化|严格|落实|"
    r"积极|及时|尽快|继续|提高|会同|利用|编印|下一?年度|对.{2,14}(?:限期|予以|进行|实施)|开展|组织|"
    r"推进|做好|明确|细化|合理|科学|争取|协调|与.{2,20}(?:签订|对接|沟通|联动|协作)|"
    r"(?:20\d\d|明|下|次)年(?:度|上半年|下半年|\d{1,2}月)?(?:底|前)?(?:将|拟|计划|起|力争))"
)
_REASON = re.compile(
    r"未|不(?!合格的|达标的|断|少于|低于)|缺|滞后|偏低|较低|过低|较慢|偏慢|导致|影响|因(?!地制宜)|仅|超期|"
    r"故障|冲突|困难|偏少|较少"
)
_NO_VALUE = re.compile(
    r"^(?:年初|调整|全年|年度)?(?:预算|决算|执行|支出|金额|分值|得分|目标|指标|实际|完成|合计|序号|"
    r"单位|备注|资金)(?:数|值|额|率)?|[（(](?:万元|元|%)[)）]$"
)
_SHORT = 8
_NUMBER = re.compile(r"\d{1,3}(?:\.\d+)?分?")


@dataclass(frozen=True, slots=True)
class FormPart:
    """Paragraphs of a form with their role; ``heading`` is the cell that names them."""

    role: Role
    paragraphs: tuple[Paragraph, ...]
    heading: Paragraph | None = None
    fixed: bool = False


@dataclass(slots=True)
class Form:
    """What a table says: values, parts of a report, and what says nothing."""

    fields: list[FieldValue] = field(default_factory=list)
    parts: list[FormPart] = field(default_factory=list)
    asides: list[Span] = field(default_factory=list)


def form_of(lines: Sequence[Line]) -> Form:
    """Return what a table says."""
    form = Form()
    columns: dict[int, Role | None] = {}
    opened: tuple[Cell, Role] | None = None
    for line in lines:
        named = {i: role for i, cell in enumerate(line.cells) if (role := _column_role(cell)) is not None}
        if named and len(line.own_cells) > 2:
            columns = dict(named)
            form.asides.append(Span(line.start, line.end))
            opened = None
            continue
        opened = _take_row(form, line, columns, opened)
    return form


def _column_role(cell: Cell) -> Role | None:
    """Return the role of what stands below the name of a column, None if it is none of these."""
    text = re.sub(r"\s", "", cell.text)
    if cell.covered is not None or len(text) > 20:
        return None
    if _DEDUCTION.search(text):
        return "conclusion"
    if _DEVIATION.search(text):
        return "findings"
    return "requirements" if _MEASURE.fullmatch(text) else None


def _take_row(
    form: Form, line: Line, columns: dict[int, Role | None], opened: tuple[Cell, Role] | None
) -> tuple[Cell, Role] | None:
    """Take a row's cells from left to right; return the section that goes on in the row below, if any."""
    waiting: tuple[str, str] | None = None  # name and label of the field whose value comes next
    current = opened if line.cells and _goes_on(line, opened) else None
    is_first = True
    for index, cell in enumerate(line.cells):
        if cell.covered is not None or not cell.text.strip():
            continue
        text = re.sub(r"\s", "", cell.text)
        label = label_at(f"{text}：")
        named = label.role if label is not None and label.end == len(text) + 1 else None
        role = strict_role(text) or named if len(cell.paragraphs) == 1 else None
        name = field_name(text)
        if role is not None and (is_first or current is None) and _has_text(line, cell):
            current, waiting = (cell, role), None
            form.parts.append(FormPart(role, (), cell.paragraphs[0]))
        elif current is not None and _is_sub_label(line, cell):
            form.asides += _places(cell)
        elif current is not None:
            form.parts.append(FormPart(current[1], tuple(cell.paragraphs)))
        elif index in columns and columns[index] is not None and not fields_in(cell.paragraphs[0]):
            are_apart = "requirements" in columns.values()
            form.parts += _deviation(cell, columns[index] or "findings", are_apart=are_apart)
            form.asides += [p.locate(0, len(p.text)) for p in cell.paragraphs if _NOTHING.fullmatch(p.text)]
        elif waiting is not None and name is None:
            if not _NO_VALUE.search(text):
                form.fields += [value_field(*waiting, paragraph) for paragraph in cell.paragraphs[:1]]
            form.asides += _places(cell)
            waiting = None
        elif name == "evaluation_score":
            form.fields += _score_in(line, index, text)
            form.asides += _places(cell)
        elif name is not None:
            waiting = (name, text)
            form.asides += _places(cell)
        else:
            form.fields += [value for paragraph in cell.paragraphs for value in fields_in(paragraph)]
            form.asides += _places(cell)
        is_first = False
    return current


def _score_in(line: Line, column: int, label: str) -> list[FieldValue]:
    """Return the score behind its label: of 总分 the last number, the first being what could be reached."""
    numbers = [p for cell in line.own_cells for p in cell.paragraphs if _NUMBER.fullmatch(p.text.strip())]
    if label == "总分" and numbers:
        return [value_field("evaluation_score", label, numbers[-1])]
    following = next((cell for cell in line.cells[column + 1 :] if cell.covered is None and cell.text.strip()), None)
    is_pair = len(line.own_cells) == 2 or any(field_name(cell.text.strip()) == "grade" for cell in line.own_cells)
    if is_pair and following is not None and _NUMBER.match(following.text.strip()):
        return [value_field("evaluation_score", label, following.paragraphs[0])]
    return []


def _has_text(line: Line, label: Cell) -> bool:
    """Tell whether a row says something beside its label: not just figures."""
    others = [cell.text.strip() for cell in line.own_cells if cell is not label]
    return any(len(text) > _SHORT and re.search("[\u4e00-\u9fff]{4}", text) for text in others)


def _is_sub_label(line: Line, cell: Cell) -> bool:
    """Tell a short cell that names what the next one says."""
    own = line.own_cells
    text = cell.text.strip()
    return cell is not own[-1] and len(text) <= 2 * _SHORT and not re.search(r"[。；，\d]", text)


def _is_measure(text: str, *, is_first: bool) -> bool:
    """Tell what is or will be done from why something fell short."""
    falls_short = _REASON.search(text) is not None
    return (_TO_DO.match(text) is not None and not falls_short) or (not is_first and not falls_short)


def _goes_on(line: Line, opened: tuple[Cell, Role] | None) -> bool:
    """Tell whether the cell that names a section covers the first cell of a row, too."""
    first = line.cells[0]
    return opened is not None and first.covered is not None and first.paragraphs == opened[0].paragraphs


def _places(cell: Cell) -> Iterator[Span]:
    return (paragraph.locate(0, len(paragraph.text)) for paragraph in cell.paragraphs)


def _deviation(cell: Cell, role: Role, *, are_apart: bool) -> Iterator[FormPart]:
    """Yield the sentences of a cell of reasons and measures, each with its role; measures may have their own column."""
    current = role
    n_before = 0
    for paragraph in cell.paragraphs:
        if _NOTHING.fullmatch(paragraph.text):
            continue
        for start, end in stretches(paragraph.text):
            text = paragraph.text[start:end]
            if not text.strip():
                continue
            label = label_at(text)
            if label is not None:
                current = "requirements" if label.role == "requirements" else role
            elif role == "findings" and not are_apart and _is_measure(text, is_first=not n_before):
                current = "requirements"
            n_before += 1
            yield FormPart(current, (paragraph.part(start, end),), fixed=True)
