"""Eigen-checks along a run: functions (f, x) for `minimize(..., record=(…,))`, and the step in the eigenbasis."""
from __future__ import annotations

import numpy as np

__all__ = ["condition", "eigenvalues", "inertia", "step_in_eigenbasis"]


def eigenvalues(f, x):
    """The eigenvalues (n,) of the Hessian, ascending; nan where it is not finite, so that a run goes on.

    >>> from minnet import minimize, problems
    >>> run = minimize(problems.rosenbrock(), [-1.2, 1.0], record=(eigenvalues, inertia))
    >>> run.history["eigenvalues"].shape == (run.nit + 1, 2), run.history["inertia"][-1].tolist()
    (True, [2, 0, 0])
    """
    H = f.hessian(x)
    return np.linalg.eigvalsh(H) if np.isfinite(H).all() else np.full(len(H), np.nan)


def inertia(f, x):
    """(positive, negative, zero): how many eigenvalues are which, zero within n ε max |λ|; none where H is not
    finite."""
    lam = eigenvalues(f, x)
    zero = abs(lam) <= len(lam) * np.finfo(lam.dtype).eps * abs(lam).max()
    return np.array([np.sum(lam[~zero] > 0), np.sum(lam[~zero] < 0), zero.sum()])


def condition(f, x):
    """max |λ| / min |λ|: how elongated the contours are where all λ > 0, how near to singular H is anyway."""
    size = abs(eigenvalues(f, x))
    return np.inf if size.min() == 0 else size.max() / size.min()


def step_in_eigenbasis(f, x, s):
    """(λ, Qᵀg, Qᵀs): Newton's step is −(Qᵀg)/λ, coordinate by coordinate: long where curvature is low."""
    lam, Q = np.linalg.eigh(f.hessian(x))
    return lam, Q.T @ f.gradient(x), Q.T @ s
