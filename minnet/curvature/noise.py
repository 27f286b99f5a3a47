"""How much of a function's value and gradient near a point is rounding.

A computed function is a smooth one plus noise. At points a few units of the last place apart the smooth part is a
polynomial of low degree, so that differences of high order leave only the noise: if the noise of single values has
variance σ², then a k-th difference has variance σ² (2k)!/(k!)². The noise is judged at the point itself: a constant
that is added to the function counts as far as it is rounded there, and the origin plays no part.

References
----------
J. J. Moré, S. M. Wild (2011), Estimating computational noise, section 3.
"""

from __future__ import annotations

from math import comb
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Noise", "measure_noise", "nudges"]

EPS = np.finfo(float).eps
POINTS = 9  # on each line
ORDERS = (4, 5, 6)


class Noise(NamedTuple):
    """How large rounding errors are.

    Attributes
    ----------
    value : float
        The standard deviation in a value.
    gradient : float
        That in a gradient, in the Euclidean norm.
    """

    value: float
    gradient: float


def nudges(theta: NDArray[Any], count: int, rng: np.random.Generator) -> NDArray[Any]:
    """Draw displacements of every entry by one unit of its last place, up or down.

    Parameters
    ----------
    theta : array (n,)
        Where an entry is zero, a typical entry takes its place.
    count : int
    rng : Generator

    Returns
    -------
    array (count, n)
    """
    size = abs(theta)
    typical = np.median(size[size > 0]) if size.any() else np.finfo(float).tiny / EPS
    return EPS * np.where(size > 0, size, typical) * rng.choice([-1.0, 1.0], (count, len(theta)))


def measure_noise(f: Any, theta: NDArray[Any]) -> Noise:
    """Measure the noise of a function's value and gradient around a point.

    Parameters
    ----------
    f : Objective, Function or problem
    theta : array (n,)

    Returns
    -------
    Noise
        For the value it is never below one rounding of the value itself.

    Examples
    --------
    >>> from minnet.problems import quadratic
    >>> bool(measure_noise(quadratic([1.0, 4.0]), np.ones(2)).value < 1e-14)
    True
    """
    rng, values, gradients = np.random.default_rng(0), [], []
    for step in nudges(theta, 2, rng):
        points = [theta + k * step for k in range(POINTS)]
        values.append(_deviation(np.array([f.value(x) for x in points])[:, None]))
        gradients.append(_deviation(np.array([f.gradient(x) for x in points])))
    return Noise(max(EPS * abs(float(f.value(theta))), *values), max(gradients))


def _deviation(samples: NDArray[Any]) -> float:
    """The standard deviation of the noise in `samples` (points, k), added up over the k entries as in a Euclidean
    norm."""
    if not np.isfinite(samples).all():
        return np.inf
    found = []
    for order in ORDERS:
        differences = np.diff(samples, order, axis=0)
        found.append(np.sqrt((differences**2).mean(0).sum() / comb(2 * order, order)))
    return float(min(found))
