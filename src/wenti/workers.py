"""Worker processes on this machine, started afresh as Windows does it, and gone when their parent is.

What reads files of unknown origin gets limits: whatever a file makes of the code that reads it, the harm is its own.
"""

from __future__ import annotations

import atexit
import faulthandler
import gc
import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from wenti.errors import InputError, WentiError

if TYPE_CHECKING:
    import psutil

Task = TypeVar("Task")
Result = TypeVar("Result")
Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
Answer = tuple[Any, Exception | None]

_EVERY = 0.05
"""Seconds between two looks at tasks with limits."""
_DEAR = 200
"""The search for a process's children looks at all processes there are; it rests so many times as long as it took."""
_START = 120
"""Seconds within which a process must have started."""
_GRACE = 10
"""Seconds for what should be done at once."""
ENDED = ("reading_too_long", "reading_too_large", "reading_crashed")
"""Keys of the errors of tasks that were ended."""


@dataclass(frozen=True)
class Limits:
    """What a task may take before its process is killed.

    Parameters
    ----------
    seconds : float
        Wall time, from when a process has it.
    megabytes : int
        Resident memory of its process and of the processes that it started, together. It is looked at 20 times a second,
        so that it may be passed for that long.
    """

    seconds: float
    megabytes: int


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
    limits : Limits, optional
        Of each task. A task that goes beyond, or whose process dies, fails alone, and another process takes the place.
        Tasks must not mind being killed. Without limits nothing is watched, and a process that dies ends the work.
    """

    def __init__(self, jobs: int, limits: Limits | None = None) -> None:
        self._jobs = jobs
        self._limits = limits
        self._tasks: SimpleQueue[tuple[Future[Any], Call] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._watched: list[_Watched] = []
        self._is_lost = False
        if limits is not None:
            atexit.register(self._end)

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Have the function called in one of the processes.

        Returns
        -------
        Future
            Raises what the function raises, and WentiError if its process died; with limits, InputError if the function
            took too long or too much, or its process died of it.
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
        if wait:
            atexit.unregister(self._end)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        """Let the processes go; on Ctrl-C end those that have limits, as they may be at it for long."""
        if self._limits is not None and error is not None and not isinstance(error, Exception):
            self._end()
        return super().__exit__(kind, error, trace)

    def _start(self) -> None:
        if self._limits is None:
            worker = _Worker()
        else:
            worker = _Watched(self._limits)
            self._watched.append(worker)
        self._threads.append(threading.Thread(target=self._tend, args=(worker,), daemon=True))
        self._threads[-1].start()
        if len(self._watched) == 1:
            threading.Thread(target=self._watch, daemon=True).start()

    def _tend(self, worker: _Worker) -> None:
        """Pass task after task to a process."""
        while not self._is_lost and (task := self._tasks.get()) is not None:
            future, call = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result, error = worker.do(call)
            except (EOFError, OSError):
                self._is_lost = True
                future.set_exception(WentiError("worker_lost"))
                self._give_up()
            except Exception as fault:  # what cannot be sent, or went beyond its limits
                future.set_exception(fault)
            else:
                future.set_result(result) if error is None else future.set_exception(error)
        worker.leave()

    def _watch(self) -> None:
        while any(thread.is_alive() for thread in self._threads):
            time.sleep(_EVERY)
            for worker in self._watched:
                worker.look()

    def _end(self) -> None:
        """Kill what has limits, with all that it started."""
        self._is_lost = True
        for worker in self._watched:
            worker.end()

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


class _Worker:
    """A process that does what comes by its pipe."""

    def __init__(self) -> None:
        self._connection, self._process = _started(_work)

    def do(self, call: Call) -> Answer:
        """Have a call made; raise EOFError or OSError if the process dies."""
        self._connection.send(call)
        answer: Answer = self._connection.recv()
        return answer

    def leave(self) -> None:
        """Let the process go."""
        self._connection.close()
        self._process.join()


class _Watched(_Worker):
    """A process whose calls have limits, and which is replaced when one of them was its end.

    It is watched from outside: compiled code that keeps the interpreter to itself lets nothing watch from inside.
    """

    _begun: float | None
    _fault: InputError | None
    _itself: psutil.Process | None
    _children: list[psutil.Process]

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._is_ended = False
        self._start()

    def do(self, call: Call) -> Answer:
        """Have a call made; raise InputError if it goes beyond the limits or the process dies of it."""
        if self._is_worn():
            self._replace()
        try:
            self._hand_over(call)
        except (EOFError, OSError):  # it is dead already, of the call before or by itself
            self._replace()
            self._hand_over(call)
        try:
            self._begun = time.monotonic()
            answer: Answer = self._connection.recv()
            return answer
        except (EOFError, OSError):
            self._fault = self._fault or InputError("reading_crashed")
            if self._is_ended:
                raise
            raise self._fault from None
        finally:
            with self._lock:
                self._begun = None
            if self._fault is not None:
                self._kill()

    def look(self) -> None:
        """Kill the process if the call goes beyond its limits; for a thread that does so again and again."""
        begun = self._begun
        if begun is None:
            return
        fault = None
        if time.monotonic() - begun > self._limits.seconds:
            fault = InputError("reading_too_long", seconds=self._limits.seconds)
        elif self._resident() > self._limits.megabytes << 20:
            fault = InputError("reading_too_large", limit=self._limits.megabytes)
        with self._lock:
            if fault is not None and self._begun is begun:  # or it is another call by now
                self._fault = fault
                self._kill_family()

    def end(self) -> None:
        """Kill the process, and let no other take its place; for other threads than the one that makes calls."""
        self._is_ended = True
        self._kill_family()

    def leave(self) -> None:
        """Let the process go, and see that it goes."""
        self._connection.close()
        self._process.join(_GRACE)
        if self._process.is_alive():
            self._kill()

    def _start(self) -> None:
        self._itself = None  # until it is up
        self._children = []
        self._search_again = 0.0
        self._most = 0
        self._begun = self._fault = None
        self._connection, self._process = _started(_work_within, self._limits)

    def _replace(self) -> None:
        self.leave()
        if not self._is_ended:
            self._start()
        if self._is_ended:  # before, or while it started
            self._kill()
            raise EOFError

    def _hand_over(self, call: Call) -> None:
        """Give the process a call, if need be after its start; raise EOFError or OSError if it is dead."""
        if self._itself is None:
            import psutil

            if not self._connection.poll(_START):
                self._kill()
                raise EOFError
            self._connection.recv()
            try:
                self._itself = psutil.Process(self._process.pid)
            except psutil.Error:
                raise EOFError from None
        self._connection.send(call)

    def _is_worn(self) -> bool:
        """Tell whether earlier calls left so much in memory that the next might be blamed for it."""
        half = self._limits.megabytes << 19
        if self._most > half:
            self._most = self._resident()
        return self._most > half

    def _resident(self) -> int:
        """Return the bytes that the process and those that it started have in memory."""
        import psutil

        now = time.monotonic()
        if self._itself is not None and now >= self._search_again:
            with suppress(psutil.Error, OSError):
                self._children = self._itself.children(recursive=True)
            end = time.monotonic()
            self._search_again = end + _DEAR * (end - now)
        total = 0
        for process in (self._itself, *self._children):
            with suppress(psutil.Error, OSError):
                total += process.memory_info().rss if process is not None else 0
        self._most = max(self._most, total)
        return total

    def _kill(self) -> None:
        self._kill_family()
        self._process.join(_GRACE)
        self._connection.close()

    def _kill_family(self) -> None:
        """Kill the process and what it started, as far as that can be found, also if the process is gone already."""
        import psutil

        family = list(self._children)
        if self._itself is not None:
            with suppress(psutil.Error, OSError):
                self._itself.suspend()  # that it start nothing meanwhile
                family += self._itself.children(recursive=True)
        with suppress(OSError):
            self._process.kill()
        for process in family:
            with suppress(psutil.Error, OSError):
                process.kill()
        if os.name == "posix" and self._process.pid:
            with suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)  # it leads a group of its own


def _started(target: Callable[..., None], *args: Any) -> tuple[Connection, BaseProcess]:
    """Start a process that has the other end of a pipe, and return this end and the process."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(theirs, *args), daemon=True)
    process.start()
    theirs.close()  # so that nobody but the process holds it open
    return ours, process


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


def _work_within(connection: Connection, limits: Limits) -> None:
    """Do what comes, as a process that is watched: first say that it is up, at the end leave nothing that it started."""
    if os.name == "posix":
        os.setsid()  # what it starts can be found by this when those between are gone, and Ctrl-C reaches none of it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_all_with_parent, args=(limits,), daemon=True).start()
    with suppress(EOFError, OSError):  # of the pipe
        connection.send(None)
        while True:
            connection.send_bytes(_answer(connection.recv_bytes(), limits))
    _kill_children()


def _answer(call: bytes, limits: Limits) -> memoryview:
    """Make a call and return the answer, both as they are sent."""
    try:
        function, args, kwargs = ForkingPickler.loads(call)
        return ForkingPickler.dumps((function(*args, **kwargs), None))
    except MemoryError:
        fault: Exception = InputError("reading_too_large", limit=limits.megabytes)
    except Exception as error:
        error.add_note(traceback.format_exc())
        fault = error
    try:
        return ForkingPickler.dumps((None, fault))
    except Exception as unsent:
        return ForkingPickler.dumps((None, unsent))


def local_executor(jobs: int, limits: Limits | None = None) -> Executor:
    """Return what runs tasks in a number of processes; in this one for a single job without limits."""
    return Inline() if jobs == 1 and limits is None else Processes(jobs, limits)


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


def _end_all_with_parent(limits: Limits) -> None:
    """Leave when the parent is gone, with all that was started here; soon after the time limit if nothing else can run."""
    parent = multiprocessing.parent_process()
    seconds = min(limits.seconds + _GRACE, threading.TIMEOUT_MAX)
    with open(os.devnull, "wb") as nowhere:
        while parent is not None and parent.is_alive():
            faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)  # needs no interpreter; begins anew
            parent.join(1)
    try:
        _kill_children()
        if os.name == "posix":
            os.killpg(0, signal.SIGKILL)
    finally:
        os._exit(1)


def _kill_children() -> None:
    import psutil

    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            child.kill()


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
    executor: Executor,
    function: Callable[[Task], Result],
    tasks: Iterable[Task],
    window: int,
    instead: Callable[[Task, InputError], Result] | None = None,
) -> Iterator[tuple[Task, Result]]:
    """Yield tasks with their results in the order of the tasks, with at most a window of them under way.

    ``instead`` gives the result of a task that was ended by its limits.
    """
    pending: deque[tuple[Task, Future[Result]]] = deque()

    def first() -> tuple[Task, Result]:
        task, future = pending.popleft()
        try:
            return task, future.result()
        except InputError as error:
            if instead is None or error.key not in ENDED:
                raise
            return task, instead(task, error)

    try:
        for task in tasks:
            pending.append((task, executor.submit(function, task)))
            if len(pending) >= window:
                yield first()
        while pending:
            yield first()
    finally:
        for _, future in pending:
            future.cancel()
