"""The wheel holds what it must, however it is built, and works away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DATA = ("taxonomy", "model")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel by way of the sdist, as a publisher would build it."""
    out = tmp_path_factory.mktemp("dist")
    # Told no kind, it builds the sdist, and the wheel from what the sdist holds.
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


def test_the_wheel_holds_every_file_of_taxonomy_and_model(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = {
        f"wenti/_data/{file.relative_to(ROOT).as_posix()}"
        for folder in DATA
        for file in (ROOT / folder).rglob("*")
        if file.is_file()
    }
    assert len(shipped) >= 8
    assert shipped <= names


def test_the_wheel_holds_every_module_and_template(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    source = ROOT / "src"
    modules = {
        file.relative_to(source).as_posix()
        for file in (source / "wenti").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert modules <= names


def test_the_wheel_has_nothing_else_at_the_top(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"wenti"}


def test_the_installed_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "项目 副本"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(target), str(wheel)],
        check=True,
    )
    environment = {name: value for name, value in os.environ.items() if name != "WENTI_MODEL"}
    done = subprocess.run(
        [sys.executable, "-c", "import wenti, sys; print(wenti.__file__); sys.argv[1:] = ['项目预算执行率低'];"
         "from wenti.cli.classify import main; main()"],
        cwd="/",
        env=environment | {"PYTHONPATH": str(target), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[0].startswith(str(target))
    assert "资金执行 / 预算执行率低" in done.stdout
