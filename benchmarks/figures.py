"""Key figures on the gold lists of corpus/figures: how many are found, and how many of the found are right.

Usage: python benchmarks/figures.py [--write PAGE]

A figure is right if its place, quantity and value are. The intervals take figures for independent, though those of a
statement are alike. With ``--write``, the table replaces what stands between ``<!-- figures -->`` and ``<!-- /figures -->``
in the page.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args, get_type_hints

# Run as a file, this folder is on the path, not the one above.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.sections import check_section, write_section

from wenti.figures import find_figures
from wenti.intervals import wilson
from wenti.markdown import NOTHING, aligned
from wenti.records import Figure, Share

GOLD = Path(__file__).resolve().parents[1] / "corpus" / "figures"
LISTS = ("dev", "test")
SECTION = "figures"
QUANTITIES: tuple[str, ...] = get_args(get_type_hints(Figure)["quantity"])
_ROUNDED, _ROUNDED_MONEY = 0.51e-4, 0.51e-6  # gold values have 4 decimals, money below 1 万元 has 6


@dataclass(frozen=True, slots=True)
class GoldFigure:
    """A figure of a gold list, with its place in the statement."""

    quantity: str
    value: float | str
    start: int
    end: int

    def is_found_as(self, figure: Figure) -> bool:
        """Tell whether a figure that was found is this one."""
        if (figure.quantity, figure.start, figure.end) != (self.quantity, self.start, self.end):
            return False
        if isinstance(self.value, str) or isinstance(figure.value, str):
            return figure.value == self.value
        tolerance = _ROUNDED_MONEY if figure.unit.endswith("元") and abs(self.value) < 1 else _ROUNDED
        return abs(figure.value - self.value) <= tolerance


@dataclass(frozen=True, slots=True)
class GoldStatement:
    """A statement of a gold list."""

    text: str
    figures: tuple[GoldFigure, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """How many figures there are, were found, and of these are right, by quantity."""

    support: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)

    def precision(self, quantity: str | None = None) -> Share:
        """Return the share of the found that is right, of one quantity or of all."""
        return self._share(self.found, quantity)

    def recall(self, quantity: str | None = None) -> Share:
        """Return the share of the gold figures that is found, of one quantity or of all."""
        return self._share(self.support, quantity)

    def _share(self, total: Counter[str], quantity: str | None) -> Share:
        if quantity is None:
            return wilson(self.right.total(), total.total())
        return wilson(self.right[quantity], total[quantity])


def read_gold(name: str) -> list[GoldStatement]:
    """Read a gold list; the places of figures follow from their order."""
    statements = []
    with (GOLD / f"{name}.jsonl").open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            figures, end = [], 0
            for figure in row["figures"]:
                start = row["text"].index(figure["text"], end)
                end = start + len(figure["text"])
                figures.append(GoldFigure(figure["quantity"], figure["value"], start, end))
            statements.append(GoldStatement(row["text"], tuple(figures)))
    return statements


def score(statements: Iterable[GoldStatement]) -> Score:
    """Find the figures of statements and compare them with the gold."""
    result = Score()
    for statement in statements:
        found = find_figures(statement.text)
        result.support.update(gold.quantity for gold in statement.figures)
        result.found.update(figure.quantity for figure in found)
        result.right.update(
            gold.quantity for gold in statement.figures if any(gold.is_found_as(figure) for figure in found)
        )
    return result


def markdown(scores: dict[str, Score]) -> str:
    """Return the table of several lists: a row a quantity, and the micro-average with its 95 % interval."""
    rows = [["list", "quantity", "support", "found", "precision", "recall"]]
    for name, result in scores.items():
        for quantity in QUANTITIES:
            shares = result.precision(quantity), result.recall(quantity)
            rows.append(
                [
                    name,
                    quantity,
                    str(result.support[quantity]),
                    str(result.found[quantity]),
                    *(f"{share.share:.3f}" if share.total else NOTHING for share in shares),
                ]
            )
        shares = result.precision(), result.recall()
        micro = (f"{share.share:.3f} [{share.lower:.3f}, {share.upper:.3f}]" for share in shares)
        rows.append([name, "micro", str(result.support.total()), str(result.found.total()), *micro])
    return "\n".join(aligned(rows))


def main(arguments: list[str] | None = None) -> None:
    """Print the table, and put it into a page if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the table into this page")
    options = parser.parse_args(arguments)
    if options.write is not None:
        check_section(options.write, SECTION)
    table = markdown({name: score(read_gold(name)) for name in LISTS})
    print(table)
    if options.write is not None:
        write_section(options.write, SECTION, table)


if __name__ == "__main__":
    main()
