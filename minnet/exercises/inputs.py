"""Inputs that a student can work out on paper: whole and half numbers, small vectors, small matrices.

Everything drawn for one property shares its dimension n, from 1 to 3, and shrinks towards n = 1 and zeros.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from hypothesis import strategies as st

__all__ = ["definite", "matrices", "numbers", "positive", "seeds", "size", "symmetric", "vectors"]


def numbers(low: float = -8, high: float = 8, step: float = 0.5) -> st.SearchStrategy[float]:
    """Multiples of `step` from `low` to `high`."""
    return st.integers(round(low / step), round(high / step)).map(lambda k: k * step)


def positive(high: float = 8, step: float = 0.5) -> st.SearchStrategy[float]:
    """Multiples of `step` from `step` to `high`."""
    return numbers(step, high, step)


def seeds() -> st.SearchStrategy[int]:
    """Seeds for `numpy.random.default_rng`, where the numbers need not be readable."""
    return st.integers(0, 1000)


def size(name: str = "n", low: int = 1, high: int = 3) -> st.SearchStrategy[int]:
    """A dimension; the same for all inputs of a property that use the same name."""
    return st.shared(st.integers(low, high), key=f"{name} from {low} to {high}")


def vectors(
    n: st.SearchStrategy[int] | None = None, entries: st.SearchStrategy[float] | None = None
) -> st.SearchStrategy[np.ndarray]:
    """Vectors (n,)."""
    several = _several(numbers() if entries is None else entries)
    return (size() if n is None else n).flatmap(several).map(lambda row: np.array(row, dtype=float))


def matrices(
    rows: st.SearchStrategy[int] | None = None,
    columns: st.SearchStrategy[int] | None = None,
    entries: st.SearchStrategy[float] | None = None,
) -> st.SearchStrategy[np.ndarray]:
    """Matrices (rows, columns), square where neither is given."""
    several = _several(numbers(-4, 4) if entries is None else entries)
    shape = st.tuples(size() if rows is None else rows, size() if columns is None else columns)
    return shape.flatmap(
        lambda shape: several(shape[0] * shape[1]).map(lambda flat: np.array(flat, dtype=float).reshape(shape))
    )


def symmetric(n: st.SearchStrategy[int] | None = None) -> st.SearchStrategy[np.ndarray]:
    """Symmetric matrices (n, n) of any inertia."""
    return matrices(n, n).map(lambda A: np.tril(A) + np.tril(A, -1).T)


def definite(n: st.SearchStrategy[int] | None = None) -> st.SearchStrategy[np.ndarray]:
    """Symmetric matrices (n, n) with eigenvalues of at least 1."""
    whole = numbers(-2, 2, 1)
    return matrices(n, n, whole).map(lambda A: np.tril(A) @ np.tril(A).T + np.eye(len(A)))


def _several(entries: st.SearchStrategy[float]) -> Callable[[int], st.SearchStrategy[tuple]]:
    """Tuples of a given length, quicker to draw than lists of fixed length."""
    of_length = cache(lambda count: st.tuples(*[entries] * count))
    return lambda count: of_length(count)  # Hypothesis reads the source of the functions it is given
