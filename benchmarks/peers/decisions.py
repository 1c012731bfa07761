"""From scores to tags by one rule for all, and from decisions to figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wenti.evaluation import Targets

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What is said of some texts: kind and likeliest type as indices, and the tags."""

    kinds: Indices
    first: Indices
    tags: Flags


def micro_f1(tags: Flags, gold: Flags) -> float:
    """Return 2 · hits / (tags + gold labels), 0 where there is neither."""
    return float(2 * (tags & gold).sum() / max(tags.sum() + gold.sum(), 1))


def macro_f1(tags: Flags, gold: Flags) -> float:
    """Return the mean F1 of the labels that are gold somewhere."""
    supported = gold.any(axis=0)
    if not supported.any():
        return 0.0
    return float(np.mean([micro_f1(tags[:, [label]], gold[:, [label]]) for label in np.flatnonzero(supported)]))


def best_threshold(scores: Floats, gold: Flags) -> float:
    """Return the score from which tagging has the highest micro-F1; the highest such score if several have.

    Examples
    --------
    >>> best_threshold(np.array([[0.9, 0.2], [0.4, 0.3]]), np.array([[True, False], [True, False]]))
    0.4
    """
    order = np.argsort(-scores, axis=None, kind="stable")
    ordered = scores.ravel()[order]
    hits = np.cumsum(gold.ravel()[order])
    f1 = 2 * hits / (np.arange(1, len(ordered) + 1) + gold.sum())
    last = np.append(ordered[1:] != ordered[:-1], True)  # equal scores are tagged together
    return float(ordered[int(np.where(last, f1, -1.0).argmax())])


def own_tags(scores: Floats, cut: float | None) -> Flags:
    """Return the tags that a peer itself gives: all from a score, or its first guess."""
    if cut is not None:
        return scores >= cut
    first: Flags = np.arange(scores.shape[1]) == scores.argmax(axis=1)[:, None]
    return first


def tag_rule(scores: Floats, gold: Flags, cut: float | None) -> tuple[str, Callable[[Floats], Flags]]:
    """Choose between one threshold and the peer's own decision by micro-F1 on held-out rows, and name the choice."""
    threshold = best_threshold(scores, gold)
    if micro_f1(own_tags(scores, cut), gold) > micro_f1(scores >= threshold, gold):
        return ("first guess" if cut is None else f"score ≥ {cut:g}"), lambda found: own_tags(found, cut)
    return "threshold", lambda found: found >= threshold


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of 1: kinds over all statements, the rest over weaknesses that have a type.

    ``main_type``: the first guess is the first gold type; ``first_type``: it is one of them.
    """

    kind: float
    main_type: float
    first_type: float
    micro_f1: float
    macro_f1: float
    category_macro_f1: float


def figures(decisions: Decisions, targets: Targets) -> Figures:
    """Compare decisions with gold labels."""
    rows = np.arange(len(decisions.kinds))
    right_kind = targets.flags[rows, decisions.kinds]
    gold = targets.gold_types
    counted = targets.kind_is("weakness") & gold.any(axis=1)
    tags, first, gold = decisions.tags[counted], decisions.first[counted], gold[counted]
    return Figures(
        kind=float(right_kind.mean()),
        main_type=float((first == targets.main[counted]).mean()),
        first_type=float(gold[np.arange(len(first)), first].mean()),
        micro_f1=micro_f1(tags, gold),
        macro_f1=macro_f1(tags, gold),
        category_macro_f1=macro_f1(targets.of_categories(tags), targets.of_categories(gold)),
    )
