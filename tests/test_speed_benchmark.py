"""The benchmark of speed: how a process is measured, the arithmetic of the table, and real runs on a tiny corpus."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from benchmarks.entrants import CONTESTANTS, PIPELINE, Trainer
from benchmarks.measure import BARE_PYTHON, Measured, MeasureError, measure, median, median_ratio
from benchmarks.peers import registry
from benchmarks.peers.exchange import Labels, Statement
from benchmarks.peers.serve import Rule, Server, main
from benchmarks.peers.serve_scikit_learn import learn, load
from benchmarks.peers.with_scikit_learn import Svm
from benchmarks.sections import replace_section
from benchmarks.speed import BARE, Results, Row, Timing, budgets, markdown
from benchmarks.speed import main as compare
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import TINY_TYPES
from wenti.modelling import Corpus
from wenti.records import KINDS
from wenti.resources import taxonomy_path

BENCHMARK = Path("benchmarks", "speed.py")
ROOT = registry.ROOT
PYTHON = [sys.executable, "-c"]


def test_the_memory_of_a_process_is_its_own_and_not_that_of_its_starter() -> None:
    ballast = bytearray(200_000_000)
    ballast[::4096] = b"x" * len(ballast[::4096])
    assert measure(BARE_PYTHON).memory < 40
    assert measure([*PYTHON, "x = b'x' * 100_000_000"]).memory > 100


def test_wall_time_counts_what_a_process_waits() -> None:
    assert measure([*PYTHON, "import time; time.sleep(0.2)"]).wall >= 0.2


def test_a_process_gets_the_core_the_environment_and_the_files_that_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAKEN", "away")
    source, target = tmp_path / "in", tmp_path / "out"
    source.write_text("项目", encoding="utf-8")
    core = max(os.sched_getaffinity(0))
    program = (
        "import json, os, sys; found = sys.stdin.buffer.read().decode(), sorted(os.sched_getaffinity(0)), "
        "os.environ.get('GIVEN'), os.environ.get('TAKEN'), os.getcwd(); print(json.dumps(found))"
    )
    measure(
        [*PYTHON, program],
        core=core,
        environment={"GIVEN": "1", "TAKEN": None},
        stdin=source,
        stdout=target,
        cwd=tmp_path,
    )
    assert json.loads(target.read_text()) == ["项目", [core], "1", None, str(tmp_path.resolve())]


def test_what_a_failing_process_said_last_is_told_with_its_exit_code() -> None:
    with pytest.raises(MeasureError, match="3, no more"):
        measure([*PYTHON, "import sys; print('first\\nno more', file=sys.stderr); sys.exit(3)"])


def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(MeasureError, match="no/such/program"):
        measure(["/no/such/program"])


def runs(*walls: float, memory: float = 10.0) -> tuple[Measured, ...]:
    return tuple(Measured(wall, wall / 2, memory) for wall in walls)


def test_each_quantity_has_a_median_of_its_own() -> None:
    found = median([Measured(1, 9, 5), Measured(3, 8, 6), Measured(2, 7, 70)])
    assert found == Measured(2, 8, 6)


def test_a_ratio_is_taken_turn_by_turn_since_a_busy_turn_disturbs_both() -> None:
    # The second turn is ten times as slow for both; the ratio of the medians would be 2 / 1 as well, of the means 20 / 9.
    assert median_ratio([2, 20, 2.2], [1, 10, 1]) == 2


labels = st.integers(1, 4)
shaped = st.tuples(labels, labels, st.integers(0, 5)).flatmap(
    lambda shape: st.tuples(
        st.just(shape[0]),
        st.lists(
            st.lists(
                st.sampled_from([-1.0, 0.0, 0.5, 2.0]), min_size=shape[0] + shape[1], max_size=shape[0] + shape[1]
            ),
            min_size=shape[2],
            max_size=shape[2],
        ).map(lambda rows: np.array(rows, dtype=np.float64).reshape(len(rows), shape[0] + shape[1])),
    )
)


@given(shaped, st.sampled_from([-2.0, 0.0, 0.5, 3.0]))
def test_an_answer_has_the_likeliest_kind_and_all_types_from_the_threshold_on_the_likeliest_first(
    shape: tuple[int, np.ndarray[tuple[int, ...], np.dtype[np.float64]]], least: float
) -> None:
    n_kinds, scores = shape
    names = [str(i) for i in range(scores.shape[1])]
    answers = list(Rule(names[:n_kinds], names[n_kinds:], least).answers(scores))
    assert len(answers) == len(scores)
    for (kind, types), row in zip(answers, scores, strict=True):
        assert row[int(kind)] == row[:n_kinds].max()
        assert sorted(map(int, types)) == [i for i in range(n_kinds, len(row)) if row[i] >= least]
        assert [row[int(label)] for label in types] == sorted((row[int(label)] for label in types), reverse=True)


def test_without_a_threshold_the_answer_is_the_likeliest_type() -> None:
    rule = Rule(["weakness", "fact"], ["a", "b"], None)
    assert list(rule.answers(np.array([[0.1, 0.2, -5.0, -4.0]]))) == [("fact", ["b"])]


GIVEN: dict[str, list[str]] = {"kinds": list(KINDS), "types": list(TINY_TYPES)}


def serve(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", ["serve_scikit_learn", "svm", *arguments])
    main({"svm": Server(learn, load)})


def test_the_saved_pipeline_answers_as_the_one_that_learned(
    tiny: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    learned = [Statement(row.text, row.kind, row.types) for row in tiny.authors]
    (tmp_path / "labels.json").write_text(json.dumps(GIVEN | {"taxonomy": ""}))
    (tmp_path / "rule.json").write_text(json.dumps(GIVEN | {"least": -0.2}))
    rows = (json.dumps({"text": row.text, "kind": row.kind, "types": row.types}) for row in learned)
    (tmp_path / "train.jsonl").write_text("\n".join(rows))
    pipeline = Svm()
    pipeline.fit(learned, Labels(**GIVEN, taxonomy=""))
    texts = [row.text for row in tiny.reports] + ['带"引号"，和逗号', "第一行\n第二行"]
    wanted = list(Rule(**GIVEN, least=-0.2).answers(pipeline.scores(texts)))

    serve(monkeypatch, "learn", str(tmp_path))
    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([["id", "text"], *([index, text] for index, text in enumerate(texts))])
    serve(monkeypatch, "many", str(tmp_path), str(tmp_path / "in.csv"), str(tmp_path / "out.csv"))
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as lines:
        found = [(row["text"], row["kind"], row["types"]) for row in csv.DictReader(lines)]
    assert found == [(text, kind, ";".join(types)) for text, (kind, types) in zip(texts, wanted, strict=True)]
    serve(monkeypatch, "one", str(tmp_path), texts[0])
    kind, types = wanted[0]
    assert capsys.readouterr().out == f"{kind} {';'.join(types)}\n"


def test_a_peer_is_trained_and_saved_once_and_its_command_answers(tiny_path: Path, tmp_path: Path) -> None:
    trainer = Trainer(tiny_path, Path(taxonomy_path()), tmp_path / "cache")
    pipeline = next(contestant for contestant in CONTESTANTS if contestant.title == PIPELINE)
    entrant = trainer.entrant(pipeline, {})
    rule = json.loads((entrant.folder / "rule.json").read_text())
    assert (rule["kinds"], len(rule["types"]), type(rule["least"])) == (list(KINDS), 33, float)
    answer = tmp_path / "answer"
    measure(entrant.one("预算执行率低"), cwd=ROOT, stdout=answer)
    assert answer.read_text().startswith("weakness ")
    saved = entrant.folder.stat().st_mtime_ns
    assert trainer.entrant(pipeline, {}) == entrant
    assert entrant.folder.stat().st_mtime_ns == saved


def row(title: str, cold: float, bulk: float, tenth: float, memory: float = 14.0) -> Row:
    timing = Timing(runs(cold, cold, memory=memory), 1000, runs(bulk, bulk, memory=99.0), runs(tenth, tenth))
    return Row(title, timing, 0.9, 0.8)


WENTI_ROW, PIPELINE_ROW = row("wenti", 0.02, 0.5, 0.4), row(PIPELINE, 2.0, 20.0, 3.0, memory=225.0)


def cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.split("\n")[2:]]


def test_a_line_has_times_ratios_rates_and_the_quality() -> None:
    bare, wenti, pipeline = cells(markdown(Results(runs(0.01, 0.01), (WENTI_ROW, PIPELINE_ROW))))
    assert bare == [BARE, "0.010", "1.0", "0.50", "10.0", *["–"] * 7]
    # 900 more statements take 0.1 s more.
    assert wenti == ["wenti", "0.020", "2.0", "1.0", "14.0", "1,000", "2,000", "9,000", "1.0", "99", "0.900", "0.800"]
    assert pipeline[1:5] == ["2.000", "200.0", "100.0", "225.0"]
    assert pipeline[5:9] == ["1,000", "50", "53", "40.0"]


def test_what_there_is_too_little_of_to_tell_and_what_has_no_wenti_beside_it_is_left_open() -> None:
    (_, line) = cells(markdown(Results(runs(0.01, 0.01), (row(PIPELINE, 2.0, 3.0, 3.1),))))
    assert (line[3], line[7], line[8]) == ("–", "–", "–")


@pytest.mark.parametrize(
    ("wenti", "pipeline", "missed"),
    [
        (WENTI_ROW, PIPELINE_ROW, []),
        (row("wenti", 0.031, 0.5, 0.4), PIPELINE_ROW, ["bare Python"]),
        (WENTI_ROW, row(PIPELINE, 0.9, 20.0, 3.0), ["50 times"]),
        (row("wenti", 0.02, 0.5, 0.4, memory=20.1), PIPELINE_ROW, ["20 MB"]),
        (WENTI_ROW, row(PIPELINE, 2.0, 9.9, 3.0), ["20 times"]),
    ],
    ids=["all held", "slow to start", "hardly faster to start", "large", "hardly faster in bulk"],
)
def test_a_budget_that_is_not_held_is_named(wenti: Row, pipeline: Row, missed: list[str]) -> None:
    found = budgets(Results(runs(0.01, 0.01), (wenti, pipeline)))
    lines = [str(budget) for budget in found if not budget.is_held]
    assert len(lines) == len(missed)
    assert all(line.startswith("- missed") and part in line for line, part in zip(lines, missed, strict=True))
    assert all(str(budget).startswith("- held") for budget in found if budget.is_held)


def test_wall_time_decides_and_cpu_time_stands_beside_it() -> None:
    slow = Row("wenti", Timing((Measured(0.04, 0.02, 14.0),), 10, runs(1.0), runs(1.0)), 0.9, 0.8)
    (start, *_) = budgets(Results((Measured(0.01, 0.01, 9.0),), (slow,)))
    assert str(start) == "- missed: cold start at most 3 times bare Python: 4.0 (2.0 by CPU time)"


def test_what_was_not_measured_is_not_held() -> None:
    found = budgets(Results(runs(0.01, 0.01), (WENTI_ROW,)))
    assert [budget.is_held for budget in found] == [True, False, True, False]
    assert [str(budget).split(":")[0] for budget in found] == ["- held", "- not measured"] * 2


def test_a_section_is_replaced_and_the_rest_of_the_page_stays() -> None:
    page = "# 一\n<!-- t -->\nold\n<!-- /t -->\n\nrest\n"
    once = replace_section(page, "t", "new\n")
    assert once == "# 一\n<!-- t -->\n\nnew\n\n<!-- /t -->\n\nrest\n"
    assert replace_section(once, "t", "new") == once


@pytest.mark.parametrize("page", ["", "<!-- t -->", "<!-- /t --><!-- t -->", "<!-- t --><!-- t --><!-- /t -->"])
def test_a_page_without_the_section_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="<!-- t -->"):
        replace_section(page, "t", "new")


def speed(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["speed.py", "--quick", *arguments])
    return compare()


def test_one_run_prints_the_table_and_the_budgets_and_writes_the_page_and_a_second_trains_nothing(
    tiny_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- speed -->\n<!-- /speed -->\nafter\n", encoding="utf-8")
    given = ("--corpus", str(tiny_path), "--cache", str(tmp_path / "cache"), "--peers", "wenti")
    assert speed(monkeypatch, *given, "--write", str(page)) == 0
    printed = capsys.readouterr().out
    lines = cells(printed.split("\n\n")[0])
    assert [line[0] for line in lines] == [BARE, "wenti"]
    assert all(0 <= float(share) <= 1 for share in lines[1][-2:])
    assert len(re.findall("^- (?:held|missed|not measured): ", printed, flags=re.M)) == 4
    written = page.read_text(encoding="utf-8")
    assert written == f"before\n<!-- speed -->\n\n{printed.strip()}\n\n<!-- /speed -->\nafter\n"
    (saved,) = (tmp_path / "cache" / "saved").iterdir()
    trained = saved.stat().st_mtime_ns
    assert speed(monkeypatch, *given, "--check") == 3  # without the pipeline two budgets are not measured
    assert [folder.stat().st_mtime_ns for folder in (tmp_path / "cache" / "saved").iterdir()] == [trained]


def test_a_peer_whose_environment_is_missing_is_skipped_with_the_command_that_builds_it(
    tiny_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(registry, "ENVIRONMENTS", tmp_path)
    given = ("--peers", "annif-svc", "--corpus", str(tiny_path), "--cache", str(tmp_path / "cache"))
    assert speed(monkeypatch, *given) == 0
    printed = capsys.readouterr()
    assert re.fullmatch("Annif, svc: skipped, .*: python benchmarks/speed.py --build\n", printed.err)
    assert [line[0] for line in cells(printed.out.split("\n\n")[0])] == [BARE]


@pytest.mark.parametrize(
    "arguments",
    [("--corpus", "no-such-corpus"), ("--write", "no-such-page.md")],
    ids=["a missing corpus", "a missing page"],
)
def test_an_input_at_fault_is_told_before_the_work(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert speed(monkeypatch, "--peers", "svm", *arguments) == 1
    printed = capsys.readouterr()
    assert (arguments[1] in printed.err, printed.out) == (True, "")


def test_an_unknown_peer_is_wrong_usage(root: Path) -> None:
    command = [sys.executable, str(root / BENCHMARK), "--peers", "oracle"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, env={"PATH": ""})
    assert (done.returncode, "oracle" in done.stderr, done.stdout) == (2, True, "")


def test_the_start_up_check_compares_cpu_time_and_fails_above_its_limit(root: Path) -> None:
    command = [sys.executable, str(root / "benchmarks" / "startup.py"), "--runs", "1", "--most"]
    for limit, code in (("0.1", 1), ("1000", 0)):
        done = subprocess.run([*command, limit], capture_output=True, encoding="utf-8", check=False)
        assert (done.returncode, done.stderr) == (code, "")
        assert re.fullmatch(r"bare Python [\d.]+ s, classify [\d.]+ s, ratio [\d.]+ \(CPU, 1 runs\)\n", done.stdout)
