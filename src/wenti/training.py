"""Training: jieba proposes the spans, scikit-learn fits the weights, out-of-fold scores calibrate them.

What leaves this module is plain arrays (:mod:`wenti.artifact`); scikit-learn, jieba and joblib are needed here and in
:mod:`wenti.evaluation` only.
"""

from __future__ import annotations

import logging
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import jieba
import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline
from sklearn.svm import LinearSVC

from wenti.errors import InputError
from wenti.features import EDGE, MAX_SPAN, normalise
from wenti.resources import dictionary_path
from wenti.spans import Trie, build_trie, encode, span_occurrences

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Settings:
    """What training may vary; written into the model.

    Attributes
    ----------
    min_words : int
        Least number of statements for a word or word pair that jieba proposes.
    min_ngrams : int
        Least number of statements for a character n-gram.
    max_ngram : int
        Longest character n-gram.
    C : float
        Inverse regularisation of the linear SVMs.
    balanced_types, balanced_kinds : bool
        Whether rare labels weigh as much as frequent ones in a head.
    random_state : int
        Seed of the solver.
    """

    min_words: int = 2
    min_ngrams: int = 5
    max_ngram: int = 4
    C: float = 1.0
    balanced_types: bool = True
    balanced_kinds: bool = False
    random_state: int = 0

    def svm(self, balanced: bool) -> LinearSVC:
        """Return an unfitted SVM of one label."""
        return LinearSVC(C=self.C, class_weight="balanced" if balanced else None, random_state=self.random_state)


class Proposer:
    """Cuts texts into the spans that are worth counting: jieba's words and word pairs, and character n-grams."""

    def __init__(self, dictionary: str | Path | None = None) -> None:
        jieba.setLogLevel(logging.WARNING)
        self._tokenizer = jieba.Tokenizer()
        # jieba keeps a cache in the common temporary folder and trusts what it finds there; ours is fresh each time.
        with tempfile.TemporaryDirectory() as folder:
            self._tokenizer.tmp_dir = folder
            self._tokenizer.initialize()
        file = Path(dictionary if dictionary is not None else dictionary_path())
        try:
            with file.open(encoding="utf-8") as lines:
                self._tokenizer.load_userdict(lines)
        except FileNotFoundError:
            raise InputError("file_missing", file=str(file)) from None

    def words(self, normalised: str) -> set[str]:
        """Return the words and pairs of neighbouring words of a normalised text, up to ``MAX_SPAN`` characters."""
        words = self._tokenizer.lcut(normalised.strip(EDGE), HMM=False)
        pairs = (first + second for first, second in pairwise(words))
        return {span for span in (*words, *pairs) if _countable(span)}


def _countable(span: str) -> bool:
    return 0 < len(span) <= MAX_SPAN and max(span) <= "\uffff"


def _ngrams(normalised: str, longest: int) -> set[str]:
    """Return the character n-grams of a normalised text."""
    length = len(normalised)
    grams = {normalised[i : i + n] for n in range(1, longest + 1) for i in range(length - n + 1)}
    return {gram for gram in grams if _is_ngram(gram)}


def _is_ngram(span: str) -> bool:
    """Tell whether a stretch of characters counts: beyond one character it holds something Chinese."""
    inner = span.strip(EDGE)
    return bool(inner) and _countable(span) and (len(span) == 1 or not inner.isascii())


class SpanCounter(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Counts spans wherever their characters stand in a text; scikit-learn transformer.

    Parameters
    ----------
    min_words, min_ngrams, max_ngram : int
        As in :class:`Settings`.
    dictionary : str, optional
        Domain dictionary for jieba; the shipped one by default.

    Attributes
    ----------
    vocabulary_ : list of str
        Sorted spans, after ``fit``.
    trie_ : Trie
        The same, packed.
    """

    def __init__(
        self, min_words: int = 2, min_ngrams: int = 5, max_ngram: int = 4, dictionary: str | None = None
    ) -> None:
        self.min_words = min_words
        self.min_ngrams = min_ngrams
        self.max_ngram = max_ngram
        self.dictionary = dictionary

    def fit(self, X: Sequence[str], y: object = None) -> Self:
        """Choose the vocabulary."""
        table = SpanTable.build(X, self.min_ngrams, self.min_words, self.max_ngram, Proposer(self.dictionary))
        chosen = table.select(np.arange(len(X)), self.min_words, self.min_ngrams)
        self.vocabulary_ = [table.vocabulary[i] for i in chosen]
        self.trie_ = build_trie(self.vocabulary_)
        return self

    def transform(self, X: Sequence[str]) -> sparse.csr_matrix:
        """Return counts, shape (n_texts, n_spans)."""
        return count_spans(self.trie_, X)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Return the spans in the order of the columns."""
        return np.array(self.vocabulary_, dtype=object)


class AdditiveTfidf(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Weights counts by idf and divides each row by √Σ tf·idf²; scikit-learn transformer.

    With this norm instead of √Σ (tf·idf)² both the score and the norm of a text are sums over its positions.

    Attributes
    ----------
    idf_ : ndarray of float64, shape (n_spans,)
        ln((1 + n) / (1 + df)) + 1, as in scikit-learn's ``TfidfTransformer(smooth_idf=True)``.
    """

    def fit(self, X: sparse.csr_matrix, y: object = None) -> Self:
        """Learn the idf."""
        self.idf_ = idf(X)
        return self

    def transform(self, X: sparse.csr_matrix) -> sparse.csr_matrix:
        """Return weighted rows, shape (n_texts, n_spans)."""
        return additive_tfidf(X, self.idf_)


def make_pipeline(settings: Settings | None = None) -> Pipeline:
    """Return an unfitted scikit-learn pipeline from texts to one-vs-rest decision scores, for notebooks.

    Unlike :func:`fit_heads` it is one head for all its labels: balanced as types are, with the edges as kinds have them.
    """
    chosen = settings if settings is not None else Settings()
    return Pipeline(
        [
            ("spans", SpanCounter(chosen.min_words, chosen.min_ngrams, chosen.max_ngram)),
            ("tfidf", AdditiveTfidf()),
            ("svm", OneVsRestClassifier(chosen.svm(chosen.balanced_types))),
        ]
    )


def count_spans(trie: Trie, texts: Sequence[str]) -> sparse.csr_matrix:
    """Return how often each span stands in each text, shape (n_texts, n_spans)."""
    codes, starts = encode(trie, texts)
    positions, spans = span_occurrences(trie, codes)
    rows = np.searchsorted(starts, positions, side="right") - 1
    ones = np.ones(len(rows), dtype=np.float64)
    return sparse.csr_matrix((ones, (rows, spans)), shape=(len(texts), trie.n_spans))


def idf(counts: sparse.csr_matrix) -> Floats:
    """Return the smoothed inverse document frequency of each span."""
    df = np.bincount(counts.indices, minlength=counts.shape[1])
    weights: Floats = np.log((1 + counts.shape[0]) / (1 + df)) + 1
    return weights


def additive_tfidf(counts: sparse.csr_matrix, weights: Floats) -> sparse.csr_matrix:
    """Return tf·idf divided by √Σ tf·idf² of the row; a row without spans stays zero."""
    norms = np.sqrt(counts @ (weights**2))
    norms[norms == 0] = 1.0
    return sparse.csr_matrix(sparse.diags(1 / norms) @ counts @ sparse.diags(weights))


@dataclass(frozen=True, slots=True)
class SpanTable:
    """All candidate spans of a corpus, counted once; folds choose columns from their own rows.

    Attributes
    ----------
    vocabulary : list of str
        Candidates, sorted.
    counts : csr matrix, shape (n_texts, n_candidates)
        Occurrences.
    proposed : csr matrix, shape (n_texts, n_candidates)
        1 where jieba cut the span from the text as a word or pair.
    short : ndarray of bool, shape (n_candidates,)
        Whether the span counts as a character n-gram.
    """

    vocabulary: list[str]
    trie: Trie
    counts: sparse.csr_matrix
    proposed: sparse.csr_matrix
    short: NDArray[np.bool_]

    @classmethod
    def build(
        cls, texts: Sequence[str], min_ngrams: int, min_words: int, max_ngram: int, proposer: Proposer
    ) -> SpanTable:
        """Cut and count all texts."""
        words, grams = Counter[str](), Counter[str]()
        cut = []
        for text in texts:
            normalised = normalise(text)
            cut.append(proposer.words(normalised))
            words.update(cut[-1])
            grams.update(_ngrams(normalised, max_ngram))
        frequent = {span for span, n in words.items() if n >= min_words}
        frequent |= {span for span, n in grams.items() if n >= min_ngrams}
        vocabulary = sorted(frequent)
        index = {span: column for column, span in enumerate(vocabulary)}
        rows, columns = [], []
        for row, spans in enumerate(cut):
            found = [index[span] for span in spans if span in index]
            rows += [row] * len(found)
            columns += found
        ones = np.ones(len(rows), dtype=np.float64)
        proposed = sparse.csr_matrix((ones, (rows, columns)), shape=(len(texts), len(vocabulary)))
        trie = build_trie(vocabulary)
        short = np.array([len(span) <= max_ngram and _is_ngram(span) for span in vocabulary], dtype=bool)
        return cls(vocabulary, trie, count_spans(trie, texts), proposed, short)

    def select(self, rows: Indices, min_words: int, min_ngrams: int) -> Indices:
        """Return the columns that these rows alone would have made a vocabulary."""
        proposed = np.bincount(self.proposed[rows].indices, minlength=len(self.vocabulary))
        df = np.bincount(self.counts[rows].indices, minlength=len(self.vocabulary))
        return np.flatnonzero((proposed >= min_words) | (self.short & (df >= min_ngrams)))


@dataclass(frozen=True, slots=True)
class Heads:
    """Fitted weights of both heads, kinds first.

    Attributes
    ----------
    columns : ndarray of int64, shape (n_spans,)
        Columns of the span table.
    weights : ndarray of float64, shape (n_labels, n_spans)
        Before idf.
    bias : ndarray of float64, shape (n_labels,)
    idf : ndarray of float64, shape (n_spans,)
    passes : ndarray of int64, shape (n_labels,)
        How often the solver went over the statements; 0 where there was nothing to learn.
    """

    columns: Indices
    weights: Floats
    bias: Floats
    idf: Floats
    passes: Indices

    def scores(self, counts: sparse.csr_matrix) -> Floats:
        """Return decision scores, shape (n_texts, n_labels), of counts over the whole table."""
        rows = additive_tfidf(counts[:, self.columns], self.idf)
        result: Floats = rows @ self.weights.T + self.bias
        return result


def fit_heads(
    table: SpanTable, rows: Indices, targets: NDArray[np.bool_], n_kinds: int, settings: Settings, n_jobs: int = 1
) -> Heads:
    """Fit one SVM a label on some rows of the table.

    Parameters
    ----------
    table : SpanTable
        Counted corpus.
    rows : ndarray of int64
        Rows to train on; the vocabulary and the idf come from them alone.
    targets : ndarray of bool, shape (n_texts, n_labels)
        Kinds first, then types.
    n_kinds : int
        How many of the labels are kinds.
    settings : Settings
    n_jobs : int, default=1
        Processes.

    Returns
    -------
    Heads

    """
    columns = table.select(rows, settings.min_words, settings.min_ngrams)
    counts = table.counts[rows][:, columns]
    weights = idf(counts)
    X = additive_tfidf(counts, weights)

    # Where a span stands tells the kind; the type does not depend on it.
    inside = np.array([EDGE not in table.vocabulary[column] for column in columns], dtype=bool)
    X_inside = X[:, inside]

    def fit(label: int) -> tuple[Floats, float, int]:
        of_kind = label < n_kinds
        wanted = targets[rows, label]
        if wanted.all() or not wanted.any():  # nothing to learn: an own taxonomy may have types without statements yet
            return np.zeros(X.shape[1]), 1.0 if wanted.all() else -1.0, 0
        svm = settings.svm(settings.balanced_kinds if of_kind else settings.balanced_types)
        svm.fit(X if of_kind else X_inside, wanted)
        weights = np.zeros(X.shape[1])
        weights[slice(None) if of_kind else inside] = svm.coef_.ravel()
        return weights, float(svm.intercept_[0]), int(svm.n_iter_)

    fitted = Parallel(n_jobs=n_jobs)(delayed(fit)(label) for label in range(targets.shape[1]))
    of_labels, biases, passes = zip(*fitted, strict=True)
    return Heads(columns, np.array(of_labels), np.array(biases), weights, np.array(passes, dtype=np.int64))


def settings_manifest(settings: Settings) -> dict[str, Any]:
    """Return the settings as they stand in ``model.json``."""
    return {"max_span": MAX_SPAN, **asdict(settings)}
