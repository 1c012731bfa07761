"""Labels and sentences of reports, in Chinese and English, by key."""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from wenti.messages import LANGUAGES
from wenti.rendering.blocks import Run
from wenti.rendering.labels.chapters import CHAPTERS
from wenti.rendering.labels.opening import OPENING
from wenti.rendering.labels.words import WORDS

LABELS: dict[str, tuple[str, str]] = {**WORDS, **OPENING, **CHAPTERS}


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things, and where the sentences behind it are."""

    value: int
    link: str = ""


Fact = str | int | Run | Count | Sequence[Run]
"""What fills a brace."""


class _Formatter(string.Formatter):
    """Fills braces; ``{n:unit|units}`` is "unit" for one and "units" for any other number."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        if not bar:
            return str(super().format_field(value, format_spec))
        number = value.value if isinstance(value, Count) else value
        return one if number == 1 else many


_FORMATTER = _Formatter()
_INNER = str.maketrans('“”"', "‘’'")


class Labels:
    """The labels of one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._index = LANGUAGES.index(lang)

    def __call__(self, key: str, **facts: object) -> str:
        """Return a label with its braces filled."""
        if not facts:
            return LABELS[key][self._index]
        return _FORMATTER.vformat(LABELS[key][self._index], (), facts)

    def quoted(self, text: str) -> str:
        """Return a text in quotation marks; those inside it become single ones."""
        return self("quoted", name=text.translate(_INNER))

    def runs(self, key: str, **facts: Fact) -> tuple[Run, ...]:
        """Return a sentence in which facts may be links."""
        found: list[Run] = []
        for literal, name, spec, _ in _FORMATTER.parse(LABELS[key][self._index]):
            found.append(Run(literal))
            if name is not None:
                found += _runs_of(facts[name]) if not spec else [Run(_FORMATTER.format_field(facts[name], spec))]
        return joined_runs(found)

    def text(self, *sentences: Sequence[Run]) -> tuple[Run, ...]:
        """Return sentences one after the other, with what stands between them in the language."""
        gap = () if self.lang == "zh" else (Run(" "),)
        shown = [sentence for sentence in sentences if sentence]
        return joined_runs(run for n, sentence in enumerate(shown) for run in ((*gap, *sentence) if n else sentence))

    def row(
        self, items: Sequence[Sequence[Run]], last: str = "list_comma", comma: str = "list_comma"
    ) -> tuple[Run, ...]:
        """Return things in a row: 甲、乙、丙; `last` and `comma` are keys of what stands before the last, before others."""
        between, end = Run(self(comma)), Run(self(last))
        found: list[Run] = []
        for number, item in enumerate(items):
            if number:
                found.append(end if number == len(items) - 1 else between)
            found += item
        return joined_runs(found)


def joined_runs(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return runs without empty ones, neighbours of one look made one."""
    found: list[Run] = []
    for (link, tone), group in groupby((run for run in runs if run.text), key=lambda run: (run.link, run.tone)):
        alike = list(group)
        found += alike if link else [Run("".join(run.text for run in alike), "", tone)]
    return tuple(found)


def _runs_of(fact: Fact) -> list[Run]:
    if isinstance(fact, Run):
        return [fact]
    if isinstance(fact, Count):
        return [Run(str(fact.value), fact.link)]
    if isinstance(fact, str | int):
        return [Run(str(fact))]
    return list(fact)
