"""Newton's method with the factors H = L D Lᵀ made positive definite.

Glossary: g gradient, H Hessian, P a permutation, L unit lower triangular, D block diagonal with blocks of size one and
two.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.linalg import eigh_tridiagonal, ldl, solve_triangular

from ..function import Array
from .cautious import CautiousSearch
from .method import POSITIVE
from .saddle import leave_saddle
from .search import LineSearch, StrongWolfe
from .second_order import SecondOrder, finite_hessian

__all__ = ["ModifiedCholesky", "ModifiedFactors", "modified_factors"]


@dataclass(frozen=True)
class ModifiedCholesky(CautiousSearch, SecondOrder):
    """x ← x − t (L |D| Lᵀ)⁻¹ g with H = L D Lᵀ, t by a line search.

    |D| has the absolute values of D's eigenvalues, at least `floor` times the largest: it is D, and the step Newton's,
    where H is safely positive definite. From a saddle itself a step is taken along p with Lᵀp = v, v the eigenvector
    of D's lowest eigenvalue, for pᵀHp is negative there.

    The pivots are those of Bunch and Kaufman, as LAPACK has them, which do not bound L: for an H that is far from
    definite L |D| Lᵀ may be badly conditioned. Cheng and Higham pivot with bounds, and lift the eigenvalues below a δ
    to δ instead.

    Parameters
    ----------
    floor : float
        The least |λ| of |D|, in units of the largest.
    search : LineSearch

    References
    ----------
    J. J. Moré, D. C. Sorensen (1979), On the use of directions of negative curvature in a modified Newton method. P.
    E. Gill, W. Murray, M. H. Wright (1981), Practical Optimization, section 4.4.2. S. H. Cheng, N. J. Higham (1998), A
    modified Cholesky algorithm based on a symmetric indefinite factorization, for the other choice.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import himmelblau
    >>> minimize(himmelblau(), himmelblau().saddles[0], ModifiedCholesky()).success
    True
    """

    floor: float = 1e-8
    search: LineSearch = StrongWolfe()

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check(floor=POSITIVE)

    def step(self, f: Any, x: Array, state: Mapping[str, Any]) -> tuple[Array, Mapping[str, Any]]:
        g, H = f.gradient(x), finite_hessian(f, x)
        factors = modified_factors(H, self.floor)
        p = factors.lowest()
        outside = leave_saddle(f, x, p, float(p @ H @ p), float(np.linalg.norm(H)))
        if outside is not None:
            return outside, state
        return self._step_along(f, x, -factors.solve(g), state)


class ModifiedFactors(NamedTuple):
    """L |D| Lᵀ, D = Q diag(λ) Qᵀ, of the rows and columns of a matrix in some order."""

    L: Array
    Q: Array
    absolute: Array
    order: Array

    def solve(self, b: Array) -> Array:
        """Give (L |D| Lᵀ)⁻¹ b."""
        y = solve_triangular(self.L, b[self.order], lower=True, unit_diagonal=True, check_finite=False)
        return self._solve_transposed(self.Q @ (self.Q.T @ y / self.absolute))

    def lowest(self) -> Array:
        """Give the unit vector p along Lᵀp = v, v the eigenvector of D's lowest eigenvalue."""
        p = self._solve_transposed(self.Q[:, 0].copy())
        return p / np.linalg.norm(p)

    def _solve_transposed(self, z):
        """(Lᵀ)⁻¹ z, with its entries back in their places."""
        x = np.empty_like(z)
        x[self.order] = solve_triangular(self.L.T, z, unit_diagonal=True, check_finite=False)
        return x


def modified_factors(H: Array, floor: float) -> ModifiedFactors:
    """Factor H = L D Lᵀ by the pivots of Bunch and Kaufman, with |λ| of D at least `floor` times the largest."""
    L, D, order = ldl(H)
    lam, Q = eigh_tridiagonal(np.diag(D), np.diag(D, 1))
    return ModifiedFactors(L[order], Q, np.maximum(abs(lam), floor * abs(lam).max() or 1.0), order)
