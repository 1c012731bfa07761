"""Files that users get: checked before the work, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wenti.errors import OutputError


def check_file(path: str | Path) -> None:
    """Check that a file can be written there, before the work is done.

    Raises
    ------
    OutputError
        If the folder is missing, or what is there cannot be replaced.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise OutputError("folder_missing", file=str(target.parent))
    if target.exists():
        try:
            # Word and Excel lock what they hold open; so does a write-protected file.
            with target.open("r+b"):
                pass
        except OSError as error:
            raise OutputError("file_unwritable", file=str(path), detail=error.strerror or "") from None


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a place to write to, and put what was written there in the target's place when all went well.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield part
        os.replace(part, target)
    except OSError as error:
        raise OutputError("file_unwritable", file=str(target), detail=error.strerror or str(error)) from None
    finally:
        with suppress(OSError):  # of a name that is too long
            part.unlink(missing_ok=True)


def write_whole(path: str | Path, content: bytes) -> None:
    """Write a file; an old one stays as it is until the new one is complete.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with replacing(Path(path)) as part:
        part.write_bytes(content)
