"""The values between stages, and the errors that carry facts beside them."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, fields, is_dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenti import records, summary
from wenti.errors import (
    CheckError,
    CorpusError,
    InputError,
    ModelError,
    OutputError,
    TaxonomyError,
    UsageError,
    WentiError,
)
from wenti.messages import MESSAGES
from wenti.records import Name, Paragraph, Piece, Report, Source, Span

SOURCE = Source("a.txt", "00", "txt", 1)


def test_every_record_is_frozen() -> None:
    found = [*vars(records).values(), *vars(summary).values()]
    classes = [value for value in found if is_dataclass(value) and isinstance(value, type)]
    assert len(classes) >= 30
    for record in classes:
        blank = object.__new__(record)
        with pytest.raises(FrozenInstanceError):
            setattr(blank, fields(record)[0].name, None)


@pytest.mark.parametrize(
    ("project_year", "evaluation_year", "expected"),
    [(2021, 2023, 2021), (None, 2023, 2023), (2021, None, 2021), (None, None, None)],
    ids=["both", "only the evaluation's", "only the project's", "neither"],
)
def test_the_year_is_the_projects_else_the_evaluations(
    project_year: int | None, evaluation_year: int | None, expected: int | None
) -> None:
    assert Report(SOURCE, "", project_year=project_year, evaluation_year=evaluation_year).year == expected


def test_a_report_without_anything_guesses_nothing() -> None:
    report = Report(SOURCE, "文")
    assert (report.title, report.project, report.units, report.evaluation_score, report.grade) == (
        None,
        None,
        (),
        None,
        None,
    )
    assert (report.fields, report.sections, report.not_understood) == ((), (), ())


def test_a_name_is_called_by_language() -> None:
    assert [Name("资金执行", "Fund execution").called(lang) for lang in ("zh", "en")] == ["资金执行", "Fund execution"]


# Pieces as a reader yields them: verbatim, or one character for an entity; with hidden markup in between.
shapes = st.lists(
    st.tuples(
        st.text("甲乙丙", min_size=1, max_size=4), st.sampled_from([None, "&nbsp;", "&#12290;"]), st.integers(0, 3)
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None)
@given(shapes, st.data())
def test_every_range_of_a_paragraph_has_its_place(
    shape: list[tuple[str, str | None, int]], data: st.DataObject
) -> None:
    source, pieces = "", []
    for text, entity, hidden in shape:
        source += "#" * hidden
        written, shown = (text, text) if entity is None else (entity, text[0])
        pieces.append(Piece(shown, len(source), len(source) + len(written)))
        source += written
    paragraph = Paragraph(tuple(pieces))
    end = data.draw(st.integers(1, len(paragraph.text)))
    start = data.draw(st.integers(0, end - 1))
    place = paragraph.locate(start, end)
    # Each visible character with the stretch of the source it comes from.
    stretches = [
        Span(piece.start + i, piece.start + i + 1)
        if len(piece.text) == piece.end - piece.start
        else Span(piece.start, piece.end)
        for piece in pieces
        for i in range(len(piece.text))
    ]
    assert place == Span(stretches[start].start, stretches[end - 1].end)


ERRORS = [
    (WentiError, 1),
    (InputError, 1),
    (OutputError, 1),
    (TaxonomyError, 1),
    (CorpusError, 1),
    (ModelError, 1),
    (UsageError, 2),
    (CheckError, 3),
]


@pytest.mark.parametrize(("kind", "exit_code"), ERRORS, ids=[kind.__name__ for kind, _ in ERRORS])
def test_an_error_keeps_its_facts_over_a_process_boundary(kind: type[WentiError], exit_code: int) -> None:
    error = kind("corpus_type", file="甲.tsv", line=3, label="x.y")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert (copy.key, copy.file, copy.line, copy.facts) == ("corpus_type", "甲.tsv", 3, {"label": "x.y"})
    assert copy.exit_code == exit_code
    assert str(copy) == error.describe("zh")


@pytest.mark.parametrize(
    ("file", "line", "zh", "en"),
    [
        ("甲.tsv", 3, "甲.tsv，第3行：", "甲.tsv, line 3: "),
        ("甲.tsv", None, "甲.tsv：", "甲.tsv: "),
        (None, None, "", ""),
    ],
    ids=["file and line", "only a file", "neither"],
)
def test_an_error_names_its_place_before_the_reason(file: str | None, line: int | None, zh: str, en: str) -> None:
    error = CorpusError("corpus_text", file=file, line=line)
    assert error.describe("zh") == zh + MESSAGES["corpus_text"][0]
    assert error.describe("en") == en + MESSAGES["corpus_text"][1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_error_is_one_line_whatever_its_facts(lang: str) -> None:
    error = CorpusError("corpus_kind", file="a\nb.tsv", line=1, kind="x\r\ny", kinds="weakness")
    assert len(error.describe(lang).splitlines()) == 1
