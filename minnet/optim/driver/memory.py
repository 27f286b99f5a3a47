"""Whether the matrices of a dense method fit into memory: asked before any work is done."""
from __future__ import annotations

import os

from ..method import Method

__all__ = ["check_memory", "memory_of_this_machine"]

MATRICES = 3          # (n, n): the Hessian, the damped copy that is factored, and its eigenvectors or factor
UNKNOWN = 16 * 2**30  # bytes, where the system does not tell


def check_memory(method: Method, n: int, itemsize: int) -> None:
    """ValueError where `method` keeps matrices (n, n) and this machine cannot."""
    if not method.dense:
        return
    need, there = MATRICES * n * n * itemsize, memory_of_this_machine()
    if need > there:
        raise ValueError(
            f"{type(method).__name__} keeps matrices of {n:,} x {n:,}, about {_bytes(need)}, of {_bytes(there)} here; "
            "expected a method for many parameters: LBFGS, NewtonCG or HessianFree (and lanczos for a spectrum)"
        )


def memory_of_this_machine() -> int:
    """Bytes."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):       # no POSIX
        return UNKNOWN


def _bytes(count):
    return f"{count / 2**30:,.0f} GiB"
