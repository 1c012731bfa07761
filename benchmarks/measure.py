"""One way to measure a process: wall time, CPU time and peak memory (Linux)."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launch.py")
BARE_PYTHON = (sys.executable, "-c", "pass")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1")
"""Environment in which the usual libraries compute in one thread."""


class MeasureError(Exception):
    """A measured process failed."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a process took.

    Attributes
    ----------
    wall, cpu : float
        Seconds; CPU time of user and system, with that of the children it waited for.
    memory : float
        Largest resident memory of the process, or of one such child, in MB (10⁶ bytes).
    """

    wall: float
    cpu: float
    memory: float


def measure(
    command: Sequence[str],
    *,
    core: int | None = None,
    environment: Mapping[str, str | None] | None = None,
    stdin: str | os.PathLike[str] = os.devnull,
    stdout: str | os.PathLike[str] = os.devnull,
    cwd: str | os.PathLike[str] | None = None,
) -> Measured:
    """Run a command to its end.

    Parameters
    ----------
    command : sequence of str
        The program's full path, and arguments.
    core : int, optional
        The only processor it may use.
    environment : mapping, optional
        Changes to the environment; None takes a variable away.
    stdin, stdout : path
        Files; nothing by default.
    cwd : path, optional
        Folder it runs in.

    Raises
    ------
    MeasureError
        If it ends with another exit code than 0; with the last line of what it wrote to standard error.
    """
    with tempfile.TemporaryDirectory() as folder:
        errors = Path(folder) / "stderr"
        places = [os.path.abspath(stdin), os.path.abspath(stdout), str(errors)]
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(LAUNCHER), "-" if core is None else str(core), *places, *command],
            env=_changed(environment or {}), cwd=cwd, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        if done.returncode:
            raise MeasureError(f"{command[0]}: not measured, {done.returncode}, {_last_line(done.stderr)}")
        code, wall, cpu, kibibytes = done.stdout.split()
        if code != "0":
            said = errors.read_text(encoding="utf-8", errors="replace")
            raise MeasureError(f"{' '.join(command)}: {code}, {_last_line(said)}")
    return Measured(float(wall), float(cpu), int(kibibytes) * 1024 / 1e6)


def _changed(environment: Mapping[str, str | None]) -> dict[str, str]:
    merged = {**os.environ, **environment}
    return {name: value for name, value in merged.items() if value is not None}


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no message"])[-1]


def median(runs: Sequence[Measured]) -> Measured:
    """Return the medians over several runs, each quantity by itself."""
    return Measured(*(statistics.median(getattr(run, name) for run in runs) for name in ("wall", "cpu", "memory")))


def median_ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """Return the median of the quotients of runs that were made in turn, so that what disturbs both cancels out."""
    return statistics.median(a / b for a, b in zip(over, under, strict=True))
