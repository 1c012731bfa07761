"""One article for each type: what it means, who shows it, how bad it is, and in which words."""

from __future__ import annotations

from collections.abc import Iterator

from wenti.rendering.blocks import Block, Heading, Paragraph, Run
from wenti.rendering.content.numbers import interval, percent
from wenti.rendering.content.wording import figure_value, of_many, units_named
from wenti.rendering.content.writer import Writer
from wenti.rendering.labels import Count
from wenti.summary import SharedWeakness

_PRAISED = 2


def articles(writer: Writer) -> Iterator[Block]:
    """Yield the articles, in the order of the table of types."""
    if writer.types:
        yield Heading(writer.label("articles"), 2)
    for row in writer.types:
        yield Heading(writer.name(row.id), 3, f"t-{row.id}")
        yield from _meaning(writer, row)
        yield from _extent(writer, row)
        yield from _words(writer, row)


def _meaning(writer: Writer, row: SharedWeakness) -> Iterator[Block]:
    label, name = writer.label, writer.summary.names[row.id]
    if name.definition and label.lang == "zh":  # the taxonomy defines in Chinese only
        yield Paragraph(label.runs("definition", text=name.definition.rstrip("。")))
    if name.indicators:
        yield Paragraph(label.runs("indicators", names=label("semicolon").join(name.indicators)), "note")


def _extent(writer: Writer, row: SharedWeakness) -> Iterator[Block]:
    """Yield how many units and projects show it, the key figure, and the units."""
    label = writer.label
    link = writer.index.entry(writer.name(row.id), row.statements)
    shares = [("units", row.by_unit), ("projects", row.by_project)]
    parts = [of_many(writer, share, what, link) for what, share in (shares[::-1] if writer.by_project else shares)]
    extent = label.runs(
        "extent",
        first=parts[0],
        second=parts[1],
        findings=Count(row.findings, link),
        statements=Count(len(row.statements), link),
    )
    primary = row.by_project if writer.by_project else row.by_unit
    corrected: tuple[Run, ...] = ()
    if primary.corrected is not None:
        bounds = interval(primary.corrected.lower, primary.corrected.upper)
        share = percent(primary.corrected.share)
        corrected = label.runs(f"extent_corrected_{writer.measured}", share=share, interval=bounds)
    yield Paragraph(label.text(extent, corrected, _figure(writer, row)))
    if row.units:
        yield Paragraph(label.runs("units_concerned", units=units_named(row.units, label)))


def _figure(writer: Writer, row: SharedWeakness) -> tuple[Run, ...]:
    """Return the key figure in words."""
    figure, label = row.key_figure, writer.label
    if figure is None:
        return ()
    title = label(f"index_{figure.measure}", name=writer.name(row.id))
    value = Run(figure_value(figure, label.lang), writer.index.entry(title, figure.statements), "strong")
    return label.runs(f"figure_{figure.measure}", value=value)


def _words(writer: Writer, row: SharedWeakness) -> Iterator[Block]:
    """Yield typical sentences, and what praises the others."""
    label = writer.label
    if row.quotations:
        yield Paragraph(label.runs("typical"))
        yield writer.sentences(row.quotations)
    if row.strengths:
        title = label("index_praised", name=writer.name(row.id))
        count = writer.count(row.strengths, len(row.strengths), title)
        key = "praised" if len(row.strengths) <= _PRAISED else "praised_some"
        yield Paragraph(label.runs(key, count=count, shown=_PRAISED))
        yield writer.sentences(row.strengths[:_PRAISED])
