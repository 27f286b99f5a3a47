"""Gradient clipping: a bound on the step at a cliff of f, where one gradient would throw away all progress."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import norm

from ..function import Array
from .method import POSITIVE
from .wrapper import Wrapper

__all__ = ["by_norm", "by_value", "Clipped"]


def by_norm(g: Array, max_norm: float) -> Array:
    """Shorten g to a bound on its length: g · min(1, max_norm / (‖g‖₂ + 1e-6)).

    PyTorch's clip_grad_norm_, its 1e-6 included.

    Parameters
    ----------
    g : array (n,)
    max_norm : float

    References
    ----------
    Pascanu, Mikolov, Bengio 2013, On the difficulty of training recurrent neural networks, algorithm 1.

    Examples
    --------
    >>> by_norm(np.array([30.0, 40.0]), 5.0).round(5)
    array([3., 4.])
    """
    return g * min(1.0, max_norm / (float(norm(g, check_finite=False)) + 1e-6))


def by_value(g: Array, max_value: float) -> Array:
    """Put each entry of g into [−max_value, max_value]: PyTorch's clip_grad_value_.

    Parameters
    ----------
    g : array (n,)
    max_value : float

    Examples
    --------
    >>> by_value(np.array([0.3, -40.0]), 5.0)
    array([ 0.3, -5. ])
    """
    return np.clip(g, -max_value, max_value)


@dataclass(frozen=True)
class Clipped(Wrapper):
    """Run a method on a function whose gradients are clipped; the driver's tests see the true ones.

    For first-order methods: the models of the others need gradients that belong to the values.

    Parameters
    ----------
    method : Method
    max_norm : float, optional
        The bound of `by_norm`.
    max_value : float, optional
        The bound of `by_value`; one of the two is given.

    Examples
    --------
    >>> from minnet import Function
    >>> from minnet.optim import GradientDescent
    >>> cliff = Function(lambda x: 50 * x @ x, lambda x: 100 * x)
    >>> Clipped(GradientDescent(1.0), max_norm=0.5).step(cliff, np.array([4.0]), {"t": 0})[0].round(5)
    array([3.5])
    """

    max_norm: float | None = None
    max_value: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.max_norm is None) == (self.max_value is None):
            raise ValueError(
                f"Clipped: max_norm={self.max_norm!r}, max_value={self.max_value!r}; expected one of them"
            )
        self._check(**{"max_norm" if self.max_value is None else "max_value": POSITIVE})

    def start(self, f: Any, x: Array) -> Mapping[str, Any]:
        return self.method.start(self._clipped(f), x)

    def step(self, f: Any, x: Array, state: Mapping[str, Any]) -> tuple[Array, Mapping[str, Any]]:
        return self.method.step(self._clipped(f), x, state)

    def accepts(self, f: Any, x: Array, state: Mapping[str, Any]) -> bool:
        return self.method.accepts(f, x, state)

    def _clipped(self, f):
        return _WithClippedGradient(
            f, (by_norm, self.max_norm) if self.max_value is None else (by_value, self.max_value)
        )


class _WithClippedGradient:
    """f, whose values, products and counts go on as before."""

    def __init__(self, f, clip):
        self._f, (self._clip, self._bound) = f, clip

    def __getattr__(self, name):
        return getattr(self._f, name)

    def gradient(self, x):
        return self._clip(self._f.gradient(x), self._bound)

    def value_and_gradient(self, x):
        value, g = self._f.value_and_gradient(x)
        return value, self._clip(g, self._bound)

    def __len__(self):
        return len(self._f)

    def subset(self, rows):
        return _WithClippedGradient(self._f.subset(rows), (self._clip, self._bound))
