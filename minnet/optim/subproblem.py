"""The subproblem of a trust region: minimise m(s) = gᵀs + ½ sᵀHs over ‖s‖ ≤ Δ, exactly or by products.

Glossary: g gradient, H Hessian, s step, Δ radius, α the damping of (H + αI) s = −g, L the Cholesky factor of H + αI,
λ₁ the lowest eigenvalue of H and q its eigenvector.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.linalg import eigh

from ..function import Array
from ..linalg.factor import factor, newton_step, solve_lower
from ..linalg.norm import frobenius, norm

__all__ = ["DampedStep", "exact_step", "predicted_reduction", "steihaug_step"]

NEAR = 0.9, 1.1      # ‖s‖ in units of Δ, where the bound is active
NUDGE = 1e-3         # how far above −λ₁ the first damping is, in units of ‖g‖/Δ
TRIALS = 100


class DampedStep(NamedTuple):
    """The step, its damping α, and the Cholesky factor L of H + αI, None where none was made."""

    s: Array
    alpha: float
    L: Array | None


def predicted_reduction(g: Array, H: Array, s: Array) -> float:
    """Give m(0) − m(s) = −(gᵀs + ½ sᵀHs)."""
    return float(-(g.dot(s) + s.dot(H.dot(s)) / 2))


def exact_step(g: Array, H: Array, radius: float) -> DampedStep:
    """Solve the subproblem globally, to 10 % in ‖s‖ = Δ where the bound is active.

    s solves (H + αI) s = −g with H + αI positive semidefinite, α ≥ 0 and α (Δ − ‖s‖) = 0 (lemmas 2.1 and 2.3). The
    damping is found by Newton's method on 1/‖s(α)‖ = 1/Δ (algorithm 3.2). λ₁ is computed only where H is not positive
    definite. In the hard case, g without a part along q, the step is completed along q, on the side that points
    downhill.

    References
    ----------
    J. J. Moré, D. C. Sorensen (1983), Computing a trust region step.

    Examples
    --------
    >>> s, alpha, L = exact_step(np.array([1.0, 0.0]), np.diag([2.0, 1.0]), radius=10.0)
    >>> s, alpha
    (array([-0.5, -0. ]), 0.0)
    """
    eps = float(np.finfo(np.result_type(H.dtype, np.float32)).eps)
    size, rounding = norm(g), 4 * len(g) * eps * frobenius(H)
    L, q, low = factor(H), None, 0.0
    if L is not None and L.diagonal().min() ** 2 > rounding:
        s = newton_step(L, g)
        if norm(s) <= radius:
            return DampedStep(s, 0.0, L)
        alpha = 0.0
    else:
        (lowest,), q = eigh(H, subset_by_index=[0, 0], driver="evx")
        q, low = q[:, 0], max(0.0, -float(lowest))
        if size == 0:
            return DampedStep(radius * q if lowest < -rounding else 0 * g, low, factor(H, low + 2 * rounding))
        alpha = low + max(NUDGE * size / radius, rounding)
    s, length, inside = np.zeros_like(g), 0.0, None
    floor, high = low, low + size / radius                  # ‖s(α)‖ ≤ ‖g‖ / (λ₁ + α): the root lies in [low, high]
    for _ in range(TRIALS):
        L = factor(H, alpha)
        if L is None:                                        # α is −λ₁ within rounding
            low, alpha = alpha, floor + 2 * max(alpha - floor, rounding)
            high = max(high, alpha)
            continue
        s = newton_step(L, g)
        length = norm(s)
        if NEAR[0] * radius <= length <= NEAR[1] * radius:
            return DampedStep(s, alpha, L)
        if length < radius:
            inside = DampedStep(s, alpha, L)
            if q is not None and alpha - floor <= max(NUDGE * size / radius, 4 * rounding):
                break                                        # the hard case
            high = alpha
        else:
            low = alpha
        w = solve_lower(L, s)
        ratio = length / (norm(w) or np.inf)
        alpha += ratio * ratio * (length - radius) / radius
        if not low < alpha < high:
            alpha = low + 0.1 * (high - low)
        if high - low <= eps * high:
            break
    if inside is None:
        return DampedStep(s * min(1.0, radius / length) if length else s, alpha, L)
    return inside if q is None else inside._replace(s=_to_boundary(inside.s, q if q @ g <= 0 else -q, radius))


def steihaug_step(product: Callable[[Array], Array], g: Array, radius: float, tol: float) -> Array:
    """Solve the subproblem approximately, by conjugate gradients on H s = −g.

    They end where ‖Hs + g‖ ≤ tol, where they leave the region, or at a direction of negative curvature, which is
    followed to the boundary.

    Parameters
    ----------
    product : callable v -> H v
    g : array (n,)
    radius, tol : float

    References
    ----------
    T. Steihaug (1983), The conjugate gradient method and trust regions in large scale optimization. J. Nocedal, S. J.
    Wright (2006), Numerical Optimization, algorithm 7.2.
    """
    s, r = np.zeros_like(g), g
    p = -r
    for _ in range(2 * len(g)):
        if norm(r) <= tol:
            break
        Hp = product(p)
        pHp = p @ Hp
        alpha = (r @ r) / pHp if pHp > 0 else np.inf
        if not alpha < np.inf or norm(s + alpha * p) >= radius:
            return _to_boundary(s, p / norm(p), radius)
        s, r, before = s + alpha * p, r + alpha * Hp, r
        p = -r + (r @ r) / (before @ before) * p
    return s


def _to_boundary(s, q, radius):
    """s + τ q of length Δ with τ ≥ 0, for a unit vector q."""
    b, c = s @ q, s @ s - radius**2
    return s + (-b + np.sqrt(max(b * b - c, 0.0))) * q
