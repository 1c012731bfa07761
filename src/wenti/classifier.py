"""The model at work: score, calibrate, decide, abstain, explain. No scikit-learn, no jieba.

A text's score for a label is the sum of one row of weights for each position of the text – the row holds the sum of
idf · weight over all spans that start there – divided by the text's norm, plus the label's bias. The last column of a row
holds the sum of idf², whose root over the whole text is the norm: with raw counts everything is additive.
"""

from __future__ import annotations

import os
from math import exp, sqrt

from wenti.artifact import Artifact, read_artifact
from wenti.errors import ModelError, UsageError
from wenti.features import DIGIT_CODE, EDGE_CODE, MAX_SPAN, POINT_CODES, STOP_CODES, UNKNOWN_CODE, kept_indices
from wenti.predictions import Because, Label, Prediction, Tag
from wenti.resources import model_path

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing would cost 5 ms at start
    from collections.abc import Container, Sequence
    from typing import Any

    from wenti.spans import Trie

THRESHOLDS = ("wide", "medium", "strict")
NO_RIVAL = -1.0
"""Score of the other types where there is one type only: an SVM's plain no."""
ROOT = 1
_FEW = 24
_MAX_BECAUSE = 5
_LEAST_KNOWN = 4  # one position in four must begin a known span of two characters or more
_ALPHABET_SIZE = 1 << 16
_BATCH_POSITIONS = 200_000
# Bounds of a sound model's numbers; within them no score of any text overflows.
_LARGEST = 1e9
_MOST_CHARACTERS = 10_000


class Classifier:
    """A loaded model.

    Parameters
    ----------
    artifact : Artifact
        What :func:`wenti.artifact.read_artifact` returned.

    Raises
    ------
    ModelError
        If the parts do not fit each other.
    """

    def __init__(self, artifact: Artifact) -> None:
        self.path = artifact.path
        self.manifest = artifact.manifest
        self._views = artifact.views
        try:
            self._unpack(artifact)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError("model_damaged", file=artifact.path, detail=f"model.json: {error}") from None

    @classmethod
    def load(cls, path: str | os.PathLike[str] | None = None) -> Classifier:
        """Load a model; by default the one named by ``WENTI_MODEL``, else the shipped one.

        Raises
        ------
        ModelError
            If it is missing, damaged or of another format.
        """
        return cls(read_artifact(os.fspath(path) if path is not None else model_path()))

    def _unpack(self, artifact: Artifact) -> None:
        manifest = artifact.manifest
        labels = manifest["labels"]
        self.kinds = [_label(entry) for entry in labels["kinds"]]
        self.categories = [_label(entry) for entry in labels["categories"]]
        self.types = [_label(entry, _text(entry["category"])) for entry in labels["types"]]
        self._fact = [label.id for label in self.kinds].index("fact")
        known = {category.id for category in self.categories}
        if (
            not self.types
            or any(label.category not in known for label in self.types)
            or len(known) < len(self.categories)
            or len(set(self.labels)) < len(self.labels)
        ):
            raise ValueError("labels")
        n_labels = len(self.kinds) + len(self.types)
        rows, columns = artifact.shape("weights")
        states = artifact.shape("base")
        if (
            columns != n_labels + 1
            or artifact.shape("parent") != (rows,)
            or artifact.shape("alphabet") != (_ALPHABET_SIZE,)
        ):
            raise ValueError("shapes")
        if artifact.shape("check") != states or artifact.shape("span") != states:
            raise ValueError("shapes")
        self._columns = columns
        self._scales = _floats(manifest["scales"], columns, least=0)
        self._bias = _floats(manifest["bias"], n_labels)
        calibration, n_kinds, n_types = manifest["calibration"], len(self.kinds), len(self.types)
        self._sigmoids = list(
            zip(
                *(_floats(calibration[part], n_types) for part in ("slope", "rivalry", "first", "intercept")),
                strict=True,
            )
        )
        self._kind_weights = [_floats(row, n_kinds + 2) for row in _rows(calibration["kind_weights"], n_kinds)]
        self._kind_bias = _floats(calibration["kind_bias"], n_kinds)
        self._thresholds = {
            name: (
                _floats([manifest["thresholds"][name]["kind"]], 1, 0, 1)[0],
                _floats(manifest["thresholds"][name]["types"], len(self.types), 0, 1),
            )
            for name in THRESHOLDS
        }
        self._priors = {k: _floats(v, len(self.kinds), least=0) for k, v in manifest["section_priors"].items()}
        self._max_characters = manifest["limits"]["characters"]
        if type(self._max_characters) is not int or not 0 < self._max_characters <= _MOST_CHARACTERS:
            raise ValueError("limits.characters")
        if manifest["features"]["max_span"] != MAX_SPAN:
            raise ValueError("features.max_span")

    @property
    def labels(self) -> list[str]:
        """Ids of kinds and types in the order of the scores."""
        return [label.id for label in self.kinds] + [label.id for label in self.types]

    def rename(self, names: dict[str, tuple[str, str]]) -> None:
        """Call kinds, categories and types as another taxonomy does.

        Parameters
        ----------
        names : dict of str to (str, str)
            Name and English name by id.

        Raises
        ------
        ModelError
            If a label of the model is not among them.
        """
        self.require_names(names)
        for label in [*self.kinds, *self.categories, *self.types]:
            label.name, label.english = names[label.id]

    def require_names(self, names: Container[str]) -> None:
        """Check that a taxonomy has every label of the model.

        Raises
        ------
        ModelError
            If a label of the model is not among the names.
        """
        for label in [*self.kinds, *self.categories, *self.types]:
            if label.id not in names:
                raise ModelError("model_taxonomy", file=self.path, label=label.id)

    def decision_function(self, texts: Sequence[str]) -> list[list[float]]:
        """Return the decision scores, shape (n_texts, n_kinds + n_types), before calibration."""
        return [_scores(self, sums) for sums in self._sums(texts)]

    def predict(
        self,
        texts: Sequence[str],
        *,
        threshold: str = "medium",
        roles: Sequence[str | None] | None = None,
        top: int = 0,
        explain: bool = False,
    ) -> list[Prediction]:
        """Tag statements.

        Parameters
        ----------
        texts : sequence of str
            Statements; any text is answered.
        threshold : {"wide", "medium", "strict"}, default="medium"
            How sure a tag must be.
        roles : sequence of str or None, optional
            Role of the section each statement stands in, which helps to tell its kind.
        top : int, default=0
            How many types to rank whatever their threshold.
        explain : bool, default=False
            Whether tags carry the stretches of text that spoke for them.

        Returns
        -------
        list of Prediction
            One for each text.

        Raises
        ------
        UsageError
            If the threshold is not known.
        ModelError
            If the model's arrays contradict each other.
        """
        if threshold not in self._thresholds:
            raise UsageError("option_value", option="threshold", value=threshold, values=", ".join(THRESHOLDS))
        result = []
        for index, (text, sums) in enumerate(zip(texts, self._sums(texts), strict=True)):
            role = roles[index] if roles is not None else None
            result.append(self._decide(text, sums, threshold, role, top, explain))
        return result

    def _decide(
        self, text: str, sums: Sequence[int], threshold: str, role: str | None, top: int, explain: bool
    ) -> Prediction:
        scores = _scores(self, sums)
        n_kinds = len(self.kinds)
        best, second = _best_two(scores[n_kinds:])
        probabilities = self._type_probabilities(scores[n_kinds:], best, second)
        known = sums[self._columns] > 0
        if known:
            likely = self._kind_probabilities([*scores[:n_kinds], best, second])
            kind_probabilities = _weighted(likely, self._priors.get(role or ""))
            kind = max(range(n_kinds), key=kind_probabilities.__getitem__)
        else:  # English, emoji and blanks say nothing: a fact, if anything
            kind_probabilities = [1 / n_kinds] * n_kinds
            kind = self._fact
        kind_least, type_least = self._thresholds[threshold]
        order = sorted(range(len(self.types)), key=lambda j: (-probabilities[j], j))
        judged = known and len(text) <= self._max_characters
        # A fact states no problem; by the guidelines it has no type.
        typed = judged and kind != self._fact
        tags = []
        for j in order:
            probability = probabilities[j]
            if typed and probability >= type_least[j]:
                because = self.explain(text, self.types[j].id) if explain else ()
                tags.append(Tag(self.types[j].id, probability, because))
        of_categories: dict[str, float] = {}
        for tag in tags:
            of_categories.setdefault(self._category_of(tag.id), tag.probability)
        needs_review = (
            not judged or kind_probabilities[kind] < kind_least or (self.kinds[kind].id == "weakness" and not tags)
        )
        return Prediction(
            kind=self.kinds[kind].id,
            kind_probability=kind_probabilities[kind],
            types=tuple(tags),
            categories=tuple(Tag(category, probability) for category, probability in of_categories.items()),
            ranked=tuple(Tag(self.types[j].id, probabilities[j]) for j in order[:top]),
            needs_review=needs_review,
            judged=known,
        )

    def _type_probabilities(self, scores: list[float], best: float, second: float) -> list[float]:
        """Return the types' probabilities; the formula is :class:`wenti.calibration.Calibration`'s."""
        probabilities = []
        for score, (slope, rivalry, first, intercept) in zip(scores, self._sigmoids, strict=True):
            ahead = score - (second if score == best else best)
            more = first if ahead > 0 else rivalry * ahead
            probabilities.append(_sigmoid(slope * score + more + intercept))
        return probabilities

    def _kind_probabilities(self, features: list[float]) -> list[float]:
        logits = [
            sum(weight * value for weight, value in zip(row, features, strict=True)) + bias
            for row, bias in zip(self._kind_weights, self._kind_bias, strict=True)
        ]
        largest = max(logits)
        return [exp(max(logit - largest, -700)) for logit in logits]

    def _category_of(self, label: str) -> str:
        return next(problem.category for problem in self.types if problem.id == label)

    def explain(self, text: str, label: str) -> tuple[Because, ...]:
        """Return the stretches of the text that spoke for a label, strongest first, none overlapping another.

        A stretch's weight is what all spans inside it add to the decision score.

        Parameters
        ----------
        text : str
            A statement.
        label : str
            Id of a kind or type.

        Raises
        ------
        KeyError
            If the model has no such label.
        ModelError
            If the model's arrays contradict each other.
        """
        labels = self.labels
        if label not in labels:
            raise KeyError(label)
        column = labels.index(label)
        codes, positions = self._codes(text)
        try:
            spans = self._span_weights(codes, column)
        except (IndexError, ValueError):
            raise self._pointing_outside() from None
        by_start: dict[int, list[tuple[int, float]]] = {}
        for start, end, weight in spans:
            by_start.setdefault(start, []).append((end, weight))
        candidates = []
        for start, end in {(start, end) for start, end, _ in spans if start < end}:
            total = sum(w for s in range(start, end + 1) for e, w in by_start.get(s, ()) if e <= end)
            if total > 0:
                candidates.append((total, start, end))
        candidates.sort(key=lambda c: (-c[0], c[1], c[2]))
        chosen: list[Because] = []
        taken: list[tuple[int, int]] = []
        for total, start, end in candidates:
            if len(chosen) < _MAX_BECAUSE and all(end <= s or e <= start for s, e in taken):
                taken.append((start, end))
                first, last = positions[start], positions[end - 1] + 1
                if text[last - 1].isdecimal():  # the first digit of a number stands for the whole
                    until = positions[end] if end < len(positions) else len(text)
                    while last < until and (text[last].isdecimal() or text[last] in ".,．，"):
                        last += 1
                chosen.append(Because(first, last, text[first:last], total))
        return tuple(chosen)

    def _span_weights(self, codes: Sequence[int], column: int) -> list[tuple[int, int, float]]:
        """Return start and end, counted without the edges, and weight of every span of a text."""
        norm = self._norm(self._sum_rows(codes)[0])
        weights, columns = self._views["weights"], self._columns
        spans = []
        for start in range(len(codes)):
            for end, row, before in self._path(codes, start):
                weight = weights[row * columns + column] - weights[before * columns + column]
                spans.append((max(start - 1, 0), min(end - 1, len(codes) - 2), weight * self._scales[column] / norm))
        return spans

    def _norm(self, sums: Sequence[int]) -> float:
        square = sums[self._columns - 1] * self._scales[-1]
        return sqrt(square) if square > 0 else 1.0

    def _codes(self, text: str) -> tuple[list[int], list[int]]:
        """Return the codes of the normalised text between its edges, and the positions of the characters in the text."""
        alphabet = self._views["alphabet"]
        codes, positions = [], []
        for position, character in enumerate(text):
            point = ord(character)
            code = alphabet[point] if point < _ALPHABET_SIZE else UNKNOWN_CODE
            if code:
                codes.append(code)
                positions.append(position)
        kept = kept_indices(codes, DIGIT_CODE, POINT_CODES, STOP_CODES)
        return [EDGE_CODE, *(codes[i] for i in kept), EDGE_CODE], [positions[i] for i in kept]

    def _path(self, codes: Sequence[int], start: int) -> list[tuple[int, int, int]]:
        """Return end, row and next shorter row of every span that begins at a position."""
        base, check, span = self._views["base"], self._views["check"], self._views["span"]
        state, row, found = ROOT, 0, []
        for end in range(start, min(start + MAX_SPAN, len(codes))):
            target = base[state] + codes[end]
            if check[target] != state:
                break
            state = target
            if span[state] != row:
                found.append((end + 1, span[state], row))
                row = span[state]
        return found

    def _sum_rows(self, codes: Sequence[int]) -> tuple[list[int], int]:
        """Return the sum of the rows of all positions, and 1 if enough of them begin a known span of two characters."""
        weights, columns = self._views["weights"], self._columns
        total = [0] * columns
        known = 0
        for start in range(len(codes)):
            path = self._path(codes, start)
            if path:
                end, row, _ = path[-1]
                known += end - start > 1
                at = row * columns
                total = [a + b for a, b in zip(total, weights[at : at + columns], strict=True)]
        return total, int(known > 0 and known * _LEAST_KNOWN >= len(codes) - 2)

    def _sums(self, texts: Sequence[str]) -> list[list[int]]:
        """Return for each text the column sums, and last a 1 if it is written in words that the model knows."""
        # A longer text is not judged; one character more than the limit is enough to see that.
        texts = [text[: self._max_characters + 1] for text in texts]
        try:
            if len(texts) <= _FEW and sum(map(len, texts)) <= _FEW * self._max_characters:
                summed = (self._sum_rows(self._codes(text)[0]) for text in texts)
                return [[*total, known] for total, known in summed]
            return self._batch_sums(texts)
        except (IndexError, ValueError):
            raise self._pointing_outside() from None

    def _pointing_outside(self) -> ModelError:
        return ModelError("model_damaged", file=self.path, detail="base, check, span")

    def _batch_sums(self, texts: Sequence[str]) -> list[list[int]]:
        import numpy as np

        from wenti import spans

        trie = self._trie()
        weights = np.frombuffer(self._views["weights"], dtype=np.int16).reshape(-1, self._columns)
        codes, starts = spans.encode(trie, texts)
        sums = np.zeros((len(texts), self._columns + 1), dtype=np.int64)
        for first in range(0, len(codes), _BATCH_POSITIONS):
            last = min(first + _BATCH_POSITIONS, len(codes))
            rows, long = spans.deepest_rows(trie, codes, first, last)
            begin = int(np.searchsorted(starts, first, side="right")) - 1
            until = int(np.searchsorted(starts, last, side="left"))
            cuts = np.maximum(starts[begin:until], first) - first
            sums[begin:until, :-1] += np.add.reduceat(weights[rows], cuts, axis=0, dtype=np.int64)
            sums[begin:until, -1] += np.add.reduceat(long, cuts, dtype=np.int64)
        known, lengths = sums[:, -1], np.diff(starts) - 3
        sums[:, -1] = (known > 0) & (known * _LEAST_KNOWN >= lengths)
        return [[int(value) for value in row] for row in sums]

    def _trie(self) -> Trie:
        import numpy as np

        from wenti.spans import Trie

        views = self._views
        return Trie(
            alphabet=np.frombuffer(views["alphabet"], dtype=np.uint16),
            base=np.frombuffer(views["base"], dtype=np.int32),
            check=np.frombuffer(views["check"], dtype=np.int32),
            span=np.frombuffer(views["span"], dtype=np.int32),
            parent=np.frombuffer(views["parent"], dtype=np.int32),
        )


def _scores(model: Classifier, sums: Sequence[int]) -> list[float]:
    norm = model._norm(sums)
    return [total * scale / norm + bias for total, scale, bias in zip(sums, model._scales, model._bias, strict=False)]


def _best_two(scores: list[float]) -> tuple[float, float]:
    """Return the best and the second-best score; the second of a single one is an SVM's plain no."""
    best, *others = sorted(scores, reverse=True)
    return best, others[0] if others else NO_RIVAL


def _weighted(probabilities: list[float], prior: list[float] | None) -> list[float]:
    """Return the kinds' probabilities, times a section's prior, adding up to one."""
    if prior is not None:
        probabilities = [p * q for p, q in zip(probabilities, prior, strict=True)]
    total = sum(probabilities)
    return [p / total for p in probabilities] if total > 0 else [1 / len(probabilities)] * len(probabilities)


def _sigmoid(value: float) -> float:
    if value >= 0:
        return 1 / (1 + exp(-min(value, 700)))
    grown = exp(max(value, -700))
    return grown / (1 + grown)


def _floats(values: Any, length: int, least: float = -_LARGEST, most: float = _LARGEST) -> list[float]:
    if not isinstance(values, list) or len(values) != length:
        raise ValueError("lengths")
    if not all(type(value) in (int, float) and least <= value <= most for value in values):  # NaN is in no range
        raise ValueError("numbers")
    return [float(value) for value in values]


def _rows(values: Any, length: int) -> list[Any]:
    if not isinstance(values, list) or len(values) != length:
        raise ValueError("lengths")
    return values


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("labels")
    return value


def _label(entry: Any, category: str = "") -> Label:
    return Label(_text(entry["id"]), _text(entry["name"]), _text(entry["english"]), category)
