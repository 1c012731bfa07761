"""Statements to the cells of their tags: what workers do, wherever they run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
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


def _strings(texts: Iterable[str]) -> NDArray[np.object_]:
    """Return an array that is looked up faster than a list, with an empty string at the end."""
    return np.array([*texts, ""], dtype=object)


_SHARES = _strings(SHARES.values())
"""Probabilities as they are written, by their ten-thousandths."""


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


def cells_of(model: Classifier, decisions: Decisions, options: Options) -> Tags:
    """Return the columns of tags of statements."""
    ends, tagged, sure = decisions.tagged()
    counts = np.diff(ends, prepend=0)
    several = np.flatnonzero(counts > 1)  # few
    # Of a text without tags the last entry, which is nothing.
    only = np.where(counts == 1, ends - 1, len(tagged))
    type_ids = _strings(label.id for label in model.types)[np.append(tagged, -1)]
    shown = _SHARES[np.append(np.rint(sure * 10**DIGITS).astype(np.int64), -1)]
    types, probabilities = type_ids[only], shown[only]
    for column, cells in ((types, type_ids.tolist()), (probabilities, shown.tolist())):
        starts = (ends - counts)[several].tolist()
        column[several] = [";".join(cells[a:b]) for a, b in zip(starts, ends[several].tolist(), strict=True)]
    kinds = _strings(label.id for label in model.kinds)[decisions.kinds]
    kind_probabilities = decisions.kind_probabilities.round(DIGITS)
    columns = (kinds, kind_probabilities, types, probabilities, decisions.needs_review)
    return _with_names(model, options, [column.tolist() for column in columns])


def cells_of_reports(model: Classifier, statements: Sequence[TaggedStatement], options: Options) -> Tags:
    """Return the columns of tags of statements of reports."""
    kinds = [tagged.kind for tagged in statements]
    kind_probabilities = np.array([tagged.kind_probability for tagged in statements]).round(DIGITS).tolist()
    types = [";".join(tagged.types) for tagged in statements]
    probabilities = [np.array(tagged.type_probabilities).round(DIGITS).tolist() for tagged in statements]
    shown = [";".join(SHARES[share] for share in shares) for shares in probabilities]
    reviews = [tagged.needs_review for tagged in statements]
    return _with_names(model, options, [kinds, kind_probabilities, types, shown, reviews])


def _with_names(model: Classifier, options: Options, columns: list[list[Any]]) -> Tags:
    if not options.names:
        return columns
    called = {label.id: label.called(options.lang) for label in (*model.kinds, *model.types)}
    kinds, _, types, *_ = columns
    of_types = [";".join(called[label] for label in cell.split(";") if label) for cell in types]
    return [*columns, [called[kind] for kind in kinds], of_types]
