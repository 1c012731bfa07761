"""The benchmark of quality: figures counted by hand, folds that keep authors apart, peers as real processes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
import yaml
from benchmarks.peers.decisions import (
    Decisions,
    Figures,
    best_threshold,
    figures,
    macro_f1,
    micro_f1,
    own_tags,
    tag_rule,
)
from benchmarks.peers.exchange import Labels, Statement
from benchmarks.peers.registry import PEERS, WENTI, Answer, PeerError, Runner, Split, run_peer
from benchmarks.peers.rules import Keywords, Majority
from benchmarks.peers.with_scikit_learn import NaiveBayes, Svm
from benchmarks.peers.with_wenti import Wenti
from benchmarks.quality import REPORTS, Answered, Part, Row, decide_as_wenti, make_parts, markdown, not_behind
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.conftest import GOALS, IDLE_ASSETS, IDLE_MONEY, SLOW, TINY_TYPES
from wenti.corpus import LabelledStatement
from wenti.evaluation import Targets
from wenti.leakage import LEAST_SIMILARITY, Signatures, near_duplicates
from wenti.modelling import Corpus
from wenti.records import KINDS
from wenti.resources import taxonomy_path
from wenti.taxonomy import Taxonomy

Flags = NDArray[np.bool_]

BENCHMARK = Path("benchmarks", "quality.py")


def flags(*rows: str) -> Flags:
    return np.array([[mark == "x" for mark in row] for row in rows], dtype=bool)


def test_micro_f1_pools_all_labels_and_macro_f1_leaves_out_those_that_are_gold_nowhere() -> None:
    gold, tags = flags("x..", "x..", ".x."), flags("x..", "..x", ".xx")
    assert micro_f1(tags, gold) == pytest.approx(2 * 2 / (4 + 3))
    assert macro_f1(tags, gold) == pytest.approx((2 / 3 + 1) / 2)


def test_without_gold_labels_and_tags_f1_is_zero() -> None:
    assert (micro_f1(flags(".."), flags("..")), macro_f1(flags("x."), flags(".."))) == (0.0, 0.0)


def test_figures_count_types_over_typed_weaknesses_only() -> None:
    # a.one and a.two are of one category; the third text is a fact, the fourth a weakness outside the taxonomy.
    rows = (("weakness", "a.one,a.two"), ("weakness", "b.three"), ("fact", ""), ("weakness", ""))
    statements = [
        LabelledStatement(kind, tuple(filter(None, types.split(","))), "文", "x.tsv", line)
        for line, (kind, types) in enumerate(rows)
    ]
    targets = Targets.of(statements, ["weakness", "fact"], ["a.one", "a.two", "b.three"])
    decisions = Decisions(
        kinds=np.array([0, 1, 1, 0]), first=np.array([1, 2, 0, 0]), tags=flags(".x.", "x.x", "xxx", "xxx")
    )
    found = figures(decisions, targets)
    assert (found.kind, found.main_type, found.first_type) == (3 / 4, 1 / 2, 1.0)
    assert found.micro_f1 == pytest.approx(2 * 2 / (3 + 3))
    assert found.macro_f1 == pytest.approx((0 + 1 + 1) / 3)
    assert found.category_macro_f1 == pytest.approx((2 / 3 + 1) / 2)


scored = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.2, 0.5, 1.0]), st.booleans()), min_size=width, max_size=width),
        min_size=1,
        max_size=8,
    )
)


@given(scored)
def test_no_other_threshold_has_a_better_micro_f1(rows: list[list[tuple[float, bool]]]) -> None:
    scores = np.array([[score for score, _ in row] for row in rows])
    gold = np.array([[wanted for _, wanted in row] for row in rows])
    best = micro_f1(scores >= best_threshold(scores, gold), gold)
    assert best == max(micro_f1(scores >= cut, gold) for cut in np.unique(scores))


def test_a_peer_without_a_cut_of_its_own_gives_its_first_guess() -> None:
    scores = np.array([[0.1, 0.9, 0.8], [0.7, 0.2, 0.7]])
    assert (own_tags(scores, None) == flags(".x.", "x..")).all()
    assert (own_tags(scores, 0.7) == flags(".xx", "x.x")).all()


def test_a_peer_keeps_its_own_decision_where_that_is_better_on_the_inner_split() -> None:
    # One level does not fit both texts: what is likeliest in the second is less likely than what is wrong in the first.
    scores, gold = np.array([[0.9, 0.8], [0.5, 0.1]]), flags("x.", "x.")
    name, tag = tag_rule(scores, gold, None)
    assert name == "first guess"
    assert (tag(np.array([[0.1, 0.2]])) == flags(".x")).all()


def test_a_threshold_is_taken_where_the_peers_own_decision_is_no_better() -> None:
    name, tag = tag_rule(np.array([[0.4, -0.6], [-0.3, -0.9]]), flags("x.", "x."), 0.0)
    assert name == "threshold"
    assert (tag(np.array([[-0.3, -0.31]])) == flags("x.")).all()


@pytest.fixture(scope="module")
def targets(tiny: Corpus, tiny_taxonomy: Taxonomy) -> Targets:
    return Targets.of(tiny.all, list(KINDS), [problem.id for problem in tiny_taxonomy.types()])


@pytest.fixture(scope="module")
def parts(tiny: Corpus, targets: Targets) -> list[Part]:
    return make_parts(tiny, targets)


def authors_of(corpus: Corpus, rows: Sequence[int]) -> set[str]:
    return {corpus.all[row].author for row in rows}


def test_each_fold_is_tested_by_what_the_others_wrote_and_the_reports_by_all_authors(
    tiny: Corpus, parts: list[Part]
) -> None:
    assert [part.name for part in parts] == ["a", "b", "c", REPORTS]
    for part in parts[:-1]:
        assert authors_of(tiny, part.outer.test.tolist()) == {part.name}
        assert authors_of(tiny, part.outer.train.tolist()) == {"a", "b", "c"} - {part.name}
    assert parts[-1].outer.test.tolist() == list(range(len(tiny.authors), len(tiny.all)))
    assert authors_of(tiny, parts[-1].outer.train.tolist()) == {"a", "b", "c"}


def test_inner_splits_hold_out_whole_authors_of_the_training_rows_and_score_typed_weaknesses(
    tiny: Corpus, parts: list[Part]
) -> None:
    for part in parts:
        train, test = part.inner.train.tolist(), part.inner.test.tolist()
        assert train
        assert test
        assert set(train) | set(test) <= set(part.outer.train.tolist())
        assert not authors_of(tiny, train) & authors_of(tiny, test)
        assert {(tiny.all[row].kind, bool(tiny.all[row].types)) for row in test} == {("weakness", True)}


def test_near_duplicates_of_what_is_scored_train_nobody(tiny: Corpus, targets: Targets) -> None:
    first = tiny.reports[0]
    twin = type(first)("weakness", first.types, first.text + "。", "b.tsv", 99)
    with_twin = Corpus((*tiny.authors, twin), tiny.reports, tiny.folds)
    every = Targets.of(with_twin.all, targets.kinds, targets.types)
    found = make_parts(with_twin, every)
    assert found[-1].n_twins == make_parts(tiny, targets)[-1].n_twins + 1
    signatures = Signatures.of([row.text for row in with_twin.all])
    pairs = near_duplicates(signatures, signatures, LEAST_SIMILARITY)
    for split in (split for part in found for split in (part.outer, part.inner)):
        assert not (np.isin(pairs.a, split.train) & np.isin(pairs.b, split.test)).any()


def test_authors_without_a_fold_train_and_are_never_tested_nor_held_out(tiny: Corpus, targets: Targets) -> None:
    folds = {"a": "a", "b": "b"}
    found = make_parts(Corpus(tiny.authors, tiny.reports, folds), targets)
    assert [part.name for part in found] == ["a", "b", REPORTS]
    for part in found:
        assert "c" in authors_of(tiny, part.inner.train.tolist())
        assert "c" not in authors_of(tiny, [*part.outer.test.tolist(), *part.inner.test.tolist()])


LABELS = Labels(list(KINDS), list(TINY_TYPES), taxonomy_path())


def test_the_majority_ranks_by_frequency() -> None:
    majority = Majority()
    majority.fit([Statement("甲", "weakness", (GOALS, SLOW)), Statement("乙", "weakness", (GOALS,))], LABELS)
    scores = majority.scores(["丙", "丁"])
    assert (scores[0] == scores[1]).all()
    assert dict(zip([*LABELS.kinds, *LABELS.types], scores[0].tolist(), strict=True)) == {
        "weakness": 1.0, "strength": 0.0, "fact": 0.0, "recommendation": 0.0,
        SLOW: 0.5, IDLE_MONEY: 0.0, GOALS: 1.0, IDLE_ASSETS: 0.0,
    }  # fmt: skip


def test_keywords_know_each_type_of_the_taxonomy_by_its_own_name_and_learn_no_words(taxonomy: Taxonomy) -> None:
    types = list(taxonomy.types())
    labels = Labels(list(KINDS), [problem.id for problem in types], taxonomy_path())
    keywords = Keywords()
    keywords.fit([Statement("项目名称不好听", "weakness", (types[0].id,))], labels)
    guesses = keywords.scores([problem.name for problem in types])[:, len(KINDS) :].argmax(axis=1)
    assert guesses.tolist() == list(range(len(types)))
    assert (keywords.scores(["名称不好听"])[0, len(KINDS) :] > 0.01).sum() == 0


@pytest.fixture(scope="module")
def tiny_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny taxonomy as a file."""
    tree = yaml.safe_load(Path(taxonomy_path()).read_text(encoding="utf-8"))
    for category in tree["categories"]:
        category["types"] = [entry for entry in category["types"] if f"{category['id']}.{entry['id']}" in TINY_TYPES]
    tree["categories"] = [category for category in tree["categories"] if category["types"]]
    file = tmp_path_factory.mktemp("tree") / "tiny.yaml"
    file.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    return file


def benchmark(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(root / BENCHMARK), *arguments],
        capture_output=True, encoding="utf-8", check=False, env={"PATH": "", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


def test_one_run_prints_both_tables_and_a_second_asks_no_peer_again(
    root: Path, tiny_path: Path, tiny_tree: Path, tmp_path: Path
) -> None:
    given = ("--corpus", str(tiny_path), "--taxonomy", str(tiny_tree), "--cache", str(tmp_path), "--jobs", "1")
    first = benchmark(root, *given, "--peers", "majority")
    assert (first.returncode, first.stderr) == (0, "")
    tables = re.findall(r"^\| peer .*?(?=\n\n)", first.stdout, flags=re.M | re.S)
    assert [[line.split("|")[1].strip() for line in table.split("\n")[2:]] for table in tables] == [["majority"]] * 2
    kept = {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    assert len(kept) == 2 * 4  # splits, parts
    assert benchmark(root, *given, "--peers", "majority").stdout == first.stdout
    assert {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == kept


def test_a_changed_training_row_asks_the_peer_again(tiny: Corpus, tmp_path: Path) -> None:
    labels = {"kinds": LABELS.kinds, "types": LABELS.types, "taxonomy": LABELS.taxonomy}
    runner = Runner(tiny.all, labels, "hash", tmp_path)
    majority = next(peer for peer in PEERS if peer.name == "majority")
    for train in ([0, 1, 2], [0, 1], [0, 1, 2]):
        answer = runner.answer(majority, {}, Split(np.array(train), np.array([3, 4])))
        assert answer.scores.shape == (2, len(KINDS) + len(TINY_TYPES))
    assert len(list(tmp_path.iterdir())) == 2


def test_an_unknown_peer_is_wrong_usage_and_a_missing_corpus_an_input_at_fault(root: Path, tmp_path: Path) -> None:
    unknown = benchmark(root, "--peers", "oracle")
    assert (unknown.returncode, "oracle" in unknown.stderr) == (2, True)
    missing = benchmark(root, "--peers", "majority", "--corpus", str(tmp_path / "none"), "--cache", str(tmp_path))
    assert (missing.returncode, str(tmp_path / "none") in missing.stderr) == (1, True)


def row(peer: str, *values: float) -> Row:
    return Row(peer, Figures(*values), "threshold", 1.25, 12345.6)


def test_a_peer_that_is_ahead_or_level_in_a_figure_is_named_with_it() -> None:
    wenti = row("wenti", 0.9, 0.8, 0.85, 0.8, 0.7, 0.9)
    behind, better = row("svm", 0.8, 0.7, 0.8, 0.7, 0.6, 0.8), row("annif", 0.8, 0.7, 0.8, 0.7, 0.75, 0.8)
    assert not_behind([behind, wenti, row("wenti, as the peers", *[1.0] * 6)]) == []
    level = row("fasttext", 0.9, 0.1, 0.1, 0.1, 0.1, 0.1)
    assert not_behind([behind, better, wenti, level]) == [
        "annif: macro_f1 0.7500 against 0.7000",
        "fasttext: kind 0.9000 against 0.9000",
    ]
    assert not_behind([behind, better]) == []


def test_a_table_states_all_figures_of_a_peer() -> None:
    cells = [cell.strip() for cell in markdown([row("svm", 0.9, 0.8, 0.85, 0.8, 0.7, 0.65)]).split("\n")[2].split("|")]
    assert cells[1:-1] == ["svm", "0.900", "0.800", "0.850", "0.800", "0.700", "0.650", "threshold", "1.2", "12,346"]


def test_a_peer_states_packages_licences_and_a_fingerprint() -> None:
    rules = next(peer for peer in PEERS if peer.module == "rules")
    about = json.loads(run_peer(rules, "--about"))
    assert re.fullmatch("[0-9a-f]{64}", about["fingerprint"])
    assert about["packages"] == [{"name": "jieba", "version": version("jieba"), "licence": "MIT"}]


def test_what_a_failing_peer_said_last_is_told() -> None:
    rules = next(peer for peer in PEERS if peer.module == "rules")
    with pytest.raises(PeerError, match=r"majority: FileNotFoundError.*labels\.json"):
        run_peer(rules, "majority", "no-such-folder")


@pytest.mark.parametrize("make", [NaiveBayes, Svm, Wenti], ids=lambda make: make.__name__)
def test_a_learning_peer_knows_what_it_learned(tiny: Corpus, make: type[NaiveBayes | Svm | Wenti]) -> None:
    peer = make()
    learned = [Statement(row.text, row.kind, row.types) for row in tiny.authors]
    peer.fit(learned, LABELS)
    scores = peer.scores([statement.text for statement in learned])
    assert scores.shape == (len(learned), len(KINDS) + len(TINY_TYPES))
    kinds, types = scores[:, : len(KINDS)].argmax(axis=1), scores[:, len(KINDS) :].argmax(axis=1)
    assert np.mean([KINDS[kind] == row.kind for kind, row in zip(kinds, learned, strict=True)]) > 0.8
    assert np.mean([TINY_TYPES[t] in row.types for t, row in zip(types, learned, strict=True) if row.types]) > 0.8


def test_wenti_is_decided_by_thresholds_from_the_other_folds_and_tags_no_fact(
    tiny: Corpus, targets: Targets, parts: list[Part]
) -> None:
    # Scores that give the gold labels away everywhere: all tags must be right, but for what is taken for a fact.
    n_kinds, weakness, fact = len(KINDS), KINDS.index("weakness"), KINDS.index("fact")
    scores = np.where(targets.flags, 1.0, -1.0)
    mistaken = int(np.flatnonzero(targets.flags[:, weakness] & targets.flags[:, n_kinds:].any(axis=1))[0])
    scores[mistaken, [weakness, fact]] = -1.0, 1.0
    outer = [Answer(scores[part.outer.test], 1.0, 1.0) for part in parts]
    peer = next(peer for peer in PEERS if peer.name == WENTI)
    decided = decide_as_wenti(Answered(peer, outer, outer), parts, targets)
    for part, (_, decisions) in zip(parts, decided, strict=True):
        wanted = targets.flags[part.outer.test, n_kinds:] & (part.outer.test != mistaken)[:, None]
        assert (decisions.tags == wanted).all()
        assert (decisions.kinds == scores[part.outer.test, :n_kinds].argmax(axis=1)).all()


def test_a_peer_whose_environment_is_missing_is_skipped_with_the_command_that_builds_it(
    root: Path, tiny_path: Path, tiny_tree: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "checkout"
    (elsewhere / "benchmarks").mkdir(parents=True)
    shutil.copy(root / BENCHMARK, elsewhere / BENCHMARK)
    shutil.copytree(root / "benchmarks" / "peers", elsewhere / "benchmarks" / "peers")
    given = ("--corpus", str(tiny_path), "--taxonomy", str(tiny_tree), "--cache", str(tmp_path / "cache"))
    done = benchmark(elsewhere, *given, "--peers", "fasttext,majority")
    assert done.returncode == 0
    assert re.fullmatch("fasttext: skipped, .*: python benchmarks/quality.py --build\n", done.stderr)
    assert "| majority" in done.stdout
    assert "| fasttext" not in done.stdout
