"""The line that a running optimiser shows."""
from __future__ import annotations

import sys
from typing import TextIO

from .clock import Clock

__all__ = ["Progress"]


class Progress:
    """One line on `stream`, rewritten at most ten times a second; `show=False` is silent."""

    def __init__(self, show: bool, max_iter: int, stream: TextIO | None = None) -> None:
        if show not in (True, False):
            raise ValueError(f"progress={show!r}; expected True or False")
        self.show, self.max_iter, self.stream = show, max_iter, stream or sys.stderr
        self.clock, self.last, self.width = Clock() if show else None, -1.0, 0

    def __call__(self, nit: int, value: float, gradient_norm: float) -> None:
        """Write the line anew if it is time."""
        if self.clock is not None and self.clock.seconds() - self.last > 0.1:
            self.last = self.clock.seconds()
            self._write(f"iteration {nit}/{self.max_iter}  value {value:.6g}  gradient {gradient_norm:.2e}")

    def close(self) -> None:
        """Wipe the line."""
        if self.show and self.width:
            self._write("")
            self.stream.write("\r")

    def _write(self, text):
        self.stream.write("\r" + text.ljust(self.width))
        self.stream.flush()
        self.width = len(text)
