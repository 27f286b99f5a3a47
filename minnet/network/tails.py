"""Functions with exponential tails, to full relative accuracy: the sigmoid's family and the normal distribution's.

Glossary: t = exp(−|z|), which never overflows; for complex z, |z| is z times the sign of its real part.
"""
from __future__ import annotations

from math import pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx

__all__ = ["FAR", "Phi", "above", "below", "moderate", "phi", "sigmoid", "sigmoid_slope", "softplus"]

Array = NDArray[Any]

FAR = 800.0  # where exp(−z) is 0 in float64


def sigmoid(z: Array) -> Array:
    """The logistic function S(z) = 1 / (1 + exp(−z)).

    >>> sigmoid(np.array([-1e4, 0.0, 1e4]))
    array([0. , 0.5, 1. ])
    """
    t = np.exp(_minus_abs(z))
    return np.where(z.real > 0, 1, t) / (1 + t)


def sigmoid_slope(z: Array) -> Array:
    """S′(z) = S(z) S(−z) = t / (1 + t)².

    >>> sigmoid_slope(np.array([0.0, 700.0]))
    array([2.50000000e-001, 9.85967654e-305])
    """
    t = np.exp(_minus_abs(z))
    u = 1 + t
    u *= u
    t /= u
    return t


def softplus(z: Array) -> Array:
    """log(1 + exp(z)).

    >>> softplus(np.array([-1e4, 0.0, 1e4]))
    array([0.00000000e+00, 6.93147181e-01, 1.00000000e+04])
    """
    return np.where(z.real > 0, z, 0) + np.log1p(np.exp(_minus_abs(z)))


def phi(z: Array) -> Array:
    """The normal density φ(z) = exp(−z²/2) / √2π.

    The rounding of z² alone would cost 700 units in the last place at z = 38. So let c be the multiple of 1/16 nearest
    to z: its square is exact, and exp(−z²/2) = exp(−c²/2) exp(−(z − c)(z + c)/2), as in Cody's program for erf.

    >>> phi(np.array([0.0, 10.0]))
    array([3.98942280e-01, 7.69459863e-23])
    """
    near, z = abs(z.real) < FAR, moderate(z)
    c = np.round(z.real * 16) / 16
    return np.where(near, np.exp(-c * c / 2) * np.exp((c - z) * (z + c) / 2) * (1 / sqrt(2 * pi)), 0)


def Phi(z: Array) -> Array:
    """The normal distribution function Φ(z): below 0 it is ½ erfc(|z|/√2) = ½ erfcx(|z|/√2) exp(−z²/2), else 1 − Φ(−z).

    >>> Phi(np.array([-10.0, 0.0, 10.0]))
    array([7.61985302e-24, 5.00000000e-01, 1.00000000e+00])
    """
    tail = erfcx(_minus_abs(z) * -sqrt(1 / 2)) * phi(z) * sqrt(pi / 2)
    return np.where(z.real > 0, 1 - tail, tail)


def below(z: Array) -> Array:
    """min(z, 0)."""
    return np.where(z.real > 0, 0, z)


def above(z: Array) -> Array:
    """z, but 0 where it is far below: what it is multiplied by is 0 there, and −∞ · 0 must be 0."""
    return np.where(z.real > -FAR, z, 0)


def moderate(z: Array) -> Array:
    """z, but 0 where |z| is large: what it is multiplied by is 0 there."""
    return np.where(abs(z.real) < FAR, z, 0)


def _minus_abs(z):
    return -abs(z) if np.isrealobj(z) else np.where(z.real > 0, -z, z)
