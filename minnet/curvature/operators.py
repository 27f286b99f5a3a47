"""The Hessian, the Gauss-Newton matrix and the Fisher matrix as SciPy LinearOperators: products, no matrices.

They are real, symmetric and deterministic, and take one vector (n,) or k of them side by side (n, k) in one pass: for
`eigsh`, `lobpcg`, `cg`, `minres`, and for `hess=` of `scipy.optimize.minimize` with "Newton-CG" and "trust-constr".
"trust-ncg" and "trust-krylov" multiply by np.dot, which knows no LinearOperator: give them `hessp=f.hvp`.
"""
from __future__ import annotations

from functools import partial

from ..function import as_vector
from ..linalg.operator import Symmetric

__all__ = ["FisherOperator", "GGNOperator", "HessianOperator"]


class _AtPoint(Symmetric):
    """The operator of a rule (θ, v) -> product at a θ of its own, whatever becomes of the caller's."""

    def __init__(self, f, theta, rule):
        self.theta = as_vector(theta, getattr(f, "n", None), "theta").copy()
        if self.theta.dtype.kind == "c":
            raise ValueError("theta is complex; expected real parameters for a symmetric operator")
        super().__init__(partial(rule, self.theta), len(self.theta), self.theta.dtype)


class HessianOperator(_AtPoint):
    """v -> ∇²f(θ) v for a function with `hvp`.

    >>> import numpy as np
    >>> from scipy.sparse.linalg import eigsh
    >>> from minnet.problems import quadratic
    >>> eigsh(HessianOperator(quadratic(np.arange(1.0, 9.0), rng=0), np.zeros(8)), k=1)[0].round(12)
    array([8.])
    """

    def __init__(self, f, theta):
        super().__init__(f, theta, f.hvp)


class GGNOperator(_AtPoint):
    """v -> G(θ) v for an Objective's generalised Gauss-Newton matrix: positive semidefinite for convex losses."""

    def __init__(self, f, theta):
        super().__init__(f, theta, f.ggnvp)


class FisherOperator(_AtPoint):
    """v -> F(θ) v for an Objective's Fisher matrix, of kind "empirical" or "mc"; the targets of "mc" are drawn once."""

    def __init__(self, f, theta, kind="empirical", rng=None):
        super().__init__(f, theta, f.with_fisher_targets(theta, kind, rng).fishervp)
