"""``wenti taxonomy``, ``corpus``, ``model``, ``--version`` and the help of every command."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands import ROOT, all_commands, assert_one_line, listing, run, succeed
from wenti.artifact import manifest_checksum
from wenti.taxonomy import Taxonomy

TAXONOMY = ROOT / "taxonomy" / "taxonomy.yaml"
MODEL = ROOT / "model"
HEADER = "kind\ttypes\ttext"
GOOD = "weakness\tfund_execution.slow_spending\t预算执行率低"

# The whole program


@pytest.mark.parametrize("path", all_commands(), ids=" ".join)
def test_every_command_and_option_has_help(path: tuple[str, ...]) -> None:
    command = all_commands()[path]
    assert (command.help or "").strip()
    for parameter in command.params:
        assert (getattr(parameter, "help", None) or "").strip(), parameter.name


@pytest.mark.parametrize("path", all_commands(), ids=" ".join)
def test_every_command_shows_its_help(path: tuple[str, ...]) -> None:
    out = succeed(*path, "-h").out
    assert out.startswith(f"Usage: {' '.join(path)} ")
    for parameter in all_commands()[path].params:
        for option in parameter.opts:
            assert not option.startswith("-") or option in out
    for name in getattr(all_commands()[path], "commands", {}):
        assert re.search(rf"^  {name} ", out, re.MULTILINE)


def test_the_long_form_of_help_is_the_same() -> None:
    assert succeed("wenti", "--help").stdout == succeed("wenti", "-h").stdout


@pytest.mark.parametrize(
    "path", [("wenti",), ("wenti", "corpus"), ("wenti", "taxonomy"), ("wenti", "model")], ids=" ".join
)
def test_a_group_alone_shows_what_it_offers(path: tuple[str, ...]) -> None:
    result = run(*path)
    assert result.code == 2
    assert "Commands:" in result.out + result.err


@pytest.mark.parametrize("arguments", [["no-such"], ["corpus", "no-such"], ["--no-such"]], ids=" ".join)
def test_an_unknown_command_is_a_fault_of_usage(arguments: list[str]) -> None:
    result = run("wenti", *arguments)
    assert (result.code, result.stdout) == (2, b"")
    assert arguments[-1] in result.err
    assert "Traceback" not in result.err


def test_the_version_is_the_packages() -> None:
    import wenti

    assert succeed("wenti", "--version").out == f"wenti {wenti.__version__}\n"


def test_every_command_that_can_fail_can_be_debugged() -> None:
    leaves = {path: command for path, command in all_commands().items() if not hasattr(command, "commands")}
    assert leaves
    for path, command in leaves.items():
        options = {option for parameter in command.params for option in parameter.opts}
        assert {"--debug", "--lang"} <= options, path


# wenti taxonomy


def test_the_taxonomy_is_shown_with_ids_and_definitions(taxonomy: Taxonomy) -> None:
    out = succeed("wenti", "taxonomy", "show").out
    for category in taxonomy.categories:
        assert f"{category.name} ({category.id})\n  {category.definition}\n" in out
    for problem in taxonomy.types():
        assert f"    {problem.name} ({problem.id})\n      {problem.definition}\n" in out


def test_the_taxonomy_is_shown_in_english_on_demand(taxonomy: Taxonomy) -> None:
    out = succeed("wenti", "taxonomy", "show", "--lang", "en").out
    for problem in taxonomy.types():
        assert f"{problem.english} ({problem.id})" in out


def test_the_taxonomy_as_json_has_one_type_a_line(taxonomy: Taxonomy) -> None:
    found = succeed("wenti", "taxonomy", "show", "--json").objects
    assert [entry["id"] for entry in found] == [problem.id for problem in taxonomy.types()]
    for entry, problem in zip(found, taxonomy.types(), strict=True):
        assert entry == {
            "id": problem.id,
            "name": problem.name,
            "english": problem.english,
            "category": problem.category,
            "definition": problem.definition,
            "examples": list(problem.examples),
            "indicators": list(problem.indicators),
            "key_figure": problem.key_figure,
        }


def test_the_shipped_taxonomy_is_valid(taxonomy: Taxonomy) -> None:
    out = succeed("wenti", "taxonomy", "check").out
    assert f"版本 {taxonomy.version}，7 个类别，33 个问题类型" in out
    assert "7 categories, 33 types" in succeed("wenti", "taxonomy", "check", "--lang", "en").out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_users_taxonomy_is_read_in(encoding: str, tmp_path: Path) -> None:
    own = tmp_path / "自定义.yaml"
    own.write_text(TAXONOMY.read_text(encoding="utf-8"), encoding=encoding)
    assert succeed("wenti", "taxonomy", "check", own).out.startswith(f"{own}：分类体系有效")
    assert succeed("wenti", "taxonomy", "show", own).stdout == succeed("wenti", "taxonomy", "show").stdout


@pytest.mark.parametrize("command", ["show", "check"])
@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("id: slow_spending", "id: idle_balances", ["idle_balances", "重复"]),
        ("id: slow_spending", "id: 支出慢", ["支出慢", "不合规"]),
        ("id: slow_spending", "id: slow_spending\n        weight: 3", ["weight", "definition"]),
        ("key_figure: lowest_rate", "key_figure: best_rate", ["best_rate", "lowest_rate"]),
        ("categories:", "categories: [", ["YAML"]),
    ],
    ids=["an id twice", "a Chinese id", "an unknown field", "an unknown figure", "no YAML"],
)
def test_a_damaged_taxonomy_is_refused_with_line_and_remedy(
    old: str, new: str, parts: list[str], command: str, tmp_path: Path
) -> None:
    own = tmp_path / "own.yaml"
    text = TAXONOMY.read_text(encoding="utf-8")
    assert old in text
    own.write_text(text.replace(old, new, 1), encoding="utf-8")
    result = run("wenti", "taxonomy", command, own)
    assert_one_line(result, 1, str(own), *parts)
    assert re.search(r"，第\d+行：", result.err)


@pytest.mark.parametrize(
    ("content", "part"), [(None, "找不到文件"), (b"a: \xff\xff", "UTF-8")], ids=["missing", "no known encoding"]
)
def test_a_taxonomy_that_cannot_be_read_is_named(content: bytes | None, part: str, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    if content is not None:
        own.write_bytes(content)
    assert_one_line(run("wenti", "taxonomy", "check", own), 1, str(own), part)


# wenti corpus


def corpus(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        (folder / f"{name}.tsv").write_text(content, encoding="utf-8")
    return folder


def test_a_good_corpus_is_counted(tmp_path: Path) -> None:
    corpus(tmp_path, a=f"{HEADER}\n{GOOD}\n", b=f"{HEADER}\nfact\t\t项目于三月启动\n")
    assert succeed("wenti", "corpus", "check", tmp_path).out == f"{tmp_path}：2 个文件，2 条语句，全部有效\n"
    assert (
        succeed("wenti", "corpus", "check", tmp_path / "a.tsv").out
        == f"{tmp_path}/a.tsv：1 个文件，1 条语句，全部有效\n"
    )


def test_the_shipped_corpus_is_valid() -> None:
    assert "all valid" in succeed("wenti", "corpus", "check", ROOT / "corpus", "--lang", "en").out


def test_every_fault_of_a_corpus_is_listed_with_file_and_line(tmp_path: Path) -> None:
    rows = [
        HEADER,
        GOOD,
        "problem\tfund_execution.slow_spending\t支出慢",
        "weakness\tfund_execution.no_such\t钱花得太慢",
        "weakness\tfund_execution.slow_spending,fund_execution.slow_spending\t进度慢",
        "weakness\tfund_execution.slow_spending",
        "recommendation\t\t应当改进",
        "weakness\tfund_execution.slow_spending\t",
        GOOD,
        "fact\t\t预算执行率低",
    ]
    corpus(tmp_path, a="\n".join(rows) + "\n", b=GOOD + "\n")
    result = run("wenti", "corpus", "check", tmp_path)
    assert (result.code, result.stdout) == (3, b"")
    *lines, last = result.err.splitlines()
    assert last == f"{tmp_path}：发现 9 处错误"
    expected = [
        ("a.tsv，第3行", "problem"),
        ("a.tsv，第4行", "no_such"),
        ("a.tsv，第5行", "重复"),
        ("a.tsv，第6行", "应有 3 列，实有 2 列"),
        ("a.tsv，第7行", "至少要有一个问题类型"),
        ("a.tsv，第8行", "语句是空的"),
        ("a.tsv，第9行", "a.tsv:2重复"),
        ("a.tsv，第10行", "a.tsv:2相同但标注不同"),
        ("b.tsv，第1行", "表头"),
    ]
    assert len(lines) == len(expected)
    for (place, reason), line in zip(expected, sorted(lines, key=natural), strict=True):
        assert line.startswith("错误：")
        assert place in line
        assert reason in line
        assert "；" in line


def natural(line: str) -> tuple[str, int]:
    """Return file and line number, to sort by."""
    match = re.search(r"(\w+\.tsv)，第(\d+)行", line)
    assert match is not None, line
    return match.group(1), int(match.group(2))


@pytest.mark.parametrize("command", ["check", "stats"])
@pytest.mark.parametrize("kind", ["missing", "empty folder", "no known encoding"])
def test_a_corpus_that_cannot_be_read_is_named(kind: str, command: str, tmp_path: Path) -> None:
    path = tmp_path / ("x" if kind == "missing" else "" if kind == "empty folder" else "x.tsv")
    if kind == "no known encoding":
        path.write_bytes(b"kind\ttypes\ttext\n\xff\xff")
    part = {"missing": "找不到文件", "empty folder": "*.tsv", "no known encoding": "GB18030"}[kind]
    assert_one_line(run("wenti", "corpus", command, path), 1, str(path), part)


def test_counts_can_be_had_as_json(tmp_path: Path, taxonomy: Taxonomy) -> None:
    corpus(tmp_path, a=f"{HEADER}\n{GOOD}\n", b=f"{HEADER}\nfact\t\t项目于三月启动\nweakness\t\t问题较多\n")
    (found,) = succeed("wenti", "corpus", "stats", "--json", tmp_path).objects
    assert found == {
        "statements": 3,
        "files": 2,
        "kinds": {"weakness": 2, "fact": 1},
        "types": {"fund_execution.slow_spending": 1},
        "authors": {"a": 1, "b": 2},
        "types_per_weakness": {"0": 1, "1": 1},
        "lengths": [4, 6, 6],
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_counts_are_shown_for_every_kind_and_type(lang: str, tmp_path: Path, taxonomy: Taxonomy) -> None:
    corpus(tmp_path, a=f"{HEADER}\n{GOOD}\n")
    lines = succeed("wenti", "corpus", "stats", tmp_path, "--lang", lang).out.splitlines()
    shown = {line.split(maxsplit=1)[1]: int(line.split()[0]) for line in lines if re.match(r" +\d", line)}
    for kind in taxonomy.kinds:
        assert shown[kind.name if lang == "zh" else kind.english] == (kind.id == "weakness")
    for problem in taxonomy.types():
        name = f"{problem.name if lang == 'zh' else problem.english} ({problem.id})"
        assert shown[name] == (problem.id == "fund_execution.slow_spending")
    assert shown["a"] == 1


def test_counts_of_a_faulty_corpus_are_refused(tmp_path: Path) -> None:
    corpus(tmp_path, a=f"{HEADER}\nweakness\tno.such\t支出慢\n")
    assert_one_line(run("wenti", "corpus", "stats", tmp_path), 1, "a.tsv", "第2行", "no.such")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_rows_without_header_are_imported_with_full_ids(encoding: str, tmp_path: Path) -> None:
    rows = "weakness\tslow_spending,fund_execution.idle_balances\t支出慢，结余大\nfact\t-\t项目于三月启动\n"
    (tmp_path / "draft.tsv").write_text(rows, encoding=encoding)
    out = succeed("wenti", "corpus", "import", "draft.tsv", "new.tsv", cwd=tmp_path).out
    assert out == "new.tsv：已导入 2 条语句\n"
    assert (tmp_path / "new.tsv").read_bytes().decode("utf-8") == (
        f"{HEADER}\nweakness\tfund_execution.slow_spending,fund_execution.idle_balances\t支出慢，结余大\n"
        "fact\t\t项目于三月启动\n"
    )
    succeed("wenti", "corpus", "check", tmp_path / "new.tsv")


def test_unit_project_and_year_are_imported_where_given(tmp_path: Path) -> None:
    (tmp_path / "draft.tsv").write_text(f"{GOOD}\t某局\t某项目\t2022\n", encoding="utf-8")
    succeed("wenti", "corpus", "import", "draft.tsv", "new.tsv", cwd=tmp_path)
    assert (tmp_path / "new.tsv").read_text(encoding="utf-8") == (
        f"{HEADER}\tunit\tproject\tyear\n{GOOD}\t某局\t某项目\t2022\n"
    )


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (None, ["draft.tsv", "找不到文件"]),
        (b"\xff\xff", ["draft.tsv", "GB18030"]),
        (f"{GOOD}\nproblem\t-\t支出慢\n".encode(), ["draft.tsv", "第2行", "problem"]),
        (f"{GOOD}\nweakness\tno_such\t支出慢\n".encode(), ["draft.tsv", "第2行", "no_such"]),
        (f"{GOOD}\n支出慢\n".encode(), ["draft.tsv", "第2行", "实有 1 列"]),
        (f"{GOOD}\nfact\t-\t \n".encode(), ["draft.tsv", "第2行", "语句是空的"]),
        (f"{GOOD}\n{GOOD}\t某局\t某项目\t去年\n".encode(), ["draft.tsv", "第2行", "去年"]),
    ],
    ids=["missing", "no known encoding", "an unknown kind", "an unknown type", "too few columns", "no text", "no year"],
)
def test_faulty_rows_are_refused_and_nothing_is_written(
    content: bytes | None, parts: list[str], tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "draft.tsv").write_bytes(content)
    before = listing(tmp_path)
    assert_one_line(run("wenti", "corpus", "import", "draft.tsv", "new.tsv", cwd=tmp_path), 1, *parts)
    assert listing(tmp_path) == before


def test_an_import_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "draft.tsv").write_text(GOOD + "\n", encoding="utf-8")
    (tmp_path / "new.tsv").write_text("旧", encoding="utf-8")
    result = run("wenti", "corpus", "import", "draft.tsv", "new.tsv", cwd=tmp_path)
    assert_one_line(result, 1, "new.tsv", "文件已存在")
    assert (tmp_path / "new.tsv").read_text(encoding="utf-8") == "旧"


def test_an_import_into_a_missing_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "draft.tsv").write_text(GOOD + "\n", encoding="utf-8")
    result = run("wenti", "corpus", "import", "draft.tsv", "没有/new.tsv", cwd=tmp_path)
    assert_one_line(result, 1, "没有/new.tsv", "无法写入")
    assert listing(tmp_path) == {"draft.tsv"}


def test_an_import_on_a_disk_that_fills_up_leaves_no_half_file(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="limits of file size are POSIX's")
    rows = "".join(f"weakness\tslow_spending\t第{n}个项目预算执行率低\n" for n in range(200))
    (tmp_path / "draft.tsv").write_text(rows, encoding="utf-8")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))

    env = {"PYTHONDONTWRITEBYTECODE": "1"}
    result = run("wenti", "corpus", "import", "draft.tsv", "new.tsv", cwd=tmp_path, before=limit, env=env)
    assert_one_line(result, 1, "new.tsv", "无法写入")
    assert listing(tmp_path) == {"draft.tsv"}


# wenti model


def test_the_shipped_model_is_sound(taxonomy: Taxonomy) -> None:
    out = succeed("wenti", "model", "check").out
    assert "模型完好" in out
    assert f"分类体系 {taxonomy.version}" in out
    assert "sound" in succeed("wenti", "model", "check", "--lang", "en").out


def test_a_model_can_be_named_by_option_or_variable() -> None:
    assert succeed("wenti", "model", "check", "--model", MODEL).out.startswith(f"{MODEL}：")
    assert succeed("wenti", "model", "check", env={"WENTI_MODEL": str(MODEL)}).out.startswith(f"{MODEL}：")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(MODEL, tmp_path / "copy")
    return tmp_path / "copy"


def truncate(folder: Path) -> None:
    with open(folder / "weights.npy", "r+b") as file:
        file.truncate(1000)


def flip(folder: Path) -> None:
    content = bytearray((folder / "weights.npy").read_bytes())
    content[-1] ^= 1
    (folder / "weights.npy").write_bytes(content)


def remove(folder: Path) -> None:
    (folder / "base.npy").unlink()


def another_format(folder: Path) -> None:
    manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    (folder / "model.json").write_text(json.dumps({**manifest, "format": 99}), encoding="utf-8")


def edit(folder: Path) -> None:
    manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    manifest["bias"][0] += 1
    (folder / "model.json").write_text(json.dumps(manifest), encoding="utf-8")


def garble(folder: Path) -> None:
    (folder / "model.json").write_bytes(b"{")


@pytest.mark.parametrize(
    ("damage", "part"),
    [
        (truncate, "weights.npy"),
        (flip, "weights.npy"),
        (remove, "base.npy"),
        (another_format, "99"),
        (edit, "model.json"),
        (garble, "model.json"),
    ],
    ids=["truncated", "one bit flipped", "an array missing", "another format", "edited", "no manifest"],
)
def test_a_damaged_model_is_named_with_what_is_wrong(damage: Callable[[Path], None], part: str, copy: Path) -> None:
    damage(copy)
    assert_one_line(run("wenti", "model", "check", "--model", copy), 1, str(copy), part)


@pytest.fixture
def small_corpus(tmp_path: Path) -> Path:
    for folder in ("statements", "reports"):
        (tmp_path / "corpus" / folder).mkdir(parents=True)
        corpus(tmp_path / "corpus" / folder, a=f"{HEADER}\n{GOOD}{folder}\n")
    (tmp_path / "corpus" / "folds.tsv").write_text("author\tfold\n", encoding="utf-8")
    return tmp_path / "corpus"


def change(folder: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    """Change a model and give it a right checksum again."""
    manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    edit(manifest)
    manifest["crc32"] = manifest_checksum(manifest)
    (folder / "model.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def test_a_model_that_decides_alike_holds(small_corpus: Path) -> None:
    succeed("wenti", "model", "check", "--against", MODEL, "--corpus", small_corpus)


def test_a_model_that_decides_otherwise_does_not_hold(copy: Path, small_corpus: Path) -> None:
    change(copy, lambda manifest: manifest.update(bias=[-bias for bias in manifest["bias"]]))
    result = run("wenti", "model", "check", "--against", copy, "--corpus", small_corpus)
    assert_one_line(result, 3, "不一致", "wenti train")


@pytest.mark.parametrize("debug", [False, True], ids=["plain", "debug"])
def test_a_model_of_another_corpus_does_not_hold(debug: bool, copy: Path, small_corpus: Path) -> None:
    change(copy, lambda manifest: manifest["corpus"].update(sha256="0" * 64))
    command = ("wenti", "model", "check", "--against", copy, "--corpus", small_corpus)
    if not debug:
        assert_one_line(run(*command), 3, "corpus.sha256")
        return
    result = run(*command, "--debug")
    assert result.code == 3
    assert "Traceback (most recent call last)" in result.err
    assert "corpus.sha256" in result.err.splitlines()[-1]
