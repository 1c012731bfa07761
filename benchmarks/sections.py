"""Parts of a Markdown page that a benchmark writes, between two comments."""

from __future__ import annotations

from pathlib import Path

from wenti.errors import InputError
from wenti.output import write_whole


def replace_section(page: str, name: str, content: str) -> str:
    r"""Return the page with the content between ``<!-- name -->`` and ``<!-- /name -->``.

    Raises
    ------
    ValueError
        If the page does not have both comments once, in this order.

    Examples
    --------
    >>> replace_section("a\n<!-- t -->\nold\n<!-- /t -->\nb", "t", "new")
    'a\n<!-- t -->\n\nnew\n\n<!-- /t -->\nb'
    """
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(end) < page.index(begin):
        raise ValueError(f"{begin} … {end}")
    head, rest = page.split(begin)
    return f"{head}{begin}\n\n{content.strip()}\n\n{end}{rest.split(end)[1]}"


def check_section(path: Path, name: str) -> None:
    """Check, before the work, that a file has a section.

    Raises
    ------
    InputError
        If there is no such file.
    ValueError
        As :func:`replace_section`, naming the file.
    """
    _replaced(path, name, "")


def write_section(path: Path, name: str, content: str) -> None:
    """Replace a section of a file, which is written whole or not at all; errors as in :func:`check_section`."""
    write_whole(path, _replaced(path, name, content).encode())


def _replaced(path: Path, name: str, content: str) -> str:
    if not path.is_file():
        raise InputError("file_missing", file=str(path))
    try:
        return replace_section(path.read_text(encoding="utf-8"), name, content)
    except ValueError as error:
        raise ValueError(f"{path}: {error} expected") from None
