"""A summary, computed once, rendered many ways; the suffix of the output file chooses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from wenti.errors import OutputError
from wenti.output import check_file, write_whole
from wenti.records import Summary


def _html(summary: Summary, lang: str) -> bytes:
    from wenti.rendering.page import render_html

    return render_html(summary, lang).encode()


def _markdown(summary: Summary, lang: str) -> bytes:
    from wenti.rendering.page import render_markdown

    return render_markdown(summary, lang).encode()


def _json(summary: Summary, lang: str) -> bytes:
    import json

    from wenti.rendering.data import summary_dict

    return (json.dumps(summary_dict(summary, lang), ensure_ascii=False, indent=1) + "\n").encode()


def _csv(summary: Summary, lang: str) -> bytes:
    from wenti.rendering.counts import render_summary_counts

    return render_summary_counts(summary, lang).encode()


RENDERERS: dict[str, Callable[[Summary, str], bytes]] = {
    ".html": _html,
    ".md": _markdown,
    ".json": _json,
    ".csv": _csv,
}


def check_output(path: str | Path) -> None:
    """Check that a report can be written there, before the work is done.

    Raises
    ------
    OutputError
        If no renderer has the suffix, the folder is missing, or the file cannot be replaced.
    """
    target = Path(path)
    if target.suffix.lower() not in RENDERERS:
        raise OutputError("output_suffix_unknown", file=str(path), suffix=target.suffix, suffixes=" ".join(RENDERERS))
    check_file(target)


def render(summary: Summary, path: str | Path, lang: str = "zh") -> None:
    """Write a weakness report; an old file is replaced whole or not at all.

    Parameters
    ----------
    summary : Summary
        What :func:`wenti.report` returned.
    path : str or Path
        Ends in ``.html``, ``.md``, ``.json``, or ``.csv`` for the counts alone.
    lang : {"zh", "en"}, default="zh"
        Language of the labels; statements stay as they are.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    check_output(path)
    write_whole(path, RENDERERS[Path(path).suffix.lower()](summary, lang))


__all__ = ["RENDERERS", "check_output", "render"]
