"""The seconds of a run, which never go back."""
from __future__ import annotations

import time

__all__ = ["Clock"]


class Clock:
    """Seconds since the start of a run, `before` included; a clock that is set back stands still for a moment."""

    def __init__(self, before: float = 0.0) -> None:
        self._seconds, self._last = before, time.monotonic()

    def seconds(self) -> float:
        now = time.monotonic()
        self._seconds += max(0.0, now - self._last)
        self._last = now
        return self._seconds
