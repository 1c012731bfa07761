"""Output that grows chunk by chunk and survives being cut off: a spool, and a journal of what in it is complete.

Both lie beside the target, hidden, until the work is done. A journal line is written after the bytes that it vouches for,
so that whatever was being written when the process died is cut away when the work goes on.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from wenti.errors import OutputError


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
        self._parts = [target.with_name(f".{target.name}.{name}.part") for name in ("journal", "rows", "errors")]
        self.progress = Progress()
        header = json.dumps(job, sort_keys=True, ensure_ascii=False)
        try:
            self._journal, self._rows, self._errors = (_open(part) for part in self._parts)
            _lock(self._journal, target)
            if not self._resume(header):
                for stream, content in ((self._journal, b""), (self._rows, begin), (self._errors, begin_errors)):
                    stream.seek(0)
                    stream.truncate()
                    stream.write(content)
                self.progress = Progress(spool=len(begin), errors=len(begin_errors))
                self._journal.write(header.encode() + b"\n")
                self._journal_progress()
        except OSError as error:
            raise OutputError("file_unwritable", file=str(target), detail=error.strerror or str(error)) from None

    def _resume(self, header: str) -> bool:
        """Go back to what is complete, if the journal is of the same job."""
        lines = self._journal.read().split(b"\n")
        if lines[0] != header.encode():
            return False
        sizes = [os.fstat(stream.fileno()).st_size for stream in (self._rows, self._errors)]
        for line in reversed(lines[1:]):
            try:
                progress = Progress(**json.loads(line))
            except (ValueError, TypeError):
                continue
            if progress.spool <= sizes[0] and progress.errors <= sizes[1]:
                self.progress = progress
                for stream, size in ((self._rows, progress.spool), (self._errors, progress.errors)):
                    stream.seek(size)
                    stream.truncate()
                self._journal.seek(0)
                self._journal.truncate()
                self._journal.write(header.encode() + b"\n")
                self._journal_progress()
                return True
        return False

    def append(self, rows: bytes, n_rows: int, errors: bytes, n_faults: int) -> None:
        """Add a chunk.

        Raises
        ------
        OutputError
            If the disk is full.
        """
        done = self.progress
        try:
            self._rows.write(rows)
            self._errors.write(errors)
            self._rows.flush()
            self._errors.flush()
            self.progress = Progress(
                done.chunks + 1,
                done.rows + n_rows,
                done.faults + n_faults,
                done.spool + len(rows),
                done.errors + len(errors),
            )
            self._journal_progress()
        except OSError as error:
            raise OutputError("file_unwritable", file=str(self.target), detail=error.strerror or str(error)) from None

    def _journal_progress(self) -> None:
        self._journal.write(json.dumps(asdict(self.progress)).encode() + b"\n")
        self._journal.flush()

    def close(self) -> None:
        """Keep what there is, to go on from it."""
        for stream in (self._rows, self._errors, self._journal):
            stream.close()

    @property
    def rows_path(self) -> Path:
        """The spool, for who makes the target of it."""
        return self._parts[1]

    def finish(self) -> None:
        """Put the list of faults beside the target, and leave nothing else behind.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        self.close()
        try:
            if self.progress.faults:
                os.replace(self._parts[2], self.errors_target)
            else:
                self.errors_target.unlink(missing_ok=True)  # of an earlier run
            for part in self._parts:
                part.unlink(missing_ok=True)
        except OSError as error:
            detail = error.strerror or str(error)
            raise OutputError("file_unwritable", file=str(self.errors_target), detail=detail) from None


def errors_path(target: Path) -> Path:
    """Return where the rows at fault are listed."""
    return target.with_name(f"{target.name}.errors.csv")


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
