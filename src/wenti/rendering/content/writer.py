"""What all chapters write with: the summary, its labels, the index of numbers, and the sentences quoted so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from wenti.rendering.blocks import Run, Sentence, Sentences, Table
from wenti.rendering.content.index import Index
from wenti.rendering.content.places import source_of
from wenti.rendering.labels import Count, Labels
from wenti.summary import SharedWeakness, Summary

LISTED_MOST = 400
"""Weakness statements up to which a report quotes all that its numbers count."""
FEWEST_RANKED = 5
"""Units from which on weaknesses are ranked; among fewer, ranks are noise."""

_NUMBERED = 5


@dataclass
class Writer:
    """A report in the making.

    Attributes
    ----------
    summary : Summary
    label : Labels
    index : Index
    quoted, mentioned : set of int
        Statements that stand in the report so far: as quotations, and in tables.
    """

    summary: Summary
    label: Labels
    index: Index = field(init=False)
    quoted: set[int] = field(default_factory=set)
    mentioned: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.index = Index(direct=self.lists_all)

    @cached_property
    def order(self) -> dict[str, int]:
        """The place of each category and type in the taxonomy."""
        return {label: place for place, label in enumerate(self.summary.names)}

    @cached_property
    def articles(self) -> set[str]:
        """Types that have an article."""
        return {row.id for row in self.summary.types}

    @cached_property
    def weaknesses(self) -> tuple[int, ...]:
        """All statements of findings."""
        return tuple(sorted({index for finding in self.summary.findings for index in finding.statements}))

    @property
    def lists_all(self) -> bool:
        """Whether every sentence that a number counts stands in the report."""
        return len(self.weaknesses) <= LISTED_MOST

    @property
    def by_project(self) -> bool:
        """Whether shares of projects come first."""
        return self.summary.by == "project"

    @property
    def measured(self) -> str:
        """What shares are primarily of: ``units`` or ``projects``."""
        return "projects" if self.by_project else "units"

    @property
    def total(self) -> int:
        """How many of them there are."""
        return len(self.summary.projects if self.by_project else self.summary.units)

    @property
    def ranked(self) -> bool:
        """Whether there are enough of them to rank weaknesses."""
        return self.total >= FEWEST_RANKED

    @cached_property
    def types(self) -> tuple[SharedWeakness, ...]:
        """Types in the order of the report: ranked, or as in the taxonomy."""
        return self.in_order(self.summary.types)

    def in_order(self, rows: Sequence[SharedWeakness]) -> tuple[SharedWeakness, ...]:
        """Return rows as they are ranked, or by the taxonomy where there are too few to rank."""
        return tuple(rows) if self.ranked else tuple(sorted(rows, key=lambda row: self.order[row.id]))

    def name(self, label: str) -> str:
        """Return what a category or type is called."""
        return self.summary.names[label].called(self.label.lang)

    def named(self, label: str) -> tuple[Run, ...]:
        """Return the name of a type in quotation marks, linked to its article where it has one."""
        return (Run(self.label.quoted(self.name(label)), self.article(label)),)

    def article(self, label: str) -> str:
        """Return the anchor of a type's article; nothing where it has none."""
        return f"t-{label}" if label in self.articles else ""

    def count(self, statements: Iterable[int], value: int, title: str) -> Count:
        """Return a number that leads to the statements behind it."""
        return Count(value, self.index.entry(title, statements))

    def behind(self, report: int) -> list[int]:
        """Return the statements of a report's findings."""
        return self._behind.get(report, [])

    def sentences(self, statements: Iterable[int]) -> Sentences:
        """Return statements quoted in full; links to them lead here from now on."""
        return Sentences(tuple(self._sentence(index) for index in statements))

    def cut(self, table: Table, most: int) -> Table:
        """Return a table of which no more than so many rows are printed, and a few more if they are the last."""
        rest = len(table.rows) - most
        if rest <= most // 4:
            return table
        return replace(table, most=most, rest=self.label("rest_of_rows", count=rest, shown=most, sheet=table.sheet))

    def number(self, index: int, otherwise: str = "") -> Run:
        """Return the number of a statement, linked to the sentence, or elsewhere where that may not stand in the report."""
        self.mentioned.add(index)
        link = f"s-{index + 1}" if self.lists_all or index in self.quoted else otherwise
        return Run(f"[{index + 1}]", link)

    def mention(self, index: int) -> tuple[Run, ...]:
        """Return a statement with its number, for a table."""
        return self.number(index), Run(f" {self.summary.statements[index].statement.text}")

    def more(self, statements: Sequence[int], others: Sequence[int], title: str) -> tuple[Run, ...]:
        """Return the numbers of further statements, or how many there are, for a table.

        Parameters
        ----------
        statements : sequence of int
            All.
        others : sequence of int
            Those that are not mentioned.
        title : str
            What they are, for the index.
        """
        if len(others) > _NUMBERED:
            return self.label.runs("more_statements", count=self.count(statements, len(others), title))
        return self.label.runs("see_also", numbers=self.label.row([(self.number(index),) for index in others]))

    @cached_property
    def _behind(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for finding in self.summary.findings:
            found.setdefault(finding.report, []).extend(finding.statements)
        return found

    def _sentence(self, index: int) -> Sentence:
        self.quoted.add(index)
        tagged = self.summary.statements[index]
        remarks = (
            ("tag_review", tagged.needs_review),
            ("tag_reviewed", tagged.reviewed),
            ("tag_inherited", tagged.inherited),
        )
        tags = tuple(self.label(key) for key, holds in remarks if holds)
        return Sentence(index + 1, tagged.statement.text, source_of(self.summary, index, self.label), tags)
