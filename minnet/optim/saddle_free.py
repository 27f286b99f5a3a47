"""Saddle-free Newton.

Glossary: g gradient, H = Σ λ q qᵀ Hessian with its eigenvalues and eigenvectors.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..function import Array
from .cautious import CautiousSearch
from .method import POSITIVE
from .saddle import leave_saddle
from .search import LineSearch, StrongWolfe
from .second_order import SecondOrder, finite_hessian

__all__ = ["SaddleFreeNewton"]


@dataclass(frozen=True)
class SaddleFreeNewton(CautiousSearch, SecondOrder):
    """x ← x − t |H|⁻¹ g with |H| = Σ |λ| q qᵀ: a saddle repels along its negative directions.

    |λ| is taken for at least `floor` times the largest, t comes from a line search. From a saddle itself, where g = 0,
    a step is taken along the lowest eigenvector. It costs all eigenvectors, which is many times a Cholesky
    factorisation: `ModifiedCholesky` does the same for less.

    Parameters
    ----------
    floor : float
        The least |λ|, in units of the largest.
    search : LineSearch

    References
    ----------
    Y. Dauphin et al. (2014), Identifying and attacking the saddle point problem in high-dimensional non-convex
    optimization. |H| is older: P. E. Gill, W. Murray, M. H. Wright (1981), Practical Optimization, section 4.4.2.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import himmelblau
    >>> minimize(himmelblau(), himmelblau().saddles[0], SaddleFreeNewton()).success
    True
    """

    floor: float = 1e-8
    search: LineSearch = StrongWolfe()

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check(floor=POSITIVE)

    def step(self, f: Any, x: Array, state: Mapping[str, Any]) -> tuple[Array, Mapping[str, Any]]:
        g, (lam, Q) = f.gradient(x), np.linalg.eigh(finite_hessian(f, x))
        largest = abs(lam).max()
        outside = leave_saddle(f, x, Q[:, 0], lam[0], largest)
        if outside is not None:
            return outside, state
        size = np.maximum(abs(lam), self.floor * largest or 1.0)
        return self._step_along(f, x, -Q @ (Q.T @ g / size), state)
