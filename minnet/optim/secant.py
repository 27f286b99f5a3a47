"""The pair (s, y) that a step teaches, and what is asked of it.

Glossary: s = x_{k+1} − x_k, y = g_{k+1} − g_k, f_k the values; B approximates the Hessian.

sᵀy is `s.dot(y)` where every step computes it: for short vectors it costs half as much as `s @ y`.
"""
from __future__ import annotations

from math import sqrt

import numpy as np

from ..function import Array, SupportsGradient
from ..linalg.norm import norm

__all__ = ["damped_difference", "has_positive_curvature", "secant_pair", "secant_scale"]

EPS: dict[str, float] = {char: float(np.finfo(char).eps) for char in "df"}
FACTOR = 0.5, 2.0   # bounds of the factor of y
CLEAR = 100         # times the rounding of f that θ must be
SHARE = 0.2         # of sᵀBs that is left to sᵀy


def secant_pair(f: SupportsGradient, x: Array, new: Array) -> tuple[Array, Array]:
    """Give (s, y) with y scaled so that sᵀy is the curvature at the new point to one order more, by the values of f.

    y ← y (1 + θ/sᵀy), θ = 6 (f_k − f_{k+1}) + 3 (g_k + g_{k+1})ᵀs, the factor kept in [½, 2]. On a quadratic θ = 0;
    where θ drowns in the rounding of f it is taken for 0.

    References
    ----------
    J. Z. Zhang, N. Y. Deng, L. H. Chen (1999), New quasi-Newton equation and related methods for unconstrained
    optimization.
    """
    (value, g), (value_new, g_new) = f.value_and_gradient(x), f.value_and_gradient(new)
    s, y = new - x, g_new - g
    theta, sy = 6 * (value - value_new) + (3 * (g + g_new)).dot(s), s.dot(y)
    if sy > 0 and abs(theta) > CLEAR * EPS[x.dtype.char] * max(abs(value), abs(value_new)):
        y = y * min(max(1 + theta / sy, FACTOR[0]), FACTOR[1])
    return s, y


def has_positive_curvature(s: Array, y: Array) -> bool:
    """Tell whether sᵀy is positive beyond the rounding of ‖s‖ ‖y‖."""
    return secant_scale(s, y) > 0


def secant_scale(s: Array, y: Array) -> float:
    """Give γ, the scale of the inverse Hessian where nothing else is known of it; 0 without positive curvature.

    γ = sᵀy/yᵀy · cos(s, y)^−¼: between the two steps of Barzilai and Borwein, near the shorter one.

    References
    ----------
    J. Barzilai, J. M. Borwein (1988), Two-point step size gradient methods.
    """
    sy, yy = float(s.dot(y)), float(y.dot(y))
    lengths = norm(s) * sqrt(yy)
    return sy / yy * (lengths / sy) ** 0.25 if sy > EPS[s.dtype.char] * lengths > 0 else 0.0


def damped_difference(s: Array, y: Array, Bs: Array) -> Array:
    """Give y, or the mixture θ y + (1 − θ) B s with sᵀy = 0.2 sᵀBs where sᵀy is less.

    References
    ----------
    M. J. D. Powell (1978), A fast algorithm for nonlinearly constrained optimization calculations; J. Nocedal, S. J.
    Wright (2006), procedure 18.2.
    """
    sy, sBs = s.dot(y), s.dot(Bs)
    if sy >= SHARE * sBs:
        return y
    theta = (1 - SHARE) * sBs / (sBs - sy)
    return theta * y + (1 - theta) * Bs
