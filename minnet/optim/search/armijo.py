"""Backtracking."""
from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from ..method import UNIT, Hyperparameters
from ..rounding import LimitOfRounding
from .line import Line

__all__ = ["Armijo"]

TRIALS = 100


@dataclass(frozen=True)
class Armijo(Hyperparameters):
    """Shorten the step until φ(t) ≤ φ₀ + c1 t φ′₀.

    A trial that is too long is replaced by the minimiser of the quadratic with φ₀, φ′₀ and φ(t),

        t ← −φ′₀ t² / (2 (φ(t) − φ₀ − t φ′₀)),   kept between t/10 and t/2.

    It asks for values only, one a trial. A step is never made longer than the first trial, so that the directions
    should have a length of their own, as Newton's do.

    Parameters
    ----------
    c1 : float
        The share of the decrease that the slope φ′₀ promises, between 0 and 1.

    References
    ----------
    L. Armijo (1966), Minimization of functions having Lipschitz continuous first partial derivatives.
    J. Nocedal, S. J. Wright (2006), Numerical Optimization, algorithm 3.1 and section 3.5.
    """

    c1: float = 1e-4

    def __post_init__(self) -> None:
        self._check(c1=UNIT)

    def search(self, line: Line, first: float = 1.0) -> float:
        """Find t from `first` downwards."""
        t = first
        for _ in range(TRIALS):
            if not line.moves(t):
                break
            if line.decreases(t, self.c1):
                return t
            above_the_tangent = line.value(t) - line.value0 - t * line.slope0
            shorter = 0.1 * t
            if isfinite(above_the_tangent) and above_the_tangent > 0:
                shorter = -line.slope0 * t * t / (2 * above_the_tangent)
            t = float(min(max(shorter, 0.1 * t), 0.5 * t))
        raise LimitOfRounding("along the direction")
