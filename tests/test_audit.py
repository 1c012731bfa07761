"""The audit of labels: likely errors, contradictions, duplicates."""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.commands import ROOT, assert_one_line, listing, run
from wenti.audit import COLUMNS, _wrong_types, as_tsv, audit
from wenti.corpus import LabelledStatement
from wenti.errors import CorpusError
from wenti.evaluation import Targets
from wenti.taxonomy import Taxonomy


def statement(kind: str, types: str, text: str, author: str, line: int) -> LabelledStatement:
    return LabelledStatement(kind, tuple(types.split()), text, f"{author}.tsv", line)


SLOW, IDLE = "fund_execution.slow_spending", "asset_management.idle_assets"


def corpus() -> list[LabelledStatement]:
    """Return two authors who agree but for one wrong label and one contradiction."""
    places = ["学校", "医院", "县里", "乡镇", "水利局", "交通局", "博物馆", "农业局", "林场", "开发区"]
    rows = []
    for author in ("one", "two", "three"):
        for line, place in enumerate(places, 2):
            rows.append(statement("weakness", SLOW, f"{place}{author}预算支出进度缓慢", author, line))
            rows.append(statement("strength", IDLE, f"{place}{author}设备利用充分有效", author, line + 20))
    rows.append(statement("strength", IDLE, "码头预算支出进度非常缓慢", "one", 50))
    rows.append(statement("weakness", SLOW, "全年各项专项资金支付进度明显偏慢", "one", 51))
    rows.append(statement("strength", SLOW, "全年各项专项资金支付进度明显偏慢。", "two", 52))
    return rows


def test_a_wrong_label_and_a_contradiction_are_listed(taxonomy: Taxonomy) -> None:
    suspects = audit(corpus(), {}, taxonomy, n_jobs=1)
    assert suspects[0].reason == "contradiction"
    assert (suspects[0].statement.line, suspects[0].twin.split()[0]) == (51, "two.tsv:52")
    wrong = [s for s in suspects if s.statement.line == 50]
    assert [s.suggested for s in wrong if s.reason == "kind"] == ["weakness"]


def test_the_list_has_one_row_a_suspect_in_order_of_suspicion(taxonomy: Taxonomy) -> None:
    suspects = audit(corpus(), {}, taxonomy, n_jobs=1)
    rows = list(csv.DictReader(as_tsv(suspects).splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert tuple(rows[0]) == COLUMNS
    assert [int(row["rank"]) for row in rows] == list(range(1, len(suspects) + 1))
    scores = [float(row["score"]) for row in rows if row["reason"] in ("kind", "types")]
    assert scores == sorted(scores)


def test_the_command_says_where_the_corpus_is_missing(tmp_path: Path) -> None:
    done = run("wenti", "corpus", "audit", str(tmp_path / "nowhere"))
    assert done.code == 1
    assert "nowhere" in done.err


def test_types_in_another_order_are_no_contradiction(taxonomy: Taxonomy) -> None:
    twins = [
        statement("weakness", f"{SLOW} {IDLE}", "码头支出进度缓慢，设备长期闲置", "one", 60),
        statement("weakness", f"{IDLE} {SLOW}", "码头支出进度缓慢，设备长期闲置。", "two", 61),
    ]
    found = [s for s in audit([*corpus(), *twins], {}, taxonomy, n_jobs=1) if s.statement.line == 60 and s.twin]
    assert [(s.reason, s.twin.split()[0]) for s in found] == [("duplicate", "two.tsv:61")]


def test_a_types_issue_names_the_types_of_the_model_more_or_fewer_and_none_that_it_agrees_with() -> None:
    rows = [
        statement("weakness", types, text, "one", line)
        for line, (types, text) in enumerate(
            [(SLOW, "另一类"), (SLOW, "两类"), (f"{SLOW} {IDLE}", "一类"), (f"{IDLE} {SLOW}", "相同")], 2
        )
    ]
    rows.append(replace(rows[0], line=6, equally_right=(IDLE,)))
    targets = Targets.of(rows, ["weakness"], [SLOW, IDLE])
    types = np.array([[0.1, 0.9], [0.8, 0.7], [0.9, 0.2], [0.7, 0.9], [0.1, 0.9]])
    found = _wrong_types(rows, targets, types, np.array([0.5, 0.5]), np.arange(5))
    assert [(s.statement.line, s.suggested) for s in found] == [(2, IDLE), (3, f"{SLOW},{IDLE}"), (4, SLOW)]
    assert [s.score for s in found] == pytest.approx([0.1, 0.3, 0.2])


@pytest.mark.parametrize("types", ["", SLOW], ids=["no type", "one type"])
def test_a_corpus_without_types_to_confuse_is_audited_for_its_kinds(types: str, taxonomy: Taxonomy) -> None:
    rows = [statement(row.kind, types, row.text, row.author, row.line) for row in corpus()]
    assert {s.reason for s in audit(rows, {}, taxonomy, n_jobs=1)} == {"contradiction", "kind"}


@pytest.mark.parametrize("rows", [[], [r for r in corpus() if r.author == "one"]], ids=["no author", "one author"])
def test_a_corpus_of_fewer_than_two_folds_is_refused(rows: list[LabelledStatement], taxonomy: Taxonomy) -> None:
    with pytest.raises(CorpusError) as caught:
        audit(rows, {}, taxonomy, n_jobs=1)
    assert caught.value.key == "folds_few"


def test_a_list_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    result = run("wenti", "corpus", "audit", ROOT / "corpus", "-o", tmp_path / "nowhere" / "list.tsv")
    assert_one_line(result, 1, "nowhere", "找不到文件夹")
    result = run("wenti", "corpus", "audit", ROOT / "corpus", "-o", tmp_path)
    assert_one_line(result, 1, str(tmp_path))


def test_the_command_writes_the_list_and_counts_it(tiny_path: Path, tmp_path: Path) -> None:
    target = tmp_path / "list.tsv"
    target.write_text("old", encoding="utf-8")
    result = run("wenti", "corpus", "audit", tiny_path, "-o", target, "--jobs", "1", "--lang", "en")
    assert (result.code, result.stdout) == (0, b"")
    rows = target.read_text(encoding="utf-8").splitlines()
    assert tuple(rows[0].split("\t")) == COLUMNS
    assert result.err.startswith(f"{len(rows) - 1} to look at: ")
    assert listing(tmp_path) == {"list.tsv"}


def test_without_cleanlab_the_command_names_what_to_install(tiny_path: Path, tmp_path: Path) -> None:
    (tmp_path / "cleanlab.py").write_text("raise ModuleNotFoundError(name='cleanlab')", encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    result = run("wenti", "corpus", "audit", tiny_path, env={"PYTHONPATH": path})
    assert_one_line(result, 1, 'pip install "wenti[audit]"')
