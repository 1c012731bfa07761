"""Shares of units and projects corrected by evidence made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.summaries import GOALS, IDLE, SLOW, TYPES, WATCH, Maker
from wenti.aggregation.correction import FEWEST, Evidence, corrected
from wenti.aggregation.presence import Presence
from wenti.intervals import wilson
from wenti.quantification import Quantifier
from wenti.records import Corrected, Finding
from wenti.summary import SharedWeakness

PRIOR = 0.1
CALIBRATED = Quantifier(slope=1.0, intercept=0.0, prior=PRIOR, spread=0.0)
QUANTIFIERS = {"types": CALIBRATED, "categories": CALIBRATED}
Probabilities = Sequence[Sequence[float]]


def evidence_of(
    maker: Maker, probabilities: Probabilities, quantifiers: dict[str, Quantifier] = QUANTIFIERS
) -> Evidence:
    """Return evidence of the first statements, with a column for each of the types."""
    rows = np.array(probabilities, dtype=np.float64)
    return Evidence(np.arange(len(maker.statements)), rows, TYPES[: rows.shape[1]], quantifiers)


def presence_of(maker: Maker) -> Presence:
    return Presence.of(maker.reports, maker.statements, maker.findings)


def row_of(label: str) -> SharedWeakness:
    """Return a row of a label; what it counts does not matter to what it is corrected to."""
    share = wilson(1, 10)
    return SharedWeakness(label, label.split(".", maxsplit=1)[0], (), (), share, share, 1, ())


def shares_of(
    maker: Maker, probabilities: Probabilities, label: str = SLOW, quantifiers: dict[str, Quantifier] = QUANTIFIERS
) -> tuple[Corrected | None, Corrected | None]:
    """Return the corrected shares of units and of projects."""
    level = "types" if "." in label else "categories"
    evidence = evidence_of(maker, probabilities, quantifiers)
    (row,) = corrected(presence_of(maker), [row_of(label)], level, evidence)
    return row.by_unit.corrected, row.by_project.corrected


def by_unit(
    maker: Maker, probabilities: Probabilities, label: str = SLOW, quantifiers: dict[str, Quantifier] = QUANTIFIERS
) -> Corrected:
    found, _ = shares_of(maker, probabilities, label, quantifiers)
    assert found is not None
    return found


def likeliest(probabilities: Sequence[float]) -> float:
    """Return the likeliest share where each unit has one statement, by trying all."""
    ratios = np.array(probabilities) / (1 - np.array(probabilities)) * (1 - PRIOR) / PRIOR
    tried = np.linspace(0, 1, 2001)[:-1]
    return float(tried[np.log(np.outer(tried, ratios) + 1 - tried[:, None]).sum(axis=1).argmax()])


def of_one_statement(probabilities: Sequence[float]) -> tuple[Maker, list[list[float]]]:
    """Return units with one statement each; those above one half are tagged."""
    maker = Maker(len(probabilities))
    for unit, probability in enumerate(probabilities):
        if probability > 0.5:
            maker.find(unit, SLOW)
        else:
            maker.say(unit, kind="fact")
    return maker, [[probability] for probability in probabilities]


# What probabilities say


@pytest.mark.parametrize(
    "probabilities",
    [
        [0.95, 0.9, 0.05, 0.02, 0.01, 0.01],
        [0.45, 0.4, 0.4, 0.45, 0.4, 0.02, 0.02],
        [0.55, 0.55, 0.55, 0.01, 0.01, 0.01, 0.01, 0.01],
    ],
    ids=["clear", "just below the threshold", "just above it"],
)
def test_where_each_unit_has_one_statement_the_share_is_the_likeliest(probabilities: list[float]) -> None:
    found = by_unit(*of_one_statement(probabilities))
    assert found.share == pytest.approx(likeliest(probabilities), abs=1e-3)
    assert 0 <= found.lower < found.share < found.upper <= 1


def test_what_was_missed_raises_the_share_and_what_was_tagged_in_doubt_lowers_it() -> None:
    missed = by_unit(*of_one_statement([0.99, 0.45, 0.45, 0.45, 0.01, 0.01, 0.01, 0.01]))
    doubtful = by_unit(*of_one_statement([0.6, 0.55, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01]))
    assert missed.share > 1 / 8
    assert doubtful.share < 2 / 8


def test_a_report_without_findings_is_a_unit_that_does_not_show_it() -> None:
    probabilities = [0.99, 0.99, 0.01, 0.01, 0.01]
    maker, rows = of_one_statement(probabilities)
    wider = Maker(10)
    wider.statements, wider.findings = maker.statements, maker.findings
    found = by_unit(wider, rows)
    assert found.share == pytest.approx(likeliest([*probabilities, *[0.0] * 5]), abs=1e-3)
    assert found.share < by_unit(maker, rows).share / 1.8


def test_a_category_is_as_likely_as_the_likeliest_of_its_types() -> None:
    maker = Maker(6)
    for unit in range(6):
        maker.find(unit, SLOW if unit % 2 else IDLE)
    # Columns of SLOW, IDLE (both of money), GOALS and WATCH.
    rows = [[0.3, 0.9, 0.99, 0.99], [0.8, 0.1, 0.01, 0.01]] * 3
    found = by_unit(maker, rows, "money")
    assert found.share == pytest.approx(likeliest([0.9, 0.8] * 3), abs=1e-3)


@pytest.mark.parametrize("known", [(), (SLOW, IDLE)], ids=["none", "others"])
def test_types_that_the_model_does_not_know_stay_as_they_were_counted(known: tuple[str, ...]) -> None:
    maker = Maker(6)
    for unit in range(6):
        maker.find(unit, GOALS)
    maker.find(0, SLOW)
    evidence = Evidence(np.arange(7), np.full((7, len(known)), 0.01), known, QUANTIFIERS)
    rows = [row_of(GOALS), row_of(SLOW)]
    goals, slow = corrected(presence_of(maker), rows, "types", evidence)
    assert goals == rows[0]
    assert (slow.by_unit.corrected is None) == (SLOW not in known)
    (aims,) = corrected(presence_of(maker), [row_of("aims")], "categories", evidence)
    assert aims == row_of("aims")


# What a person has judged


def reviewed(maker: Maker, *indices: int) -> Maker:
    for index in indices:
        maker.statements[index] = replace(maker.statements[index], reviewed=True)
    return maker


@pytest.mark.parametrize("probability", [0.0, 0.02, 0.98, 1.0])
def test_a_reviewed_statement_is_certain_whatever_its_probability(probability: float) -> None:
    maker = Maker(8)
    for unit in range(8):
        if unit < 3:
            maker.find(unit, SLOW)
        elif unit < 6:
            maker.say(unit, kind="fact")
        else:
            maker.say(unit, [SLOW], kind="strength")
    found = by_unit(reviewed(maker, *range(8)), [[probability]] * 8)
    assert found.share == pytest.approx(3 / 8, abs=1e-3)


def test_one_reviewed_statement_outweighs_what_the_model_said_of_it() -> None:
    probabilities = [0.97, 0.97, 0.02, 0.02, 0.02, 0.02]
    maker, rows = of_one_statement(probabilities)
    before = by_unit(maker, rows)
    confirmed = by_unit(reviewed(maker, 0, 1), rows)
    assert before.share < confirmed.share + 1e-3
    assert confirmed.upper - confirmed.lower <= before.upper - before.lower + 1e-3
    refused, rows = of_one_statement(probabilities)
    refused.statements[0] = replace(refused.statements[0], kind="fact", types=(), reviewed=True)
    assert by_unit(refused, rows).share < before.share - 0.1


def test_a_reviewed_type_is_its_category_too_and_no_other() -> None:
    maker = Maker(6)
    for unit in range(6):
        maker.find(unit, *((IDLE, GOALS) if unit < 2 else (WATCH,)))
    rows = [[0.5, 0.5, 0.5, 0.5]] * 6
    reviewed(maker, *range(6))
    shares = {label: by_unit(maker, rows, label).share for label in ("money", "aims", SLOW, IDLE, GOALS, WATCH)}
    expected = {"money": 2 / 6, "aims": 1.0, SLOW: 0.0, IDLE: 2 / 6, GOALS: 2 / 6, WATCH: 4 / 6}
    assert shares == pytest.approx(expected, abs=1e-3)


def test_the_more_is_reviewed_the_less_the_spread_of_the_model_counts() -> None:
    wide = {"types": replace(CALIBRATED, spread=1.0)}
    widths = []
    for done in (0, 5, 10):
        maker, rows = of_one_statement([0.999] * 4 + [0.0005] * 6)
        found = by_unit(reviewed(maker, *range(done)), rows, quantifiers=wide)
        widths.append(found.upper - found.lower)
    assert widths[0] > widths[1] + 0.01 > widths[2] + 0.02
    maker, rows = of_one_statement([0.999] * 4 + [0.0005] * 6)
    alone = by_unit(reviewed(maker, *range(10)), rows)
    assert widths[2] == pytest.approx(alone.upper - alone.lower)


# Units and projects


@pytest.mark.parametrize("units", [1, FEWEST - 1, FEWEST])
def test_few_units_are_not_corrected(units: int) -> None:
    maker, rows = of_one_statement(([0.9, 0.1] * FEWEST)[:units])
    found = shares_of(maker, rows)
    assert all((each is None) == (units < FEWEST) for each in found)


def test_projects_are_corrected_by_themselves() -> None:
    maker, rows = of_one_statement([0.95] * 3 + [0.02] * 3)
    # Three reports are of one unit, but of three projects.
    maker.reports[1:3] = [replace(report, units=maker.reports[0].units) for report in maker.reports[1:3]]
    of_units, of_projects = shares_of(maker, rows)
    assert of_units is None  # four
    assert of_projects is not None
    assert of_projects.share == pytest.approx(likeliest([0.95] * 3 + [0.02] * 3), abs=1e-3)
    of_units, of_projects = shares_of(*of_one_statement([0.95] * 3 + [0.02] * 3))
    assert of_units == of_projects


def test_several_reports_of_one_project_are_one() -> None:
    maker, rows = of_one_statement([0.95] * 3 + [0.02] * 3)
    one = maker.reports[0].units
    maker.reports[:3] = [replace(report, project="同一项目", units=one) for report in maker.reports[:3]]
    assert shares_of(maker, rows) == (None, None)  # four of each


def of_a_joint_report(*named: str) -> Maker:
    """Return six reports, the last by two units: a finding for each unit named, and a fact that is in no finding."""
    maker, _ = of_one_statement([0.01] * 5)
    report = replace(maker.reports[0], units=("子局", "丑局"), project="联合项目")
    maker.reports.append(report)
    maker.units = (*maker.units, "")
    for unit in named:
        finding = maker.find(5, SLOW)
        maker.findings[finding] = Finding(5, "1", unit, (SLOW,), maker.findings[finding].statements)
    maker.say(5, kind="fact")
    return maker


def test_a_statement_counts_for_the_unit_that_its_finding_names() -> None:
    maker = of_a_joint_report("子局", "丑局")
    rows = [[0.0001]] * 5 + [[0.02], [0.0001], [0.0001]]
    assert len(presence_of(maker).units) == 7
    assert by_unit(reviewed(maker, 5), rows).share == pytest.approx(1 / 7, abs=0.01)


def test_what_is_in_no_finding_of_a_joint_report_is_of_no_single_unit() -> None:
    maker = of_a_joint_report("子局")
    assert "子局等2家单位" not in presence_of(maker).units
    rows = [[0.01]] * 5 + [[0.999], [0.5]]
    low = by_unit(maker, rows)
    rows[-1] = [0.999]
    assert by_unit(maker, rows) == low
    assert shares_of(maker, rows)[1] != shares_of(maker, [*rows[:-1], [0.001]])[1]  # of its project it is


def test_what_is_in_no_finding_counts_for_the_joint_unit_where_there_is_one() -> None:
    maker = of_a_joint_report("子局", "")
    assert "子局等2家单位" in presence_of(maker).units
    rows = [[0.01]] * 5 + [[0.001], [0.001], [0.5]]
    low = by_unit(maker, rows).share
    rows[-1] = [0.999]
    assert by_unit(maker, rows).share > low + 0.05


# Nothing to correct


def test_without_evidence_rows_stay_as_they_are() -> None:
    maker, rows = of_one_statement([0.9] * 3 + [0.1] * 3)
    presence, found = presence_of(maker), [row_of(SLOW)]
    assert corrected(presence, found, "types", None) == tuple(found)
    only_types = evidence_of(maker, rows, {"types": CALIBRATED})
    assert corrected(presence, [row_of("money")], "categories", only_types) == (row_of("money"),)
    assert corrected(presence, [], "types", only_types) == ()


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 7), st.floats(0, 1), st.booleans()), min_size=1, max_size=25), st.data())
def test_shares_lie_in_their_intervals_in_any_order_of_statements(
    said: list[tuple[int, float, bool]], data: st.DataObject
) -> None:
    found = []
    for each in (said, data.draw(st.permutations(said))):
        maker = Maker(8)
        for unit, _, is_reviewed in each:
            finding = maker.find(unit, SLOW)
            if is_reviewed:
                reviewed(maker, maker.findings[finding].statements[0])
        rows = [[probability] for _, probability, _ in each]
        found.append(by_unit(maker, rows))
    for each_found in found:
        assert 0 <= each_found.lower <= each_found.share <= each_found.upper <= 1
    assert [found[0].share, found[0].lower, found[0].upper] == pytest.approx(
        [found[1].share, found[1].lower, found[1].upper], abs=1e-6
    )
