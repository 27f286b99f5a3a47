"""Steps downhill: along a direction by a line search, and along another where the first one fails.

Glossary: g gradient, p direction, t step, x ← x + t p.
"""
from __future__ import annotations

from typing import NamedTuple

from ..function import Array, SupportsGradient
from ..linalg.norm import norm
from .method import NoProgress
from .rounding import EPS, LimitOfRounding, length_unit, shortest_step
from .search.line import Line, LineSearch

__all__ = ["Step", "descend", "first_trial", "go_downhill"]

FIRST = 0.3


class Step(NamedTuple):
    """The new point x + t p, the step t, the direction p, and whether it is −g because another direction failed."""

    x: Array
    t: float
    direction: Array
    restarted: bool = False


def first_trial(x: Array, p: Array) -> float:
    """Give a first trial along p of length 0.3 max(1, ‖x‖), but t ≤ 1, for a method that knows little curvature."""
    longest, length = FIRST * length_unit(x), norm(p)
    return longest / length if length > longest else 1.0


def descend(f: SupportsGradient, x: Array, p: Array, search: LineSearch, first: float | None = None,
            restart: bool = False) -> Step:
    """Search along p, and along −g where that fails.

    Parameters
    ----------
    f, x, p
        The function, the point and the direction.
    search : LineSearch
        Finds t.
    first : float, optional
        The first trial along p, by default that of `first_trial`.
    restart : bool
        Whether to start again from −g where the search along p fails.

    Raises
    ------
    NoProgress
        Where no search finds a step.
    """
    try:
        line = Line(f, x, p)
        t = search.search(line, first_trial(x, p) if first is None else first)
        return Step(line.point(t), t, p)
    except NoProgress:
        if not restart:
            raise
    return descend(f, x, -f.gradient(x), search)._replace(restarted=True)


def go_downhill(f: SupportsGradient, x: Array, s: Array) -> Array:
    """Give x + s with s halved, or turned round, until f is lower, then doubled while it falls.

    For directions that the gradient does not see, such as those out of a saddle.
    """
    value, first = f.value(x), norm(s)
    shortest, longest = shortest_step(x, first), first / EPS
    while norm(s) > shortest:
        for step in (s, -s):
            if f.value(x + step) < value:
                while f.value(x + 2 * step) < f.value(x + step) and norm(step) < longest:
                    step = 2 * step
                return x + step
        s = s / 2
    raise LimitOfRounding()
