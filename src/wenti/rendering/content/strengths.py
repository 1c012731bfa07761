"""What the reports praise."""

from __future__ import annotations

from itertools import zip_longest

from wenti.rendering.blocks import Block, Heading, Paragraph
from wenti.rendering.content.writer import Writer

_MOST = 30


def strengths(writer: Writer) -> list[Block]:
    """Return the chapter on strengths; nothing where there are none."""
    found, label = writer.summary.strengths, writer.label
    if not found:
        return []
    shown = sorted(_from_all_reports(writer)[:_MOST])
    count = writer.count(found, len(found), label("chapter_strengths"))
    words = label.runs(
        "strengths_words" if len(shown) == len(found) else "strengths_some", count=count, shown=len(shown)
    )
    return [Heading(label("chapter_strengths"), 1, "strengths"), Paragraph(words), writer.sentences(shown)]


def _from_all_reports(writer: Writer) -> list[int]:
    """Return the strengths in turn: the first of each report, then the second of each, and so on."""
    by_report: dict[int, list[int]] = {}
    for index in writer.summary.strengths:
        by_report.setdefault(writer.summary.statements[index].report, []).append(index)
    return [index for turn in zip_longest(*by_report.values()) for index in turn if index is not None]
