"""Network + loss + data: the function of the flat parameters that optimisers see.

Glossary:
    F(θ) = c Σ w_i ℓ(z(θ, x_i), y_i) + ½ l2 ‖θ‖², w_i the weights of the examples (1 if none are given),
    c = 1/Σ w_i for reduction "mean", 1 for "sum"
    G(θ) = c Σ w_i Jᵀ (∂²ℓ/∂z²) J + l2 I, the generalised Gauss-Newton matrix (Schraudolph 2002), positive semidefinite
    for a convex loss; J = ∂z/∂θ
    v a direction (n,), or k of them side by side (n, k)
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..function import quiet
from ..linalg.enclosure import Enclosure
from .enclosure import enclosure
from .fisher import Fisher
from .hessian_kernel import add_to_diagonal, assemble, diagonal, kronecker
from .kfac import kfac
from .kinks import units_at_a_kink
from .mlp import MLP  # noqa: F401  (in the docstring's example)
from .passes import Pass

__all__ = ["Objective"]

Array = NDArray[Any]
Layers = int | Sequence[int] | None

VALUE, GRADIENT, VALUE_AND_GRADIENT = attrgetter("value"), attrgetter("gradient"), attrgetter("value", "gradient")
DAMPING = 0.03   # of the preconditioner, in units of the mean eigenvalue


class Objective(Fisher):
    """The training objective F of a network: a loss over examples, and a penalty on the parameters.

    Every derivative is exact. θ is a vector (n,) of float64; for float32 everything is computed in float32, and complex
    θ are taken for complex-step checks. The passes of the last two points are kept, so that `hvp` after `gradient` at
    the same θ costs two gradients. An objective can be copied, pickled and used by several threads at any time.

    Parameters
    ----------
    net : MLP
    X : array_like (N, d_0)
        The examples, a row each; copied.
    y : array_like
        The targets: class numbers (N,), one-hot, probabilities or real numbers (N, K), as the loss reads them; copied.
    loss : str or object, default "squared_error"
        A name, or an object with `value, gradient, hvp` (`minnet.network.losses.LossLike`).
    l2 : float, default 0
        At least 0. Adds ½ l2 ‖θ‖² over all parameters, once, whatever the reduction.
    reduction : {"mean", "sum"}, default "mean"
        Over the examples; the mean is over the sum of their weights.
    chunk : int, optional
        Examples in one pass, for data whose activations do not fit in memory. Nothing is kept then.
    executor : concurrent.futures.Executor, optional
        Whose workers compute the chunks: threads, processes, loky, a dask `Client` or its `get_executor()`, MPI. The
        examples go to each worker once. The result has the same bits however many workers there are. Without `chunk`
        a chunk takes some 32 MB. A copy by pickle has no executor.
    sample_weight : array_like (N,), optional
        Weights of at least 0, not all 0: an example of weight 2 counts as if it stood there twice.
    **loss_options
        For a loss given by name: `label_smoothing=` or `delta=`.

    Attributes
    ----------
    net, loss, l2, reduction, chunk
        As given; the loss as an object.

    Raises
    ------
    ValueError
        For bad input, in one line that names the value and what was expected.

    Examples
    --------
    >>> f = Objective(MLP([2, 3, 1]), np.eye(2), [0, 1], loss="binary_crossentropy", l2=0.01)
    >>> theta = f.net.init(rng=0)
    >>> bool(np.allclose(f.hessian(theta) @ theta, f.hvp(theta, theta)))
    True
    """

    def __call__(self, theta: ArrayLike) -> float:
        return self.value(theta)

    @quiet
    def value(self, theta: ArrayLike) -> float:
        """F(θ), a float in the precision of θ."""
        theta = self._theta(theta)
        return self._penalized(self._sum(VALUE, theta), theta)

    @quiet
    def gradient(self, theta: ArrayLike) -> Array:
        """∇F(θ) (n,), by backpropagation."""
        theta = self._theta(theta)
        return self._reduced(self._sum(GRADIENT, theta), theta)

    @quiet
    def value_and_gradient(self, theta: ArrayLike) -> tuple[float, Array]:
        """F(θ) and ∇F(θ) from one pass."""
        theta = self._theta(theta)
        value, gradient = self._sum(VALUE_AND_GRADIENT, theta)
        return self._penalized(value, theta), self._reduced(gradient, theta)

    def hvp(self, theta: ArrayLike, v: ArrayLike) -> Array:
        """∇²F(θ) v, by the R-operator (Pearlmutter 1994); v is (n,) or (n, k)."""
        return self._product(theta, v, Pass.hvp)

    def ggnvp(self, theta: ArrayLike, v: ArrayLike) -> Array:
        """G(θ) v: R-forward, the loss's own Hessian, backward (Schraudolph 2002); v is (n,) or (n, k)."""
        return self._product(theta, v, Pass.ggnvp)

    def enclosure(self, theta: ArrayLike, radius: float = 0.0) -> Enclosure:
        """Balls that hold the exact value, gradient and Hessian for all parameters within `radius` of θ, each; see
        `minnet.network.enclosure`."""
        return enclosure(self, theta, radius)

    def kinks(self, theta: ArrayLike) -> int:
        """How many inputs of units, over all examples, lie at the kink of an activation such as ReLU at θ."""
        return units_at_a_kink(self.net, self._theta(theta), self.X)

    def hessian(self, theta: ArrayLike, layers: Layers = None, columns: Layers = None) -> Array:
        """∇²F(θ) (n, n), exact and exactly symmetric: the formulas of `minnet.network.hessian`.

        Parameters
        ----------
        theta : array_like (n,)
        layers : int or sequence of int, optional
            Only the rows and columns of the parameters of these layers, numbered from 1 as in W1, b1. No more than
            what is asked for is computed.
        columns : int or sequence of int, optional
            Other layers for the columns.

        Notes
        -----
        It takes the memory of the matrix, of the products of its largest pair of layers, and 32 MB for a chunk of
        examples.
        """
        return self._matrix(theta, layers, columns, gauss_newton=False)

    def ggn(self, theta: ArrayLike, layers: Layers = None, columns: Layers = None) -> Array:
        """G(θ) (n, n), exact and exactly symmetric; `layers` and `columns` as for `hessian`."""
        return self._matrix(theta, layers, columns, gauss_newton=True)

    def hessian_diagonal(self, theta: ArrayLike) -> Array:
        """The diagonal (n,) of the Hessian, exactly, at the cost of some gradients."""
        return self._diagonal(theta, gauss_newton=False)

    def ggn_diagonal(self, theta: ArrayLike) -> Array:
        """The diagonal (n,) of the Gauss-Newton matrix, exactly, at the cost of some gradients."""
        return self._diagonal(theta, gauss_newton=True)

    def by_layer(self, H: Array) -> dict[tuple[int, int], Array]:
        """Views {(l, m): block (n_l, n_m)} of a matrix (n, n), layers numbered from 1."""
        spans = [slice(layer.W, layer.end) for layer in self.net.layout]
        return {(l, m): H[rows, columns] for l, rows in enumerate(spans, 1) for m, columns in enumerate(spans, 1)}

    @quiet
    def kronecker_factors(self, theta: ArrayLike) -> list[tuple[Array, Array]]:
        """[(A, B), …] by layer for `curvature.kfac`: A = Σ w ã ãᵀ / Σ w (P, P) and B = c Σ w S (q, q)."""
        theta, total = self._theta(theta), self._examples.total_weight or 1.0
        factors = self._sum(kronecker, theta, self.scale)
        return [(moment / total, S) for moment, S in factors]

    @property
    def preconditioner_products(self) -> int:
        """What a preconditioner costs, in products with the Hessian: one for each output of the network."""
        return self.net.widths[-1]

    def preconditioner(self, theta: ArrayLike) -> Callable[[Array], Array]:
        """v -> M v for methods: M the inverse of `curvature.kfac`'s matrix, damped by 0.03 of its mean eigenvalue, or I
        where that matrix is zero or not finite. For a convex loss."""
        factors = kfac(self, theta)
        damping = DAMPING * factors.mean_eigenvalue
        return factors.inverse(damping).rule if 0 < self.l2 + damping < np.inf else np.copy

    @quiet
    def _matrix(self, theta: ArrayLike, layers: Layers, columns: Layers, gauss_newton: bool) -> Array:
        theta, rows = self._theta(theta), self._layers(layers)
        columns = rows if columns is None else self._layers(columns)
        H = self._sum(assemble, theta, rows, columns, gauss_newton, self.scale)
        return add_to_diagonal(H, self.net, rows, columns, self.l2) if self.l2 else H

    @quiet
    def _diagonal(self, theta: ArrayLike, gauss_newton: bool) -> Array:
        return self._sum(diagonal, self._theta(theta), gauss_newton, self.scale) + self.l2

    def _layers(self, layers: Layers) -> Sequence[int]:
        """Layers numbered from 0."""
        if layers is None:
            return range(self.net.n_layers)
        chosen: list[Any] = [layers] if np.ndim(layers) == 0 else list(layers)  # type: ignore[arg-type]
        known = set(range(1, self.net.n_layers + 1))
        if not chosen or len(set(chosen)) < len(chosen) or not set(chosen) <= known or any(l is True for l in chosen):
            raise ValueError(f"layers {layers!r}; expected different numbers from 1 to {self.net.n_layers}")
        return [int(l) - 1 for l in chosen]
