"""``wenti evaluate``: of a corpus, of labelled files, and what the model was trained on among them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.commands import Result, assert_one_line, run, succeed, validator
from tests.conftest import GOALS, IDLE_ASSETS, IDLE_MONEY, SLOW
from wenti.artifact import MANIFEST, SIGNATURES, manifest_checksum
from wenti.classifier import Classifier
from wenti.evaluation_files import evaluate_statements, read_labelled
from wenti.parameters import THRESHOLDS
from wenti.taxonomy import Taxonomy

HEADER = "kind\ttypes\ttext\tequally_right\tsource"
FRESH = [
    ("weakness", SLOW, "该项目年内支出进度偏慢，预算执行率仅三成", "", "甲报告"),
    ("weakness", IDLE_MONEY, "部分结余资金滞留在专户内未清理", SLOW, "甲报告"),
    ("weakness", GOALS, "申报时绩效目标表述不明确、不具体", "", "乙报告"),
    ("weakness", IDLE_ASSETS, "新购的检测设备尚未投入使用，处于闲置状态", "", "乙报告"),
    ("weakness", "", "村务会议记录缺失", "", "乙报告"),
    ("fact", "", "2021 年共安排市级财政资金 88 万元", "", "丙报告"),
    ("strength", "", "群众满意度高，社会效益良好", "", "丙报告"),
    ("recommendation", GOALS, "建议科学细化绩效目标的内容", "", "丙报告"),
]
SEEN = [("weakness", SLOW, "项目预算执行率低", "", "丁报告"), ("weakness", GOALS, "绩效目标不明确。", "", "丁报告")]


def labelled(path: Path, rows: Sequence[tuple[str, ...]]) -> Path:
    path.write_text("\n".join([HEADER, *("\t".join(row) for row in rows)]) + "\n", encoding="utf-8")
    return path


def figures_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    validator("evaluation").validate(found)
    return found


# The corpus


@pytest.fixture(scope="module")
def evaluated(tiny_path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    out = tmp_path_factory.mktemp("evaluated") / "下级" / "结果"
    return succeed("wenti", "evaluate", "--corpus", tiny_path, "--out", out, "--jobs", "1"), out


def test_the_figures_of_a_corpus_are_printed_in_chinese(evaluated: tuple[Result, Path]) -> None:
    result, out = evaluated
    assert result.out.startswith("# 判别质量评估\n\n## 概要\n")
    for head in ("最弱的问题类型", "按语句长度", "概率是否可信", "各级阈值", "学习曲线"):
        assert f"## {head}\n" in result.out
    assert result.out.endswith(f"已生成：{out}\n")


def test_json_markdown_and_plots_are_written(evaluated: tuple[Result, Path]) -> None:
    result, out = evaluated
    names = {path.name for path in out.iterdir()}
    assert {"evaluation.json", "evaluation.md", "learning_curve.svg", "learning_curve.png", "types.svg"} <= names
    assert not [name for name in names if name.endswith(".part")]
    found = figures_of(out)
    assert set(found["parts"]) == {"folds", "reports"}
    assert [point["share"] for point in found["learning_curve"]] == [0.1, 0.25, 0.5, 1.0]
    page = (out / "evaluation.md").read_text(encoding="utf-8")
    assert result.out.startswith(page[: page.index("## 陈述性质")].rstrip("\n"))
    for line in page.splitlines():
        if line.startswith("!["):
            assert (out / line.partition("(")[2].rstrip(")")).is_file()


def test_the_folder_of_the_results_is_checked_before_the_work(tiny_path: Path, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x", encoding="utf-8")
    assert_one_line(run("wenti", "evaluate", "--corpus", tiny_path, "--out", tmp_path / "a"), 1, "a", "文件夹")
    assert (tmp_path / "a").read_text(encoding="utf-8") == "x"


@pytest.mark.parametrize(("lang", "called"), [("zh", "首选类型正确"), ("en", "first type")])
def test_training_prints_its_figures_in_the_language_asked_for(
    tiny_path: Path, tmp_path: Path, lang: str, called: str
) -> None:
    result = succeed(
        "wenti", "train", "--corpus", tiny_path, "--out", tmp_path / "model", "--jobs", "1", "--lang", lang
    )
    assert f"| {called} " in result.out
    assert {"zh": "| 问题的召回率 ", "en": "| weakness, recall "}[lang] in result.out
    assert "first_type" not in result.out
    assert (tmp_path / "model" / "model.json").is_file()


def test_a_missing_corpus_is_refused(tmp_path: Path) -> None:
    assert_one_line(run("wenti", "evaluate", "--corpus", tmp_path / "无"), 1, "找不到文件")


# Labelled files


def test_the_figures_of_a_file_are_those_of_the_model_in_use(tiny_model: Path, tmp_path: Path) -> None:
    file = labelled(tmp_path / "标注.tsv", FRESH)
    result = succeed("wenti", "evaluate", file, "--model", tiny_model, "--out", tmp_path / "out")
    assert "标注.tsv" in result.out
    assert "学习曲线" not in result.out
    found = figures_of(tmp_path / "out")
    part = found["parts"]["files"]
    assert (part["statements"], part["clusters"], found["leaks_dropped"]) == (8, 8, 0)
    assert "来源不足五个" in result.out
    assert part["first_type"]["support"] == 4
    assert list(part["by_group"]) == ["丙报告", "乙报告", "甲报告"]
    assert part["by_group"]["乙报告"]["statements"] == 3
    assert not (tmp_path / "out" / "learning_curve.svg").exists()
    assert (tmp_path / "out" / "confusion.svg").exists() == bool(part["confusions"])


def test_several_files_count_together(tiny_model: Path, tmp_path: Path) -> None:
    first, second = labelled(tmp_path / "a.tsv", FRESH[:3]), labelled(tmp_path / "b.tsv", FRESH[3:])
    succeed("wenti", "evaluate", first, second, "--model", tiny_model, "--out", tmp_path / "out")
    found = figures_of(tmp_path / "out")
    assert found["files"] == ["a.tsv", "b.tsv"]
    assert found["parts"]["files"]["statements"] == len(FRESH)


def test_with_five_sources_intervals_resample_sources(tiny_model: Path, tmp_path: Path) -> None:
    rows = [(*one[:4], f"报告{number % 5}") for number, one in enumerate(FRESH)]
    file = labelled(tmp_path / "a.tsv", rows)
    result = succeed("wenti", "evaluate", file, "--model", tiny_model, "--out", tmp_path / "out")
    assert figures_of(tmp_path / "out")["parts"]["files"]["clusters"] == 5
    assert "整组重抽样" in result.out
    assert "来源不足五个" not in result.out


def test_a_text_that_stands_in_two_files_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    rows = [(*one[:4], "") for one in FRESH]
    first, second = labelled(tmp_path / "a.tsv", rows), labelled(tmp_path / "b.tsv", rows[2:3])
    result = run("wenti", "evaluate", first, second, "--model", tiny_model)
    assert_one_line(result, 1, "b.tsv", "第2行", "a.tsv:4")


def test_a_type_equally_right_is_right(tiny_classifier: Classifier, tiny_taxonomy: Taxonomy, tmp_path: Path) -> None:
    shares = []
    for given in ("", SLOW):
        file = labelled(tmp_path / "a.tsv", [("weakness", GOALS, FRESH[0][2], given, "甲报告")])
        statements = read_labelled([file], tiny_classifier, tiny_taxonomy)
        found = evaluate_statements(statements, tiny_classifier, tiny_taxonomy)
        shares.append(found["parts"]["files"]["main_type"]["share"])
    assert shares == [0.0, 1.0]


def test_the_threshold_decides_the_tags(tiny_classifier: Classifier, tiny_taxonomy: Taxonomy, tmp_path: Path) -> None:
    statements = read_labelled([labelled(tmp_path / "a.tsv", FRESH)], tiny_classifier, tiny_taxonomy)
    parts = {
        name: evaluate_statements(statements, tiny_classifier, tiny_taxonomy, name)["parts"]["files"]
        for name in THRESHOLDS
    }
    assert parts["wide"]["thresholds"] == parts["strict"]["thresholds"]
    for name, part in parts.items():
        answers = tiny_classifier.predict([row.text for row in statements], threshold=name)
        typed = [a for a, row in zip(answers, statements, strict=True) if row.kind == "weakness" and row.types]
        assert sum(entry["tagged"] for entry in part["types"].values()) == sum(len(a.types) for a in typed)
        reviewed = sum(answer.needs_review for answer in answers)
        assert part["thresholds"][name]["needs_review"]["share"] == pytest.approx(reviewed / len(FRESH), abs=1e-4)


def test_the_page_names_the_threshold(tiny_model: Path, tmp_path: Path) -> None:
    file = labelled(tmp_path / "a.tsv", FRESH)
    assert "阈值“严”" in succeed("wenti", "evaluate", file, "--model", tiny_model, "--threshold", "严").out


def test_what_cannot_be_judged_counts_as_a_fact(
    tiny_classifier: Classifier, tiny_taxonomy: Taxonomy, tmp_path: Path
) -> None:
    file = labelled(tmp_path / "a.tsv", [("fact", "", "No Chinese here", "", ""), ("weakness", SLOW, "😀😀", "", "")])
    statements = read_labelled([file], tiny_classifier, tiny_taxonomy)
    part = evaluate_statements(statements, tiny_classifier, tiny_taxonomy)["parts"]["files"]
    assert part["kind_confusion"]["fact"]["fact"] == 1
    assert part["kind_confusion"]["weakness"]["fact"] == 1


def test_figures_are_in_english_if_asked_for(tiny_model: Path, tmp_path: Path) -> None:
    file = labelled(tmp_path / "a.tsv", FRESH)
    out = succeed("wenti", "evaluate", file, "--model", tiny_model, "--lang", "en").out
    assert out.startswith("# How well statements are tagged\n\n## Summary\n")
    assert out.replace("–", "").isascii()


# What the model was trained on


def test_statements_that_the_model_was_trained_on_are_refused(tiny_model: Path, tmp_path: Path) -> None:
    file = labelled(tmp_path / "标注.tsv", [*FRESH, *SEEN])
    result = run("wenti", "evaluate", file, "--model", tiny_model, "--out", tmp_path / "out")
    assert (result.code, result.stdout) == (3, b"")
    first, second, last = result.err.splitlines()
    assert first == f"{file}，第10行：项目预算执行率低（相似度 1.00）"
    assert "第11行：绩效目标不明确。" in second
    assert last.startswith("错误：")
    assert "有 2 条" in last
    assert "--drop-leaks" in last
    assert list((tmp_path / "out").iterdir()) == []


def test_only_the_first_leaks_are_listed(tiny_path: Path, tiny_model: Path) -> None:
    result = run("wenti", "evaluate", tiny_path / "statements" / "a.tsv", "--model", tiny_model)
    rows = len((tiny_path / "statements" / "a.tsv").read_text(encoding="utf-8").splitlines()) - 1
    lines = result.err.splitlines()
    assert (result.code, len(lines)) == (3, 7)
    assert lines[5] == f"……另有 {rows - 5} 条"


def test_leaks_are_left_out_and_counted_if_asked_for(tiny_model: Path, tmp_path: Path) -> None:
    options = ("--model", tiny_model, "--out")
    succeed("wenti", "evaluate", labelled(tmp_path / "a.tsv", FRESH), *options, tmp_path / "clean")
    both = labelled(tmp_path / "a.tsv", [*SEEN, *FRESH])
    result = run("wenti", "evaluate", both, *options, tmp_path / "dropped", "--drop-leaks")
    assert (result.code, result.err) == (0, "已剔除与模型训练语句相同或近似的 2 条语句\n")
    assert "相同或近似的 2 条已剔除" in result.out
    found = figures_of(tmp_path / "dropped")
    assert found["leaks_dropped"] == 2
    assert found["parts"] == figures_of(tmp_path / "clean")["parts"]


def test_of_leaks_alone_nothing_is_left(tiny_model: Path, tmp_path: Path) -> None:
    file = labelled(tmp_path / "a.tsv", SEEN)
    result = run("wenti", "evaluate", file, "--model", tiny_model, "--drop-leaks")
    assert (result.code, result.stdout) == (3, b"")
    assert "没有剩下语句" in result.err


def test_a_model_without_signatures_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    model = Path(shutil.copytree(tiny_model, tmp_path / "model"))
    manifest = json.loads((model / MANIFEST).read_text(encoding="utf-8"))
    for name in SIGNATURES:
        del manifest["arrays"][name]
        (model / f"{name}.npy").unlink()
    manifest["crc32"] = manifest_checksum(manifest)
    (model / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    file = labelled(tmp_path / "a.tsv", FRESH)
    assert_one_line(run("wenti", "evaluate", file, "--model", model), 1, str(model), "wenti train")


# Bad input


def test_a_type_that_the_model_has_not_learned_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    file = labelled(tmp_path / "a.tsv", [FRESH[0], ("weakness", "staffing.capacity", "专业人员不足", "", "")])
    result = run("wenti", "evaluate", file, "--model", tiny_model)
    assert_one_line(result, 1, str(file), "第3行", "staffing.capacity")


def test_a_fault_of_a_file_is_told_with_its_line(tiny_model: Path, tmp_path: Path) -> None:
    file = labelled(tmp_path / "a.tsv", [FRESH[0], ("weakness", SLOW, "支出慢", "slow", "")])
    assert_one_line(run("wenti", "evaluate", file, "--model", tiny_model), 1, str(file), "第3行", "slow")


def test_a_file_without_statements_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    file = labelled(tmp_path / "a.tsv", [])
    assert_one_line(run("wenti", "evaluate", file, "--model", tiny_model), 1, str(file), "空")


def test_leaks_can_be_dropped_of_files_only() -> None:
    assert_one_line(run("wenti", "evaluate", "--drop-leaks"), 2, "--drop-leaks")


# Without matplotlib


def test_without_matplotlib_all_but_the_plots_is_written(tiny_model: Path, tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    absent.mkdir()
    lines = 'raise ModuleNotFoundError("No module named \'matplotlib\'", name="matplotlib")\n'
    (absent / "matplotlib.py").write_text(lines, encoding="utf-8")
    file = labelled(tmp_path / "a.tsv", FRESH)
    options = ("--model", tiny_model, "--out", tmp_path / "out")
    result = run("wenti", "evaluate", file, *options, env={"PYTHONPATH": str(absent)})
    assert result.code == 0
    assert "matplotlib" in result.err
    assert "wenti[plots]" in result.err
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"evaluation.json", "evaluation.md"}
    assert "![" not in (tmp_path / "out" / "evaluation.md").read_text(encoding="utf-8")
