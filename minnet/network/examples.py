"""The examples of an objective: inputs, targets and weights, in the precision that is asked for."""
from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Batch", "Examples", "chunks", "read_inputs", "read_rows", "read_weights"]

Array = NDArray[Any]
DOUBLE = np.dtype(float)


class Batch(NamedTuple):
    """Some examples as a network takes them: x (d_0, N), y (N, K), weights (N,) or None where all are 1."""

    x: Array
    y: Array
    weights: Array | None


class Examples:
    """Examples that nobody can change: the arrays are copies and read-only.

    Parameters
    ----------
    X : array (N, d_0)
    y : array (N, …)
    weights : array (N,), optional
        Without them every example counts once.

    Attributes
    ----------
    total_weight : float
        Σ w_i.
    """

    total_weight: float

    def __init__(self, X: Array, y: Array, weights: Array | None = None) -> None:
        self._batches = {DOUBLE: Batch(_lock(X).T, _lock(y), None if weights is None else _lock(weights))}
        self.total_weight = _total_weight(self.double)

    def __reduce__(self) -> tuple[Any, ...]:
        x, y, weights = self.double
        return Examples, (x.T, y, weights)

    def __len__(self) -> int:
        return self._batches[DOUBLE].x.shape[1]

    @property
    def double(self) -> Batch:
        """All examples in float64."""
        return self._batches[DOUBLE]

    def at(self, theta: Array) -> Batch:
        """All examples in the precision of θ."""
        dtype = theta.real.dtype
        if dtype not in self._batches:
            x, y, weights = self.double
            self._batches[dtype] = Batch(_as_dtype(x, dtype), _as_dtype(y, dtype),
                                         None if weights is None else weights.astype(dtype))
        return self._batches[dtype]

    def rows_at(self, theta: Array, rows: slice) -> Batch:
        """Some of the examples in the precision of θ, without a copy."""
        x, y, weights = self.at(theta)
        return Batch(x[:, rows], y[rows], None if weights is None else weights[rows])

    def subset(self, rows: Array | slice) -> Examples:
        """The examples `rows`, as `read_rows` returns them."""
        part = object.__new__(Examples)
        part._batches = {dtype: Batch(_lock(np.ascontiguousarray(x.T[rows])).T, _lock(np.asfortranarray(y[rows])),
                                      None if weights is None else _lock(weights[rows]))
                         for dtype, (x, y, weights) in self._batches.items()}
        part.total_weight = _total_weight(part.double)
        return part

    def with_targets(self, y: Array) -> Examples:
        """The same inputs and weights with other targets."""
        x, _, weights = self.double
        return Examples(x.T, y, weights)


def chunks(N: int, size: int) -> list[slice]:
    """The numbers 0 to N − 1 in slices of at most `size`."""
    return [slice(first, min(first + size, N)) for first in range(0, N, size)]


def read_inputs(X: ArrayLike, d: int) -> NDArray[np.float64]:
    """`X` as a new array (N, d) of finite floats, or ValueError."""
    X = np.asarray(X)
    if X.dtype.kind not in "fiub":
        raise ValueError(f"X has dtype {X.dtype}; expected numbers")
    if X.ndim != 2 or X.shape[1] != d or not len(X):
        raise ValueError(f"X has shape {X.shape}; expected (N, {d}) with N of at least 1")
    X = np.array(X, float, order="C")
    if not np.isfinite(X).all():
        row, column = np.argwhere(~np.isfinite(X))[0]
        raise ValueError(f"X[{row}, {column}] is {X[row, column]}; expected finite numbers")
    return X


def read_weights(weights: ArrayLike | None, N: int) -> NDArray[np.float64] | None:
    """`weights` as a new array (N,) of numbers of at least 0, not all of them 0, or ValueError; None stays None."""
    if weights is None:
        return None
    weights = np.asarray(weights)
    if weights.dtype.kind not in "fiub":
        raise ValueError(f"sample_weight has dtype {weights.dtype}; expected numbers")
    if weights.shape != (N,):
        raise ValueError(f"sample_weight has shape {weights.shape}; expected ({N},), one for each example")
    weights = np.array(weights, float)
    bad = ~((weights >= 0) & (weights < np.inf))
    if bad.any():
        i = bad.argmax()
        raise ValueError(f"sample_weight[{i}] is {weights[i]}; expected finite numbers of at least 0")
    with np.errstate(over="ignore"):
        total = weights.sum()
    if not np.finfo(float).tiny <= total < np.inf:
        raise ValueError(f"sample_weight sums to {total}; expected a positive, finite sum")
    return weights


def read_rows(rows: Any, N: int) -> Array | slice:
    """Row numbers, a mask or a slice that chooses at least one of N examples, or ValueError."""
    if isinstance(rows, slice):
        try:
            count = len(range(*rows.indices(N)))
        except (TypeError, ValueError) as error:
            raise ValueError(f"rows={rows!r}; expected a slice of whole numbers ({error})") from None
    else:
        rows = _row_numbers(rows, N)
        count = len(rows)
    if not count:
        raise ValueError("subset has no examples; expected at least one row")
    return rows


def _row_numbers(rows: Any, N: int) -> Array:
    try:
        rows = np.asarray(rows)
    except ValueError as error:
        raise ValueError(f"rows: {error}; expected numbers below {N}, a mask or a slice") from None
    if rows.shape == (0,):
        return rows.astype(int)
    if rows.ndim != 1 or rows.dtype.kind not in "iub":
        raise ValueError(f"rows of shape {rows.shape} and dtype {rows.dtype}; expected numbers below {N}, "
                         f"a mask ({N},) or a slice")
    if rows.dtype.kind == "b":
        if len(rows) != N:
            raise ValueError(f"rows is a mask of shape {rows.shape}; expected ({N},), one entry for each example")
        return np.flatnonzero(rows)
    if max(rows.max(), -1 - rows.min()) >= N:
        bad = rows[(rows >= N) | (rows < -N)][0]
        raise ValueError(f"rows hold {bad}; expected numbers below {N}, a mask or a slice")
    return rows


def _total_weight(batch: Batch) -> float:
    return float(batch.x.shape[1] if batch.weights is None else batch.weights.sum())


def _as_dtype(array: Array, dtype: np.dtype) -> Array:
    return array.astype(dtype) if array.dtype.kind in "fiub" else array


def _lock(array: Array) -> Array:
    """A read-only view."""
    view = array.view()
    view.flags.writeable = False
    return view
