"""BFGS.

Glossary: g gradient, p direction, t step of the line search, H (n, n) the approximate inverse of the Hessian,
s = x_{k+1} − x_k, y = g_{k+1} − g_k.

H is a `PackedInverse`, which holds half of the symmetric matrix: `H.times(g)` is H g, `H.updated(s, y)` is what
`updates.bfgs_update` prints, and `H.known` counts the pairs that it has learnt from. `descend` looks for t along p;
`secant_pair` gives s and y, with y corrected by what the values of f tell of the curvature.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..function import Array, SupportsGradient
from .descent import descend
from .method import Method
from .options import check_search
from .packed_inverse import PackedInverse
from .search import LineSearch, StrongWolfe
from .secant import damped_difference, has_positive_curvature, secant_pair

__all__ = ["BFGS"]


@dataclass(frozen=True)
class BFGS(Method):
    """The quasi-Newton method that learns the inverse Hessian from differences of gradients.

        p = −H g,   x ← x + t p,   H ← (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ,   ρ = 1/sᵀy.

    Superlinear near a minimum, at one gradient and O(n²) numbers a step: the first choice up to some thousand
    parameters. It keeps n² numbers; beyond that take `LBFGS`. Before the first pair H = I; then the part of H that the
    pairs do not tell of is scaled by `secant_scale` of the newest one. A search without the Wolfe conditions may leave
    sᵀy ≤ 0, where y is damped. Where a search fails, H is dropped and the step starts again from −g.

    Parameters
    ----------
    search : LineSearch
        One with the Wolfe conditions, which see to it that H stays positive definite.

    References
    ----------
    C. G. Broyden (1970), The convergence of a class of double-rank minimization algorithms.
    R. Fletcher (1970), A new approach to variable metric algorithms.
    D. Goldfarb (1970), A family of variable-metric methods derived by variational means.
    D. F. Shanno (1970), Conditioning of quasi-Newton methods for function minimization.
    J. Nocedal, S. J. Wright (2006), Numerical Optimization, algorithm 6.1 and (6.17).

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import rosenbrock
    >>> result = minimize(rosenbrock(), [-1.2, 1.0], BFGS())
    >>> result.success, result.x.round(6).tolist()
    (True, [1.0, 1.0])
    """

    search: LineSearch = StrongWolfe()

    def __post_init__(self) -> None:
        check_search(self)

    @property
    def dense(self) -> bool:
        return True

    def start(self, f: SupportsGradient, x: Array) -> dict[str, Any]:
        return PackedInverse.identity(x.dtype).state()

    def step(self, f: SupportsGradient, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        g, H = f.gradient(x), PackedInverse.of(state)
        p = -H.times(g)
        step = descend(f, x, p, self.search, first=1.0 if H.known else None, restart=H.known > 0)
        if step.restarted:
            H = PackedInverse.identity(x.dtype)
        s, y = secant_pair(f, x, step.x)
        if H.known and not has_positive_curvature(s, y):
            y = damped_difference(s, y, Bs=-step.t * g)              # s = t p and p = −H g, so that H⁻¹ s = −t g
        return step.x, H.updated(s, y).state()
