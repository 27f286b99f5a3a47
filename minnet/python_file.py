"""A Python file of the user's: what it defines."""
from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

__all__ = ["names_in"]


def names_in(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Run a Python file, and give what it defines.

    Raises
    ------
    ValueError
        Where there is no such file, or it fails or ends the program, in one line.

    Examples
    --------
    >>> names_in("nothing.py")
    Traceback (most recent call last):
    ValueError: there is no file nothing.py; expected a Python file
    """
    if not Path(path).is_file():
        raise ValueError(f"there is no file {path}; expected a Python file")
    name = f"{__package__}.own"
    module = sys.modules[name] = ModuleType(name)  # where dataclasses look themselves up
    module.__file__ = os.fspath(path)
    try:
        exec(compile(Path(path).read_bytes(), module.__file__, "exec"), vars(module))
    except (Exception, SystemExit) as error:
        raise ValueError(f"{path} fails with {type(error).__name__}: {' '.join(str(error).split())}") from error
    return vars(module)
