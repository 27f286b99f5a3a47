"""What a function is over a whole ball of points: balls that hold its value, its gradient and its Hessian."""
from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from .ball import Ball, as_ball
from .rounding import up

__all__ = ["Enclosure", "NotEnclosed", "enclosure_of"]


class NotEnclosed(ValueError):
    """No ball can be given: a kink lies in it, or a formula or one of its functions has no rule for balls."""


class Enclosure:
    """Balls that hold the derivatives of a function at all points within `radius` of x, entry by entry.

    Nothing is computed before it is asked for. The gradient is taken at x, as accurately as the function can, and for a
    radius r it grows by what the mean value theorem allows: |∇F(y) − ∇F(x)| ≤ |H| (r, …, r)ᵀ. As a pair it is
    (gradient, hessian).

    Parameters
    ----------
    radius : float
        r ≥ 0, in each coordinate; the cube contains the Euclidean ball of radius r.
    gradient : callable
        () -> Ball (n,), of ∇F at x itself.
    hessian : callable
        () -> Ball (n, n), of ∇²F over the whole ball.
    value : callable, optional
        () -> Ball (), of F over the whole ball.

    Raises
    ------
    NotEnclosed
        Where it is asked for what no ball can be given for.

    Examples
    --------
    >>> from minnet.linalg.ball import Ball
    >>> cube = Enclosure(0.1, lambda: Ball([12.0]), lambda: Ball([[12.0]], 0.6))     # x³ near 2
    >>> g, H = cube
    >>> bool(abs(g.rad - 1.26) < 1e-12)
    True
    """

    def __init__(self, radius: float, gradient: Callable[[], Ball], hessian: Callable[[], Ball],
                 value: Callable[[], Ball] | None = None) -> None:
        if not 0 <= radius < np.inf:
            raise ValueError(f"radius={radius!r}; expected a number of at least 0")
        self.radius: float = float(radius)
        self._gradient, self._hessian, self._value = gradient, hessian, value

    def __getitem__(self, number: int) -> Ball:
        """The pair (gradient, hessian), of which only what is asked for is computed."""
        return getattr(self, ("gradient", "hessian")[number])

    @cached_property
    def gradient(self) -> Ball:
        """∇F (n,) over the ball."""
        g = self._gradient()
        if self.radius == 0:
            return g
        sizes = self.hessian.magnitude
        return g.widened(up(up(sizes.sum(1), sizes.shape[1] + 16) * self.radius))

    @cached_property
    def hessian(self) -> Ball:
        """∇²F (n, n) over the ball."""
        return self._hessian()

    @cached_property
    def value(self) -> Ball:
        """F over the ball."""
        if self._value is None:
            raise NotEnclosed("the value has no rule for balls")
        return self._value()


def enclosure_of(x: np.ndarray, radius: float, gradient: Callable[[Any], Any], hessian: Callable[[Any], Any],
                 value: Callable[[Any], Any] | None = None) -> Enclosure:
    """The enclosure of a function by its own formulas, which are run on balls.

    The formulas must be exact but for the rounding of their operations: made of + − * / @ and whole powers, of exact
    constants, and of functions with a rule for balls. A constant that was rounded before is taken as it is in memory.

    Raises
    ------
    NotEnclosed
        By the enclosure, where a formula uses what has no rule for balls.

    Examples
    --------
    >>> g, H = enclosure_of(np.array([2.0]), 0.0, lambda x: 3 * x**2, lambda x: np.diag(6 * x))
    >>> g.mid, H.mid
    (array([12.]), array([[12.]]))
    """
    def run(formula, point):
        try:
            return as_ball(formula(point))
        except TypeError as error:
            raise NotEnclosed(f"the formula has no rule for balls ({error})") from None

    return Enclosure(radius, lambda: run(gradient, Ball(x)), lambda: run(hessian, Ball(x, radius)),
                     None if value is None else lambda: run(value, Ball(x, radius)))
