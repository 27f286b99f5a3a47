"""L-BFGS, plain and preconditioned.

Glossary: g gradient, p direction, t step of the line search, s = x_{k+1} − x_k, y = g_{k+1} − g_k, H (n, n) the matrix
that the pairs (s, y) make of γ M by the updates of BFGS.

The pairs are a `LimitedMemory`: `pairs.times(g, gamma, M)` is H g, the answer of `updates.two_loop` by products of
matrices instead of loops. `descend` looks for t along p; `secant_pair` gives s and y, with y corrected by what the
values of f tell of the curvature.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..function import Array, SupportsGradient
from .descent import descend
from .limited_memory import LimitedMemory
from .method import Method
from .options import check_count, check_flag, check_search
from .search import LineSearch, StrongWolfe
from .secant import secant_pair

__all__ = ["LBFGS"]


@dataclass(frozen=True)
class LBFGS(Method):
    """BFGS that remembers the last pairs instead of a matrix: p = −H g,  x ← x + t p, at O(memory · n) a step.

    H g is that of the two loops (`updates.two_loop`), from γ I with γ = `secant_scale` of the newest pair. A pair
    without positive curvature is not kept. Where a search fails, the pairs are dropped and the step starts again from
    −g. The first choice for many parameters and exact gradients; for minibatches take `Adam`.

    Parameters
    ----------
    memory : int
        How many pairs are kept.
    search : LineSearch
        One with the Wolfe conditions.
    precondition : bool
        For an Objective: start H from γ M, M the inverse of its Gauss-Newton matrix in Kronecker factors and γ = sᵀy /
        yᵀMy, both made anew at the steps 4, 8, 16, …, γ at 1 and 2, too. Each M costs a few gradients and counts in
        `nhev`. It pays where inputs are badly scaled.

    References
    ----------
    D. C. Liu, J. Nocedal (1989), On the limited memory BFGS method for large scale optimization. J. Nocedal, S. J.
    Wright (2006), Numerical Optimization, algorithms 7.4 and 7.5. J. Martens, R. Grosse (2015), Optimizing neural
    networks with Kronecker-factored approximate curvature.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import rosenbrock
    >>> minimize(rosenbrock(100), rosenbrock(100).starts[0], LBFGS()).success
    True
    """

    memory: int = 20
    search: LineSearch = StrongWolfe()
    precondition: bool = False

    def __post_init__(self) -> None:
        check_count(self, "memory")
        check_search(self)
        check_flag(self, "precondition")

    @property
    def needs(self) -> tuple[str, ...]:
        return ("gradient", "preconditioner") if self.precondition else ("gradient",)

    def start(self, f: SupportsGradient, x: Array) -> dict[str, Any]:
        pairs = LimitedMemory.empty(len(x), x.dtype)
        return pairs.state() | ({"k": 0, "anchor": x} if self.precondition else {})

    def step(self, f: SupportsGradient, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        g, pairs = f.gradient(x), LimitedMemory.of(state)
        M, gamma, anew = self._scaling(f, x, state, pairs) if self.precondition else (None, pairs.gamma, {})
        p = -pairs.times(g, gamma, M)
        known = pairs.known > 0
        step = descend(f, x, p, self.search, first=1.0 if known else None, restart=known or M is not None)
        if step.restarted:
            pairs = LimitedMemory.empty(len(x), x.dtype)
        pairs = pairs.with_pair(*secant_pair(f, x, step.x), self.memory)
        return step.x, pairs.state() | anew

    def _scaling(self, f, x, state, pairs) -> Scaling:
        """M made at x where k = 0, 4, 8, 16, …; γ where k = 1, 2, 4, 8, …"""
        k, anchor, gamma = state["k"], state["anchor"], state["gamma"]
        is_power_of_two = k & (k - 1) == 0
        if is_power_of_two and k not in (1, 2):
            anchor = x
        M = f.preconditioner(anchor)
        if is_power_of_two and pairs.known:
            s, y = pairs.pairs[:, -1]
            gamma = float((s @ y) / (y @ M(y)))
        return Scaling(M, gamma, {"k": k + 1, "anchor": anchor, "gamma": gamma})


class Scaling(NamedTuple):
    """What a preconditioned H starts from: v -> M v, γ, and what the state keeps of them."""

    precondition: Callable[[Array], Array]
    gamma: float
    state: dict[str, Any]
