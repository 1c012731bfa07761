"""The installed commands, run as users run them."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / "corpus" / "reports" / "jiyuan_evaluations.txt"
# What would change the answers, or the bytes they come in, if the developer's shell had it set.
_OWN = ("WENTI_MODEL", "NO_COLOR", "FORCE_COLOR", "LC_ALL", "LC_CTYPE", "LANG", "PYTHONUTF8", "PYTHONIOENCODING")

PAGE = """某市预算绩效评价结果

项目名称：{project}\t
项目实施单位：{unit}\t评价时间：2023 年
项目概况\t<p>项目于 2022 年启动。</p>
评价结果及主要问题\t<p>绩效评价得分 80.06 分，绩效等级为“良”。</p>{findings}
整改要求\t<p>1. 加快预算执行进度。</p>
"""


@dataclass(frozen=True)
class Result:
    """What a process left behind."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def out(self) -> str:
        return self.stdout.decode("utf-8")

    @property
    def err(self) -> str:
        return self.stderr.decode("utf-8")

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.split("\n") if line]  # splitlines would split at U+2028, too


def executable(name: str) -> str:
    found = shutil.which(name, path=os.path.dirname(sys.executable))
    assert found is not None, f"{name} is not installed beside {sys.executable}"
    return found


def environment(**changes: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in _OWN}
    return {**kept, "PYTHONIOENCODING": "utf-8", **changes}


def run(
    *command: str | bytes | Path,
    stdin: bytes = b"",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> Result:
    """Run ``classify …`` or ``wenti …``; `before` runs in the child before the command starts."""
    name, *arguments = command
    done = subprocess.run(
        [executable(str(name)), *(os.fspath(argument) for argument in arguments)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env=environment(**(env or {})),
        preexec_fn=before,
        timeout=120,
        check=False,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def succeed(*command: str | bytes | Path, **options: Any) -> Result:
    result = run(*command, **options)
    assert (result.code, result.stderr) == (0, b""), result.stderr.decode(errors="replace")
    return result


def assert_one_line(result: Result, code: int, *parts: str, start: str = "错误：") -> None:
    """Assert that a command said in one line of Chinese what is wrong and what to do, and nothing else."""
    assert result.code == code, result
    assert result.stdout == b""
    lines = result.err.splitlines()
    assert len(lines) == 1, result.err
    assert lines[0].startswith(start)
    assert "；" in lines[0], f"no remedy in: {lines[0]}"
    for part in parts:
        assert part in lines[0], f"{part!r} not in: {lines[0]}"


def listing(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@functools.cache
def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((ROOT / "docs" / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


def page(
    project: str = "2022 年度测试项目", unit: str = "某市财政局", findings: str = "<p>1. 预算执行率低。</p>"
) -> str:
    """Return one published page of a report."""
    return PAGE.format(project=project, unit=unit, findings=findings)


def commands(command: Any, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], Any]]:
    """Return a command and all below it, with the words that call them."""
    found = [(path, command)]
    for name, inner in getattr(command, "commands", {}).items():
        found += commands(inner, (*path, name))
    return found


@functools.cache
def all_commands() -> dict[tuple[str, ...], Any]:
    """Return every command by the words that call it."""
    import typer.main

    from wenti.cli.app import app, classify_app

    pairs = commands(typer.main.get_command(app), ("wenti",))
    return dict([*pairs, *commands(typer.main.get_command(classify_app), ("classify",))])
