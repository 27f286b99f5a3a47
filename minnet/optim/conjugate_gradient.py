"""Nonlinear conjugate gradients.

Glossary: g gradient, p direction, y = g_{k+1} − g_k, z = M g the preconditioned gradient, M (n, n) the preconditioner,
β the share of the old direction in the new one.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

import numpy as np

from ..function import Array, SupportsGradient
from ..linalg.norm import norm
from .descent import descend
from .limited_memory import LimitedMemory
from .method import Method
from .options import check_choice, check_count, check_search
from .search import LineSearch, StrongWolfe
from .secant import secant_pair

__all__ = ["BETAS", "NonlinearCG", "beta_dai_yuan", "beta_fletcher_reeves", "beta_hager_zhang",
           "beta_hestenes_stiefel", "beta_polak_ribiere"]

STEEP = 1e-10       # the least −gᵀp, in units of ‖g‖‖p‖
ORTHOGONAL = 0.5    # the most |g_kᵀz_{k+1}|, in units of g_{k+1}ᵀz_{k+1}


def beta_fletcher_reeves(g_new: Array, g: Array, p: Array, z_new: Array, z: Array) -> float:
    """β = g_{k+1}ᵀz_{k+1} / g_kᵀz_k (R. Fletcher, C. M. Reeves 1964, Function minimization by conjugate gradients)."""
    return float((g_new @ z_new) / (g @ z))


def beta_polak_ribiere(g_new: Array, g: Array, p: Array, z_new: Array, z: Array) -> float:
    """β = max(0, yᵀz_{k+1} / g_kᵀz_k): PR+ (E. Polak, G. Ribière 1969; J. C. Gilbert, J. Nocedal 1992)."""
    return max(0.0, float((g_new - g) @ z_new / (g @ z)))


def beta_hestenes_stiefel(g_new: Array, g: Array, p: Array, z_new: Array, z: Array) -> float:
    """β = yᵀz_{k+1} / pᵀy (M. R. Hestenes, E. Stiefel 1952)."""
    y = g_new - g
    return float(y @ z_new / (p @ y))


def beta_dai_yuan(g_new: Array, g: Array, p: Array, z_new: Array, z: Array) -> float:
    """β = g_{k+1}ᵀz_{k+1} / pᵀy (Y. H. Dai, Y. Yuan 1999)."""
    return float((g_new @ z_new) / (p @ (g_new - g)))


def beta_hager_zhang(g_new: Array, g: Array, p: Array, z_new: Array, z: Array) -> float:
    """β = yᵀz_{k+1} / pᵀy − 2 (yᵀ(z_{k+1} − z_k) / pᵀy) (pᵀg_{k+1} / pᵀy), at least −1/(‖p‖ min(0.01, ‖g_k‖)).

    W. W. Hager, H. Zhang (2005), A new conjugate gradient method with guaranteed descent and an efficient line search.
    """
    y = g_new - g
    py = p @ y
    beta = (y @ z_new - 2 * (y @ (z_new - z)) * (p @ g_new) / py) / py
    return max(float(beta), float(-1 / (np.linalg.norm(p) * min(0.01, np.linalg.norm(g)))))


BETAS = {"FR": beta_fletcher_reeves, "PR+": beta_polak_ribiere, "HS": beta_hestenes_stiefel, "DY": beta_dai_yuan,
         "HZ": beta_hager_zhang}


@dataclass(frozen=True)
class NonlinearCG(Method):
    """x ← x + t p,  p ← −z + β p,  z = M g: conjugate gradients for any function.

    On a quadratic with an `Exact` search all β are the same, and n steps end. M is the L-BFGS matrix of the last
    `memory` pairs, which makes t = 1 a good first trial; memory=0 is the classical method with z = g. It restarts from
    −z where p does not go down, and every `restart` steps if that is given. FR and DY, which have no y in their
    numerator to end a bad direction, also do where |g_kᵀz_{k+1}| > ½ g_{k+1}ᵀz_{k+1}; this is Powell's test, whose
    bound is 0.2. Where a search fails, the pairs are dropped and the step starts again from −g.

    Parameters
    ----------
    beta : "PR+", "FR", "HS", "DY" or "HZ"
        The formula of β: Polak-Ribière, Fletcher-Reeves, Hestenes-Stiefel, Dai-Yuan or Hager-Zhang.
    memory : int
        The number of pairs of the preconditioner.
    restart : int, optional
        n for the classical method.
    search : LineSearch
        One with the strong Wolfe conditions and a small c2.

    References
    ----------
    W. W. Hager, H. Zhang (2013), The limited memory conjugate gradient method. M. J. D. Powell (1977), Restart
    procedures for the conjugate gradient method. J. Nocedal, S. J. Wright (2006), Numerical Optimization, section 5.2,
    and 3.5 for the first trial of the classical method.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import rosenbrock
    >>> minimize(rosenbrock(), [-1.2, 1.0], NonlinearCG("HZ", memory=0)).success
    True
    """

    beta: Literal["PR+", "FR", "HS", "DY", "HZ"] = "PR+"
    memory: int = 10
    restart: int | None = None
    search: LineSearch = StrongWolfe(c2=0.4)

    def __post_init__(self) -> None:
        check_choice(self, "beta", BETAS)
        check_count(self, "memory", least=0)
        if self.restart is not None:
            check_count(self, "restart")
        check_search(self)

    def start(self, f: SupportsGradient, x: Array) -> dict[str, Any]:
        return {"k": 0, "p": np.zeros_like(x), "first": 0.0, **LimitedMemory.empty(len(x), x.dtype).state()}

    def step(self, f: SupportsGradient, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        g, k, pairs = f.gradient(x), state["k"], LimitedMemory.of(state)
        p, first = (state["p"], state["first"]) if k else (-g, None)
        step = descend(f, x, p, self.search, first, restart=k > 0)
        if step.restarted:
            pairs = LimitedMemory.empty(len(x), x.dtype)
        if self.memory:
            pairs = pairs.with_pair(*secant_pair(f, x, step.x), self.memory)
        g_new = f.gradient(step.x)
        p_new = self._direction(g_new, g, step.direction, _preconditioner(pairs), k + 1)
        first = 1.0 if pairs.known else _same_change(step.t * (step.direction @ g), p_new @ g_new, step.t)
        return step.x, {"k": k + 1, "p": p_new, "first": first, **pairs.state()}

    def _direction(self, g_new, g, p, precondition, k):
        """p_{k+1}."""
        z_new, z = precondition(g_new), precondition(g)
        if self.restart and k % self.restart == 0:
            return -z_new
        if self.beta in ("FR", "DY") and abs(g @ z_new) > ORTHOGONAL * (g_new @ z_new):
            return -z_new
        beta = BETAS[self.beta](g_new, g, p, z_new, z)
        p_new = -z_new + beta * p if isfinite(beta) else -z_new
        goes_down = p_new.dot(g_new) < -STEEP * norm(p_new) * norm(g_new)
        return p_new if goes_down else -z_new


def _preconditioner(pairs: LimitedMemory) -> Callable[[Array], Array]:
    """v -> M v of the pairs."""
    if not pairs.known:
        return np.asarray
    return lambda v: pairs.times(v, pairs.gamma)


def _same_change(before, slope, t):
    """The first trial for which a first-order model falls by as much as in the last step, or the last t."""
    return float(before / slope) if slope < 0 else t
