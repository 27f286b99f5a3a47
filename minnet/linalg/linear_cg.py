"""Conjugate gradients for a linear system.

Glossary, for A x = b: residual r = b − A x, M the preconditioner, z = M r, p direction, κ the condition number of A.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..function import Array

__all__ = ["LinearCG", "linear_cg"]


class LinearCG(NamedTuple):
    """Where conjugate gradients ended: x, all x_k, and (p, pᵀAp) where that curvature, not positive, ended them."""

    x: Array
    iterates: list[Array]
    curvature: tuple[Array, float] | None


def linear_cg(product: Callable[[Array], Array], b: Array, x: Array | None = None,
              precondition: Callable[[Array], Array] | None = None, tol: float = 1e-10, max_iter: int | None = None,
              stop: Callable[[Array, Array, int], bool] | None = None, keep: bool = True) -> LinearCG:
    """Solve A x = b for a symmetric A that is known by its products alone.

    In exact arithmetic it ends after n steps, and ‖e_k‖_A ≤ 2 ((√κ − 1)/(√κ + 1))ᵏ ‖e₀‖_A.

    Parameters
    ----------
    product : callable p -> A p
    b : array (n,)
    x : array (n,), optional
        The start, by default 0.
    precondition : callable r -> M r, optional
    tol : float
        It ends where ‖r‖ ≤ tol ‖b‖.
    max_iter : int, optional
        The most products, by default 2n.
    stop : callable (x, r, k) -> bool, optional
        Ends it after step k.
    keep : bool
        Whether the iterates are kept; they cost their memory.

    Returns
    -------
    LinearCG
        (x, iterates, curvature). iterates are all x_k, the first included, none with keep=False. A direction p with
        pᵀAp ≤ 0 ends the iteration: curvature is then (p, pᵀAp), else None, and x is what was reached before.

    References
    ----------
    M. R. Hestenes, E. Stiefel (1952), Methods of conjugate gradients for solving linear systems. J. Nocedal, S. J.
    Wright (2006), Numerical Optimization, algorithm 5.3 and (5.36).

    Examples
    --------
    >>> A, b = np.array([[4.0, 1.0], [1.0, 3.0]]), np.array([1.0, 2.0])
    >>> linear_cg(lambda p: A @ p, b).x.round(4)
    array([0.0909, 0.6364])
    """
    x = np.zeros_like(b) if x is None else x
    r = b - product(x) if x.any() else b.copy()
    z = r if precondition is None else precondition(r)
    p, rz, iterates = z, r @ z, [x] if keep else []
    for k in range(1, (2 * len(b) if max_iter is None else max_iter) + 1):
        if np.linalg.norm(r) <= tol * np.linalg.norm(b):
            break
        Ap = product(p)
        pAp = p @ Ap
        if not pAp > 0:
            return LinearCG(x, iterates, (p, float(pAp)))
        alpha = rz / pAp
        x, r = x + alpha * p, r - alpha * Ap
        if keep:
            iterates.append(x)
        if stop is not None and stop(x, r, k):
            break
        z = r if precondition is None else precondition(r)
        rz, before = r @ z, rz
        p = z + (rz / before) * p
    return LinearCG(x, iterates, None)
