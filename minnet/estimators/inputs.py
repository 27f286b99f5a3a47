"""Reading what users pass: examples, labels, numbers and weights, refused in scikit-learn's own words.

Every function here gives a new float array or an error of one line; nothing of the caller's is changed.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse

from .errors import DataConversionWarning, in_use

__all__ = [
    "as_array",
    "check_feature_names",
    "feature_names",
    "read_examples",
    "read_labels",
    "read_numbers",
    "read_weights",
]


_SPARSE = (
    "Sparse data was passed for {}, but dense data is required. "
    "Use '.toarray()' to convert to a dense numpy array."
)


def as_array(values: ArrayLike) -> NDArray[Any]:
    """An array, of its entries' own kind where it is one of objects."""
    values = np.asarray(values)
    return np.array(values.tolist()) if values.dtype.kind in "OT" else values


def feature_names(X: object) -> NDArray[Any] | None:
    """The column names of a data frame, if all of them are texts."""
    columns = getattr(X, "columns", None)
    names = None if columns is None else list(columns)
    return np.array(names, object) if names and all(isinstance(name, str) for name in names) else None


def check_feature_names(X: object, fitted: NDArray[Any] | None, model: str) -> None:
    """ValueError where the columns of X are not those of training in their order; a warning where only one of them has
    names."""
    given = feature_names(X)
    if given is None and fitted is None:
        return
    if fitted is None or given is None:
        named, other = ("X", f"{model} was fitted without") if fitted is None else (f"{model}", "X does not have valid")
        message = (
            f"X has feature names, but {other} feature names"
            if fitted is None
            else f"{other} feature names, but {named} was fitted with feature names"
        )
        warnings.warn(message, UserWarning, stacklevel=4)
    elif not np.array_equal(given, fitted):
        unseen, missing = (
            [name for name in some if name not in set(others)] for some, others in ((given, fitted), (fitted, given))
        )
        what = (
            f"unseen at fit: {', '.join(unseen[:3])}"
            if unseen
            else f"missing now: {', '.join(missing[:3])}"
            if missing
            else "Feature names must be in the same order as they were in fit"
        )
        raise ValueError(f"The feature names should match those that were passed during fit; {what}.")


def read_examples(X: ArrayLike, n_features: int | None = None, model: str = "the model") -> NDArray[np.float64]:
    """X as floats (N, d) with N and d of at least 1, and d as in training where it is known."""
    if issparse(X):
        raise TypeError(_SPARSE.format("X"))
    X = np.asarray(X)
    if X.dtype.kind == "c":
        raise ValueError(f"Complex data not supported: X has dtype {X.dtype}")
    if X.dtype.kind not in "fiubO":
        raise ValueError(f"X has shape {X.shape} and dtype {X.dtype}; expected numbers (N, d)")
    if X.ndim != 2:
        raise ValueError(
            f"Expected 2D array, got {X.ndim}D array of shape {X.shape} instead. Reshape your data either using "
            "X.reshape(-1, 1) if it has a single feature or X.reshape(1, -1) if it contains a single sample."
        )
    for axis, what in enumerate(("sample", "feature")):
        if X.shape[axis] == 0:
            raise ValueError(f"Found array with 0 {what}(s) (shape={X.shape}) while a minimum of 1 is required.")
    X = X.astype(float)
    if not np.isfinite(X).all():
        row, column = np.argwhere(~np.isfinite(X))[0]
        which = "NaN" if np.isnan(X[row, column]) else "infinity or a value too large for dtype('float64')"
        raise ValueError(f"Input X contains {which}: X[{row}, {column}] is {X[row, column]}; expected finite numbers")
    if n_features not in (None, X.shape[1]):
        raise ValueError(f"X has {X.shape[1]} features, but {model} is expecting {n_features} features as input")
    return X


def read_labels(y: ArrayLike, N: int) -> NDArray[Any]:
    """y as labels (N,) of one kind that can be sorted and saved; a column (N, 1) is taken with a warning."""
    y = _column(_given(y))
    if y.shape != (N,) or y.dtype.kind in "OcV":
        raise ValueError(f"X holds {N} examples, y has shape {y.shape} and dtype {y.dtype}; expected labels ({N},)")
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise ValueError(f"Input y contains {'NaN' if np.isnan(y).any() else 'infinity'}; expected labels")
    return y


def read_numbers(y: ArrayLike, N: int) -> NDArray[np.float64]:
    """y as floats (N,) or (N, K)."""
    y = _given(y)
    if y.dtype.kind == "c":
        raise ValueError(f"Complex data not supported: y has dtype {y.dtype}")
    if y.dtype.kind not in "fiub" or y.ndim not in (1, 2) or len(y) != N or not y.size:
        raise ValueError(
            f"X holds {N} examples, y has shape {y.shape} and dtype {y.dtype}; "
            f"expected numbers ({N},) or ({N}, K)"
        )
    if not np.isfinite(y).all():
        which = "NaN" if np.isnan(y).any() else "infinity or a value too large for dtype('float64')"
        raise ValueError(f"Input y contains {which}; expected finite numbers")
    return y.astype(float)


def read_weights(sample_weight: ArrayLike | None, N: int) -> NDArray[np.float64] | None:
    """sample_weight as floats (N,), none below 0 and not all 0; a number stands for that number N times."""
    if sample_weight is None:
        return None
    weights = np.asarray(sample_weight)
    if weights.ndim == 0 and weights.dtype.kind in "fiu":
        weights = np.full(N, float(weights))
    if weights.dtype.kind not in "fiub" or weights.shape != (N,):
        raise ValueError(
            f"sample_weight has shape {weights.shape} and dtype {weights.dtype}; "
            f"expected numbers ({N},), one an example"
        )
    if not np.isfinite(weights).all() or (weights < 0).any() or not weights.any():
        raise ValueError(
            "sample_weight holds a number below 0, one that is not finite, or zeros only; "
            "expected weights of at least 0"
        )
    return weights.astype(float)


def _given(y: ArrayLike | None) -> NDArray[Any]:
    if y is None:
        raise ValueError("the estimator requires y to be passed, but the target y is None")
    if issparse(y):
        raise TypeError(_SPARSE.format("y"))
    return as_array(y)


def _column(y: NDArray[Any]) -> NDArray[Any]:
    if y.ndim == 2 and y.shape[1] == 1:
        warnings.warn(
            f"A column-vector y was passed when a 1d array was expected; the shape of y is {y.shape}. "
            "Please change it to (n_samples,), for example using ravel().",
            in_use(DataConversionWarning),
            stacklevel=5,
        )
        return y[:, 0]
    return y
