"""wenti (问题): read budget-performance evaluations, tag their problems, report the weaknesses that units share.

>>> import wenti
>>> wenti.classify("项目预算执行率低").types[0].id
'fund_execution.slow_spending'
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # names are resolved lazily: `classify` must not load what it does not need
    from typing import Any, overload

    from wenti.api import read as read
    from wenti.api import report as report
    from wenti.classifier import Classifier as Classifier
    from wenti.classifier import Prediction as Prediction
    from wenti.errors import WentiError as WentiError
    from wenti.taxonomy import load_taxonomy as load_taxonomy

    @overload
    def classify(texts: str, **options: Any) -> Prediction: ...
    @overload
    def classify(texts: list[str], **options: Any) -> list[Prediction]: ...

__version__ = "0.1.0"

_HOMES = {
    "Classifier": "wenti.classifier",
    "Prediction": "wenti.classifier",
    "WentiError": "wenti.errors",
    "load_taxonomy": "wenti.taxonomy",
    "read": "wenti.api",
    "render": "wenti.rendering",
    "report": "wenti.api",
}

__all__ = ["__version__", "classify", *_HOMES]


def classify(texts, **options):  # type: ignore[no-untyped-def,no-redef]
    """Tag one statement, or a list of them, with the shipped model.

    Parameters
    ----------
    texts : str or list of str
        One statement, or several.
    **options
        As :meth:`Classifier.predict` takes them.

    Returns
    -------
    Prediction or list of Prediction
        One for a text, a list for a list.

    Raises
    ------
    ModelError
        If the model is missing or damaged.
    """
    from wenti.classifier import Classifier

    model = Classifier.load()
    if isinstance(texts, str):
        return model.predict([texts], **options)[0]
    return model.predict(texts, **options)


def __getattr__(name: str) -> object:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'wenti' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
