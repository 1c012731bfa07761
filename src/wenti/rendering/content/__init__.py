"""What a weakness report says, as blocks: order and wording of everything that the renderers show."""

from __future__ import annotations

from wenti.rendering.blocks import PLAIN, Content, Presentation, Signature
from wenti.rendering.content.appendices import appendices
from wenti.rendering.content.coverage import coverage
from wenti.rendering.content.matrix import matrix
from wenti.rendering.content.overview import overview
from wenti.rendering.content.pairs import pairs
from wenti.rendering.content.projects import projects
from wenti.rendering.content.ranking import shared
from wenti.rendering.content.recurrence import recurrence
from wenti.rendering.content.scope import scope
from wenti.rendering.content.strengths import strengths
from wenti.rendering.content.writer import Writer
from wenti.rendering.content.years import years
from wenti.rendering.labels import Labels
from wenti.summary import Summary

CHAPTERS = (overview, scope, shared, matrix, projects, pairs, years, recurrence, coverage, strengths, appendices)
"""In order; each returns nothing where it has nothing to say."""
SIGNERS = ("prepared_by", "checked_by", "signed_by", "stamped_by", "signed_on")


def content_of(summary: Summary, lang: str = "zh", presentation: Presentation = PLAIN) -> Content:
    """Return a summary as blocks.

    Parameters
    ----------
    summary : Summary
    lang : {"zh", "en"}, default="zh"
        Language of the labels and sentences; statements stay as they are.
    presentation : Presentation
        The user's title and organisation.

    Returns
    -------
    Content
    """
    label = Labels(lang)
    writer = Writer(summary, label)
    return Content(
        title=presentation.title or label("title"),
        organisation=presentation.organisation,
        date=summary.stamp.date,
        language={"zh": "zh-CN", "en": "en"}[lang],
        blocks=tuple(block for chapter in CHAPTERS for block in chapter(writer)),
        signature=Signature(tuple(label(key) for key in SIGNERS)),
        contents_title=label("contents"),
        table_word=label("table_word"),
        figure_word=label("figure_word"),
    )


__all__ = ["content_of"]
