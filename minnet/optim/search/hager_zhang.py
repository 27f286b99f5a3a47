"""The line search of Hager and Zhang.

Glossary, beside that of `line`: [a, b] the interval, with φ′(a) < 0 ≤ φ′(b) and φ(a) below the ceiling φ₀ + ε|φ₀|.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..method import POSITIVE, UNIT, Hyperparameters
from ..rounding import EPS, LimitOfRounding
from .line import NOISE, Line, Trial, secant_root

__all__ = ["HagerZhang"]

ROUNDS = 50
TRIALS = 60     # of a bracket, or of one bisection


@dataclass(frozen=True)
class HagerZhang(Hyperparameters):
    """Find a step with the Wolfe or the approximate Wolfe conditions.

    An interval shrinks by two secants of the slope a round, and by bisection where they shrink it too little. Slopes,
    not values, decide, so that rounding does not end a run early.

    Parameters
    ----------
    c1, c2 : float
        δ and σ of the paper: the share of the promised decrease, below ½, and of the slope that may be left, below 1.
    epsilon : float
        ε: how far φ may rise above φ₀, in units of |φ₀|.
    gamma : float
        γ: a round that leaves more than so much of the interval is followed by a bisection.
    growth : float
        ρ of the paper, above 1: the factor of the step as long as φ falls.

    References
    ----------
    W. W. Hager, H. Zhang (2005), A new conjugate gradient method with guaranteed descent and an efficient line search,
    section 4.
    """

    c1: float = 0.1
    c2: float = 0.9
    epsilon: float = NOISE
    gamma: float = 0.66
    growth: float = 5.0

    def __post_init__(self) -> None:
        self._check(c1=(lambda c1: 0 < c1 < 0.5, "a number between 0 and 1/2"), c2=UNIT, epsilon=POSITIVE, gamma=UNIT,
                    growth=(lambda growth: 1 < growth < np.inf, "a number above 1"))

    def search(self, line: Line, first: float = 1.0) -> float:
        """Find t, beginning with `first`."""
        interval = _Interval(self, line)
        try:
            a, b = interval.bracket(first)
            for _ in range(ROUNDS):
                A, B = interval.double_secant(a, b)
                if B.t - A.t > self.gamma * (b.t - a.t):
                    A, B = interval.update(A, B, (A.t + B.t) / 2)
                if (A, B) == (a, b) or B.t - A.t <= EPS * B.t:
                    break
                a, b = A, B
        except _Found as found:
            return found.t
        if a.t > 0 and line.moves(a.t) and line.value(a.t) < line.value0:
            return a.t
        raise LimitOfRounding("along the direction")


class _Found(Exception):
    """A trial that meets the conditions ends the search, wherever it was tried."""

    def __init__(self, t):
        self.t = t


class _Interval:
    """The procedures of the paper that find and shrink an interval [a, b], by their names there."""

    def __init__(self, constants, line):
        self.constants, self.line = constants, line
        self.ceiling = line.value0 + constants.epsilon * abs(line.value0)

    def at(self, t):
        """Try t: _Found where it will do."""
        line, c = self.line, self.constants
        trial = line.at(t)
        wolfe = trial.value < np.inf and line.moves(t) and (
            line.decreases(t, c.c1) and trial.slope >= c.c2 * line.slope0
            or line.meets_approximate_wolfe(t, c.c1, c.c2, c.epsilon))
        if wolfe:
            raise _Found(t)
        return trial

    def bracket(self, t):
        """Find the first interval (B0 to B3): longer steps until φ′ ≥ 0 or φ rises above the ceiling."""
        low = trial = self.line.start
        wall = np.inf
        for _ in range(TRIALS):
            trial = self.at(t)
            if trial.value == np.inf:
                wall, t = t, low.t + 0.1 * (t - low.t)
            elif trial.slope >= 0:
                return low, trial
            elif trial.value > self.ceiling:
                return self.bisect(self.line.start, trial)
            elif self.line.is_endless(t):
                raise _Found(t)
            else:
                low, t = trial, min(self.constants.growth * t, (t + wall) / 2)
        return low, trial

    def update(self, a: Trial, b: Trial, t: float) -> tuple[Trial, Trial]:
        """Put t into the interval (U0 to U3)."""
        if not a.t < t < b.t:
            return a, b                                        # U0
        trial = self.at(t)
        if trial.slope >= 0:
            return a, trial                                    # U1
        if trial.value <= self.ceiling:
            return trial, b                                    # U2
        return self.bisect(a, trial)                           # U3

    def bisect(self, a, b):
        """Shrink an interval whose end b is above the ceiling though φ′(b) < 0 (U3a to U3c); [a, a] if in vain."""
        for _ in range(TRIALS):
            trial = self.at((a.t + b.t) / 2)
            if trial.slope >= 0:
                return a, trial
            a, b = (trial, b) if trial.value <= self.ceiling else (a, trial)
        return a, a

    def double_secant(self, a, b):
        """A secant step, and another from the end that it moved (secant², S1 to S4)."""
        c = secant_root(a, b)
        A, B = self.update(a, b, c)
        if c == B.t and B != b:
            return self.update(A, B, secant_root(b, B))
        if c == A.t and A != a:
            return self.update(A, B, secant_root(a, A))
        return A, B
