"""The plain pipeline of jieba and scikit-learn, saved and loaded with joblib."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import joblib
from benchmarks.peers.serve import Answer, Rule, Server, main

if TYPE_CHECKING:
    from benchmarks.peers.exchange import Labels, Statement

_FILE = "pipeline.joblib"


def learn(statements: Sequence[Statement], labels: Labels, folder: Path) -> None:
    """Fit and save."""
    from benchmarks.peers.with_scikit_learn import Svm

    pipeline = Svm()
    pipeline.fit(statements, labels)
    joblib.dump(pipeline, folder / _FILE)


def load(folder: Path, rule: Rule) -> Callable[[Sequence[str]], Iterable[Answer]]:
    """Load; jieba reads its dictionary with the first text."""
    pipeline = joblib.load(folder / _FILE)
    return lambda texts: rule.answers(pipeline.scores(texts))


if __name__ == "__main__":
    main({"svm": Server(learn, load)})
