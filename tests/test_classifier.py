"""The model at work: one by one and in batches, decisions, abstention, explanations, and what it loads."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wenti
import wenti.batch
from tests.strategies import astral, statements, texts
from wenti.calibration import Calibration
from wenti.classifier import Classifier
from wenti.errors import ModelError, UsageError
from wenti.features import EDGE
from wenti.parameters import THRESHOLDS
from wenti.predictions import Prediction, Tag

SLOW = "项目预算执行率低"
THINGS = (
    SLOW,
    "资产闲置，且未及时办理竣工验收",
    "绩效目标不明确，指标未量化",
    "建议加快预算执行进度，盘活存量资金",
    "项目完成情况良好，群众满意度达到 95%",
    "2022 年预算安排 43.26 万元",
    "人员不足，专业能力有待提升",
)
ROLES = ("overview", "conclusion", "achievements", "findings", "requirements", None, "other")

role = st.sampled_from(ROLES)
either = st.one_of(statements, texts, st.sampled_from(THINGS))


def one_by_one(model: Classifier, batch: Sequence[str]) -> list[list[int]]:
    """Return what the definition gives: each text walked by itself with the standard library."""
    return [model._single.sums(text) for text in batch]


def together(model: Classifier, batch: Sequence[str]) -> list[list[int]]:
    """Return what NumPy gives for all at once."""
    sums: list[list[int]] = model._batch.sums(batch).tolist()
    return sums


def said(prediction: Prediction) -> tuple[Any, ...]:
    """Return everything that a prediction decides."""
    p = prediction
    ids_of = [[tag.id for tag in tags] for tags in (p.types, p.categories, p.ranked)]
    return (p.kind, p.needs_review, p.judged, ids_of)


def sure(prediction: Prediction) -> list[float]:
    """Return all of its probabilities."""
    tags = (*prediction.types, *prediction.categories, *prediction.ranked)
    return [prediction.kind_probability, *(tag.probability for tag in tags)]


def ids(tags: tuple[Tag, ...]) -> list[str]:
    return [tag.id for tag in tags]


# One by one and in batches


@given(st.lists(either, max_size=30))
def test_a_batch_adds_up_exactly_what_one_by_one_adds_up(classifier: Classifier, batch: list[str]) -> None:
    assert together(classifier, batch) == one_by_one(classifier, batch)


@given(st.lists(either, max_size=12), st.integers(1, 60))
def test_where_a_batch_is_cut_changes_nothing(tiny_classifier: Classifier, batch: list[str], characters: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wenti.batch, "BLOCK_CHARACTERS", characters)
        assert together(tiny_classifier, batch) == one_by_one(tiny_classifier, batch)


@given(st.lists(st.one_of(astral, st.sampled_from(THINGS)), max_size=12).map("".join))
def test_characters_beyond_the_basic_plane_are_the_same_to_both(classifier: Classifier, text: str) -> None:
    assert together(classifier, [text]) == one_by_one(classifier, [text])


@pytest.mark.parametrize(
    "batch",
    [
        [],
        [""],
        [""] * 50,
        ["", SLOW, "", "", SLOW, ""],
        ["低" * 100_000],
        [SLOW * 12_500, "", "1,234.5" * 20_000, "。" * 100_000, SLOW],
        [SLOW * 30] * 3,
        ["😀" * 1000, "𠮷𠮷" + SLOW, "𝟏𝟐%"],
        ["\ud800" + SLOW, SLOW + "\udfff", "\udfff\ud800"],
        [EDGE + SLOW + EDGE, EDGE],
        ["．", "5", "．", "5", "。", "5．5"],
        list(THINGS) * 40,
    ],
    ids=[
        "no text",
        "an empty text",
        "empty texts only",
        "empty texts between others",
        "one character 100,000 times",
        "lines longer than a block",
        "spans repeated within a text",
        "astral characters",
        "lone surrogates",
        "edges in the text",
        "numbers and stops in turn",
        "many statements",
    ],
)
def test_awkward_batches_add_up_the_same(classifier: Classifier, batch: list[str]) -> None:
    assert together(classifier, batch) == one_by_one(classifier, batch)


@settings(max_examples=50)
@given(
    st.lists(either, min_size=25, max_size=40),
    st.sampled_from(THRESHOLDS),
    st.lists(st.sampled_from(ROLES), min_size=40, max_size=40),
)
def test_a_statement_is_answered_the_same_alone_and_among_others(
    classifier: Classifier, batch: list[str], threshold: str, roles: list[str | None]
) -> None:
    among = classifier.predict(batch, threshold=threshold, roles=roles[: len(batch)], top=3)
    alone = [
        classifier.predict([text], threshold=threshold, roles=[role], top=3)[0]
        for text, role in zip(batch, roles, strict=False)
    ]
    assert list(map(said, among)) == list(map(said, alone))
    for one, other in zip(among, alone, strict=True):
        assert sure(one) == pytest.approx(sure(other), abs=1e-9)
    assert np.array(classifier.decision_function(batch)) == pytest.approx(
        np.array([classifier.decision_function([text])[0] for text in batch]), abs=1e-9
    )


@given(st.lists(either, max_size=40), st.sampled_from(THRESHOLDS))
def test_arrays_say_what_predictions_say(classifier: Classifier, batch: list[str], threshold: str) -> None:
    arrays = classifier.decide(batch, threshold=threshold)
    answers = [p for text in batch for p in classifier.predict([text], threshold=threshold)]
    types = [label.id for label in classifier.types]
    ends, tagged, sure = (column.tolist() for column in arrays.tagged())
    assert [[types[j] for j in tagged[a:b]] for a, b in pairwise([0, *ends])] == [ids(p.types) for p in answers]
    assert sure == pytest.approx([tag.probability for p in answers for tag in p.types], abs=1e-9)
    assert [classifier.kinds[kind].id for kind in arrays.kinds] == [p.kind for p in answers]
    assert arrays.needs_review.tolist() == [p.needs_review for p in answers]
    assert arrays.known.tolist() == [p.judged for p in answers]


# Decisions


@given(either, st.sampled_from(THRESHOLDS), st.sampled_from(ROLES))
def test_an_answer_is_consistent(classifier: Classifier, text: str, threshold: str, role: str | None) -> None:
    (answer,) = classifier.predict([text], threshold=threshold, roles=[role])
    category_of = {label.id: label.category for label in classifier.types}
    assert answer.kind in {label.id for label in classifier.kinds}
    assert 0 <= answer.kind_probability <= 1
    probabilities = [tag.probability for tag in answer.types]
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(0 <= probability <= 1 for probability in probabilities)
    assert len(set(ids(answer.types))) == len(answer.types)
    largest: dict[str, float] = {}
    for tag in answer.types:
        category = category_of[tag.id]
        largest[category] = max(largest.get(category, 0), tag.probability)
    assert {tag.id: tag.probability for tag in answer.categories} == largest
    assert [tag.probability for tag in answer.categories] == sorted(largest.values(), reverse=True)
    if answer.kind == "fact":
        assert answer.types == ()
    if answer.kind == "weakness" and not answer.types:
        assert answer.needs_review
    assert answer.ranked == ()


@given(either, st.sampled_from(ROLES))
def test_a_stricter_threshold_only_takes_tags_away(classifier: Classifier, text: str, role: str | None) -> None:
    wide, medium, strict = (
        classifier.predict([text], threshold=threshold, roles=[role])[0] for threshold in THRESHOLDS
    )
    assert set(ids(wide.types)) >= set(ids(medium.types)) >= set(ids(strict.types))
    assert wide.kind == medium.kind == strict.kind
    assert wide.needs_review <= medium.needs_review <= strict.needs_review


def test_every_type_of_the_shipped_model_has_thresholds_in_order(classifier: Classifier) -> None:
    thresholds = classifier.manifest["thresholds"]
    for index, label in enumerate(classifier.types):
        wide, medium, strict = (thresholds[name]["types"][index] for name in THRESHOLDS)
        assert 0 < wide <= medium <= strict < 1, label.id


@given(st.one_of(statements, st.sampled_from(THINGS)))
def test_a_text_has_the_probabilities_of_the_calibration(classifier: Classifier, text: str) -> None:
    (answer,) = classifier.predict([text])
    if answer.judged:
        fitted = Calibration.from_manifest(classifier.manifest["calibration"])
        probabilities = fitted.probabilities(np.array(classifier.decision_function([text])))[0]
        kinds, types = np.split(probabilities, [len(classifier.kinds)])
        assert kinds.sum() == pytest.approx(1)
        assert answer.kind_probability == pytest.approx(kinds.max())
        assert answer.kind == classifier.kinds[int(kinds.argmax())].id
        ranked = {tag.id: tag.probability for tag in classifier.predict([text], top=len(types))[0].ranked}
        assert [ranked[label.id] for label in classifier.types] == pytest.approx(types.tolist())
    assert answer.kind_probability >= 1 / len(classifier.kinds) - 1e-12


@given(either, st.integers(0, 50))
def test_the_ranking_holds_the_likeliest_types_in_order(classifier: Classifier, text: str, top: int) -> None:
    (answer,) = classifier.predict([text], top=top)
    (whole,) = classifier.predict([text], top=len(classifier.types))
    assert ids(answer.ranked) == ids(whole.ranked)[:top]
    assert len(answer.ranked) == min(top, len(classifier.types))
    probabilities = [tag.probability for tag in whole.ranked]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sorted(ids(whole.ranked)) == sorted(label.id for label in classifier.types)
    in_ranking = {tag.id: tag.probability for tag in whole.ranked}
    assert all(in_ranking[tag.id] == tag.probability for tag in answer.types)


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        (SLOW, "weakness", "fund_execution.slow_spending"),
        ("建议加快预算执行进度", "recommendation", "fund_execution.slow_spending"),
        ("绩效目标不明确", "weakness", "performance_targets.unclear_goals"),
        ("购置的设备长期闲置", "weakness", "asset_management.idle_assets"),
    ],
    ids=["a low rate of execution", "a recommendation to spend faster", "unclear goals", "idle equipment"],
)
def test_plain_statements_are_tagged_as_people_would(classifier: Classifier, text: str, kind: str, label: str) -> None:
    (answer,) = classifier.predict([text])
    assert (answer.kind, ids(answer.types), answer.needs_review) == (kind, [label], False)
    assert ids(answer.categories) == [label.partition(".")[0]]


def test_a_fact_has_no_type_even_if_its_words_speak_for_one(classifier: Classifier) -> None:
    (answer,) = classifier.predict(
        ["2022 年预算安排 43.26 万元，预算执行率 61%"], roles=["overview"], threshold="wide", top=1
    )
    assert answer.ranked[0].probability > classifier.manifest["thresholds"]["wide"]["types"][0]
    assert (answer.kind, answer.types, answer.categories) == ("fact", (), ())


def test_praise_is_a_strength(classifier: Classifier) -> None:
    assert classifier.predict(["项目完成情况良好，群众满意度较高"])[0].kind == "strength"


def test_background_yields_no_weakness_whatever_it_says(classifier: Classifier) -> None:
    roles = ["overview"] * len(THINGS)
    assert "weakness" not in {answer.kind for answer in classifier.predict(THINGS, roles=roles)}


MILLION = "预算执行率低，" * 50_000  # one line of 1 MB
UNKNOWN = {
    "nothing": "",
    "a space": " ",
    "white space": "\t\r\n\u3000\xa0\u2028",
    "a zero-width space": "\u200b",
    "an edge": EDGE,
    "English": "The budget was not executed on time.",
    "a word": "ok",
    "an emoji": "😀",
    "many emoji": "👍🏽👨‍👩‍👧‍👦🎉" * 20,
    "a number": "12345",
    "punctuation": "，。；！？",
    "Russian": "Исполнение бюджета",
    "Japanese letters": "ひらがなカタカナ",
    "a rare ideograph": "𠮷",
    "half a character": "\ud800",
    "a zero byte": "\x00",
    "1 MB of Chinese": MILLION,
    "1 MB of English": "budget " * 150_000,
    "1 MB of nothing": " " * 1_000_000,
    "1 MB of digits": "7" * 1_000_000,
}


@pytest.mark.parametrize("text", UNKNOWN.values(), ids=UNKNOWN)
def test_what_cannot_be_judged_is_answered_for_a_person_to_judge(classifier: Classifier, text: str) -> None:
    for batch in ([text], [text] + [SLOW] * 30):
        answer = classifier.predict(batch, threshold="wide", top=2, explain=True)[0]
        assert answer.needs_review
        assert (answer.types, answer.categories) == ((), ())
        assert len(answer.ranked) == 2


@pytest.mark.parametrize("length", [1000, 1001], ids=["the longest statement", "one character more"])
def test_a_text_longer_than_a_statement_is_for_a_person_to_judge(classifier: Classifier, length: int) -> None:
    assert classifier.manifest["limits"]["characters"] == 1000
    (answer,) = classifier.predict([((SLOW + "，") * 200)[:length]])
    assert answer.needs_review == (length > 1000)
    assert bool(answer.types) == (length <= 1000)


def test_no_text_is_no_answer(classifier: Classifier) -> None:
    assert classifier.predict([]) == []
    assert classifier.decision_function([]) == []


# Explanations


@given(st.one_of(statements, texts), st.integers(0, 36))
def test_stretches_stand_in_the_text_apart_from_each_other_and_speak_for_the_label(
    classifier: Classifier, text: str, index: int
) -> None:
    because = classifier.explain(text, classifier.labels[index])
    assert len(because) <= 5
    assert [b.weight for b in because] == sorted((b.weight for b in because), reverse=True)
    for stretch in because:
        assert 0 <= stretch.start < stretch.end <= len(text)
        assert text[stretch.start : stretch.end] == stretch.text
        assert stretch.weight > 0
    in_order = sorted(because, key=lambda b: b.start)
    assert all(a.end <= b.start for a, b in pairwise(in_order))


@given(statements)
def test_tags_carry_their_explanation_if_asked_for(classifier: Classifier, text: str) -> None:
    (plain,) = classifier.predict([text], threshold="wide")
    (explained,) = classifier.predict([text], threshold="wide", explain=True)
    assert all(tag.because == () for tag in plain.types)
    for tag in explained.types:
        expected = classifier.explain(text, tag.id)
        assert [(b.start, b.end, b.weight) for b in tag.because] == [(b.start, b.end, b.weight) for b in expected]
    assert ids(plain.types) == ids(explained.types)


@pytest.mark.parametrize(
    ("text", "label", "part"),
    [
        (SLOW, "fund_execution.slow_spending", "执行率低"),
        ("预算 执行率\u3000低", "fund_execution.slow_spending", "执行率\u3000低"),
        ("预算执行率仅为 43.26％", "fund_execution.slow_spending", "43.26"),
        ("应当加快预算执行进度", "recommendation", "应"),
    ],
    ids=["words", "words parted by spaces, with the spaces", "a number as a whole", "a kind"],
)
def test_the_words_that_decide_are_named(classifier: Classifier, text: str, label: str, part: str) -> None:
    stretches = [because.text for because in classifier.explain(text, label)]
    assert any(part in stretch for stretch in stretches), stretches


def test_a_stretch_weighs_what_the_spans_inside_it_add_to_the_score(tiny_classifier: Classifier) -> None:
    label = "fund_execution.slow_spending"
    (because, *_) = tiny_classifier.explain(SLOW, label)
    column = tiny_classifier.labels.index(label)
    (whole,) = tiny_classifier.decision_function([SLOW])
    single = tiny_classifier._single
    codes, _ = single._codes(SLOW)
    norm = single._norm(single.sums(SLOW))
    scale = tiny_classifier.manifest["scales"][column]

    def weight(start: int, end: int) -> float:
        """Sum the spans of the text between two places, edges left out, by looking each stretch up by itself."""
        total = 0.0
        for first in range(start, end):
            for stop, row, before in single._path(codes, first + 1):
                if stop - 1 <= end:
                    views = tiny_classifier._views["weights"]
                    columns = len(tiny_classifier.labels) + 1
                    total += (views[row * columns + column] - views[before * columns + column]) * scale / norm
        return total

    assert because.weight == pytest.approx(weight(because.start, because.end))
    assert weight(0, len(SLOW)) + tiny_classifier.manifest["bias"][column] == pytest.approx(whole[column])


# Options and names


def test_an_unknown_label_has_no_explanation(classifier: Classifier) -> None:
    with pytest.raises(KeyError, match="nothing"):
        classifier.explain(SLOW, "nothing")


def test_an_unknown_threshold_is_named(classifier: Classifier) -> None:
    with pytest.raises(UsageError) as caught:
        classifier.predict([SLOW], threshold="loose")
    assert caught.value.exit_code == 2
    assert "loose" in caught.value.describe()
    assert "wide, medium, strict" in caught.value.describe("en")


def test_the_model_named_by_the_environment_is_loaded(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENTI_MODEL", str(tiny_model))
    assert Classifier.load().path == str(tiny_model)
    assert wenti.classify(SLOW).kind == "weakness"
    assert [p.kind for p in wenti.classify([SLOW, "建议盘活闲置资产"])] == ["weakness", "recommendation"]


def test_a_named_model_goes_before_the_environment(
    root: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENTI_MODEL", str(tiny_model))
    assert Classifier.load(root / "model").path == str(root / "model")


def test_labels_take_the_names_of_a_taxonomy(tiny_model: Path) -> None:
    model = Classifier.load(tiny_model)
    everything = [*model.kinds, *model.categories, *model.types]
    model.rename({label.id: (f"新{label.name}", f"new {label.english}") for label in everything} | {"more": ("", "")})
    assert all(label.called("zh").startswith("新") and label.called("en").startswith("new ") for label in everything)


def test_a_label_that_a_taxonomy_lacks_is_named(tiny_model: Path) -> None:
    model = Classifier.load(tiny_model)
    names = {label.id: (label.name, label.english) for label in [*model.kinds, *model.categories, *model.types]}
    del names["asset_management.idle_assets"]
    with pytest.raises(ModelError) as caught:
        model.rename(names)
    assert caught.value.key == "model_taxonomy"
    assert "asset_management.idle_assets" in caught.value.describe()


# What is loaded

HEAVY = (
    *("jieba", "sklearn", "scipy", "pandas", "joblib", "numpy", "yaml", "typer", "click", "dataclasses", "typing"),
    *("inspect", "importlib.metadata", "importlib.resources", "pathlib"),
)
SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
before = set(sys.modules)
from wenti.cli.classify import Options, run
run(["项目预算执行率低"], Options(as_json=sys.argv[2] == "json", explain=True, top=3))
print(*sorted(set(sys.modules) - before), file=sys.stderr)
"""


@pytest.mark.parametrize("form", ["text", "json"])
def test_answering_a_statement_loads_nothing_heavy(root: Path, form: str) -> None:
    # Isolated and without site: nothing but wenti decides what is loaded, and the standard library must be enough.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", "-c", SCRIPT, str(root / "src"), form],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "fund_execution.slow_spending" in done.stdout or "预算执行率低" in done.stdout
    loaded = set(done.stderr.split())
    assert "wenti.classifier" in loaded
    assert loaded.isdisjoint(HEAVY)
    assert {name for name in loaded if name.startswith("wenti.")}.isdisjoint(
        {"wenti.spans", "wenti.batch", "wenti.api", "wenti.records"}
    )


def test_a_text_without_the_spans_that_decided_scores_lower(classifier: Classifier, root: Path) -> None:
    rows = (root / "corpus" / "statements" / "c1.tsv").read_text(encoding="utf-8").splitlines()[1:]
    sample = [row.split("\t")[2] for row in rows[::2]]
    column = {label: index for index, label in enumerate(classifier.labels)}
    before, after, labels = [], [], []
    for text, answer in zip(sample, classifier.predict(sample, explain=True), strict=True):
        for tag in answer.types:
            gone = {index for because in tag.because for index in range(because.start, because.end)}
            before.append(text)
            after.append("".join(character for index, character in enumerate(text) if index not in gone))
            labels.append(column[tag.id])
    full, cut = classifier.decision_function(before), classifier.decision_function(after)
    lower = [new[label] < old[label] for old, new, label in zip(full, cut, labels, strict=True)]
    assert len(lower) > 200
    assert sum(lower) / len(lower) >= 0.95
