"""Fitted heads as the arrays that a model's directory holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wenti.spans import Trie, build_trie
from wenti.training import Heads, SpanTable

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Packed:
    """The heads as the model's directory holds them.

    Attributes
    ----------
    trie : Trie
    weights : ndarray of int16, shape (n_spans + 1, n_labels + 1)
        Sums of idf · weight over a span and the shorter spans that begin it; the last column sums idf².
    scales : ndarray of float64, shape (n_labels + 1,)
        What one unit of each column is worth.
    """

    trie: Trie
    weights: NDArray[np.int16]
    scales: Floats

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays by their names on disk."""
        trie = self.trie
        return {
            "alphabet": trie.alphabet,
            "base": trie.base,
            "check": trie.check,
            "span": trie.span,
            "parent": trie.parent,
            "weights": self.weights,
        }

    def scores(self, counts: Any, bias: Floats) -> Floats:
        """Return the scores that the stored weights give, shape (n_texts, n_labels)."""
        stored = self.weights.astype(np.int64)
        own = (stored[1:] - stored[self.trie.parent[1:]]) * self.scales
        sums = counts @ own
        norms = np.sqrt(sums[:, [-1]])
        norms[norms == 0] = 1.0
        result: Floats = sums[:, :-1] / norms + bias
        return result


def pack(heads: Heads, spans: SpanTable) -> Packed:
    """Sum weights along the trie and store them in 16 bits with a scale for each label."""
    trie = build_trie([spans.vocabulary[column] for column in heads.columns])
    sums = np.zeros((trie.n_spans + 1, len(heads.bias) + 1))
    sums[1:, :-1] = (heads.weights * heads.idf).T
    sums[1:, -1] = heads.idf**2
    for row in range(1, len(sums)):  # the vocabulary is sorted: a span comes after those that begin it
        sums[row] += sums[trie.parent[row]]
    scales = np.abs(sums).max(axis=0) / np.iinfo(np.int16).max
    scales[scales == 0] = 1.0
    return Packed(trie, np.rint(sums / scales).astype(np.int16), scales)
