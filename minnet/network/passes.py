"""What a network, a loss and some examples give at one θ: each quantity computed once, when it is first asked for.

Glossary: z (K, N) the raw outputs, an example a column; dz = w ∂ℓ/∂z, w the examples' weights; v a direction (n,) or a
stack (k, n). All sums run over the examples with their weights, without reduction and without l2.
"""
from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .examples import Batch, chunks
from .khatri_rao import groups
from .losses import Loss, LossLike
from .tape import Tape
from .workspace import Workspaces

if TYPE_CHECKING:
    from .mlp import MLP

__all__ = ["Pass"]

Array = NDArray[Any]
ROWS = 1 << 22  # numbers in a block of per-example gradients: 32 MB


class Pass:
    """One forward pass over a batch of examples, and what follows from it.

    Attributes
    ----------
    value : number
        Σ w ℓ.
    dz : array (K, N)
    """

    net: MLP
    loss: Any
    theta: Array
    tape: Tape
    y: Array
    weights: Array | None
    value: Any
    dz: Array
    workspaces: Workspaces

    def __init__(self, net: MLP, loss: LossLike, theta: Array, batch: Batch, workspaces: Workspaces) -> None:
        x, self.y, self.weights = batch
        self.net, self.loss, self.theta, self.workspaces = net, loss, theta, workspaces
        self.tape = net.forward(theta, x)
        z = self.tape.z[-1].T
        if hasattr(loss, "value_and_gradient"):
            values, slopes = loss.value_and_gradient(z, self.y)  # type: ignore[attr-defined]
        else:
            values, slopes = loss.value(z, self.y), loss.gradient(z, self.y)
        if not isinstance(loss, Loss):
            values, slopes = _of_kind(loss, "value", values, z), _shaped(loss, "gradient", slopes, z)
        self.value = weigh(self._by_example(np.asarray(values), z), self.weights).sum()
        self.dz = weigh(slopes.T, self.weights)
        self._backward: tuple[Array, list[Array]] | None = None

    @property
    def gradient(self) -> Array:
        """Σ w ∇ℓ (n,)."""
        return self._once()[0]

    @property
    def deltas(self) -> list[Array]:
        """[w δ_1, …, w δ_L]."""
        return self._once()[1]

    def hvp(self, v: Array) -> Array:
        """Σ w ∇²ℓ v, by the R-operator."""
        Rz, Ra = self.net.R_forward(self.tape, v)
        return self.net.R_backward(self.tape, self.deltas, v, Rz, Ra, self._loss_hvp(Rz[-1]))

    def ggnvp(self, v: Array) -> Array:
        """Σ w Jᵀ (∂²ℓ/∂z²) J v."""
        Rz, _ = self.net.R_forward(self.tape, v)
        return self.net.backward(self.tape, self._loss_hvp(Rz[-1]))[0]

    def fishervp(self, v: Array) -> Array:
        """Σ w ∇ℓ (∇ℓᵀ v), with ∇ℓᵀ v = (∂ℓ/∂z)ᵀ R{z}."""
        Rz, _ = self.net.R_forward(self.tape, v)
        u = self.root_weighted_dz()
        return self.net.backward(self.tape, u * (u * Rz[-1]).sum(-2)[..., None, :])[0]

    def loss_hessian(self, examples: slice, scale: float) -> Array:
        """scale · w ∂²ℓ/∂z² (K, K, N) for a slice of the examples, some columns at a time."""
        z, y = self.tape.z[-1][:, examples].T, self.y[examples]
        weights, (N, K) = None if self.weights is None else self.weights[examples], z.shape
        H = np.empty((K, K, N), z.dtype)
        for first, stop in groups([K * N] * K):
            units = np.zeros((stop - first, K, N), z.dtype)
            np.einsum("kkn->kn", units[:, first:stop])[...] = scale
            H[first:stop] = weigh(self._columns(z, y, units.swapaxes(-1, -2)).swapaxes(-1, -2), weights)
        return H

    def _columns(self, z, y, units):
        """∂²ℓ/∂z² times each unit vector (…, N, K); a loss of one's own need not know of stacks."""
        if isinstance(self.loss, Loss):
            return self.loss.hvp(z, y, units)
        return np.stack([self.loss.hvp(z, y, unit) for unit in units])

    def root_weighted_dz(self) -> Array:
        """√w ∂ℓ/∂z (K, N): sums of squares of gradients take the root of each weight twice."""
        if self.weights is None:
            return self.dz
        return weigh(self.loss.gradient(self.tape.z[-1].T, self.y).T, np.sqrt(self.weights))

    def squared_gradients(self) -> Array:
        """Σ w (∇ℓ)² (n,): of the weights (δ²)(a²)ᵀ, of the biases Σ δ²."""
        deltas = self.deltas if self.weights is None else self.net.backward(self.tape, self.root_weighted_dz())[1]
        squares = np.empty(self.net.n_params, self.dz.dtype)
        for (gW, gb), delta, a in zip(self.net.unpack(squares), deltas, self.tape.a):
            np.matmul(delta**2, (a**2).T, out=gW)
            (delta**2).sum(-1, out=gb)
        return squares

    def input_moments(self) -> Iterator[Array]:
        """Σ w ã ãᵀ (P, P) of each layer, ã = [a, 1] its inputs."""
        for a in self.tape.a[:-1]:
            a = np.concatenate([a, np.ones((1, a.shape[1]), a.dtype)])
            yield weigh(a, self.weights) @ a.T

    def per_example_gradients(self, dz: Array) -> Iterator[Array]:
        """Blocks of rows ∇ℓ_i for ∂ℓ/∂z_L = dz, of at most ROWS numbers each."""
        deltas = self.net.backward(self.tape, dz)[1]
        for part in chunks(dz.shape[1], max(1, ROWS // self.net.n_params)):
            g = np.empty((len(dz[0, part]), self.net.n_params), dz.dtype)
            for (gW, gb), delta, a in zip(self.net.unpack(g), deltas, self.tape.a):
                np.multiply(delta[:, part].T[:, :, None], a[:, part].T[:, None, :], out=gW)
                gb[...] = delta[:, part].T
            yield g

    def _once(self):
        if self._backward is None:
            self._backward = self.net.backward(self.tape, self.dz)
        return self._backward

    def _by_example(self, values, z):
        """The values to weigh: where a loss gives one number for all examples, it is asked for each by itself."""
        if self.weights is None or values.shape == self.weights.shape:
            return values
        return np.array([np.sum(self.loss.value(z[i:i + 1], self.y[i:i + 1])) for i in range(len(z))])

    def _loss_hvp(self, Rz):
        """The loss's own Hessian times R{z_L} (…, K, N)."""
        v = Rz.swapaxes(-1, -2)
        product = _shaped(self.loss, "hvp", self.loss.hvp(self.tape.z[-1].T, self.y, v), v)
        return weigh(product.swapaxes(-1, -2), self.weights)


def weigh(terms: Array, weights: Array | None) -> Array:
    """w ⊙ terms, an example a column. One of weight 0 counts as absent, even where its loss is infinite."""
    return terms if weights is None else np.where(weights > 0, weights * terms, 0)


def _shaped(loss, rule, result, like):
    """What a loss returned, or ValueError where it has not the shape of its argument."""
    result = _of_kind(loss, rule, result, like)
    if result.shape != like.shape:
        raise ValueError(f"{rule} of {type(loss).__name__} has shape {result.shape}; expected {like.shape}")
    return result


def _of_kind(loss, rule, result, like):
    """What a loss returned in the precision of its argument, or ValueError where it is complex or no number."""
    result = np.asarray(result)
    if result.dtype.kind not in "fiub" + like.dtype.kind:
        raise ValueError(f"{rule} of {type(loss).__name__} has dtype {result.dtype}; expected {like.dtype}")
    return result.astype(like.dtype, copy=False)
