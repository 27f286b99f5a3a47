"""Hessian-free optimisation: Newton's step on the Gauss-Newton model by conjugate gradients, without any matrix.

Glossary: g gradient, G Gauss-Newton matrix (or Hessian), λ damping, B = G + λI, q(d) = gᵀd + ½ dᵀBd the damped model,
d the step, φ_k = q(d_k) along the inner iteration, M the preconditioner, ρ the gain, which is the actual over the
predicted reduction.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..function import Array, supports
from ..linalg.linear_cg import linear_cg
from .descent import descend
from .method import POSITIVE, UNIT, Method
from .options import check_choice, check_count, check_flag
from .search import Armijo

__all__ = ["HessianFree"]

KEPT = 1.3                            # inner iterates are kept at k = 1, ⌈1.3⌉, ⌈1.3²⌉, … for the way back
LOW, HIGH = 0.25, 0.75                # gains below and above which λ changes
GROWTH, SHRINKAGE = 3 / 2, 2 / 3      # by these factors
LOOK_BACK, PROGRESS = 10, 5e-4        # the inner iteration ends where φ falls by less than so much of itself a step
POWER = 0.75                          # of the preconditioner


@dataclass(frozen=True)
class HessianFree(Method):
    """x ← x + t d, d ≈ −(G + λI)⁻¹ g by at most `cg_iter` conjugate gradients.

    The inner iteration starts from `decay` times the last step and ends where φ has fallen by less than 5e-4 k̂ of
    itself over the last k̂ = max(10, k/10) steps. Of the iterates kept, the one with the lowest f is taken, from the
    last backwards while f falls; then t by backtracking. The damping follows ρ by the rule of Levenberg and Marquardt:
    3/2 λ where ρ < ¼, 2/3 λ where ρ > ¾. For deep networks and autoencoders on large batches.

    Parameters
    ----------
    damping : float
        The first λ.
    cg_iter : int
        The most inner iterations a step.
    decay : float
        Of the last step, between 0 and 1, as the start of the inner iteration.
    kind : "ggn" or "hessian"
        What G is. Negative curvature of the Hessian ends the inner iteration.
    precondition : bool
        M = (diag Σ ∇ℓ_i² + λ)^¾ for functions with a `fisher_diagonal`, as an Objective has.
    curvature_batch : int, optional
        Take G from so many examples, drawn anew each step, while g is from all.
    rng : int
        The seed of these draws. It is a number, not a Generator, since methods have no memory of their own.

    References
    ----------
    J. Martens (2010), Deep learning via Hessian-free optimization, section 4. J. Martens, I. Sutskever (2012),
    Training deep and recurrent networks with Hessian-free optimization, for the decay.

    Examples
    --------
    >>> from minnet import MLP, Objective, datasets, minimize
    >>> data = datasets.two_moons(60, rng=0)
    >>> f = Objective(MLP([2, 8, 2]), data.X, data.y, "softmax_crossentropy", l2=1e-3)
    >>> result = minimize(f, f.net.init(rng=0), HessianFree(), max_iter=10)
    >>> bool(result.fun < 0.5 * result.history["value"][0])
    True
    """

    damping: float = 1.0
    cg_iter: int = 250
    decay: float = 0.95
    kind: Literal["ggn", "hessian"] = "ggn"
    precondition: bool = True
    curvature_batch: int | None = None
    rng: int = 0

    def __post_init__(self) -> None:
        self._check(damping=POSITIVE, decay=UNIT)
        check_count(self, "cg_iter")
        check_choice(self, "kind", ("ggn", "hessian"))
        check_flag(self, "precondition")
        if self.curvature_batch is not None:
            check_count(self, "curvature_batch")
        check_count(self, "rng", least=0)

    @property
    def needs(self) -> tuple[str, ...]:
        batch = ("subset",) if self.curvature_batch is not None else ()
        return ("gradient", "ggnvp" if self.kind == "ggn" else "hvp", *batch)

    def start(self, f: Any, x: Array) -> dict[str, Any]:
        return {"t": 0, "damping": self.damping, "d": np.zeros_like(x)}

    def step(self, f: Any, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        lam, g, value = state["damping"], f.gradient(x), f.value(x)
        part = self._part(f, state["t"])
        curvature = part.ggnvp if self.kind == "ggn" else part.hvp

        def product(v):
            return curvature(x, v) + lam * v

        inner = InnerIteration(g)
        last, *_ = linear_cg(product, -g, x=self.decay * state["d"], precondition=self._preconditioner(part, x, lam),
                             max_iter=self.cg_iter, stop=inner, keep=False)
        kept = inner.kept if inner.kept and inner.kept[-1] is last else [*inner.kept, last]
        d = lowest_on_the_way_back(f, x, kept)
        model = g @ d + d @ product(d) / 2
        ratio = (f.value(x + d) - value) / (model - lam * (d @ d) / 2) if model < 0 else -np.inf
        p = d if g @ d < 0 else -g / lam
        step = descend(f, x, p, Armijo(c1=1e-2), first=1.0, restart=True)
        last = np.zeros_like(x) if step.restarted else d
        return step.x, {"t": state["t"] + 1, "damping": next_damping(lam, ratio), "d": last}

    def _part(self, f, t):
        """f on the curvature minibatch of step t."""
        if self.curvature_batch is None:
            return f
        rng, N = np.random.default_rng([self.rng, t]), len(f)
        return f.subset(rng.choice(N, min(self.curvature_batch, N), replace=False))

    def _preconditioner(self, f, x, lam) -> Callable[[Array], Array] | None:
        """r -> M⁻¹ r."""
        if not (self.precondition and supports(f, "fisher_diagonal")):
            return None
        scale = (f.fisher_diagonal(x) + lam) ** -POWER
        return scale.__mul__


def next_damping(lam: float, ratio: float) -> float:
    """Give λ after a step of gain ρ, by the rule of Levenberg and Marquardt (Martens 2010, section 4.1)."""
    if not ratio > LOW:
        return lam * GROWTH
    return lam * SHRINKAGE if ratio > HIGH else lam


class InnerIteration:
    """Follow φ along the inner iteration: when it ends (Martens 2010, section 4.4), and which iterates are kept."""

    def __init__(self, g: Array) -> None:
        self.g, self.phi, self.kept, self._due = g, [], [], 1.0

    def __call__(self, d: Array, r: Array, k: int) -> bool:
        """Look at the iterate d with the residual r = −g − B d, and tell whether it will do."""
        phi = self.phi
        phi.append((d @ (self.g - r)) / 2)                  # q(d) = ½ dᵀ(g − r)
        if k >= self._due:
            self.kept.append(d)
            self._due *= KEPT
        back = max(LOOK_BACK, k // LOOK_BACK)
        return k > back and phi[-1] < 0 and phi[-1] - phi[-1 - back] > PROGRESS * back * phi[-1]


def lowest_on_the_way_back(f: Any, x: Array, iterates: list[Array]) -> Array:
    """Give the iterate with the lowest f(x + d), going back from the last one while f falls."""
    best, lowest = iterates[-1], f.value(x + iterates[-1])
    for d in reversed(iterates[:-1]):
        value = f.value(x + d)
        if not value < lowest and np.isfinite(lowest):
            break
        best, lowest = d, value
    return best
