"""Worker processes on this machine, started afresh as Windows does it, and gone when their parent is."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from wenti.errors import WentiError

Task = TypeVar("Task")
Result = TypeVar("Result")
Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class Inline(Executor):
    """Does the work at once in this process."""

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Call the function and return what it returned or raised."""
        future: Future[Result] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Processes(Executor):
    """Does the work in processes, each at the end of a pipe of its own.

    The standard library's pool has one pipe for all results. A process that is killed while it writes one, as when memory
    runs out, leaves the pool waiting for the rest for ever. Here the end of a process ends its pipe.

    Parameters
    ----------
    jobs : int
        Most processes. One is started with each of the first tasks.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._tasks: SimpleQueue[tuple[Future[Any], Call] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._is_lost = False

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Have the function called in one of the processes.

        Returns
        -------
        Future
            Raises what the function raises, and WentiError if its process died.
        """
        future: Future[Result] = Future()
        self._tasks.put((future, (fn, args, kwargs)))
        if self._is_lost:
            self._give_up()
        elif len(self._threads) < self._jobs:
            self._start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the processes go when they have done what is submitted, or only what has begun."""
        if cancel_futures:
            for future, _ in self._waiting():
                future.cancel()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads if wait else ():
            thread.join()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs,), daemon=True)
        process.start()
        theirs.close()  # so that nobody but the process holds it open
        self._threads.append(threading.Thread(target=self._tend, args=(process, ours), daemon=True))
        self._threads[-1].start()

    def _tend(self, process: BaseProcess, connection: Connection) -> None:
        """Pass task after task to a process."""
        with connection:
            while not self._is_lost and (task := self._tasks.get()) is not None:
                future, call = task
                if not future.set_running_or_notify_cancel():
                    continue
                try:
                    connection.send(call)
                    result, error = connection.recv()
                except (EOFError, OSError):
                    self._is_lost = True
                    future.set_exception(WentiError("worker_lost"))
                    self._give_up()
                except Exception as unsent:  # what cannot be sent
                    future.set_exception(unsent)
                else:
                    future.set_result(result) if error is None else future.set_exception(error)
        process.join()

    def _give_up(self) -> None:
        for future, _ in self._waiting():
            if future.set_running_or_notify_cancel():
                future.set_exception(WentiError("worker_lost"))
        for _ in self._threads:
            self._tasks.put(None)  # those that wait for more

    def _waiting(self) -> Iterator[tuple[Future[Any], Call]]:
        """Yield the tasks that no process has begun, and take them away."""
        with suppress(Empty):
            while True:
                if (task := self._tasks.get_nowait()) is not None:
                    yield task


def _work(connection: Connection) -> None:
    """Do what comes, in a process of its own, until nothing more comes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then lets its workers go
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            function, args, kwargs = connection.recv()
        except EOFError:
            return
        result, fault = None, None
        try:
            result = function(*args, **kwargs)
        except Exception as error:
            error.add_note(traceback.format_exc())
            fault = error
        connection.send((result, fault))


def local_executor(jobs: int) -> Executor:
    """Return what runs tasks in a number of processes; in this one for a single job."""
    return Inline() if jobs == 1 else Processes(jobs)


def default_jobs() -> int:
    """Return the number of processors that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def _end_with_parent() -> None:
    """Leave when the parent is gone: after `kill -9` nobody else tells a worker."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def without_collecting() -> Iterator[None]:
    """Look for no garbage meanwhile: a chunk makes tens of thousands of small objects, and none refers to itself."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def in_order(
    executor: Executor, function: Callable[[Task], Result], tasks: Iterable[Task], window: int
) -> Iterator[tuple[Task, Result]]:
    """Yield tasks with their results in the order of the tasks, with at most a window of them under way."""
    pending: deque[tuple[Task, Future[Result]]] = deque()
    try:
        for task in tasks:
            pending.append((task, executor.submit(function, task)))
            if len(pending) >= window:
                done, future = pending.popleft()
                yield done, future.result()
        while pending:
            done, future = pending.popleft()
            yield done, future.result()
    finally:
        for _, future in pending:
            future.cancel()
