"""The function that methods and checkers see: what they may ask of it.

Glossary: n the number of parameters, x a point (n,), f(x) its value, ∇f(x) the gradient (n,), ∇²f(x) the Hessian (n,
n), v a direction (n,) or k of them side by side (n, k).

A method asks for what it `needs` by the names of the protocols below; `supports(f, name)` tells whether f has an
answer. An `Objective`, a test problem, a `Function` and any object of one's own with these methods serve alike.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .answers import FLOAT64

__all__ = ["Array", "SupportsBlocks", "SupportsEnclosure", "SupportsFisherDiagonal", "SupportsGGN",
           "SupportsGGNProducts", "SupportsGradient", "SupportsGroups", "SupportsHessian", "SupportsHvp",
           "SupportsKinks", "SupportsMinima", "SupportsPreconditioner", "SupportsSubset", "SupportsValue", "as_point",
           "as_vector", "known_minima", "quiet", "supports"]

Array = NDArray[Any]
P = ParamSpec("P")
R = TypeVar("R")


class SupportsValue(Protocol):
    """f(x), a number."""

    def value(self, x: Array, /) -> float: ...


class SupportsGradient(SupportsValue, Protocol):
    """∇f(x) (n,), alone and with the value, which often costs no more."""

    def gradient(self, x: Array, /) -> Array: ...
    def value_and_gradient(self, x: Array, /) -> tuple[float, Array]: ...


class SupportsHvp(SupportsGradient, Protocol):
    """∇²f(x) v, for v (n,) or (n, k)."""

    def hvp(self, x: Array, v: Array, /) -> Array: ...


class SupportsHessian(SupportsHvp, Protocol):
    """∇²f(x) (n, n)."""

    def hessian(self, x: Array, /) -> Array: ...


class SupportsGGNProducts(SupportsGradient, Protocol):
    """G(x) v with the generalised Gauss-Newton matrix, for v (n,) or (n, k)."""

    def ggnvp(self, x: Array, v: Array, /) -> Array: ...


class SupportsGGN(SupportsGradient, Protocol):
    """The generalised Gauss-Newton matrix G(x) (n, n)."""

    def ggn(self, x: Array, /) -> Array: ...


class SupportsSubset(SupportsGradient, Protocol):
    """A function of examples: how many there are, and the same function on some of them."""

    def __len__(self) -> int: ...
    def subset(self, rows: Array, /) -> SupportsSubset: ...


class SupportsPreconditioner(SupportsGradient, Protocol):
    """v -> M v, where M (n, n) is near the inverse of the Hessian at x."""

    def preconditioner(self, x: Array, /) -> Callable[[Array], Array]: ...


class SupportsFisherDiagonal(SupportsGradient, Protocol):
    """The diagonal (n,) of the empirical Fisher matrix."""

    def fisher_diagonal(self, x: Array, /) -> Array: ...


class SupportsEnclosure(SupportsValue, Protocol):
    """Intervals, as midpoints and radii, that hold the derivatives at all points of a ball."""

    def enclosure(self, x: Array, radius: float, /) -> Any: ...


class SupportsBlocks(Protocol):
    """The parameters' numbers by name, such as {"W1": (0, 1, 2), "b1": (3,)}."""

    @property
    def blocks(self) -> Mapping[str, Array]: ...


class SupportsGroups(Protocol):
    """Sets of parameters' numbers that may run to infinity together, such as the incoming weights of one unit."""

    @property
    def groups(self) -> Sequence[Array]: ...


class SupportsKinks(SupportsValue, Protocol):
    """How many of its terms lie at a kink at x, where second derivatives mean nothing."""

    def kinks(self, x: Array, /) -> int: ...


class SupportsMinima(SupportsValue, Protocol):
    """The known local minima as pairs (x, value); x is None where only the value is known."""

    @property
    def minima(self) -> Sequence[tuple[Array | None, float]]: ...


def supports(f: object, name: str) -> bool:
    """Tell whether f can give what a method calls `name`: "gradient", "hvp", "hessian", "subset", …

    It can where it has an attribute of that name, a method, a mapping (as "blocks" is), a list or a tuple (as "groups"
    and "minima" are), unless it lists the name in an attribute `lacks`: so say objects, such as a `Function` without a
    Hessian or a wrapper around one, which have the method but no answer.

    Parameters
    ----------
    f : object
        An Objective, a problem, a Function or an object of one's own.
    name : str
        What is asked for.

    Examples
    --------
    >>> from minnet import Function
    >>> f = Function(lambda x: x @ x / 2, gradient=lambda x: x)
    >>> supports(f, "gradient"), supports(f, "hessian"), supports(f, "name")
    (True, False, False)
    """
    if name in getattr(f, "lacks", ()):
        return False
    answer = getattr(f, name, None)
    return callable(answer) or isinstance(answer, (Mapping, list, tuple))


def quiet(method: Callable[P, R]) -> Callable[P, R]:
    """Overflow is an answer, inf or nan, which optimisers handle: no warning is due. The processor's flags would
    not even be reliable: vectorised products also raise them for lanes that are thrown away."""
    @wraps(method)
    def wrapped(*args: P.args, **options: P.kwargs) -> R:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return method(*args, **options)
    return wrapped


def as_vector(x: ArrayLike, n: int | None = None, name: str = "x") -> Array:
    """`x` as a float64 vector, float32 or complex kept: ValueError where it is none, or not of length `n`."""
    if type(x) is np.ndarray and x.dtype is FLOAT64 and x.ndim == 1 and (n is None or len(x) == n):
        return x
    x = np.asarray(x)
    if x.dtype.kind not in "fciub":
        raise ValueError(f"{name} has dtype {x.dtype}; expected numbers")
    if x.ndim != 1 or (n is not None and len(x) != n):
        raise ValueError(f"{name} has shape {x.shape}; expected ({'n' if n is None else n},)")
    if x.dtype.char in "dfDF" and x.dtype.isnative:
        return x
    with np.errstate(over="ignore"):
        return x.astype(np.complex128 if x.dtype.kind == "c" else np.float64)


def as_point(f: object, x: ArrayLike, name: str = "x") -> Array:
    """`x` as a vector of as many numbers as f takes, where it says in `n` how many; a ValueError as by `as_vector`."""
    return as_vector(x, getattr(f, "n", None), name)


def known_minima(f: Any) -> Sequence[tuple[Array | None, float]]:
    """The local minima (x, value) that f knows, none where it knows of no such thing."""
    return f.minima if supports(f, "minima") else ()
