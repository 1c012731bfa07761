"""How ``quality.py`` and a peer talk: plain files in one folder a job, as peers may live in environments of their own.

A peer is a module that is run from the top of the checkout, by the Python of its environment::

    python -m benchmarks.peers.MODULE NAME FOLDER     learn train.jsonl, answer test.jsonl
    python -m benchmarks.peers.MODULE --about         print packages and fingerprint as JSON

``labels.json`` has ``kinds``, ``types`` and the path of the ``taxonomy``; a line of ``train.jsonl`` has ``text``, ``kind``
and ``types``, one of ``test.jsonl`` only ``text``. The answer is ``scores.npy``, one row a test statement, kinds first, and
``seconds.json`` with ``training`` and ``prediction``, in CPU time: every peer runs on one core, and others may use it too.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import metadata
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Statement:
    """A training row; ``types`` has the main type first."""

    text: str
    kind: str
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Labels:
    """What can be answered, in the order of the scores, and the taxonomy's file."""

    kinds: list[str]
    types: list[str]
    taxonomy: str


class Peer(Protocol):
    """A way to tell kinds and types."""

    def fit(self, statements: Sequence[Statement], labels: Labels) -> None:
        """Learn."""

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return scores, shape (n_texts, n_kinds + n_types); the larger, the likelier within a head."""


def words(text: str) -> list[str]:
    """Return jieba's words of a text as it comes out of the box, blanks left out."""
    import jieba

    jieba.setLogLevel("WARNING")
    return [word for word in jieba.lcut(text) if word.strip()]


def main(peers: Mapping[str, Callable[[], Peer]], packages: Sequence[str], data: Sequence[Path] = ()) -> None:
    """Answer one command line of a peer's module.

    Parameters
    ----------
    peers : mapping of str to callable
        How to make the peers that the module offers.
    packages : sequence of str
        Distributions whose version and licence are to be stated.
    data : sequence of Path
        Files beside the code that decide the answers.
    """
    if sys.argv[1:] == ["--about"]:
        about = {"packages": [_package(name) for name in packages], "fingerprint": _fingerprint(data)}
        print(json.dumps(about))
    else:
        name, folder = sys.argv[1:]
        _answer(peers[name](), Path(folder))


def _answer(peer: Peer, folder: Path) -> None:
    labels = Labels(**json.loads((folder / "labels.json").read_text(encoding="utf-8")))
    rows = _lines(folder / "train.jsonl")
    statements = [Statement(row["text"], row["kind"], tuple(row["types"])) for row in rows]
    texts = [row["text"] for row in _lines(folder / "test.jsonl")]
    started = time.process_time()
    peer.fit(statements, labels)
    fitted = time.process_time()
    scores = peer.scores(texts)
    seconds = {"training": fitted - started, "prediction": time.process_time() - fitted}
    np.save(folder / "scores.npy", scores)
    (folder / "seconds.json").write_text(json.dumps(seconds), encoding="utf-8")


def _lines(file: Path) -> list[dict[str, str]]:
    # Not splitlines: it also parts lines at characters that may stand inside a statement, such as U+2028.
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]


def _package(name: str) -> dict[str, str]:
    found = metadata(name)
    stated = [*(found.get_all("License-Expression") or []), *(found.get_all("License") or [])]
    classified = [c.rsplit(" :: ", 1)[1] for c in found.get_all("Classifier") or [] if c.startswith("License ::")]
    licence = next((line for line in (*stated, *classified) if line and "\n" not in line), "unknown")
    return {"name": name, "version": found["Version"], "licence": licence}


def _fingerprint(data: Sequence[Path]) -> str:
    """Return a hash of all code of this project that is loaded, and of the data: a changed peer answers anew."""
    ours = [module for name, module in sys.modules.items() if name.split(".")[0] in ("benchmarks", "wenti", "__main__")]
    files = {Path(file) for module in ours if (file := getattr(module, "__file__", None))}
    digest = hashlib.sha256()
    for file in sorted(files | set(data)):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
