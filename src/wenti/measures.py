"""Measures in a text: numbers with their units, shares and dates, whatever is said of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from math import prod
from typing import Literal

Kind = Literal["share", "points", "times", "money", "things", "time", "date"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its unit, or a date.

    Attributes
    ----------
    kind : str
        ``share`` (53%, 八成, 三分之一), ``points`` (百分点), ``times`` (倍), ``money``, ``things``, ``time`` or ``date``.
    value : float or str
        Of shares, points and times 1 is the whole; money in 万元, things one by one, time in months, dates in ISO form.
    unit : str
        The unit as written; of dates empty.
    start, end : int
        Place in the text.
    """

    kind: Kind
    value: float | str
    unit: str
    start: int
    end: int


def any_of(words: str) -> str:
    r"""Return the pattern of any of some patterns that stand between spaces; none of them may hold a space itself.

    Examples
    --------
    >>> any_of("下降 减少 压[减缩]")
    '(?:下降|减少|压[减缩])'
    """
    return f"(?:{'|'.join(words.split())})"


_DIGITS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")} | {
    numeral: value for value, numeral in enumerate("〇壹贰叁肆伍陆柒捌玖")
} | {"○": 0, "两": 2}  # fmt: skip
_POWERS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10**4, "亿": 10**8}
_SPELLING = "".join((*_DIGITS, *_POWERS))
_LEADING = "一二两三四五六七八九壹贰叁肆伍陆柒捌玖十拾"  # 百家 and 万户 are vague, as 数十家 and 几十家 are

# Every repetition is bounded and no number begins inside another, so that time grows with the text and no faster.
_ARABIC = r"(?<![\dA-Za-z.．])(?<!\d[,，])(?:\d{1,3}(?:[,，]\d{3}){1,4}(?!\d)|\d{1,12})(?:[.．]\d{1,12})?"
_POWER = r"(?:[百千](?![米克瓦伏帕分])|[万亿])"
_MIXED = rf"{_ARABIC}(?:\s?[余多]?{_POWER}{{1,3}}(?:\d{{1,4}}(?:[.．]\d{{1,4}})?{_POWER}{{1,2}})?)?\s?[余多]?"
_SPELLED = rf"(?<![{_SPELLING}])[{_LEADING}][{_SPELLING}]{{0,11}}(?:点[{_SPELLING}]{{1,4}})?"
_NUMBER = rf"(?<!第)(?<!第\s)(?:{_MIXED}|(?<!数)(?<!几){_SPELLED}(?:[余多][万亿]?)?)"
_DASH = r"[-—–－~～]{1,2}"

_LONG_MEASURE_WORD = any_of("""
    [人户家批架台车册件场班航例亩剂针]次 台套 台件 套件 [课学]时 标[段箱] 平方(?:公里|千米|米) 平米 立方米? 公里 千米
    [厘毫延]米 海里 公顷 公斤 [千毫微]克 毫升 千瓦时? 兆瓦 ㎡ (?<=万)方(?![面式案向法])
""")
# A measure word, and what must not follow, since with it the two are another word or part of one: 12项目标, but no 12项目.
_MEASURE_WORD = any_of(r"""
    个(?!多?月|半月|百分点|[工日自交]|小时|季度|[年会预财]|星期|周|学[期年]|[别体性]|点(?!位)) 人(?![民均才力数格])
    项(?!目(?!标)) 次(?![性年月日数要级序]) 名(?!单(?!位)|[录义称]) 家(?!庭) 户(?![籍均数]) 处(?![理置罚长级方])
    份(?!额) 条(?![件款例]) 件(?!均) 期(?![间末初限满内后望工项建改厂用]|标准厂房) 本(?![级年市县区次期单部身科])
    所(?![有属需以得谓示述列涉指]) 座(?![谈位]) 间(?![接隔距断]) 套(?![取用现]) 台(?![账帐风阶]) 部(?![门分委署级位])
    组(?![织长成建]) 批(?![复准示发评量改判]) 起(?![草点步诉重来用源到止算付]) 例(?![会行如外])
    支(?![出付持撑部行农教]) 根(?![据本源治]) 口(?![径岸号罩粮腔]) 门(?![诊槛店面禁急户]) 场(?![地所馆景站均])
    轮(?![岗换胎流候]) 位(?![于置次列]) 种(?![植养子苗]) 节(?![能约省日余点假水]) 亩(?![均产]) 票(?![据价面])
    卷(?![入烟]) 尾(?![款矿水气号]) 笔(?![试录]) 对(?![于象照比应接外内各其该此]) 头(?![部等]) 片(?!区)
    块(?![钱一二三四五六七八九半]) 段(?!落) 升(?![级学降至到幅]) 具(?![体备有]) 把(?![握关手]) 首(?![先批次年])
    道(?![路德理具]) 股(?![份权东]) 列(?![入支示为])
    [辆栋张宗幢米吨株棵只艘盏盘双袋箱桶瓶眼颗枚篇册类床页架顶副幅盒包羽匹堂封粒盆席桌趟遍孔杆]
""")
_BRACKETED = r"(?:[（(][次套件个组处座栋台辆间户只家名人株][）)]|/[套件])"
_DURATION = any_of(r"""
    年[零又]?(?:\d{1,2}|[一二两三四五六七八九十]{1,2})个月 个月零?\d{1,2}[天日] 年半 个半月 个多?月 个?工作日
    个?日历天 个?自然日 个季度 个?星期 个?小时 分钟 周(?![岁年边期转报围]) 天 日(?![常均元]|期(?!限))
    年(?![级代龄均薪限检审报份度鉴轻])
""")
_BARE_MONEY_ENDS = r"(?=[\s，。；、）)]|左右|以[上下]|[至到—～~-]\s?[\d.]+[万亿]?元|$)"
_NO_TENTHS = "[立果员本为效功熟品活就型交因长绩批套群]|不变"
_YEAR = r"(?:(?:19|20)\d\d|[１２][９０]\d\d|[一二][九〇零○][〇零○一二三四五六七八九]{2})"
_MONTH = r"(?:1[0-2]|0?[1-9]|１[０-２]|０?[１-９]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_DATE = rf"""(?<![\dA-Za-z.．第{_SPELLING}])(?:
    (?P<since>{_YEAR})\s?(?:{_DASH}|[/至到])\s?(?P<until>{_YEAR})\s?年(?![级代])
  | (?P<year>{_YEAR})\s?年(?![级代])(?:
        \s?第?(?P<quarter>[一二三四1-4])\s?季度
      | \s?(?:(?P<first>{_MONTH})\s?(?:{_DASH}|至)\s?)?(?P<month>{_MONTH})\s?月(?:\s?(?P<day>{_DAY})\s?[日号])?
    )?
  | (?P<iso>(?:19|20)\d\d(?P<mark>[-/.])\d{{1,2}}(?P=mark)\d{{1,2}})(?![\d.])
  | (?:(?P<lone_first>{_MONTH})\s?(?:{_DASH}|至)\s?)?(?P<lone_month>{_MONTH})\s?月(?![龄薪均租度])
        (?:\s?(?P<lone_day>{_DAY})\s?[日号])?
)"""
_MEASURE = re.compile(
    rf"""(?=[-－−\d{_SPELLING}半])(?:(?P<date>{_DATE})
  | (?P<parts>[百千万]分之(?:{_ARABIC}|[{_SPELLING}]{{1,6}}(?:点[{_SPELLING}]{{1,4}})?))
  | (?P<fraction>{_SPELLED}分之[{_SPELLING}]{{1,4}})
  | (?P<slash>(?<=[占约近仅过足率达到有])[1-9]/[1-9]\d?(?![\d/])|(?<![\d/.])[1-9]/[1-9]\d?(?=的|以上))
  | (?P<tenths>(?<![\d.．第{_SPELLING}])(?:[1-9１-９](?:[.．]\d)?|[{_LEADING}])成[五半]?)(?!{_NO_TENTHS})
  | (?<![上下大])(?P<half>半(?:个多?月|年(?!度)))
  | (?:(?<![\d%％‰])[-－−])?(?<![×*]){_ARABIC}\s{{0,2}}(?P<percent>[%％﹪‰])
  | {_NUMBER}\s{{0,2}}(?:
        (?P<points>个?百分点)
      | (?P<times>倍(?![数增率感加]))
      | (?P<money>元(?![旦月])|(?:万亿|[亿万]){_BARE_MONEY_ENDS})
      | (?P<time>{_DURATION})
      | (?P<things>(?:{_LONG_MEASURE_WORD}|{_MEASURE_WORD}){_BRACKETED}?)
    ))""",
    re.VERBOSE,
)
_NUMERAL = re.compile(rf"[\d{_LEADING}半]|分之")
_PART = re.compile(r"(-?[\d.]+)([百千万亿]*)")
_MONEY_WORD = re.compile("[元款费资金额钱债税贷息薪奖补产值价拨付支收]|预算|投入|成本")
_COUNTED_ONE = re.compile("(?:(?<!没)有|[仅只仍尚中剩余共缺少差就及和现、]|存在|查出|新增|[减增]少?[至到为])$")
_IDIOM = re.compile(
    "[一两三](?:张[皮网]|条线|个样|个口子|个维护|个责任|类事业|码事|本账|把|家之言|人[多一]|户一|头)"
    "|[一二两三四五]个一|八项规定|五位一体"
)
_ORDINALS_IF_SPELLED = frozenset((*"期部本口门片头对节场段升把道股", "标段"))  # 二期, 三标段
_NOT_AFTER_YEARS = frozenset("对起批部本只期所次处条件节口门头段位种")  # 2021批次 counts nothing
_YEAR_ALONE = re.compile(r"(?:19|20)\d\d\s*")
_RANKED = ("前", "居", "列", "上升", "下降", "提升", "前移", "后移")  # 前3名, 上升5位
_POWERS_AT_END = re.compile(r"(?<=[\d余多\s])[百千万亿]+$|[万亿]+$")
_RANGE = tuple("至到—～~-")  # 10万至20万元
_TOO_SHORT_FOR_MONEY = frozenset("一二三")  # 二元结构
_MONTHS = {"年": 12.0, "季": 3.0, "月": 1.0, "半": 1.0, "多": 1.0, "周": 7 / 30, "星": 7 / 30} | {
    "天": 1 / 30, "日": 1 / 30, "自": 1 / 30, "工": 1 / 22, "小": 1 / 720, "分": 1 / 43200,
}  # fmt: skip
_MOST_YEARS = 99
_REST = re.compile(r"年[零又]?(?P<months>.+)个月|个月零?(?P<days>\d+)[天日]")
_PLAIN = str.maketrans({"．": ".", "－": "-", "−": "-", ",": None, "，": None, "余": None, "多": None})
_LEAP_YEAR = 2000
_NEAR = 60  # characters before a measure in which the title that it stands in begins, or money is spoken of


def find_measures(text: str) -> Iterator[Measure]:
    """Yield the measures of a text in its order; titles in 《》, ordinals (第3批) and vague numbers (数十家) have none.

    Examples
    --------
    >>> [(m.kind, m.value, m.unit) for m in find_measures("2022年12月底，二十余台设备闲置1年零3个月，占三成")]
    [('date', '2022-12', ''), ('things', 20.0, '台'), ('time', 15.0, '个月'), ('share', 0.3, '成')]
    """
    if _NUMERAL.search(text) is None:
        return
    for match in _MEASURE.finditer(text):
        start, end = match.span()
        if (group := match.lastgroup) is None or _in_title(text, start):
            continue
        kind, read = _READERS[group]
        measured = read(match, text[start : match.start(group)], match[group])
        if measured is not None:
            value, unit = measured
            yield Measure(kind, value if isinstance(value, str) else round(value, 10), unit, start, end)


def _in_title(text: str, start: int) -> bool:
    opened = text.rfind("《", max(0, start - _NEAR), start)
    return opened >= 0 and "》" not in text[opened:start]


def _number(text: str) -> float | None:
    """Return the value of a number in Arabic or Chinese numerals or both, None if it is malformed or vague (三四, 十几)."""
    plain = "".join(text.split()).translate(_PLAIN)
    if plain[0] in "-0123456789" or plain[0].isdecimal():
        return sum(float(part) * prod(_POWERS[power] for power in powers) for part, powers in _PART.findall(plain))
    whole, point, decimals = plain.partition("点")
    value = _spelled(whole)
    if value is None or not point:
        return value
    if any(numeral not in _DIGITS for numeral in decimals):
        return None
    return value + float("0." + "".join(str(_DIGITS[numeral]) for numeral in decimals))


def _spelled(text: str) -> float | None:
    """Return the value of Chinese numerals."""
    total = section = 0
    digit: int | None = None
    myriad = last = 1
    for numeral in text:
        power = _POWERS.get(numeral)
        if power is None:
            if digit:
                return None  # 三四个 is vague
            digit = _DIGITS[numeral]
            if digit == 0:
                last = 1
        elif power < 10**4:
            if not digit and power != 10:
                return None
            section += (digit or 1) * power
            digit, last = None, power
        else:
            section += digit or 0
            total = total + section * power if power < myriad else (total + section) * power
            section, digit, myriad, last = 0, None, power, power
    return float(total + section + (digit or 0) * (last // 10 if last > 10 else 1))  # 一百二 is 120


_Measured = tuple[float | str, str] | None


def _read_date(match: re.Match[str], _before: str, _unit: str) -> _Measured:
    """Return the date in ISO form, None if the calendar has no such day."""
    if iso := match["iso"]:
        year, month, day = iso.split(match["mark"])
        return _read_day(year, month, day)
    if since := match["since"]:
        return f"{_year(since)}/{_year(match['until'])}", ""
    prefix = f"{_year(match['year'])}-" if match["year"] else "--"
    if quarter := match["quarter"]:
        return f"{prefix}Q{_whole(quarter)}", ""
    month = match["month"] or match["lone_month"]
    if month and (day := match["day"] or match["lone_day"]):
        return _read_day(match["year"], month, day)
    first = match["first"] or match["lone_first"]
    months = "/".join(f"{prefix}{_whole(numeral):02d}" for numeral in (first, month) if numeral)
    return months or prefix[:-1], ""


def _read_day(year: str | None, month: str, day: str) -> _Measured:
    try:
        found = date(_year(year) if year else _LEAP_YEAR, _whole(month), _whole(day)).isoformat()
    except ValueError:
        return None
    return found if year else f"-{found[4:]}", ""


def _whole(text: str) -> int:
    return int(_number(text) or 0)


def _year(text: str) -> int:
    return int("".join(str(_DIGITS.get(numeral, numeral)) for numeral in text))


def _read_parts(_match: re.Match[str], _before: str, parts: str) -> _Measured:
    name, _, number = parts.partition("分之")
    value = 100.0 if number == "百" else _number(number)
    return None if value is None else (value / _POWERS[name], f"{name}分之")


def _read_slash(_match: re.Match[str], _before: str, fraction: str) -> _Measured:
    above, _, below = fraction.partition("/")
    return int(above) / int(below), "/"


def _read_fraction(_match: re.Match[str], _before: str, fraction: str) -> _Measured:
    below, _, above = fraction.partition("分之")
    divisor, value = _number(below), _number(above)
    return (value / divisor, "分之") if divisor and value is not None else None


def _read_tenths(_match: re.Match[str], _before: str, tenths: str) -> _Measured:
    number, _, half = tenths.partition("成")
    value = _number(number)
    return None if value is None else (value / 10 + (0.05 if half else 0), f"成{half}")


def _read_half(_match: re.Match[str], _before: str, half: str) -> _Measured:
    return (6.0, "年") if half == "半年" else (0.5, half[1:])


def _read_percent(_match: re.Match[str], number: str, sign: str) -> _Measured:
    value = _number(number)
    return None if value is None else (value / (1000 if sign == "‰" else 100), sign)


def _read_points(_match: re.Match[str], number: str, unit: str) -> _Measured:
    value = _number(number)
    return None if value is None else (value / 100, unit)


def _read_times(_match: re.Match[str], number: str, unit: str) -> _Measured:
    value = _number(number)
    return None if value is None else (value, unit)


def _read_money(match: re.Match[str], number: str, unit: str) -> _Measured:
    """Return money in 万元; 万 and 亿 alone are money where it is spoken of."""
    if unit == "元":
        if number in _TOO_SHORT_FOR_MONEY:
            return None
    elif not match.string.startswith(_RANGE, match.end()) and not _MONEY_WORD.search(
        match.string, max(0, match.start() - _NEAR), match.start()
    ):
        return None
    value = _number(number if unit == "元" else number + unit)
    powers = _POWERS_AT_END.search(number) if unit == "元" else None
    return None if value is None else (value / 10**4, f"{powers[0] if powers else ''}{unit}")


def _read_time(_match: re.Match[str], number: str, unit: str) -> _Measured:
    value = _number(number)
    if value is None or (unit.startswith("年") and value > _MOST_YEARS):
        return None
    months = value * _MONTHS[unit.lstrip("个")[0]]
    if rest := _REST.fullmatch(unit):
        if rest["months"]:
            return months + _whole(rest["months"]), "个月"
        return months + _whole(rest["days"]) / 30, unit[-1]
    if "半" in unit:
        months += 6 if unit.startswith("年") else 0.5
    return months, unit


def _read_things(match: re.Match[str], number: str, unit: str) -> _Measured:
    before = match.string[max(0, match.start() - 2) : match.start()]
    if unit in "名位" and before.endswith(_RANKED):
        return None
    if number[0].isdecimal():
        if unit in _NOT_AFTER_YEARS and _YEAR_ALONE.fullmatch(number):
            return None
    elif (
        number == "二"
        or unit in _ORDINALS_IF_SPELLED
        or _IDIOM.match(match.string, match.start())
        or (number == "一" and not _COUNTED_ONE.search(before))
    ):
        return None
    value = _number(number)
    return None if value is None else (value, unit)


_READERS: dict[str, tuple[Kind, Callable[[re.Match[str], str, str], _Measured]]] = {
    "date": ("date", _read_date),
    "parts": ("share", _read_parts),
    "fraction": ("share", _read_fraction),
    "slash": ("share", _read_slash),
    "tenths": ("share", _read_tenths),
    "half": ("time", _read_half),
    "percent": ("share", _read_percent),
    "points": ("points", _read_points),
    "times": ("times", _read_times),
    "money": ("money", _read_money),
    "time": ("time", _read_time),
    "things": ("things", _read_things),
}
