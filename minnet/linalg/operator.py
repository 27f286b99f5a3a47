"""A symmetric operator from a rule for its products."""
from __future__ import annotations

import numpy as np
from scipy.sparse.linalg import LinearOperator

__all__ = ["Symmetric"]


class Symmetric(LinearOperator):
    """A real symmetric operator (n, n) from a rule v -> product, for v (n,) or (n, k)."""

    def __init__(self, rule, n, dtype=float):
        self.rule = rule
        super().__init__(dtype, (n, n))

    def _matvec(self, v):
        return self.rule(np.reshape(v, -1))

    def _matmat(self, V):
        return self.rule(V)

    def _adjoint(self):
        return self

    _transpose = _adjoint
