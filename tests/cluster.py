"""A Dask cluster of real processes, of which some are killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from tests.commands import environment

SECONDS = 60  # until the machine is thought to hang
needs_signals = pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="a process cannot be stopped for a look")


def until(condition: Callable[[], Any], what: str) -> Any:
    """Return what the condition gives, once it gives something."""
    end = time.monotonic() + SECONDS
    while not (found := condition()):
        assert time.monotonic() < end, f"{what} did not happen"
        time.sleep(0.02)
    return found


class Cluster:
    """A scheduler with workers, each a process of one thread that is not started anew when it dies.

    Parameters
    ----------
    folder : Path
        For logs, and the workers' directory: not that of the tests.
    env : mapping of str to str, optional
        Of the scheduler, and of workers unless they get others.
    """

    def __init__(self, folder: Path, env: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._env = dict(env or {})
        self._logs: list[IO[bytes]] = []
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        about = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", self._env, "--port", "0", "--scheduler-file", about)
        until(lambda: about.is_file() and about.stat().st_size, "the scheduler's start")
        self.address: str = json.loads(about.read_text())["address"]

    def start_worker(self, env: Mapping[str, str] | None = None) -> str:
        """Start a worker and return its name once it can be asked."""
        name = f"worker-{len(self._logs)}"
        options = [self.address, "--nthreads", "1", "--no-nanny", "--name", name, "--local-directory", self._folder]
        self.workers[name] = self._start("worker", self._env | dict(env or {}), *options)
        with self.client() as client:
            until(lambda: self._address_of(client, name), "the worker's start")
        return name

    def _start(self, role: str, env: Mapping[str, str], *options: object) -> subprocess.Popen[bytes]:
        log = (self._folder / f"{role}-{len(self._logs)}.log").open("wb")
        self._logs.append(log)
        protocol = "tls" if any("__TLS__" in key for key in env) else "tcp"
        where = ["--protocol", protocol, "--host", "127.0.0.1", "--no-dashboard"]
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{role}", *where, *map(str, options)],
            cwd=self._folder,
            env=environment(**env),
            stdout=log,
            stderr=log,
        )

    @contextmanager
    def client(self) -> Iterator[Any]:
        """Give a client that looks on."""
        import dask
        from distributed import Client

        with (
            warnings.catch_warnings(action="ignore"),
            dask.config.set(_config(self._env)),
            Client(self.address, set_as_default=False) as client,
        ):
            yield client

    def kill_at_work(self, name: str) -> None:
        """Kill a worker that has work it will never finish: stopped, looked at, and killed by ``kill -9``."""
        worker = self.workers[name]
        with self.client() as client:
            address = self._address_of(client, name)

            def holds_work() -> bool:
                if not client.processing().get(address):
                    return False
                worker.send_signal(signal.SIGSTOP)
                time.sleep(0.3)  # until what it had sent before has arrived
                if client.processing().get(address):
                    return True
                worker.send_signal(signal.SIGCONT)
                return False

            until(holds_work, "work of the worker")
        worker.kill()
        worker.wait()

    def close(self) -> None:
        """End all processes."""
        for process in [*self.workers.values(), self.scheduler]:
            process.kill()
            process.wait()
        for log in self._logs:
            log.close()

    @staticmethod
    def _address_of(client: Any, name: str) -> str | None:
        workers = client.scheduler_info(n_workers=-1)["workers"].items()
        return next((address for address, about in workers if about["name"] == name), None)


def _config(env: Mapping[str, str]) -> dict[str, str]:
    """Return Dask's settings among variables of the environment."""
    return {
        key.removeprefix("DASK_").lower().replace("__", ".").replace("_", "-"): value
        for key, value in env.items()
        if key.startswith("DASK_")
    }


@contextmanager
def running(folder: Path, n_workers: int, env: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """Give a cluster."""
    folder.mkdir(exist_ok=True)
    cluster = Cluster(folder, env)
    try:
        for _ in range(n_workers):
            cluster.start_worker()
        yield cluster
    finally:
        cluster.close()


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two workers, for all tests that use them; who kills one starts another."""
    with running(tmp_path_factory.mktemp("cluster"), n_workers=2) as found:
        yield found
