"""What the rules of a function return, read with distrust: the number or array that was expected,
or one line that says what came."""
from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["FLOAT64", "describe", "read_gradient", "read_matrix", "read_product", "read_value"]

Array = NDArray[Any]
FLOAT64 = np.dtype(np.float64)
NUMBERS: tuple[type, ...] = (float, np.float64)


def read_value(answer: Any, x: Array, name: str) -> Any:
    """What a rule for the value returned, if it is a number, real at a real x; else a ValueError."""
    if type(answer) in NUMBERS:
        return answer
    if isinstance(answer, tuple):
        raise ValueError(
            f"{name} returned {describe(answer)} as its value; expected a number; a function that returns value and "
            "gradient is Function(fun, gradient=True)"
        )
    value = np.asarray(answer)
    if value.ndim or not _numeric(value, x):
        raise ValueError(f"{name} returned {describe(answer)} as its value; expected a real number")
    return float(value) if value.dtype.kind in "iub" or value.dtype.char == "g" else value[()]


def read_gradient(answer: Any, x: Array, name: str) -> Array:
    """What a rule for the gradient returned as an array, if it has the shape of x; else a ValueError."""
    return _read(answer, x.shape, x, name, "its gradient")


def read_product(answer: Any, x: Array, name: str) -> Array:
    """What a rule for ∇²f(x) v returned as an array, if it has the shape of x; else a ValueError."""
    return _read(answer, x.shape, x, name, "the product of its Hessian and a vector")


def read_matrix(answer: Any, x: Array, name: str, what: str = "Hessian") -> Array:
    """What a rule for a matrix returned as an array, if it is (n, n); else a ValueError."""
    answer = answer.toarray() if hasattr(answer, "toarray") else answer
    return _read(answer, (len(x), len(x)), x, name, f"its {what}")


def _read(answer, shape, x, name, what):
    if type(answer) is np.ndarray and answer.dtype is FLOAT64 and answer.shape == shape:
        return answer
    try:
        array = np.asarray(answer)
    except ValueError:                                   # rows of different lengths
        array = np.empty(0, object)
    if array.shape != shape or not _numeric(array, x):
        expected = f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
        raise ValueError(f"{name} returned {describe(answer)} as {what}; expected real numbers of shape {expected}")
    return array.astype(float) if array.dtype.kind in "iub" or array.dtype.char == "g" else array


def _numeric(array, x):
    return array.dtype.kind in "fiub" or array.dtype.kind == "c" and x.dtype.kind == "c"


def describe(answer: Any) -> str:
    """An answer in a few words, for messages."""
    if answer is None or isinstance(answer, (bool, int, float, complex, str)):
        return repr(answer)[:60]
    if isinstance(answer, (tuple, list)) and not all(isinstance(entry, (int, float)) for entry in answer):
        return f"a {type(answer).__name__} of {len(answer)}"
    try:
        array = np.asarray(answer)
    except ValueError:
        return f"a {type(answer).__name__}"
    if array.dtype.kind == "O":
        return f"a {type(answer).__name__}"
    return f"{'complex numbers' if array.dtype.kind == 'c' else f'an array of {array.dtype}'} of shape {array.shape}"
