"""What a property claims of an answer, in words that a student can use where the claim fails."""
from __future__ import annotations

from typing import Any

import numpy as np

from .readable import readable

__all__ = ["Malformed", "Refuted", "as_numbers", "closer", "equal", "require", "same"]


class Refuted(AssertionError):
    """A claim that does not hold; the message says what was found and what was expected."""


class Malformed(Refuted):
    """The answer gave nothing that a property could be asked of: it raised, or returned no numbers."""


def require(claim: Any, message: str, form: bool = False) -> None:
    """Refuse with `message` unless `claim` is true. `form` says that the claim is about the form of what was returned,
    a pair or a shape, so that the property's hint is of no use."""
    if not claim:
        raise (Malformed if form else Refuted)(message)


def equal(what: str, value: Any, expected: Any, tol: float = 1e-5) -> None:
    """Require that `value` has the shape of `expected` and its entries, to `tol` of the largest of them or of 1.

    Parameters
    ----------
    what : str
        What is compared, as the subject of a sentence: "the sum", "step(w, lr)".
    value, expected : array_like
        Numbers, vectors or matrices, real or complex.
    tol : float
        The tolerance. The default leaves room for an answer in float32.

    Raises
    ------
    AssertionError
        With one sentence: what the value is and what it should be.
    """
    expected = np.asarray(expected)
    value = as_numbers(what, value)
    if value.shape != expected.shape:
        raise Malformed(f"{what} is {_form(value)}; it should be {_form(expected)}")
    if not same(value, expected, tol):
        raise Refuted(f"{what} is {readable(value)}; it should be {readable(expected)}")


def _form(array: np.ndarray) -> str:
    return f"an array of shape {array.shape}" if array.ndim else "a single number"


def closer(what: str, before: float, after: float) -> None:
    """Require that a distance or a value has fallen."""
    if not after < before:
        raise Refuted(f"{what} {'stays at' if after == before else 'grows from'} {readable(before)}"
                      + (f" to {readable(after)}" if after != before else "; it should fall"))


def as_numbers(what: str, value: Any) -> np.ndarray:
    """`value` as an array of numbers, or a refusal that says what it is instead."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise Malformed(f"{what} is a list whose rows differ in length; it should be an array of numbers") from None
    if array.dtype.kind not in "bifuc":
        raise Malformed(f"{what} is {readable(value)}, of type {type(value).__name__}; it should be made of numbers")
    return array


def same(a: Any, b: Any, tol: float = 1e-6) -> bool:
    """Whether two values are equal, numbers to a tolerance relative to the largest entry of `b` or to 1."""
    if isinstance(a, (tuple, list)) and isinstance(b, (tuple, list)):
        return len(a) == len(b) and all(same(x, y, tol) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key], tol) for key in a)
    try:
        a, b = np.asarray(a), np.asarray(b)
    except ValueError:
        return False
    if a.shape != b.shape:
        return False
    if a.dtype.kind not in "bifuc" or b.dtype.kind not in "bifuc":
        return bool(np.all(a == b))
    a, b = (part.astype(float) if part.dtype == bool else part for part in (a, b))
    finite = np.isfinite(b)
    scale = max(1.0, float(np.abs(b[finite]).max(initial=0)))
    return bool(np.array_equal(a[~finite], b[~finite], equal_nan=True)
                and np.all(np.abs(a[finite] - b[finite]) <= tol * scale))
