"""What headings say of what stands below them, and which lines are none."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests import strategies
from wenti.reading.headings import audit_role, bare_role, has_sentence_mark, loose_role, may_head, strict_role
from wenti.records import ROLES, Role

STRICT: dict[str, Role] = {
    "项目概况": "overview",
    "一、项目基本情况": "overview",
    "立项背景": "overview",
    "评价结论": "conclusion",
    "综合评价情况及评价结论": "conclusion",
    "摘  要": "conclusion",
    "主要成效": "achievements",
    "取得的主要成效和经验做法": "achievements",
    "存在的问题": "findings",
    "二、存在的主要问题及原因分析": "findings",
    "问题与不足": "findings",
    "问题及建议": "findings",
    "存在的问题和整改措施": "findings",
    "不足、对策": "findings",
    "（三）有关建议：": "requirements",
    "整改要求": "requirements",
    "对存在问题的整改措施": "requirements",
    "下一步工作打算": "requirements",
    "整改情况": "rectified",
    "存在问题的整改情况": "rectified",
    "审计发现问题整改落实情况": "rectified",
    "其他需要说明的事项": "other",
    "附件": "other",
}
NO_HEADINGS = (
    *("经验不足", "执行率低的问题", "部分问题没有整改", "建议加快支出。", "存在的问题，如下", "市交通局存在的问题"),
    *("背景资料缺失", "预算", "", "一、", "<p>存在的问题</p>"),
)
LOOSE: dict[str, Role] = {
    "三、绩效评价发现的突出问题": "findings",
    "（二）偏离绩效目标的原因及下一步改进措施": "findings",
    "四、尚未整改到位的问题": "findings",
    "三、审计发现问题的处理意见和建议": "findings",
    "五、后续工作计划": "requirements",
    "六、针对性对策": "requirements",
    "四、下一步整改工作安排": "requirements",
    "三、已完成整改的事项": "rectified",
    "二、审计查出问题整改落实情况": "rectified",
    "一、整改工作组织推进情况": "overview",
    "一、绩效评价工作开展情况": "overview",
    "二、预算资金使用管理情况": "overview",
    "三、绩效评价指标分析": "conclusion",
    "三、绩效目标完成情况": "conclusion",
    "二、项目自评得分情况": "conclusion",
    "四、项目主要绩效": "achievements",
    "附表2": "other",
    "七、评价结果公开情况": "other",
}


@pytest.mark.parametrize(("text", "role"), STRICT.items(), ids=STRICT)
def test_a_line_of_heading_words_alone_is_a_heading(text: str, role: Role) -> None:
    assert strict_role(text) == role
    assert loose_role(text) == role


@pytest.mark.parametrize("text", NO_HEADINGS)
def test_a_line_with_other_words_is_no_heading_by_itself(text: str) -> None:
    assert strict_role(text) is None


@pytest.mark.parametrize(("text", "role"), LOOSE.items(), ids=LOOSE)
def test_of_what_certainly_is_a_heading_some_words_suffice(text: str, role: Role) -> None:
    assert loose_role(text) == role


def test_a_heading_without_words_that_tell_has_no_role() -> None:
    assert loose_role("五、其余") is None


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("三、县级财政管理审计情况", "findings"),
        ("二、部门预算执行审计情况", "findings"),
        ("一、审计基本情况", "overview"),
        ("二、审计评价", "conclusion"),
        ("二、审计评价意见", "conclusion"),
        ("四、审计建议", "requirements"),
        ("五、审计查出问题整改情况", "rectified"),
    ],
)
def test_in_an_audit_report_a_heading_may_mean_something_else(text: str, role: Role) -> None:
    assert audit_role(text) == role


@pytest.mark.parametrize(
    ("text", "is_audit", "role"),
    [
        ("绩效评价发现的突出问题", False, "findings"),
        ("资金使用情况", False, "overview"),
        ("县级财政管理审计情况", True, "findings"),
        ("预算执行率低", False, None),
        ("项目单位没有落实整改措施，影响了建设情况", False, None),
        ("关于市交通局所属事业单位房屋资产长期闲置的问题", False, None),
    ],
)
def test_without_numbers_a_heading_is_short_and_ends_as_headings_do(
    text: str, is_audit: bool, role: Role | None
) -> None:
    assert bare_role(text, is_audit) == role


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("一、存在的问题", True),
        ("一、存在的问题：", True),
        ("（一）预算编制、执行和监督，以及决算方面", True),
        ("（一）预算执行率低。", False),
        ("（一）预算执行率低；资产闲置", False),
        ("（一）" + "预算执行" * 10, False),
    ],
)
def test_a_numbered_line_may_head_if_it_is_short_and_whole(text: str, may: bool) -> None:
    assert may_head(text) == may


@pytest.mark.parametrize("mark", "。；，！？;,!?")
def test_stops_and_commas_are_marks_of_sentences(mark: str) -> None:
    assert has_sentence_mark(f"预算{mark}执行")
    assert not has_sentence_mark("预算、执行：")


@given(strategies.texts)
def test_whatever_the_text_a_role_is_one_of_seven_or_none(text: str) -> None:
    for role in (strict_role(text), loose_role(text), audit_role(text)):
        assert role is None or role in ROLES
    assert strict_role(text) is None or strict_role(text) == loose_role(text)
