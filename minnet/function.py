"""The function that optimisers and checkers see: a value, and what derivatives it has.

`n` is the number of parameters; `x` is a vector (n,), `g` the gradient (n,), `H` the Hessian (n, n),
`v` a vector (n,) or k of them side by side (n, k).
"""
from __future__ import annotations

from functools import wraps

import numpy as np

__all__ = ["Function", "as_vector", "quiet"]


def quiet(method):
    """Overflow is an answer, inf or nan, which optimisers handle: no warning is due. The processor's flags would
    not even be reliable: vectorised products also raise them for lanes that are thrown away."""
    @wraps(method)
    def wrapped(*args, **options):
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return method(*args, **options)
    return wrapped


def as_vector(x, n=None, name="x"):
    """`x` as a float64 vector, float32 or complex kept: ValueError where it is none, or not of length `n`."""
    x = np.asarray(x)
    if x.dtype.kind not in "fciub":
        raise ValueError(f"{name} has dtype {x.dtype}; expected numbers")
    if x.ndim != 1 or (n is not None and x.shape != (n,)):
        raise ValueError(f"{name} has shape {x.shape}; expected ({'n' if n is None else n},)")
    return x if x.dtype in (np.float64, np.float32, np.complex128, np.complex64) else x.astype(np.float64)


class Function:
    """A function of one's own, with the face that every optimiser and checker of minnet works on.

    value(x) -> number, gradient(x) -> (n,), and where there are any hvp(x, v) -> (n,) and
    hessian(x) -> (n, n). What is missing is said by a ValueError of the call that needs it; `hvp`
    falls back on `hessian`, which is the only one that can stand in for another exactly.

    >>> f = Function(lambda x: x @ x / 2, lambda x: x, hessian=lambda x: np.eye(len(x)))
    >>> float(f.value(np.array([3.0, 4.0])))
    12.5
    >>> f.hvp(np.array([3.0, 4.0]), np.array([1.0, 0.0]))
    array([1., 0.])
    """

    def __init__(self, value, gradient=None, hvp=None, hessian=None, n=None, name=None):
        for role, rule in (("value", value), ("gradient", gradient), ("hvp", hvp), ("hessian", hessian)):
            if rule is not None and not callable(rule):
                raise ValueError(f"{role}={rule!r} is not callable; expected a function")
        if value is None:
            raise ValueError("value=None; expected a function of x")
        self.n, self.name = n, name or getattr(value, "__name__", "function")
        self._value, self._gradient, self._hvp, self._hessian = value, gradient, hvp, hessian

    def __repr__(self):
        return f"<{type(self).__name__} {self.name}>"

    def has(self, derivative):
        """Whether it can give `derivative`: "gradient", "hvp" or "hessian"."""
        return {"gradient": self._gradient is not None, "hessian": self._hessian is not None,
                "hvp": self._hvp is not None or self._hessian is not None}.get(derivative, hasattr(self, derivative))

    def __call__(self, x):
        return self.value(x)

    def value(self, x):
        return self._value(self._point(x))

    def gradient(self, x):
        return np.asarray(self._need("gradient", self._gradient)(self._point(x)))

    def value_and_gradient(self, x):
        return self.value(x), self.gradient(x)

    def hvp(self, x, v):
        x, v = self._point(x), np.asarray(v)
        if self._hvp is None:
            return self.hessian(x) @ v
        if v.ndim == 1:
            return np.asarray(self._hvp(x, v))
        return np.stack([self._hvp(x, column) for column in v.T], axis=1)

    def hessian(self, x):
        return np.asarray(self._need("hessian", self._hessian)(self._point(x)))

    def _point(self, x):
        """x for the rules, which may write into it: the points of a run themselves are read-only."""
        x = as_vector(x, self.n)
        return x if x.flags.writeable else x.copy()

    def _need(self, derivative, rule):
        if rule is None:
            raise ValueError(f"{self.name} has no {derivative}; give Function(..., {derivative}=)")
        return rule
