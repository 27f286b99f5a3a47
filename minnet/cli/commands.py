"""The commands, and how each of their ends becomes an exit status and at most one line of error."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from contextlib import contextmanager
from typing import NoReturn

from .. import __version__
from ..datasets import TableWarning
from . import check, figures, play, predict, race, spectrum, train

__all__ = ["COMMANDS", "run"]

COMMANDS = {
    "train": train,
    "predict": predict,
    "check": check,
    "spectrum": spectrum,
    "race": race,
    "figures": figures,
    "play": play,
}
INTERRUPTED, CLOSED = 128 + 2, 128 + 13  # what a shell says of a command ended by SIGINT, by SIGPIPE


class Parser(argparse.ArgumentParser):
    """argparse, with errors in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {_one_line(message)} (see {self.prog} --help)\n")


def run(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status: 0, 1 where a check failed, 2 on bad input, 130 when interrupted, 141
    where nobody reads the output any more."""
    parser = Parser(prog="minnet", description="Learn, check and see how neural networks are optimised.")
    parser.add_argument("--version", action="version", version=f"minnet {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    for name, command in COMMANDS.items():
        summary, _, details = command.__doc__.partition("\n\n")
        sub = commands.add_parser(name, help=summary, description=f"{summary} {details}".strip())
        command.arguments(sub)
        seed = getattr(command, "SEED", 0)
        sub.add_argument("--seed", type=int, default=seed, help=f"of everything random (default {seed})")
    args = parser.parse_args(argv)
    try:
        if args.seed < 0:
            raise ValueError(f"--seed {args.seed}; expected a whole number of at least 0")
        with _warnings_as_lines(args.command):
            status = COMMANDS[args.command].run(args) or 0
        print(end="", flush=True)
        return status
    except BrokenPipeError:
        _give_up_output()
        return CLOSED
    except UnicodeEncodeError as error:
        return _failed(
            args,
            f"the output's encoding {error.encoding} has no {error.object[error.start]!a}; "
            f"expected UTF-8, as with PYTHONIOENCODING=utf-8",
        )
    except ValueError as error:
        return _failed(args, error)
    except OSError as error:
        if error.filename is None:
            _give_up_output()
            return _failed(args, f"cannot write to standard output: {error.strerror or error}")
        return _failed(args, f"{error.filename}: {error.strerror}")
    except MemoryError as error:
        return _failed(args, f"not enough memory: {error}")
    except KeyboardInterrupt as stop:
        print(f"minnet {args.command}: interrupted", *stop.args, file=sys.stderr)
        return INTERRUPTED


@contextmanager
def _warnings_as_lines(command):
    """Warnings that are meant for users, as one line each on standard error."""

    def show(message, *_):
        print(f"minnet {command}: warning: {_one_line(message)}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.simplefilter("always", TableWarning)
        warnings.filterwarnings("always", ".*the run (goes on|cannot be resumed)", RuntimeWarning)
        warnings.showwarning = show
        yield


def _failed(args, message):
    print(f"minnet {args.command}: error: {_one_line(message)}", file=sys.stderr)
    return 2


def _give_up_output():
    """What is still to be written goes nowhere, so that closing it at the end does not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _one_line(message):
    """The message in one line, in which nothing moves a terminal's cursor."""
    words = " ".join(str(message).split())
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in words)
