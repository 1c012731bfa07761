"""The evaluation of a model in use by labelled files that it was not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import wenti
from wenti.api import names_of
from wenti.classifier import Classifier
from wenti.corpus import LabelledStatement, labelled_files, read_labelled_files
from wenti.errors import CorpusError, InputError
from wenti.evaluation import Decisions, Targets, abstention, figures
from wenti.leakage import Signatures, load_signatures, near_duplicates
from wenti.parameters import THRESHOLDS
from wenti.predictions import Prediction
from wenti.taxonomy import Taxonomy

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Leak:
    """A statement that a model was trained on, or on a near duplicate of it (Jaccard similarity of bigrams, 0–1)."""

    statement: LabelledStatement
    similarity: float


def read_labelled(paths: Sequence[str | Path], classifier: Classifier, taxonomy: Taxonomy) -> list[LabelledStatement]:
    """Read labelled files whose labels a model knows.

    Raises
    ------
    InputError
        If a file is missing, unreadable, or holds no statement.
    CorpusError
        At the first fault, with file and line; a type of the taxonomy that the model has not learned is one, and so is
        a text that stands twice, in one file or in two, unless published documents have it.
    ModelError
        If the model has a label that is not in the taxonomy.
    """
    names_of(classifier, taxonomy)
    statements = list(read_labelled_files([file for path in paths for file in labelled_files(path)], taxonomy))
    if not statements:
        raise InputError("file_empty", file=str(paths[0]))
    known = set(classifier.labels)
    for row in statements:
        for label in (*row.types, *row.equally_right):
            if label not in known:
                raise CorpusError("type_not_learned", file=row.file, line=row.line, label=label)
    return statements


def find_leaks(statements: Sequence[LabelledStatement], classifier: Classifier) -> list[Leak]:
    """Return the statements that a model was trained on, exactly or nearly, in their order.

    Raises
    ------
    ModelError
        If the model has no signatures of its training statements, or they are damaged.
    """
    trained = load_signatures(classifier.path)
    pairs = near_duplicates(Signatures.of([row.text for row in statements]), trained)
    nearest: dict[int, float] = {}
    for row, similarity in zip(pairs.a.tolist(), pairs.similarity.tolist(), strict=True):
        nearest[row] = max(similarity, nearest.get(row, 0.0))
    return [Leak(statements[row], similarity) for row, similarity in sorted(nearest.items())]


def evaluate_statements(
    statements: Sequence[LabelledStatement],
    classifier: Classifier,
    taxonomy: Taxonomy,
    threshold: str = "medium",
    leaks_dropped: int = 0,
) -> dict[str, Any]:
    """Evaluate a model on labelled statements that it was not trained on.

    Parameters
    ----------
    statements : sequence of LabelledStatement
        At least one.
    classifier : Classifier
    taxonomy : Taxonomy
        Whose types the labels are.
    threshold : {"wide", "medium", "strict"}, default="medium"
        Threshold of the tags.
    leaks_dropped : int, default=0
        How many statements were left out because the model was trained on them.

    Returns
    -------
    dict
        As ``docs/schemas/evaluation.schema.json`` says; ``parts`` holds ``files``.
    """
    texts = [row.text for row in statements]
    targets = Targets.of(statements, [k.id for k in classifier.kinds], [t.id for t in classifier.types])
    answers = {name: classifier.predict(texts, threshold=name, top=len(classifier.types)) for name in THRESHOLDS}
    probabilities = _probabilities(classifier, answers[threshold])
    decided = {name: _decisions(classifier, predictions) for name, predictions in answers.items()}
    found = figures(probabilities, decided[threshold].tags, targets)
    manifest = classifier.manifest
    return {
        "wenti": wenti.__version__,
        "taxonomy": {"version": taxonomy.version, "sha256": taxonomy.sha256},
        "labels": _labels(classifier, taxonomy),
        "threshold": threshold,
        "model": {"wenti": manifest["wenti"], "corpus": manifest["corpus"]["sha256"]},
        "files": sorted({Path(row.file).name for row in statements}),
        "leaks_dropped": leaks_dropped,
        "parts": {"files": found | {"thresholds": abstention(probabilities, decided, targets)}},
    }


def _labels(classifier: Classifier, taxonomy: Taxonomy) -> dict[str, list[dict[str, str]]]:
    """Return ids and names of what the model can say, called as the taxonomy calls it."""
    names = names_of(classifier, taxonomy)
    parts = {"kinds": classifier.kinds, "categories": classifier.categories, "types": classifier.types}
    return {
        part: [
            {"id": label.id, "name": names[label.id].name, "english": names[label.id].english}
            | ({"category": label.category} if part == "types" else {})
            for label in labels
        ]
        for part, labels in parts.items()
    }


def _probabilities(classifier: Classifier, answers: Sequence[Prediction]) -> Floats:
    """Return probabilities, kinds first, shape (n_texts, n_labels), from answers that rank all types.

    An answer tells the probability of its own kind only; the others share the rest, which no figure looks at.
    """
    kinds = {kind.id: index for index, kind in enumerate(classifier.kinds)}
    types = {problem.id: len(kinds) + index for index, problem in enumerate(classifier.types)}
    probabilities = np.empty((len(answers), len(kinds) + len(types)))
    for row, answer in enumerate(answers):
        # A shade less: of a text that cannot be judged all kinds are alike, and it counts as the fact it is said to be.
        probabilities[row, : len(kinds)] = (1 - answer.kind_probability) / (len(kinds) - 1) * (1 - 1e-9)
        probabilities[row, kinds[answer.kind]] = answer.kind_probability
        for tag in answer.ranked:
            probabilities[row, types[tag.id]] = tag.probability
    return probabilities


def _decisions(classifier: Classifier, predictions: Sequence[Prediction]) -> Decisions:
    column = {label.id: index for index, label in enumerate(classifier.types)}
    tags = np.zeros((len(predictions), len(column)), dtype=bool)
    for row, prediction in enumerate(predictions):
        for tag in prediction.types:
            tags[row, column[tag.id]] = True
    return Decisions(tags, np.array([prediction.needs_review for prediction in predictions], dtype=bool))
