"""Projects with score, grade and weaknesses; weaknesses against score and grade."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wenti.rendering.blocks import Block, Cell, Column, Heading, Paragraph, Row, Table
from wenti.rendering.content.cells import (
    INTERVAL,
    NO_CELL,
    count_cell,
    decimal_cell,
    number_column,
    of_cell,
    p_cell,
    score_cell,
)
from wenti.rendering.content.numbers import fixed, significant
from wenti.rendering.content.wording import named
from wenti.rendering.content.writer import Writer
from wenti.rendering.labels import Count
from wenti.summary import Profile, ScoreContrast

_MOST, _LISTED = 2000, 60  # projects that are listed, and printed
_TYPES = 3
_PRINTED = 20  # contrasts of scores that are printed


def projects(writer: Writer) -> list[Block]:
    """Return the chapter on projects; nothing where there is none."""
    summary, label = writer.summary, writer.label
    if not summary.profiles:
        return []
    blocks: list[Block] = [Heading(label("chapter_projects"), 1, "projects-chapter")]
    shown = list(summary.profiles)
    if len(shown) > _MOST:
        shown = sorted(shown, key=lambda profile: -profile.findings)[:_MOST]
        blocks.append(
            Paragraph(label.runs("projects_cut", total=Count(len(summary.profiles), "reports"), shown=_MOST), "note")
        )
    blocks.append(_profiles(writer, sorted(shown, key=_by_score)))
    return [*blocks, *_scores(writer), *_grades(writer)]


def _by_score(profile: Profile) -> tuple[bool, float, str]:
    return profile.score is None, profile.score or 0.0, profile.project


def _profiles(writer: Writer, rows: Sequence[Profile]) -> Table:
    """Return the table of projects, lowest score first."""
    label = writer.label
    comma = label("list_comma")
    body = []
    for row in rows:
        link = writer.index.entry(label("index_project", name=row.project), _behind(writer, row))
        types = [writer.name(name) for name in row.types[:_TYPES]]
        shown = label("semicolon").join(types)  # names of types have commas in them
        cells = (
            Cell(row.project),
            Cell(comma.join(row.units)),
            Cell(comma.join(map(str, row.years))) if row.years else NO_CELL,
            score_cell(row.score),
            Cell(row.grade) if row.grade else NO_CELL,
            count_cell(row.findings, link),
            Cell(shown if len(row.types) <= _TYPES else label("types_in_cell", names=shown, count=len(row.types))),
        )
        body.append(Row(cells))
    columns = (
        Column(label("project"), width=22),
        Column(label("unit"), width=20),
        Column(label("year"), "center", 6),
        number_column(label("score")),
        Column(label("grade"), "center", 5),
        number_column(label("findings")),
        Column(label("main_types"), width=30),
    )
    table = Table(label("profiles"), columns, tuple(body), "projects", label("sheet_projects"))
    return writer.cut(table, _LISTED)


def _behind(writer: Writer, profile: Profile) -> list[int]:
    """Return the statements of a project's findings, those without type, too."""
    return [index for report in profile.reports for index in writer.behind(report)]


def _scores(writer: Writer) -> Iterator[Block]:
    """Yield scores of reports with and without each type."""
    rows, label = writer.summary.contrasts, writer.label
    if not rows:
        return
    lower = [row.id for row in rows if significant(row.p_adjusted) and row.difference < 0]
    higher = [row.id for row in rows if significant(row.p_adjusted) and row.difference > 0]
    found = [
        label.runs(key, names=named(writer, names))
        for key, names in (("score_lower", lower), ("score_higher", higher))
        if names
    ]
    yield Heading(label("scores"), 2)
    cause = label.runs("score_no_cause")
    yield Paragraph(label.text(*found, cause) if found else label.runs("score_no_difference"))
    table = Table(
        caption=label("scores_table"),
        columns=(
            Column(label("type"), width=22),
            number_column(label("n_with"), 8),
            number_column(label("n_without"), 8),
            number_column(label("mean_with"), 8),
            number_column(label("mean_without"), 8),
            number_column(label("difference"), 8),
            number_column(label("interval"), INTERVAL),
            number_column(label("p_value"), 8),
            number_column(label("p_adjusted"), 8),
        ),
        rows=tuple(_contrast(writer, row) for row in rows),
        sheet=label("sheet_scores"),
        note=label("scores_note"),
    )
    yield writer.cut(table, _PRINTED)


def _contrast(writer: Writer, row: ScoreContrast) -> Row:
    label = writer.label
    link = writer.index.entry(label("index_score", name=writer.name(row.id)), row.statements)
    bounds = label("from_to", lower=fixed(row.lower, 1), upper=fixed(row.upper, 1))
    return Row(
        (
            Cell(writer.name(row.id), link=writer.article(row.id)),
            count_cell(row.n_with, link),
            count_cell(row.n_without, "reports"),
            decimal_cell(row.mean_with, 1),
            decimal_cell(row.mean_without, 1),
            decimal_cell(row.difference, 1),
            Cell(bounds, tone="quiet"),
            p_cell(row.p_value),
            p_cell(row.p_adjusted),
        )
    )


def _grades(writer: Writer) -> Iterator[Block]:
    """Yield which share of the reports of each grade show each category."""
    rows, label = writer.summary.grades, writer.label
    if not rows:
        return
    grades = list(dict.fromkeys(row.grade for row in rows))
    fields = {(row.category, row.grade): row for row in rows}
    categories = sorted({row.category for row in rows}, key=lambda name: writer.order[name])
    body = []
    for category in categories:
        cells = [Cell(writer.name(category))]
        for grade in grades:
            row = fields.get((category, grade))
            title = label("index_grade", grade=grade, category=writer.name(category))
            link = writer.index.entry(title, row.statements) if row is not None else ""
            cells.append(of_cell(row.share, link) if row is not None else Cell("0", 0, tone="quiet"))
        body.append(Row(tuple(cells)))
    yield Heading(label("grades"), 2)
    yield Table(
        caption=label("grades_table"),
        columns=(Column(label("category"), width=16), *(number_column(label("grade_n", grade=g), 9) for g in grades)),
        rows=tuple(body),
        sheet=label("sheet_grades"),
        note=label("grades_note"),
    )
