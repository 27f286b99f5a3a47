"""Balls of arrays in NumPy's own functions: joining, diagonals, operators by their names; and the norm of a matrix."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from .midpoint_radius import FUNCTIONS, UFUNCS, Ball, BallLike, as_ball, raw_ball
from .rounding import silent, terms, up

__all__ = ["concatenate", "norm_bound", "norm_bound_of_tiles", "stack"]

TILE = 128  # rows and columns


def concatenate(balls: Sequence[BallLike], axis: int = 0) -> Ball:
    """The balls one after the other along an axis."""
    parts = [as_ball(ball) for ball in balls]
    return raw_ball(np.concatenate([b.mid for b in parts], axis), np.concatenate([b.rad for b in parts], axis))


def stack(balls: Sequence[BallLike], axis: int = 0) -> Ball:
    """The balls side by side along a new axis."""
    parts = [as_ball(ball) for ball in balls]
    return raw_ball(np.stack([b.mid for b in parts], axis), np.stack([b.rad for b in parts], axis))


def norm_bound(matrix: BallLike) -> float:
    """A bound of ‖A‖₂ for all symmetric members A of a ball (n, n).

    Examples
    --------
    >>> bool(3 <= norm_bound([[1.0, 2.0], [2.0, 1.0]]) < 3.0001)
    True
    """
    ball = as_ball(matrix)
    return norm_bound_of_tiles(lambda rows, columns: ball[rows, columns], len(ball))


@silent
def norm_bound_of_tiles(tile: Callable[[slice, slice], Ball], n: int) -> float:
    """A bound of ‖A‖₂ for a symmetric matrix A (n, n) that is made tile by tile, so that no ball of it is ever whole.

    |A| ≤ M entry by entry gives, for spectral radii ρ, ‖A‖₂ = ρ(A) ≤ ρ(|A|) ≤ ρ(M), and ρ(M) ≤ max (Mv)ᵢ/vᵢ for any
    v > 0 (Collatz; v = 1 is the largest sum of a row). A few steps of the power method bring v near the best choice.

    Parameters
    ----------
    tile : callable
        (rows, columns) -> Ball, which holds these entries of A. Only tiles on and above the diagonal are asked for.
    n : int

    References
    ----------
    Horn, Johnson 2013, Matrix analysis, theorem 8.1.18 and corollary 8.1.31.
    """
    M, v, best = np.empty((n, n)), np.ones(n), np.inf
    parts = [slice(first, first + TILE) for first in range(0, n, TILE)]
    for rows, columns in combinations_with_replacement(parts, 2):
        M[rows, columns] = tile(rows, columns).magnitude
        M[columns, rows] = M[rows, columns].T
    if not np.isfinite(M).all():
        return np.inf
    for _ in range(5):
        w = up(M @ v, terms(n) + 16)
        best = min(best, float(up(w / v).max()))
        v = np.maximum(w / w.max(), 1e-6)
    return best


def _append(ball: Any, values: Any) -> Ball:
    return concatenate([as_ball(ball).reshape(-1), as_ball(values).reshape(-1)])


def _diag(ball: Ball) -> Ball:
    return ball.each(np.diag)


UFUNCS |= {
    np.add: lambda a, b: as_ball(a) + b,
    np.subtract: lambda a, b: as_ball(a) - b,
    np.multiply: lambda a, b: as_ball(a) * b,
    np.divide: lambda a, b: as_ball(a) / b,
    np.matmul: lambda a, b: as_ball(a) @ b,
    np.power: lambda a, n: as_ball(a) ** n,
    np.square: lambda a: a * a,
    np.negative: lambda a: -a,
    np.positive: lambda a: a,
    np.absolute: abs,
}
FUNCTIONS |= {
    np.append: _append,
    np.concatenate: concatenate,
    np.diag: _diag,
    np.ndim: lambda ball: ball.ndim,
    np.reshape: lambda ball, shape: ball.reshape(shape),
    np.result_type: lambda *_: np.dtype(object),
    np.shape: lambda ball: ball.shape,
    np.stack: stack,
    np.sum: lambda ball, axis=None: ball.sum(axis),
    np.transpose: lambda ball, axes=None: ball.transpose(axes),
}
