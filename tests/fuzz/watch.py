"""What reading a file must not do: reach the network, start a program, write anywhere but in a folder of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

_FORBIDDEN = (
    *("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"),
    *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.startfile"),
)
_CHANGES = (
    *("os.rename", "os.link", "os.symlink", "os.truncate", "os.remove", "os.rmdir", "shutil.rmtree"),
    *("os.chmod", "os.chown"),
)
_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(slots=True)
class _Watch:
    """Notes and prevents what reading must not do: it writes in its own folder for temporary files, and nowhere else."""

    folder: str = ""
    noted: list[str] = field(default_factory=list)

    def heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Look at an event that the interpreter tells."""
        if self.folder and self._is_harm(event, arguments):
            self.noted.append(f"{event} {arguments[0]!r}")
            raise PermissionError(event)

    def _is_harm(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if event == "open":
            return bool((arguments[2] or 0) & _TO_WRITE) and not self._is_own(arguments[0])
        if event == "os.mkdir":
            return not self._is_own(arguments[0]) and not os.path.isdir(arguments[0])
        if event in ("os.remove", "os.rmdir") and arguments[-1] != -1:
            return False  # below a folder that shutil.rmtree has told
        return event in _FORBIDDEN or (event in _CHANGES and not self._is_own(arguments[0]))

    def _is_own(self, path: Any) -> bool:
        if isinstance(path, int) or os.fsdecode(path) == os.devnull:
            return True
        return os.path.realpath(os.fsdecode(path)).startswith(self.folder + os.sep)


@cache
def _watch() -> _Watch:
    """Return what listens in this process; a hook cannot be taken away again."""
    watch = _Watch()
    sys.addaudithook(watch.heard)
    return watch


@contextmanager
def watched(folder: Path) -> Iterator[list[str]]:
    """Prevent and note meanwhile what must not be done; a folder may be written in."""
    watch = _watch()
    noted = watch.noted = []
    watch.folder = os.path.realpath(folder)
    try:
        yield noted
    finally:
        watch.folder = ""
