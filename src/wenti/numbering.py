"""What items and headings of reports begin with: numbers (一、 （一） 1. 1.1 （1） ① 第一部分), labels (整改措施：)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wenti.records import Role

_CHINESE = "[一二三四五六七八九十]{1,3}"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_NUMERALS = {numeral: value for value, numeral in enumerate("一二三四五六七八九十", start=1)}

# 3 家 and 2022 年 are no headings, 1 项目概况 is.
_NO_MEASURE = (
    r"(?!年(?!度)|项(?!目)|处(?!理)|条(?!件)|人(?!员|才)|公(?!众|共|用|开)|名(?!称)|所(?!属)|"
    r"[月日个家台万亿元份次座栋户件期辆套米亩吨批类种笔天%])"
)
# A group is a style; one style inside another makes points below points, sections below sections.
_NUMBER = re.compile(
    rf"""\s*(?:
      (?P<decimal>\d{{1,2}}(?:\.\d{{1,2}}){{1,3}})(?=[\s、．.])[\s、．.]
    | (?P<arabic>\d{{1,2}})\s*(?:[.．、](?!\d)
        | [.．](?=\d+(?:个(?!百分点|多?月)|[家项名人处份笔件台套所辆户]|A级)|(?:19|20)\d\d年))
    | [（(](?P<bracketed>\d{{1,2}})[)）]、?
    | (?P<half_bracketed>\d{{1,2}})[)）]、?
    | (?P<chinese>{_CHINESE})、(?![一二三四五六七八九十])
    | [（(]?(?P<bracketed_chinese>{_CHINESE})[)）]、?
    | (?P<circled>[{_CIRCLED}])[、.．]?
    | 第(?P<part>{_CHINESE})(?:部分|章|篇|节)[、：:\s]?
    | (?P<spaced>\d{{1,2}})[ \u3000]+{_NO_MEASURE}(?=[\u4e00-\u9fff][^，。；：！？]{{1,24}}$)
    )\s*""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number that was read.

    Attributes
    ----------
    style : str
        Which of the styles; of ``1.1`` and ``1.1.1`` each depth is one.
    value : int
        The number itself, of ``2.3`` the 3.
    end : int
        Where the text behind it begins.
    """

    style: str
    value: int
    end: int


def number_at(text: str, start: int = 0, end: int | None = None) -> Number | None:
    """Return the number that a text begins with, or None.

    Examples
    --------
    >>> number_at("（十二）预算执行率低")
    Number(style='bracketed_chinese', value=12, end=4)
    >>> number_at("三、四季度支出多") is None
    True
    """
    match = _NUMBER.match(text, start, len(text) if end is None else end)
    if match is None or match.lastgroup is None:
        return None
    style, numeral = match.lastgroup, match[match.lastgroup]
    if style == "decimal":
        style = f"decimal{numeral.count('.') + 1}"
    return Number(style, value_of(numeral), match.end())


def value_of(numeral: str) -> int:
    """Return the value of an Arabic, Chinese or circled numeral up to 99; of ``2.3`` the last part."""
    if numeral in _CIRCLED:
        return _CIRCLED.index(numeral) + 1
    last = numeral.rpartition(".")[2]
    if last.isdecimal():
        return int(last)
    tens, ten, ones = last.rpartition("十")
    return (_NUMERALS.get(tens, 1) * 10 if ten else 0) + (_NUMERALS.get(ones, 0))


# Before a colon, these say what follows and belong to no statement.
_LABELS: tuple[tuple[Role, str], ...] = (
    ("findings", r"(?:存在的?)?(?:主要|具体|突出)?问题(?:表现|描述|概述|及原因)?(?:[一二三四五六七八九十]{1,3}|\d{1,2})?|"
                 r"(?:第[一二三四五六七八九十]{1,3}个?)问题|(?:主要|存在)?不足|(?:偏差|问题|主要|产生|未[^，。：:]{1,6}|"
                     r"形成)?(?:原因|成因)(?:分析)?|具体表现|评价发现|审计发现"),
    ("rectified", (
        r"(?:(?:目前|已)?整改)?(?:完成|落实)情况|整改(?:情况|结果|进展(?:情况)?|成效|完成情况|"
            r"落实情况|状态)|工作进展|进展情况|(?:已)?(?:采取|"
        r"开展)的?(?:主要)?(?:措施|工作)|已做工作|已整改"
    )),
    ("requirements", r"(?:审计|改进|整改|评价|有关|相关|对策)?(?:建议|意见)|(?:整改|改进|后续|下一?步|"
            r"下阶段)的?(?:整改)?(?:措施|要求|计划|安排|打算|工作)(?:打算|安排|"
        r"计划)?|"
                     r"(?:审计)?处理(?:意见|情况|建议|决定)|(?:后续|下一?步)(?:安排|计划)?"),
)  # fmt: skip
_LABEL = re.compile(
    r"\s*[【〔\[]?(?:" + "|".join(f"(?P<{role}>{words})" for role, words in _LABELS) + r")[】〕\]]?\s*[：:]\s*"
)
_ROLES = tuple(role for role, _ in _LABELS)


@dataclass(frozen=True, slots=True)
class Label:
    """A label that was read: the role of what follows, and where that begins."""

    role: Role
    end: int


def label_at(text: str, start: int = 0, end: int | None = None) -> Label | None:
    """Return the label that a text begins with, or None.

    Examples
    --------
    >>> label_at("整改措施：修订办法。")
    Label(role='requirements', end=5)
    >>> label_at("主要问题是执行率低") is None
    True
    """
    match = _LABEL.match(text, start, len(text) if end is None else end)
    if match is None:
        return None
    return next(Label(role, match.end()) for role in _ROLES if match.group(role) is not None)
