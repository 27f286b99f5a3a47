"""A function of one's own, made of rules for its value and its derivatives.

Glossary as in `minnet.function`.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from .answers import describe, read_gradient, read_matrix, read_product, read_value
from .function import Array, as_vector
from .linalg.enclosure import enclosure_of

__all__ = ["Function"]


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
        if self._gradient is not True:
            return self.value(x), self.gradient(x)
        value, g = self._both(as_vector(x, self.n))
        return value, g.copy()

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
        point = x.dtype.char, x.tobytes()
        if self._last_pair[0] != point:
            answer = self._value(_writable(x))
            if not (isinstance(answer, (tuple, list)) and len(answer) == 2):
                raise ValueError(
                    f"{self.name} returned {describe(answer)} with gradient=True; expected a value and a gradient"
                )
            pair = read_value(answer[0], x, self.name), np.array(read_gradient(answer[1], x, self.name))
            self._last_pair = point, pair
            return pair
        return self._last_pair[1]

    def _kept_hessian(self, x):
        point = x.dtype.char, x.tobytes()
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
