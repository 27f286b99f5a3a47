"""One submission, run in a process of its own: `python -m minnet.exercises.submission FILE RECORD [OWN…]`.

The file, a Python script or a notebook, is run statement by statement; one that fails costs only itself. Whatever it
checks, by `minnet.exercises.check`, is noted in RECORD at once, a line of JSON each, so that what was right before a
crash stays right. The first line says that the submission begins, for its limit of time to count from there. Checks
noted by other processes than this one, which the submission may fork, do not count.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType

from ..python_file import names_in
from . import catalogue
from .exercise import Exercise
from .solved import observers
from .verdict import Verdict

__all__ = ["exercises_in", "load_own", "main", "source_of"]


def main(path: str, record: str, *own: str) -> None:
    """Run the submission at `path`, with the lecturer's `own` exercises known, and note its checks in `record`."""
    for file in own:
        load_own(file)
    process = os.getpid()

    def note(verdict: Verdict) -> None:
        if os.getpid() == process:
            _write(
                record, name=verdict.name, right=verdict.right, message="" if verdict.right else _in_a_line(verdict)
            )

    observers.append(note)
    _write(record, begins=path)
    try:
        statements = list(_statements(Path(path)))
    except (SyntaxError, ValueError) as error:
        _write(record, error=f"cannot be read: {type(error).__name__}: {error}")
        return
    ours, module = sys.modules["__main__"], ModuleType("__main__")
    module.__file__, sys.modules["__main__"] = path, module
    for statement in statements:
        try:
            exec(statement, module.__dict__)
        except AssertionError:
            pass
        except BaseException as error:  # a submission may call sys.exit or raise what it likes
            if os.getpid() != process:
                os._exit(1)
            _write(record, error=f"line {_line(error, path)}: {type(error).__name__}: {error}")
    sys.modules["__main__"] = ours


def load_own(path: str) -> list[Exercise]:
    """Register the exercises that a lecturer's file defines."""
    return [catalogue.register(exercise) for exercise in exercises_in(path)]


def exercises_in(path: str) -> list[Exercise]:
    """The exercises that a lecturer's file defines; ValueError where there are none."""
    found = [value for value in names_in(path).values() if isinstance(value, Exercise)]
    if not found:
        raise ValueError(f"{path} defines no Exercise; expected a file with exercises of one's own")
    return found


def source_of(path: Path) -> str:
    """The Python of a script or of a notebook's code cells, without the lines that only IPython understands."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    lines = [line for cell in cells if not cell.startswith("%%") for line in cell.splitlines()]
    return "\n".join("pass" if line.lstrip().startswith(("%", "!")) else line for line in lines)


def _statements(path: Path) -> Iterator[CodeType]:
    try:
        tree = ast.parse(source_of(path), str(path))
    except (KeyError, TypeError) as error:
        raise ValueError(f"it is no notebook: {error!r}") from None
    for statement in tree.body:
        yield compile(ast.Module([statement], []), str(path), "exec")


def _line(error: BaseException, path: str) -> int:
    line, frame = 0, error.__traceback__
    while frame:
        if frame.tb_frame.f_code.co_filename == path:
            line = frame.tb_lineno
        frame = frame.tb_next
    return line


def _in_a_line(verdict: Verdict) -> str:
    about = f"{verdict.fails}: " if verdict.fails else ""
    return about + " ".join(str(verdict.counterexample).split())


def _write(record: str, **entry) -> None:
    with open(record, "a", encoding="utf-8") as file:
        file.write(json.dumps(entry, default=str) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
