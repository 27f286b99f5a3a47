"""Trust regions: the subproblem, minimise gᵀs + ½ sᵀHs over ‖s‖ ≤ Δ, and the method that solves it in each step.

Glossary: g gradient, H Hessian, s step, Δ radius, α the damping of (H + αI) s = −g, λ₁ the lowest eigenvalue.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh, solve_triangular

from ..linalg.factor import factor, lowest_curvature, newton_step, positive_definite
from .method import POSITIVE, Method, NoProgress

EPS = np.finfo(float).eps

__all__ = ["TrustRegion", "exact_step", "gain", "next_radius", "predicted_reduction", "steihaug_step"]


def exact_step(g, H, radius):
    """(s, α, L): the global solution of the subproblem, to 10 % in ‖s‖ = Δ where the bound is active, its
    multiplier, and the Cholesky factor L of H + αI.

    s solves (H + αI) s = −g with H + αI positive semidefinite, α ≥ 0 and α(Δ − ‖s‖) = 0 (Moré, Sorensen
    1983, lemmas 2.1 and 2.3), by Newton's method on 1/‖s(α)‖ = 1/Δ (their algorithm 3.2). λ₁ is computed only
    where H is not positive definite. In the hard case, g without a part along the lowest eigenvector q, the
    step is completed along q, on the side that points downhill.
    """
    size, rounding = np.linalg.norm(g), 4 * len(g) * EPS * np.linalg.norm(H)
    L, q, low = factor(H), None, 0.0
    if L is not None and np.diag(L).min() ** 2 > rounding:
        s = newton_step(L, g)
        if np.linalg.norm(s) <= radius:
            return s, 0.0, L
        alpha = 0.0
    else:
        (lowest,), q = eigh(H, subset_by_index=[0, 0], driver="evx")
        q, low = q[:, 0], max(0.0, -lowest)
        if size == 0:
            return (radius * q if lowest < -rounding else 0 * g), low, factor(H, low + 2 * rounding)
        alpha = low + max(1e-3 * size / radius, rounding)
    floor, high, inside = low, low + size / radius, None    # ‖s(α)‖ ≤ ‖g‖ / (λ₁ + α): the root lies in [low, high]
    for _ in range(100):
        L = factor(H, alpha)
        if L is None:                                        # α is −λ₁ within rounding
            low, alpha = alpha, floor + 2 * max(alpha - floor, rounding)
            high = max(high, alpha)
            continue
        s = newton_step(L, g)
        norm = np.linalg.norm(s)
        if 0.9 * radius <= norm <= 1.1 * radius:
            return s, alpha, L
        if norm < radius:
            inside = s, alpha, L
            if q is not None and alpha - floor <= max(1e-3 * size / radius, 4 * rounding):
                break
            high = alpha
        else:
            low = alpha
        w = solve_triangular(L, s, lower=True, check_finite=False)
        alpha += (norm / np.linalg.norm(w)) ** 2 * (norm - radius) / radius
        if not low < alpha < high:
            alpha = low + 0.1 * (high - low)
        if high - low <= EPS * high:
            break
    if inside is None:
        return s * min(1.0, radius / norm), alpha, L
    s, alpha, L = inside
    return (s if q is None else _along(s, q, g, radius)), alpha, L


def predicted_reduction(g, H, s):
    """−(gᵀs + ½ sᵀHs)."""
    return -(g @ s + s @ (H @ s) / 2)


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


def _along(s, q, g, radius):
    """s + τ q of length Δ, downhill."""
    q = q if q @ g <= 0 else -q
    b, c = s @ q, s @ s - radius**2
    return s + (-b + np.sqrt(max(b * b - c, 0.0))) * q


def steihaug_step(product, g, radius, tol):
    """An approximate solution by conjugate gradients on H s = −g, stopped at ‖r‖ ≤ tol, at the boundary, or along a
    direction of negative curvature followed to the boundary (Steihaug 1983; Nocedal, Wright 2006, algorithm 7.2)."""
    s, r = np.zeros_like(g), g
    p = -r
    for _ in range(2 * len(g)):
        if np.linalg.norm(r) <= tol:
            break
        Hp = product(p)
        pHp = p @ Hp
        alpha = (r @ r) / pHp if pHp > 0 else np.inf
        if not alpha < np.inf or np.linalg.norm(s + alpha * p) >= radius:
            return _along(s, p / np.linalg.norm(p), -p, radius)
        s, r, before = s + alpha * p, r + alpha * Hp, r
        p = -r + (r @ r) / (before @ before) * p
    return s


@dataclass(frozen=True)
class TrustRegion(Method):
    """x ← x + s, s the minimiser of the quadratic model over ‖s‖ ≤ Δ (Conn, Gould, Toint 2000, algorithm 6.1.1).

    subproblem: "exact" by `exact_step` and the full Hessian, or "steihaug" by `steihaug_step` and products, to
    ‖r‖ ≤ min(½, √‖g‖) ‖g‖. The exact model's H has 0.1 |1 − ρ| ‖g‖/Δ added to its diagonal, ρ the gain of the last trial and the
    factor kept in [0.01, 1], so that flat directions wait while the model is in doubt. Negative curvature is followed to the boundary, also out of a saddle with
    g = 0. radius: the first Δ, in units of max(1, ‖x‖).
    """

    subproblem: str = "exact"
    radius: float = 1.0

    def __post_init__(self):
        self._check(radius=POSITIVE)
        if self.subproblem not in ("exact", "steihaug"):
            raise ValueError(f"TrustRegion: subproblem={self.subproblem!r}; expected 'exact' or 'steihaug'")

    @property
    def needs(self):
        return ("gradient", "hessian") if self.subproblem == "exact" else ("gradient", "hvp")

    def start(self, f, x):
        return {"radius": self.radius * max(1.0, float(np.linalg.norm(x))), "damping": 0.0, "doubt": 1.0}

    def step(self, f, x, state):
        value, g, radius, doubt = f.value(x), f.gradient(x), state["radius"], state["doubt"]
        product, solve = self._exact(f, x, g) if self.subproblem == "exact" else self._products(f, x, g)
        while radius > EPS * (EPS + np.linalg.norm(x)):
            s, alpha, L = solve(radius, doubt)
            length, predicted = float(np.linalg.norm(s)), -(g @ s + s @ product(s) / 2)
            ratio = gain(f, x, value, g, s, predicted)
            if ratio > 1e-4:
                return self._onwards(f, x + s, L, length), {"radius": next_radius(radius, length, ratio), "damping": alpha,
                                                            "doubt": float(np.clip(abs(1 - ratio), 0.01, 1))}
            radius, doubt = min(radius, length) / 4, 1.0
        raise NoProgress("no step lowers the value: it is at the limit of rounding")

    def accepts(self, f, x, state):
        """H has no negative eigenvalue beyond √ε of its size."""
        if self.subproblem == "exact":
            H = f.hessian(x)
            return positive_definite(H, np.sqrt(EPS) * max(np.linalg.norm(H), EPS))
        return lowest_curvature(f, x)[0] >= -np.sqrt(EPS)

    def _exact(self, f, x, g):
        """(v -> H v, (Δ, doubt) -> (s, α, L))."""
        H = f.hessian(x)
        if not np.isfinite(np.linalg.norm(H) + np.linalg.norm(g)):
            raise NoProgress("the gradient or the Hessian is not finite here")

        def solve(radius, doubt):
            floor = float(0.1 * doubt * np.linalg.norm(g) / radius)
            s, alpha, L = exact_step(g, H + floor * np.eye(len(g), dtype=g.dtype), radius)
            return s, floor + alpha, L

        return H.__matmul__, solve

    def _products(self, f, x, g):
        """The same from products; where g vanishes, s goes along the lowest eigenvector."""
        size, product = np.linalg.norm(g), lambda v: f.hvp(x, v)
        if size <= EPS * abs(f.value(x)):
            low, q = lowest_curvature(f, x)
            return product, lambda radius, _: (radius * (q if q @ g <= 0 else -q) * (low < 0), 0.0, None)
        tol = min(0.5, np.sqrt(size)) * size
        return product, lambda radius, _: (steihaug_step(product, g, radius, tol), 0.0, None)

    def _onwards(self, f, x, L, length):
        return x
