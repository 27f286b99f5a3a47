"""The activations: σ, σ′ and σ″, a row each.

Glossary: z is the input of a unit, a = σ(z) its output, t = exp(−|z|).

Every rule keeps its relative accuracy in the tails, down to where the result underflows: σ′ of a saturated unit is
small, but it is a number with all its digits and not the difference of two numbers that are nearly equal. None
overflows. All take complex z, for complex-step checks: away from a kink they are analytic, as |z| and the choice
between two branches go by the sign of the real part.
"""
from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt
from typing import Any, Callable, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx

__all__ = ["Activation", "ACTIVATIONS", "OfOutput", "activation", "sigmoid", "softplus"]

Array = NDArray[Any]
Rule = Callable[[Array], Array]

SATURATED = 1e-3  # below it 1 − a² has lost three of its digits, and σ′ is computed from z


class OfOutput(NamedTuple):
    """Short forms of σ′ and σ″ for a unit whose output a is known.

    Attributes
    ----------
    slope : callable
        a -> σ′. It may lose digits where σ′ is small; it is used only where σ′ exceeds `SATURATED`.
    bend : callable
        (a, σ′) -> σ″.
    """

    slope: Rule
    bend: Callable[[Array, Array], Array]


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

    def __reduce__(self) -> tuple:
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
        saturated = slope.real < SATURATED
        if np.count_nonzero(saturated):
            self._restore(slope, z, saturated)
        return slope

    def _restore(self, slope, z, saturated):
        """Set the slope of the saturated units from z; by flat positions, which is quicker than by a mask."""
        numbers = saturated.reshape(-1).nonzero()[0]
        slope.flat[numbers] = self.df(z.reshape(-1)[numbers])

    def bend(self, z: Array, a: Array, slope: Array) -> Array:
        """σ″(z) for a network that has a = σ(z) and σ′(z) at hand."""
        return self.short.bend(a, slope) if self.short else self.d2f(a if self.of_output else z)


def sigmoid(z: Array) -> Array:
    """The logistic function 1 / (1 + exp(−z)).

    >>> sigmoid(np.array([-1e4, 0.0, 1e4]))
    array([0. , 0.5, 1. ])
    """
    t = np.exp(_minus_abs(z))
    return np.where(z.real > 0, 1, t) / (1 + t)


def softplus(z: Array) -> Array:
    """log(1 + exp(z)).

    >>> softplus(np.array([-1e4, 0.0, 1e4]))
    array([0.00000000e+00, 6.93147181e-01, 1.00000000e+04])
    """
    return np.where(z.real > 0, z, 0) + np.log1p(np.exp(_minus_abs(z)))


def _bell(z):
    """σ′ of the sigmoid: t / (1 + t)²."""
    t = np.exp(_minus_abs(z))
    u = 1 + t
    u *= u
    t /= u
    return t


def _one_minus_square(a):
    slope = a * a
    return np.subtract(1, slope, out=slope)


def _normal_density(z):
    """exp(−z²/2) / √2π. The rounding of z² alone would cost 700 units in the last place at z = 38: so z = c + r, c a
    multiple of 1/16, whose square is exact, and exp(−z²/2) = exp(−c²/2) exp(−(z − c)(z + c)/2), as in Cody's program for erf."""
    far, z = abs(z.real) >= FAR, _where_moderate(z)
    c = np.round(z.real * 16) / 16
    return np.where(far, 0, np.exp(-c * c / 2) * np.exp((c - z) * (z + c) / 2) * _1_ROOT_2PI)


def _normal_distribution(z):
    """Φ(z): in the lower tail ½ erfc(−z/√2) = ½ erfcx(|z|/√2) exp(−z²/2), in the upper one what is missing to 1."""
    tail = erfcx(_minus_abs(z) * -_ROOT_HALF) * _normal_density(z) * _ROOT_HALF_PI
    return np.where(z.real > 0, 1 - tail, tail)


def _minus_abs(z):
    """−|z|."""
    return np.where(z.real > 0, -z, z)


def _below_zero(z):
    """min(z, 0)."""
    return np.where(z.real > 0, 0, z)


def _where_moderate(z):
    """z, but 0 where the factors that it meets have reached 0 or 1."""
    return np.where(abs(z.real) < FAR, z, 0)


def _where_not_far_below(z):
    """z, but 0 where the factors that it meets have reached 0."""
    return np.where(z.real > -FAR, z, 0)


def _step(z):
    return (z.real > 0).astype(z.dtype)


def _leak(z, slope=0.01):
    return np.where(z.real > 0, 1, slope).astype(z.dtype)


FAR = 800.0  # where exp(−z) is 0 in float64
_ROOT_HALF, _ROOT_HALF_PI, _1_ROOT_2PI = sqrt(1 / 2), sqrt(pi / 2), 1 / sqrt(2 * pi)
_S, _Phi, _phi, _below, _above, _mid = (sigmoid, _normal_distribution, _normal_density, _below_zero, _where_not_far_below,
                                   _where_moderate)

RULES: dict[str, tuple[Rule, Rule, Rule]] = {
    # name        σ                                                σ′
    #             σ″
    "tanh":       (np.tanh,                                        lambda z: 4 * _bell(2 * z),
                   lambda z: -8 * np.tanh(z) * _bell(2 * z)),
    "sigmoid":    (sigmoid,                                        _bell,
                   lambda z: -np.tanh(z / 2) * _bell(z)),
    "relu":       (lambda z: np.where(z.real > 0, z, 0),           _step,
                   np.zeros_like),
    "leaky_relu": (lambda z: z * _leak(z),                         _leak,
                   np.zeros_like),
    "softplus":   (softplus,                                       sigmoid,
                   _bell),
    "elu":        (lambda z: np.where(z.real > 0, z, np.expm1(_below(z))),
                                                                   lambda z: np.exp(_below(z)),
                   lambda z: np.where(z.real > 0, 0, np.exp(_below(z)))),
    "gelu":       (lambda z: _above(z) * _Phi(z),                    lambda z: _Phi(z) + _mid(z) * _phi(z),
                   lambda z: (2 - _mid(z)**2) * _phi(z)),
    "silu":       (lambda z: _above(z) * _S(z),                    lambda z: _S(z) * (1 + _mid(z) * _S(-z)),
                   lambda z: (2 - _mid(z) * np.tanh(z / 2)) * _bell(z)),
    "sin":        (np.sin,                                         np.cos,
                   lambda z: -np.sin(z)),
    "identity":   (lambda z: z,                                    np.ones_like,
                   np.zeros_like),
}
KINKED = ("relu", "leaky_relu", "elu")
SHORT = {"tanh":    OfOutput(_one_minus_square,     lambda a, slope: -2 * a * slope),
         "sigmoid": OfOutput(lambda a: a * (1 - a), lambda a, slope: (1 - 2 * a) * slope)}

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
