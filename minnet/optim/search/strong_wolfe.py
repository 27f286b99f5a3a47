"""The line search of Moré and Thuente.

Glossary, beside that of `line`: the interval of uncertainty has the ends `best`, the lowest trial so far, and `other`
(none as long as the step only grows); ψ(t) = φ(t) − φ₀ − c1 φ′₀ t, which is φ tilted by the slope of sufficient
decrease.
"""
from __future__ import annotations

from dataclasses import dataclass
from math import copysign, isfinite, sqrt

import numpy as np

from ..method import UNIT, Hyperparameters
from ..rounding import EPS, LimitOfRounding
from .line import NOISE, Line, Trial, secant_root

__all__ = ["StrongWolfe"]

TRIALS = 60
SHRINKAGE = 0.66        # the interval shrinks by this factor in two trials, else it is halved
LEAST, MOST = 1.1, 4.0  # the step grows by so many times the last growth, as long as there is no other end


@dataclass(frozen=True)
class StrongWolfe(Hyperparameters):
    """Find a step with the strong Wolfe conditions: φ(t) ≤ φ₀ + c1 t φ′₀ and |φ′(t)| ≤ c2 |φ′₀|.

    An interval that holds such a step is found and shrunk; trials are minimisers of cubics and quadratics through the
    ends. Where values drown in rounding, the approximate Wolfe conditions decide, and a φ(t) within 10 ε |φ₀| of φ₀ is
    taken from the slopes, as φ₀ + t (φ′₀ + φ′(t))/2.

    Parameters
    ----------
    c1 : float
        The share of the promised decrease, between 0 and 1. Keep it below ½: from there on it refuses the minimiser of
        a quadratic.
    c2 : float
        The share of the slope that may be left, from c1 to below 1: 0.9 for Newton's and quasi-Newton directions, 0.1
        to 0.4 for conjugate gradients. Below c1 there need be no such step.

    References
    ----------
    J. J. Moré, D. J. Thuente (1994), Line search algorithms with guaranteed sufficient decrease: section 2 for the
    interval, section 4 for the trials. W. W. Hager, H. Zhang (2005), A new conjugate gradient method with guaranteed
    descent and an efficient line search, (4.1).

    Examples
    --------
    >>> from minnet.optim.search.line import Line
    >>> from minnet.problems import rosenbrock
    >>> f, x = rosenbrock(), np.array([-1.2, 1.0])
    >>> t = StrongWolfe().search(Line(f, x, -f.gradient(x)))
    >>> bool(f.value(x - t * f.gradient(x)) < f.value(x))
    True
    """

    c1: float = 1e-4
    c2: float = 0.9

    def __post_init__(self) -> None:
        self._check(c1=UNIT, c2=UNIT)
        self._check(c2=(lambda c2: c2 >= self.c1, f"a number of at least c1={self.c1!r}"))

    def search(self, line: Line, first: float = 1.0) -> float:
        """Find t, beginning with `first`."""
        best, other, t = line.start, None, first
        needs_psi, width, width_before, wall = True, np.inf, np.inf, np.inf
        for _ in range(TRIALS):
            trial = line.at(t)
            if trial.value == np.inf:                          # f is not finite there: a wall, from which to keep off
                wall, t = t, best.t + 0.1 * (t - best.t)
                continue
            if self._accepts(line, trial):
                return t
            if t == best.t or not line.moves(t) or line.is_endless(t) or _is_narrow(best, other):
                break
            trial = _without_rounding(line, trial)
            decreases = trial.value <= line.value0 + self.c1 * t * line.slope0
            # As long as no trial had ψ ≤ 0 and φ′ ≥ min(c1, c2) φ′₀, a step with ψ ≤ 0 is looked for on ψ (section 3).
            needs_psi = needs_psi and not (decreases and trial.slope >= min(self.c1, self.c2) * line.slope0)
            tilt = self.c1 * line.slope0 if needs_psi and trial.value <= best.value and not decreases else 0.0
            t = next_trial(best.tilted(tilt), other and other.tilted(tilt), trial.tilted(tilt))
            grown = trial.t - best.t
            best, other = next_interval(best, other, trial, tilt)
            if other is None:
                t = float(min(max(t, trial.t + LEAST * grown), trial.t + MOST * grown, (trial.t + wall) / 2))
                continue
            low, high = min(best.t, other.t), max(best.t, other.t)
            if high - low >= SHRINKAGE * width_before or not low < t < high:
                t = (low + high) / 2
            width_before, width = width, high - low
        if best.t > 0 and line.value(best.t) < line.value0 and line.moves(best.t):
            return best.t
        raise LimitOfRounding("along the direction")

    def _accepts(self, line, trial):
        """The strong Wolfe conditions, or the approximate ones where rounding may hide the decrease."""
        decreases = trial.value <= line.value0 + self.c1 * trial.t * line.slope0
        if decreases and abs(trial.slope) <= self.c2 * -line.slope0:
            return True
        drowned = abs(trial.value - line.value0) <= NOISE * abs(line.value0)
        return drowned and line.meets_approximate_wolfe(trial.t, self.c1, self.c2)


def next_interval(best: Trial, other: Trial | None, trial: Trial, tilt: float = 0.0) -> tuple[Trial, Trial | None]:
    """Give the new ends (best, other) of the interval of uncertainty (section 2, the updating algorithm)."""
    if trial.tilted(tilt).value > best.tilted(tilt).value:
        return best, trial                                     # case U1: the trial is higher, and bounds the interval
    if trial.tilted(tilt).slope * (best.t - trial.t) > 0:
        return trial, other                                    # case U2: lower, and still falling away from the best
    return trial, best                                         # case U3: lower, and falling back towards the best


def next_trial(best: Trial, other: Trial | None, trial: Trial) -> float:
    """Choose the next step from the ends of the interval and the last trial (section 4).

    inf asks for a step as long as allowed. c is the minimiser of the cubic with the values and slopes of `best` and
    `trial`, q that of the quadratic with both values and the slope of `best`, s that of the quadratic with both
    slopes, which is the secant's zero.
    """
    if trial.value > best.value:
        # Case 1: higher. The minimum is between the two: c if it is nearer to the best than q, else the mean of both.
        c, q = minimise_cubic(best, trial), minimise_quadratic(best, trial)
        return c if abs(c - best.t) < abs(q - best.t) else (c + q) / 2
    if trial.slope * best.slope < 0:
        # Case 2: lower, and the slope has changed its sign. The minimum is between the two: c or s, whichever is
        # farther from the trial.
        c, s = minimise_cubic(best, trial), secant_root(best, trial)
        return c if abs(c - trial.t) >= abs(s - trial.t) else s
    if abs(trial.slope) <= abs(best.slope):
        # Case 3: lower, the same sign, a slope that flattens. The minimum is beyond the trial: c, if the cubic has one
        # there and it is nearer than s, else s; but no more than 0.66 of the way to the other end. As long as there is
        # no other end, the farther of the two.
        c, s = minimise_cubic(best, trial), secant_root(best, trial)
        is_beyond = isfinite(c) and (c - trial.t) * (trial.t - best.t) > 0
        if other is None:
            return max(c, s) if is_beyond else np.inf
        nearer = c if is_beyond and abs(c - trial.t) < abs(s - trial.t) else s
        limit = trial.t + SHRINKAGE * (other.t - trial.t)
        if not isfinite(nearer):
            return limit
        return min(nearer, limit) if trial.t > best.t else max(nearer, limit)
    # Case 4: lower, the same sign, a slope that does not flatten. The cubic through the trial and the other end; or a
    # longer step, as long as there is no other end.
    return minimise_cubic(trial, other) if other is not None else np.inf


def minimise_cubic(a: Trial, b: Trial) -> float:
    """Give the local minimiser of the cubic with the values and slopes of a and b; nan where it has none.

    b − (b − a) (φ′_b + γ − θ) / (φ′_b − φ′_a + 2γ), θ = 3 (φ_a − φ_b)/(b − a) + φ′_a + φ′_b, γ = ±√(θ² − φ′_a φ′_b)
    with the sign of b − a (Nocedal, Wright 2006, (3.59)).
    """
    if a.t == b.t:
        return np.nan
    theta = 3 * (a.value - b.value) / (b.t - a.t) + a.slope + b.slope
    size = max(abs(theta), abs(a.slope), abs(b.slope)) or 1.0
    radicand = (theta / size) ** 2 - (a.slope / size) * (b.slope / size)
    if radicand < 0:
        return np.nan
    gamma = copysign(size * sqrt(radicand), b.t - a.t)
    denominator = 2 * gamma + b.slope - a.slope
    return b.t - (b.t - a.t) * (gamma + b.slope - theta) / denominator if denominator != 0 else np.nan


def minimise_quadratic(a: Trial, b: Trial) -> float:
    """Give the minimiser of the quadratic with the value and slope of a and the value of b."""
    return a.t + 0.5 * a.slope * (b.t - a.t) / ((a.value - b.value) / (b.t - a.t) + a.slope)


def _without_rounding(line, trial):
    """The trial with its value from the slopes where it cannot be told from φ₀."""
    rounding = 10 * np.finfo(line.x.dtype).eps * abs(line.value0)
    if abs(trial.value - line.value0) > rounding:
        return trial
    return trial._replace(value=line.value0 + trial.t * (line.slope0 + trial.slope) / 2)


def _is_narrow(best, other):
    return other is not None and abs(other.t - best.t) <= EPS * max(other.t, best.t)
