"""Tagging and counting on one machine and on a Dask cluster, by number of statements and of workers.

Usage: python benchmarks/scale.py [--least 10000] [--most 1000000] [--write PAGE]

Run it in the environment that has wenti installed, with its extra ``dask``. Statements are those of the corpus, shuffled
and repeated, in Parquet partitions; reports are the published ones, repeated under other names, their statements tagged
once. What is timed is the command as a whole, its start included. Other work on the machine can only slow it down, so the
fastest of three turns is told, and of the largest tables the only one. Workers are processes of one thread on this machine:
with as many of them as it has processors, the scheduler and the command take from theirs. The results of all settings
must be the same.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path, not the one above

from benchmarks.measure import Measured, MeasureError, measure  # noqa: E402
from benchmarks.sections import check_section, write_section  # noqa: E402

from wenti.errors import WentiError  # noqa: E402
from wenti.markdown import NOTHING, aligned  # noqa: E402

REPORTS = ROOT / "corpus" / "reports" / "jiyuan_evaluations.txt"
SECTIONS = ("scale-tag", "scale-count")
PARTITION = 50_000  # statements
FEWEST_PARTITIONS = 8
UNITS = 3000
TURNS = 3
LARGE = 5_000_000  # statements that are worked on once


@dataclass(frozen=True, slots=True)
class Run:
    """What a command took, and of the workers of a cluster: CPU seconds of all, and MB of the largest."""

    measured: Measured
    worker_cpu: float | None = None
    worker_memory: float = 0


Setting = tuple[str, int]
"""Processes on this machine, or workers of a cluster, and how many."""
HERE, THERE = "processes", "workers"
TAGGING: tuple[Setting, ...] = ((HERE, 1), (HERE, 2), (THERE, 1), (THERE, 2))
COUNTING: tuple[Setting, ...] = ((HERE, 1), (THERE, 1), (THERE, 2))
NAMES = {(HERE, 1): "1 process", (HERE, 2): "2 processes", (THERE, 1): "1 worker", (THERE, 2): "2 workers"}
HEADER = (
    *("statements", "partitions", "where", "wall, s", "statements/s"),
    *("CPU of the command, s", "of the workers, s", "largest process, MB"),
)


# What is read


def write_texts(folder: Path, n: int) -> None:
    """Write partitions of statements to tag."""
    import pandas as pd

    files = sorted((ROOT / "corpus" / "statements").glob("*.tsv"))
    texts = [line.split("\t")[2] for file in files for line in file.read_text(encoding="utf-8").splitlines()[1:]]
    random.Random(0).shuffle(texts)
    endless = itertools.cycle(texts)
    for number, size in enumerate(_sizes(n)):
        table = pd.DataFrame({"text": list(itertools.islice(endless, size))})
        table.to_parquet(folder / f"{number:05}.parquet", index=False)


def write_statements(folder: Path, n: int, suffix: str) -> None:
    """Write partitions of tagged statements of reports, each report under a name of its own."""
    import numpy as np
    import pandas as pd

    table = _tagged_reports()
    generator = np.random.default_rng(0)
    part = table["report"].str.split("#").str[1].astype(int).to_numpy()
    copies = (_renamed(table, part, number, generator) for number in itertools.count())
    pending = next(copies)
    for number, size in enumerate(_sizes(n)):
        while len(pending) < size:
            more = list(itertools.islice(copies, (size - len(pending)) // len(table) + 1))
            pending = pd.concat([pending, *more], ignore_index=True)
        rows, pending = pending.iloc[:size], pending.iloc[size:]
        if suffix == "csv":
            rows.to_csv(folder / f"{number:05}.csv", index=False, encoding="utf-8-sig", lineterminator="\r\n")
        else:
            rows.to_parquet(folder / f"{number:05}.parquet", index=False)


def _sizes(n: int) -> Iterator[int]:
    size = min(PARTITION, -(-n // FEWEST_PARTITIONS))
    for first in range(0, n, size):
        yield min(size, n - first)


def _tagged_reports() -> Any:
    import pandas as pd

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "tagged.parquet"
        measure([_wenti(), "tag", str(REPORTS), str(target)])
        return pd.read_parquet(target)


def _renamed(table: Any, part: Any, number: int, generator: Any) -> Any:
    """Return the statements as of other units and projects; some weaknesses are in no finding, others each time."""
    unit = generator.integers(0, UNITS, part.max() + 1)[part]
    units = [f"某省某市第{one}单位" for one in unit.tolist()]
    return table.assign(
        report=[f"reports/2022/{number:07}.txt#{one}" for one in part.tolist()],
        unit=units,
        units=units,
        project=table["project"] + f"（{number}）",
        finding=table["finding"].where(generator.random(len(table)) > 0.3),
    )


# What is timed


def _wenti() -> str:
    found = shutil.which("wenti", path=os.path.dirname(sys.executable))
    if found is None:
        raise MeasureError("wenti is not installed beside this Python")
    return found


@contextmanager
def cluster(n_workers: int) -> Iterator[Any]:
    """Give a client of a new cluster of worker processes."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=n_workers, threads_per_worker=1, dashboard_address=":0", silence_logs="CRITICAL"
        ) as started,
        Client(started) as client,
    ):
        yield client


def run_in(setting: Setting, command: Sequence[str]) -> Run:
    """Run a command of wenti in a setting."""
    where, n = setting
    if where == HERE:
        return Run(measure([_wenti(), *command, *(["--jobs", str(n)] if command[0] == "tag" else [])]))
    with cluster(n) as client:
        before = sum(cpu for cpu, _ in client.run(_usage).values())
        measured = measure([_wenti(), *command, "--dask", client.scheduler.address])
        usages = client.run(_usage).values()
    return Run(measured, sum(cpu for cpu, _ in usages) - before, max(memory for _, memory in usages))


def _usage() -> tuple[float, float]:
    """Return CPU seconds and the largest resident memory of this process so far, in MB.

    What the system calls the largest of all may be that of the process that started this one.
    """
    usage = resource.getrusage(resource.RUSAGE_SELF)
    with open("/proc/self/status", encoding="ascii") as status:
        largest = next(int(line.split()[1]) * 1024 / 1e6 for line in status if line.startswith("VmHWM"))
    return usage.ru_utime + usage.ru_stime, largest


def time_tagging(n: int, settings: Sequence[Setting]) -> list[Run]:
    """Tag a folder of partitions in each setting."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "texts"
        source.mkdir()
        write_texts(source, n)

        def run(setting: Setting, target: Path) -> Run:
            return run_in(setting, ["tag", str(source), str(target)])

        return _fastest_runs(n, run, settings, Path(folder), _rows)


def time_counting(n: int, settings: Sequence[Setting], suffix: str) -> list[Run]:
    """Count a folder of partitions in each setting."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "statements"
        source.mkdir()
        write_statements(source, n, suffix)

        def run(setting: Setting, target: Path) -> Run:
            return run_in(setting, ["report", str(source), "-o", str(target.with_suffix(".csv"))])

        return _fastest_runs(n, run, settings, Path(folder), lambda target: target.with_suffix(".csv").read_bytes())


def _fastest_runs(
    n: int,
    run: Callable[[Setting, Path], Run],
    settings: Sequence[Setting],
    folder: Path,
    result: Callable[[Path], Any],
) -> list[Run]:
    """Run each setting in turn, and check that all give the same result."""
    runs: list[list[Run]] = [[] for _ in settings]
    first = None
    for turn in range(1 if n >= LARGE else TURNS):
        for number, setting in enumerate(settings):
            target = folder / f"out-{turn}-{number}"
            runs[number].append(run(setting, target))
            found = result(target)
            first = found if first is None else first
            if found != first:
                raise MeasureError(f"{setting} gives another result than {settings[0]}")
            shutil.rmtree(target, ignore_errors=True)
    return [min(turns, key=lambda each: each.measured.wall) for turns in runs]


def _rows(folder: Path) -> list[tuple[str, int]]:
    """Return the checksum of each table's rows."""
    import pandas as pd

    files = sorted(folder.glob("*.parquet"))
    return [(file.name, int(pd.util.hash_pandas_object(pd.read_parquet(file)).sum())) for file in files]


# What is told


def rows_of(n: int, partitions: str, settings: Sequence[Setting], runs: Sequence[Run]) -> Iterator[list[str]]:
    """Yield a row of a table for each setting."""
    for setting, run in zip(settings, runs, strict=True):
        taken = run.measured
        yield [
            *(f"{n:,}", partitions, NAMES[setting], f"{taken.wall:.1f}", f"{n / taken.wall:,.0f}", f"{taken.cpu:.1f}"),
            NOTHING if run.worker_cpu is None else f"{run.worker_cpu:.1f}",
            f"{max(taken.memory, run.worker_memory):.0f}",
        ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--least", type=int, default=10_000, help="fewest statements; each step takes ten times as many"
    )
    parser.add_argument("--most", type=int, default=1_000_000, help="most statements")
    parser.add_argument("--write", type=Path, help="page that gets the tables")
    options = parser.parse_args(arguments)
    try:
        if options.write is not None:
            for name in SECTIONS:
                check_section(options.write, name)
        steps = [n for n in (options.least * 10**power for power in range(9)) if n <= options.most]
        tagging, counting = [list(HEADER)], [list(HEADER)]
        for n in steps:
            tagging += rows_of(n, "Parquet", TAGGING, time_tagging(n, TAGGING))
            for suffix, called in (("parquet", "Parquet"), ("csv", "CSV")):
                counting += rows_of(n, called, COUNTING, time_counting(n, COUNTING, suffix))
        for name, table in zip(SECTIONS, (tagging, counting), strict=True):
            content = "\n".join(aligned(table))
            sys.stdout.write(f"{content}\n\n")
            if options.write is not None:
                write_section(options.write, name, content)
    except (MeasureError, WentiError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
