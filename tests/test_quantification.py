"""Corrected prevalence: against QuaPy, in simulation, and at the borders."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from quapy.method.aggregative import EMQ

from wenti.quantification import Quantifier, intervals, judged, likeliest_ratios, log_odds, shares, unit_ratios

Floats = NDArray[np.float64]


def simulated(
    n_units: int, share: float, generator: np.random.Generator, size: int = 6
) -> tuple[Floats, NDArray[np.int64], NDArray[np.bool_]]:
    """Return probabilities of statements, their units, and which units show the label.

    A statement's log-odds are normal with variance 9 around 2 with the label and around its opposite without, less the
    prior's, so that they are calibrated: the log-likelihood ratio of two normals of one variance is linear.
    """
    shows = generator.random(n_units) < share
    has = np.zeros((n_units, size), dtype=bool)
    has[np.arange(n_units), generator.integers(0, size, n_units)] = shows
    deviation = 3.0
    ratio = generator.normal(np.where(has, deviation**2 / 2, -(deviation**2) / 2), deviation)
    logits = ratio.ravel() + log_odds(np.array(0.05))
    return 1 / (1 + np.exp(-logits)), np.repeat(np.arange(n_units), size), shows


CALIBRATED = Quantifier(slope=1.0, intercept=0.0, prior=0.05, spread=0.0)


@pytest.mark.parametrize("share", [0.03, 0.2, 0.5, 0.8])
@pytest.mark.parametrize("n_units", [15, 120])
def test_intervals_hold_the_true_share_in_simulation(n_units: int, share: float) -> None:
    generator = np.random.default_rng(1)
    held, errors, counted = 0, [], []
    n_draws = 200
    for _ in range(n_draws):
        probabilities, unit, shows = simulated(n_units, share, generator)
        ratios = likeliest_ratios(CALIBRATED.ratios(probabilities[:, None]), unit, n_units)
        estimate = shares(ratios)
        lower, upper = intervals(ratios, estimate, 0.0)
        held += bool(lower[0] <= share <= upper[0])
        errors.append(estimate[0] - shows.mean())
        tagged = np.zeros(n_units, dtype=bool)
        np.logical_or.at(tagged, unit, probabilities > 0.5)
        counted.append(tagged.mean() - shows.mean())
    assert 0.90 <= held / n_draws <= 0.99
    assert abs(np.mean(errors)) < 0.02
    if n_units > 100 and share >= 0.5:
        assert np.abs(errors).mean() <= 0.6 * np.abs(counted).mean()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.001, 0.999), min_size=1, max_size=80), st.floats(0.05, 0.95))
def test_where_each_unit_has_one_statement_it_is_quapys_emq(posteriors: list[float], prior: float) -> None:
    probabilities = np.array(posteriors)
    quantifier = Quantifier(1.0, 0.0, prior, 0.0)
    units = np.arange(len(probabilities))
    # One statement: how many a unit has on average changes nothing.
    ratios = unit_ratios(quantifier.ratios(probabilities[:, None]), units, len(units), per_unit=1.0)
    (found,) = shares(ratios)
    both = np.stack([1 - probabilities, probabilities], axis=1)
    with warnings.catch_warnings(action="ignore"):  # that it stopped before the end
        expected, _ = EMQ.EM(np.array([1 - prior, prior]), both, epsilon=1e-9)
    # QuaPy stops after 1,000 rounds, which is far from the end where the share is next to 0 or 1.
    likelihood = [np.log(p * ratios[:, 0] + 1 - p).sum() for p in (found, float(expected[1]))]
    assert likelihood[0] >= likelihood[1] - 1e-6
    if 0.02 < found < 0.98:
        assert found == pytest.approx(float(expected[1]), abs=0.01)


cells = st.floats(1e-4, 1e4)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), cells, cells), max_size=40),
    st.sampled_from([0.0, 0.2, 1.0]),
)
def test_estimates_lie_in_their_intervals(rows: list[tuple[int, float, float]], spread: float) -> None:
    ratios = np.array([row[1:] for row in rows]).reshape(-1, 2)
    units = np.array([row[0] for row in rows], dtype=np.int64)
    found = likeliest_ratios(ratios, units, 10)
    estimates = shares(found)
    lower, upper = intervals(found, estimates, spread)
    assert ((lower >= 0) & (lower <= estimates) & (estimates <= upper) & (upper <= 1)).all()


def test_a_unit_without_statements_shows_nothing() -> None:
    ratios = unit_ratios(np.array([[50.0]]), np.array([0]), 3, 1.0)
    assert ratios.tolist() == [[pytest.approx(50.0)], [0.0], [0.0]]
    assert shares(ratios)[0] == pytest.approx(1 / 3, abs=0.02)


def test_what_a_person_has_judged_is_counted() -> None:
    has = np.array([[True], [False], [False], [True], [False], [False]])
    ratios = likeliest_ratios(judged(has), np.array([0, 0, 1, 2, 2, 3]), 4)
    assert shares(ratios)[0] == pytest.approx(0.5, abs=1e-3)


def test_more_spread_between_authors_widens_the_interval() -> None:
    probabilities, unit, _ = simulated(60, 0.4, np.random.default_rng(2))
    ratios = likeliest_ratios(CALIBRATED.ratios(probabilities[:, None]), unit, 60)
    estimate = shares(ratios)
    widths = [float(np.diff(np.ravel(intervals(ratios, estimate, spread)))[0]) for spread in (0.0, 0.3, 0.6)]
    assert widths[0] < widths[1] < widths[2]


@pytest.mark.parametrize(
    "entry",
    [None, {}, {"slope": 1, "intercept": 0, "prior": 0.1}, {"slope": "x", "intercept": 0, "prior": 0.1, "spread": 0}]
    + [{"slope": 1, "intercept": 0, "prior": prior, "spread": spread} for prior, spread in ((0, 1), (1, 1), (0.5, -1))]
    + [{"slope": float("nan"), "intercept": 0, "prior": 0.5, "spread": 1}],
)
def test_a_manifest_that_is_none_is_refused(entry: object) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        Quantifier.from_manifest(entry)


def test_a_manifest_gives_the_quantifier_back() -> None:
    quantifier = Quantifier(0.98, 0.4, 0.03, 0.2)
    assert Quantifier.from_manifest(quantifier.manifest()) == quantifier
