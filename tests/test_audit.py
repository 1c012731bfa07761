"""The audit of labels: likely errors, contradictions, duplicates."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.commands import run
from wenti.audit import COLUMNS, as_tsv, audit
from wenti.corpus import LabelledStatement
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
