"""A limit of time for a piece of Python, in any thread and on any system."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["OutOfTime", "limited"]

TICK = 0.05  # seconds between two looks at the clock
IDLE = 20  # looks without anything to watch, after which the thread ends


class OutOfTime(BaseException):
    """Raised inside a call that takes too long. Not an Exception, so that `except Exception` does not stop it."""


class _Watch:
    """One piece of Python that is being watched."""

    def __init__(self, seconds: float):
        self.thread, self.seconds, self.until, self.fired = (
            threading.get_ident(),
            seconds,
            time.monotonic() + seconds,
            False,
        )

    def interrupt(self) -> None:
        self.fired, self.until = True, time.monotonic() + self.seconds
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.thread), ctypes.py_object(OutOfTime))


class _Watchdog:
    """The thread that looks at the clock, for all that is watched; it starts when needed and ends when idle."""

    def __init__(self) -> None:
        self.lock, self.watched, self.thread = threading.Lock(), set(), None

    def add(self, watch: _Watch) -> None:
        with self.lock:
            self.watched.add(watch)
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._look, daemon=True)
                self.thread.start()

    def remove(self, watch: _Watch) -> None:
        with self.lock:
            self.watched.discard(watch)

    def _look(self) -> None:
        idle = 0
        while True:
            time.sleep(TICK)
            with self.lock:
                idle = 0 if self.watched else idle + 1
                if idle > IDLE:
                    self.thread = None
                    return
                for watch in self.watched:
                    if time.monotonic() > watch.until:
                        watch.interrupt()


_watchdog = _Watchdog()


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` in the body after `seconds`, and again as often as the body swallows it.

    A single long call of compiled code cannot be interrupted.
    """
    watch = _Watch(seconds)
    _watchdog.add(watch)
    try:
        yield
    finally:
        try:
            _watchdog.remove(watch)
            if watch.fired:
                _await_interrupt()
        finally:
            _watchdog.remove(watch)


def _await_interrupt() -> None:
    """An interrupt that was asked for arrives within a few instructions, if it has not arrived before."""
    try:
        for _ in range(1000):
            pass
    except OutOfTime:
        pass
