"""The main job as functions: the command line, notebooks and programs call these."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, overload

import wenti
from wenti.classifier import Classifier
from wenti.errors import InputError
from wenti.predictions import Prediction
from wenti.reading import SUFFIXES, read_reports, report_files
from wenti.records import Name, Report, Skipped, Stamp, Summary
from wenti.report_files import READ_AS_IS, FileRead, Reading, TagHere, TagThere, tag_files
from wenti.report_files import read_all as read_files_in_order
from wenti.segmentation import segment
from wenti.taxonomy import Taxonomy, load_taxonomy


@overload
def classify(texts: str, **options: Any) -> Prediction: ...
@overload
def classify(texts: Sequence[str], **options: Any) -> list[Prediction]: ...
def classify(texts: str | Sequence[str], **options: Any) -> Prediction | list[Prediction]:
    """Tag one statement, or several, with the shipped model.

    Parameters
    ----------
    texts : str or sequence of str
        One statement, or several.
    **options
        As :meth:`Classifier.predict` takes them.

    Returns
    -------
    Prediction or list of Prediction
        One for a text, a list for a list.

    Raises
    ------
    ModelError
        If the model is missing or damaged.
    """
    model = Classifier.load()
    if isinstance(texts, str):
        return model.predict([texts], **options)[0]
    return model.predict(texts, **options)


def read(path: str | Path) -> list[Report]:
    """Read a file into reports with their statements.

    Parameters
    ----------
    path : str or Path
        A file; it may hold several reports.

    Returns
    -------
    list of Report

    Raises
    ------
    InputError
        If the file is missing, unreadable, or no report.
    """
    return [segment(found) for found in read_reports(path)]


def read_all(
    paths: Iterable[str | Path],
    progress: Callable[[int, int], None] = lambda done, total: None,
    *,
    reading: Reading = READ_AS_IS,
    executor: Executor | None = None,
    window: int = 1,
) -> Iterator[FileRead]:
    """Read files, folders and archives; yield each file with its reports, or why it has none: one bad file stops nothing.

    A file that holds what was read already, be it in another format, has a fault: its reports must not count twice.

    Parameters
    ----------
    paths : iterable of str or Path
    progress : callable
        Told how many files of how many are done.
    reading : Reading
        Where a cache lies, the user's table of units.
    executor : Executor, optional
        Where files are read; by default in this process, without limits.
    window : int, default=1
        Most files under way at a time.

    Yields
    ------
    FileRead

    Raises
    ------
    InputError
        If a path does not exist or holds nothing readable.
    """
    return read_files_in_order(report_files(paths), reading, executor, window, progress)


def report(
    paths: str | Path | Iterable[str | Path],
    *,
    classifier: Classifier | None = None,
    taxonomy: Taxonomy | None = None,
    threshold: str = "medium",
    progress: Callable[[int, int], None] = lambda done, total: None,
    reading: Reading = READ_AS_IS,
    executor: Executor | None = None,
    window: int = 1,
) -> Summary:
    """Read, tag and aggregate reports.

    Parameters
    ----------
    paths : path or iterable of paths
        Files and folders.
    classifier : Classifier, optional
        The shipped model by default.
    taxonomy : Taxonomy, optional
        For names and definitions; the shipped one by default.
    threshold : {"wide", "medium", "strict"}, default="medium"
        How sure a tag must be.
    progress : callable
        Told how many files of how many are done.
    reading : Reading
        Where a cache lies, the user's table of units.
    executor : Executor, optional
        Where files are read and tagged; by default in this process. Its workers see the same files and have the same
        model (see :mod:`wenti.cluster`).
    window : int, default=1
        Most tasks under way at a time.

    Returns
    -------
    Summary
        Hand it to :func:`wenti.rendering.render`. Files that could not be read are in ``skipped``.

    Raises
    ------
    WentiError
        If nothing can be read, or the model or taxonomy is at fault.
    """
    # Imported here: pandas takes longer to load than a small report to read.
    from wenti.aggregation import aggregate

    model = classifier if classifier is not None else Classifier.load()
    tree = taxonomy if taxonomy is not None else load_taxonomy()
    wanted = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    task = TagHere(model, threshold, reading) if executor is None else TagThere.like(model, threshold, reading)
    found = tag_files(report_files(wanted), task, executor, window, progress)
    if not found.reports:
        if found.faults:
            raise found.faults[0][1]
        raise InputError("folder_empty", file=", ".join(map(str, wanted)), suffixes=" ".join(SUFFIXES))
    skipped = [Skipped(path, {lang: error.describe(lang) for lang in ("zh", "en")}) for path, error in found.faults]
    return aggregate(
        found.reports,
        found.statements,
        found.findings,
        names=names_of(model, tree),
        stamp=_stamp(model, tree, threshold),
        skipped=skipped,
        trained_on=[str(digest) for digest in model.manifest.get("trained_on") or []],
    )


def names_of(model: Classifier, taxonomy: Taxonomy) -> dict[str, Name]:
    """Return names and definitions of everything the model can say.

    Raises
    ------
    ModelError
        If the taxonomy lacks a label of the model.
    """
    names = names_in(taxonomy)
    model.require_names(names)
    return names


def names_in(taxonomy: Taxonomy) -> dict[str, Name]:
    """Return names and definitions of all kinds, categories and types."""
    return {entry.id: Name(entry.name, entry.english, entry.definition) for entry in taxonomy.entries()}


def _stamp(model: Classifier, taxonomy: Taxonomy, threshold: str) -> Stamp:
    corpus = model.manifest.get("corpus", {})
    return Stamp(
        wenti=wenti.__version__,
        model=f"{model.manifest.get('wenti')}+{str(corpus.get('sha256'))[:12]}",
        taxonomy=taxonomy.version,
        taxonomy_sha256=taxonomy.sha256,
        threshold=threshold,
        date=datetime.datetime.now().astimezone().date().isoformat(),
    )
