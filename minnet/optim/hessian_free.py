"""Hessian-free optimisation: Newton's step on the Gauss-Newton model by conjugate gradients, without any matrix.

Glossary: g gradient, G Gauss-Newton matrix (or H), λ damping, B = G + λI, q(d) = gᵀd + ½ dᵀBd the damped model, d the step, φ_k =
q(d_k) along the inner iteration, M the preconditioner, ρ actual over predicted reduction.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..function import supports
from ..linalg.linear_cg import linear_cg
from .search.line_search import Armijo, Line
from .method import COUNT, POSITIVE, UNIT, Method, NoProgress

__all__ = ["HessianFree"]

KEPT = 1.3  # inner iterates are kept at k = 1, ⌈1.3⌉, ⌈1.3²⌉, … for the way back


@dataclass(frozen=True)
class HessianFree(Method):
    """x ← x + t d, d ≈ −(G + λI)⁻¹ g by at most `cg_iter` inner iterations (Martens 2010, algorithm 2, and his section 4).

    The inner iteration starts from `decay` times the last step and ends where φ has fallen by less than 5e-4 k̂ of itself over
    the last k̂ = max(10, k/10) steps. Of the iterates kept, the one with the lowest f is taken, from the last backwards
    while f falls; then t by backtracking. λ follows ρ by the rule of Levenberg and Marquardt: 3/2 λ where ρ < ¼, 2/3 λ where ρ > ¾.
    curvature: "ggn" or "hessian", whose negative curvature ends the inner iteration. precondition: M = (diag Σ ∇ℓ_i² + λ)^¾, for
    an Objective. curvature_batch: G from so many examples, drawn anew each step by seed, while g is from all of f.
    """

    damping: float = 1.0
    cg_iter: int = 250
    decay: float = 0.95
    curvature: str = "ggn"
    precondition: bool = True
    curvature_batch: int | None = None
    seed: int = 0

    def __post_init__(self):
        self._check(damping=POSITIVE, cg_iter=COUNT, decay=UNIT)
        if self.curvature not in ("ggn", "hessian"):
            raise ValueError(f"HessianFree: curvature={self.curvature!r}; expected 'ggn' or 'hessian'")
        if self.curvature_batch is not None:
            self._check(curvature_batch=COUNT)

    @property
    def needs(self):
        batch = ("subset",) if self.curvature_batch is not None else ()
        return ("gradient", "ggnvp" if self.curvature == "ggn" else "hvp", *batch)

    def start(self, f, x):
        return {"t": 0, "damping": self.damping, "d": np.zeros_like(x)}

    def step(self, f, x, state):
        lam, g, value = state["damping"], f.gradient(x), f.value(x)
        part = self._part(f, state["t"])
        rule = part.ggnvp if self.curvature == "ggn" else part.hvp
        product = lambda v: rule(x, v) + lam * v
        d, iterates = self._inner(product, g, self.decay * state["d"], self._preconditioner(part, x, lam))
        d = self._back(f, x, iterates)
        model = g @ d + d @ product(d) / 2
        ratio = (f.value(x + d) - value) / (model - lam * (d @ d) / 2) if model < 0 else -np.inf
        if not ratio > 0.25:
            lam *= 3 / 2
        elif ratio > 0.75:
            lam *= 2 / 3
        state = {"t": state["t"] + 1, "damping": lam, "d": d}
        if not g @ d < 0:
            d = -g / lam
        line = Line(f, x, d)
        try:
            return line.point(Armijo(c1=1e-2).search(line, 1.0)), state
        except NoProgress:
            if state["d"].any():
                line = Line(f, x, -g / lam)
                return line.point(Armijo(c1=1e-2).search(line, 1.0)), state | {"d": np.zeros_like(x)}
            raise

    def _part(self, f, t):
        """f on the curvature minibatch of step t."""
        if self.curvature_batch is None:
            return f
        rng, N = np.random.default_rng([self.seed, t]), len(f)
        return f.subset(rng.choice(N, min(self.curvature_batch, N), replace=False))

    def _preconditioner(self, f, x, lam):
        if not (self.precondition and supports(f, "fisher_diagonal")):
            return None
        scale = (f.fisher_diagonal(x) + lam) ** -0.75
        return lambda r: scale * r

    def _inner(self, product, g, start, precondition):
        """(d, iterates kept) of conjugate gradients on B d = −g from the warm start, with Martens's stopping rule."""
        phi, kept, due = [], [], 1.0

        def stop(d, r, k):
            nonlocal due
            phi.append((d @ (g - r)) / 2)                   # q(d) = ½ dᵀ(g − r), r = −g − B d
            if k >= due:
                kept.append(d)
                due *= KEPT
            back = max(10, k // 10)
            return k > back and phi[-1] < 0 and phi[-1] - phi[-1 - back] > 5e-4 * back * phi[-1]

        d, *_ = linear_cg(product, -g, x=start, precondition=precondition, max_iter=self.cg_iter, stop=stop,
                          keep=False)
        if not kept or kept[-1] is not d:
            kept.append(d)
        return d, kept

    @staticmethod
    def _back(f, x, iterates):
        """The iterate with the lowest f, going back from the last one while f falls."""
        best, lowest = iterates[-1], f.value(x + iterates[-1])
        for d in reversed(iterates[:-1]):
            value = f.value(x + d)
            if not value < lowest and np.isfinite(lowest):
                break
            best, lowest = d, value
        return best
