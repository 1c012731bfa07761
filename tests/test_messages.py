"""What users read: in both languages, on GBK consoles, complete, used, and naming only commands that exist."""

from __future__ import annotations

import ast
import pickle
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import ROOT, all_commands
from wenti import errors
from wenti.messages import LANGUAGES, MESSAGES, message
from wenti.rendering.labels import LABELS, Labels

SOURCE = ROOT / "src" / "wenti"
TABLES = {"messages": MESSAGES, "labels": LABELS}
ENTRIES = [(table, key) for table, entries in TABLES.items() for key in entries]
# Calls whose first argument is a key: message("…"), Fault("…") of tables, self.fail("…") of the taxonomy, progress("…") of
# training, and errors.
TAKE_A_KEY = {"message", "fail", "progress", "Fault"} | {
    name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, errors.WentiError)
}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def constants(node: ast.AST) -> set[str]:
    """Return the strings that an expression may be: itself, or the branches of a condition."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return constants(node.body) | constants(node.orelse)
    return set()


def keys_in(file: Path) -> Iterator[tuple[str, int]]:
    """Yield every message key that a module names, with its line."""
    for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(function, (ast.FunctionDef, ast.Module)):
            continue
        assigned: dict[str, set[str]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                assigned.setdefault(node.targets[0].id, set()).update(constants(node.value))
        for node in ast.walk(function):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in TAKE_A_KEY:
                first = node.args[0]
                found = assigned.get(first.id, set()) if isinstance(first, ast.Name) else constants(first)
                yield from ((key, node.lineno) for key in found)


USED = sorted(
    {(str(file.relative_to(SOURCE)), key, line) for file in SOURCE.rglob("*.py") for key, line in keys_in(file)}
)


@pytest.mark.parametrize(("table", "key"), ENTRIES, ids=[f"{table} {key}" for table, key in ENTRIES])
def test_an_entry_is_complete_and_fits_a_gbk_console(table: str, key: str) -> None:
    entry = TABLES[table][key]
    assert len(entry) == len(LANGUAGES) == 2
    zh, en = entry
    for text in entry:
        assert text.encode("gbk").decode("gbk") == text
        assert text.strip()
        assert "\n" not in text
    assert placeholders(zh) == placeholders(en)
    assert not re.search(r"[，。；：（）]", re.sub(r"项目名称：|“主要问题”", "", en)), "Chinese punctuation in English"


@pytest.mark.parametrize(("table", "key"), ENTRIES, ids=[f"{table} {key}" for table, key in ENTRIES])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_entry_can_be_filled_in(lang: str, table: str, key: str) -> None:
    text = TABLES[table][key][LANGUAGES.index(lang)]
    facts = dict.fromkeys(placeholders(text), 7)
    shown = message(key, lang, **facts) if table == "messages" else Labels(lang)(key, **facts)
    assert "{" not in shown
    assert "}" not in shown


def test_the_source_names_keys() -> None:
    assert len({key for _, key, _ in USED}) > 50, "the search for keys finds too little to be right"


@pytest.mark.parametrize(("file", "key", "line"), USED, ids=[f"{file}:{line} {key}" for file, key, line in USED])
def test_a_key_that_the_source_names_exists(file: str, key: str, line: int) -> None:
    assert key in MESSAGES


@pytest.mark.parametrize("key", MESSAGES)
def test_a_message_is_used(key: str) -> None:
    assert key in {used for _, used, _ in USED}


@pytest.mark.parametrize(
    "key", [key for key, texts in MESSAGES.items() if any("wenti " in text or "--" in text for text in texts)]
)
def test_a_command_that_a_message_names_exists(key: str) -> None:
    known = set(all_commands())
    options = {
        option for command in all_commands().values() for parameter in command.params for option in parameter.opts
    }
    zh = MESSAGES[key][0]
    for words in re.findall(r"wenti ((?:[a-z]+)(?: [a-z]+)*)", zh):
        assert ("wenti", *words.split()) in known, words
    for text in MESSAGES[key]:
        assert set(re.findall(r"--[a-z-]+", text)) <= options


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_error_is_one_line_whatever_the_file_is_called(lang: str) -> None:
    error = errors.InputError("file_missing", file="a\nb\rc.txt", line=3)
    assert not set("\r\n") & set(error.describe(lang))
    assert "a b c.txt" in error.describe(lang)
    assert "3" in error.describe(lang)


def test_an_error_says_its_place_in_the_readers_language() -> None:
    error = errors.CorpusError("corpus_text", file="a.tsv", line=3)
    assert str(error) == error.describe("zh") == "a.tsv，第3行：语句是空的；请补上或删去该行"
    assert error.describe("en") == "a.tsv, line 3: the text is empty; fill it in or delete the row"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.WentiError, 1),
        (errors.InputError, 1),
        (errors.OutputError, 1),
        (errors.TaxonomyError, 1),
        (errors.CorpusError, 1),
        (errors.ModelError, 1),
        (errors.UsageError, 2),
        (errors.CheckError, 3),
    ],
)
def test_an_error_has_its_exit_code_and_crosses_processes(kind: type[errors.WentiError], code: int) -> None:
    error = kind("corpus_type", file="a.tsv", line=2, label="x.y")
    assert error.exit_code == code
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert [again.describe(lang) for lang in LANGUAGES] == [error.describe(lang) for lang in LANGUAGES]


def test_a_message_without_its_facts_is_refused() -> None:
    with pytest.raises(KeyError, match="path"):
        message("written")
    with pytest.raises(KeyError, match="no_such_key"):
        message("no_such_key")
