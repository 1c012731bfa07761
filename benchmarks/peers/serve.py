"""How ``speed.py`` and a peer talk: what is timed is a process that loads a saved peer and answers on its own.

A peer is a module that is run from the top of the checkout, by the Python of its environment::

    python -m benchmarks.peers.serve_X NAME learn FOLDER         learn train.jsonl, save what was learned
    python -m benchmarks.peers.serve_X NAME one FOLDER TEXT      print kind and types of a text
    python -m benchmarks.peers.serve_X NAME many FOLDER IN OUT   add kind and types to the rows of a CSV with a column text

``labels.json`` and ``train.jsonl`` are those of ``exchange.py``; ``rule.json`` says which scores become tags. This module
stands in every timed process, so it imports little.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.peers.exchange import Floats, Labels, Statement

BLOCK = 10_000  # rows answered at a time, so that memory does not grow with the file

Answer = tuple[str, Sequence[str]]  # kind; types, likeliest first


@dataclass(frozen=True, slots=True)
class Rule:
    """Labels in the order of the scores, and the score from which a type is given; without it, the likeliest is."""

    kinds: list[str]
    types: list[str]
    least: float | None

    @classmethod
    def read(cls, folder: Path) -> Rule:
        """Read the rule of a saved peer."""
        return cls(**json.loads((folder / "rule.json").read_text(encoding="utf-8")))

    def answers(self, scores: Floats) -> Iterator[Answer]:
        """Decide on scores, shape (n_texts, n_kinds + n_types)."""
        n_kinds = len(self.kinds)
        kinds, types = scores[:, :n_kinds].argmax(axis=1).tolist(), scores[:, n_kinds:]
        if self.least is None:
            for kind, best in zip(kinds, types.argmax(axis=1).tolist(), strict=True):
                yield self.kinds[kind], [self.types[best]]
            return
        order = (-types).argsort(axis=1, kind="stable")
        counts = (types >= self.least).sum(axis=1).tolist()
        for kind, count, ranked in zip(kinds, counts, order, strict=True):
            yield self.kinds[kind], [self.types[best] for best in ranked[:count].tolist()]


@dataclass(frozen=True, slots=True)
class Server:
    """How a peer learns and is saved in a folder, and how it is loaded from there to answer texts."""

    learn: Callable[[Sequence[Statement], Labels, Path], None]
    load: Callable[[Path, Rule], Callable[[Sequence[str]], Iterable[Answer]]]


def main(servers: Mapping[str, Server]) -> None:
    """Answer one command line of a peer's module."""
    name, verb, folder, *rest = sys.argv[1:]
    server, where = servers[name], Path(folder)
    if verb == "learn":
        _learn(server, where)
        return
    answer = server.load(where, Rule.read(where))
    if verb == "one":
        for kind, types in answer(rest):
            print(kind, ";".join(types))
    else:
        _many(answer, *rest)


def _learn(server: Server, folder: Path) -> None:
    from benchmarks.peers.exchange import Labels, Statement

    labels = Labels(**json.loads((folder / "labels.json").read_text(encoding="utf-8")))
    rows = map(json.loads, (folder / "train.jsonl").read_text(encoding="utf-8").split("\n"))
    server.learn([Statement(row["text"], row["kind"], tuple(row["types"])) for row in rows], labels, folder)


def _many(answer: Callable[[Sequence[str]], Iterable[Answer]], source: str, target: str) -> None:
    with open(source, encoding="utf-8", newline="") as read, open(target, "w", encoding="utf-8", newline="") as write:
        rows, out = csv.reader(read), csv.writer(write)
        column = next(rows).index("text")
        out.writerow(["text", "kind", "types"])
        texts = (row[column] for row in rows)
        while block := list(islice(texts, BLOCK)):
            for text, (kind, types) in zip(block, answer(block), strict=True):
                out.writerow([text, kind, ";".join(types)])
