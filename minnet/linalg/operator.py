"""A symmetric operator made from a rule for its products."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy.sparse.linalg import LinearOperator

__all__ = ["Symmetric"]

Array = NDArray[Any]


class Symmetric(LinearOperator):
    """A real symmetric operator (n, n) made from a rule for its products.

    Parameters
    ----------
    rule : callable
        rule(v) -> product, for v (n,) or (n, k).
    n : int
    dtype : dtype

    Examples
    --------
    >>> double = Symmetric(lambda v: 2 * v, 3)
    >>> double @ np.ones(3)
    array([2., 2., 2.])
    """

    rule: Callable[[Array], Array]

    def __init__(self, rule: Callable[[Array], Array], n: int, dtype: DTypeLike = float) -> None:
        self.rule = rule
        super().__init__(dtype, (n, n))

    def _matvec(self, v):
        return self.rule(np.reshape(v, -1))

    def _matmat(self, V):
        return self.rule(V)

    def _adjoint(self):
        return self

    _transpose = _adjoint
