"""The activations: σ, σ′ and σ″, a line each.

Glossary: z is the input of a unit, a = σ(z) its output; S is the sigmoid, Φ and φ the normal distribution and density.

Every rule keeps its relative accuracy in the tails (`tails.py`), down to where the result underflows: σ′ of a saturated
unit is small, but it is a number with all its digits and not the difference of two numbers that are nearly equal. None
overflows. All take complex z, for complex-step checks: away from a kink they are analytic, as the choice between two
branches goes by the sign of the real part.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy import cos, exp, expm1, sin, tanh, where
from numpy.typing import NDArray

from .tails import Phi, above, below, moderate, phi, sigmoid, sigmoid_slope, softplus

__all__ = ["ACTIVATIONS", "Activation", "OfOutput", "activation", "sigmoid", "softplus"]

Array = NDArray[Any]
Rule = Callable[[Array], Array]

SATURATED = 1e-3  # below it 1 − a² has lost three of its digits, and σ′ is computed from z


class OfOutput(NamedTuple):
    """Short forms of σ′ and σ″ for a unit whose output a is known.

    Attributes
    ----------
    slope : callable
        a -> σ′. It may lose digits where σ′ is small; it is used only where σ′ exceeds `SATURATED`.
    bend_by_slope : callable
        a -> σ″/σ′, which stays a number of moderate size where both underflow.
    """

    slope: Rule
    bend_by_slope: Rule


@dataclass(frozen=True)
class Activation:
    """An elementwise activation σ with its first two derivatives.

    Parameters
    ----------
    f, df, d2f : callable
        σ, σ′ and σ″ as functions of an array z, of any shape; they return an array of that shape.
    name : str, default "custom"
        What messages call it.
    of_output : bool, default False
        Whether df and d2f are functions of the output a = σ(z) instead of the input z.
    smooth : bool, default True
        Whether σ″ exists everywhere, so that finite differences may be trusted at any point.
    short : OfOutput, optional
        Quick forms of the derivatives for a network, which has the outputs at hand.

    Raises
    ------
    ValueError
        If a rule cannot be called.

    Examples
    --------
    >>> square = Activation(lambda z: z**2, lambda z: 2*z, lambda z: 2 + 0*z)
    >>> square.derivative(np.array([3.0])), square.second_derivative(np.array([3.0]))
    (array([6.]), array([2.]))
    """

    f: Rule
    df: Rule
    d2f: Rule
    name: str = "custom"
    of_output: bool = False
    smooth: bool = True
    short: OfOutput | None = None

    def __post_init__(self) -> None:
        for role in ("f", "df", "d2f"):
            if not callable(getattr(self, role)):
                raise ValueError(f"{role}={getattr(self, role)!r} is not callable; expected a function of an array")

    def __reduce__(self) -> tuple[Any, ...]:
        if ACTIVATIONS.get(self.name) is self:
            return activation, (self.name,)
        return Activation, (self.f, self.df, self.d2f, self.name, self.of_output, self.smooth, self.short)

    def __call__(self, z: Array) -> Array:
        return self.f(z)

    def derivative(self, z: Array) -> Array:
        """σ′(z)."""
        return self.df(self.f(z) if self.of_output else z)

    def second_derivative(self, z: Array) -> Array:
        """σ″(z)."""
        return self.d2f(self.f(z) if self.of_output else z)

    def slope(self, z: Array, a: Array) -> Array:
        """σ′(z) for a network that has a = σ(z) at hand: from a, and for saturated units from z."""
        if self.short is None:
            return self.df(a if self.of_output else z)
        slope = self.short.slope(a)
        saturated = (slope.ravel().real < SATURATED).nonzero()[0]
        if len(saturated):
            slope.put(saturated, self.df(z.take(saturated)))
        return slope

    def bend(self, z: Array, a: Array) -> Array:
        """σ″(z) for a network that has a = σ(z) at hand."""
        return self.d2f(a if self.of_output else z)


def _step(z):
    return (z.real > 0).astype(z.dtype)


def _leak(z):
    return where(z.real > 0, 1, 0.01).astype(z.dtype)


def _one_minus_square(a):
    slope = a * a
    return np.subtract(1, slope, out=slope)


RULES: dict[str, tuple[Rule, Rule, Rule]] = {
    "tanh": (
        tanh,
        lambda z: 4 * sigmoid_slope(2 * z),
        lambda z: -8 * tanh(z) * sigmoid_slope(2 * z)),
    "sigmoid": (
        sigmoid,
        sigmoid_slope,
        lambda z: -tanh(z / 2) * sigmoid_slope(z)),
    "relu": (
        lambda z: where(z.real > 0, z, 0),
        _step,
        np.zeros_like),
    "leaky_relu": (
        lambda z: z * _leak(z),
        _leak,
        np.zeros_like),
    "softplus": (
        softplus,
        sigmoid,
        sigmoid_slope),
    "elu": (
        lambda z: where(z.real > 0, z, expm1(below(z))),
        lambda z: exp(below(z)),
        lambda z: where(z.real > 0, 0, exp(below(z)))),
    "gelu": (  # z Φ(z)
        lambda z: above(z) * Phi(z),
        lambda z: Phi(z) + moderate(z) * phi(z),
        lambda z: (2 - moderate(z)**2) * phi(z)),
    "silu": (  # z S(z)
        lambda z: above(z) * sigmoid(z),
        lambda z: sigmoid(z) * (1 + moderate(z) * sigmoid(-z)),
        lambda z: sigmoid_slope(z) * (2 - moderate(z) * tanh(z / 2))),
    "sin": (
        sin,
        cos,
        lambda z: -sin(z)),
    "identity": (
        lambda z: z,
        np.ones_like,
        np.zeros_like),
}
KINKED = ("relu", "leaky_relu", "elu")
SHORT = {"tanh":    OfOutput(_one_minus_square,     lambda a: -2 * a),
         "sigmoid": OfOutput(lambda a: a * (1 - a), lambda a: 1 - 2 * a)}

ACTIVATIONS: dict[str, Activation] = {
    name: Activation(*rules, name, smooth=name not in KINKED, short=SHORT.get(name)) for name, rules in RULES.items()}


def activation(kind: str | Activation) -> Activation:
    """The activation of a name.

    Parameters
    ----------
    kind : str or Activation
        A name of `ACTIVATIONS`, or an activation, which is returned as it is.

    Raises
    ------
    ValueError
        For anything else.

    Examples
    --------
    >>> activation("tanh").derivative(np.zeros(1))
    array([1.])
    """
    if isinstance(kind, Activation):
        return kind
    if isinstance(kind, str) and kind in ACTIVATIONS:
        return ACTIVATIONS[kind]
    raise ValueError(f"unknown activation {kind!r}; expected an Activation or one of {', '.join(ACTIVATIONS)}")
