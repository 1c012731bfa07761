"""From decision scores to probabilities and thresholds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenti.calibration import BETAS, KIND_THRESHOLDS, Calibration, kind_probabilities, type_thresholds
from wenti.classifier import THRESHOLDS

held_out = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80)


def drawn(slope: float, intercept: float, n: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Return scores and labels whose true probabilities are a sigmoid of the scores."""
    random = np.random.default_rng(0)
    scores = random.normal(size=(n, 1))
    return scores, random.random((n, 1)) < 1 / (1 + np.exp(-(slope * scores + intercept)))


@pytest.mark.parametrize(
    ("slope", "intercept"), [(1.0, 0.0), (4.0, -2.0), (2.0, 1.0)], ids=["even", "a rare label", "a frequent label"]
)
def test_the_sigmoid_that_made_the_labels_is_found(slope: float, intercept: float) -> None:
    calibration = Calibration.fit(*drawn(slope, intercept))
    assert calibration.slope[0] == pytest.approx(slope, rel=0.15)
    assert calibration.intercept[0] == pytest.approx(intercept, abs=0.25)


def test_among_texts_of_a_probability_that_share_carries_the_label() -> None:
    scores, labels = drawn(3.0, -1.0)
    probabilities = Calibration.fit(scores, labels).probabilities(scores)
    for lower in np.arange(0, 1, 0.2):
        inside = (probabilities >= lower) & (probabilities < lower + 0.2)
        assert labels[inside].mean() == pytest.approx(probabilities[inside].mean(), abs=0.05)


@pytest.mark.parametrize("label", [False, True], ids=["no example", "nothing but examples"])
def test_a_label_that_cannot_be_calibrated_keeps_the_plain_sigmoid(label: bool) -> None:
    calibration = Calibration.fit(np.array([[-1.0], [0.0], [1.0]]), np.full((3, 1), label))
    assert (calibration.slope.tolist(), calibration.intercept.tolist()) == ([1.0], [0.0])
    assert calibration.probabilities(np.array([[0.0]])).tolist() == [[0.5]]


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20), st.floats(0.01, 100), st.floats(-100, 100))
def test_probabilities_lie_between_0_and_1_and_rise_with_the_score(
    scores: list[float], slope: float, intercept: float
) -> None:
    column = np.sort(np.array(scores))[:, None]
    probabilities = Calibration(np.array([slope]), np.array([intercept])).probabilities(column)
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    assert (np.diff(probabilities[:, 0]) >= 0).all()


def test_labels_are_calibrated_each_for_itself() -> None:
    first, second = drawn(1.0, 0.0), drawn(4.0, -2.0)
    both = Calibration.fit(np.hstack([first[0], second[0]]), np.hstack([first[1], second[1]]))
    assert both.slope[0] == Calibration.fit(*first).slope[0]
    assert both.slope[1] == Calibration.fit(*second).slope[0]


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


@given(st.lists(st.lists(st.floats(1e-6, 1), min_size=6, max_size=6), min_size=1, max_size=5))
def test_the_kinds_probabilities_add_up_to_one(rows: list[list[float]]) -> None:
    kinds = kind_probabilities(np.array(rows), 4)
    assert kinds.shape == (len(rows), 4)
    assert kinds.sum(axis=1) == pytest.approx(1)
    assert (kinds.argmax(axis=1) == np.array(rows)[:, :4].argmax(axis=1)).all()
