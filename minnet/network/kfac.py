"""Kronecker factors of the Gauss-Newton matrix by layer (Martens, Grosse 2015).

Glossary, for layer l: ã = [a_{l−1}, 1] (P,), S the Gauss-Newton matrix in z_l of one example (q, q), w its weight,
c the reduction. The block of the parameters [W | b] (q, P), row-major, is
    c Σ w S ⊗ ã ãᵀ  ≈  B ⊗ A  with  A = Σ w ã ãᵀ / Σ w  and  B = c Σ w S.
This is exact for one example, and wherever S or ã is the same for all examples, as S is in a linear network with the
squared error. The blocks between layers are left out.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.linalg import eigh
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import block_diag

from ..linalg.operator import Symmetric
from .mlp import MLP

__all__ = ["KFAC", "kfac"]

Array = NDArray[Any]


class HasFactors(Protocol):
    """What Kronecker factors are asked of: an `Objective`."""

    net: MLP
    l2: float

    def kronecker_factors(self, theta: ArrayLike) -> list[tuple[Array, Array]]: ...


@dataclass(frozen=True)
class KFAC:
    """The Kronecker factors of every layer.

    Attributes
    ----------
    net : MLP
    factors : tuple of (A, B)
        By layer, without l2.
    l2 : float
    """

    net: MLP
    factors: tuple[tuple[Array, Array], ...]
    l2: float

    @property
    def mean_eigenvalue(self) -> float:
        """tr(B ⊗ A) / n over the layers, without l2: the unit for a damping that scales with f."""
        return sum(np.trace(A) * np.trace(B) for A, B in self.factors) / self.net.n_params

    def dense(self) -> Array:
        """The block-diagonal approximation (n, n), with l2 I, in the order of θ."""
        blocks = [np.kron(B, A)[np.ix_(order, order)] for (A, B), order in zip(self.factors, self._orders())]
        G = block_diag(*blocks)
        G[np.diag_indices(len(G))] += self.l2
        return G

    def inverse(self, damping: float = 0.0) -> Symmetric:
        """A LinearOperator v -> (B ⊗ A + (l2 + damping) I)⁻¹ v, exactly, from the eigenvectors of the factors.

        A preconditioner: give it as M= to `scipy.sparse.linalg.cg`, `minres` or `lobpcg`. It pays where inputs are
        badly scaled or far from centred; where the blocks between layers matter more, in deep networks with little
        damping, it may cost iterations. It is for convex losses, whose factors are positive semidefinite; eigenvalues
        below zero, which are rounding there, count as zero.

        Parameters
        ----------
        damping : float, default 0
            At least 0, and above 0 where l2 is 0 and a factor is singular.

        Raises
        ------
        ValueError
            For a bad damping, or a singular matrix.
        """
        shift = self.l2 + damping
        if not (damping >= 0 and np.isfinite(shift)):
            raise ValueError(f"damping={damping!r}; expected a number of at least 0")
        pairs = [(*eigh(A), *eigh(B)) for A, B in self.factors]
        if shift == 0 and any(_is_singular(a) or _is_singular(b) for a, _, b, _ in pairs):
            raise ValueError("damping=0 and l2=0 with singular factors; expected damping above 0")
        dtype = self.factors[0][0].dtype
        bases = [(QA, QB, np.outer(np.maximum(b, 0), np.maximum(a, 0)) + dtype.type(shift)) for a, QA, b, QB in pairs]

        def solve(v):
            v = np.asarray(v).T
            out = np.empty(v.shape, np.result_type(v, dtype))
            for (V, c), (U, d), (QA, QB, eigenvalues) in zip(self.net.unpack(v), self.net.unpack(out), bases):
                M = QB.T @ np.concatenate([V, c[..., None]], -1) @ QA
                M = QB @ (M / eigenvalues) @ QA.T
                U[...], d[...] = M[..., :-1], M[..., -1]
            return out.T

        return Symmetric(solve, self.net.n_params, dtype)

    def _orders(self) -> Iterator[NDArray[np.intp]]:
        """For each layer the places in [W | b], row-major, of W and then b."""
        for *_, (q, d) in self.net.layout:
            places = np.arange(q * (d + 1)).reshape(q, d + 1)
            yield np.concatenate([places[:, :-1].ravel(), places[:, -1]])


def kfac(f: HasFactors, theta: ArrayLike) -> KFAC:
    """The Kronecker factors of an objective's Gauss-Newton matrix at θ.

    Examples
    --------
    >>> from minnet import MLP, Objective
    >>> f = Objective(MLP([2, 1]), [[1.0, 2.0], [3.0, 4.0]], [0.0, 1.0], l2=0.1)    # linear regression: exact
    >>> bool(np.allclose(kfac(f, np.zeros(3)).dense(), f.hessian(np.zeros(3))))
    True
    """
    return KFAC(f.net, tuple(f.kronecker_factors(theta)), f.l2)


def _is_singular(eigenvalues):
    """Whether the least of ascending eigenvalues is zero within its rounding."""
    return eigenvalues[0] <= len(eigenvalues) * np.finfo(eigenvalues.dtype).eps * eigenvalues[-1]
