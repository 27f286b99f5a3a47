"""The exact line search of textbooks."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...function import supports
from ..method import POSITIVE, Hyperparameters
from ..rounding import EPS, LimitOfRounding
from .line import LONGEST, Line

__all__ = ["Exact"]

TRIALS = 200
DIFFERENCE = 1e-6


@dataclass(frozen=True)
class Exact(Hyperparameters):
    """Go to the first minimum of φ: φ′(t) = 0 to `tol` |φ′₀|.

    Newton's method on the line, t ← t − φ′(t)/φ″(t) with φ″ = pᵀHp, kept inside a bracket by bisection. On a quadratic
    this is t = −gᵀp / pᵀHp in one step, and conjugate gradients and BFGS then end in n. Elsewhere it buys little:
    `StrongWolfe` costs less.

    Parameters
    ----------
    tol : float
        The bound on |φ′(t)| / |φ′₀|.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.optim import BFGS
    >>> from minnet.problems import quadratic
    >>> minimize(quadratic([1.0, 4.0, 9.0], rng=0), [1.0, 1.0, 1.0], BFGS(search=Exact())).nit
    3
    """

    tol: float = 1e-10

    def __post_init__(self) -> None:
        self._check(tol=POSITIVE)

    def search(self, line: Line, first: float = 1.0) -> float:
        """Find t; `first` is the trial where φ″ is not positive at 0."""
        low, high, t, slope = 0.0, np.inf, 0.0, line.slope0
        for _ in range(TRIALS):
            curvature = second_derivative(line, t, slope)
            step = t - slope / curvature if curvature > 0 else np.inf
            if not low < step < high:
                step = (low + high) / 2 if high < np.inf else max(first, 4 * t)
            if step == t or (step > LONGEST and line.is_endless(step)):
                break
            t = step
            is_too_high = not line.decreases(t, 1e-4, 10 * EPS)             # a flat end, not the minimum
            slope = np.inf if is_too_high else line.slope(t)
            if abs(slope) <= self.tol * abs(line.slope0):
                break
            low, high = (t, high) if slope < 0 else (low, t)
        for end in (t, low):
            if line.value(end) < line.value0 + EPS * abs(line.value0) and line.moves(end):
                return end
        raise LimitOfRounding("along the direction")


def second_derivative(line: Line, t: float, slope: float) -> float:
    """Give φ″(t) = pᵀ H p, by a difference of slopes where f has no Hessian products."""
    if supports(line.f, "hvp"):
        f: Any = line.f
        return float(line.p @ f.hvp(line.point(t), line.p))
    size = float(np.linalg.norm(line.p)) or 1.0
    h = DIFFERENCE * max(t, float(np.linalg.norm(line.x)) / size, min(1.0, 1 / size))
    return (line.slope(t + h) - slope) / h
