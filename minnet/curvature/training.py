"""Eigenvalues along a run: functions (f, x) for `minimize(..., record=(…,))`, and the step in the eigenbasis."""
from __future__ import annotations

import numpy as np

from ..function import Array, SupportsHessian

__all__ = ["condition", "eigenvalues", "inertia", "step_in_eigenbasis"]


def eigenvalues(f: SupportsHessian, x: Array) -> Array:
    """Return the eigenvalues of the Hessian, for the record of a run.

    Parameters
    ----------
    f : Objective, Function or problem
        A function with `hessian`.
    x : array (n,)

    Returns
    -------
    array (n,)
        Ascending; nan where the Hessian is not finite, so that a run goes on.

    Examples
    --------
    >>> from minnet import minimize, problems
    >>> run = minimize(problems.rosenbrock(), [-1.2, 1.0], record=(eigenvalues, inertia))
    >>> run.history["eigenvalues"].shape == (run.nit + 1, 2), run.history["inertia"][-1].tolist()
    (True, [2, 0, 0])
    """
    H = f.hessian(x)
    return np.linalg.eigvalsh(H) if np.isfinite(H).all() else np.full(len(H), np.nan)


def inertia(f: SupportsHessian, x: Array) -> Array:
    """Return how many eigenvalues of the Hessian are positive, negative and zero within n ε max |λ|.

    Parameters
    ----------
    f : Objective, Function or problem
        A function with `hessian`.
    x : array (n,)

    Returns
    -------
    array of int (3,)
        (positive, negative, zero); all are 0 where the Hessian is not finite.

    Examples
    --------
    >>> from minnet.problems import saddle
    >>> inertia(saddle(), np.zeros(2))
    array([1, 1, 0])
    """
    lam = eigenvalues(f, x)
    zero = abs(lam) <= len(lam) * np.finfo(lam.dtype).eps * abs(lam).max()
    return np.array([np.sum(lam[~zero] > 0), np.sum(lam[~zero] < 0), zero.sum()])


def condition(f: SupportsHessian, x: Array) -> float:
    """Return max |λ| / min |λ| of the Hessian.

    It says how elongated the contours are where all eigenvalues are positive, and how near to singular the Hessian is
    in any case.

    Parameters
    ----------
    f : Objective, Function or problem
        A function with `hessian`.
    x : array (n,)

    Returns
    -------
    float
        Infinite where an eigenvalue is zero.

    Examples
    --------
    >>> from minnet.problems import quadratic
    >>> print(condition(quadratic([1.0, 100.0]), np.zeros(2)))
    100.0
    """
    size = abs(eigenvalues(f, x))
    return np.inf if size.min() == 0 else size.max() / size.min()


def step_in_eigenbasis(f: SupportsHessian, x: Array, s: Array) -> tuple[Array, Array, Array]:
    """Return the eigenvalues of the Hessian, and the gradient and a step in the basis of its eigenvectors.

    In this basis Newton's step is −(Qᵀg)/λ, coordinate by coordinate: it is long where the curvature is low.

    Parameters
    ----------
    f : Objective, Function or problem
        A function with `gradient` and `hessian`.
    x, s : array (n,)
        The point and the step.

    Returns
    -------
    λ, Qᵀg, Qᵀs : array (n,)

    Examples
    --------
    >>> from minnet.problems import quadratic
    >>> step_in_eigenbasis(quadratic([1.0, 4.0]), np.ones(2), -np.ones(2))
    (array([1., 4.]), array([1., 4.]), array([-1., -1.]))
    """
    lam, Q = np.linalg.eigh(f.hessian(x))
    return lam, Q.T @ f.gradient(x), Q.T @ s
