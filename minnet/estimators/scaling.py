"""Standardising columns: mean 0 and variance 1, with example weights where there are any."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["leave_as_is", "standardise", "standardise_features"]

HALF = 0.5  # the standard deviation of an indicator that is 1 for one example in two

Columns = tuple[NDArray[np.float64], NDArray[np.float64]]


def standardise(values: NDArray[np.float64], weights: NDArray[np.float64] | None = None) -> Columns:
    """Mean and standard deviation of each column, 1 for a constant one; no square overflows."""
    size = abs(values).max(0)
    unit = np.where(size > 0, size, 1.0)
    scaled = values / unit
    mean = np.average(scaled, axis=0, weights=weights)
    scale = np.sqrt(np.average((scaled - mean) ** 2, axis=0, weights=weights))
    return mean * unit, np.where(scale > 1e-12, scale * unit, 1.0)


def standardise_features(X: NDArray[np.float64], weights: NDArray[np.float64] | None = None) -> Columns:
    """Mean and scale of each feature: its standard deviation, but ½ for an indicator, which has zeros and ones only.

    Divided by its standard deviation √(p(1 − p)), the indicator of a rare level would be large where it is 1, as large
    as 1/√p, and weight decay would hardly hold the network back from learning the few examples of that level by heart.
    With ½, all levels weigh alike, and an even one as much as a number does (Gelman 2008, Scaling regression inputs by
    dividing by two standard deviations).

    Examples
    --------
    >>> standardise_features(np.array([[0.0, 5.0], [0.0, 7.0], [0.0, 5.0], [1.0, 7.0]]))
    (array([0.25, 6.  ]), array([0.5, 1. ]))
    """
    mean, scale = standardise(X, weights)
    is_indicator = ((X == 0) | (X == 1)).all(0) & (np.ptp(X, axis=0) > 0)
    return mean, np.where(is_indicator, HALF, scale)


def leave_as_is(values: NDArray[np.float64]) -> Columns:
    """Mean 0 and scale 1 for each column."""
    return np.zeros(values.shape[1:]), np.ones(values.shape[1:])
