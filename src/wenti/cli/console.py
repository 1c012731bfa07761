"""Consoles and pipes: whatever they can show, and errors as one line."""

from __future__ import annotations

import os
import sys

from wenti.errors import WentiError
from wenti.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing would cost 5 ms at start
    from collections.abc import Callable


def replace_unencodable() -> None:
    """Let the standard streams replace what their encoding cannot show, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def say(text: str) -> None:
    """Write one line for the user to standard error."""
    sys.stderr.write(text + "\n")


def step_progress(lang: str) -> Callable[[str], None]:
    """Return what names each step by its message key and the seconds gone by, on a terminal only."""
    import time

    start = time.monotonic()

    def show(step: str) -> None:
        if sys.stderr.isatty():
            say(message("training_step", lang, step=message(step, lang), seconds=time.monotonic() - start))

    return show


def guarded(action: Callable[[], int | None], lang: str, debug: bool) -> None:
    """Run a command and leave the process with its exit code; an error becomes one line on standard error.

    Parameters
    ----------
    action : callable
        The command; its result, if any, is the exit code.
    lang : {"zh", "en"}
        Language of the message.
    debug : bool
        Whether to show an error's traceback instead of one line; the exit code is the same.
    """
    replace_unencodable()
    try:
        code = action() or 0
        sys.stdout.flush()
    except WentiError as error:
        if debug:
            _show_traceback()
        else:
            say(message("error", lang) + error.describe(lang))
        code = error.exit_code
    except BrokenPipeError:
        # The reader has gone (`| head`); Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        if debug:
            raise
        # Files raise errors of ours; this is the output stream itself: a full disk, a closed pipe.
        say(message("error", lang) + message("stream_failed", lang, detail=error.strerror or str(error)))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except KeyboardInterrupt:
        code = 130
    except Exception as error:
        if debug:
            _show_traceback()
        else:
            detail = " ".join(f"{type(error).__name__}: {error}".split())
            say(message("error", lang) + message("unexpected", lang, detail=detail))
        code = 1
    sys.exit(code)


def _show_traceback() -> None:
    import traceback

    traceback.print_exc()
