"""Cold start of ``classify`` against bare Python, as a ratio of CPU time in one run.

Usage: python benchmarks/startup.py [--most RATIO] [--runs N]

Run it in the environment that has wenti installed. With ``--most`` the exit code is 1 if the ratio is larger.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path


def cpu_seconds(command: list[str]) -> float:
    """Return user and system time of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Time both commands in turn and print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=float, help="largest ratio allowed")
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    classify = [str(Path(sys.executable).with_name("classify")), "项目预算执行率低"]
    bare = [sys.executable, "-c", "pass"]
    os.environ.pop("WENTI_MODEL", None)
    pairs = [(cpu_seconds(bare), cpu_seconds(classify)) for _ in range(options.runs + 1)][1:]
    bare_median, classify_median = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(c / b for b, c in pairs)
    print(
        f"bare Python {bare_median:.4f} s, classify {classify_median:.4f} s, ratio {ratio:.2f} (CPU, {options.runs} runs)"
    )
    return 1 if options.most is not None and ratio > options.most else 0


if __name__ == "__main__":
    sys.exit(main())
