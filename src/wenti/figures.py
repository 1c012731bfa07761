"""Key figures of a statement: its measures, and what the words around them make of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from wenti.measures import Kind, Measure, any_of, find_measures
from wenti.records import Figure, Quantity


class _Reading(NamedTuple):
    """What a measure is, and the sign of its value; without a quantity it is no figure."""

    quantity: Quantity | None
    sign: int = 1


class _Place(NamedTuple):
    """A measure in its text, with the words of its clause before it."""

    text: str
    clause: str
    measure: Measure


_CLAUSE = 30  # characters before a measure that are looked at where its clause is longer
_MARKS = "，。；！？,;"
_LINK = re.compile(rf"\s*{any_of('、 和 及 与 或 至 到 以及 [-—–~～]{1,2}')}\s*[近约]?\s*")
_LONGEST_LINK = 5

# ---- Targets: what should be, or was planned, by a word that says so. Patterns that end in $ are searched in the clause
# before a measure, the others are matched behind it.

_VALUE_NOUN = any_of("""
    (?:目标|指标|计划|任务|考核|预期|标准|基准|控制|预警|设计)值 (?:目标|计划|任务|控制)量 (?:计划|任务)数
    (?:控制|预警|标准|考核|[及合]格)线 定额 限额 [上下]限值? 警戒线 红线 控制目标 (?:最[低高]|考核|控制)(?:标准|要求)
""")
_NOT_LESS = r"不(?:得|应|能|宜|允许)?(?:低于|少于|小于|高于|大于|多于|超[过出]?)|[≥≤⩾⩽＞＜><]=?"
_IS = any_of(rf"""
    分别 均 都 为 是 应 须 需要? 在 [：:“”（(=＝] 设[为定置] 定为 达到? {_NOT_LESS} 至少 最[低高多少] 控制 保持 约
    每[^\d每，。；、]{{1,3}} 全年 年均 \s
""")
_DO = any_of("""
    完成 达到 实现 建成 新建 改?扩?建设? 改造 培训 举办 开展 采购 购置 配[备置]? 新增 安装 修[建缮复] 实施
    抽?检[查测]? 种植 栽[植种] 补植 开[设展办] 招[聘录收] 引进 发放 覆盖 治理 清[理淤] 疏浚 铺设 整治 维[修护]
    更[新换] 投放 组织 编[制印] 印[制发] 资助 救助 服务 帮扶 生产 轮换 收储 储备 拆除 搬迁 安置 验收 扶持 培[育养]
    认定 入驻 出租 到[岗位] 设[置立] 召开 巡[查检] 监测 提[供交] 出[具版栏] 派[驻出] 接[待种入] 加装 复[垦核] 筛查
""")
_MUST = any_of("""
    (?<![相反供对响效适感呼])应(?![用急对付收由缴交退纳税届聘邀予])当? 必?须 需(?=[达完要]) 要求 规定 力争 确保 承诺
    (?:目标|任务|计划|标准)[是为：:]
""")
_PLAN = any_of("(?<![较比])计划 原定 (?<![虚模])拟 规划(?!数)")
_BY_WHEN = r"(?!.*(?:完成|执行|达成|实现|到位)率)(?:[于在]?[\d年月日底前末内度]{2,14})?"
_REACH = any_of(rf"完成 实现 达到? {_NOT_LESS} 控制在? 保持在? 至少 [降提增升压][低高加升减]?[到至]")
_UP_TO_THERE = r"(?:[^\d未已实的]|的(?=\D{0,8}[率度例])){0,12}?"
_MOVE = any_of("增[长加收] 提[高升] 上升 下降 降低 减少 压[减缩降]")

_HINT = re.compile(
    any_of("""
    目标 指标 [计规]划 [应须需拟] 要求 规定 标准 设定 定额 限 任务 考核 预期 预警 警戒 控制 基准 红线 不[得低少小应]
    [≥≤⩾⩽] 原定 力争 确保 承诺
    """)
)
_NAMED = re.compile(
    rf"(?:(?P<value>{_VALUE_NOUN})|目标|标准|要求|规定|任务|预期|指标|设定)(?P<verb>{_IS}{{0,5}}){_DO}?$"
)
_WHOLE = re.compile("(?:目标|任务|计划)(?:任务|数|量)?$")
_PART_OF_WHOLE = re.compile(r"的\s?\d")  # 年度任务5万亩的84%
_SHARE_OF = re.compile(r"(?:(?<!未)(?:完成|实现)|占|按)\D{0,4}$")
_MORE_THAN = re.compile(r"(?:(?<!未)(?:完成|实现)|占|按|超[过出]?|[高低多少]于|突破|[未不](?:达到?|符合)|不足)\D{0,4}$")
_AT_LEAST = re.compile(
    r"(?:(?<![均都])不得?(?:低于|少于|小于)|不(?:高于|大于)|不[得应](?:超过|高于|大于|多于)|[≥≤⩾⩽])\s*$"
)
_NOT_REACHED = re.compile(r"(?:未能?|没有?|没能|达不)(?:达到?|到|满足|符合)\s*$")
_AS_RULED = re.compile("(?<!符合)(?<!达到)(?:规定|要求|法定)的$")
_ACCORDING_TO = re.compile(r"(?:[按依遵]照?|根据|依据|符合|对照|违反|超过?)\D{0,8}?(?:要求|规定|计划|标准)")
_MUST_REACH = re.compile(rf"{_MUST}{_BY_WHEN}{_UP_TO_THERE}{_REACH}{_IS}*$|应当?[为是]\s*$")
_SHALL_REACH = re.compile(rf"{_PLAN}{_BY_WHEN}{_UP_TO_THERE}{_REACH}{_IS}*$")
_SHALL_COMPLETE = re.compile(
    rf"(?:{_MUST}|{_PLAN}){_BY_WHEN}[^\d未已实率]{{0,6}}?(?:完成|达到|实现)(?!率)[^\d未已实率的]{{0,8}}$"
)
_SHALL_DO = re.compile(
    rf"(?:{_MUST}|{_PLAN}){_BY_WHEN}[^\d未已实率]{{0,6}}?"
    rf"(?:(?:完成|达到)(?!率)[^\d未已实率]{{0,14}}|{_DO}[^\d未已实率的]{{0,14}})$"
)
_SHALL_SOMEHOW = re.compile(rf"(?:{_MUST}|{_PLAN}){_BY_WHEN}[^\d未已实率的]{{0,12}}$")
_BUT_IN_FACT = re.compile(r"[^，。；\d]{0,6}，?[^，。；\d]{0,4}(?:实|仅|只|完成|建成|到[货位岗]|交付)")
_MUST_MOVE = re.compile(rf"(?:(?:{_MUST}|目标)[^\d未已实]{{0,8}}|{_PLAN}|预期){_MOVE}\D{{0,3}}$")

_KIND_OF_TARGET = any_of("""
    预期 年度 年初 绩效 既定 规定 最低 最高 控制 考核 设定 计划 政策 合同 行业 国家 [省市县]级? 法定 总体 任务 工作
    序时 进度 预算 文件 制度 指标 约束性? 目标 招标 采购 起付 补[助贴] 资助 接待 住宿 [餐伙]费? 费用 支出 开支 成本
    单价 人均 配[备置] 办[理结] 时限 申报 合格 达标 平均 基本 建设 质量 运行 服务 管理 技术 养护 安全 环保 配套 使用
    到岗 覆盖 比例 储备 负荷 利用 增长 压减 减排 评价 验收 设计 规划 约定 地方 等级 创建 效益 产出 减量
""")
_STANDARD = "标准(?![化厂煤间件])"
_LIMIT = any_of(f"""
    {_STANDARD} [上下]限 定额 限[额价] 红线 警戒线 控制线 [及合]格线 底线 目标值? 指标值 (?:计划|任务)数
    (?:计划|序时)进度 任务(?!的) 预期 (?:考核|计划|标准|预设|设定|要求|规定|约定|及格|合格)值 要求 规定
""")
_MORE = r"\s?(?:[、和及与或至]\s?[\d.．]{1,8}\s?[%％‰])?\s?(?:以[上下内]|左右)?[\s”’」）)]{0,2}"
_OF_TARGET = re.compile(rf"{_MORE}的?{_KIND_OF_TARGET}{{0,3}}{_LIMIT}")
_OF_STANDARD = re.compile(
    rf"{_MORE}(?:的{_KIND_OF_TARGET}{{0,3}}{_LIMIT}|{_KIND_OF_TARGET}{{0,3}}(?:{_STANDARD}|[上下]限|定额|限额|目标任务))"
)
_OF_TIME_LIMIT = re.compile(rf"{_MORE}的?{_KIND_OF_TARGET}{{0,3}}(?:{_STANDARD}|[上下]限|要求|规定|时限|期限)")
_TARGETS_THEMSELVES = re.compile(rf"{_MORE}的{_KIND_OF_TARGET}{{0,3}}{_LIMIT}[未没不缺无过存仍均都只难]")
_SOME = re.compile(r"(?:^|[有近约达中但]|超过?|不足)\s*$")  # before them: 近40%的绩效目标未细化

# ---- Changes: growth, decline and deviation by a rate.

_FALL = any_of("""
    下降 降低 减少 下滑 压[减缩降](?!率) 下[跌调浮] 回落 [缩削核递]减(?!率) [降跌减]幅 减[产收] 降价 缩短 萎缩 砍[掉去]
    负增长 偏低 [滞落]后 少[了发报编收支付计列缴]
""")
_RISE = any_of("""
    增[长加多收产值] 上[升涨浮调] 提[高升速] 递增 扩大 [增涨升超]幅 增速 涨价 [高超多]出 多[了发报编收支付计列缴]
    超额(?:完成)? 超标 超支 偏[高离差]
""")
_BY = any_of(r"""
    了 约 近 超过? 将近 接近 达到? (?<=[幅度率速差离均别])为 高达 仅为? 不[足到过] 幅?度 率 均 分别 逐年 最[高大] \s
""")
_LESS = "[低少小慢短]|(?<![误偏相])差|(?<=[标求划准值])相差"
_CHANGED = re.compile(rf"(?:(?P<fall>{_FALL}|[降跌减](?!率))|{_RISE}|[增升涨]){_BY}{{0,4}}$")
_COMPARED = re.compile(
    rf"(?:(?<!占)比(?![例重率])|(?<!计)较(?=..)|与)\D{{1,16}}(?:(?P<less>{_LESS})|[高多大快长超]|[误偏相]差)[出发用]?{_BY}{{0,3}}$"
)
_DEVIATES = re.compile(
    r"(?:(?P<less>低于|少于)|[高多][于出]|(?:超[过出]?|突破)(?=\D{0,6}(?:概|算|定额|标准|计划|规划|任务|合同|批复|限额|目标|指标|控制价|上年)))"
    r"\D{1,10}(?<![的到至为占过])$"
)
_MOST_DEVIATION = 0.5  # above it, 低于目标值90% names the target
_MORE_OR_LESS = re.compile(r"[且均已还]?(?:(?P<less>[低少差])|[高多超])出?")
_PER_STEP = re.compile(r"每(?:增加?|减少?|[超高]出?|[低少差]|偏离|下?降|上升|提高)\s*$")  # 每低1个百分点扣0.5分
_DIRECTION = re.compile(
    rf"(?P<fall>{_FALL}|低于|落后|滞后|不足|缩小|收窄|(?<![误偏])差距?|未达到?|[低少降跌减慢])|{_RISE}|高于|超过|领先|[高多超增升涨快]"
)

# ---- Delays: time late, overdue, idle, longer than planned.

_AGREED = "工期|合同|约定|规定|计划|原定|预计|要求|时限|期限|批复|方案|文件|标准|进度|节点|承诺"
_LATE = any_of(rf"""
    滞[后留拨压] 落后 逾期 [延超展误]期 拖[延欠]? 推[迟后] 延[误迟后] 后[推延] 耽[误搁] 迟(?![早疑]) 晚 慢(?![性病])
    [闲空荒弃]置 搁[置浅] 停[工滞摆用运产放] [关中]停 中断 弃用 沉淀 积压 挂账 超时 占[压用] 荒[废芜] 撂荒 烂尾
    未[投启使]用 未投入使用 长期未 欠(?![缺佳]) 工期\D{{0,4}}延长 延长\D{{0,6}}(?:工期|时间|周期)
    超(?!\D*的$)[过出]?\D{{0,8}}(?:{_AGREED}|时间|时长|周期|期) [比较]\D{{0,8}}(?:{_AGREED})\D{{0,6}}[多超长]
""")
_IN_TIME = any_of("提前 早于 缩短 质保 保修 服务期 合同期 有效期 租期 期限为 连续 免费 养护期 总工期 每[年月]")
_TIMING = re.compile(rf"(?P<late>{_LATE})|{_IN_TIME}")
_ONLY_HOW_LONG = re.compile(
    any_of("""
    其中 且 并 但 时间 时长 天数 最[长短多少久大] 平均 普遍 大多 多数 有的 个别 部分 已 均 都 达到? 长达 多达 超过? 近
    约 的 至今 累计 合计 逾 更 甚至 可 为 分别
    """)
    + "+"
)
_STILL_NOT = any_of("""
    未(?:能?[投启使验决竣交转核退收归缴还付拨动]|开工|办[理结]|完[工成]|结[题算清]|支[出付]|移交|入账|整改|清[理退]|处置|到位|兑)
    [之以]?后?(?:才|仍|尚|一直|依然|迟迟|方才|至今) ，[^，。；\\d]{0,10}(?:仍|尚|迟迟|至今)[未没] 之久
    的?(?:延误|滞后|延期|逾期|拖延|超期|闲置|空置|推迟|迟延|停工|停滞)(?!率)
""")
_LATE_AFTER = re.compile(rf"(?:以上|有余|[余多])?{_STILL_NOT}")
_SPAN = re.compile(r"(?:[近每前满下那头]|连续|最近|过去|未来|今后|不[足到]|(?<![到逾超延])期限?[为是]?|寿命)\s*$")
_WITHIN = re.compile(r"\s?[之以]?内")
_DUE = re.compile(r"(?:规定|要求|标准|承诺)[^\d未已实]{0,12}$")


def find_figures(text: str) -> tuple[Figure, ...]:
    """Return the figures of a statement in the order of the text; offsets count its characters.

    Examples
    --------
    >>> [(f.quantity, f.value, f.text) for f in find_figures("2022年厂房出租率为53%，未达到70%的预期目标")]
    [('date', '2022', '2022年'), ('rate', 0.53, '53%'), ('target', 0.7, '70%')]
    """
    found: list[Figure] = []
    last: tuple[Measure, _Reading] | None = None
    for measure in find_measures(text):
        if last is not None and _goes_on(text, *last, measure):
            reading = last[1]
        else:
            reading = _READINGS[measure.kind](_Place(text, _clause(text, measure.start), measure))
        last = measure, reading
        if reading.quantity is not None:
            value = measure.value if isinstance(measure.value, str) else reading.sign * measure.value
            start, end = measure.start, measure.end
            found.append(Figure(reading.quantity, value, measure.unit, start, end, text[start:end]))
    return tuple(found)


def _goes_on(text: str, last: Measure, reading: _Reading, measure: Measure) -> bool:
    """Tell whether a measure continues a list or range, so that what was said before the first holds of it."""
    return (
        measure.kind == last.kind
        and reading.quantity in ("target", "change", "delay", None)
        and measure.start - last.end <= _LONGEST_LINK
        and _LINK.fullmatch(text, last.end, measure.start) is not None
    )


def _clause(text: str, end: int) -> str:
    """Return what stands between the last comma or stop and an offset."""
    start = max(0, end - _CLAUSE)
    return text[max(start, 1 + max(text.rfind(mark, start, end) for mark in _MARKS)) : end]


def _is_named(clause: str, nouns: tuple[str, ...], part: re.Pattern[str]) -> bool:
    """Tell whether a target's noun with a verb (目标为) stands before a measure.

    Without a verb it is a noun for a value (目标值), or one of `nouns`, and `part` does not make it what the measure is a
    part of or goes beyond (完成目标85%, 超标准12平方米).
    """
    named = _NAMED.search(clause)
    if named is None:
        return False
    if named["verb"].strip():
        return True
    return bool(named["value"] or named[0].startswith(nouns)) and not part.search(clause[: named.start()])


def _is_whole(place: _Place) -> bool:
    return bool(_WHOLE.search(place.clause) and _PART_OF_WHOLE.match(place.text, place.measure.end))


def _is_found(clause: str, *patterns: re.Pattern[str]) -> bool:
    """Tell whether one of the patterns stands before a measure; 按要求 and 超计划 require and plan nothing."""
    clause = _ACCORDING_TO.sub("", clause)
    return any(pattern.search(clause) for pattern in patterns)


def _of_share(place: _Place) -> _Reading:
    text, clause, measure = place
    if _PER_STEP.search(clause):
        return _Reading(None)
    if _OF_TARGET.match(text, measure.end) and not (
        _TARGETS_THEMSELVES.match(text, measure.end) and _SOME.search(clause)
    ):
        return _Reading("target")
    if _NOT_REACHED.search(clause):  # 出租率为53%，未达到70%
        return _Reading("target")
    if deviation := _deviation(place):
        return deviation
    if _HINT.search(clause) and (
        _is_named(clause, ("目标", "标准", "要求", "预期", "设定"), _SHARE_OF)
        or _AT_LEAST.search(clause)
        or _AS_RULED.search(clause)
        or _is_found(clause, _MUST_REACH, _SHALL_REACH, _SHALL_COMPLETE, _MUST_MOVE)
    ):
        return _Reading("target")
    return _change(clause) or _Reading("rate")


def _deviation(place: _Place) -> _Reading | None:
    """Return how far a share is from something it is compared with."""
    text, clause, measure = place
    match = _COMPARED.search(clause)
    if match is None and not text.startswith("的", measure.end):
        match = _MORE_OR_LESS.fullmatch(clause)
    if match is None and float(measure.value) < _MOST_DEVIATION:
        match = _DEVIATES.search(clause)
    return None if match is None else _Reading("change", -1 if match["less"] else 1)


def _change(clause: str) -> _Reading | None:
    match = _CHANGED.search(clause)
    return None if match is None else _Reading("change", -1 if match["fall"] else 1)


def _of_times(place: _Place) -> _Reading:
    return _deviation(place) or _change(place.clause) or _Reading("rate")


def _of_points(place: _Place) -> _Reading:
    text, clause, measure = place
    if _PER_STEP.search(clause):
        return _Reading(None)
    if _OF_TARGET.match(text, measure.end) or _is_found(clause, _MUST_MOVE):
        return _Reading("target")
    start = max(0, measure.start - _CLAUSE)
    start = max(start, *(1 + text.rfind(mark, start, measure.start) for mark in "。；"))
    directions = list(_DIRECTION.finditer(text, start, measure.start))
    return _Reading("change", -1 if directions and directions[-1]["fall"] else 1)


def _of_money(place: _Place) -> _Reading:
    text, clause, measure = place
    if _OF_STANDARD.match(text, measure.end) or (
        _HINT.search(clause)
        and (
            _is_named(clause, ("标准",), _MORE_THAN)
            or _is_whole(place)
            or _is_found(clause, _MUST_REACH, _SHALL_COMPLETE)
        )
    ):
        return _Reading("target")
    return _Reading("amount")


def _of_things(place: _Place) -> _Reading:
    text, clause, measure = place
    nouns = () if measure.unit in "个项条类份" else ("目标", "标准")  # 绩效目标12个 counts targets
    if _OF_STANDARD.match(text, measure.end) or (
        _HINT.search(clause)
        and (
            _is_named(clause, nouns, _MORE_THAN)
            or _AT_LEAST.search(clause)
            or _is_whole(place)
            or _is_found(clause, _MUST_REACH, _SHALL_REACH, _SHALL_DO)
            or (_BUT_IN_FACT.match(text, measure.end) and _is_found(clause, _SHALL_SOMEHOW))
        )
    ):
        return _Reading("target")
    return _Reading("count")


def _of_time(place: _Place) -> _Reading:
    text, clause, measure = place
    if _OF_TIME_LIMIT.match(text, measure.end) or (
        _HINT.search(clause)
        and (
            _is_named(clause, (), _MORE_THAN)
            or _AT_LEAST.search(clause)
            or _AS_RULED.search(clause)
            or _is_found(clause, _MUST_REACH, _SHALL_REACH)
        )
    ):
        return _Reading("target")
    if _is_late(clause) or (_LATE_AFTER.match(text, measure.end) and not _SPAN.search(clause)):
        return _Reading("delay")
    comma = measure.start - len(clause) - 1
    if comma > 0 and text[comma] in "，,；" and _ONLY_HOW_LONG.fullmatch(clause) and _is_late(_clause(text, comma)):
        return _Reading("delay")
    if _WITHIN.match(text, measure.end) and _DUE.search(clause):
        return _Reading("target")
    return _Reading(None)


def _is_late(clause: str) -> bool:
    """Tell whether the last word on time in a clause says that something is late."""
    timings = list(_TIMING.finditer(clause))
    return bool(timings) and timings[-1]["late"] is not None


_READINGS: dict[Kind, Callable[[_Place], _Reading]] = {
    "share": _of_share,
    "times": _of_times,
    "points": _of_points,
    "money": _of_money,
    "things": _of_things,
    "time": _of_time,
    "date": lambda _place: _Reading("date"),
}
