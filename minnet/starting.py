"""Ctrl-C while the command `minnet` is still being imported: one line, as later on.

The import takes a second or so, in which nothing of ours could catch KeyboardInterrupt. `main` then gives Ctrl-C its
usual meaning again.
"""

from __future__ import annotations

import os
import signal
import sys

__all__ = ["main_begins"]

INTERRUPTED = 128 + signal.SIGINT  # what a shell says of a command that was ended by it


def main_begins() -> None:
    """Give Ctrl-C its usual meaning again."""
    if signal.getsignal(signal.SIGINT) is _stop:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _stop(*_):
    os.write(2, b"minnet: interrupted\n")
    os._exit(INTERRUPTED)


def _is_command():
    """Whether this program is `minnet …` or `python -m minnet …`, and Ctrl-C has its usual meaning."""
    program = sys.argv[0] if sys.argv else ""
    started = (
        sys.orig_argv[1:3] == ["-m", "minnet"]
        if program == "-m"
        else os.path.basename(program) in ("minnet", "minnet.exe")
    )
    return started and signal.getsignal(signal.SIGINT) is signal.default_int_handler


if _is_command():
    signal.signal(signal.SIGINT, _stop)
