"""The error family: raised low with the facts, shown once at the top.

::

    WentiError               exit code 1
    ├── InputError           a file or text that the user gave is at fault
    ├── OutputError          a file cannot be written
    ├── TaxonomyError        the taxonomy is not valid
    ├── CorpusError          a labelled file is not valid
    ├── ModelError           the model is missing, damaged or of another format
    ├── UsageError           options that make no sense (exit code 2)
    └── CheckError           a check did not hold (exit code 3)
"""

from __future__ import annotations

from wenti.messages import message


class WentiError(Exception):
    """Base of all errors that users are meant to read.

    Parameters
    ----------
    key : str
        Message key: reason and remedy.
    file : str, optional
        File that is at fault.
    line : int, optional
        Line in it, from 1.
    **facts : object
        What the message names.
    """

    exit_code = 1

    def __init__(self, key: str, *, file: str | None = None, line: int | None = None, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.file = file
        self.line = line
        self.facts = facts

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error cross a process boundary whole."""
        return _rebuild, (type(self), self.key, self.file, self.line, self.facts)

    def describe(self, lang: str = "zh") -> str:
        """Return one line that names file, place, reason and remedy."""
        place = message("line", lang, line=self.line) if self.line is not None else ""
        reason = self.reason(lang)
        colon, comma = ("：", "，") if lang == "zh" else (": ", ", ")
        before = comma.join(part for part in (self.file, place) if part)
        text = f"{before}{colon}{reason}" if before else reason
        return text.replace("\r", " ").replace("\n", " ")

    def reason(self, lang: str = "zh") -> str:
        """Return reason and remedy, for a list that names the file elsewhere."""
        return message(self.key, lang, **self.facts)

    def __str__(self) -> str:
        return self.describe()


def _rebuild(
    kind: type[WentiError], key: str, file: str | None, line: int | None, facts: dict[str, object]
) -> WentiError:
    return kind(key, file=file, line=line, **facts)


class InputError(WentiError):
    """A file or text that the user gave is at fault."""


class OutputError(WentiError):
    """A file cannot be written."""


class TaxonomyError(WentiError):
    """The taxonomy is not valid."""


class CorpusError(WentiError):
    """A labelled file is not valid."""


class ModelError(WentiError):
    """The model is missing, damaged or of another format."""


class UsageError(WentiError):
    """Options that make no sense together or have a bad value."""

    exit_code = 2


class CheckError(WentiError):
    """A check did not hold: the input was read, but is not as it should be."""

    exit_code = 3
