"""The leakage guard: exact and near duplicates between statements, by the bigrams that they share.

What a model was trained on must not be among what it is measured on, nor a twin of it. A model ships the *signatures* of
its training statements – hashes of their character bigrams, not the texts – so that its users can check their own files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from wenti.artifact import read_signatures
from wenti.errors import ModelError
from wenti.features import ALPHABET_SIZE, DIGIT_CODE, EDGE_CODE, FIXED, UNKNOWN_CODE, fold
from wenti.spans import SEPARATOR, Trie, encode

Ints = NDArray[np.int64]

LEAST_SIMILARITY = 0.8
"""Jaccard similarity from which two statements are near duplicates."""

_HASHES = 1 << 16
_CANDIDATES = 300_000
_SLACK = 1e-9  # 0.07 · 100 is 7.000000000000001, and no pair may be lost to that


@dataclass(frozen=True, slots=True)
class Signatures:
    """Signatures of texts: for each the set of its character bigrams, hashed to 16 bits.

    A text counts as :func:`wenti.features.normalise` leaves it, without its edges, so that widths, punctuation marks of
    two forms, blanks and the digits of a number make no difference. A text of one character has this one as its set; a
    text of which nothing is left has an empty one. Characters beyond the basic plane are all alike, as they are to a model.

    Attributes
    ----------
    hashes : ndarray of uint16, shape (n_hashes,)
        The sets one after another, each in ascending order without repetition.
    starts : ndarray of int64, shape (n_texts + 1,)
        Text ``i`` has the hashes ``starts[i]:starts[i + 1]``.
    """

    hashes: NDArray[np.uint16]
    starts: Ints

    @classmethod
    def of(cls, texts: Sequence[str]) -> Signatures:
        """Return the signatures of texts.

        Examples
        --------
        >>> signatures = Signatures.of(["执行率 43.26％。", "执行率7%", "低", "。"])
        >>> signatures.starts.tolist()
        [0, 4, 8, 9, 9]
        >>> signatures.hashes[:4].tolist() == signatures.hashes[4:8].tolist()
        True
        """
        codes, starts = encode(_every_character(), texts)
        lengths = np.diff(starts) - 3  # an edge before, an edge and a separator behind
        inside = (codes != SEPARATOR) & (codes != EDGE_CODE)
        paired = inside[:-1] & inside[1:]
        paired[starts[:-1][lengths == 1]] = True  # the edge and the only character
        places = np.flatnonzero(paired)
        owner = np.repeat(np.arange(len(texts)), np.diff(starts))[places]
        keys = np.sort(owner * _HASHES + _bigram_hashes(codes[places], codes[places + 1]))
        keys = keys[np.diff(keys, prepend=-1) > 0]  # np.unique takes three times as long
        sizes = np.bincount(keys // _HASHES, minlength=len(texts))
        return cls((keys % _HASHES).astype(np.uint16), _cumulated(sizes))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays by their names in a model's folder."""
        return {"signatures": self.hashes, "signature_starts": self.starts}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Signatures:
        """Take what :meth:`arrays` returned, in whatever integer types.

        Raises
        ------
        ValueError
            If the arrays are no signatures; it says which one is at fault.
        """
        hashes, starts = arrays["signatures"], arrays["signature_starts"].astype(np.int64)
        if not len(starts) or starts[0] != 0 or starts[-1] != len(hashes) or (np.diff(starts) < 0).any():
            raise ValueError("signature_starts")
        keys = np.repeat(np.arange(len(starts) - 1), np.diff(starts)) * _HASHES + hashes
        if (np.diff(keys) <= 0).any():
            raise ValueError("signatures")
        return cls(hashes.astype(np.uint16), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def sizes(self) -> Ints:
        """Number of hashes of each text, shape (n_texts,)."""
        return np.diff(self.starts)


def load_signatures(path: str | os.PathLike[str]) -> Signatures:
    """Return the signatures of the statements that a model was trained on.

    Parameters
    ----------
    path : str or path
        The model's folder.

    Raises
    ------
    ModelError
        If there are none, or they are damaged.
    """
    views = read_signatures(os.fspath(path))
    try:
        return Signatures.from_arrays({name: np.asarray(view) for name, view in views.items()})
    except ValueError as error:
        raise ModelError("model_damaged", file=os.fspath(path), detail=f"{error}.npy") from None


@dataclass(frozen=True, slots=True)
class Pairs:
    """Near duplicates, sorted by `a`, then `b`.

    Attributes
    ----------
    a, b : ndarray of int64, shape (n_pairs,)
        Rows in the first and in the second list of texts.
    similarity : ndarray of float64, shape (n_pairs,)
        Jaccard similarity of their signatures, 0–1.
    """

    a: Ints
    b: Ints
    similarity: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.a)


def near_duplicates(
    texts_a: Signatures, texts_b: Signatures, least: float = LEAST_SIMILARITY, n_candidates: int = _CANDIDATES
) -> Pairs:
    """Return all pairs of texts of two lists whose signatures are alike.

    A list compared with itself gives each pair in both orders, and each text as its own duplicate. A text with an empty
    signature is nobody's duplicate, not even of another such: nothing can be learned from it, so nothing leaks. At 0.8
    short statements are held strictly: of fewer than four bigrams only equal sets are alike (3/4 is less), and one
    character replaced inside makes two statements different up to 17 bigrams ((n - 2)/(n + 2) for n of them).

    Parameters
    ----------
    texts_a, texts_b : Signatures
    least : float, default=0.8
        Least Jaccard similarity; more than 0, at most 1.
    n_candidates : int, default=300,000
        How many candidates are compared at once (more only if a single text of `texts_a` has more); it bounds the memory
        and does not change the result.

    Returns
    -------
    Pairs

    Raises
    ------
    ValueError
        If `least` is out of range.

    Notes
    -----
    The result is exact for the hashed sets. Prefix filtering: with the rarest hashes first, two sets x, y of Jaccard
    similarity t or more share at least ⌈t·|x|⌉ elements, hence one among the first |x| − ⌈t·|x|⌉ + 1 of x and the first
    |y| − ⌈t·|y|⌉ + 1 of y (Chaudhuri, Ganti and Kaushik, "A primitive operator for similarity joins in data cleaning",
    ICDE 2006; Bayardo, Ma and Srikant, "Scaling up all pairs similarity search", WWW 2007). A sparse product of these
    prefixes finds the candidates, and only theirs are the whole sets compared, if their sizes allow the similarity.
    """
    if not 0 < least <= 1:
        raise ValueError(f"least is {least}, not more than 0 and at most 1")
    frequency = np.bincount(texts_a.hashes, minlength=_HASHES) + np.bincount(texts_b.hashes, minlength=_HASHES)
    rank = np.empty(_HASHES, dtype=np.int64)
    rank[np.argsort(frequency, kind="stable")] = np.arange(_HASHES)
    a, b = _Ranked.of(texts_a, rank), _Ranked.of(texts_b, rank)
    prefix_a, prefix_b = a.prefixes(least), b.prefixes(least).T.tocsr()
    work = _row_sums(prefix_a, np.diff(prefix_b.indptr))
    found = [
        _compare(a, b, candidates, first, least)
        for first, last in _blocks(work, n_candidates)
        if (candidates := prefix_a[first:last] @ prefix_b).nnz
    ]
    if not found:
        return Pairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
    rows_a, rows_b, similarity = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((rows_b, rows_a))
    return Pairs(rows_a[order], rows_b[order], similarity[order])


def without_twins(train: Ints, test: Ints, pairs: Pairs) -> Ints:
    """Return the training rows that are no near duplicate of a test row; what is missing was dropped.

    Parameters
    ----------
    train, test : ndarray of int64
        Rows of one corpus.
    pairs : Pairs
        Near duplicates of the corpus with itself, found once for all folds.

    Returns
    -------
    ndarray of int64
        Those of `train` that may stay, in their order.

    Examples
    --------
    >>> signatures = Signatures.of(["预算执行率偏低", "绩效目标不明确", "预算执行率偏低。"])
    >>> without_twins(np.array([1, 2]), np.array([0]), near_duplicates(signatures, signatures)).tolist()
    [1]
    """
    return train[~np.isin(train, pairs.a[np.isin(pairs.b, test)])]


@cache
def _every_character() -> Trie:
    """Return a trie of no span whose alphabet tells all characters of the basic plane apart.

    A character's code is the code point of what it folds to, so that signatures stay what they are from one version of
    Unicode to the next. Control characters, whose codes are taken, count as unknown.
    """
    alphabet = np.full(ALPHABET_SIZE, UNKNOWN_CODE, dtype=np.uint16)
    fixed = {character: DIGIT_CODE + index for index, character in enumerate(FIXED)}
    for point in range(ALPHABET_SIZE):
        folded = fold(chr(point))
        if not folded:
            alphabet[point] = SEPARATOR
        elif folded in fixed:
            alphabet[point] = fixed[folded]
        elif ord(folded) > EDGE_CODE:
            alphabet[point] = ord(folded)
    alphabet[-1] = UNKNOWN_CODE  # it stands for all that lies beyond the plane
    nowhere = np.zeros(ALPHABET_SIZE, dtype=np.int32)
    return Trie(alphabet, nowhere, nowhere, nowhere, np.zeros(1, dtype=np.int32))


def _bigram_hashes(first: NDArray[np.uint16], second: NDArray[np.uint16]) -> Ints:
    """Hash pairs of codes to 16 bits: the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)."""
    z = first.astype(np.uint64) * np.uint64(ALPHABET_SIZE) + second
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return (z >> np.uint64(48)).astype(np.int64)


def _cumulated(sizes: Ints) -> Ints:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Signatures as a sparse matrix of ones; its columns are the hashes, the rarest first."""

    matrix: Any
    sizes: Ints

    @classmethod
    def of(cls, texts: Signatures, rank: Ints) -> _Ranked:
        owner = np.repeat(np.arange(len(texts)), texts.sizes)
        columns = np.sort(owner * _HASHES + rank[texts.hashes]) % _HASHES
        return cls(_ones(columns, texts.starts), texts.sizes)

    def prefixes(self, least: float) -> Any:
        """Return the matrix of the elements one of which near duplicates must share."""
        lengths = np.minimum(self.sizes - np.ceil(least * self.sizes - _SLACK).astype(np.int64) + 1, self.sizes)
        starts = self.matrix.indptr.astype(np.int64)
        offsets = np.arange(starts[-1]) - np.repeat(starts[:-1], self.sizes)
        return _ones(self.matrix.indices[offsets < np.repeat(lengths, self.sizes)], _cumulated(lengths))


def _ones(columns: Ints, starts: Ints) -> Any:
    ones = np.ones(len(columns), dtype=np.int32)
    return csr_array((ones, columns.astype(np.int32), starts), shape=(len(starts) - 1, _HASHES))


def _row_sums(matrix: Any, values: Ints) -> Ints:
    """Return for each row the sum of the values of its columns."""
    sums: Ints = matrix.astype(np.int64) @ values.astype(np.int64)
    return sums


def _blocks(work: Ints, limit: int) -> Iterator[tuple[int, int]]:
    """Yield stretches of rows whose work stays within the limit, at least one row each."""
    done = _cumulated(work)
    first = 0
    while first < len(work):
        last = max(first + 1, int(np.searchsorted(done, done[first] + limit, side="right")) - 1)
        yield first, last
        first = last


def _compare(
    a: _Ranked, b: _Ranked, candidates: Any, first: int, least: float
) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Return rows and similarity of those candidates that are near duplicates."""
    rows_a = np.repeat(np.arange(candidates.shape[0], dtype=np.int64), np.diff(candidates.indptr)) + first
    rows_b = candidates.indices.astype(np.int64)
    sizes_a, sizes_b = a.sizes[rows_a], b.sizes[rows_b]
    possible = np.minimum(sizes_a, sizes_b) >= least * np.maximum(sizes_a, sizes_b) - _SLACK
    rows_a, rows_b = rows_a[possible], rows_b[possible]
    common = a.matrix[rows_a].multiply(b.matrix[rows_b]).sum(axis=1)
    similarity = common / (a.sizes[rows_a] + b.sizes[rows_b] - common)
    alike = similarity >= least
    return rows_a[alike], rows_b[alike], similarity[alike]
