"""The function that methods and checkers see: what they may ask of it, and a function of one's own.

Glossary: n the number of parameters, x a point (n,), f(x) its value, ∇f(x) the gradient (n,), ∇²f(x) the Hessian (n,
n), v a direction (n,) or k of them side by side (n, k).

A method asks for what it `needs` by the names of the protocols below; `supports(f, name)` tells whether f has an
answer. An `Objective`, a test problem, a `Function` and any object of one's own with these methods serve alike.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Literal, ParamSpec, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .answers import FLOAT64, described, read_gradient, read_matrix, read_product, read_value
from .linalg.enclosure import enclosure_of

__all__ = ["Array", "Function", "SupportsBlocks", "SupportsEnclosure", "SupportsFisherDiagonal", "SupportsGGN",
           "SupportsGGNProducts", "SupportsGradient", "SupportsHessian", "SupportsHvp", "SupportsPreconditioner",
           "SupportsSubset", "SupportsValue", "as_vector", "quiet", "supports"]

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


def supports(f: object, name: str) -> bool:
    """Tell whether f can give what a method calls `name`: "gradient", "hvp", "hessian", "subset", …

    It can where it has an attribute of that name, a method or, for "blocks", a mapping, unless it lists the name in
    an attribute `lacks`: so say objects, such as a `Function` without a Hessian or a wrapper around one, which have
    the method but no answer.

    Parameters
    ----------
    f : object
        An Objective, a problem, a Function or an object of one's own.
    name : str
        What is asked for.

    Examples
    --------
    >>> f = Function(lambda x: x @ x / 2, gradient=lambda x: x)
    >>> supports(f, "gradient"), supports(f, "hessian"), supports(f, "name")
    (True, False, False)
    """
    if name in getattr(f, "lacks", ()):
        return False
    answer = getattr(f, name, None)
    return callable(answer) or isinstance(answer, Mapping)


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


class Function:
    """A function of one's own, with the face that every optimiser and checker of minnet works on.

    What is missing is said by a ValueError of the call that needs it. `hvp` falls back on `hessian`, which is the
    only rule that can stand in for another exactly; the last Hessian is kept, so that many products at one point
    build it once. Rules may write into their arguments, and what they return is copied.

    Parameters
    ----------
    value : callable
        value(x) -> number; with gradient=True, value(x) -> (number, gradient), as for SciPy's jac=True.
    gradient : callable or True, optional
        gradient(x) -> (n,).
    hvp : callable, optional
        hvp(x, v) -> (n,), the Hessian times a vector.
    hessian : callable, optional
        hessian(x) -> (n, n), dense or a SciPy sparse matrix.
    n : int, optional
        The number of parameters; points of another length are then refused.
    name : str, optional
        For messages; by default the name of `value`.
    enclosure : callable or True, optional
        enclosure(x, radius) -> (g, H), balls that hold the gradient and the Hessian at all points within `radius` of x
        (`minnet.linalg.enclosure`): what a proof needs. True runs gradient and hessian on balls, where they are
        formulas of operations and exact constants.

    Raises
    ------
    ValueError
        Where a rule is no function, and, when it is called, where it returns what it should not: another shape, None,
        complex numbers at a real point.

    Examples
    --------
    >>> f = Function(lambda x: x @ x / 2, lambda x: x, hessian=lambda x: np.eye(len(x)))
    >>> float(f.value(np.array([3.0, 4.0])))
    12.5
    >>> f.hvp(np.array([3.0, 4.0]), np.array([1.0, 0.0]))
    array([1., 0.])
    >>> both = Function(lambda x: (x @ x / 2, x), gradient=True)
    >>> both.gradient(np.array([3.0, 4.0]))
    array([3., 4.])
    """

    n: int | None
    name: str

    def __init__(
        self,
        value: Callable[..., Any],
        gradient: Callable[..., Any] | Literal[True] | None = None,
        hvp: Callable[..., Any] | None = None,
        hessian: Callable[..., Any] | None = None,
        n: int | None = None,
        name: str | None = None,
        enclosure: Callable[..., Any] | Literal[True] | None = None,
    ) -> None:
        if value is None:
            raise ValueError("value=None; expected a function of x")
        if not (enclosure is None or enclosure is True or callable(enclosure)):
            raise ValueError(f"enclosure={enclosure!r}; expected a function or True")
        if enclosure is True and not (callable(gradient) and callable(hessian)):
            raise ValueError("enclosure=True without gradient and hessian; expected both as functions of x")
        for role, rule in (("value", value), ("gradient", gradient), ("hvp", hvp), ("hessian", hessian)):
            if not (rule is None or callable(rule) or role == "gradient" and rule is True):
                raise ValueError(f"{role}={rule!r} is not callable; expected a function")
        if n is not None and (isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1):
            raise ValueError(f"n={n!r}; expected a whole number of at least 1")
        self.n, self.name = n, name or getattr(value, "__name__", "function")
        self._value, self._gradient, self._hvp, self._hessian = value, gradient, hvp, hessian
        self._enclosure = enclosure
        self._last_pair = self._last_hessian = None, None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    @property
    def lacks(self) -> tuple[str, ...]:
        """The derivatives that it cannot give."""
        missing = {"gradient": self._gradient is None, "value_and_gradient": self._gradient is None,
                   "hessian": self._hessian is None, "hvp": self._hvp is None and self._hessian is None,
                   "enclosure": self._enclosure is None}
        return tuple(name for name, absent in missing.items() if absent)

    def __call__(self, x: ArrayLike) -> float:
        return self.value(x)

    def value(self, x: ArrayLike) -> float:
        """f(x)."""
        x = as_vector(x, self.n)
        if self._gradient is True:
            return self._both(x)[0]
        return read_value(self._value(_writable(x)), x, self.name)

    def gradient(self, x: ArrayLike) -> Array:
        """∇f(x) (n,), a new array."""
        x = as_vector(x, self.n)
        if self._gradient is True:
            return self._both(x)[1].copy()
        g = self._need("gradient", self._gradient)(_writable(x))
        return np.array(read_gradient(g, x, self.name))

    def value_and_gradient(self, x: ArrayLike) -> tuple[float, Array]:
        """f(x) and ∇f(x)."""
        return self.value(x), self.gradient(x)

    def hvp(self, x: ArrayLike, v: ArrayLike) -> Array:
        """∇²f(x) v, for v (n,) or (n, k)."""
        x, v = as_vector(x, self.n), np.asarray(v)
        if v.ndim not in (1, 2) or len(v) != len(x):
            raise ValueError(f"v has shape {v.shape}; expected ({len(x)},) or ({len(x)}, k)")
        if self._hvp is None:
            return self._kept_hessian(x) @ v
        products = [
            read_product(self._hvp(_writable(x), column.copy()), x, self.name) for column in np.atleast_2d(v.T)
        ]
        return np.array(products[0]) if v.ndim == 1 else np.stack(products, axis=1) if products else np.zeros_like(v)

    def hessian(self, x: ArrayLike) -> Array:
        """∇²f(x) (n, n), a new array."""
        x = as_vector(x, self.n)
        H = self._need("hessian", self._hessian)(_writable(x))
        return np.array(read_matrix(H, x, self.name))

    def enclosure(self, x: ArrayLike, radius: float = 0.0) -> Any:
        """Balls (g, H) that hold ∇f and ∇²f at all points of which each coordinate is within `radius` of that of x."""
        rule, x = self._need("enclosure", self._enclosure), as_vector(x, self.n).astype(float)
        if callable(rule):
            return rule(x, radius)
        gradient, hessian = self._need("gradient", self._gradient), self._need("hessian", self._hessian)
        return enclosure_of(x, radius, gradient, hessian, self._value)

    def _both(self, x):
        """(value, gradient) of the one rule that gives both, which is kept for the last point."""
        point = _bits(x)
        if self._last_pair[0] != point:
            answer = self._value(_writable(x))
            if not (isinstance(answer, (tuple, list)) and len(answer) == 2):
                raise ValueError(
                    f"{self.name} returned {described(answer)} with gradient=True; expected a value and a gradient"
                )
            pair = read_value(answer[0], x, self.name), np.array(read_gradient(answer[1], x, self.name))
            self._last_pair = point, pair
            return pair
        return self._last_pair[1]

    def _kept_hessian(self, x):
        point = _bits(x)
        if self._last_hessian[0] != point:
            self._last_hessian = point, self.hessian(x)
        return self._last_hessian[1]

    def _point(self, x):
        """x for the rules, which may write into it: the points of a run themselves are read-only."""
        return _writable(as_vector(x, self.n))

    def _need(self, derivative, rule):
        if rule is None:
            raise ValueError(f"{self.name} has no {derivative}; give Function(..., {derivative}=)")
        return rule


def _writable(x):
    """x, or a copy where it is read-only: rules may write into their arguments."""
    return x if x.flags.writeable else x.copy()


def _bits(x):
    return x.dtype.char, x.tobytes()
