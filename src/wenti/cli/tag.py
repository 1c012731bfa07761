"""``wenti tag``."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from wenti.cli.console import guarded, say
from wenti.cli.options import Dask, Debug, Jobs, Lang, Model, TaxonomyFile, Threshold
from wenti.messages import message

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    from wenti.bulk import Progress
    from wenti.tagger import Options
    from wenti.workers import Limits

_SMALL = 2 << 20  # bytes that one process has tagged before others have started
_EVERY = 0.2  # seconds between two lines of progress


def tag(  # noqa: PLR0913, PLR0917 - one parameter for each option
    source: Annotated[
        str, typer.Argument(metavar="IN", help="Table (.csv .tsv .jsonl .parquet .xlsx), report, or folder of either.")
    ],
    target: Annotated[
        str, typer.Argument(metavar="OUT", help="Table of the same format; for a folder of tables a folder.")
    ],
    column: Annotated[
        str | None, typer.Option("--column", metavar="NAME", help="Column to tag; by default text or 问题描述.")
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="Sheet of a workbook.")] = None,
    names: Annotated[bool, typer.Option("--names", help="Add columns with the names of kinds and types.")] = False,
    jobs: Jobs = None,
    dask: Dask = None,
    model: Model = None,
    taxonomy: TaxonomyFile = None,
    lang: Lang = "zh",
    threshold: Threshold = "medium",
    debug: Debug = False,
) -> None:
    """Tag a table, or the statements of reports, into a table with kind, types and probabilities.

    Rows that cannot be tagged stay as they are and are listed in OUT.errors.csv (exit code 1). A run that was ended goes on
    where it was when it is started again.
    """

    def action() -> int:
        from pathlib import Path

        from wenti import bulk
        from wenti.spool import errors_path
        from wenti.tagger import Options

        options = Options(
            column, sheet, names, threshold, lang, model or os.environ.get("WENTI_MODEL") or None, taxonomy
        )
        read, write = Path(source), Path(target)
        is_folder = read.is_dir() and not write.suffix
        work = bulk.tag_folder if is_folder else bulk.tag
        if not is_folder:
            bulk.check_target(read, write)
        try:
            limits = _limits(read) if dask is None and not is_folder else None
            with _executor(jobs, dask, read, options, limits) as (executor, window, there), _progress(lang) as progress:
                result = work(read, write, there, executor, window, progress)
        except KeyboardInterrupt:
            say(message("tag_interrupted", lang))
            raise
        if result.resumed:
            say(message("tag_resumed", lang, rows=result.resumed))
        if result.faults:
            errors = errors_path(write / "*" if is_folder else write)
            say(message("tag_faults", lang, faults=result.faults, path=errors))
        sys.stdout.write(message("tagged", lang, rows=result.rows, path=target) + "\n")
        return 1 if result.faults else 0

    guarded(action, lang, debug)


@contextmanager
def _executor(
    jobs: int | None, dask: str | None, source: Path, options: Options, limits: Limits | None
) -> Iterator[tuple[Executor, int, Options]]:
    """Give what tags chunks, how many at a time, and the options as its processes understand them."""
    from wenti.errors import UsageError
    from wenti.tagger import elsewhere
    from wenti.workers import default_jobs, local_executor

    if dask is not None:
        if jobs is not None:
            raise UsageError("jobs_of_cluster")
        with _cluster(dask, source) as (executor, window):
            yield executor, window, elsewhere(options)
        return
    if jobs is None:
        jobs = default_jobs() if source.is_dir() or source.stat().st_size > _SMALL else 1
    executor = local_executor(jobs, limits)
    with executor:
        try:
            yield executor, 2 * jobs + 1 if jobs > 1 else 1, options
        except Exception:
            executor.shutdown(wait=True, cancel_futures=True)
            raise


def _limits(source: Path) -> Limits | None:
    """Return the limits of the readers of reports; tables and plain text have none."""
    from wenti.errors import InputError
    from wenti.reading import is_light, report_files
    from wenti.tables import is_table

    if is_table(source) and not source.is_dir():
        return None
    try:
        files = report_files([source])
    except InputError:  # of tables alone; anything else is told when it is read
        return None
    if all(map(is_light, files)):
        return None
    from wenti.report_files import LIMITS

    return LIMITS


@contextmanager
def _cluster(address: str, source: Path) -> Iterator[tuple[Executor, int]]:
    from wenti.cluster import connect, executor_of, require_shared
    from wenti.tables import is_table

    with connect(address) as client:
        if not is_table(source):  # the chunks of a table are sent, other files are read there
            require_shared(client, source)
        yield executor_of(client)


@contextmanager
def _progress(lang: str) -> Iterator[Progress]:
    """Give what shows the share that is done, the rate and the time left, on a terminal only."""
    start = time.monotonic()
    width = 0
    shown = 0.0

    def show(done: int, total: int, rows: int, resumed: int) -> None:
        nonlocal width, shown
        now = time.monotonic()
        if not sys.stderr.isatty() or not done or (now - shown < _EVERY and done < total):
            return
        shown = now
        total = max(total, done)  # blank rows of a sheet need not be in its file
        rate = max(rows - resumed, 1) / max(now - start, 1e-3)
        left = rows * (total / done - 1) / rate
        line = message("progress_rows", lang, share=done / total, rows=rows, rate=rate, left=_duration(left))
        sys.stderr.write("\r" + line + " " * (width - len(line)))
        sys.stderr.flush()
        width = len(line)

    try:
        yield show
    finally:
        if shown:
            sys.stderr.write("\n")


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
