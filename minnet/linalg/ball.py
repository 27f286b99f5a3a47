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

**Radii are rounded up** by `up`. Whatever a radius is computed from is not negative, so that each of its k roundings
takes away a factor of at most 1/(1 + u), besides what underflows, which is less than k 2⁻¹⁰⁷⁴ as long as what may have
underflowed is not multiplied afterwards. Hence the rule: *a sum or product that becomes a factor is rounded up before.*
What overflows, or is not defined, such as 1/0, is the ball of infinite radius: "anything". There is no NaN.

It rests on IEEE double arithmetic, rounding to nearest and without flush-to-zero, and on products of matrices that add
up inner products in some order (no Strassen).

References
----------
Rump 1999, Fast and parallel interval arithmetic, BIT 39.
Higham 2002, Accuracy and stability of numerical algorithms, SIAM.
"""
from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["TINY", "UFUNCS", "UNIT", "Ball", "BallLike", "as_ball", "checked_ball", "concatenate", "norm_bound",
           "silent", "stack", "up"]

Array = NDArray[np.float64]
UNIT = 2.0**-53
TINY = 2.0**-1000  # above all that underflows in 2⁷⁰ operations, and far enough from underflow to be fast
MOST_TERMS = 2**26
UFUNCS: dict[np.ufunc, Callable[..., Any]] = {}  # what NumPy's and SciPy's functions are on balls


def silent(method: Callable[..., Any]) -> Callable[..., Any]:
    """Overflow and division by zero give balls of infinite radius; no warning is due."""

    @wraps(method)
    def wrapped(*args: Any, **options: Any) -> Any:
        with np.errstate(all="ignore"):
            return method(*args, **options)

    return wrapped


def up(radius: Any, roundings: int = 16) -> Any:
    """A bound of what `radius` is exactly, for a radius that was computed in at most `roundings` ≥ 3 of them in a row.

    The exact one is at most radius (1 + u)ᵏ + k 2⁻¹⁰⁷⁴; what is returned is at least
    (radius (1 + 2ku) (1 − u) + 2⁻¹⁰⁰⁰) (1 − u), which is more, as (1 + 2ku)(1 − u)² ≥ (1 + u)ᵏ for 3 ≤ k ≤ 2²⁷.
    """
    return radius * (1 + 2 * roundings * UNIT) + TINY


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
    __hash__ = None  # type: ignore[assignment]

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
        return self._each(np.transpose)

    def __len__(self) -> int:
        return len(self.mid)

    def __getitem__(self, key: Any) -> Ball:
        return _raw(np.asarray(self.mid[key]), np.asarray(self.rad[key]))

    def reshape(self, *shape: Any) -> Ball:
        return self._each(lambda part: part.reshape(*shape))

    def transpose(self, *axes: Any) -> Ball:
        return self._each(lambda part: part.transpose(*axes))

    def copy(self) -> Ball:
        return self._each(np.array)

    def _each(self, rule: Callable[[Array], Array]) -> Ball:
        return _raw(rule(self.mid), rule(self.rad))

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
        return _raw(self.mid, np.zeros(self.shape))

    @silent
    def widened(self, by: ArrayLike) -> Ball:
        """The ball of a radius larger by `by` ≥ 0."""
        return checked_ball(self.mid, up(self.rad + by))

    def where(self, mask: NDArray[np.bool_], other: BallLike) -> Ball:
        """The entries of this ball where `mask` is True, else those of `other`."""
        other = as_ball(other)
        return _raw(np.where(mask, self.mid, other.mid), np.where(mask, self.rad, other.rad))

    # --- arithmetic --------------------------------------------------------------------------------------------------

    def __neg__(self) -> Ball:
        return _raw(-self.mid, self.rad)

    def __pos__(self) -> Ball:
        return self

    def __abs__(self) -> Ball:
        return _raw(abs(self.mid), self.rad)

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
        k = _terms(self.shape[-1])
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
        k = _terms(self.size // max(mid.size, 1))
        size, spread = abs(self.mid).sum(axis, keepdims=keepdims), self.rad.sum(axis, keepdims=keepdims)
        return checked_ball(mid, up(np.asarray(spread + (k + 2) * UNIT * size), k + 16))

    def mean(self, axis: Any = None, keepdims: bool = False) -> Ball:
        """The mean of all entries, or along an axis or several."""
        total = self.sum(axis, keepdims)
        return total / (self.size // max(total.size, 1))

    # --- protocols ---------------------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        from . import ball_functions  # noqa: F401  (it adds its functions to UFUNCS, and needs this module)

        rule = UFUNCS.get(ufunc)
        if rule is None or method != "__call__" or options:
            raise TypeError(f"numpy.{ufunc.__name__} has no rule for balls")
        return rule(*inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        rule = FUNCTIONS.get(function)
        if rule is None:
            raise TypeError(f"numpy.{function.__name__} has no rule for balls")
        return rule(*args, **options)

    def _undecided(self, *_: Any) -> bool:
        raise TypeError("balls are not compared: the answer may differ from member to member; see lower and upper")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = _undecided  # type: ignore[assignment]


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
        return _raw(*parts)
    if x.dtype.kind not in "fiub":
        raise TypeError(f"a ball of {x.dtype}; expected real numbers")
    with np.errstate(over="ignore"):
        mid = x.astype(float, copy=False)
    if x.dtype.itemsize > 8 or x.dtype.kind in "iu" and (abs(mid) >= 2**53).any():
        return checked_ball(mid, up(2 * UNIT * abs(mid)))
    return checked_ball(mid, np.zeros(mid.shape))


def _raw(mid: Array, rad: Array) -> Ball:
    ball = object.__new__(Ball)
    ball.mid, ball.rad = mid, rad
    return ball


def checked_ball(mid: Array, rad: Array) -> Ball:
    """The ball ⟨mid, rad⟩, of infinite radius about 0 where it is not finite."""
    known = np.isfinite(mid) & (rad < np.inf)
    if known.all():
        return _raw(np.asarray(mid), np.asarray(rad))
    return _raw(np.where(known, mid, 0.0), np.where(known, rad, np.inf))


def _terms(k: int) -> int:
    if k > MOST_TERMS:
        raise ValueError(f"a sum of {k} terms; expected at most {MOST_TERMS}, for which its bound is proved")
    return k


def concatenate(balls: Any, axis: int = 0) -> Ball:
    """The balls one after the other along an axis."""
    balls = [as_ball(ball) for ball in balls]
    return _raw(*(np.concatenate([getattr(b, part) for b in balls], axis) for part in ("mid", "rad")))


def stack(balls: Any, axis: int = 0) -> Ball:
    """The balls side by side along a new axis."""
    balls = [as_ball(ball) for ball in balls]
    return _raw(*(np.stack([getattr(b, part) for b in balls], axis) for part in ("mid", "rad")))


@silent
def norm_bound(matrix: BallLike) -> float:
    """A bound of ‖A‖₂ for all symmetric members A of a ball (n, n).

    |A| ≤ M entry by entry gives ‖A‖₂ ≤ ‖M‖₂, and for M = Mᵀ ≥ 0 and any v > 0, ‖M‖₂ ≤ max (Mv)ᵢ/vᵢ (Collatz; v = 1
    is the largest sum of a row). A few steps of the power method bring v near the best choice.

    References
    ----------
    Horn, Johnson 2013, Matrix analysis, corollary 8.1.31.

    Examples
    --------
    >>> bool(3 <= norm_bound([[1.0, 2.0], [2.0, 1.0]]) < 3.0001)
    True
    """
    M = as_ball(matrix).magnitude
    if not np.isfinite(M).all():
        return np.inf
    M, v = np.maximum(M, M.T), np.ones(len(M))
    best = np.inf
    for _ in range(5):
        w = up(M @ v, _terms(len(M)) + 16)
        best = min(best, float(up(w / v).max()))
        v = np.maximum(w / w.max(), 1e-6)
    return best


def _append(ball: Any, values: Any) -> Ball:
    return concatenate([as_ball(ball).reshape(-1), as_ball(values).reshape(-1)])


def _diag(ball: Ball) -> Ball:
    return ball._each(np.diag)


UFUNCS |= {
    np.add: lambda a, b: as_ball(a) + b,
    np.subtract: lambda a, b: as_ball(a) - b,
    np.multiply: lambda a, b: as_ball(a) * b,
    np.divide: lambda a, b: as_ball(a) / b,
    np.matmul: lambda a, b: as_ball(a) @ b,
    np.power: lambda a, n: as_ball(a) ** n,
    np.square: lambda a: a * a,
    np.negative: lambda a: -a,
    np.positive: lambda a: a,
    np.absolute: abs,
}
FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.append: _append,
    np.concatenate: concatenate,
    np.diag: _diag,
    np.ndim: lambda ball: ball.ndim,
    np.reshape: lambda ball, shape: ball.reshape(shape),
    np.result_type: lambda *_: np.dtype(object),
    np.shape: lambda ball: ball.shape,
    np.stack: stack,
    np.sum: lambda ball, axis=None: ball.sum(axis),
    np.transpose: lambda ball, axes=None: ball.transpose(axes),
}
