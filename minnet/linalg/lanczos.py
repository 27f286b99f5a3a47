"""Lanczos's method for the ends of a symmetric operator's spectrum, from products alone.

Glossary: A (n, n) real symmetric, anything with a shape and `@`; T = Vᵀ A V the tridiagonal matrix of the method, with
eigenvalues θ (Ritz values) and eigenvectors u.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Lanczos", "SymmetricMatrix", "check_count", "lanczos", "order_of", "ritz", "rounding_unit", "tridiagonal"]

Array = NDArray[Any]


class SymmetricMatrix(Protocol):
    """A real symmetric matrix or LinearOperator (n, n): what has a shape and products."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __matmul__(self, v: Any, /) -> Any: ...


@dataclass(frozen=True)
class Lanczos:
    """Approximate eigenvalues and eigenvectors.

    Attributes
    ----------
    values : array (k,)
        The Ritz values, ascending.
    vectors : array (n, k)
        Their Ritz vectors.
    bounds : array (k,)
        For each Ritz value, some eigenvalue is at most so far away.
    products : int
        How many products with A were needed.
    """

    values: Array
    vectors: Array
    bounds: Array
    products: int


def lanczos(A: SymmetricMatrix, steps: int = 50, rng: int | np.random.Generator | None = None) -> Lanczos:
    """Approximate eigenvalues and eigenvectors by Lanczos's method with full reorthogonalisation.

    Both ends of the spectrum are found first. The bounds are |β_k u_k|, the norms of the residuals A y − θ y, and
    10 √n ε max |θ| for rounding. The method ends early where its start lies in an invariant subspace, and it finds a
    multiple eigenvalue once. It keeps 2 `steps` vectors.

    Parameters
    ----------
    A : array, sparse matrix or LinearOperator (n, n)
        Real and symmetric.
    steps : int
        How many products with A to spend.
    rng : int or Generator, optional
        Draws the first vector.

    Returns
    -------
    Lanczos

    Raises
    ------
    ValueError
        If A is not square or not real, or steps is no whole number of at least 1.

    References
    ----------
    B. N. Parlett (1980), The symmetric eigenvalue problem, sections 6.9 and 13.2.

    Examples
    --------
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


def tridiagonal(A: SymmetricMatrix, v: Array, steps: int) -> tuple[Array, Array, Array]:
    """Run Lanczos's recurrence A V = V T + β_k v_{k+1} e_kᵀ from v.

    Parameters
    ----------
    A : array, sparse matrix or LinearOperator (n, n)
    v : array (n,)
    steps : int
        The most steps to take.

    Returns
    -------
    alphas, betas : array (k,)
        The diagonal of T, and what stands below it; β_k is 0 where the subspace is invariant.
    V : array (n, k)
        The orthonormal vectors.
    """
    alphas, betas, V = [], [], np.empty((steps, len(v)))
    v = v / np.linalg.norm(v)
    for k in range(steps):
        V[k] = v
        w = A @ v
        alphas.append(float(v @ w))
        for _ in range(2):                       # twice is enough (Parlett, section 6.9)
            w = w - V[:k + 1].T @ (V[:k + 1] @ w)
        beta = float(np.linalg.norm(w))
        scale = max(map(abs, alphas + betas), default=0.0)
        betas.append(beta if beta > 10 * np.sqrt(len(v)) * rounding_unit(A) * scale else 0.0)
        if betas[-1] == 0.0:
            break
        v = w / beta
    return np.array(alphas), np.array(betas), V[:len(alphas)].T


def ritz(alphas: Array, betas: Array) -> tuple[Array, Array]:
    """Return the eigenvalues θ of T, ascending, and its eigenvectors u.

    The matrix is treated as a dense one: SciPy's tridiagonal solvers fail where T is very large or (1, 1).
    """
    return np.linalg.eigh(np.diag(alphas) + np.diag(betas[:-1], -1))


def rounding_unit(A: SymmetricMatrix) -> float:
    """Return the rounding unit of products with A."""
    return np.finfo(np.result_type(getattr(A, "dtype", float), np.float32)).eps


def order_of(A: SymmetricMatrix) -> int:
    """Return n for a matrix (n, n), and raise a ValueError if A is not square or not real."""
    shape = getattr(A, "shape", ())
    if len(shape) != 2 or shape[0] != shape[1] or not shape[0]:
        raise ValueError(f"A has shape {shape}; expected a square matrix or LinearOperator")
    dtype = getattr(A, "dtype", None)
    if dtype is not None and dtype.kind == "c":
        raise ValueError(f"A has dtype {dtype}; expected real numbers")
    return shape[0]


def check_count(name: str, value: int, least: int = 1) -> int:
    """Return `value`, and raise a ValueError unless it is a whole number of at least `least`."""
    if not (isinstance(value, (int, np.integer)) and value >= least):
        raise ValueError(f"{name}={value!r}; expected a whole number of at least {least}")
    return value
