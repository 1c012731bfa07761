"""Key figures of a statement: rates, amounts, counts, delays, changes, targets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from wenti.records import Figure

_NUMBER = r"(?<![\d.])(?<!\d[,，])(?:\d{1,3}(?:[,，]\d{3})+(?!\d)|\d{1,12})(?:\.\d{1,12})?"
_UNITS_OF_COUNT = "平方公里|平方米|公里|[个人名项台辆家栋户套次处份笔所座间条件本张期宗幢亩米]"
_RATE = re.compile(rf"({_NUMBER})\s*([%％])")
# 万 and 亿 alone are money only where nothing follows that they could count (10万吨).
_AMOUNT = re.compile(rf"({_NUMBER})\s*(万亿元|亿元|万元|元|(?:万亿|亿|万)(?=[\s，。；、）)]|$))")
_COUNT = re.compile(rf"(?<!第)(?<!第\s)({_NUMBER})\s*({_UNITS_OF_COUNT})(?!月|百分点)")
_DELAY = re.compile(
    rf"(?:晚|慢|滞后|逾期|延期|超期|拖延|推迟|延误|迟)[^，。；、\d]{{0,6}}?(?!(?:19|20)\d\d\s*年)({_NUMBER})\s*"
    r"(个月|年(?!\d)|天|日|个工作日)"
)
_CHANGE_BEFORE = re.compile(r"(增长|增加|上升|提高|下降|降低|减少|下滑|压减)了?\s*$")
_DOWN = ("下降", "降低", "减少", "下滑", "压减")
_TARGET_BEFORE = re.compile(r"(达到|低于|目标值?为?|目标|不足|超过|要求的?|应达)\s*$")
_TARGET_AFTER = re.compile(r"\s*的?(预期|年度|年初|绩效|既定)?(目标|指标值|标准|要求)")
_WAN = {"万亿元": 1e8, "万亿": 1e8, "亿元": 1e4, "亿": 1e4, "万元": 1.0, "万": 1.0, "元": 1e-4}
_MONTHS = {"个月": 1.0, "年": 12.0, "天": 1 / 30, "日": 1 / 30, "个工作日": 1 / 22}
_NEAR = 12  # characters before a rate in which its cue stands
_TARGET_WORDS = ("目标", "要求", "标准", "应达", "指标值")


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    quantity: Literal["amount", "count", "delay"]
    worth: Callable[[str], float]


_RULES = (
    _Rule(_DELAY, "delay", _MONTHS.__getitem__),
    _Rule(_AMOUNT, "amount", _WAN.__getitem__),
    _Rule(_COUNT, "count", lambda unit: 1.0),
)


def find_figures(text: str) -> tuple[Figure, ...]:
    """Return the figures of a statement in the order of the text; offsets count its characters.

    Examples
    --------
    >>> [(f.quantity, f.value, f.text) for f in find_figures("厂房出租率为53%，未达到70%的预期目标")]
    [('rate', 0.53, '53%'), ('target', 0.7, '70%')]
    """
    found: list[Figure] = []
    for match in _RATE.finditer(text):
        value = round(_number(match.group(1)) / 100, 10)
        before = text[max(0, match.start() - _NEAR) : match.start()]
        change = _CHANGE_BEFORE.search(before)
        if change:
            sign = -1 if change.group(1) in _DOWN else 1
            found.append(Figure("change", sign * value, match.group(2), match.start(), match.end(), match.group()))
        else:
            wanted = _TARGET_AFTER.match(text, match.end()) or (
                (cue := _TARGET_BEFORE.search(before)) and cue.group(1).startswith(_TARGET_WORDS)
            )
            quantity: Literal["target", "rate"] = "target" if wanted else "rate"
            found.append(Figure(quantity, value, match.group(2), match.start(), match.end(), match.group()))
    taken = bytearray(len(text))
    for figure in found:
        taken[figure.start : figure.end] = b"\1" * (figure.end - figure.start)
    for rule in _RULES:
        for match in rule.pattern.finditer(text):
            start, end = match.start(1), match.end()
            if any(taken[start:end]):
                continue
            taken[start:end] = b"\1" * (end - start)
            value = _number(match.group(1)) * rule.worth(match.group(2))
            found.append(Figure(rule.quantity, round(value, 10), match.group(2), start, end, text[start:end]))
    return tuple(sorted(found, key=lambda figure: figure.start))


def _number(text: str) -> float:
    return float(text.replace(",", "").replace("，", ""))
