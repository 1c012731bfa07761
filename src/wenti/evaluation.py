"""From probabilities, tags and gold labels to figures, with supports and intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from wenti.corpus import LabelledStatement
from wenti.intervals import Resamples
from wenti.markdown import aligned
from wenti.metrics import LabelCounts, calibration_error, ratio_figure, share_figure

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Names = NDArray[np.str_]

MIN_CLUSTERS = 5
"""With fewer authors, reports or documents, intervals resample single statements: so few give none that holds."""

LENGTHS = {"1-10": 10, "11-18": 18, "19-36": 36, "37-60": 60, "61-": np.inf}
"""Bands of length in characters, each with its longest."""

_TOP = 3
_STATED = ("support", "precision", "recall", "f1", "f1_interval")
_STATED_CONFUSIONS = 12


@dataclass(frozen=True, slots=True)
class Targets:
    """Gold labels as arrays.

    Attributes
    ----------
    kinds : list of str
        Ids, in the order of the first columns.
    types : list of str
        Ids, in the order of the columns after them.
    flags : ndarray of bool, shape (n_texts, n_kinds + n_types)
    main : ndarray of int64, shape (n_texts,)
        Index of the main type, -1 where there is none.
    groups : ndarray of str, shape (n_texts,)
        Document, report or author of each text: the clusters of intervals.
    equally : ndarray of bool, shape (n_texts, n_types)
        Types that are as good as the main one.
    lengths : ndarray of int64, shape (n_texts,)
        Characters of each text.
    """

    kinds: list[str]
    types: list[str]
    flags: Flags
    main: Ints
    groups: Names
    equally: Flags
    lengths: Ints

    @classmethod
    def of(cls, statements: Sequence[LabelledStatement], kinds: list[str], types: list[str]) -> Self:
        """Lay out the labels of statements."""
        column = {label: index for index, label in enumerate([*kinds, *types])}
        flags = np.zeros((len(statements), len(column)), dtype=bool)
        equally = np.zeros((len(statements), len(types)), dtype=bool)
        main = np.full(len(statements), -1, dtype=np.int64)
        for row, statement in enumerate(statements):
            for label in (statement.kind, *statement.types):
                flags[row, column[label]] = True
            for label in statement.equally_right:
                equally[row, column[label] - len(kinds)] = True
            if statement.types:
                main[row] = column[statement.types[0]] - len(kinds)
        groups = np.array([row.source or row.report or row.author for row in statements], dtype=np.str_)
        lengths = np.array([len(row.text) for row in statements], dtype=np.int64)
        return cls(kinds, types, flags, main, groups, equally, lengths)

    def rows(self, index: Ints) -> Targets:
        """Return the targets of some texts."""
        flags, main, groups = self.flags[index], self.main[index], self.groups[index]
        return Targets(self.kinds, self.types, flags, main, groups, self.equally[index], self.lengths[index])

    def __len__(self) -> int:
        return len(self.main)

    @property
    def n_kinds(self) -> int:
        """How many of the columns are kinds."""
        return len(self.kinds)

    @property
    def gold_types(self) -> Flags:
        """The columns of the types."""
        return self.flags[:, self.n_kinds :]

    @property
    def categories(self) -> list[str]:
        """Ids of the categories, in the order of their types."""
        return list(dict.fromkeys(label.split(".")[0] for label in self.types))

    def of_categories(self, flags: Flags) -> Flags:
        """Return which categories have one of the types, shape (n_texts, n_categories)."""
        member = np.array([[label.split(".")[0] == c for c in self.categories] for label in self.types], dtype=bool)
        found: Flags = flags @ member
        return found

    def kind_is(self, kind: str) -> Flags:
        """Return which texts are of a kind."""
        return self.flags[:, self.kinds.index(kind)]

    # What a statement's equally right types mean is settled in these three.

    @property
    def right_types(self) -> Flags:
        """The types that a guess may name: the gold ones and those as good as the main one."""
        return self.gold_types | self.equally

    def is_main(self, guess: Ints) -> Flags:
        """Return where a type of each text is the main one, or as good."""
        right: Flags = (guess == self.main) | self.equally[np.arange(len(guess)), guess]
        return right

    def credited(self, tags: Flags) -> Flags:
        """Return the tags as they count against the gold types.

        A type as good as the main one counts as the main one where that was not tagged, and not at all where it was.
        """
        also = self.equally & ~self.gold_types
        result = tags & ~also
        instead = np.flatnonzero((tags & also).any(axis=1) & (self.main >= 0))
        result[instead, self.main[instead]] = True
        return result


@dataclass(frozen=True, slots=True)
class Decisions:
    """What is decided at one threshold.

    Attributes
    ----------
    tags : ndarray of bool, shape (n_texts, n_types)
        Types that reach their threshold.
    review : ndarray of bool, shape (n_texts,)
        What is left to a person: a weakness without type, an uncertain kind.
    """

    tags: Flags
    review: Flags


@dataclass(frozen=True, slots=True)
class _Answers:
    """What was answered, laid beside the gold labels.

    Attributes
    ----------
    kinds : ndarray of int64, shape (n_texts,)
        Likeliest kind.
    kind_probability : ndarray of float64, shape (n_texts,)
    ranked : ndarray of int64, shape (n_texts, n_types)
        Types, likeliest first.
    first_probability : ndarray of float64, shape (n_texts,)
    tags : ndarray of bool, shape (n_texts, n_types)
        As they count against the gold types.
    typed : ndarray of bool, shape (n_texts,)
        Weaknesses that have a gold type: what figures of types are over.
    resamples : Resamples
    """

    kinds: Ints
    kind_probability: Floats
    ranked: Ints
    first_probability: Floats
    tags: Flags
    typed: Flags
    resamples: Resamples

    @classmethod
    def of(cls, probabilities: Floats, tags: Flags, targets: Targets) -> Self:
        of_kinds = probabilities[:, : targets.n_kinds]
        kinds = of_kinds.argmax(axis=1)
        of_types = probabilities[:, targets.n_kinds :]
        tags = tags & (kinds != targets.kinds.index("fact"))[:, None]  # as in prediction: a fact gets no type
        typed = targets.kind_is("weakness") & targets.gold_types.any(axis=1)
        groups = targets.groups if len(set(targets.groups.tolist())) >= MIN_CLUSTERS else np.arange(len(targets))
        return cls(
            kinds,
            of_kinds.max(axis=1),
            np.argsort(-of_types, axis=1, kind="stable"),
            of_types.max(axis=1),
            targets.credited(tags),
            typed,
            Resamples.of(groups),
        )

    @property
    def first(self) -> Ints:
        """Likeliest type."""
        return self.ranked[:, 0]


def figures(probabilities: Floats, tags: Flags, targets: Targets, folds: Names | None = None) -> dict[str, Any]:
    """Return accuracy of kinds, types and categories with supports and 95 % intervals.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (n_texts, n_labels)
        Calibrated, kinds first.
    tags : ndarray of bool, shape (n_texts, n_types)
        Types that reach their threshold.
    targets : Targets
    folds : ndarray of str, shape (n_texts,), optional
        Name of each text's fold, for figures by fold.

    Returns
    -------
    dict
        ``kind``: share of right kinds. Over weaknesses that have a type: ``first_type``, the likeliest type is one of
        the gold ones; ``top_3``, one of the three likeliest is; ``main_type``, it is the first of them;
        ``first_category``, its category is one of theirs; ``exact_match``, the tags are the gold types;
        ``micro_f1`` and ``macro_f1`` of the tags, ``category_micro_f1`` and ``category_macro_f1`` of their categories.
        ``weakness_f1``: micro-F1 over all statements of what a weakness report counts, types of weaknesses, where a
        wrong kind makes its types wrong too. ``untyped_tagged``: weaknesses outside the taxonomy that got a type;
        ``facts_tagged``: facts that did. ``kinds``, ``types``, ``categories``: support, precision, recall and F1 of
        each. ``confusions``: main types with a wrong first guess, the most frequent first; ``kind_confusion``: counts
        by gold and found kind. ``calibration`` of the kind's and of the first type's probability. ``by_group``,
        ``by_fold``, ``by_length``: a few of these figures for parts of the texts.
    """
    answers = _Answers.of(probabilities, tags, targets)
    counted = answers.typed[:, None]
    of_types = LabelCounts.of(answers.tags & counted, targets.gold_types & counted, answers.resamples)
    of_categories = LabelCounts.of(
        targets.of_categories(answers.tags & counted),
        targets.of_categories(targets.gold_types & counted),
        answers.resamples,
    )
    found_kinds = answers.kinds[:, None] == np.arange(targets.n_kinds)
    of_kinds = LabelCounts.of(found_kinds, targets.flags[:, : targets.n_kinds], answers.resamples)
    is_weakness = targets.kind_is("weakness")[:, None]
    found_weakness = found_kinds[:, [targets.kinds.index("weakness")]]
    in_report = LabelCounts.of(answers.tags & found_weakness, targets.gold_types & is_weakness, answers.resamples)
    return {
        "statements": len(targets),
        "clusters": answers.resamples.draws.shape[1],
        **_shares(answers, targets),
        **of_types.averages(),
        **of_categories.averages("category_"),
        **in_report.micro_f1("weakness_f1"),
        "kinds": of_kinds.by_label(targets.kinds),
        "types": of_types.by_label(targets.types),
        "categories": of_categories.by_label(targets.categories),
        "confusions": _confusions(answers, targets),
        "kind_confusion": _kind_confusion(answers, targets),
        "calibration": _calibration_errors(answers, targets),
        **_by_parts(answers, targets, folds),
    }


def _right_kind(answers: _Answers, targets: Targets) -> Flags:
    return targets.flags[np.arange(len(targets)), answers.kinds]


def _right_first(answers: _Answers, targets: Targets) -> Flags:
    return targets.right_types[np.arange(len(targets)), answers.first]


def _shares(answers: _Answers, targets: Targets) -> dict[str, Any]:
    everything = np.ones(len(targets), dtype=bool)
    among = np.take_along_axis(targets.right_types, answers.ranked[:, :_TOP], axis=1).any(axis=1)
    first = np.arange(len(targets.types)) == answers.first[:, None]
    right_category = targets.of_categories(first) & targets.of_categories(targets.right_types)
    untyped, tagged = ~targets.gold_types.any(axis=1), answers.tags.any(axis=1)
    of = {
        "kind": (_right_kind(answers, targets), everything),
        "first_type": (_right_first(answers, targets), answers.typed),
        "top_3": (among, answers.typed),
        "main_type": (targets.is_main(answers.first), answers.typed),
        "first_category": (right_category.any(axis=1), answers.typed),
        "exact_match": ((answers.tags == targets.gold_types).all(axis=1), answers.typed),
        "untyped_tagged": (tagged, targets.kind_is("weakness") & untyped),
        "facts_tagged": (tagged, targets.kind_is("fact") & untyped),
    }
    return {name: share_figure(right, where, answers.resamples) for name, (right, where) in of.items()}


def _confusions(answers: _Answers, targets: Targets) -> list[dict[str, Any]]:
    """Return main type, first guess and count; ``also_gold`` of these guesses are another gold type of the statement."""
    rows = np.flatnonzero(answers.typed & ~targets.is_main(answers.first))
    pairs = np.stack([targets.main[rows], answers.first[rows]], axis=1)
    also = targets.gold_types[rows, answers.first[rows]]
    distinct, which = np.unique(pairs, axis=0, return_inverse=True)
    counts = np.bincount(which.ravel(), minlength=len(distinct))
    golds = np.bincount(which.ravel(), weights=also, minlength=len(distinct))
    return [
        {
            "gold": targets.types[distinct[i, 0]],
            "guess": targets.types[distinct[i, 1]],
            "count": int(counts[i]),
            "also_gold": int(golds[i]),
        }
        for i in np.argsort(-counts, kind="stable")
    ]


def _kind_confusion(answers: _Answers, targets: Targets) -> dict[str, dict[str, int]]:
    return {
        gold: {
            guess: int((targets.kind_is(gold) & (answers.kinds == index)).sum())
            for index, guess in enumerate(targets.kinds)
        }
        for gold in targets.kinds
    }


def _calibration_errors(answers: _Answers, targets: Targets) -> dict[str, Any]:
    typed = answers.typed
    return {
        "kind": calibration_error(answers.kind_probability, _right_kind(answers, targets)),
        "first_type": calibration_error(answers.first_probability[typed], _right_first(answers, targets)[typed]),
    }


def _by_parts(answers: _Answers, targets: Targets, folds: Names | None) -> dict[str, Any]:
    bounds = np.array(list(LENGTHS.values())[:-1])
    bands = np.array(list(LENGTHS))[np.searchsorted(bounds, targets.lengths)]
    parts = {"by_group": targets.groups, "by_length": bands} | ({} if folds is None else {"by_fold": folds})
    order = {"by_length": list(LENGTHS)}
    return {
        name: {part: _brief(answers, targets, names == part) for part in order.get(name, sorted(set(names)))}
        for name, names in parts.items()
    }


def _brief(answers: _Answers, targets: Targets, rows: Flags) -> dict[str, Any]:
    """Return a few figures of some texts, ``None`` where nothing bears on them."""
    typed = rows & answers.typed
    gold, tags = targets.gold_types[typed], answers.tags[typed]

    def share(right: Flags, where: Flags) -> float | None:
        return round(float(right[where].mean()), 4) if where.any() else None

    return {
        "statements": int(rows.sum()),
        "typed": int(typed.sum()),
        "kind": share(_right_kind(answers, targets), rows),
        "first_type": share(_right_first(answers, targets), typed),
        "main_type": share(targets.is_main(answers.first), typed),
        "micro_f1": round(float(2 * (tags & gold).sum() / (tags.sum() + gold.sum())), 4) if typed.any() else None,
    }


def abstention(probabilities: Floats, decided: Mapping[str, Decisions], targets: Targets) -> dict[str, Any]:
    """Return for each threshold what is left to a person, and how far its tags can be trusted.

    Returns
    -------
    dict
        For each name: ``untyped``, the share of weaknesses with a gold type that got none; ``needs_review``, of all
        statements, those left to a person; ``precision``, the share of right ones among the tags of what was found to be
        a weakness, where a wrong kind makes them wrong; ``recall``, the share of gold types of weaknesses found.
    """
    result = {}
    everything = np.ones(len(targets), dtype=bool)
    gold = targets.gold_types & targets.kind_is("weakness")[:, None]
    for name, decisions in decided.items():
        answers = _Answers.of(probabilities, decisions.tags, targets)
        tags = answers.tags & (answers.kinds == targets.kinds.index("weakness"))[:, None]
        hits = (tags & gold).sum(axis=1)
        result[name] = {
            "untyped": share_figure(answers.tags.sum(axis=1) == 0, answers.typed, answers.resamples),
            "needs_review": share_figure(decisions.review, everything, answers.resamples),
            "precision": ratio_figure(hits, tags.sum(axis=1), answers.resamples),
            "recall": ratio_figure(hits, gold.sum(axis=1), answers.resamples),
        }
    return result


def stated_figures(found: dict[str, Any]) -> dict[str, Any]:
    """Return what a model states of its figures, briefly, since every start of ``classify`` reads it."""
    left = {"by_group", "by_length", "by_fold", "kind_confusion", "trained"}
    stated = {name: figure for name, figure in found.items() if name not in left}
    for labels in ("kinds", "types", "categories"):
        stated[labels] = {name: {key: entry[key] for key in _STATED} for name, entry in found[labels].items()}
    stated["confusions"] = found["confusions"][:_STATED_CONFUSIONS]
    stated["calibration"] = {name: figure["error"] for name, figure in found["calibration"].items()}
    return stated


def table(evaluation: dict[str, Any], names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the figures of several test sets as an aligned Markdown table.

    Parameters
    ----------
    evaluation : dict
        What :func:`stated_figures` returned, by test set.
    names : mapping of str to str
        What test sets, figures and ``kind <id>`` are called; what is not in it keeps its key.
    """

    def called(key: str) -> str:
        return names.get(key, key)

    rows = [("", *map(called, evaluation))]
    for key in ("kind", "first_type", "main_type", "first_category", "untyped_tagged", "facts_tagged"):
        cells = [part[key] for part in evaluation.values()]
        rows.append(
            (called(key), *(f"{c['share']:.3f} [{c['lower']:.3f}, {c['upper']:.3f}] n={c['support']}" for c in cells))
        )
    for key in ("micro_f1", "macro_f1", "category_micro_f1", "category_macro_f1", "weakness_f1"):
        cells = [(part[key], *part[f"{key}_interval"]) for part in evaluation.values()]
        rows.append((called(key), *(f"{value:.3f} [{lower:.3f}, {upper:.3f}]" for value, lower, upper in cells)))
    for kind in next(iter(evaluation.values()))["kinds"]:
        cells = [part["kinds"][kind] for part in evaluation.values()]
        rows.append((called(f"kind {kind}"), *(f"{c['recall']:.3f} n={c['support']}" for c in cells)))
    return "\n".join(aligned(rows))
