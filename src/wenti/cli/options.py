"""Options that commands share, each defined once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from wenti.messages import LANGUAGES
from wenti.parameters import THRESHOLDS

_CHINESE = {"宽": "wide", "中": "medium", "严": "strict"}


def one_of(values: tuple[str, ...]) -> Callable[[str], str]:
    """Return what refuses any other value of an option."""

    def check(value: str) -> str:
        value = _CHINESE.get(value, value)
        if value not in values:
            raise typer.BadParameter(f"{value!r} is not one of {', '.join(values)}")
        return value

    return check


Model = Annotated[
    str | None,
    typer.Option("--model", metavar="DIR", help="Model to use (or WENTI_MODEL); the shipped one by default."),
]
TaxonomyFile = Annotated[
    str | None, typer.Option("--taxonomy", metavar="FILE", help="Taxonomy to use; the shipped one by default.")
]
Lang = Annotated[
    str, typer.Option("--lang", metavar="zh|en", help="Language of what is shown.", callback=one_of(LANGUAGES))
]
Threshold = Annotated[
    str,
    typer.Option(
        "--threshold",
        metavar="wide|medium|strict",
        help="How sure a tag must be (or 宽, 中, 严).",
        callback=one_of(THRESHOLDS),
    ),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]
Output = Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="File to write.")]
Jobs = Annotated[int | None, typer.Option("--jobs", metavar="N", min=1, help="Processes; by default one a processor.")]
Cache = Annotated[
    str | None,
    typer.Option("--cache", metavar="DIR", help="Keep what was read here (it holds the texts), to read it but once."),
]
Units = Annotated[
    str | None,
    typer.Option("--units", metavar="FILE", help="Table of units (CSV, Excel): full and short names, sector, region."),
]
Dask = Annotated[
    str | None,
    typer.Option("--dask", metavar="ADDRESS", help="Work on a Dask cluster: tcp://host:port or tls://host:port."),
]
