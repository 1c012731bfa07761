"""Annif with its backends ``svc`` and ``omikuji``, on jieba's words; it pins older libraries, hence its own environment.

Annif's own analyzers need NLTK's punkt, which is fetched at run time; as the text is cut already, an analyzer is
registered that parts it at blanks.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.peers.exchange import Floats, Labels, Statement, main, words

_TEMPORARY = tempfile.TemporaryDirectory()
# Annif reads where its projects lie when it is imported. Those that serve_annif.py keeps have a folder of their own.
_FOLDER = Path(os.environ.get("BENCHMARK_ANNIF", _TEMPORARY.name))
os.environ["ANNIF_DATADIR"] = str(_FOLDER)
os.environ["ANNIF_PROJECTS"] = str(_FOLDER / "projects.cfg")

import annif  # noqa: E402
import annif.registry  # noqa: E402
from annif.analyzer import register_analyzer  # noqa: E402
from annif.analyzer.analyzer import Analyzer  # noqa: E402
from annif.corpus import DocumentFileTSV  # noqa: E402
from annif.vocab import VocabFileTSV  # noqa: E402

annif.logger.setLevel(logging.ERROR)
_SETTINGS = {"svc": {"min_df": 2, "ngram": 2}, "omikuji": {"min_df": 2, "ngram": 2}}
_HEADS = ("kinds", "types")
_URI = "http://example.org/"


class Blanks(Analyzer):  # type: ignore[misc]
    """Parts text at blanks."""

    name = "blanks"

    def __init__(self, param: None, **kwargs: Any) -> None:
        pass

    def tokenize_words(self, text: str, filter: bool = True) -> list[str]:
        """Return the words."""
        return text.split()


register_analyzer(Blanks)


class Annif:
    """One project for the kinds and one for the types.

    Parameters
    ----------
    backend : {"svc", "omikuji"}
        ``svc`` learns one subject a document: the main type.
    """

    def __init__(self, backend: str) -> None:
        self._backend = backend

    def fit(self, statements: Sequence[Statement], labels: Labels) -> None:
        """Load the vocabularies and train both projects; what has no type does not train the second."""
        Path(os.environ["ANNIF_PROJECTS"]).write_text("".join(map(self._project, _HEADS)), encoding="utf-8")
        lines = [" ".join(words(statement.text)) for statement in statements]
        most = 1 if self._backend == "svc" else None
        kinds = [(statement.kind,) for statement in statements]
        types = [statement.types[:most] for statement in statements]
        self._app, self._projects = open_projects()
        with self._app.app_context():
            for project, own, subjects in zip(
                self._projects, (labels.kinds, labels.types), (kinds, types), strict=True
            ):
                _train(project, own, lines, subjects)

    def _project(self, head: str) -> str:
        settings = {
            "name": head, "language": "en", "backend": self._backend, "analyzer": Blanks.name,
            "vocab": head, "limit": 1000, **_SETTINGS[self._backend],
        }  # fmt: skip
        return "\n".join([f"[{head}]", *(f"{key}={value}" for key, value in settings.items()), "", ""])

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return Annif's scores, between 0 and 1."""
        documents = _FOLDER / "documents.tsv"
        documents.write_text("".join(" ".join(words(text)) + "\n" for text in texts), encoding="utf-8")
        with self._app.app_context():
            return np.hstack([_suggest(project, documents) for project in self._projects])


def open_projects() -> tuple[Any, list[Any]]:
    """Return the application, in whose context all is done, and the projects of kinds and of types."""
    app = annif.create_flask_app()
    with app.app_context():
        annif.registry.initialize_projects(app)
        return app, [annif.registry.get_project(head) for head in _HEADS]


def _train(project: Any, labels: Sequence[str], lines: Sequence[str], subjects: Sequence[Sequence[str]]) -> None:
    vocabulary, documents = (_FOLDER / f"{project.project_id}-{name}.tsv" for name in ("vocabulary", "documents"))
    vocabulary.write_text("".join(f"<{_URI}{label}>\t{label}\n" for label in labels), encoding="utf-8")
    rows = zip(lines, subjects, strict=True)
    content = (line + "\t" + " ".join(f"<{_URI}{label}>" for label in own) + "\n" for line, own in rows if own)
    documents.write_text("".join(content), encoding="utf-8")
    project.vocab.load_vocabulary(VocabFileTSV(str(vocabulary), "en"))
    project.train(DocumentFileTSV(str(documents), project.subjects), jobs=1)


def _suggest(project: Any, documents: Path) -> Floats:
    corpus = DocumentFileTSV(str(documents), project.subjects, require_subjects=False)
    return np.array([result.as_vector() for result in project.suggest_corpus(corpus)], dtype=np.float64)


if __name__ == "__main__":
    main(
        {f"annif-{backend}": partial(Annif, backend) for backend in _SETTINGS},
        ["annif", "omikuji", "scikit-learn", "jieba"],
    )
