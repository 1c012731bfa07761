"""How time and memory grow: with the corpus, the number of types, the length of texts, and the number of statements.

Usage: python benchmarks/growth.py [--only NAME]... [--quick] [--write PAGE]

Run it in the environment that has wenti and its extra ``plots`` installed; some 40 minutes. Every point is a run of
``wenti train`` or ``wenti tag`` of its own, in one process on one core, by CPU time and peak memory. Corpora larger than
the shipped one are filled up with recombined halves of its statements, and types are merged or split (``variants.py``).
Linear is what has an exponent of at most 1.1, over all points and between the last two. ``training`` also takes the wall
time of ``wenti train`` with two processes, and ``solver`` fits the heads here, to count the passes. With ``--write`` the
tables go into the page and the plots beside it.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, cycle, islice
from pathlib import Path

import numpy as np
import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path, not the one above

from benchmarks.curves import Curve, draw, growth_rows  # noqa: E402
from benchmarks.measure import ONE_THREAD, Measured, MeasureError, measure, median  # noqa: E402
from benchmarks.sections import check_section, write_section  # noqa: E402
from benchmarks.variants import (  # noqa: E402
    texts_of_length,
    variants,
    with_merged_types,
    with_split_types,
    write_corpus,
    write_tree,
)

from wenti.corpus import LabelledStatement  # noqa: E402
from wenti.cross_validation import count_statements  # noqa: E402
from wenti.errors import WentiError  # noqa: E402
from wenti.markdown import aligned  # noqa: E402
from wenti.modelling import MAX_CHARACTERS, Corpus  # noqa: E402
from wenti.output import write_whole  # noqa: E402
from wenti.resources import taxonomy_path  # noqa: E402
from wenti.taxonomy import load_taxonomy  # noqa: E402
from wenti.training import Settings, fit_heads  # noqa: E402

WENTI = str(Path(sys.executable).with_name("wenti"))
CLASSIFY = str(Path(sys.executable).with_name("classify"))
BUDGET_STATEMENTS, BUDGET_SECONDS = 20_000, 120
_TOLD = 1.2  # how many times that of a start a time must be to be told from it


@dataclass(frozen=True, slots=True)
class Sizes:
    """At which sizes is measured.

    Attributes
    ----------
    corpus : tuple of int
        Statements that train.
    labelled : int
        Statements that train where the types vary.
    parts : tuple of int
        Into how many each type is split; 0: the categories are the types.
    lengths : tuple of int
        Characters of a text.
    long : int
        Texts of each length.
    statements : tuple of int
        Statements that are tagged.
    probe : int
        Statements tagged with each trained model.
    budget : int
        Statements of the budget for training.
    turns : int
        Runs of each point of tagging; the median counts.
    """

    corpus: tuple[int, ...]
    labelled: int
    parts: tuple[int, ...]
    lengths: tuple[int, ...]
    long: int
    statements: tuple[int, ...]
    probe: int
    budget: int
    turns: int


FULL = Sizes(
    corpus=(1_000, 3_000, 10_000, 30_000, 100_000), labelled=10_000, parts=(0, 1, 2, 4),
    lengths=(10, 30, 100, 300, 1_000, 3_000, 10_000), long=10_000,
    statements=(1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000), probe=100_000, budget=BUDGET_STATEMENTS, turns=3,
)  # fmt: skip
QUICK = Sizes((60, 120), 60, (0, 1), (10, 100, 2_000), 20, (20, 200), 20, 60, 1)


@dataclass(frozen=True, slots=True)
class Study:
    """What came out: a table of the points, how they grow, and what is drawn.

    Attributes
    ----------
    name : str
        Of the section and the plot.
    points : list of list of str
        Cells, the header first.
    panels : list of list of Curve
        Curves, by panels of the plot.
    x_title : str
    notes : tuple of str
        Lines below.
    """

    name: str
    points: list[list[str]]
    panels: list[list[Curve]]
    x_title: str = ""
    notes: tuple[str, ...] = ()

    @property
    def markdown(self) -> str:
        """The tables, and the notes."""
        lines = aligned(self.points)
        if self.panels:
            lines += ["", *aligned(growth_rows([*chain.from_iterable(self.panels)]))]
        return "\n".join([*lines, *([""] if self.notes else []), *self.notes])


class Growth:
    """The studies.

    Parameters
    ----------
    corpus, taxonomy : Path
        What is grown from.
    sizes : Sizes
    folder : Path
        For corpora, models, inputs and answers.
    """

    def __init__(self, corpus: Path, taxonomy: Path, sizes: Sizes, folder: Path) -> None:
        self._path, self._tree = corpus, taxonomy
        self._corpus = Corpus.read(corpus, load_taxonomy(taxonomy))
        self._sizes = sizes
        self._folder = folder
        self._core = max(os.sched_getaffinity(0))
        order = np.random.default_rng(0).permutation(len(self._corpus.authors))
        self._statements = [self._corpus.authors[index] for index in order]

    def corpus(self) -> Study:
        """Training, and tagging with what was trained, by the number of training statements."""
        points = [
            ["statements", "training, s", "memory, MB", "spans", f"tagging {self._sizes.probe:,}, s", "memory, MB"]
        ]
        trained, tagged = [], []
        for n in self._sizes.corpus:
            _progress(f"corpus: {n:,}")
            model, run = self._train(self._grown(n), self._tree)
            trained.append(run)
            tagged.append(self._tag(self._probe(), model))
            points.append([f"{n:,}", *_cells(run), f"{_spans(model):,}", *_cells(tagged[-1])])
        panels = _panels(self._sizes.corpus, {"training": trained, "tagging": tagged})
        own = len(self._statements)
        note = f"{own:,} statements are the corpus's own; beyond these, halves of them are recombined."
        return Study("corpus", points, panels, "training statements", (note,))

    def solver(self) -> Study:
        """Fit all heads once: how often the solver goes over the statements, and what each nonzero takes it."""
        points = [
            ["statements", "spans", "nonzeros", "passes, kinds", "passes, types", "fitting, s", "ns a nonzero and pass"]
        ]
        taxonomy, settings = load_taxonomy(self._tree), Settings()
        for n in self._sizes.corpus:
            _progress(f"solver: {n:,}")
            table, targets = count_statements(self._grown(n), taxonomy, settings)
            start = time.process_time()
            heads = fit_heads(table, np.arange(n), targets.flags, targets.n_kinds, settings)
            seconds = time.process_time() - start
            nonzeros = table.counts[:, heads.columns].nnz
            kinds, types = (np.median(made[made > 0]) for made in np.split(heads.passes, [targets.n_kinds]))
            each = seconds / (nonzeros * heads.passes.sum()) * 1e9
            cells = [f"{n:,}", f"{len(heads.columns):,}", f"{nonzeros:,}", f"{kinds:.0f}", f"{types:.0f}"]
            points.append([*cells, f"{seconds:.1f}", f"{each:.2f}"])
        note = "Passes are medians over the heads. Most passes leave out the statements that lie far from the margin."
        return Study("solver", points, [], notes=(note,))

    def labels(self) -> Study:
        """Training and tagging by the number of types."""
        points = [
            ["types", "training, s", "memory, MB", "model, MB", f"tagging {self._sizes.probe:,}, s", "memory, MB"]
        ]
        counts, trained, tagged = [], [], []
        for parts in self._sizes.parts:
            tree = yaml.safe_load(self._tree.read_text(encoding="utf-8"))
            rows = self._grown(self._sizes.labelled)
            rows = with_split_types(rows, tree, parts) if parts else with_merged_types(rows, tree)
            counts.append(sum(len(category["types"]) for category in tree["categories"]))
            _progress(f"labels: {counts[-1]}")
            file = self._folder / "tree.yaml"
            write_tree(tree, file)
            model, run = self._train(rows, file)
            trained.append(run)
            tagged.append(self._tag(self._probe(), model))
            size = sum(part.stat().st_size for part in model.iterdir()) / 1e6
            points.append([f"{counts[-1]}", *_cells(run), f"{size:.1f}", *_cells(tagged[-1])])
        panels = _panels(counts, {"training": trained, "tagging": tagged})
        note = f"{self._sizes.labelled:,} training statements."
        return Study("labels", points, panels, "types", (note,))

    def length(self) -> Study:
        """Tagging and ``classify`` by the length of the texts."""
        n, lengths = self._sizes.long, self._sizes.lengths
        points = [["characters", f"tagging {n:,}, s", "memory, MB", "classify one, s", "memory, MB"]]
        texts = [row.text for row in self._statements]
        start = self._tag(self._written(texts[:1]))
        tagged, cold = [], []
        for length in lengths:
            _progress(f"length: {length:,}")
            file = self._written(texts_of_length(texts, length, n))
            tagged.append(self._tag(file))
            text = next(texts_of_length(texts, length, 1))
            cold.append(self._median([CLASSIFY, text]))
            points.append([f"{length:,}", *_cells(tagged[-1]), *_cells(cold[-1])])
        panels = _panels(lengths, {"tagging": tagged, "classify": cold}, {"tagging": start}, MAX_CHARACTERS)
        notes = (
            f"Tagging one text takes {start.cpu:.2f} s: that is the start. Exponents are those of up to {MAX_CHARACTERS:,}",
            "characters: of what is longer, and so no statement, the rest is read from the table but not judged.",
        )
        return Study("length", points, panels, "characters of a text", notes)

    def statements(self) -> Study:
        """Tagging by the number of statements."""
        points = [["statements", "tagging, s", "statements/s", "memory, MB"]]
        texts = [row.text for row in self._statements]
        start = self._tag(self._written(texts[:1]))
        tagged = []
        for n in self._sizes.statements:
            _progress(f"statements: {n:,}")
            tagged.append(self._tag(self._written(islice(cycle(texts), n))))
            seconds, memory = _cells(tagged[-1])
            points.append([f"{n:,}", seconds, f"{n / tagged[-1].cpu:,.0f}", memory])
        panels = _panels(self._sizes.statements, {"tagging": tagged}, {"tagging": start})
        note = f"Tagging one statement takes {start.cpu:.2f} s: that is the start."
        return Study("statements", points, panels, "statements", (note,))

    def training(self) -> Study:
        """``wenti train`` with two processes, by wall time, against its budget."""
        points = [["corpus", "statements", "wall, s", "largest process, MB"]]
        shipped = self._run_training(self._path, self._tree, jobs=2)[1]
        points.append(["as shipped", f"{len(self._corpus.all):,}", f"{shipped.wall:.1f}", f"{shipped.memory:.0f}"])
        rows = self._grown(self._sizes.budget)
        part = self._train(rows, self._tree, jobs=2)[1]
        points.append(["part of the authors", f"{len(rows):,}", f"{part.wall:.1f}", f"{part.memory:.0f}"])
        verdict = "held" if part.wall <= BUDGET_SECONDS else "missed"
        note = f"- {verdict}: training on {len(rows):,} statements in at most {BUDGET_SECONDS} s: {part.wall:.1f}"
        return Study("training", points, [], notes=(note,))

    def _grown(self, n: int) -> list[LabelledStatement]:
        """Return `n` statements: those of the authors in random order, then variants of them."""
        own = {row.text for row in self._statements}
        more = (row for row in variants(self._statements) if row.text not in own)
        rows = list(islice(chain(self._statements, more), n))
        if len(rows) < n:
            raise ValueError(f"{self._path}: only {len(rows):,} statements of the {n:,} can be made of this corpus")
        return rows

    def _train(self, rows: Sequence[LabelledStatement], tree: Path, jobs: int = 1) -> tuple[Path, Measured]:
        corpus = self._folder / "corpus"
        shutil.rmtree(corpus, ignore_errors=True)
        write_corpus(corpus, rows, self._corpus.folds)
        return self._run_training(corpus, tree, jobs)

    def _run_training(self, corpus: Path, tree: Path, jobs: int) -> tuple[Path, Measured]:
        model = self._folder / "model"
        shutil.rmtree(model, ignore_errors=True)
        command = [
            WENTI,
            "train",
            "--corpus",
            str(corpus),
            "--taxonomy",
            str(tree),
            "--out",
            str(model),
            "--jobs",
            str(jobs),
        ]
        core = self._core if jobs == 1 else None
        return model, measure(command, core=core, environment=ONE_THREAD)

    def _written(self, texts: Iterable[str]) -> Path:
        file = self._folder / "texts.csv"
        with file.open("w", encoding="utf-8", newline="") as lines:
            rows = csv.writer(lines)
            rows.writerow(["text"])
            rows.writerows([text] for text in texts)
        return file

    def _probe(self) -> Path:
        return self._written(islice(cycle(row.text for row in self._statements), self._sizes.probe))

    def _tag(self, source: Path, model: Path | None = None) -> Measured:
        """Tag a table with a model, by default the shipped one."""
        target = self._folder / "tagged.csv"
        return self._median([WENTI, "tag", str(source), str(target), "--jobs", "1"], model, target)

    def _median(self, command: list[str], model: Path | None = None, target: Path | None = None) -> Measured:
        """Measure a command on one core, several times; its old output is removed each time."""
        environment = ONE_THREAD | {"WENTI_MODEL": None if model is None else str(model)}
        runs = []
        for _ in range(self._sizes.turns):
            if target is not None:
                target.unlink(missing_ok=True)
            runs.append(measure(command, core=self._core, environment=environment))
        return median(runs)


STUDIES: dict[str, Callable[[Growth], Study]] = {
    "training": Growth.training,
    "corpus": Growth.corpus,
    "solver": Growth.solver,
    "labels": Growth.labels,
    "length": Growth.length,
    "statements": Growth.statements,
}


def _cells(run: Measured) -> list[str]:
    return [f"{run.cpu:.2f}", f"{run.memory:.0f}"]


def _spans(model: Path) -> int:
    """Return the number of spans of a model: the rows of its weights but the first, which is empty."""
    return len(np.load(model / "weights.npy", mmap_mode="r")) - 1


def _panels(
    x: Sequence[float],
    series: Mapping[str, Sequence[Measured]],
    start: Mapping[str, Measured] | None = None,
    limit: float = np.inf,
) -> list[list[Curve]]:
    """Return a panel of times and one of memory; exponents are those of sizes up to the limit."""
    sizes = tuple(x)
    times = []
    for title, runs in series.items():
        if start is not None and title in start:
            times.append(apart(f"{title}, start apart, s", sizes, runs, start[title], limit))
        else:
            times.append(Curve(f"{title}, s", sizes, tuple(run.cpu for run in runs), limit))
    memory = [Curve(f"{title}, MB", sizes, tuple(run.memory for run in runs), limit) for title, runs in series.items()]
    return [times, memory]


def apart(title: str, x: tuple[float, ...], runs: Sequence[Measured], start: Measured, limit: float = np.inf) -> Curve:
    """Return the times without that of a start.

    Sizes at which a run takes hardly longer than a start tell nothing and are left out, but two within the limit stay.
    """
    told = [run.cpu >= _TOLD * start.cpu for run in runs]
    first = min(told.index(True) if any(told) else len(x), sum(size <= limit for size in x) - 2)
    return Curve(title, x[first:], tuple(max(run.cpu - start.cpu, 1e-3) for run in runs[first:]), limit)


def _progress(what: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{what:<60}", end="", file=sys.stderr, flush=True)


def _studies(options: argparse.Namespace) -> Iterator[Study]:
    with tempfile.TemporaryDirectory() as folder:
        growth = Growth(options.corpus, options.taxonomy, QUICK if options.quick else FULL, Path(folder))
        for name in options.only or STUDIES:
            yield STUDIES[name](growth)
    _progress("")


def _publish(study: Study, page: Path) -> None:
    """Put a study into its section of a page, and its plot beside the page."""
    write_section(page, f"growth-{study.name}", study.markdown)
    if study.panels:
        images = page.parent / "images"
        images.mkdir(exist_ok=True)
        write_whole(images / f"growth-{study.name}.png", draw(study.panels, study.x_title))


def main() -> int:
    """Run the studies and print each as soon as it is done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=STUDIES, help="which study; all by default")
    parser.add_argument("--quick", action="store_true", help="few and small: a trial of the benchmark itself")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="also put the tables into this page, and draw")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--taxonomy", type=Path, default=Path(taxonomy_path()))
    options = parser.parse_args()
    try:
        if options.write is not None:
            for name in options.only or STUDIES:
                check_section(options.write, f"growth-{name}")
        for study in _studies(options):
            print(f"### {study.name}\n\n{study.markdown}\n", flush=True)
            if options.write is not None:
                _publish(study, options.write)
    except (WentiError, MeasureError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
