"""The contestants of ``speed.py``: trained on the same statements, saved, and asked by a command."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
import tempfile
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.peers.decisions import Decisions, best_threshold, figures, tag_rule
from benchmarks.peers.registry import PEERS, ROOT, WENTI, Peer, PeerError, Runner, run_peer
from benchmarks.quality import Part, make_parts

from wenti.evaluation import Targets
from wenti.modelling import Corpus, train_model
from wenti.taxonomy import load_taxonomy

PIPELINE = "jieba + scikit-learn"


@dataclass(frozen=True, slots=True)
class Contestant:
    """A row of the table.

    Attributes
    ----------
    title : str
    peer : str
        Name in the registry: where it lives, and whose scores set its threshold.
    module, name : str
        In benchmarks/peers, and how the module knows it; empty for wenti, which has commands.
    is_cut : bool
        Whether its texts are cut into words before it is timed.
    one_in : int
        It gets this part of the statements, since it takes long.
    """

    title: str
    peer: str
    module: str = ""
    name: str = ""
    is_cut: bool = False
    one_in: int = 1

    @property
    def home(self) -> Peer:
        """Where it lives."""
        return _PEERS[self.peer]


_PEERS = {peer.name: peer for peer in PEERS}
CONTESTANTS = (
    Contestant(WENTI, WENTI),
    Contestant(PIPELINE, "svm", "serve_scikit_learn", "svm"),
    Contestant("fastText, jieba in the process", "fasttext", "serve_fasttext", "whole"),
    Contestant("fastText, text cut beforehand", "fasttext", "serve_fasttext", "cut", is_cut=True),
    Contestant("Annif, svc", "annif-svc", "serve_annif", "annif-svc", one_in=50),
    Contestant("Annif, omikuji", "annif-omikuji", "serve_annif", "annif-omikuji", one_in=50),
)


@dataclass(frozen=True, slots=True)
class Entrant:
    """A contestant that is trained and saved in a folder."""

    contestant: Contestant
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What its processes find in the environment."""
        return {"WENTI_MODEL": str(self.folder)} if not self.contestant.module else {}

    def one(self, text: str) -> list[str]:
        """Return the command that answers one text."""
        if not self.contestant.module:
            return [_script("classify"), text]
        return [*self._module(), "one", str(self.folder), text]

    def many(self, source: Path, target: Path) -> list[str]:
        """Return the command that answers a CSV."""
        if not self.contestant.module:
            return [_script("wenti"), "tag", str(source), str(target), "--jobs", "1"]
        return [*self._module(), "many", str(self.folder), str(source), str(target)]

    def _module(self) -> list[str]:
        contestant = self.contestant
        return [str(contestant.home.python), "-m", f"benchmarks.peers.{contestant.module}", contestant.name]


def _script(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


class Trainer:
    """Has contestants learn what the authors wrote, near duplicates of the reports left out, and keeps what they learned.

    Parameters
    ----------
    corpus, taxonomy : Path
    cache : Path
        Shared with quality.py, whose answers set the thresholds.
    """

    def __init__(self, corpus: Path, taxonomy: Path, cache: Path) -> None:
        self._tree = load_taxonomy(taxonomy)
        self._corpus = Corpus.read(corpus, self._tree)
        self._cache = cache
        kinds, types = [kind.id for kind in self._tree.kinds], [problem.id for problem in self._tree.types()]
        self._labels = {"kinds": kinds, "types": types, "taxonomy": str(taxonomy.resolve())}
        self._targets = Targets.of(self._corpus.all, kinds, types)
        self._runner = Runner(self._corpus.all, self._labels, self._tree.sha256, cache)

    @cached_property
    def _part(self) -> Part:
        if not self._corpus.reports:
            raise PeerError("the corpus has no reports, on which quality is measured")
        return make_parts(self._corpus, self._targets)[-1]

    @property
    def texts(self) -> list[str]:
        """What the authors wrote, in random order."""
        shuffled = np.random.default_rng(0).permutation(len(self._corpus.authors))
        return [self._corpus.authors[row].text for row in shuffled]

    @property
    def reports(self) -> list[str]:
        """The statements that quality is measured on."""
        return [self._corpus.all[row].text for row in self._part.outer.test]

    def entrant(self, contestant: Contestant, about: dict[str, Any]) -> Entrant:
        """Return the contestant as it was saved, or train it; `about` is what its peer says of itself."""
        rows = [self._corpus.all[row] for row in self._part.outer.train]
        train = "\n".join(
            json.dumps({"text": row.text, "kind": row.kind, "types": row.types}, ensure_ascii=False) for row in rows
        )
        key = [contestant.peer, about, self._code(contestant), self._labels["kinds"], self._labels["types"], train]
        digest = hashlib.sha256(json.dumps(key).encode()).hexdigest()
        folder = self._cache / "saved" / f"{contestant.peer}-{digest[:32]}"
        if not folder.is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
                part = Path(scratch) / "part"
                if contestant.module:
                    part.mkdir()
                    self._train_peer(contestant, about, train, part)
                else:
                    authors = {row.author for row in rows}
                    folds = {author: fold for author, fold in self._corpus.folds.items() if author in authors}
                    train_model(Corpus(tuple(rows), (), folds), self._tree, part)
                part.rename(folder)
        return Entrant(contestant, folder)

    def _code(self, contestant: Contestant) -> str:
        """Return a hash of the code that trains and saves."""
        if contestant.module:
            files = [ROOT / "benchmarks" / "peers" / f"{name}.py" for name in ("serve", contestant.module)]
        else:
            ours = [module for name, module in sys.modules.items() if name.split(".")[0] == "wenti"]
            files = sorted({Path(file) for module in ours if (file := getattr(module, "__file__", None))})
        return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()

    def _train_peer(self, contestant: Contestant, about: dict[str, Any], train: str, folder: Path) -> None:
        (folder / "labels.json").write_text(json.dumps(self._labels), encoding="utf-8")
        (folder / "train.jsonl").write_text(train, encoding="utf-8")
        peer = contestant.home
        run_peer(replace(peer, module=contestant.module), contestant.name, "learn", str(folder))
        inner, gold = self._part.inner, self._targets.gold_types[self._part.inner.test]
        scores = self._runner.answer(peer, about, inner).scores[:, self._targets.n_kinds :]
        name, _ = tag_rule(scores, gold, peer.cut)
        rule = {
            "kinds": self._labels["kinds"],
            "types": self._labels["types"],
            "least": best_threshold(scores, gold) if name == "threshold" else peer.cut,
        }
        (folder / "rule.json").write_text(json.dumps(rule), encoding="utf-8")

    def quality(self, answers: Path) -> tuple[float, float]:
        """Return the share of right kinds and the micro-F1 of the types of answers to :attr:`reports`."""
        with answers.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
        tagged = [set(row["types"].split(";")) for row in rows]
        tags = np.array([[label in own for label in self._targets.types] for own in tagged])
        kinds = np.array([self._targets.kinds.index(row["kind"]) for row in rows])
        found = figures(Decisions(kinds, tags.argmax(axis=1), tags), self._targets.rows(self._part.outer.test))
        return found.kind, found.micro_f1
