"""Line searches: how far to go from x along p.

Glossary: φ(t) = f(x + t p), φ′ its slope; φ₀, φ′₀ at t = 0; c1, c2 the constants of sufficient decrease and curvature.
    Armijo          φ(t) ≤ φ₀ + c1 t φ′₀
    strong Wolfe    Armijo and |φ′(t)| ≤ c2 |φ′₀|
    approximate     (2 c1 − 1) φ′₀ ≥ φ′(t) ≥ c2 φ′₀ and φ(t) ≤ φ₀ + ε|φ₀|: the Wolfe conditions of the quadratic through
                    φ₀, φ′₀ and φ′(t), which still tell good steps where values drown in rounding (Hager, Zhang 2005, (4.1))
A search is a frozen set of constants; `search(line, first)` returns t, or raises `NoProgress`.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...function import supports
from ..method import POSITIVE, UNIT, Hyperparameters, NoProgress

__all__ = ["Line", "Fixed", "Exact", "Armijo", "StrongWolfe", "HagerZhang"]

EPS = np.finfo(float).eps
LONGEST = 1e10
NOISE = 1e-6    # ε of Hager and Zhang: where φ differs from φ₀ by less than so many times φ₀, rounding may have a part in it


class Line:
    """φ(t) = f(x + t p) for an f that remembers its last points."""

    def __init__(self, f, x, p):
        self.f, self.x, self.p = f, x, p
        self.value0, self.slope0 = f.value(x), float(f.gradient(x) @ p)
        if not self.slope0 < 0:
            raise NoProgress("the direction does not go down")
        self._last = 0.0, x

    def point(self, t):
        """x + t p, the same array as long as t stays the same."""
        if t != self._last[0]:
            self._last = t, self.x + t * self.p
        return self._last[1]

    def value(self, t):
        """φ(t), inf where f is not finite."""
        value = self.f.value(self.point(t))
        return value if np.isfinite(value) else np.inf

    def slope(self, t):
        """φ′(t)."""
        return float(self.f.gradient(self.point(t)) @ self.p)

    def armijo(self, t, c1, rounding=0.0):
        return self.value(t) <= self.value0 + c1 * t * self.slope0 + rounding * abs(self.value0)

    def at(self, t):
        """(φ(t), φ′(t)), both inf where either is not finite."""
        value, g = self.f.value_and_gradient(self.point(t))
        slope = float(g @ self.p)
        return (value, slope) if np.isfinite(value) and np.isfinite(slope) else (np.inf, np.inf)

    def approximate(self, t, c1, c2, epsilon=NOISE):
        return (self.value(t) <= self.value0 + epsilon * abs(self.value0)
                and c2 * self.slope0 <= self.slope(t) <= (2 * c1 - 1) * self.slope0)

    def moves(self, t):
        return not np.array_equal(self.point(t), self.x)


@dataclass(frozen=True)
class Fixed(Hyperparameters):
    """t = step, whatever comes of it."""

    step: float = 1.0

    def __post_init__(self):
        self._check(step=POSITIVE)

    def search(self, line, first=1.0):
        return self.step


@dataclass(frozen=True)
class Armijo(Hyperparameters):
    """Backtracking: t ← the minimiser of the quadratic through φ₀, φ′₀, φ(t), kept in [0.1 t, 0.5 t] (Armijo 1966)."""

    c1: float = 1e-4

    def __post_init__(self):
        self._check(c1=UNIT)

    def search(self, line, first=1.0):
        t = first
        for _ in range(100):
            if not line.moves(t):
                break
            if line.armijo(t, self.c1):
                return t
            rise = line.value(t) - line.value0 - t * line.slope0
            shorter = -line.slope0 * t * t / (2 * rise) if np.isfinite(rise) and rise > 0 else 0.1 * t
            t = float(np.clip(shorter, 0.1 * t, 0.5 * t))
        raise NoProgress("no step along the direction lowers the value: it is at the limit of rounding")


@dataclass(frozen=True)
class Exact(Hyperparameters):
    """The first minimum of φ: φ′(t) = 0 to `tol` |φ′₀|, by Newton's method on the line, −φ′/φ″ with φ″ = pᵀHp,
    kept inside a bracket by bisection. On a quadratic this is t = −gᵀp / pᵀHp in one step."""

    tol: float = 1e-10

    def __post_init__(self):
        self._check(tol=POSITIVE)

    def search(self, line, first=1.0):
        low, high, t = 0.0, np.inf, 0.0
        slope = line.slope0
        for _ in range(200):
            bend = self._bend(line, t, slope)
            step = t - slope / bend if bend > 0 else np.inf
            if not low < step < high:
                step = (low + high) / 2 if high < np.inf else max(first, 4 * t)
            if step == t or step > LONGEST:
                break
            t = step
            slope = line.slope(t) if line.armijo(t, 1e-4, 10 * EPS) else np.inf    # too high: a flat end, not the minimum
            if abs(slope) <= self.tol * abs(line.slope0):
                break
            low, high = (t, high) if slope < 0 else (low, t)
        for t in (t, low):
            if line.value(t) < line.value0 + EPS * abs(line.value0) and line.moves(t):
                return t
        raise NoProgress("no step along the direction lowers the value: it is at the limit of rounding")

    @staticmethod
    def _bend(line, t, slope):
        """φ″(t) = pᵀ H p, by a difference of slopes where f has no Hessian products."""
        if supports(line.f, "hvp"):
            return float(line.p @ line.f.hvp(line.point(t), line.p))
        h = 1e-6 * max(t, 1 / max(1.0, np.linalg.norm(line.p)))
        return (line.slope(t + h) - slope) / h


@dataclass(frozen=True)
class StrongWolfe(Hyperparameters):
    """A step with the strong Wolfe conditions, by the algorithm of Moré and Thuente (1994).

    The interval of uncertainty holds the best step l and the other end u; trials are cubic, quadratic and
    secant minimisers, as in their section 4. Where values drown in rounding the approximate Wolfe test decides, and a φ
    within 10 ε |φ₀| of φ₀ is taken from the slopes, as φ₀ + t (φ′₀ + φ′)/2.
    """

    c1: float = 1e-4
    c2: float = 0.9

    def __post_init__(self):
        self._check(c1=UNIT, c2=UNIT)

    def search(self, line, first=1.0):
        l, u, t = (0.0, line.value0, line.slope0), None, first
        target = self.c1 * line.slope0
        staged, width, before, wall = True, np.inf, np.inf, np.inf
        rounding = 10 * np.finfo(line.x.dtype).eps * abs(line.value0)
        for _ in range(60):
            value, slope = line.at(t)
            if value == np.inf:
                wall, t = t, l[0] + 0.1 * (t - l[0])
                continue
            low_enough = value <= line.value0 + t * target
            drowned = abs(value - line.value0) <= NOISE * abs(line.value0)
            if low_enough and abs(slope) <= self.c2 * -line.slope0 or drowned and line.approximate(t, self.c1, self.c2):
                return t
            if abs(value - line.value0) <= rounding:
                value = line.value0 + t * (line.slope0 + slope) / 2
                low_enough = value <= line.value0 + t * target
            if t == l[0] or not line.moves(t) or t >= LONGEST or (u and abs(u[0] - l[0]) <= EPS * max(u[0], l[0])):
                break
            staged = staged and not (low_enough and slope >= min(self.c1, self.c2) * line.slope0)
            tilt = target if staged and value <= l[1] and not low_enough else 0.0   # their ψ(t) = φ(t) − c1 φ′₀ t
            tilted = lambda end: None if end is None else (end[0], end[1] - end[0] * tilt, end[2] - tilt)
            trial, ahead = (t, value, slope), t - l[0]
            t = _trial(tilted(l), tilted(u), tilted(trial))
            l, u = _interval(l, u, trial, tilt)
            if u is not None:
                if abs(u[0] - l[0]) >= 0.66 * before or not min(l[0], u[0]) < t < max(l[0], u[0]):
                    t = (l[0] + u[0]) / 2
                before, width = width, abs(u[0] - l[0])
            else:
                t = float(np.clip(t, trial[0] + 1.1 * ahead, min(trial[0] + 4 * ahead, (trial[0] + wall) / 2)))
        if l[0] > 0 and l[1] < line.value0:
            return l[0]
        raise NoProgress("no step along the direction lowers the value: it is at the limit of rounding")


@dataclass(frozen=True)
class HagerZhang(Hyperparameters):
    """A step with the Wolfe or the approximate Wolfe conditions, by secant² (Hager, Zhang 2005, section 4).

    An interval [a, b] with φ(a) ≤ φ₀ + ε, φ′(a) < 0 ≤ φ′(b) shrinks by two secants a round, and by bisection
    where they shrink it by less than γ. Slopes, not values, decide, so that rounding does not end a run early.
    """

    c1: float = 0.1
    c2: float = 0.9
    epsilon: float = NOISE
    gamma: float = 0.66
    growth: float = 5.0

    def __post_init__(self):
        self._check(c1=UNIT, c2=UNIT, epsilon=POSITIVE, gamma=UNIT, growth=POSITIVE)

    def search(self, line, first=1.0):
        round_ = _Secant(self, line)
        try:
            a, b = round_.bracket(first)
            for _ in range(50):
                A, B = round_.secant2(a, b)
                if B[0] - A[0] > self.gamma * (b[0] - a[0]):
                    A, B = round_.update(A, B, (A[0] + B[0]) / 2)
                if (A, B) == (a, b) or B[0] - A[0] <= EPS * B[0]:
                    break
                a, b = A, B
        except _Found as found:
            return found.t
        t = a[0]
        if t > 0 and line.moves(t) and line.value(t) < line.value0:
            return t
        raise NoProgress("no step along the direction lowers the value: it is at the limit of rounding")


class _Found(Exception):
    def __init__(self, t):
        self.t = t


class _Secant:
    """The parts of the search of Hager and Zhang; points are (t, φ, φ′), and a good one ends it by `_Found`."""

    def __init__(self, constants, line):
        self.c, self.line = constants, line
        self.ceiling = line.value0 + constants.epsilon * abs(line.value0)
        self.start = (0.0, line.value0, line.slope0)

    def at(self, t):
        line, c = self.line, self.c
        value, slope = line.at(t)
        if value < np.inf and line.moves(t) and (line.armijo(t, c.c1) and slope >= c.c2 * line.slope0
                                                 or line.approximate(t, c.c1, c.c2, c.epsilon)):
            raise _Found(t)
        return t, value, slope

    def bracket(self, t):
        """B0 to B3: longer steps until φ′ ≥ 0 or φ rises above its ceiling."""
        low, wall = self.start, np.inf
        for _ in range(60):
            point = self.at(t)
            if point[1] == np.inf:
                wall, t = t, low[0] + 0.1 * (t - low[0])
            elif point[2] >= 0:
                return low, point
            elif point[1] > self.ceiling:
                return self.shrink(self.start, point)
            elif t >= LONGEST:
                raise _Found(t)
            else:
                low, t = point, min(self.c.growth * t, (t + wall) / 2)
        return low, point

    def update(self, a, b, t):
        """U0 to U3: put t into the interval [a, b]."""
        if not a[0] < t < b[0]:
            return a, b
        point = self.at(t)
        if point[2] >= 0:
            return a, point
        if point[1] <= self.ceiling:
            return point, b
        return self.shrink(a, point)

    def shrink(self, a, b):
        """U3: bisect where φ(b) is above the ceiling and φ′(b) < 0; [a, a] where that comes to nothing."""
        for _ in range(60):
            point = self.at((a[0] + b[0]) / 2)
            if point[2] >= 0:
                return a, point
            a, b = (point, b) if point[1] <= self.ceiling else (a, point)
        return a, a

    def secant2(self, a, b):
        """S1 to S4: a secant step, and another from the end that it moved."""
        c = _secant(a, b)
        A, B = self.update(a, b, c)
        if c == B[0] and B != b:
            return self.update(A, B, _secant(b, B))
        if c == A[0] and A != a:
            return self.update(A, B, _secant(a, A))
        return A, B


def _secant(a, b):
    return (a[0] * b[2] - b[0] * a[2]) / (b[2] - a[2]) if b[2] != a[2] else np.nan


def _interval(l, u, t, tilt):
    """The new (best end, other end) of the interval of uncertainty (Moré, Thuente 1994, section 2)."""
    if t[1] - t[0] * tilt > l[1] - l[0] * tilt:
        return l, t
    if (t[2] - tilt) * (l[0] - t[0]) > 0:
        return t, u
    return t, l


def _trial(l, u, t):
    """The next trial step from the best end l, the other end u (None: no bracket yet) and the trial t (section 4)."""
    if t[1] > l[1]:
        c, q = _cubic(l, t), l[0] + 0.5 * l[2] * (t[0] - l[0]) / ((l[1] - t[1]) / (t[0] - l[0]) + l[2])
        return c if abs(c - l[0]) < abs(q - l[0]) else (c + q) / 2
    if t[2] * l[2] < 0:
        c, s = _cubic(l, t), _secant(l, t)
        return c if abs(c - t[0]) >= abs(s - t[0]) else s
    if abs(t[2]) <= abs(l[2]):
        c, s = _cubic(l, t), _secant(l, t)
        ahead = np.isfinite(c) and (c - t[0]) * (t[0] - l[0]) > 0
        if u is None:
            return max(c, s) if ahead else np.inf
        best = c if ahead and abs(c - t[0]) < abs(s - t[0]) else s
        limit = t[0] + 0.66 * (u[0] - t[0])
        return (min if t[0] > l[0] else max)(best, limit) if np.isfinite(best) else limit
    return _cubic(t, u) if u is not None else np.inf


def _cubic(a, b):
    """The local minimiser of the cubic with the values and slopes of a and b; nan where it has none."""
    if a[0] == b[0]:
        return np.nan
    theta = 3 * (a[1] - b[1]) / (b[0] - a[0]) + a[2] + b[2]
    size = max(abs(theta), abs(a[2]), abs(b[2])) or 1.0
    inside = (theta / size) ** 2 - (a[2] / size) * (b[2] / size)
    if inside < 0:
        return np.nan
    gamma = np.copysign(size * np.sqrt(inside), b[0] - a[0])
    r = 2 * gamma + b[2] - a[2]
    return b[0] - (b[0] - a[0]) * (gamma + b[2] - theta) / r if r != 0 else np.nan
