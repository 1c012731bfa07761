"""``wenti tag`` on a cluster of real processes: the same rows as on one machine, whoever dies."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pandas as pd
import pyarrow.parquet
import pytest

from tests.cluster import Cluster, needs_signals
from tests.commands import assert_one_line, environment, executable, listing, page, run, succeed
from tests.tables import csv_bytes

TEXTS = (
    "项目预算执行率低",
    "资产闲置，且未及时办理竣工验收",
    "建议加快支出进度",
    "内部控制制度健全",
    "绩效目标不明确",
    "",
)
N_ROWS = 60_000
N_PARTS = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A large table, the same in parts, and reports."""
    folder = tmp_path_factory.mktemp("tag")
    rows = [[str(number), f"{TEXTS[number % len(TEXTS)]}{number % 97 or ''}"] for number in range(N_ROWS)]
    rows[5][1] = ""
    (folder / "whole.csv").write_bytes(csv_bytes([["编号", "text"], *rows]))
    (folder / "parts").mkdir()
    size = N_ROWS // N_PARTS
    for number in range(N_PARTS):
        part = pd.DataFrame(rows[number * size : (number + 1) * size], columns=["编号", "text"])
        part.to_parquet(folder / "parts" / f"{number:02}.parquet")
    (folder / "pages").mkdir()
    for number in range(60):
        text = page(f"第{number}项目", f"某市第{number % 7}局", "<p>1. 预算执行率低。</p><p>2. 资产闲置。</p>")
        (folder / "pages" / f"{number:02}.txt").write_text(text, encoding="utf-8")
    (folder / "pages" / "bad.txt").write_text("今天天气很好。\n", encoding="utf-8")
    return folder


def contents(place: Path) -> object:
    """Return bytes of a file, or the rows of all parts of a folder."""
    if place.is_dir():
        parts = sorted(place.glob("*.parquet"))
        return [(part.name, pyarrow.parquet.read_table(part).to_pylist()) for part in parts]
    return place.read_bytes()


SOURCES = [("whole.csv", "out.csv"), ("parts", "out"), ("pages", "out.csv"), ("pages", "out.jsonl")]


@pytest.mark.parametrize(("source", "target"), SOURCES, ids=str)
def test_what_a_cluster_tags_is_what_one_machine_tags(
    source: str, target: str, folder: Path, cluster: Cluster, tmp_path: Path
) -> None:
    os.symlink(folder / source, tmp_path / source)  # the workers, who are elsewhere, get another path than the user's
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
    here = run("wenti", "tag", source, f"here/{target}", "--names", cwd=tmp_path)
    there = run("wenti", "tag", source, f"there/{target}", "--names", "--dask", cluster.address, cwd=tmp_path)
    assert here.code == there.code == 1, here.err + there.err  # a row or file is at fault
    assert there.out == here.out.replace("here", "there"), here.err
    assert contents(tmp_path / "there" / target) == contents(tmp_path / "here" / target)
    assert listing(tmp_path / "there") == listing(tmp_path / "here")


@needs_signals
@pytest.mark.parametrize(("source", "target"), SOURCES[:3], ids=str)
def test_the_output_is_whole_though_a_worker_is_killed_at_work(
    source: str, target: str, folder: Path, cluster: Cluster, tmp_path: Path
) -> None:
    assert run("wenti", "tag", folder / source, tmp_path / target).code == 1
    (tmp_path / "there").mkdir()
    victim = cluster.start_worker()
    paths = [str(folder / source), str(tmp_path / "there" / target)]
    command = [executable("wenti"), "tag", *paths, "--dask", cluster.address]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as job:
        cluster.kill_at_work(victim)
        assert job.poll() is None
        assert job.wait(120) == 1
    assert contents(tmp_path / "there" / target) == contents(tmp_path / target)


def test_jobs_are_of_this_machine_only(folder: Path, cluster: Cluster, tmp_path: Path) -> None:
    whole = folder / "whole.csv"
    result = run("wenti", "tag", whole, tmp_path / "out.csv", "--jobs", "2", "--dask", cluster.address)
    assert_one_line(result, 2, "--jobs")
    assert listing(tmp_path) == set()


def test_workers_tag_with_the_model_that_the_user_names(
    tiny_model: Path, folder: Path, cluster: Cluster, tmp_path: Path
) -> None:
    (tmp_path / "few.csv").write_bytes(csv_bytes([["text"], *[[text] for text in TEXTS if text]]))
    own = ["--model", os.path.relpath(tiny_model, tmp_path)]
    succeed("wenti", "tag", "few.csv", "here.csv", *own, cwd=tmp_path)
    succeed("wenti", "tag", "few.csv", "there.csv", *own, "--dask", cluster.address, cwd=tmp_path)
    succeed("wenti", "tag", "few.csv", "shipped.csv", "--dask", cluster.address, cwd=tmp_path)
    assert contents(tmp_path / "there.csv") == contents(tmp_path / "here.csv")
    assert contents(tmp_path / "there.csv") != contents(tmp_path / "shipped.csv")
