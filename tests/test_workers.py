"""Worker processes: the order of the tasks, a bound on what is under way, faults, limits, and the end with the parent."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped, unused-ignore]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import await_that, is_alive
from wenti import api
from wenti.errors import InputError, WentiError
from wenti.workers import Inline, Limits, default_jobs, in_order, local_executor

AMPLE = Limits(seconds=300, megabytes=4000)


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


@pytest.mark.parametrize(("jobs", "limits"), [(1, None), (2, None), (1, AMPLE)])
def test_a_fault_comes_out_whole(tmp_path: Path, jobs: int, limits: Limits | None) -> None:
    missing = tmp_path / "没有.txt"
    with local_executor(jobs, limits) as executor, pytest.raises(InputError) as caught:
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


@pytest.mark.parametrize("limits", [None, AMPLE])
def test_what_cannot_be_sent_is_a_fault_of_its_task_alone(limits: Limits | None) -> None:
    with local_executor(2, limits) as executor:
        assert executor.submit(lambda: 1).exception() is not None
        assert executor.submit(abs, -1).result() == 1


@pytest.mark.parametrize("limits", [None, AMPLE])
def test_faults_carry_the_traceback_of_the_worker(limits: Limits | None) -> None:
    with local_executor(2, limits) as executor:
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


# Limits. The tasks are built-in functions, or workers would import the tests first.

BRIEF = Limits(seconds=2, megabytes=4000)
SMALL = Limits(seconds=300, megabytes=200)

LOOP = "while True: pass"
GROWTH = """
import time
held = []
while True:
    held.append(b"x" * (4 << 20))
    time.sleep(0.005)
"""
SLEEP = "import time; time.sleep(600)"
# It starts a process, which by then nobody has looked for, and tells the id by a file.
CHILD = """
import os, subprocess, sys, time
time.sleep(0.1)
child = subprocess.Popen([sys.executable, "-c", {then!r}], start_new_session={apart})
open({path!r}, "w").write(str(child.pid))
"""


def fault_among_others(limits: Limits, function: Callable[..., Any], *args: Any) -> InputError:
    """Return the fault of a task, having seen that those before, beside and after it are done."""
    with local_executor(2, limits) as executor:
        before = [executor.submit(abs, -number) for number in range(20)]
        bad = executor.submit(function, *args)
        after = [executor.submit(abs, -number) for number in range(20)]
        fault = bad.exception()
        again = [executor.submit(abs, -number) for number in range(20)]
        for futures in (before, after, again):
            assert [future.result() for future in futures] == list(range(20))
    assert isinstance(fault, InputError)
    return fault


def test_with_limits_even_one_job_is_done_in_another_process() -> None:
    with local_executor(1, AMPLE) as executor:
        pids = {executor.submit(os.getpid).result() for _ in range(3)}
        assert len(pids) == 1
        assert pids != {os.getpid()}
        large = executor.submit(bytes, 50 << 20).result()
    assert large == bytes(50 << 20)
    assert not any(map(is_alive, pids))


@pytest.mark.parametrize(
    ("function", "args"),
    [
        (exec, (LOOP,)),
        (re.match, ("(a+)+$", "a" * 60 + "b")),  # compiled code that lets no other thread of its process run
        (time.sleep, (600,)),
    ],
    ids=["a loop", "a pattern", "sleep"],
)
def test_what_takes_too_long_fails_alone(function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    fault = fault_among_others(BRIEF, function, *args)
    assert (fault.key, fault.facts) == ("reading_too_long", {"seconds": 2})
    assert " 2 s " in fault.describe("en")


def test_what_takes_too_much_memory_fails_alone() -> None:
    fault = fault_among_others(SMALL, exec, GROWTH)
    assert (fault.key, fault.facts) == ("reading_too_large", {"limit": 200})


def test_what_asks_for_more_memory_than_there_is_fails_alone() -> None:
    fault = fault_among_others(SMALL, bytes, 1 << 60)
    assert (fault.key, fault.facts) == ("reading_too_large", {"limit": 200})


@pytest.mark.parametrize(
    ("function", "args"),
    [
        (os.abort, ()),
        (os._exit, (0,)),
        (sys.exit, (0,)),
        (exec, ("import ctypes; ctypes.string_at(0)",)),
        (exec, ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)",)),
    ],
    ids=["abort", "exit", "SystemExit", "segmentation fault", "kill"],
)
def test_what_its_process_dies_of_fails_alone(function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    assert fault_among_others(AMPLE, function, *args).key == "reading_crashed"


def test_faults_of_many_tasks_are_each_its_own() -> None:
    with local_executor(2, BRIEF) as executor:
        calls: list[tuple[Any, ...]] = [(abs, -1), (os._exit, 1), (exec, LOOP), (int, "x")]
        futures = [executor.submit(*call) for call in calls * 2]
        faults = [future.exception() for future in futures]
    keys = [getattr(fault, "key", type(fault)) for fault in faults]
    assert keys == [type(None), "reading_crashed", "reading_too_long", ValueError] * 2


@pytest.mark.parametrize("apart", [False, True], ids=["in the group", "in a session of its own"])
@pytest.mark.parametrize(
    ("limits", "then", "key"),
    [
        (BRIEF, SLEEP, "reading_too_long"),
        (SMALL, "held = b'x' * (300 << 20); " + SLEEP, "reading_too_large"),
    ],
    ids=["too long", "too large"],
)
def test_what_a_task_started_counts_and_ends_with_it(
    tmp_path: Path, limits: Limits, then: str, key: str, apart: bool
) -> None:
    path = tmp_path / "pid"
    task = CHILD.format(then=then, path=str(path), apart=apart) + SLEEP
    assert fault_among_others(limits, exec, task).key == key
    await_that(lambda: not is_alive(int(path.read_text())))


def test_what_a_task_started_ends_when_its_process_dies(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    task = CHILD.format(then=SLEEP, path=str(path), apart=False) + "os.abort()"
    assert fault_among_others(AMPLE, exec, task).key == "reading_crashed"
    await_that(lambda: not is_alive(int(path.read_text())))


@pytest.mark.skipif(os.name != "posix", reason="the system has no groups of processes")
def test_what_a_task_started_ends_with_it_though_what_lay_between_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    command = ["sh", "-c", f"sleep 600 & echo $! > '{path}'"]
    assert fault_among_others(BRIEF, exec, f"import subprocess; subprocess.run({command})\n{LOOP}") is not None
    await_that(lambda: not is_alive(int(path.read_text())))


def test_what_a_task_left_running_ends_with_the_work(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    with local_executor(1, AMPLE) as executor:
        executor.submit(exec, CHILD.format(then=SLEEP, path=str(path), apart=True)).result()
        assert is_alive(int(path.read_text()))
    await_that(lambda: not is_alive(int(path.read_text())))


def test_a_process_that_died_at_rest_is_no_fault_of_the_next_task() -> None:
    with local_executor(1, AMPLE) as executor:
        pid = executor.submit(os.getpid).result()
        process = next(child for child in multiprocessing.active_children() if child.pid == pid)
        process.kill()
        process.join()
        assert executor.submit(os.getpid).result() != pid


def test_memory_that_earlier_tasks_left_is_not_put_on_the_next() -> None:
    with local_executor(1, SMALL) as executor:
        pid = executor.submit(os.getpid).result()
        executor.submit(exec, "import time, sys; sys.held = b'x' * (100 << 20); time.sleep(0.5)").result()
        executor.submit(exec, "import time; held = b'x' * (100 << 20); time.sleep(0.5)").result()
        assert executor.submit(os.getpid).result() != pid


def fault_of_one(expression: str) -> BaseException | None:
    with local_executor(1, AMPLE) as executor:
        pid = executor.submit(os.getpid).result()
        fault = executor.submit(eval, expression).exception()
        assert executor.submit(os.getpid).result() == pid
    assert not isinstance(fault, WentiError)
    return fault


@pytest.mark.parametrize(
    "result",
    ["lambda: 1", "__import__('threading').Lock()"],
    ids=["a function without a name", "a lock"],
)
def test_a_result_that_cannot_be_sent_is_a_fault_of_its_task_alone(result: str) -> None:
    assert fault_of_one(f"[{result}]") is not None
    assert fault_of_one(f"(_ for _ in ()).throw(ValueError({result}))") is not None


def test_memory_that_cannot_be_read_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def gone(process: psutil.Process, *_: Any, **__: Any) -> None:
        asked.append(process.pid)
        raise psutil.NoSuchProcess(process.pid)

    monkeypatch.setattr(psutil.Process, "memory_info", gone)
    monkeypatch.setattr(psutil.Process, "children", gone)
    assert fault_among_others(BRIEF, exec, LOOP).key == "reading_too_long"
    assert fault_among_others(AMPLE, os.abort).key == "reading_crashed"
    assert asked


WITHOUT_RESOURCE = """
import sys
import psutil  # on Linux it needs the module itself
sys.modules["resource"] = None
from wenti.workers import Limits, local_executor
if __name__ == "__main__":
    with local_executor(2, Limits(2, 200)) as executor:
        print(executor.submit(eval, "'resource' in __import__('sys').modules").result())
        for task in ("import resource", "while True: pass", "held = []\\nwhile True: held.append(b'x' * 4096)"):
            fault = executor.submit(exec, task).exception()
            print(getattr(fault, "key", type(fault).__name__))
"""


def test_limits_hold_where_the_system_sets_none(tmp_path: Path) -> None:
    (tmp_path / "limits.py").write_text(WITHOUT_RESOURCE, encoding="utf-8")
    command = [sys.executable, str(tmp_path / "limits.py")]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120, encoding="utf-8")
    assert done.stdout.split() == ["True", "ModuleNotFoundError", "reading_too_long", "reading_too_large"]


# It has no `if __name__ == "__main__"`, so its workers fail at their start.
UNGUARDED = """
from wenti.workers import Limits, local_executor
with local_executor(2, Limits(60, 1000)) as executor:
    print(*(future.exception().key for future in [executor.submit(abs, -1) for _ in range(4)]))
"""


def test_processes_that_do_not_start_are_no_fault_of_a_task(tmp_path: Path) -> None:
    (tmp_path / "unguarded.py").write_text(UNGUARDED, encoding="utf-8")
    command = [sys.executable, str(tmp_path / "unguarded.py")]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120, encoding="utf-8")
    assert done.stdout.split() == ["worker_lost"] * 4


# It tells the worker's id, then waits for a task that does not end.
LIMITED_PARENT = """
import contextlib, os, re, sys, time
import wenti.workers
from wenti.workers import Limits, local_executor
wenti.workers._GRACE = 1  # in the worker, too, which runs this far
if __name__ == "__main__":
    seconds, task, how = sys.argv[1:]
    executor = local_executor(1, Limits(float(seconds), 1000))
    with executor if how == "with" else contextlib.nullcontext():
        print(executor.submit(os.getpid).result(), flush=True)
        future = executor.submit(exec, task)
        while not future.running():
            time.sleep(0.01)
        print("running", flush=True)
        future.result()
"""


@contextmanager
def limited_parent(folder: Path, seconds: float, task: str, how: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Give a process whose worker is at a task, in a group of their own, and the worker's id."""
    (folder / "parent.py").write_text(LIMITED_PARENT, encoding="utf-8")
    command = [sys.executable, str(folder / "parent.py"), str(seconds), task, how]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert process.stdout.readline() == "running\n"
        try:
            yield process, pid
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
@pytest.mark.parametrize("how", ["with", "without"])
def test_what_tasks_started_ends_with_the_parent_however_it_ends(
    tmp_path: Path, number: signal.Signals, how: str
) -> None:
    path = tmp_path / "pid"
    task = CHILD.format(then=SLEEP, path=str(path), apart=True) + LOOP
    with limited_parent(tmp_path, 600, task, how) as (process, pid):
        await_that(lambda: path.exists() and path.read_text() != "")
        child = int(path.read_text())
        assert is_alive(pid)
        assert is_alive(child)
        os.killpg(process.pid, number)
        process.wait(timeout=60)
        await_that(lambda: not is_alive(pid) and not is_alive(child))


def test_what_lets_nothing_else_run_ends_after_its_time_without_a_parent(tmp_path: Path) -> None:
    path = tmp_path / "begun"
    task = f"import re; open({str(path)!r}, 'w').close(); re.match('(a+)+$', 'a' * 60 + 'b')"
    with limited_parent(tmp_path, 2, task, "with") as (process, pid):
        await_that(path.exists)
        time.sleep(0.1)  # so that it is at the pattern
        process.kill()
        process.wait(timeout=60)
        await_that(lambda: not is_alive(pid))
