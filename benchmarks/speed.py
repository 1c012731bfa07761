"""wenti and its peers: cold start, memory, statements a second, and quality, in one run and one table.

Usage: python benchmarks/speed.py [--build] [--peers A,B] [--quick] [--check] [--write PAGE]

Run it in the environment that has wenti installed; ``--build`` first makes the environments of the peers that need their
own. All are trained on the same statements of the authors and saved (benchmarks/.cache keeps them); what is timed is a
process of its own each time, from start to end: one that answers one text, and one that reads a CSV and writes it with
kind and types, on one core. The same process answers the statements of the published reports, and the quality beside the
speed is that of these answers. All take turns, and ratios are medians over the turns. With ``--check`` a budget that is
not held makes the exit code 3.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path, not the one above

from benchmarks.entrants import CONTESTANTS, PIPELINE, Entrant, Trainer  # noqa: E402
from benchmarks.measure import BARE_PYTHON, ONE_THREAD, Measured, MeasureError, measure, median, median_ratio  # noqa: E402
from benchmarks.peers.exchange import words  # noqa: E402
from benchmarks.peers.registry import WENTI, PeerError, build, run_peer  # noqa: E402
from benchmarks.sections import check_section, write_section  # noqa: E402

from wenti.errors import WentiError  # noqa: E402
from wenti.markdown import NOTHING, aligned  # noqa: E402
from wenti.resources import taxonomy_path  # noqa: E402

BUILD = "python benchmarks/speed.py --build"
TEXT = "项目预算执行率低"
SECTION = "speed"
BARE = "bare Python"


@dataclass(frozen=True, slots=True)
class Timing:
    """What one contestant took, a run each turn: one text; all its statements; and a tenth of them."""

    cold: tuple[Measured, ...]
    n: int
    bulk: tuple[Measured, ...]
    tenth: tuple[Measured, ...]

    def rates(self, by: str = "wall") -> list[float]:
        """Return the statements a second of the whole process, each turn, by ``wall`` or ``cpu`` time."""
        return [self.n / getattr(run, by) for run in self.bulk]

    @property
    def warm(self) -> float:
        """Statements a second without the start: of what the whole has more than a tenth; 0 where that is too little."""
        more = statistics.median(whole.wall - few.wall for whole, few in zip(self.bulk, self.tenth, strict=True))
        return (self.n - self.n // 10) / more if more > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """A contestant with all that stands in its line."""

    title: str
    timing: Timing
    kind: float
    micro_f1: float


@dataclass(frozen=True, slots=True)
class Results:
    """What was measured: bare Python, and the contestants, turn by turn in the same order."""

    bare: tuple[Measured, ...]
    rows: tuple[Row, ...]

    def row(self, title: str) -> Row | None:
        """Return the contestant of that name."""
        return next((row for row in self.rows if row.title == title), None)

    def slower_to_start(self, row: Row, than: Sequence[Measured], by: str = "wall") -> float:
        """Return how many times as long a cold start takes, by ``wall`` or ``cpu`` time."""
        return median_ratio([getattr(run, by) for run in row.timing.cold], [getattr(run, by) for run in than])

    def faster(self, row: Row, than: Row, by: str = "wall") -> float:
        """Return how many times as many statements a second are answered."""
        return median_ratio(row.timing.rates(by), than.timing.rates(by))


HEADER = (
    "",
    "cold start, s",
    "× bare Python",
    "× wenti",
    "memory, MB",
    "statements",
    "statements/s",
    "its start apart",
    "wenti is × as fast",
    "memory for them, MB",
    "kind",
    "types, micro-F1",
)


def markdown(results: Results) -> str:
    """Return the table."""
    wenti = results.row(WENTI)
    bare = median(results.bare)
    to_wenti = NOTHING
    if wenti is not None:
        to_wenti = f"{1 / results.slower_to_start(wenti, results.bare):.2f}"
    cells = [list(HEADER), [BARE, f"{bare.wall:.3f}", "1.0", to_wenti, f"{bare.memory:.1f}", *[NOTHING] * 7]]
    for row in results.rows:
        cold, bulk = median(row.timing.cold), median(row.timing.bulk)
        cells.append(
            [
                row.title,
                f"{cold.wall:.3f}",
                f"{results.slower_to_start(row, results.bare):.1f}",
                NOTHING if wenti is None else f"{results.slower_to_start(row, wenti.timing.cold):.1f}",
                f"{cold.memory:.1f}",
                f"{row.timing.n:,}",
                f"{statistics.median(row.timing.rates()):,.0f}",
                f"{row.timing.warm:,.0f}" if row.timing.warm else NOTHING,
                NOTHING if wenti is None else f"{results.faster(wenti, row):.1f}",
                f"{bulk.memory:.0f}",
                f"{row.kind:.3f}",
                f"{row.micro_f1:.3f}",
            ]
        )
    return "\n".join(aligned(cells))


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit, and what was found, by wall time and by CPU time; None where it was not measured.

    Wall time decides. On a busy machine it is the less reliable of the two.
    """

    what: str
    limit: float
    is_least: bool
    found: float | None
    by_cpu: float | None = None

    @property
    def is_held(self) -> bool:
        """Whether it was measured and is within the limit."""
        if self.found is None:
            return False
        return self.found >= self.limit if self.is_least else self.found <= self.limit

    def __str__(self) -> str:
        """Say it in a line."""
        if self.found is None:
            return f"- not measured: {self.what}"
        cpu = "" if self.by_cpu is None else f" ({self.by_cpu:.1f} by CPU time)"
        return f"- {'held' if self.is_held else 'missed'}: {self.what}: {self.found:.1f}{cpu}"


def budgets(results: Results) -> list[Budget]:
    """Return the budgets of the issue with what was found."""
    wenti, pipeline = results.row(WENTI), results.row(PIPELINE)
    memory: float | None = None
    start: list[float | None] = [None, None]
    start_ratio, bulk_ratio = start.copy(), start.copy()
    if wenti is not None:
        memory = median(wenti.timing.cold).memory
        start = [results.slower_to_start(wenti, results.bare, by) for by in ("wall", "cpu")]
        if pipeline is not None:
            start_ratio = [results.slower_to_start(pipeline, wenti.timing.cold, by) for by in ("wall", "cpu")]
            bulk_ratio = [results.faster(wenti, pipeline, by) for by in ("wall", "cpu")]
    return [
        Budget("cold start at most 3 times bare Python", 3, False, *start),
        Budget(f"cold start at least 50 times as fast as {PIPELINE}", 50, True, *start_ratio),
        Budget("cold start in at most 20 MB", 20, False, memory),
        Budget(f"many statements at least 20 times as fast as {PIPELINE}", 20, True, *bulk_ratio),
    ]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured: turns of the cold start and of many statements, after one that does not count."""

    cold: int
    bulk: int
    statements: int


FULL, QUICK = Extent(15, 3, 1_000_000), Extent(1, 1, 400)


class Race:
    """Entrants that take turns.

    Parameters
    ----------
    entrants : sequence of Entrant
    texts : sequence of str
        What they are given, again and again until there are enough.
    folder : Path
        For inputs and answers.
    """

    def __init__(self, entrants: Sequence[Entrant], texts: Sequence[str], folder: Path) -> None:
        self._entrants = entrants
        self._texts = texts
        self._folder = folder
        self._core = max(os.sched_getaffinity(0))

    def cold(self, turns: int) -> Iterator[list[Measured]]:
        """Yield for each turn bare Python and the entrants answering one text."""
        for turn in range(turns + 1):
            runs = [measure(BARE_PYTHON)]
            for entrant in self._entrants:
                text = " ".join(words(TEXT)) if entrant.contestant.is_cut else TEXT
                runs.append(measure(entrant.one(text), environment=entrant.environment, cwd=ROOT))
            _progress(f"cold start {turn}/{turns}")
            if turn:
                yield runs

    def bulk(self, turns: int, n: int) -> Iterator[list[tuple[Measured, Measured]]]:
        """Yield for each turn the entrants answering their statements, and a tenth of them."""
        for turn in range(turns):
            runs = []
            for entrant in self._entrants:
                own = n // entrant.contestant.one_in
                _progress(f"many statements {turn + 1}/{turns}: {entrant.contestant.title}")
                runs.append((self._tag(entrant, own), self._tag(entrant, own // 10)))
            yield runs

    def _tag(self, entrant: Entrant, n: int) -> Measured:
        return self.answer(entrant, islice(cycle(self._texts), n), f"{n}")[1]

    def answer(self, entrant: Entrant, texts: Iterable[str], name: str) -> tuple[Path, Measured]:
        """Have an entrant answer texts; inputs of the same name are written once."""
        is_cut = entrant.contestant.is_cut
        source = self._folder / f"{name}{'-cut' if is_cut else ''}.csv"
        if not source.exists():
            with source.open("w", encoding="utf-8", newline="") as lines:
                rows = csv.writer(lines)
                rows.writerow(["text"])
                rows.writerows([" ".join(words(text)) if is_cut else text] for text in texts)
        target = self._folder / "answers.csv"
        target.unlink(missing_ok=True)
        command = entrant.many(source, target)
        return target, measure(command, core=self._core, environment=entrant.environment | ONE_THREAD, cwd=ROOT)


def _progress(what: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{what:<70}", end="", file=sys.stderr, flush=True)


def race(trainer: Trainer, entrants: Sequence[Entrant], extent: Extent) -> Results:
    """Measure all entrants: quality first, which also warms up, then one text, then many."""
    with tempfile.TemporaryDirectory() as folder:
        ground = Race(entrants, trainer.texts, Path(folder))
        quality = [trainer.quality(ground.answer(entrant, trainer.reports, "reports")[0]) for entrant in entrants]
        bare, *cold = zip(*ground.cold(extent.cold), strict=True)
        bulk = zip(*ground.bulk(extent.bulk, extent.statements), strict=True)
        rows = []
        for entrant, one, many, (kind, micro_f1) in zip(entrants, cold, bulk, quality, strict=True):
            whole, tenth = zip(*many, strict=True)
            timing = Timing(one, extent.statements // entrant.contestant.one_in, whole, tenth)
            rows.append(Row(entrant.contestant.title, timing, kind, micro_f1))
    _progress("")
    return Results(bare, tuple(rows))


def machine() -> str:
    """Say what kind of machine this is, and whether it is busy."""
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}; load {load:.1f} at the start"
    )


def compare(options: argparse.Namespace) -> int:
    """Print the table and what it rests on, and return the exit code."""
    begun = machine()
    if options.write is not None:
        check_section(options.write, SECTION)
    contestants = []
    for contestant in options.contestants:
        if contestant.home.is_built:
            contestants.append(contestant)
        else:
            said = f"skipped, its environment is missing or old; build it with: {BUILD}"
            print(f"{contestant.title}: {said}", file=sys.stderr)
    trainer = Trainer(options.corpus, options.taxonomy, options.cache)
    homes = {contestant.peer: contestant.home for contestant in contestants}
    about = {name: json.loads(run_peer(home, "--about")) for name, home in homes.items()}
    entrants = []
    for contestant in contestants:
        _progress(f"training: {contestant.title}")
        entrants.append(trainer.entrant(contestant, about[contestant.peer]))
    results = race(trainer, entrants, options.extent)
    lines = [markdown(results), ""]
    found = budgets(results)
    lines += [*map(str, found), ""]
    for contestant in contestants:
        stated = (f"{p['name']} {p['version']} ({p['licence']})" for p in about[contestant.peer]["packages"])
        lines.append(f"- {contestant.title}: {', '.join(stated)}")
    turns = f"medians of {options.extent.cold} turns (cold) and {options.extent.bulk} (many statements)"
    lines.append(f"- {begun}; {turns}; {len(trainer.reports)} statements of the reports")
    page = "\n".join(lines)
    print(page)
    if options.write is not None:
        write_section(options.write, SECTION, page)
    return 3 if options.check and not all(budget.is_held for budget in found) else 0


def _options() -> argparse.Namespace:
    names = list(dict.fromkeys(contestant.peer for contestant in CONTESTANTS))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", action="store_true", help="make the environments that are missing, then compare")
    parser.add_argument("--peers", default=",".join(names), help=f"which of {', '.join(names)}; all by default")
    parser.add_argument(
        "--quick", action="store_true", help="few statements and turns: a trial of the benchmark itself"
    )
    parser.add_argument("--check", action="store_true", help="exit with 3 if a budget is not held")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="also put the table into this page")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--taxonomy", type=Path, default=Path(taxonomy_path()))
    parser.add_argument("--cache", type=Path, default=ROOT / "benchmarks" / ".cache")
    options = parser.parse_args()
    wanted = set(options.peers.split(","))
    if unknown := sorted(wanted - set(names)):
        parser.error(f"--peers: {', '.join(unknown)} not among {', '.join(names)}")
    options.contestants = [contestant for contestant in CONTESTANTS if contestant.peer in wanted]
    options.extent = QUICK if options.quick else FULL
    return options


def main() -> int:
    """Build the environments if asked to, and compare."""
    options = _options()
    try:
        if options.build:
            missing = {c.home.environment for c in options.contestants if not c.home.is_built}
            for environment in sorted(missing):
                print(f"building {environment}", file=sys.stderr)
                build(environment)
        return compare(options)
    except (WentiError, PeerError, MeasureError, ValueError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
