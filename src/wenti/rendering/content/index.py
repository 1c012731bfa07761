"""Which statements are behind a number: entries that numbers lead to, and the table of them."""

from __future__ import annotations

from collections.abc import Container, Iterable

from wenti.rendering.blocks import Cell, Column, Row, Run, Table
from wenti.rendering.content.numbers import range_text, ranges
from wenti.rendering.labels import Labels

_NAMED = 3


class Index:
    """Entries in the order in which they were asked for; numbers with the same statements share one.

    Parameters
    ----------
    direct : bool, default=False
        A number with one statement leads to the sentence itself, which stands in the report.

    Attributes
    ----------
    single : set of int
        Statements that numbers lead to directly.
    """

    def __init__(self, direct: bool = False) -> None:
        self.single: set[int] = set()
        self._direct = direct
        self._labels: dict[tuple[int, ...], dict[str, None]] = {}
        self._anchors: dict[tuple[int, ...], str] = {}

    def entry(self, label: str, statements: Iterable[int]) -> str:
        """Return the anchor of the entry with these statements, or of the only sentence; of none, nothing.

        Parameters
        ----------
        label : str
            What the number counts.
        statements : iterable of int
        """
        key = tuple(sorted(set(statements)))
        if not key:
            return ""
        if self._direct and len(key) == 1:
            self.single.add(key[0])
            return f"s-{key[0] + 1}"
        self._labels.setdefault(key, {})[label] = None
        return self._anchors.setdefault(key, f"n-{len(self._anchors) + 1}")

    def statements(self) -> set[int]:
        """Return all statements that an entry has."""
        return self.single.union(*self._anchors)

    def table(self, label: Labels, shown: Container[int], most: int | None = None) -> Table | None:
        """Return the table of entries, or None if there are none.

        Parameters
        ----------
        label : Labels
        shown : container of int
            Statements that links can lead to.
        most : int, optional
            Most numbers of an entry; of more, it says how many there are.
        """
        if not self._anchors:
            return None
        rows = [
            Row((Cell(self._title(key, label)), Cell(lines=_lines(key, label, shown, most))), anchor)
            for key, anchor in self._anchors.items()
        ]
        return Table(
            caption=label("appendix_numbers"),
            columns=(Column(label("number_of"), width=42), Column(label("statement_numbers"), width=60)),
            rows=tuple(rows),
            sheet=label("sheet_numbers"),
            dense=True,
        )

    def _title(self, key: tuple[int, ...], label: Labels) -> str:
        titles = list(self._labels[key])
        more = label("and_more") if len(titles) > _NAMED else ""
        return label("semicolon").join(titles[:_NAMED]) + more


def _lines(key: tuple[int, ...], label: Labels, shown: Container[int], most: int | None) -> tuple[tuple[Run, ...], ...]:
    if most is None or len(key) <= most:
        return (_numbers(key, label, shown),)
    return _numbers(key[:most], label, shown), label.runs("numbers_cut", count=len(key), shown=most)


def _numbers(key: tuple[int, ...], label: Labels, shown: Container[int]) -> tuple[Run, ...]:
    """Return numbers, linked where the sentence stands in the report; others that follow each other as a range."""
    items: list[Run] = []
    plain: list[int] = []
    for index in key:
        if index in shown:
            items += _ranges(plain)
            plain = []
            items.append(Run(str(index + 1), f"s-{index + 1}"))
        else:
            plain.append(index + 1)
    items += _ranges(plain)
    return label.row([(item,) for item in items])


def _ranges(numbers: list[int]) -> list[Run]:
    return [Run(range_text(first, last)) for first, last in ranges(numbers)]
