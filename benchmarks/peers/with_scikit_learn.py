"""Peers made of scikit-learn and jieba: complement naive Bayes and a linear SVM, on words and on words and pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from benchmarks.peers.exchange import Floats, Labels, Statement, main, words
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC


class NaiveBayes:
    """Complement naive Bayes on counts of jieba's words; a statement of two types is half an example of each."""

    def fit(self, statements: Sequence[Statement], labels: Labels) -> None:
        """Count words."""
        self._labels = labels
        self._vectorizer = CountVectorizer(analyzer=words)
        X = self._vectorizer.fit_transform(statement.text for statement in statements)
        self._kinds = ComplementNB().fit(X, [statement.kind for statement in statements])
        pairs = [(row, label) for row, statement in enumerate(statements) for label in statement.types]
        shares = [1 / len(statements[row].types) for row, _ in pairs]
        types = [label for _, label in pairs]
        self._types = ComplementNB().fit(X[[row for row, _ in pairs]], types, sample_weight=shares)

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return posteriors."""
        X = self._vectorizer.transform(texts)
        heads = ((self._kinds, self._labels.kinds), (self._types, self._labels.types))
        return np.hstack([_in_order(head.predict_proba(X), head.classes_, labels) for head, labels in heads])


def _in_order(scores: Floats, classes: Sequence[str], labels: Sequence[str]) -> Floats:
    """Return the columns in the order of the labels; one without example has the score 0."""
    result = np.zeros((len(scores), len(labels)))
    for column, label in enumerate(classes):
        result[:, list(labels).index(label)] = scores[:, column]
    return result


class Svm:
    """One-vs-rest linear SVMs on the TF-IDF of jieba's words and word pairs; types balanced, as wenti's are."""

    def fit(self, statements: Sequence[Statement], labels: Labels) -> None:
        """Fit one SVM a label on all statements."""
        self._vectorizer = TfidfVectorizer(
            tokenizer=words, token_pattern=None, ngram_range=(1, 2), min_df=2, sublinear_tf=True
        )
        X = self._vectorizer.fit_transform(statement.text for statement in statements)
        kinds = np.array([[kind == statement.kind for kind in labels.kinds] for statement in statements])
        types = np.array([[label in statement.types for label in labels.types] for statement in statements])
        self._heads = [
            OneVsRestClassifier(LinearSVC(class_weight=weight, random_state=0)).fit(X, wanted.astype(int))
            for weight, wanted in ((None, kinds), ("balanced", types))
        ]

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return distances from the planes."""
        X = self._vectorizer.transform(texts)
        return np.hstack([head.decision_function(X) for head in self._heads])


if __name__ == "__main__":
    main({"naive-bayes": NaiveBayes, "svm": Svm}, ["scikit-learn", "jieba"])
