"""The activations: σ, σ′ and σ″, a row each.

Glossary: z is a unit's input, a = σ(z) its output. Rules whose derivatives are short in the output are
written in a, as a network has it at hand; the others in z. All are complex-safe away from their kinks
(the branch is taken on the real part) and none overflows.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

import numpy as np
from scipy.special import erf

__all__ = ["Activation", "ACTIVATIONS", "activation"]


@dataclass(frozen=True)
class Activation:
    """An activation of one's own: the elementwise functions f = σ, df = σ′ and d2f = σ″.

    With `of_output=True`, df and d2f are functions of the output a = σ(z) instead of the input z.
    `smooth` says that σ″ exists everywhere, so that differences may be trusted at any point.

    >>> square = Activation(lambda z: z**2, lambda z: 2*z, lambda z: 2 + 0*z)
    >>> square.derivative(np.array([3.0])), square.second_derivative(np.array([3.0]))
    (array([6.]), array([2.]))
    """

    f: Callable
    df: Callable
    d2f: Callable
    name: str = "custom"
    of_output: bool = False
    smooth: bool = True

    def __post_init__(self):
        for role in ("f", "df", "d2f"):
            if not callable(getattr(self, role)):
                raise ValueError(f"{role}={getattr(self, role)!r} is not callable; expected a function of an array")

    def __call__(self, z):
        return self.f(z)

    def derivative(self, z):
        """σ′(z)."""
        return self.df(self.f(z) if self.of_output else z)

    def second_derivative(self, z):
        """σ″(z)."""
        return self.d2f(self.f(z) if self.of_output else z)


def sigmoid(z):
    """1 / (1 + exp(−z)), to full relative accuracy in both tails.

    >>> sigmoid(np.array([-1e4, 0.0, 1e4]))
    array([0. , 0.5, 1. ])
    """
    positive = z.real > 0
    t = np.exp(np.where(positive, -z, z))
    return np.where(positive, 1, t) / (1 + t)


def softplus(z):
    """log(1 + exp(z)), without overflow.

    >>> softplus(np.array([-1e4, 0.0, 1e4]))
    array([0.00000000e+00, 6.93147181e-01, 1.00000000e+04])
    """
    positive = z.real > 0
    return np.where(positive, z, 0) + np.log1p(np.exp(np.where(positive, -z, z)))


def _Phi(z):
    """The normal distribution function."""
    return (1 + erf(z * _HALF_ROOT)) / 2


def _phi(z):
    """The normal density."""
    return np.where(abs(z.real) < FAR, np.exp(-_inner(z) ** 2 / 2) * _ROOT_2PI, 0)


def _inner(z):
    """z where it is moderate, else 0: the factors that it meets have vanished there."""
    return np.where(abs(z.real) < FAR, z, 0)


def _above(z):
    """z, but 0 where it is far below."""
    return np.where(z.real > -FAR, z, 0)


def _positive(z):
    return (z.real > 0).astype(z.dtype)


def _leak(z, slope=0.01):
    return np.where(z.real > 0, 1, slope).astype(z.dtype)


FAR = 800.0  # where exp(−z) is 0 in float64
_HALF_ROOT, _ROOT_2PI = float(np.sqrt(0.5)), float(1 / np.sqrt(2 * np.pi))
_S = sigmoid

ACTIVATIONS = {row[0]: Activation(*row[1:4], row[0], *row[4:]) for row in [
    # name          σ                                 σ′                                   σ″                                          of a  smooth
    ("tanh",        np.tanh,                          lambda a: 1 - a * a,                 lambda a: -2 * a * (1 - a * a),              True,  True),
    ("sigmoid",     sigmoid,                          lambda a: a * (1 - a),               lambda a: a * (1 - a) * (1 - 2 * a),         True,  True),
    ("relu",        lambda z: np.where(z.real > 0, z, 0), _positive,                           np.zeros_like,                               True,  False),
    ("leaky_relu",  lambda z: z * _leak(z),           _leak,                               np.zeros_like,                               True,  False),
    ("softplus",    softplus,                         sigmoid,                             lambda z: _S(z) * _S(-z),                    False, True),
    ("elu",         lambda z: np.where(z.real > 0, z, np.expm1(np.where(z.real > 0, 0, z))),
                                                      lambda a: np.where(a.real > 0, 1, a + 1),
                                                                                           lambda a: np.where(a.real > 0, 0, a + 1),    True,  False),
    ("gelu",        lambda z: _above(z) * _Phi(z),    lambda z: _Phi(z) + _inner(z) * _phi(z),
                                                                                           lambda z: (2 - _inner(z)**2) * _phi(z),      False, True),
    ("silu",        lambda z: _above(z) * _S(z),      lambda z: _S(z) * (1 + _inner(z) * _S(-z)),
                                                                                           lambda z: _S(z) * _S(-z) * (2 + _inner(z) * (1 - 2 * _S(z))), False, True),
    ("sin",         np.sin,                           np.cos,                              lambda z: -np.sin(z),                        False, True),
    ("identity",    lambda z: z,                      np.ones_like,                        np.zeros_like,                               True,  True),
]}


def activation(kind):
    """The activation of a name, or `kind` itself where it is one; ValueError for anything else.

    >>> activation("tanh").derivative(np.zeros(1))
    array([1.])
    """
    if isinstance(kind, Activation):
        return kind
    if isinstance(kind, str) and kind in ACTIVATIONS:
        return ACTIVATIONS[kind]
    raise ValueError(f"unknown activation {kind!r}; expected an Activation or one of {', '.join(ACTIVATIONS)}")
