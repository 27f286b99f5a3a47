"""python -m minnet.exercises show|check|grade|list"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Sequence
from pathlib import Path

from . import catalogue
from .grading import grade, write_csv
from .submission import load_own
from .verdict import NotYet

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status: 0, 1 where an answer is not right yet, 2 on bad input."""
    parser = argparse.ArgumentParser(prog="python -m minnet.exercises", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--own", action="append", default=[], metavar="FILE.py", help="a file with exercises of one's own"
    )
    commands = parser.add_subparsers(dest="command", required=True)
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
    args = parser.parse_args(argv)
    try:
        return {"list": _list, "show": _show, "check": _check, "grade": _grade}[args.command](args)
    except (ValueError, OSError) as error:
        print(f"{parser.prog} {args.command}: error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2


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
    namespace = {"__name__": "answer", "__file__": path}
    exec(compile(Path(path).read_text(encoding="utf-8"), path, "exec"), namespace)
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
    write_csv(grade(args.folder, args.seconds, args.megabytes, args.own, print), args.out)
    print(f"wrote {args.out}")
    return 0


def _own(args) -> None:
    for path in args.own:
        load_own(path)


if __name__ == "__main__":
    sys.exit(main())
