"""Counts of weaknesses as CSV, for spreadsheets and programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wenti.records import Name
from wenti.rendering.labels import Labels
from wenti.summary import Summary
from wenti.tables.delimited import guarded

if TYPE_CHECKING:
    import pandas as pd

_MARK = "\ufeff"  # without it, Excel takes UTF-8 for the system's code page


def render_summary_counts(summary: Summary, lang: str) -> str:
    """Return what a summary has counted, as CSV."""
    from wenti.counting import counts_of, table_of

    return render_counts(table_of(counts_of(summary), summary.names, lang), summary.names, lang)


def render_counts(table: pd.DataFrame, names: Mapping[str, Name], lang: str) -> str:
    """Return a table of counts as CSV with a byte-order mark.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`wenti.counting.count_weaknesses` returned.
    names : mapping of str to Name
        What categories are called.
    lang : {"zh", "en"}
        In Chinese for people: headings, levels and categories by their names. In English for programs: columns, levels
        and categories as they are in the table.
    """
    label = Labels(lang)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([label(f"count_{column}") for column in table.columns])
    for row in table.to_dict("records"):
        if lang == "zh":
            row |= {"level": label(str(row["level"])), "category": names[str(row["category"])].called(lang)}
        writer.writerow([_cell(value) for value in row.values()])
    return _MARK + stream.getvalue()


def _cell(value: Any) -> Any:
    return guarded(value) if isinstance(value, str) else value
