"""The one place where a summary is put together."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from wenti.aggregation.correction import Evidence, corrected
from wenti.aggregation.coverage import answered, match_requirements
from wenti.aggregation.pairs import pairs
from wenti.aggregation.periods import FEWEST, compare, new_types, recurrences, trends
from wenti.aggregation.presence import Presence
from wenti.aggregation.ranking import matrix, profiles, shared, strengths
from wenti.aggregation.scores import grade_shares, score_contrasts
from wenti.choices import USUAL, Choices, Years
from wenti.errors import UsageError
from wenti.records import Finding, Name, Report, Skipped, Stamp, TaggedStatement
from wenti.summary import Comparison, Measure, Review, SharedWeakness, Summary

Side = tuple[str, Sequence[int]]
"""What a group of reports is called, and the reports."""


@dataclass(frozen=True, slots=True)
class Background:
    """What a summary says beside its counts.

    Attributes
    ----------
    names : mapping of str to Name
        What categories, types and kinds are called.
    stamp : Stamp
    measures : mapping of str to str
        Which key figure each type is told by.
    evidence : Evidence or None
        By which shares are corrected.
    skipped : sequence of Skipped
        Files that could not be read.
    trained_on : container of str
        Hashes of the files that the model was trained on.
    filters, excluded, review
        As in :class:`wenti.summary.Summary`.
    """

    names: dict[str, Name]
    stamp: Stamp
    measures: Mapping[str, Measure] = field(default_factory=dict)
    evidence: Evidence | None = None
    skipped: Sequence[Skipped] = ()
    trained_on: Container[str] = ()
    excluded: int = 0
    review: Review | None = None


def aggregate(
    reports: Sequence[Report],
    statements: Sequence[TaggedStatement],
    findings: Sequence[Finding],
    background: Background,
    choices: Choices = USUAL,
    sides: tuple[Side, Side] | None = None,
) -> Summary:
    """Count findings by type, category, unit and project.

    A type is present in a unit or project, or it is not: findings are counted, never sentences, and a unit with two
    reports counts once.

    Parameters
    ----------
    reports, statements, findings
        As :func:`wenti.tagging.tag_reports` takes and returns them.
    background : Background
    choices : Choices, default=USUAL
        ``only`` has been heeded already.
    sides : pair of Side, optional
        Two groups of reports to set against each other, instead of periods.

    Returns
    -------
    Summary
    """
    presence = Presence.of(reports, statements, findings)
    types = corrected(presence, shared(presence, "type", choices.by, background.measures), "types", background.evidence)
    categories = corrected(
        presence, shared(presence, "category", choices.by, background.measures), "categories", background.evidence
    )
    ranked, below = _supported(types, choices)
    groups, cells = matrix(presence, choices.by)
    coverage = match_requirements(presence.reports, presence.statements, presence.findings)
    return Summary(
        reports=presence.reports,
        statements=presence.statements,
        findings=presence.findings,
        report_units=presence.report_units,
        report_projects=presence.projects,
        units=presence.units,
        projects=tuple(dict.fromkeys(presence.projects)),
        types=ranked,
        categories=_supported(categories, choices)[0],
        by=choices.by,
        groups=groups,
        matrix=cells,
        profiles=profiles(presence),
        contrasts=score_contrasts(presence),
        grades=grade_shares(presence),
        pairs=pairs(presence, choices.min_support),
        trends=trends(presence, "type") + trends(presence, "category"),
        new_types=new_types(presence),
        comparison=_comparison(presence, choices, sides),
        recurrences=recurrences(presence),
        coverage=coverage,
        answered=answered(presence.findings, coverage),
        strengths=strengths(presence),
        min_support=choices.min_support,
        below_support=below,
        skipped=tuple(background.skipped),
        trained_on=tuple(i for i, r in enumerate(reports) if r.source.sha256 in background.trained_on),
        filters=choices.only,
        excluded=background.excluded,
        review=background.review,
        stamp=background.stamp,
        names=background.names,
    )


def _supported(rows: Sequence[SharedWeakness], choices: Choices) -> tuple[tuple[SharedWeakness, ...], tuple[str, ...]]:
    """Return the rows with enough units (or projects), and the ids of the others."""
    counted = [(row.by_project if choices.by == "project" else row.by_unit).count for row in rows]
    ranked = tuple(row for row, count in zip(rows, counted, strict=True) if count >= choices.min_support)
    below = tuple(row.id for row, count in zip(rows, counted, strict=True) if count < choices.min_support)
    return ranked, below


def _comparison(presence: Presence, choices: Choices, sides: tuple[Side, Side] | None) -> Comparison | None:
    """Set the user's groups or periods against each other, else the latest year against the one before it.

    Raises
    ------
    UsageError
        If a period that the user names has no reports.
    """
    if sides is not None:
        return compare(presence, *sides)
    periods, fewest = choices.periods, 1
    if periods is None:
        years, fewest = presence.years, FEWEST
        if len(years) < 2:
            return None
        # Years one by one: what a unit showed in any of several years is more than in one.
        periods = ((years[-2], years[-2]), (years[-1], years[-1]))
    first, second = (
        (_span(period), [i for i, r in enumerate(presence.reports) if r.year and period[0] <= r.year <= period[1]])
        for period in periods
    )
    for name, reports in (first, second):
        if choices.periods is not None and not reports:
            raise UsageError("period_empty", period=name)
    enough = all(len(presence.units_of(reports)) >= fewest for _, reports in (first, second))
    return compare(presence, first, second) if enough else None


def _span(period: Years) -> str:
    """Return what a period is called: 2022 or 2020–2022."""
    return str(period[0]) if period[0] == period[1] else f"{period[0]}–{period[1]}"
