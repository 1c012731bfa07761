"""Corrected prevalence on held-out units: its error against counting tags, and how often its interval holds the truth.

Usage: python benchmarks/prevalence.py [--corpus corpus] [--jobs 2] [--write PAGE]

The units are those of the authors who name them, each judged by a model that saw nothing of the author's fold; what
corrects them was learned from the other folds. Units are drawn at random, with replacement, so that a known share of them
shows a type (the "artificial prevalence protocol" of quantification). ``counted``: the share of units with a tag, and its
score interval. ``corrected``: what the report shows beside it. The error is the mean distance from the share in the draw;
an interval should hold the share that was drawn from. ``unit of 3``: three units of one author taken for one, which has
more statements than those that were learned from. With ``--write``, the tables replace what stands between
``<!-- prevalence -->`` and ``<!-- /prevalence -->`` in the page.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# Run as a file, this folder is on the path, not the one above.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from benchmarks.sections import check_section, write_section
from numpy.typing import NDArray

from wenti.cross_validation import count_statements, decided_across_folds, out_of_fold_scores
from wenti.held_out_prevalence import HeldOutUnits, fit_quantifier
from wenti.intervals import wilson
from wenti.leakage import Signatures, near_duplicates
from wenti.markdown import aligned
from wenti.modelling import SECTION_PRIORS, Corpus, category_numbers, held_out_units
from wenti.quantification import Quantifier, intervals, likeliest_ratios, shares
from wenti.taxonomy import load_taxonomy
from wenti.training import Settings

SECTION = "prevalence"
SIZES = (10, 30, 100, 300)
SHARES = (0.05, 0.2, 0.4, 0.6, 0.8)
MERGED = (1, 2, 3)
_SEED = 0
_FEWEST = 3  # units with a type, and without, to draw from


@dataclass(slots=True)
class Tally:
    """Errors and coverage of some draws."""

    counted: list[float] = field(default_factory=list)
    corrected: list[float] = field(default_factory=list)
    counted_held: list[bool] = field(default_factory=list)
    corrected_held: list[bool] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)

    def cells(self) -> list[str]:
        """Return the cells of a row of the table."""
        errors = float(np.mean(self.counted)), float(np.mean(self.corrected))
        return [
            str(len(self.counted)),
            f"{errors[0]:.3f}",
            f"{errors[1]:.3f}",
            f"{errors[1] / errors[0]:.2f}",
            f"{np.mean(self.counted_held):.3f}",
            f"{np.mean(self.corrected_held):.3f}",
            f"{np.mean(self.widths):.2f}",
        ]


@dataclass(frozen=True, slots=True)
class Draw:
    """Some units of a fold of which a known share shows a type."""

    size: int
    share: float
    label: int
    units: HeldOutUnits
    tagged: NDArray[np.bool_]


def held_out(corpus_path: Path, n_jobs: int) -> tuple[HeldOutUnits, NDArray[np.bool_], NDArray[np.int64]]:
    """Return the units of the corpus, the tags of their statements, and the index of each type's category."""
    taxonomy = load_taxonomy()
    corpus = Corpus.read(corpus_path, taxonomy)
    table, targets = count_statements(corpus.all, taxonomy, Settings())
    signatures = Signatures.of([row.text for row in corpus.all])
    twins = near_duplicates(signatures, signatures)
    folds, authors = corpus.fold_names, np.arange(len(corpus.authors))
    scores = out_of_fold_scores(table, targets, folds, authors, Settings(), n_jobs, twins)
    probabilities, decided = decided_across_folds(scores, targets, folds)
    found, prior = held_out_units(corpus, probabilities, targets), SECTION_PRIORS["findings"]
    # The same rows with tags for gold labels, to lay them out alike; a tag of no weakness counts for none.
    n_kinds = targets.n_kinds
    kinds = probabilities[:, :n_kinds] * np.array(prior)
    weak = kinds.argmax(axis=1) == targets.kinds.index("weakness")
    over = decided["medium"].tags & weak[:, None]
    tags = np.hstack([probabilities[:, :n_kinds], over.astype(np.float64)])
    rows = held_out_units(corpus, tags, targets, prior=(1, 1, 1, 1))
    return found, rows.probabilities > 0, category_numbers(targets)


def merged(units: HeldOutUnits, size: int) -> HeldOutUnits:
    """Return units of which `size` of one fold are one."""
    generator = np.random.default_rng(_SEED)
    group = np.zeros(len(units.fold), dtype=np.int64)
    folds: list[str] = []
    for fold in sorted(set(units.fold.tolist())):
        own = generator.permutation(np.flatnonzero(units.fold == fold))
        n_groups = len(own) // size
        group[own] = len(folds) + np.minimum(np.arange(len(own)) // size, n_groups - 1)
        folds += [fold] * n_groups
    return HeldOutUnits(units.probabilities, units.gold, group[units.unit], np.array(folds, dtype=np.str_))


def draws(units: HeldOutUnits, tags: NDArray[np.bool_], fold: str, sizes: tuple[int, ...]) -> Iterator[Draw]:
    """Yield draws from the units of a fold."""
    shown, tagged = units.shown, units.present(tags)
    own = units.fold == fold
    generator = np.random.default_rng(_SEED)
    for label in range(shown.shape[1]):
        showing, others = np.flatnonzero(own & shown[:, label]), np.flatnonzero(own & ~shown[:, label])
        if min(len(showing), len(others)) < _FEWEST:
            continue
        for size in sizes:
            for share in SHARES:
                n_showing = int(generator.binomial(size, share))
                chosen = np.concatenate(
                    [generator.choice(showing, n_showing), generator.choice(others, size - n_showing)]
                )
                yield Draw(size, share, label, units.part(chosen), tagged[chosen])


def add(tallies: Sequence[Tally], draw: Draw, quantifier: Quantifier) -> None:
    """Count one draw."""
    ratios = likeliest_ratios(quantifier.ratios(draw.units.probabilities), draw.units.unit, draw.size)
    estimates = shares(ratios)
    lower, upper = (bound[draw.label] for bound in intervals(ratios, estimates, quantifier.spread))
    estimate, true = float(estimates[draw.label]), float(draw.units.shown[:, draw.label].mean())
    counted = wilson(int(draw.tagged[:, draw.label].sum()), draw.size)
    for tally in tallies:
        tally.counted.append(abs(counted.share - true))
        tally.corrected.append(abs(estimate - true))
        tally.counted_held.append(counted.lower <= draw.share <= counted.upper)
        tally.corrected_held.append(bool(lower <= draw.share <= upper))
        tally.widths.append(float(upper - lower))


def measure(units: HeldOutUnits, tags: NDArray[np.bool_], sizes: tuple[int, ...]) -> dict[str, Tally]:
    """Return tallies by size of the draw, by true share and by both levels together."""
    found: dict[str, Tally] = defaultdict(Tally)
    for fold in sorted(set(units.fold.tolist())):
        quantifier = fit_quantifier(units.part(np.flatnonzero(units.fold != fold)))
        assert quantifier is not None
        for draw in draws(units, tags, fold, sizes):
            names = ("all draws", f"{draw.size} units", f"true share {draw.share:.0%}")
            add([found[name] for name in names], draw, quantifier)
    return found


def natural(units: HeldOutUnits, tags: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the errors of counting and of correcting over all units of each fold, as they are."""
    tagged, shown = units.present(tags), units.shown
    errors = []
    for fold in sorted(set(units.fold.tolist())):
        own = np.flatnonzero(units.fold == fold)
        estimated = units.part(own).estimated(units.part(np.flatnonzero(units.fold != fold)).fitted())
        true = shown[own].mean(axis=0)
        errors.append((np.abs(tagged[own].mean(axis=0) - true).mean(), np.abs(estimated - true).mean()))
    return float(np.mean([e[0] for e in errors])), float(np.mean([e[1] for e in errors]))


def tables(units: HeldOutUnits, tags: NDArray[np.bool_], category: NDArray[np.int64]) -> str:
    """Return the tables in Markdown."""
    head = ["draws", "counted: error", "corrected: error", "ratio", "counted: held", "corrected: held", "width"]
    rows = []
    found = measure(units, tags, SIZES)
    order = ["all draws", *(f"{size} units" for size in SIZES), *(f"true share {share:.0%}" for share in SHARES)]
    rows += [[f"types, {name}", *found[name].cells()] for name in order]
    of_categories = units.of_categories(category)
    tags_of = np.stack([tags[:, category == c].any(axis=1) for c in range(int(category.max()) + 1)], axis=1)
    rows.append(["categories, 100 units", *measure(of_categories, tags_of, (100,))["100 units"].cells()])
    for size in MERGED[1:]:
        whole = merged(units, size)
        rows.append([f"types, 100 units of {size}", *measure(whole, tags, (100,))["100 units"].cells()])
    table = aligned([["held-out units", *head], *rows])
    lines = []
    for size in MERGED:
        counted, corrected = natural(merged(units, size), tags)
        lines.append([str(size), f"{counted:.4f}", f"{corrected:.4f}", f"{corrected / counted:.2f}"])
    plain = aligned([["units in one", "counted: error", "corrected: error", "ratio"], *lines])
    n_folds = len(set(units.fold.tolist()))
    first = f"{len(units.fold)} units of {n_folds} folds, {len(units.unit)} statements, {units.gold.shape[1]} types."
    return "\n".join([first, "", *table, "", "All units of each fold, as they are:", "", *plain])


def main() -> None:
    """Print or write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    if options.write is not None:
        check_section(options.write, SECTION)
    text = tables(*held_out(options.corpus, options.jobs))
    if options.write is not None:
        write_section(options.write, SECTION, text)
    else:
        print(text)


if __name__ == "__main__":
    main()
