"""Key figures of statements."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from benchmarks.figures import (
    LISTS,
    QUANTITIES,
    SECTION,
    GoldFigure,
    GoldStatement,
    Score,
    main,
    markdown,
    read_gold,
    score,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from wenti.errors import InputError
from wenti.figures import find_figures
from wenti.records import Figure

Found = tuple[str, float | str, str, str]


def found(text: str) -> list[Found]:
    return [(figure.quantity, figure.value, figure.unit, figure.text) for figure in find_figures(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("预算执行率为86.25%", [("rate", 0.8625, "%", "86.25%")], id="a rate"),
        pytest.param("占比达到了 31 ％", [("rate", 0.31, "％", "31 ％")], id="a rate with a full-width sign"),
        pytest.param("占比９５％", [("rate", 0.95, "％", "９５％")], id="a rate in full-width digits"),
        pytest.param(
            "厂房出租率为53%，未达到70%的预期目标",
            [("rate", 0.53, "%", "53%"), ("target", 0.7, "%", "70%")],
            id="a rate and the target after it",
        ),
        pytest.param("满意度目标为90%", [("target", 0.9, "%", "90%")], id="a target before the number"),
        pytest.param(
            "出租率40%，低于70%",
            [("rate", 0.4, "%", "40%"), ("rate", 0.7, "%", "70%")],
            id="no target unless so called",
        ),
        pytest.param("经费增长 24.22%", [("change", 0.2422, "%", "24.22%")], id="growth"),
        pytest.param("比例下降了22.01%", [("change", -0.2201, "%", "22.01%")], id="decline"),
        pytest.param("上升3个百分点", [("change", 0.03, "个百分点", "3个百分点")], id="percentage points"),
        pytest.param("资金 16,000 万元", [("amount", 16000.0, "万元", "16,000 万元")], id="an amount with a comma"),
        pytest.param(
            "资金 16，000 万元", [("amount", 16000.0, "万元", "16，000 万元")], id="an amount with a full-width comma"
        ),
        pytest.param(
            "共1.2亿元，其中5亿", [("amount", 12000.0, "亿元", "1.2亿元"), ("amount", 50000.0, "亿", "5亿")], id="亿"
        ),
        pytest.param("奖励资金21.78万）", [("amount", 21.78, "万", "21.78万")], id="an amount that lacks 元"),
        pytest.param("不低于 12000 元/生/年", [("amount", 1.2, "元", "12000 元")], id="an amount in 元"),
        pytest.param(
            "服务12万人、5万平方米",
            [("count", 120000.0, "人", "12万人"), ("count", 50000.0, "平方米", "5万平方米")],
            id="万 of people and areas",
        ),
        pytest.param("5 台设备", [("count", 5.0, "台", "5 台")], id="a count"),
        pytest.param(
            "道路3公里、广场20平方米",
            [("count", 3.0, "公里", "3公里"), ("count", 20.0, "平方米", "20平方米")],
            id="units of length and area",
        ),
        pytest.param("第106次常务会议、第 9 条", [], id="an ordinal is no count"),
        pytest.param("历时5个月", [], id="a time is no count"),
        pytest.param("整体慢 18 个月", [("delay", 18.0, "个月", "18 个月")], id="a delay in months"),
        pytest.param("竣工验收推迟1年", [("delay", 12.0, "年", "1年")], id="a delay in years"),
        pytest.param("逾期超过15天", [("delay", 0.5, "天", "15天")], id="a delay in days"),
        pytest.param("延期11个工作日", [("delay", 0.5, "个工作日", "11个工作日")], id="a delay in working days"),
        pytest.param("进度缓慢，工期18个月", [], id="a duration behind a comma is no delay"),
        pytest.param(
            "共4个项目，支出845.24万元，执行率86.25%",
            [("count", 4.0, "个", "4个"), ("amount", 845.24, "万元", "845.24万元"), ("rate", 0.8625, "%", "86.25%")],
            id="in the order of the text",
        ),
        pytest.param("执行率为86.25，个别项目", [], id="a comma between number and word joins nothing"),
        pytest.param("截至2022，个别、2021期刊", [], id="a year before a measure word is no count"),
        pytest.param("编号1.2.3个、1234,567元、1,2345元", [], id="malformed numbers are no figures"),
        pytest.param("PM2.5 和 O3，16F，2+26 城市", [], id="numbers without a unit"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_figures_are_found(text: str, expected: list[Found]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("已支付百分之八十五", [("rate", 0.85, "百分之", "百分之八十五")]),
        ("手续费百分之零点五", [("rate", 0.005, "百分之", "百分之零点五")]),
        ("覆盖率百分之百", [("rate", 1.0, "百分之", "百分之百")]),
        ("报废率37‰", [("rate", 0.037, "‰", "37‰")]),
        ("占四成以上", [("rate", 0.4, "成", "四成")]),
        ("仅七成半", [("rate", 0.75, "成半", "七成半")]),
        ("三分之一的企业", [("rate", 0.3333333333, "分之", "三分之一")]),
        ("约占2/3，编号2/3", [("rate", 0.6666666667, "/", "2/3")]),
        ("是上年的1.8倍", [("rate", 1.8, "倍", "1.8倍")]),
        ("变动率为-33%", [("rate", -0.33, "%", "-33%")]),
        ("占比5%-8%", [("rate", 0.05, "%", "5%"), ("rate", 0.08, "%", "8%")]),
        ("由82%提高到91%", [("rate", 0.82, "%", "82%"), ("rate", 0.91, "%", "91%")]),
        ("三成不交、一成不变、完成", [("rate", 0.3, "成", "三成")]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_rates_are_written_in_many_ways(text: str, expected: list[Found]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("金额3亿5000万元", 35000.0),
        ("合同金额三百二十万元", 320.0),
        ("骗取伍拾万元", 50.0),
        ("结余5000余元", 0.5),
        ("投入80多万元", 80.0),
        ("购置费3百万元", 300.0),
        ("一千二百零三元", 0.1203),
        ("一万两千元", 1.2),
        ("３．５亿元", 35000.0),
    ],
)
def test_money_is_written_in_many_ways(text: str, value: float) -> None:
    (figure,) = find_figures(text)
    assert (figure.quantity, figure.value) == ("amount", value)
    assert text.endswith(figure.text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("检测设备27台（套）", [(27.0, "台（套）", "27台（套）")]),
        ("企业50余家", [(50.0, "家", "50余家")]),
        ("高龄津贴1.8万人次", [(18000.0, "人次", "1.8万人次")]),
        ("两辆未登记，一百二十户", [(2.0, "辆", "两辆"), (120.0, "户", "一百二十户")]),
        ("仍有一项未销号", [(1.0, "项", "一项")]),
        ("3千米、5千克、10千瓦", [(3.0, "千米", "3千米"), (5.0, "千克", "5千克"), (10.0, "千瓦", "10千瓦")]),
        ("12项目标", [(12.0, "项", "12项")]),
        ("二十几家、数十家、上百家、三四家、几十万元", []),
        ("第3批、第 4 条、二期工程、三级指标、前3名、上升5位", []),
        ("一户一档、一次性、同一项、这一项目、没有一份", []),
        ("八项规定、两张皮、五位一体", []),
        ("S203线、3号楼、PM2.5、5A级、65岁、82.5分、1:3、十四五", []),
        ("8名单位职工、8名单、2000户", [(8.0, "名", "8名"), (2000.0, "户", "2000户")]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_things_are_counted_and_ordinals_names_and_vague_numbers_are_not(
    text: str, expected: list[tuple[float, str, str]]
) -> None:
    assert found(text) == [("count", *parts) for parts in expected]


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("超期1年零3个月", [15.0]),
        ("闲置1年6个月", [18.0]),
        ("最长滞后半年", [6.0]),
        ("拖延两年", [24.0]),
        ("滞后一年半", [18.0]),
        ("晚了1个半月", [1.5]),
        ("滞后两个季度", [6.0]),
        ("晚3个月零15天", [3.5]),
        ("滞拨时间7个月至11个月不等", [7.0, 11.0]),
        ("分别滞后5个月、9个月和14个月", [5.0, 9.0, 14.0]),
        ("付款逾期，最长达11个月", [11.0]),
        ("较合同工期多45天", [1.5]),
        ("完工两年仍未验收", [24.0]),
        ("8个月的延误", [8.0]),
        ("优良天数比上年多12天", []),
        ("服务期3年，工期180天，提前20天", []),
        ("验收晚于计划，质保期24个月尚未起算", []),
        ("近三年未开展审计", []),
        ("超过合同约定的6个月", []),
        ("在收到通知后15个工作日内报送", []),
        ("逾期2019年", []),
    ],
)
def test_delays_are_told_from_other_times(text: str, months: list[float]) -> None:
    assert [figure.value for figure in find_figures(text) if figure.quantity != "date"] == pytest.approx(months)
    assert {figure.quantity for figure in find_figures(text)} <= {"delay", "date"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("较目标值65%低6.7个百分点", [("target", 0.65), ("change", -0.067)]),
        ("高于10%的上限3.8个百分点", [("target", 0.1), ("change", 0.038)]),
        ("占比下降，但仍提高2个百分点", [("change", 0.02)]),
        ("游客减少三成", [("change", -0.3)]),
        ("增幅为9.4%、降幅达15%", [("change", 0.094), ("change", -0.15)]),
        ("分别增长12%和8%", [("change", 0.12), ("change", 0.08)]),
        ("同比下降百分之二十", [("change", -0.2)]),
        ("增长-3.2%", [("change", -0.032)]),
        ("超概算14%", [("change", 0.14)]),
        ("单价比市场价低两成", [("change", -0.2)]),
        ("低于评估价20%，低于目标值90%", [("change", -0.2), ("target", 0.9)]),
        ("年末结转增加1.4倍", [("change", 1.4)]),
        ("由85%降为78%", [("rate", 0.85), ("rate", 0.78)]),
        ("每低1个百分点扣0.5分，每下降1%扣1分", []),
        ("占比最高30%", [("rate", 0.3)]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_changes_are_told_from_rates(text: str, expected: list[tuple[str, float]]) -> None:
    assert [(figure.quantity, figure.value) for figure in find_figures(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021年应完成农村公路改造80公里，实际完成52公里", ["date", "target", "count"]),
        ("培训班计划完成40期，实际举办31期", ["target", "count"]),
        ("计划数450户", ["target"]),
        ("应配护士12名，实配7名", ["target", "count"]),
        ("应于2021年底前完成80公里", ["date", "target"]),
        ("占年度任务5万亩的84%", ["target", "rate"]),
        ("年度任务为新改建农村公路200公里", ["target"]),
        ("未按计划完成12个项目", ["count"]),
        ("绩效目标12个，目标120公里", ["count", "target"]),
        ("完成年度目标的108%，完成目标任务85%", ["rate", "rate"]),
        ("仅为目标值的41.3%", ["rate"]),
        ("目标完成率分别为100%、87.5%", ["rate", "rate"]),
        ("目标值分别为90%和85%", ["target", "target"]),
        ("90%和85%的目标", ["target", "target"]),
        ("近40%的绩效目标未细化", ["rate"]),
        ("要求不低于95%", ["target"]),
        ("办理时限标准为20个工作日", ["target"]),
        ("超过规定的30日时限", ["target"]),
        ("每平方米2500元的定额", ["target"]),
        ("标准为每人每年1200元", ["target"]),
        ("超标准130元，超标准发放12万元", ["amount", "amount"]),
        ("计划总投资达5亿元，预算120万元", ["amount", "amount"]),
        ("计划完成投资3000万元", ["target"]),
        ("应收账款增长12%", ["change"]),
        ("要求压减5%，实际压减3%", ["target", "change"]),
        ("违反规定发放补贴达12万元", ["amount"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_targets_are_what_should_be_by_a_word_that_says_so(text: str, expected: list[str]) -> None:
    assert [figure.quantity for figure in find_figures(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022年度", [("2022年", "2022")]),
        ("截至2023年5月末", [("2023年5月", "2023-05")]),
        ("2022 年 12 月 31 日", [("2022 年 12 月 31 日", "2022-12-31")]),
        ("2023年第一季度、2022年四季度", [("2023年第一季度", "2023-Q1"), ("2022年四季度", "2022-Q4")]),
        ("2020-2022年", [("2020-2022年", "2020/2022")]),
        ("2019年至2022年", [("2019年", "2019"), ("2022年", "2022")]),
        ("2023年1-6月", [("2023年1-6月", "2023-01/2023-06")]),
        ("12月份、12月20日", [("12月", "--12"), ("12月20日", "--12-20")]),
        ("7至8月", [("7至8月", "--07/--08")]),
        ("二〇二一年十二月", [("二〇二一年十二月", "2021-12")]),
        ("２０２１年", [("２０２１年", "2021")]),
        ("于2021-06-30完工", [("2021-06-30", "2021-06-30")]),
        ("2月29日、2020年2月29日", [("2月29日", "--02-29"), ("2020年2月29日", "2020-02-29")]),
        ("2021年2月29日、13月、2月30日", []),
        ("90年代、2019年级、上半年、3个月、第3月", []),
        ("《2022年度计划》、某发〔2022〕15号、15日内", []),
        ("《办法》印发于2022年", [("2022年", "2022")]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_dates_are_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == [("date", value, "", written) for written, value in expected]


LETTERS = "0123456789.,，、%％‰-至和 　年月日天周半成倍元万亿百千点个名项台期次第《》（套）一二两三十零百分之点人余多"
WORDS = (
    *(
        "目标值为",
        "计划完成",
        "应",
        "要求",
        "标准",
        "不低于",
        "的目标",
        "完成",
        "实际",
        "较",
        "低于",
        "超",
        "增长",
        "下降",
        "到",
    ),
    *(
        "滞后",
        "逾期",
        "提前",
        "，最长达",
        "仍未",
        "百分点",
        "个月",
        "2022年",
        "三分之",
        "百分之",
        "平方米",
        "千米",
        "工作日",
        "闲置",
    ),
)
texts = st.one_of(
    st.text(max_size=40), st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(LETTERS))).map("".join)
)
ISO = re.compile(r"(?:\d{4}(?:-(?:\d\d(?:-\d\d)?|Q[1-4]))?|--\d\d(?:-\d\d)?)(?:/(?:\d{4}(?:-\d\d)?|--\d\d))?")


@settings(deadline=None, max_examples=500)
@given(texts)
def test_figures_stand_where_they_say_in_order_and_apart(text: str) -> None:
    last = 0
    for figure in find_figures(text):
        assert last <= figure.start < figure.end
        last = figure.end
        assert text[figure.start : figure.end] == figure.text
        assert figure.unit in figure.text
        assert (figure.unit == "") == (figure.quantity == "date")
        if isinstance(figure.value, str):
            assert figure.quantity == "date"
            assert ISO.fullmatch(figure.value)
        else:
            assert figure.quantity != "date"
            assert math.isfinite(figure.value)


@settings(deadline=None)
@given(
    st.integers(0, 10**11),
    st.integers(0, 99),
    st.sampled_from([("亿元", 10000.0), ("万元", 1.0), ("元", 0.0001)]),
    st.booleans(),
)
def test_an_amount_is_read_as_it_was_written(whole: int, cents: int, unit: tuple[str, float], grouped: bool) -> None:
    written = f"{whole:,}.{cents:02d}" if grouped else f"{whole}.{cents:02d}"
    (figure,) = find_figures(f"共投入{written}{unit[0]}。")
    assert (figure.quantity, figure.unit, figure.text) == ("amount", unit[0], written + unit[0])
    assert figure.value == pytest.approx((whole + cents / 100) * unit[1], rel=1e-9, abs=1e-9)


@settings(deadline=None)
@given(st.decimals(0, 1000, places=2), st.sampled_from(["完成率为", "占比", "出租率"]))
def test_a_rate_is_a_hundredth_of_its_percentage(percent: object, before: str) -> None:
    (figure,) = find_figures(f"{before}{percent}%")
    assert figure.quantity == "rate"
    assert figure.value == pytest.approx(float(str(percent)) / 100)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1" * 300_000,
            "1," * 150_000,
            "滞后1" * 50_000,
            "9" * 400 + "%",
            "1万" * 100_000,
            "一" * 300_000,
            "《5%" * 50_000,
        ),
        *("1 " * 100_000, "3年零" * 50_000, "计划应" * 50_000, "第 1" * 50_000, "一点" * 100_000, "." * 300_000),
    ],
    ids=lambda text: text[:6],
)
def test_endless_numbers_are_no_figures_and_no_error(text: str) -> None:
    assert find_figures(text) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("延期至2024年底", [("date", "2024")]),
        ("晚于2023年6月", [("date", "2023-06")]),
        ("投资1.2万亿元", [("amount", 1.2e8)]),
        ("处理垃圾10万吨", [("count", 100000.0)]),
        ("栽植3万株", [("count", 30000.0)]),
        ("注册用户12万，城乡二元结构", []),
        ("单笔10万至20万元", [("amount", 10.0), ("amount", 20.0)]),
        ("费用300万美元", []),
        ("涉及金额21.78万", [("amount", 21.78)]),
        ("延期3年", [("delay", 36.0)]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_years_and_things_are_neither_delays_nor_money(text: str, expected: list[tuple[str, float | str]]) -> None:
    assert [(figure.quantity, figure.value) for figure in find_figures(text)] == expected


@pytest.mark.parametrize("name", LISTS)
def test_the_gold_lists_keep_their_rules_and_their_figures_are_found(name: str) -> None:
    statements = read_gold(name)
    for statement in statements:
        for gold in statement.figures:
            assert gold.quantity in QUANTITIES
            assert isinstance(gold.value, str) == (gold.quantity == "date")
    result = score(statements)
    assert set(result.support) == set(QUANTITIES)
    assert result.precision().share >= 0.95
    assert result.recall().share >= 0.90


def test_a_figure_is_right_if_place_quantity_and_value_are() -> None:
    gold = GoldFigure("delay", 1.9333, 4, 7)
    figure = Figure("delay", 58 / 30, "天", 4, 7, "58天")
    assert gold.is_found_as(figure)
    assert not gold.is_found_as(Figure("delay", 1.94, "天", 4, 7, "58天"))
    assert not gold.is_found_as(Figure("target", 58 / 30, "天", 4, 7, "58天"))
    assert not gold.is_found_as(Figure("delay", 58 / 30, "天", 4, 8, "58天"))
    assert GoldFigure("amount", 0.02635, 0, 6).is_found_as(Figure("amount", 0.02635, "元", 0, 6, "263.5元"))
    assert not GoldFigure("amount", 0.02635, 0, 6).is_found_as(Figure("amount", 0.02639, "元", 0, 6, "263.9元"))


def test_the_table_counts_what_is_right_found_and_there() -> None:
    statements = [
        GoldStatement("出租率40%，逾期3天", (GoldFigure("rate", 0.4, 3, 6), GoldFigure("count", 3.0, 9, 11))),
        GoldStatement("没有数字", ()),
    ]
    result = score(statements)
    assert (result.support.total(), result.found.total(), result.right.total()) == (2, 2, 1)
    rows = {line.split("|")[2].strip(): line.split("|")[3:-1] for line in markdown({"x": result}).splitlines()[2:]}
    assert [cell.strip() for cell in rows["rate"]] == ["1", "1", "1.000", "1.000"]
    assert [cell.strip() for cell in rows["count"]] == ["1", "0", "–", "0.000"]
    assert [cell.strip() for cell in rows["micro"]] == ["2", "2", *2 * ["0.500 [0.095, 0.905]"]]
    assert Score().precision().total == 0


def test_the_benchmark_puts_its_table_into_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"a\n<!-- {SECTION} -->\n<!-- /{SECTION} -->\nb", encoding="utf-8")
    main(["--write", str(page)])
    table = capsys.readouterr().out.strip()
    assert page.read_text(encoding="utf-8") == f"a\n<!-- {SECTION} -->\n\n{table}\n\n<!-- /{SECTION} -->\nb"
    with pytest.raises(InputError):
        main(["--write", str(tmp_path / "none.md")])


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("厂房出租率为53%，未达到70%", ["rate", "target"]),
        ("仓库出租率达不到70%", ["target"]),
        ("完成率仅为43%，未达95%", ["rate", "target"]),
        ("预算执行率不到60%", ["rate"]),
    ],
)
def test_what_was_not_reached_is_a_target(text: str, quantities: list[str]) -> None:
    assert [figure.quantity for figure in find_figures(text)] == quantities
