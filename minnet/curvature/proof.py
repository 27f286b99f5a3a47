"""A proof, in floating point, of what a stationary point is.

Glossary: θ the given parameters, g = ∇F(θ), Q Λ Qᵀ ≈ ∇²F(θ) from `eigh`, A = QΛQᵀ as it stands in memory, δ ≥ ‖QᵀQ −
I‖₂.

**Theorem.** Let ε bound ‖∇²F(x) − A‖₂ for all x within r of θ, and β = 1/((1 − δ) min |Λ|) ≥ ‖A⁻¹‖₂. If q = βε < 1 and
‖A⁻¹g‖ ≤ (1 − q) r, then exactly one stationary point of F lies within r of θ, and its Hessian has as many positive and
negative eigenvalues as Λ; each lies within ε + δ|Λᵢ| of Λᵢ.

*Proof.* T(x) = x − A⁻¹∇F(x) has ‖T′(x)‖ = ‖A⁻¹(A − ∇²F(x))‖ ≤ q on the ball, and ‖T(x) − θ‖ ≤ ‖T(x) − T(θ)‖ + ‖A⁻¹g‖ ≤
q r + (1 − q) r: it maps the ball into itself and contracts (Banach; Kantorovich). Its fixed points are the stationary
points. The eigenvalues of A are within δ|Λᵢ| of Λᵢ and of its sign (Ostrowski), those of ∇²F within ε of A's (Weyl),
and ε < (1 − δ) min |Λ|. ∎

All of the bounds are computed in ball arithmetic (`minnet.linalg.ball`, `minnet.network.enclosure`), which holds for
the exact objective.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.linalg import eigh
from numpy.typing import NDArray

from ..linalg.ball import Ball, U, einsum, norm_bound
from ..network.enclosure import NotEnclosed, enclosure

__all__ = ["LARGEST_PROVED", "NotProved", "Proof", "prove"]

Array = NDArray[np.float64]
LARGEST_PROVED = 700  # parameters: beyond, double precision and memory do not suffice
RADII = (1.5, 2.0, 4.0, 10.0, 100.0, 1000.0)  # times the length of Newton's step
SAFE = 1 + 1e-10  # more than the rounding of the few scalar operations below
POLISHING = 4  # steps of Newton's method at the most
ASSUMPTIONS = (
    "arithmetic is IEEE double without flush-to-zero",
    "matrix products add up inner products, in some order",
    "tanh, exp, sin, cos, erf and log1p err by at most 8 units of the last place",
    "data, l2, weights and parameters are the numbers that they are in memory",
)


@dataclass(frozen=True)
class Proof:
    """Exactly one stationary point lies within `radius` of `point`, with this inertia and these eigenvalues.

    Attributes
    ----------
    point : array (n,)
        The centre of the ball.
    radius : float
    inertia : tuple of int
        (positive, negative) eigenvalues of the Hessian at the stationary point.
    eigenvalues : array (n, 2)
        Lower and upper ends, ascending.
    contraction : float
        q: by how much Newton's simplified map contracts in the ball.
    assumptions : tuple of str
        What the proof rests on.
    """

    point: Array
    radius: float
    inertia: tuple[int, int]
    eigenvalues: Array
    contraction: float
    assumptions: tuple[str, ...] = ASSUMPTIONS

    @property
    def kind(self) -> str:
        """ "strict minimum", "maximum" or "saddle"."""
        positive, negative = self.inertia
        return "saddle" if positive and negative else "strict minimum" if positive else "maximum"

    def __str__(self) -> str:
        low, high = self.eigenvalues[0]
        return (
            f"Proved: within {self.radius:.1e} of these weights there is exactly one stationary point, and it is a "
            f"{self.kind}; its lowest eigenvalue lies in [{low:.8g}, {high:.8g}]"
        )


@dataclass(frozen=True)
class NotProved:
    """Why there is no proof."""

    reason: str

    def __str__(self) -> str:
        return f"Not proved: {self.reason}"


def prove(f: Any, theta: Array) -> Proof | NotProved:
    """Prove that one stationary point of an objective lies near θ, and of which kind it is.

    Parameters
    ----------
    f : Objective
        A network's, of the named activations and losses.
    theta : array (n,)
        A point near which Newton's method converges.

    Returns
    -------
    Proof or NotProved
        The latter with the condition that failed and by how much: where the Hessian is singular or nearly so, where a
        unit may be at a kink, and where the ball in which the Hessian changes little is smaller than what rounding
        leaves of the gradient.

    Examples
    --------
    >>> from minnet import MLP, Objective
    >>> f = Objective(MLP([1, 1]), [[0.0], [1.0]], [1.0, 3.0])           # a line through two points
    >>> print(prove(f, np.array([2.0, 1.0])))                            # doctest: +ELLIPSIS
    Proved: within ... of these weights there is exactly one stationary point, and it is a strict minimum; ...
    """
    if not hasattr(f, "net"):
        return NotProved("the function has no rule for balls; expected the Objective of a network")
    if f.n > LARGEST_PROVED:
        return NotProved(f"{f.n} parameters; proofs are tried for {LARGEST_PROVED} at the most")
    try:
        return _prove(f, _polished(f, np.asarray(theta, float)))
    except NotEnclosed as stop:
        return NotProved(str(stop))


def _polished(f: Any, theta: Array) -> Array:
    """θ after a few steps of Newton's method, as long as they shorten the gradient."""
    g = f.gradient(theta)
    for _ in range(POLISHING):
        try:
            trial = theta - np.linalg.solve(f.hessian(theta), g)
        except np.linalg.LinAlgError:
            break
        new = f.gradient(trial) if np.isfinite(trial).all() else g
        if not np.linalg.norm(new) < np.linalg.norm(g):
            break
        theta, g = trial, new
    return theta


def _prove(f: Any, theta: Array) -> Proof | NotProved:
    g, H = enclosure(f, theta)
    if not np.isfinite(H.mid).all():
        return NotProved("the Hessian is not finite")
    lam, Q = eigh(H.mid)
    least = float(abs(lam).min())
    defect = norm_bound(einsum("ki,kj->ij", Q, Q) - np.eye(f.n))
    if not (least > 0 and defect < 0.1):
        return NotProved("the Hessian is singular")
    beta = SAFE / ((1 - defect) * least)
    A = einsum("ik,jk->ij", Ball(Q) * Ball(lam), Q)
    around = norm_bound(H - A)
    if beta * around >= 1:
        return NotProved(
            f"the Hessian is singular within rounding: its least eigenvalue is {least:.1e}, and its error up to "
            f"{around:.1e}"
        )
    step = _newton_step(g, lam, Q, defect, least)
    worst = beta * around
    for factor in RADII:
        r = factor * step
        _, nearby = enclosure(f, theta, r)
        epsilon = norm_bound(nearby - A)
        q = beta * epsilon * SAFE
        if not q < 1:
            return NotProved(
                f"the Hessian changes too much within {r:.1e}, where the stationary point may be: by up to "
                f"{epsilon:.1e}, at a least eigenvalue of {least:.1e}"
            )
        if step * SAFE <= (1 - q) * r:
            error = SAFE * (epsilon + defect * abs(lam))
            return Proof(
                theta,
                float(r),
                (int((lam > 0).sum()), int((lam < 0).sum())),
                np.column_stack([lam - error, lam + error]),
                float(q),
            )
        worst = q
    return NotProved(f"Newton's map contracts by {worst:.3g} only")


def _newton_step(g: Ball, lam: Array, Q: Array, defect: float, least: float) -> float:
    """A bound of ‖A⁻¹g‖: A⁻¹ = Q⁻ᵀΛ⁻¹Q⁻¹ with ‖Q⁻ᵀ‖ ≤ 1/√(1 − δ) and ‖Q⁻¹ − Qᵀ‖ ≤ δ/√(1 − δ)."""
    within = einsum("ki,k->i", Q, g).magnitude / abs(lam) * (1 + 4 * U)
    size = float(np.sqrt((g.magnitude**2).sum()))
    grown = 1 / np.sqrt(1 - defect)
    return SAFE * float(grown * (np.sqrt((within**2).sum()) + defect * grown * size / least)) + 1e-300
