"""Findings against the requirements of their report. Invented sentences, and the gold lists of corpus/matches."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from benchmarks.matching import GOLD, LISTS, groups, main, markdown, measured, read_gold, tagged_document
from hypothesis import given, settings
from hypothesis import strategies as st

from wenti.aggregation.coverage import answered, match_requirements
from wenti.aggregation.likeness import terms_of
from wenti.records import Finding, Kind, Report, Role, Section, Source, Statement, TaggedStatement, UnitName
from wenti.summary import Coverage, Match
from wenti.tagging import findings_of

SLOW, GOALS, ASSETS = (
    "fund_execution.slow_spending",
    "performance_targets.unclear_goals",
    "asset_management.idle_assets",
)
CONTRACTS = "procurement.contract_management"

Words = tuple[str, str]
"""A statement's text and types."""
Numbered = tuple[str | None, Sequence[Words]]
"""A point: its number and statements."""
Part = tuple[Role, str | None, Sequence[Numbered]]
"""A section: its role, heading and points."""


@dataclass
class Draft:
    """Reports in the making: sections of points, each of statements."""

    reports: list[Report] = field(default_factory=list)
    statements: list[TaggedStatement] = field(default_factory=list)

    def report(self, *sections: Part) -> Draft:
        """Add a report: role and heading of each section, number of each point, text and types of each statement."""
        number, place, item, made = len(self.reports), 0, 0, []
        for role, heading, points in sections:
            start = place
            kind: Kind = "weakness" if role == "findings" else "recommendation"
            for point, texts in points:
                for text, types in texts:
                    labels = tuple(types.split())
                    statement = Statement(text, place, place + len(text))
                    tagged = TaggedStatement(
                        number, role, point, statement, kind, 1.0, labels, (1.0,) * len(labels), False
                    )
                    self.statements.append(replace(tagged, item=item, item_number=point))
                    place += len(text) + 1
                item += 1
            made.append(Section(role, heading, start, place))
        source = Source(f"{number}.txt", str(number), "txt", 1)
        self.reports.append(Report(source, "", units=("青河县水利局",), sections=tuple(made)))
        return self

    @property
    def findings(self) -> tuple[Finding, ...]:
        return findings_of(self.reports, self.statements)

    def match(self) -> tuple[Coverage, ...]:
        return match_requirements(self.reports, self.statements, self.findings)

    def answers(self) -> list[list[str]]:
        """Texts of what answers each finding."""
        return [[self.statements[index].statement.text for index in row.requirements] for row in self.match()]


def listed(*pairs: Words) -> list[Numbered]:
    """Points of one statement each, numbered from 1."""
    return [(str(number), [pair]) for number, pair in enumerate(pairs, start=1)]


def loose(*pairs: Words) -> list[Numbered]:
    """Statements without number."""
    return [(None, [pair]) for pair in pairs]


def whole(findings: Sequence[Words], requirements: Sequence[Words]) -> Draft:
    """A report with headed sections."""
    return Draft().report(
        ("findings", "二、存在问题", listed(*findings)), ("requirements", "三、整改要求", listed(*requirements))
    )


ONE = ("灌溉泵站闲置，3座泵站建成后未通电", ASSETS)
OTHER = ("合同条款不完整，5份合同未约定验收标准", CONTRACTS)


def test_same_type_and_words() -> None:
    draft = whole([ONE, OTHER], [("规范合同条款，补签验收标准", CONTRACTS), ("尽快为灌溉泵站通电，投入运行", ASSETS)])
    assert [row.match for row in draft.match()] == ["type_and_wording", "type_and_wording"]
    assert draft.answers() == [["尽快为灌溉泵站通电，投入运行"], ["规范合同条款，补签验收标准"]]


def test_words_alone() -> None:
    draft = whole([ONE, OTHER], [("尽快为灌溉泵站通电，投入运行", "")])
    assert [row.match for row in draft.match()] == ["wording", "none"]


def test_a_type_alone_is_not_enough() -> None:
    draft = whole([ONE, OTHER], [("盘活沉睡的家底", ASSETS)])
    assert [row.match for row in draft.match()] == ["none", "none"]


def test_a_type_makes_up_for_few_words() -> None:
    findings = [("部分渠道衬砌开裂，抽查的12处中有5处厚度不达标", "project_progress.quality_process"), OTHER, ONE]
    demand = "严把材料进场关口，对薄弱渠道组织返工，费用由承建方承担"
    assert [row.match for row in whole(findings, [(demand, "")]).match()] == ["none", "none", "none"]
    typed = whole(findings, [(demand, "project_progress.quality_process")])
    assert [row.match for row in typed.match()] == ["type", "none", "none"]


def test_generic_words_name_nothing() -> None:
    draft = whole([("部分单位项目管理存在问题", ""), OTHER], [("有关单位应当加强管理，落实责任", "")])
    assert draft.answers() == [[], []]


def test_the_same_figure_names_the_same_thing() -> None:
    findings = [("列支无关费用58.60万元", ""), ("列支招待费12.35万元", "")]
    draft = whole(findings, [("将58.6万元归还原渠道", "")])
    assert draft.answers() == [["将58.6万元归还原渠道"], []]


def test_each_clause_may_answer_another_finding() -> None:
    demand = "定期清理往来款项，杜绝挪用水利专款，对闲置泵站逐座通电"
    draft = whole([("往来款项长期挂账", ""), ("挪用水利专款用于接待", ""), ONE, OTHER], [(demand, "")])
    assert draft.answers() == [[demand], [demand], [demand], []]


def test_what_is_below_a_headline_belongs_to_it() -> None:
    draft = Draft().report(
        ("findings", "二、存在问题", listed(ONE, OTHER)),
        (
            "requirements",
            "三、建议",
            [("1", [("盘活灌溉泵站", ASSETS), ("逐座登记造册", "")]), ("2", [OTHER])],
        ),
    )
    assert draft.answers() == [["盘活灌溉泵站", "逐座登记造册"], [OTHER[0]]]


def test_a_unit_s_name_is_no_matter() -> None:
    findings = [("青河县水利局超编用人", ""), OTHER]
    draft = whole(findings, [("青河县水利局抓紧消化挂账", "")])
    assert draft.answers() == [[], []]
    unnamed = replace(draft.reports[0], units=(), unit_names=(UnitName("某局"),))
    assert match_requirements([unnamed], draft.statements, draft.findings)[0].match == "wording"


ROWS: list[Part] = [
    ("findings", None, loose(("3户多领补贴", ""))),
    ("requirements", None, loose(("追回款项并通报", ""))),
    ("findings", None, loose(("渠道淤堵2.1公里", ""), ("闸门锈死", ""))),
    ("rectified", None, loose(("已疏通1公里", ""))),
    ("requirements", None, loose(("限期整治", ""))),
]


def test_what_stands_below_its_finding_answers_it() -> None:
    draft = Draft().report(*ROWS)
    assert draft.answers() == [["追回款项并通报"], ["限期整治"], ["限期整治"]]
    assert {row.match for row in draft.match()} == {"wording"}


def test_a_headed_section_stands_below_nothing() -> None:
    headed = [(role, "下一步打算" if role == "requirements" else heading, points) for role, heading, points in ROWS]
    assert Draft().report(*headed).answers() == [[], [], []]


def test_in_a_row_of_several_words_decide() -> None:
    draft = Draft().report(
        ("findings", None, loose(("护理床位占比偏低", ""), ("日间照料中心常年锁门", ""))),
        ("requirements", None, loose(("分类改造护理床位", ""), ("日间照料中心停发补助", ""))),
    )
    assert draft.answers() == [["分类改造护理床位"], ["日间照料中心停发补助"]]


def test_below_many_findings_the_place_says_nothing() -> None:
    many = [(f"{name}未建账", "") for name in ("果园", "鱼塘", "茶山", "粮库")]
    draft = Draft().report(("findings", None, loose(*many)), ("requirements", None, loose(("抓紧补办", ""))))
    assert draft.answers() == [[], [], [], []]


def test_a_recommendation_in_the_point_itself() -> None:
    draft = Draft().report(("findings", "问题", [("1", [ONE, ("应尽早投运", "")]), ("2", [OTHER])]))
    draft.statements[1] = replace(draft.statements[1], kind="recommendation")
    assert draft.answers() == [["应尽早投运"], []]


@pytest.mark.parametrize(
    ("demand", "answering"),
    [
        ("对上述第1至3项问题，限期返工", [0, 1, 2]),
        ("对第一、三项问题，限期返工", [0, 2]),
        ("针对问题四，移送主管部门", [3]),
        ("对第2—3项问题，限期返工", [1, 2]),
        ("对上述4项问题，限期返工", []),
        ("这一问题十分突出，限期返工", []),
        ("对第7项问题，限期返工", []),
        ("对第1至999999999项问题，限期返工", [0, 1, 2, 3]),
    ],
)
def test_numbers_of_findings(demand: str, answering: list[int]) -> None:
    findings = [("夯土墙开裂", ""), ("屋面渗水", ""), ("涂料脱落", ""), ("串通投标", "")]
    rows = whole(findings, [(demand, "")]).match()
    assert [row.finding for row in rows if row.match != "none"] == answering


@pytest.mark.parametrize(
    "demand",
    [
        "请于30日内将灌溉泵站整改情况书面报送县财政局",
        "针对灌溉泵站闲置等问题，提出以下建议",
        "对灌溉泵站闲置问题，县审计局已出具审计报告",
    ],
)
def test_what_demands_nothing_of_its_own_answers_nothing(demand: str) -> None:
    assert [row.match for row in whole([ONE], [(demand, ASSETS)]).match()] == ["none"]


@pytest.mark.parametrize("role", ["rectified", "achievements", "overview"])
def test_what_was_done_is_no_requirement(role: Role) -> None:
    draft = Draft().report(("findings", "问题", listed(ONE)), (role, "情况", listed(("尽快为灌溉泵站通电", ASSETS))))
    assert draft.match() == ()


def test_outside_sections_of_requirements_only_answers_count() -> None:
    said = ("尽快为灌溉泵站通电", ASSETS)
    with_answer = Draft().report(("conclusion", "结论", listed(said)), ("findings", "问题", listed(ONE, OTHER)))
    assert with_answer.answers() == [[said[0]], []]
    without = Draft().report(("other", None, loose(("欢迎社会监督", ""))), ("findings", "问题", listed(ONE, OTHER)))
    assert without.match() == ()


def test_the_kind_of_a_statement_in_a_section_of_requirements_does_not_matter() -> None:
    draft = whole([ONE], [("尽快为灌溉泵站通电", ASSETS)])
    draft.statements[-1] = replace(draft.statements[-1], kind="weakness")
    assert draft.answers() == [["尽快为灌溉泵站通电"]]


def test_nothing_to_match() -> None:
    assert match_requirements((), (), ()) == ()
    assert Draft().report(("findings", "问题", listed(ONE))).match() == ()
    assert Draft().report(("requirements", "要求", listed(ONE))).match() == ()
    both = Draft().report(("findings", "问题", listed(ONE))).report(("requirements", "要求", listed(ONE)))
    assert both.match() == ()


@pytest.mark.parametrize("text", ["", "，", "。；：", "12", "\x00\x0b", "泵"])
def test_texts_without_words_are_not_alike(text: str) -> None:
    assert [row.match for row in whole([(text, "")], [(f"{text}，", ""), (text, GOALS)]).match()] == ["none"]


def test_terms() -> None:
    assert terms_of("青河县水利局 扣回 １,260.00 万元、2023年补7天", ["青河县水利局"]) == ["扣回", "年补", "1260"]


def test_answered_counts_each_type_of_a_finding() -> None:
    findings = [Finding(0, None, "", types, ()) for types in ((SLOW, GOALS), (SLOW,), (GOALS,), (ASSETS,), (SLOW,))]
    rows = (Coverage(0, "type", (7,)), Coverage(1, "none", ()), Coverage(2, "wording", (8,)), Coverage(4, "none", ()))
    counted = answered(findings, rows)
    assert [(row.id, row.share.count, row.share.total, row.unanswered) for row in counted] == [
        (SLOW, 1, 3, (1, 4)),
        (GOALS, 2, 2, ()),
    ]
    assert 0 < counted[0].share.lower < 1 / 3 < counted[0].share.upper < 1


# Properties

_TEXT = st.text("泵站渠道合同验收专款挪用，；、第一至3项问题58.6", max_size=16)
_TYPES = st.sampled_from(["", ASSETS, CONTRACTS, f"{ASSETS} {CONTRACTS}"])
_SECTIONS = st.lists(
    st.tuples(
        st.sampled_from(["findings", "requirements", "rectified", "conclusion"]),
        st.sampled_from([None, "标题"]),
        st.lists(
            st.tuples(st.sampled_from([None, "1", "2.3"]), st.lists(st.tuples(_TEXT, _TYPES), min_size=1, max_size=3)),
            max_size=3,
        ),
    ),
    max_size=4,
)


def drafted(reports: Sequence[Sequence[Part]]) -> Draft:
    draft = Draft()
    for sections in reports:
        draft.report(*sections)
    return draft


def found(draft: Draft) -> list[tuple[int, str, Match, list[tuple[int, str]]]]:
    """What each finding is matched with, without indices; the place in its report tells a statement from its like."""
    rows = []
    for row in draft.match():
        finding = draft.findings[row.finding]
        first = draft.statements[finding.statements[0]].statement
        answers = [draft.statements[index].statement for index in row.requirements]
        path = draft.reports[finding.report].source.path
        rows.append((first.start, f"{path}{first.text}", row.match, [(each.start, each.text) for each in answers]))
    return rows


@given(st.lists(_SECTIONS, max_size=4))
@settings(max_examples=60)
def test_only_the_own_report_bears_on_a_finding(reports: list[list[Part]]) -> None:
    together = drafted(reports)
    rows = together.match()
    assert [row.finding for row in rows] == sorted({row.finding for row in rows})
    for row in rows:
        assert (row.match == "none") == (not row.requirements)
        assert list(row.requirements) == sorted(set(row.requirements))
        assert {together.statements[index].report for index in row.requirements} <= {
            together.findings[row.finding].report
        }
    alone = [(row[0], row[1][5:], *row[2:]) for sections in reports for row in found(drafted([sections]))]
    assert [(row[0], row[1][5:], *row[2:]) for row in found(together)] == alone


@given(st.lists(_SECTIONS, min_size=2, max_size=4), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_reports_changes_nothing(reports: list[list[Part]], shuffled: random.Random) -> None:
    order = list(range(len(reports)))
    shuffled.shuffle(order)
    rows = [found(drafted([reports[index]])) for index in order]
    mixed = found(drafted([reports[index] for index in order]))
    assert [row[2:] for row in mixed] == [row[2:] for each in rows for row in each]


# Gold


@pytest.mark.parametrize("name", LISTS)
def test_gold_statements_stand_in_their_documents(name: str) -> None:
    with (GOLD / f"{name}.tab").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        texts = {each.statement.start: each.statement.text for each in tagged_document(row["document"]).statements}
        assert texts[int(row["finding_start"])] == row["finding_text"]
        assert row["requirement_start"] == "" or texts[int(row["requirement_start"])] == row["requirement_text"]


def test_gold_lists_have_no_document_in_common() -> None:
    first, second = ({document.replace("#", ".") for document in read_gold(name)} for name in LISTS)
    assert first.isdisjoint(second)


def test_matches_of_the_dev_list_are_as_right_as_they_were() -> None:
    by_group = groups("dev")
    figures = {name: values[0] for name, values in measured(by_group["all"]).items()}
    floors = {"pairs: precision": 0.87, "pairs: recall": 0.85, "answered: precision": 0.95, "open: precision": 0.74}
    assert {name: figures[name] for name, floor in floors.items() if figures[name] < floor} == {}
    alone = {name: values[0] for name, values in measured(by_group["all, by types alone"]).items()}
    assert figures["answered or open: right"] > alone["answered or open: right"] + 0.2
    assert measured([]) == {}
    assert markdown({"dev": {"all": by_group["all"][:3], "matched by type": []}}).count("\n") == 3


def test_the_table_is_put_into_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "method.md"
    page.write_text("前\n<!-- matching -->\n<!-- /matching -->\n后\n", encoding="utf-8")
    main(["--list", "dev", "--faults", "--write", str(page)])
    shown, written = capsys.readouterr().out, page.read_text(encoding="utf-8")
    table = written.partition("<!-- matching -->")[2].partition("<!-- /matching -->")[0].strip()
    assert table in shown
    assert "answered, found open: " in shown
    assert written.startswith("前\n")
