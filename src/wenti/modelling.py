"""From a corpus to a model's directory: folds, calibration, final fit, plain arrays, model card."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import wenti
from wenti.artifact import MANIFEST, write_artifact
from wenti.calibration import KIND_THRESHOLDS
from wenti.classifier import Classifier
from wenti.corpus import FOLDS_NAME, LabelledStatement, check_folds, corpus_hash, read_corpus, read_folds
from wenti.cross_validation import (
    Calibrated,
    count_statements,
    decided_across_folds,
    figures_held_out,
    figures_of_decided,
    out_of_fold_scores,
)
from wenti.errors import CheckError, CorpusError, OutputError
from wenti.evaluation import Targets, stated_figures
from wenti.held_out_prevalence import HeldOutUnits, quantifiers
from wenti.leakage import Pairs, Signatures, near_duplicates
from wenti.model_card import model_card
from wenti.packing import pack
from wenti.parameters import THRESHOLDS
from wenti.taxonomy import Taxonomy
from wenti.training import Heads, Settings, SpanTable, count_spans, fit_heads, settings_manifest

Floats = NDArray[np.float64]

_MAX_FIGURE = 0.005
_MAX_DIFFERENT = 0.001  # share of statements that may be decided otherwise on another machine

MAX_CHARACTERS = 1000
"""A longer text is no statement: it is answered, but for a person to judge."""

SECTION_PRIORS = {
    # weakness, strength, fact, recommendation: how much likelier a kind is in a section than in the corpus. Set by what
    # the sections are for, not estimated: eight reports are the test. Background and achievements yield no weaknesses.
    "overview": (0.0, 0.5, 2.0, 0.02),
    "conclusion": (0.5, 1.5, 2.0, 0.05),
    "achievements": (0.0, 2.0, 1.0, 0.02),
    "findings": (1.5, 0.7, 0.7, 0.1),
    "requirements": (0.05, 0.05, 0.05, 2.0),
}


@dataclass(frozen=True, slots=True)
class Corpus:
    """The two parts of a corpus folder, the authors' folds, and the hashes of the published reports' files."""

    authors: tuple[LabelledStatement, ...]
    reports: tuple[LabelledStatement, ...]
    folds: dict[str, str]
    published: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: str | Path, taxonomy: Taxonomy) -> Corpus:
        """Read ``statements/``, ``folds.tsv`` and, if there is one, ``reports/`` below a folder.

        Raises
        ------
        InputError
            If something is missing or unreadable.
        CorpusError
            If a file has a fault, or the folds do not fit the authors.
        """
        root = Path(path)
        authors = read_corpus(root / "statements", taxonomy)
        folds = read_folds(root / FOLDS_NAME)
        unknown = sorted(folds.keys() - {row.author for row in authors})
        if unknown:
            raise CorpusError("folds_author", file=str(root / FOLDS_NAME), author=unknown[0])
        reports = root / "reports"
        published = tuple(sorted(sha256(file.read_bytes()).hexdigest() for file in reports.glob("*.txt")))
        labelled = read_corpus(reports, taxonomy) if reports.is_dir() else ()
        return cls(authors, labelled, folds, published)

    @property
    def all(self) -> tuple[LabelledStatement, ...]:
        """Everything the shipped model trains on."""
        return self.authors + self.reports

    @property
    def fold_names(self) -> NDArray[np.str_]:
        """The fold of each of :attr:`all`, empty for those that are in none."""
        return np.array([self.folds.get(row.author, "") for row in self.authors] + [""] * len(self.reports))


def train_model(
    corpus: Corpus,
    taxonomy: Taxonomy,
    out: str | Path,
    settings: Settings | None = None,
    n_jobs: int = 2,
    progress: Callable[[str], None] = lambda step: None,
) -> dict[str, Any]:
    """Evaluate on folds, fit on everything, and write the model.

    Parameters
    ----------
    corpus : Corpus
    taxonomy : Taxonomy
        Whose types the labels are.
    out : str or Path
        Folder to write; its old model is replaced at the end.
    settings : Settings, optional
    n_jobs : int, default=2
        Processes.
    progress : callable
        Told the message key of each step.

    Returns
    -------
    dict
        The figures: ``folds`` (authors, each fold by a model of the others) and ``reports`` (the published reports, by
        a model of the authors alone, each statement by itself without its section).

    Raises
    ------
    OutputError
        If the folder holds something other than a model, or cannot be written.
    CorpusError
        If there are fewer than two folds.
    """
    _check_target(out)
    check_folds(corpus.folds.values())
    chosen = settings if settings is not None else Settings()
    n_kinds = len(taxonomy.kinds)
    everything = corpus.all
    authors = np.arange(len(corpus.authors))

    progress("step_cut")
    texts = [row.text for row in everything]
    spans, targets = count_statements(everything, taxonomy, chosen)

    progress("step_folds")
    signatures = Signatures.of(texts)
    twins = near_duplicates(signatures, signatures)
    found, calibrated, prevalence = cross_validate(corpus, spans, targets, authors, chosen, twins, n_jobs, progress)
    evaluation = {name: stated_figures(part) for name, part in found.items()}

    progress("step_fit")
    heads = fit_heads(spans, np.arange(len(everything)), targets.flags, n_kinds, chosen, n_jobs)
    progress("step_pack")
    facts = {
        "wenti": wenti.__version__,
        "taxonomy": {"version": taxonomy.version, "sha256": taxonomy.sha256},
        "corpus": {"sha256": corpus_hash(everything), "statements": len(everything)},
        "features": settings_manifest(chosen),
        "labels": label_names(taxonomy),
        "trained_on": list(corpus.published) if corpus.reports else [],
        "evaluation": evaluation,
        "prevalence": prevalence,
    }
    _write(out, facts, heads, spans, texts, signatures, calibrated)
    return evaluation


def cross_validate(
    corpus: Corpus,
    table: SpanTable,
    targets: Targets,
    pool: NDArray[np.int64],
    settings: Settings,
    twins: Pairs,
    n_jobs: int = 1,
    progress: Callable[[str], None] = lambda step: None,
) -> tuple[dict[str, dict[str, Any]], Calibrated, dict[str, Any] | None]:
    """Return figures of the folds and of the reports, both by authors alone, and the calibration of all folds.

    The third is what corrects prevalence, see :mod:`wenti.held_out_prevalence`.

    Parameters
    ----------
    corpus : Corpus
    table, targets : SpanTable, Targets
        Spans and gold labels of ``corpus.all``.
    pool : ndarray of int64
        Those of the authors' statements that may train.
    settings : Settings
    twins : Pairs
        Near duplicates of the corpus with itself.
    n_jobs : int, default=1
        Processes.
    progress : callable
        Told when the reports begin.
    """
    folds = corpus.fold_names
    held_out = out_of_fold_scores(table, targets, folds, pool, settings, n_jobs, twins)
    probabilities, decided = decided_across_folds(held_out, targets, folds)
    parts = {"folds": figures_of_decided(probabilities, decided, held_out, targets, folds)}
    tested = np.flatnonzero(folds != "")
    calibrated = Calibrated.fit(held_out.scores[tested], targets.rows(tested))
    prevalence = quantifiers(held_out_units(corpus, probabilities, targets), category_numbers(targets))

    progress("step_reports")
    if corpus.reports:
        reports = np.array([""] * len(corpus.authors) + ["reports"] * len(corpus.reports))
        alone = out_of_fold_scores(table, targets, reports, pool, settings, n_jobs, twins)
        parts["reports"] = figures_held_out(alone, calibrated, targets, reports)
    return parts, calibrated, prevalence


def held_out_units(
    corpus: Corpus, probabilities: Floats, targets: Targets, prior: Sequence[float] = SECTION_PRIORS["findings"]
) -> HeldOutUnits:
    """Return the statements of the authors' units with the probabilities of models that have not seen them."""
    return HeldOutUnits.of(probabilities, targets, [row.unit for row in corpus.all], corpus.fold_names, prior)


def category_numbers(targets: Targets) -> NDArray[np.int64]:
    """Return the index of each type's category."""
    return np.array([targets.categories.index(label.split(".")[0]) for label in targets.types], dtype=np.int64)


def _check_target(out: str | Path) -> None:
    """Refuse, before the work, a folder that holds something other than a model."""
    target = Path(out)
    if target.exists() and not target.is_dir():
        raise OutputError("not_a_folder", file=str(out))
    if target.is_dir() and any(target.iterdir()) and not (target / MANIFEST).is_file():
        raise OutputError("not_a_model_folder", file=str(out))


def _write(
    out: str | Path,
    facts: dict[str, Any],
    heads: Heads,
    spans: SpanTable,
    texts: list[str],
    signatures: Signatures,
    calibrated: Calibrated,
) -> None:
    n_kinds = len(facts["labels"]["kinds"])
    packed = pack(heads, spans)
    exact = heads.scores(spans.counts)
    stored = packed.scores(count_spans(packed.trie, texts), heads.bias)
    calibration = calibrated.calibration
    before, after = calibration.probabilities(exact), calibration.probabilities(stored)
    types_changed = sum(
        int(((before[:, n_kinds:] >= values) != (after[:, n_kinds:] >= values)).sum())
        for values in calibrated.thresholds.values()
    )
    manifest = {
        **facts,
        "scales": packed.scales.tolist(),
        "bias": heads.bias.tolist(),
        "calibration": calibration.manifest(),
        "thresholds": {
            name: {
                "kind": KIND_THRESHOLDS[name],
                "types": values.tolist(),
            }
            for name, values in calibrated.thresholds.items()
        },
        "section_priors": {role: list(prior) for role, prior in SECTION_PRIORS.items()},
        "limits": {"characters": MAX_CHARACTERS},
        "quantisation": {
            "largest_score_change": float(np.abs(exact - stored).max()),
            "kinds_changed": int((before[:, :n_kinds].argmax(axis=1) != after[:, :n_kinds].argmax(axis=1)).sum()),
            "types_changed": types_changed,
        },
    }
    write_artifact(os.fspath(out), manifest, packed.arrays() | signatures.arrays())
    (Path(out) / "README.md").write_text(model_card(manifest), encoding="utf-8", newline="\n")


def compare_models(model: Classifier, fresh: Classifier, corpus: str | Path, taxonomy: Taxonomy) -> float:
    """Check that a model decides as another does on a corpus.

    Returns
    -------
    float
        Largest share of statements, over the thresholds, whose kind or types differ.

    Raises
    ------
    CheckError
        If the models come from different corpora, the figures stated are not the same, or more than one statement in a
        thousand is decided otherwise.
    """
    hashes = [classifier.manifest.get("corpus", {}).get("sha256") for classifier in (model, fresh)]
    if None in hashes or hashes[0] != hashes[1]:
        raise CheckError("model_differs", file=model.path, detail="corpus.sha256")
    _compare_figures(model, fresh)
    texts = [row.text for row in Corpus.read(corpus, taxonomy).all]
    worst = 0.0
    for threshold in THRESHOLDS:
        decisions = [
            [(p.kind, frozenset(tag.id for tag in p.types)) for p in classifier.predict(texts, threshold=threshold)]
            for classifier in (model, fresh)
        ]
        different = sum(one != other for one, other in zip(*decisions, strict=True)) / len(texts)
        if different > _MAX_DIFFERENT:
            raise CheckError("model_differs", file=model.path, detail=f"{threshold}: {different:.2%}")
        worst = max(worst, different)
    return worst


def _compare_figures(model: Classifier, fresh: Classifier) -> None:
    """Check that the figures a model states are those of the fresh training."""
    stated, found = (classifier.manifest.get("evaluation", {}) for classifier in (model, fresh))
    if stated.keys() != found.keys():
        raise CheckError("model_differs", file=model.path, detail="evaluation")
    for part in found:
        for name, figure in found[part].items():
            if isinstance(figure, list):  # intervals and pairs follow from the rest
                continue
            values = [
                entry[name].get("share") if isinstance(figure, dict) else entry[name]
                for entry in (stated[part], found[part])
            ]
            if None not in values and abs(values[0] - values[1]) > _MAX_FIGURE:
                raise CheckError("model_differs", file=model.path, detail=f"{part}.{name}")


def label_names(taxonomy: Taxonomy) -> dict[str, list[dict[str, str]]]:
    """Return ids and names of kinds, categories and types."""
    return {
        "kinds": [{"id": k.id, "name": k.name, "english": k.english} for k in taxonomy.kinds],
        "categories": [{"id": c.id, "name": c.name, "english": c.english} for c in taxonomy.categories],
        "types": [{"id": t.id, "name": t.name, "english": t.english, "category": t.category} for t in taxonomy.types()],
    }
