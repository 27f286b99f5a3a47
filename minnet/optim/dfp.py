"""DFP.

Glossary: g gradient, p direction, t step of the line search, H (n, n) the approximate inverse of the Hessian,
s = x_{k+1} − x_k, y = g_{k+1} − g_k.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..function import Array, SupportsGradient
from .descent import descend
from .method import Method
from .options import check_search
from .search import LineSearch, StrongWolfe
from .secant import has_positive_curvature
from .updates import dfp_update

__all__ = ["DFP"]


@dataclass(frozen=True)
class DFP(Method):
    """The first quasi-Newton method: p = −H g,  x ← x + t p,  H ← H − H y yᵀ H / yᵀHy + s sᵀ / sᵀy.

    It is slow to mend an H that is too large, so that it needs an accurate line search; `BFGS` mends it, and is to be
    preferred. Before the first update H is (sᵀy / yᵀy) I. Where the search fails, H is dropped and the step starts
    again from −g.

    Parameters
    ----------
    search : LineSearch
        An accurate one, with the Wolfe conditions.

    References
    ----------
    W. C. Davidon (1959), Variable metric method for minimization. R. Fletcher, M. J. D. Powell (1963), A rapidly
    convergent descent method for minimization. J. Nocedal, S. J. Wright (2006), Numerical Optimization, (6.15), and
    (6.20) for the first H.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import rosenbrock
    >>> minimize(rosenbrock(), [-1.2, 1.0], DFP()).success
    True
    """

    search: LineSearch = StrongWolfe(c2=0.1)

    def __post_init__(self) -> None:
        check_search(self)

    @property
    def dense(self) -> bool:
        return True

    def start(self, f: SupportsGradient, x: Array) -> dict[str, Any]:
        return {"known": 0, "H": np.zeros((0, 0), x.dtype)}

    def step(self, f: SupportsGradient, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        g, H, known = f.gradient(x), state["H"], state["known"]
        step = descend(f, x, -H @ g if known else -g, self.search, first=1.0 if known else None, restart=known > 0)
        if step.restarted:
            known = 0
        s, y = step.x - x, f.gradient(step.x) - g
        if not has_positive_curvature(s, y):
            return step.x, {"known": known, "H": H}
        if not known:
            H = (s @ y) / (y @ y) * np.eye(len(x), dtype=x.dtype)
        return step.x, {"known": known + 1, "H": dfp_update(H, s, y)}
