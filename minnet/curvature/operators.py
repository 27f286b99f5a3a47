"""The Hessian, the Gauss-Newton matrix and the Fisher matrix as SciPy LinearOperators: products, no matrices."""
from __future__ import annotations

import numpy as np
from scipy.sparse.linalg import LinearOperator

from ..function import as_vector

__all__ = ["FisherOperator", "GGNOperator", "HessianOperator"]


class _Symmetric(LinearOperator):
    """A symmetric operator from a rule (θ, v) -> product, for v (n,) or (n, k) in one pass."""

    def __init__(self, rule, theta):
        self.theta = as_vector(theta, name="theta")
        self.rule = rule
        super().__init__(self.theta.dtype, (len(self.theta),) * 2)

    def _matvec(self, v):
        return self.rule(self.theta, np.ascontiguousarray(v, self.dtype).reshape(-1))

    def _matmat(self, V):
        return self.rule(self.theta, np.ascontiguousarray(V, self.dtype))

    def _adjoint(self):
        return self

    _transpose = _adjoint


class HessianOperator(_Symmetric):
    """v -> ∇²f(θ) v for a function with `hvp`.

    >>> from scipy.sparse.linalg import eigsh
    >>> from minnet.problems import quadratic
    >>> eigsh(HessianOperator(quadratic(np.arange(1.0, 9.0), rng=0), np.zeros(8)), k=1)[0].round(12)
    array([8.])
    """

    def __init__(self, f, theta):
        super().__init__(f.hvp, theta)


class GGNOperator(_Symmetric):
    """v -> G(θ) v for an Objective's generalised Gauss-Newton matrix: positive semidefinite for convex losses."""

    def __init__(self, f, theta):
        super().__init__(f.ggnvp, theta)


class FisherOperator(_Symmetric):
    """v -> F(θ) v for an Objective's Fisher matrix, of kind "empirical" or "mc"; the targets of "mc" are drawn once."""

    def __init__(self, f, theta, kind="empirical", rng=None):
        drawn = f.fisher_targets(theta, kind, rng)
        super().__init__(lambda theta, v: f.fishervp(theta, v, drawn), theta)
