"""Figures: by hand, against scikit-learn, and what must hold of any figures; held-out scores without twins."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import f1_score, precision_recall_fscore_support

from tests.commands import validator
from tests.conftest import IDLE_MONEY, SLOW
from wenti.corpus import LabelledStatement
from wenti.cross_validation import SHARES, figures_across_folds, learning_curve, out_of_fold_scores, training_sample
from wenti.errors import CorpusError
from wenti.evaluation import LENGTHS, MIN_CLUSTERS, Decisions, Targets, abstention, figures, stated_figures
from wenti.evaluation_corpus import evaluate_corpus
from wenti.evaluation_labels import LABELS
from wenti.evaluation_report import markdown
from wenti.intervals import Resamples
from wenti.leakage import Signatures, near_duplicates
from wenti.markdown import aligned
from wenti.metrics import LabelCounts, calibration_error, share_figure
from wenti.modelling import Corpus
from wenti.records import KINDS
from wenti.taxonomy import Taxonomy
from wenti.training import Proposer, Settings, SpanTable

X, Y, Z, W = TYPES = ["a.x", "a.y", "b.z", "b.w"]
KIND_IDS: list[str] = list(KINDS)
CHINESE_HEADS = ["概要", "最弱的问题类型", "最常见的混淆", "按语句长度", "概率是否可信", "各级阈值", "学习曲线"]
ENGLISH_HEADS = [
    "Summary",
    "Weakest types",
    "Most frequent confusions",
    "By length",
    "Calibration",
    "Thresholds",
    "Learning curve",
]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def row(kind: str, types: Sequence[str] = (), author: str = "a", text: str = "文", **more: Any) -> LabelledStatement:
    return LabelledStatement(kind, tuple(types), text, f"{author}.tsv", 2, **more)


def targets_of(rows: Sequence[LabelledStatement]) -> Targets:
    return Targets.of(rows, KIND_IDS, TYPES)


def answered(answers: Sequence[tuple[str, str, str]]) -> tuple[Floats, Flags]:
    """Return probabilities and tags of answers: kind, types from the likeliest, tagged types (by their letters)."""
    letters = {label[-1]: index for index, label in enumerate(TYPES)}
    probabilities = np.full((len(answers), len(KIND_IDS) + len(TYPES)), 0.1)
    tags = np.zeros((len(answers), len(TYPES)), dtype=bool)
    for i, (kind, ranked, tagged) in enumerate(answers):
        probabilities[i, KIND_IDS.index(kind)] = 0.7
        for place, letter in enumerate(ranked):
            probabilities[i, len(KIND_IDS) + letters[letter]] = 0.9 - 0.2 * place
        for letter in tagged:
            tags[i, letters[letter]] = True
    return probabilities, tags


# A case by hand

ROWS = [
    row("weakness", [X]),
    row("weakness", [X, Y], text="十一个字的语句要这么长"),
    row("weakness", [Z], author="b"),
    row("weakness", author="b"),
    row("fact", author="c"),
    row("recommendation", [X], author="c"),
]
ANSWERS = [
    ("weakness", "xyzw", "x"),
    ("weakness", "yxzw", "y"),
    ("weakness", "xywz", ""),
    ("weakness", "xyzw", "x"),
    ("weakness", "zxyw", "z"),
    ("recommendation", "xyzw", "x"),
]


@pytest.fixture(scope="module")
def by_hand() -> dict[str, Any]:
    return figures(*answered(ANSWERS), targets_of(ROWS), np.array(["1", "1", "2", "2", "2", "2"]))


@pytest.mark.parametrize(
    ("name", "share", "support"),
    [
        ("kind", 5 / 6, 6),
        ("first_type", 2 / 3, 3),
        ("top_3", 2 / 3, 3),
        ("main_type", 1 / 3, 3),
        ("first_category", 2 / 3, 3),
        ("exact_match", 1 / 3, 3),
        ("untyped_tagged", 1.0, 1),
        ("facts_tagged", 1.0, 1),
    ],
)
def test_shares_by_hand(by_hand: dict[str, Any], name: str, share: float, support: int) -> None:
    assert by_hand[name]["share"] == pytest.approx(share, abs=1e-4)
    assert by_hand[name]["support"] == support


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("micro_f1", 4 / 6),  # hits x y; tagged x y; gold x x y z
        ("macro_f1", (2 / 3 + 1 + 0) / 3),  # w has no support
        ("category_micro_f1", 4 / 5),
        ("category_macro_f1", 1 / 2),
        ("weakness_f1", 4 / 8),  # the untyped weakness and the fact are tagged, too
    ],
)
def test_averages_by_hand(by_hand: dict[str, Any], name: str, value: float) -> None:
    assert by_hand[name] == pytest.approx(value, abs=1e-4)


def test_labels_by_hand(by_hand: dict[str, Any]) -> None:
    x = by_hand["types"][X]
    assert (x["support"], x["tagged"], x["precision"], x["recall"], x["f1"]) == (2, 1, 1.0, 0.5, 0.6667)
    assert (by_hand["types"][W]["support"], by_hand["types"][W]["f1_interval"]) == (0, [0, 1])
    weakness = by_hand["kinds"]["weakness"]
    assert (weakness["support"], weakness["tagged"], weakness["precision"], weakness["recall"]) == (4, 5, 0.8, 1.0)
    assert by_hand["categories"]["a"]["f1"] == 1.0


def test_confusions_by_hand(by_hand: dict[str, Any]) -> None:
    assert by_hand["confusions"] == [
        {"gold": X, "guess": Y, "count": 1, "also_gold": 1},
        {"gold": Z, "guess": X, "count": 1, "also_gold": 0},
    ]
    assert by_hand["kind_confusion"]["fact"] == {"weakness": 1, "strength": 0, "fact": 0, "recommendation": 0}


def test_the_most_frequent_confusion_comes_first() -> None:
    rows = [row("weakness", [X]), row("weakness", [Z]), row("weakness", [Z])]
    probabilities, tags = answered([("weakness", "yxzw", ""), ("weakness", "wxyz", ""), ("weakness", "wxyz", "")])
    pairs = figures(probabilities, tags, targets_of(rows))["confusions"]
    assert [(pair["gold"], pair["guess"], pair["count"]) for pair in pairs] == [(Z, W, 2), (X, Y, 1)]


def test_parts_by_hand(by_hand: dict[str, Any]) -> None:
    assert {name: part["statements"] for name, part in by_hand["by_length"].items()} == {
        "1-10": 5,
        "11-18": 1,
        "19-36": 0,
        "37-60": 0,
        "61-": 0,
    }
    assert by_hand["by_group"]["b"] == {
        "statements": 2,
        "typed": 1,
        "kind": 1.0,
        "first_type": 0.0,
        "main_type": 0.0,
        "micro_f1": 0.0,
    }
    assert by_hand["by_group"]["c"]["first_type"] is None
    assert {name: part["typed"] for name, part in by_hand["by_fold"].items()} == {"1": 2, "2": 1}


@pytest.mark.parametrize(
    ("length", "band"),
    [
        (1, "1-10"),
        (10, "1-10"),
        (11, "11-18"),
        (18, "11-18"),
        (19, "19-36"),
        (36, "19-36"),
        (37, "37-60"),
        (60, "37-60"),
        (61, "61-"),
        (900, "61-"),
    ],
)
def test_a_statement_falls_into_the_band_of_its_length(length: int, band: str) -> None:
    probabilities, tags = answered([("fact", "xyzw", "")])
    found = figures(probabilities, tags, targets_of([row("fact", text="长" * length)]))["by_length"]
    assert list(found) == list(LENGTHS)
    assert [name for name, part in found.items() if part["statements"]] == [band]


def test_a_fact_gets_no_type() -> None:
    rows = [row("weakness", [X]), row("weakness", [X])]
    found = figures(*answered([("fact", "xyzw", "x"), ("weakness", "xyzw", "x")]), targets_of(rows))
    assert (found["types"][X]["tagged"], found["types"][X]["recall"]) == (1, 0.5)


# Types that are equally right


def test_types_equally_right_are_laid_beside_the_gold_ones() -> None:
    targets = targets_of([row("weakness", [X], equally_right=(Z, W)), row("weakness", [Y])])
    assert targets.equally.tolist() == [[False, False, True, True], [False] * 4]
    assert targets.rows(np.array([1, 0])).equally.tolist() == targets.equally[::-1].tolist()


@pytest.mark.parametrize(
    ("ranked", "tagged", "main", "micro"),
    [
        pytest.param("zxyw", "z", 1.0, 1.0, id="it stands for the main type"),
        pytest.param("zxyw", "xz", 1.0, 1.0, id="beside the main type it does not count"),
        pytest.param("xzyw", "x", 1.0, 1.0, id="the main type alone is right"),
        pytest.param("zxyw", "zw", 1.0, 2 / 3, id="a third type is wrong"),
        pytest.param("wzxy", "w", 0.0, 0.0, id="another type is no better for it"),
        pytest.param("zxyw", "", 1.0, 0.0, id="no tag is no tag"),
    ],
)
def test_a_type_equally_right(ranked: str, tagged: str, main: float, micro: float) -> None:
    found = figures(*answered([("weakness", ranked, tagged)]), targets_of([row("weakness", [X], equally_right=(Z,))]))
    assert [found[name]["share"] for name in ("first_type", "main_type", "first_category")] == [
        main,
        main,
        1.0 if ranked[0] != "w" else found["first_category"]["share"],
    ]
    assert found["micro_f1"] == pytest.approx(micro, abs=1e-4)
    assert found["exact_match"]["share"] == float(micro == 1)
    assert bool(found["confusions"]) == (main == 0)


def test_a_type_equally_right_counts_for_its_category_and_among_the_first_three() -> None:
    targets = targets_of([row("weakness", [X], equally_right=(Z,))])
    found = figures(*answered([("weakness", "wzyx", "z")]), targets)
    assert (found["top_3"]["share"], found["first_category"]["share"], found["first_type"]["share"]) == (1.0, 1.0, 0.0)
    assert (found["categories"]["a"]["f1"], found["categories"]["b"]["tagged"]) == (1.0, 0)


def test_it_replaces_the_main_type_only() -> None:
    targets = targets_of([row("weakness", [X, Y], equally_right=(Z,))])
    assert targets.credited(np.array([[False, False, True, False]])).tolist() == [[True, False, False, False]]
    assert targets.credited(np.array([[True, True, True, False]])).tolist() == [[True, True, False, False]]


def test_of_a_weakness_without_type_it_is_no_false_tag() -> None:
    targets = targets_of([row("weakness", equally_right=(Z,))])
    found = figures(*answered([("weakness", "zxyw", "z")]), targets)
    assert found["untyped_tagged"] == {"share": 0.0, "lower": 0.0, "upper": 1.0, "support": 1}


# What must hold of any figures

AUTHORS = tuple("abcdefgh")


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[LabelledStatement], Floats, Flags]:
    size = draw(st.integers(1, 14))
    rows = [
        row(
            draw(st.sampled_from(KIND_IDS)),
            draw(st.lists(st.sampled_from(TYPES), unique=True, max_size=3)),
            draw(st.sampled_from(AUTHORS)),
            "字" * draw(st.integers(1, 70)),
            equally_right=tuple(draw(st.lists(st.sampled_from(TYPES), unique=True, max_size=1))),
        )
        for _ in range(size)
    ]
    generator = np.random.default_rng(draw(st.integers(0, 2**16)))
    probabilities = generator.integers(1, 20, (size, len(KIND_IDS) + len(TYPES))) / 20  # with ties
    return rows, probabilities, generator.random((size, len(TYPES))) < 0.4


def walk(node: Any, path: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Return every dict inside figures with its place."""
    if not isinstance(node, dict):
        return []
    return [(path, node), *(found for key, value in node.items() for found in walk(value, f"{path}/{key}"))]


@settings(max_examples=40)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_statements_changes_nothing(
    case: tuple[list[LabelledStatement], Floats, Flags], chance: Any
) -> None:
    rows, probabilities, tags = case
    order = list(range(len(rows)))
    chance.shuffle(order)
    shuffled = [rows[i] for i in order]
    # With few authors each statement is a cluster, and draws follow their order.
    assume(len({one.author for one in rows}) >= MIN_CLUSTERS)
    assert figures(probabilities[order], tags[order], targets_of(shuffled)) == figures(
        probabilities, tags, targets_of(rows)
    )


@settings(max_examples=40)
@given(cases())
def test_every_figure_lies_in_its_interval(case: tuple[list[LabelledStatement], Floats, Flags]) -> None:
    rows, probabilities, tags = case
    found = figures(probabilities, tags, targets_of(rows))
    seen = 0
    for _, node in walk(found):
        if "lower" in node:
            seen += 1
            assert 0 <= node["lower"] <= node["share"] <= node["upper"] <= 1
        for key in node:
            if key.endswith("_interval"):
                seen += 1
                lower, upper = node[key]
                assert 0 <= lower <= node[key.removesuffix("_interval")] <= upper <= 1
    assert seen > 40


@settings(max_examples=40)
@given(cases())
def test_perfect_answers_give_one_everywhere(case: tuple[list[LabelledStatement], Floats, Flags]) -> None:
    rows = [replace(one, equally_right=(), types=() if one.kind == "fact" else one.types) for one in case[0]]
    targets = targets_of(rows)
    probabilities = np.where(targets.flags, 0.9, 0.05)
    main = np.flatnonzero(targets.main >= 0)
    probabilities[main, len(KIND_IDS) + targets.main[main]] = 0.95
    found = figures(probabilities, targets.gold_types, targets)
    for name in ("kind", "first_type", "top_3", "main_type", "first_category", "exact_match"):
        assert found[name]["share"] == 1.0 or not found[name]["support"]
    for name in ("micro_f1", "macro_f1", "category_micro_f1", "category_macro_f1"):
        assert found[name] == (1.0 if found["first_type"]["support"] else 0.0)
    for part in ("kinds", "types", "categories"):
        assert all(entry["f1"] == 1.0 for entry in found[part].values() if entry["support"])
    assert found["confusions"] == []


@given(st.integers(0, 2**16), st.integers(1, 40))
def test_labels_and_averages_are_those_of_scikit_learn(seed: int, size: int) -> None:
    generator = np.random.default_rng(seed)
    gold, tags = generator.random((2, size, 4)) < 0.4
    counts = LabelCounts.of(tags, gold, Resamples.of(np.arange(size)))
    by_label = counts.by_label(TYPES)
    expected = precision_recall_fscore_support(gold, tags, average=None, zero_division=0)
    for name, values in zip(("precision", "recall", "f1", "support"), expected, strict=True):
        assert [by_label[label][name] for label in TYPES] == pytest.approx(values, abs=1e-4)
    supported = np.flatnonzero(gold.any(axis=0))
    averages = counts.averages()
    assert averages["micro_f1"] == pytest.approx(f1_score(gold, tags, average="micro", zero_division=0), abs=1e-4)
    macro = f1_score(gold, tags, labels=supported, average="macro", zero_division=0) if len(supported) else 0
    assert averages["macro_f1"] == pytest.approx(macro, abs=1e-4)


# Intervals


def test_statements_of_one_author_are_drawn_together() -> None:
    right = np.array([True] * 50 + [False] * 50)
    everywhere = np.ones(100, dtype=bool)
    alone = share_figure(right, everywhere, Resamples.of(np.arange(100)))
    clustered = share_figure(right, everywhere, Resamples.of(np.repeat(["a", "b"], 50)))
    assert alone["lower"] == pytest.approx(0.4, abs=0.03)
    assert alone["upper"] == pytest.approx(0.6, abs=0.03)
    assert (clustered["lower"], clustered["upper"]) == (0.0, 1.0)


def test_of_one_cluster_nothing_is_known() -> None:
    right, counted = np.array([True, True, False, False]), np.array([True, True, False, False])
    figure = share_figure(right, counted, Resamples.of(np.array(["a", "a", "b", "b"])))
    assert figure == {"share": 1.0, "lower": 0.0, "upper": 1.0, "support": 2}


def test_a_single_author_is_drawn_by_statement() -> None:
    rows = [row("fact"), row("fact"), row("strength"), row("fact")]
    found = figures(*answered([("fact", "xyzw", "")] * 4), targets_of(rows))
    assert found["clusters"] == 4
    assert 0 < found["kind"]["lower"] < 0.75 <= found["kind"]["upper"]


def test_a_document_is_a_cluster() -> None:
    targets = targets_of([row("fact", source="甲"), row("fact", report="2", author="z"), row("fact", author="z")])
    assert targets.groups.tolist() == ["甲", "2", "z"]


# Calibration and abstention


def test_the_calibration_error_by_hand() -> None:
    found = calibration_error(np.array([0.8, 0.2, 0.6, 0.4]), np.array([False, False, True, True]), n_bins=2)
    assert found == {
        "error": 0.2,  # 0.3 against 0.5, 0.7 against 0.5
        "support": 4,
        "bins": [{"probability": 0.3, "share": 0.5, "n": 2}, {"probability": 0.7, "share": 0.5, "n": 2}],
    }


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60))
def test_bins_have_equal_mass_and_lose_nothing(pairs: list[tuple[float, bool]]) -> None:
    found = calibration_error(np.array([p for p, _ in pairs]), np.array([r for _, r in pairs], dtype=bool))
    sizes = [one["n"] for one in found["bins"]]
    assert sum(sizes) == found["support"] == len(pairs)
    assert not sizes or max(sizes) - min(sizes) <= 1
    assert 0 <= found["error"] <= 1
    stated = [one["probability"] for one in found["bins"]]
    assert stated == sorted(stated)


def test_who_is_right_as_often_as_he_says_is_calibrated() -> None:
    generator = np.random.default_rng(0)
    stated = generator.random(20_000)
    assert calibration_error(stated, generator.random(20_000) < stated)["error"] < 0.02
    assert calibration_error(stated, generator.random(20_000) < stated**2)["error"] > 0.1


def test_abstention_by_hand() -> None:
    probabilities, tags = answered(ANSWERS)
    review = np.array([False, False, True, False, False, True])
    strict = Decisions(np.zeros_like(tags), np.ones(len(tags), dtype=bool))
    found = abstention(probabilities, {"medium": Decisions(tags, review), "strict": strict}, targets_of(ROWS))
    medium = {name: (figure["share"], figure["support"]) for name, figure in found["medium"].items()}
    assert medium == {
        "untyped": (0.3333, 3),
        "needs_review": (0.3333, 6),
        "precision": (0.5, 4),  # x, y right; of the untyped weakness and the fact wrong
        "recall": (0.5, 4),
    }
    assert (found["strict"]["untyped"]["share"], found["strict"]["precision"]["support"]) == (1.0, 0)


# Held-out scores


@pytest.fixture(scope="module")
def laid_out(tiny: Corpus, tiny_taxonomy: Taxonomy) -> tuple[SpanTable, Targets, NDArray[np.str_]]:
    chosen = Settings()
    texts = [one.text for one in tiny.authors]
    table = SpanTable.build(texts, chosen.min_ngrams, chosen.min_words, chosen.max_ngram, Proposer())
    targets = Targets.of(tiny.authors, KIND_IDS, [t.id for t in tiny_taxonomy.types()])
    return table, targets, np.array([tiny.folds[one.author] for one in tiny.authors])


def test_twins_of_tested_statements_do_not_train(
    laid_out: tuple[SpanTable, Targets, NDArray[np.str_]], tiny: Corpus
) -> None:
    table, targets, folds = laid_out
    pool = np.arange(len(targets))
    # Of each text a twin in the other folds: only who is told of it leaves it out.
    texts = [one.text for one in tiny.authors]
    texts[int(np.flatnonzero(folds == "b")[0])] = texts[int(np.flatnonzero(folds == "a")[0])]
    signatures = Signatures.of(texts)
    twins = near_duplicates(signatures, signatures)
    with_twins = out_of_fold_scores(table, targets, folds, pool, Settings())
    without = out_of_fold_scores(table, targets, folds, pool, Settings(), twins=twins)
    assert set(with_twins.dropped.values()) == {0}
    assert (without.dropped["a"], without.dropped["b"]) == (1, 1)
    for fold, trained in with_twins.trained.items():
        assert trained == (folds != fold).sum()
        assert without.trained[fold] == trained - without.dropped[fold]
    assert not np.isnan(without.scores).any()
    assert (without.scores[folds == "a"] != with_twins.scores[folds == "a"]).any()


def test_untested_statements_have_no_score(laid_out: tuple[SpanTable, Targets, NDArray[np.str_]]) -> None:
    table, targets, folds = laid_out
    some = np.where(folds == "c", "", folds)
    held_out = out_of_fold_scores(table, targets, some, np.arange(len(targets)), Settings())
    assert np.isnan(held_out.scores[folds == "c"]).all()
    found = figures_across_folds(held_out, targets, some)
    assert found["statements"] == (folds != "c").sum()
    assert set(found["by_fold"]) == {"a", "b"}


@given(st.sampled_from([0.05, 0.1, 0.25, 0.5, 0.9]), st.integers(0, 100))
def test_a_share_of_the_statements_keeps_every_stratum_and_holds_the_smaller_ones(
    laid_out: tuple[SpanTable, Targets, NDArray[np.str_]], share: float, seed: int
) -> None:
    _, targets, _ = laid_out
    pool = np.arange(0, len(targets), 1)
    sample = training_sample(targets, pool, share, seed)
    assert set(sample) <= set(training_sample(targets, pool, min(1.0, share * 1.5), seed))
    assert training_sample(targets, pool, 1.0, seed).tolist() == pool.tolist()
    assert (targets.flags[sample].any(axis=0) == targets.flags.any(axis=0))[: len(KIND_IDS)].all()
    assert set(targets.main[sample]) == set(targets.main)
    n_strata = 12
    assert abs(len(sample) - share * len(pool)) <= n_strata


def test_the_learning_curve_ends_with_the_figures_of_all(
    laid_out: tuple[SpanTable, Targets, NDArray[np.str_]],
) -> None:
    table, targets, folds = laid_out
    pool = np.arange(len(targets))
    whole = out_of_fold_scores(table, targets, folds, pool, Settings())
    points = list(learning_curve(whole, table, targets, folds, pool, Settings()))
    assert [point["share"] for point in points] == list(SHARES)
    sizes = [point["statements"] for point in points]
    assert sizes == sorted(sizes)
    found = figures_across_folds(whole, targets, folds)
    assert points[-1]["kind"] == found["kind"]
    assert points[-1]["micro_f1"] == found["micro_f1"]
    assert points[0]["micro_f1"] < points[-1]["micro_f1"]


# A whole evaluation, and its page


@pytest.fixture(scope="module")
def result(tiny: Corpus, tiny_taxonomy: Taxonomy) -> dict[str, Any]:
    reports = (*tiny.reports, *(replace(one, report="2", text=f"经查，{one.text}") for one in tiny.reports))
    return evaluate_corpus(replace(tiny, reports=reports), tiny_taxonomy, n_jobs=1)


@pytest.fixture(scope="module")
def confused(result: dict[str, Any]) -> dict[str, Any]:
    """The same with a confusion, since the tiny corpus is too easy for one."""
    changed = copy.deepcopy(result)
    changed["parts"]["folds"]["confusions"] = [{"gold": SLOW, "guess": IDLE_MONEY, "count": 2, "also_gold": 1}]
    return changed


def test_an_evaluation_follows_its_schema(result: dict[str, Any], confused: dict[str, Any]) -> None:
    for found in (result, confused):
        validator("evaluation").validate(json.loads(json.dumps(found)))


def test_each_report_is_tested_by_a_model_that_knows_the_others(result: dict[str, Any], tiny: Corpus) -> None:
    part = result["parts"]["reports"]
    assert part["statements"] == 2 * len(tiny.reports)
    for fold in ("1", "2"):
        assert part["trained"][fold] + part["twins_dropped"][fold] == len(tiny.all)
    assert set(part["by_fold"]) == {"1", "2"}


def test_one_fold_is_too_few_to_evaluate(tiny: Corpus, tiny_taxonomy: Taxonomy) -> None:
    with pytest.raises(CorpusError) as caught:
        evaluate_corpus(replace(tiny, folds=dict.fromkeys(tiny.folds, "x")), tiny_taxonomy)
    assert caught.value.key == "folds_few"


def test_a_model_states_the_figures_without_the_parts(result: dict[str, Any]) -> None:
    whole = result["parts"]["folds"]
    stated = stated_figures(whole)
    assert stated["calibration"] == {name: whole["calibration"][name]["error"] for name in ("kind", "first_type")}
    for name, entry in whole["types"].items():
        assert {key: entry[key] for key in ("support", "f1", "f1_interval")}.items() <= stated["types"][name].items()
    assert not {"by_group", "by_length", "by_fold"} & stated.keys()


@pytest.mark.parametrize(
    ("lang", "heads", "name"),
    [
        ("zh", CHINESE_HEADS, "预算执行率低"),
        ("en", ENGLISH_HEADS, "Idle"),
    ],
)
def test_the_page_says_the_summary_first_and_names_types_in_its_language(
    confused: dict[str, Any], lang: str, heads: list[str], name: str
) -> None:
    page = markdown(confused, lang)
    found = [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")]
    assert found == heads
    assert name in page
    assert markdown(confused, lang, full=True).startswith(page.rstrip("\n"))
    if lang == "zh":
        assert page.encode("gbk").decode("gbk") == page


def test_every_row_of_a_table_has_as_many_cells_as_its_head(confused: dict[str, Any]) -> None:
    width = 0
    for line in markdown(confused, full=True).splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        width = width or line.count("|")
        assert line.count("|") == width


def test_a_table_is_straight_beside_chinese_characters() -> None:
    assert aligned([["类型", "n"], ["a|b", "12"], ["预算", "3"]]) == [
        "| 类型 | n  |",
        "|------|---:|",
        "| a\\|b | 12 |",
        "| 预算 |  3 |",
    ]


@pytest.mark.parametrize("key", LABELS)
def test_a_label_has_both_languages_and_fits_a_gbk_console(key: str) -> None:
    zh, en = LABELS[key]
    assert zh.strip()
    assert en.strip()
    assert zh.encode("gbk").decode("gbk") == zh
    assert en.isascii()


def test_plots_are_drawn_without_a_missing_character(confused: dict[str, Any]) -> None:
    pytest.importorskip("matplotlib")
    from wenti.evaluation_plots import draw_plots

    files, in_language = draw_plots(confused, "zh")  # a missing glyph is a warning, and warnings are errors
    assert in_language
    assert {Path(name).stem for name in files} == {"learning_curve", "reliability", "types", "confusion"}
    for name, content in files.items():
        if name.endswith(".png"):
            assert content.startswith(b"\x89PNG\r\n\x1a\n")
        else:
            assert ElementTree.fromstring(content).tag.endswith("svg")
    assert draw_plots(confused, "zh")[0] == files


def test_without_a_chinese_font_plots_have_english_ids(
    confused: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    from wenti import evaluation_plots

    monkeypatch.setattr(evaluation_plots, "CJK_FONTS", ())
    files, in_language = evaluation_plots.draw_plots(confused, "zh")
    assert not in_language
    assert len(files) == 8
