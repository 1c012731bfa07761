"""fastText, supervised, on jieba's words; it runs in an environment of its own, since it has to be compiled."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fasttext
import numpy as np
from benchmarks.peers.exchange import Floats, Labels, Statement, main, words

PREFIX = "__label__"
# Character n-grams, rate and epochs were chosen on an inner split. Two million buckets, the default, are
# made for large corpora; one thread, so that a run can be repeated.
_SETTINGS = {
    "lr": 0.2, "epoch": 50, "wordNgrams": 2, "minn": 1, "maxn": 3, "dim": 100, "bucket": 200_000, "thread": 1, "verbose": 0,
}  # fmt: skip


class FastText:
    """One model for the kinds (softmax) and one for the types (one-vs-all)."""

    def fit(self, statements: Sequence[Statement], labels: Labels) -> None:
        """Train both models; what has no type does not train the second."""
        self._labels = labels
        lines = [" ".join(words(statement.text)) for statement in statements]
        self.kinds = _train([[statement.kind] for statement in statements], lines, "softmax")
        self.types = _train([statement.types for statement in statements], lines, "ova")

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return probabilities; those of types need not add up to one."""
        lines = [" ".join(words(text)) for text in texts]
        heads = ((self.kinds, self._labels.kinds), (self.types, self._labels.types))
        return np.hstack([_scores(model, lines, labels) for model, labels in heads])


def _train(labels: Sequence[Sequence[str]], lines: Sequence[str], loss: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "train.txt"
        marked = (
            " ".join([*(PREFIX + label for label in own), line]) for own, line in zip(labels, lines, strict=True) if own
        )
        file.write_text("\n".join(marked) + "\n", encoding="utf-8")
        return fasttext.train_supervised(str(file), loss=loss, **_SETTINGS)


def _scores(model: Any, lines: Sequence[str], labels: Sequence[str]) -> Floats:
    column = {PREFIX + label: index for index, label in enumerate(labels)}
    result = np.zeros((len(lines), len(labels)))
    for row, (names, values) in enumerate(zip(*model.predict(list(lines), k=-1), strict=True)):
        result[row, [column[name] for name in names]] = values
    return result


if __name__ == "__main__":
    main({"fasttext": FastText}, ["fasttext-numpy2", "jieba"])
