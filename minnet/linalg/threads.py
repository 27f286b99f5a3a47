"""Dense linear algebra on one thread, where more would wait for each other longer than they work."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock

from threadpoolctl import ThreadpoolController

__all__ = ["one_thread_if_small"]

SMALL = 1000   # parameters
FEW = 10**7    # parameters times examples

_lock, _runs, _limit = Lock(), 0, None


@contextmanager
def one_thread_if_small(n: int, examples: int = 1) -> Iterator[None]:
    """Keep BLAS to one thread while matrices (n, n) from so many examples are worked on, if they are small.

    Factorisations and products of that size take microseconds to milliseconds; threads of BLAS spin between them, and beside
    another busy process each waits for the slowest. The limit is the process's, not the thread's: it is set by the first of
    several runs at the same time and taken back by the last.
    """
    if n >= SMALL or n * examples > FEW:
        yield
        return
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter():
    global _runs, _limit
    with _lock:
        if _runs == 0:
            _limit = _controller().limit(limits=1, user_api="blas")
        _runs += 1


def _leave():
    global _runs, _limit
    with _lock:
        _runs -= 1
        if _runs == 0:
            _limit.restore_original_limits()
            _limit = None


@cache
def _controller():
    return ThreadpoolController()
