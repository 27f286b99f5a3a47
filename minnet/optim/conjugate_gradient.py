"""Conjugate gradients: for linear systems and quadratics, and for any function.

Glossary: g gradient, p direction, y = g_{k+1} − g_k, z = M g the preconditioned gradient, β the share of the old direction in the new one; for A x = b, residual
r = b − A x, M the preconditioner, κ the condition number of A.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .search.line_search import Line, StrongWolfe
from .method import COUNT, WHOLE, Method, NoProgress
from .quasi_newton import curved, first_step, kept_pairs, no_pairs, secant, spread, two_loop, with_pair

__all__ = ["NonlinearCG", "beta_fletcher_reeves", "beta_polak_ribiere", "beta_hestenes_stiefel",
           "beta_dai_yuan", "beta_hager_zhang"]


def beta_fletcher_reeves(g_new, g, p, z_new, z):
    """g_{k+1}ᵀz_{k+1} / g_kᵀz_k (Fletcher, Reeves 1964)."""
    return (g_new @ z_new) / (g @ z)


def beta_polak_ribiere(g_new, g, p, z_new, z):
    """max(0, yᵀz_{k+1} / g_kᵀz_k): PR+ (Polak, Ribière 1969; Gilbert, Nocedal 1992)."""
    return max(0.0, (g_new - g) @ z_new / (g @ z))


def beta_hestenes_stiefel(g_new, g, p, z_new, z):
    """yᵀz_{k+1} / pᵀy (Hestenes, Stiefel 1952)."""
    y = g_new - g
    return y @ z_new / (p @ y)


def beta_dai_yuan(g_new, g, p, z_new, z):
    """g_{k+1}ᵀz_{k+1} / pᵀy (Dai, Yuan 1999)."""
    return (g_new @ z_new) / (p @ (g_new - g))


def beta_hager_zhang(g_new, g, p, z_new, z):
    """yᵀz_{k+1} / pᵀy − 2 (yᵀ(z_{k+1} − z_k) / pᵀy) (pᵀg_{k+1} / pᵀy), at least −1/(‖p‖ min(0.01, ‖g_k‖)) (Hager, Zhang 2005)."""
    y = g_new - g
    py = p @ y
    beta = (y @ z_new - 2 * (y @ (z_new - z)) * (p @ g_new) / py) / py
    return max(beta, -1 / (np.linalg.norm(p) * min(0.01, np.linalg.norm(g))))


BETAS = {"FR": beta_fletcher_reeves, "PR+": beta_polak_ribiere, "HS": beta_hestenes_stiefel, "DY": beta_dai_yuan,
         "HZ": beta_hager_zhang}


@dataclass(frozen=True)
class NonlinearCG(Method):
    """x ← x + t p,  p ← −z + β p,  z = M g, with β of "FR", "PR+", "HS", "DY" or "HZ": all the same on a quadratic with
    `Exact` search, which takes n steps.

    M is the preconditioner: the L-BFGS matrix of the last `memory` pairs (s, y), as in the limited-memory method of
    Hager and Zhang (2013), which makes t = 1 a good first trial; memory=0 is the classical method, z = g. It restarts
    from −z where p does not go down, and every `restart` steps if that is given (n for the classical method). FR and DY,
    which have no y in their numerator to end a bad direction, also do where |g_kᵀz_{k+1}| > ½ g_{k+1}ᵀz_{k+1} (Powell 1977).
    """

    beta: str = "PR+"
    memory: int = 10
    restart: int | None = None
    search: object = StrongWolfe(c2=0.4)

    def __post_init__(self):
        self._check(memory=WHOLE)
        if self.restart is not None:
            self._check(restart=COUNT)
        if self.beta not in BETAS:
            raise ValueError(f"NonlinearCG: beta={self.beta!r}; expected one of {', '.join(BETAS)}")

    def start(self, f, x):
        return {"k": 0, "p": np.zeros_like(x), "first": 0.0, **no_pairs(x)}

    def step(self, f, x, state):
        g, p, first, kept = f.gradient(x), state["p"], state["first"], kept_pairs(state)
        if state["k"] == 0:
            p, first = -g, first_step(x, g)
        try:
            new, t = self._searched(f, x, p, first)
        except NoProgress:
            if state["k"] == 0:
                raise
            p, kept = -g, no_pairs(x)
            new, t = self._searched(f, x, p, first_step(x, g))
        s, y = secant(f, x, new)
        if self.memory and curved(s, y):
            kept = with_pair(kept, s, y, self.memory)
        p, first = self._direction(f.gradient(new), g, p, kept, state["k"] + 1, t)
        return new, {"k": state["k"] + 1, "p": p, "first": first, **kept}

    def _searched(self, f, x, p, first):
        line = Line(f, x, p)
        t = self.search.search(line, first)
        return line.point(t), t

    def _direction(self, g_new, g, p, kept, k, t):
        """(p_{k+1}, first trial): 1 with a preconditioner, else the same first-order change as the last step's
        (Nocedal, Wright 2006, section 3.5)."""
        pairs = kept["pairs"]
        M = (lambda v: two_loop(pairs, v, spread(*pairs[-1]), products=kept["products"])) if len(pairs) else (lambda v: v)
        z_new = M(g_new)
        beta = BETAS[self.beta](g_new, g, p, z_new, M(g))
        p_new = -z_new + beta * p if np.isfinite(beta) else -z_new
        steep = -1e-10 * np.linalg.norm(p_new) * np.linalg.norm(g_new)
        jammed = self.beta in ("FR", "DY") and abs(g @ z_new) > 0.5 * (g_new @ z_new)
        if jammed or not p_new @ g_new < steep or (self.restart and k % self.restart == 0):
            p_new = -z_new
        return p_new, 1.0 if len(pairs) else float(t * (p @ g) / (p_new @ g_new)) if p_new @ g_new < 0 else t
