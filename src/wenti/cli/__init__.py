"""The command line: thin, one file for each group of commands, everything heavy imported when it is used."""

from __future__ import annotations


def main() -> None:
    """Entry point of ``wenti``."""
    from wenti.cli.app import app

    app()


def classify_main() -> None:
    """Entry point of ``classify`` with options."""
    from wenti.cli.app import classify_app

    classify_app()
