"""Labels that look wrong, for a person to read: by the model's held-out probabilities, and by near duplicates.

cleanlab (extra ``audit``) ranks by how little a model that has not seen the author believes the label; a rank is a reason
to read the statement, never one to change it.
"""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wenti.corpus import LabelledStatement, check_folds
from wenti.cross_validation import Calibrated, count_statements, out_of_fold_scores
from wenti.errors import InputError
from wenti.evaluation import Targets
from wenti.leakage import Signatures, near_duplicates
from wenti.taxonomy import Taxonomy
from wenti.training import Settings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LEAST_TYPES = 2  # with one type there is no other to take it for, and cleanlab refuses it

COLUMNS = ("rank", "reason", "score", "file", "line", "kind", "types", "suggested", "text", "twin")


@dataclass(frozen=True, slots=True)
class Suspect:
    """A statement whose labels deserve a second look.

    Attributes
    ----------
    reason : {"contradiction", "kind", "types", "duplicate"}
    score : float
        How well the label fits, 0 to 1; the lowest come first. For near duplicates 1 minus their similarity.
    suggested : str
        Kind or types that the held-out model would give.
    twin : str
        File and line of the near duplicate.
    """

    reason: str
    score: float
    statement: LabelledStatement
    suggested: str = ""
    twin: str = ""


def audit(
    statements: Sequence[LabelledStatement],
    folds: dict[str, str],
    taxonomy: Taxonomy,
    settings: Settings | None = None,
    n_jobs: int = 2,
    progress: Callable[[str], None] = lambda step: None,
) -> list[Suspect]:
    """List contradictions, likely label errors, and duplicates, most suspicious first.

    Parameters
    ----------
    statements : sequence of LabelledStatement
    folds : dict of str to str
        Fold of each author; authors without one are tested too here, each by a model of all others.
    taxonomy : Taxonomy
    settings : Settings, optional
    n_jobs : int, default=2
        Processes.
    progress : callable
        Told the message key of each step.

    Raises
    ------
    InputError
        If cleanlab is not installed.
    CorpusError
        If there are fewer than two folds.
    """
    try:
        from cleanlab.multilabel_classification.filter import find_label_issues
        from cleanlab.rank import get_label_quality_scores
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "cleanlab":
            raise
        raise InputError("audit_missing") from None
    names = np.array([folds.get(row.author) or row.author for row in statements])
    check_folds(names.tolist())
    chosen = settings if settings is not None else Settings()
    progress("step_cut")
    table, targets = count_statements(statements, taxonomy, chosen)
    progress("step_folds")
    scores = out_of_fold_scores(table, targets, names, np.arange(len(statements)), chosen, n_jobs).scores
    calibrated = Calibrated.fit(scores, targets)
    probabilities = calibrated.probabilities(scores)
    kinds, types = probabilities[:, : targets.n_kinds], probabilities[:, targets.n_kinds :]

    progress("step_twins")
    suspects = _twins(statements)
    gold, likely = targets.flags[:, : targets.n_kinds].argmax(axis=1), kinds.argmax(axis=1)
    fits = get_label_quality_scores(gold, kinds)
    suspects += [
        Suspect("kind", float(fits[row]), statements[int(row)], targets.kinds[int(likely[row])])
        for row in np.flatnonzero(likely != gold)
    ]
    typed = np.flatnonzero(targets.gold_types.any(axis=1))
    if np.count_nonzero(targets.gold_types.any(axis=0)) >= _LEAST_TYPES:
        labels = [np.flatnonzero(row).tolist() for row in targets.gold_types[typed]]
        with warnings.catch_warnings():
            # It warns of types with few examples; a person reads what is said of them anyway.
            warnings.simplefilter("ignore", UserWarning)
            issues = typed[np.asarray(find_label_issues(labels, types[typed], n_jobs=1))]
        suspects += _wrong_types(statements, targets, types, calibrated.thresholds["medium"], issues)
    order = {"contradiction": 0, "kind": 1, "types": 1, "duplicate": 2}
    return sorted(suspects, key=lambda s: (order[s.reason], s.score, s.statement.file, s.statement.line))


def _wrong_types(
    statements: Sequence[LabelledStatement], targets: Targets, types: Floats, thresholds: Floats, issues: Ints
) -> list[Suspect]:
    """Return those issues to which the held-out model would give other types, more or fewer."""
    tags = types >= thresholds
    tags[np.arange(len(tags)), types.argmax(axis=1)] = True
    credited = targets.credited(tags)
    found = []
    for row in issues:
        gold = targets.gold_types[row]
        if (credited[row] != gold).any():
            fit = float(np.where(gold, types[row], 1 - types[row]).min())
            likely = [targets.types[i] for i in np.argsort(-types[row]) if tags[row, i]]
            found.append(Suspect("types", fit, statements[int(row)], ",".join(likely)))
    return found


def _twins(statements: Sequence[LabelledStatement]) -> list[Suspect]:
    """Return each pair of near duplicates once: contradictions if their labels differ."""
    signatures = Signatures.of([row.text for row in statements])
    pairs = near_duplicates(signatures, signatures)
    found = []
    for first, second, similarity in zip(pairs.a.tolist(), pairs.b.tolist(), pairs.similarity.tolist(), strict=True):
        if first < second:
            one, other = statements[first], statements[second]
            same = (one.kind, set(one.types)) == (other.kind, set(other.types))
            twin = f"{other.file}:{other.line} {other.kind} {','.join(other.types)} {other.text}"
            found.append(Suspect("duplicate" if same else "contradiction", 1 - similarity, one, twin=twin))
    return found


def as_tsv(suspects: Sequence[Suspect]) -> str:
    """Return the list as tab-separated rows with a header."""
    out = io.StringIO()
    writer: Any = csv.writer(out, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n")
    writer.writerow(COLUMNS)
    for rank, suspect in enumerate(suspects, 1):
        row = suspect.statement
        labels = (row.kind, ",".join(row.types), suspect.suggested)
        writer.writerow(
            [rank, suspect.reason, f"{suspect.score:.3f}", row.file, row.line, *labels, row.text, suspect.twin]
        )
    return out.getvalue()
