"""Units, projects, years, sectors or regions against categories: a heat map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from wenti.records import Finding
from wenti.rendering.blocks import Block, Cell, Column, Heading, Paragraph, Row, Table
from wenti.rendering.content.cells import count_cell, number_column
from wenti.rendering.content.writer import Writer
from wenti.rendering.labels import Count
from wenti.summary import Cell as Field

_MOST, _PRINTED = 2000, 60  # groups that are listed, and printed
_SHADES = 5


def matrix(writer: Writer) -> list[Block]:
    """Return the chapter of the matrix; nothing where it is empty."""
    summary, label = writer.summary, writer.label
    if not summary.matrix:
        return []
    if summary.by in ("sector", "region") and not any(summary.groups):
        return [Heading(label(f"matrix_{summary.by}"), 1, "matrix"), Paragraph(label.runs(f"no_{summary.by}"))]
    fields = {(field.group, field.category): field for field in summary.matrix}
    groups = _largest(summary.groups, summary.matrix)
    blocks: list[Block] = [Heading(label(f"matrix_{summary.by}"), 1, "matrix")]
    if len(groups) < len(summary.groups):
        total = Count(len(summary.groups), "reports")
        blocks.append(Paragraph(label.runs(f"matrix_cut_{summary.by}", total=total, shown=len(groups)), "note"))
    return [*blocks, writer.cut(_table(writer, groups, fields), _PRINTED)]


def _largest(groups: Sequence[str], fields: Sequence[Field]) -> list[str]:
    """Return the groups; where there are too many to print, those with most findings first."""
    if len(groups) <= _PRINTED:
        return list(groups)
    found: Counter[str] = Counter()
    for field in fields:
        found[field.group] += field.findings
    return sorted(groups, key=lambda group: -found[group])[:_MOST]


def _table(writer: Writer, groups: Sequence[str], fields: Mapping[tuple[str, str], Field]) -> Table:
    summary, label = writer.summary, writer.label
    categories = sorted({category for _, category in fields}, key=lambda name: writer.order[name])
    single = summary.by in ("unit", "project")
    totals = _totals(writer) if single else {}
    highest = max(field.findings for field in fields.values())
    rows = []
    for group in groups:
        name = _group_name(writer, group)
        cells = [Cell(name)]
        for category in categories:
            field = fields.get((group, category))
            title = label("index_matrix", group=name, category=writer.name(category))
            link = writer.index.entry(title, field.statements) if field is not None else ""
            cells.append(_by_findings(field, link, highest) if single else _by_units(field, link))
        if single:
            found = totals.get(group, [])
            statements = [index for finding in found for index in finding.statements]
            cells.append(count_cell(len(found), writer.index.entry(label("index_group", group=name), statements)))
        rows.append(Row(tuple(cells)))
    columns = [
        Column(label(f"group_{summary.by}"), width=24),
        *(Column(writer.name(category), "center", 8) for category in categories),
        *([number_column(label("total"))] if single else []),
    ]
    return Table(
        caption=label(f"matrix_{summary.by}"),
        columns=tuple(columns),
        rows=tuple(rows),
        anchor="matrix-table",
        sheet=label("sheet_matrix"),
        note=label("matrix_findings_note" if single else "matrix_units_note"),
    )


def _group_name(writer: Writer, group: str) -> str:
    if not group:
        return writer.label("no_unit")
    return writer.label("year_n", year=group) if writer.summary.by == "year" else group


def _by_findings(field: Field | None, link: str, highest: int) -> Cell:
    """Return the number of findings; darker is more."""
    if field is None:
        return Cell("0", 0, shade=0, tone="quiet")
    shade = field.findings if highest <= _SHADES else -(-_SHADES * field.findings // highest)
    return Cell(str(field.findings), field.findings, link=link, shade=shade)


def _by_units(field: Field | None, link: str) -> Cell:
    """Return how many units of the group show the category; darker is a larger share."""
    if field is None:
        return Cell("0", 0, shade=0, tone="quiet")
    share = field.by_unit
    shade = -(-_SHADES * share.count // share.total)
    return Cell(f"{share.count}/{share.total}", share.count, link=link, shade=shade)


def _totals(writer: Writer) -> dict[str, list[Finding]]:
    """Return the findings of each unit or project."""
    summary = writer.summary
    found: dict[str, list[Finding]] = {}
    for finding in summary.findings:
        group = finding.unit if summary.by == "unit" else summary.report_projects[finding.report]
        found.setdefault(group, []).append(finding)
    return found
