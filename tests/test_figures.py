"""Key figures of statements."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenti.figures import find_figures


def found(text: str) -> list[tuple[str, float, str, str]]:
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
        pytest.param("上升3个百分点", [], id="percentage points are neither rate nor count"),
        pytest.param("资金 16,000 万元", [("amount", 16000.0, "万元", "16,000 万元")], id="an amount with a comma"),
        pytest.param(
            "资金 16，000 万元", [("amount", 16000.0, "万元", "16，000 万元")], id="an amount with a full-width comma"
        ),
        pytest.param(
            "共1.2亿元，其中5亿", [("amount", 12000.0, "亿元", "1.2亿元"), ("amount", 50000.0, "亿", "5亿")], id="亿"
        ),
        pytest.param("奖励资金21.78万）", [("amount", 21.78, "万", "21.78万")], id="an amount that lacks 元"),
        pytest.param("不低于 12000 元/生/年", [("amount", 1.2, "元", "12000 元")], id="an amount in 元"),
        pytest.param("服务12万人、5万平方米", [], id="万 of people and areas is no money"),
        pytest.param("5 台设备", [("count", 5.0, "台", "5 台")], id="a count"),
        pytest.param(
            "道路3公里、广场20平方米",
            [("count", 3.0, "公里", "3公里"), ("count", 20.0, "平方米", "20平方米")],
            id="units of length and area",
        ),
        pytest.param("第106次常务会议、第 9 条", [], id="an ordinal is no count"),
        pytest.param("历时5个月，2022年12月31日", [], id="a time is no count"),
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
        pytest.param("截至2022，个别", [], id="a year before 个别 is no count"),
        pytest.param("编号1.2.3个、1234,567元、1,2345元", [], id="malformed numbers are no figures"),
        pytest.param("PM2.5 和 O3，16F，2+26 城市", [], id="numbers without a unit"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_figures_are_found(text: str, expected: list[tuple[str, float, str, str]]) -> None:
    assert found(text) == expected


texts = st.text("0123456789.,，%％万亿元个人月年天第慢增长下降达到目标　 项目", max_size=40)


@settings(deadline=None, max_examples=300)
@given(texts)
def test_figures_stand_where_they_say_in_order_and_apart(text: str) -> None:
    last = 0
    for figure in find_figures(text):
        assert last <= figure.start < figure.end
        last = figure.end
        assert text[figure.start : figure.end] == figure.text
        assert figure.text.endswith(figure.unit)
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


@pytest.mark.parametrize("text", ["1" * 300_000, "1," * 150_000, "滞后1" * 50_000, "9" * 400 + "%"])
def test_endless_numbers_are_no_figures_and_no_error(text: str) -> None:
    assert find_figures(text) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("延期至2024年底", []),
        ("晚于2023年6月", []),
        ("投资1.2万亿元", [("amount", 1.2e8)]),
        ("处理垃圾10万吨", []),
        ("栽植3万株", []),
        ("涉及金额21.78万", [("amount", 21.78)]),
        ("延期3年", [("delay", 36.0)]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_years_and_things_are_neither_delays_nor_money(text: str, expected: list[tuple[str, float]]) -> None:
    assert [(figure.quantity, figure.value) for figure in find_figures(text)] == expected
