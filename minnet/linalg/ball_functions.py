"""Elementary functions of balls: the library's value at the midpoint, its stated error, and how far the value spreads.

    f⟨m, ρ⟩ ⊂ ⟨f̂, ρ_f + error⟩,   f̂ the library's f(m),   ρ_f ≥ |f(x) − f(m)| for all |x − m| ≤ ρ

    exp, expm1              e^m (e^ρ − 1)
    log, log1p              ρ / (m − ρ) and ρ / (1 + m − ρ), as |log′| ≤ 1/(m − ρ) on the ball
    sqrt                    ρ / √m, as |√x − √m| = |x − m| / (√x + √m)
    tanh, sin, cos          ρ, as |f′| ≤ 1
    sigmoid, softplus, erf  ρ/4, ρ and 2/√π ρ, by the bounds of their slopes

The errors of the library's functions are those of the table `ULPS`, in units of the last place of the value (2u |f̂| at
the most, where it does not underflow). Vendors state 4 at the most, and 1 as a rule; the table says 8. The tests
measure them. The errors of sin and cos are absolute, in units of the last place of 1, as a small value of theirs is
the difference of large numbers. The sigmoid, softplus, softmax and logsumexp are made of exp and log1p by ball
arithmetic. √ is rounded correctly by IEEE 754.

All are also reached by the names of NumPy and SciPy: `np.tanh(ball)`, `scipy.special.expit(ball)`, and
`np.logaddexp(0, ball)` for softplus.
"""
from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy import special

from .midpoint_radius import UFUNCS, Array, Ball, BallLike, as_ball, checked_ball
from .rounding import UNIT, silent, up

__all__ = ["ULPS", "cos", "erf", "exp", "expm1", "log", "log1p", "logsumexp", "sigmoid", "sin", "softmax", "softplus",
           "sqrt", "tanh"]

MEASURED = ("exp", "expm1", "log", "log1p", "tanh", "erf", "sin", "cos")
ULPS: Mapping[str, int] = MappingProxyType(dict.fromkeys(MEASURED, 8))
ERF_SLOPE = 1.1283791670955128  # above 2/√π = 1.12837916709551257…


def above(value: Array, name: str) -> Array:
    """A bound of |f(x)| from the library's value."""
    return up(abs(value), 16 + 2 * ULPS[name])


def error(value: Array, name: str) -> Array:
    """A bound of the error of the library's value, but for underflow, which `up` covers."""
    return 2 * ULPS[name] * UNIT * abs(value)


@silent
def exp(x: BallLike) -> Ball:
    """The exponential function.

    >>> bool(exp(Ball(0.0, 0.1)).upper >= np.exp(0.1))
    True
    """
    x = as_ball(x)
    value = np.exp(x.mid)
    return checked_ball(value, up(above(value, "exp") * above(np.expm1(x.rad), "expm1") + error(value, "exp")))


@silent
def expm1(x: BallLike) -> Ball:
    """exp(x) − 1."""
    x = as_ball(x)
    value, spread = np.expm1(x.mid), above(np.exp(x.mid), "exp") * above(np.expm1(x.rad), "expm1")
    return checked_ball(value, up(np.where(x.rad > 0, spread, 0) + error(value, "expm1")))


@silent
def log(x: BallLike) -> Ball:
    """The natural logarithm, where x is surely positive."""
    x = as_ball(x)
    value, least = np.log(x.mid), x.mid - x.rad
    return checked_ball(value, np.where(least > 0, up(x.rad / least + error(value, "log")), np.inf))


@silent
def log1p(x: BallLike) -> Ball:
    """log(1 + x), where 1 + x is surely positive."""
    x = as_ball(x)
    value, least = np.log1p(x.mid), (1 + x.mid) * (1 - 4 * UNIT) - x.rad
    return checked_ball(value, np.where(least > 0, up(x.rad / least + error(value, "log1p")), np.inf))


@silent
def sqrt(x: BallLike) -> Ball:
    """The square root, where x is surely not negative."""
    x = as_ball(x)
    value = np.sqrt(x.mid)
    spread = np.where(x.rad > 0, x.rad / value, 0)
    return checked_ball(value, np.where(x.mid >= x.rad, up(spread + UNIT * value), np.inf))


@silent
def tanh(x: BallLike) -> Ball:
    """The hyperbolic tangent."""
    x = as_ball(x)
    value = np.tanh(x.mid)
    return checked_ball(value, up(x.rad + error(value, "tanh")))


@silent
def sin(x: BallLike) -> Ball:
    """The sine."""
    x = as_ball(x)
    return checked_ball(np.sin(x.mid), up(x.rad + error(np.ones(x.shape), "sin")))


@silent
def cos(x: BallLike) -> Ball:
    """The cosine."""
    x = as_ball(x)
    return checked_ball(np.cos(x.mid), up(x.rad + error(np.ones(x.shape), "cos")))


@silent
def erf(x: BallLike) -> Ball:
    """The error function."""
    x = as_ball(x)
    value = special.erf(x.mid)
    return checked_ball(value, up(ERF_SLOPE * x.rad + error(value, "erf")))


def sigmoid(x: BallLike) -> Ball:
    """1 / (1 + exp(−x)): with t = exp(−|x|), 1 / (1 + t) for x > 0 and t / (1 + t) else."""
    x = as_ball(x)
    t = exp(-abs(x.point()))
    return (as_ball(np.ones(x.shape)).where(x.mid > 0, t) / (1 + t)).widened(x.rad / 4)


def softplus(x: BallLike) -> Ball:
    """log(1 + exp(x)) = max(x, 0) + log(1 + exp(−|x|))."""
    x = as_ball(x)
    return (np.maximum(x.mid, 0) + log1p(exp(-abs(x.point())))).widened(x.rad)


def softmax(x: BallLike, axis: int = -1) -> Ball:
    """exp(x) / Σ exp(x) along an axis."""
    p = exp(x - as_ball(x).mid.max(axis, keepdims=True))
    return p / p.sum(axis, keepdims=True)


def logsumexp(x: BallLike, axis: int = -1) -> Ball:
    """log Σ exp(x) along an axis.

    >>> logsumexp(Ball([1000.0, 1000.0])).mid
    array(1000.69314718)
    """
    x = as_ball(x)
    highest = x.mid.max(axis, keepdims=True)
    return log(exp(x - highest).sum(axis)) + np.squeeze(highest, axis)


def _logaddexp(a: Any, b: Any) -> Ball:
    for zero, x in ((a, b), (b, a)):
        if not isinstance(zero, Ball) and not np.any(zero):
            return softplus(x)
    raise TypeError("numpy.logaddexp of balls; expected 0 and a ball")


UFUNCS |= {np.exp: exp, np.expm1: expm1, np.log: log, np.log1p: log1p, np.sqrt: sqrt, np.tanh: tanh, np.sin: sin,
           np.cos: cos, special.erf: erf, special.expit: sigmoid, np.logaddexp: _logaddexp}
