"""How large rounding is: of a function near a point, and of a rule whose arguments move by units in the last place.

Glossary: u is the rounding unit of the function's own precision, float64 or float32; σ (m,) the noise of each of the m
components of a function, the standard deviation of its rounding errors.
"""
from __future__ import annotations

from collections.abc import Callable
from math import factorial
from typing import Any

import numpy as np

from ..function import Array

__all__ = ["Noise", "bound_rounding", "nudge", "reach", "unit_of"]

SPACINGS: dict[float, tuple[float, ...]] = {     # no powers of two, which a function may round well
    np.finfo(np.float64).eps: (7e-3, 1.1e-4, 4.3e-7, 1.7e-9),
    np.finfo(np.float32).eps: (7e-3, 4.3e-4, 2.7e-5),
}
SAFETY = 10    # how far beyond the largest of a few observed rounding errors the next may lie
SAMPLES = 4
ORDERS = (6, 7, 8)
POINTS = 7      # on each side of x, from which the noise is read


def unit_of(*arrays: Array) -> float:
    """The rounding unit of the coarsest of the arrays."""
    return max(float(np.finfo(array.dtype).eps) if array.dtype.kind in "fc" else 0.0 for array in arrays)


def reach(x: Array, v: Array) -> float:
    """The step along v that moves no entry of x by more than max(1, its own size)."""
    moved = v != 0
    return float(np.min(np.maximum(1, abs(x[moved])) / abs(v[moved]), initial=np.inf)) if moved.any() else 1.0


class Noise:
    """The noise σ (m,) of a function near x, by the distance from x at which it is evaluated.

    It is read from differences of high order along v: in the k-th difference of values at equal spacing what is smooth
    vanishes, and independent errors of variance σ² leave the variance (2k)! / (k!)² σ². Where the orders do not agree,
    the spacing sees the function itself, and the noise of a smaller spacing, grown with the distance, may take its
    place. Where fewer than half of the values differ from their neighbours, that of a larger spacing does; where no
    value ever differs it is unknown.

    References
    ----------
    J. J. Moré, S. M. Wild: Estimating computational noise. SIAM Journal on Scientific Computing 33 (2011).
    """

    def __init__(self, function: Callable[..., Any], x: Array, v: Array, unit: float) -> None:
        self.levels: list[tuple[float, Array, Array]] = []
        step = reach(x, v)
        believed, clean = np.inf, False
        for spacing in SPACINGS[unit]:
            points = [(x + i * spacing * step * v).astype(x.dtype) for i in range(-POINTS, POINTS + 1)]
            values = np.array([function(point) for point in points], np.float64)
            orders, changes = np.array([_level(values, k) for k in ORDERS]), abs(np.diff(values, axis=0))
            sigma = np.maximum(unit / 4 * np.max(abs(values), axis=0), np.max(orders, axis=0))
            largest = np.max(changes, axis=0)
            seen = (np.mean(changes > 0, axis=0) >= 0.5) & np.isfinite(sigma)
            rough = np.where(np.isinf(believed) & (largest > 0), np.maximum(sigma, largest), believed)
            believed = np.where(seen, sigma, rough)
            clean = np.where(seen, np.max(orders, axis=0) <= 5 * np.min(orders, axis=0), clean)
            self.levels.append((POINTS * spacing, believed, clean))

    def at(self, distance: float) -> Array:
        """σ (m,) at that distance, in units of the step that moves x by its own size; inf where it is unknown."""
        (near, sigma, _), *larger = self.levels[::-1]
        for far, level, clean in larger:
            if distance > near:
                sigma = np.where(clean, level, np.minimum(level, sigma * distance / near))
            near = far
        return np.where(np.isnan(sigma), np.inf, sigma)


def nudge(x: Array, unit: float, rng: np.random.Generator) -> Array:
    """x with every entry moved by a few units in the last place; a zero by those of the largest entry."""
    size = np.where(x == 0, np.max(abs(x), initial=0) or 1, abs(x))
    return (x + unit * rng.integers(-4, 5, x.shape) * size).astype(x.dtype)


def bound_rounding(rule: Callable[..., Any], x: Array, unit: float, rng: np.random.Generator) -> Array:
    """A bound on the rounding errors of `rule` at x: how far its values spread where x moves by units in the last
    place."""
    center = np.asarray(rule(x), np.float64)
    return SAFETY * np.max([abs(rule(nudge(x, unit, rng)) - center) for _ in range(SAMPLES)], axis=0)


def _level(values, k):
    differences = np.diff(values, k, axis=0)
    return np.sqrt(factorial(k) ** 2 / factorial(2 * k) * np.mean(differences**2, axis=0))
