"""How large rounding is: of a function near a point, and of a rule whose arguments move by units in the last place.

Glossary: u is the rounding unit of the function's own precision, float64 or float32; σ (m,) the noise of each of the m
components of a function, the standard deviation of its rounding errors.
"""
from __future__ import annotations

from collections.abc import Callable
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["noise", "nudged", "reach", "spread", "unit_of"]

SPACINGS = {np.finfo(np.float64).eps: (2.0**-13, 2.0**-21, 2.0**-29), np.finfo(np.float32).eps: (2.0**-7, 2.0**-11, 2.0**-15)}
SAFETY = 10    # how far beyond the largest of a few observed rounding errors the next may lie
SAMPLES = 4
POINTS = 7      # on each side of x, from which the noise is read


def unit_of(*arrays: NDArray[Any]) -> float:
    """The rounding unit of the coarsest of the arrays."""
    return max(float(np.finfo(array.dtype).eps) if array.dtype.kind in "fc" else 0.0 for array in arrays)


def reach(x: NDArray[Any], v: NDArray[Any]) -> float:
    """The step along v that moves no entry of x by more than max(1, its own size)."""
    moved = v != 0
    return float(np.min(np.maximum(1, abs(x[moved])) / abs(v[moved]), initial=np.inf)) if moved.any() else 1.0


def noise(function: Callable[..., Any], x: NDArray[Any], v: NDArray[Any], unit: float) -> NDArray[Any]:
    """Estimate σ (m,) of `function` near x from differences of high order along the direction v.

    In the k-th difference of values at equal spacing what is smooth vanishes, and independent errors of variance σ² leave
    the variance (2k)! / (k!)² σ². A spacing counts where most neighbouring values differ; of several, the finer one is
    believed where the coarser still sees the function itself.

    References
    ----------
    J. J. Moré, S. M. Wild: Estimating computational noise. SIAM Journal on Scientific Computing 33 (2011).
    """
    step, sigma = reach(x, v), None
    for spacing in SPACINGS[unit]:
        values = np.array([function((x + i * spacing * step * v).astype(x.dtype)) for i in range(-POINTS, POINTS + 1)], np.float64)
        floor = unit / 4 * np.max(abs(values), axis=0)
        found = np.maximum(floor, np.max([_level(values, k) for k in (4, 5, 6)], axis=0))
        seen = np.mean(np.diff(values, axis=0) != 0, axis=0) >= 0.5
        if sigma is None:
            sigma = np.where(np.isfinite(found), found, np.inf)
        else:
            sigma = np.where(seen & (found < sigma / 10), found, sigma)
    return np.where(np.isfinite(sigma), sigma, unit * abs(np.asarray(function(x), np.float64)))


def nudged(x: NDArray[Any], unit: float, rng: np.random.Generator) -> NDArray[Any]:
    """x with every entry moved by a few units in the last place; a zero by those of the largest entry."""
    size = np.where(x == 0, np.max(abs(x), initial=0) or 1, abs(x))
    return (x + unit * rng.integers(-4, 5, x.shape) * size).astype(x.dtype)


def spread(rule: Callable[..., Any], x: NDArray[Any], unit: float, rng: np.random.Generator) -> NDArray[Any]:
    """A bound on the rounding errors of `rule` at x: how far its values spread where x moves by units in the last place."""
    center = np.asarray(rule(x), np.float64)
    return SAFETY * np.max([abs(rule(nudged(x, unit, rng)) - center) for _ in range(SAMPLES)], axis=0)


def _level(values, k):
    differences = np.diff(values, k, axis=0)
    return np.sqrt(factorial(k) ** 2 / factorial(2 * k) * np.mean(differences**2, axis=0))
