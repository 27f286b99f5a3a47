"""The inverse Hessian of the last pairs in the compact form: `updates.two_loop` by products of whole matrices.

Glossary: S, Y (k, n) the last k differences of points and of gradients as rows, oldest first; R (k, k) the upper
triangle of S Yᵀ, D its diagonal; M (n, n) the matrix that γ scales, and that the pairs update.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy.linalg import get_blas_funcs

from ..function import Array
from .secant import secant_scale

__all__ = ["LimitedMemory"]

SOLVE: dict[str, Any] = {char: get_blas_funcs("trsv", dtype=char) for char in "df"}     # R x = b for a triangular R


class LimitedMemory(NamedTuple):
    """The last pairs (s, y) of a run, and the matrix H that they stand for.

    Parameters
    ----------
    pairs : array (2, k, n)
        S and Y.
    R : array (k, k)
        By columns, as BLAS takes it.
    gamma : float
        γ of the newest pair, by `secant_scale`; 1 without pairs.

    References
    ----------
    R. H. Byrd, J. Nocedal, R. B. Schnabel (1994), Representations of quasi-Newton matrices and their use in limited
    memory methods.

    Examples
    --------
    >>> s, y = np.array([1.0, 0.0]), np.array([2.0, 0.0])
    >>> LimitedMemory.empty(2).with_pair(s, y, memory=5).times(np.array([4.0, 4.0]), gamma=1.0)
    array([2., 4.])
    """

    pairs: Array
    R: Array
    gamma: float

    @classmethod
    def empty(cls, n: int, dtype: Any = float) -> LimitedMemory:
        """No pairs of vectors (n,)."""
        return cls(np.zeros((2, 0, n), dtype), np.zeros((0, 0), dtype), 1.0)

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> LimitedMemory:
        """The pairs that a method's state keeps."""
        return cls(state["pairs"], state["R"], state["gamma"])

    def state(self) -> dict[str, Any]:
        """What a method's state keeps."""
        return {"pairs": self.pairs, "R": self.R, "gamma": self.gamma}

    @property
    def known(self) -> int:
        """The number of pairs."""
        return len(self.R)

    def with_pair(self, s: Array, y: Array, memory: int) -> LimitedMemory:
        """Add the newest pair, and forget the oldest where there are more than `memory`.

        A pair without positive curvature is not kept.
        """
        gamma = secant_scale(s, y)
        if not gamma:
            return self
        first = max(0, self.known + 1 - memory)
        older, products = self.pairs[:, first:], self.R[first:, first:]
        k = len(products)
        pairs, R = np.empty((2, k + 1, len(s)), older.dtype), np.zeros((k + 1, k + 1), older.dtype, order="F")
        pairs[:, :k], pairs[0, k], pairs[1, k] = older, s, y
        R[:k, :k], R[:, k] = products, pairs[0].dot(y)
        return LimitedMemory(pairs, R, gamma)

    def times(self, g: Array, gamma: float, precondition: Callable[[Array], Array] | None = None) -> Array:
        """Give H g for the BFGS matrix H of the pairs on γ M.

        The loop from the newest pair to the oldest is R α = S g, which leaves q = g − Yᵀα; then r = γ M q; the loop
        back is Rᵀ δ = D α − Y r, δ = α − β; and H g = r + Sᵀ δ.
        """
        if not self.known:
            return gamma * g if precondition is None else gamma * precondition(g)
        S, Y, R = self.pairs[0], self.pairs[1], self.R
        solve = SOLVE[R.dtype.char]
        alpha = solve(R, S.dot(g))
        q = g - alpha.dot(Y)
        r = gamma * (q if precondition is None else precondition(q))
        delta = solve(R, R.diagonal() * alpha - Y.dot(r), trans=1)
        return r + delta.dot(S)
