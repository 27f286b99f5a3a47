"""A proof, in floating point, of what a stationary point is.

Glossary: θ a point, g = ∇F(θ), QΛQᵀ ≈ ∇²F(θ) from `eigh`, A = QΛQᵀ exactly for the Q and Λ in memory, |λ| = min |Λ|.

**Theorem.** Let ‖QᵀQ − I‖₂ ≤ δ < 1 and β = 1/((1 − δ)|λ|). For a radius r let ε bound ‖∇²F(x) − A‖₂ for all x with
‖x − θ‖ ≤ r. If q = βε < 1 and s ≤ (1 − q) r for a bound s of ‖A⁻¹g‖, then exactly one stationary point of F lies
within r of θ (and it lies within s/(1 − q)). Its Hessian has as many positive and negative eigenvalues as Λ, the i-th
smallest one within ε + δ|Λᵢ| of the i-th smallest Λᵢ.

*Proof.* QᵀQ has its eigenvalues in [1 − δ, 1 + δ], so that Q is invertible, ‖Q⁻¹‖² ≤ 1/(1 − δ) and
‖A⁻¹‖ = ‖Q⁻ᵀΛ⁻¹Q⁻¹‖ ≤ β. Newton's simplified map T(x) = x − A⁻¹∇F(x) has T′(x) = A⁻¹(A − ∇²F(x)), of norm at most q on
the ball, which is convex: T contracts by q there. It maps the ball into itself, as
‖T(x) − θ‖ ≤ ‖T(x) − T(θ)‖ + ‖A⁻¹g‖ ≤ qr + (1 − q)r. By Banach's theorem it has exactly one fixed point in the ball,
and its fixed points are the stationary points. The eigenvalues of A are Λᵢ times a factor in [1 − δ, 1 + δ]
(Ostrowski), those of ∇²F are within ε of A's (Weyl), and ε < (1 − δ)|λ|, so that none of them crosses zero. ∎

The bounds δ, β, ε and s are computed in ball arithmetic (`minnet.linalg.ball`) by `minnet.curvature.contraction`, from
the function's own `enclosure`; that of a network has its gradient in twice the working precision. Where the Hessian is
singular, the theorem has nothing to say, and `prove` answers with the condition that failed.

References
----------
Kantorovich, Akilov 1982, Functional analysis, chapter XVIII.
Horn, Johnson 2013, Matrix analysis, theorems 4.3.1 (Weyl) and 4.5.9 (Ostrowski).
Rump 2010, Verification methods: rigorous results using floating-point arithmetic, Acta Numerica 19.
"""
from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any, Literal

import numpy as np
from numpy.linalg import LinAlgError
from numpy.typing import ArrayLike, NDArray

from ..function import as_point, quiet, supports
from ..linalg.ball import Ball
from ..linalg.ball_functions import ULPS
from ..linalg.enclosure import NotEnclosed
from ..linalg.rounding import up
from .contraction import Factors, factorise, norm_of, step_bound
from .polish import hessian_near, polished

__all__ = ["ASSUMPTIONS", "LARGEST_PROVED", "NotProved", "Proof", "prove"]

Array = NDArray[np.float64]
LARGEST_PROVED = 2000  # parameters: beyond, a few dense Hessians no longer fit in the memory of a laptop
RADII = (1.5, 2.0, 4.0, 10.0)  # times the length of Newton's step
ASSUMPTIONS = (
    "IEEE double arithmetic, rounding to nearest, without flush-to-zero",
    "matrix products that add up inner products, in some order",
    f"{', '.join(ULPS)} that err by at most {max(ULPS.values())} units in the last place",
    "erfc from 4 on that errs by at most 1e-12 of its value",
    "data, l2, weights and parameters that are exactly the numbers in memory",
)


@dataclass(frozen=True, eq=False)
class Proof:
    """Exactly one stationary point of the function lies within `radius` of `point`, and this is its kind.

    Attributes
    ----------
    point : array (n,)
        The centre of the ball: the given parameters after a few steps of Newton's method.
    radius : float
        r, in the Euclidean norm.
    inertia : tuple of int
        (positive, negative) eigenvalues of the Hessian at the stationary point.
    eigenvalues : array (n, 2)
        Intervals that contain its eigenvalues, ascending.
    contraction : float
        q < 1: Newton's simplified map brings any two points of the ball closer together by this factor.
    distance : float
        A bound of how far `point` is from the given parameters.
    assumptions : tuple of str
        What the proof rests on.
    """

    point: Array
    radius: float
    inertia: tuple[int, int]
    eigenvalues: Array
    contraction: float
    distance: float
    assumptions: tuple[str, ...] = ASSUMPTIONS

    @property
    def kind(self) -> Literal["strict minimum", "saddle", "maximum"]:
        """What the stationary point is: a saddle has eigenvalues of both signs."""
        positive, negative = self.inertia
        return "saddle" if positive and negative else "strict minimum" if positive else "maximum"

    def __str__(self) -> str:
        index = f" of index {self.inertia[1]}" if self.kind == "saddle" else ""
        centre = f"a point within {self.distance:.1e} of these weights" if self.distance > 0 else "these weights"
        return (f"Proved: within {self.radius:.1e} of {centre} there is exactly one stationary point, and it is a "
                f"{self.kind}{index}; its lowest eigenvalue lies in {_interval(*self.eigenvalues[0])}")


@dataclass(frozen=True)
class NotProved:
    """There is no proof; `reason` says which condition failed and by how much. This says nothing of the point."""

    reason: str

    def __str__(self) -> str:
        return f"Not proved: {self.reason}"


@quiet
def prove(f: Any, theta: ArrayLike) -> Proof | NotProved:
    """Prove that exactly one stationary point of f lies near θ, and of which kind it is.

    Parameters
    ----------
    f : object
        With `enclosure(x, radius)`, which gives balls of its gradient and Hessian: an Objective with the named
        activations and losses, one of the polynomial problems, or a `Function` with an enclosure.
    theta : array_like (n,)
        A point near a stationary point. Newton's method leads closer first, to a tenth of max(1, ‖θ‖) away at the most.

    Returns
    -------
    Proof or NotProved
        The latter where the Hessian is singular or nearly so, where a unit may be at a kink, and where the Hessian
        changes too much in the ball that Newton's step asks for.

    Raises
    ------
    ValueError
        Where theta is no real vector of the function's size.

    Examples
    --------
    >>> from minnet import MLP, Objective
    >>> f = Objective(MLP([1, 1]), [[0.0], [1.0]], [1.0, 3.0])           # a line through two points
    >>> print(prove(f, [2.0, 1.0]))
    Proved: within ... of these weights there is exactly one stationary point, and it is a strict minimum; its ...
    >>> f = Objective(MLP([1, 1]), [[1.0], [1.0]], [1.0, 3.0])           # many lines through one point
    >>> print(prove(f, [1.0, 1.0]))
    Not proved: the Hessian is singular as far as rounding can tell: its eigenvalue nearest to zero is ..., known to ...
    """
    theta = as_point(f, theta, "theta")
    if theta.dtype.kind == "c":
        raise ValueError(f"theta has dtype {theta.dtype}; expected real parameters")
    theta = theta.astype(float)
    if not np.isfinite(theta).all():
        return NotProved("theta is not finite")
    if len(theta) > LARGEST_PROVED:
        return NotProved(f"there are {len(theta)} parameters; proofs are tried for {LARGEST_PROVED} at the most")
    if not supports(f, "enclosure"):
        return NotProved("the function has no rule for balls; expected an Objective or a function with `enclosure`")
    try:
        return _prove(f, theta)
    except NotEnclosed as reason:
        return NotProved(str(reason))
    except LinAlgError:
        return NotProved("the eigenvalues of the Hessian could not be computed")


def _prove(f: Any, start: Array) -> Proof | NotProved:
    theta = polished(f, start)
    H = hessian_near(f, theta)
    if not np.isfinite(H).all():
        return NotProved("the Hessian is not finite")
    factors = factorise(H)
    del H  # no more than four arrays of its size are ever needed at once
    if not factors.beta < np.inf:
        return NotProved(_singular(f, theta, factors))
    step = step_bound(f.enclosure(theta, 0.0)[0], factors)
    if not step < np.inf:
        return NotProved("the gradient is not finite")
    least = max(step, 2.0**-53 * float(abs(theta).max()), 2.0**-500)
    r, q = least, 1.0
    for factor in RADII:
        r = factor * least
        epsilon = factors.distance(f.enclosure(theta, r)[1])
        q = float(up(factors.beta * epsilon))
        if not q < 1:
            return NotProved(_too_wide(f, theta, factors, r, epsilon, step))
        if up(step) <= (1 - q) * (1 - 2.0**-50) * r:
            return _proof(theta, start, factors, r, epsilon, q)
    return NotProved(f"the Hessian changes too much: Newton's step is {step:.1e} long, and within {r:.1e} its map "
                     f"contracts by {q:.2g} only")


def _proof(theta: Array, start: Array, factors: Factors, r: float, epsilon: float, q: float) -> Proof:
    lam = factors.eigenvalues
    error = up(epsilon + up(factors.defect * abs(lam)))
    ends = np.column_stack([np.nextafter(lam - error, -np.inf), np.nextafter(lam + error, np.inf)])
    distance = norm_of(Ball(theta) - start) if (theta != start).any() else 0.0
    return Proof(theta, r, (int((lam > 0).sum()), int((lam < 0).sum())), ends, q, distance)


def _too_wide(f: Any, theta: Array, factors: Factors, r: float, epsilon: float, step: float) -> str:
    """Why ε is too large: by the rounding of the Hessian alone, or by what it changes in the ball."""
    if not up(factors.beta * factors.distance(f.enclosure(theta, 0.0)[1])) < 1:
        return _singular(f, theta, factors)
    return (f"Newton's step of {step:.1e} asks for a ball of radius {r:.1e}, over which the Hessian may change by "
            f"{epsilon:.1e}: more than its eigenvalue nearest to zero, {abs(factors.eigenvalues).min():.1e}")


def _singular(f: Any, theta: Array, factors: Factors) -> str:
    error = factors.distance(f.enclosure(theta, 0.0)[1])
    return ("the Hessian is singular as far as rounding can tell: its eigenvalue nearest to zero is "
            f"{abs(factors.eigenvalues).min():.1e}, known to {error:.1e}")


def _interval(low: float, high: float) -> str:
    """[low, high] rounded outwards, with two digits more than both have in common."""
    width, size = high - low, max(abs(low), abs(high))
    digits = min(17, 2 + max(1, int(np.ceil(-np.log10(width / size))))) if size and width else 17
    ends = [Decimal(low), Decimal(high)]
    shown = [Context(prec=digits, rounding=way).plus(end) for end, way in zip(ends, (ROUND_FLOOR, ROUND_CEILING))]
    return f"[{shown[0]:g}, {shown[1]:g}]"
