"""Points and statements: the gold of the published reports, and each rule for itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenti.api import read
from wenti.reading.markup import visible_paragraphs
from wenti.records import Point, Report, Role, Section, Source
from wenti.segmentation import segment, statements_of

REPORTS = Path(__file__).resolve().parents[1] / "corpus" / "reports"


@pytest.fixture(scope="module")
def published() -> list[Report]:
    return read(REPORTS / "jiyuan_evaluations.txt")


def section_of(text: str, role: Role = "findings") -> Section:
    """Segment one section whose body is this text."""
    paragraphs = tuple(visible_paragraphs(text, 0, len(text)))
    section = Section(role, "主要问题", 0, len(text), paragraphs)
    return segment(Report(Source("a.txt", "00", "txt", 1), text, sections=(section,))).sections[0]


def points_of(text: str, role: Role = "findings") -> list[tuple[str | None, str | None, list[str]]]:
    """Return number, title and statements of each point and sub-point, in order."""

    def flat(point: Point) -> list[tuple[str | None, str | None, list[str]]]:
        own = (point.number, point.title, [statement.text for statement in point.statements])
        return [own, *(row for inner in point.points for row in flat(inner))]

    return [row for point in section_of(text, role).points for row in flat(point)]


def texts_of(text: str, role: Role = "findings") -> list[str]:
    return [statement.text for _, statement in statements_of(section_of(text, role))]


def without_spaces(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_all_gold_statements_are_found_with_section_and_point_and_no_other(published: list[Report]) -> None:
    lines = (REPORTS / "jiyuan_gold.tsv").read_text(encoding="utf-8").splitlines()
    gold = [line.split("\t") for line in lines[1:]]
    assert len(gold) == 133
    found = [
        (index, section.role, point.number or "0", without_spaces(statement.text))
        for index, report in enumerate(published, start=1)
        for section in report.sections
        if section.role in ("findings", "requirements")
        for point, statement in statements_of(section)
    ]
    assert found == [(int(row[0]), row[1], row[2], without_spaces(row[5])) for row in gold]


def statements_in(published: list[Report], index: int, role: Role) -> list[str]:
    (section,) = (section for section in published[index - 1].sections if section.role == role)
    return [statement.text for _, statement in statements_of(section)]


@pytest.mark.parametrize(
    ("report", "before", "after"),
    [
        (1, "部门预算按规定及时公开", "但预算调整率、结转结余变动率偏高"),
        (1, "部门业务监督有效", "但存在部门职能交叉问题"),
        (1, "较好地完成了城市建设、城市管理、住房保障、城乡融合发展等重要工作", "但存在个别工作未完成年初计划"),
        (1, "住房保障得到一定改善", "但存在人均道路占有率偏低"),
        (1, "有效推进人才队伍建设、信息化建设", "但存在部分规划内容不够严谨科学"),
        (5, "大部分绩效指标能够通过清晰、可衡量的指标值予以体现", "但部分效益指标无法衡量"),
    ],
)
def test_praise_before_a_published_but_is_a_statement_of_its_own(
    published: list[Report], report: int, before: str, after: str
) -> None:
    texts = statements_in(published, report, "findings")
    (index,) = (index for index, text in enumerate(texts) if text.startswith(after))
    assert texts[index - 1].endswith(before)


@pytest.mark.parametrize(
    ("report", "text"),
    [
        (4, "考核中发现问题重复频率较高，但又未进行深入分析"),
        (6, "个别项目在项目申请时提出资金主要用途，但未明确具体支出内容及使用计划"),
        (7, "指标项其要求提交的内容和数量清晰、明确，但绩效目标表中仅含糊订立了"),
        (7, "工作组驻点服务期间形成大量研究成果，但没有建立项目随气候变化而调整的长效使用机制"),
    ],
)
def test_a_published_but_after_criticism_splits_nothing(published: list[Report], report: int, text: str) -> None:
    assert sum(text in statement for statement in statements_in(published, report, "findings")) == 1


def test_no_other_but_stands_after_a_comma_in_the_published_reports(published: list[Report]) -> None:
    found = [
        match.group()
        for report in published
        for section in report.sections
        for paragraph in section.paragraphs
        for match in re.finditer(r"[，,]\s*(但|然而|不过)", paragraph.text)
    ]
    assert len(found) == 10


@pytest.mark.parametrize(
    ("report", "titles"),
    [
        (1, ["管理效率", "运行成本", "履职效能", "社会效应"]),
        (7, ["项目产出方面", "项目管理方面", "效益方面"]),
        *((report, []) for report in (2, 3, 4, 5, 6, 8)),
    ],
)
def test_bare_titles_of_published_points_are_no_statements(
    published: list[Report], report: int, titles: list[str]
) -> None:
    page = published[report - 1]
    points = [point for section in page.sections for point in section.points]
    assert [point.title for point in points if point.title is not None] == titles
    for point in points:
        if point.title_span is not None:
            assert page.text[point.title_span.start : point.title_span.end] == point.title
    assert not set(titles) & set(statements_in(published, report, "findings"))


def test_the_overview_becomes_statements_under_no_number(published: list[Report]) -> None:
    counts = [len(statements_in(published, index, "overview")) for index in range(1, 9)]
    assert counts == [3, 6, 2, 5, 2, 3, 3, 3]
    assert statements_in(published, 2, "overview")[:2] == [
        "应急管理局是示范区副处级工作部门，主要负责示范区应急管理工作，指导各级各部门应对安全生产类、"
        "自然灾害类等突发事件和综合防灾减灾救灾工作，负责示范区安全生产综合监督管理和工矿商贸行业安全生产监督管理工作等",
        "内设 14 个职能科室，下设事业单位 6 个",
    ]
    for report in published:
        (point,) = report.sections[0].points
        assert (point.number, point.title, point.points, point.number_inferred) == (None, None, (), False)


def test_lost_numbers_are_recovered_and_marked(published: list[Report]) -> None:
    (findings,) = (section for section in published[5].sections if section.role == "findings")
    assert [(point.number, point.number_inferred, point.statements[0].text) for point in findings.points] == [
        (None, False, "绩效评价得分 78.52 分，绩效等级为“中”"),
        ("1", True, "项目前期规划不够科学，部分项目实施依据不充分"),
        ("2", True, "部分项目资金支出进度缓慢，使用效率较低"),
        ("3", True, "项目完成时效性不佳，过程管理不精细"),
        ("4", True, "设备及系统使用频率不高，规范化、标准化长效管理体系亟需健全"),
    ]
    inferred = [
        (index, section.role)
        for index, report in enumerate(published, start=1)
        for section in report.sections
        if any(point.number_inferred for point in section.points)
    ]
    assert inferred == [(1, "requirements"), (4, "requirements"), (6, "findings"), (6, "requirements")]


@pytest.mark.parametrize(
    ("report", "role", "text", "source"),
    [
        (7, "requirements", "持续提高地方团队的科研能力", "持续提高地方团队的科研能力。。4."),
        (5, "requirements", "强化项目绩效管理，提高绩效管理水平和", "提高绩效管理水平和。\n"),
        (
            8,
            "findings",
            "截至 2022 年底，截至 2022 年底，该项目实际到位金额 980 万元，",
            "截至 2022 年底，截至 2022 年底，",
        ),
        (6, "findings", "一是项截至评价期结束，4 个项目仍未建设完成", "一是项截至评价期结束"),
    ],
    ids=["the doubled stop", "the sentence cut off", "the doubled clause", "the mistyped 项"],
)
def test_slips_of_the_published_text_survive(
    published: list[Report], report: int, role: Role, text: str, source: str
) -> None:
    assert sum(found.startswith(text) for found in statements_in(published, report, role)) == 1
    assert source in published[report - 1].text


def test_offsets_slice_the_published_text_to_the_statement(published: list[Report]) -> None:
    for report in published:
        last = 0
        for section in report.sections:
            for _, statement in statements_of(section):
                assert last <= statement.start
                last = statement.end
                source = report.text[statement.start : statement.end]
                assert source == statement.text
                for figure in statement.figures:
                    assert report.text[figure.start : figure.end] == figure.text
                    assert statement.start <= figure.start < figure.end <= statement.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "1. 制度缺失。2、执行率低。3．资产闲置。12. 人员不足。",
            [
                ("1", None, ["制度缺失"]),
                ("2", None, ["执行率低"]),
                ("3", None, ["资产闲置"]),
                ("12", None, ["人员不足"]),
            ],
            id="points by number, however it is stopped",
        ),
        pytest.param(
            "（一）制度缺失。（二）执行率低。三）资产闲置；（十二）人员不足；（二十）采购违规",
            [
                ("1", None, ["制度缺失"]),
                ("2", None, ["执行率低"]),
                ("3", None, ["资产闲置"]),
                ("12", None, ["人员不足"]),
                ("20", None, ["采购违规"]),
            ],
            id="points by Chinese numeral",
        ),
        pytest.param(
            "一、预算管理方面。（一）执行率低。1. 支出慢。2. 结转多。（二）调整多。二、采购管理存在漏洞。未招标。",
            [
                ("1", "预算管理方面", []),
                ("1.1", None, ["执行率低"]),
                ("1.1.1", None, ["支出慢"]),
                ("1.1.2", None, ["结转多"]),
                ("1.2", None, ["调整多"]),
                ("2", None, ["采购管理存在漏洞", "未招标"]),
            ],
            id="one style of numbers inside another",
        ),
        pytest.param(
            "1. 制度缺失。一是没有办法；二是没有专人。考勤无记录。",
            [("1", None, ["制度缺失"]), ("1.1", None, ["一是没有办法"]), ("1.2", None, ["二是没有专人", "考勤无记录"])],
            id="sub-points with their evidence",
        ),
        pytest.param(
            "<p>1. 制度缺失。</p><p>一是没有办法。</p><p>二是没有专人。</p><p>2. 执行率低。</p>",
            [
                ("1", None, ["制度缺失"]),
                ("1.1", None, ["一是没有办法"]),
                ("1.2", None, ["二是没有专人"]),
                ("2", None, ["执行率低"]),
            ],
            id="a sub-point that begins a paragraph belongs to the point before",
        ),
        pytest.param(
            "得分80分。1. 执行率为86.25%，低于目标。",
            [(None, None, ["得分80分"]), ("1", None, ["执行率为86.25%，低于目标"])],
            id="what stands before the first number, and decimals that are no numbers",
        ),
        pytest.param(
            "1. 资金管理。支出进度慢。2. 效益方面。出租率低。",
            [("1", "资金管理", ["支出进度慢"]), ("2", "效益方面", ["出租率低"])],
            id="titles",
        ),
        pytest.param(
            "1. 资金管理。2. 支出慢。", [("1", None, ["资金管理"]), ("2", None, ["支出慢"])], id="a title alone is kept"
        ),
        pytest.param(
            "1. 资金管理不规范。支出进度慢。",
            [("1", None, ["资金管理不规范", "支出进度慢"])],
            id="a headline that judges is no title",
        ),
        pytest.param(
            "1. 不断推进改革。支出进度慢。",
            [("1", None, ["不断推进改革", "支出进度慢"])],
            id="what is more than the name of an aspect is no title",
        ),
        pytest.param(
            "1. 工期拖延。七处未完工。2. 立项草率。论证不充分。3. 人手紧、结构老。缺会计。",
            [
                ("1", None, ["工期拖延", "七处未完工"]),
                ("2", None, ["立项草率", "论证不充分"]),
                ("3", None, ["人手紧、结构老", "缺会计"]),
            ],
            id="a short headline in uncommon words is no title",
        ),
        pytest.param(
            "制度不健全。未制定项目管理办法和资金管理办法。资产闲置较多。一是设备未用。",
            [
                ("1", None, ["制度不健全", "未制定项目管理办法和资金管理办法"]),
                ("2", None, ["资产闲置较多"]),
                ("2.1", None, ["一是设备未用"]),
            ],
            id="headlines without numbers, told by what follows",
        ),
        pytest.param(
            "2022年共投入资金500万元。制度不健全。未制定项目管理办法和资金管理办法。",
            [
                (None, None, ["2022年共投入资金500万元"]),
                ("1", None, ["制度不健全", "未制定项目管理办法和资金管理办法"]),
            ],
            id="what stands before the first headline",
        ),
        pytest.param("", [], id="nothing"),
        pytest.param("。；1. 。2、。", [], id="only numbers and stops"),
    ],
)
def test_findings_are_parted_into(text: str, expected: list[tuple[str | None, str | None, list[str]]]) -> None:
    assert points_of(text) == expected


def test_requirements_without_numbers_are_counted_and_never_titles() -> None:
    assert points_of("资金管理。完善制度；加快支出", "requirements") == [
        ("1", None, ["资金管理"]),
        ("2", None, ["完善制度"]),
        ("3", None, ["加快支出"]),
    ]
    assert points_of("一是完善制度；二是加快支出", "requirements") == [
        ("1", None, ["一是完善制度"]),
        ("2", None, ["二是加快支出"]),
    ]
    assert points_of("1. 资金管理。加快支出。", "requirements") == [("1", None, ["资金管理", "加快支出"])]
    assert all(point.number_inferred for point in section_of("完善制度；加快支出", "requirements").points)


@pytest.mark.parametrize("role", ["overview", "conclusion", "achievements", "other"])
def test_other_sections_have_statements_only(role: Role) -> None:
    assert points_of("1. 制度健全。一是有办法；二是有专人。", role) == [
        (None, None, ["制度健全", "一是有办法", "二是有专人"])
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("制度健全，但执行不严", ["制度健全", "但执行不严"]),
        ("执行率良好，但是调整率偏高", ["执行率良好", "但是调整率偏高"]),
        ("按时完成，然而未验收", ["按时完成", "然而未验收"]),
        ("基本实现目标, 不过成本偏高", ["基本实现目标", "不过成本偏高"]),
        ("不断完善制度，但执行不严", ["不断完善制度", "但执行不严"]),
        ("服务达到标准，但人员不足，设备完善，但闲置", ["服务达到标准", "但人员不足，设备完善，但闲置"]),
        ("资金及时到位，但使用率提升，但仍有结余", ["资金及时到位", "但使用率提升", "但仍有结余"]),
        ("制度不健全，但已开始制定", ["制度不健全，但已开始制定"]),
        ("建有平台，但未使用", ["建有平台，但未使用"]),
        ("制度健全但执行不严", ["制度健全但执行不严"]),
    ],
    ids=[
        "praise",
        "praise before 但是",
        "praise before 然而",
        "praise before 不过 after an ASCII comma",
        "praise with a 不 that denies nothing",
        "praise and then criticism before a second 但",
        "praise twice",
        "criticism",
        "neither",
        "praise without a comma",
    ],
)
def test_a_but_splits_after_praise_only(text: str, expected: list[str]) -> None:
    assert texts_of(f"1. {text}。") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("制度（含办法；细则）缺失；人员不足", ["制度（含办法；细则）缺失", "人员不足"]),
        ("提出“重合同；守信用”；人员不足", ["提出“重合同；守信用”", "人员不足"]),
        ("制度（含办法缺失。人员不足；设备闲置", ["制度（含办法缺失", "人员不足", "设备闲置"]),
        ("制度缺失）；人员不足", ["制度缺失）", "人员不足"]),
        ("制度缺失！人员不足？设备闲置;资金结余", ["制度缺失", "人员不足", "设备闲置", "资金结余"]),
        ("制度缺失。。人员不足", ["制度缺失", "人员不足"]),
    ],
    ids=[
        "not at a semicolon in brackets",
        "not at a semicolon in quotation marks",
        "after a bracket that is never closed",
        "after a bracket that was never opened",
        "at every stop",
        "once at a doubled stop",
    ],
)
def test_statements_end(text: str, expected: list[str]) -> None:
    assert texts_of(text, "overview") == expected


def is_closed(text: str) -> bool:
    """Tell whether every bracket and quotation mark is closed: what is not may enclose the next sentence."""
    return re.search("[“”（）]", re.sub("“[^“”（）]*”|（[^“”（）]*）", "", text)) is None


sentences = st.text(
    "项目预算执行率低管理制度不健全完善推进资金缺乏提升AB10，、：%“”（） ", min_size=1, max_size=30
).filter(lambda text: text == text.strip() and not re.match(r"[（(]?\d", text) and is_closed(text))


@settings(deadline=None)
@given(st.lists(sentences, max_size=8), st.sampled_from(["overview", "conclusion", "requirements"]))
def test_statements_joined_by_stops_are_given_back(texts: list[str], role: Role) -> None:
    assert texts_of("。".join(texts), role) == texts


@settings(deadline=None)
@given(st.lists(st.lists(sentences, min_size=1, max_size=4), min_size=1, max_size=5))
def test_numbered_points_are_given_back_with_their_statements(points: list[list[str]]) -> None:
    text = "".join(
        f"{number}. " + "".join(f"{sentence}。" for sentence in point) for number, point in enumerate(points, 1)
    )
    found = [(number, [*([title] if title else []), *texts]) for number, title, texts in points_of(text)]
    assert found == [(str(number), point) for number, point in enumerate(points, start=1)]


@settings(deadline=None)
@given(st.lists(sentences, max_size=8))
def test_findings_without_numbers_keep_every_sentence_in_order(texts: list[str]) -> None:
    found = [text for _, title, own in points_of("。".join(texts)) for text in [*([title] if title else []), *own]]
    assert found == texts


@settings(deadline=None)
@given(st.lists(sentences, max_size=8), st.sampled_from(["findings", "requirements", "overview"]))
def test_segmenting_twice_changes_nothing(texts: list[str], role: Role) -> None:
    text = "。".join(texts)
    section = Section(role, None, 0, len(text), tuple(visible_paragraphs(text, 0, len(text))))
    once = segment(Report(Source("a.txt", "00", "txt", 1), text, sections=(section,)))
    assert segment(once) == once


def test_a_number_alone_in_its_paragraph_belongs_to_what_follows(tmp_path: Path) -> None:
    file = tmp_path / "page.txt"
    body = "<p>1.</p><p>预算执行率低。</p><p>2.</p><p>绩效目标不明确。</p>"
    file.write_text(f"项目名称：甲项目\t\n评价结果及主要问题\t{body}\n", encoding="utf-8")
    (section,) = read(file)[0].sections
    found = [(point.number, [statement.text for statement in point.statements]) for point in section.points]
    assert found == [("1", ["预算执行率低"]), ("2", ["绩效目标不明确"])]
