"""Probes of a symmetric operator: vectors that it is multiplied by, BLOCK at a time to bound the memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..linalg.lanczos import Array, SymmetricMatrix

__all__ = ["BLOCK", "quadratic", "signs", "units"]

BLOCK = 8


def signs(n: int, count: int, rng: np.random.Generator) -> Iterator[Array]:
    """`count` probes, in blocks (n, BLOCK)."""
    for first in range(0, count, BLOCK):
        yield 2.0 * rng.integers(0, 2, (n, min(BLOCK, count - first)), dtype=np.int8) - 1


def units(n: int) -> Iterator[Array]:
    """The columns of the identity, in blocks (n, BLOCK)."""
    for first in range(0, n, BLOCK):
        yield np.eye(n, min(BLOCK, n - first), -first)


def quadratic(A: SymmetricMatrix, Z: Array) -> Array:
    """zᵀAz for each column."""
    return np.einsum("ij,ij->j", Z, A @ Z)
