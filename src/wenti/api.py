"""The main job as functions: the command line, notebooks and programs call these."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import wenti
from wenti.choices import USUAL, Choices, select
from wenti.classifier import Classifier
from wenti.errors import InputError, ModelError
from wenti.messages import LANGUAGES
from wenti.predictions import Prediction
from wenti.reading import SUFFIXES, read_reports, report_files
from wenti.records import Name, Report, Skipped, Stamp, TaggedStatement
from wenti.report_files import (
    READ_AS_IS,
    FileRead,
    Originals,
    Reading,
    TaggedReports,
    TagHere,
    TagThere,
    tag_files,
)
from wenti.report_files import read_all as read_files_in_order
from wenti.segmentation import segment
from wenti.summary import MEASURES, Measure, Review, Summary
from wenti.tagging import is_counted
from wenti.taxonomy import Taxonomy, load_taxonomy

if TYPE_CHECKING:
    from wenti.aggregation import Evidence, Side

Paths = str | Path | Iterable[str | Path]
_FEW_NAMES = 2  # of paths that are named


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


@dataclass(frozen=True, slots=True)
class Work:
    """How files are read, and who reads and tags them.

    Attributes
    ----------
    reading : Reading
        Where a cache lies, the user's table of units.
    executor : Executor, optional
        Where files are read and tagged; by default in this process. Its workers see the same files and have the same
        model (see :mod:`wenti.cluster`).
    window : int, default=1
        Most tasks under way at a time.
    progress : callable
        Told how many files of how many are done.
    """

    reading: Reading = READ_AS_IS
    executor: Executor | None = None
    window: int = 1
    progress: Callable[[int, int], None] = lambda done, total: None


HERE = Work()


def report(
    paths: Paths,
    *,
    classifier: Classifier | None = None,
    taxonomy: Taxonomy | None = None,
    threshold: str = "medium",
    choices: Choices = USUAL,
    compare: Paths | None = None,
    reviewed: str | Path | None = None,
    work: Work = HERE,
) -> Summary:
    """Read, tag and aggregate reports, or aggregate tables that ``wenti tag`` wrote from reports.

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
    choices : Choices
        What to count, of which reports, by what.
    compare : path or iterable of paths, optional
        Other reports, to be set against these; both are counted.
    reviewed : path, optional
        A sheet in which a person has corrected tags and metadata: what it says wins.
    work : Work
        How files are read, and by whom.

    Returns
    -------
    Summary
        Hand it to :func:`wenti.rendering.render`. Files that could not be read are in ``skipped``.

    Raises
    ------
    WentiError
        If nothing can be read, or the model, the taxonomy or the sheet is at fault.
    """
    # Imported here: pandas takes longer to load than a small report to read.
    from wenti.aggregation import Background, aggregate

    model = classifier if classifier is not None else Classifier.load()
    tree = taxonomy if taxonomy is not None else load_taxonomy()
    names = names_of(model, tree)
    sheet = None
    if reviewed is not None:
        from wenti.review import read_review

        sheet = read_review(reviewed, tree)  # before the work, which its faults would waste
    groups = [_listed(each) for each in (paths, compare) if each is not None]
    found, n_first = TaggedReports(), 0
    originals = Originals()
    for group in groups:
        n_first = len(found.reports)
        found.extend(_tagged(group, model, threshold, work, originals, tree))
    review, before = None, found.statements
    if sheet is not None:
        from wenti.review import apply_review

        reports, corrected, review = apply_review(found.reports, before, sheet)
        units = work.reading.units
        joined = [units.joined(r) if units is not None and i in review.reports else r for i, r in enumerate(reports)]
        found.reviewed(joined, corrected)
    chosen, statements, findings, kept = select(found.reports, found.statements, found.findings, choices.only)
    if not chosen:
        raise InputError("nothing_chosen", file=", ".join(map(str, groups[0])), reports=len(found.reports))
    if review is not None:
        review = _chosen_review(review, before, found.statements, kept)
    background = Background(
        names=names,
        stamp=_stamp(model, tree, threshold, found),
        measures=measures_of(tree),
        evidence=evidence_of(model, statements),
        skipped=[Skipped(path, {lang: error.describe(lang) for lang in LANGUAGES}) for path, error in found.faults],
        trained_on=[str(digest) for digest in model.manifest.get("trained_on") or []],
        excluded=len(found.reports) - len(chosen),
        review=review,
    )
    sides = _sides(groups, kept, n_first) if compare is not None else None
    return aggregate(chosen, statements, findings, background, choices, sides)


def _listed(paths: Paths) -> list[str | Path]:
    return [paths] if isinstance(paths, (str, Path)) else list(paths)


def _chosen_review(
    review: Review, before: Sequence[TaggedStatement], after: Sequence[TaggedStatement], kept: Sequence[int]
) -> Review:
    """Return what a review changed in the reports that are counted."""
    number = {old: new for new, old in enumerate(kept)}
    pairs = [
        (old, new)
        for old, new in zip(before, after, strict=True)
        if new.report in number and new.reviewed and new is not old
    ]
    return replace(
        review,
        statements=len(pairs),
        corrected=sum((new.kind, new.types) != (old.kind, old.types) for old, new in pairs),
        reports=tuple(number[index] for index in review.reports if index in number),
    )


def _sides(groups: Sequence[Sequence[str | Path]], kept: Sequence[int], n_first: int) -> tuple[Side, Side]:
    """Return what two groups of reports are called, and their reports.

    Raises
    ------
    InputError
        If none of a group is left.
    """
    first, second = _called(groups)
    sides = (
        (first, [i for i, before in enumerate(kept) if before < n_first]),
        (second, [i for i, before in enumerate(kept) if before >= n_first]),
    )
    for (name, reports), paths in zip(sides, groups, strict=True):
        if not reports:
            raise InputError("compare_empty", file=", ".join(map(str, paths)), name=name)
    return sides


def _called(groups: Sequence[Sequence[str | Path]]) -> tuple[str, str]:
    """Return what two groups of paths are called: by their last parts, with as many folders as tell them apart."""
    found = [[Path(path).resolve() for path in group] for group in groups]
    longest = max(len(path.parts) for group in found for path in group)
    for depth in range(1, longest + 1):
        first, second = (_group_name(["/".join(path.parts[-depth:]) for path in group]) for group in found)
        if first != second:
            return first, second
    return f"{first}（1）", f"{second}（2）"


def _group_name(names: Sequence[str]) -> str:
    return "、".join(names) if len(names) <= _FEW_NAMES else f"{names[0]}等{len(names)}项"


def _tagged(
    paths: Sequence[str | Path],
    model: Classifier,
    threshold: str,
    work: Work,
    originals: Originals,
    known: Container[str],
) -> TaggedReports:
    """Return tagged reports, be they read now or kept in tables, whose types must be known.

    Raises
    ------
    InputError
        If nothing can be read.
    """
    from wenti.statement_files import tables_among
    from wenti.tagged_tables import read_tagged

    tables = tables_among(paths)
    if tables:
        return read_tagged(tables, work.reading.units, work.progress, known, originals)
    reading, executor = work.reading, work.executor
    task = TagHere(model, threshold, reading) if executor is None else TagThere.like(model, threshold, reading)
    found = tag_files(report_files(paths), task, executor, work.window, work.progress, originals)
    if not found.reports:
        if found.faults:
            raise found.faults[0][1]
        raise InputError("folder_empty", file=", ".join(map(str, paths)), suffixes=" ".join(SUFFIXES))
    return found


def evidence_of(model: Classifier, statements: Sequence[TaggedStatement]) -> Evidence | None:
    """Return what shares are corrected by, if the model was trained on units by which its errors are known.

    Raises
    ------
    ModelError
        If what it learned from them is damaged.
    """
    import numpy as np

    from wenti.aggregation import Evidence
    from wenti.quantification import Quantifier

    known = model.manifest.get("prevalence") or {}
    indices = [i for i, tagged in enumerate(statements) if tagged.section == "findings" or is_counted(tagged)]
    if not known or not indices:
        return None
    try:
        quantifiers = {str(level): Quantifier.from_manifest(entry) for level, entry in known.items()}
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ModelError("model_damaged", file=model.path, detail="model.json: prevalence") from None
    texts = [statements[index].statement.text for index in indices]
    probabilities = model.weakness_probabilities(texts, roles=["findings"] * len(texts))
    return Evidence(np.array(indices), probabilities, tuple(label.id for label in model.types), quantifiers)


def measures_of(taxonomy: Taxonomy) -> dict[str, Measure]:
    """Return which key figure each type is told by; a type without one is missing."""
    return {
        problem.id: measure for problem in taxonomy.types() for measure in MEASURES if measure == problem.key_figure
    }


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
    return {
        entry.id: Name(entry.name, entry.english, entry.definition, getattr(entry, "indicators", ()))
        for entry in taxonomy.entries()
    }


def _stamp(model: Classifier, taxonomy: Taxonomy, threshold: str, found: TaggedReports) -> Stamp:
    corpus = model.manifest.get("corpus", {})
    is_made_now = found.n_from_tables < len(found.reports)
    return Stamp(
        wenti=wenti.__version__,
        model=f"{model.manifest.get('wenti')}+{str(corpus.get('sha256'))[:12]}" if is_made_now else "",
        taxonomy=taxonomy.version,
        taxonomy_sha256=taxonomy.sha256,
        threshold=threshold if is_made_now else "",
        date=datetime.datetime.now().astimezone().date().isoformat(),
        has_tables=found.n_from_tables > 0,
    )
