"""The command line: `minnet COMMAND …`. Bad input is one line on standard error and exit status 2."""
from __future__ import annotations

import argparse
import os
import sys

from .. import __version__
from . import check, predict, spectrum, train

__all__ = ["main"]

COMMANDS = {"train": train, "predict": predict, "check": check, "spectrum": spectrum}


class Parser(argparse.ArgumentParser):
    """argparse, with errors in one line."""

    def error(self, message):
        self.exit(2, f"{self.prog}: error: {message} (see {self.prog} --help)\n")


def main(argv=None):
    """Run a command; returns its exit status: 0, 1 where a check failed, 2 on bad input, 130 when interrupted."""
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
        return COMMANDS[args.command].run(args) or 0
    except ValueError as error:
        print(f"minnet {args.command}: error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(f"minnet {args.command}: interrupted", file=sys.stderr)
        return 130
