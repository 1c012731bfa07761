"""Where the shipped data lies: inside the installed wheel, or at the top of a checkout.

Strings and :mod:`os.path` only: ``classify`` starts through here, and ``importlib.resources`` costs more than the answer.
"""

from __future__ import annotations

import os

from wenti.errors import WentiError


def data_root() -> str:
    """Return the folder that holds ``taxonomy/`` and ``model/``. Never a place to write to.

    Raises
    ------
    WentiError
        If there is neither packaged data nor a checkout around the package.
    """
    package = os.path.dirname(os.path.abspath(__file__))
    packaged = os.path.join(package, "_data")
    # src/wenti never holds _data, so its presence means: installed.
    if os.path.isdir(packaged):
        return packaged
    checkout = os.path.dirname(os.path.dirname(package))
    if os.path.isfile(os.path.join(checkout, "pyproject.toml")):
        return checkout
    raise WentiError("data_missing", file=packaged)


def model_path() -> str:
    """Return the folder of the model in use: ``WENTI_MODEL`` if set, else the shipped one."""
    return os.environ.get("WENTI_MODEL") or os.path.join(data_root(), "model")


def taxonomy_path() -> str:
    """Return the file of the shipped taxonomy."""
    return os.path.join(data_root(), "taxonomy", "taxonomy.yaml")


def dictionary_path() -> str:
    """Return the file of the shipped domain dictionary, in jieba's format."""
    return os.path.join(data_root(), "taxonomy", "dictionary.txt")
