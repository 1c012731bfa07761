"""What held-out units teach about correcting prevalence: how far probabilities can be trusted as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from wenti.evaluation import Targets
from wenti.quantification import Quantifier, likeliest_ratios, log_odds, log_odds_of, shares

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Names = NDArray[np.str_]

_FEWEST_FOLDS = 3  # with units: two to learn from, one to try it on
_WEAK_RIDGE = 100.0


@dataclass(frozen=True, slots=True)
class HeldOutUnits:
    """Statements of units, as they would stand in a section of findings, with held-out probabilities.

    Attributes
    ----------
    probabilities : ndarray of float64, shape (n_statements, n_labels)
        Of being a weakness with the label, by a model that saw nothing of the statement's fold.
    gold : ndarray of bool, shape (n_statements, n_labels)
    unit : ndarray of int64, shape (n_statements,)
    fold : ndarray of str, shape (n_units,)
    """

    probabilities: Floats
    gold: Flags
    unit: Ints
    fold: Names

    @classmethod
    def of(
        cls, probabilities: Floats, targets: Targets, units: Sequence[str], folds: Names, prior: Sequence[float]
    ) -> Self:
        """Lay out the weaknesses and facts of units in folds.

        Parameters
        ----------
        probabilities : ndarray of float64, shape (n_texts, n_kinds + n_types)
            Held-out and calibrated; NaN for texts in no fold.
        targets : Targets
        units : sequence of str
            Of each text; empty where none is named.
        folds : ndarray of str, shape (n_texts,)
        prior : sequence of float
            Weights of the kinds in a section of findings.
        """
        found = targets.kind_is("weakness") | targets.kind_is("fact")
        rows = np.flatnonzero(found & (np.array([bool(unit) for unit in units])) & (folds != ""))
        n_kinds = targets.n_kinds
        kinds = probabilities[rows, :n_kinds] * np.array(prior)
        weakness = kinds[:, targets.kinds.index("weakness")] / kinds.sum(axis=1)
        keys = [f"{folds[row]}\t{units[row]}" for row in rows.tolist()]
        names, unit = np.unique(np.array(keys, dtype=np.str_), return_inverse=True)
        gold = targets.gold_types[rows] & targets.kind_is("weakness")[rows][:, None]
        fold = np.array([name.split("\t")[0] for name in names.tolist()], dtype=np.str_)
        return cls(weakness[:, None] * probabilities[rows, n_kinds:], gold, unit.astype(np.int64), fold)

    def of_categories(self, category: Ints) -> HeldOutUnits:
        """Return the same by category; its probability is the largest of its types'."""
        members = [np.flatnonzero(category == index) for index in range(int(category.max(initial=-1)) + 1)]
        probabilities = np.stack([self.probabilities[:, columns].max(axis=1) for columns in members], axis=1)
        gold = np.stack([self.gold[:, columns].any(axis=1) for columns in members], axis=1)
        return HeldOutUnits(probabilities, gold, self.unit, self.fold)

    def part(self, units: Ints) -> HeldOutUnits:
        """Return some units; one that is named twice is two."""
        order = np.argsort(self.unit, kind="stable")
        first = np.searchsorted(self.unit[order], np.arange(len(self.fold) + 1))
        rows = [order[first[unit] : first[unit + 1]] for unit in units]
        number = np.repeat(np.arange(len(units)), [len(each) for each in rows])
        at = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
        return HeldOutUnits(self.probabilities[at], self.gold[at], number, self.fold[units])

    @property
    def shown(self) -> Flags:
        """Which units show which label by the gold tags, shape (n_units, n_labels)."""
        return self.present(self.gold)

    def present(self, flags: Flags) -> Flags:
        """Return which units have which label, of statements that have it."""
        found = np.zeros((len(self.fold), flags.shape[1]), dtype=bool)
        np.logical_or.at(found, self.unit, flags)
        return found

    def fitted(self) -> Quantifier:
        """Fit a quantifier without spread."""
        logits = log_odds(self.probabilities).reshape(-1, 1)
        gold = self.gold.ravel()
        fitted = LogisticRegression(C=_WEAK_RIDGE).fit(logits, gold)
        return Quantifier(float(fitted.coef_[0, 0]), float(fitted.intercept_[0]), float(gold.mean()), 0.0)

    def estimated(self, quantifier: Quantifier) -> Floats:
        """Return the corrected share of units of each label."""
        ratios = likeliest_ratios(quantifier.ratios(self.probabilities), self.unit, len(self.fold))
        return shares(ratios)


def fit_quantifier(units: HeldOutUnits) -> Quantifier | None:
    """Fit a quantifier, with the spread of its estimates around the true shares of folds that it has not seen.

    Parameters
    ----------
    units : HeldOutUnits

    Returns
    -------
    Quantifier or None
        None if there are too few folds with units, or nothing to learn from beside one of them.
    """
    folds = sorted(set(units.fold.tolist()))
    if len(folds) < _FEWEST_FOLDS:
        return None
    errors = []
    for fold in folds:
        own = units.part(np.flatnonzero(units.fold == fold))
        others = units.part(np.flatnonzero(units.fold != fold))
        if others.gold.all() or not others.gold.any():
            return None
        edge = 0.5 / len(own.fold)
        estimated, true = own.estimated(others.fitted()), own.shown.mean(axis=0)
        scale = [log_odds_of(np.clip(each, edge, 1 - edge)) for each in (estimated, true)]
        errors.append(scale[0] - scale[1])
    spread = float(np.sqrt(np.mean(np.square(np.concatenate(errors)))))
    whole = units.fitted()
    return Quantifier(whole.slope, whole.intercept, whole.prior, spread)


def quantifiers(units: HeldOutUnits, category: Ints) -> dict[str, Any] | None:
    """Return the quantifiers of types and categories as they stand in ``model.json``, or None without enough units."""
    found = {"types": fit_quantifier(units), "categories": fit_quantifier(units.of_categories(category))}
    return {name: each.manifest() for name, each in found.items() if each is not None} or None
