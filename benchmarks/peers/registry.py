"""The peers: where each lives, how its environment is made, how it is asked, and what it answered before."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wenti.corpus import LabelledStatement

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ROOT / "benchmarks" / ".environments"

REQUIREMENTS = {
    "fasttext": ("fasttext-numpy2==0.10.4", "jieba==0.42.1"),
    "annif": ("annif[omikuji]==1.4.3", "jieba==0.42.1"),
}


@dataclass(frozen=True, slots=True)
class Peer:
    """Where a peer lives and how it decides by itself.

    Attributes
    ----------
    name : str
        As its module knows it.
    module : str
        In benchmarks/peers.
    environment : str
        Key of ``REQUIREMENTS``; empty for the running Python.
    cut : float, optional
        Score from which the peer itself gives a tag; without it, the peer itself gives its first guess only.
    """

    name: str
    module: str
    environment: str = ""
    cut: float | None = None

    @property
    def python(self) -> Path:
        """The interpreter that runs it."""
        return ENVIRONMENTS / self.environment / "bin" / "python" if self.environment else Path(sys.executable)

    @property
    def is_built(self) -> bool:
        """Whether its environment is there, with the packages that are wanted now."""
        if not self.environment:
            return True
        marker = _marker(self.environment)
        return marker.is_file() and marker.read_text(encoding="utf-8") == _wanted(self.environment)


WENTI = "wenti"
PEERS = (
    Peer("majority", "rules"),
    Peer("keywords", "rules"),
    Peer("naive-bayes", "with_scikit_learn"),
    Peer("svm", "with_scikit_learn", cut=0.0),
    Peer("fasttext", "with_fasttext", "fasttext", cut=0.5),
    Peer("annif-svc", "with_annif", "annif"),
    Peer("annif-omikuji", "with_annif", "annif", cut=0.5),
    Peer(WENTI, "with_wenti", cut=0.0),
)


def _marker(environment: str) -> Path:
    return ENVIRONMENTS / environment / "requirements.txt"


def _wanted(environment: str) -> str:
    return "\n".join(REQUIREMENTS[environment]) + "\n"


def build(environment: str) -> None:
    """Make an environment anew and install what it needs; the marker is written last."""
    folder = ENVIRONMENTS / environment
    if folder.exists():
        shutil.rmtree(folder)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    install = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *REQUIREMENTS[environment]]
    subprocess.run(install, check=True)
    _marker(environment).write_text(_wanted(environment), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Split:
    """Rows to train on and rows to score."""

    train: Indices
    test: Indices


@dataclass(frozen=True, slots=True)
class Answer:
    """Scores of a split's test rows, kinds first, and the seconds of training and of prediction."""

    scores: Floats
    training: float
    prediction: float


class Runner:
    """Has peers answer splits, and remembers what they answered.

    Parameters
    ----------
    statements : sequence of LabelledStatement
    labels : dict
        As ``labels.json`` has it.
    taxonomy_hash : str
    cache : Path
        Folder of remembered answers.
    """

    def __init__(
        self, statements: Sequence[LabelledStatement], labels: dict[str, Any], taxonomy_hash: str, cache: Path
    ) -> None:
        self._labels = labels
        self._taxonomy_hash = taxonomy_hash
        self._cache = cache
        self._train = [
            json.dumps({"text": row.text, "kind": row.kind, "types": row.types}, ensure_ascii=False)
            for row in statements
        ]
        self._test = [json.dumps({"text": row.text}, ensure_ascii=False) for row in statements]

    def answer(self, peer: Peer, about: dict[str, Any], split: Split) -> Answer:
        """Return what the peer answers, from the cache if nothing that matters has changed since."""
        train = "\n".join(self._train[row] for row in split.train)
        test = "\n".join(self._test[row] for row in split.test)
        labels = [self._labels["kinds"], self._labels["types"], self._taxonomy_hash]
        key = hashlib.sha256(json.dumps([peer.name, about, labels, train, test]).encode()).hexdigest()
        kept = self._cache / f"{peer.name}-{key[:32]}.npz"
        if not kept.is_file():
            self._cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._cache) as folder:
                job = Path(folder)
                (job / "labels.json").write_text(json.dumps(self._labels), encoding="utf-8")
                (job / "train.jsonl").write_text(train, encoding="utf-8")
                (job / "test.jsonl").write_text(test, encoding="utf-8")
                run_peer(peer, peer.name, folder)
                seconds = json.loads((job / "seconds.json").read_text(encoding="utf-8"))
                np.savez(job / "answer.npz", scores=np.load(job / "scores.npy"), **seconds)
                (job / "answer.npz").replace(kept)
        with np.load(kept) as found:
            return Answer(found["scores"], float(found["training"]), float(found["prediction"]))


class PeerError(Exception):
    """A peer's process failed."""


def run_peer(peer: Peer, *arguments: str) -> str:
    """Run a peer's module on one core and return what it printed.

    Raises
    ------
    PeerError
        If it fails; with the last line of what it wrote.
    """
    one_core = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1")
    command = [str(peer.python), "-m", f"benchmarks.peers.{peer.module}", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **one_core}, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise PeerError(f"{peer.name}: {(done.stderr.strip().splitlines() or ['no message'])[-1]}")
    return done.stdout
