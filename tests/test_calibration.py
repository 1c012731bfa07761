"""From decision scores to probabilities and thresholds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenti.calibration import BETAS, KIND_THRESHOLDS, Calibration, type_thresholds
from wenti.parameters import THRESHOLDS

held_out = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80)


def made(n: int = 6000) -> tuple[Calibration, np.ndarray, np.ndarray]:
    """Return a calibration, scores of two kinds and three types, and labels drawn by its probabilities."""
    true = Calibration(
        slope=np.array([1.0, 4.0, 2.0]),
        rivalry=np.array([0.0, 1.0, 2.0]),
        first=np.array([0.0, 1.0, 2.0]),
        intercept=np.array([0.0, -2.0, -1.0]),
        kind_weights=np.array([[2.0, 0.0, 0.5, 0.0], [0.0, 1.0, 0.0, -0.5]]),
        kind_bias=np.array([0.3, -0.3]),
    )
    random = np.random.default_rng(0)
    scores = random.normal(size=(n, 5))
    probabilities = true.probabilities(scores)
    first_kind = random.random(n) < probabilities[:, 0]
    kinds = np.stack([first_kind, ~first_kind], axis=1)
    return true, scores, np.hstack([kinds, random.random((n, 3)) < probabilities[:, 2:]])


def test_the_probabilities_that_made_the_labels_are_found() -> None:
    true, scores, labels = made()
    found = Calibration.fit(scores, labels, 2).probabilities(scores)
    assert np.abs(found - true.probabilities(scores)).max() < 0.1
    assert np.abs(found - true.probabilities(scores)).mean() < 0.02


def test_among_texts_of_a_probability_that_share_carries_the_label() -> None:
    _, scores, labels = made()
    probabilities = Calibration.fit(scores, labels, 2).probabilities(scores)
    for label in range(labels.shape[1]):
        for lower in np.arange(0, 1, 0.25):
            inside = (probabilities[:, label] >= lower) & (probabilities[:, label] < lower + 0.25)
            stated, found = probabilities[inside, label].mean(), labels[inside, label].mean()
            assert found == pytest.approx(stated, abs=0.08)


@pytest.mark.parametrize("label", [False, True], ids=["no example", "nothing but examples"])
def test_a_type_that_cannot_be_calibrated_keeps_the_plain_sigmoid(label: bool) -> None:
    _, scores, labels = made(50)
    labels[:, 3] = label
    calibration = Calibration.fit(scores, labels, 2)
    parts = [calibration.slope, calibration.rivalry, calibration.first, calibration.intercept]
    assert [part[1] for part in parts] == [1.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize("present", [[0], [0, 2], [0, 1, 2]], ids=["one kind", "two kinds", "three kinds"])
def test_a_kind_that_no_text_has_is_all_but_impossible(present: list[int]) -> None:
    scores = np.random.default_rng(1).normal(size=(60, 6))
    labels = np.zeros((60, 6), dtype=bool)
    labels[np.arange(60), np.resize(present, 60)] = True
    kinds = Calibration.fit(scores, labels, 4).probabilities(scores)[:, :4]
    absent = [kind for kind in range(4) if kind not in present]
    assert kinds[:, absent].max() < 1e-6
    assert kinds.sum(axis=1) == pytest.approx(1)


@given(
    st.lists(st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=5), min_size=1, max_size=10),
    st.lists(st.floats(-100, 100), min_size=22, max_size=22),
)
def test_probabilities_lie_between_0_and_1_and_those_of_kinds_add_up(
    scores: list[list[float]], numbers: list[float]
) -> None:
    parts = np.array(numbers)
    slope, rivalry, first, intercept = parts[:12].reshape(4, 3)
    calibration = Calibration(slope, rivalry, first, intercept, parts[12:20].reshape(2, 4), parts[20:])
    probabilities = calibration.probabilities(np.array(scores))
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    assert probabilities[:, :2].sum(axis=1) == pytest.approx(1)


def test_a_type_that_another_one_beats_is_less_likely_than_where_it_is_first() -> None:
    true, _, _ = made(1)
    ahead, behind = true.probabilities(np.array([[0.0, 0.0, 0.0, 0.5, 0.1], [0.0, 0.0, 0.0, 0.5, 0.9]]))[:, 3]
    assert ahead > behind


def test_a_single_type_has_no_rival() -> None:
    calibration = Calibration(
        np.ones(1), np.ones(1), np.ones(1), np.zeros(1), kind_weights=np.zeros((1, 3)), kind_bias=np.zeros(1)
    )
    assert calibration.probabilities(np.array([[0.0, 0.0]]))[0, 1] == pytest.approx(1 / (1 + np.exp(-1)))


def test_what_is_written_down_reads_back_alike() -> None:
    true, scores, _ = made(5)
    again = Calibration.from_manifest(true.manifest())
    assert (again.probabilities(scores) == true.probabilities(scores)).all()


@given(held_out)
def test_a_wide_threshold_is_never_above_a_stricter_one(rows: list[tuple[float, bool]]) -> None:
    probabilities = np.array([[p] for p, _ in rows])
    targets = np.array([[t] for _, t in rows])
    wide, medium, strict = (type_thresholds(probabilities, targets, BETAS[name])[0] for name in THRESHOLDS)
    assert 0 < wide <= medium <= strict < 1


def test_where_the_label_is_clear_tagging_by_the_threshold_makes_no_mistake() -> None:
    probabilities = np.array([[0.02], [0.1], [0.3], [0.6], [0.8], [0.9]])
    targets = np.array([[False], [False], [False], [True], [True], [True]])
    for beta in BETAS.values():
        assert ((probabilities >= type_thresholds(probabilities, targets, beta)) == targets).all()


def test_a_type_without_example_is_tagged_from_one_half() -> None:
    assert type_thresholds(np.array([[0.9], [0.1]]), np.zeros((2, 1), dtype=bool), 1.0).tolist() == [0.5]


def test_every_threshold_that_users_may_name_is_defined() -> None:
    assert tuple(BETAS) == tuple(KIND_THRESHOLDS) == THRESHOLDS
    assert list(BETAS.values()) == sorted(BETAS.values(), reverse=True)
    assert list(KIND_THRESHOLDS.values()) == sorted(KIND_THRESHOLDS.values())
