"""Lines to a report: headed sections and what they are about, whatever the numbering.

A first walk over the lines notes for each paragraph the section that it stands in and the role that its heading or label
gives it; items of rectification reports then take their role from how far they have been put right; runs of one role
become the sections of the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise, takewhile

from wenti.numbering import label_at, number_at
from wenti.reading.forms import form_of
from wenti.reading.headings import (
    audit_role,
    bare_role,
    has_sentence_mark,
    loose_role,
    may_head,
    state_role,
    strict_role,
)
from wenti.reading.laid_text import Laid, Line
from wenti.reading.ledger import Header, find_header, ledger_rows
from wenti.reading.metadata import (
    FieldValue,
    fields_in,
    kind_of_title,
    metadata_of,
)
from wenti.reading.rectification import assign_roles
from wenti.records import DocumentKind, Field, Paragraph, Report, Role, Section, Source, Span

_CONTENTS = re.compile(r"(?:[.…·．\s]{3,}|\s)\s*[-—]?\s*\d{1,3}\s*[-—]?\s*$")
_CAPTION = re.compile(
    r"\s*(?:(?:续|"
    r"附)?[表图]\s*[\d一二三四五六七八九十]+(?:[-—.]\d+)?(?![\d一二三四五六七八九十]*[中列所为])|"
    r"附表\s*[：:]|"
    r"[（(]?(?:金额)?单位\s*[：:]\s*(?:人民币)?[万亿]?元[)）]?\s*$|"
    r"(?:注|备注|说明|资料来源|数据来源)\s*[：:])"
)
_DATE_LINE = re.compile(r"\s*(?:(?:19|20)\d\d|二[〇○Ｏ0零]{1}[〇○Ｏ0零一二三四五六七八九]{2})\s*年.{0,12}[月日]\s*$")
_SIGNED = re.compile(
    r"(?:局|委|委员会|办公室|厅|院|公司|中心|事务所(?:[（(].{2,8}[)）])?|政府|部|处|科|站|所|学校|大学|"
    r"会)\s*(?:[（(](?:盖?章|公章)[)）])?\s*$"
)
_SALUTATION = re.compile(r"[^。；]{2,60}[：:]\s*$")
_LABELLED = re.compile(r"[\u4e00-\u9fff（）()]{2,10}\s*[：:]\s*\S")
_ANNEX = re.compile(r"\s*附(?:(?:件|录)\s*[\d一二三四五六七八九十]*\s*[：:.、]?|表\s*[\d一二三四五六七八九十]*\s*$)")
_TITLE_END = re.compile(
    r"(?:报告|结果|公告|通报|台账|清单|自评表|情况表|汇总表|一览表|情况|公开|公示|说明|摘要|意见|函|"
    r"表)(?:[（(][^（()）]{1,20}[)）])?$"
)
_NOT_TITLE = re.compile(
    r"^(?:目\s*录|摘\s*要|前\s*言|引\s*言|公开|公\s*示|绝密|机密|秘密|内部.{0,4}|征求意见稿|"
    r"附件\s*\d*[：:]?|报告编号.*|编号.*|"
    r"第\s*\d+\s*[号期].*|[（(]?\d{4}年第.*|.{0,20}[〔\[]\d{4}[〕\]].{0,10}号)$"
)
_MAX_TITLE = 60
_MOST_TITLE_LINES = 4
_CLOSING = re.compile(r"^(?:以上报告|[特专]此.{0,6}$|此复)|(?:联系|监督)电话|请予?审议|负责解释")
_ORDER = re.compile(
    r"^审计要求|责令|责成|下达审计决定|移送.{0,10}线索|^(?:对[^。；]{2,40}[，,])?移送[^。；]{2,20}(?:处理|办理|查处)"
)
_ORDER_WITHIN = 60
_APPROVAL = re.compile(r"(?:审计结果表明|从审计情况看|审计认为)[，,]")
_BEGINS_TITLE = re.compile(r"(?:19|20)\d\d|关于|(?:项目|工程|资金|经费|补贴|补助)$")
_TOPIC = re.compile(r"(?:[方层]面|环节)$")
_SAYS_NONE = re.compile(
    r"(?:\d{1,2}[.、]|[（(][一二三四五六七八九十\d]{1,2}[)）]|[一二三四五六七八九十]、)?\s*(?:暂?无|没有|无问题|不存在)[。；]?"
)
_WITH_STATE = re.compile(r"问题[及和与]整改(?:落实)?情况")
_SUBTITLE = re.compile(r"[—－](?!.*(?:会议|\d日))")
_TITLE_WORDS = [
    re.compile(words) for words in (r"(?:19|20)\d\d", "关于", "评价|审计|自评|整改|绩效", "项目|工程|资金|部门|经费")
]
_MAX_ASIDE = 40
_HEAD_LINES = 8
_COLON = "colon"
_STOPS = "。；！？;"
_LISTED: tuple[Role, ...] = ("findings", "requirements", "rectified", "achievements")


@dataclass(slots=True)
class Entry:
    """A paragraph on its way into a section.

    ``headed`` is the number of its section heading, ``style`` the numbering that it begins with, ``label`` the role that
    its label gives, ``base`` that of its heading, ``fixed`` whether its role is certain (of a cell of a table).
    """

    paragraph: Paragraph
    role: Role
    headed: int
    style: str | None = None
    label: Role | None = None
    fixed: bool = False
    group: int = 0
    base: Role = "other"


@dataclass(slots=True)
class _Heading:
    text: str | None
    start: int
    role: Role


@dataclass(slots=True)
class _Walk:
    """What the first walk over the lines finds."""

    laid: Laid
    head: list[Paragraph] = field(default_factory=list)
    fields: list[FieldValue] = field(default_factory=list)
    headings: list[_Heading] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    asides: list[Span] = field(default_factory=list)
    noted: list[Paragraph] = field(default_factory=list)
    of_rows: list[FieldValue] = field(default_factory=list)
    is_ledger: bool = False
    is_form: bool = False


def parse_document(laid: Laid, source: Source) -> Report | None:
    """Return the report that a text holds, or None if nothing in it is one.

    Parameters
    ----------
    laid : Laid
    source : Source

    Returns
    -------
    Report or None
        None if it has no section with findings, requirements or what was rectified.
    """
    walker = _Walker(laid)
    walk = walker.walk()
    title_lines = _title_of(laid, walk.head)
    title = "".join(paragraph.text.strip() for paragraph in title_lines) or None
    asides = [*walk.asides, *(p.locate(0, len(p.text)) for p in walk.head if p not in title_lines)]
    kind = _kind(walk, title)
    if kind == "rectification":
        assign_roles(walk.entries)
    else:
        stated = {i for i, heading in enumerate(walk.headings) if _WITH_STATE.search(heading.text or "")}
        assign_roles([e for e in walk.entries if e.headed in stated], is_told_in_running_text=True)
    sections = tuple(_sections(walk))
    if not any(
        section.role in ("findings", "requirements", "rectified") and section.paragraphs for section in sections
    ):
        return None
    given = [*(walk.of_rows if kind == "ledger" else ()), *walk.fields]
    found = metadata_of(laid, title_lines, walk.head, given, _told(walk), kind)
    fields: list[Field] = list(found.fields)
    if title is not None:
        place = Span(title_lines[0].pieces[0].start, title_lines[-1].pieces[-1].end)
        fields.insert(0, Field("title", "", title, place.start, place.end))
    return Report(
        source=source,
        text=laid.text,
        title=title,
        project=found.project,
        units=tuple(unit.name for unit in found.units),
        project_year=found.project_year,
        evaluation_year=found.evaluation_year,
        evaluation_score=found.score,
        grade=found.grade,
        fields=tuple(fields),
        sections=sections,
        kind=kind,
        unit_names=found.units,
        region=found.region,
        funds=found.funds,
        evaluator=found.evaluator,
        asides=tuple(sorted(asides, key=lambda span: span.start)),
        places=tuple(laid.places),
    )


class _Walker:
    def __init__(self, laid: Laid) -> None:
        self._laid = laid
        self._found = _Walk(laid)
        self._top = _top_style(laid.lines)
        self._is_bare = self._top in ("bare", _COLON)  # whether the headings of sections have no numbers
        self._stack: list[tuple[str, Role]] = []
        self._role: Role = "other"
        self._run: Role | None = None  # of a label, until the next item
        self._groups = 0
        self._is_in_cell = False
        self._is_audit = any("审计" in line.cells[0].text for line in laid.lines[:_HEAD_LINES] if line.table is None)

    def walk(self) -> _Walk:
        for table, group in groupby(self._laid.lines, key=lambda line: line.table):
            lines = list(group)
            if table is not None and any(len(line.own_cells) > 1 for line in lines):
                self._table(lines)
            else:
                self._paragraphs(paragraph for line in lines for paragraph in line.paragraphs)
        self._unsign()
        return self._found

    def _paragraphs(self, paragraphs: Iterable[Paragraph]) -> None:
        for paragraph in paragraphs:
            if paragraph.text.strip():
                self._take(paragraph, paragraph.text.strip())

    def _take(self, paragraph: Paragraph, text: str) -> None:
        if len(text) < _MAX_TITLE and _CONTENTS.search(text) and number_at(text) is not None:
            self._aside(paragraph)  # a line of the table of contents
        elif (not self._found.headings and self._preamble(paragraph, text)) or self._heading(paragraph, text):
            return
        elif (label := _bare_label(text)) is not None:
            self._run = label if self._role in _LISTED else None
            self._aside(paragraph)
        elif (
            _is_aside(text) or _SAYS_NONE.fullmatch(text) or (self._role not in _LISTED and _is_label(paragraph, text))
        ):
            self._aside(paragraph)
        else:
            self._keep(paragraph, text)

    # What stands before the first section

    def _preamble(self, paragraph: Paragraph, text: str) -> bool:
        """Take a line of the cover, title or head; tell whether it was one."""
        if _continues_title(self._found.head[-1].text if self._found.head else "", text):
            self._found.head.append(paragraph)
            return True
        values = fields_in(paragraph)
        if values:
            self._found.fields += values
            self._aside(paragraph)
            return True
        if not self._found.entries and len(text) <= _MAX_ASIDE and _LABELLED.match(text) and text[-1] not in _STOPS:
            self._aside(paragraph)
            return True
        if paragraph.level == 0 or (not self._found.entries and _may_be_title(text)):
            self._found.head.append(paragraph)
            return True
        return False

    # Headings

    def _heading(self, paragraph: Paragraph, text: str) -> bool:
        """Open a section if a paragraph heads one; tell whether it does."""
        if _ANNEX.match(text):
            return self._bare_heading(paragraph, text)
        number = number_at(text)
        level = paragraph.level or None
        style = number.style if number is not None else f"level{level}" if level is not None else None
        if style is None:
            is_heading = self._bare_heading(paragraph, text)
            return is_heading or (self._top == _COLON and self._inline_heading(paragraph, text, "bare"))
        if not may_head(text):
            return style == self._top and self._inline_heading(paragraph, text, style)
        strict = strict_role(text) or state_role(text)
        is_topic = self._is_in_cell and strict is None and _TOPIC.search(text) is not None
        if style == self._top and not is_topic:
            role = (audit_role(text) if self._is_audit else loose_role(text)) or "other"
            self._stack = [(style, role)]
            self._open(paragraph, text, role)
            return True
        if number is not None and number.value == 1 and len(self._stack) > 1 and self._stack[-1][0] == "bare":
            self._stack = [*self._stack[:1], self._stack[-1]]  # what counts anew stands below the bare heading
        while any(key == style for key, _ in self._stack):
            self._stack.pop()
        parent = self._stack[-1][1] if self._stack else self._role
        if strict is not None and (parent != strict or len(self._stack) <= 1) and self._may_switch(parent, strict):
            self._stack.append((style, strict))
            self._open(paragraph, text, strict)
            return True
        self._stack.append((style, parent))
        if parent != self._role:
            self._open(None, None, parent, paragraph.pieces[0].start)
        return False

    @staticmethod
    def _may_switch(parent: Role, role: Role) -> bool:
        """Tell whether a heading below another may change the role: 基本情况 among findings is an item's name."""
        return role in _LISTED or parent not in _LISTED

    def _bare_heading(self, paragraph: Paragraph, text: str) -> bool:
        if _ANNEX.match(text) and len(text) <= _MAX_ASIDE and not has_sentence_mark(text):
            self._stack = [("annex", "other")]
            self._open(paragraph, text, "other")
            return True
        role = strict_role(text)
        if role is None and self._is_bare and self._found.headings:
            role = bare_role(text, self._is_audit)
            role = role if role is not None and self._may_switch(self._role, role) else None
        if role is None or (text[-1] in "：:" and self._top != _COLON):
            return False
        parent = self._stack[0][1] if self._stack else "other"
        if not self._is_bare and self._stack and not self._may_switch(parent, role):
            return False
        above = [] if self._is_bare else takewhile(lambda item: item[0] != "bare", self._stack)
        self._stack = [*above, ("bare", role)]
        self._open(paragraph, text, role)
        return True

    def _inline_heading(self, paragraph: Paragraph, text: str, style: str) -> bool:
        """Open a section whose heading and first sentence share a paragraph: 三、存在的问题。一是…."""
        end = _end_of_inline(paragraph.text)
        if end is None or (role := strict_role(paragraph.text[:end].strip())) is None:
            return False
        self._stack = [(style, role)]
        self._open(paragraph.part(0, end), paragraph.text[:end].strip(), role)
        rest = paragraph.part(end + 1, len(paragraph.text))
        if rest.text.strip():
            self._keep(rest, rest.text.strip())
        return True

    def _open(self, paragraph: Paragraph | None, text: str | None, role: Role, start: int = 0) -> None:
        at = paragraph.pieces[0].start if paragraph is not None else start
        self._found.headings.append(_Heading(text, at, role))
        self._role, self._run = role, None
        self._groups += 1

    # Paragraphs

    def _keep(self, paragraph: Paragraph, text: str) -> None:
        if not self._found.headings:
            self._open(None, None, "overview", paragraph.pieces[0].start)
        number = number_at(text)
        label = label_at(text, number.end if number is not None else 0)
        style = number.style if number is not None else f"level{paragraph.level}" if paragraph.level else None
        if style is not None:
            self._run = None
        if label is not None and self._role in _LISTED:
            self._run = label.role
        elif self._is_audit and self._role == "overview" and _APPROVAL.match(text):
            self._run = "conclusion"
        elif self._is_audit and self._role == "findings" and _ORDER.search(text[:_ORDER_WITHIN]) is not None:
            self._run = "requirements"
        closes = self._found.entries and self._stack and _CLOSING.search(text) is not None
        role = "other" if closes else self._run or self._role
        self._found.entries.append(
            Entry(
                paragraph,
                role,
                len(self._found.headings) - 1,
                style,
                label.role if label is not None else None,
                group=self._groups,
                base=self._role,
            )
        )

    def _aside(self, paragraph: Paragraph) -> None:
        self._found.noted.append(paragraph)
        place = paragraph.locate(0, len(paragraph.text))
        self._found.asides.append(place)

    def _unsign(self) -> None:
        """Take signature, date and the like from the end."""
        entries = self._found.entries
        while entries and not entries[-1].fixed:
            text = entries[-1].paragraph.text.strip()
            is_signature = (
                len(text) <= _MAX_ASIDE
                and text[-1] not in _STOPS
                and entries[-1].style is None
                and (_DATE_LINE.match(text) or _SIGNED.search(text) or fields_in(entries[-1].paragraph))
            )
            if not is_signature:
                return
            self._aside(entries.pop().paragraph)

    # Tables

    def _table(self, lines: Sequence[Line]) -> None:
        last = self._found.entries[-1] if self._found.entries else None
        if last is not None and not last.fixed and last.style is None and _is_caption(last.paragraph.text.strip()):
            self._aside(self._found.entries.pop().paragraph)
        header = find_header(lines)
        if header is not None:
            self._ledger(lines, header)
            return
        form = form_of(lines)
        self._found.fields += form.fields
        if form.parts:
            self._found.is_form = True
        for part in form.parts:
            if part.heading is not None:
                self._open(part.heading, part.heading.text.strip(), part.role)
            elif self._role != part.role:
                self._open(None, None, part.role, part.paragraphs[0].pieces[0].start)
            for paragraph in part.paragraphs:
                self._in_cell(paragraph, part.role, part.fixed)
        self._found.asides += form.asides
        self._groups += 1
        if form.parts and self._laid.places:
            self._role, self._stack = "other", []
        elif form.parts:  # in plain text the lines below belong to the last cell
            self._is_in_cell = True

    def _in_cell(self, paragraph: Paragraph, role: Role, fixed: bool) -> None:
        text = paragraph.text.strip()
        if fixed:
            self._found.entries.append(
                Entry(paragraph, role, len(self._found.headings) - 1, fixed=True, group=self._groups)
            )
            return
        switched = strict_role(text)
        if switched in _LISTED and switched != self._role:
            self._open(paragraph, text, switched)
        else:
            self._keep(paragraph, text)

    def _ledger(self, lines: Sequence[Line], header: Header) -> None:
        self._found.is_ledger = True
        for line in lines[: header.first]:  # a title above the header
            self._paragraphs(line.paragraphs)
        previous = self._role, list(self._stack)
        for row in ledger_rows(lines[header.first :], replace(header, first=0)):
            self._found.asides += row.asides
            self._found.of_rows += row.fields()
            for role, paragraphs in row.parts:
                self._groups += 1
                self._open(None, None, role, paragraphs[0].pieces[0].start)
                for paragraph in paragraphs:
                    self._found.entries.append(
                        Entry(paragraph, role, len(self._found.headings) - 1, fixed=True, group=self._groups)
                    )
        self._role, self._stack = previous
        if self._found.headings:
            self._open(None, None, self._role, lines[-1].end)


def _continues_title(previous: str, text: str) -> bool:
    """Tell the second line of a title, 绩效评价结果, from the heading of a section that is called so."""
    return (
        0 < len(previous) <= _MAX_ASIDE
        and _BEGINS_TITLE.search(previous) is not None
        and not has_sentence_mark(previous)
        and _TITLE_END.search(previous) is None
        and _TITLE_END.search(text) is not None
        and number_at(text) is None
        and len(text) <= _MAX_ASIDE
    )


def _told(walk: _Walk) -> list[tuple[Role, Paragraph]]:
    """Return all paragraphs with their role in the order of the text, those that are no statements among them."""
    found: list[tuple[Role, Paragraph]] = [(entry.role, entry.paragraph) for entry in walk.entries]
    found += [("other", paragraph) for paragraph in walk.noted]
    return sorted(found, key=lambda each: each[1].pieces[0].start)


def _may_be_title(text: str) -> bool:
    is_line = len(text) <= _MAX_TITLE and text[-1] not in "。；，！？;,!?：:"
    return is_line and strict_role(text) is None and number_at(text) is None


def _title_of(laid: Laid, head: Sequence[Paragraph]) -> list[Paragraph]:
    """Return the lines that make the title: those that end as titles do and say most of what a report's title says."""
    texts = [paragraph.text.strip() for paragraph in head]
    paragraphs = (p for line in laid.lines for p in line.paragraphs if p.text.strip())
    order = {paragraph.pieces[0].start: number for number, paragraph in enumerate(paragraphs)}
    numbers = [order[paragraph.pieces[0].start] for paragraph in head]
    follows = [False, *(after == before + 1 for before, after in pairwise(numbers))]  # nothing else stands between
    best: tuple[int, list[Paragraph]] = (0, [])
    first = 0
    for last, text in enumerate(texts):
        first = first if follows[last] else max(first, last)
        if head[last].level != 0 and (_NOT_TITLE.search(text) or _DATE_LINE.match(text) or _ANNEX.match(text)):
            first = last + 1
            continue
        is_last = last + 1 == len(head) or head[last + 1].level != 0
        ends = _TITLE_END.search(text) or _TITLE_END.search(text.partition("——")[0])
        if ends is None and not (head[last].level == 0 and is_last):
            continue
        first = max(first, last + 1 - _MOST_TITLE_LINES)
        end = last + 1
        while end < len(texts) and end - first < _MOST_TITLE_LINES and follows[end] and _SUBTITLE.match(texts[end]):
            end += 1
        for line in range(first + 1, end):  # a line that names the place anew begins the title
            first = line if texts[line][:3] == texts[first][:3] else first
        joined = "".join(texts[first:end])
        score = 1 + 4 * (head[last].level == 0) + sum(word.search(joined) is not None for word in _TITLE_WORDS)
        if score > best[0]:
            best = (score, list(head[first:end]))
        first = end
    return best[1]


def _is_aside(text: str) -> bool:
    """Tell a caption, date or salutation from what says something."""
    if _CAPTION.match(text) and (len(text) <= _MAX_TITLE or text.startswith("注")):
        return True
    if len(text) > _MAX_TITLE:
        return False
    return bool(_DATE_LINE.match(text)) or (
        bool(_SALUTATION.match(text)) and number_at(text) is None and label_at(text) is None
    )


def _is_caption(text: str) -> bool:
    """Tell the name of the table below it."""
    return len(text) <= _MAX_ASIDE and not has_sentence_mark(text) and _TITLE_END.search(text) is not None


def _bare_label(text: str) -> Role | None:
    """Return the role of a line that is nothing but a label, as 原因分析 or 整改措施."""
    number = number_at(text)
    start = number.end if number is not None else 0
    label = label_at(f"{text}：", start)
    return label.role if label is not None and label.end == len(text) + 1 else None


def _is_label(paragraph: Paragraph, text: str) -> bool:
    """Tell a short line that names something, outside lists, where each line counts."""
    return len(text) <= _MAX_ASIDE and not has_sentence_mark(text) and number_at(text) is None and not paragraph.level


def _top_style(lines: Sequence[Line]) -> str:
    """Return the style of the headings of sections: that of the first heading whose words tell what follows.

    Where no other heading does, a label (存在的问题：), with or without text behind it, heads a section.
    """
    before = ""
    has_labels = False
    for paragraph in (p for line in lines if line.table is None for p in line.paragraphs):
        text = paragraph.text.strip()
        previous, before = before, text
        has_labels = has_labels or _is_labelled_section(text)
        if not may_head(text) or _CONTENTS.search(text) or _continues_title(previous, text):
            continue
        number = number_at(text)
        if number is not None:
            is_top = number.style in ("chinese", "part") or paragraph.level == 1
            if (loose_role(text) if is_top else strict_role(text)) is not None:
                return number.style
        elif paragraph.level and loose_role(text) is not None:
            return f"level{paragraph.level}"
        elif paragraph.level is None and _heads_bare(text):
            return "bare"
    return _COLON if has_labels else "chinese"


def _is_labelled_section(text: str) -> bool:
    end = _end_of_inline(text)
    return end is not None and text[end] in "：:" and number_at(text) is None and strict_role(text[:end]) in _LISTED


def _end_of_inline(text: str) -> int | None:
    """Return where a heading that shares its paragraph with text would end."""
    return next((index for index, character in enumerate(text) if character in "。：:"), None)


def _heads_bare(text: str) -> bool:
    return text[-1] not in "：:" and (strict_role(text) is not None or re.search(r"审计情况$", text) is not None)


def _kind(walk: _Walk, title: str | None) -> DocumentKind:
    """Tell what sort of document it is by its title and structure."""
    told = kind_of_title(title or "")
    if told is not None and not (told == "result_page" and walk.is_ledger):
        return told
    if walk.is_ledger and sum(entry.fixed for entry in walk.entries) * 2 > len(walk.entries):
        return "ledger"
    headings = [heading.text or "" for heading in walk.headings]
    if any("审计" in heading for heading in headings):
        return "audit"
    if any("自评" in heading for heading in headings):
        return "self_evaluation"
    if any(re.search("指标分析|评价工作|评价依据|评价方法", heading) for heading in headings):
        return "evaluation"
    return "result_page" if walk.fields or walk.is_form else "evaluation"


def _sections(walk: _Walk) -> Iterator[Section]:
    """Yield the sections: what stands below a heading in one role is one; a heading that nothing follows is, too."""
    below: dict[int, list[Entry]] = {}
    for entry in walk.entries:
        below.setdefault(entry.headed, []).append(entry)
    for index, heading in enumerate(walk.headings):
        runs = [(role, list(run)) for (role, _), run in groupby(below.get(index, ()), key=lambda e: (e.role, e.group))]
        is_headed = heading.text is not None
        if is_headed and (not runs or runs[0][0] != heading.role):
            runs.insert(0, (heading.role, []))
        for role, run in runs:
            text = heading.text if is_headed else None
            is_headed = False
            start = heading.start if text is not None else run[0].paragraph.pieces[0].start
            end = run[-1].paragraph.pieces[-1].end if run else start + len(text or "")
            yield Section(role, text, start, end, tuple(entry.paragraph for entry in run))
