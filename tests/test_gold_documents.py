"""Gold documents: how well they are read, how that is counted, and that their files are their scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.gold_documents import DOCUMENTS, Script, scripts, write_word
from benchmarks.reading import FORMATS, KINDS, Counts, compare, measure, statements_found

from wenti.api import read

TEST = scripts("test-")
SCRIPT = """kind: evaluation
title: 甲项目绩效评价报告
project: null
---
[title]
甲项目
绩效评价报告

[h1 findings]
一、存在的问题

[h2 title auto]
管理方面

[p]
1.预算执行率低，
但资产完好。

[p requirements]
{整改要求：}加快支出。

[table]
一 | <
二//三 | 四

[gold rectified]
已归还。
"""


@pytest.fixture
def script(tmp_path: Path) -> Script:
    file = tmp_path / "x.gold.txt"
    file.write_text(SCRIPT, encoding="utf-8")
    return Script.load(file)


# How well they are read: documents that nobody who works on the reader has looked into


@pytest.mark.parametrize("suffix", FORMATS)
def test_statements_begin_and_end_where_they_should(suffix: str) -> None:
    found = measure("test", suffix)
    assert set(found) == set(KINDS)
    assert {kind: counts.documents >= 3 for kind, counts in found.items()} == dict.fromkeys(KINDS, True)
    assert {kind: counts.f1 >= 0.95 for kind, counts in found.items()} == dict.fromkeys(KINDS, True)


@pytest.mark.parametrize("suffix", FORMATS)
def test_statements_stand_in_the_sections_where_they_should(suffix: str) -> None:
    total = Counts()
    for counts in measure("test", suffix).values():
        total.add(counts)
    assert total.roles >= 0.97
    assert total.counted >= 0.98


# How that is counted


def test_a_script_says_which_statements_there_are(script: Script) -> None:
    assert script.head == {"kind": "evaluation", "title": "甲项目绩效评价报告", "project": None}
    assert script.statements == [
        ("findings", "预算执行率低，"),
        ("findings", "但资产完好。"),
        ("requirements", "加快支出。"),
        ("rectified", "已归还。"),
    ]


@pytest.mark.parametrize(
    ("found", "f1", "roles", "coarse"),
    [
        ([("findings", "甲"), ("conclusion", "乙")], 1.0, 1.0, 1.0),
        ([("findings", "1. 甲。"), ("conclusion", " 乙")], 1.0, 1.0, 1.0),
        ([("findings", "甲"), ("overview", "乙")], 1.0, 0.5, 1.0),
        ([("requirements", "甲"), ("conclusion", "乙")], 1.0, 0.5, 0.5),
        ([("findings", "甲乙")], 0.0, 0.5, 0.5),
        ([("findings", "甲"), ("findings", "丙"), ("conclusion", "乙")], 0.8, 1.0, 1.0),
        ([], 0.0, 0.0, 0.0),
    ],
    ids=[
        "right",
        "but for numbers and stops",
        "of another section",
        "of the wrong sort",
        "joined",
        "one too many",
        "none",
    ],
)
def test_matches_are_counted(found: list[tuple[str, str]], f1: float, roles: float, coarse: float) -> None:
    counts = Counts()
    compare([("findings", "甲"), ("conclusion", "乙")], found, counts)
    assert (counts.f1, counts.roles, counts.counted) == pytest.approx((f1, roles, coarse))


# Their files


def test_a_word_file_says_what_its_script_says(script: Script, tmp_path: Path) -> None:
    write_word(script, tmp_path / "x.docx")
    (report,) = read(tmp_path / "x.docx")
    assert report.title == "甲项目绩效评价报告"
    assert [(role, text.rstrip("，")) for role, text in statements_found([report])] == [
        ("findings", "预算执行率低，但资产完好"),
        ("requirements", "加快支出"),
    ]


@pytest.mark.parametrize("script", TEST, ids=lambda script: script.name)
def test_the_files_that_are_reported_are_there(script: Script) -> None:
    assert script.head["kind"] in KINDS
    assert all((DOCUMENTS / f"{script.name}.{suffix}").is_file() for suffix in FORMATS)
