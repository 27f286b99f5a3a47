"""RMSProp.

Glossary: g gradient (n,), a moment of g² (n,), p momentum (n,), both 0 at the start; β = `beta` and α = `momentum`
their factors. Products, quotients and roots are by parameter.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..function import Array, SupportsGradient
from .first_order import FirstOrder
from .method import BELOW_ONE, NOT_NEGATIVE
from .options import check_flag

__all__ = ["RMSProp"]


@dataclass(frozen=True)
class RMSProp(FirstOrder):
    """a ← β a + (1−β) g²,  d = g / (√a + eps),  p ← α p + d,  x ← x − lr p.

    Adagrad that forgets: on a constant gradient the steps tend to lr.

    Parameters
    ----------
    lr : float or Schedule
    beta : float
        β, at least 0 and below 1.
    eps : float
        Beside √a.
    momentum : float
        α, at least 0 and below 1.
    nesterov : bool
        x ← x − lr (d + α p), as in `Nesterov`; needs α > 0.
    eps_inside : bool
        d = g / √(a + eps), as the UCLA lecture on optimisation has it where there is no momentum. It bounds d by
        |g|/√eps, a bound √eps times as large as that of eps outside.
    weight_decay : float

    References
    ----------
    T. Tieleman, G. Hinton (2012), Neural networks for machine learning, lecture 6.5.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import quadratic
    >>> result = minimize(quadratic([1.0, 100.0]), [1.0, 1.0], RMSProp(0.01), max_iter=1000)
    >>> bool(result.fun < 1e-3)
    True
    """

    beta: float = 0.99
    eps: float = 1e-7
    momentum: float = 0.0
    nesterov: bool = False
    eps_inside: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check(beta=BELOW_ONE, eps=NOT_NEGATIVE, momentum=BELOW_ONE)
        check_flag(self, "nesterov")
        check_flag(self, "eps_inside")
        if self.nesterov and not self.momentum:
            raise ValueError("RMSProp: nesterov=True with momentum=0; expected a momentum above 0")

    def start(self, f: SupportsGradient, x: Array) -> dict[str, Any]:
        return self._clock() | {"a": np.zeros_like(x), "p": np.zeros_like(x)}

    def step(self, f: SupportsGradient, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        lr, clock = self._rate(f, x, state)
        g = self._gradient(f, x)
        a = self.beta * state["a"] + (1 - self.beta) * g * g
        d = g / (np.sqrt(a + self.eps) if self.eps_inside else np.sqrt(a) + self.eps)
        p = self.momentum * state["p"] + d
        return x - lr * (d + self.momentum * p if self.nesterov else p), clock | {"a": a, "p": p}
