"""Newton's method with the damping that the notebook lacked.

Glossary: g gradient, H Hessian, s step, α damping, L Cholesky factor of H + αI, Δ trust radius, ρ actual over predicted reduction.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..check import hessian_from_gradients
from .method import NOT_NEGATIVE, POSITIVE, Method, NoProgress
from .trust_region import _solve, exact_step, positive_definite, predicted_reduction

__all__ = ["Newton", "UndampedNewton"]

EPS = np.finfo(float).eps


@dataclass(frozen=True)
class Newton(Method):
    """x ← x − (H + αI)⁻¹ g, with a damping α that lets each step go where the quadratic model is trusted.

    α is 0.1‖g‖/Δ, which vanishes at a minimum and leaves the step Newton's, plus the multiplier of a trust
    region of radius Δ: above −λ₁ where H is indefinite, so that each step goes down and negative curvature
    is followed, out of a saddle even where g = 0 (Moré, Sorensen 1983). A step is taken when it lowers f by a
    part ρ of what the model predicts, and Δ follows ρ (Conn, Gould, Toint 2000, algorithm 6.1.1). Up to
    `chords` more steps then use the factors of H + αI at hand, a gradient each, while they halve the gradient
    (Shamanskii 1967). So the run goes, from any start, to a point with g = 0 and no negative eigenvalue.
    radius: the first Δ, in units of max(1, ‖x‖).
    """

    radius: float = 1.0
    chords: int = 3

    needs = ("gradient", "hessian")

    def __post_init__(self):
        self._check(radius=POSITIVE, chords=NOT_NEGATIVE)

    def start(self, f, x):
        return {"radius": self.radius * max(1.0, float(np.linalg.norm(x))), "damping": 0.0}

    def step(self, f, x, state):
        value, g, H = f.value(x), f.gradient(x), f.hessian(x)
        if not np.isfinite(H).all():
            raise NoProgress("the Hessian is not finite here")
        radius = state["radius"]
        while radius > EPS * (EPS + np.linalg.norm(x)):
            floor = 0.1 * np.linalg.norm(g) / radius
            s, alpha, L = exact_step(g, H + floor * np.eye(len(x)), radius)
            ratio, length = gain(f, x, value, g, s, predicted_reduction(g, H, s)), np.linalg.norm(s)
            if ratio > 1e-4:
                x = self._chords(f, x + s, L, length)
                return x, {"radius": next_radius(radius, length, ratio), "damping": floor + alpha}
            radius = min(radius, length) / 4
        raise NoProgress("no step lowers the value: it is at the limit of rounding")

    def accepts(self, f, x, state):
        """H has no negative eigenvalue beyond its rounding, √ε ‖H‖."""
        H = f.hessian(x)
        return positive_definite(H, np.sqrt(EPS) * max(np.linalg.norm(H), EPS))

    def _chords(self, f, x, L, longest):
        for _ in range(self.chords):
            g = f.gradient(x)
            s = _solve(L, g)
            s *= min(1.0, longest / max(np.linalg.norm(s), EPS * longest))
            if not f.value(x + s) < f.value(x):
                break
            x = x + s
            if np.linalg.norm(f.gradient(x)) > np.linalg.norm(g) / 2:
                break
        return x


def gain(f, x, value, g, s, predicted):
    """ρ = (f(x) − f(x + s)) / predicted. Where both drown in the rounding of f, a smaller gradient is the gain."""
    trial = f.value(x + s)
    noise = 10 * EPS * abs(value)
    if predicted <= noise and trial <= value + noise:
        return float(np.linalg.norm(f.gradient(x + s)) < np.linalg.norm(g))
    return (value - trial) / predicted if np.isfinite(trial) and predicted > 0 else -np.inf


def next_radius(radius, length, ratio):
    """Δ after a step of that length and gain."""
    if ratio < 0.25:
        return length / 4
    return max(radius, 2 * length) if ratio > 0.75 else radius


@dataclass(frozen=True)
class UndampedNewton(Method):
    """x ← x − H⁻¹ g, whatever H is: the textbook's step, for comparison.

    Quadratic near a minimum; elsewhere it goes to saddles and maxima as readily, and to no place in particular where H
    is nearly singular. differences: None for the exact Hessian, or the ε of central differences of gradients (1e-8
    in the notebook that this repeats). A singular H ends the run.
    """

    differences: float | None = None

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
