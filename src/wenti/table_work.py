"""A table as work for ``wenti tag``: its chunks, and the task that tags one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenti.errors import InputError
from wenti.messages import message
from wenti.tables import Chunk, Fault, Layout, Table, open_table
from wenti.tagger import Options, Tagged, cells_of, load
from wenti.workers import without_collecting


@dataclass(frozen=True, slots=True)
class TagRows:
    """Tags a chunk of a table."""

    layout: Layout
    options: Options

    def __call__(self, chunk: Chunk) -> Tagged:
        """Return what is to be written, and place and reason of the rows at fault."""
        with without_collecting():
            return self._tagged(chunk)

    def _tagged(self, chunk: Chunk) -> Tagged:
        options = self.options
        model = load(options)
        found = self.layout.texts(chunk.rows)
        texts = [text for text in found if isinstance(text, str)]
        tags = cells_of(model, model.decide(texts, threshold=options.threshold), options)
        if len(texts) == len(found):  # the rule, and worth a short cut
            return Tagged(self.layout.encode(chunk.rows, tags), len(found), [])
        places = [index for index, text in enumerate(found) if isinstance(text, str)]
        each = [_spread(column, places, len(found)) for column in tags]
        faults = [
            (str(line), message(text.key, options.lang, **text.facts))
            for line, text in zip(chunk.lines, found, strict=True)
            if isinstance(text, Fault)
        ]
        return Tagged(self.layout.encode(chunk.rows, each), len(found), faults)


def _spread(column: Sequence[Any], places: Sequence[int], n: int) -> list[Any]:
    """Return a column with its cells in some of `n` places and nothing in the others."""
    result = [None] * n
    for place, cell in zip(places, column, strict=True):
        result[place] = cell
    return result


class TableWork:
    """The chunks of a table."""

    def __init__(self, source: Path, options: Options) -> None:
        self.source = source
        self._table: Table = open_table(source, options.column, options.wanted, options.sheet)
        self.layout = self._table.layout
        self.total = self._table.total
        self.task: Callable[[Chunk], Tagged] = TagRows(self.layout, options)

    @staticmethod
    def place(lang: str) -> str:
        """Return the heading of where a fault is."""
        return message("errors_line", lang)

    def chunks(self, skip: int) -> Iterator[Chunk]:
        """Yield the rows but for some chunks at the beginning."""
        try:
            yield from (chunk for index, chunk in enumerate(self._table.chunks()) if index >= skip)
        except OSError as error:
            raise InputError("file_unreadable", file=str(self.source), detail=error.strerror or str(error)) from None

    def lost(self, chunk: Chunk, error: InputError) -> Tagged:
        """Raise what ended a chunk: rows have no limits of their own."""
        raise error

    def check(self, rows: int) -> None:
        """Nothing to check: a table has as many rows as it had."""

    def identity(self) -> list[Any]:
        """Return what changes when the table does."""
        return [identity_of(self.source)]


def identity_of(file: Path) -> list[Any]:
    """Return what changes when a file does: place, size and time."""
    status = file.stat()
    return [os.fsencode(os.path.abspath(file)).hex(), status.st_size, status.st_mtime_ns]
