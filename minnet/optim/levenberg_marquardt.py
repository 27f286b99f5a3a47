"""Levenberg-Marquardt.

Glossary: g gradient, G (n, n) the generalised Gauss-Newton matrix, s step, α damping, ρ the gain, which is the actual
over the predicted reduction.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..function import Array
from ..linalg.factor import factor, newton_step
from .method import POSITIVE, Method
from .rounding import LimitOfRounding
from .subproblem import predicted_reduction
from .trust_region import ACCEPTED, gain

__all__ = ["LevenbergMarquardt"]


@dataclass(frozen=True)
class LevenbergMarquardt(Method):
    """x ← x − (G + αI)⁻¹ g, with the damping α by the gain ρ.

    A step that gains makes α smaller, α ← α max(⅓, 1 − (2ρ − 1)³); one that does not is taken back, and α grows by 2,
    4, 8, … The usual method for least squares. G has no negative eigenvalue to see, so that the method may end at a
    saddle.

    Parameters
    ----------
    damping : float
        The first α, in units of max diag G.

    References
    ----------
    K. Levenberg (1944), A method for the solution of certain non-linear problems in least squares. D. W. Marquardt
    (1963), An algorithm for least-squares estimation of nonlinear parameters. H. B. Nielsen (1999), Damping parameter
    in Marquardt's method.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import rosenbrock
    >>> minimize(rosenbrock(), [-1.2, 1.0], LevenbergMarquardt()).success
    True
    """

    damping: float = 1e-3

    needs = ("gradient", "ggn")

    def __post_init__(self) -> None:
        self._check(damping=POSITIVE)

    def start(self, f: Any, x: Array) -> dict[str, Any]:
        return {"damping": self.damping * (float(np.diag(f.ggn(x)).max()) or 1.0), "growth": 2.0}

    def step(self, f: Any, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        value, g, G = f.value(x), f.gradient(x), f.ggn(x)
        alpha, growth = state["damping"], state["growth"]
        while np.isfinite(alpha):
            L = factor(G, alpha)
            if L is not None:
                s = newton_step(L, g)
                ratio = gain(f, x, value, g, s, predicted_reduction(g, G, s))
                if ratio > ACCEPTED:
                    return x + s, {"damping": float(alpha * max(1 / 3, 1 - (2 * min(ratio, 1.0) - 1) ** 3)), "growth": 2.0}
            alpha, growth = alpha * growth, 2 * growth
        raise LimitOfRounding()
