"""Appendices: what a person must judge, quoted sentences, numbers and statements, text not understood, the stamp."""

from __future__ import annotations

from collections.abc import Iterator

from wenti.rendering.blocks import Block, Bullets, Cell, Column, Heading, Paragraph, Row, Run, Table
from wenti.rendering.content.places import report_name
from wenti.rendering.content.scope import filters_in_words
from wenti.rendering.content.writer import LISTED_MOST, Writer
from wenti.rendering.labels import Count

_REVIEWED_MOST = 200
_NUMBERS_MOST = 100  # of an entry
_SPANS_MOST = 200
_SPAN_SHOWN = 300  # characters


def appendices(writer: Writer) -> list[Block]:
    """Return the appendices; to be called last, when all sentences and numbers are known."""
    return [*_review(writer), *_quoted(writer), *_numbers(writer), *_unread(writer), *_stamp(writer)]


def _appendix(writer: Writer, key: str, anchor: str) -> Heading:
    return Heading(writer.label(key), 1, anchor, appendix=True)


def _review(writer: Writer) -> Iterator[Block]:
    """Yield the statements that a person must judge."""
    label = writer.label
    found = [i for i, tagged in enumerate(writer.summary.statements) if tagged.needs_review]
    if not found:
        return
    count = writer.count(found, len(found), label("appendix_review"))
    yield _appendix(writer, "appendix_review", "review")
    if len(found) > _REVIEWED_MOST:
        yield Paragraph(label.runs("review_many", count=count))
        return
    yield Paragraph(label.runs("review_words", count=count))
    yield writer.sentences(found)


def _quoted(writer: Writer) -> Iterator[Block]:
    """Yield what the numbers count and tables mention, and stands nowhere else."""
    if not writer.lists_all:
        return
    counted = writer.index.statements() & {*writer.weaknesses, *writer.summary.strengths}
    rest = sorted((counted | writer.index.single | writer.mentioned) - writer.quoted)
    if rest:
        yield _appendix(writer, "appendix_quoted", "quoted")
        yield Paragraph(writer.label.runs("quoted_words"), "note")
        yield writer.sentences(rest)


def _numbers(writer: Writer) -> Iterator[Block]:
    """Yield the table that numbers lead to."""
    label = writer.label
    table = writer.index.table(label, writer.quoted, None if writer.lists_all else _NUMBERS_MOST)
    if table is not None:
        yield _appendix(writer, "appendix_numbers", "numbers")
        yield Paragraph(label.runs("numbers_words"), "note")
        if not writer.lists_all:
            yield Paragraph(label.runs("numbers_elsewhere", most=LISTED_MOST), "note")
        yield table


def _unread(writer: Writer) -> Iterator[Block]:
    """Yield text of the reports that was not understood."""
    label = writer.label
    spans = [
        (report_name(report, label), report.text[span.start : span.end])
        for report in writer.summary.reports
        for span in report.not_understood
    ]
    if not spans:
        return
    yield _appendix(writer, "appendix_unread", "unread")
    if len(spans) > _SPANS_MOST:
        yield Paragraph(label.runs("unread_cut", total=len(spans), shown=_SPANS_MOST), "note")
    items = []
    for name, text in spans[:_SPANS_MOST]:
        shown = " ".join(text.split())
        cut = shown if len(shown) <= _SPAN_SHOWN else shown[:_SPAN_SHOWN] + "…"
        items.append((Run(cut), Run(label("in_report", name=name), tone="quiet")))
    yield Bullets(tuple(items))


def _stamp(writer: Writer) -> Iterator[Block]:
    """Yield what made the report."""
    summary, label = writer.summary, writer.label
    stamp = summary.stamp
    facts: list[tuple[str, str | Count]] = [
        ("stamp_date", stamp.date),
        ("stamp_wenti", stamp.wenti),
        ("stamp_model", _of_tags(writer, stamp.model)),
        ("stamp_taxonomy", label("version_hash", version=stamp.taxonomy, sha256=stamp.taxonomy_sha256[:16])),
        ("stamp_threshold", _of_tags(writer, stamp.threshold and label(f"threshold_{stamp.threshold}"))),
        ("stamp_statements", Count(len(summary.statements), "reports" if summary.statements else "")),
    ]
    if summary.filters:
        facts.append(("stamp_filters", filters_in_words(writer)))
    yield _appendix(writer, "appendix_stamp", "stamp")
    yield Table(
        caption=label("made_by"),
        columns=(Column(label("item"), width=24), Column(label("value"), width=76)),
        rows=tuple(Row((Cell(label(key)), _fact_cell(value))) for key, value in facts),
        sheet=label("sheet_stamp"),
    )
    inputs = sorted({(report.source.path, report.source.sha256) for report in summary.reports})
    if inputs:
        yield Table(
            caption=label("inputs"),
            columns=(Column(label("file"), width=40), Column("SHA-256", width=60)),
            rows=tuple(Row((Cell(path), Cell(sha256))) for path, sha256 in inputs),
            sheet=label("sheet_stamp"),
        )


def _of_tags(writer: Writer, value: str) -> str:
    """Return what made the tags; tables of tagged statements do not say it."""
    label = writer.label
    if not value:
        return label("stamp_of_tables")
    return label("stamp_but_tables", value=value) if writer.summary.stamp.has_tables else value


def _fact_cell(value: str | Count) -> Cell:
    return Cell(value) if isinstance(value, str) else Cell(str(value.value), value.value, link=value.link)
