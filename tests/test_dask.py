"""Work on a cluster of real processes: the same results as on one machine, whoever dies, and clear words if it cannot be."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import dask
import distributed  # noqa: F401 - its settings must be there before others are laid over them
import pandas as pd
import pytest

from tests.cluster import Cluster, needs_signals, running, until
from tests.commands import REPORTS, Result, assert_one_line, environment, executable, listing, page, run, succeed
from tests.tables import csv_bytes, csv_rows
from wenti.cluster import connect
from wenti.errors import InputError, UsageError

N_PARTS = 160


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of many reports: of one unit and of several, a copy, and a file that is no report."""
    folder = tmp_path_factory.mktemp("pages")
    findings = "<p>1. 预算执行率低，支出进度慢。</p><p>2. 某市教育局资产闲置。</p><p>3. 绩效目标不明确。</p>" * 3
    for number in range(300):
        units = "某市财政局、某市教育局" if number % 5 == 0 else f"某市第{number % 40}局"
        (folder / f"{number:03}.txt").write_text(page(f"2022 年度第{number}项目", units, findings), encoding="utf-8")
    shutil.copy(folder / "007.txt", folder / "123-copy.txt")
    (folder / "200-bad.txt").write_text("今天天气很好。\n", encoding="utf-8")
    (folder / "published.txt").write_bytes(REPORTS.read_bytes())
    return folder


@pytest.fixture(scope="module")
def tables(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of many parts of one table, CSV and Parquet, cut through the middle of reports and findings."""
    folder = tmp_path_factory.mktemp("tables")
    assert run("wenti", "tag", pages, folder / "whole.csv").code == 1
    header, *rows = csv_rows(folder / "whole.csv")
    table = pd.DataFrame(rows, columns=header).replace("", None).astype({"finding": "float64"})
    for name in ("csv", "parquet"):
        (folder / name).mkdir()
    size = len(rows) // N_PARTS + 1
    for number in range(N_PARTS):
        part = slice(number * size, (number + 1) * size)
        (folder / "csv" / f"{number:03}.csv").write_bytes(csv_bytes([header, *rows[part]]))
        table.iloc[part].to_parquet(folder / "parquet" / f"{number:03}.parquet")
    return folder


@contextmanager
def started(*command: object, cwd: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Give a command that is at work."""
    name, *arguments = map(str, command)
    with subprocess.Popen(
        [executable(name), *arguments], cwd=cwd, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def result_of(process: subprocess.Popen[bytes]) -> Result:
    out, err = process.communicate(timeout=120)
    return Result(process.returncode, out, err)


@pytest.fixture(scope="module")
def counts(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The counts of the tables by one machine."""
    target = tmp_path_factory.mktemp("counts") / "counts.csv"
    succeed("wenti", "report", tables / "whole.csv", "-o", target)
    assert len(csv_rows(target)) > 5
    return target.read_bytes()


@pytest.fixture(scope="module")
def here(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, object]:
    """What one machine says and writes of the reports, by their relative path."""
    folder = tmp_path_factory.mktemp("here")
    result = run("wenti", "report", pages.name, "-o", folder / "x.json", "--lang", "en", cwd=pages.parent)
    assert result.code == 1, "two files are skipped"
    return result, without_date(folder / "x.json")


# The same results


@pytest.mark.parametrize("kind", ["csv", "parquet", "whole.csv"])
def test_tables_counted_on_a_cluster_have_the_counts_of_one_machine(
    kind: str, tables: Path, counts: bytes, cluster: Cluster, tmp_path: Path
) -> None:
    # By a relative path: the workers are in another folder.
    target = tmp_path / "x.csv"
    succeed("wenti", "report", kind, "-o", target, "--dask", cluster.address, cwd=tables)
    assert target.read_bytes() == counts


def without_date(report: Path) -> Any:
    found = json.loads(report.read_text(encoding="utf-8"))
    del found["stamp"]["date"]
    return found


def test_reports_read_on_a_cluster_give_the_report_of_one_machine(
    pages: Path, here: tuple[Result, object], cluster: Cluster, tmp_path: Path
) -> None:
    target = tmp_path / "x.json"
    arguments = ["report", pages.name, "-o", str(target), "--lang", "en", "--dask", cluster.address]
    there = run("wenti", *arguments, cwd=pages.parent)
    assert (there.code, there.stderr) == (here[0].code, here[0].stderr)
    assert without_date(target) == here[1]
    assert len(without_date(target)["skipped"]) == 2


def test_workers_use_the_model_that_the_user_names(
    tiny_model: Path, pages: Path, cluster: Cluster, tmp_path: Path
) -> None:
    shutil.copytree(tiny_model, tmp_path / "own")
    for name, options in (("here.json", []), ("there.json", ["--dask", cluster.address])):
        succeed("wenti", "report", pages / "001.txt", "-o", name, "--model", "own", *options, cwd=tmp_path)
    assert without_date(tmp_path / "there.json") == without_date(tmp_path / "here.json")
    succeed("wenti", "report", pages / "001.txt", "-o", "shipped.json", "--dask", cluster.address, cwd=tmp_path)
    assert without_date(tmp_path / "shipped.json") != without_date(tmp_path / "here.json")


@needs_signals
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_counts_are_whole_though_a_worker_is_killed_at_work(
    kind: str, tables: Path, counts: bytes, cluster: Cluster, tmp_path: Path
) -> None:
    victim = cluster.start_worker()
    with started("wenti", "report", tables / kind, "-o", "x.csv", "--dask", cluster.address, cwd=tmp_path) as job:
        cluster.kill_at_work(victim)
        assert job.poll() is None
        assert result_of(job).code == 0
    assert (tmp_path / "x.csv").read_bytes() == counts


@needs_signals
def test_a_report_is_whole_though_a_worker_is_killed_at_work(
    pages: Path, here: tuple[Result, object], cluster: Cluster, tmp_path: Path
) -> None:
    victim = cluster.start_worker()
    arguments = [pages.name, "-o", tmp_path / "x.json", "--lang", "en", "--dask", cluster.address]
    with started("wenti", "report", *arguments, cwd=pages.parent) as job:
        cluster.kill_at_work(victim)
        assert job.poll() is None
        there = result_of(job)
    assert (there.code, there.stderr) == (here[0].code, here[0].stderr)
    assert without_date(tmp_path / "x.json") == here[1]


# What is at fault


def refused(address: str, tmp_path: Path, code: int, *parts: str) -> None:
    (tmp_path / "a.txt").write_text(page(), encoding="utf-8")
    result = run("wenti", "report", "a.txt", "-o", "x.json", "--dask", address, cwd=tmp_path)
    assert_one_line(result, code, *parts)
    assert listing(tmp_path) == {"a.txt"}


def test_a_scheduler_that_does_not_answer_is_told_after_seconds(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(page(), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as closed, socket.create_server(("127.0.0.1", 0)) as silent:
        ports = [server.getsockname()[1] for server in (closed, silent)]
        closed.close()
        addresses = [*(f"tcp://127.0.0.1:{port}" for port in ports), "tcp://no-such-host.invalid:8786"]
        with ExitStack() as stack:  # each is waited for some seconds, so all at once
            jobs = [
                stack.enter_context(
                    started("wenti", "report", "a.txt", "-o", f"{number}.json", "--dask", address, cwd=tmp_path)
                )
                for number, address in enumerate(addresses)
            ]
            for address, job in zip(addresses, jobs, strict=True):
                assert_one_line(result_of(job), 1, f"{address}：连接不上", "调度器")
    assert listing(tmp_path) == {"a.txt"}


@pytest.mark.parametrize(
    "address", ["127.0.0.1:8786", "http://127.0.0.1:8786", "tcp://127.0.0.1", "tcp://", "tls://a b:1"]
)
def test_what_is_no_address_is_a_fault_of_usage(address: str) -> None:
    with pytest.raises(UsageError) as caught, connect(address):
        pass
    assert f"“{address}”" in caught.value.describe("zh")


def test_a_secured_cluster_without_a_certificate_is_a_fault_of_usage(tmp_path: Path) -> None:
    refused("tls://127.0.0.1:8786", tmp_path, 2, "证书", "docs/scale.md")


@pytest.mark.parametrize("content", [None, "x"], ids=["is missing", "is none"])
def test_a_certificate_that_cannot_be_used_is_told(content: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)
    tls = {f"distributed.comm.tls.{key}": str(tmp_path / "ca.pem") for key in ("ca-file", "client.cert", "client.key")}
    with dask.config.set(tls), pytest.raises(InputError) as caught, connect("tls://127.0.0.1:8786"):
        pass
    assert caught.value.key == "dask_certificate_bad"


def test_a_cluster_that_cannot_do_the_work_says_why(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    other = tmp_path / "other"
    other.mkdir()
    (other / "wenti-9.9.dist-info").mkdir()
    (other / "wenti-9.9.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: wenti\nVersion: 9.9\n")
    with running(tmp_path / "cluster", n_workers=0) as found:
        refused(found.address, work, 1, found.address, "没有工作进程", "dask worker")
        found.start_worker({"PYTHONPATH": str(other)})
        refused(found.address, work, 1, "wenti 9.9 / ", "相同的版本")


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="needs a path that is another one to each process")
@pytest.mark.parametrize("name", ["a.txt", "a.csv"])
def test_a_file_that_workers_do_not_see_is_told(name: str, cluster: Cluster, tables: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(page(), encoding="utf-8")
    shutil.copy(tables / "whole.csv", tmp_path / "a.csv")
    path = f"/proc/self/cwd/{name}"
    result = run("wenti", "report", path, "-o", "x.csv", "--dask", cluster.address, cwd=tmp_path)
    assert_one_line(result, 1, path, "共享文件夹", "tcp://")
    assert listing(tmp_path) == {"a.txt", "a.csv"}


def test_a_bad_part_is_named_by_the_worker_that_finds_it(cluster: Cluster, tables: Path, tmp_path: Path) -> None:
    shutil.copytree(tables / "csv", tmp_path / "csv")
    with (tmp_path / "csv" / "100.csv").open("a", encoding="utf-8") as part:
        part.write("断了的一行\r\n")
    result = run("wenti", "report", tmp_path / "csv", "-o", "x.csv", "--dask", cluster.address, cwd=tmp_path)
    assert_one_line(result, 1, "100.csv", "应有 16 列，实有 1 列", "wenti tag")
    assert not (tmp_path / "x.csv").exists()


@needs_signals
@pytest.mark.parametrize("kind", ["pages", "parquet"])
def test_a_scheduler_that_is_lost_at_work_is_told(kind: str, pages: Path, tables: Path, tmp_path: Path) -> None:
    source = pages if kind == "pages" else tables / kind
    with (
        running(tmp_path / "cluster", n_workers=1) as found,
        started("wenti", "report", source, "-o", "x.csv", "--dask", found.address, cwd=tmp_path) as job,
    ):
        with found.client() as client:
            until(lambda: any(client.processing().values()), "work")
        found.scheduler.kill()
        assert_one_line(result_of(job), 1, found.address, "连接中断", "重新运行")
    assert not (tmp_path / "x.csv").exists()


def test_dask_is_asked_for_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError) as caught, connect("tcp://127.0.0.1:8786"):
        pass
    assert 'pip install "wenti[dask]"' in caught.value.describe("zh")


# TLS

KEYS = (
    "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=ca -keyout {0}-key.pem -out {0}.pem",
    "req -newkey rsa:2048 -nodes -subj /CN=member -keyout {0}-member-key.pem -out {0}-member.csr",
    "x509 -req -days 1 -in {0}-member.csr -CA {0}.pem -CAkey {0}-key.pem -CAcreateserial -out {0}-member.pem",
)


def certified(folder: Path, authority: str) -> dict[str, str]:
    """Make an authority and a certificate of it, and return Dask's settings for a member."""
    for command in KEYS:
        subprocess.run(["openssl", *command.format(authority).split()], cwd=folder, check=True, capture_output=True)
    settings = {"CA_FILE": folder / f"{authority}.pem"}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        settings |= {
            f"{role}__CERT": folder / f"{authority}-member.pem",
            f"{role}__KEY": folder / f"{authority}-member-key.pem",
        }
    tls = {f"DASK_DISTRIBUTED__COMM__TLS__{key}": str(value) for key, value in settings.items()}
    return tls | {"DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True"}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")
def test_only_who_has_a_certificate_gets_work_done(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    member, stranger = certified(tmp_path / "keys", "own"), certified(tmp_path / "keys", "foreign")
    (tmp_path / "a.txt").write_text(page(), encoding="utf-8")

    def report(address: str, env: dict[str, str]) -> Result:
        arguments: Sequence[str] = ["report", "a.txt", "-o", "x.json", "--dask", address]
        return run("wenti", *arguments, cwd=tmp_path, env=env)

    with running(tmp_path / "cluster", n_workers=1, env=member) as found:
        assert found.address.startswith("tls://")
        assert_one_line(report(found.address, {}), 2, "证书")
        assert_one_line(report(found.address, stranger), 1, "连接不上", "证书")
        assert_one_line(report(found.address.replace("tls", "tcp"), {}), 1, "连接不上")
        assert not (tmp_path / "x.json").exists()
        assert report(found.address, member).code == 0
    assert (tmp_path / "x.json").exists()
