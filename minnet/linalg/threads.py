"""Dense linear algebra on one thread, where more would wait for each other longer than they work."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from threading import Lock

from threadpoolctl import ThreadpoolController

__all__ = ["one_thread", "one_thread_for_good", "one_thread_if_small"]

SMALL = 1000   # parameters
FEW = 10**7    # parameters times examples

_held = Lock()


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep BLAS to one thread within a `with` block.

    The limit belongs to the process: of several blocks at the same time, one sets it and takes it back. Setting it
    costs as much as a small factorisation.

    Examples
    --------
    >>> with one_thread():
    ...     pass
    """
    if not _held.acquire(blocking=False):
        yield
        return
    try:
        with _controller().limit(limits=1, user_api="blas"):
            yield
    finally:
        _held.release()


def one_thread_if_small(n: int, examples: int = 1) -> AbstractContextManager[None]:
    """Keep BLAS to one thread within a `with` block, if the matrices (n, n) in it are small.

    Factorisations and products of that size take microseconds to milliseconds. With more threads BLAS would spend that
    time waiting, and beside another busy process each thread waits for the slowest. Setting the limit costs as much as
    a small factorisation, which is why it stays for a whole run.

    Parameters
    ----------
    n : int
        The order of the matrices.
    examples : int
        How many examples each of them sums over.

    Examples
    --------
    >>> with one_thread_if_small(100):
    ...     pass
    """
    return nullcontext() if n >= SMALL or n * examples > FEW else one_thread()


@cache
def one_thread_for_good() -> None:
    """Keep BLAS to one thread from now on: for a process that does nothing but what it is sent."""
    _controller().limit(limits=1, user_api="blas")


@cache
def _controller():
    return ThreadpoolController()
