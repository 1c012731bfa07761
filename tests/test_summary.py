"""The tables of a report as pandas frames."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.summaries import many, with_years
from wenti.summary import Summary


@pytest.fixture
def summary() -> Summary:
    return with_years(many())


def test_every_table_is_a_frame_with_a_row_for_each_of_its_rows(summary: Summary) -> None:
    frames = summary.to_frames()
    assert summary.comparison is not None
    counts = {name: len(frame) for name, frame in frames.items()}
    listed = {name: len(getattr(summary, name)) for name in counts if name not in ("comparison", "trends")}
    points = sum(len(trend.points) for trend in summary.trends)
    assert counts == listed | {"comparison": len(summary.comparison.rows), "trends": points}


def test_a_share_is_spread_over_columns(summary: Summary) -> None:
    first = summary.to_frames()["types"].iloc[0]
    row = summary.types[0]
    assert (first["by_unit_count"], first["by_unit_total"], first["by_unit_share"]) == (
        row.by_unit.count,
        row.by_unit.total,
        row.by_unit.share,
    )
    assert first["statements"] == row.statements


def test_a_frame_leads_back_to_its_sentences(summary: Summary) -> None:
    frames = summary.to_frames()
    for _, row in frames["types"].iterrows():
        found = frames["statements"].loc[list(row["statements"])]
        assert all(row["id"] in types for types in found["types"])


def test_a_table_without_rows_has_its_columns(summary: Summary) -> None:
    full = summary.to_frames()
    names = ("matrix", "profiles", "contrasts", "grades", "pairs", "recurrences", "coverage", "answered", "trends")
    bare = replace(summary, comparison=None, **dict.fromkeys(names, ())).to_frames()  # type: ignore[arg-type]
    for name in (*names, "comparison"):
        assert len(bare[name]) == 0
        assert list(bare[name].columns) == list(full[name].columns)
