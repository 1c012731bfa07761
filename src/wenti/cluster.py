"""A Dask cluster (extra ``dask``): connected to, or a clear reason why not.

A scheduler executes what it receives. With ``tls://`` it asks for a certificate; which one is told here, as to the
scheduler and the workers, by Dask's own configuration (docs/scale.md).
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import warnings
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wenti.decoding import displayable
from wenti.errors import InputError, UsageError, WentiError

if TYPE_CHECKING:
    from distributed import Client

_ADDRESS = re.compile(r"(tcp|tls)://([^\s/:\[\]]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}")
_SECONDS = 5  # to answer
_RETRIES = 3  # of a task that raised an error, as of a folder that does not answer for a moment
_SAME = ("wenti", "dask", "distributed", "numpy", "pandas")
_LOGGERS = ("distributed", "distributed.client", "tornado", "asyncio")


@contextmanager
def connect(address: str) -> Iterator[Client]:
    """Connect to a cluster whose scheduler and workers have the same packages as this process.

    Parameters
    ----------
    address : str
        Of the scheduler: ``tcp://host:port``, or ``tls://host:port`` with certificates in Dask's configuration.

    Yields
    ------
    distributed.Client
        The default of Dask while it is open.

    Raises
    ------
    InputError
        If Dask is not installed, or the certificate cannot be used.
    UsageError
        If the address is none, or there is no certificate for ``tls://``.
    WentiError
        If nothing answers, packages differ, there is no worker, or later, if workers or the scheduler are lost.
    """
    try:
        import distributed
        from distributed.comm import CommClosedError
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("dask", "distributed"):
            raise
        raise InputError("dask_missing") from None
    if not _ADDRESS.fullmatch(address):
        raise UsageError("dask_address", address=address)
    with _quiet(), warnings.catch_warnings():
        warnings.simplefilter("ignore", distributed.versions.VersionMismatchWarning)  # we look ourselves
        _knock(address)
        try:
            client = distributed.Client(address, timeout=_SECONDS)
        except Exception as error:
            raise _unreachable(address, error) from None
        with client:
            _check_packages(client, address)
            try:
                yield client
            except distributed.scheduler.KilledWorker:
                raise WentiError("dask_workers_died") from None
            except (CommClosedError, CancelledError, asyncio.CancelledError):
                raise WentiError("dask_lost", file=address) from None


def executor_of(client: Client) -> tuple[Executor, int]:
    """Return what runs tasks on a cluster, and how many keep it busy.

    A task whose worker is lost is done by another; one that raised an error is tried again.
    """
    threads: int = sum(client.nthreads().values())
    found: Executor = client.get_executor(pure=False, retries=_RETRIES)
    return found, 2 * threads + 1


def require_shared(client: Client, file: Path) -> None:
    """Check that every worker sees a file by the same path.

    Raises
    ------
    InputError
        If one does not.
    """
    for worker, is_there in client.run(os.path.exists, os.path.abspath(file)).items():
        if not is_there:
            raise InputError("dask_file", file=displayable(os.path.abspath(file)), worker=worker)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's own log from the terminal: what went wrong is told in one line."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _knock(address: str) -> None:
    """See whether a scheduler answers: a client waits for ever for one that takes the call and says nothing."""
    from distributed import Security
    from distributed.comm import connect as call

    try:
        arguments = Security().get_connection_args("client")
    except OSError as error:  # of a file that is missing, or is no certificate
        raise InputError("dask_certificate_bad", detail=error.strerror or str(error)) from None
    if address.startswith("tls:") and arguments["ssl_context"] is None:
        raise UsageError("dask_certificate", address=address)

    async def knock() -> None:
        comm = await asyncio.wait_for(call(address, timeout=_SECONDS, **arguments), _SECONDS + 1)
        comm.abort()

    try:
        with ThreadPoolExecutor(1) as thread:  # in a notebook there is an event loop in this one
            thread.submit(lambda: asyncio.run(knock())).result()
    except Exception as error:  # also of what is no scheduler and sends what it likes
        raise _unreachable(address, error) from None


def _unreachable(address: str, error: BaseException) -> WentiError:
    cause: BaseException = error
    while cause.__cause__ is not None and not isinstance(cause, TimeoutError):
        cause = cause.__cause__
    detail = " ".join(f"{type(cause).__name__}: {cause}".split())[:200]
    return WentiError("dask_unreachable", file=address, detail=detail)


def _check_packages(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_SECONDS)
    except TimeoutError:
        raise WentiError("dask_no_worker", file=address) from None
    versions: dict[str, Any] = client.get_versions(packages=["wenti"])
    here = _versions(versions["client"])
    for place, found in {address: versions["scheduler"], **versions["workers"]}.items():
        there = _versions(found)
        if there != here:
            differ = ", ".join(f"{name} {there[name]} / {here[name]}" for name in here if there[name] != here[name])
            raise WentiError("dask_versions", file=place, packages=differ)


def _versions(found: Any) -> dict[str, str | None]:
    """Return the versions that must be the same; of Python, the first two numbers."""
    packages = (found or {}).get("packages", {})
    python = ".".join(str(packages.get("python")).split(".")[:2])
    return {"python": python, **{name: packages.get(name) for name in _SAME}}
