"""Midpoint–radius arithmetic of arrays: balls that hold every value they may stand for, rounding included.

A ball ⟨m, ρ⟩ is the set of all real arrays within ρ of m, entry by entry. An operation on balls gives a ball that holds
the exact result for every choice of members (Rump 1999). With u = 2⁻⁵³ and |fl(x) − x| ≤ u |fl(x)| for a sum, a product
or a quotient, up to underflow:

    sum         m = fl(m₁ + m₂)     ρ ≥ ρ₁ + ρ₂ + u |m|
    product     m = fl(m₁ m₂)       ρ ≥ |m₁| ρ₂ + ρ₁ (|m₂| + ρ₂) + u |m|
    quotient    m = fl(m₁ / m₂)     ρ ≥ (ρ₁ + |m| ρ₂) / (|m₂| − ρ₂) + u |m|, where the divisor is surely not zero
    matrices    m = fl(m₁ m₂)       ρ ≥ |m₁| (ρ₂ + (k + 2) u |m₂|) + ρ₁ (|m₂| + ρ₂), for inner products of k terms
    k summands  m = fl(Σ m₁)        ρ ≥ Σ ρ₁ + (k + 2) u Σ |m₁|

The last two hold for every order in which the terms are added up, with and without fused operations: the sum is off by
at most ku/(1 − ku) Σ |·| (Higham 2002, section 3.5), which is less than (k + 2) u Σ |·| for k ≤ 2²⁶.

Radii are rounded up (`minnet.linalg.rounding`). What overflows, or is not defined, such as 1/0, is the ball of infinite
radius: "anything". There is no NaN.

It rests on IEEE double arithmetic, rounding to nearest and without flush-to-zero, and on products of matrices that add
up inner products in some order (no Strassen).

References
----------
Rump 1999, Fast and parallel interval arithmetic, BIT 39.
Higham 2002, Accuracy and stability of numerical algorithms, SIAM.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .rounding import UNIT, silent, terms, up

__all__ = ["FUNCTIONS", "UFUNCS", "Array", "Ball", "BallLike", "as_ball", "checked_ball", "raw_ball"]

Array = NDArray[np.float64]
UFUNCS: dict[np.ufunc, Callable[..., Any]] = {}     # what NumPy's and SciPy's functions of numbers are on balls,
FUNCTIONS: dict[Any, Callable[..., Any]] = {}       # and NumPy's functions of arrays: `ball` has all of them


class Ball:
    """All real arrays within `rad` of `mid`, entry by entry.

    Balls mix with numbers and arrays, which count as exact, in + − * / @ ** and in the functions of NumPy and SciPy
    that have a rule for them (see `minnet.linalg.ball_functions`), so that a formula of such operations runs on balls
    as it stands. Comparing balls is an error, as the answer may differ from member to member.

    Parameters
    ----------
    mid : array_like
        Midpoints; where one is not finite, the ball has an infinite radius.
    rad : array_like, default 0
        Radii of at least 0, of a shape that can be broadcast to that of `mid`.

    Raises
    ------
    ValueError
        Where a radius is negative or NaN.

    References
    ----------
    Rump 1999, Fast and parallel interval arithmetic, BIT 39.

    Examples
    --------
    >>> from minnet.linalg.ball import Ball
    >>> third = Ball(1) / 3
    >>> bool(0 < third.rad < 1e-16)
    True
    >>> x = Ball([1.0, 2.0], 0.5)
    >>> x * x
    Ball([1. 4.] ± [1.25 2.25])
    >>> np.exp(Ball(1000.0)).rad
    array(inf)
    """

    __slots__ = ("mid", "rad")
    mid: Array
    rad: Array

    def __init__(self, mid: ArrayLike, rad: ArrayLike = 0.0) -> None:
        given, rad = as_ball(mid), np.asarray(rad, float)
        if not (rad >= 0).all():
            raise ValueError(f"rad={rad[~(rad >= 0)].flat[0]}; expected radii of at least 0")
        radius = np.broadcast_to(rad, given.shape)
        known = checked_ball(given.mid, up(given.rad + radius) if given.rad.any() else radius)
        self.mid, self.rad = known.mid, known.rad

    def __repr__(self) -> str:
        return f"Ball({self.mid} ± {self.rad})"

    # --- shape -------------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        return self.mid.shape

    @property
    def ndim(self) -> int:
        return self.mid.ndim

    @property
    def size(self) -> int:
        return self.mid.size

    @property
    def T(self) -> Ball:
        return self.each(np.transpose)

    def __len__(self) -> int:
        return len(self.mid)

    def __getitem__(self, key: Any) -> Ball:
        return raw_ball(np.asarray(self.mid[key]), np.asarray(self.rad[key]))

    def reshape(self, *shape: Any) -> Ball:
        return self.each(lambda part: part.reshape(*shape))

    def transpose(self, *axes: Any) -> Ball:
        return self.each(lambda part: part.transpose(*axes))

    def copy(self) -> Ball:
        return self.each(np.array)

    def each(self, rule: Callable[[Array], Array]) -> Ball:
        """The ball of which midpoints and radii are rearranged by the same rule."""
        return raw_ball(rule(self.mid), rule(self.rad))

    # --- what is known of the members --------------------------------------------------------------------------------

    @property
    def magnitude(self) -> Array:
        """A bound of |x| for all members x."""
        return up(abs(self.mid) + self.rad)

    @property
    @silent
    def mignitude(self) -> Array:
        """A lower bound of |x| for all members x, 0 where a member is 0."""
        return np.maximum(np.nan_to_num((abs(self.mid) - self.rad) * (1 - 4 * UNIT), nan=0.0, neginf=0.0), 0)

    @property
    def lower(self) -> Array:
        """A lower bound of the members."""
        return np.nextafter(self.mid - self.rad, -np.inf)

    @property
    def upper(self) -> Array:
        """An upper bound of the members."""
        return np.nextafter(self.mid + self.rad, np.inf)

    def encloses(self, other: BallLike) -> NDArray[np.bool_]:
        """Where all members of `other` surely are members."""
        other = as_ball(other)
        inside = up(abs(self.mid - other.mid) + other.rad) <= self.rad
        return inside | (self.mid == other.mid) & (other.rad <= self.rad)

    def point(self) -> Ball:
        """The midpoint alone, without radius."""
        return raw_ball(self.mid, np.zeros(self.shape))

    @silent
    def widened(self, by: ArrayLike) -> Ball:
        """The ball of a radius larger by `by` ≥ 0."""
        return checked_ball(self.mid, up(self.rad + by))

    def where(self, mask: NDArray[np.bool_], other: BallLike) -> Ball:
        """The entries of this ball where `mask` is True, else those of `other`."""
        other = as_ball(other)
        return raw_ball(np.where(mask, self.mid, other.mid), np.where(mask, self.rad, other.rad))

    # --- arithmetic --------------------------------------------------------------------------------------------------

    def __neg__(self) -> Ball:
        return raw_ball(-self.mid, self.rad)

    def __pos__(self) -> Ball:
        return self

    def __abs__(self) -> Ball:
        return raw_ball(abs(self.mid), self.rad)

    @silent
    def __add__(self, other: BallLike) -> Ball:
        other = as_ball(other)
        mid = self.mid + other.mid
        return checked_ball(mid, up(self.rad + other.rad + UNIT * abs(mid)))

    __radd__ = __add__

    def __sub__(self, other: BallLike) -> Ball:
        return self + -as_ball(other)

    def __rsub__(self, other: BallLike) -> Ball:
        return as_ball(other) + -self

    @silent
    def __mul__(self, other: BallLike) -> Ball:
        other = as_ball(other)
        mid = self.mid * other.mid
        spread = abs(self.mid) * other.rad + self.rad * up(abs(other.mid) + other.rad)
        return checked_ball(mid, up(spread + UNIT * abs(mid)))

    __rmul__ = __mul__

    @silent
    def __truediv__(self, other: BallLike) -> Ball:
        """|a/b − m₁/m₂| = |(a − m₁) m₂ − m₁ (b − m₂)| / |b m₂| ≤ (ρ₁ + |m₁/m₂| ρ₂) / (|m₂| − ρ₂)."""
        other = as_ball(other)
        mid = self.mid / other.mid
        least = abs(other.mid) - other.rad
        spread = up(self.rad + up(abs(mid)) * other.rad) / least
        return checked_ball(mid, np.where(least > 0, up(spread + UNIT * abs(mid)), np.inf))

    def __rtruediv__(self, other: BallLike) -> Ball:
        return as_ball(other) / self

    @silent
    def __matmul__(self, other: BallLike) -> Ball:
        other = as_ball(other)
        k = terms(self.shape[-1])
        mid = self.mid @ other.mid
        rad = abs(self.mid) @ up(other.rad + (k + 2) * UNIT * abs(other.mid))
        if self.rad.any():
            rad = rad + self.rad @ up(abs(other.mid) + other.rad)
        return checked_ball(mid, up(rad, k + 16))

    def __rmatmul__(self, other: BallLike) -> Ball:
        return as_ball(other) @ self

    def __pow__(self, power: Any) -> Ball:
        """Whole powers, one exponent or an array of them, by repeated squaring."""
        power = np.asarray(power)
        if power.dtype.kind not in "iu" and (power != np.round(power)).any():
            raise ValueError(f"the exponent of a ball is {power}; expected whole numbers")
        left, square = abs(power).astype(np.int64), self
        result = as_ball(np.ones(np.broadcast_shapes(self.shape, power.shape)))
        while left.any():
            result = (result * square).where(left % 2 == 1, result)
            left = left // 2
            square = square * square if left.any() else square
        return (1 / result).where(power < 0, result) if (power < 0).any() else result

    @silent
    def sum(self, axis: Any = None, keepdims: bool = False) -> Ball:
        """The sum over all entries, or along an axis or several."""
        mid = np.asarray(self.mid.sum(axis, keepdims=keepdims))
        k = terms(self.size // max(mid.size, 1))
        size, spread = abs(self.mid).sum(axis, keepdims=keepdims), self.rad.sum(axis, keepdims=keepdims)
        return checked_ball(mid, up(np.asarray(spread + (k + 2) * UNIT * size), k + 16))

    def mean(self, axis: Any = None, keepdims: bool = False) -> Ball:
        """The mean of all entries, or along an axis or several."""
        total = self.sum(axis, keepdims)
        return total / (self.size // max(total.size, 1))

    # --- protocols ---------------------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        rule = UFUNCS.get(ufunc)
        if rule is None or method != "__call__" or options:
            raise TypeError(f"numpy.{ufunc.__name__} has no rule for balls")
        return rule(*inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        rule = FUNCTIONS.get(function)
        if rule is None:
            raise TypeError(f"numpy.{function.__name__} has no rule for balls")
        return rule(*args, **options)

    def __bool__(self) -> NoReturn:
        raise TypeError("balls are not compared: the answer may differ from member to member; see lower and upper")

    def __eq__(self, other: object) -> NoReturn:
        bool(self)

    def __ne__(self, other: object) -> NoReturn:
        bool(self)

    def __lt__(self, other: BallLike) -> NoReturn:
        bool(self)

    def __le__(self, other: BallLike) -> NoReturn:
        bool(self)

    def __gt__(self, other: BallLike) -> NoReturn:
        bool(self)

    def __ge__(self, other: BallLike) -> NoReturn:
        bool(self)


BallLike = Ball | ArrayLike


def as_ball(x: Any) -> Ball:
    """`x` as a ball: numbers count as exact, an array of objects may hold balls of one number each.

    Whole numbers from 2⁵³ on and long doubles that are no doubles get the radius of their rounding. A finer ball, of
    `minnet.linalg.accurate`, is rounded to working precision by its own method `ball`.
    """
    if isinstance(x, Ball):
        return x
    if hasattr(x, "ball"):
        return x.ball()
    x = np.asarray(x)
    if x.dtype.kind == "O":
        entries = [as_ball(entry) for entry in x.flat]
        if any(entry.ndim for entry in entries):
            raise ValueError("an array of objects holds balls of several numbers; expected one number each")
        parts = [np.array([getattr(e, part) for e in entries], float).reshape(x.shape) for part in ("mid", "rad")]
        return raw_ball(*parts)
    if x.dtype.kind not in "fiub":
        raise TypeError(f"a ball of {x.dtype}; expected real numbers")
    with np.errstate(over="ignore"):
        mid = x.astype(float, copy=False)
    if x.dtype.itemsize > 8 or x.dtype.kind in "iu" and (abs(mid) >= 2**53).any():
        return checked_ball(mid, up(2 * UNIT * abs(mid)))
    return checked_ball(mid, np.zeros(mid.shape))


def raw_ball(mid: Array, rad: Array) -> Ball:
    """The ball ⟨mid, rad⟩ of what is known to be finite and of one shape, taken as it is."""
    ball = object.__new__(Ball)
    ball.mid, ball.rad = mid, rad
    return ball


def checked_ball(mid: Array, rad: Array) -> Ball:
    """The ball ⟨mid, rad⟩, of infinite radius about 0 where it is not finite."""
    known = np.isfinite(mid) & (rad < np.inf)
    if known.all():
        return raw_ball(np.asarray(mid), np.asarray(rad))
    return raw_ball(np.where(known, mid, 0.0), np.where(known, rad, np.inf))
