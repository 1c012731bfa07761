"""What a report says: exact sentences for none, one, two and many, numbers that lead somewhere, nothing about nothing."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from importlib import import_module
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.commands import ROOT
from tests.summaries import (
    GOALS,
    IDLE,
    NAMES,
    RULES,
    SLOW,
    TYPES,
    WATCH,
    Maker,
    many,
    of_units,
    summaries,
    unit_name,
    with_corrected,
    with_coverage,
    with_key_figures,
    with_scores,
    with_years,
)
from wenti.choices import FIELDS
from wenti.intervals import wilson
from wenti.messages import LANGUAGES
from wenti.reading.document import Block as ReadBlock
from wenti.reading.word import read_word
from wenti.records import DocumentKind, Figure, Report, Role, Share, Source
from wenti.rendering.blocks import (
    Block,
    Bullets,
    Cell,
    Chart,
    Content,
    Heading,
    Paragraph,
    Presentation,
    Run,
    Sentences,
    Table,
    Tiles,
    printed,
)
from wenti.rendering.content import content_of
from wenti.rendering.content.index import Index
from wenti.rendering.content.numbers import interval, months, percent, plain, points, probability, ranges, significant
from wenti.rendering.content.wording import excerpt
from wenti.rendering.labels import LABELS, Count, Labels
from wenti.rendering.labels.chapters import CHAPTERS
from wenti.rendering.labels.opening import OPENING
from wenti.rendering.labels.words import WORDS
from wenti.rendering.numbered import Anchors, numbered, written_date
from wenti.rendering.word import render_docx
from wenti.rendering.word.front import date_shown
from wenti.summary import BY, By, KeyFigure, Match, Measure, Summary, Trend, TrendPoint

UNCOUNTED = {"序号", "名次", "年度", "No.", "Rank", "Year"}
"""Columns of whole numbers that count nothing."""


def text_of(runs: tuple[Run, ...]) -> str:
    return "".join(run.text for run in runs)


def runs_in(block: Block) -> Iterator[tuple[Run, ...]]:
    """Yield all running text of a block, the lines of cells too."""
    if isinstance(block, Paragraph):
        yield block.runs
    elif isinstance(block, Bullets):
        yield from block.items
    elif isinstance(block, Table):
        yield from (line for row in block.rows for cell in row.cells for line in cell.lines)


def cells_in(content: Content) -> Iterator[tuple[Table, str, Cell]]:
    """Yield each cell of each table with the title of its column."""
    for block in content.blocks:
        if isinstance(block, Table):
            for row in block.rows:
                assert len(row.cells) == len(block.columns), block.caption
                yield from ((block, column.title, cell) for column, cell in zip(block.columns, row.cells, strict=True))


def counts(title: str, cell: Cell) -> bool:
    """Tell whether a cell says how many there are of something."""
    return str(cell.value).isdigit() and not cell.percent and title not in UNCOUNTED


def links_in(content: Content) -> Iterator[str]:
    for block in content.blocks:
        yield from (run.link for runs in runs_in(block) for run in runs)
        if isinstance(block, Tiles):
            yield from (tile.link for tile in block.tiles)
    yield from (cell.link for _, _, cell in cells_in(content))


def anchors_in(content: Content) -> Iterator[str]:
    for block in content.blocks:
        if isinstance(block, Heading | Table | Chart):
            yield block.anchor
        if isinstance(block, Table):
            yield from (row.anchor for row in block.rows)
    numbers = {
        sentence.number for block in content.blocks if isinstance(block, Sentences) for sentence in block.sentences
    }
    yield from (f"s-{number}" for number in sorted(numbers))


def texts_in(content: Content) -> Iterator[str]:
    """Yield all that is written, but for quoted sentences."""
    yield from (content.title, content.date, *content.signature.lines, content.contents_title)
    for block in content.blocks:
        yield from map(text_of, runs_in(block))
        if isinstance(block, Heading):
            yield block.text
        elif isinstance(block, Tiles):
            yield from (f"{tile.label} {tile.value}" for tile in block.tiles)
        elif isinstance(block, Chart):
            yield from (block.caption, block.alt, *block.categories)
        elif isinstance(block, Table):
            yield from (block.caption, block.note, *(column.title for column in block.columns))
        elif isinstance(block, Sentences):
            yield from (part for sentence in block.sentences for part in (sentence.source, *sentence.tags))
    yield from (cell.text for _, _, cell in cells_in(content))


def key_of(summary: Summary, lang: str = "zh") -> str:
    (key,) = [b for b in content_of(summary, lang).blocks if isinstance(b, Paragraph) and b.role == "key"]
    return text_of(key.runs)


def chapters_of(content: Content) -> dict[str, str]:
    """Return the running text of each chapter, by its anchor."""
    found: dict[str, list[str]] = {}
    for block in content.blocks:
        if isinstance(block, Heading) and block.level == 1:
            found[block.anchor] = []
        elif found:
            list(found.values())[-1].extend(map(text_of, runs_in(block)))
    return {anchor: "\n".join(texts) for anchor, texts in found.items()}


def table_of(content: Content, caption: str) -> list[list[str]]:
    (table,) = [block for block in content.blocks if isinstance(block, Table) and block.caption == caption]
    return [[cell.text or "/".join(map(text_of, cell.lines)) for cell in row.cells] for row in table.rows]


# Numbers.


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.0, "0%"),
        (1.0, "100%"),
        (0.75, "75%"),
        (0.125, "12.5%"),
        (0.0625, "6.3%"),
        (2 / 3, "66.7%"),
        (0.1455, "14.6%"),
        (0.0004, "<0.1%"),
        (0.9998, ">99.9%"),
    ],
)
def test_a_share_is_rounded_half_up_and_never_to_none_or_all(share: float, shown: str) -> None:
    assert percent(share) == shown


@given(total=st.integers(1, 5000), data=st.data())
def test_a_share_is_what_the_fraction_is_rounded_half_up(total: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, total))
    exact = (Decimal(count) * 1000 / Decimal(total)).quantize(Decimal(1), ROUND_HALF_UP) / 10
    shown = percent(count / total)
    if shown.startswith("<"):
        assert 0 < count / total < 0.0005
    elif shown.startswith(">"):
        assert 0.9995 <= count / total < 1
    else:
        assert Decimal(shown.rstrip("%")) == exact
        assert not shown.endswith(".0%")


@given(st.floats(-1, 1, allow_nan=False))
def test_a_difference_has_one_decimal_at_most_and_no_negative_zero(difference: float) -> None:
    shown = points(difference)
    assert re.fullmatch(r"-?\d+(\.[1-9])?", shown)
    assert shown != "-0"
    assert abs(Decimal(shown) - Decimal(difference) * 100) <= Decimal("0.0500001")


@given(st.sets(st.integers(1, 200)))
def test_ranges_hold_the_numbers_and_nothing_else(numbers: set[int]) -> None:
    found = ranges(sorted(numbers))
    assert [n for first, last in found for n in range(first, last + 1)] == sorted(numbers)
    assert all(one[1] + 1 < other[0] for one, other in pairwise(found))


def test_a_difference_is_reliable_exactly_where_the_table_shows_less_than_a_twentieth() -> None:
    for thousandths in range(200):
        value = thousandths / 2000
        shown = probability(value)
        assert significant(value) == (shown == "<0.001" or float(shown) < 0.05)


@pytest.mark.parametrize(
    ("value", "zh", "en"), [(1, "1个月", "1 month"), (2.0, "2个月", "2 months"), (0.33, "0.3个月", "0.3 months")]
)
def test_months_have_their_measure_word(value: float, zh: str, en: str) -> None:
    assert (months(value, "zh"), months(value, "en")) == (zh, en)


# Labels.


def keys_named(place: str) -> set[str]:
    """Return the strings, and patterns of strings with gaps, that modules and templates of a folder name."""
    found: set[str] = set()
    for file in (ROOT / place).rglob("*.py"):
        if "labels" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                found.add(
                    "".join(re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"\w+" for v in node.values)
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(re.escape(node.value))
    for file in (ROOT / place).rglob("*.j2"):
        text = file.read_text(encoding="utf-8")
        found |= set(re.findall(r"label\('(\w+)'\s*[,)]", text)) | set(re.findall(r"\('(n_\w+)', summary", text))
        found |= {prefix + r"\w+" for prefix in re.findall(r"label\('(\w+_)'\s*~", text)}
    return found | {"list_comma", "list_last"}


def test_every_label_is_used() -> None:
    patterns = [pattern for pattern in keys_named("src/wenti/rendering") if re.fullmatch(r"(\w|\\w\+)+", pattern)]
    patterns = [pattern for pattern in patterns if len(pattern.replace(r"\w+", "").strip("_")) > 1]
    assert [key for key in LABELS if not any(re.fullmatch(pattern, key) for pattern in patterns)] == []


def first_arguments() -> Iterator[tuple[str, str]]:
    """Yield the key that each call of a label in the content has, as a pattern, with its place."""
    for file in (ROOT / "src/wenti/rendering/content").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called not in ("label", "runs"):
                continue
            key = node.args[0]
            if isinstance(key, ast.JoinedStr):
                parts = (str(v.value) if isinstance(v, ast.Constant) else r"\w+" for v in key.values)
                yield "".join(parts), f"{file.name}:{node.lineno}"
            elif isinstance(key, ast.Constant):
                yield str(key.value), f"{file.name}:{node.lineno}"


def test_every_key_that_the_content_uses_exists() -> None:
    used = list(first_arguments())
    assert len(used) > 200, "the search for keys finds too little to be right"
    assert [each for each in used if not any(re.fullmatch(each[0], key) for key in LABELS)] == []


@pytest.mark.parametrize(
    ("family", "members"),
    [
        ("kind_{}", get_args(DocumentKind)),
        ("kind_of_{}", get_args(DocumentKind)),
        ("role_{}", get_args(Role)),
        ("match_by_{}", get_args(Match)),
        ("matched_{}", get_args(Match)),
        ("index_match_{}", get_args(Match)),
        ("filter_{}", FIELDS),
        ("matrix_{}", BY),
        ("matrix_cut_{}", BY),
        ("group_{}", BY),
        ("index_{}", get_args(Measure)),
        ("worst_{}", get_args(Measure)),
        ("figure_{}", get_args(Measure)),
        ("threshold_{}", ("wide", "medium", "strict")),
    ],
)
def test_every_value_has_its_label(family: str, members: tuple[str, ...]) -> None:
    assert [member for member in members if family.format(member) not in LABELS] == []


def test_no_key_stands_twice_and_sheets_have_names_that_excel_takes() -> None:
    assert len(LABELS) == sum(map(len, (WORDS, OPENING, CHAPTERS)))
    for lang in LANGUAGES:
        sheets = [Labels(lang)(key) for key in LABELS if key.startswith("sheet_")]
        assert len(sheets) == len(set(sheets)) == 19
        assert all(len(sheet) <= 31 and not set(sheet) & set("[]:*?/\\") for sheet in sheets)


@pytest.mark.parametrize("key", LABELS)
def test_an_english_count_has_a_word_for_one_and_for_many(key: str) -> None:
    for _, name, spec, _ in string.Formatter().parse(LABELS[key][1]):
        if name is not None and spec:
            one, bar, many_ = spec.partition("|")
            assert bar
            assert one != many_
            assert "{" not in spec


def test_facts_become_runs_with_their_links() -> None:
    label = Labels("en")
    runs = label.runs("some_units", count=Count(1, "n-1"))
    assert runs == (Run("1", "n-1"), Run(" unit"))
    assert text_of(label.runs("some_units", count=Count(2, "n-1"))) == "2 units"
    assert label.runs("quoted", name=Run("甲", "t-1")) == (Run('"'), Run("甲", "t-1"), Run('"'))


@pytest.mark.parametrize(
    ("lang", "text", "shown"),
    [("zh", "关于“一市一策”的研究", "“关于‘一市一策’的研究”"), ("en", 'the "best" plan', "\"the 'best' plan\"")],
)
def test_marks_inside_quotation_marks_become_single(lang: str, text: str, shown: str) -> None:
    assert Labels(lang).quoted(text) == shown


@given(st.lists(st.sets(st.integers(0, 30)), max_size=12))
def test_equal_sets_of_statements_share_an_entry_and_others_do_not(sets: list[set[int]]) -> None:
    index = Index()
    anchors = [index.entry(f"第{n}个", each) for n, each in enumerate(sets)]
    for one, first in zip(anchors, sets, strict=True):
        assert bool(one) == bool(first)
        for other, second in zip(anchors, sets, strict=True):
            assert (one == other) == (first == second)
    table = index.table(Labels("zh"), range(10))
    rows = {row.anchor: row for row in table.rows} if table is not None else {}
    assert set(rows) == {anchor for anchor in anchors if anchor}
    for anchor, each in zip(anchors, sets, strict=True):
        if anchor:
            (line,) = rows[anchor].cells[1].lines
            assert {run.link for run in line if run.link} == {f"s-{i + 1}" for i in each if i < 10}
            numbers = [part.split("–") for part in text_of(line).split("、")]
            assert {n for first, *last in numbers for n in range(int(first), int((last or [first])[0]) + 1)} == {
                i + 1 for i in each
            }


# The key message.

NONE = Maker(0).summary()
SHOWS = {SLOW: (0, 1, 2, 3, 4, 5), IDLE: (0, 1, 2), GOALS: (3, 4, 5), RULES: (6,)}
QUOTED = {key: (f"“{name.name}”", f'"{name.english}"') for key, name in NAMES.items()}


@pytest.mark.parametrize(
    ("summary", "zh", "en"),
    [
        (NONE, "没有可供分析的评价报告。", "There is no report to analyse."),
        (of_units(3, {}), "未发现问题。", "No weakness was found."),
        (
            of_units(1, {SLOW: (0,)}),
            "本次仅涉及1家单位，不作共性分析；共发现1个问题点，涉及1类问题。",
            "With 1 unit nothing is ranked: 1 finding of 1 type.",
        ),
        (
            of_units(1, {SLOW: (0, 0), IDLE: (0,)}),
            "本次仅涉及1家单位，不作共性分析；共发现3个问题点，涉及2类问题。",
            "With 1 unit nothing is ranked: 3 findings of 2 types.",
        ),
        (
            of_units(2, {SLOW: (0,), IDLE: (1,)}),
            "本次仅涉及2家单位，数量过少，不作排序；共发现2个问题点，涉及2类问题，没有2家及以上单位共有的问题。",
            "With 2 units, too few to rank: 2 findings of 2 types; no type is shared by 2 units.",
        ),
        (
            of_units(2, {SLOW: (0, 1), IDLE: (1,)}),
            "本次仅涉及2家单位，数量过少，不作排序；共发现3个问题点，涉及2类问题，其中“执行率低、支出慢”在2家及以上单位存在。",
            'With 2 units, too few to rank: 3 findings of 2 types; "Slow spending" shared by 2 or more units.',
        ),
        (
            of_units(8, {SLOW: (0,), IDLE: (1,)}),
            "共发现2个问题点，涉及2类问题，没有2家及以上单位共有的问题。",
            "2 findings of 2 types; no type is shared by 2 units.",
        ),
        (
            of_units(8, {SLOW: (0, 1, 2, 3, 4, 5), IDLE: (1,)}),
            "最普遍的是“执行率低、支出慢”，6家单位存在（占75%）。",
            'Most widespread: "Slow spending", in 6 units (75%).',
        ),
        (
            of_units(8, SHOWS),
            "最普遍的是“执行率低、支出慢”，6家单位存在（占75%）；其次是“目标不明确”“资金闲置”，各有3家单位存在（各占37.5%）。",
            'Most widespread: "Slow spending", in 6 units (75%); then "Unclear goals" and "Idle money", '
            "in 3 units each (37.5%).",
        ),
        (
            of_units(6, dict.fromkeys(TYPES, (0, 1))),
            "最普遍的是“目标不明确”“监控不到位”“资金闲置”等5类问题，各有2家单位存在（各占33.3%）。",
            'Most widespread: "Unclear goals", "Weak monitoring", "Idle money" and others, 5 types in all, '
            "in 2 units each (33.3%).",
        ),
    ],
    ids=[
        *("no report", "no finding", "one unit one finding", "one unit more findings", "two units nothing shared"),
        *("two units one shared", "many nothing shared", "many one shared", "many ties", "many tied in all"),
    ],
)
def test_the_key_message(summary: Summary, zh: str, en: str) -> None:
    assert (key_of(summary, "zh"), key_of(summary, "en")) == (zh, en)


def test_findings_without_type_are_said_to_have_none() -> None:
    maker = Maker(2)
    maker.find(0)
    assert key_of(maker.summary()) == "共发现1个问题点，均未能归类。"
    assert key_of(maker.summary(), "en") == "1 finding, all without type."


def test_by_project_the_key_message_and_the_ranking_count_projects() -> None:
    summary = replace(of_units(8, SHOWS), by="project", matrix=(), groups=())
    assert key_of(summary).startswith("最普遍的是“执行率低、支出慢”，6个项目存在（占75%）；")
    content = content_of(summary)
    tables = [block.anchor for block in content.blocks if isinstance(block, Table)]
    assert tables.index("by-type-projects") < tables.index("by-type-units")


# Few units are not ranked, equal counts have equal ranks.


@pytest.mark.parametrize("units", [1, 2, 4, 5, 9])
def test_ranks_are_given_from_five_units_on(units: int) -> None:
    summary = of_units(units, {RULES: range(units), SLOW: (0,)})
    content = content_of(summary)
    (table,) = [block for block in content.blocks if isinstance(block, Table) and block.anchor == "by-type-units"]
    words = "".join(texts_in(content))
    ranked = units >= 5
    assert (table.columns[0].title == "名次") == ranked
    assert ("最普遍" in words) == ranked
    assert ("名次没有意义" in words) == (not ranked)
    assert any(isinstance(block, Chart) for block in content.blocks) == ranked
    names = [row.cells[1 if ranked else 0].text for row in table.rows]
    assert names == ([NAMES[RULES].name, NAMES[SLOW].name] if ranked else [NAMES[SLOW].name, NAMES[RULES].name])


def test_equal_counts_have_equal_ranks() -> None:
    rows = table_of(content_of(of_units(8, SHOWS)), "问题类型排序（按单位）")
    assert [(row[0], row[3]) for row in rows] == [("1", "6/8"), ("2", "3/8"), ("2", "3/8"), ("4", "1/8")]


# Sentences of the chapters.


@pytest.mark.parametrize(
    ("anchor", "zh"),
    [
        ("summary", "新出现的：2023年的报告中有1类问题未见于此前年度的报告，为“监控不到位”。"),
        (
            "summary",
            "比率最低（31.25%）的：“执行率低、支出慢”（[1]“第1句”）。\n比率最高（150%）的：“监控不到位”（[17]“第17句”）。\n"
            "时间最长（8个月）的：“目标不明确”（[13]“第13句”）。\n金额最大（合计1.23亿元）的：“资金闲置”（[9]“第9句”）。",
        ),
        ("summary", "得分最低（60分）的：“丁项目”“辛项目”。"),
        (
            "summary",
            "屡查屡犯的：1家单位在不同年度出现同类问题3例，涉及“执行率低、支出慢”“资金闲置”等3类问题。",
        ),
        (
            "summary",
            "未见对应整改要求的：已提出整改要求的报告共有21个问题点，其中5个未见对应的整改要求。",
        ),
        ("summary", "所读单位较少（10家），占比的区间较宽，名次相近的问题不宜区分先后。"),
        ("summary", "问题类别由程序判别，个别语句可能有误。41条语句中有1条（2.4%）程序没有把握，待人工判定。"),
        ("summary", "其中1份报告曾用于训练判别模型，对其判别结果偏于乐观，仅供演示。"),
        ("summary", "已人工复核2条语句，其中更正1条。已人工复核1份报告的基本信息。"),
        (
            "scope",
            "本次共读取10份报告（绩效评价结果10份），涉及10家单位、10个项目。年度为2021年至2023年。",
        ),
        ("scope", "筛选条件：年度为2021或2022；文种为审计报告。按筛选条件未纳入2份报告。"),
        ("scope", "1份报告中有1处原文未能识别。"),
        ("scope", "1个文件未能读取，不在统计之内：\n坏.docx，文件已损坏"),
        ("scope", "甲项目：第2–3、5页"),
        ("scope", "“语句”第7行：没有了的语句"),
        (
            "shared",
            "10家单位中有8家（80%）、10个项目中有8个（80%）存在此类问题，共9个问题点，见于9条语句。"
            "校正识别误差后，单位占比估计为72%（95%区间39%–94%）。所涉语句中的比率最低为31.25%。",
        ),
        ("shared", "含义：钱花得慢。"),
        (
            "shared",
            "对应指标（财预〔2020〕10号）：过程/资金管理/资金到位率；过程/资金管理/预算执行率。",
        ),
        ("shared", "所涉语句中的金额合计1.23亿元（每个问题点只计其中最大的一笔）。"),
        ("shared", "涉及单位：甲局、丙局、丁局、戊局、己局。"),
        ("shared", "同时，有3条语句肯定了这方面的做法，列出其中2条："),
        ("projects-chapter", "存在与不存在各类问题的报告，得分均未见统计上可靠的差异。"),
        (
            "pairs",
            "所列各对问题中，提升度最高的是“执行率低、支出慢”与“目标不明确”：10家单位中有5家同时存在，为预期的2.0倍。"
            "经多重比较校正后，所列各对问题的同时出现均未达到统计上可靠的程度，仅供参考。",
        ),
        ("years", "列入的各类问题的单位占比均未见统计上可靠的逐年变化。"),
        ("years", "2023年的报告中有1类问题未见于此前年度的报告：“监控不到位”。"),
        ("years", "经多重比较校正后，2021年与2023年之间各类问题的单位占比均未见统计上可靠的差异。"),
        ("recurrence", "1家单位在不同年度出现同类问题，共3例。"),
        (
            "coverage",
            "10份报告提出了整改要求，共有21个问题点。其中类型与表述均有对应要求的6个（28.6%）、类型有对应要求的5个（23.8%）、"
            "表述有对应要求的5个（23.8%）、未见对应要求的5个（23.8%）。",
        ),
        ("strengths", "报告同时肯定了3条成效与做法，供对照参考。"),
        ("review", "程序对以下1条语句没有把握，请人工判定；其中的问题语句如未归类，不计入排序。"),
        ("unread", "原文（甲项目）"),
    ],
)
def test_the_sentences_of_a_full_report(anchor: str, zh: str) -> None:
    assert zh in chapters_of(content_of(many()))[anchor]


@pytest.mark.parametrize(
    ("anchor", "en"),
    [
        ("summary", 'Most widespread: "Slow spending", in 8 units (80%); then "Unclear goals", in 5 units (50%).'),
        ("summary", 'New: 1 type of 2023 in no report of the years before: "Weak monitoring".'),
        ("summary", 'Longest time (8 months): "Unclear goals" ([13] "第13句").'),
        ("summary", 'Largest sum (CNY 123.46 million): "Idle money" ([9] "第9句").'),
        ("summary", 'Lowest score (60 points): "丁项目" and "辛项目".'),
        ("summary", "Coming back: 1 unit shows the same type in two years, 3 cases in all: "),
        ("summary", "Not answered: 5 of 21 findings in reports that state requirements."),
        (
            "summary",
            "A person has reviewed 2 statements and corrected 1. A person has reviewed the metadata of 1 report.",
        ),
        ("scope", "10 reports were read (10 result pages), of 10 units and 10 projects. Years: 2021–2023."),
        (
            "scope",
            "Only reports with year 2021 or 2022; kind of document audit report. 2 reports were left out by that.",
        ),
        ("scope", "1 stretch of text in 1 report was not understood."),
        ("scope", "1 file was not read and is in no number:\n坏.docx: damaged"),
        ("scope", "1 row of the reviewer's sheet fits no statement or report and was not used:"),
        ("shared", "1 of 10 units (10%) and 1 of 10 projects (10%) show it: 1 finding in 1 statement."),
        ("shared", "8 of 10 units (80%) and 8 of 10 projects (80%) show it: 9 findings in 9 statements."),
        ("shared", "On the other hand, 3 statements praise this; 2 of them:"),
        (
            "coverage",
            "10 reports state requirements, with 21 findings. Of these, 6 are answered by type and wording (28.6%),",
        ),
        ("strengths", "What the reports praise, as counter-evidence: 3 statements."),
    ],
)
def test_the_english_sentences_of_a_full_report(anchor: str, en: str) -> None:
    assert en in chapters_of(content_of(many(), "en"))[anchor]


# What holds of any report.

OVERCOUNTED = re.compile(r"\b1 (units|projects|findings|statements|reports|types|files|rows|cases|pairs|months)\b")
UNDERCOUNTED = re.compile(
    r"(?<![\d.,])(0|[2-9]|\d{2,}) (unit|project|finding|statement|report|type|file|row|case|pair|month)\b"
)
BAD = re.compile(r"\bNone\b|\bnan\b|[{}]|[。，；：、！][。，；：、！]|“”|（）|\(\)|\.\.|  | [,.;:]")
ABSENT = {
    "corrected": ("校正后占比", "校正识别误差"),
    "trained_on": ("曾用于训练",),
    "review": ("复核",),
    "coverage": ("对应的整改要求", "未见对应"),
    "trends": ("逐年", "年度变化"),
    "comparison": ("对比：",),
    "new_types": ("新出现", "未见于此前"),
    "recurrences": ("屡查屡犯",),
    "pairs": ("提升度",),
    "contrasts": ("分差", "平均得分"),
    "grades": ("问题与等级",),
    "skipped": ("未能读取",),
    "excluded": ("未纳入",),
    "filters": ("筛选",),
    "below_support": ("未列入",),
}
"""What is not said where a summary does not have it."""


def has(summary: Summary, part: str) -> bool:
    if part == "corrected":
        return any(row.by_unit.corrected for row in summary.types)
    if part == "comparison":
        return summary.comparison is not None and bool(summary.comparison.rows)
    return bool(getattr(summary, part))


@settings(max_examples=150)
@given(summaries())
def test_every_link_leads_somewhere_and_every_count_has_one(summary: Summary) -> None:
    for lang in LANGUAGES:
        content = content_of(summary, lang)
        anchors = [anchor for anchor in anchors_in(content) if anchor]
        assert len(anchors) == len(set(anchors))
        assert set(links_in(content)) - {""} <= set(anchors)
        for table, title, cell in cells_in(content):
            if counts(title, cell):
                assert bool(cell.link) == bool(cell.value), (table.caption, title, cell)


@settings(max_examples=150)
@given(summaries())
def test_every_count_in_a_sentence_is_a_link(summary: Summary) -> None:
    unlinked = re.compile(r"(?<!等)(?<!\d)\d+(家单位|个项目|份报告|条语句|个问题点)")
    for block in content_of(summary).blocks:
        for runs in runs_in(block):
            assert not [run.text for run in runs if not run.link and unlinked.search(run.text)]


@settings(max_examples=150)
@given(summaries())
def test_no_sentence_is_broken_and_none_is_about_what_is_not_there(summary: Summary) -> None:
    for lang in LANGUAGES:
        for text in texts_in(content_of(summary, lang)):
            assert not BAD.search(text), text
            if lang == "en":
                assert not OVERCOUNTED.search(text), text
                assert not UNDERCOUNTED.search(text), text
    written = "\n".join(texts_in(content_of(summary)))
    for part, words in ABSENT.items():
        if not has(summary, part):
            assert [word for word in words if word in written] == [], part


def test_what_is_not_said_without_cause_is_said_with_it() -> None:
    written = "\n".join(texts_in(content_of(replace(many(), below_support=(WATCH,), min_support=2))))
    assert [word for words in ABSENT.values() for word in words if word not in written] == ["平均得分"]
    assert "平均得分" in "\n".join(texts_in(content_of(many(0.001))))


@settings(max_examples=60)
@given(summaries())
def test_sentences_agree_with_the_tables(summary: Summary) -> None:
    content = content_of(summary)
    rows = {}
    for block in content.blocks:
        if isinstance(block, Table) and block.anchor == "by-type-units":
            titles = [column.title for column in block.columns]
            for row in block.rows:
                shown = dict(zip(titles, (cell.text for cell in row.cells), strict=True))
                rows[shown["问题类型"]] = shown
    name = ""
    for block in content.blocks:
        if isinstance(block, Heading):
            name = block.text if block.anchor.startswith("t-") else ""
        elif isinstance(block, Paragraph) and name:
            text = text_of(block.runs)
            for total, count, share in re.findall(r"(\d+)家单位中有(\d+)家（([^（）]+)）", text):
                assert (f"{count}/{total}", share) == (rows[name]["涉及单位"], rows[name]["单位占比"])
            for share, bounds in re.findall(r"单位占比估计为(\S+?)（95%区间(\S+?)）", text):
                corrected = [(key, value) for key, value in rows[name].items() if key.startswith("校正后")]
                assert {"校正后占比": share, "校正后95%区间": bounds}.items() <= dict(corrected).items()


@settings(max_examples=60)
@given(summaries())
def test_a_report_of_few_sentences_quotes_all_that_its_numbers_count(summary: Summary) -> None:
    content = content_of(summary)
    quoted = {s.number: s.text for b in content.blocks if isinstance(b, Sentences) for s in b.sentences}
    behind = {index for finding in summary.findings for index in finding.statements}
    assert {index + 1 for index in behind} <= set(quoted)
    assert all(text == summary.statements[number - 1].statement.text for number, text in quoted.items())
    linked = {link for link in links_in(content) if link.startswith("s-")}
    assert {f"s-{index + 1}" for index in behind} <= linked


@settings(max_examples=30)
@given(summaries(), st.sampled_from(LANGUAGES))
def test_the_same_summary_gives_the_same_content(summary: Summary, lang: str) -> None:
    assert content_of(summary, lang) == content_of(summary, lang)


# Chapters stand in order, and only where there is something to say.


def test_the_chapters_of_a_full_report_and_of_an_empty_one() -> None:
    chapters = [
        *("summary", "scope", "shared", "matrix", "projects-chapter", "pairs", "years", "recurrence", "coverage"),
        *("strengths", "review", "quoted", "numbers", "unread", "stamp"),
    ]
    assert list(chapters_of(content_of(many()))) == chapters
    assert list(chapters_of(content_of(NONE))) == ["summary", "scope", "stamp"]
    appendices = [b.anchor for b in content_of(many()).blocks if isinstance(b, Heading) and b.appendix]
    assert appendices == ["review", "quoted", "numbers", "unread", "stamp"]


def test_the_sheets_of_a_full_report() -> None:
    for lang, names in (
        (
            "zh",
            "报告 问题类别 问题类别（按项目） 问题类型 问题类型（按项目） 分组矩阵 项目情况 得分对比 等级对比 关联问题 "
            "年度变化 年度变化（类别） 对比 屡查屡犯 整改对应 未见对应 要求对照 数字索引 生成信息",
        ),
        (
            "en",
            "Reports|Categories|Categories by project|Types|Types by project|Matrix|Projects|Scores|Grades|Pairs|Years|"
            "Years by category|Comparison|Recurrence|Rectification|Not answered|Matched|Numbers|How it was made",
        ),
    ):
        sheets = [b.sheet for b in content_of(many(), lang).blocks if isinstance(b, Table | Chart) and b.sheet]
        assert list(dict.fromkeys(sheets)) == names.split("|" if lang == "en" else " ")


def test_the_stamp_says_what_made_the_report() -> None:
    rows = table_of(
        content_of(replace(many(), filters=(("year", "2021"), ("year", "2022"), ("kind", "audit")))),
        "生成本报告的程序和数据",
    )
    assert ["分类体系", "2.0（SHA-256 abababababababab）"] in rows
    assert ["筛选条件", "年度为2021或2022；文种为审计报告"] in rows


def test_the_users_title_and_organisation_stand_on_the_cover() -> None:
    plain_cover = content_of(many())
    assert (plain_cover.title, plain_cover.organisation) == ("预算绩效评价共性问题分析报告", "")
    assert plain_cover.signature.lines == ("编制人：", "审核人：", "负责人（签字）：", "单位（盖章）：", "日期：")
    own = content_of(many(), presentation=Presentation("我们的报告", "云岭市财政局"))
    assert (own.title, own.organisation, own.date) == ("我们的报告", "云岭市财政局", "2026-11-30")
    assert own.blocks == plain_cover.blocks


# Statistics that say something, and much that is cut.


def test_reliable_differences_are_told_and_others_are_not() -> None:
    reliable, chance = chapters_of(content_of(many(0.001))), chapters_of(content_of(many(0.05)))
    assert "等5类问题的报告平均得分较低，差异在统计上可靠。" in reliable["projects-chapter"]
    assert "等5类问题的单位占比总体呈上升趋势，在统计上可靠。" in reliable["years"]
    assert "“资金闲置”的单位占比，2021年为50%，2023年为33.3%，相差16.7个百分点。" in reliable["years"]
    assert "经多重比较校正后，3对问题的同时出现在统计上可靠。" in reliable["pairs"]
    for anchor in ("projects-chapter", "pairs", "years"):
        assert "在统计上可靠。" not in chance[anchor]


def with_trend(summary: Summary, years: Sequence[int], tens: Sequence[int], change: float) -> Summary:
    """Return it with one reliable trend, of the type that is ranked first, and no other."""
    points = tuple(TrendPoint(year, wilson(count, 10), ()) for year, count in zip(years, tens, strict=True))
    return replace(summary, trends=(Trend(summary.types[0].id, points, change, 0.0004, 0.004),))


@pytest.mark.parametrize(
    ("years", "tens", "change", "zh", "en"),
    [
        ((2020, 2021, 2022, 2023), (1, 7, 3, 6), 0.11, "总体呈上升趋势，在统计上可靠", "tends to rise"),
        ((2020, 2021, 2022), (1, 3, 7), 0.3, "逐年上升，趋势在统计上可靠", "rises from year to year"),
        ((2020, 2021, 2022), (1, 7, 7), 0.3, "总体呈上升趋势，在统计上可靠", "tends to rise"),
        ((2019, 2021, 2022), (1, 3, 7), 0.2, "总体呈上升趋势，在统计上可靠", "tends to rise"),
        ((2020, 2021, 2022), (8, 6, 1), -0.3, "逐年下降，趋势在统计上可靠", "falls from year to year"),
        ((2020, 2021, 2022, 2023), (9, 3, 7, 1), -0.2, "总体呈下降趋势，在统计上可靠", "tends to fall"),
    ],
    ids=["up and down", "each year up", "once no change", "a year left out", "each year down", "down and up"],
)
def test_from_year_to_year_is_said_only_of_what_changes_each_year(
    years: Sequence[int], tens: Sequence[int], change: float, zh: str, en: str
) -> None:
    summary = with_trend(of_units(8, SHOWS), years, tens, change)
    assert chapters_of(content_of(summary))["years"] == f"“执行率低、支出慢”的单位占比{zh}。"
    assert (
        f'units with "Slow spending" {en}, and the trend is reliable.'
        in chapters_of(content_of(summary, "en"))["years"]
    )


def test_of_types_that_are_not_listed_no_trend_is_denied() -> None:
    summary = with_trend(of_units(8, SHOWS), (2020, 2021, 2022), (1, 3, 7), 0.3)
    hidden = replace(summary, types=summary.types[1:], below_support=(SLOW,))
    assert "years" in chapters_of(content_of(hidden))
    assert not chapters_of(content_of(hidden))["years"], "no trend of a listed type is known, so nothing is said"
    flat = replace(summary.trends[0], id=IDLE, p_value=0.5, p_adjusted=1.0)
    told = chapters_of(content_of(replace(hidden, trends=(*summary.trends, flat))))["years"]
    assert told == "列入的各类问题的单位占比均未见统计上可靠的逐年变化。"


def test_all_findings_answered_is_said_as_such() -> None:
    summary = with_coverage(of_units(8, SHOWS), ("type",))
    written = chapters_of(content_of(summary))
    assert "整改要求：已提出整改要求的报告共有13个问题点，均有对应的整改要求。" in written["summary"]
    assert "其中类型有对应要求的13个（100%）。" in written["coverage"]
    assert "未见对应整改要求的问题点" not in "".join(texts_in(content_of(summary)))


@pytest.mark.parametrize(
    ("by", "group", "shown"), [("year", "2022", "2022年"), ("year", "", "未注明"), ("region", "云岭市", "云岭市")]
)
def test_a_matrix_of_groups_of_units_says_how_many_of_how_many(by: By, group: str, shown: str) -> None:
    summary = of_units(8, SHOWS)
    cells = tuple(
        replace(cell, group=group, by_unit=wilson(3, 4), findings=5)
        for cell in summary.matrix
        if cell.category == "money"
    )
    summary = replace(summary, by=by, groups=(group,), matrix=cells[:1])
    content = content_of(summary)
    (table,) = [block for block in content.blocks if isinstance(block, Table) and block.anchor == "matrix-table"]
    assert [(cell.text, cell.value, cell.shade) for cell in table.rows[0].cells] == [
        (shown, None, None),
        ("3/4", 3, 4),
    ]


@pytest.mark.parametrize(("by", "named"), [("sector", "“行业”列"), ("region", "“地区”列")])
def test_sectors_and_regions_that_no_report_has_are_asked_for_and_not_shown_as_one_row(by: By, named: str) -> None:
    summary = of_units(8, SHOWS)
    cells = tuple(replace(cell, group="") for cell in summary.matrix)
    without = replace(summary, by=by, groups=("",), matrix=cells)
    for lang, table in (("zh", "单位表（--units）"), ("en", "table of units (--units)")):
        content = content_of(without, lang)
        assert "matrix-table" not in set(anchors_in(content))
        assert table in chapters_of(content)["matrix"]
    assert named in chapters_of(content_of(without))["matrix"]
    some = replace(without, groups=("", "甲类"), matrix=(*cells, replace(cells[0], group="甲类")))
    content = content_of(some)
    assert not chapters_of(content)["matrix"]
    (shown,) = [block for block in content.blocks if isinstance(block, Table) and block.anchor == "matrix-table"]
    assert [row.cells[0].text for row in shown.rows] == ["未注明", "甲类"]


@pytest.mark.parametrize(("highest", "shades"), [(3, [1, 2, 3]), (5, [1, 2, 3, 4, 5]), (40, [1, 1, 5])])
def test_more_findings_are_darker(highest: int, shades: list[int]) -> None:
    counts = [1, 2, highest] if highest == 40 else list(range(1, highest + 1))
    maker = Maker(len(counts))
    for unit, count in enumerate(counts):
        for _ in range(count):
            maker.find(unit, SLOW)
    content = content_of(maker.summary())
    (table,) = [block for block in content.blocks if isinstance(block, Table) and block.anchor == "matrix-table"]
    assert [row.cells[1].shade for row in table.rows] == shades


def test_what_is_too_much_is_cut_and_said_to_be() -> None:
    maker = Maker(120, (2021, 2022))
    for unit in range(120):
        for label in TYPES[: 4 if unit < 60 else 2]:
            maker.find(unit, label)
    praise = tuple(maker.say(unit, kind="strength", section="achievements", needs_review=True) for unit in range(40))
    doubtful = [maker.say(unit % 120, kind="fact", needs_review=True) for unit in range(200)]
    assert len(doubtful) + len(praise) == 240
    summary = with_coverage(with_years(maker.summary(strengths=praise)), ("type", "none"))
    recurrence = summary.recurrences[0]
    summary = replace(summary, recurrences=(recurrence,) * 501, pairs=with_scores(summary).pairs * 20)
    content = content_of(summary)
    written = chapters_of(content)
    assert "报告同时肯定了40条成效与做法，供对照参考；以下列出30条。" in written["strengths"]
    assert "程序对240条语句没有把握，请人工判定；请见附件“全部语句”中标有“待人工判定”的行。" in written["review"]
    units = "、".join(f"{unit_name(n)}局" for n in range(12))
    assert f"涉及单位：{units}等120家单位。" in written["shared"]
    assert sizes_of(content) == (120, 120, 501), "what can be filtered has all rows"
    on_paper = printed(content)
    assert sizes_of(on_paper) == (60, 60, 40)
    notes = {block.anchor: block.note for block in on_paper.blocks if isinstance(block, Table) and block.anchor}
    assert "此处只列前40行，其余461行见Excel版的“屡查屡犯”表或网页版。" in notes["recurrences"]
    most = max(range(120), key=lambda unit: (unit < 60, -unit))
    first = next(b for b in content.blocks if isinstance(b, Table) and b.anchor == "matrix-table").rows[0]
    assert first.cells[0].text == f"{unit_name(most)}局"
    strengths = [
        len(b.sentences) for b, head in with_chapter(content) if isinstance(b, Sentences) and head == "strengths"
    ]
    assert strengths == [30]


def test_of_thousands_the_first_are_listed_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {"projects._MOST": 5, "pairs._MOST": 5, "recurrence._MOST": 5, "matrix._MOST": 5, "matrix._PRINTED": 3}
    for place, limit in (limits | {"coverage._ALL": 2}).items():
        name, constant = place.split(".")
        monkeypatch.setattr(import_module(f"wenti.rendering.content.{name}"), constant, limit)
    summary = with_coverage(many(), ("type", "none", "none", "none"))
    summary = replace(summary, recurrences=summary.recurrences[:1] * 6, pairs=summary.pairs[:1] * 6)
    written = chapters_of(content_of(summary))
    assert "共10家单位，列出问题点最多的5家。" in written["matrix"]
    assert "共10个项目，列出问题点最多的5个，按得分由低到高排列。" in written["projects-chapter"]
    assert "共6对，列出提升度最高的5对。" in written["pairs"]
    assert "共6例，列出较晚年度最近的5例。" in written["recurrence"]
    assert "个未见对应整改要求的问题点，列出前2个。" in written["coverage"]


def sizes_of(content: Content) -> tuple[int, int, int]:
    sizes = {block.anchor: len(block.rows) for block in content.blocks if isinstance(block, Table) and block.anchor}
    return sizes["matrix-table"], sizes["projects"], sizes["recurrences"]


def with_chapter(content: Content) -> Iterator[tuple[Block, str]]:
    chapter = ""
    for block in content.blocks:
        if isinstance(block, Heading) and block.level == 1:
            chapter = block.anchor
        yield block, chapter


@pytest.mark.parametrize(("findings", "listed"), [(400, True), (401, False)])
def test_many_statements_are_not_all_quoted_but_found_by_their_numbers(findings: int, listed: bool) -> None:
    maker = Maker(8)
    for number in range(findings):
        maker.find(number % 8, SLOW)
    content = content_of(maker.summary())
    quoted = {s.number for b in content.blocks if isinstance(b, Sentences) for s in b.sentences}
    assert (len(quoted) == findings) == listed
    assert ("quoted" in chapters_of(content)) == listed
    assert ("请按序号在附件中查找" in chapters_of(content)["numbers"]) == (not listed)
    rows = dict(table_of(content, "数字与语句对照"))
    numbers = rows["报告1：甲项目；甲局·资金执行；甲局等"].split("、")
    assert len(numbers) == (50 if listed else 51)
    if not listed:
        assert "共401条" in rows["问题点；问题语句；资金执行等"]
    anchors = set(anchors_in(content))
    assert set(links_in(content)) - {""} <= anchors


def test_types_below_the_support_asked_for_are_named_but_have_no_article() -> None:
    summary = of_units(8, SHOWS)
    kept = tuple(row for row in summary.types if row.id != RULES)
    summary = replace(summary, types=kept, below_support=(RULES,), min_support=2)
    written = chapters_of(content_of(summary))["shared"]
    assert "另有1类问题涉及的单位不足2家，未列入：“制度不健全”。" in written
    assert f"t-{RULES}" not in set(anchors_in(content_of(summary)))
    english = chapters_of(content_of(summary, "en"))["shared"]
    assert '1 type of fewer than 2 units is left out: "Missing rules".' in english


@pytest.mark.parametrize(
    ("by", "measured"), [("unit", "单位不足9家"), ("project", "项目不足9个")], ids=["by unit", "by project"]
)
@pytest.mark.parametrize("units", [2, 8])
def test_where_all_types_are_below_the_support_asked_for_the_chapter_says_so(by: By, measured: str, units: int) -> None:
    summary = of_units(units, {SLOW: (0, 1), IDLE: (1,)})
    hidden = replace(
        summary, by=by, types=(), categories=(), below_support=(SLOW, IDLE), min_support=9, matrix=(), groups=()
    )
    content = content_of(hidden)
    assert chapters_of(content)["shared"] == f"所发现的2类问题涉及的{measured}，未列入：“执行率低、支出慢”“资金闲置”。"
    heads = [block for block, head in with_chapter(content) if head == "shared" and isinstance(block, Heading)]
    assert [head.text for head in heads] == ["共性问题"]
    english = chapters_of(content_of(hidden, "en"))["shared"]
    assert english == f'2 types of fewer than 9 {by}s are left out: "Slow spending" and "Idle money".'


@pytest.mark.parametrize(
    ("project_years", "zh", "en"),
    [
        ((2022, 2022), "年度为2022年。", "Years: 2022."),
        (
            (2022, None),
            "年度为2022年、2023年（未注明项目年度的按评价年度）。",
            "Years: 2022, 2023 (of evaluation where a report names no project year).",
        ),
    ],
    ids=["both years known", "one known by its evaluation only"],
)
def test_years_of_evaluation_are_not_said_to_be_those_of_projects(
    project_years: Sequence[int | None], zh: str, en: str
) -> None:
    maker = Maker(2)
    maker.reports = [
        replace(report, project_year=year, evaluation_year=2023)
        for report, year in zip(maker.reports, project_years, strict=True)
    ]
    maker.find(0, SLOW)
    assert zh in chapters_of(content_of(maker.summary()))["scope"]
    assert en in chapters_of(content_of(maker.summary(), "en"))["scope"]


def test_reports_without_name_unit_or_year_are_told_as_such() -> None:
    maker = Maker(2, (2022,))
    maker.reports[1] = Report(Source("某地/乙.xlsx", "0" * 64, "xlsx", 2), "")
    maker.find(0, SLOW)
    content = content_of(maker.summary())
    assert "其中1份报告未注明年度。未注明单位的1份报告按项目各计一家单位。" in chapters_of(content)["scope"]
    assert table_of(content, "读取的报告")[1] == ["2", "某地/乙.xlsx第2部分", "未注明", "—", "—", "—", "0"]
    english = chapters_of(content_of(maker.summary(), "en"))["scope"]
    assert "1 report names no year. 1 report names no unit; each such project counts as a unit of its own." in english


@pytest.mark.parametrize(
    "text", ["=HYPERLINK(1)", "<script>alert(1)</script>", "{0} {name} {count:a|b}", "a\u0007b\n{", "%s“”"]
)
def test_names_and_sentences_are_taken_as_they_are(text: str) -> None:
    summary = many()
    statements = tuple(replace(s, title=text, statement=replace(s.statement, text=text)) for s in summary.statements)
    reports = tuple(replace(report, project=text, units=(text,)) for report in summary.reports)
    profiles = tuple(replace(profile, project=text) for profile in summary.profiles)
    changed = replace(summary, statements=statements, reports=reports, units=(text,) * 10, profiles=profiles)
    for lang in LANGUAGES:
        content = content_of(changed, lang)
        assert {row[1] for row in table_of(content, Labels(lang)("reports_read"))} == {text}
        assert {s.text for b in content.blocks if isinstance(b, Sentences) for s in b.sentences} == {text}
        assert all(text in s.source for b in content.blocks if isinstance(b, Sentences) for s in b.sentences)


def test_corrected_shares_stand_beside_the_counted_ones() -> None:
    content, plain = content_of(with_corrected(of_units(8, SHOWS))), content_of(of_units(8, SHOWS))
    for title in ("问题类型排序（按单位）", "问题类型排序（按项目）"):
        row = table_of(content, title)[0]
        assert row == ["1", "执行率低、支出慢", "资金执行", "6/8", "75%", "41%–93%", "67.5%", "33%–93%", "6"]
        raw = table_of(plain, title)[0]
        assert raw == ["1", "执行率低、支出慢", "资金执行", "6/8", "75%", "41%–93%", "6"]


def test_the_chart_shows_the_most_shared_types_with_their_intervals() -> None:
    summary = of_units(8, SHOWS)
    (chart,) = [block for block in content_of(summary).blocks if isinstance(block, Chart)]
    assert chart.categories == ("执行率低、支出慢", "目标不明确", "资金闲置", "制度不健全")
    assert chart.series[0].values == (0.75, 0.375, 0.375, 0.125)
    first: Share = summary.types[0].by_unit
    assert (chart.series[0].lower[0], chart.series[0].upper[0]) == (first.lower, first.upper)
    assert chart.alt == "执行率低、支出慢：75%；目标不明确：37.5%；资金闲置：37.5%；制度不健全：12.5%。"


def test_the_lines_of_a_year_without_units_are_broken() -> None:
    summary = with_years(replace(many(), trends=()))
    gap = tuple(
        replace(row, points=(replace(row.points[0], share=wilson(0, 0), statements=()), *row.points[1:]))
        for row in summary.trends
    )
    content = content_of(replace(summary, trends=gap))
    (chart,) = [block for block in content.blocks if isinstance(block, Chart) and block.kind == "lines"]
    assert all(series.values[0] is None and None not in series.values[1:] for series in chart.series)
    assert "2021年" not in chart.alt
    assert {row[1] for row in table_of(content, "各年度单位占比（按类型）")} == {"—"}


def test_key_figures_are_as_exact_as_the_sentences_that_name_them() -> None:
    assert plain(86.25, 2) == "86.25"
    content = content_of(with_key_figures(of_units(8, {SLOW: (0, 1)})))
    assert "所涉语句中的比率最低为31.25%。" in chapters_of(content)["shared"]
    assert interval(0.4093, 0.9285) == "41%–93%"


def saying(*told: tuple[str, tuple[Figure, ...]]) -> Maker:
    """Return statements of one type and its only unit, with their figures."""
    maker = Maker(1)
    for text, figures in told:
        maker.find(0, SLOW)
        statement = replace(maker.statements[-1].statement, text=text, figures=figures)
        maker.statements[-1] = replace(maker.statements[-1], statement=statement)
    return maker


def with_figure(summary: Summary, figure: KeyFigure) -> Summary:
    return replace(summary, types=tuple(replace(row, key_figure=figure) for row in summary.types))


def test_a_key_figure_of_the_summary_page_stands_in_the_words_around_it() -> None:
    """Alone it misleads: a rent was taken for a rate of spending, “not even 20 %” for 20 %."""
    start, end = "经查，该单位2021年至2022年期间将办公用房出租，" * 2, "，低于同地段市场价格，造成国有资产收益流失" * 2
    rent = Figure("rate", 0.03, "%", 900, 902, "3%")
    summary = saying(("执行率86%", ()), (start + "租金仅为评估价的3%" + end, (rent,))).summary()
    summary = with_figure(summary, KeyFigure("lowest_rate", 0.03, (1,)))
    content = content_of(summary)
    written = chapters_of(content)["summary"]
    assert "租金仅为评估价的3%，低于" in written
    (found,) = [line for line in written.split("\n") if line.startswith("比率最低")]
    assert re.fullmatch(r"比率最低（3%）的：“执行率低、支出慢”（\[2\]“….{16,20}…”）。", found), found
    (runs,) = [r for b in content.blocks if isinstance(b, Bullets) for r in b.items if text_of(r) == found]
    assert [run.link for run in runs if run.text in ("3%", "[2]")] == ["s-2", "s-2"]


def test_the_words_around_a_sum_are_those_of_the_largest_amount_in_it() -> None:
    small, large = (Figure("amount", n, "万元", 0, 3, f"{n}万元") for n in (20, 700))
    count = Figure("count", 900, "个", 0, 4, "900个")
    told = (("结转20万元", (small,)), ("闲置700万元，涉及900个项目点", (count, large)))
    summary = with_figure(saying(*told).summary(), KeyFigure("sum_amount", 720.0, (0, 1)))
    bullet = "金额最大（合计720万元）的：“执行率低、支出慢”（如[2]“闲置700万元，涉及900个项目点”）。"
    assert bullet in chapters_of(content_of(summary))["summary"]
    assert '(such as [2] "闲置700万元' in chapters_of(content_of(summary, "en"))["summary"]


def test_where_not_all_sentences_are_quoted_a_cited_one_is_found_by_its_number() -> None:
    summary = saying(*[(f"执行率{n}%", ()) for n in range(401)]).summary()
    content = content_of(with_figure(summary, KeyFigure("lowest_rate", 0.4, (40,))))
    (cited,) = [run for b in content.blocks for runs in runs_in(b) for run in runs if run.text == "[41]" and run.link]
    assert cited.link.startswith("n-")
    assert cited.link in set(anchors_in(content))


@given(st.text("资金率，。12.5%", max_size=90), st.text("资率25%", min_size=1, max_size=6))
def test_an_excerpt_is_short_holds_the_words_and_cuts_no_number(text: str, words: str) -> None:
    shown = excerpt(text, words)
    inner = shown.removeprefix("…").removesuffix("…")
    assert inner in text
    assert len(inner) <= 20
    at = re.search(rf"(?<![\d.]){re.escape(words)}", text)
    assert at is None or words in inner
    if len(text) <= 20:
        assert shown == text
    if shown.endswith("…"):
        assert inner.endswith(words) or not inner[-1:].isdigit()
    if shown.startswith("…"):
        assert inner.startswith(words) or not inner[:1].isdigit()


# What Word counts itself, and what we count for other formats.


@given(st.lists(st.tuples(st.integers(1, 5), st.booleans()), min_size=1, max_size=9), st.sampled_from(["zh-CN", "en"]))
@settings(max_examples=40, deadline=None)
def test_headings_have_the_same_numbers_in_word_even_where_a_level_is_left_out(
    made: list[tuple[int, bool]], language: str
) -> None:
    headings = [Heading("某章", min(level, 3), appendix=annexed and level == 1) for level, annexed in made]
    content = replace(content_of(NONE), blocks=tuple(headings), language=language)
    elements = read_word(render_docx(content)).elements
    word = [each.text for each in elements if isinstance(each, ReadBlock) and each.level]
    others = [each.number + "某章" for each in numbered(content, Anchors(headings))]
    assert [re.sub(r"[\s.]", "", text) for text in word] == [re.sub(r"[\s.]", "", text) for text in others]


@pytest.mark.parametrize("day", ["2026-05-03", "2026-12-31", "年底"])
def test_a_date_is_written_alike_in_all_formats(day: str) -> None:
    for language in ("zh-CN", "en"):
        assert date_shown(day, language == "zh-CN") == written_date(day, language)
    assert date_shown("年\u0000底", True) == "年底"


@pytest.fixture(scope="module")
def real() -> Summary:
    import wenti

    return wenti.report(ROOT / "corpus" / "reports")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_real_reports_make_a_report_without_faults(real: Summary, lang: str) -> None:
    content = content_of(real, lang)
    anchors = [anchor for anchor in anchors_in(content) if anchor]
    assert len(anchors) == len(set(anchors))
    assert set(links_in(content)) - {""} <= set(anchors)
    assert not [text for text in texts_in(content) if BAD.search(text)]
    assert len([b for b in content.blocks if isinstance(b, Heading) and b.anchor.startswith("t-")]) == len(real.types)
    assert all(bool(cell.link) == bool(cell.value) for _, title, cell in cells_in(content) if counts(title, cell))


@pytest.mark.parametrize(
    ("others", "shown"), [(0, ""), (1, "另见[2]"), (5, "另见[2]、[3]、[4]、[5]、[6]"), (6, "另有6条语句")]
)
def test_what_a_cell_has_no_room_for_is_numbered_or_counted(others: int, shown: str) -> None:
    maker = Maker(6, (2021, 2022))
    for _ in range(1 + others):
        maker.find(0, SLOW)
    maker.find(1, SLOW)
    content = content_of(with_years(maker.summary()))
    ((_, _, earlier, later),) = table_of(content, "屡查屡犯问题对照")
    assert earlier == "/".join(("2021年", "[1] 第1句", *([shown] if shown else [])))
    assert later == f"2022年/[{2 + others}] 第{2 + others}句"
