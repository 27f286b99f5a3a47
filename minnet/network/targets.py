"""Reading targets: class numbers, one-hot rows, probabilities and real numbers, all as (N, K) floats."""
from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["one_hot", "read_targets", "require_range", "require_rows_sum_to_one"]


def read_targets(y: ArrayLike, K: int, classes: bool = False) -> NDArray[np.float64]:
    """Targets for K outputs as a new array (N, K) of floats.

    Parameters
    ----------
    y : array_like
        (N, K) numbers; or (N,) for one output; or whole class numbers (N,), which become one-hot rows.
    K : int
        The number of outputs.
    classes : bool, default False
        Whether (N,) always means class numbers, also for one output and for floats.

    Raises
    ------
    ValueError
        If y is not numeric, not finite, or has another shape.
    """
    y = np.asarray(y)
    if y.dtype.kind not in "fiub":
        raise ValueError(f"targets have dtype {y.dtype}; expected numbers")
    if not np.isfinite(y).all():
        raise ValueError(f"targets hold {y[~np.isfinite(y)].flat[0]}; expected finite numbers")
    if y.ndim == 1 and (classes or (K > 1 and y.dtype.kind in "iub")):
        y = one_hot(y, K)
    if y.ndim == 1 and K == 1:
        y = y[:, None]
    if y.ndim != 2 or y.shape[1] != K:
        raise ValueError(f"targets have shape {y.shape}; expected (N, {K}) for {K} outputs"
                         f"{', (N,)' if K == 1 else ' or whole class numbers (N,)'}")
    return np.array(y, float, order="F")


def one_hot(y: ArrayLike, K: int) -> NDArray[np.float64]:
    """Class numbers (N,) as rows (N, K) of zeros with a one.

    >>> one_hot([1, 0], 2)
    array([[0., 1.],
           [1., 0.]])
    """
    y = np.asarray(y)
    bad = ~((y >= 0) & (y < K) & (y == np.floor(y)))
    if bad.any():
        raise ValueError(f"targets of shape {y.shape} hold {y[bad][0]}; expected class numbers 0 to {K - 1} "
                         f"for {K} outputs")
    return np.eye(K)[y.astype(int)]


def require_range(y: NDArray[Any], low: float, high: float) -> None:
    """ValueError unless all targets lie from low to high."""
    if y.size and not (low <= y.min() and y.max() <= high):
        raise ValueError(f"targets reach from {y.min():g} to {y.max():g}; expected {low} to {high}")


def require_rows_sum_to_one(y: NDArray[Any]) -> None:
    """ValueError unless every row sums to 1, within 1e-6."""
    sums = y.sum(1)
    if y.size and abs(sums - 1).max() > 1e-6:
        raise ValueError(f"a row of the targets sums to {sums[abs(sums - 1).argmax()]:g}; "
                         "expected probabilities that sum to 1")
