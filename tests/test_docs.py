"""The documentation: every command in a code block exists, with its options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.commands import ROOT, all_commands, run

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>```+|~~~+) *(?P<language>[\w+-]*)[^\n`]*$")
_SHELL = {"", "sh", "bash", "shell", "console", "shell-session", "text", "powershell", "bat", "cmd", "zsh"}
_PROMPT = re.compile(r"^(?:\$|>|PS>|PS [^>]*>|[A-Z]:\\[^>]*>) ")
_STOPS = set("|&;<>()")


@dataclass(frozen=True)
class Block:
    """A fenced block of code: language, first line in the file, text."""

    language: str
    line: int
    text: str


def blocks(markdown: str) -> Iterator[Block]:
    opened: tuple[str, str, int] | None = None
    lines: list[str] = []
    for number, line in enumerate(markdown.splitlines(), start=1):
        match = _FENCE.match(line)
        if opened is None:
            if match:
                opened, lines = (match["fence"], match["language"].lower(), number + 1), []
        elif match and match["fence"].startswith(opened[0]) and not match["language"]:
            yield Block(opened[1], opened[2], "\n".join(lines))
            opened = None
        else:
            lines.append(line)


def invocations(block: Block) -> Iterator[tuple[int, list[str]]]:
    """Yield line and words of each call of our programs; in a transcript only what follows a prompt."""
    if block.language not in _SHELL:
        return
    lines = block.text.split("\n")
    transcript = any(_PROMPT.match(line.strip()) for line in lines)
    text, start = "", block.line
    for number, raw in enumerate(lines, start=block.line):
        line = raw.strip()
        if not text:
            start = number
            if transcript and not _PROMPT.match(line):
                continue
            line = _PROMPT.sub("", line)
        text += line
        if text.endswith(("\\", "^", "`")):
            text = text[:-1] + " "
            continue
        for words in _commands(text):
            yield start, words
        text = ""


def _commands(line: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        tokens = list(lexer)
    except ValueError:  # an apostrophe in prose; then it is no command either
        tokens = line.split()
    words: list[str] = []
    for token in [*tokens, ";"]:
        if set(token) <= _STOPS:
            while words and re.match(r"[A-Z_]+=", words[0]):  # WENTI_MODEL=… classify
                del words[0]
            if words and words[0] in ("wenti", "classify"):
                yield words
            words = []
        else:
            words.append(token)


def faults(words: list[str]) -> Iterator[str]:
    """Yield what is wrong with a call: commands and options that do not exist."""
    known = all_commands()
    path: tuple[str, ...] = (words[0],)
    rest = words[1:]
    while rest and hasattr(known[path], "commands") and not rest[0].startswith("-"):
        if (*path, rest[0]) not in known:
            yield f"{' '.join(path)} has no command {rest[0]}"
            return
        path, rest = (*path, rest[0]), rest[1:]
    options: dict[str, Any] = {option: p for p in known[path].params for option in p.opts if option.startswith("-")}
    position = 0
    while position < len(rest):
        name, _, value = rest[position].partition("=")
        position += 1
        if name == "--":
            return
        if not name.startswith("-") or name in ("-", "-h", "--help"):
            continue
        if name not in options:
            yield f"{' '.join(path)} has no option {name}"
        elif not options[name].is_flag and not value:
            if position == len(rest):
                yield f"{' '.join(path)} {name} lacks its value"
            position += 1


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_in_the_documentation_exists(page: Path) -> None:
    found = [
        f"line {line}: {fault}"
        for block in blocks(page.read_text(encoding="utf-8"))
        for line, words in invocations(block)
        for fault in faults(words)
    ]
    assert found == []


def test_the_readme_begins_with_two_commands_of_one_line_each() -> None:
    found = [block for block in blocks((ROOT / "README.md").read_text(encoding="utf-8")) if block.language == "sh"]
    assert len(found) >= 2
    for block in found[:2]:
        assert len(block.text.splitlines()) == 1, block
        assert block.text.strip()


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "docs/install.md"])
def test_the_answer_that_a_page_shows_is_the_answer_given(name: str) -> None:
    answer = run("classify", "项目预算执行率低").out
    assert answer.splitlines()[1:]
    assert f"```\n{answer}" in (ROOT / name).read_text(encoding="utf-8")


def test_the_readme_shows_how_to_call_both_programs() -> None:
    words = [w for b in blocks((ROOT / "README.md").read_text(encoding="utf-8")) for _, w in invocations(b)]
    assert {w[0] for w in words} == {"wenti", "classify"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wenti serve in.csv out.csv", ["wenti has no command serve"]),
        ("wenti corpus mend x", ["wenti corpus has no command mend"]),
        ("classify --jsonl x", ["classify has no option --jsonl"]),
        ("cat x | classify --jsonl - | head -1", ["classify has no option --jsonl"]),
        ("WENTI_MODEL=m classify -x y", ["classify has no option -x"]),
        ("wenti report a \\\n  --out b.html", ["wenti report has no option --out"]),
        ("$ wenti report a -o", ["wenti report -o lacks its value"]),
        ("$ wenti --version\nwenti 0.1.0", []),
        ("wenti report a -o b.html --threshold=strict && classify --top 3 -", []),
        ("classify -- --jsonl", []),
        ("classify --json - < in.txt > out.jsonl  # wenti has no tag", []),
        ("wenti read 报告/ | head -1", []),
        ("wenti train --help", []),
    ],
)
def test_the_search_finds_what_does_not_exist(text: str, expected: list[str]) -> None:
    (block,) = blocks(f"Some text.\n\n```sh\n{text}\n```\n")
    assert [fault for _, words in invocations(block) for fault in faults(words)] == expected


def test_blocks_of_other_languages_are_not_commands() -> None:
    (block,) = blocks("```python\nwenti = 1\n```")
    assert list(invocations(block)) == []
