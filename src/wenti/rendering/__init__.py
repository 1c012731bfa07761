"""A summary, computed once, rendered many ways; the suffix of the output file chooses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from wenti.errors import OutputError
from wenti.output import check_file, write_whole
from wenti.rendering.blocks import PLAIN, Content, Presentation
from wenti.summary import Summary


@dataclass(frozen=True)
class Rendering:
    """A summary to be rendered, and its content, made once for all formats."""

    summary: Summary
    lang: str
    presentation: Presentation

    @cached_property
    def content(self) -> Content:
        """What the formats for people show."""
        from wenti.rendering.content import content_of

        return content_of(self.summary, self.lang, self.presentation)


def _html(rendering: Rendering) -> bytes:
    from wenti.rendering.html_page import render_html

    return render_html(rendering.content).encode()


def _docx(rendering: Rendering) -> bytes:
    from wenti.rendering.word import render_docx

    return render_docx(rendering.content, rendering.presentation)


def _xlsx(rendering: Rendering) -> bytes:
    from wenti.rendering.workbook import render_xlsx

    return render_xlsx(rendering.summary, rendering.content, rendering.lang)


def _markdown(rendering: Rendering) -> bytes:
    from wenti.rendering.markdown_page import render_markdown

    return render_markdown(rendering.content).encode()


def _json(rendering: Rendering) -> bytes:
    from wenti.rendering.summary_data import summary_json

    return summary_json(rendering.summary, rendering.lang)


def _csv(rendering: Rendering) -> bytes:
    from wenti.rendering.counts import render_summary_counts

    return render_summary_counts(rendering.summary, rendering.lang).encode()


RENDERERS: dict[str, Callable[[Rendering], bytes]] = {
    ".html": _html,
    ".docx": _docx,
    ".xlsx": _xlsx,
    ".md": _markdown,
    ".json": _json,
    ".csv": _csv,
}


def check_output(path: str | Path) -> None:
    """Check that a report can be written there, before the work is done.

    Raises
    ------
    OutputError
        If it has no suffix or one of no renderer, the folder is missing, or the file cannot be replaced.
    """
    target = Path(path)
    if not target.suffix:
        raise OutputError("output_suffix_missing", file=str(path), suffixes=" ".join(RENDERERS))
    if target.suffix.lower() not in RENDERERS:
        raise OutputError("output_suffix_unknown", file=str(path), suffix=target.suffix, suffixes=" ".join(RENDERERS))
    check_file(target)


def check_outputs(paths: Sequence[str | Path]) -> None:
    """Check several, as :func:`check_output` does, and that they are not the same.

    Raises
    ------
    OutputError
        If one is no good, or given twice.
    """
    seen: set[Path] = set()
    for path in paths:
        check_output(path)
        target = Path(path).resolve()
        if target in seen:
            raise OutputError("output_twice", file=str(path))
        seen.add(target)


def render(
    summary: Summary,
    path: str | Path | Sequence[str | Path],
    lang: str = "zh",
    presentation: Presentation = PLAIN,
) -> None:
    """Write a weakness report, in one format or several; an old file is replaced whole or not at all.

    Parameters
    ----------
    summary : Summary
        What :func:`wenti.report` returned.
    path : str or Path, or several
        Ends in ``.html``, ``.docx``, ``.xlsx``, ``.md``, ``.json``, or ``.csv`` for the counts alone.
    lang : {"zh", "en"}, default="zh"
        Language of the labels; statements stay as they are.
    presentation : Presentation
        Title, organisation, the user's own Word template.

    Raises
    ------
    OutputError
        If a file cannot be written; those before it are.
    InputError
        If the template is none.
    """
    paths = [path] if isinstance(path, (str, Path)) else list(path)
    check_outputs(paths)
    rendering = Rendering(summary, lang, presentation)
    for each in paths:
        write_whole(each, RENDERERS[Path(each).suffix.lower()](rendering))


__all__ = ["PLAIN", "RENDERERS", "Presentation", "Rendering", "check_output", "check_outputs", "render"]
