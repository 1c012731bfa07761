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

from wenti.parameters import LEAST_KNOWN, NO_RIVAL, THRESHOLDS, Parameters
from wenti.predictions import Prediction, Tag
from wenti.spans import Trie, Walker, encode

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

BLOCK_CHARACTERS = 150_000
_LARGE_PIECE = 16 << 20  # bytes; none of them is touched


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the model says of some statements.

    Attributes
    ----------
    kinds : ndarray of int64, shape (n_texts,)
        Index of the likeliest kind.
    kind_probabilities : ndarray of float64, shape (n_texts,)
        Its probability.
    weakness_probabilities : ndarray of float64, shape (n_texts,)
        That of being a weakness.
    logits : ndarray of float64, shape (n_texts, n_types)
        Of the types' probabilities.
    tags : ndarray of bool, shape (n_texts, n_types)
        Types that reach their threshold.
    needs_review, known : ndarray of bool, shape (n_texts,)
        ``known`` is :attr:`wenti.predictions.Prediction.judged`.
    """

    kinds: Ints
    kind_probabilities: Floats
    weakness_probabilities: Floats
    logits: Floats
    tags: Flags
    needs_review: Flags
    known: Flags

    def tagged(self) -> tuple[Ints, Ints, Floats]:
        """Return all tags, text by text and the likeliest first.

        Returns
        -------
        ends : ndarray of int64, shape (n_texts,)
            Where the tags of each text end; they begin where those of the text before end.
        types : ndarray of int64, shape (n_tags,)
            Indices of types.
        probabilities : ndarray of float64, shape (n_tags,)
        """
        texts, types = np.divmod(np.flatnonzero(self.tags), self.tags.shape[1])
        logits = self.logits[texts, types]
        counts = np.bincount(texts, minlength=len(self.tags))
        several = np.flatnonzero(counts[texts] > 1)  # few texts have more than one
        order = several[np.lexsort((types[several], -logits[several], texts[several]))]
        types[several], logits[several] = types[order], logits[order]
        return np.cumsum(counts), types, _sigmoid(logits)


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
        # The last column tells spans of two characters and more. 16 bits, since fetching rows from all over a large
        # array takes longest.
        stored = np.frombuffer(views["weights"], dtype=np.int16).reshape(-1, parameters.columns)
        self._weights = np.empty((len(stored), parameters.columns + 1), dtype=np.int16)
        self._weights[:, :-1] = stored
        self._weights[:, -1] = self._walker.is_long
        self._scales = np.array(parameters.scales)
        self._bias = np.array(parameters.bias)
        slope, rivalry, first, intercept = np.array(parameters.sigmoids).T
        self._slope, self._rivalry, self._first, self._intercept = slope, rivalry, first, intercept
        self._kind_weights = np.array(parameters.kind_weights).T
        self._kind_bias = np.array(parameters.kind_bias)
        self._is_weakness = np.array([kind.id == "weakness" for kind in parameters.kinds])
        # glibc gives freed memory back to the system, page by page, unless it has seen larger pieces come and go. So it
        # sees one, and the arrays of one block are made where those of the block before were.
        np.empty(_LARGE_PIECE, dtype=np.uint8)

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
        sums = np.zeros((len(texts), self._weights.shape[1]), dtype=np.int32)  # no text is long enough to overflow it
        found = np.empty(sums.shape, dtype=np.int16)
        for position, count in enumerate(alive.tolist()):
            at = rows.take(begins[:count] + position)
            self._weights.take(at, axis=0, out=found[:count], mode="clip")  # raise would copy
            sums[:count] += found[:count]
        result = np.empty_like(sums)
        result[longest_first] = sums
        known = result[:, -1]
        result[:, -1] = (known > 0) & (known * LEAST_KNOWN >= lengths - 2)
        return result

    def scores(self, sums: NDArray[np.integer[Any]]) -> Floats:
        """Return the decision scores, shape (n_texts, n_kinds + n_types), before calibration."""
        squares = sums[:, -2] * self._scales[-1]
        norms = np.sqrt(np.where(squares > 0, squares, 1.0))
        scores: Floats = sums[:, :-2] * self._scales[:-1]
        scores /= norms[:, None]
        scores += self._bias
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
        each = np.arange(len(texts))
        likeliest, best, second = _best_two(scores[:, n_kinds:])
        logits = self._type_logits(scores[:, n_kinds:], likeliest, best, second)
        kind_probabilities = self._kind_probabilities(np.column_stack([scores[:, :n_kinds], best, second]), roles)
        known = sums[:, -1] > 0
        kind_probabilities[~known] = 1 / n_kinds
        kinds = np.where(known, kind_probabilities.argmax(axis=1), parameters.fact)
        kind_probability = kind_probabilities[each, kinds]
        kind_least, type_least = parameters.thresholds[threshold]
        judged = known & (_lengths(texts) <= parameters.max_characters)
        tags = logits >= _logits(np.array(type_least))
        tags[~judged | (kinds == parameters.fact)] = False
        needs_review = ~judged | (kind_probability < kind_least) | (self._is_weakness[kinds] & ~tags.any(axis=1))
        weakness = kind_probabilities[:, self._is_weakness].sum(axis=1)
        return Decisions(kinds, kind_probability, weakness, logits, tags, needs_review, known)

    def weakness_probabilities(self, texts: Sequence[str], roles: Sequence[str | None] | None) -> Floats:
        """Return how likely each text is a weakness of each type, shape (n_texts, n_types)."""
        decisions = self.decide(texts, THRESHOLDS[0], roles)
        return decisions.weakness_probabilities[:, None] * _sigmoid(decisions.logits)

    def predict(
        self, texts: Sequence[str], threshold: str, roles: Sequence[str | None] | None, top: int
    ) -> Iterator[Prediction]:
        """Yield the decisions as predictions without explanation."""
        parameters = self._parameters
        decisions = self.decide(texts, threshold, roles)
        kinds = [kind.id for kind in parameters.kinds]
        types = [(label.id, label.category) for label in parameters.types]
        ranks = np.argsort(-decisions.logits, axis=1, kind="stable")[:, :top]
        ranked = _sigmoid(np.take_along_axis(decisions.logits, ranks, axis=1)).tolist()
        ends, tagged, sure = (column.tolist() for column in decisions.tagged())
        start = 0
        for index, end in enumerate(ends):
            tags = tuple(Tag(types[j][0], p) for j, p in zip(tagged[start:end], sure[start:end], strict=True))
            of_categories: dict[str, float] = {}
            for j, probability in zip(tagged[start:end], sure[start:end], strict=True):
                of_categories.setdefault(types[j][1], probability)
            yield Prediction(
                kind=kinds[decisions.kinds[index]],
                kind_probability=float(decisions.kind_probabilities[index]),
                types=tags,
                categories=tuple(Tag(category, probability) for category, probability in of_categories.items()),
                ranked=tuple(Tag(types[j][0], p) for j, p in zip(ranks[index], ranked[index], strict=True)),
                needs_review=bool(decisions.needs_review[index]),
                judged=bool(decisions.known[index]),
            )
            start = end

    def _type_logits(self, scores: Floats, likeliest: Ints, best: Floats, second: Floats) -> Floats:
        # Only the likeliest can be ahead of its rivals; to the others the best is the rival.
        logits: Floats = scores * (self._slope + self._rivalry)
        logits -= best[:, None] * self._rivalry
        logits += self._intercept
        ahead = best - second
        more = np.where(ahead > 0, self._first[likeliest], self._rivalry[likeliest] * ahead)
        logits[np.arange(len(scores)), likeliest] = self._slope[likeliest] * best + more + self._intercept[likeliest]
        return logits

    def _kind_probabilities(self, features: Floats, roles: Sequence[str | None] | None) -> Floats:
        parameters = self._parameters
        logits = features @ self._kind_weights + self._kind_bias
        likely = np.exp(np.maximum(logits - logits.max(axis=1, keepdims=True), -700))
        if roles is not None:
            none = [1.0] * len(parameters.kinds)
            likely *= np.array([parameters.priors.get(role or "", none) for role in roles]).reshape(likely.shape)
        totals = likely.sum(axis=1, keepdims=True)
        result: Floats = np.where(totals > 0, likely / np.where(totals > 0, totals, 1), 1 / len(parameters.kinds))
        return result


def _lengths(texts: Sequence[str]) -> Ints:
    return np.fromiter(map(len, texts), np.int64, len(texts))


def _blocks(texts: Sequence[str], most: int) -> Iterator[tuple[int, int]]:
    """Yield first and last (exclusive) of runs of texts of about BLOCK_CHARACTERS, each text cut at `most`.

    The runs are about as long as each other: a short one at the end would cost almost as much as a long one.
    """
    ends = np.cumsum(np.minimum(_lengths(texts), most) + 3)
    total = int(ends[-1]) if len(ends) else 0
    size = total / max(1, round(total / BLOCK_CHARACTERS))
    first = characters = 0
    while first < len(texts):
        last = min(int(np.searchsorted(ends, characters + size)) + 1, len(texts))
        yield first, last
        first, characters = last, int(ends[last - 1])


def _best_two(scores: Floats) -> tuple[Ints, Floats, Floats]:
    """Return the index of each text's best score, that score, and the second-best one, shape (n_texts,) all."""
    each, likeliest = np.arange(len(scores)), scores.argmax(axis=1)
    best = scores[each, likeliest]
    if scores.shape[1] == 1:
        return likeliest, best, np.full_like(best, NO_RIVAL)
    scores[each, likeliest] = -np.inf
    second = scores.max(axis=1)
    scores[each, likeliest] = best
    return likeliest, best, second


def _sigmoid(logits: Floats) -> Floats:
    grown = np.exp(-np.minimum(np.abs(logits), 700))
    result: Floats = np.where(logits >= 0, 1.0, grown) / (1 + grown)
    return result


def _logits(probabilities: Floats) -> Floats:
    with np.errstate(divide="ignore"):  # of 0 and 1
        result: Floats = np.log(probabilities) - np.log1p(-probabilities)
    return result
