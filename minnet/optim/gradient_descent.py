"""Gradient descent."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..function import Array, SupportsGradient
from .first_order import FirstOrder

__all__ = ["GradientDescent"]


@dataclass(frozen=True)
class GradientDescent(FirstOrder):
    """x ← x − lr g.

    On a quadratic it converges where lr < 2/λ_max, at the rate (κ − 1)/(κ + 1) for the best lr. The baseline:
    `Momentum` costs the same and takes about √κ steps instead of κ.

    Parameters
    ----------
    lr : float or Schedule
        The learning rate.
    weight_decay : float
        g ← g + weight_decay x.

    References
    ----------
    A. Cauchy (1847), Méthode générale pour la résolution des systèmes d'équations simultanées.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import quadratic
    >>> minimize(quadratic([1.0, 4.0]), [1.0, 1.0], GradientDescent(0.4)).success
    True
    """

    def start(self, f: SupportsGradient, x: Array) -> dict[str, Any]:
        return self._clock()

    def step(self, f: SupportsGradient, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        lr, clock = self._rate(f, x, state)
        g = self._gradient(f, x)
        return x - lr * g, clock
