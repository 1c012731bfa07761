"""``classify`` as users run it: answers, options, encodings, terminals, pipes, faults."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.commands import ROOT, Result, assert_one_line, environment, executable, run, succeed, validator
from wenti.artifact import manifest_checksum
from wenti.classifier import Classifier

SLOW = "项目预算执行率低"
TWO = "资产闲置，且未及时办理竣工验收"
TAXONOMY = ROOT / "taxonomy" / "taxonomy.yaml"
MODEL = ROOT / "model"


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("damaged") / "model"
    shutil.copytree(MODEL, folder)
    with open(folder / "weights.npy", "r+b") as file:
        file.truncate(1000)
    return folder


@pytest.fixture(scope="module")
def unlike(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound model that calls a type differently from the shipped one, to tell which was used."""
    folder = tmp_path_factory.mktemp("unlike") / "模型"
    shutil.copytree(MODEL, folder)
    manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    for label in manifest["labels"]["types"]:
        label["name"] = "另" + label["name"]
    manifest["crc32"] = manifest_checksum(manifest)
    (folder / "model.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    return folder


def answers(*command: str | bytes | Path, **options: Any) -> list[dict[str, Any]]:
    found = succeed(*command, **options).objects
    for answer in found:
        validator("classify").validate(answer)
    return found


def only(*command: str | bytes | Path, **options: Any) -> dict[str, Any]:
    (answer,) = answers(*command, **options)
    return answer


# Answers


def test_a_statement_is_answered_with_kind_category_type_and_probability() -> None:
    lines = succeed("classify", SLOW).out.splitlines()
    assert lines[0] == SLOW
    assert lines[1].split()[0] == "问题"
    assert lines[1].split()[1].endswith("%")
    assert "资金执行 / 预算执行率低、支出进度慢" in lines[2]
    assert lines[2].endswith("%")


def test_several_statements_are_answered_in_their_order() -> None:
    texts = [SLOW, "资产闲置", "建立了内部控制制度"]
    lines = succeed("classify", *texts).out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == texts


def test_json_answers_are_one_object_a_line_by_the_contract() -> None:
    found = answers("classify", "--json", SLOW, "资产闲置")
    assert [answer["text"] for answer in found] == [SLOW, "资产闲置"]
    assert found[0] | {"kind_probability": 0, "categories": [], "types": []} == {
        "text": SLOW,
        "kind": "weakness",
        "kind_probability": 0,
        "needs_review": False,
        "categories": [],
        "types": [],
    }
    assert list(found[0]) == ["text", "kind", "kind_probability", "needs_review", "categories", "types"]


def test_categories_follow_from_the_types_with_the_largest_of_their_probabilities() -> None:
    answer = only("classify", "--json", TWO)
    best: dict[str, float] = {}
    for tag in answer["types"]:
        category = tag["id"].split(".")[0]
        best[category] = max(best.get(category, 0), tag["probability"])
    assert {tag["id"]: tag["probability"] for tag in answer["categories"]} == best
    assert len(best) == 2


def test_a_dash_reads_statements_from_standard_input() -> None:
    lines = succeed("classify", "-", stdin=f"{SLOW}\n资产闲置\n".encode()).out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [SLOW, "资产闲置"]


@pytest.mark.parametrize(
    "line",
    ["", "   ", "\t", "The budget was not spent.", "😀", "👩‍👩‍👧‍👦", "123.45", "。，；", "\u200b", "\x00"],
    ids=["blank", "spaces", "a tab", "English", "an emoji", "joined emoji", "a number", "stops", "zero width", "a NUL"],
)
def test_a_line_that_is_no_statement_gets_an_object_that_needs_review(line: str) -> None:
    answer = only("classify", "--json", "-", stdin=(line + "\n").encode())
    assert answer["text"] == line
    assert answer["needs_review"] is True
    assert answer["types"] == []


def test_every_line_of_standard_input_gets_its_object_in_order() -> None:
    lines = ["", SLOW, "", "hello", "😀", "资产闲置"]
    found = answers("classify", "--json", "-", stdin="\n".join(lines).encode())
    assert [answer["text"] for answer in found] == lines
    assert [answer["needs_review"] for answer in found] == [True, False, True, True, True, False]


def test_windows_line_ends_are_no_part_of_a_statement() -> None:
    assert [a["text"] for a in answers("classify", "--json", "-", stdin=f"{SLOW}\r\n\r\n".encode())] == [SLOW, ""]


def test_empty_standard_input_gives_no_answer_and_no_fault() -> None:
    assert succeed("classify", "-").stdout == b""


def test_texts_and_a_dash_can_be_mixed() -> None:
    found = answers("classify", "--json", "资产闲置", "-", "人员不足", stdin=SLOW.encode())
    assert [answer["text"] for answer in found] == ["资产闲置", SLOW, "人员不足"]


@pytest.mark.parametrize("text", ["", "  "], ids=["empty", "white space"])
def test_an_empty_text_is_shown_as_blank_and_needs_review(text: str) -> None:
    out = succeed("classify", text).out
    assert out.startswith("（空白）\n")
    assert "待人工判定" in out


def test_a_statement_can_begin_with_a_dash_after_two_dashes() -> None:
    assert only("classify", "--json", "--", "-" + SLOW)["text"] == "-" + SLOW


def test_one_line_of_a_megabyte_is_answered_and_needs_review() -> None:
    line = (SLOW * 50_000)[: (1 << 20) // 3]
    result = succeed("classify", "-", stdin=line.encode())
    assert "待人工判定" in result.out
    assert len(result.out) < 1000, "the whole line is shown again"
    answer = only("classify", "--json", "-", stdin=line.encode())
    assert (answer["text"], answer["needs_review"]) == (line, True)


def test_more_lines_than_a_block_holds_are_all_answered_alike() -> None:
    found = succeed("classify", "--json", "-", stdin=f"{SLOW}\n".encode() * 5003).objects
    assert len(found) == 5003
    assert all(answer == found[0] for answer in found)


def test_wenti_classify_is_the_same_command() -> None:
    for arguments in ([SLOW, "资产闲置"], ["--json", "--top", "3", "--explain", SLOW], ["--lang", "en", SLOW]):
        assert succeed("wenti", "classify", *arguments).stdout == succeed("classify", *arguments).stdout


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n")), min_size=1))
def test_any_lines_are_answered_each_by_one_object(lines: list[str]) -> None:
    found = answers("classify", "--json", "-", stdin="".join(f"{line}\n" for line in lines).encode())
    assert [answer["text"] for answer in found] == [lines[0].removeprefix("\ufeff"), *lines[1:]]


# Options


@pytest.mark.parametrize("text", [SLOW, "hello"], ids=["a weakness", "no statement"])
def test_top_adds_as_many_ranked_types_as_asked_for(text: str) -> None:
    answer = only("classify", "--json", "--top", "4", text)
    ranked = [tag["probability"] for tag in answer["ranked"]]
    assert len(ranked) == 4
    assert ranked == sorted(ranked, reverse=True)


def test_top_beyond_the_types_ranks_all_of_them(classifier: Classifier) -> None:
    answer = only("classify", "--json", "--top", "999", SLOW)
    assert {tag["id"] for tag in answer["ranked"]} == {label.id for label in classifier.types}


def test_top_lists_the_likeliest_types_for_people_too() -> None:
    lines = succeed("classify", "--top", "3", "hello").out.splitlines()
    assert [line for line in lines if "可能的类型" in line]
    assert sum(" / " in line for line in lines) == 3


def test_without_top_there_is_no_ranking() -> None:
    assert "ranked" not in only("classify", "--json", "--top", "0", SLOW)


@pytest.mark.parametrize("text", [SLOW, TWO, "预算执行率仅 37.5%，支出 进度慢😀"], ids=["one", "two types", "mixed"])
def test_explain_names_the_stretches_of_the_text_that_decided(text: str) -> None:
    tags = only("classify", "--json", "--explain", text)["types"]
    assert tags
    for tag in tags:
        assert tag["because"]
        taken: set[int] = set()
        for because in tag["because"]:
            assert because["text"] == text[because["start"] : because["end"]]
            assert because["text"]
            assert not taken & set(range(because["start"], because["end"]))
            taken |= set(range(because["start"], because["end"]))


def test_explain_shows_the_deciding_words_to_people() -> None:
    out = succeed("classify", "--explain", SLOW).out
    (line,) = [line for line in out.splitlines() if line.strip().startswith("依据：")]
    assert "执行率低(+" in line


def test_without_explain_tags_carry_no_because() -> None:
    assert all("because" not in tag for tag in only("classify", "--json", SLOW)["types"])


@pytest.mark.parametrize("command", [("classify",), ("wenti", "classify")], ids=["classify", "wenti classify"])
def test_the_option_model_names_the_model(unlike: Path, command: tuple[str, ...]) -> None:
    assert "另预算执行率低" in succeed(*command, "--model", unlike, SLOW).out


def test_the_variable_wenti_model_names_the_model(unlike: Path) -> None:
    assert "另预算执行率低" in succeed("classify", SLOW, env={"WENTI_MODEL": str(unlike)}).out


def test_the_option_model_goes_before_the_variable(damaged: Path, unlike: Path) -> None:
    out = succeed("classify", "--model", unlike, SLOW, env={"WENTI_MODEL": str(damaged)}).out
    assert "另预算执行率低" in out


def test_a_renamed_type_is_called_by_its_new_name(tmp_path: Path) -> None:
    text = TAXONOMY.read_text(encoding="utf-8")
    assert text.count("name: 预算执行率低、支出进度慢") == 1
    own = tmp_path / "自定义.yaml"
    own.write_text(text.replace("name: 预算执行率低、支出进度慢", "name: 花钱太慢"), encoding="utf-8")
    out = succeed("classify", "--taxonomy", own, SLOW).out
    assert "花钱太慢" in out
    assert "支出进度慢" not in out
    (tag,) = only("classify", "--json", "--taxonomy", own, SLOW)["types"]
    assert (tag["id"], tag["name"]) == ("fund_execution.slow_spending", "花钱太慢")


def test_a_taxonomy_that_lacks_a_type_of_the_model_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    text = TAXONOMY.read_text(encoding="utf-8")
    own.write_text(text.replace("id: slow_spending", "id: quick_spending"), encoding="utf-8")
    result = run("classify", "--taxonomy", own, SLOW)
    assert_one_line(result, 1, "fund_execution.slow_spending", "wenti train --taxonomy")


def test_english_is_spoken_on_demand() -> None:
    out = succeed("classify", "--lang", "en", SLOW, "").out
    assert "Weakness" in out or "weakness" in out
    assert "Fund execution / Low execution, slow spending" in out
    assert "needs review" in out
    assert "(blank)" in out
    (tag,) = only("classify", "--json", "--lang", "en", SLOW)["types"]
    assert tag["name"] == "Low execution, slow spending"


def test_a_wider_threshold_never_gives_fewer_types() -> None:
    texts = ["制度建设和人员管理有待加强", "项目管理粗放，资金使用效益不高", SLOW, TWO]
    tags = {
        name: [{t["id"] for t in a["types"]} for a in answers("classify", "--json", "--threshold", name, *texts)]
        for name in ("wide", "medium", "strict")
    }
    for wide, medium, strict in zip(tags["wide"], tags["medium"], tags["strict"], strict=True):
        assert strict <= medium <= wide
    assert tags["wide"] != tags["strict"]


@pytest.mark.parametrize(
    "options",
    [
        ["--lang", "de"],
        ["--threshold", "宽松"],
        ["--threshold", "0.5"],
        ["--top", "-1"],
        ["--top", "many"],
        ["--model"],
        ["--no-such-option"],
    ],
    ids=" ".join,
)
def test_a_bad_option_is_a_fault_of_usage(options: list[str]) -> None:
    result = run("classify", SLOW, *options)
    assert result.code == 2
    assert result.stdout == b""
    assert options[0] in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize("command", [("classify",), ("wenti", "classify"), ("classify", "--json")], ids=" ".join)
def test_no_text_is_a_fault_of_usage_that_shows_the_usage(command: tuple[str, ...]) -> None:
    assert_one_line(run(*command), 2, "没有要判别的语句", 'classify "项目预算执行率低"')


# Encodings


def test_a_gbk_console_shows_every_answer_and_replaces_what_it_cannot() -> None:
    arguments = ["classify", "--explain", "--top", "5", "😀" + SLOW, "资产闲置", ""]
    gbk = succeed(*arguments, env={"PYTHONIOENCODING": "gbk"}).stdout.decode("gbk")
    assert gbk == succeed(*arguments).out.replace("😀", "?")


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "cp437"])
@pytest.mark.parametrize(
    "arguments",
    [["--json", "😀" + SLOW], ["😀" + SLOW], ["--lang", "en", SLOW], ["--help"], ["--threshold", "宽😀", SLOW]],
    ids=["json", "text", "English", "help", "a fault"],
)
def test_no_console_is_too_narrow(encoding: str, arguments: list[str]) -> None:
    result = run("classify", *arguments, env={"PYTHONIOENCODING": encoding})
    assert result.code == (2 if "--threshold" in arguments else 0), result
    assert b"Traceback" not in result.stderr
    assert result.stdout or result.stderr


def test_json_on_a_gbk_console_still_is_json() -> None:
    result = succeed("classify", "--json", "😀" + SLOW, env={"PYTHONIOENCODING": "gbk"})
    answer = json.loads(result.stdout.decode("gbk"))
    assert answer["text"] == "?" + SLOW
    assert answer["types"][0]["name"] == "预算执行率低、支出进度慢"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_standard_input_is_understood_in(encoding: str) -> None:
    lines = [SLOW, "资产闲置", ""]
    found = answers("classify", "--json", "-", stdin="\n".join([*lines, SLOW]).encode(encoding))
    assert [answer["text"] for answer in found] == [*lines, SLOW]
    assert found[0] == found[3] == only("classify", "--json", SLOW)


def test_ascii_lines_before_gbk_ones_do_not_mislead() -> None:
    lines = ["", "2022", "OK", SLOW, "ok", "资产闲置"]
    found = answers("classify", "--json", "-", stdin="\n".join(lines).encode("gbk"))
    assert [answer["text"] for answer in found] == lines


def test_the_encoding_of_standard_input_does_not_depend_on_the_locale() -> None:
    narrow = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii:strict"}
    result = succeed("classify", "--json", "-", stdin=SLOW.encode(), env=narrow)
    assert json.loads(result.stdout)["types"][0]["id"] == "fund_execution.slow_spending"


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["alone", "with an option"])
def test_arguments_are_understood_in_a_locale_that_cannot_decode_them(encoding: str, options: list[str]) -> None:
    narrow = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    result = succeed("classify", *options, SLOW.encode(encoding), env=narrow)
    assert SLOW in result.out
    assert "支出进度慢" in result.out


def test_arguments_in_gbk_are_understood_in_a_utf8_locale() -> None:
    assert only("classify", "--json", SLOW.encode("gbk"), env={"PYTHONUTF8": "1"})["text"] == SLOW


# Terminals and pipes


def on_terminal(*arguments: str, **env: str) -> str:
    """Run classify with a terminal as its standard output and return what it wrote."""
    reader, writer = pty.openpty()
    try:
        subprocess.run(
            [executable("classify"), *arguments], stdout=writer, env=environment(**env), timeout=60, check=True
        )
        return os.read(reader, 1 << 16).decode()
    finally:
        os.close(writer)
        os.close(reader)


def test_a_terminal_gets_colours() -> None:
    shown = on_terminal(SLOW)
    assert "\x1b[" in shown
    assert shown.count("\x1b[0m") >= 2, "a colour is left on"


def test_a_pipe_gets_no_colours() -> None:
    assert b"\x1b" not in succeed("classify", SLOW).stdout


@pytest.mark.parametrize("value", ["1", ""], ids=["set", "set to nothing"])
def test_no_color_turns_colours_off(value: str) -> None:
    assert "\x1b" not in on_terminal(SLOW, NO_COLOR=value)


def test_json_has_no_colours_on_a_terminal() -> None:
    assert json.loads(on_terminal("--json", SLOW))["text"] == SLOW


def test_colours_change_nothing_but_colours() -> None:
    plain = succeed("classify", "--explain", SLOW).out
    assert re.sub(r"\x1b\[\d*m", "", on_terminal("--explain", SLOW)).replace("\r\n", "\n") == plain


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
def test_a_reader_that_leaves_early_is_no_fault(options: list[str]) -> None:
    with subprocess.Popen(
        [executable("classify"), *options, "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(f"{SLOW}\n".encode() * 5000)  # a block, whose answers are more than a pipe holds
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_answers_come_before_a_fault_further_down() -> None:
    good = f"{SLOW}\n".encode() * 5000
    result = run("classify", "--json", "-", stdin=good + b"\xff\xff\n")
    assert result.code == 1
    assert len(result.objects) == 5000
    assert len(result.err.splitlines()) == 1


# Faults


def test_bytes_in_no_known_encoding_are_refused_with_their_place() -> None:
    result = run("classify", "-", stdin=b"\xff\xff\n")
    assert_one_line(result, 1, "<stdin>", "UTF-8", "GB18030", "0")


def test_what_comes_before_a_broken_line_is_answered_and_the_line_named() -> None:
    result = run("classify", "--json", "-", stdin=f"{SLOW}\n资产".encode() + b"\xe4\xb8\n")
    assert result.code == 1
    assert [answer["text"] for answer in result.objects] == [SLOW]
    assert "不是 UTF-8 编码" in result.err


def test_an_argument_in_no_known_encoding_is_refused() -> None:
    assert_one_line(run("classify", b"\xff\xff"), 1, "UTF-8", "GB18030")


def model_faults(kind: str, damaged: Path, tmp_path: Path) -> tuple[Path, str]:
    if kind == "missing":
        return tmp_path / "没有", "model.json"
    if kind == "empty":
        return tmp_path, "model.json"
    if kind == "truncated":
        return damaged, "weights.npy"
    return TAXONOMY, "model.json"


@pytest.mark.parametrize("kind", ["missing", "empty", "truncated", "no folder"])
@pytest.mark.parametrize("way", ["option", "variable"])
def test_a_bad_model_is_named_with_what_is_wrong(way: str, kind: str, damaged: Path, tmp_path: Path) -> None:
    folder, detail = model_faults(kind, damaged, tmp_path)
    if way == "option":
        result = run("classify", "--model", folder, SLOW)
    else:
        result = run("classify", SLOW, env={"WENTI_MODEL": str(folder)})
    assert_one_line(result, 1, str(folder), detail, "重新安装")


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (None, ["找不到文件"]),
        (b"version: [1\n", ["YAML"]),
        (b"", ["taxonomy"]),
        (b"just text", ["taxonomy"]),
        (b"a: \xff\xff", ["UTF-8"]),
        (b"version: '1'\nversion: '2'\n", ["第2行", "version"]),
    ],
    ids=["missing", "no YAML", "empty", "no mapping", "no text", "a field twice"],
)
def test_a_bad_taxonomy_is_named_with_what_is_wrong(content: bytes | None, parts: list[str], tmp_path: Path) -> None:
    file = tmp_path / "分类.yaml"
    if content is not None:
        file.write_bytes(content)
    assert_one_line(run("classify", "--taxonomy", file, SLOW), 1, str(file), *parts)


def test_faults_are_told_in_english_on_demand(damaged: Path) -> None:
    result = run("classify", "--lang", "en", "--model", damaged, SLOW)
    assert result.code == 1
    (line,) = result.err.splitlines()
    assert line.startswith(f"error: {damaged}: the model is damaged (weights.npy")
    assert line.isascii()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--model", "/nowhere", SLOW], 1), ([], 2)],
    ids=["a missing model", "no text"],
)
def test_debug_shows_the_traceback_and_keeps_the_exit_code(arguments: list[str], code: int) -> None:
    result: Result = run("classify", "--debug", *arguments)
    assert result.code == code
    assert "Traceback (most recent call last)" in result.err
    assert "wenti.errors." in result.err.splitlines()[-1]
    assert "Traceback" not in run("classify", *arguments).err


@pytest.mark.parametrize(("chinese", "english"), [("宽", "wide"), ("中", "medium"), ("严", "strict")])
def test_thresholds_have_chinese_names_too(chinese: str, english: str) -> None:
    results = [run("classify", "--json", "--threshold", name, SLOW) for name in (chinese, english)]
    assert results[0].code == 0
    assert results[0].stdout == results[1].stdout
