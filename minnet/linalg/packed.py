"""Symmetric matrices as vectors: the lower triangle, row by row, n(n + 1)/2 numbers.

Half the memory to keep and to walk through, which is what a step of O(n²) costs, and symmetric by construction. It is
the packed format of BLAS.
"""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg import get_blas_funcs

from ..function import Array

__all__ = ["dense", "identity", "plus", "times"]

SPMV: dict[str, Any] = {char: get_blas_funcs("spmv", dtype=char) for char in "df"}      # A v
SPR2: dict[str, Any] = {char: get_blas_funcs("spr2", dtype=char) for char in "df"}      # A + a bᵀ + b aᵀ


def identity(n: int, dtype: Any = float) -> Array:
    """Pack I (n, n)."""
    A = np.zeros(n * (n + 1) // 2, dtype)
    A[np.cumsum(np.arange(1, n + 1)) - 1] = 1
    return A


def times(A: Array, v: Array) -> Array:
    """Give A v."""
    return SPMV[A.dtype.char](len(v), 1.0, A, v)


def plus(A: Array, a: Array, b: Array) -> Array:
    """Give A + a bᵀ + b aᵀ, packed."""
    return SPR2[A.dtype.char](len(a), 1.0, a, b, A)


def dense(A: Array) -> Array:
    """Unpack to (n, n).

    Examples
    --------
    >>> dense(plus(identity(2), np.array([1.0, 0.0]), np.array([0.0, 3.0])))
    array([[1., 3.],
           [3., 1.]])
    """
    n = round(np.sqrt(2 * len(A) + 0.25) - 0.5)
    full = np.zeros((n, n), A.dtype)
    full[np.tril_indices(n)] = A
    return full + np.tril(full, -1).T
