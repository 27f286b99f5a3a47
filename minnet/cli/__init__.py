"""The command line: `minnet COMMAND …`. Bad input is one line on standard error and exit status 2."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command: its exit status, see `commands.run`.

    The commands are imported here, since that takes a second or so in which Ctrl-C may arrive.
    """
    try:
        from .commands import run
    except KeyboardInterrupt:
        print("minnet: interrupted", file=sys.stderr)
        return 128 + 2
    return run(argv)
