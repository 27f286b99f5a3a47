"""The activations over balls: σ, σ′ and σ″ by their formulas at the midpoint, and how far they can move from there.

By the mean value theorem, σ, σ′ and σ″ stay on ⟨m, ρ⟩ within ρ sup |σ′|, ρ sup |σ″| and ρ sup |σ‴| of their values at
m. The suprema, with S the sigmoid, φ the normal density, s = S(z), t = tanh z:

    tanh        σ′ = 1 − t² ≤ 1,        |σ″| = 2|t|(1 − t²) ≤ 4/(3√3) at t² = ⅓,       |σ‴| = 2(1 − t²)|1 − 3t²| ≤ 2
    sigmoid     σ′ = s(1 − s) ≤ ¼,      |σ″| = s(1 − s)|1 − 2s| ≤ 1/(6√3),             |σ‴| = σ′|1 − 6σ′| ≤ ⅛
    softplus    σ′ = s ≤ 1,             and then those of the sigmoid
    silu        σ′ = s + z S′,          σ″ = 2S′ + z S″ ≤ ½ at 0,                      σ‴ = 3S″ + z S‴
    gelu        σ′ = Φ + zφ,            |σ″| = |2 − z²|φ ≤ 2φ(0) < 0.8,                σ‴ = z(z² − 4)φ
    elu         1, 1, 1 on either side of the kink, at which σ″ jumps;  relu and leaky_relu: 1, 0, 0, and σ′ jumps

For silu, z S″ ≤ 0 gives σ″ ≤ 2S′ ≤ ½, and σ″ ≥ −|z|S′ > −¼. The other constants of silu and gelu are rounded up from
their maxima, which the tests prove by interval arithmetic on a partition of the line. The rules are formulas of NumPy's
operations and serve balls of either precision.
"""
from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
from scipy.special import erf, expit

from ..linalg.accurate import FineBall
from ..linalg.enclosure import NotEnclosed
from .activations import ACTIVATIONS, Activation

__all__ = ["RULES", "BallRule", "activation_ball"]

ROOT_HALF = FineBall(0.7071067811865476, -4.833646656726457e-17, 2.0**-107)          # √½
DENSITY_AT_0 = FineBall(0.3989422804014327, -2.49232720227773e-17, 2.0**-107)        # 1/√(2π)


class BallRule(NamedTuple):
    """What is known of an activation.

    Attributes
    ----------
    derivatives : tuple of callable
        σ, σ′ and σ″ as formulas of a ball.
    suprema : tuple of float
        Bounds of |σ′|, |σ″| and |σ‴|, away from a kink.
    kink : int
        The least k for which σ⁽ᵏ⁾ jumps at 0; 3 where none does.
    """

    derivatives: tuple[Callable[[Any], Any], Callable[[Any], Any], Callable[[Any], Any]]
    suprema: tuple[float, float, float]
    kink: int = 3


def activation_ball(sigma: Activation, order: int, z: Any) -> Any:
    """σ, σ′ or σ″, for order 0, 1 or 2, over a ball z of inputs, in the precision of z.

    Raises
    ------
    NotEnclosed
        For an activation of one's own, and where z may be at the kink.

    Examples
    --------
    >>> from minnet.linalg.ball import Ball
    >>> activation_ball(ACTIVATIONS["tanh"], 1, Ball(0.0, 0.1))
    Ball(1.0 ± 0.07698...)
    """
    if ACTIVATIONS.get(sigma.name) != sigma or sigma.name not in RULES:
        raise NotEnclosed(f"the activation {sigma.name!r} has no rule for balls; expected one of {', '.join(RULES)}")
    rule = RULES[sigma.name]
    doubtful = z.mignitude == 0
    if order >= rule.kink and doubtful.any():
        raise NotEnclosed(f"{doubtful.sum()} of {doubtful.size} inputs of a layer may be at the kink of {sigma.name}, "
                          f"where its {('first', 'second')[rule.kink - 1]} derivative jumps")
    return rule.derivatives[order](z.point()).widened(rule.suprema[order] * (1 + 2.0**-50) * z.rad)


def _constant(value):
    return lambda z: 0 * z + value


def _S1(z):
    """S′, which is even, from the side where it is not the difference of two numbers that are nearly equal."""
    s = expit(-abs(z))
    return s * (1 - s)


def _S2(z):
    return _S1(z) * (1 - 2 * expit(z))


def _tanh1(z):
    return 4 * _S1(2 * z)


def _Phi(z):
    return (1 + erf(z * ROOT_HALF)) / 2


def _phi(z):
    return np.exp(z * z / -2) * DENSITY_AT_0


def _right(left, right):
    """`right` of z above zero, `left` of z below."""
    def rule(z):
        return right(z).where(z.mid > 0, left(z))
    return rule


def _identity(z):
    return 1 * z


def _exp_below(z):
    """exp(z), of 0 instead of z > 0, where it is not used."""
    return np.exp(z.where(z.mid < 0, 0 * z.mid))


RULES: dict[str, BallRule] = {
    "tanh": BallRule((np.tanh, _tanh1, lambda z: -2 * np.tanh(z) * _tanh1(z)), (1.0, 4 / (3 * sqrt(3)), 2.0)),
    "sigmoid": BallRule((expit, _S1, _S2), (0.25, 1 / (6 * sqrt(3)), 0.125)),
    "softplus": BallRule((lambda z: np.logaddexp(0, z), expit, _S1), (1.0, 0.25, 1 / (6 * sqrt(3)))),
    "silu": BallRule((lambda z: z * expit(z), lambda z: expit(z) + z * _S1(z),
                      lambda z: _S1(z) * (2 + z * (1 - 2 * expit(z)))), (1.1, 0.5, 0.309)),
    "gelu": BallRule((lambda z: z * _Phi(z), lambda z: _Phi(z) + z * _phi(z), lambda z: (2 - z * z) * _phi(z)),
                     (1.13, 0.8, 0.78)),
    "sin": BallRule((np.sin, np.cos, lambda z: -np.sin(z)), (1.0, 1.0, 1.0)),
    "identity": BallRule((_identity, _constant(1), _constant(0)), (1.0, 0.0, 0.0)),
    "relu": BallRule((_right(_constant(0), _identity), _right(_constant(0), _constant(1)), _constant(0)),
                     (1.0, 0.0, 0.0), kink=1),
    "leaky_relu": BallRule((_right(lambda z: 0.01 * z, _identity), _right(_constant(0.01), _constant(1)), _constant(0)),
                           (1.0, 0.0, 0.0), kink=1),
    "elu": BallRule((_right(lambda z: _exp_below(z) - 1, _identity), _right(_exp_below, _constant(1)),
                     _right(_exp_below, _constant(0))), (1.0, 1.0, 1.0), kink=2),
}
