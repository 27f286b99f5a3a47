"""Cholesky factors, definiteness, and the lowest eigenpair of a symmetric matrix."""
from __future__ import annotations

import numpy as np
from scipy.linalg import LinAlgError, cho_solve, cholesky
from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh

__all__ = ["factor", "lowest_curvature", "newton_step", "positive_definite"]


def factor(H, alpha=0.0):
    """The Cholesky factor of H + αI, or None where there is none."""
    damped = H.copy()
    damped.flat[::len(H) + 1] += alpha
    try:
        return cholesky(damped, lower=True, overwrite_a=True, check_finite=False)
    except LinAlgError:
        return None


def positive_definite(H, shift=0.0):
    """Whether H + shift I is positive definite, by Cholesky."""
    return factor(H, shift) is not None


def newton_step(L, g):
    """−(L Lᵀ)⁻¹ g."""
    return -cho_solve((L, True), g, check_finite=False)


def lowest_curvature(f, x):
    """(λ₁, q): the lowest eigenvalue of the Hessian and its eigenvector, from products alone (Lanczos, by SciPy)."""
    n = len(x)
    if n < 8:
        lam, Q = np.linalg.eigh(f.hvp(x, np.eye(n)))
        return lam[0], Q[:, 0]
    H = LinearOperator((n, n), matvec=lambda v: f.hvp(x, v.reshape(-1)), dtype=float)
    try:
        lam, q = eigsh(H, k=1, which="SA", tol=1e-3, v0=np.random.default_rng(0).standard_normal(n), maxiter=40 * n)
    except ArpackError:
        return 0.0, np.zeros(n)
    return lam[0], q[:, 0]
