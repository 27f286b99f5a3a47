"""Line searches along the eigenvectors of the Hessian.

Glossary: H = Σ λ q qᵀ Hessian with its eigenvalues and eigenvectors, Q (n, n) with the q as columns, ascending in λ.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..function import Array
from .descent import descend
from .method import NoProgress
from .options import check_search
from .rounding import EPS, LimitOfRounding
from .saddle import leave_saddle
from .search import Exact, LineSearch
from .second_order import SecondOrder, finite_hessian

__all__ = ["EigenvectorLineSearch"]


@dataclass(frozen=True)
class EigenvectorLineSearch(SecondOrder):
    """A line search along each eigenvector of the Hessian in turn, from the highest eigenvalue.

    On a quadratic n steps find the minimum. The eigenvectors are conjugate, qᵢᵀHqⱼ = 0, so that a step does not undo
    the ones before. H is looked at anew every n steps. For understanding: Newton's method does all n steps at once.

    Parameters
    ----------
    search : LineSearch

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import quadratic
    >>> minimize(quadratic([1.0, 10.0, 100.0], rng=0), [1.0, 2.0, 3.0], EigenvectorLineSearch()).nit
    3
    """

    search: LineSearch = Exact()

    def __post_init__(self) -> None:
        check_search(self)

    def start(self, f: Any, x: Array) -> dict[str, Any]:
        return {"i": 0, "Q": np.zeros((len(x), 0), x.dtype)}

    def step(self, f: Any, x: Array, state: Mapping[str, Any]) -> tuple[Array, Mapping[str, Any]]:
        i, Q, g, n = state["i"], state["Q"], f.gradient(x), len(x)
        for _ in range(2 * n + 1):
            if i == 0:
                lam, Q = np.linalg.eigh(finite_hessian(f, x))
                outside = leave_saddle(f, x, Q[:, 0], lam[0], abs(lam).max())
                if outside is not None:
                    return outside, {"i": 0, "Q": Q}
            q = Q[:, n - 1 - i]
            slope, i = g @ q, (i + 1) % n
            if abs(slope) > EPS * np.linalg.norm(g):
                try:
                    step = descend(f, x, -np.copysign(1.0, slope) * q, self.search, first=abs(slope))
                    return step.x, {"i": i, "Q": Q}
                except NoProgress:
                    continue
        raise LimitOfRounding("along an eigenvector")
