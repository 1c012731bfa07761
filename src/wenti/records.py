"""The values that stages hand to each other.

All are frozen. Offsets count characters of the report's ``text``; ``end`` is exclusive.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Literal

Kind = Literal["weakness", "strength", "fact", "recommendation"]
Role = Literal["overview", "conclusion", "achievements", "findings", "requirements", "rectified", "other"]
Quantity = Literal["rate", "amount", "count", "delay", "change", "target", "date"]
DocumentKind = Literal["result_page", "evaluation", "self_evaluation", "audit", "ledger", "rectification"]

KINDS: tuple[Kind, ...] = ("weakness", "strength", "fact", "recommendation")
ROLES: tuple[Role, ...] = (
    *("overview", "conclusion", "achievements", "findings", "requirements", "rectified", "other"),
)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a report's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Visible characters that stand in the text as they are (or, for one character, as an entity)."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of visible text; its pieces may be interrupted by inline markup.

    ``text`` is the visible text; ``level`` says that the format marks it as a heading (1 is the outermost).
    """

    pieces: tuple[Piece, ...]
    level: int | None = None
    text: str = field(init=False)
    _ends: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", "".join(piece.text for piece in self.pieces))
        object.__setattr__(self, "_ends", tuple(accumulate(len(piece.text) for piece in self.pieces)))

    def locate(self, start: int, end: int) -> Span:
        """Return where the visible characters ``start:end`` stand in the report's text.

        Raises
        ------
        ValueError
            If the range is empty or outside the paragraph.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"{start}:{end} is no range of a paragraph of {len(self.text)} characters")
        return Span(self._place(start).start, self._place(end - 1).end)

    def part(self, start: int, end: int) -> Paragraph:
        """Return the visible characters ``start:end`` as a paragraph of its own."""
        pieces = []
        for number in range(bisect_right(self._ends, start), len(self.pieces)):
            piece, first = self.pieces[number], self._ends[number] - len(self.pieces[number].text)
            if first >= end:
                break
            if piece.end - piece.start != len(piece.text):  # an entity
                pieces.append(piece)
                continue
            a, b = max(start - first, 0), min(end - first, len(piece.text))
            pieces.append(Piece(piece.text[a:b], piece.start + a, piece.start + b))
        return Paragraph(tuple(pieces), self.level)

    def _place(self, index: int) -> Span:
        """Return where one visible character stands."""
        number = bisect_right(self._ends, index)
        piece = self.pieces[number]
        if piece.end - piece.start != len(piece.text):  # an entity
            return Span(piece.start, piece.end)
        start = piece.end - (self._ends[number] - index)
        return Span(start, start + 1)


@dataclass(frozen=True, slots=True)
class Figure:
    """One key figure of a statement.

    Attributes
    ----------
    quantity : str
        ``rate`` (0–1), ``amount`` (万元), ``count`` (one by one), ``delay`` (months), ``change`` (0–1, signed), ``target``
        (as a rate, amount, count or time) or ``date``.
    value : float or str
        The number, in the unit above; of a date ``2022``, ``2022-12``, ``2022-12-31``, ``2023-Q1``, ``2020/2022`` or,
        without a year, ``--12`` or ``--12-31``.
    unit : str
        The unit as written: ``%``, ``万元``, ``个`` …; of a date empty.
    start, end : int
        Place in the report's text (in the statement, where there is no report).
    text : str
        The figure as written.
    """

    quantity: Quantity
    value: float | str
    unit: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A clause or sentence, the smallest thing that is tagged. Its text is the visible text, without the final stop."""

    text: str
    start: int
    end: int
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """A numbered item with its statements and sub-points.

    ``number`` is ``"2"`` or, for a sub-point, ``"2.1"``; ``None`` for statements that stand under no number.
    ``number_inferred`` says that the document lost its numbers and the order gave this one, ``ordinal`` that the
    sub-point is one of a list inside a sentence (一是…；二是…).
    """

    number: str | None
    title: str | None = None
    title_span: Span | None = None
    statements: tuple[Statement, ...] = ()
    points: tuple[Point, ...] = ()
    number_inferred: bool = False
    ordinal: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of a report: as read (paragraphs), and once segmented (points)."""

    role: Role
    heading: str | None
    start: int
    end: int
    paragraphs: tuple[Paragraph, ...] = ()
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A value of the report's head with the label before it and its place."""

    name: str
    label: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """The file a report came from, and which part of it (from 1)."""

    path: str
    sha256: str
    format: str
    part: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where in its file what begins at an offset of the text stands: page, paragraph, or row of a sheet; all from 1.

    ``confidence`` (0–1) tells how surely text was recognised from a picture.
    """

    start: int
    page: int | None = None
    paragraph: int | None = None
    sheet: str | None = None
    row: int | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit's full name as the report states it, and its short names, given there (以下简称…) or in the table of units."""

    name: str
    short: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One evaluation report. What is missing is ``None`` or empty, never guessed.

    Attributes
    ----------
    kind : str
        What sort of document it is, told by its structure.
    unit_names : tuple of UnitName
        The units with their short names.
    region : str or None
        Province, city or county.
    sectors : tuple of str
        Of its units, as the user's table of units gives them.
    funds : float or None
        The project's budget in 万元.
    evaluator : str or None
        Who evaluated or audited.
    asides : tuple of Span
        What says nothing by itself: tables of figures, captions, salutations, signatures. No statements.
    unread_pages : tuple of int
        Pages that are pictures, where no recognition is installed.
    places : tuple of Place
        By ``start``; empty for plain text, whose offsets count the file's own characters.
    """

    source: Source
    text: str
    title: str | None = None
    project: str | None = None
    units: tuple[str, ...] = ()
    project_year: int | None = None
    evaluation_year: int | None = None
    evaluation_score: float | None = None
    grade: str | None = None
    fields: tuple[Field, ...] = ()
    sections: tuple[Section, ...] = ()
    not_understood: tuple[Span, ...] = ()
    kind: DocumentKind = "result_page"
    unit_names: tuple[UnitName, ...] = ()
    region: str | None = None
    sectors: tuple[str, ...] = ()
    funds: float | None = None
    evaluator: str | None = None
    asides: tuple[Span, ...] = ()
    unread_pages: tuple[int, ...] = ()
    places: tuple[Place, ...] = ()

    def place_of(self, start: int) -> Place | None:
        """Return the place of the block that an offset stands in; None for plain text."""
        index = bisect_right(self.places, start, key=lambda place: place.start) - 1
        return self.places[index] if index >= 0 else None

    @property
    def year(self) -> int | None:
        """The project's year, else the year of evaluation."""
        return self.project_year if self.project_year is not None else self.evaluation_year


@dataclass(frozen=True, slots=True)
class TaggedStatement:
    """A statement of a report with its tags.

    Attributes
    ----------
    report : int
        Index into the list of reports.
    section : str
        Role of its section.
    point : str or None
        Number of its point.
    title : str or None
        Title of its point, or of the point around it.
    types : tuple of str
        Type ids, likeliest first.
    type_probabilities : tuple of float
        One for each type.
    inherited : bool
        True if the statement is evidence that has its types from its point's headline.
    reviewed : bool
        True if a person has confirmed or corrected the tags; probabilities are 1 then.
    item : int
        Number of its item in the report, from 0: a point with all below it.
    item_number : str or None
        What the item is numbered with in the report.
    """

    report: int
    section: Role
    point: str | None
    statement: Statement
    kind: Kind
    kind_probability: float
    types: tuple[str, ...]
    type_probabilities: tuple[float, ...]
    needs_review: bool
    inherited: bool = False
    title: str | None = None
    reviewed: bool = False
    item: int = 0
    item_number: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A point tagged as weakness, with the types of its statements.

    ``unit`` is the unit at fault: the one of several that the text names, else the report's unit or joint unit. It is
    empty until :func:`wenti.aggregation.aggregate` has named the latter.
    """

    report: int
    point: str | None
    unit: str
    types: tuple[str, ...]
    statements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Corrected:
    """A prevalence corrected for tagging error, with a 95 % interval."""

    share: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Share:
    """A prevalence as counted: how many of how many, with a 95 % interval, and what it is without tagging error.

    ``corrected`` is missing where the model has no error rates, or nothing is to be corrected.
    """

    count: int
    total: int
    share: float
    lower: float
    upper: float
    corrected: Corrected | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not be read, and why, in Chinese and English."""

    path: str
    reason: dict[str, str]


@dataclass(frozen=True, slots=True)
class Name:
    """What a category, type or kind is called and means; of a type the official indicators that it falls under, too."""

    name: str
    english: str
    definition: str = ""
    indicators: tuple[str, ...] = ()

    def called(self, lang: str) -> str:
        """Return the name in one language."""
        return self.name if lang == "zh" else self.english


@dataclass(frozen=True, slots=True)
class Stamp:
    """What made a report: enough to make it again.

    ``model`` and ``threshold`` are empty where all tags are from tables of tagged statements, which do not say what made
    them; ``has_tables`` tells that some are.
    """

    wenti: str
    model: str
    taxonomy: str
    taxonomy_sha256: str
    threshold: str
    date: str
    has_tables: bool = False
