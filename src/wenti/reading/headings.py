"""What a heading says of the section below it."""

from __future__ import annotations

import re

from wenti.numbering import number_at
from wenti.records import Role

_MAX_HEADING = 20
_MAX_NUMBERED = 40
_SENTENCE_MARKS = "。；，！？;,!?"

# A heading in plain text is made of such words alone, one of them the role's own: 经验不足 is a weakness and no heading.
_COMMON = (
    r"项目|部门|单位|绩效|自评|评价|评估|审计|检查|主要|有关|相关|情况|结果|结论|等次|等级|以及|及其|及|"
    r"和|与|、|的|[（(](?:[^（）()]{1,12})[)）]"
)
_STRICT: tuple[tuple[Role, str, str], ...] = (
    ("other", r"其他|附件|附表|说明|应用", r"需要?|须|事项|问题|公开|拟"),
    ("rectified", r"整改(?:完成|落实)?情况|整改结果|整改进展|整改成效", r"存在|问题|发现|查出|落实|工作|完成"),
    (
        "findings",
        r"(?:问题|不足)(?:以?及其?|和|与|、)",
        r"存在|发现|突出|建议|改进|整改|措施|对策|处理|意见|要求|打算|安排",
    ),
    (
        "requirements",
        r"整改|建议|改进措施|对策|处理|下一步",
        r"要求|意见|改进|措施|工作|政策|对|存在|问题|打算|安排|计划",
    ),
    ("findings", r"问题|不足|短板", r"存在|发现|突出|原因|成因|分析|指出|中|现状"),
    ("achievements", r"成效|成绩|经验|做法|亮点", r"取得|工作|典型|好|履职|年度|重点"),
    ("overview", r"概况|基本情况|背景|简介|概述", r"基本|立项|预算|介绍|实施|资金|工作"),
    ("conclusion", r"评价结果|评价结论|评价等次|综合评价|评价意见|摘\s*要", r"综合|总体|得分|分析|意见"),
)
_RULES = [(role, re.compile(own), re.compile(rf"(?:{_COMMON}|{own}|{others})+")) for role, own, others in _STRICT]

# Of a line that certainly is a heading the words that tell suffice. The first that is found decides.
_LOOSE: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("other", re.compile(
        r"其他.{0,8}(?:说明|事项|问题)|需要?说明|^附[件表录]|应用(?:情况|和公开|及公开|建议)?$|公开情况|"
        r"公开和应用"
)),
    ("findings", re.compile(
        r"(?:正在|尚未|尚在|仍在|未|持续|仍需|有待|继续).{0,6}整改|(?:重点|突出|遗留).{0,2}问题|未(?:整改|"
        r"完成)"
)),
    ("requirements", re.compile(
        r"^(?:整改(?:要求|意见|建议|措施))|(?:后续|下一?步|下阶段|巩固).{0,6}整改|整改.{0,4}(?:安排|计划|"
        r"打算)|巩固.{0,12}(?:思路|打算|安排)"
)),
    ("findings", re.compile(r"整改.{0,6}(?:存在|困难|不足)|(?:发现|存在|查出).{0,6}问题[及和与]整改(?:落实)?情况")),
    ("findings", re.compile(
        r"(?:问题|不足|短板|偏离|偏差|未完成).{0,16}(?:建议|措施|对策|成因|原因|处理意见|整改要求|打算)"
    )),
    ("requirements", re.compile(r"整改(?:要求|意见|建议|措施)")),
    ("overview", re.compile(r"整改(?:工作)?.{0,4}(?:组织|部署|推进|开展|总体)")),
    ("rectified", re.compile(r"整改|已(?:完成|纠正)")),
    ("requirements", re.compile(
        r"建议|对策|改进|下一步|下阶段|今后|处理(?:情况|意见|决定)|工作打算|工作计划|工作安排|(?:有关|"
        r"工作|相关|几点)要求$|(?<!评价)意见$"
)),
    ("findings", re.compile(r"问题|不足|短板|薄弱环节|偏离|偏差|未完成.{0,4}原因|困难|差距")),
    ("achievements", re.compile(r"成效|成绩|经验|做法|亮点|主要绩效")),
    ("overview", re.compile(
        r"(?:预算|资金).{0,4}(?:执行|使用|安排|投入|到位|管理|拨付)(?:和(?:使用|管理))?情况$|"
        r"(?:目标).{0,6}(?:设定|下达|分解)"
)),
    ("overview", re.compile(r"反馈情况|评价(?:及|和|与).{0,6}基本情况")),
    ("conclusion", re.compile(
        r"结论|评价(?:结果|意见|等次|得分|情况$)|综合(?:评价|得分)|总体评价|指标.{0,8}(?:分析|完成|"
            r"情况)|绩效(?:情况)?分析|得分情况|完成情况|实现情况|"
        r"执行情况|自评(?:结果|得分|情况)"
    )),
    ("overview", re.compile(
        r"概况|基本情况|背景|简介|概述|工作(?:开展|组织)|组织(?:实施|开展|情况)|(?:评价|自评)(?:目的|依据|"
        r"方法|对象|范围|过程|工作)|目标|资金"
)),
)  # fmt: skip


def has_sentence_mark(text: str) -> bool:
    """Tell whether a stop or comma stands in a text, as in no heading in plain text."""
    return any(mark in text for mark in _SENTENCE_MARKS)


def strict_role(text: str) -> Role | None:
    """Return the role that a line heads, if it is made of heading words alone; a number before it is passed over."""
    number = number_at(text)
    body = text[number.end if number is not None else 0 :].strip().rstrip("：:")
    if not body or len(body) > _MAX_HEADING or has_sentence_mark(body) or "<" in body:
        return None
    return next((role for role, own, whole in _RULES if own.search(body) and whole.fullmatch(body)), None)


_STATES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (
        "findings",
        re.compile(r"(?:正在|尚未|尚在|仍在|未|持续|有待|暂缓)(?:完成)?(?:整改|纠正)(?:到位)?的?(?:问题|事项|情况|$)"),
    ),
    ("rectified", re.compile(r"已(?:经)?(?:完成|全部)?(?:整改|纠正)(?:到位)?的?(?:问题|事项|情况|$)")),
)


def state_role(text: str) -> Role | None:
    """Return the role of a heading that says how far what stands below it has been put right."""
    return next((role for role, pattern in _STATES if pattern.search(text.strip().rstrip("：:"))), None)


def loose_role(text: str) -> Role | None:
    """Return the role of what certainly is a heading."""
    number = number_at(text)
    body = text[number.end if number is not None else 0 :].strip().rstrip("：:。")
    return strict_role(body) or next((role for role, pattern in _LOOSE if pattern.search(body)), None)


_ENDING = re.compile(r"(?:情况|问题|不足|意见|建议|措施|成效|方面|概况|结果|安排|打算|要求|对策|经验)$")


def bare_role(text: str, is_audit: bool) -> Role | None:
    """Return the role that a line without number heads, in a document whose headings have none."""
    body = text.strip()
    if len(body) > _MAX_HEADING or has_sentence_mark(body) or _ENDING.search(body) is None:
        return None
    return audit_role(body) if is_audit else loose_role(body)


def audit_role(text: str) -> Role | None:
    """Return the role of a heading of an audit report, where 县级财政管理审计情况 heads what was found there."""
    number = number_at(text)
    body = text[number.end if number is not None else 0 :].strip()
    if re.search(r"审计.{0,4}评价", body):
        return "conclusion"
    role = loose_role(text)
    if role in (None, "overview", "conclusion") and re.search(r"审计(?:发现|查出)?(?:的)?(?:主要)?情况$", body):
        return "overview" if re.search(r"基本|总体|概", body) else "findings"
    return role


def may_head(text: str) -> bool:
    """Tell whether a numbered line is short and whole enough for a heading."""
    body = text.strip().rstrip("：:")
    return len(body) <= _MAX_NUMBERED and not any(mark in body for mark in "。；！？;!?")
