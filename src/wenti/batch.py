"""The evaluator for many statements: a block of texts at once, as NumPy arrays.

:mod:`wenti.single` is its plain-Python twin; a property test holds the two equal. Column sums are integers and the same
to the last digit; what is calibrated from them differs by rounding at most.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wenti.parameters import LEAST_KNOWN, NO_RIVAL, Parameters
from wenti.predictions import Prediction, Tag
from wenti.spans import Trie, Walker, encode

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

BLOCK_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the model says of some statements.

    Attributes
    ----------
    kinds : ndarray of int64, shape (n_texts,)
        Index of the likeliest kind.
    kind_probabilities : ndarray of float64, shape (n_texts,)
        Its probability.
    probabilities : ndarray of float64, shape (n_texts, n_types)
        Of all types.
    tags : ndarray of bool, shape (n_texts, n_types)
        Types that reach their threshold.
    needs_review, known : ndarray of bool, shape (n_texts,)
        ``known`` is :attr:`wenti.predictions.Prediction.judged`.
    """

    kinds: Ints
    kind_probabilities: Floats
    probabilities: Floats
    tags: Flags
    needs_review: Flags
    known: Flags

    def tagged_types(self) -> Iterator[list[int]]:
        """Yield for each text the indices of its types, likeliest first."""
        texts, types = np.nonzero(self.tags)
        order = np.lexsort((types, -self.probabilities[texts, types], texts))
        ends = np.cumsum(self.tags.sum(axis=1)).tolist()
        ordered = types[order].tolist()
        start = 0
        for end in ends:
            yield ordered[start:end]
            start = end


class Batch:
    """Scores and decides many texts at a time.

    Parameters
    ----------
    parameters : Parameters
    views : mapping of str to memoryview
        The model's arrays. Every method raises IndexError if they contradict each other.
    """

    def __init__(self, parameters: Parameters, views: Mapping[str, memoryview]) -> None:
        self._parameters = parameters
        arrays = {name: np.frombuffer(views[name], dtype=np.int32) for name in ("base", "check", "span", "parent")}
        self._trie = Trie(alphabet=np.frombuffer(views["alphabet"], dtype=np.uint16), **arrays)
        self._walker = Walker(self._trie)
        # 32 bits, so that rows are added without a cast; no text is long enough to overflow them. The last column tells
        # spans of two characters and more.
        stored = np.frombuffer(views["weights"], dtype=np.int16).reshape(-1, parameters.columns)
        self._weights = np.empty((len(stored), parameters.columns + 1), dtype=np.int32)
        self._weights[:, :-1] = stored
        self._weights[:, -1] = self._walker.is_long

    def sums(self, texts: Sequence[str]) -> Ints:
        """Return the column sums, and last a 1 for texts written in words that the model knows.

        Returns
        -------
        ndarray of int64, shape (n_texts, n_columns + 1)
        """
        most = self._parameters.max_characters + 1
        result = np.zeros((len(texts), self._parameters.columns + 1), dtype=np.int64)
        for first, last in _blocks(texts, most):
            result[first:last] = self._block_sums(texts[first:last])
        return result

    def _block_sums(self, texts: Sequence[str]) -> NDArray[np.int32]:
        most = self._parameters.max_characters + 1  # as in Single.sums
        codes, starts = encode(self._trie, [text[:most] for text in texts])
        rows = self._walker.deepest_rows(codes)
        if len(rows) and not 0 <= int(rows.min()) <= int(rows.max()) < len(self._weights):
            raise IndexError("span")
        lengths = np.diff(starts) - 1
        longest_first = np.argsort(-lengths, kind="stable")
        begins = starts[:-1][longest_first]
        # How many texts are longer than j, for each j.
        alive = len(texts) - np.cumsum(np.bincount(lengths))[:-1]
        sums = np.zeros((len(texts), self._weights.shape[1]), dtype=np.int32)
        for position, count in enumerate(alive.tolist()):
            sums[:count] += self._weights.take(rows.take(begins[:count] + position), axis=0)
        result = np.empty_like(sums)
        result[longest_first] = sums
        known = result[:, -1]
        result[:, -1] = (known > 0) & (known * LEAST_KNOWN >= lengths - 2)
        return result

    def scores(self, sums: NDArray[np.integer[Any]]) -> Floats:
        """Return the decision scores, shape (n_texts, n_kinds + n_types), before calibration."""
        scales = np.array(self._parameters.scales)
        squares = sums[:, [-2]] * scales[-1]
        norms = np.where(squares > 0, np.sqrt(np.maximum(squares, 0)), 1.0)
        scores: Floats = sums[:, :-2] * scales[:-1] / norms + np.array(self._parameters.bias)
        return scores

    def decide(self, texts: Sequence[str], threshold: str, roles: Sequence[str | None] | None = None) -> Decisions:
        """Tag statements; parameters as :meth:`wenti.classifier.Classifier.predict` takes them."""
        most = self._parameters.max_characters + 1
        parts = [
            self._decide_block(texts[first:last], threshold, roles[first:last] if roles is not None else None)
            for first, last in _blocks(texts, most)
        ]
        if not parts:
            parts = [self._decide_block([], threshold, None)]
        return Decisions(*(np.concatenate([getattr(p, field.name) for p in parts]) for field in fields(Decisions)))

    def _decide_block(self, texts: Sequence[str], threshold: str, roles: Sequence[str | None] | None) -> Decisions:
        parameters = self._parameters
        sums = self._block_sums(texts)
        scores = self.scores(sums)
        n_kinds = len(parameters.kinds)
        kind_scores, type_scores = scores[:, :n_kinds], scores[:, n_kinds:]
        best, second = _best_two(type_scores)
        probabilities = self._type_probabilities(type_scores, best, second)
        kind_probabilities = self._kind_probabilities(np.hstack([kind_scores, best, second]), roles)
        known = sums[:, -1] > 0
        kind_probabilities[~known] = 1 / n_kinds
        kinds = np.where(known, kind_probabilities.argmax(axis=1), parameters.fact)
        kind_probability = kind_probabilities[np.arange(len(texts)), kinds]
        kind_least, type_least = parameters.thresholds[threshold]
        judged = known & (np.fromiter(map(len, texts), np.int64, len(texts)) <= parameters.max_characters)
        typed = judged & (kinds != parameters.fact)
        tags = (probabilities >= np.array(type_least)) & typed[:, None]
        is_weakness = np.array([kind.id == "weakness" for kind in parameters.kinds])[kinds]
        needs_review = ~judged | (kind_probability < kind_least) | (is_weakness & ~tags.any(axis=1))
        return Decisions(kinds, kind_probability, probabilities, tags, needs_review, known)

    def predict(
        self, texts: Sequence[str], threshold: str, roles: Sequence[str | None] | None, top: int
    ) -> Iterator[Prediction]:
        """Yield the decisions as predictions without explanation."""
        parameters = self._parameters
        decisions = self.decide(texts, threshold, roles)
        kinds = [kind.id for kind in parameters.kinds]
        types = [(label.id, label.category) for label in parameters.types]
        ranks = (
            np.argsort(-decisions.probabilities, axis=1, kind="stable")[:, :top].tolist() if top else [()] * len(texts)
        )
        for index, (tagged, ranked) in enumerate(zip(decisions.tagged_types(), ranks, strict=True)):
            found = decisions.probabilities[index]
            tags = tuple(Tag(types[j][0], float(found[j])) for j in tagged)
            of_categories: dict[str, float] = {}
            for j, tag in zip(tagged, tags, strict=True):
                of_categories.setdefault(types[j][1], tag.probability)
            yield Prediction(
                kind=kinds[decisions.kinds[index]],
                kind_probability=float(decisions.kind_probabilities[index]),
                types=tags,
                categories=tuple(Tag(category, probability) for category, probability in of_categories.items()),
                ranked=tuple(Tag(types[j][0], float(found[j])) for j in ranked),
                needs_review=bool(decisions.needs_review[index]),
                judged=bool(decisions.known[index]),
            )

    def _type_probabilities(self, scores: Floats, best: Floats, second: Floats) -> Floats:
        slope, rivalry, first, intercept = np.array(self._parameters.sigmoids).T
        ahead = scores - np.where(scores == best, second, best)
        return _sigmoid(slope * scores + np.where(ahead > 0, first, rivalry * ahead) + intercept)

    def _kind_probabilities(self, features: Floats, roles: Sequence[str | None] | None) -> Floats:
        parameters = self._parameters
        logits = features @ np.array(parameters.kind_weights).T + np.array(parameters.kind_bias)
        likely = np.exp(np.maximum(logits - logits.max(axis=1, keepdims=True), -700))
        likely /= likely.sum(axis=1, keepdims=True)
        if roles is not None:
            none = [1.0] * len(parameters.kinds)
            likely *= np.array([parameters.priors.get(role or "", none) for role in roles]).reshape(likely.shape)
        totals = likely.sum(axis=1, keepdims=True)
        result: Floats = np.where(totals > 0, likely / np.where(totals > 0, totals, 1), 1 / len(parameters.kinds))
        return result


def _blocks(texts: Sequence[str], most: int) -> Iterator[tuple[int, int]]:
    """Yield first and last (exclusive) of runs of texts of about BLOCK_CHARACTERS, each text cut at `most`."""
    first, characters = 0, 0
    for index, text in enumerate(texts):
        characters += min(len(text), most) + 3
        if characters >= BLOCK_CHARACTERS:
            yield first, index + 1
            first, characters = index + 1, 0
    if first < len(texts):
        yield first, len(texts)


def _best_two(scores: Floats) -> tuple[Floats, Floats]:
    """Return the best and the second-best score of each text, shape (n_texts, 1) both."""
    if scores.shape[1] == 1:
        return scores, np.full_like(scores, NO_RIVAL)
    texts = np.arange(len(scores))
    first = scores.argmax(axis=1)
    best = scores[texts, first]
    others = scores.copy()
    others[texts, first] = -np.inf
    return best[:, None], others.max(axis=1, keepdims=True)


def _sigmoid(values: Floats) -> Floats:
    grown = np.exp(-np.minimum(np.abs(values), 700))
    result: Floats = np.where(values >= 0, 1.0, grown) / (1 + grown)
    return result
