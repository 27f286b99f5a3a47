"""Conjugate gradients for a linear system.

Glossary, for A x = b: residual r = b − A x, M the preconditioner, p direction, κ the condition number of A.
"""
from __future__ import annotations

import numpy as np

__all__ = ["linear_cg"]


def linear_cg(product, b, x=None, precondition=None, tol=1e-10, max_iter=None, stop=None, keep=True):
    """Solve A x = b for a symmetric A given by product(p) = A p: (x, iterates, curvature).

    Hestenes, Stiefel 1952; with a preconditioner z = precondition(r), Nocedal, Wright 2006, algorithm 5.3. It ends where
    ‖r‖ ≤ tol ‖b‖, after max_iter products (default 2n), or where stop(x, r, k) is true; in exact arithmetic after n.
    The error is ‖e_k‖_A ≤ 2 ((√κ − 1)/(√κ + 1))ᵏ ‖e₀‖_A. A direction p with pᵀAp ≤ 0 ends it, too: curvature is then
    (p, pᵀAp), else None, and x is what was reached before. iterates are all x_k, the first included, or none with
    keep=False, which saves their memory.
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
            return x, iterates, (p, float(pAp))
        alpha = rz / pAp
        x, r = x + alpha * p, r - alpha * Ap
        if keep:
            iterates.append(x)
        if stop is not None and stop(x, r, k):
            break
        z = r if precondition is None else precondition(r)
        rz, before = r @ z, rz
        p = z + (rz / before) * p
    return x, iterates, None
