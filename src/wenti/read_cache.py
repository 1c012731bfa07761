"""Reports that were read before, kept in a folder that the user names, so that unchanged files are not read again.

An entry is a JSON file named by the SHA-256 of the file's content, its suffix and the version of wenti. It holds the text
of the reports. Nothing in it is executed, and one that is damaged or was made otherwise is as good as none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from wenti.errors import OutputError
from wenti.output import replacing
from wenti.records import Report
from wenti.version import __version__

_FORMAT = 1
"""Of an entry; raised when files are read in another way."""
_MOST_BYTES = 256 << 20


class ReadCache:
    """A folder of reports that were read.

    Parameters
    ----------
    folder : str or Path
        Made if it is missing, for its owner alone.

    Raises
    ------
    OutputError
        If it cannot be made.
    """

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError("file_unwritable", file=str(folder), detail=error.strerror or str(error)) from None

    def get(self, content: bytes, suffix: str, path: str) -> list[Report] | None:
        """Return the reports that a content was read to, called by the path that it has now; None if there are none."""
        try:
            with self._entry(content, suffix).open("rb") as file:
                kept = json.loads(file.read(_MOST_BYTES))
            reports = [_made(Report, value) for value in kept] if isinstance(kept, list) else []
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None
        if not reports:
            return None
        return [replace(report, source=replace(report.source, path=path)) for report in reports]

    def put(self, content: bytes, suffix: str, reports: Sequence[Report]) -> None:
        """Keep what a content was read to; a full disk or the like is no fault of the file."""
        entry = self._entry(content, suffix)
        text = json.dumps([asdict(report) for report in reports], ensure_ascii=False, separators=(",", ":"))
        with suppress(OutputError), replacing(entry) as part:
            part.touch(mode=0o600)
            part.write_bytes(text.encode("utf-8", "surrogatepass"))

    def _entry(self, content: bytes, suffix: str) -> Path:
        key = hashlib.sha256(f"{_FORMAT}\n{__version__}\n{suffix}\n".encode())
        key.update(hashlib.sha256(content).digest())
        return self._folder / f"{key.hexdigest()}.json"


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind) if field.init}


def _made(kind: Any, value: Any) -> Any:
    """Return a value of a type from what JSON made of it.

    Raises
    ------
    TypeError, KeyError
        If it is none.
    """
    origin, parameters = get_origin(kind), get_args(kind)
    made = value
    if origin is tuple and isinstance(value, list):
        made = tuple(_made(parameters[0], each) for each in value)
    elif origin is UnionType and value is not None:
        options = (_attempt(option, value) for option in parameters if option is not type(None))
        made = next((option for option in options if option is not None), value)
    elif is_dataclass(kind) and isinstance(kind, type) and isinstance(value, dict):
        made = kind(**{name: _made(hint, value[name]) for name, hint in _hints(kind).items()})
    elif kind is float and type(value) is int:
        made = float(value)
    if not _is_of(made, kind):
        raise TypeError(value)
    return made


def _is_of(value: Any, kind: Any) -> bool:
    origin, parameters = get_origin(kind), get_args(kind)
    if origin is Literal:
        return value in parameters
    if origin is UnionType:
        return any(_is_of(value, option) for option in parameters)
    return type(value) is (origin or kind)


def _attempt(kind: Any, value: Any) -> Any:
    try:
        return _made(kind, value)
    except TypeError:
        return None
