"""What a plain ``classify`` loads: nothing but this list, since every import is paid for at each start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import wenti
from tests.commands import environment, executable

ANSWER = {
    *("wenti", "wenti.cli", "wenti.cli.classify", "wenti.cli.console", "wenti.errors", "wenti.messages"),
    *("wenti.classifier", "wenti.artifact", "wenti.parameters", "wenti.features", "wenti.predictions"),
    *("wenti.resources", "wenti.single", "wenti.answers"),
}
"""Modules of ours that an answer needs."""

STANDARD = ("__future__", "json", "math", "mmap", "os", "sys", "zlib")
"""Modules of the standard library that these import; what they import in turn differs between Pythons, and is allowed."""


def loaded_by(*command: str) -> set[str]:
    """Return what a fresh interpreter imports, without what an environment adds to every start."""
    done = subprocess.run(
        [sys.executable, "-S", "-X", "importtime", *command],
        env=environment(PYTHONPATH=str(Path(wenti.__file__).parents[1]), PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    timed = [line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")]
    assert len(timed) > 1, done.stderr
    return set(timed[1:])  # without the heading


@pytest.fixture(scope="module")
def allowed() -> set[str]:
    """All that the list allows, closed over what the standard library imports itself."""
    return loaded_by("-c", f"import {', '.join(STANDARD)}") | ANSWER


@pytest.mark.parametrize("texts", [("项目预算执行率低",), ("项目预算执行率低", "资产闲置", "")], ids=["one", "several"])
def test_a_plain_answer_loads_nothing_but_what_is_listed(allowed: set[str], texts: tuple[str, ...]) -> None:
    assert loaded_by(executable("classify"), *texts) - allowed == set()


def test_the_list_names_nothing_that_is_not_loaded(allowed: set[str]) -> None:
    loaded = loaded_by(executable("classify"), "项目预算执行率低")
    assert loaded >= ANSWER
    assert loaded >= set(STANDARD) - {"sys"}  # which is there before anything is imported


@pytest.mark.parametrize(
    "name",
    [
        "dataclasses",
        "typing",
        "pathlib",
        "importlib.metadata",
        "yaml",
        "typer",
        "numpy",
        "argparse",
        "inspect",
        "array",
    ],
)
def test_the_list_does_not_allow(allowed: set[str], name: str) -> None:
    assert name not in allowed
