"""The summary page: numbers, what most units share, what is new, what is worst, what comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from wenti.records import Share
from wenti.rendering.blocks import Block, Bullets, Heading, PageBreak, Paragraph, Run, Tile, Tiles
from wenti.rendering.content.numbers import percent, rounded, score
from wenti.rendering.content.wording import excerpt, figure_value, named, quoted
from wenti.rendering.content.writer import Writer
from wenti.rendering.labels import Count
from wenti.summary import MEASURES, QUANTITIES, KeyFigure, SharedWeakness

Runs = tuple[Run, ...]

_RECURRING = 2  # types that are named: the summary is to fit on a page
_WIDE = 30  # units up to which intervals are wide


def overview(writer: Writer) -> list[Block]:
    """Return the summary page."""
    tiles, headline = _tiles(writer), _headline(writer)
    bullets = [
        bullet
        for bullet in (_new(writer), *_worst(writer), _lowest_score(writer), _recurring(writer), _unanswered(writer))
        if bullet
    ]
    return [
        Heading(writer.label("chapter_summary"), 1, "summary"),
        tiles,
        Paragraph(headline, "key"),
        *([Bullets(tuple(bullets))] if bullets else []),
        *(Paragraph(note, "note") for note in _notes(writer)),
        PageBreak(),
    ]


def _tiles(writer: Writer) -> Tiles:
    summary, label = writer.summary, writer.label
    review = [i for i, tagged in enumerate(summary.statements) if tagged.needs_review]
    found = writer.index.entry(label("n_findings"), writer.weaknesses)
    tiles = (
        ("n_reports", len(summary.reports), "reports"),
        ("n_units", len(summary.units), "reports"),
        ("n_projects", len(summary.projects), "reports"),
        ("n_findings", len(summary.findings), found),
        ("n_weaknesses", len(writer.weaknesses), writer.index.entry(label("n_weaknesses"), writer.weaknesses)),
        ("n_review", len(review), "review"),
    )
    return Tiles(tuple(Tile(label(key), str(count), link if count else "") for key, count, link in tiles))


def _headline(writer: Writer) -> Runs:
    """Return what most units share; ties are named as ties."""
    summary, label = writer.summary, writer.label
    if not summary.reports:
        return label.runs("key_no_report")
    types = len(summary.types) + len(summary.below_support)
    if not summary.findings:
        return label.runs("key_none")
    findings = writer.count(writer.weaknesses, len(summary.findings), label("n_findings"))
    if not types:
        return label.runs("key_untyped", findings=findings)
    shared = _shared(writer)
    if writer.ranked and shared:
        return _most_shared(writer, shared)
    found = label.runs("key_found", findings=findings, types=types)
    return _unranked(writer, found)


def _unranked(writer: Writer, found: Runs) -> Runs:
    """Return the key message where there are too few units to rank, or nothing is shared."""
    summary, label = writer.summary, writer.label
    total = Count(writer.total, "reports")
    if writer.total == 1:
        return label.runs(f"key_one_{writer.measured}", total=total, found=found)
    shared = _shared(writer)
    key = f"shared_by_{writer.measured}" if shared else f"unshared_{writer.measured}"
    names = named(writer, [row.id for row in shared])
    tail = label.runs(key, names=names, fewest=max(2, summary.min_support))
    if writer.ranked:
        return label.runs("key_unranked", found=found, tail=tail)
    return label.runs(f"key_few_{writer.measured}", total=total, found=found, tail=tail)


def _shared(writer: Writer) -> list[SharedWeakness]:
    """Return the types that more than one unit (or project) shows."""
    return [row for row in writer.types if _primary(writer, row).count > 1]


def _primary(writer: Writer, row: SharedWeakness) -> Share:
    return row.by_project if writer.by_project else row.by_unit


def _most_shared(writer: Writer, rows: Sequence[SharedWeakness]) -> Runs:
    label = writer.label
    ties = [list(group) for _, group in groupby(rows, key=lambda row: _primary(writer, row).count)]
    parts: list[Run] = []
    for key, tied in zip(("key_first", "key_second"), ties, strict=False):
        share = _primary(writer, tied[0])
        if len(tied) == 1:
            count = Count(share.count, writer.article(tied[0].id))
        else:
            statements = [index for row in tied for index in row.statements]
            count = writer.count(statements, share.count, label("index_most_shared"))
        have = label.runs(
            f"have_{'one' if len(tied) == 1 else 'each'}_{writer.measured}", count=count, share=percent(share.share)
        )
        parts += label.runs(key, names=named(writer, [row.id for row in tied]), have=have)
    return (*parts, Run(label("stop")))


def _new(writer: Writer) -> Runs:
    """Return the types that only the latest year has."""
    summary, label = writer.summary, writer.label
    if not summary.new_types:
        return ()
    latest = max(report.year for report in summary.reports if report.year is not None)
    return label.runs(
        "bullet_new", year=str(latest), count=len(summary.new_types), names=named(writer, summary.new_types)
    )


def _worst(writer: Writer) -> Iterator[Runs]:
    """Yield the worst of the key figures of each sort, with the words that it stands in: alone it may mislead."""
    label = writer.label
    for measure in MEASURES:
        rows = [
            (figure.value, row, figure)
            for row in writer.summary.types
            if (figure := row.key_figure) is not None and figure.measure == measure
        ]
        if rows:
            pick = min if measure == "lowest_rate" else max
            _, row, figure = pick(rows, key=lambda found: found[0])
            link = writer.index.entry(label(f"index_{measure}", name=writer.name(row.id)), figure.statements)
            value = Run(figure_value(figure, label.lang), link, "strong")
            index, words = _figure_in_words(writer, figure)
            cited = label.runs(
                "cited" if len(figure.statements) == 1 else "cited_first",
                number=writer.number(index, link),
                text=label.quoted(words),
            )
            yield label.runs(f"worst_{measure}", name=writer.named(row.id), value=value, cited=cited)


def _figure_in_words(writer: Writer, key: KeyFigure) -> tuple[int, str]:
    """Return the statement that a key figure stands in – of a sum, that of the largest amount – and the words around it."""
    quantities = QUANTITIES[key.measure]
    found = [
        (abs(figure.value), -index, figure.text)
        for index in key.statements
        for figure in writer.summary.statements[index].statement.figures
        if figure.quantity in quantities and not isinstance(figure.value, str)
    ]
    if key.measure != "sum_amount":
        found = [each for each in found if each[0] == key.value]
    _, index, figure_text = max(found, default=(0.0, -key.statements[0], ""))
    return -index, excerpt(writer.summary.statements[-index].statement.text, figure_text)


def _lowest_score(writer: Writer) -> Runs:
    """Return the project with the lowest score."""
    label = writer.label
    scored = [(rounded(profile.score, 2), profile) for profile in writer.summary.profiles if profile.score is not None]
    if len(scored) < 2:
        return ()
    lowest = min(value for value, _ in scored)
    rows = [profile for value, profile in scored if value == lowest]
    if len(rows) == len(scored):
        return ()
    names = quoted([(Run(label.quoted(row.project), "projects"),) for row in rows], label, "projects_named")
    return label.runs("bullet_lowest_score", names=names, score=score(float(lowest)))


def _recurring(writer: Writer) -> Runs:
    """Return how many units show a type again in a later year."""
    rows, label = writer.summary.recurrences, writer.label
    if not rows:
        return ()
    statements = [index for row in rows for when in (row.earlier, row.later) for index in when.statements]
    cases = Counter(row.type for row in rows)
    types = sorted(cases, key=lambda name: (-cases[name], writer.order[name]))
    return label.runs(
        "bullet_recurring",
        units=writer.count(statements, len({row.unit for row in rows}), label("chapter_recurrence")),
        cases=writer.count(statements, len(rows), label("chapter_recurrence")),
        names=named(writer, types, most=_RECURRING),
    )


def _unanswered(writer: Writer) -> Runs:
    """Return how many findings no requirement answers."""
    summary, label = writer.summary, writer.label
    if not summary.coverage:
        return ()
    findings = summary.findings
    inside = [index for row in summary.coverage for index in findings[row.finding].statements]
    total = writer.count(inside, len(summary.coverage), label("index_covered"))
    open_ = [row.finding for row in summary.coverage if row.match == "none"]
    if not open_:
        return label.runs("bullet_all_answered", total=total)
    statements = [index for finding in open_ for index in findings[finding].statements]
    return label.runs(
        "bullet_unanswered", total=total, count=writer.count(statements, len(open_), label("index_match_none"))
    )


def _notes(writer: Writer) -> list[Runs]:
    """Return what a reader must know before trusting the numbers."""
    summary, label = writer.summary, writer.label
    notes = []
    if writer.ranked and writer.total < _WIDE and summary.types:
        notes.append(label.runs(f"note_wide_{writer.measured}", total=Count(writer.total, "reports")))
    if summary.statements:
        notes.append(label.text(label.runs("note_machine"), review_share(writer)))
    if summary.trained_on:
        notes.append(label.runs("note_trained", count=Count(len(summary.trained_on), "reports")))
    if summary.review is not None:
        notes.append(reviewed(writer))
    return notes


def review_share(writer: Writer) -> Runs:
    """Return how many statements a person must judge; nothing where there are none."""
    statements = writer.summary.statements
    count = sum(tagged.needs_review for tagged in statements)
    if not count:
        return ()
    share = percent(count / len(statements))
    return writer.label.runs(
        "review_share", count=Count(count, "review"), total=Count(len(statements), "reports"), share=share
    )


def reviewed(writer: Writer) -> Runs:
    """Return what a person has reviewed."""
    review, label = writer.summary.review, writer.label
    if review is None:
        return ()
    if not review.statements and not review.reports:
        return label.runs("review_nothing")
    sentences = []
    if review.statements:
        done = [i for i, tagged in enumerate(writer.summary.statements) if tagged.reviewed]
        count, corrected = (
            writer.count(done, n, label("index_reviewed")) for n in (review.statements, review.corrected)
        )
        key = "note_reviewed" if review.corrected else "note_confirmed"
        sentences.append(label.runs(key, count=count, corrected=corrected))
    if review.reports:
        sentences.append(label.runs("note_reviewed_reports", count=Count(len(review.reports), "reports")))
    return label.text(*sentences)
