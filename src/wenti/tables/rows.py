"""What passes between readers, workers and writers of tables: chunks of rows, their tags, and rows at fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from wenti.errors import InputError

TEXT_COLUMNS = ("text", "问题描述")
TAG_COLUMNS = ("kind", "kind_probability", "types", "type_probabilities", "needs_review")
NAME_COLUMNS = ("kind_name", "type_names")
DIGITS = 4
SHARES = {share / 10**DIGITS: str(share / 10**DIGITS) for share in range(10**DIGITS + 1)}
"""All probabilities as they are written; looking one up takes a quarter of the time of writing it."""

Tags = Sequence[Sequence[Any]]
"""The columns :data:`TAG_COLUMNS`, and :data:`NAME_COLUMNS` if they are wanted, with a cell for each row: a string, a
number for the first probability, a bool for the last of the five; None in all of them for a row without tags."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be tagged: a message key with what the message names."""

    key: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a table, small enough to be sent to another process.

    Attributes
    ----------
    rows : object
        As the table's layout understands them.
    lines : sequence of int
        Line or row number of each, from 1.
    done : int
        How much of the source's ``total`` is read with this chunk.
    """

    rows: Any
    lines: Sequence[int]
    done: int


class Layout(Protocol):
    """How a kind of table holds its rows. Sent to workers, so it is data only.

    A layout turns rows into the bytes of a *spool*, to which chunks are appended one after the other, and a spool into
    the file that users get.
    """

    def begin(self) -> bytes:
        """Return what the spool begins with."""

    def texts(self, rows: Any) -> Sequence[str | Fault | None]:
        """Return each row's statement, or why it has none; nothing for a blank row."""

    def encode(self, rows: Any, tags: Tags) -> bytes:
        """Return rows with their tags for the spool; a row without tags stays as it is."""

    def of_values(self, rows: Sequence[Sequence[Any]]) -> Any:
        """Return rows made of plain values, one for each column, as this layout holds them."""

    def whole(self, spool: Path, part: Path) -> Path:
        """Make the file that users get of the spool, at the place given, unless the spool is that file; return where."""


class Table(Protocol):
    """A table that is read in chunks.

    Attributes
    ----------
    layout : Layout
    total : int
        What :attr:`Chunk.done` counts up to: bytes or rows.
    """

    @property
    def layout(self) -> Layout:
        """How its rows are held and written."""

    @property
    def total(self) -> int:
        """What :attr:`Chunk.done` counts up to."""

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows; cut at the same places every time."""


def added_columns(columns: Sequence[str], wanted: Sequence[str], file: str) -> tuple[str, ...]:
    """Return what the columns of tags are called: another name if one of theirs is taken.

    Raises
    ------
    InputError
        If the other names are taken, too.
    """
    for prefix in ("", "wenti_"):
        names = tuple(prefix + name for name in wanted)
        if not set(names) & set(columns):
            return names
    raise InputError("columns_taken", file=file, columns=", ".join(set(names) & set(columns)))


def text_column(columns: Sequence[str], wanted: str | None, file: str) -> int:
    """Return the index of the column to tag.

    Raises
    ------
    InputError
        If there is no such column, or none is named and none has a usual name.
    """
    for name in (wanted,) if wanted is not None else TEXT_COLUMNS:
        if name in columns:
            return columns.index(name)
    if wanted is None and len(columns) == 1:
        return 0
    shown = ", ".join(column for column in columns if column)[:200]
    if wanted is None:
        raise InputError("column_unclear", file=file, usual=", ".join(TEXT_COLUMNS), columns=shown)
    raise InputError("column_missing", file=file, column=wanted, columns=shown)
