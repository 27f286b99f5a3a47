"""Adagrad.

Glossary: g gradient (n,), a sum of its squares (n,), 0 at the start. Products, quotients and roots are by parameter.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..function import Array, SupportsGradient
from .first_order import FirstOrder
from .method import NOT_NEGATIVE

__all__ = ["Adagrad"]


@dataclass(frozen=True)
class Adagrad(FirstOrder):
    """a ← a + g²,  x ← x − lr g / (√a + eps).

    Parameters that seldom have a gradient take longer steps. a only grows: on a constant gradient the steps fall like
    1/√t, and in the end it hardly moves; `RMSProp` and `Adam` forget.

    Parameters
    ----------
    lr : float or Schedule
    eps : float
        Beside √a.
    weight_decay : float

    References
    ----------
    J. Duchi, E. Hazan, Y. Singer (2011), Adaptive subgradient methods for online learning and stochastic optimization.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import quadratic
    >>> minimize(quadratic([1.0, 100.0]), [1.0, 1.0], Adagrad(0.5)).success
    True
    """

    eps: float = 1e-7

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check(eps=NOT_NEGATIVE)

    def start(self, f: SupportsGradient, x: Array) -> dict[str, Any]:
        return self._clock() | {"a": np.zeros_like(x)}

    def step(self, f: SupportsGradient, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        lr, clock = self._rate(f, x, state)
        g = self._gradient(f, x)
        a = state["a"] + g * g
        return x - lr * g / (np.sqrt(a) + self.eps), clock | {"a": a}
