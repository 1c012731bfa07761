"""Documents to reports: what sort they are, their headed sections, and what says nothing by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents import (
    GOLD,
    asides,
    assert_places_hold,
    by_role,
    headings,
    lost,
    parsed,
    points,
    report_of,
    statements,
    table,
)
from wenti.api import read
from wenti.reading.document import Block, Table
from wenti.records import DocumentKind, Role

TITLE = "云岭市2022年度农村公路养护项目绩效评价报告"
PROBLEMS = "一、存在的问题\n（一）预算执行率低。\n（二）绩效目标不明确。"

# What sort of document it is


WITHOUT_TITLE: dict[DocumentKind, str] = {
    "evaluation": "一、评价工作开展情况\n评价组现场查看了工程。\n二、存在的问题\n预算执行率低。",
    "self_evaluation": "一、自评工作情况\n我局开展了自查。\n二、存在的问题\n预算执行率低。",
    "audit": "一、审计评价意见\n账务基本真实。\n二、审计发现的主要问题\n预算执行率低。",
}


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("evaluation", "农村公路养护项目绩效评价报告"),
        ("result_page", "2023年重点项目绩效评价结果公开"),
        ("self_evaluation", "云岭市交通运输局部门整体支出绩效自评报告"),
        ("audit", "云岭市审计局关于市交通局预算执行情况的审计结果"),
        ("rectification", "市交通局关于审计查出问题整改情况的报告"),
        ("ledger", "绩效评价发现问题清单"),
    ],
)
def test_the_kind_is_told_by_the_title(kind: DocumentKind, title: str) -> None:
    assert report_of(title, PROBLEMS).kind == kind


@pytest.mark.parametrize("kind", WITHOUT_TITLE)
def test_without_a_title_the_kind_is_told_by_the_headings(kind: DocumentKind) -> None:
    assert report_of(WITHOUT_TITLE[kind]).kind == kind


def test_a_table_of_problems_makes_a_ledger_and_a_form_a_result_page() -> None:
    ledger = table("序号|主要问题|整改措施|责任单位", "1|预算执行率低|加快支出|市交通局")
    form = table("项目名称|农村公路养护", "存在的问题|预算执行率低，支出进度滞后于计划。")
    assert report_of(ledger).kind == "ledger"
    assert report_of(form).kind == "result_page"


@pytest.mark.parametrize(
    "text",
    ["今天天气很好。\n我们去公园散步。", "一、项目概况\n项目由市交通局实施。", "一、存在的问题", TITLE],
    ids=["prose", "an overview alone", "a heading that nothing follows", "a title alone"],
)
def test_what_has_neither_problems_nor_requirements_is_no_report(text: str) -> None:
    assert parsed(text) is None


# Title


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(TITLE, TITLE, id="in one line"),
        pytest.param("云岭市2022年度\n农村公路养护项目\n绩效评价报告", TITLE, id="in three lines"),
        pytest.param(
            "附件1\n云岭市财政局文件\n云财绩〔2023〕12号\n云岭市2022年度农村公路养护项目\n绩效评价报告\n2023年6月",
            TITLE,
            id="between the lines of a cover",
        ),
        pytest.param(
            "市交通局关于\n2022年度审计查出问题整改情况的报告",
            "市交通局关于2022年度审计查出问题整改情况的报告",
            id="whose first line ends in 关于",
        ),
        pytest.param(
            "2022年度项目绩效评价报告\n——以农村公路养护为例",
            "2022年度项目绩效评价报告——以农村公路养护为例",
            id="with a subtitle",
        ),
        pytest.param(
            "项目名称：农村公路养护\n评价机构：华信会计师事务所\n" + TITLE, TITLE, id="behind labelled values"
        ),
        pytest.param("市交通局\n项目名称：公路养护\n绩效评价报告", "绩效评价报告", id="apart from a line above"),
        pytest.param("目  录\n云岭市", None, id="none"),
    ],
)
def test_a_title(lines: str, expected: str | None) -> None:
    report = report_of(lines, PROBLEMS)
    assert report.title == expected
    assert statements(report) == ["预算执行率低", "绩效目标不明确"]
    assert lost(report) == []


def test_a_title_that_word_marks_wins() -> None:
    assert report_of(Block("云岭市交通局公路养护", level=0), TITLE, PROBLEMS).title == "云岭市交通局公路养护"


# Headings

NUMBERINGS: dict[str, tuple[str, str, str]] = {
    "一、": ("一、", "二、", "三、"),
    "（一）": ("（一）", "（二）", "（三）"),
    "1.": ("1.", "2.", "3."),
    "1、": ("1、", "2、", "3、"),
    "1.1": ("1.1 ", "1.2 ", "1.3 "),
    "1）": ("1）", "2）", "3）"),
    "（1）": ("（1）", "（2）", "（3）"),
    "①": ("①", "②", "③"),
    "第一部分": ("第一部分 ", "第二部分 ", "第三部分 "),
    "第一章": ("第一章  ", "第二章  ", "第三章  "),
    "1 and a space": ("1 ", "2 ", "3 "),
    "bare": ("", "", ""),
}


@pytest.mark.parametrize("numbers", NUMBERINGS.values(), ids=NUMBERINGS)
def test_headings_are_found_however_they_are_numbered(numbers: tuple[str, str, str]) -> None:
    first, second, third = numbers
    report = report_of(
        TITLE,
        f"{first}项目概况\n项目由市交通局实施。",
        f"{second}存在的问题\n预算执行率低。\n绩效目标不明确。",
        f"{third}有关建议\n加快预算执行进度。",
    )
    assert headings(report) == [
        (f"{first}项目概况", "overview"),
        (f"{second}存在的问题", "findings"),
        (f"{third}有关建议", "requirements"),
    ]
    assert by_role(report) == [
        ("overview", ["项目由市交通局实施"]),
        ("findings", ["预算执行率低", "绩效目标不明确"]),
        ("requirements", ["加快预算执行进度"]),
    ]


def test_headings_that_only_word_marks_are_found() -> None:
    report = report_of(
        Block(TITLE, level=0),
        Block("项目概况", level=1),
        Block("项目由市交通局实施。"),
        Block("存在的问题", level=1),
        Block("预算执行方面", level=2),
        Block("预算执行率低。"),
        Block("有关建议", level=1),
        Block("加快预算执行进度。"),
    )
    assert by_role(report) == [
        ("overview", ["项目由市交通局实施"]),
        ("findings", ["预算执行方面", "预算执行率低"]),
        ("requirements", ["加快预算执行进度"]),
    ]
    assert [point.title for section, point in points(report) if section.role == "findings"] == ["预算执行方面"]


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("项目基本情况", "overview"),
        ("评价工作开展情况", "overview"),
        ("评价结论", "conclusion"),
        ("绩效评价指标分析", "conclusion"),
        ("主要成效", "achievements"),
        ("主要经验及做法", "achievements"),
        ("存在的问题及原因分析", "findings"),
        ("问题与不足", "findings"),
        ("有关建议", "requirements"),
        ("对存在问题的整改措施", "requirements"),
        ("下一步工作打算", "requirements"),
        ("整改完成情况", "rectified"),
        ("其他需要说明的问题", "other"),
    ],
)
def test_a_heading_gives_its_section_the_role(heading: str, role: Role) -> None:
    report = report_of(TITLE, f"一、{heading}\n市交通局负责公路养护工作。", "二、存在的问题\n预算执行率低。")
    assert headings(report)[0] == (f"一、{heading}", role)
    expected = [(role, ["市交通局负责公路养护工作"]), ("findings", ["预算执行率低"])]
    assert by_role(report) == (
        [("findings", ["市交通局负责公路养护工作", "预算执行率低"])] if role == "findings" else expected
    )


def test_a_heading_below_another_may_change_the_role_of_what_follows() -> None:
    report = report_of(
        TITLE,
        "一、存在的问题及建议",
        "（一）存在的问题\n1.预算执行率低。\n2.绩效目标不明确。",
        "（二）有关建议\n1.加快预算执行进度。",
    )
    assert by_role(report) == [
        ("findings", ["预算执行率低", "绩效目标不明确"]),
        ("requirements", ["加快预算执行进度"]),
    ]


@pytest.mark.parametrize("heading", ["存在的问题及建议", "存在问题及整改措施", "问题和处理意见", "主要问题、对策"])
def test_below_a_heading_of_problems_and_measures_stand_problems_until_a_label_says_else(heading: str) -> None:
    report = report_of(TITLE, f"一、{heading}\n1.预算执行率低。\n整改措施：加快支出。\n2.绩效目标不明确。")
    assert by_role(report) == [
        ("findings", ["预算执行率低"]),
        ("requirements", ["加快支出"]),
        ("findings", ["绩效目标不明确"]),
    ]


def test_basics_among_problems_are_the_name_of_an_item() -> None:
    report = report_of(TITLE, "一、存在的问题\n（一）基本情况\n1.预算执行率低。\n（二）资产闲置。")
    assert {section.role for section in report.sections} == {"findings"}


def test_a_heading_may_share_its_paragraph_with_what_follows() -> None:
    text = "一、项目概况。项目由市交通局实施。\n二、存在的问题：预算执行率低；资产闲置。"
    report = report_of(TITLE, text)
    assert headings(report) == [("一、项目概况", "overview"), ("二、存在的问题", "findings")]
    assert by_role(report) == [("overview", ["项目由市交通局实施"]), ("findings", ["预算执行率低", "资产闲置"])]


def test_a_numbered_sentence_is_no_heading() -> None:
    report = report_of(
        TITLE, "一、存在的问题\n1.项目建议书编制滞后，影响了立项。\n2.整改要求落实不到位，问题反复出现。"
    )
    assert by_role(report) == [
        ("findings", ["项目建议书编制滞后，影响了立项", "整改要求落实不到位，问题反复出现"]),
    ]


def test_what_stands_before_the_first_heading_is_background() -> None:
    report = report_of(TITLE, "为规范资金管理，市财政局对项目开展了评价。现将结果报告如下。", PROBLEMS)
    assert by_role(report) == [
        ("overview", ["为规范资金管理，市财政局对项目开展了评价", "现将结果报告如下"]),
        ("findings", ["预算执行率低", "绩效目标不明确"]),
    ]


def test_an_annex_is_neither_problem_nor_requirement() -> None:
    report = report_of(TITLE, PROBLEMS, "附件1：现场评价情况\n公路养护人员配备不足。")
    assert by_role(report)[-1] == ("other", ["公路养护人员配备不足"])


@pytest.mark.parametrize(
    "lines",
    [
        "一、项目概况\t1\n二、存在的问题\t3\n三、有关建议\t5",
        "一、项目概况..........1\n二、存在的问题..........3\n三、有关建议..........5",
        "一、项目概况…………1\n二、存在的问题…………3\n三、有关建议…………5",
        "一、项目概况 ······ - 1 -\n二、存在的问题 ······ - 3 -\n三、有关建议 ······ - 5 -",
    ],
    ids=["tabs", "dots", "ellipses", "middle dots"],
)
def test_a_table_of_contents_is_left_out(lines: str) -> None:
    body = "一、项目概况\n项目由市交通局实施。\n二、存在的问题\n预算执行率低。\n三、有关建议\n加快支出。"
    report = report_of(TITLE, "目  录", lines, body)
    assert [heading for heading, _ in headings(report)] == ["一、项目概况", "二、存在的问题", "三、有关建议"]
    assert statements(report) == ["项目由市交通局实施", "预算执行率低", "加快支出"]
    assert asides(report) == ["目  录", *lines.split("\n")]


# Labels


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("原因分析：", "findings"),
        ("具体表现：", "findings"),
        ("整改措施：", "requirements"),
        ("处理意见：", "requirements"),
        ("【审计建议】：", "requirements"),
        ("下一步措施：", "requirements"),
        ("整改情况：", "rectified"),
        ("已采取的措施：", "rectified"),
    ],
)
def test_a_label_gives_its_paragraph_the_role_until_the_next_item(label: str, role: Role) -> None:
    report = report_of(
        TITLE, f"一、存在的问题\n1.预算执行率低。\n{label}前期工作加快了。\n后文属于同一项。\n2.资产闲置。"
    )
    said = ["前期工作加快了", "后文属于同一项"]
    assert by_role(report) == (
        [("findings", ["预算执行率低", *said, "资产闲置"])]
        if role == "findings"
        else [("findings", ["预算执行率低"]), (role, said), ("findings", ["资产闲置"])]
    )
    assert lost(report) == []


@pytest.mark.parametrize("measures", ["加快前期工作。", "1.加快前期工作。\n2.按月通报。"], ids=["one", "counted anew"])
def test_a_label_in_a_line_of_its_own_holds_until_the_next_item(measures: str) -> None:
    report = report_of(
        TITLE,
        "一、存在的问题\n（一）预算执行率低\n问题描述\n截至年底支出320万元。\n原因分析\n前期工作滞后。",
        f"整改措施\n{measures}\n（二）资产闲置\n购置的3台设备没有使用。",
    )
    assert by_role(report) == [
        ("findings", ["预算执行率低", "截至年底支出320万元", "前期工作滞后"]),
        ("requirements", ["加快前期工作"] if "2." not in measures else ["加快前期工作", "按月通报"]),
        ("findings", ["资产闲置", "购置的3台设备没有使用"]),
    ]
    assert asides(report) == ["问题描述", "原因分析"]


def test_a_bare_heading_holds_for_items_that_count_anew() -> None:
    report = report_of(
        TITLE, "一、存在的问题\n1.预算执行率低。\n2.资产闲置。\n有关建议\n1.加快支出。\n2.盘活闲置设备。"
    )
    assert by_role(report) == [
        ("findings", ["预算执行率低", "资产闲置"]),
        ("requirements", ["加快支出", "盘活闲置设备"]),
    ]


def test_what_an_audit_orders_is_a_requirement() -> None:
    report = report_of(
        "云岭市审计局关于市交通局预算执行情况的审计结果",
        "一、审计发现的主要问题\n（一）预算编制不细化。\n责令市交通局限期整改。\n（二）资产闲置。\n设备至今没有使用。",
    )
    assert by_role(report) == [
        ("findings", ["预算编制不细化"]),
        ("requirements", ["责令市交通局限期整改"]),
        ("findings", ["资产闲置", "设备至今没有使用"]),
    ]


def test_the_opinion_of_an_audit_among_its_basics_is_a_conclusion() -> None:
    report = report_of(
        "云岭市审计局关于市交通局预算执行情况的审计结果",
        "一、基本情况\n市交通局内设机构14个。\n审计结果表明，预算执行情况总体较好。\n二、审计发现的主要问题\n资产闲置。",
    )
    assert by_role(report)[:2] == [
        ("overview", ["市交通局内设机构14个"]),
        ("conclusion", ["审计结果表明，预算执行情况总体较好"]),
    ]


# What says nothing by itself


def test_figures_captions_salutations_and_signatures_are_asides_and_no_statements() -> None:
    figures = table("项目|预算|支出", "养护|100|50", "合计|100|50")
    report = report_of(
        TITLE,
        "各有关单位：",
        "一、项目概况\n项目由市交通局实施。\n表1 资金使用情况表\n单位：万元",
        figures,
        "注：数据来源于决算报表。\n二、存在的问题\n预算执行率低。\n云岭市财政局（盖章）\n2023年6月30日",
    )
    assert statements(report) == ["项目由市交通局实施", "预算执行率低"]
    assert asides(report) == [
        *("各有关单位：", "表1 资金使用情况表", "单位：万元"),
        *("项目", "预算", "支出", "养护", "100", "50", "合计", "100", "50"),
        *("注：数据来源于决算报表。", "云岭市财政局（盖章）", "2023年6月30日"),
    ]


def test_the_name_of_a_table_above_it_is_an_aside() -> None:
    report = report_of(TITLE, PROBLEMS, "资金使用明细表", table("项目|支出", "养护|50"))
    assert statements(report) == ["预算执行率低", "绩效目标不明确"]
    assert asides(report)[0] == "资金使用明细表"


@pytest.mark.parametrize(
    "sentence",
    [
        "表1中的支出与账面不符。",
        "2023年6月30日前未完成验收。",
        "部分设备闲置，责任单位为市交通局",
        "附表中的数据有误。",
    ],
)
def test_a_sentence_that_begins_or_ends_like_an_aside_is_a_statement(sentence: str) -> None:
    report = report_of(TITLE, f"一、存在的问题\n预算执行率低。\n{sentence}\n资产闲置。")
    assert statements(report) == ["预算执行率低", sentence.removesuffix("。"), "资产闲置"]


def test_a_table_of_one_column_is_running_text() -> None:
    report = report_of(TITLE, table("一、存在的问题", "（一）预算执行率低。", "（二）资产闲置。"))
    assert by_role(report) == [("findings", ["预算执行率低", "资产闲置"])]


# What has been put right


def test_what_has_been_put_right_is_no_finding() -> None:
    report = report_of(
        "市交通局关于2022年度审计查出问题整改情况的报告",
        "一、整改工作开展情况\n局党组高度重视。",
        "二、审计查出问题整改情况",
        "（一）关于预算执行率低的问题。\n整改情况：已完成整改，修订了办法。",
        "（二）关于资产闲置的问题。\n整改情况：已盘活2台设备，其余正在整改。\n下一步：盘活其余设备。",
    )
    assert by_role(report) == [
        ("overview", ["局党组高度重视"]),
        ("rectified", ["关于预算执行率低的问题", "已完成整改，修订了办法"]),
        ("findings", ["关于资产闲置的问题"]),
        ("rectified", ["已盘活2台设备，其余正在整改"]),
        ("requirements", ["盘活其余设备"]),
    ]


# Tables that are filled in


def test_a_self_evaluation_form_is_read() -> None:
    form = table(
        "项目名称|农村公路养护|主管部门|云岭市交通局|<",
        "资金（万元）|年初预算数|全年预算数|全年执行数|执行率",
        "^|100|120|50|41.67%",
        "一级指标|二级指标|年度指标值|实际完成值|偏差原因分析及改进措施",
        "产出指标|养护里程|≥100公里|80公里|前期工作滞后，未完成招标。下一步加快前期工作。",
        "^|验收合格率|100%|100%|无",
        "总分|<|100|86.5|",
        "存在的问题|预算执行率低，支出进度滞后于计划。|<|<|<",
        "改进措施|加快预算执行进度，按月通报。|<|<|<",
    )
    report = report_of("2022年度项目支出绩效自评表", form)
    assert (report.kind, report.title) == ("self_evaluation", "2022年度项目支出绩效自评表")
    assert (report.project, report.units, report.evaluation_score) == ("农村公路养护", ("云岭市交通局",), 86.5)
    assert by_role(report) == [
        ("findings", ["前期工作滞后，未完成招标"]),
        ("requirements", ["下一步加快前期工作"]),
        ("findings", ["预算执行率低，支出进度滞后于计划"]),
        ("requirements", ["加快预算执行进度，按月通报"]),
    ]
    assert lost(report) == []


def test_reasons_and_measures_in_columns_of_their_own_are_told_apart() -> None:
    form = table(
        "一级指标|二级指标|偏差原因|改进措施",
        "产出指标|养护里程|前期工作滞后。|按月通报进度。",
        "^|验收合格率|/|/",
        "效益指标|通行时间|道路施工多。//交通量大。|错峰施工。",
    )
    assert by_role(report_of("2022年度项目支出绩效自评表", form)) == [
        ("findings", ["前期工作滞后"]),
        ("requirements", ["按月通报进度"]),
        ("findings", ["道路施工多", "交通量大"]),
        ("requirements", ["错峰施工"]),
    ]


def test_a_cell_that_covers_several_rows_counts_once() -> None:
    form = table(
        "项目名称|农村公路养护|<",
        "存在的问题|预算执行率低，支出进度滞后。|<",
        "^|绩效目标不明确，没有细化量化。|<",
        "指标|偏差原因分析|得分",
        "养护里程|前期工作滞后，招标未完成。|5",
        "验收数量|^|5",
    )
    report = report_of("2022年度项目支出绩效自评表", form)
    assert statements(report) == [
        *("预算执行率低，支出进度滞后", "绩效目标不明确，没有细化量化"),
        "前期工作滞后，招标未完成",
    ]


def test_a_result_page_set_as_a_table_is_read() -> None:
    page = table(
        "项目名称|农村公路养护项目",
        "项目实施单位|云岭市交通局",
        "评价得分|86.5",
        "评价等级|良",
        "主要问题|1.预算执行率低，支出进度滞后。//2.绩效目标不明确。",
        "整改要求|1.加快预算执行进度，按月通报。",
    )
    report = report_of("云岭市预算绩效评价结果公开", page)
    assert report.kind == "result_page"
    assert (report.project, report.units) == ("农村公路养护项目", ("云岭市交通局",))
    assert (report.evaluation_score, report.grade) == (86.5, "良")
    assert headings(report) == [("主要问题", "findings"), ("整改要求", "requirements")]
    assert [(point.number, point.statements[0].text) for _, point in points(report)] == [
        ("1", "预算执行率低，支出进度滞后"),
        ("2", "绩效目标不明确"),
        ("1", "加快预算执行进度，按月通报"),
    ]


# Whatever the document


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_nothing_of_a_gold_document_is_lost_or_out_of_place(path: Path) -> None:
    reports = read(path)
    assert reports
    for report in reports:
        assert lost(report) == []
        assert_places_hold(report)


sentences = st.lists(
    st.sampled_from(
        ("预算", "执行率低", "资金", "闲置", "市交通局", "未及时", "入账", "工程", "滞后", "支出320万元", "（含利息）")
    ),
    min_size=2,
    max_size=8,
).map("".join)
items = st.lists(st.lists(sentences, min_size=1, max_size=3), min_size=1, max_size=4)


@given(st.sampled_from(list(NUMBERINGS.values())), st.sampled_from(("（{}）", "{}.", "{}）")), items, items)
def test_problems_and_requirements_are_given_back_in_any_numbering(
    numbers: tuple[str, str, str], inner: str, problems: list[list[str]], requirements: list[list[str]]
) -> None:
    if numbers[0] == inner.format(1):  # headings and items numbered alike cannot be told apart
        return
    lines = [f"{numbers[0]}项目概况", "项目由市交通局实施。"]
    for number, heading, group in ((numbers[1], "存在的问题", problems), (numbers[2], "有关建议", requirements)):
        lines.append(number + heading)
        lines += [inner.format(index) + "".join(f"{s}。" for s in item) for index, item in enumerate(group, start=1)]
    report = report_of(TITLE, *lines)
    assert by_role(report) == [
        ("overview", ["项目由市交通局实施"]),
        ("findings", [sentence for item in problems for sentence in item]),
        ("requirements", [sentence for item in requirements for sentence in item]),
    ]
    assert_places_hold(report)
    assert lost(report) == []


numbers = st.sampled_from(
    ("", "一、", "二、", "（一）", "（二）", "1.", "2、", "1.1 ", "1）", "（2）", "①", "第一部分 ")
)
HEADS = ("项目概况", "存在的问题", "有关建议", "整改情况", "评价结论", "主要成效", "附件1", "原因分析", "整改措施")
SAID = (
    "预算执行率低",
    "加快支出",
    "但执行不严",
    "已完成整改",
    "正在整改",
    "责令整改",
    "制度健全",
    "关于资产闲置的问题",
)
REST = ("目录", "绩效评价报告", "表1", "注：", "无", "市交通局", "2022年", "80.5分", "100万元", *"。；，：“”（） ")
words = st.sampled_from((*HEADS, *SAID, *REST))
phrases = st.lists(words, min_size=1, max_size=5).map("".join).filter(str.strip)
lines = st.tuples(numbers, phrases).map("".join)
blocks = st.builds(Block, lines, st.sampled_from((None, None, None, 0, 1, 2)))
cells = st.one_of(
    phrases, st.sampled_from(("", "<", "^", "序号", "问题", "整改措施", "完成情况", "责任单位", "偏差原因", "项目名称"))
)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width).map(" | ".join), min_size=1, max_size=4)
)


@settings(max_examples=200)
@given(st.lists(st.one_of(blocks, blocks, blocks, tables.map(lambda rows: table(*rows))), min_size=1, max_size=10))
def test_nothing_visible_is_lost_or_invented(elements: list[Block | Table]) -> None:
    report = parsed(*elements)
    if report is not None:
        assert_places_hold(report)
        assert lost(report) == []
