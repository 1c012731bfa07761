"""Annif, its two projects loaded in one process: what ``annif suggest`` does for each of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.peers.serve import Answer, Rule, Server, main

if TYPE_CHECKING:
    from benchmarks.peers.exchange import Labels, Statement

_PROJECTS = "projects"
_BATCH = 32  # as in Annif's own commands


def learn(backend: str, statements: Sequence[Statement], labels: Labels, folder: Path) -> None:
    """Train both projects in the folder."""
    _settle(folder)
    from benchmarks.peers.with_annif import Annif

    Annif(backend).fit(statements, labels)


def load(folder: Path, rule: Rule) -> Callable[[Sequence[str]], Iterator[Answer]]:
    """Load both projects; they read their models with the first text."""
    _settle(folder)
    import numpy as np
    from annif.corpus import Document
    from benchmarks.peers.exchange import words
    from benchmarks.peers.with_annif import open_projects

    app, projects = open_projects()

    def answer(texts: Sequence[str]) -> Iterator[Answer]:
        with app.app_context():
            for start in range(0, len(texts), _BATCH):
                documents = [Document(" ".join(words(text))) for text in texts[start : start + _BATCH]]
                scores = [[found.as_vector() for found in project.suggest(documents)] for project in projects]
                yield from rule.answers(np.hstack([np.array(rows) for rows in scores]))

    return answer


def _settle(folder: Path) -> None:
    """Have the projects lie in the folder; must come before Annif is imported."""
    projects = folder / _PROJECTS
    projects.mkdir(exist_ok=True)
    os.environ["BENCHMARK_ANNIF"] = str(projects)


if __name__ == "__main__":
    main({f"annif-{backend}": Server(partial(learn, backend), load) for backend in ("svc", "omikuji")})
