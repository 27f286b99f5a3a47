"""The line that a running optimiser shows: on a terminal it is wiped at the end, in a Jupyter cell it stays."""
from __future__ import annotations

import sys
from typing import Any, TextIO

from .clock import Clock

__all__ = ["Progress"]


class Progress:
    """One line, rewritten at most ten times a second; `show=False` is silent."""

    show: bool
    max_iter: int
    latest: str
    clock: Clock | None
    last: float
    line: _Cell | _Terminal

    def __init__(self, show: bool, max_iter: int, stream: TextIO | None = None) -> None:
        if show not in (True, False):
            raise ValueError(f"progress={show!r}; expected True or False")
        self.show, self.max_iter, self.latest = show, max_iter, ""
        self.clock, self.last = Clock() if show else None, -1.0
        shell = _kernel() if show and stream is None else None
        self.line = _Cell(shell) if shell else _Terminal(stream or sys.stderr)

    def __call__(self, nit: int, value: float, gradient_norm: float) -> None:
        """Write the line anew if it is time."""
        if self.clock is None:
            return
        self.latest = f"iteration {nit}/{self.max_iter}  value {value:.6g}  gradient {gradient_norm:.2e}"
        if self.clock.seconds() - self.last > 0.1:
            self.last = self.clock.seconds()
            self.line.write(self.latest)

    def close(self) -> None:
        """End with the latest values, or wipe the line."""
        if self.latest:
            self.line.close(self.latest)


class _Terminal:
    """A line of a stream, which a carriage return begins anew."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.width = stream, 0

    def write(self, text: str) -> None:
        self.stream.write("\r" + text.ljust(self.width))
        self.stream.flush()
        self.width = len(text)

    def close(self, latest: str) -> None:
        self.write("")
        self.stream.write("\r")


class _Cell:
    """A line in the output of a Jupyter cell, one for all runs of the cell."""

    handles: dict[Any, Any] = {}  # the line of the cell that ran last, by its number

    def __init__(self, shell: Any) -> None:
        self.cell = shell.execution_count

    def write(self, text: str) -> None:
        from IPython.display import display

        if self.cell not in self.handles:
            self.handles.clear()
            self.handles[self.cell] = display({"text/plain": text}, raw=True, display_id=True)
        else:
            self.handles[self.cell].update({"text/plain": text}, raw=True)

    def close(self, latest: str) -> None:
        self.write(latest)


def _kernel() -> Any:
    """The shell of the Jupyter kernel in which this process runs, or None; IPython is imported by nobody else."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return shell if hasattr(shell, "kernel") else None
