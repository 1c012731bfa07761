"""The numbers of a model's heads, checked: labels, scales, bias, calibration, thresholds. Standard library only.

Both evaluators, :mod:`wenti.single` and :mod:`wenti.batch`, decide by these; the formulas are those of
:class:`wenti.calibration.Calibration`.
"""

from __future__ import annotations

from wenti.errors import ModelError
from wenti.features import ALPHABET_SIZE, MAX_SPAN, UNKNOWN_CODE
from wenti.predictions import Label

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing would cost 5 ms at start
    from typing import Any

    from wenti.artifact import Artifact

THRESHOLDS = ("wide", "medium", "strict")
NO_RIVAL = -1.0
"""Score of the other types where there is one type only: an SVM's plain no."""
LEAST_KNOWN = 4
"""One position in four must begin a known span of two characters or more, or the text cannot be judged."""
_ID_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_.")  # so that ids can stand in any file unquoted
# Bounds of a sound model's numbers; within them no score of any text overflows.
_LARGEST = 1e9
_MOST_CHARACTERS = 10_000


class Parameters:
    """What the heads are made of.

    Parameters
    ----------
    artifact : Artifact
        What :func:`wenti.artifact.read_artifact` returned.

    Attributes
    ----------
    kinds, categories, types : list of Label
    fact : int
        Index of the kind that states no problem.
    columns : int
        Kinds, types and one more, the sum of idf².
    scales : list of float
        What one unit of each column is worth.
    bias : list of float
        One for each kind and type.
    sigmoids : list of tuple of float
        Slope, rivalry, first and intercept of each type.
    kind_weights, kind_bias : list
        Of the kinds' softmax, over their scores and the two best of the types.
    thresholds : dict of str to (float, list of float)
        By name: of the kind, and of each type.
    priors : dict of str to list of float
        Weights of the kinds in each section.
    max_characters : int
        Longest text that is judged.

    Raises
    ------
    ModelError
        If the parts do not fit each other.
    """

    def __init__(self, artifact: Artifact) -> None:
        try:
            self._unpack(artifact)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError("model_damaged", file=artifact.path, detail=f"model.json: {error}") from None

    def _unpack(self, artifact: Artifact) -> None:
        manifest = artifact.manifest
        labels = manifest["labels"]
        self.kinds = [_label(entry) for entry in labels["kinds"]]
        self.categories = [_label(entry) for entry in labels["categories"]]
        self.types = [_label(entry, _text(entry["category"])) for entry in labels["types"]]
        self.fact = [label.id for label in self.kinds].index("fact")
        known = {category.id for category in self.categories}
        if (
            not self.types
            or any(label.category not in known for label in self.types)
            or len(known) < len(self.categories)
            or len(set(self.labels)) < len(self.labels)
            or not _ID_CHARACTERS.issuperset("".join([*self.labels, *known]))
        ):
            raise ValueError("labels")
        self._check_shapes(artifact)
        n_kinds, n_types = len(self.kinds), len(self.types)
        self.columns = n_kinds + n_types + 1
        self.scales = _floats(manifest["scales"], self.columns, least=0)
        self.bias = _floats(manifest["bias"], n_kinds + n_types)
        calibration = manifest["calibration"]
        parts = (_floats(calibration[part], n_types) for part in ("slope", "rivalry", "first", "intercept"))
        self.sigmoids = list(zip(*parts, strict=True))
        self.kind_weights = [_floats(row, n_kinds + 2) for row in _rows(calibration["kind_weights"], n_kinds)]
        self.kind_bias = _floats(calibration["kind_bias"], n_kinds)
        self.thresholds = {
            name: (
                _floats([manifest["thresholds"][name]["kind"]], 1, 0, 1)[0],
                _floats(manifest["thresholds"][name]["types"], n_types, 0, 1),
            )
            for name in THRESHOLDS
        }
        self.priors = {k: _floats(v, n_kinds, least=0) for k, v in manifest["section_priors"].items()}
        self.max_characters = manifest["limits"]["characters"]
        if type(self.max_characters) is not int or not 0 < self.max_characters <= _MOST_CHARACTERS:
            raise ValueError("limits.characters")
        if manifest["features"]["max_span"] != MAX_SPAN:
            raise ValueError("features.max_span")

    def _check_shapes(self, artifact: Artifact) -> None:
        rows, columns = artifact.shape("weights")
        states = artifact.shape("base")
        if (
            columns != len(self.labels) + 1
            or artifact.shape("parent") != (rows,)
            or artifact.shape("alphabet") != (ALPHABET_SIZE,)
            or artifact.shape("check") != states
            or artifact.shape("span") != states
        ):
            raise ValueError("shapes")
        if artifact.views["alphabet"][-1] != UNKNOWN_CODE:  # it stands for all characters beyond the basic plane
            raise ValueError("alphabet")

    @property
    def labels(self) -> list[str]:
        """Ids of kinds and types in the order of the scores."""
        return [label.id for label in self.kinds] + [label.id for label in self.types]


def _floats(values: Any, length: int, least: float = -_LARGEST, most: float = _LARGEST) -> list[float]:
    if not isinstance(values, list) or len(values) != length:
        raise ValueError("lengths")
    if not all(type(value) in (int, float) and least <= value <= most for value in values):  # NaN is in no range
        raise ValueError("numbers")
    return [float(value) for value in values]


def _rows(values: Any, length: int) -> list[Any]:
    if not isinstance(values, list) or len(values) != length:
        raise ValueError("lengths")
    return values


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("labels")
    return value


def _label(entry: Any, category: str = "") -> Label:
    return Label(_text(entry["id"]), _text(entry["name"]), _text(entry["english"]), category)
