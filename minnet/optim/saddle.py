"""The way out of a saddle, where the gradient does not see the direction along which f falls.

Glossary: g gradient, H Hessian, q (n,) a unit vector of negative curvature, qᵀHq.
"""
from __future__ import annotations

import numpy as np

from ..function import Array, SupportsGradient
from ..linalg.factor import NEGATIVE
from .descent import go_downhill
from .rounding import length_unit

__all__ = ["leave_saddle", "step_out"]

FAR = 0.1          # the first step out, in units of max(1, ‖x‖)
UNSEEN = 1e-3      # the share of a gradient, in units of |qᵀHq| times that step, below which it is ignored


def leave_saddle(f: SupportsGradient, x: Array, q: Array, curvature: float, size: float) -> Array | None:
    """Give a lower point along q where the curvature along it is negative and g nearly vanishes, else None.

    Parameters
    ----------
    f, x
        The function and the point.
    q : array (n,)
        A unit vector.
    curvature : float
        qᵀHq.
    size : float
        ‖H‖: a curvature above −√ε ‖H‖ is not told from 0.

    Raises
    ------
    NoProgress
        Where f falls on neither side.
    """
    unseen = UNSEEN * -curvature * FAR * length_unit(x)
    if curvature < -NEGATIVE * size and np.linalg.norm(f.gradient(x)) < unseen:
        return step_out(f, x, q)
    return None


def step_out(f: SupportsGradient, x: Array, q: Array) -> Array:
    """Give a lower point along the unit vector q, on the side that points downhill if one does."""
    return go_downhill(f, x, FAR * length_unit(x) * (q if q @ f.gradient(x) <= 0 else -q))
