"""What was read and skipped, how it was counted, and the list of reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from wenti.rendering.blocks import Block, Bullets, Cell, Column, Heading, Paragraph, Row, Run, Table
from wenti.rendering.content.cells import NO_CELL, count_cell, number_column, score_cell
from wenti.rendering.content.numbers import range_text, ranges
from wenti.rendering.content.overview import review_share
from wenti.rendering.content.places import report_name
from wenti.rendering.content.wording import years_named
from wenti.rendering.content.writer import Writer
from wenti.rendering.labels import Count

Runs = tuple[Run, ...]


def scope(writer: Writer) -> list[Block]:
    """Return the chapter on scope and method."""
    label = writer.label
    blocks: list[Block] = [Heading(label("chapter_scope"), 1, "scope")]
    if writer.summary.reports:
        blocks += [Heading(label("what_was_read"), 2), Paragraph(_read(writer))]
    blocks += [
        Paragraph(sentence) for sentence in (_filtered(writer), _unread(writer), review_share(writer)) if sentence
    ]
    blocks += _left_out(writer)
    if writer.summary.findings:
        blocks += [Heading(label("how_counted"), 2), Bullets(tuple(_method(writer)))]
    if writer.summary.reports:
        blocks += [Heading(label("list_of_reports"), 2), _reports(writer)]
    return blocks


def _read(writer: Writer) -> Runs:
    """Return how many reports of which sorts, units, projects and years."""
    summary, label = writer.summary, writer.label
    kinds = Counter(report.kind for report in summary.reports)
    years = sorted({report.year for report in summary.reports if report.year is not None})
    undated = sum(report.year is None for report in summary.reports)
    members = {unit for report in summary.reports for unit in report.units}
    joint = any(len(set(report.units)) > 1 for report in summary.reports)
    read = label.runs(
        "scope_read",
        reports=Count(len(summary.reports), "reports"),
        kinds=label.row([label.runs(f"kind_{kind}", count=Count(n, "reports")) for kind, n in kinds.most_common()]),
        units=label.runs(
            "read_units_joint" if joint and len(members) != len(summary.units) else "read_units",
            units=Count(len(summary.units), "reports"),
            members=Count(len(members), "reports"),
        ),
        projects=Count(len(summary.projects), "reports"),
    )
    evaluated = any(report.project_year is None and report.year is not None for report in summary.reports)
    how = "read_years_evaluated" if evaluated else "read_years"
    when = label.runs(how, years=years_named(years, label)) if years else ()
    without = label.runs("read_undated", count=Count(undated, "reports")) if years and undated else ()
    unnamed = sum(not report.units for report in summary.reports)
    nameless = label.runs("read_unnamed", count=Count(unnamed, "reports")) if unnamed else ()
    return label.text(read, when, without, nameless)


def _filtered(writer: Writer) -> Runs:
    """Return what the user asked for, and how many reports that left out."""
    summary, label = writer.summary, writer.label
    sentences = []
    if summary.filters:
        sentences.append(label.runs("filtered", filters=filters_in_words(writer)))
    if summary.excluded:
        sentences.append(label.runs("excluded", count=summary.excluded))
    return label.text(*sentences)


def filters_in_words(writer: Writer) -> str:
    """Return the fields and values by which reports were chosen."""
    label = writer.label
    wanted: dict[str, list[str]] = {}
    for name, value in writer.summary.filters:
        shown = label(f"kind_of_{value}") if name == "kind" else value
        wanted.setdefault(label(f"filter_{name}"), []).append(shown)
    filters = [label("filter", name=name, values=label("or").join(values)) for name, values in wanted.items()]
    return label("semicolon").join(filters)


def _unread(writer: Writer) -> Runs:
    """Return where text was not understood or not read."""
    summary, label = writer.summary, writer.label
    spans = [len(report.not_understood) for report in summary.reports]
    sentences = []
    if any(spans):
        facts = {"places": Count(sum(spans), "unread"), "reports": Count(sum(n > 0 for n in spans), "unread")}
        sentences.append(label.runs("unread_text", **facts))
    return label.text(*sentences)


def _left_out(writer: Writer) -> Iterator[Block]:
    """Yield files and pages that could not be read, and rows of a review that fit nothing."""
    summary, label = writer.summary, writer.label
    if summary.skipped:
        yield Heading(label("skipped"), 2)
        yield Paragraph(label.runs("skipped_count", count=len(summary.skipped)))
        yield Bullets(tuple((Run(skipped.reason[label.lang]),) for skipped in summary.skipped))
    pictures = [report for report in summary.reports if report.unread_pages]
    if pictures:
        yield Heading(label("unread_pages"), 2)
        yield Paragraph(label.runs("unread_pages_words"))
        comma = label("list_comma")
        items = []
        for report in pictures:
            pages = comma.join(range_text(*pair) for pair in ranges(report.unread_pages))
            items.append(label.runs("unread_pages_of", report=report_name(report, label), pages=pages))
        yield Bullets(tuple(items))
    if summary.review is not None and summary.review.unmatched:
        yield Heading(label("unmatched"), 2)
        yield Paragraph(label.runs("unmatched_count", count=len(summary.review.unmatched)))
        yield Bullets(
            tuple(
                label.runs("unmatched_row", sheet=unmatched.sheet, row=unmatched.row, text=unmatched.text)
                for unmatched in summary.review.unmatched
            )
        )


def _method(writer: Writer) -> Iterator[Runs]:
    """Yield how things were counted, as far as they are shown."""
    summary, label = writer.summary, writer.label
    yield label.runs("method_presence")
    yield label.runs("method_finding")
    if any(len(set(report.units)) > 1 for report in summary.reports):
        yield label.runs("method_joint")
    if summary.types:
        yield label.runs("method_interval")
    if any(row.by_unit.corrected or row.by_project.corrected for row in (*summary.types, *summary.categories)):
        yield label.runs("method_corrected")
    if summary.contrasts or summary.pairs or summary.trends or summary.comparison:
        yield label.runs("method_tests")
    if summary.coverage:
        yield label.runs("method_coverage")


def _reports(writer: Writer) -> Table:
    """Return the table of reports."""
    summary, label = writer.summary, writer.label
    found = Counter(finding.report for finding in summary.findings)
    trained = set(summary.trained_on)
    checked = set(summary.review.reports) if summary.review is not None else set()
    remarks = [
        label("list_comma").join(
            label(key) for key, holds in (("remark_reviewed", i in checked), ("remark_trained", i in trained)) if holds
        )
        for i in range(len(summary.reports))
    ]
    rows = []
    for i, report in enumerate(summary.reports):
        name = report_name(report, label)
        link = writer.index.entry(label("index_report", number=i + 1, name=name), writer.behind(i))
        cells = (
            Cell(str(i + 1), i + 1),
            Cell(name),
            Cell(label("list_comma").join(report.units)) if report.units else Cell(label("no_unit"), tone="quiet"),
            Cell(str(report.year), report.year) if report.year is not None else NO_CELL,
            score_cell(report.evaluation_score),
            Cell(report.grade) if report.grade else NO_CELL,
            count_cell(found[i], link),
            *([Cell(remarks[i])] if any(remarks) else []),
        )
        rows.append(Row(cells, f"r-{i + 1}"))
    columns = (
        number_column(label("number")),
        Column(label("project"), width=24),
        Column(label("unit"), width=24),
        Column(label("year"), "center", 6),
        number_column(label("score")),
        Column(label("grade"), "center", 5),
        number_column(label("findings")),
        *([Column(label("remarks"), width=10)] if any(remarks) else []),
    )
    return Table(label("reports_read"), columns, tuple(rows), "reports", label("sheet_reports"), heads=2)
