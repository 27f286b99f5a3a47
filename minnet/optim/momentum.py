"""Gradient descent with momentum.

Glossary: g gradient (n,), p momentum (n,), 0 at the start, α = `momentum` its factor. The velocity of the UCLA lecture
on optimisation is v = −lr p: as long as lr is constant, p ← α p + g and v ← α v − lr g are the same line. When lr
changes, p forgets the old one, as in PyTorch.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..function import Array, SupportsGradient
from .first_order import FirstOrder
from .method import BELOW_ONE

__all__ = ["Momentum"]


@dataclass(frozen=True)
class Momentum(FirstOrder):
    """The heavy ball: p ← α p + g,  x ← x − lr p. PyTorch's SGD(momentum=α).

    On a constant slope it is 1/(1 − α) times as fast as gradient descent. On a quadratic the best lr and α take the
    error down by (√κ − 1)/(√κ + 1) a step.

    Parameters
    ----------
    lr : float or Schedule
    momentum : float
        α, at least 0 and below 1.
    weight_decay : float

    References
    ----------
    B. T. Polyak (1964), Some methods of speeding up the convergence of iteration methods.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import quadratic
    >>> minimize(quadratic([1.0, 100.0]), [1.0, 1.0], Momentum(0.03, 0.67), gtol=1e-6).success
    True
    """

    momentum: float = 0.9

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check(momentum=BELOW_ONE)

    def start(self, f: SupportsGradient, x: Array) -> dict[str, Any]:
        return self._clock() | {"p": np.zeros_like(x)}

    def step(self, f: SupportsGradient, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        lr, clock = self._rate(f, x, state)
        g = self._gradient(f, x)
        p = self.momentum * state["p"] + g
        return x - lr * p, clock | {"p": p}
