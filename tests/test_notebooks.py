"""Notebooks run from top to bottom, and none is committed with outputs."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
import pytest
from ipykernel.kernelspec import write_kernel_spec
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)


def read(notebook: Path) -> nbformat.NotebookNode:
    content: nbformat.NotebookNode = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    return content


def test_the_main_job_and_its_tables_have_notebooks() -> None:
    assert {"main_job", "shared_weaknesses"} <= {notebook.stem for notebook in NOTEBOOKS}


@each_notebook
def test_no_outputs_are_committed(notebook: Path) -> None:
    cells = [cell for cell in read(notebook).cells if cell.cell_type == "code"]
    assert cells
    assert [cell.source for cell in cells if cell.outputs or cell.execution_count is not None] == []


@each_notebook
def test_a_notebook_runs_in_this_interpreter_from_the_root(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A kernel named python3 may be installed for another interpreter; this folder is looked into first.
    write_kernel_spec(tmp_path / "kernels" / "python3")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    content = read(notebook)
    guard = f"import os, sys\nassert (sys.executable, os.getcwd()) == {(sys.executable, str(ROOT))!r}"
    content.cells.insert(0, nbformat.v4.new_code_cell(guard))  # type: ignore[no-untyped-call]
    NotebookClient(content, timeout=300, resources={"metadata": {"path": str(ROOT)}}).execute()
    code = [cell for cell in content.cells if cell.cell_type == "code"]
    assert all(cell.execution_count is not None for cell in code)
    assert code[-1].outputs
    assert [output.text for cell in code for output in cell.outputs if output.get("name") == "stderr"] == []  # warnings
