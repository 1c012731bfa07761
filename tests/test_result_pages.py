"""Result pages to reports: the eight published ones, pages in other hands' shape, and generated ones."""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import commands
from wenti.api import read, read_all
from wenti.errors import InputError
from wenti.reading import SUFFIXES, report_files
from wenti.reading.markup import visible_paragraphs
from wenti.reading.result_pages import parse_result_pages
from wenti.records import Report, Source, Span, UnitName
from wenti.segmentation import segment, statements_of

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "data"
PUBLISHED = ROOT / "corpus" / "reports" / "jiyuan_evaluations.txt"
TITLE = "济源示范区重大政策和重点项目预算绩效评价结果"
HEADS = [
    # project, project year, score, grade, number of units
    ("2022 年度住建局部门整体评价", 2022, 80.06, "良", 1),
    ("2022 年度应急局部门整体评价", 2022, 80.19, "良", 1),
    ("2021 年度济源纳米初创孵化产业园二期项目", 2021, 82.18, "良", 1),
    ("2022 年度基本公共卫生服务经费项目", 2022, 80.24, "良", 1),
    ("2022 年度高等职业教育经费", 2022, 82.36, "良", 1),
    ("2022 年度济源产城融合示范区营商环境资金", 2022, 78.52, "中", 7),
    ("2022 年济源细颗粒物和臭氧污染协同防控“一市一策”跟踪研究项目", 2022, 75.02, "中", 1),
    ("2021 年度中央支持地方公共文化服务体系建设补助资金", 2021, 78.92, "中", 1),
]
UNITS = [
    ("示范区住房和城乡建设局",),
    ("示范区应急管理局",),
    ("济源纳米产业园有限公司",),
    ("示范区卫生健康委员会",),
    ("济源职业技术学院",),
    (
        "示范区市场监督管理局",
        "公共资源交易中心",
        "发展改革和统计局",
        "行政服务中心",
        "政务服务和大数据管理局",
        "税务局",
        "自然资源和规划局",
    ),
    ("示范区生态环境局",),
    ("示范区文化广电和旅游局",),
]


@pytest.fixture(scope="module")
def published() -> list[Report]:
    return read(PUBLISHED)


def parse(text: str) -> list[Report]:
    """Read a text as a file would be, and segment it."""
    return [segment(report) for report in parse_result_pages(text, Source("页.txt", "00", "txt", 1))]


def visible(text: str) -> Counter[str]:
    """Count the characters that a reader of the text sees, white space aside."""
    paragraphs = visible_paragraphs(text, 0, len(text))
    return Counter(c for paragraph in paragraphs for c in paragraph.text if not c.isspace())


def accounted_for(report: Report) -> Counter[str]:
    """Count the characters that a report says it has understood, or kept."""
    parts = [report.title or ""]
    parts += [
        field.label + field.value for field in report.fields if field.name in ("project", "unit", "evaluation_time")
    ]
    for section in report.sections:
        parts.append(section.heading or "")
        parts += [point.title or "" for point in section.points]
        parts += [statement.text for _, statement in statements_of(section)]
    found = Counter(c for part in parts for c in part if not c.isspace())
    for span in report.not_understood:
        found += visible(report.text[span.start : span.end])
    return found


def lost_and_invented(reports: list[Report], text: str) -> tuple[Counter[str], Counter[str]]:
    """Return the visible characters that no report accounts for, and those that it has and the text has not."""
    found: Counter[str] = sum((accounted_for(report) for report in reports), Counter())
    return visible(text) - found, found - visible(text)


def without_places(report: Report) -> list[object]:
    """Return what a report says, without offsets and source."""
    return [
        [report.title, report.project, report.units, report.project_year, report.evaluation_year],
        [report.evaluation_score, report.grade, [(f.name, f.label, f.value) for f in report.fields]],
        [
            (section.role, section.heading, point.number, point.title, point.number_inferred, statement.text)
            for section in report.sections
            for point, statement in statements_of(section)
        ],
        [report.text[span.start : span.end] for span in report.not_understood],
    ]


# The published pages


def test_eight_reports_are_read_each_with_its_part(published: list[Report]) -> None:
    assert [report.source.part for report in published] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert {report.source.path for report in published} == {str(PUBLISHED)}
    assert len({report.source.sha256 for report in published}) == 1


@pytest.mark.parametrize("index", range(8), ids=[head[0] for head in HEADS])
def test_the_head_of_each_published_report_is_right(published: list[Report], index: int) -> None:
    report = published[index]
    project, year, score, grade, n_units = HEADS[index]
    assert (report.title, report.project) == (TITLE, project)
    assert (report.evaluation_score, report.grade) == (score, grade)
    assert report.units == UNITS[index]
    assert len(report.units) == n_units
    assert (report.project_year, report.evaluation_year, report.year) == (year, 2023, year)


def test_the_published_reports_name_fourteen_units(published: list[Report]) -> None:
    assert sum(len(report.units) for report in published) == 14


def test_every_published_page_has_its_three_sections(published: list[Report]) -> None:
    for report in published:
        assert [section.role for section in report.sections] == ["overview", "findings", "requirements"]
        assert report.sections[1].heading in ("评价结果等次及主要问题", "评价结果及主要问题")
        assert [report.sections[0].heading, report.sections[2].heading] == ["项目概况", "整改要求"]


def test_the_texts_of_the_reports_are_the_file(published: list[Report]) -> None:
    assert "".join(report.text for report in published) == PUBLISHED.read_text(encoding="utf-8")


def test_every_field_stands_where_it_says(published: list[Report]) -> None:
    for report in published:
        for field in report.fields:
            assert re.sub(r"\s", "", report.text[field.start : field.end]) == re.sub(r"\s", "", field.value)
        assert {field.name for field in report.fields} == {
            *("title", "project", "unit", "evaluation_time", "evaluation_score", "grade")
        }


def test_sections_follow_each_other_and_begin_with_their_heading(published: list[Report]) -> None:
    for report in published:
        last = 0
        for section in report.sections:
            assert last <= section.start < section.end <= len(report.text)
            assert report.text.startswith(section.heading or "", section.start)
            last = section.end


def test_nothing_of_the_published_pages_is_lost_but_numbers_stops_and_separators(published: list[Report]) -> None:
    lost, invented = lost_and_invented(published, PUBLISHED.read_text(encoding="utf-8"))
    assert invented == Counter()
    numbered = [
        point.number
        for report in published
        for section in report.sections
        for point in section.points
        if point.number is not None and not point.number_inferred
    ]
    # The numbers of points with their dots; a comma before each 但 that splits; what separates seven units.
    expected = Counter("".join(numbered)) + Counter({".": len(numbered), "，": 6, "、": 6})
    assert not expected - lost
    assert set(lost - expected) == {"。", "；"}


def test_nothing_of_the_published_pages_is_not_understood(published: list[Report]) -> None:
    assert [report.not_understood for report in published] == [()] * 8


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda text: text.encode("gb18030"), id="in GB18030"),
        pytest.param(lambda text: text.encode("utf-8-sig"), id="in UTF-8 with its mark"),
        pytest.param(lambda text: b"\xff\xfe" + text.encode("utf-16-le"), id="in UTF-16, low byte first"),
        pytest.param(lambda text: b"\xfe\xff" + text.encode("utf-16-be"), id="in UTF-16, high byte first"),
    ],
)
def test_the_file_in_another_encoding_gives_the_same_reports(
    published: list[Report], tmp_path: Path, content: object
) -> None:
    file = tmp_path / "报告.txt"
    assert callable(content)
    file.write_bytes(content(PUBLISHED.read_text(encoding="utf-8")))
    source = published[0].source
    assert [replace(report, source=source) for report in read(file)] == [
        replace(report, source=source) for report in published
    ]


@pytest.mark.parametrize("ending", ["\r\n", "\n\n"], ids=["with line ends of Windows", "with blank lines between"])
def test_the_file_with_other_line_ends_says_the_same(published: list[Report], tmp_path: Path, ending: str) -> None:
    file = tmp_path / "报告.txt"
    file.write_bytes(PUBLISHED.read_text(encoding="utf-8").replace("\n", ending).encode())
    reports = read(file)
    assert [without_places(report) for report in reports] == [without_places(report) for report in published]
    assert "".join(report.text for report in reports).replace(ending, "\n") == PUBLISHED.read_text(encoding="utf-8")


# Pages in other shapes


def test_a_plain_page_without_tabs_and_title_is_read() -> None:
    first, second = read(DATA / "plain_page.txt")
    assert (first.title, first.project, first.units) == (None, "2022 年度农村道路养护项目", ("某县交通运输局",))
    assert (first.project_year, first.evaluation_year, first.evaluation_score, first.grade) == (2022, 2023, None, None)
    assert [section.role for section in first.sections] == ["overview", "achievements", "findings", "requirements"]
    assert [
        (point.number, statement.text)
        for section in first.sections
        if section.role in ("findings", "requirements")
        for point, statement in statements_of(section)
    ] == [
        ("1", "绩效目标不明确"),
        ("2", "养护资金拨付不及时，但路面完好率仍达标"),
        ("2.1", "一是县级配套资金未到位"),
        ("1", "细化绩效目标"),
        ("2", "及时拨付资金"),
    ]
    assert (second.units, second.evaluation_score, second.grade) == (("某县教育局",), 82.5, "良")


def test_the_last_point_of_a_page_is_not_the_title_of_the_next() -> None:
    first, second = read(DATA / "plain_page.txt")
    assert first.text.endswith("2、及时拨付资金\n\n")
    assert second.title is None


def test_a_page_of_broken_markup_is_read_whole() -> None:
    (report,) = read(DATA / "broken_page.txt")
    assert report.title == "某市项目支出绩效评价结果"
    assert report.project == "2023\xa0年度环境监测能力建设项目"
    assert report.units == ("市生态环境局（含县、区分局）", "A&B 检测有限公司")
    assert (report.project_year, report.evaluation_year) == (2023, 2024)
    assert (report.evaluation_score, report.grade) == (71.5, "中")
    assert [
        (section.role, point.number, statement.text)
        for section in report.sections
        for point, statement in statements_of(section)
    ] == [
        ("overview", None, "监测 PM<2.5 与 臭氧，联系人 <zhang@example.cn>"),
        ("findings", None, "绩效评价得分 71.50 分，绩效等级为“中”"),
        ("findings", "1", "</中文>监测设备闲置"),
        ("findings", "1.1", "一是<!foo 采购的12台设备未启用"),
        ("findings", "1.2", "二是数据<未上传&bogus"),
        ("findings", "1.2", "单位：万元"),
        ("requirements", "1", "盘活闲置设备"),
        ("requirements", "2", "按月上传数据"),
    ]


def test_what_is_not_understood_is_kept_with_its_place() -> None:
    (report,) = read(DATA / "broken_page.txt")
    kept = [report.text[span.start : span.end] for span in report.not_understood]
    assert kept == [
        "网站首页 > 信息公开 > 绩效管理。以下内容由系统自动生成，与评价结果无关，仅供内部核对使用，不作为依据。",
        "附注",
    ]


def test_a_title_ends_where_something_else_stands(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(commands.page().replace("结果\n", "结果\n以下内容仅供核对。\n公开目录\n", 1), encoding="utf-8")
    (report,) = read(file)
    (title,) = (field for field in report.fields if field.name == "title")
    assert title.value == report.text[title.start : title.end] == "某市预算绩效评价结果"
    assert "公开目录" in [report.text[span.start : span.end] for span in report.not_understood]


def test_nothing_visible_of_a_broken_page_is_lost() -> None:
    lost, invented = lost_and_invented(
        read(DATA / "broken_page.txt"), (DATA / "broken_page.txt").read_text(encoding="utf-8")
    )
    assert invented == Counter()
    assert lost == Counter("。；。（1）；;1．。2．")


HEAD = "项目名称：甲项目\n项目实施单位：乙局\n"


@pytest.mark.parametrize(
    ("head", "units"),
    [
        (
            "项目名称：甲\n项目实施单位：乙局、丙局，丁局；戊局;己局,庚局",
            ("乙局", "丙局", "丁局", "戊局", "己局", "庚局"),
        ),
        ("项目名称：甲\n主管单位：乙局（含丙、丁所）、戊局(己,庚)", ("乙局（含丙、丁所）", "戊局(己,庚)")),
        ("项目名称：甲\n单位名称： 乙局 ", ("乙局",)),
        ("项目名称：甲\n被评价部门:乙局", ("乙局",)),
        ("项目名称：甲\n项目实施单位：", ()),
        ("项目名称：甲\n项目实施单位：、；", ()),
        ("项目名称：甲\n项目实施单位：\t乙局", ("乙局",)),
        ("项目名称：甲\n项目实施单位：<p>乙局</p>", ("乙局",)),
        ("项目名称：甲\n项目实施单位：乙局&nbsp;、丙局", ("乙局", "丙局")),
        ("项目名称：甲\n单位：万元", ()),
        ("项目名称：甲", ()),
    ],
    ids=[
        "separated by any mark",
        "with marks in brackets",
        "under another label",
        "after an ASCII colon",
        "not given",
        "that are only separators",
        "in the next cell",
        "in markup",
        "with references",
        "where 单位 means the unit of money",
        "without their line",
    ],
)
def test_units_are_found(head: str, units: tuple[str, ...]) -> None:
    text = f"{head}\n主要问题\t1. 制度缺失。"
    (report,) = parse(text)
    assert report.units == units
    lost, invented = lost_and_invented([report], text)
    assert invented == Counter()
    assert set(lost) <= set("1.。、，；;,")


@pytest.mark.parametrize(
    ("sentence", "score", "grade"),
    [
        ("绩效评价得分 80.06 分，绩效等级为“良”。", 80.06, "良"),
        ("综合得分：91分，评价等次：优。", 91.0, "优"),
        ("得分为75.5分，等级评定为「中」。", 75.5, "中"),
        ("得分是 100 分，等次是差。", 100.0, "差"),
        ("得分<b>8</b>0.5&nbsp;分，等级为&ldquo;中&rdquo;。", 80.5, "中"),
        ("得分率为80%，评价等级未公布。", None, None),
    ],
    ids=["as published", "with colons", "with other quotes", "in words", "through markup", "not at all"],
)
def test_score_and_grade_are_found(sentence: str, score: float | None, grade: str | None) -> None:
    (report,) = parse(f"{HEAD}评价结果及主要问题\t<p>{sentence}</p><p>1. 制度缺失。</p>")
    assert (report.evaluation_score, report.grade) == (score, grade)


def test_score_and_grade_are_found_in_the_head() -> None:
    (report,) = parse(f"{HEAD}评价得分：85.5 分  评价等级：良\n主要问题\n1. 制度缺失。")
    assert (report.evaluation_score, report.grade) == (85.5, "良")


def test_units_have_their_names_without_short_ones() -> None:
    (report,) = parse(f"{HEAD}主要问题\n1. 制度缺失。")
    assert report.unit_names == tuple(map(UnitName, report.units)) != ()


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("项目概况", "overview"),
        ("一、基本情况", "overview"),
        ("主要成效", "achievements"),
        ("（二）经验做法", "achievements"),
        ("评价结论", "conclusion"),
        ("评价结果及主要问题", "findings"),
        ("3、存在的不足", "findings"),
        ("整改要求", "requirements"),
        ("对存在问题的建议", "requirements"),
        ("备注", "other"),
    ],
)
def test_a_heading_tells_the_role_of_its_section(heading: str, role: str) -> None:
    (report,) = parse(f"{HEAD}{heading}\t内容。\n存在问题\t制度缺失。")
    assert report.sections[0].role == role
    assert report.sections[0].heading == heading


@pytest.mark.parametrize(
    "line", ["存在问题，需要整改。", "本年度我单位在预算绩效管理工作中存在的主要问题如下", "<b>整改</b>"]
)
def test_a_sentence_that_names_problems_is_no_heading(line: str) -> None:
    (report,) = parse(f"{HEAD}项目概况\n{line}\n整改要求\t完善制度。")
    assert [section.role for section in report.sections] == ["overview", "requirements"]


# What cannot be read


def fault(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read(path)
    return caught.value


def assert_told(error: InputError, key: str, path: Path, reasons: dict[str, str]) -> None:
    """Check that the error is of this kind and names file, reason and remedy in one line of either language."""
    assert (error.key, error.file, error.exit_code) == (key, str(path), 1)
    for lang, reason in reasons.items():
        line = error.describe(lang)
        assert line.startswith(str(path))
        assert reason in line
        assert "\n" not in line
        assert re.search("；" if lang == "zh" else "; ", line) is not None


@pytest.mark.parametrize(
    ("content", "key", "reasons"),
    [
        pytest.param(b"", "file_empty", {"zh": "空", "en": "empty"}, id="an empty file"),
        pytest.param(b"\xef\xbb\xbf", "file_empty", {"zh": "空", "en": "empty"}, id="a file of only a mark"),
        pytest.param(" \r\n\t　\n".encode(), "file_empty", {"zh": "空", "en": "empty"}, id="a file of white space"),
        pytest.param(
            (DATA / "not_a_report.txt").read_bytes(),
            "not_a_report",
            {"zh": "没有找到评价报告的结构", "en": "no structure of an evaluation report"},
            id="a file that is no report",
        ),
        pytest.param(
            "项目名称：甲\n项目实施单位：乙局\n".encode(),
            "not_a_report",
            {"zh": "整改要求", "en": "整改要求"},
            id="a head without findings",
        ),
        pytest.param(
            "项目".encode("gbk") + b"\xff\xff",
            "encoding_unknown",
            {"zh": "第4字节", "en": "byte 4"},
            id="bytes of no encoding",
        ),
    ],
)
def test_content_that_is_no_report_is_refused(
    tmp_path: Path, content: bytes, key: str, reasons: dict[str, str]
) -> None:
    file = tmp_path / "报告.txt"
    file.write_bytes(content)
    assert_told(fault(file), key, file, reasons)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "没有.txt"
    reasons = {"zh": "找不到文件", "en": "no such file"}
    assert_told(fault(file), "file_missing", file, reasons)
    with pytest.raises(InputError) as caught:
        report_files([file])
    assert_told(caught.value, "file_missing", file, reasons)


@pytest.mark.parametrize("name", ["报告.xyz", "报告", "报告.txt.bak"])
def test_a_file_of_unknown_format_is_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(PUBLISHED.read_bytes())
    reasons = {"zh": "不支持的文件格式", "en": "unknown format"}
    assert_told(fault(file), "format_unknown", file, reasons)
    with pytest.raises(InputError) as caught:
        report_files([file])
    assert_told(caught.value, "format_unknown", file, reasons)
    assert all(suffix in caught.value.describe() for suffix in SUFFIXES)


def test_a_folder_is_no_file_to_read(tmp_path: Path) -> None:
    folder = tmp_path / "x.txt"
    folder.mkdir()
    assert_told(fault(folder), "file_unreadable", folder, {"zh": "无法读取", "en": "cannot be read"})


@pytest.mark.parametrize("name", ["空文件夹", "x.txt"], ids=["a folder", "a folder that is called like a file"])
def test_a_folder_without_reports_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    (folder / "下级").mkdir(parents=True)
    (folder / "说明.log").write_text("无", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        report_files([folder])
    assert_told(caught.value, "folder_empty", folder, {"zh": "没有可读取的报告", "en": "no readable report"})


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "报告.txt"
    file.write_bytes(PUBLISHED.read_bytes())
    file.chmod(0)
    assert_told(fault(file), "file_unreadable", file, {"zh": "权限", "en": "permissions"})


def test_a_file_of_more_than_a_hundred_megabytes_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "报告.txt"
    with file.open("wb") as opened:
        opened.truncate((100 << 20) + 1)
    assert_told(fault(file), "file_too_large", file, {"zh": "100 MB", "en": "100 MB"})


def test_the_files_of_a_folder_come_sorted_each_once_whatever_the_case_of_their_suffix(tmp_path: Path) -> None:
    (tmp_path / "下级").mkdir()
    names = ["b.txt", "a.TXT", "下级/c.txt"]
    for name in [*names, "d.log"]:
        (tmp_path / name).write_text("无", encoding="utf-8")
    files = report_files([tmp_path / "b.txt", tmp_path, tmp_path / "a.TXT"])
    assert files == [tmp_path / name for name in ("b.txt", "a.TXT", "下级/c.txt")]


def test_one_bad_file_of_a_folder_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "坏.txt").write_bytes(b"\xff\xff")
    (tmp_path / "好.txt").write_bytes(PUBLISHED.read_bytes())
    steps: list[tuple[int, int]] = []
    bad, good = read_all([tmp_path], lambda done, total: steps.append((done, total)))
    assert len(good.reports) == 8
    assert bad.fault is not None
    assert (bad.path, bad.fault.key, bad.reports) == (str(tmp_path / "坏.txt"), "encoding_unknown", ())
    assert steps == [(0, 2), (2, 2)]


# Generated pages


@dataclass(frozen=True)
class Page:
    """A page and what must be found in it."""

    text: str
    title: str
    project: str
    units: tuple[str, ...]
    score: str
    grade: str
    overview: tuple[str, ...]
    points: tuple[tuple[str, tuple[str, ...]], ...]
    requirements: tuple[tuple[str, tuple[str, ...]], ...]
    stray: str


WORDS = "项目预算执行率低管理制度不健全完善推进资金缺乏提升培训经费ABC"
names = st.text(WORDS, min_size=2, max_size=10)
sentences = st.text(WORDS + "，、<>&%", min_size=2, max_size=40).filter(lambda text: text[0] in WORDS)
groups = st.lists(st.lists(sentences, min_size=1, max_size=3).map(tuple), min_size=1, max_size=4)
TAGS = ["<b>", "</b>", "<span style='a'>", "</span>", '<font color="red">', "<!-- 注 -->", "<o:p></o:p>", "</strong>"]


@st.composite
def marked_up(draw: st.DrawFn, text: str) -> str:
    """Write a text as HTML, some characters as references, tags in between."""
    written = []
    places = draw(
        st.dictionaries(st.integers(0, len(text)), st.sampled_from(["named", "decimal", "hex", *TAGS]), max_size=3)
    )
    for index, character in enumerate(text):
        how = places.get(index)
        if how is not None and how in TAGS:
            written.append(how)
        if how == "decimal":
            written.append(f"&#{ord(character)};")
        elif how == "hex":
            written.append(f"&#x{ord(character):X};")
        else:
            written.append({"<": "&lt;", "&": "&amp;", ">": "&gt;"}.get(character, character))
    return "".join(written)


@st.composite
def numbered(draw: st.DrawFn, points: list[tuple[str, ...]]) -> str:
    """Write points with their numbers, one paragraph each, closed or not."""
    form = draw(st.sampled_from(["{}. ", "{}、", "（{}）", "{}．", "({}) "]))
    between = draw(st.sampled_from(["<p>", "</p> <p>", "<br/>", "<li>", "\n", "\r\n"]))
    written = [
        form.format(number) + "".join([draw(marked_up(sentence + "。")) for sentence in point])
        for number, point in enumerate(points, start=1)
    ]
    return between + between.join(written)


@st.composite
def pages(draw: st.DrawFn) -> Page:
    end = draw(st.sampled_from(["\n", "\r\n", "\n\n"]))
    titles = draw(st.lists(names, min_size=1, max_size=2))
    year = draw(st.integers(1990, 2049))
    project = f"{year} 年度{draw(names)}"
    units = draw(st.lists(names | names.map(lambda name: f"{name}（含甲、乙所）"), min_size=1, max_size=4, unique=True))
    score = f"{draw(st.integers(0, 10000)) / 100:.2f}"
    grade = draw(st.sampled_from("优良中差"))
    overview = draw(st.lists(sentences, min_size=1, max_size=3))
    points, requirements = draw(groups), draw(groups)
    stray = draw(st.just("") | st.text(WORDS, min_size=41, max_size=60))
    text = end.join(
        [
            *titles,
            draw(st.sampled_from(["项目名称：", "项目名称： ", "评价项目名称:"]))
            + project
            + draw(st.sampled_from(["", "\t"])),
            f"项目实施单位：{draw(st.sampled_from('、，；')).join(units)}\t评价时间：{year + 1} 年",
            *([stray] if stray else []),
            "项目概况\t<p>" + "".join([draw(marked_up(sentence + "。")) for sentence in overview]),
            f"评价结果及主要问题\t<p>绩效评价得分 {score} 分，绩效等级为“{grade}”。</p>" + draw(numbered(points)),
            "整改要求\t<ol>" + draw(numbered(requirements)),
            "",
        ]
    )
    return Page(
        text=text,
        title="".join(titles),
        project=project,
        units=tuple(units),
        score=score,
        grade=grade,
        overview=tuple(overview),
        points=tuple((str(number), point) for number, point in enumerate(points, start=1)),
        requirements=tuple((str(number), point) for number, point in enumerate(requirements, start=1)),
        stray=stray,
    )


def told(report: Report, role: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return number and sentences (a title is the first) of each numbered point of a section."""
    (section,) = (section for section in report.sections if section.role == role)
    return tuple(
        (point.number, (*([point.title] if point.title else []), *(statement.text for statement in point.statements)))
        for point in section.points
        if point.number is not None
    )


@settings(deadline=None, max_examples=40)
@given(st.lists(pages(), min_size=1, max_size=3))
def test_generated_pages_are_read_as_they_were_written(written: list[Page]) -> None:
    reports = parse("".join(page.text for page in written))
    assert [report.text for report in reports] == [page.text for page in written]
    for report, page in zip(reports, written, strict=True):
        assert (report.title, report.project, report.units) == (page.title, page.project, page.units)
        assert (report.evaluation_score, report.grade) == (float(page.score), page.grade)
        assert (report.project_year, report.evaluation_year) == (int(page.project[:4]), int(page.project[:4]) + 1)
        assert tuple(statement.text for _, statement in statements_of(report.sections[0])) == page.overview
        assert told(report, "findings") == page.points
        assert told(report, "requirements") == page.requirements
        assert [report.text[span.start : span.end] for span in report.not_understood] == [page.stray][: len(page.stray)]


@settings(deadline=None, max_examples=40)
@given(st.lists(pages(), min_size=1, max_size=3).map(lambda written: "".join(page.text for page in written)))
def test_nothing_visible_of_generated_pages_is_lost(text: str) -> None:
    reports = parse(text)
    assert "".join(report.text for report in reports) == text
    lost, invented = lost_and_invented(reports, text)
    assert invented == Counter()
    assert set(lost) <= set("1234().．、（）。，；")


@settings(deadline=None, max_examples=40)
@given(pages())
def test_offsets_slice_the_text_to_the_statement(page: Page) -> None:
    (report,) = parse(page.text)
    last = 0
    for section in report.sections:
        for _, statement in statements_of(section):
            assert last <= statement.start < statement.end <= section.end
            last = statement.end
            source = report.text[statement.start : statement.end]
            assert "".join(p.text for p in visible_paragraphs(source, 0, len(source))) == statement.text
        for point in section.points:
            if point.title_span is not None:
                source = report.text[point.title_span.start : point.title_span.end]
                assert "".join(p.text for p in visible_paragraphs(source, 0, len(source))) == point.title


lines = st.lists(
    st.one_of(
        st.sampled_from(
            ["项目名称：甲", "项目实施单位：乙、丙", "评价时间：2023 年", "单位：万元", "主要问题", "整改要求\t"]
        ),
        st.sampled_from(
            [
                "1. 制度缺失。",
                "一是人员不足；二是",
                "<p>2、",
                "</p>",
                "&nbsp;",
                "但</中文>",
                "<!foo",
                "\t",
                "：",
                "。。",
            ]
        ),
        st.text("项目问题整改单位名称得分：。；，、1.（）<>&\t 但一是", max_size=30),
    ),
    max_size=12,
).map("\n".join)


@settings(deadline=None, max_examples=200)
@given(lines, lines)
def test_whatever_surrounds_a_page_nothing_is_lost_or_invented(before: str, after: str) -> None:
    text = f"{before}\n项目名称：甲\n主要问题\t1. 制度缺失。\n{after}"
    reports = parse(text)
    assert "".join(report.text for report in reports) == text
    lost, invented = lost_and_invented(reports, text)
    assert invented == Counter()
    # A label without its value, numbers, stops, and the separators of units and of 但.
    assert set(lost) <= set("1234567890().．、（）。，；;：一二三四五六七八九十")
    for report in reports:
        for span in report.not_understood:
            assert isinstance(span, Span)
            assert report.text[span.start : span.end].strip()


def test_a_folder_is_searched_for_documents_and_other_files_are_passed_over(tmp_path: Path) -> None:
    for name in ("a.txt", "b.docx", "c.PDF", "~$b.docx", ".hidden.txt", "notes.tsv", "picture.png", "x.errors.csv"):
        (tmp_path / name).write_bytes(b"x")
    assert [file.name for file in report_files([tmp_path])] == ["a.txt", "b.docx", "c.PDF", "picture.png"]


def test_a_copy_of_a_file_counts_once(root: Path, tmp_path: Path) -> None:
    content = (root / "tests" / "data" / "plain_page.txt").read_bytes()
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(content)
    first, second = read_all([tmp_path])
    assert {report.source.path for report in first.reports} == {str(tmp_path / "a.txt")}
    assert second.fault is not None
    assert (second.path, second.reports, second.fault.key) == (str(tmp_path / "b.txt"), (), "file_duplicate")
    assert str(tmp_path / "a.txt") in second.fault.describe("zh")


HEAD = "项目名称：甲项目\n项目实施单位：甲局\t评价时间：2023 年\n"


def sections(tmp_path: Path, text: str) -> list[tuple[str, list[str]]]:
    file = tmp_path / "page.txt"
    file.write_text(text, encoding="utf-8")
    return [
        (section.role, [statement.text for _, statement in statements_of(section)])
        for report in read(file)
        for section in report.sections
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "主要问题\n1.预算执行率低\n2.整改落实不到位\n3.人员经验不足\n",
            [("findings", ["预算执行率低", "整改落实不到位", "人员经验不足"])],
        ),
        ("主要问题\n1.\t预算执行率低。\n2.\t资产闲置。\n", [("findings", ["预算执行率低", "资产闲置"])]),
        (
            "主要问题\n1.产出未完成。\n指标\t目标值\t完成值\n2.资产闲置。\n",
            [("findings", ["产出未完成", "指标\t目标值\t完成值", "资产闲置"])],
        ),
        (
            "主要问题\n1.项目单位：本局多处资产闲置。\n项目单位：监管不力。\n2.目标不明确。\n",
            [("findings", ["项目单位：本局多处资产闲置", "项目单位：监管不力", "目标不明确"])],
        ),
        ("主要问题\n支出集中在年末，三、四季度支出多。\n", [("findings", ["支出集中在年末，三、四季度支出多"])]),
    ],
    ids=[
        "headlines in the words of headings",
        "numbers before tabs",
        "a table",
        "the label of a field",
        "三、四 is no number",
    ],
)
def test_findings_stay_findings(tmp_path: Path, body: str, expected: list[tuple[str, list[str]]]) -> None:
    assert sections(tmp_path, HEAD + body) == expected


def test_the_end_of_a_page_is_not_the_title_of_the_next(tmp_path: Path) -> None:
    text = f"{HEAD}主要问题\n资产闲置\n整改要求\n加快支出进度\n完善资产台账\n\n某市评价公告\n{HEAD}主要问题\n资产闲置\n"
    file = tmp_path / "page.txt"
    file.write_text(text, encoding="utf-8")
    first, second = read(file)
    assert second.title == "某市评价公告"
    asked = [statement.text for _, statement in statements_of(first.sections[-1])]
    assert asked == ["加快支出进度", "完善资产台账"]
