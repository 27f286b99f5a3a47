"""A function along a line, and what a line search is.

Glossary: φ(t) = f(x + t p), φ′(t) = ∇f(x + t p)ᵀp its slope; φ₀, φ′₀ at t = 0; c1, c2 the constants of sufficient
decrease and of curvature.

    sufficient decrease   φ(t) ≤ φ₀ + c1 t φ′₀                            (Armijo)
    strong Wolfe          sufficient decrease and |φ′(t)| ≤ c2 |φ′₀|
    approximate Wolfe     (2 c1 − 1) φ′₀ ≥ φ′(t) ≥ c2 φ′₀ and φ(t) ≤ φ₀ + ε|φ₀|

The approximate conditions are the Wolfe conditions of the quadratic with φ₀, φ′₀ and φ′(t); they still tell good steps
where values drown in rounding (Hager, Zhang 2005, (4.1)).
"""
from __future__ import annotations

from math import isfinite
from typing import NamedTuple, Protocol

import numpy as np

from ...function import Array, SupportsGradient
from ...linalg.norm import norm
from ..method import NoProgress
from ..rounding import length_unit

__all__ = ["Line", "LineSearch", "Trial", "secant_root"]

LONGEST = 1e10
NOISE = 1e-6    # ε of Hager and Zhang: rounding may have a part in a difference of less than so many times φ₀


class Trial(NamedTuple):
    """A step t along a line with its value φ(t) and its slope φ′(t)."""

    t: float
    value: float
    slope: float

    def tilted(self, slope: float) -> Trial:
        """The same step of the function φ(t) − slope · t."""
        return Trial(self.t, self.value - self.t * slope, self.slope - slope)


class LineSearch(Protocol):
    """A line search: a frozen set of constants with one method."""

    def search(self, line: Line, first: float = 1.0) -> float:
        """Find a step t > 0, beginning with the trial `first`; NoProgress where there is none."""
        ...


class Line:
    """φ(t) = f(x + t p).

    Parameters
    ----------
    f : object
        A function with value and gradient. It is asked freely, and should remember what it computed at its last
        points, as the one that the driver hands to methods does.
    x, p : array (n,)
        The point and the direction.

    Raises
    ------
    NoProgress
        Where φ′₀ is not negative.

    Attributes
    ----------
    value0, slope0 : float
        φ₀ and φ′₀.
    start : Trial
        Both, at t = 0.
    """

    def __init__(self, f: SupportsGradient, x: Array, p: Array) -> None:
        self.f: SupportsGradient = f
        self.x: Array = x
        self.p: Array = p
        value, g = f.value_and_gradient(x)
        self.value0: float = value
        self.slope0: float = float(g.dot(p))
        if not self.slope0 < 0:
            raise NoProgress("the direction does not go down")
        self.start: Trial = Trial(0.0, value, self.slope0)
        self._last = 0.0, x

    def point(self, t: float) -> Array:
        """x + t p, the same array as long as t stays the same."""
        if t != self._last[0]:
            self._last = t, self.x + t * self.p
        return self._last[1]

    def value(self, t: float) -> float:
        """φ(t), inf where it is not finite."""
        value = self.f.value(self.point(t))
        return value if isfinite(value) else np.inf

    def slope(self, t: float) -> float:
        """φ′(t)."""
        return float(self.f.gradient(self.point(t)).dot(self.p))

    def at(self, t: float) -> Trial:
        """Try the step t; value and slope are inf where either is not finite."""
        value, g = self.f.value_and_gradient(self.point(t))
        slope = float(g.dot(self.p))
        return Trial(t, value, slope) if isfinite(value) and isfinite(slope) else Trial(t, np.inf, np.inf)

    def decreases(self, t: float, c1: float, rounding: float = 0.0) -> bool:
        """Tell whether φ(t) ≤ φ₀ + c1 t φ′₀, up to `rounding` |φ₀|."""
        return bool(self.value(t) <= self.value0 + c1 * t * self.slope0 + rounding * abs(self.value0))

    def meets_approximate_wolfe(self, t: float, c1: float, c2: float, epsilon: float = NOISE) -> bool:
        """Tell whether the approximate Wolfe conditions hold at t."""
        return bool(self.value(t) <= self.value0 + epsilon * abs(self.value0)
                    and c2 * self.slope0 <= self.slope(t) <= (2 * c1 - 1) * self.slope0)

    def moves(self, t: float) -> bool:
        """Tell whether x + t p is another point than x."""
        return bool((self.point(t) != self.x).any())

    def is_endless(self, t: float) -> bool:
        """Tell whether φ must be taken for unbounded: t is beyond 1e10 in units of p and of max(1, ‖x‖)."""
        return bool(t >= LONGEST and t * norm(self.p) >= LONGEST * length_unit(self.x))


def secant_root(a: Trial, b: Trial) -> float:
    """Give the zero of the straight line through the slopes at a and b; nan where it is level."""
    return (a.t * b.slope - b.t * a.slope) / (b.slope - a.slope) if b.slope != a.slope else np.nan
