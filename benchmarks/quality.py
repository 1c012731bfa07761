"""wenti and its peers on the same folds: one table of quality, of the authors' folds and of the published reports.

Usage: python benchmarks/quality.py [--build] [--peers A,B] [--jobs N] [--check]

Run it in the environment that has wenti installed; ``--build`` first makes the environments of the peers that need their
own. Each peer is a process (benchmarks/peers) that trains on the same rows and scores the same rows, on one core; near
duplicates of test statements train nobody. What is scored is kept in benchmarks/.cache, so that a run that was ended goes
on where it was. Each peer gets one threshold for its tags, or keeps its own decision, whichever has the better micro-F1 on
an inner split by author of the training rows; wenti gets its own thresholds, as ``wenti train`` fits them, and stands a
second time with one threshold as the peers have it. With ``--check`` a peer that is not behind
in every figure makes the exit code 3.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path, not the one above

from benchmarks.peers.decisions import Decisions, Figures, figures, tag_rule  # noqa: E402
from benchmarks.peers.registry import PEERS, WENTI, Answer, Peer, PeerError, Runner, Split, build, run_peer  # noqa: E402

from wenti.cross_validation import Calibrated  # noqa: E402
from wenti.errors import WentiError  # noqa: E402
from wenti.evaluation import Targets  # noqa: E402
from wenti.leakage import Signatures, near_duplicates, without_twins  # noqa: E402
from wenti.markdown import aligned  # noqa: E402
from wenti.modelling import Corpus  # noqa: E402
from wenti.resources import taxonomy_path  # noqa: E402
from wenti.taxonomy import load_taxonomy  # noqa: E402

Flags = NDArray[np.bool_]

BUILD = "python benchmarks/quality.py --build"
REPORTS = "reports"
_HELD_OUT = 3  # every third author of the training rows


@dataclass(frozen=True, slots=True)
class Part:
    """A fold of the authors, or the reports: what is figured, and the inner split that sets thresholds."""

    name: str
    outer: Split
    inner: Split
    n_twins: int


def make_parts(corpus: Corpus, targets: Targets) -> list[Part]:
    """Return the folds of the corpus, and the reports by all authors.

    Near duplicates of what is scored are left out of what trains. The inner split holds out the typed weaknesses of every
    third of those training authors that have a fold, since these write as the test does.
    """
    statements = corpus.all
    signatures = Signatures.of([row.text for row in statements])
    pairs = near_duplicates(signatures, signatures)
    author = np.array([row.author for row in statements])
    fold = np.array([corpus.folds.get(row.author, "") for row in corpus.authors] + [REPORTS] * len(corpus.reports))
    weakness = targets.kind_is("weakness") & targets.gold_types.any(axis=1)

    def split(pool: Flags, test: Flags) -> Split:
        rows = np.flatnonzero(test)
        return Split(without_twins(np.flatnonzero(pool & ~test), rows, pairs), rows)

    parts = []
    for name in [*sorted(set(corpus.folds.values())), *([REPORTS] if corpus.reports else [])]:
        test = fold == name
        pool = (fold != REPORTS) & ~test
        outer = split(pool, test)
        held = np.isin(author, sorted(set(author[pool & (fold != "")]))[::_HELD_OUT])
        trains = np.isin(np.arange(len(statements)), outer.train)
        inner = split(trains & ~held, trains & held & weakness)
        parts.append(Part(name, outer, inner, int(pool.sum()) - len(outer.train)))
    return parts


@dataclass(frozen=True, slots=True)
class Answered:
    """Answers of one peer to the outer and inner splits of all parts."""

    peer: Peer
    outer: list[Answer]
    inner: list[Answer]


def decide(answered: Answered, parts: Sequence[Part], targets: Targets) -> list[tuple[str, Decisions]]:
    """Return the decisions of a peer on each part's test rows, with the name of the rule behind the tags."""
    result = []
    for part, outer, inner in zip(parts, answered.outer, answered.inner, strict=True):
        gold = targets.gold_types[part.inner.test]
        name, tag = tag_rule(inner.scores[:, targets.n_kinds :], gold, answered.peer.cut)
        kinds, types = outer.scores[:, : targets.n_kinds], outer.scores[:, targets.n_kinds :]
        result.append((name, Decisions(kinds.argmax(axis=1), types.argmax(axis=1), tag(types))))
    return result


def decide_as_wenti(answered: Answered, parts: Sequence[Part], targets: Targets) -> list[tuple[str, Decisions]]:
    """Return wenti's decisions by its own calibration and thresholds, for each part from the other folds' scores.

    As in :mod:`wenti.modelling`; and as in the classifier, what it takes for a fact gets no type.
    """
    result = []
    for part, own in zip(parts, answered.outer, strict=True):
        others = [i for i, other in enumerate(parts) if other.name not in (part.name, REPORTS)]
        scores = np.vstack([answered.outer[i].scores for i in others])
        calibrated = Calibrated.fit(scores, targets.rows(np.concatenate([parts[i].outer.test for i in others])))
        probabilities = calibrated.probabilities(own.scores)
        kinds, types = probabilities[:, : targets.n_kinds], probabilities[:, targets.n_kinds :]
        tags = calibrated.decide(probabilities)["medium"].tags
        decisions = Decisions(kinds.argmax(axis=1), types.argmax(axis=1), tags)
        result.append(("one a type", decisions))
    return result


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: a peer on some parts."""

    peer: str
    figures: Figures
    rules: str
    training: float
    statements_a_second: float


def make_row(
    name: str, answered: Answered, decided: Sequence[tuple[str, Decisions]], parts: Sequence[Part],
    targets: Targets, chosen: Sequence[int],
) -> Row:  # fmt: skip
    """Pool the decisions on the chosen parts into one line."""
    pooled = Decisions(
        *(np.concatenate([getattr(decided[i][1], field.name) for i in chosen]) for field in fields(Decisions))
    )
    test = np.concatenate([parts[i].outer.test for i in chosen])
    rules = Counter(decided[i][0] for i in chosen)
    named = rules.most_common(1)[0][0] if len(rules) == 1 else ", ".join(f"{rule} {n}×" for rule, n in rules.items())
    outer = [answered.outer[i] for i in chosen]
    speed = len(test) / max(sum(answer.prediction for answer in outer), 1e-9)
    training = float(np.mean([answer.training for answer in outer]))
    return Row(name, figures(pooled, targets.rows(test)), named, training, speed)


def markdown(rows: Sequence[Row]) -> str:
    """Return the rows as an aligned Markdown table."""
    names = [field.name.replace("_", " ").replace(" f1", "-F1") for field in fields(Figures)]
    cells = [["peer", *names, "tags by", "training, s", "statements/s"]]
    for row in rows:
        values = (f"{getattr(row.figures, field.name):.3f}" for field in fields(Figures))
        cells.append([row.peer, *values, row.rules, f"{row.training:.1f}", f"{row.statements_a_second:,.0f}"])
    return "\n".join(aligned(cells))


def not_behind(rows: Sequence[Row]) -> list[str]:
    """Return where a peer has as good a figure as wenti by its own thresholds, or a better one."""
    wenti = next((row.figures for row in rows if row.peer == WENTI), None)
    if wenti is None:
        return []
    return [
        f"{row.peer}: {field.name} {value:.4f} against {mine:.4f}"
        for row in rows
        for field in fields(Figures)
        if not row.peer.startswith(WENTI)
        and (value := getattr(row.figures, field.name)) >= (mine := getattr(wenti, field.name))
    ]


class Benchmark:
    """A corpus, its parts, and the peers' answers to them.

    Parameters
    ----------
    corpus : Path
    taxonomy : Path
    cache : Path
    """

    def __init__(self, corpus: Path, taxonomy: Path, cache: Path) -> None:
        tree = load_taxonomy(taxonomy)
        self.corpus = Corpus.read(corpus, tree)
        labels = {"kinds": [kind.id for kind in tree.kinds], "types": [problem.id for problem in tree.types()]}
        self.targets = Targets.of(self.corpus.all, labels["kinds"], labels["types"])
        self._runner = Runner(self.corpus.all, {**labels, "taxonomy": str(taxonomy.resolve())}, tree.sha256, cache)

    @cached_property
    def parts(self) -> list[Part]:
        """Folds and reports."""
        return make_parts(self.corpus, self.targets)

    def ask(self, peers: Sequence[Peer], about: dict[str, Any], jobs: int) -> list[Answered]:
        """Have all peers answer all splits, some at a time."""
        splits = [part.outer for part in self.parts] + [part.inner for part in self.parts]
        tasks = [(peer, split) for peer in peers for split in splits]
        done = 0

        def answer(task: tuple[Peer, Split]) -> Answer:
            nonlocal done
            found = self._runner.answer(task[0], about[task[0].name], task[1])
            done += 1
            if sys.stderr.isatty():
                end = "\n" if done == len(tasks) else ""
                print(f"\r{done}/{len(tasks)} {task[0].name:<20}", end=end, file=sys.stderr)
            return found

        with ThreadPoolExecutor(jobs) as pool:
            answers = list(pool.map(answer, tasks))
        n = len(splits)
        by_peer = [answers[i : i + n] for i in range(0, len(answers), n)]
        return [Answered(p, found[: n // 2], found[n // 2 :]) for p, found in zip(peers, by_peer, strict=True)]

    def tables(self, answers: Sequence[Answered]) -> dict[str, list[Row]]:
        """Return the rows of the folds and of the reports."""
        decided = []
        for answered in answers:
            if answered.peer.name == WENTI:
                decided.append((WENTI, answered, decide_as_wenti(answered, self.parts, self.targets)))
                decided.append((f"{WENTI}, as the peers", answered, decide(answered, self.parts, self.targets)))
            else:
                decided.append((answered.peer.name, answered, decide(answered, self.parts, self.targets)))
        chosen = {
            "folds": [i for i, part in enumerate(self.parts) if part.name != REPORTS],
            REPORTS: [i for i, part in enumerate(self.parts) if part.name == REPORTS],
        }
        return {
            title: [make_row(*line, self.parts, self.targets, indices) for line in decided]
            for title, indices in chosen.items()
            if indices
        }

    def title(self, name: str) -> str:
        """Return what a table is about."""
        parts = [part for part in self.parts if (part.name == REPORTS) == (name == REPORTS)]
        n = sum(len(part.outer.test) for part in parts)
        twins = sum(part.n_twins for part in parts)
        what = (
            "published reports, trained on all authors" if name == REPORTS else f"{len(parts)} folds of authors, pooled"
        )
        return f"### {what}: {n:,} statements; {twins} near duplicates left out of training"


def _options() -> argparse.Namespace:
    names = [peer.name for peer in PEERS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--build", action="store_true", help="make the environments of peers that need their own, and end"
    )
    parser.add_argument("--peers", default=",".join(names), help=f"which of {', '.join(names)}; all by default")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time, each on one core")
    parser.add_argument("--check", action="store_true", help="exit with 3 if a peer is not behind wenti")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--taxonomy", type=Path, default=Path(taxonomy_path()))
    parser.add_argument("--cache", type=Path, default=ROOT / "benchmarks" / ".cache")
    options = parser.parse_args()
    wanted = set(options.peers.split(","))
    if unknown := sorted(wanted - set(names)):
        parser.error(f"--peers: {', '.join(unknown)} not among {', '.join(names)}")
    options.peers = [peer for peer in PEERS if peer.name in wanted]
    return options


def compare(options: argparse.Namespace) -> int:
    """Print the tables and return the exit code."""
    for peer in options.peers:
        if not peer.is_built:
            print(f"{peer.name}: skipped, its environment is missing or old; build it with: {BUILD}", file=sys.stderr)
    peers = [peer for peer in options.peers if peer.is_built]
    benchmark = Benchmark(options.corpus, options.taxonomy, options.cache)
    about = {peer.name: json.loads(run_peer(peer, "--about")) for peer in peers}
    tables = benchmark.tables(benchmark.ask(peers, about, options.jobs))
    for name, rows in tables.items():
        print(benchmark.title(name), markdown(rows), sep="\n\n", end="\n\n")
    for peer in peers:
        stated = (f"{p['name']} {p['version']} ({p['licence']})" for p in about[peer.name]["packages"])
        print(f"- {peer.name}: {', '.join(stated)}")
    worse = [f"{name}, {line}" for name, rows in tables.items() for line in not_behind(rows)]
    if worse:
        print("\nNot behind wenti:", *worse, sep="\n")
    elif any(peer.name == WENTI for peer in peers):
        print("\nwenti is ahead of every peer in every figure.")
    return 3 if worse and options.check else 0


def main() -> int:
    """Build the environments, or compare."""
    options = _options()
    try:
        if options.build:
            for environment in sorted({peer.environment for peer in options.peers} - {""}):
                print(f"building {environment}", file=sys.stderr)
                build(environment)
            return 0
        return compare(options)
    except (WentiError, PeerError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
