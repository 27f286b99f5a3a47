"""Sums over examples of products of four numbers, S_qs a_p b_r, as matrix products whose factors stay in the cache.

The Khatri-Rao form a ∗ b of a (P, N) and b (R, N) has the rows a_p ⊙ b_r (P R, N). With it the sums for all q, s, p, r
are one matrix product, S (a ∗ b)ᵀ. The form is made for a few rows p at a time.
"""
from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .workspace import Workspace

__all__ = ["groups", "khatri_rao_product", "packed_triangle", "packed_triangle_product", "unpacking"]

Array = NDArray[Any]
PAIRS = 1 << 18  # numbers in one part of a Khatri-Rao form: 2 MB, which stay in the cache


def khatri_rao_product(left: Array, a: Array, b: Array, out: Array, workspace: Workspace) -> None:
    """out = left (a ∗ b)ᵀ: left (k, N), a (P, N), b (R, N), out (k, P R)."""
    (P, N), R = a.shape, len(b)
    for p, stop in groups([R * N] * P):
        pairs = workspace.array("pairs", (stop - p, R, N), out.dtype)
        np.multiply(a[p:stop, None], b, out=pairs)
        np.matmul(left, pairs.reshape(-1, N).T, out=out[:, p * R:stop * R])


def packed_triangle_product(left: Array, a: Array, out: Array, workspace: Workspace) -> None:
    """out = left (a ∗ a)ᵀ for the pairs p ≤ r alone: left (k, N), a (P, N), out (k, P (P + 1)/2)."""
    (P, N), first = a.shape, 0
    for p, stop in groups([(P - p) * N for p in range(P)]):
        last = first + sum(P - i for i in range(p, stop))
        packed_rows(a, p, stop, pairs := workspace.array("pairs", (last - first, N), out.dtype))
        np.matmul(left, pairs.T, out=out[:, first:last])
        first = last


def packed_rows(a: Array, p: int, stop: int, out: Array) -> None:
    """The rows a_i ⊙ a_r for i from p to before stop and r ≥ i."""
    row = 0
    for i in range(p, stop):
        np.multiply(a[i], a[i:], out=out[row:row + len(a) - i])
        row += len(a) - i


def packed_triangle(S: Array, out: Array) -> Array:
    """The upper triangle of S (q, q, N), row after row: (q (q + 1)/2, N)."""
    return np.concatenate([row[i:] for i, row in enumerate(S)], out=out)


@lru_cache(maxsize=32)
def unpacking(d: int) -> NDArray[np.intp]:
    """(d, d): where each pair stands in a packed upper triangle.

    >>> unpacking(3)
    array([[0, 1, 2],
           [1, 3, 4],
           [2, 4, 5]])
    """
    position = np.empty((d, d), np.intp)
    upper = np.triu_indices(d)
    position[upper] = position.T[upper] = np.arange(d * (d + 1) // 2)
    position.flags.writeable = False
    return position


def groups(sizes: list[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring rows in groups (first, stop): one row at least, and no more once they hold PAIRS numbers."""
    first, held = 0, 0
    for row, size in enumerate(sizes):
        if row > first and held >= PAIRS:
            yield first, row
            first, held = row, 0
        held += size
    yield first, len(sizes)
