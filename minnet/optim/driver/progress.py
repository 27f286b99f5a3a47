"""The line that a running optimiser shows."""
from __future__ import annotations

import sys
import time

__all__ = ["Progress"]


class Progress:
    """One line on `stream`, rewritten at most ten times a second; `show=False` is silent."""

    def __init__(self, show, max_iter, stream=None):
        self.show, self.max_iter, self.stream = show, max_iter, stream or sys.stderr
        self.last, self.width = 0.0, 0

    def __call__(self, nit, value, gradient_norm):
        if self.show and time.monotonic() - self.last > 0.1:
            self.last = time.monotonic()
            self._write(f"iteration {nit}/{self.max_iter}  value {value:.6g}  gradient {gradient_norm:.2e}")

    def close(self):
        if self.show and self.width:
            self._write("")
            self.stream.write("\r")

    def _write(self, text):
        self.stream.write("\r" + text.ljust(self.width))
        self.stream.flush()
        self.width = len(text)
