"""Numbers as a sheet shows them: number formats of Excel, as Chinese Excel and WPS apply them.

Thousands separators are left out, so that a figure is the same however a sheet groups its digits; colours, widths and
fractions are, too.
"""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

_YEAR_MONTH, _MONTH_DAY = 'yyyy"年"m"月"', 'm"月"d"日"'
_NOON_MINUTE, _NOON_SECOND = '上午/下午h"时"mm"分"', '上午/下午h"时"mm"分"ss"秒"'
BUILT_IN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    **dict.fromkeys((5, 6), "¥#,##0;¥-#,##0"),
    **dict.fromkeys((7, 8), "¥#,##0.00;¥-#,##0.00"),
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    **dict.fromkeys((27, 36, 50, 52, 57), _YEAR_MONTH),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), _MONTH_DAY),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    **dict.fromkeys((34, 55), _NOON_MINUTE),
    **dict.fromkeys((35, 56), _NOON_SECOND),
    **dict.fromkeys((37, 38), "#,##0;-#,##0"),
    **dict.fromkeys((39, 40), "#,##0.00;-#,##0.00"),
    41: '#,##0;-#,##0;"-"',
    42: '¥#,##0;¥-#,##0;¥"-"',
    43: '#,##0.00;-#,##0.00;"-"',
    44: '¥#,##0.00;¥-#,##0.00;¥"-"',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
}
"""Formats that a file names by number only; 14 and 22 follow the system's settings, the others are those of China."""

_LONG_DATE, _LONG_TIME = 'yyyy"年"m"月"d"日"', "h:mm:ss"
_SYSTEM = {"[$-F800]": _LONG_DATE, "[$-x-sysdate]": _LONG_DATE, "[$-F400]": _LONG_TIME, "[$-x-systime]": _LONG_TIME}
_TOKEN = re.compile(
    r"""
      "(?P<quoted>[^"]*)"?
    | [\\!](?P<escaped>.)
    | [_*].                                         # as wide as a character, or filled with it
    | \[\$(?P<currency>[^\]-]*)[^\]]*\]
    | \[(?P<compared><=|>=|<>|<|>|=)(?P<bound>-?[\d.]+)\]
    | \[(?P<elapsed>h+|m+|s+)\]
    | \[[^\]]*\]
    | (?P<noon>AM/PM|A/P|上午/下午)
    | (?P<general>General|G/通用格式)
    | (?P<exponent>E[+-]0+)
    | (?P<date>y+|m+|d+|h+|s+|a{3,4}|e+|b+)
    | (?:(?<=s)|(?<=s\]))(?P<fraction>\.0+)
    | (?P<digits>[0\#?][0\#?,.]*|\.[0\#?]+)
    | (?P<percent>%)
    | (?P<text>@)
    | (?P<literal>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_COMPARE = {
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
    "<=": operator.le,
    ">=": operator.ge,
    "<>": operator.ne,
}
_MONTHS = (  # not those of calendar, which change with the locale
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CHINESE_DAYS = "一二三四五六日"
_LAST_DAY = 2_958_466  # the first that Excel cannot show, 10000-01-01
_MOST_DECIMALS = 30
_LONGEST = 255  # characters of a format that Excel allows


@dataclass(frozen=True, slots=True)
class _Token:
    """A part of a format: what it is, and its characters."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Section:
    """One of a format's parts, for numbers that compare so, or for those of a sign."""

    tokens: tuple[_Token, ...]
    condition: tuple[str, float] | None = None

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(token.kind for token in self.tokens)


def shown_number(value: float, code: str, *, since_1904: bool = False) -> str:
    """Return a number as a sheet shows it.

    Parameters
    ----------
    value : float
        For dates, in days.
    code : str
        Number format.
    since_1904 : bool, default=False
        Whether days are counted from 1904 and not from 1900.

    Examples
    --------
    >>> shown_number(0.532, "0.0%"), shown_number(2023.0, "General"), shown_number(45107, 'yyyy"年"m"月"')
    ('53.2%', '2023', '2023年6月')
    """
    sections = _sections(code)
    section, value = _chosen(sections, value)
    if section is None:
        return _general(value)
    if section.kinds & {"date", "elapsed", "noon"}:
        days = value + 1462 if since_1904 else value
        return _shown_date(days, section) if 0 <= days < _LAST_DAY else _general(value)
    return _shown_figure(value, section)


def shown_text(text: str, code: str) -> str:
    """Return a text as a sheet shows it: a format may add to it, or hide it.

    Examples
    --------
    >>> shown_text("三", '"第"@"名"'), shown_text("三", "0.00")
    ('第三名', '三')
    """
    if "@" not in code and code.count(";") < 3:
        return text
    sections = _sections(code)
    if len(sections) < 4 and "text" not in sections[-1].kinds:
        return text
    return "".join(text if token.kind == "text" else token.text for token in sections[-1].tokens if _is_seen(token))


def _is_seen(token: _Token) -> bool:
    return token.kind in ("text", "literal")


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    """Cut a format at its semicolons."""
    if len(code) > _LONGEST:
        code = "General"
    for mark, replaced in _SYSTEM.items():
        if code.lower().startswith(mark.lower()):
            code = replaced
    sections: list[_Section] = []
    tokens: list[_Token] = []
    condition: tuple[str, float] | None = None
    for found in _TOKEN.finditer(code):
        kind = found.lastgroup
        if kind == "literal" and found[0] == ";":
            sections.append(_Section(tuple(tokens), condition))
            tokens, condition = [], None
        elif kind == "bound":
            condition = (found["compared"], _number(found["bound"]))
        elif kind in ("quoted", "escaped", "currency"):
            tokens.append(_Token("literal", found[kind]))
        elif kind is not None:
            tokens.append(_Token(kind, found[kind]))
    return (*sections, _Section(tuple(tokens), condition))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:  # of two points
        return 0.0


def _chosen(sections: tuple[_Section, ...], value: float) -> tuple[_Section | None, float]:
    """Return the section for a number, and the number without the sign that the section writes itself."""
    numeric = [section for section in sections[:3] if "text" not in section.kinds]
    if not numeric or not math.isfinite(value):
        return None, value
    if any(section.condition for section in numeric):
        for section in numeric:
            if section.condition is None or _COMPARE[section.condition[0]](value, section.condition[1]):
                return section, value
        return None, value
    if value < 0 and len(numeric) > 1:
        return numeric[1], -value
    if value == 0 and len(numeric) > 2:
        return numeric[2], value
    return numeric[0], value


def _general(value: float) -> str:
    """Return a number of the general format: whole, or to ten digits."""
    if not math.isfinite(value):
        return ""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    if 1e-4 <= abs(value) < 1e15:
        places = max(0, 9 - math.floor(math.log10(abs(value))))
        return _trimmed(f"{_to_places(Decimal(repr(value)), places):f}")
    mantissa, exponent = f"{value:.5E}".split("E")
    return f"{_trimmed(mantissa)}E{exponent}"


def _trimmed(figure: str) -> str:
    return figure.rstrip("0").rstrip(".") if "." in figure else figure


def _shown_figure(value: float, section: _Section) -> str:
    tokens = section.tokens
    figures = [index for index, token in enumerate(tokens) if token.kind in ("digits", "general", "exponent")]
    if not figures:
        return "".join(token.text for token in tokens if _is_plain(token)).strip()
    first, last = figures[0], figures[-1]
    between = [token for token in tokens[first : last + 1] if token.kind in ("digits", "literal")]
    if "general" in section.kinds or _Token("literal", "/") in between:
        figure = _general(abs(value))
    else:
        figure = _spread(_rounded(abs(value), section), between)
    sign = "-" if value < 0 and re.search("[1-9]", figure) else ""
    before = "".join(token.text for token in tokens[:first] if _is_plain(token))
    after = "".join(token.text for token in tokens[last + 1 :] if _is_plain(token))
    return f"{sign}{before}{figure}{after}".strip()


def _is_plain(token: _Token) -> bool:
    return token.kind in ("literal", "percent")


def _rounded(value: float, section: _Section) -> str:
    """Return a number with as many digits as the placeholders ask for."""
    pattern = "".join(token.text for token in section.tokens if token.kind == "digits")
    whole, _, decimals = pattern.partition(".")
    scale = len(pattern) - len(pattern.rstrip(",")) or len(whole) - len(whole.rstrip(","))
    percents = sum(token.kind == "percent" for token in section.tokens)
    number = Decimal(f"{value:.15g}").scaleb(2 * percents - 3 * scale)
    least = sum(decimals.count(sign) for sign in "0?")
    most = min(least + decimals.count("#"), _MOST_DECIMALS)
    if "exponent" in section.kinds:
        return f"{number:.{most}E}"
    if number.adjusted() > 300:
        return _general(value)
    figure = f"{_to_places(number, most):f}"
    digits, _, fraction = figure.partition(".")
    fraction = fraction[:least] + fraction[least:].rstrip("0")
    digits = ("" if digits == "0" else digits).rjust(min(whole.count("0"), _MOST_DECIMALS), "0")
    return f"{digits}.{fraction}" if fraction else digits


def _to_places(number: Decimal, places: int) -> Decimal:
    with localcontext(prec=400):
        return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _spread(figure: str, between: list[_Token]) -> str:
    """Return a figure with the text that stands among its digits, such as a point before the last four of ten thousands."""
    if "." in figure or not any(token.kind == "literal" for token in between):
        return figure
    parts: list[str] = []
    for token in reversed(between):
        if token.kind == "literal":
            parts.append(token.text)
            continue
        count = sum(token.text.count(sign) for sign in "0#?")
        parts.append(figure[-count:])
        figure = figure[:-count]
    return figure + "".join(reversed(parts))


def _shown_date(days: float, section: _Section) -> str:
    """Return a date or time; what stands for a month after hours or before seconds stands for minutes."""
    digits = max((len(token.text) - 1 for token in section.tokens if token.kind == "fraction"), default=0)
    digits = min(digits, 3)
    seconds = math.floor(days * 86400 * 10**digits + 0.5) / 10**digits
    day, moment = _moment(seconds)
    is_noon = "noon" in section.kinds
    has_chinese = any("\u4e00" <= character <= "\u9fff" for token in section.tokens for character in token.text)
    parts: list[str] = []
    for index, token in enumerate(section.tokens):
        if token.kind == "date":
            name = "n" * len(token.text) if _is_minute(section.tokens, index) else token.text.lower()
            parts.append(_date_part(name, day, moment, is_noon=is_noon, is_chinese=has_chinese))
        elif token.kind == "elapsed":
            unit = {"h": 3600, "m": 60, "s": 1}[token.text[0].lower()]
            parts.append(str(int(seconds // unit)).rjust(len(token.text), "0"))
        elif token.kind == "noon":
            morning, afternoon = token.text.split("/")
            parts.append(morning if moment.hour < 12 else afternoon)
        elif token.kind == "fraction":
            parts.append(f"{seconds % 1:.{digits}f}"[1:])
        elif token.kind in ("literal", "digits"):
            parts.append(token.text)
    return "".join(parts).strip()


def _moment(seconds: float) -> tuple[int, datetime]:
    """Return the day's number and the moment; Excel counts a 29th of February 1900, which never was, as day 60."""
    day = int(seconds // 86400)
    start = datetime(1899, 12, 30) if day > 60 else datetime(1899, 12, 31)
    return day, start + timedelta(seconds=seconds)


def _is_minute(tokens: tuple[_Token, ...], index: int) -> bool:
    if tokens[index].text[0] not in "mM" or len(tokens[index].text) > 2:
        return False
    before = next((t.text[0] for t in tokens[index - 1 :: -1] if t.kind in ("date", "elapsed")), "") if index else ""
    after = next((t.text[0] for t in tokens[index + 1 :] if t.kind in ("date", "elapsed")), "")
    return before in tuple("hH") or after in tuple("sS")


def _date_part(name: str, day: int, moment: datetime, *, is_noon: bool, is_chinese: bool) -> str:
    """Return what one part of a date's format stands for; minutes are called n."""
    hour = (moment.hour + 11) % 12 + 1 if is_noon else moment.hour
    date_of_month = 29 if day == 60 else moment.day
    month = 2 if day == 60 else moment.month
    weekday = moment.weekday()
    long = len(name) > 1
    match name[0]:
        case "y" | "e":
            return f"{moment.year:04}" if len(name) > 2 or name[0] == "e" else f"{moment.year % 100:02}"
        case "m" if len(name) > 2:
            return f"{month}月" if is_chinese else _MONTHS[month - 1][: 3 if len(name) == 3 else None]
        case "d" if len(name) > 2:
            return f"星期{_CHINESE_DAYS[weekday]}" if is_chinese else _DAYS[weekday][: 3 if len(name) == 3 else None]
        case "a":
            return f"{'星期' if len(name) > 3 else ''}{_CHINESE_DAYS[weekday]}"
        case "b":
            return f"{moment.year + 543}"
        case part:
            number = {"m": month, "d": date_of_month, "h": hour, "n": moment.minute, "s": moment.second}[part]
            return f"{number:02}" if long else str(number)
