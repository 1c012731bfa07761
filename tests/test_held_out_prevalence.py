"""What held-out units teach about correcting prevalence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wenti.corpus import LabelledStatement
from wenti.evaluation import Targets
from wenti.held_out_prevalence import HeldOutUnits, fit_quantifier, quantifiers
from wenti.quantification import Quantifier, intervals, likeliest_ratios, log_odds, shares

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KINDS = ["weakness", "strength", "fact", "recommendation"]
TYPES = ["money.slow", "money.idle", "aims.goals"]
CATEGORY = np.array([0, 0, 1])
PRIOR = (0.7, 0.1, 0.2, 0.0)


def labelled(kind: str, *types: str) -> LabelledStatement:
    return LabelledStatement(kind, types, "语句", "x.tsv", 1)


def sigmoid(logits: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-logits))
    return result


def of_units(unit: list[int], fold: list[str], probability: float = 0.3, gold: bool = False) -> HeldOutUnits:
    """Return statements of units, all alike but for the first, which has the first type."""
    n = len(unit)
    probabilities = np.full((n, 3), probability) + 0.01 * np.arange(n)[:, None] / max(n, 1)
    flags = np.full((n, 3), gold)
    flags[:1, 0] = True
    return HeldOutUnits(probabilities, flags, np.array(unit, dtype=np.int64), np.array(fold, dtype=np.str_))


# How units are laid out

ROWS = [
    (labelled("weakness", "money.slow"), "甲局", "a"),
    (labelled("fact"), "甲局", "a"),
    (labelled("weakness", "money.idle", "aims.goals"), "甲局", "b"),
    (labelled("strength", "money.slow"), "乙局", "a"),  # no part of a section of findings
    (labelled("recommendation", "money.slow"), "乙局", "a"),
    (labelled("weakness", "aims.goals"), "", "a"),  # of no unit
    (labelled("weakness", "aims.goals"), "乙局", ""),  # of no fold
    (labelled("weakness", "aims.goals"), "乙局", "a"),
]


def laid_out() -> tuple[HeldOutUnits, Floats]:
    targets = Targets.of([row for row, _, _ in ROWS], KINDS, TYPES)
    generator = np.random.default_rng(0)
    probabilities = generator.uniform(0.05, 0.95, (len(ROWS), len(KINDS) + len(TYPES)))
    probabilities[6] = np.nan  # as of texts in no fold
    folds = np.array([fold for _, _, fold in ROWS])
    return HeldOutUnits.of(probabilities, targets, [unit for _, unit, _ in ROWS], folds, PRIOR), probabilities


def test_a_unit_is_one_of_a_fold_and_holds_its_weaknesses_and_facts() -> None:
    units, _ = laid_out()
    assert units.fold.tolist() == ["a", "a", "b"]
    assert np.bincount(units.unit).tolist() == [1, 2, 1]  # 乙局 of a, 甲局 of a, 甲局 of b
    assert units.shown.tolist() == [[False, False, True], [True, False, False], [False, True, True]]


def test_a_probability_is_that_of_a_weakness_of_the_type_in_a_section_of_findings() -> None:
    units, probabilities = laid_out()
    for place, row in enumerate((0, 1, 2, 7)):
        kinds = probabilities[row, :4] * PRIOR
        expected = kinds[0] / kinds.sum() * probabilities[row, 4:]
        assert units.probabilities[place] == pytest.approx(expected)


def test_only_a_weakness_shows_its_types() -> None:
    targets = Targets.of([labelled("fact", "money.slow"), labelled("weakness")], KINDS, TYPES)
    probabilities = np.full((2, 7), 0.5)
    units = HeldOutUnits.of(probabilities, targets, ["甲局", "甲局"], np.array(["a", "a"]), PRIOR)
    assert not units.gold.any()
    assert units.gold.shape == (2, 3)


def test_a_category_is_as_likely_as_the_likeliest_of_its_types_and_shown_with_any() -> None:
    units, _ = laid_out()
    both = units.of_categories(CATEGORY)
    assert both.probabilities.tolist() == [[max(row[:2]), row[2]] for row in units.probabilities.tolist()]
    assert both.shown.tolist() == [[False, True], [True, False], [True, True]]
    assert (both.unit.tolist(), both.fold.tolist()) == (units.unit.tolist(), units.fold.tolist())


@st.composite
def laid(draw: st.DrawFn) -> HeldOutUnits:
    """Draw units, some of them perhaps without statements, in any order."""
    n_units = draw(st.integers(1, 6))
    unit = np.array(draw(st.lists(st.integers(0, n_units - 1), max_size=20)), dtype=np.int64)
    gold = np.array(draw(st.lists(st.booleans(), min_size=2 * len(unit), max_size=2 * len(unit))), dtype=bool)
    probabilities = np.arange(2 * len(unit), dtype=np.float64).reshape(-1, 2)  # each to be told by
    fold = np.array([f"f{number}" for number in range(n_units)])
    return HeldOutUnits(probabilities, gold.reshape(-1, 2), unit, fold)


@given(laid(), st.data())
def test_a_part_has_each_unit_as_often_as_it_is_named(units: HeldOutUnits, data: st.DataObject) -> None:
    wanted = data.draw(st.lists(st.integers(0, len(units.fold) - 1), max_size=8))
    part = units.part(np.array(wanted, dtype=np.int64))
    assert part.fold.tolist() == [f"f{number}" for number in wanted]
    for place, number in enumerate(wanted):
        assert part.probabilities[part.unit == place].tolist() == units.probabilities[units.unit == number].tolist()
        assert part.gold[part.unit == place].tolist() == units.gold[units.unit == number].tolist()
    assert len(part.probabilities) == len(part.unit) == sum((units.unit == number).sum() for number in wanted)
    assert part.shown.tolist() == units.shown[wanted].tolist()


# Quantifiers


@pytest.mark.parametrize(
    ("fold", "is_enough"), [("a", False), ("ab", False), ("aab", False), ("abc", True), ("abcabc", True)]
)
def test_three_folds_are_needed(fold: str, is_enough: bool) -> None:
    unit = [number for number in range(len(fold)) for _ in range(2)]
    units = of_units(unit, list(fold))
    units.gold[::2] = True
    found = fit_quantifier(units)
    assert (found is not None) == is_enough
    both = quantifiers(units, CATEGORY)
    assert (both is not None) == is_enough


def test_no_unit_at_all_teaches_nothing() -> None:
    nothing = of_units([], [])
    assert fit_quantifier(nothing) is None
    assert quantifiers(nothing, CATEGORY) is None


@pytest.mark.parametrize("gold", [True, False], ids=["all but one", "only one"])
def test_folds_beside_which_nothing_can_be_told_apart_teach_nothing(gold: bool) -> None:
    units = of_units([0, 0, 1, 2], ["a", "b", "c"], gold=gold)
    units.gold[0] = not gold
    assert fit_quantifier(units) is None


def test_quantifiers_stand_in_the_manifest_by_level() -> None:
    units = simulated(60, 0.4, np.random.default_rng(3))
    found = quantifiers(units, CATEGORY)
    assert found is not None
    assert list(found) == ["types", "categories"]
    assert Quantifier.from_manifest(found["types"]) == fit_quantifier(units)
    assert Quantifier.from_manifest(found["categories"]) == fit_quantifier(units.of_categories(CATEGORY))
    assert found["types"]["prior"] == pytest.approx(units.gold.mean())


# Simulated units

SLOPE, INTERCEPT, STATEMENT_PRIOR = 0.7, -1.0, 0.06
DEVIATION = 3.0


def simulated(
    n_units: int, share: float, generator: np.random.Generator, shifts: tuple[float, ...] = (0.0,) * 4
) -> HeldOutUnits:
    """Return units in folds with eight statements each, of which one or two have a type that the unit shows.

    Log-odds are normal around half their variance with the label and around its opposite without, so that they would be
    calibrated, were they not squeezed and moved, and by a shift for each fold.
    """
    shows = generator.random((n_units, 3)) < share
    has = np.zeros((n_units, 8, 3), dtype=bool)
    for _ in range(2):
        units, labels = np.nonzero(shows)
        has[units, generator.integers(0, 8, len(units)), labels] = True
    centre = np.where(has, DEVIATION**2 / 2, -(DEVIATION**2) / 2)
    true = generator.normal(centre, DEVIATION) + log_odds(np.array(STATEMENT_PRIOR))
    fold = np.arange(n_units) % len(shifts)
    moved = (true - INTERCEPT) / SLOPE + np.array(shifts)[fold][:, None, None]
    names = np.array([f"f{number}" for number in fold])
    unit = np.repeat(np.arange(n_units), 8)
    return HeldOutUnits(sigmoid(moved).reshape(-1, 3), has.reshape(-1, 3), unit, names)


def test_what_distorts_the_probabilities_is_learned() -> None:
    units = simulated(400, 0.3, np.random.default_rng(5))
    found = units.fitted()
    # Some statements of units that show a type have it, more than the prior that the log-odds were made with.
    moved = log_odds(np.array(units.gold.mean())) - log_odds(np.array(STATEMENT_PRIOR))
    assert found.slope == pytest.approx(SLOPE, abs=0.1)
    assert found.intercept == pytest.approx(INTERCEPT + moved, abs=0.3)
    assert found.prior == pytest.approx(units.gold.mean())
    assert found.spread == 0.0


def test_the_estimate_of_other_units_is_near_the_truth() -> None:
    generator = np.random.default_rng(7)
    quantifier = fit_quantifier(simulated(240, 0.3, generator))
    assert quantifier is not None
    estimated, counted, held = [], [], []
    for share in (0.05, 0.15, 0.35, 0.7) * 25:
        others = simulated(60, share, generator)
        estimate, true = others.estimated(quantifier), others.shown.mean(axis=0)
        ratios = likeliest_ratios(quantifier.ratios(others.probabilities), others.unit, len(others.fold))
        lower, upper = intervals(ratios, shares(ratios), quantifier.spread)
        estimated.append(np.abs(estimate - true).mean())
        counted.append(np.abs(others.present(others.probabilities > 0.5).mean(axis=0) - true).mean())
        held.append(((lower <= share) & (share <= upper)).mean())
    assert np.mean(estimated) < 0.05
    assert np.mean(estimated) <= 0.6 * np.mean(counted)
    assert 0.9 <= np.mean(held) <= 0.99


def test_folds_that_differ_from_each_other_widen_the_spread() -> None:
    spreads = []
    for shifts in ((0.0, 0.0, 0.0, 0.0), (-3.0, -1.0, 1.0, 3.0)):
        found = fit_quantifier(simulated(240, 0.3, np.random.default_rng(9), shifts))
        assert found is not None
        spreads.append(found.spread)
    assert 0 < spreads[0] < spreads[1] / 1.5


def test_the_same_units_give_the_same_quantifier_in_any_order() -> None:
    units = simulated(40, 0.4, np.random.default_rng(11))
    order = np.random.default_rng(12).permutation(len(units.fold))
    one, other = fit_quantifier(units), fit_quantifier(units.part(order))
    assert one is not None
    assert other is not None
    assert list(one.manifest().values()) == pytest.approx(list(other.manifest().values()), rel=1e-4)
