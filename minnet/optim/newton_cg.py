"""Truncated Newton by products.

Glossary: g gradient, H Hessian, p direction, r = −g − H p the residual of the inner iteration, d its last direction.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..function import Array
from ..linalg.factor import lowest_eigenpair
from ..linalg.linear_cg import linear_cg
from .cautious import CautiousSearch
from .method import NoProgress
from .rounding import EPS
from .saddle import step_out
from .search import LineSearch, StrongWolfe
from .second_order import SecondOrder

__all__ = ["NewtonCG"]


@dataclass(frozen=True)
class NewtonCG(CautiousSearch, SecondOrder):
    """x ← x + t p, p from conjugate gradients on H p = −g until ‖r‖ ≤ min(½, √‖g‖) ‖g‖, t by a line search.

    It needs products with the Hessian only, so that it serves many parameters. A direction d of negative curvature
    ends the inner iteration, and p goes on along it as far as the curvature |dᵀHd| would allow; the first trial is no
    longer than twice the longest of the last steps. From a saddle with g = 0 the step goes along the lowest
    eigenvector.

    Parameters
    ----------
    search : LineSearch

    References
    ----------
    R. S. Dembo, T. Steihaug (1983), Truncated-Newton algorithms for large-scale unconstrained optimization. J.
    Nocedal, S. J. Wright (2006), Numerical Optimization, algorithm 7.1.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import rosenbrock
    >>> minimize(rosenbrock(10), rosenbrock(10).starts[0], NewtonCG()).success
    True
    """

    search: LineSearch = StrongWolfe()

    needs = ("gradient", "hvp")

    def step(self, f: Any, x: Array, state: Mapping[str, Any]) -> tuple[Array, Mapping[str, Any]]:
        g = f.gradient(x)
        size = float(np.linalg.norm(g))

        def product(v):
            return f.hvp(x, v)

        if size <= EPS * abs(f.value(x)):
            low = lowest_eigenpair(product, len(x))
            if low.is_negative:
                return step_out(f, x, low.vector), state
        p, _, negative = linear_cg(product, -g, tol=min(0.5, np.sqrt(size)), keep=False)
        if negative is not None:
            d, curvature = negative
            if np.isnan(curvature):
                raise NoProgress("the Hessian is not finite here")
            p = p + (d if not curvature < 0 else (g @ d) / curvature * d)
        if not -np.inf < p @ g < 0:
            p = -g
        return self._step_along(f, x, p, state)
