"""Newton's method with the damping that makes it go downhill.

Glossary: g gradient, H Hessian, s step, α damping, L Cholesky factor of H + αI, Δ trust radius, λ₁ the lowest
eigenvalue of H.

`dense_model` is the quadratic f(x) + gᵀs + ½ sᵀHs, a little damped. Among the steps of length Δ at most, its minimiser
solves (H + αI) s = −g, with an α that grows as Δ shrinks. `trusted_step` finds it, with a Δ so small that f falls.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..function import Array, SupportsGradient, SupportsHessian
from ..linalg.factor import newton_step
from .method import POSITIVE
from .options import check_count
from .rounding import EPS
from .second_order import SecondOrder
from .trust_region import dense_model, first_region, trusted_step

__all__ = ["Newton"]


@dataclass(frozen=True)
class Newton(SecondOrder):
    """x ← x − (H + αI)⁻¹ g, with a damping α that lets each step go as far as the quadratic model is trusted.

    α is at most 0.1 ‖g‖/Δ, which vanishes at a minimum and leaves the step Newton's, plus the multiplier of a trust
    region of radius Δ. That is above −λ₁ where H is indefinite, so that each step goes down and negative curvature is
    followed, out of a saddle even where g = 0. A step is taken when it lowers f by some part of what the model
    predicts, and Δ follows that part, as in `TrustRegion`. Up to `chords` more steps then use the factors L Lᵀ = H +
    αI at hand, at a gradient each, while they halve the gradient. So a run goes, from any start, to a point with a
    small gradient and no eigenvalue of H below −1.5e-8 ‖H‖; what is nearer to 0 cannot be told from rounding, and is
    accepted.

    It needs the full Hessian: O(n²) numbers and O(n³) operations a step. For many parameters take `LBFGS` or
    `NewtonCG`.

    Parameters
    ----------
    radius : float
        The first Δ, in units of max(1, ‖x‖).
    chords : int
        The most steps with old factors; 0 for one Hessian each step.

    References
    ----------
    J. J. Moré, D. C. Sorensen (1983), Computing a trust region step. V. E. Shamanskii (1967), A modification of
    Newton's method, for the steps with old factors.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import himmelblau
    >>> result = minimize(himmelblau(), himmelblau().saddles[0], Newton())
    >>> result.success, bool(result.fun < 1e-12)
    (True, True)
    """

    radius: float = 1.0
    chords: int = 3

    def __post_init__(self) -> None:
        self._check(radius=POSITIVE)
        check_count(self, "chords", least=0)

    def start(self, f: SupportsHessian, x: Array) -> dict[str, Any]:
        return first_region(x, self.radius)

    def step(self, f: SupportsHessian, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        (s, alpha, L), state = trusted_step(f, x, dense_model(f, x), state)
        return self._chords(f, x + s, L, longest=float(np.linalg.norm(s))), state

    def _chords(self, f: SupportsGradient, x: Array, L: Array | None, longest: float) -> Array:
        """More steps with the factor L, none longer than the first, while they halve the gradient."""
        for _ in range(self.chords if L is not None else 0):
            g = f.gradient(x)
            s = newton_step(L, g)
            s *= min(1.0, longest / max(np.linalg.norm(s), EPS * longest))        # shortened to `longest`
            if not f.value(x + s) < f.value(x):
                break
            x = x + s
            if np.linalg.norm(f.gradient(x)) > np.linalg.norm(g) / 2:
                break
        return x
