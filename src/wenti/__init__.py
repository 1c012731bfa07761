"""wenti (问题): read budget-performance evaluations, tag their problems, report the weaknesses that units share.

>>> import wenti
>>> wenti.classify("项目预算执行率低").types[0].id
'fund_execution.slow_spending'
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # names are resolved lazily: the command `classify` must not load what it does not need
    from wenti.api import classify as classify
    from wenti.api import read as read
    from wenti.api import report as report
    from wenti.classifier import Classifier as Classifier
    from wenti.errors import WentiError as WentiError
    from wenti.predictions import Prediction as Prediction
    from wenti.rendering import render as render
    from wenti.taxonomy import load_taxonomy as load_taxonomy
    from wenti.version import __version__ as __version__


__all__ = [
    "Classifier",
    "Prediction",
    "WentiError",
    "__version__",
    "classify",
    "load_taxonomy",
    "read",
    "render",
    "report",
]

_HOMES = {
    "__version__": "wenti.version",
    "Classifier": "wenti.classifier",
    "Prediction": "wenti.predictions",
    "WentiError": "wenti.errors",
    "classify": "wenti.api",
    "load_taxonomy": "wenti.taxonomy",
    "read": "wenti.api",
    "render": "wenti.rendering",
    "report": "wenti.api",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'wenti' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
