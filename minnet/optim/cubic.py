"""Newton's method with cubic regularisation.

Glossary: g gradient, H = Σ λ q qᵀ Hessian, s step, σ the weight of the cubic term, α = σ‖s‖ the damping it makes, ρ
the gain, which is the actual over the predicted reduction.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..function import Array
from .method import POSITIVE
from .rounding import EPS, LimitOfRounding, shortest_step
from .second_order import SecondOrder, finite_hessian
from .trust_region import gain

__all__ = ["CubicNewton", "cubic_step"]

TAKEN, VERY_GOOD = 0.1, 0.9      # gains: of a step that is taken, of one that makes σ smaller
BISECTIONS = 200
NEAR = EPS**0.5                  # of α to −λ₁, in units of |λ₁|: nearer, α has too few digits for ‖z‖


@dataclass(frozen=True)
class CubicNewton(SecondOrder):
    """x ← x + s, s the minimiser of gᵀs + ½ sᵀHs + ⅓ σ‖s‖³.

    Where the Hessian has the Lipschitz constant 2σ the model bounds f from above, so that f falls whatever the signs
    of λ, and second-order points are reached. σ grows threefold until a step gains, and falls to a quarter after a
    very good one.

    Parameters
    ----------
    sigma : float
        The first σ, in units of f over x cubed.

    References
    ----------
    Yu. Nesterov, B. T. Polyak (2006), Cubic regularization of Newton method and its global performance. C. Cartis, N.
    I. M. Gould, P. L. Toint (2011), Adaptive cubic regularisation methods for unconstrained optimization, part I,
    algorithm 2.1.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import rosenbrock
    >>> minimize(rosenbrock(), [-1.2, 1.0], CubicNewton()).success
    True
    """

    sigma: float = 1.0

    def __post_init__(self) -> None:
        self._check(sigma=POSITIVE)

    def start(self, f: Any, x: Array) -> dict[str, Any]:
        return {"sigma": self.sigma}

    def step(self, f: Any, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        value, g, sigma = f.value(x), f.gradient(x), state["sigma"]
        lam, Q = np.linalg.eigh(finite_hessian(f, x))
        c, first = Q.T @ g, None
        while np.isfinite(sigma):
            z = cubic_step(lam, c, sigma)
            s, length = Q @ z, float(np.linalg.norm(z))
            first = first or length
            if length <= shortest_step(x, first):
                break
            predicted = -(c @ z + z @ (lam * z) / 2 + sigma * length**3 / 3)
            ratio = gain(f, x, value, g, s, predicted)
            if ratio > TAKEN:
                negligible = EPS * abs(lam[0]) / length or sigma / 4
                return x + s, {"sigma": max(sigma / 4, float(negligible)) if ratio > VERY_GOOD else sigma}
            sigma *= 3
        raise LimitOfRounding()


def cubic_step(lam: Array, c: Array, sigma: float) -> Array:
    """Minimise cᵀz + ½ Σ λ z² + ⅓ σ‖z‖³ over z (n,), for λ in ascending order: the model in the eigenvectors of H.

    z = −c/(λ + α) with α = σ‖z‖ ≥ max(0, −λ₁), α by bisection (Cartis, Gould, Toint 2011, theorem 3.1). In the hard
    case, c without a part along the lowest eigenvector, z is completed along that one. Nothing in it depends on units:
    scaling λ, c and σ alike leaves z as it is, and scaling c by t, λ by √t and σ by 1 multiplies it by √t.

    Examples
    --------
    >>> cubic_step(np.array([0.0]), np.array([-4.0]), sigma=1.0)
    array([2.])
    """
    floor = max(0.0, -lam[0])
    high = floor + np.sqrt(sigma) * np.sqrt(np.linalg.norm(c))         # there ‖z‖ ≤ ‖c‖/(α − floor) ≤ α/σ
    if high == 0:
        return np.zeros_like(c)

    def is_too_small(alpha):
        return np.linalg.norm(c / (lam + alpha)) > alpha / sigma

    low = 0.0
    if floor > 0:
        low = floor + max(NEAR * floor, EPS * abs(lam[-1]))
        if not is_too_small(low):                                      # the hard case
            return _hard_case(-c / (lam + low), c[0], sigma, floor)
    for _ in range(BISECTIONS):
        alpha = (low + high) / 2
        if not low < alpha < high:
            break
        low, high = (alpha, high) if is_too_small(alpha) else (low, alpha)
    return -c / (lam + high)


def _hard_case(z, c0, sigma, floor):
    """z with its first entry from ‖z‖ = α/σ, where α = −λ₁ + |c₀/z₀| and all but rounding of it is −λ₁."""
    rest, alpha = z[1:] @ z[1:], floor
    for _ in range(2):
        z[0] = -np.copysign(np.sqrt(max((alpha / sigma) ** 2 - rest, 0.0)), c0)
        alpha = floor + (abs(c0 / z[0]) if z[0] else 0.0)
    return z
