"""What is solved, kept in a file where the student asks for it."""
from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .verdict import Verdict

__all__ = ["keep_progress", "observers", "progress"]

observers: list[Callable[[Verdict], object]] = []    # called after every check
_kept: dict[str, str | os.PathLike[str] | None] = {}


def keep_progress(path: str | os.PathLike[str] | None = "progress.json") -> None:
    """Note in the file at `path`, from now on, which exercises are solved and in how many attempts; None ends it.

    Raises
    ------
    ValueError
        Where there is a file at `path` that is not a record of progress.
    """
    if path is not None:
        _read(path)
    _kept.update(path=path)


def progress(path: str | os.PathLike[str] | None = None) -> str:
    """A table of what is solved, from the file at `path` or from the one that `keep_progress` named."""
    path = path or _kept.get("path")
    if path is None:
        raise ValueError("path=None; expected the file of keep_progress, which has not been called")
    rows = [f"{name}  {'solved' if entry['solved'] else 'open'}, attempts: {entry['attempts']}"
            for name, entry in sorted(_read(path).items())]
    return "\n".join(rows) or "nothing tried yet"


def note(verdict: Verdict) -> None:
    """Tell the observers, and the file if there is one; what is solved stays solved."""
    for observer in observers:
        observer(verdict)
    path = _kept.get("path")
    if path is None:
        return
    entries = _read(path)
    entry = entries.setdefault(verdict.name, {"solved": False, "attempts": 0})
    if not entry["solved"]:
        entry.update(solved=verdict.right, attempts=entry["attempts"] + 1)
    new = Path(f"{path}.new")
    new.write_text(json.dumps(entries, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(new, path)


def _read(path: str | os.PathLike[str]) -> dict[str, dict[str, Any]]:
    try:
        entries = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, OSError):
        entries = None
    if not isinstance(entries, dict) or not all(isinstance(entry, dict) and set(entry) == {"solved", "attempts"}
                                                for entry in entries.values()):
        raise ValueError(f"{path} is no record of progress; expected a new file or one that keep_progress wrote")
    return entries
