"""Cholesky factors, definiteness, and the lowest eigenpair of a symmetric matrix."""
from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.linalg import get_lapack_funcs
from scipy.sparse.linalg import ArpackError, eigsh

from ..function import Array, SupportsHvp
from .lanczos import lanczos
from .norm import frobenius, norm
from .operator import Symmetric

__all__ = ["Lowest", "factor", "has_no_negative_eigenvalue", "lowest_curvature", "lowest_eigenpair", "newton_step",
           "positive_definite", "shifted", "solve_lower"]

EPS = float(np.finfo(float).eps)
NEGATIVE = EPS**0.5         # times the size of H: an eigenvalue below this one's negative is taken for negative
SMALL = 8                   # up to this order the matrix itself costs less than a search by products
STEPS = 300                 # of our own Lanczos, where ARPACK finds nothing


class Lowest(NamedTuple):
    """The lowest eigenvalue, its unit eigenvector, and an estimate of ‖H‖₂ from below, to within a factor of 2."""

    value: float
    vector: Array
    size: float

    @property
    def is_negative(self) -> bool:
        """Whether the eigenvalue is negative beyond √ε of the size; not known, and so True, where it is no number."""
        return not self.value >= -NEGATIVE * self.size


def shifted(H: Array, alpha: float) -> Array:
    """Give H + αI."""
    A = H.copy()
    A.ravel()[::len(A) + 1] += alpha                    # a view, because a copy is contiguous
    return A


def factor(H: Array, alpha: float = 0.0) -> Array | None:
    """Give the lower Cholesky factor of H + αI, or None where there is none.

    It and the solutions below call LAPACK themselves: SciPy's checks would cost more than a small factorisation.
    """
    potrf, = get_lapack_funcs(("potrf",), (H,))
    L, failed_at = potrf(shifted(H, alpha), lower=True, clean=True, overwrite_a=True)
    return None if failed_at else L


def positive_definite(H: Array, shift: float = 0.0) -> bool:
    """Tell whether H + shift I is positive definite, by Cholesky."""
    return factor(H, shift) is not None


def has_no_negative_eigenvalue(H: Array) -> bool:
    """Tell whether no eigenvalue of H is below −√ε ‖H‖_F, which is −1.5e-8 ‖H‖_F, by one Cholesky factorisation."""
    size = frobenius(H)
    return size == 0 or positive_definite(H, NEGATIVE * size)


def newton_step(L: Array, g: Array) -> Array:
    """Give −(L Lᵀ)⁻¹ g."""
    potrs, = get_lapack_funcs(("potrs",), (L, g))
    return -potrs(L, g, lower=True)[0]


def solve_lower(L: Array, b: Array) -> Array:
    """Give L⁻¹ b for a lower triangular L."""
    trtrs, = get_lapack_funcs(("trtrs",), (L, b))
    return trtrs(L, b, lower=True)[0]


def lowest_curvature(f: SupportsHvp, x: Array) -> tuple[float, Array]:
    """Give (λ₁, q): the lowest eigenvalue of the Hessian of f at x and its eigenvector, from products alone."""
    low = lowest_eigenpair(lambda v: f.hvp(x, v), len(x))
    return low.value, low.vector


def lowest_eigenpair(product: Callable[[Array], Array], n: int) -> Lowest:
    """Find the lowest eigenvalue of a symmetric matrix (n, n) and its eigenvector by products v -> H v.

    By Lanczos's method; λ₁ is right to a thousandth of itself. The size is the largest ‖H v‖ of the unit vectors v of
    the method. It is at most ‖H‖₂; and the tridiagonal matrix of the method, whose columns have these norms, is at
    most √3 times as large.
    """
    if n < SMALL:
        H = product(np.eye(n))
        if not np.isfinite(H).all():
            return Lowest(np.nan, np.zeros(n), np.nan)
        lam, Q = np.linalg.eigh(H)
        return Lowest(float(lam[0]), Q[:, 0], float(abs(lam).max()))
    scaled = _Scaled(product)
    try:
        lam, q = eigsh(Symmetric(scaled, n), k=1, which="SA", tol=1e-3,
                       v0=np.random.default_rng(0).standard_normal(n), maxiter=40 * n)
        value, vector = lam[0], q[:, 0]
    except ArpackError:
        if scaled.size == 0:
            return Lowest(0.0, np.zeros(n), 0.0)
        if not np.isfinite(scaled.size):
            return Lowest(np.nan, np.zeros(n), np.nan)
        found = lanczos(Symmetric(scaled, n), min(n, STEPS), rng=0)
        value, vector = found.values[0], found.vectors[:, 0]
    return Lowest(float(value * scaled.unit), vector, float(scaled.size))


class _Scaled:
    """v -> H v in units of a power of two near ‖H‖, because ARPACK's tolerance has an absolute part.

    `size` is the largest ‖H v‖/‖v‖ so far.
    """

    def __init__(self, product):
        self.product, self.size, self.unit = product, 0.0, 1.0

    def __call__(self, v):
        v = v.reshape(-1)
        Hv = self.product(v)
        ratio = norm(Hv) / (norm(v) or 1.0)
        if self.size == 0 and 0 < ratio < np.inf:
            self.unit = 2.0 ** np.floor(np.log2(ratio))
        self.size = max(self.size, ratio) if np.isfinite(ratio) else np.inf
        return Hv / self.unit
