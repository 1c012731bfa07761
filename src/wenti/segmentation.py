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
from wenti.records import Figure, Paragraph, Point, Report, Section, Span, Statement

_STOPS = "。！？；;"
_OPENING, _CLOSING = "“‘（(《【「『[", "”’）)》】」』]"
_NUMERALS = {numeral: value for value, numeral in enumerate("一二三四五六七八九十", start=1)}

# The styles in which points are numbered; one style inside another makes points below points.
_NUMBER = re.compile(
    r"""\s*(?:
      (?P<arabic>\d{1,2})\s*[.．、](?!\d)
    | [（(](?P<bracketed>\d{1,2})[)）]
    | (?P<half_bracketed>\d{1,2})[)）]
    | (?P<chinese>[一二三四五六七八九十]{1,3})、(?![一二三四五六七八九十])
    | [（(]?(?P<bracketed_chinese>[一二三四五六七八九十]{1,3})[)）]、?
    )\s*""",
    re.VERBOSE,
)
_ORDINAL = re.compile(r"\s*([一二三四五六七八九十])是")
_CONTRAST = re.compile(r"[，,]\s*(?=但是?|然而|不过)")

# What a clause says of its object. Words in which 不 does not deny are taken out first.
_NO_DENIAL = re.compile(r"不断|不仅|不少于|不低于|不超过|不限于|不动产|不良资产")
_CRITICAL = re.compile(
    r"不|未|没有|没能|缺|欠|有待|亟待|亟需|偏低|偏高|偏慢|过高|过低|过多|过长|滞后|闲置|超编|超概算|超标准|薄弱|流于|频繁|脱节|"
    r"问题|矛盾|难以|难度|困难|违规|违反|挪用|挤占|虚列|逾期|下滑|失实|单一|粗放|混乱|随意|低下|较差|性差|模糊|交叉|重复"
)
_PRAISING = re.compile(
    r"良好|较好|合规|规范|有效|及时|完成|提升|提高|改善|推进|健全|完善|能够|达到|实现|明显|显著|合理|清晰|明确|到位|充分|"
    r"增强|优化|落实|建立|制定|顺利|积极|成效|保障|满意|符合|准确|完整|取得|促进|下降|控制"
)
_JUDGING = re.compile(_CRITICAL.pattern + r"|待|需|低|弱|差|慢|少|高$|大$|强$|好$")
# A title names an aspect and judges nothing: it is made of such words alone. Anything else is a statement.
_TITLE = re.compile(
    r"(?:\w{2,10}方面|(?:管理|效率|成本|效能|效应|效益|产出|过程|决策|投入|质量|时效|数量|预算|资金|资产|人员|业务|项目|履职|运行|"
    r"运营|社会|经济|生态|环境|满意度|可持续性?|影响|绩效|目标|指标|组织|实施|财务|采购|制度|服务|对象|能力|发展|工作|部门|整体|"
    r"事业|单位|执行|编制|使用|配置|建设|公众|群众|创新|保障|监督|情况|及|和|与|、)+)(?:存在的?(?:主要)?(?:问题|不足))?"
)
_SCORE = re.compile(r"得分|等级为|等次为")
_MAX_TITLE = 20
_MAX_HEADLINE = 32


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A stretch of a paragraph without its number and final stop."""

    paragraph: Paragraph
    start: int
    end: int
    number: int | None
    style: str | None
    ordinal: int | None

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
        points = _plain(sentences)
    elif any(sentence.number is not None for sentence in sentences):
        points = _numbered(sentences, titled=section.role == "findings")
    elif section.role == "requirements":
        points = [
            _point(str(i), [sentence], titled=False, inferred=True) for i, sentence in enumerate(sentences, start=1)
        ]
    else:
        points = _unnumbered(sentences)
    return replace(section, points=tuple(points))


def _sentences(paragraphs: Sequence[Paragraph]) -> Iterator[_Sentence]:
    """Yield the sentences of a section; a number that stands alone belongs to the sentence after it."""
    waiting: tuple[int | None, str | None] = (None, None)
    for paragraph in paragraphs:
        text = paragraph.text
        for first, last in _stretches(text):
            start, end = first, last
            number = _NUMBER.match(text, start, end)
            if number is not None:
                style = number.lastgroup or ""
                waiting = (_value(number[style]), style)
                start = number.end()
            ordinal = _ORDINAL.match(text, start, end)
            body = text[start:end]
            start += len(body) - len(body.lstrip())
            end -= len(body) - len(body.rstrip())
            if start < end:
                yield _Sentence(paragraph, start, end, *waiting, _NUMERALS[ordinal.group(1)] if ordinal else None)
                waiting = (None, None)


def _value(numeral: str) -> int:
    """Return the value of an Arabic or Chinese numeral up to 99."""
    if numeral.isdecimal():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    return (_NUMERALS.get(tens, 1) * 10 if ten else 0) + (_NUMERALS.get(ones, 0))


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches between stops; a semicolon inside brackets or quotation marks does not stop."""
    start = depth = 0
    for index, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif character in "。！？" or (character in _STOPS and not depth):
            yield start, index
            start, depth = index + 1, 0
    yield start, len(text)


def _plain(sentences: Sequence[_Sentence]) -> list[Point]:
    return [Point(None, statements=tuple(s for sentence in sentences for s in _statements(sentence)))]


@dataclass(slots=True)
class _Item:
    """A numbered item on its way to a point: its own sentences, and the items numbered in another style below it."""

    sentence: _Sentence
    sentences: list[_Sentence]
    items: list[_Item]


def _numbered(sentences: Sequence[_Sentence], titled: bool) -> list[Point]:
    """Make points of numbered sentences; a style that is new within an item makes points below it."""
    before: list[_Sentence] = []
    outermost: list[_Item] = []
    opened: list[_Item] = []
    for sentence in sentences:
        if sentence.number is not None:
            while any(item.sentence.style == sentence.style for item in opened):
                opened.pop()
            item = _Item(sentence, [], [])
            (opened[-1].items if opened else outermost).append(item)
            opened.append(item)
        (opened[-1].sentences if opened else before).append(sentence)
    points = [_point(None, before, titled=False)] if before else []
    return points + [_item_point(item, "", titled) for item in outermost]


def _item_point(item: _Item, prefix: str, titled: bool) -> Point:
    number = f"{prefix}{item.sentence.number}"
    point = _point(number, item.sentences, titled=titled, headed=bool(item.items))
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
    if titled and (headed or len(group) > 1) and _is_title(group[0]):
        title, group = group[0], group[1:]
    own: list[Statement] = []
    points: list[Point] = []
    for sentence in group:
        if sentence.ordinal is not None:
            prefix = f"{number}." if number is not None else ""
            statements = tuple(_statements(sentence))
            points.append(Point(f"{prefix}{sentence.ordinal}", statements=statements, ordinal=True))
        elif points:
            points[-1] = replace(points[-1], statements=(*points[-1].statements, *_statements(sentence)))
        else:
            own += _statements(sentence)
    return Point(
        number,
        title.text if title is not None else None,
        title.paragraph.locate(title.start, title.end) if title is not None else None,
        tuple(own),
        tuple(points),
        number_inferred=inferred,
    )


def _is_title(sentence: _Sentence) -> bool:
    return sentence.ordinal is None and len(sentence.text) <= _MAX_TITLE and _TITLE.fullmatch(sentence.text) is not None


def _statements(sentence: _Sentence) -> Iterator[Statement]:
    start = sentence.start
    for match in _CONTRAST.finditer(sentence.paragraph.text, sentence.start, sentence.end):
        before = _NO_DENIAL.sub("", sentence.paragraph.text[start : match.start()])
        if _PRAISING.search(before) and not _CRITICAL.search(before):
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
