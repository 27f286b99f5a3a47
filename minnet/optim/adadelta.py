"""Adadelta.

Glossary: g gradient (n,), d step (n,), a and b the moments of g² and d² (n,), 0 at the start. Products, quotients and
roots are by parameter.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..function import Array, SupportsGradient
from .first_order import FirstOrder, LearningRate
from .method import BELOW_ONE, NOT_NEGATIVE

__all__ = ["Adadelta"]


@dataclass(frozen=True)
class Adadelta(FirstOrder):
    """a ← ρ a + (1−ρ) g²,  d = g √(b + eps) / √(a + eps),  b ← ρ b + (1−ρ) d²,  x ← x − lr d.

    b, the mean square of past steps, gives d the unit of x, so that lr = 1 may do. The first steps are as short as
    √eps.

    Parameters
    ----------
    lr : float or Schedule
    rho : float
        ρ, at least 0 and below 1.
    eps : float
        Under both roots.
    weight_decay : float

    References
    ----------
    M. D. Zeiler (2012), ADADELTA: an adaptive learning rate method, algorithm 1.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import quadratic
    >>> result = minimize(quadratic([1.0, 100.0]), [1.0, 1.0], Adadelta(), max_iter=1000)
    >>> bool(result.fun < 1e-3)
    True
    """

    lr: LearningRate = 1.0
    rho: float = 0.9
    eps: float = 1e-6

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check(rho=BELOW_ONE, eps=NOT_NEGATIVE)

    def start(self, f: SupportsGradient, x: Array) -> dict[str, Any]:
        return self._clock() | {"a": np.zeros_like(x), "b": np.zeros_like(x)}

    def step(self, f: SupportsGradient, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        lr, clock = self._rate(f, x, state)
        g = self._gradient(f, x)
        a = self.rho * state["a"] + (1 - self.rho) * g * g
        d = g * np.sqrt(state["b"] + self.eps) / np.sqrt(a + self.eps)
        b = self.rho * state["b"] + (1 - self.rho) * d * d
        return x - lr * d, clock | {"a": a, "b": b}
