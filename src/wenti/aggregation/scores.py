"""Weaknesses against score and grade."""

from __future__ import annotations

from dataclasses import replace

from wenti.aggregation.presence import Presence, members
from wenti.intervals import wilson
from wenti.significance import compare_means, holm
from wenti.summary import GradeShare, ScoreContrast

_FEWEST = 3  # reports with a type, and without: a mean of fewer says nothing


def score_contrasts(presence: Presence) -> tuple[ScoreContrast, ...]:
    """Return the scores of reports that show a type against the others', lowest difference first."""
    scores = {i: r.evaluation_score for i, r in enumerate(presence.reports) if r.evaluation_score is not None}
    rows = []
    for label, group in presence.table.groupby("type", sort=True):
        showing = set(group["report"])
        with_type = [score for i, score in scores.items() if i in showing]
        without = [score for i, score in scores.items() if i not in showing]
        if min(len(with_type), len(without)) < _FEWEST:
            continue
        found = compare_means(without, with_type)
        rows.append(
            ScoreContrast(
                id=str(label),
                n_with=len(with_type),
                n_without=len(without),
                mean_with=sum(with_type) / len(with_type),
                mean_without=sum(without) / len(without),
                difference=found.value,
                lower=found.lower,
                upper=found.upper,
                p_value=found.p_value,
                p_adjusted=1.0,
                statements=members(group["statement"][group["report"].isin(scores)]),
            )
        )
    adjusted = holm([row.p_value for row in rows])
    rows = [replace(row, p_adjusted=value) for row, value in zip(rows, adjusted, strict=True)]
    return tuple(sorted(rows, key=lambda row: (row.difference, row.id)))


def grade_shares(presence: Presence) -> tuple[GradeShare, ...]:
    """Return which share of the reports of each grade show each category; grades by mean score, best first."""
    reports_of: dict[str, list[int]] = {}
    for index, report in enumerate(presence.reports):
        if report.grade:
            reports_of.setdefault(report.grade, []).append(index)
    grades = sorted(reports_of, key=lambda grade: (-_mean_score(presence, reports_of[grade]), grade))
    rows = []
    for grade in grades:
        table = presence.table[presence.table["report"].isin(reports_of[grade])]
        for category, group in table.groupby("category", sort=True):
            share = wilson(int(group["report"].nunique()), len(reports_of[grade]))
            rows.append(GradeShare(grade, str(category), share, members(group["statement"])))
    return tuple(rows)


def _mean_score(presence: Presence, reports: list[int]) -> float:
    scores = [score for i in reports if (score := presence.reports[i].evaluation_score) is not None]
    return sum(scores) / len(scores) if scores else 0.0
