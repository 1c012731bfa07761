"""The evaluator for a handful of statements: one by one, with the standard library alone, over memory-mapped arrays.

:mod:`wenti.batch` is its twin for many; a property test holds the two equal.
"""

from __future__ import annotations

from math import exp, sqrt

from wenti.features import (
    ALPHABET_SIZE,
    DIGIT_CODE,
    EDGE_CODE,
    MAX_SPAN,
    POINT_CODES,
    ROOT,
    STOP_CODES,
    UNKNOWN_CODE,
    kept_indices,
)
from wenti.parameters import LEAST_KNOWN, NO_RIVAL
from wenti.predictions import Because, Prediction, Tag

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing would cost 5 ms at start
    from collections.abc import Mapping, Sequence

    from wenti.parameters import Parameters

_MAX_BECAUSE = 5


class Single:
    """Scores, decides and explains one text at a time.

    Parameters
    ----------
    parameters : Parameters
    views : mapping of str to memoryview
        The model's arrays. Every method raises IndexError or ValueError if they contradict each other.
    """

    def __init__(self, parameters: Parameters, views: Mapping[str, memoryview]) -> None:
        self._parameters = parameters
        self._views = views

    def sums(self, text: str) -> list[int]:
        """Return the column sums of a text, and last a 1 if it is written in words that the model knows."""
        # A longer text is not judged; one character more than the limit is enough to see that.
        codes, _ = self._codes(text[: self._parameters.max_characters + 1])
        return self._sum_rows(codes)

    def scores(self, sums: Sequence[int]) -> list[float]:
        """Return the decision scores of kinds and types, before calibration."""
        norm, parameters = self._norm(sums), self._parameters
        columns = zip(sums, parameters.scales, parameters.bias, strict=False)
        return [total * scale / norm + bias for total, scale, bias in columns]

    def decide(self, text: str, threshold: str, role: str | None, top: int, explain: bool) -> Prediction:
        """Tag one statement; parameters as :meth:`wenti.classifier.Classifier.predict` takes them."""
        parameters = self._parameters
        sums = self.sums(text)
        scores = self.scores(sums)
        n_kinds = len(parameters.kinds)
        best, second = _best_two(scores[n_kinds:])
        probabilities = self._type_probabilities(scores[n_kinds:], best, second)
        known = sums[parameters.columns] > 0
        if known:
            likely = self._kind_probabilities([*scores[:n_kinds], best, second])
            kind_probabilities = _weighted(likely, parameters.priors.get(role or ""))
            kind = max(range(n_kinds), key=kind_probabilities.__getitem__)
        else:  # English, emoji and blanks say nothing: a fact, if anything
            kind_probabilities = [1 / n_kinds] * n_kinds
            kind = parameters.fact
        kind_least, type_least = parameters.thresholds[threshold]
        judged = known and len(text) <= parameters.max_characters
        # A fact states no problem; by the guidelines it has no type.
        typed = judged and kind != parameters.fact
        order = sorted(range(len(probabilities)), key=lambda j: (-probabilities[j], j))
        tags = []
        for j in order:
            if typed and probabilities[j] >= type_least[j]:
                because = self.explain(text, n_kinds + j) if explain else ()
                tags.append(Tag(parameters.types[j].id, probabilities[j], because))
        category_of = {label.id: label.category for label in parameters.types}
        of_categories: dict[str, float] = {}
        for tag in tags:
            of_categories.setdefault(category_of[tag.id], tag.probability)
        kind_id = parameters.kinds[kind].id
        return Prediction(
            kind=kind_id,
            kind_probability=kind_probabilities[kind],
            types=tuple(tags),
            categories=tuple(Tag(category, probability) for category, probability in of_categories.items()),
            ranked=tuple(Tag(parameters.types[j].id, probabilities[j]) for j in order[:top]),
            needs_review=not judged or kind_probabilities[kind] < kind_least or (kind_id == "weakness" and not tags),
            judged=known,
        )

    def explain(self, text: str, column: int) -> tuple[Because, ...]:
        """Return the stretches of a text that spoke for the label of a column, as Classifier.explain describes them."""
        codes, positions = self._codes(text)
        by_start: dict[int, list[tuple[int, float]]] = {}
        spans = self._span_weights(codes, column)
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

    def _type_probabilities(self, scores: list[float], best: float, second: float) -> list[float]:
        probabilities = []
        for score, (slope, rivalry, first, intercept) in zip(scores, self._parameters.sigmoids, strict=True):
            ahead = score - (second if score == best else best)
            more = first if ahead > 0 else rivalry * ahead
            probabilities.append(_sigmoid(slope * score + more + intercept))
        return probabilities

    def _kind_probabilities(self, features: list[float]) -> list[float]:
        parameters = self._parameters
        logits = [
            sum(weight * value for weight, value in zip(row, features, strict=True)) + bias
            for row, bias in zip(parameters.kind_weights, parameters.kind_bias, strict=True)
        ]
        largest = max(logits)
        return [exp(max(logit - largest, -700)) for logit in logits]

    def _span_weights(self, codes: Sequence[int], column: int) -> list[tuple[int, int, float]]:
        """Return start and end, counted without the edges, and weight of every span of a text."""
        norm = self._norm(self._sum_rows(codes))
        weights, columns = self._views["weights"], self._parameters.columns
        scale = self._parameters.scales[column]
        spans = []
        for start in range(len(codes)):
            for end, row, before in self._path(codes, start):
                weight = weights[row * columns + column] - weights[before * columns + column]
                spans.append((max(start - 1, 0), min(end - 1, len(codes) - 2), weight * scale / norm))
        return spans

    def _norm(self, sums: Sequence[int]) -> float:
        square = sums[self._parameters.columns - 1] * self._parameters.scales[-1]
        return sqrt(square) if square > 0 else 1.0

    def _codes(self, text: str) -> tuple[list[int], list[int]]:
        """Return the codes of the normalised text between its edges, and the positions of the characters in the text."""
        alphabet = self._views["alphabet"]
        codes, positions = [], []
        for position, character in enumerate(text):
            point = ord(character)
            code = alphabet[point] if point < ALPHABET_SIZE else UNKNOWN_CODE
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

    def _sum_rows(self, codes: Sequence[int]) -> list[int]:
        """Return the sum of the rows of all positions, and 1 if enough of them begin a known span of two characters."""
        weights, columns = self._views["weights"], self._parameters.columns
        total = [0] * columns
        known = 0
        for start in range(len(codes)):
            path = self._path(codes, start)
            if path:
                end, row, _ = path[-1]
                known += end - start > 1
                at = row * columns
                total = [a + b for a, b in zip(total, weights[at : at + columns], strict=True)]
        return [*total, int(known > 0 and known * LEAST_KNOWN >= len(codes) - 2)]


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
