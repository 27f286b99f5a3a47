"""Standardising columns: mean 0 and variance 1, with example weights where there are any."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["leave_as_is", "standardise"]

Columns = tuple[NDArray[np.float64], NDArray[np.float64]]


def standardise(values: NDArray[np.float64], weights: NDArray[np.float64] | None = None) -> Columns:
    """Mean and standard deviation of each column, 1 for a constant one; no square overflows."""
    size = abs(values).max(0)
    unit = np.where(size > 0, size, 1.0)
    scaled = values / unit
    mean = np.average(scaled, axis=0, weights=weights)
    scale = np.sqrt(np.average((scaled - mean) ** 2, axis=0, weights=weights))
    return mean * unit, np.where(scale > 1e-12, scale * unit, 1.0)


def leave_as_is(values: NDArray[np.float64]) -> Columns:
    """Mean 0 and scale 1 for each column."""
    return np.zeros(values.shape[1:]), np.ones(values.shape[1:])
