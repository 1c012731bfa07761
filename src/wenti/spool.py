"""Output that grows chunk by chunk and survives being cut off: a spool, and a journal of what in it is complete.

Both lie beside the target, hidden, until the work is done. A journal line is written after the bytes that it vouches for
and holds their checksum, so that whatever was being written when the process died, or was lost on the disk, is cut away
when the work goes on.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import IO, Any
from zlib import crc32

from wenti.errors import OutputError

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Progress:
    """What is complete: chunks, rows, faults, and the bytes of the spool and of the list of faults."""

    chunks: int = 0
    rows: int = 0
    faults: int = 0
    spool: int = 0
    errors: int = 0


class Spool:
    """The growing output of one job.

    Parameters
    ----------
    target : Path
        The file that it will become.
    job : dict
        What the output depends on; work goes on only for the same job.
    begin : bytes
        What the spool begins with.
    begin_errors : bytes
        What the list of faults begins with.

    Raises
    ------
    OutputError
        If nothing can be written there, or another process is at the same work.
    """

    def __init__(self, target: Path, job: dict[str, Any], begin: bytes, begin_errors: bytes) -> None:
        self.target = target
        self.errors_target = errors_path(target)
        names = ("journal", "rows", "errors", "whole")
        self._parts = dict(zip(names, (target.with_name(f".{target.name}.{name}.part") for name in names), strict=True))
        self.progress = Progress()
        self._streams: dict[str, IO[bytes]] = {}
        try:
            self._begin(_journal_line(job), begin, begin_errors)
        except OutputError:
            self.close()  # it is another's
            raise
        except OSError as error:
            self.close()
            if self.progress == Progress():
                self._remove_parts()
            raise self._unwritable(target, error) from None

    def _begin(self, header: bytes, begin: bytes, begin_errors: bytes) -> None:
        self._streams["journal"] = _open(self._parts["journal"])
        _lock(self._streams["journal"], self.target)
        for name in ("rows", "errors"):
            self._streams[name] = _open(self._parts[name])
        if not self._resume(header):
            for stream in self._streams.values():
                stream.seek(0)
                stream.truncate()
            self._streams["journal"].write(header)
            self._add(Progress(spool=len(begin), errors=len(begin_errors)), begin, begin_errors)

    def _resume(self, header: bytes) -> bool:
        """Go back to what is complete, if the journal is of the same job."""
        lines = self._streams["journal"].read().splitlines(keepends=True)
        if lines[:1] != [header]:
            return False
        journal = len(header)
        rows, errors = self._streams["rows"], self._streams["errors"]
        for line, progress, sums in _entries(lines[1:]):
            done = self.progress
            if [_checksum(rows, progress.spool - done.spool), _checksum(errors, progress.errors - done.errors)] != sums:
                break
            self.progress = progress
            journal += len(line)
        if journal == len(header):
            return False
        for name, size in (("journal", journal), ("rows", self.progress.spool), ("errors", self.progress.errors)):
            self._streams[name].seek(size)
            self._streams[name].truncate()
        return True

    def append(self, rows: bytes, n_rows: int, errors: bytes, n_faults: int) -> None:
        """Add a chunk.

        Raises
        ------
        OutputError
            If the disk is full.
        """
        done = self.progress
        progress = Progress(
            done.chunks + 1,
            done.rows + n_rows,
            done.faults + n_faults,
            done.spool + len(rows),
            done.errors + len(errors),
        )
        try:
            self._add(progress, rows, errors)
        except OSError as error:
            raise self._unwritable(self.target, error) from None

    def _add(self, progress: Progress, rows: bytes, errors: bytes) -> None:
        self._streams["rows"].write(rows)
        self._streams["errors"].write(errors)
        self._streams["rows"].flush()
        self._streams["errors"].flush()
        self._streams["journal"].write(_journal_line([*astuple(progress), crc32(rows), crc32(errors)]))
        self._streams["journal"].flush()
        self.progress = progress

    def close(self) -> None:
        """Keep what there is, to go on from it."""
        for stream in self._streams.values():
            with suppress(OSError):  # of what a full disk did not take; the journal does not vouch for it
                stream.close()

    def discard(self) -> None:
        """Keep nothing: there is no going on."""
        self.close()
        self._remove_parts()

    def finish(self, make: Callable[[Path, Path], Path]) -> None:
        """Put the file and the list of faults in their places, and leave nothing else behind.

        Parameters
        ----------
        make : callable
            Makes the file of the spool, which is the spool itself or is written at the place given next, and returns
            where it is.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        self._streams["rows"].close()
        self._streams["errors"].close()
        try:
            os.replace(make(self._parts["rows"], self._parts["whole"]), self.target)
        except OSError as error:
            raise self._unwritable(self.target, error) from None
        try:
            if self.progress.faults:
                os.replace(self._parts["errors"], self.errors_target)
            else:
                self.errors_target.unlink(missing_ok=True)  # of an earlier run
            self.discard()
        except OSError as error:
            raise self._unwritable(self.errors_target, error) from None

    def _remove_parts(self) -> None:
        for part in self._parts.values():
            part.unlink(missing_ok=True)

    @staticmethod
    def _unwritable(file: Path, error: OSError) -> OutputError:
        return OutputError("file_unwritable", file=str(file), detail=error.strerror or str(error))


def errors_path(target: Path) -> Path:
    """Return where the rows at fault are listed."""
    return target.with_name(f"{target.name}.errors.csv")


def _journal_line(content: Any) -> bytes:
    line = json.dumps(content, sort_keys=True).encode()
    return b"%08x %s\n" % (crc32(line), line)


def _entries(lines: list[bytes]) -> Iterator[tuple[bytes, Progress, list[int]]]:
    """Yield what journal lines say, up to one that was cut off or garbled."""
    for line in lines:
        content = line[9:-1]
        if line != b"%08x %s\n" % (crc32(content), content):
            return
        *progress, rows, errors = json.loads(content)
        yield line, Progress(*progress), [rows, errors]


def _checksum(stream: IO[bytes], size: int) -> int:
    """Return the checksum of the next bytes of a file; -1 if there are not so many."""
    total = 0
    while size:
        block = stream.read(min(size, _BLOCK))
        if not block:
            return -1
        total = crc32(block, total)
        size -= len(block)
    return total


def _open(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666), "r+b")


def _lock(stream: IO[bytes], target: Path) -> None:
    """Hold the file until it is closed or the process dies."""
    try:
        try:
            import fcntl
        except ImportError:  # Windows
            import msvcrt

            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise OutputError("output_in_use", file=str(target)) from None
