"""Midpoint–radius arithmetic of arrays: balls that hold every value they may stand for, rounding included.

A ball ⟨m, ρ⟩ of arrays is the set of all arrays within ρ of m, entry by entry. An operation on balls gives a ball that
holds the exact result for every choice of members (Rump 1999, "Fast and parallel interval arithmetic"). With u = 2⁻⁵³:

    sum          m = m₁ + m₂ rounded,    ρ = ρ₁ + ρ₂ + u |m| product      m = m₁ m₂ rounded,      ρ = |m₁| ρ₂ + ρ₁
    (|m₂| + ρ₂) + u |m| Σ products   m by einsum,            ρ = (Σ |m₁| ρ₂ + Σ ρ₁ (|m₂| + ρ₂) + γ Σ |m₁||m₂|) (1 +
    2γ),  γ = (K + 4) u / (1 − (K + 4) u) function f   m = f(m₁) by the library, ρ = sup |f′| ρ₁ + 17 u |m|

for sums of K products, in whatever order they are added up: each is off by γ Σ |·| at the most (Higham 2002, section
3.5), and the last factor is for the sums in ρ itself. Every radius is rounded up by a factor of 1 + 4u and by a number
above the underflow of its parts.

It rests on IEEE double arithmetic without flush-to-zero, on products that add up inner products in some order, and on
a library whose tanh, exp, sin, cos and erf err by at most 8 units of the last place, which the tests measure.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import erf as _erf

__all__ = ["Ball", "U", "cos", "einsum", "erf", "exp", "norm_bound", "sigmoid", "sin", "softplus", "tanh"]

Array = NDArray[np.float64]
U = 2.0**-53
TINY = 1e-300  # far above what underflow can take from a sum of 10⁸ terms
LIBRARY = 16 * U  # eight units of the last place, of two roundings each


def _up(radius: Array) -> Array:
    """A radius that was computed in a few operations, made no smaller than it is exactly."""
    return radius * (1 + 4 * U) + TINY


class Ball:
    """All arrays within `rad` of `mid`, entry by entry.

    Examples
    --------
    >>> third = Ball(1.0) / Ball(3.0)
    >>> bool(third.rad < 2e-16), bool(abs(third.mid * 3 - 1) <= 3 * third.rad)
    (True, True)
    """

    __array_ufunc__ = None  # NumPy's arrays leave mixed operations to the ball

    def __init__(self, mid: ArrayLike, rad: ArrayLike = 0.0) -> None:
        self.mid = np.asarray(mid, float)
        self.rad = np.broadcast_to(np.asarray(rad, float), self.mid.shape)

    def __repr__(self) -> str:
        return f"Ball({self.mid!r}, {self.rad!r})"

    @property
    def shape(self) -> tuple[int, ...]:
        return self.mid.shape

    @property
    def T(self) -> Ball:
        return Ball(self.mid.T, self.rad.T)

    @property
    def magnitude(self) -> Array:
        """The largest size (…) that a member's entry may have."""
        return _up(abs(self.mid) + self.rad)

    def __getitem__(self, key: Any) -> Ball:
        return Ball(self.mid[key], self.rad[key])

    def reshape(self, *shape: int) -> Ball:
        return Ball(self.mid.reshape(*shape), self.rad.reshape(*shape))

    def __neg__(self) -> Ball:
        return Ball(-self.mid, self.rad)

    def __add__(self, other: Ball | ArrayLike) -> Ball:
        other = _ball(other)
        mid = self.mid + other.mid
        return Ball(mid, _up(self.rad + other.rad + U * abs(mid)))

    __radd__ = __add__

    def __sub__(self, other: Ball | ArrayLike) -> Ball:
        return self + -_ball(other)

    def __rsub__(self, other: ArrayLike) -> Ball:
        return _ball(other) - self

    def __mul__(self, other: Ball | ArrayLike) -> Ball:
        other = _ball(other)
        mid = self.mid * other.mid
        spread = abs(self.mid) * other.rad + self.rad * (abs(other.mid) + other.rad)
        return Ball(mid, _up(spread + U * abs(mid)))

    __rmul__ = __mul__

    def __truediv__(self, other: Ball | ArrayLike) -> Ball:
        """The quotient; infinitely wide where the divisor may be zero. |a/b − m| ≤ ρ_a/β + |a| ρ_b/(|m_b| β), β =
        |m_b| − ρ_b."""
        other = _ball(other)
        with np.errstate(divide="ignore", invalid="ignore"):
            mid = self.mid / other.mid
            least = (abs(other.mid) - other.rad) * (1 - 4 * U)
            spread = self.rad / least + abs(self.mid) * other.rad / (abs(other.mid) * least)
            rad = _up(spread * (1 + 8 * U) + U * abs(mid))
        known = (least > 0) & np.isfinite(rad)
        return Ball(np.where(known, mid, 0.0), np.where(known, rad, np.inf))


def _ball(value: Ball | ArrayLike) -> Ball:
    return value if isinstance(value, Ball) else Ball(value)


def einsum(spec: str, left: Ball | ArrayLike, right: Ball | ArrayLike | None = None) -> Ball:
    """`numpy.einsum` of one or two balls: sums of entries, or of products of two.

    Examples
    --------
    >>> einsum("i,i->", Ball([1.0, 2.0], 0.5), [3.0, 4.0]).mid
    array(11.)
    """
    x = _ball(left)
    y = Ball(1.0) if right is None else _ball(right)
    spec = spec if right is not None else spec.replace("->", ",->")
    inputs, output = spec.split("->")
    sizes = {i: n for names, ball in zip(inputs.split(","), (x, y)) for i, n in zip(names, ball.shape)}
    terms = prod(n for i, n in sizes.items() if i not in output) + 4
    gamma = terms * U / (1 - terms * U)

    def total(a: Array, b: Array) -> Array:
        return np.einsum(spec, a, b, optimize=True)

    size = total(abs(x.mid), abs(y.mid))
    spread = total(abs(x.mid), y.rad) + total(x.rad, y.magnitude)
    return Ball(total(x.mid, y.mid), _up((spread + gamma * size) * (1 + 2 * gamma)))


def norm_bound(matrix: Ball) -> float:
    """A bound of ‖A‖₂ for every symmetric member A: the largest sum of a row's sizes, or Frobenius's norm if that is
    less."""
    size, n = matrix.magnitude, matrix.shape[-1]
    rows, frobenius = size.sum(-1).max(), np.sqrt((size**2).sum())
    return float(min(rows, frobenius) * (1 + (n * n + 8) * U)) + TINY


def tanh(z: Ball) -> Ball:
    """tanh z, with |tanh′| ≤ 1."""
    return _function(np.tanh(z.mid), z.rad, 1.0)


def sigmoid(z: Ball) -> Ball:
    """1/(1 + exp(−z)) = ½ + ½ tanh(z/2), with σ′ ≤ ¼."""
    half = np.tanh(z.mid / 2)
    return Ball(0.5 + 0.5 * half, _up(0.25 * z.rad + LIBRARY))


def exp(z: Ball) -> Ball:
    """exp z; |exp(z) − exp(m)| ≤ exp(m) (exp(ρ) − 1)."""
    with np.errstate(over="ignore", invalid="ignore"):
        mid = np.exp(z.mid)
        rad = (mid * np.expm1(z.rad)) * (1 + 3 * LIBRARY) + LIBRARY * mid
        return Ball(mid, np.where(np.isfinite(mid), _up(rad), np.inf))


def sin(z: Ball) -> Ball:
    """sin z, with |sin′| ≤ 1."""
    return _function(np.sin(z.mid), z.rad, 1.0)


def cos(z: Ball) -> Ball:
    """cos z, with |cos′| ≤ 1."""
    return _function(np.cos(z.mid), z.rad, 1.0)


def erf(z: Ball) -> Ball:
    """erf z, with erf′ ≤ 2/√π."""
    return _function(_erf(z.mid), z.rad, 1.1283791670955127)


def softplus(z: Ball) -> Ball:
    """log(1 + exp z) = max(z, 0) + log1p(exp(−|z|)), with softplus′ ≤ 1."""
    mid = np.maximum(z.mid, 0) + np.log1p(np.exp(-abs(z.mid)))
    return _function(mid, z.rad, 1.0, 3 * LIBRARY)


def _function(mid: Array, rad: Array, slope: float, error: float = LIBRARY) -> Ball:
    """A function's ball from its value at the midpoint, a bound of its slope, and the relative error of the value."""
    return Ball(mid, _up(slope * (1 + 4 * U) * rad + error * (1 + 1e-6) * abs(mid)))
