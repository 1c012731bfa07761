"""Tests and differences, held against SciPy and published examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact, ttest_ind

from wenti.intervals import wilson
from wenti.significance import compare_means, compare_shares, fisher, holm, trend

counts = st.integers(0, 60)
scores = st.lists(st.floats(0, 100).map(lambda x: round(x, 1)), min_size=2, max_size=12)
p_values = st.lists(st.floats(0, 1), max_size=20)


@given(counts, counts, counts, counts)
def test_fisher_is_scipys(a: int, b: int, c: int, d: int) -> None:
    assert fisher(a, b, c, d) == pytest.approx(fisher_exact([[a, b], [c, d]])[1], abs=1e-6)


@given(scores, scores)
def test_means_are_compared_as_scipy_does(first: list[float], second: list[float]) -> None:
    found = compare_means(first, second)
    assert found.lower <= found.value <= found.upper
    if min(np.std(first), np.std(second)) > 1e-3:
        expected = ttest_ind(second, first, equal_var=False)
        assert found.p_value == pytest.approx(expected.pvalue, abs=1e-6)
        interval = expected.confidence_interval()
        assert (found.lower, found.upper) == pytest.approx((interval.low, interval.high), abs=1e-6)


@pytest.mark.parametrize(("first", "second"), [([1.0], [1.0, 2.0]), ([1.0, 2.0], [])])
def test_a_mean_of_one_is_not_compared(first: list[float], second: list[float]) -> None:
    with pytest.raises(ValueError, match="fewer than two"):
        compare_means(first, second)


@pytest.mark.parametrize("other", [80.0, 70.0])
def test_scores_without_spread_cannot_be_tested(other: float) -> None:
    assert compare_means([80.0, 80.0], [other, other]).p_value == 1.0


@pytest.mark.parametrize(
    ("first", "second", "lower", "upper"),
    [
        ((48, 80), (56, 70), 0.0524, 0.3339),
        ((3, 10), (9, 10), 0.1705, 0.8090),
        ((0, 10), (10, 10), 0.6075, 1.0),
    ],
    ids=["Newcombe a", "Newcombe b", "none against all"],
)
def test_differences_of_shares_have_newcombes_interval(
    first: tuple[int, int], second: tuple[int, int], lower: float, upper: float
) -> None:
    # Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10; the last by his formula.
    found = compare_shares(wilson(*first), wilson(*second))
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=6e-4)


@given(st.lists(st.tuples(counts, counts).map(lambda x: (min(x), max(x))), min_size=2, max_size=6))
def test_a_trend_is_the_regression_of_presence_on_the_year(groups: list[tuple[int, int]]) -> None:
    years = list(range(2019, 2019 + len(groups)))
    present = np.concatenate([[1.0] * k + [0.0] * (n - k) for k, n in groups])
    at = np.concatenate([[float(year)] * n for year, (_, n) in zip(years, groups, strict=True)])
    change, p_value = trend([k for k, _ in groups], [n for _, n in groups], years)
    assert 0 <= p_value <= 1
    if len(at) and at.std() > 0:
        assert change == pytest.approx(np.polyfit(at - at.mean(), present, 1)[0], abs=1e-9)
    else:
        assert (change, p_value) == (0.0, 1.0)


def test_a_trend_without_units_is_none() -> None:
    assert trend([0, 0], [0, 0], [2021, 2022]) == (0.0, 1.0)


@given(p_values)
def test_correction_never_makes_a_difference_surer(values: list[float]) -> None:
    corrected = holm(values)
    assert all(value <= found <= 1 for value, found in zip(values, corrected, strict=True))
    order = np.argsort(values, kind="stable")
    assert (np.diff(np.array(corrected)[order]) >= 0).all()


def test_under_no_difference_false_alarms_are_rare() -> None:
    generator = np.random.default_rng(0)
    alarms = 0
    for _ in range(400):
        pairs = generator.binomial(40, 0.3, size=(10, 2))
        alarms += min(holm([fisher(a, 40 - a, b, 40 - b) for a, b in pairs.tolist()])) < 0.05
    assert alarms / 400 <= 0.05
