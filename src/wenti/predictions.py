"""What the model says of a statement. Plain classes: `dataclasses` and `typing` would double the start of ``classify``."""

from __future__ import annotations


class Label:
    """A kind, category or type with what it is called."""

    __slots__ = ("category", "english", "id", "name")

    def __init__(self, id: str, name: str, english: str, category: str = "") -> None:
        self.id = id
        self.name = name
        self.english = english
        self.category = category

    def called(self, lang: str) -> str:
        """Return the name in one language."""
        return self.name if lang == "zh" else self.english


class Because:
    """A stretch of the text that spoke for a tag, with what it added to the score."""

    __slots__ = ("end", "start", "text", "weight")

    def __init__(self, start: int, end: int, text: str, weight: float) -> None:
        self.start = start
        self.end = end
        self.text = text
        self.weight = weight


class Tag:
    """A label given to a statement, with its calibrated probability (0–1)."""

    __slots__ = ("because", "id", "probability")

    def __init__(self, id: str, probability: float, because: tuple[Because, ...] = ()) -> None:
        self.id = id
        self.probability = probability
        self.because = because


class Prediction:
    """What the model says of one statement.

    Attributes
    ----------
    kind : str
        Likeliest kind.
    kind_probability : float
        Calibrated.
    types, categories : tuple of Tag
        Those that reach their threshold, likeliest first. A category's probability is the largest of its types'.
    ranked : tuple of Tag
        The likeliest types whatever their threshold, if asked for.
    needs_review : bool
        A weakness without type, an uncertain kind, or a text that the model cannot judge.
    judged : bool
        False if the text is not written in words that the model knows: its kind means nothing then.
    """

    __slots__ = ("categories", "judged", "kind", "kind_probability", "needs_review", "ranked", "types")

    def __init__(
        self,
        kind: str,
        kind_probability: float,
        types: tuple[Tag, ...],
        categories: tuple[Tag, ...],
        ranked: tuple[Tag, ...],
        needs_review: bool,
        judged: bool,
    ) -> None:
        self.kind = kind
        self.kind_probability = kind_probability
        self.types = types
        self.categories = categories
        self.ranked = ranked
        self.needs_review = needs_review
        self.judged = judged
