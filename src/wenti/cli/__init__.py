"""The command line: thin, one file for each group of commands, everything heavy imported when it is used."""

from __future__ import annotations


def main() -> None:
    """Entry point of ``wenti``."""
    from wenti.cli.app import app
    from wenti.cli.console import replace_unencodable

    replace_unencodable()  # help and usage errors are typer's, and come before any command is run
    app()


def classify_main() -> None:
    """Entry point of ``classify`` with options."""
    from wenti.cli.app import classify_app
    from wenti.cli.console import replace_unencodable

    replace_unencodable()
    classify_app()
