"""Gradient clipping: a bound on the step at a cliff of f, where one gradient would throw away all progress."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import norm

from .method import POSITIVE, Method

__all__ = ["by_norm", "by_value", "Clipped"]


def by_norm(g, max_norm):
    """g · min(1, max_norm / (‖g‖₂ + 1e-6)) (Pascanu, Mikolov, Bengio 2013, algorithm 1).

    PyTorch's clip_grad_norm_, its 1e-6 included.

    >>> by_norm(np.array([30.0, 40.0]), 5.0).round(5)
    array([3., 4.])
    """
    return g * min(1.0, max_norm / (float(norm(g, check_finite=False)) + 1e-6))


def by_value(g, max_value):
    """Each entry of g, put into [−max_value, max_value]: PyTorch's clip_grad_value_.

    >>> by_value(np.array([0.3, -40.0]), 5.0)
    array([ 0.3, -5. ])
    """
    return np.clip(g, -max_value, max_value)


@dataclass(frozen=True)
class Clipped(Method):
    """`method` on a function with its gradients clipped by norm or by value; the driver's tests see the true ones.

    For first-order methods: the models of the others need gradients that belong to the values.
    """

    method: Method
    max_norm: float | None = None
    max_value: float | None = None

    def __post_init__(self):
        if not isinstance(self.method, Method):
            raise ValueError(f"Clipped: method={self.method!r}; expected a method of minnet.optim such as Adam()")
        if (self.max_norm is None) == (self.max_value is None):
            raise ValueError(f"Clipped: max_norm={self.max_norm!r}, max_value={self.max_value!r}; expected one of them")
        self._check(**{"max_norm" if self.max_value is None else "max_value": POSITIVE})

    @property
    def needs(self):
        return self.method.needs

    def start(self, f, x):
        return self.method.start(self._clipped(f), x)

    def step(self, f, x, state):
        return self.method.step(self._clipped(f), x, state)

    def accepts(self, f, x, state):
        return self.method.accepts(f, x, state)

    def _clipped(self, f):
        return _WithClippedGradient(f, (by_norm, self.max_norm) if self.max_value is None else (by_value, self.max_value))


class _WithClippedGradient:
    """f, whose values, products and counts go on as before."""

    def __init__(self, f, clip):
        self._f, (self._clip, self._bound) = f, clip

    def __getattr__(self, name):
        return getattr(self._f, name)

    def gradient(self, x):
        return self._clip(self._f.gradient(x), self._bound)

    def value_and_gradient(self, x):
        return self._f.value(x), self.gradient(x)

    def subset(self, rows):
        return _WithClippedGradient(self._f.subset(rows), (self._clip, self._bound))
