"""The secant updates as the books print them, and the two loops of L-BFGS.

Glossary: s = x_{k+1} − x_k, y = g_{k+1} − g_k, ρ = 1/sᵀy; B (n, n) approximates the Hessian, H (n, n) its inverse,
both symmetric. The secant equation is B s = y, or H y = s. BFGS and DFP keep a positive definite matrix positive
definite exactly where sᵀy > 0, which the Wolfe conditions of the line search see to.

All sources but those named below: J. Nocedal, S. J. Wright (2006), Numerical Optimization.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..function import Array

__all__ = ["bfgs_update", "dfp_update", "psb_update", "sr1_update", "two_loop"]

SMALL = 1e-8    # of SR1: an r so nearly orthogonal to s says nothing of the curvature along s


def bfgs_update(H: Array, s: Array, y: Array) -> Array:
    """Update the inverse by BFGS: H ← (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ  (6.17).

    Of all symmetric matrices with H⁺ y = s it is the nearest to H, in the norm ‖W^½ (·) W^½‖_F of any W with W s = y.

    Examples
    --------
    >>> bfgs_update(np.eye(2), s=np.array([1.0, 0.0]), y=np.array([2.0, 0.0]))
    array([[0.5, 0. ],
           [0. , 1. ]])
    """
    I, rho = np.eye(len(s), dtype=H.dtype), 1 / (s @ y)
    H = (I - rho * np.outer(s, y)) @ H @ (I - rho * np.outer(y, s)) + rho * np.outer(s, s)
    return (H + H.T) / 2                          # symmetric but for rounding


def dfp_update(H: Array, s: Array, y: Array) -> Array:
    """Update the inverse by DFP: H ← H − H y yᵀ H / yᵀHy + s sᵀ / sᵀy  (6.15).

    It is BFGS with the parts of B and H exchanged (Davidon 1959; Fletcher, Powell 1963).
    """
    Hy = H @ y
    return H - np.outer(Hy, Hy) / (y @ Hy) + np.outer(s, s) / (s @ y)


def sr1_update(B: Array, s: Array, y: Array) -> Array:
    """Update the matrix by the one symmetric update of rank one: B ← B + r rᵀ / rᵀs, r = y − B s  (6.24).

    B may become indefinite, as the Hessian may be. Where |rᵀs| < 1e-8 ‖r‖ ‖s‖ it stays as it is (6.26).
    """
    r = y - B @ s
    if abs(r @ s) < SMALL * np.linalg.norm(r) * np.linalg.norm(s) or not r.any():
        return B
    return B + np.outer(r, r) / (r @ s)


def psb_update(B: Array, s: Array, y: Array) -> Array:
    """Update the matrix by PSB: B ← B + (r sᵀ + s rᵀ)/sᵀs − (rᵀs) s sᵀ/(sᵀs)², r = y − B s.

    Powell's symmetric form of Broyden's update is the nearest in the plain Frobenius norm (M. J. D. Powell 1970, A new
    algorithm for unconstrained optimization). It may lose definiteness although sᵀy > 0; weighting the norm, as BFGS
    and DFP do, is what keeps it.

    Examples
    --------
    >>> np.linalg.eigvalsh(psb_update(np.eye(2), s=np.array([1.0, 0.0]), y=np.array([0.1, 2.0]))).round(3)
    array([-1.5,  2.6])
    """
    r, ss = y - B @ s, s @ s
    return B + (np.outer(r, s) + np.outer(s, r)) / ss - (r @ s) * np.outer(s, s) / ss**2


def two_loop(pairs: Sequence[tuple[Array, Array]], g: Array, gamma: float | None = None,
             precondition: Callable[[Array], Array] | None = None) -> Array:
    """Give H g for the matrix H that the pairs make of γ M by `bfgs_update`, without any matrix (algorithm 7.4).

    With V = I − ρ y sᵀ the update is H ← Vᵀ H V + ρ s sᵀ, so that H g = Vᵀ (H (V g)) + α s with α = ρ sᵀg. The first
    loop applies the V of the newest pair, then those of the older ones: q ← V q = q − α y. In the middle stands γ M.
    The second loop undoes the nesting from the oldest pair on: r ← Vᵀ r + α s = r + (α − β) s with β = ρ yᵀr.

    Parameters
    ----------
    pairs : sequence of (s, y)
        Oldest first, each with sᵀy > 0.
    g : array (n,)
    gamma : float, optional
        By default sᵀy / yᵀMy of the newest pair (7.20), and 1 without pairs.
    precondition : callable v -> M v, optional
        By default M = I.

    References
    ----------
    J. Nocedal (1980), Updating quasi-Newton matrices with limited storage.

    Examples
    --------
    >>> s, y = np.array([1.0, 0.0]), np.array([2.0, 0.0])
    >>> two_loop([(s, y)], np.array([4.0, 4.0]), gamma=1.0), bfgs_update(np.eye(2), s, y) @ [4.0, 4.0]
    (array([2., 4.]), array([2., 4.]))
    """
    M = precondition or np.copy
    if gamma is None:
        gamma = 1.0
        if len(pairs):
            s, y = pairs[-1]
            gamma = float((s @ y) / (y @ M(y)))
    q, alphas = g.copy(), []
    for s, y in reversed(pairs):
        alpha = (s @ q) / (s @ y)
        q = q - alpha * y
        alphas.append(alpha)
    r = gamma * M(q)
    for (s, y), alpha in zip(pairs, reversed(alphas)):
        beta = (y @ r) / (s @ y)
        r = r + (alpha - beta) * s
    return r

