"""The gradients of single examples, and the Fisher matrix that they make.

Glossary: ∇ℓ_i the gradient of example i, w_i its weight, c the reduction: F = c Σ w_i ∇ℓ_i ∇ℓ_iᵀ + l2 I.
With the targets of the data this is the empirical Fisher matrix, with targets drawn from the model a sample of the
Fisher matrix itself, which is the Gauss-Newton matrix for the canonical losses. The two differ (Kunstner, Balles,
Hennig 2019).
"""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..function import quiet, supports
from .passes import Pass
from .risk import EmpiricalRisk, Seed
from .sums import add_up

__all__ = ["Fisher", "FisherKind"]

Array = NDArray[Any]
FisherKind = Literal["empirical", "mc"]


class Fisher(EmpiricalRisk):
    """Per-example gradients and Fisher matrices. See `Objective`."""

    @quiet
    def per_example_gradients(self, theta: ArrayLike) -> Array:
        """w_i ∇ℓ_i(θ) (N, n), a row an example, without reduction and without l2."""
        return _joined(self._each(_example_gradients, self._theta(theta)))

    @quiet
    def fisher(self, theta: ArrayLike, kind: FisherKind = "empirical", rng: Seed = None) -> Array:
        """The Fisher matrix c Σ w_i ∇ℓ_i ∇ℓ_iᵀ + l2 I (n, n).

        Parameters
        ----------
        theta : array_like (n,)
        kind : {"empirical", "mc"}
            With the targets given, or with targets drawn from the model's own distribution at θ. The mean over such
            draws is G for the canonical losses.
        rng : int, numpy.random.Generator or None
            For "mc".
        """
        f, theta = self.with_fisher_targets(theta, kind, rng), self._theta(theta)
        F = self.scale * f._sum(_gram, theta)
        F[np.diag_indices(self.n)] += self.l2
        return F

    def fishervp(self, theta: ArrayLike, v: ArrayLike, kind: FisherKind = "empirical", rng: Seed = None) -> Array:
        """The Fisher matrix times v (n,) or (n, k); `kind` and `rng` as for `fisher`. For many products with the same
        draw, take those of `with_fisher_targets(theta, "mc", rng)`, or a `curvature.FisherOperator`."""
        return self.with_fisher_targets(theta, kind, rng)._product(theta, v, Pass.fishervp)

    @quiet
    def fisher_diagonal(self, theta: ArrayLike) -> Array:
        """The diagonal (n,) of the empirical Fisher matrix without l2, at the cost of a gradient."""
        return self.scale * self._sum(Pass.squared_gradients, self._theta(theta))

    @quiet
    def with_fisher_targets(self, theta: ArrayLike, kind: FisherKind = "mc", rng: Seed = None) -> Self:
        """The objective whose empirical Fisher matrix is the Fisher matrix of that kind at θ: for "empirical" this one,
        for "mc" the same with targets drawn from the model's own distribution."""
        if kind == "empirical":
            return self
        if kind != "mc":
            raise ValueError(f"kind={kind!r}; expected 'empirical' or 'mc'")
        if not supports(self.loss, "sample"):
            raise ValueError(f"{self.loss!r} is no log-likelihood to draw targets from; expected kind='empirical'")
        theta, rng = self._theta(theta), np.random.default_rng(rng)
        if theta.dtype.kind == "c":
            raise ValueError("theta is complex; expected real parameters to draw targets from")
        drawn = self.loss.sample(_joined(self._each(_outputs, theta)), rng)
        return self._on(self._examples.with_targets(np.asfortranarray(drawn, float)))


def _example_gradients(p: Pass) -> Array:
    """w_i ∇ℓ_i (N, n)."""
    return _joined(p.per_example_gradients(p.dz))


def _gram(p: Pass) -> Array:
    """Σ w_i ∇ℓ_i ∇ℓ_iᵀ (n, n)."""
    return add_up(rows.T @ rows for rows in p.per_example_gradients(p.root_weighted_dz()))


def _outputs(p: Pass) -> Array:
    """z (N, K)."""
    return p.tape.z[-1].T


def _joined(blocks: Iterable[Array]) -> Array:
    """The rows of all blocks; those of a single one without a copy."""
    blocks = list(blocks)
    return blocks[0] if len(blocks) == 1 else np.concatenate(blocks)
