"""Worker processes: the order of the tasks, a bound on what is under way, faults, and their end with their parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import await_that, is_alive
from wenti import api
from wenti.errors import InputError, WentiError
from wenti.workers import Inline, default_jobs, in_order, local_executor


class Late(Executor):
    """Gives results only when they are asked for, the last submitted first; counts what is under way."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Any]] = []
        self.most = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        outer = self

        class Asked(Future[Any]):
            def result(self, timeout: float | None = None) -> Any:
                while not self.done():
                    future, call = outer.waiting.pop()
                    future.set_result(call())
                return super().result(timeout)

        future = Asked()
        self.waiting.append((future, lambda: fn(*args, **kwargs)))
        self.most = max(self.most, len(self.waiting))
        return future


@given(st.lists(st.integers()), st.integers(1, 9))
def test_results_come_in_the_order_of_the_tasks_with_a_window_of_them_under_way(tasks: list[int], window: int) -> None:
    executor = Late()
    assert list(in_order(executor, str, tasks, window)) == [(task, str(task)) for task in tasks]
    assert executor.most == min(window, len(tasks))


def test_tasks_are_read_only_when_there_is_room_for_them() -> None:
    read: list[int] = []

    def tasks() -> Iterator[int]:
        for task in range(100):
            read.append(task)
            yield task

    results = in_order(Inline(), str, tasks(), 3)
    assert next(results) == (0, "0")
    assert read == [0, 1, 2]
    next(results)
    assert read == [0, 1, 2, 3]


def test_what_has_not_begun_is_not_done_when_nobody_wants_it() -> None:
    begun: list[int] = []
    go = threading.Event()

    def work(task: int) -> int:
        begun.append(task)
        if task:
            go.wait()
        return task

    with ThreadPoolExecutor(1) as executor:
        results = in_order(executor, work, range(50), 10)
        next(results)
        results.close()  # type: ignore[attr-defined]
        go.set()
    assert len(begun) <= 2


def test_one_job_is_done_in_this_process() -> None:
    with local_executor(1) as executor:
        assert isinstance(executor, Inline)
        assert executor.submit(os.getpid).result() == os.getpid()


def test_several_jobs_are_done_in_other_processes_started_afresh() -> None:
    with local_executor(2) as executor:
        assert executor.submit(os.getpid).result() != os.getpid()
        assert executor.submit(os.getppid).result() == os.getpid()
        # A process that was forked would have the modules of the tests.
        loaded = executor.submit(eval, "set(__import__('sys').modules)").result()
    assert "multiprocessing.spawn" in loaded
    assert not loaded & {"pytest", "hypothesis"}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_comes_out_whole(tmp_path: Path, jobs: int) -> None:
    missing = tmp_path / "没有.txt"
    with local_executor(jobs) as executor, pytest.raises(InputError) as caught:
        list(in_order(executor, api.read, [missing], 2))
    assert (caught.value.key, caught.value.file) == ("file_missing", str(missing))


@pytest.mark.parametrize("window", [1, 4])
def test_a_worker_that_dies_is_told_with_a_remedy(window: int) -> None:
    with local_executor(2) as executor, pytest.raises(WentiError) as caught:
        list(in_order(executor, os._exit, [1] * 5, window))
    assert caught.value.key == "worker_lost"
    assert "--jobs" in caught.value.describe()


def test_a_worker_that_died_before_the_next_task_is_told_too() -> None:
    with local_executor(2) as executor:
        assert isinstance(executor.submit(os._exit, 1).exception(), Exception)
        with pytest.raises(WentiError) as caught:
            list(in_order(executor, abs, [1], 1))
    assert caught.value.key == "worker_lost"


KILLS = """
import multiprocessing, os, signal, threading
from wenti.errors import WentiError
from wenti.workers import in_order, local_executor
if __name__ == "__main__":
    for number in range(6):
        with local_executor(2) as executor:
            results = in_order(executor, bytes, [20 << 20] * 12, 5)
            next(results)
            victim = multiprocessing.active_children()[number % 2]
            threading.Timer(0.004 * number, os.kill, (victim.pid, signal.SIGKILL)).start()
            try:
                print(len(list(results)))
            except WentiError as error:
                print(error.key)
"""


def test_a_worker_that_dies_while_it_writes_its_result_is_told_too(tmp_path: Path) -> None:
    (tmp_path / "kills.py").write_text(KILLS, encoding="utf-8")
    command = [sys.executable, str(tmp_path / "kills.py")]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120, encoding="utf-8")
    outcomes = done.stdout.split()
    assert len(outcomes) == 6
    assert set(outcomes) <= {"worker_lost", "11"}
    assert "worker_lost" in outcomes


def test_what_cannot_be_sent_is_a_fault_of_its_task_alone() -> None:
    with local_executor(2) as executor:
        assert executor.submit(lambda: 1).exception() is not None
        assert executor.submit(abs, -1).result() == 1


def test_faults_carry_the_traceback_of_the_worker() -> None:
    with local_executor(2) as executor:
        fault = executor.submit(int, "x").exception()
    assert isinstance(fault, ValueError)
    assert "function(*args, **kwargs)" in fault.__notes__[0]


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system pins no process")
def test_jobs_are_as_many_as_the_processors_that_may_be_used() -> None:
    script = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
        "from wenti.workers import default_jobs; print(default_jobs())"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout == b"1\n"
    assert default_jobs() == len(os.sched_getaffinity(0))


PARENT = """
import os, sys, time
from wenti.workers import local_executor
if __name__ == "__main__":
    executor = local_executor(2)
    pids = set()
    while len(pids) < 2:
        pids |= {future.result() for future in [executor.submit(os.getpid) for _ in range(50)]}
    executor.submit(time.sleep, 600)
    try:
        print(*pids, flush=True)
        time.sleep(600)
    except KeyboardInterrupt:
        time.sleep(0.5)  # a worker that takes it, too, is gone then, and with it the others
        print(executor.submit(abs, -5).result(), flush=True)
        os.kill(os.getpid(), 9)
"""


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A process with two workers, one of them busy, in a group of their own."""
    (tmp_path / "parent.py").write_text(PARENT, encoding="utf-8")
    command = [sys.executable, str(tmp_path / "parent.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        pids = [int(pid) for pid in process.stdout.readline().split()]
        try:
            yield process, pids
        finally:
            process.kill()


def test_workers_end_with_their_parent_however_it_ends(parent: tuple[subprocess.Popen[str], list[int]]) -> None:
    process, pids = parent
    assert len(pids) == 2
    assert all(map(is_alive, pids))
    process.send_signal(signal.SIGKILL)
    await_that(lambda: not any(map(is_alive, pids)))


def test_ctrl_c_reaches_the_parent_only(parent: tuple[subprocess.Popen[str], list[int]]) -> None:
    process, pids = parent
    os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it: to all in the group
    assert process.stdout is not None
    assert process.stdout.readline() == "5\n", "the workers took it, too"
    await_that(lambda: not any(map(is_alive, pids)))
