"""fastText on texts as they are, which jieba cuts here, and on texts that were cut beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import fasttext
from benchmarks.peers.exchange import Labels, Statement, words
from benchmarks.peers.serve import Answer, Rule, Server, main
from benchmarks.peers.with_fasttext import PREFIX, FastText

_KINDS, _TYPES = "kinds.bin", "types.bin"


def learn(statements: Sequence[Statement], labels: Labels, folder: Path) -> None:
    """Train both models and save them as fastText does."""
    peer = FastText()
    peer.fit(statements, labels)
    peer.kinds.save_model(str(folder / _KINDS))
    peer.types.save_model(str(folder / _TYPES))


def load(is_cut: bool, folder: Path, rule: Rule) -> Callable[[Sequence[str]], Iterator[Answer]]:
    """Load both models; only labels that are wanted are asked for."""
    kinds, types = (fasttext.load_model(str(folder / name)) for name in (_KINDS, _TYPES))
    wanted = {"k": 1} if rule.least is None else {"k": -1, "threshold": rule.least}

    def answer(texts: Sequence[str]) -> Iterator[Answer]:
        lines = list(texts) if is_cut else [" ".join(words(text)) for text in texts]
        for (kind,), found in zip(kinds.predict(lines)[0], types.predict(lines, **wanted)[0], strict=True):
            yield kind.removeprefix(PREFIX), [label.removeprefix(PREFIX) for label in found]

    return answer


if __name__ == "__main__":
    main({name: Server(learn, partial(load, is_cut)) for name, is_cut in (("whole", False), ("cut", True))})
