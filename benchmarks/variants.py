"""Corpora of any size and with any number of types, made of the halves of real statements.

A variant begins as one statement and ends as another of the same kind and main type, so that texts differ, labels fit,
and the words are those of the corpus. A small corpus is the beginning of a large one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from wenti.corpus import FOLDS_NAME, LabelledStatement, write_labelled

_BREAKS = "，；、。"
_MOST_TYPES = 3
_PATIENCE = 10


def halves(text: str) -> tuple[str, str]:
    """Part a text behind the stop next to its middle, or in the middle if there is none.

    Examples
    --------
    >>> halves("预算执行率低，资金闲置")
    ('预算执行率低，', '资金闲置')
    >>> halves("预算执行率低")
    ('预算执', '行率低')
    """
    middle = len(text) / 2
    places = [place + 1 for place, character in enumerate(text[:-1]) if character in _BREAKS]
    place = min(places, key=lambda found: abs(found - middle), default=len(text) // 2)
    return text[:place], text[place:]


def variants(statements: Sequence[LabelledStatement], seed: int = 0) -> Iterator[LabelledStatement]:
    """Yield variants, no text twice; each is by the author of its first half.

    They end when no new one is found for long; of the shipped corpus there are millions.

    Parameters
    ----------
    statements : sequence of LabelledStatement
        What is recombined, in random order, again and again.
    seed : int
        Of the order, and of the second halves.
    """
    random = np.random.default_rng(seed)
    alike: dict[tuple[Any, ...], list[LabelledStatement]] = defaultdict(list)
    for row in statements:
        alike[row.kind, row.types[:1]].append(row)
    shuffled = [statements[index] for index in random.permutation(len(statements))]
    seen: set[str] = set()
    misses = 0
    for first in cycle(shuffled):
        others = alike[first.kind, first.types[:1]]
        second = others[random.integers(len(others))]
        text = halves(first.text)[0] + halves(second.text)[1]
        if text in seen:
            misses += 1
            if misses > _PATIENCE * len(shuffled):
                return
        else:
            seen.add(text)
            misses = 0
            types = tuple(dict.fromkeys(first.types + second.types))[:_MOST_TYPES]
            yield replace(first, text=text, types=types)


def write_corpus(folder: Path, statements: Sequence[LabelledStatement], folds: Mapping[str, str]) -> None:
    """Write a corpus folder: a file an author, and their folds."""
    (folder / "statements").mkdir(parents=True)
    rows: dict[str, list[LabelledStatement]] = defaultdict(list)
    for statement in statements:
        rows[statement.author].append(statement)
    for author, own in rows.items():
        write_labelled(folder / "statements" / f"{author}.tsv", own)
    lines = ["author\tfold", *(f"{author}\t{fold}" for author, fold in folds.items() if author in rows)]
    (folder / FOLDS_NAME).write_text("\n".join(lines) + "\n", encoding="utf-8")


def texts_of_length(texts: Sequence[str], length: int, n: int) -> Iterator[str]:
    """Yield `n` texts of `length` characters, cut from the running text of all."""
    running = "；".join(texts)
    running *= length // len(running) + 2
    step = max(length, 1)
    places = (start % (len(running) - length) for start in range(0, step * n, step))
    yield from (running[place : place + length] for place in places)


def _merged(tree: dict[str, Any]) -> dict[str, str]:
    """Leave each category one type; return the new id of each old one."""
    renamed: dict[str, str] = {}
    for category in tree["categories"]:
        only = f"any_{category['id']}"
        renamed |= {f"{category['id']}.{entry['id']}": f"{category['id']}.{only}" for entry in category["types"]}
        category["types"] = [{**category["types"][0], "id": only}]
    return renamed


def with_merged_types(statements: Sequence[LabelledStatement], tree: dict[str, Any]) -> list[LabelledStatement]:
    """Make the categories the types, in the tree and in the statements."""
    renamed = _merged(tree)
    return [replace(row, types=tuple(dict.fromkeys(renamed[label] for label in row.types))) for row in statements]


def with_split_types(
    statements: Sequence[LabelledStatement], tree: dict[str, Any], parts: int
) -> list[LabelledStatement]:
    """Split each type into parts, in the tree and in the statements.

    Statements that begin alike, in the order of their texts, come into one part, so that there is something to learn.
    """
    for category in tree["categories"]:
        category["types"] = [
            {**entry, "id": f"{entry['id']}_{part}", "name": f"{entry['name']}（{part}）"}
            for entry in category["types"]
            for part in range(1, parts + 1)
        ]
    texts: dict[str, list[str]] = defaultdict(list)
    for row in sorted(statements, key=lambda row: row.text):
        for label in row.types:
            texts[label].append(row.text)
    part_of = {
        (label, text): place * parts // len(own) + 1 for label, own in texts.items() for place, text in enumerate(own)
    }
    return [
        replace(row, types=tuple(f"{label}_{part_of[label, row.text]}" for label in row.types)) for row in statements
    ]


def write_tree(tree: dict[str, Any], file: Path) -> None:
    """Write a taxonomy."""
    file.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), encoding="utf-8")
