"""``classify TEXT…``: the one command that must answer at once.

Without options only this module, the classifier and the standard library are loaded; with options typer parses them.
"""

from __future__ import annotations

import os
import sys

from wenti.errors import InputError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing would cost 5 ms at start
    from collections.abc import Iterable, Iterator, Sequence

    from wenti.classifier import Classifier

_BLOCK_LINES = 5000
_BLOCK_CHARACTERS = 2_000_000


class Options:
    """How to answer."""

    __slots__ = ("as_json", "explain", "lang", "model", "taxonomy", "threshold", "top")

    def __init__(
        self,
        as_json: bool = False,
        top: int = 0,
        explain: bool = False,
        model: str | None = None,
        taxonomy: str | None = None,
        lang: str = "zh",
        threshold: str = "medium",
    ) -> None:
        self.as_json = as_json
        self.top = top
        self.explain = explain
        self.model = model
        self.taxonomy = taxonomy
        self.lang = lang
        self.threshold = threshold


def main() -> None:
    """Entry point of ``classify``."""
    arguments = sys.argv[1:]
    if not arguments or any(argument.startswith("-") and argument != "-" for argument in arguments):
        from wenti.cli import classify_main

        classify_main()
        return
    from wenti.cli.console import guarded

    guarded(lambda: run(arguments, Options()), "zh", debug=False)


def run(texts: Sequence[str], options: Options) -> None:
    """Answer for each text; ``-`` stands for the lines of standard input."""
    if not texts:
        raise UsageError("no_text")
    model = load(options)
    for block in _blocks(texts):
        _answer(block, model, options)


def load(options: Options) -> Classifier:
    """Load the model, called as the user's taxonomy calls it."""
    from wenti.classifier import Classifier

    return Classifier.load(options.model, options.taxonomy)


def _answer(texts: list[str], model: Classifier, options: Options) -> None:
    from wenti.answers import prediction_dict, prediction_text

    predictions = model.predict(texts, threshold=options.threshold, top=options.top, explain=options.explain)
    lang, top = options.lang, options.top
    write = sys.stdout.write
    if options.as_json:
        import json

        for text, prediction in zip(texts, predictions, strict=True):
            answer = prediction_dict(text, prediction, model, lang=lang, top=top, explain=options.explain)
            write(json.dumps(answer, ensure_ascii=False) + "\n")
        return
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for text, prediction in zip(texts, predictions, strict=True):
        write(prediction_text(text, prediction, model, lang=lang, top=top, colour=colour) + "\n")


def _blocks(texts: Sequence[str]) -> Iterator[list[str]]:
    """Yield the texts in blocks of bounded size."""
    block: list[str] = []
    characters = 0
    try:
        for text in _all_texts(texts):
            block.append(text)
            characters += len(text)
            if len(block) >= _BLOCK_LINES or characters >= _BLOCK_CHARACTERS:
                yield block
                block, characters = [], 0
    except InputError:
        if block:
            yield block  # what came before the fault is answered
        raise
    if block:
        yield block


def _all_texts(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        if text == "-":
            yield from _stdin_lines()
        else:
            yield _argument(text)


def _argument(text: str) -> str:
    """Return an argument as text; in a GBK locale its bytes may have come in undecoded."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        from wenti.decoding import decode

        return decode(os.fsencode(text))
    return text


def _stdin_lines() -> Iterator[str]:
    """Yield the lines of standard input; the first line that is not ASCII settles whether it is UTF-8 or GB18030."""
    encoding: str | None = None
    offset = 0
    for raw in sys.stdin.buffer:
        line = raw.removeprefix(b"\xef\xbb\xbf") if offset == 0 else raw
        for candidate in [encoding] if encoding is not None else ["utf-8", "gb18030"]:
            try:
                text = line.decode(candidate)
            except UnicodeDecodeError as error:
                at = offset + error.start
                continue
            if not line.isascii():
                encoding = candidate
            break
        else:
            raise InputError(
                "encoding_unknown" if encoding != "utf-8" else "encoding_not_utf8", file="<stdin>", offset=at
            )
        offset += len(raw)
        yield text.rstrip("\r\n")


__all__ = ["Options", "load", "main", "run"]
