"""Gauss-Newton.

Glossary: g gradient, G (n, n) the generalised Gauss-Newton matrix, L the Cholesky factor of G.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..function import Array
from ..linalg.factor import NEGATIVE, factor, newton_step
from .cautious import CautiousSearch
from .method import NoProgress
from .search import LineSearch, StrongWolfe

__all__ = ["GaussNewton"]


@dataclass(frozen=True)
class GaussNewton(CautiousSearch):
    """x ← x − t G⁻¹ g, t by a line search: Newton's method without the curvature that the network's own bending makes.

    G is positive semidefinite for convex losses, so that the step goes down; where it is singular, the shift √ε ‖G‖
    makes it definite. Fast where residuals are small. G has no negative eigenvalue to see, so that the method may end
    at a saddle.

    Parameters
    ----------
    search : LineSearch

    References
    ----------
    J. Nocedal, S. J. Wright (2006), Numerical Optimization, (10.23). N. N. Schraudolph (2002), Fast curvature
    matrix-vector products for second-order gradient descent, for G of other losses than squares.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import linear_full_rank
    >>> f = linear_full_rank(3, 5)
    >>> minimize(f, f.starts[0], GaussNewton()).nit
    1
    """

    search: LineSearch = StrongWolfe()

    needs = ("gradient", "ggn")

    def step(self, f: Any, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        g, G = f.gradient(x), f.ggn(x)
        shift = NEGATIVE * np.linalg.norm(G)
        L = factor(G)
        if L is None or np.diag(L).min() ** 2 <= shift:
            L = factor(G, shift or 1.0)
        if L is None:
            raise NoProgress("the Gauss-Newton matrix is not finite here")
        return self._step_along(f, x, newton_step(L, g), state)
