"""Balls whose midpoint has twice the working precision: for sums that cancel nearly all of their digits.

At a minimum the gradient is a sum of terms that cancel. In double precision what is left of it is rounding; here a
midpoint is the unevaluated sum high + low of two doubles, about 106 bits, and the radius bounds what even those lose.

Sums and products are those of `minnet.linalg.error_free`, of which nothing is lost; any other operation errs by at most
u |its result|, u = 2⁻⁵³, and the radius adds that up as the computation goes on.

**Products of matrices** leave the work to BLAS (Ozaki et al. 2012). With powers of two E above each row of A and F
above each column of B, A is split into whole numbers of 21 bits and a rest, exactly but for the last rounding:

    A = E 2⁻²¹ (A₁ + 2⁻²¹ (A₂ + A₃)),  |A₁| ≤ 2²¹,  |A₂| ≤ 2²⁰,  |A₃| ≤ 0.501,  and B = F 2⁻²¹ (B₁ + …) likewise.

Inner products of k ≤ 2¹⁰ such whole numbers stay below 2⁵³, so that A₁B₁, A₁B₂ + A₂B₁ and A₂B₂ are *exact in any order
of summation*. With P = A₁ + 2⁻²¹A₂ and Q = B₁ + 2⁻²¹(B₂ + B₃),

    AB = E F 2⁻⁴² (A₁B₁ + 2⁻²¹ (A₁B₂ + A₂B₁) + 2⁻⁴² A₂B₂ + 2⁻²¹ (P B₃ + A₃ Q)),

where only the last bracket is rounded. As |P|, |Q| ≤ 2²¹ + 1, its two products err by at most
(k + 2) u · 0.501 k (2²¹ + 1) each; the roundings of A₃, B₃ and Q add at most 3 · 0.51 u k (2²¹ + 1), and that of their
sum 1.01 u k 2²¹: in all no more than 2u k (k + 5) 2²¹. Longer inner products are added up in pieces of 2¹⁰ terms. No
`longdouble` is used: the bounds hold on every IEEE processor.

References
----------
Ozaki, Ogita, Oishi, Rump 2012, Error-free transformations of matrix multiplication by using fast routines of matrix
multiplication and its applications, Numerical Algorithms 59.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .ball import Array, Ball, as_ball
from .error_free import BITS, shift, split, two_product, two_sum
from .rounding import UNIT, silent, up

__all__ = ["FINE_UFUNCS", "FineBall", "as_fine", "fine_ball", "join"]

PIECE = 2**10  # inner products of so many terms: 2 · 21 bits of a product and 10 of their sum are 52
FINE_UFUNCS: dict[np.ufunc, Callable[..., Any]] = {}     # NumPy's functions on them: `accurate` has all


class FineBall:
    """All real arrays within `rad` of `high + low`, entry by entry; |low| ≤ u |high|.

    It takes part in + − * / @ with balls of its kind, arrays and numbers, which count as exact, and in the functions
    of NumPy and SciPy that `minnet.linalg.accurate_functions` has a rule for.

    Examples
    --------
    >>> x = FineBall(1.0) / 3 * 3 - 1
    >>> bool(abs(x.high) <= x.rad < 1e-30)
    True
    """

    __slots__ = ("high", "low", "rad")
    high: Array
    low: Array
    rad: Array

    def __init__(self, high: Any, low: Any = 0.0, rad: Any = 0.0) -> None:
        if not (np.asarray(rad) >= 0).all():
            raise ValueError(f"rad={rad}; expected radii of at least 0")
        high, low = (as_ball(part) for part in (high, low))
        exact = not (high.rad.any() or low.rad.any() or np.any(rad))
        fine = fine_ball(high.mid + 0 * low.mid, low.mid, 0.0 if exact else up(high.rad + low.rad + rad))
        self.high, self.low, self.rad = fine.high, fine.low, fine.rad

    def __repr__(self) -> str:
        return f"FineBall({self.high} + {self.low} ± {self.rad})"

    # --- shape -------------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        return self.high.shape

    @property
    def ndim(self) -> int:
        return self.high.ndim

    @property
    def T(self) -> FineBall:
        return self._each(np.transpose)

    def __getitem__(self, key: Any) -> FineBall:
        return self._each(lambda part: np.asarray(part[key]))

    def reshape(self, *shape: Any) -> FineBall:
        return self._each(lambda part: part.reshape(*shape))

    def _each(self, rule: Callable[[Array], Array]) -> FineBall:
        return _parts(rule(self.high), rule(self.low), rule(self.rad))

    # --- what is known of the members --------------------------------------------------------------------------------

    def ball(self) -> Ball:
        """The same in working precision: the ball about `high` that holds this one."""
        return Ball(self.high, up(abs(self.low) + self.rad))

    @property
    def mid(self) -> Array:
        """The midpoint in working precision."""
        return self.high

    @property
    def magnitude(self) -> Array:
        """A bound of |x| for all members x."""
        return self.ball().magnitude

    @property
    def mignitude(self) -> Array:
        """A lower bound of |x| for all members x, 0 where a member is 0."""
        return self.ball().mignitude

    def point(self) -> FineBall:
        """The midpoint alone, without radius."""
        return _parts(self.high, self.low, np.zeros(self.shape))

    @silent
    def widened(self, by: Any) -> FineBall:
        """The ball of a radius larger by `by` ≥ 0."""
        return fine_ball(self.high, self.low, up(self.rad + by))

    def where(self, mask: Any, other: Any) -> FineBall:
        """The entries of this ball where `mask` is True, else those of `other`."""
        other = as_fine(other)
        return _parts(*(np.where(mask, getattr(self, p), getattr(other, p)) for p in ("high", "low", "rad")))

    @silent
    def scaled(self, exponent: Any) -> FineBall:
        """2^exponent times the ball: exact, but for underflow."""
        high, low, rad = (np.ldexp(part, exponent) for part in (self.high, self.low, self.rad))
        return fine_ball(high, low, up(rad))

    # --- arithmetic --------------------------------------------------------------------------------------------------

    def __neg__(self) -> FineBall:
        return _parts(-self.high, -self.low, self.rad)

    def __abs__(self) -> FineBall:
        return (-self).where(self.high < 0, self)

    @silent
    def __add__(self, other: Any) -> FineBall:
        other = as_fine(other)
        high, e = two_sum(self.high, other.high)
        lows = self.low + other.low
        low = e + lows
        return fine_ball(high, low, up(self.rad + other.rad + UNIT * (abs(lows) + abs(low))))

    __radd__ = __add__

    def __sub__(self, other: Any) -> FineBall:
        return self + -as_fine(other)

    def __rsub__(self, other: Any) -> FineBall:
        return as_fine(other) + -self

    @silent
    def __mul__(self, other: Any) -> FineBall:
        """(h₁ + l₁)(h₂ + l₂) = h₁h₂ + (h₁l₂ + l₁h₂) + l₁l₂: the first by `two_product`, the last in the radius."""
        other = as_fine(other)
        high, e = two_product(self.high, other.high)
        left, right = self.high * other.low, self.low * other.high
        cross = left + right
        low = e + cross
        lost = abs(self.low * other.low) + UNIT * (abs(left) + abs(right) + abs(cross) + abs(low))
        sizes = [up(abs(x.high) + abs(x.low)) for x in (self, other)]
        return fine_ball(high, low, up(sizes[0] * other.rad + self.rad * up(sizes[1] + other.rad) + lost))

    __rmul__ = __mul__

    @silent
    def __truediv__(self, other: Any) -> FineBall:
        """a/b = q + (a − q b)/b with q = fl(h₁/h₂): the second term is small, and ordinary balls give it."""
        other = as_fine(other)
        q = self.high / other.high
        rest = (self - other * np.where(np.isfinite(q), q, 0)).ball() / other.ball()
        return fine_ball(q, rest.mid, rest.rad)

    def __rtruediv__(self, other: Any) -> FineBall:
        return as_fine(other) / self

    @silent
    def __matmul__(self, other: Any) -> FineBall:
        """The product of two matrices, or of a matrix and a vector."""
        other = as_fine(other)
        if other.ndim == 1:
            return (self @ other.reshape(-1, 1)).reshape(self.shape[:-1])
        total = as_fine(np.zeros((self.shape[0], other.shape[1])))
        for first in range(0, self.shape[1], PIECE):
            piece = slice(first, first + PIECE)
            total = total + _product(self[:, piece], other[piece])
        return total

    def __rmatmul__(self, other: Any) -> FineBall:
        return as_fine(other) @ self

    def sum(self, axis: int) -> FineBall:
        """The sum along an axis, by pairs."""
        parts = self._each(lambda part: np.moveaxis(part, axis, 0))
        while parts.shape[0] > 1:
            half = parts.shape[0] // 2
            pairs, rest = parts[:half] + parts[half:2 * half], parts[2 * half:]
            parts = join([pairs, rest])
        return parts[0] if parts.shape[0] else as_fine(np.zeros(parts.shape[1:]))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        rule = FINE_UFUNCS.get(ufunc)
        if rule is None or method != "__call__" or options:
            raise TypeError(f"numpy.{ufunc.__name__} has no rule for fine balls")
        return rule(*inputs)


def as_fine(x: Any) -> FineBall:
    """`x` as a fine ball: a ball, or exact numbers."""
    if isinstance(x, FineBall):
        return x
    x = as_ball(x)
    return _parts(x.mid, np.zeros(x.shape), x.rad)


def join(balls: Sequence[FineBall]) -> FineBall:
    """Fine balls one after the other along their first axis."""
    return _parts(*(np.concatenate([getattr(ball, part) for ball in balls]) for part in ("high", "low", "rad")))


def _parts(high, low, rad):
    fine = object.__new__(FineBall)
    fine.high, fine.low, fine.rad = high, low, rad
    return fine


def fine_ball(high: Array, low: Array, rad: Any) -> FineBall:
    """The ball about high + low, split anew so that |low| ≤ u |high|; of infinite radius where it is not finite."""
    high, low = two_sum(high, low)
    known = np.isfinite(high) & np.isfinite(low) & (rad < np.inf)
    if known.all():
        shape = np.shape(high)
        return _parts(np.asarray(high), np.asarray(low), rad if np.shape(rad) == shape else np.broadcast_to(rad, shape))
    return _parts(np.where(known, high, 0.0), np.where(known, low, 0.0), np.where(known, rad, np.inf))




def _product(A, B):
    """A B for at most PIECE terms in each inner product."""
    k = A.shape[1]
    (E, A1, A2, A3), (F, B1, B2, B3) = split(A.high, A.low, 1), split(B.high, B.low, 0)
    first, second = A1 @ B1, A1 @ B2 + A2 @ B1
    rest = (A1 + shift(A2)) @ B3 + A3 @ (B1 + shift(B2 + B3))
    high, e = two_sum(first, shift(second))
    third = shift(shift(A2 @ B2) + rest)
    low = e + third
    lost = up(UNIT * (abs(third) + abs(low) + 2 * k * (k + 5)))
    exact = fine_ball(high, low, lost).scaled(E + F - 2 * BITS)
    if not (A.rad.any() or B.rad.any()):
        return exact
    sizes = [up(abs(x.high) + abs(x.low)) for x in (A, B)]
    spread = sizes[0] @ up(B.rad) + A.rad @ up(sizes[1] + B.rad)
    return exact.widened(up(spread, k + 16))


FINE_UFUNCS |= {
    np.add: lambda a, b: as_fine(a) + b,
    np.subtract: lambda a, b: as_fine(a) - b,
    np.multiply: lambda a, b: as_fine(a) * b,
    np.divide: lambda a, b: as_fine(a) / b,
    np.matmul: lambda a, b: as_fine(a) @ b,
    np.negative: lambda a: -a,
    np.absolute: abs,
}
