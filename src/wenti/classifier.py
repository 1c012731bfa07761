"""The model at work: score, calibrate, decide, abstain, explain. No scikit-learn, no jieba.

A text's score for a label is the sum of one row of weights for each position of the text – the row holds the sum of
idf · weight over all spans that start there – divided by the text's norm, plus the label's bias. The last column of a row
holds the sum of idf², whose root over the whole text is the norm: with raw counts everything is additive.

A handful of statements goes to :mod:`wenti.single`, which needs the standard library alone, many to :mod:`wenti.batch`.
"""

from __future__ import annotations

import os

from wenti.artifact import Artifact, read_artifact
from wenti.errors import ModelError, UsageError
from wenti.parameters import THRESHOLDS, Parameters
from wenti.predictions import Because, Label, Prediction
from wenti.resources import model_path
from wenti.single import Single

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing would cost 5 ms at start
    from collections.abc import Container, Sequence

    from wenti.batch import Batch, Decisions, Floats

_FEW = 24


class Classifier:
    """A loaded model.

    Parameters
    ----------
    artifact : Artifact
        What :func:`wenti.artifact.read_artifact` returned.

    Raises
    ------
    ModelError
        If the parts do not fit each other.
    """

    def __init__(self, artifact: Artifact) -> None:
        self.path = artifact.path
        self.manifest = artifact.manifest
        self._views = artifact.views
        self._parameters = Parameters(artifact)
        self._single = Single(self._parameters, artifact.views)
        self._many: Batch | None = None

    @classmethod
    def load(
        cls, path: str | os.PathLike[str] | None = None, taxonomy: str | os.PathLike[str] | None = None
    ) -> Classifier:
        """Load a model.

        Parameters
        ----------
        path : path, optional
            Its folder; by default the one named by ``WENTI_MODEL``, else the shipped one.
        taxonomy : path, optional
            Taxonomy whose names the labels take; by default they are called as the model was trained.

        Raises
        ------
        ModelError
            If it is missing, damaged or of another format, or has a label that the taxonomy lacks.
        TaxonomyError
            If the taxonomy is not valid.
        """
        model = cls(read_artifact(os.fspath(path) if path is not None else model_path()))
        if taxonomy is not None:
            from wenti.taxonomy import load_taxonomy

            model.rename(load_taxonomy(os.fspath(taxonomy)).names())
        return model

    @property
    def kinds(self) -> list[Label]:
        """What a statement can be, in the order of the scores."""
        return self._parameters.kinds

    @property
    def categories(self) -> list[Label]:
        """Groups of types."""
        return self._parameters.categories

    @property
    def types(self) -> list[Label]:
        """Types of problem, in the order of the scores."""
        return self._parameters.types

    @property
    def labels(self) -> list[str]:
        """Ids of kinds and types in the order of the scores."""
        return self._parameters.labels

    def rename(self, names: dict[str, tuple[str, str]]) -> None:
        """Call kinds, categories and types as another taxonomy does.

        Parameters
        ----------
        names : dict of str to (str, str)
            Name and English name by id.

        Raises
        ------
        ModelError
            If a label of the model is not among them.
        """
        self.require_names(names)
        for label in [*self.kinds, *self.categories, *self.types]:
            label.name, label.english = names[label.id]

    def require_names(self, names: Container[str]) -> None:
        """Check that a taxonomy has every label of the model.

        Raises
        ------
        ModelError
            If a label of the model is not among the names.
        """
        for label in [*self.kinds, *self.categories, *self.types]:
            if label.id not in names:
                raise ModelError("model_taxonomy", file=self.path, label=label.id)

    def decision_function(self, texts: Sequence[str]) -> list[list[float]]:
        """Return the decision scores, shape (n_texts, n_kinds + n_types), before calibration."""
        try:
            if self._is_few(texts):
                return [self._single.scores(self._single.sums(text)) for text in texts]
            scores: list[list[float]] = self._batch.scores(self._batch.sums(texts)).tolist()
            return scores
        except (IndexError, ValueError):
            raise self._pointing_outside() from None

    def predict(
        self,
        texts: Sequence[str],
        *,
        threshold: str = "medium",
        roles: Sequence[str | None] | None = None,
        top: int = 0,
        explain: bool = False,
    ) -> list[Prediction]:
        """Tag statements.

        Parameters
        ----------
        texts : sequence of str
            Statements; any text is answered.
        threshold : {"wide", "medium", "strict"}, default="medium"
            How sure a tag must be.
        roles : sequence of str or None, optional
            Role of the section each statement stands in, which helps to tell its kind.
        top : int, default=0
            How many types to rank whatever their threshold.
        explain : bool, default=False
            Whether tags carry the stretches of text that spoke for them.

        Returns
        -------
        list of Prediction
            One for each text.

        Raises
        ------
        UsageError
            If the threshold is not known.
        ModelError
            If the model's arrays contradict each other.
        """
        self._check_threshold(threshold)
        try:
            if explain or self._is_few(texts):
                each_role = roles if roles is not None else [None] * len(texts)
                pairs = zip(texts, each_role, strict=True)
                return [self._single.decide(text, threshold, role, top, explain) for text, role in pairs]
            return list(self._batch.predict(texts, threshold, roles, top))
        except (IndexError, ValueError):
            raise self._pointing_outside() from None

    def decide(
        self, texts: Sequence[str], *, threshold: str = "medium", roles: Sequence[str | None] | None = None
    ) -> Decisions:
        """Tag statements; like :meth:`predict`, but as arrays over all texts.

        Raises
        ------
        UsageError
            If the threshold is not known.
        ModelError
            If the model's arrays contradict each other.
        """
        self._check_threshold(threshold)
        try:
            return self._batch.decide(texts, threshold, roles)
        except (IndexError, ValueError):
            raise self._pointing_outside() from None

    def weakness_probabilities(self, texts: Sequence[str], *, roles: Sequence[str | None] | None = None) -> Floats:
        """Return how likely each text is a weakness of each type, whatever the thresholds, shape (n_texts, n_types).

        Raises
        ------
        ModelError
            If the model's arrays contradict each other.
        """
        try:
            return self._batch.weakness_probabilities(texts, roles)
        except (IndexError, ValueError):
            raise self._pointing_outside() from None

    def explain(self, text: str, label: str) -> tuple[Because, ...]:
        """Return the stretches of the text that spoke for a label, strongest first, none overlapping another.

        A stretch's weight is what all spans inside it add to the decision score.

        Parameters
        ----------
        text : str
            A statement.
        label : str
            Id of a kind or type.

        Raises
        ------
        KeyError
            If the model has no such label.
        ModelError
            If the model's arrays contradict each other.
        """
        if label not in self.labels:
            raise KeyError(label)
        try:
            return self._single.explain(text, self.labels.index(label))
        except (IndexError, ValueError):
            raise self._pointing_outside() from None

    @property
    def _batch(self) -> Batch:
        if self._many is None:
            from wenti.batch import Batch

            self._many = Batch(self._parameters, self._views)
        return self._many

    def _is_few(self, texts: Sequence[str]) -> bool:
        """Tell whether answering one by one is done before NumPy is loaded."""
        return len(texts) <= _FEW

    def _check_threshold(self, threshold: str) -> None:
        if threshold not in THRESHOLDS:
            raise UsageError("option_value", option="threshold", value=threshold, values=", ".join(THRESHOLDS))

    def _pointing_outside(self) -> ModelError:
        return ModelError("model_damaged", file=self.path, detail="base, check, span")
