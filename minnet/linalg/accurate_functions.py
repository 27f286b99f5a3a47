"""Elementary functions of fine balls, by series: no library function is trusted here, but for erfc and a first guess.

The value at the midpoint is computed in the arithmetic of `minnet.linalg.accurate`, whose radii account for all
rounding, and what a series leaves off is bounded and added:

    exp     x = k log 2 + 2⁸ r with |r| < 0.0014; the Taylor polynomial of degree 9, squared eight times, times 2ᵏ
    sin     x = k π/2 + r with |r| < 0.8; the Taylor polynomials of degree 27 of sin r and 28 of cos r, by k mod 4
    log     y + log1p(x e^{−y} − 1) with y = fl(log x): the second term is tiny, and ordinary balls give it
    erf     (2/√π) e^{−x²} Σ 2ⁿ x^{2n+1} / (2n + 1)!! for |x| < 4, and 1 − erfc(|x|) beyond

All other functions are made of these. A Taylor series with alternating or geometrically decreasing terms is off by
less than twice its next term.
"""
from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import factorial, prod
from operator import truediv
from typing import Any

import numpy as np
from scipy import special

from . import ball_functions
from .fine import FINE_UFUNCS, FineBall, as_fine, fine_ball
from .rounding import silent, up

__all__ = ["cos", "erf", "exp", "expm1", "log", "sigmoid", "sin", "softplus", "tanh"]

# high, low and radius; the tests hold them against 300 digits
LOG_2 = FineBall(0.6931471805599453, 2.3190468138462996e-17, 2.0**-107)
HALF_PI = FineBall(1.5707963267948966, 6.123233995736766e-17, 2.0**-106)
ERF_SCALE = FineBall(1.1283791670955126, 1.533545961316588e-17, 2.0**-106)  # 2/√π
RECIPROCALS = list(accumulate(range(1, 30), truediv, initial=FineBall(1.0)))  # 1/n!
HALVINGS, DEGREE = 8, 9
LARGEST_ANGLE = 2.0**30
SERIES_OF_ERF, TERMS_OF_ERF = 4.0, 90
ERROR_OF_ERFC = 1e-12


def _polynomial(x: FineBall, coefficients: Sequence[FineBall]) -> FineBall:
    """c₀ + c₁ x + c₂ x² + …, by Horner's scheme."""
    value = coefficients[-1]
    for c in coefficients[-2::-1]:
        value = c + x * value
    return value


@silent
def exp(x: Any) -> FineBall:
    """The exponential function; |exp(x) − exp(m)| ≤ exp(m) (e^ρ − 1)."""
    x = as_fine(x)
    value = _exp_of_point(x.point())
    spread = value.magnitude * ball_functions.above(np.expm1(x.rad), "expm1")
    return value.widened(np.where(x.rad > 0, up(spread), 0.0))


@silent
def _exp_of_point(x: FineBall) -> FineBall:
    k = np.clip(np.rint(x.high / LOG_2.high), -2000, 2000)
    r = (x - LOG_2 * k).scaled(-HALVINGS)
    known = r.magnitude < 0.0014  # fails for huge x only
    r = r.where(known, 0.0)
    value = _polynomial(r, RECIPROCALS[:DEGREE + 1]).widened(2 * 0.0014 ** (DEGREE + 1) / factorial(DEGREE + 1))
    for _ in range(HALVINGS):
        value = value * value
    value = value.scaled(k.astype(np.intc))
    beyond = FineBall(np.zeros(x.shape), 0.0, np.where(x.high < 0, 2.0**-1000, np.inf))
    return value.where(known, beyond)


def expm1(x: Any) -> FineBall:
    """exp(x) − 1, to an absolute accuracy."""
    return exp(x) - 1


@silent
def log(x: Any) -> FineBall:
    """The natural logarithm, where x is surely positive."""
    x = as_fine(x)
    y = np.log(x.high)
    y = np.where(np.isfinite(y), y, 0.0)
    rest = ball_functions.log1p((x * exp(-y) - 1).ball())
    return fine_ball(y, rest.mid, rest.rad)


def tanh(x: Any) -> FineBall:
    """The hyperbolic tangent: (1 − t) / (1 + t) for x > 0 with t = exp(−2|x|), to an absolute accuracy."""
    x = as_fine(x)
    t = exp(-abs(x.point()).scaled(1))
    value = (1 - t) / (1 + t)
    return (-value).where(x.high < 0, value).widened(x.rad)


def sigmoid(x: Any) -> FineBall:
    """1 / (1 + exp(−x))."""
    x = as_fine(x)
    t = exp(-abs(x.point()))
    return (as_fine(np.ones(x.shape)).where(x.high > 0, t) / (1 + t)).widened(x.rad / 4)


def softplus(x: Any) -> FineBall:
    """log(1 + exp(x))."""
    x = as_fine(x)
    point = x.point()
    return (point.where(x.high > 0, 0.0) + log(1 + exp(-abs(point)))).widened(x.rad)


def sin(x: Any) -> FineBall:
    """The sine."""
    return _circular(x, 0)


def cos(x: Any) -> FineBall:
    """The cosine."""
    return _circular(x, 1)


@silent
def _circular(x: Any, quarters: int) -> FineBall:
    """sin(x + quarters π/2)."""
    x = as_fine(x)
    k = np.rint(x.high / HALF_PI.high)
    r = x.point() - HALF_PI * k
    known = (abs(x.high) < LARGEST_ANGLE) & (r.magnitude < 0.8)
    r = r.where(known, 0.0)
    square = r * r
    sine = (r * _polynomial(-square, RECIPROCALS[1:28:2])).widened(2 * 0.8**29 / factorial(29))
    cosine = _polynomial(-square, RECIPROCALS[0:29:2]).widened(2 * 0.8**30 / factorial(30))
    turn = np.where(known, k + quarters, 0) % 4
    value = sine.where(turn % 2 == 0, cosine)
    value = (-value).where(turn >= 2, value)
    return value.where(known, FineBall(np.zeros(x.shape), 0.0, 1.0)).widened(x.rad)


@silent
def erf(x: Any) -> FineBall:
    """The error function. The library's erfc, from 4 on only, is taken to err by 1e-12 of its value at the most."""
    x = as_fine(x)
    size = abs(x.point())
    inner = size.high < SERIES_OF_ERF
    small = size.where(inner, 0.0)
    twice = 2 * (small * small)
    term = total = small
    for n in range(1, TERMS_OF_ERF):
        term = term * twice / (2 * n + 1)
        total = total + term
    near = ERF_SCALE * exp(-(small * small)) * total.widened(2 * REST_OF_ERF)
    tail, slope = special.erfc(size.high), 1.2 * np.exp(-(1 - 2.0**-30) * size.high**2)  # above 2/√π exp(−x²) nearby
    far = 1 - FineBall(tail, 0.0, up(ERROR_OF_ERFC * tail + slope * abs(size.low)))
    value = near.where(inner, far)
    return (-value).where(x.high < 0, value).widened(up(ball_functions.ERF_SLOPE * x.rad))


# the first term that is left off at |x| = 4; the ratio of later ones is below 32/183 < 1/2
REST_OF_ERF = 2.0**TERMS_OF_ERF * 4.0 ** (2 * TERMS_OF_ERF + 1) / prod(range(1, 2 * TERMS_OF_ERF + 2, 2))


def _logaddexp(a: Any, b: Any) -> FineBall:
    for zero, x in ((a, b), (b, a)):
        if not isinstance(zero, FineBall) and not np.any(zero):
            return softplus(x)
    raise TypeError("numpy.logaddexp of fine balls; expected 0 and a fine ball")


FINE_UFUNCS |= {np.exp: exp, np.expm1: expm1, np.log: log, np.tanh: tanh, np.sin: sin, np.cos: cos, special.erf: erf,
                special.expit: sigmoid, np.logaddexp: _logaddexp}
