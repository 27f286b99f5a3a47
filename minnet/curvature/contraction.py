"""How Newton's simplified map contracts a ball: the bounds that the theorem of `minnet.curvature.proof` asks for.

Glossary: θ a point, g = ∇F(θ), QΛQᵀ ≈ ∇²F(θ) from `eigh`, A = QΛQᵀ exactly for the Q and Λ in memory, |λ| = min |Λ|,
T(x) = x − A⁻¹∇F(x) Newton's simplified map, δ ≥ ‖QᵀQ − I‖₂, β = 1/((1 − δ)|λ|) ≥ ‖A⁻¹‖₂.

**The contraction.** T′(x) = A⁻¹(A − ∇²F(x)), so that T contracts a ball by q = βε where ε bounds ‖∇²F(x) − A‖₂ on it.

**The step.** With w = Qᵀg, Q⁻¹g = (QᵀQ)⁻¹w and ‖(QᵀQ)⁻¹ − I‖ ≤ δ/(1 − δ):
‖A⁻¹g‖ ≤ (‖Λ⁻¹w‖ + δ‖w‖/((1 − δ)|λ|)) / √(1 − δ). Where g is only known to be in ⟨m, ρ⟩, w = Qᵀm + e with
‖e‖ ≤ √(1 + δ)‖ρ‖.
"""
from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.linalg import eigh
from numpy.typing import ArrayLike, NDArray

from ..function import as_point, quiet
from ..linalg.ball import Ball
from ..linalg.ball_arrays import norm_bound_of_tiles
from ..linalg.ball_functions import sqrt
from ..linalg.rounding import up
from .polish import hessian_near

__all__ = ["Contraction", "Factors", "contraction", "factorise", "norm_of", "step_bound"]

Array = NDArray[np.float64]


class Contraction(NamedTuple):
    """What is proved of Newton's simplified map T on a ball of radius r about θ.

    Attributes
    ----------
    factor : float
        q: T brings any two points of the ball closer together by this factor; infinite where A is singular.
    step : float
        s ≥ ‖T(θ) − θ‖. For q < 1 and s ≤ (1 − q) r there is exactly one stationary point in the ball.
    """

    factor: float
    step: float


class Factors(NamedTuple):
    """The approximate eigenvectors and eigenvalues of a Hessian, and what is proved of them.

    Attributes
    ----------
    Q : array (n, n)
    eigenvalues : array (n,)
        Λ, ascending.
    defect : float
        δ ≥ ‖QᵀQ − I‖₂.
    beta : float
        β ≥ ‖(QΛQᵀ)⁻¹‖₂.
    """

    Q: Array
    eigenvalues: Array
    defect: float
    beta: float

    def distance(self, H: Ball) -> float:
        """A bound of ‖H − QΛQᵀ‖₂ for all symmetric members of H (n, n)."""
        Q, lam = self.Q, self.eigenvalues
        return norm_bound_of_tiles(lambda rows, columns: H[rows, columns] - Ball(Q[rows]) * lam @ Q[columns].T, len(H))


@quiet
def contraction(f: Any, theta: ArrayLike, radius: float) -> Contraction:
    """Bound how Newton's simplified map contracts a ball, by the first two conditions of the theorem.

    Parameters
    ----------
    f : object
        As for `prove`.
    theta : array_like (n,)
        The middle of the ball, which is not moved.
    radius : float

    Returns
    -------
    Contraction

    Raises
    ------
    NotEnclosed
        Where the ball may hold a kink.

    Examples
    --------
    >>> from minnet.problems import himmelblau
    >>> q, s = contraction(himmelblau(), [3.01, 2.0], 0.05)
    >>> bool(q < 1 and s <= (1 - q) * 0.05)
    True
    """
    theta = as_point(f, theta, "theta").astype(float)
    factors = factorise(hessian_near(f, theta))
    if not factors.beta < np.inf:
        return Contraction(np.inf, np.inf)
    q = up(factors.beta * factors.distance(f.enclosure(theta, radius)[1]))
    return Contraction(float(q), step_bound(f.enclosure(theta, 0.0)[0], factors))


def factorise(H: Array) -> Factors:
    """`eigh` of a symmetric matrix (n, n) near the Hessian, with δ and β; β is infinite where A may be singular."""
    lam, Q = eigh(H)
    place = np.arange(len(Q))
    defect = norm_bound_of_tiles(
        lambda rows, columns: Ball(Q.T[rows]) @ Q[:, columns] - (place[rows, None] == place[columns]), len(Q))
    room = (1 - defect) * (1 - 2.0**-50) * float(abs(lam).min())
    beta = float(up(np.divide(1.0, room))) if room > 0 else np.inf
    return Factors(Q, lam, defect, beta)


def step_bound(g: Ball, factors: Factors) -> float:
    """s ≥ ‖A⁻¹g‖, by the last paragraph of the module's text, for all members g (n,)."""
    delta, inverse = Ball(factors.defect), Ball(factors.beta)
    w, spread = Ball(factors.Q.T) @ g.mid, sqrt(1 + delta) * norm_of(Ball(g.rad))
    along = norm_of(w / factors.eigenvalues) + inverse * spread
    return float(((along + delta * inverse * (norm_of(w) + spread)) / sqrt(1 - delta)).magnitude)


def norm_of(v: Ball) -> float:
    """A bound of ‖v‖₂ for all members. Nothing in it is negative, so that sum and product are rounded up once each."""
    size = v.magnitude
    largest = size.max(initial=0.0)
    if not 0 < largest < np.inf:
        return float(largest)
    return float(up(np.sqrt(up(((size / largest) ** 2).sum(), len(size) + 16)) * largest))
