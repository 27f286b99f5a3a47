"""Central differences extrapolated to a vanishing step, with an interval for their error.

Glossary: D(h) = (f(x + h v) − f(x − h v)) / 2h = f′(x) v + c h² + …, at the steps h_k = 4^−k; T = (16 D(h/4) − D(h)) /
15 is free of the h² term (Richardson 1911); J(h) = (f(x + h v) − 2 f(x) + f(x − h v)) / h, the difference of the slopes
on both sides, which vanishes as h does unless x is a kink.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .rounding import Noise, reach

__all__ = ["Ladder", "Slope"]

RATIO = 4
# by the rounding unit, the exponents k of the largest of three usual steps and of the smallest step ever taken
FIRST: dict[float, int] = {np.finfo(np.float64).eps: 3, np.finfo(np.float32).eps: 1}
LAST: dict[float, int] = {np.finfo(np.float64).eps: 16, np.finfo(np.float32).eps: 8}
ROUNDING = 10   # standard deviations


class Slope(NamedTuple):
    """The derivative (m,) of a function in one direction.

    value ± error holds the derivative, and the slopes on both sides where they differ; kink says where they do, or
    where the function jumps; still where the function does not change at all; step is the middle one of the three steps
    used.
    """

    value: NDArray[Any]
    error: NDArray[Any]
    kink: NDArray[Any]
    still: NDArray[Any]
    step: NDArray[Any]


class Ladder:
    """Slopes of one function (m,) at one point, by differences at steps that fall by factors of four."""

    def __init__(self, function: Callable[..., Any], x: NDArray[Any], unit: float, directions: NDArray[Any],
                 rng: np.random.Generator) -> None:
        self.function: Callable[..., Any] = function
        self.x: NDArray[Any] = x
        self.unit: float = unit
        self.base: NDArray[np.float64] = np.asarray(function(x), np.float64)
        along = rng.choice([-1.0, 1.0], len(x)) * rng.uniform(0.5, 1, len(x)) * np.any(directions != 0, axis=0)
        self.noise: Noise = Noise(function, x, along * np.maximum(1, abs(x)), unit)

    def slope(self, v: NDArray[Any], thorough: bool = False) -> Slope:
        """The slope in the direction v from three steps, or from all where `thorough`."""
        first, last = (0, LAST[self.unit]) if thorough else (FIRST[self.unit], FIRST[self.unit] + 2)
        fractions = float(RATIO) ** -np.arange(first, last + 1)
        h = reach(self.x, v) * fractions
        up, down = (np.array([self.function((self.x + t * v).astype(self.x.dtype)) for t in sign * h], np.float64)
                    for sign in (1, -1))
        steps = h[:, None]
        odd, even = (up - down) / (2 * steps), (up - 2 * self.base + down) / steps
        T, S = (16 * odd[1:] - odd[:-1]) / 15, (4 * even[1:] - even[:-1]) / 3
        sigma = np.maximum([self.noise.at(fraction) for fraction in fractions],
                           self.unit / 4 * np.maximum(abs(up), abs(down)))
        rounding = ROUNDING * sigma[2:] / steps[2:]
        kink = abs(S[1:]) > 4 * abs(S[1:] - S[:-1]) + 2 * rounding
        value, error, change = T[1:], 2 * abs(T[1:] - T[:-1]) + rounding, abs(np.diff(odd, axis=0))
        converges = change[1:] <= change[:-1] / RATIO + rounding
        moved = (up != self.base) | (down != self.base)
        error = np.where(converges & np.isfinite(value) & np.isfinite(error), error, np.inf)
        level = _trusted(np.where(np.isfinite(value), value, 0), error)
        pick = lambda table: np.take_along_axis(table, level[None], axis=0)[0]
        jump = self._jumps(up - down, sigma)
        still = ~moved.any(axis=0)
        error = np.where(jump | still, np.inf, pick(error) + np.where(pick(kink), abs(pick(S[1:])), 0))
        return Slope(pick(value), error, pick(kink) | jump, still, h[1:][level])

    def _jumps(self, change, sigma):
        """Whether f(x + h v) − f(x − h v) stays as it is while the step falls by sixteen."""
        return (abs(change[-1]) > 20 * sigma[-1]) & (2 * abs(change[-1]) > abs(change[-3]))


def _trusted(value, error):
    """By component the level of the narrowest interval among those that meet the intervals of all finer steps."""
    low, high = np.full(value.shape[1:], -np.inf), np.full(value.shape[1:], np.inf)
    meets = np.empty(value.shape, bool)
    for k in reversed(range(len(value))):
        meets[k] = (value[k] - error[k] <= high) & (value[k] + error[k] >= low)
        low = np.where(meets[k], np.maximum(low, value[k] - error[k]), low)
        high = np.where(meets[k], np.minimum(high, value[k] + error[k]), high)
    return np.argmin(np.where(meets, error, np.inf), axis=0)
