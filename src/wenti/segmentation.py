"""Sections to points, sub-points and statements, each with its place in the report's text.

A statement ends at a full stop or semicolon. A sentence that praises and then criticises is split before its 但. A
point's first sentence is its headline, or, if it judges nothing, its title. Where a document lost its numbers, headlines
are told from evidence by their shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from wenti.figures import find_figures
from wenti.numbering import label_at, number_at, value_of
from wenti.records import Figure, Paragraph, Point, Report, Role, Section, Span, Statement
from wenti.sentences import stretches

_ORDINAL = re.compile(r"\s*(?:([一二三四五六七八九十])是|第([一二三四五六七八九十])[，、,])")
_CONTRAST = re.compile(r"[，,]\s*(?=但是?|然而|不过)")

# What a clause says of its object. Words in which 不 does not deny are taken out first.
_NO_DENIAL = re.compile(
    r"困难(?=群众|职工|家庭|残疾|学生)|未发现[^，。；]{0,24}(?:问题|情况|行为|现象)|不断|不仅|不少于|"
    r"不低于|不超过|不限于|不动产|不良资产"
)
_CRITICAL = re.compile(
    r"不|未|没有|没能|缺|欠|有待|亟待|亟需|偏低|偏高|偏慢|过高|过低|过多|过长|滞后|闲置|超编|超概算|"
    r"超标准|薄弱|流于|频繁|脱节|"
    r"问题|矛盾|难以|难度|困难|违规|违反|挪用|挤占|虚列|逾期|下滑|失实|单一|粗放|混乱|随意|低下|较差|性差|模糊|交叉|重复"
)
_PRAISING = re.compile(
    r"良好|较好|合规|规范|有效|及时|完成|提升|提高|改善|推进|健全|完善|能够|达到|实现|明显|显著|合理|清晰|明确|到位|充分|"
    r"增强|优化|落实|建立|制定|顺利|积极|成效|保障|满意|符合|准确|完整|取得|促进|下降|控制|齐全|"
    r"做到|足额|专账|主动|到货|健康|稳步|有序|圆满|较高|较强|较快|认可|欢迎|"
    r"按期|按季|按月|按时|达标|质量好|进度快|超额|大多数?(?:已|按)"
)
_JUDGING = re.compile(_CRITICAL.pattern + r"|待|需|低|弱|差|慢|少|高$|大$|强$|好$")
# A title names an aspect and judges nothing: it is made of such words alone. Anything else is a statement.
_TITLE = re.compile(
    r"(?:\w{2,10}方面|(?:管理|效率|成本|效能|效应|效益|产出|过程|决策|投入|质量|时效|数量|预算|资金|"
    r"资产|人员|业务|项目|履职|运行|"
    r"运营|社会|经济|生态|环境|满意度|可持续性?|影响|绩效|目标|指标|组织|实施|财务|采购|制度|服务|"
    r"对象|能力|发展|工作|部门|整体|立项|前期|论证|验收|合同|招投?标|收入|"
    r"支出|收支|核算|内控|内部控制|工程|民生|后续|管护|监督|监管|安全|信息|档案|机制|队伍|编报|政府|"
    r"分配|拨付|统筹|投资|国有|企业|竣工|结算|信息化|"
    r"事业|单位|执行|编制|使用|配置|建设|公众|群众|创新|保障|监督|情况|及|和|与|、)+)(?:存在的?(?:主要)?(?:问题|不足))?"
)
_SCORE = re.compile(r"得分|等级为|等次为")
_MAX_TITLE = 20
_MAX_HEADLINE = 32
_MAX_TOPIC = 25
_LONG_CLAUSE = 10
_FAR = 200  # characters of a sentence that are looked at on each side of 但
_PLANNED = re.compile(r"原定|计划|约定|应[于在当]|截至")
_SHORT_OF = re.compile(_CRITICAL.pattern + r"|只有|仅|无(?!偿)|下降|滞留|缓慢")
_TOPIC = re.compile(
    r"(?:方面|层面|情况|环节|领域|概况|背景|(?:原因|成因)(?:分析)?)(?:存在)?的?(?:主要)?(?:问题|不足)?$"
)
_OBJECT = re.compile(r"(?:资金|经费|工程|项目|的建议)$")
_ASPECT = re.compile(r"[^，。；、]{2,10}[方层]面$")
_NO_FAULT = re.compile(
    r"(?:审计|评价)?(?:查出|发现|反馈|指出)?的?问题(?=整改|情况|的?原因)|(?:存在的?)?(?:问题|不足)$|"
    r"未完成(?=.{0,8}(?:原因|成因))|不足(?=之处)"
)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A stretch of a paragraph without its number and final stop."""

    paragraph: Paragraph
    start: int
    end: int
    number: int | None
    style: str | None
    ordinal: int | None
    is_line: bool
    """Whether it is a whole paragraph without a stop, as headings are."""

    @property
    def text(self) -> str:
        return self.paragraph.text[self.start : self.end]


def segment(report: Report) -> Report:
    """Return the report with the points of its sections filled in.

    Parameters
    ----------
    report : Report
        As read, with paragraphs.

    Returns
    -------
    Report
        The same with points; every visible character of a section that is not a number, a stop or white space is in a
        title or a statement.
    """
    return replace(report, sections=tuple(_segmented(section) for section in report.sections))


def _segmented(section: Section) -> Section:
    sentences = list(_sentences(section.paragraphs))
    if not sentences:
        points = []
    elif section.role not in ("findings", "requirements"):
        points = _plain(sentences, section.role)
    elif any(sentence.style is not None for sentence in sentences):
        points = _numbered(sentences, titled=section.role == "findings")
    elif section.role == "requirements":
        points = [
            _point(str(i), [replace(sentence, ordinal=None)], titled=False, inferred=True)
            for i, sentence in enumerate(sentences, start=1)
        ]
    else:
        points = _unnumbered(sentences)
    return replace(section, points=tuple(points))


def _sentences(paragraphs: Sequence[Paragraph]) -> Iterator[_Sentence]:
    """Yield the sentences of a section; a number that stands alone belongs to the sentence after it."""
    waiting: tuple[int | None, str | None] = (None, None)
    for paragraph in paragraphs:
        text = paragraph.text
        if paragraph.level is not None:  # a heading without a number, as far as its text goes
            waiting = (None, f"level{paragraph.level}")
        for first, last in stretches(text):
            start, end = first, last
            number = number_at(text, start, end)
            if number is not None:
                waiting = (number.value, number.style)
                start = number.end
            label = label_at(text, start, end)
            start = label.end if label is not None else start
            ordinal = _ORDINAL.match(text, start, end)
            body = text[start:end]
            start += len(body) - len(body.lstrip())
            end -= len(body) - len(body.rstrip())
            if start < end:
                value = value_of(ordinal[1] or ordinal[2]) if ordinal is not None else None
                yield _Sentence(paragraph, start, end, *waiting, value, is_line=first == 0 and last == len(text))
                waiting = (None, None)


def _plain(sentences: Sequence[_Sentence], role: Role) -> list[Point]:
    """Make points of running text: one, and one more below each title."""
    points: list[Point] = []
    title: _Sentence | None = None
    group: list[_Sentence] = []
    for sentence in sentences:
        if _is_topic(sentence, role):
            if title is not None or group:
                points.append(_titled(None, title, group))
            title, group = sentence, []
        else:
            group.append(sentence)
    return [*points, _titled(None, title, group)]


def _titled(number: str | None, title: _Sentence | None, group: Sequence[_Sentence]) -> Point:
    place = title.paragraph.locate(title.start, title.end) if title is not None else None
    statements = tuple(statement for sentence in group for statement in _statements(sentence))
    return Point(number, title.text if title is not None else None, place, statements)


def _is_topic(sentence: _Sentence, role: Role) -> bool:
    """Tell a heading that only names what follows from one that says something of it."""
    if sentence.style is None:
        return sentence.is_line and _ASPECT.fullmatch(sentence.text) is not None
    if not sentence.is_line or len(sentence.text) > _MAX_TOPIC:
        return False
    judged = _CRITICAL.search(_NO_FAULT.sub("", _NO_DENIAL.sub("", sentence.text))) is not None
    if judged:
        return False
    if _TOPIC.search(sentence.text):
        return True
    praised = _PRAISING.search(sentence.text) is not None
    if role in ("findings", "rectified") and not praised and _OBJECT.search(sentence.text):
        return True
    return role in ("overview", "conclusion", "other") and not praised


@dataclass(slots=True)
class _Item:
    """A numbered item on its way to a point: its own sentences, and the items numbered in another style below it."""

    sentence: _Sentence
    number: int
    sentences: list[_Sentence]
    items: list[_Item]


def _numbered(sentences: Sequence[_Sentence], titled: bool) -> list[Point]:
    """Make points of numbered sentences; a style that is new within an item makes points below it."""
    before: list[_Sentence] = []
    outermost: list[_Item] = []
    opened: list[_Item] = []
    for sentence in sentences:
        if sentence.style is not None:
            while any(item.sentence.style == sentence.style for item in opened):
                opened.pop()
            siblings = opened[-1].items if opened else outermost
            item = _Item(sentence, sentence.number if sentence.number is not None else len(siblings) + 1, [], [])
            siblings.append(item)
            opened.append(item)
        (opened[-1].sentences if opened else before).append(sentence)
    points = [_point(None, before, titled=False)] if before else []
    return points + [_item_point(item, "", titled) for item in outermost]


def _item_point(item: _Item, prefix: str, titled: bool) -> Point:
    number = f"{prefix}{item.number}"
    inferred = item.sentence.number is None
    point = _point(number, item.sentences, titled=titled, headed=bool(item.items), inferred=inferred)
    return replace(point, points=(*point.points, *(_item_point(inner, f"{number}.", titled) for inner in item.items)))


def _unnumbered(sentences: Sequence[_Sentence]) -> list[Point]:
    """Make points of findings that lost their numbers; each headline opens one."""
    points: list[Point] = []
    opened: list[list[_Sentence]] = []
    before: list[_Sentence] = []
    for sentence, following in zip(sentences, [*sentences[1:], None], strict=True):
        if _is_headline(sentence, following):
            opened.append([sentence])
        elif opened:
            opened[-1].append(sentence)
        else:
            before.append(sentence)
    if before:
        points.append(_point(None, before, titled=False))
    points += [_point(str(index), group, titled=True, inferred=True) for index, group in enumerate(opened, start=1)]
    return points


def _is_headline(sentence: _Sentence, following: _Sentence | None) -> bool:
    """Tell a headline from evidence: short, judging, without figures, and something longer or listed follows."""
    text = sentence.text
    return (
        sentence.ordinal is None
        and following is not None
        and len(text) <= _MAX_HEADLINE
        and not any(character.isdecimal() for character in text)
        and not _SCORE.search(text)
        and _JUDGING.search(text) is not None
        and (following.ordinal is not None or len(following.text) > len(text))
    )


def _point(
    number: str | None, group: Sequence[_Sentence], *, titled: bool, headed: bool = False, inferred: bool = False
) -> Point:
    """Make a point of its sentences; each ordinal (一是) opens a sub-point, to which what follows belongs.

    The first sentence may be a title if points may have one and something follows it, here or below (`headed`).
    """
    title: _Sentence | None = None
    if group and (
        _is_topic(group[0], "findings" if titled else "requirements")
        or (titled and (headed or len(group) > 1) and _is_title(group[0]))
    ):
        title, group = group[0], group[1:]
    own: list[Statement] = []
    listed: list[tuple[str, list[Statement]]] = []
    for sentence in group:
        if sentence.ordinal is not None:
            prefix = f"{number}." if number is not None else ""
            listed.append((f"{prefix}{sentence.ordinal}", []))
        (listed[-1][1] if listed else own).extend(_statements(sentence))
    return Point(
        number,
        title.text if title is not None else None,
        title.paragraph.locate(title.start, title.end) if title is not None else None,
        tuple(own),
        tuple(Point(ordinal, statements=tuple(statements), ordinal=True) for ordinal, statements in listed),
        number_inferred=inferred,
    )


def _is_title(sentence: _Sentence) -> bool:
    return sentence.ordinal is None and len(sentence.text) <= _MAX_TITLE and _TITLE.fullmatch(sentence.text) is not None


def _statements(sentence: _Sentence) -> Iterator[Statement]:
    text, start = sentence.paragraph.text, sentence.start
    for match in _CONTRAST.finditer(text, sentence.start, sentence.end):
        before = _NO_DENIAL.sub("", text[max(start, match.start() - _FAR) : match.start()])
        after = _NO_DENIAL.sub("", text[match.end() : min(match.end() + _FAR, sentence.end)])
        is_plan = _PLANNED.search(before) is not None
        praises = _PRAISING.search(before) or (not is_plan and len(before) >= _LONG_CLAUSE and _SHORT_OF.search(after))
        if praises and not _CRITICAL.search(before):
            yield _statement(sentence.paragraph, start, match.start())
            start = match.end()
    yield _statement(sentence.paragraph, start, sentence.end)


def _statement(paragraph: Paragraph, start: int, end: int) -> Statement:
    text = paragraph.text[start:end]
    place = paragraph.locate(start, end)
    return Statement(text, place.start, place.end, tuple(_placed(f, paragraph, start) for f in find_figures(text)))


def _placed(figure: Figure, paragraph: Paragraph, offset: int) -> Figure:
    place: Span = paragraph.locate(offset + figure.start, offset + figure.end)
    return replace(figure, start=place.start, end=place.end)


def statements_of(section: Section) -> Iterator[tuple[Point, Statement]]:
    """Yield every statement of a section with its point, in the order of the text."""
    for point in section.points:
        yield from _of_point(point)


def _of_point(point: Point) -> Iterator[tuple[Point, Statement]]:
    for statement in point.statements:
        yield point, statement
    for inner in point.points:
        yield from _of_point(inner)
