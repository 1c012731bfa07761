"""Worker processes on this machine, started afresh as Windows does it, and gone when their parent is."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, TypeVar

from wenti.errors import WentiError

Task = TypeVar("Task")
Result = TypeVar("Result")


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


def local_executor(jobs: int) -> Executor:
    """Return what runs tasks in a number of processes; in this one for a single job."""
    if jobs == 1:
        return Inline()
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin_worker)


def default_jobs() -> int:
    """Return the number of processors that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def _begin_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then lets its workers go
    threading.Thread(target=_end_with_parent, daemon=True).start()


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
    """Yield tasks with their results in the order of the tasks, with at most a window of them under way.

    Raises
    ------
    WentiError
        If a worker process died.
    """
    pending: deque[tuple[Task, Future[Result]]] = deque()
    try:
        for task in tasks:
            pending.append((task, _submitted(executor, function, task)))
            if len(pending) >= window:
                yield _result(*pending.popleft())
        while pending:
            yield _result(*pending.popleft())
    finally:
        for _, future in pending:
            future.cancel()


def _submitted(executor: Executor, function: Callable[[Task], Result], task: Task) -> Future[Result]:
    try:
        return executor.submit(function, task)
    except BrokenProcessPool:
        raise WentiError("worker_lost") from None


def _result(task: Task, future: Future[Result]) -> tuple[Task, Result]:
    try:
        return task, future.result()
    except BrokenProcessPool:
        raise WentiError("worker_lost") from None
