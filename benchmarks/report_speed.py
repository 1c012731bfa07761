"""How long a weakness report of many reports takes, step by step, and how much memory.

Usage: python benchmarks/report_speed.py [--reports N] [--statements N] [--turns N] [--check] [--write PAGE]

Run it in the environment that has wenti installed. Reports are published result pages made of the statements of all
authors, each with a unit, a project, a year and a score; they are read first, which is not counted. Then they are tagged,
aggregated and rendered in every format, in one process of its own, each turn anew; modules count in the step that first
needs them. The peer of the same process is plain classification of the same texts; ratios are of CPU time, which other
work on the machine disturbs least, and medians over the turns. With ``--check`` a budget that is not held makes the exit
code 3.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path, not the one above

from benchmarks.invented import numbered, result_page, sentence  # noqa: E402
from benchmarks.measure import MeasureError, measure, median_ratio  # noqa: E402
from benchmarks.sections import check_section, write_section  # noqa: E402

from wenti.api import evidence_of, measures_of, names_of, read_all  # noqa: E402
from wenti.classifier import Classifier  # noqa: E402
from wenti.corpus import LabelledStatement, read_corpus  # noqa: E402
from wenti.errors import WentiError  # noqa: E402
from wenti.markdown import NOTHING, aligned  # noqa: E402
from wenti.output import write_whole  # noqa: E402
from wenti.records import Report, Stamp  # noqa: E402
from wenti.segmentation import statements_of  # noqa: E402
from wenti.sentences import STOPS  # noqa: E402
from wenti.tagging import tag_reports  # noqa: E402
from wenti.taxonomy import load_taxonomy  # noqa: E402

if TYPE_CHECKING:
    from benchmarks.speed import Budget

    from wenti.rendering import Rendering
    from wenti.summary import Summary

T = TypeVar("T")

SECTION = "report-speed"
FORMATS = (".docx", ".xlsx", ".html", ".md", ".json")
PEER, TAG, AGGREGATE, LAY_OUT = "classify the texts", "tag", "aggregate", "blocks of all pages"
STEPS = (PEER, TAG, AGGREGATE, LAY_OUT, *FORMATS)
_MOST_SECONDS, _MOST_MEMORY = 30, 1000  # of the issue, for 50,000 statements of 1,000 reports
_SHARES = {"fact": 0.1, "strength": 0.14, "recommendation": 0.2}  # of a report's statements; all others are weaknesses
_EACH_POINT = 4  # statements
_UNITS = 300
_FIRST_YEAR = 2020
_RESET_PEAK = "5"


@dataclass(frozen=True, slots=True)
class Step:
    """What a step took: seconds, the largest resident memory while it ran, and the size of what it wrote, in MB."""

    name: str
    wall: float
    cpu: float
    memory: float
    written: float | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One process: what it had read, and its steps, the peer first."""

    reports: int
    statements: int
    steps: tuple[Step, ...]

    @property
    def own(self) -> tuple[Step, ...]:
        """The steps without the peer."""
        return self.steps[1:]


# What is read


def write_reports(folder: Path, n_reports: int, n_statements: int) -> None:
    """Write files of one report each, all different, with `n_statements` statements; those of a point are of one type."""
    pools, types = _pools()
    pick = random.Random(0)
    counts = {kind: round(share * n_statements) for kind, share in _SHARES.items()}
    n_weaknesses = n_statements - 1 - sum(counts.values())  # and one statement of the score
    for number in range(n_reports):
        told = {kind: list(itertools.islice(pools[kind], count)) for kind, count in counts.items()}
        points = []
        for first in range(0, n_weaknesses, _EACH_POINT):
            size = min(_EACH_POINT, n_weaknesses - first)
            points.append("".join(map(sentence, itertools.islice(pools[pick.choice(types)], size))))
        page = _page(number, told, points, pick.uniform(60, 95))
        (folder / f"{number:05}.txt").write_text(page, encoding="utf-8")


def _pools() -> tuple[dict[str, Iterator[str]], list[str]]:
    """Return endless statements by kind, weaknesses by type, and the type of each weakness: the usual come often."""
    texts: dict[str, list[str]] = {}
    types = []
    for statement in filter(_is_one, read_corpus(ROOT / "corpus" / "statements", load_taxonomy())):
        name = statement.kind
        if statement.kind == "weakness":
            name = statement.types[0] if statement.types else name
            types.append(name)
        texts.setdefault(name, []).append(statement.text)
    for pool in texts.values():
        random.Random(0).shuffle(pool)
    return {name: itertools.cycle(pool) for name, pool in texts.items()}, types


def _is_one(statement: LabelledStatement) -> bool:
    """Tell what is read as one statement: without a stop or a contrast inside."""
    return not any(mark in statement.text.rstrip(STOPS) for mark in (*STOPS, "，但", "，然而", "，不过"))


def _page(number: int, told: Mapping[str, Sequence[str]], points: Sequence[str], score: float) -> str:
    year = _FIRST_YEAR + number // _UNITS
    return result_page(
        "某省预算绩效评价结果",
        f"{year}年度第{number}号项目",
        f"某省某市第{number % _UNITS}单位",
        year + 1,
        (
            ("项目概况", ["".join(map(sentence, told["fact"]))] if told["fact"] else []),
            ("评价结论", [f"绩效评价得分{score:.1f}分，等级为“{'良' if score >= 80 else '中'}”。"]),
            ("主要成效", numbered(told["strength"])),
            ("主要问题", numbered(points)),
            ("整改要求", numbered(told["recommendation"])),
        ),
    )


# What is timed


class Clock:
    """Steps of this process, one after the other."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def time(self, name: str, work: Callable[[], T], written: Path | None = None) -> T:
        """Do a piece of work and note what it took."""
        Path("/proc/self/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
        begun, cpu_begun = time.perf_counter(), time.process_time()
        result = work()
        wall, cpu = time.perf_counter() - begun, time.process_time() - cpu_begun
        size = None if written is None else written.stat().st_size / 1e6
        self.steps.append(Step(name, wall, cpu, _peak(), size))
        return result


def _peak() -> float:
    """Return the largest resident memory since it was last reset, in MB."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 / 1e6 for line in status if line.startswith("VmHWM"))


def work_through(folder: Path) -> Turn:
    """Read a folder of reports, and tag, aggregate and render them with the clock running; errors end it."""
    reports = [report for file in read_all([folder]) for report in _sound(file.reports, file.fault)]
    texts = [s.text for report in reports for section in report.sections for _, s in statements_of(section)]
    model, tree = Classifier.load(), load_taxonomy()
    clock = Clock()
    clock.time(PEER, lambda: model.predict(texts))
    statements, findings = clock.time(TAG, lambda: tag_reports(reports, model))

    def aggregate_all() -> Summary:
        from wenti.aggregation import Background, aggregate

        stamp = Stamp("", "", tree.version, tree.sha256, "medium", "")
        evidence = evidence_of(model, statements)
        background = Background(names_of(model, tree), stamp, measures_of(tree), evidence)
        return aggregate(reports, statements, findings, background)

    summary = clock.time(AGGREGATE, aggregate_all)
    _render(clock, summary, folder.parent)
    return Turn(len(reports), len(statements), tuple(clock.steps))


def _render(clock: Clock, summary: Summary, folder: Path) -> None:
    """Write all formats, as one command does that is given several files."""
    from wenti.rendering import PLAIN, Rendering

    rendering = Rendering(summary, "zh", PLAIN)
    clock.time(LAY_OUT, lambda: rendering.content)
    for suffix in FORMATS:
        target = folder / f"report{suffix}"
        clock.time(suffix, partial(_write, rendering, target), target)


def _write(rendering: Rendering, target: Path) -> None:
    from wenti.rendering import RENDERERS

    write_whole(target, RENDERERS[target.suffix](rendering))


def _sound(reports: Sequence[Report], fault: WentiError | None) -> Sequence[Report]:
    if fault is not None:
        raise fault
    return reports


def turns_of(options: argparse.Namespace) -> list[Turn]:
    """Run a process for each turn."""
    with tempfile.TemporaryDirectory() as name:
        folder, told = Path(name, "reports"), Path(name, "turn.json")
        folder.mkdir()
        write_reports(folder, options.reports, options.statements)
        turns = []
        for _ in range(options.turns):
            measure([sys.executable, __file__, "--inside", str(folder)], stdout=told)
            turn = json.loads(told.read_text(encoding="utf-8"))
            turns.append(Turn(turn["reports"], turn["statements"], tuple(Step(**step) for step in turn["steps"])))
    return turns


# What is told


def took(turns: Sequence[Turn], by: str, names: Sequence[str] | None = None) -> list[float]:
    """Return what steps took together in each turn, by ``wall`` or ``cpu`` time; by default all but the peer."""
    return [
        sum(getattr(step, by) for step in turn.steps if step.name in (names or [own.name for own in turn.own]))
        for turn in turns
    ]


def markdown(turns: Sequence[Turn]) -> str:
    """Return the table of the steps, medians over the turns, with what they are together."""
    rows = [["", "seconds", "CPU, s", f"× {PEER}", "peak, MB", "written, MB"]]
    peers = took(turns, "cpu", [PEER])
    for step in turns[0].steps:
        memory = statistics.median(other.memory for turn in turns for other in turn.steps if other.name == step.name)
        written = NOTHING if step.written is None else f"{step.written:.1f}"
        rows.append([step.name, *_cells(turns, peers, [step.name]), f"{memory:.0f}", written])
    rows.append(["all but the peer", *_cells(turns, peers), f"{_memory(turns):.0f}", NOTHING])
    return "\n".join(aligned(rows))


def _cells(turns: Sequence[Turn], peers: Sequence[float], names: Sequence[str] | None = None) -> list[str]:
    wall, cpu = (took(turns, by, names) for by in ("wall", "cpu"))
    return [f"{statistics.median(wall):.2f}", f"{statistics.median(cpu):.2f}", f"{median_ratio(cpu, peers):.1f}"]


def _memory(turns: Sequence[Turn]) -> float:
    return statistics.median(max(step.memory for step in turn.own) for turn in turns)


def budgets(turns: Sequence[Turn]) -> list[Budget]:
    """Return the budgets of the issue with what was found."""
    from benchmarks.speed import Budget  # not above: it loads what the timed process must not have loaded

    wall, cpu = (statistics.median(took(turns, by)) for by in ("wall", "cpu"))
    return [
        Budget(f"all steps in at most {_MOST_SECONDS} s", _MOST_SECONDS, False, wall, cpu),
        Budget(f"in at most {_MOST_MEMORY} MB", _MOST_MEMORY, False, _memory(turns)),
    ]


def compare(options: argparse.Namespace) -> int:
    """Print the table and what it rests on, and return the exit code."""
    from benchmarks.speed import machine

    begun = machine()
    if options.write is not None:
        check_section(options.write, SECTION)
    turns = turns_of(options)
    found = budgets(turns)
    made = f"{turns[0].statements:,} statements of {turns[0].reports:,} reports"
    lines = [markdown(turns), "", *map(str, found), "", f"- {made}; {begun}; medians of {len(turns)} turns"]
    page = "\n".join(lines)
    print(page)
    if options.write is not None:
        write_section(options.write, SECTION, page)
    return 3 if options.check and not all(budget.is_held for budget in found) else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark, or one turn of it, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--statements", type=int, default=50, help="of each report")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="exit with 3 if a budget is not held")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="also put the table into this page")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)  # the timed process: a folder of reports
    options = parser.parse_args(arguments)
    try:
        if options.inside is not None:
            print(json.dumps(asdict(work_through(options.inside))))
            return 0
        return compare(options)
    except (WentiError, MeasureError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
