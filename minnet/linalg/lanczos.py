"""Lanczos's method for the ends of a symmetric operator's spectrum, from products alone.

Glossary: A (n, n) real symmetric, anything with shape and `@`; T the tridiagonal matrix of the method, T = Vᵀ A V, with
eigenvalues θ (Ritz values) and eigenvectors u.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Lanczos", "check_count", "lanczos", "order_of", "ritz", "rounding_unit", "tridiagonal"]


@dataclass(frozen=True)
class Lanczos:
    """Ritz values, ascending, with vectors (n, k), and for each a bound: some eigenvalue lies that near to it."""

    values: np.ndarray
    vectors: np.ndarray
    bounds: np.ndarray
    products: int


def lanczos(A, steps=50, rng=None):
    """Ritz values and vectors of A from `steps` products, with full reorthogonalisation: a `Lanczos`.

    bounds are |β_k u_k|, the norms of the residuals A y − θ y (Parlett 1980, section 13.2), and 10 √n ε max |θ| for
    rounding: both ends of the spectrum are found first. A start in an invariant subspace ends the recurrence early, and
    a multiple eigenvalue is found once. Keeps 2 steps vectors.

    >>> found = lanczos(np.diag([1.0, 2.0, 5.0]), steps=3, rng=0)
    >>> found.values.round(10)
    array([1., 2., 5.])
    """
    n, steps = order_of(A), check_count("steps", steps)
    v = np.random.default_rng(rng).standard_normal(n)
    alphas, betas, V = tridiagonal(A, v, min(steps, n))
    theta, U = ritz(alphas, betas)
    rounding = 10 * np.sqrt(n) * rounding_unit(A) * abs(theta).max()
    return Lanczos(theta, V @ U, abs(betas[-1] * U[-1]) + rounding, len(alphas))


def tridiagonal(A, v, steps):
    """α (k,), β (k,) and V (n, k) of A V = V T + β_k v_{k+1} e_kᵀ from v; β_k = 0 where the subspace is invariant."""
    alphas, betas, V = [], [], np.empty((steps, len(v)))
    v = v / np.linalg.norm(v)
    for k in range(steps):
        V[k] = v
        w = A @ v
        alphas.append(float(v @ w))
        for _ in range(2):                       # twice is enough (Parlett 1980, section 6.9)
            w = w - V[:k + 1].T @ (V[:k + 1] @ w)
        beta = float(np.linalg.norm(w))
        scale = max(map(abs, alphas + betas), default=0.0)
        betas.append(beta if beta > 10 * np.sqrt(len(v)) * rounding_unit(A) * scale else 0.0)
        if betas[-1] == 0.0:
            break
        v = w / beta
    return np.array(alphas), np.array(betas), V[:len(alphas)].T


def ritz(alphas, betas):
    """θ, ascending, and u of T, dense: SciPy's tridiagonal solvers fail where T is very large or (1, 1)."""
    return np.linalg.eigh(np.diag(alphas) + np.diag(betas[:-1], -1))


def rounding_unit(A):
    """The rounding unit of products with A."""
    return np.finfo(np.result_type(getattr(A, "dtype", float), np.float32)).eps


def order_of(A):
    shape = getattr(A, "shape", ())
    if len(shape) != 2 or shape[0] != shape[1] or not shape[0]:
        raise ValueError(f"A has shape {shape}; expected a square matrix or LinearOperator")
    if getattr(A, "dtype", None) is not None and A.dtype.kind == "c":
        raise ValueError(f"A has dtype {A.dtype}; expected real numbers")
    return shape[0]


def check_count(name, value, least=1):
    if not (isinstance(value, (int, np.integer)) and value >= least):
        raise ValueError(f"{name}={value!r}; expected a whole number of at least {least}")
    return value
