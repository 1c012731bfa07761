"""Intervals: by formula and by resampling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenti.intervals import Resamples, percentile_interval, wilson

levels = st.floats(0.01, 0.999)
counts = st.integers(1, 10**7).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@pytest.mark.parametrize(
    ("count", "total", "lower", "upper"),
    [
        (3, 12, 0.0889, 0.5323),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 1, 0.2065, 1.0),
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (1, 29, 0.0061, 0.1718),
    ],
    ids=["a quarter", "none", "all", "one of one", "Newcombe 1998 a", "Newcombe 1998 b", "Newcombe 1998 d"],
)
def test_known_intervals(count: int, total: int, lower: float, upper: float) -> None:
    # Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3, and its formula for the rest.
    share = wilson(count, total)
    assert (round(share.lower, 4), round(share.upper, 4)) == (lower, upper)
    assert (share.count, share.total, share.share) == (count, total, count / total)


@given(counts, levels)
def test_the_share_lies_in_its_interval_and_the_interval_between_0_and_1(pair: tuple[int, int], level: float) -> None:
    share = wilson(*pair, level)
    assert 0 <= share.lower <= share.share <= share.upper <= 1


@given(counts, st.integers(2, 100))
def test_the_same_share_of_more_is_surer(pair: tuple[int, int], factor: int) -> None:
    count, total = pair
    few, many = wilson(count, total), wilson(count * factor, total * factor)
    assert few.lower <= many.lower
    assert many.upper <= few.upper


@given(counts, levels, levels)
def test_a_higher_level_gives_a_wider_interval(pair: tuple[int, int], first: float, second: float) -> None:
    narrow, wide = wilson(*pair, min(first, second)), wilson(*pair, max(first, second))
    assert wide.lower <= narrow.lower
    assert narrow.upper <= wide.upper


@given(st.integers(1, 10**6).flatmap(lambda total: st.tuples(st.integers(0, total - 1), st.just(total))))
def test_one_more_moves_both_bounds_up(pair: tuple[int, int]) -> None:
    count, total = pair
    less, more = wilson(count, total), wilson(count + 1, total)
    assert less.lower < more.lower or count == 0
    assert less.lower <= more.lower
    assert less.upper < more.upper or count + 1 == total
    assert less.upper <= more.upper


@given(counts, levels)
def test_the_interval_of_the_others_is_the_mirror_image(pair: tuple[int, int], level: float) -> None:
    count, total = pair
    share, others = wilson(count, total, level), wilson(total - count, total, level)
    assert others.lower == pytest.approx(1 - share.upper, abs=1e-9)
    assert others.upper == pytest.approx(1 - share.lower, abs=1e-9)


def test_of_nothing_nothing_is_known() -> None:
    share = wilson(0, 0)
    assert (share.share, share.lower, share.upper) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("count", "total", "level"),
    [(-1, 3, 0.95), (4, 3, 0.95), (0, -1, 0.95), (1, 3, 0.0), (1, 3, 1.0), (1, 3, float("nan"))],
    ids=["fewer than none", "more than all", "a negative total", "no level", "certainty", "not a level"],
)
def test_what_is_no_share_is_refused(count: int, total: int, level: float) -> None:
    with pytest.raises(ValueError, match=r"is no share|is not between"):
        wilson(count, total, level)


groups = st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=30)


@given(groups, st.integers(0, 99))
def test_a_resample_has_as_many_clusters_as_there_are(names: list[str], seed: int) -> None:
    resamples = Resamples.of(np.array(names), seed)
    assert resamples.draws.shape[1] == len(set(names))
    assert (resamples.draws.sum(axis=1) == len(set(names))).all()


@given(groups, st.data())
def test_sums_of_resamples_are_those_of_the_clusters_drawn(names: list[str], data: st.DataObject) -> None:
    values = np.array(data.draw(st.lists(st.integers(-9, 9), min_size=len(names), max_size=len(names))))
    resamples = Resamples.of(np.array(names))
    by_cluster = resamples.by_cluster(values)
    assert by_cluster.tolist() == [values[np.array(names) == name].sum() for name in sorted(set(names))]
    assert resamples.sums(by_cluster)[7] == pytest.approx(resamples.draws[7] @ by_cluster)
    wide = resamples.by_cluster(np.stack([values, -values], axis=1))
    assert (resamples.sums(wide)[:, 1] == -resamples.sums(by_cluster)).all()


def test_the_interval_of_a_mean_is_that_of_the_normal_distribution() -> None:
    values = np.random.default_rng(1).random(400)
    resamples = Resamples.of(np.arange(400))
    means = resamples.sums(resamples.by_cluster(values)) / 400
    lower, upper = percentile_interval(float(values.mean()), means, 400)
    half = 1.96 * values.std() / 20
    assert lower == pytest.approx(values.mean() - half, abs=3e-3)
    assert upper == pytest.approx(values.mean() + half, abs=3e-3)


def test_an_interval_is_stretched_to_its_figure() -> None:
    assert percentile_interval(0.9, np.full(100, 0.5), 5) == (0.5, 0.9)
    assert percentile_interval(0.1, np.full(100, 0.5), 5) == (0.1, 0.5)


@pytest.mark.parametrize(
    ("resampled", "clusters"), [([0.5, 0.5], 1), ([np.nan, np.nan], 3)], ids=["one cluster", "never defined"]
)
def test_an_interval_of_which_nothing_is_known(resampled: list[float], clusters: int) -> None:
    assert percentile_interval(0.5, np.array(resampled), clusters) == (0.0, 1.0)


def test_of_none_or_all_the_interval_is_that_of_the_clusters() -> None:
    assert np.round(percentile_interval(0.0, np.zeros(9), 10), 4).tolist() == [0, 0.2775]
    assert np.round(percentile_interval(1.0, np.ones(9), 10), 4).tolist() == [0.7225, 1]


def test_resamples_that_do_not_define_the_figure_are_left_out() -> None:
    assert percentile_interval(0.5, np.array([np.nan, 0.5, np.nan]), 2) == (0.5, 0.5)


def test_of_no_texts_there_are_no_sums() -> None:
    resamples = Resamples.of(np.array([], dtype=np.str_))
    assert resamples.sums(resamples.by_cluster(np.zeros((0, 3)))).sum() == 0
