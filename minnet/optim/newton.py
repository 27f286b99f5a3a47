"""Newton's method with the damping that the notebook lacked.

Glossary: g gradient, H Hessian, s step, α damping, L Cholesky factor of H + αI, Δ trust radius, ρ actual over predicted reduction.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..differences import hessian_from_gradients
from .method import POSITIVE, WHOLE, Method, NoProgress
from ..linalg.factor import newton_step
from .trust_region import TrustRegion

__all__ = ["Newton", "UndampedNewton"]

EPS = np.finfo(float).eps


@dataclass(frozen=True)
class Newton(TrustRegion):
    """x ← x − (H + αI)⁻¹ g, with a damping α that lets each step go where the quadratic model is trusted.

    α is at most 0.1‖g‖/Δ, which vanishes at a minimum and leaves the step Newton's, plus the multiplier of a trust
    region of radius Δ: above −λ₁ where H is indefinite, so that each step goes down and negative curvature
    is followed, out of a saddle even where g = 0 (Moré, Sorensen 1983). A step is taken when it lowers f by a
    part ρ of what the model predicts, and Δ follows ρ: all this is `TrustRegion`. Up to `chords` more steps then use
    the factors L Lᵀ = H + αI at hand, a gradient each, while they halve the gradient (Shamanskii 1967). So the run
    goes, from any start, to a point with g = 0 and no negative eigenvalue.
    """

    chords: int = 3

    def __post_init__(self):
        super().__post_init__()
        self._check(chords=WHOLE)
        if self.subproblem != "exact":
            raise ValueError(f"Newton: subproblem={self.subproblem!r}; expected 'exact'")

    def _onwards(self, f, x, L, longest):
        for _ in range(self.chords):
            g = f.gradient(x)
            s = newton_step(L, g)
            s *= min(1.0, longest / max(np.linalg.norm(s), EPS * longest))
            if not f.value(x + s) < f.value(x):
                break
            x = x + s
            if np.linalg.norm(f.gradient(x)) > np.linalg.norm(g) / 2:
                break
        return x


@dataclass(frozen=True)
class UndampedNewton(Method):
    """x ← x − H⁻¹ g, whatever H is: the textbook's step, for comparison.

    Quadratic near a minimum; elsewhere it goes to saddles and maxima as readily, and to no place in particular where H
    is nearly singular. differences: None for the exact Hessian, or the ε of central differences of gradients (1e-8
    in the notebook that this repeats). A singular H ends the run.
    """

    differences: float | None = None

    dense = True

    def __post_init__(self):
        if self.differences is not None:
            self._check(differences=POSITIVE)

    @property
    def needs(self):
        return ("gradient", "hessian") if self.differences is None else ("gradient",)

    def step(self, f, x, state):
        H = f.hessian(x) if self.differences is None else hessian_from_gradients(f, x, self.differences)
        try:
            return x - np.linalg.inv(H) @ f.gradient(x), {}
        except np.linalg.LinAlgError:
            raise NoProgress("the Hessian is singular") from None
