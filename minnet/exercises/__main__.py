"""python -m minnet.exercises show|check|grade|list"""

from __future__ import annotations

import argparse
import ast
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from ..python_file import names_in
from . import catalogue
from .grading import marks_of_each, write_csv
from .submission import load_own
from .verdict import NotYet

__all__ = ["main"]

INTERRUPTED, CLOSED = 128 + 2, 128 + 13  # what a shell says of a command ended by SIGINT, by SIGPIPE


class Parser(argparse.ArgumentParser):
    """argparse, with errors in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {_in_a_line(message)} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status: 0, 1 where an answer is not right yet, 2 on bad input, 130 when
    interrupted, 141 where nobody reads the output any more."""
    parser = Parser(prog="python -m minnet.exercises", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--own", action="append", default=[], metavar="FILE.py", help="a file with exercises of one's own"
    )
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)
    commands.add_parser("list", help="the names of all exercises")
    show = commands.add_parser("show", help="print a task")
    show.add_argument("name")
    check = commands.add_parser("check", help="check a function in a file")
    check.add_argument("name")
    check.add_argument("answer", metavar="FILE.py:FUNCTION")
    check.add_argument("--prediction", metavar="VALUE", help="where the task asks for one: 0.5, or '(1e-8, 1e-5)'")
    check.add_argument("--hint", action="store_true", help="with a stronger hint, where the answer is not right yet")
    grading = commands.add_parser("grade", help="grade a folder of scripts and notebooks into a CSV")
    grading.add_argument("folder")
    grading.add_argument("--out", default="marks.csv", help="the CSV to write (default marks.csv)")
    grading.add_argument("--seconds", type=float, default=60, help="for each submission (default 60)")
    grading.add_argument("--megabytes", type=int, default=4096, help="for each submission (default 4096)")
    grading.add_argument("--overwrite", action="store_true", help="replace the CSV if it is there already")
    args = parser.parse_args(argv)
    try:
        status = {"list": _list, "show": _show, "check": _check, "grade": _grade}[args.command](args)
        print(end="", flush=True)
        return status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED
    except (ValueError, OSError) as error:
        print(f"{parser.prog} {args.command}: error: {_in_a_line(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{parser.prog} {args.command}: interrupted", file=sys.stderr)
        return INTERRUPTED


def _list(args) -> int:
    _own(args)
    print(*catalogue.names(), sep="\n")
    return 0


def _show(args) -> int:
    _own(args)
    catalogue.show(args.name)
    return 0


def _check(args) -> int:
    _own(args)
    path, _, function = args.answer.rpartition(":")
    if not path:
        raise ValueError(f"answer={args.answer!r}; expected FILE.py:FUNCTION")
    namespace = names_in(path)
    if function not in namespace:
        raise ValueError(f"{path} defines no {function}; expected the name of a function in it")
    try:
        print(catalogue.check(args.name, namespace[function], **_given(args)))
    except NotYet as verdict:
        print(verdict)
        if args.hint:
            catalogue.hint(args.name)
        return 1
    return 0


def _given(args) -> dict[str, object]:
    if args.prediction is None:
        return {}
    try:
        return {"prediction": ast.literal_eval(args.prediction)}
    except (ValueError, SyntaxError):
        raise ValueError(f"prediction={args.prediction!r}; expected a number, or some in brackets") from None


def _grade(args) -> int:
    """The marks go to the CSV after each submission, so that none is lost, however the command ends."""
    if args.out.endswith((".py", ".ipynb")):
        raise ValueError(f"--out {args.out} looks like a submission; expected a file such as marks.csv")
    if os.path.lexists(args.out) and not (args.overwrite and os.path.isfile(args.out)):
        raise ValueError(f"--out {args.out} exists; expected a new file, or --overwrite for a file")
    marks, all_marks = [], marks_of_each(args.folder, args.seconds, args.megabytes, args.own)
    write_csv(marks, args.out)
    for each in all_marks:
        marks.append(each)
        write_csv(marks, args.out)
        print(each, flush=True)
    print(f"wrote {args.out}")
    return 0


def _own(args) -> None:
    for path in args.own:
        load_own(path)


def _in_a_line(message) -> str:
    """The message in one line, in which nothing moves a terminal's cursor."""
    words = " ".join(str(message).split())
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in words)


if __name__ == "__main__":
    sys.exit(main())
