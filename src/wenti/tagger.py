"""Statements to the cells of their tags: what workers do, wherever they run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wenti.batch import Decisions
from wenti.classifier import Classifier
from wenti.errors import ModelError
from wenti.resources import data_root
from wenti.tables.rows import DIGITS, NAME_COLUMNS, SHARES, TAG_COLUMNS, Tags

if TYPE_CHECKING:
    from wenti.records import TaggedStatement


@dataclass(frozen=True, slots=True)
class Options:
    """How to tag.

    Attributes
    ----------
    column, sheet : str, optional
        Of the statements; see :func:`wenti.tables.open_table`.
    names : bool
        Whether to add columns with the names of kinds and types.
    threshold : {"wide", "medium", "strict"}
    lang : {"zh", "en"}
        Of names and reasons.
    model, taxonomy : str, optional
        Folder and file; the shipped ones by default.
    folder : str
        Where relative paths begin, for a process that was started elsewhere.
    crc32 : int, optional
        Checksum that the model must have.
    """

    column: str | None = None
    sheet: str | None = None
    names: bool = False
    threshold: str = "medium"
    lang: str = "zh"
    model: str | None = None
    taxonomy: str | None = None
    folder: str = ""
    crc32: int | None = None

    @property
    def wanted(self) -> tuple[str, ...]:
        """Columns of tags."""
        return TAG_COLUMNS + (NAME_COLUMNS if self.names else ())


@dataclass(frozen=True, slots=True)
class Tagged:
    """What a worker made of a chunk: bytes for the spool, and place and reason of the faults."""

    content: bytes
    n_rows: int
    faults: list[tuple[str, str]]


def elsewhere(options: Options) -> Options:
    """Return the same options for a process that has the same files, but was started in another folder.

    Raises
    ------
    WentiError
        If model or taxonomy are at fault, or do not fit.
    """
    model = load(options)
    shipped = os.path.join(data_root(), "model")
    is_shipped = os.path.realpath(model.path) == os.path.realpath(shipped)  # which may lie elsewhere there
    return replace(
        options,
        model=None if is_shipped else os.path.abspath(model.path),
        taxonomy=os.path.abspath(options.taxonomy) if options.taxonomy is not None else None,
        folder=os.getcwd(),
        crc32=model.manifest["crc32"],
    )


def load(options: Options) -> Classifier:
    """Load the model, once in each process.

    Raises
    ------
    WentiError
        If model or taxonomy are at fault, or do not fit, or this process has another model.
    """
    model = _load(options.model, options.taxonomy)
    if options.crc32 not in (None, model.manifest["crc32"]):
        raise ModelError("cluster_model", file=model.path)
    return model


@lru_cache(maxsize=2)
def _load(model: str | None, taxonomy: str | None) -> Classifier:
    return Classifier.load(model, taxonomy)


def cells_of(model: Classifier, decisions: Decisions, options: Options) -> Iterator[Tags]:
    """Yield the cells of each statement."""
    kind_ids, type_ids = [label.id for label in model.kinds], [label.id for label in model.types]
    ends, tagged, sure = decisions.tagged()
    of_tags, of_probabilities = [type_ids[j] for j in tagged.tolist()], _shown(sure)
    types, probabilities, start = [], [], 0
    for end in ends.tolist():
        if end - start == 1:  # most of them
            types.append(of_tags[start])
            probabilities.append(of_probabilities[start])
        else:
            types.append(";".join(of_tags[start:end]))
            probabilities.append(";".join(of_probabilities[start:end]))
        start = end
    kinds = [kind_ids[kind] for kind in decisions.kinds.tolist()]
    kind_probabilities = decisions.kind_probabilities.round(DIGITS).tolist()
    tags = zip(kinds, kind_probabilities, types, probabilities, decisions.needs_review.tolist(), strict=True)
    return (_with_names(model, options, row) for row in tags) if options.names else tags


def cells_of_reports(model: Classifier, statements: Sequence[TaggedStatement], options: Options) -> Iterator[Tags]:
    """Yield the cells of each statement of reports."""
    for tagged in statements:
        row = (
            tagged.kind,
            round(tagged.kind_probability, DIGITS),
            ";".join(tagged.types),
            ";".join(_shown(np.array(tagged.type_probabilities))),
            tagged.needs_review,
        )
        yield _with_names(model, options, row)


def _shown(probabilities: NDArray[np.float64]) -> list[str]:
    return [SHARES[share] for share in probabilities.round(DIGITS).tolist()]


def _with_names(model: Classifier, options: Options, row: Any) -> Tags:
    if not options.names:
        return row  # type: ignore[no-any-return]
    called = {label.id: label.called(options.lang) for label in (*model.kinds, *model.types)}
    return (*row, called[row[0]], ";".join(called[label] for label in row[2].split(";") if label))
