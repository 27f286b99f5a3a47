"""The trust-region subproblem: minimise gᵀs + ½ sᵀHs over ‖s‖ ≤ Δ.

Glossary: g gradient, H Hessian, s step, Δ radius, α the damping of (H + αI) s = −g, λ₁ the lowest eigenvalue.
"""
from __future__ import annotations

import numpy as np
from scipy.linalg import LinAlgError, cho_solve, cholesky, eigh, solve_triangular

EPS = np.finfo(float).eps

__all__ = ["exact_step", "positive_definite", "predicted_reduction"]


def exact_step(g, H, radius):
    """(s, α, L): the global solution of the subproblem, to 10 % in ‖s‖ = Δ where the bound is active, its
    multiplier, and the Cholesky factor L of H + αI.

    s solves (H + αI) s = −g with H + αI positive semidefinite, α ≥ 0 and α(Δ − ‖s‖) = 0 (Moré, Sorensen
    1983, lemmas 2.1 and 2.3), by Newton's method on 1/‖s(α)‖ = 1/Δ (their algorithm 3.2). λ₁ is computed only
    where H is not positive definite. In the hard case, g without a part along the lowest eigenvector q, the
    step is completed along q, on the side that points downhill.
    """
    L, size = _factor(H), np.linalg.norm(g)
    if L is not None:
        s = _solve(L, g)
        if np.linalg.norm(s) <= radius:
            return s, 0.0, L
        alpha = low = 0.0
        q = None
    else:
        (lowest,), q = eigh(H, subset_by_index=[0, 0])
        low = max(0.0, -lowest)
        alpha = low + max(1e-3 * size / radius, EPS * np.linalg.norm(H))
    floor, high = low, low + size / radius       # ‖s(α)‖ ≤ ‖g‖ / (λ₁ + α): the root lies in [low, high]
    for _ in range(100):
        L = _factor(H, alpha)
        if L is None:                            # α is −λ₁ within rounding
            low, alpha = alpha, floor + 2 * max(alpha - floor, EPS * np.linalg.norm(H))
            high = max(high, alpha)
            continue
        s = _solve(L, g)
        norm = np.linalg.norm(s)
        if 0.9 * radius <= norm <= 1.1 * radius:
            return s, alpha, L
        if norm < radius:
            if q is not None and alpha - floor <= max(1e-3 * size / radius, 4 * EPS * np.linalg.norm(H)):
                return _along(s, q[:, 0], g, radius), alpha, L
            high = alpha
        else:
            low = alpha
        w = solve_triangular(L, s, lower=True, check_finite=False)
        alpha += (norm / np.linalg.norm(w)) ** 2 * (norm - radius) / radius
        if not low < alpha < high:
            alpha = low + 0.1 * (high - low)
    return s * min(1.0, radius / norm), alpha, L


def predicted_reduction(g, H, s):
    """−(gᵀs + ½ sᵀHs)."""
    return -(g @ s + s @ (H @ s) / 2)


def positive_definite(H, shift=0.0):
    """Whether H + shift I is positive definite, by Cholesky."""
    return _factor(H, shift) is not None


def _factor(H, alpha=0.0):
    """The Cholesky factor of H + αI, or None where there is none."""
    damped = H.copy()
    damped.flat[::len(H) + 1] += alpha
    try:
        return cholesky(damped, lower=True, overwrite_a=True, check_finite=False)
    except LinAlgError:
        return None


def _solve(L, g):
    """−(L Lᵀ)⁻¹ g."""
    return -cho_solve((L, True), g, check_finite=False)


def _along(s, q, g, radius):
    """s + τ q of length Δ, downhill."""
    q = q if q @ g <= 0 else -q
    b, c = s @ q, s @ s - radius**2
    return s + (-b + np.sqrt(max(b * b - c, 0.0))) * q
