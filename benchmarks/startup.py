"""Cold start of ``classify`` against bare Python, as a ratio of CPU time in one run.

Usage: python benchmarks/startup.py [--most RATIO] [--runs N]

Run it in the environment that has wenti installed. With ``--most`` the exit code is 1 if the ratio is larger.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

# Run as a file, this folder is on the path, not the one above.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measure import BARE_PYTHON, measure, median, median_ratio


def main() -> int:
    """Time both commands in turn and print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=float, help="largest ratio allowed")
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    classify = [str(Path(sys.executable).with_name("classify")), "项目预算执行率低"]
    shipped = {"WENTI_MODEL": None}
    pairs = [(measure(BARE_PYTHON), measure(classify, environment=shipped)) for _ in range(options.runs + 1)][1:]
    bare, cold = zip(*pairs, strict=True)
    ratio = median_ratio([run.cpu for run in cold], [run.cpu for run in bare])
    print(
        f"bare Python {median(bare).cpu:.4f} s, classify {median(cold).cpu:.4f} s, ratio {ratio:.2f} "
        f"(CPU, {options.runs} runs)"
    )
    return 1 if options.most is not None and ratio > options.most else 0


if __name__ == "__main__":
    sys.exit(main())
