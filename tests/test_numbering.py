"""What items begin with: numbers in every style, and labels; and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from wenti.numbering import label_at, number_at, value_of
from wenti.records import Role

NUMERALS = "一二三四五六七八九十"


def numeral(value: int) -> str:
    """Return a number below 100 in Chinese, as documents number their items."""
    tens, ones = divmod(value, 10)
    ten = "十" if tens == 1 else f"{NUMERALS[tens - 1]}十" if tens else ""
    return ten + (NUMERALS[ones - 1] if ones else "")


@pytest.mark.parametrize(
    ("text", "style", "value", "rest"),
    [
        ("一、存在的问题", "chinese", 1, "存在的问题"),
        ("十二、存在的问题", "chinese", 12, "存在的问题"),
        ("（一）预算执行率低", "bracketed_chinese", 1, "预算执行率低"),
        ("(三)、预算执行率低", "bracketed_chinese", 3, "预算执行率低"),
        ("二十）预算执行率低", "bracketed_chinese", 20, "预算执行率低"),
        ("1.预算执行率低", "arabic", 1, "预算执行率低"),
        ("1．预算执行率低", "arabic", 1, "预算执行率低"),
        ("12、预算执行率低", "arabic", 12, "预算执行率低"),
        ("2 . 预算执行率低", "arabic", 2, "预算执行率低"),
        ("3.5个项目没有开工", "arabic", 3, "5个项目没有开工"),
        ("1.1 预算执行率低", "decimal2", 1, "预算执行率低"),
        ("2.3.4 预算执行率低", "decimal3", 4, "预算执行率低"),
        ("2.3、预算执行率低", "decimal2", 3, "预算执行率低"),
        ("（4）预算执行率低", "bracketed", 4, "预算执行率低"),
        ("4）预算执行率低", "half_bracketed", 4, "预算执行率低"),
        ("⑤预算执行率低", "circled", 5, "预算执行率低"),
        ("⑳、预算执行率低", "circled", 20, "预算执行率低"),
        ("第一部分 项目概况", "part", 1, "项目概况"),
        ("第十章　项目概况", "part", 10, "项目概况"),
        ("1 项目概况", "spaced", 1, "项目概况"),
        ("2　绩效评价结论", "spaced", 2, "绩效评价结论"),
        ("  （一） 预算执行率低", "bracketed_chinese", 1, "预算执行率低"),
    ],
)
def test_a_text_begins_with_a_number(text: str, style: str, value: int, rest: str) -> None:
    number = number_at(text)
    assert number is not None
    assert (number.style, number.value, text[number.end :]) == (style, value, rest)


@pytest.mark.parametrize(
    "text",
    [
        "三、四季度支出多",
        "2022年度预算",
        "3.14亿元",
        "1.5个百分点",
        "1.5个月没有开工",
        "50.00%",
        "3 家单位没有开工",
        "2 项工程没有验收",
        "12 月支出较多",
        "5 人没有到岗",
        "1 预算执行率低，支出进度慢。",
        "第一，预算执行率低",
        "第一季度支出多",
        "一是预算执行率低",
        "一般公共预算",
        "预算执行率低",
        "（附件）预算",
        "123、预算",
        "",
    ],
)
def test_a_text_begins_with_no_number(text: str) -> None:
    assert number_at(text) is None


def test_a_number_is_read_between_two_places_only() -> None:
    text = "执行率低。2.资产闲置"
    found = number_at(text, 5)
    assert found is not None
    assert text[found.end :] == "资产闲置"
    assert number_at(text, 5, 6) is None


@given(st.integers(1, 99), st.sampled_from(("{}、", "（{}）", "({})", "第{}部分 ", "第{}章")))
def test_every_chinese_number_is_read(value: int, form: str) -> None:
    found = number_at(form.format(numeral(value)) + "预算执行率低")
    assert found is not None
    assert (found.value, found.end) == (value, len(form.format(numeral(value))))
    assert value_of(numeral(value)) == value


@given(st.integers(1, 99), st.sampled_from(("{}.", "{}．", "{}、", "（{}）", "{}）", "{} ")))
def test_every_arabic_number_is_read(value: int, form: str) -> None:
    found = number_at(form.format(value) + "项目概况")
    assert found is not None
    assert (found.value, found.end) == (value, len(form.format(value)))


@given(st.lists(st.integers(1, 99), min_size=2, max_size=4))
def test_of_a_decimal_number_the_last_part_counts(parts: list[int]) -> None:
    found = number_at(".".join(map(str, parts)) + " 项目概况")
    assert found is not None
    assert (found.style, found.value) == (f"decimal{len(parts)}", parts[-1])


@given(strategies.texts)
def test_whatever_the_text_number_and_label_end_inside_it(text: str) -> None:
    for found in (number_at(text), label_at(text)):
        assert found is None or 0 < found.end <= len(text)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("存在的问题：", "findings"),
        ("主要问题:", "findings"),
        ("问题一：", "findings"),
        ("问题描述：", "findings"),
        ("原因分析：", "findings"),
        ("具体表现：", "findings"),
        ("审计发现：", "findings"),
        ("整改情况：", "rectified"),
        ("整改结果：", "rectified"),
        ("目前进展情况：", None),
        ("整改进展情况：", "rectified"),
        ("已采取的措施：", "rectified"),
        ("整改措施：", "requirements"),
        ("改进措施 ：", "requirements"),
        ("处理意见：", "requirements"),
        ("审计建议：", "requirements"),
        ("下一步工作安排：", "requirements"),
        ("后续措施：", "requirements"),
        ("【整改措施】：", "requirements"),
        ("项目名称：", None),
        ("整改措施", None),
        ("主要问题是", None),
        ("对问题：", None),
    ],
)
def test_a_label_says_what_follows(text: str, role: Role | None) -> None:
    label = label_at(text + " 加快支出")
    assert (label.role if label is not None else None) == role
    if label is not None:
        assert (text + " 加快支出")[label.end :] == "加快支出"
