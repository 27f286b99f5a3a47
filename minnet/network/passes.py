"""What a network, a loss and some examples give at one θ: each quantity computed once, when it is first asked for.

Glossary: z (K, N) the raw outputs, an example a column; dz = ∂ℓ/∂z_L; v a direction (n,) or a stack (k, n). Sums run over the
examples, without reduction and without l2.
"""
from __future__ import annotations

import numpy as np

__all__ = ["Pass"]

ROWS = 1 << 22  # numbers in a block of per-example gradients: 32 MB


class Pass:
    """One forward pass over some examples, and what follows from it, computed when first asked for."""

    def __init__(self, net, loss, theta, x, y):
        self.net, self.loss, self.theta, self.y = net, loss, theta, y
        self.tape = net.forward(theta, x)
        z = self.tape.z[-1].T
        if hasattr(loss, "value_and_gradient"):
            self.value, dz = loss.value_and_gradient(z, y)
        else:
            self.value, dz = np.asarray(loss.value(z, y)), np.asarray(loss.gradient(z, y))
        self.dz = dz.T
        self._backward = None

    @property
    def gradient(self):
        return self._once()[0]

    @property
    def deltas(self):
        return self._once()[1]

    def _once(self):
        if self._backward is None:
            self._backward = self.net.backward(self.tape, self.dz)
        return self._backward

    def hvp(self, v):
        Rz, Ra = self.net.R_forward(self.tape, v)
        return self.net.R_backward(self.tape, self.deltas, v, Rz, Ra, self._loss_hvp(Rz[-1]))

    def ggnvp(self, v):
        Rz, _ = self.net.R_forward(self.tape, v)
        return self.net.backward(self.tape, self._loss_hvp(Rz[-1]))[0]

    def loss_hessian(self, examples, scale):
        """scale · ∂²ℓ/∂z_L² (K, K, N) for a slice of the examples, a column at a time."""
        z, y = self.tape.z[-1][:, examples].T, self.y[examples]
        H = np.empty((z.shape[1], z.shape[1], len(z)), z.dtype)
        for k in range(z.shape[1]):
            unit = np.zeros(z.shape[::-1], z.dtype).T
            unit[:, k] = scale
            H[:, k] = self.loss.hvp(z, y, unit).T
        return H

    def fishervp(self, v, dz):
        """Σ ∇ℓ_i (∇ℓ_iᵀ v), with ∇ℓ_iᵀ v = ∂ℓ_i/∂z_Lᵀ R{z_L}."""
        Rz, _ = self.net.R_forward(self.tape, v)
        return self.net.backward(self.tape, dz * (dz * Rz[-1]).sum(-2)[..., None, :])[0]

    def slope(self, y):
        """∂ℓ/∂z_L (K, N) for other targets."""
        return self.loss.gradient(self.tape.z[-1].T, y).T

    def squared_gradients(self):
        """Σ ∇ℓ_i²: of the weights (δ²)(a²)ᵀ, of the biases Σ δ²."""
        squares = np.empty(self.net.n_params, self.dz.dtype)
        for (gW, gb), delta, a in zip(self.net.unpack(squares), self.deltas, self.tape.a):
            np.matmul(delta**2, (a**2).T, out=gW)
            (delta**2).sum(-1, out=gb)
        return squares

    def per_example_gradients(self, dz):
        """Blocks of rows ∇ℓ_i for ∂ℓ/∂z_L = dz, of at most ROWS numbers each."""
        deltas, step = self.net.backward(self.tape, dz)[1], max(1, ROWS // self.net.n_params)
        for first in range(0, dz.shape[1], step):
            part = slice(first, first + step)
            g = np.empty((len(dz[0, part]), self.net.n_params), dz.dtype)
            for (gW, gb), delta, a in zip(self.net.unpack(g), deltas, self.tape.a):
                np.multiply(delta[:, part].T[:, :, None], a[:, part].T[:, None, :], out=gW)
                gb[...] = delta[:, part].T
            yield g

    def _loss_hvp(self, Rz):
        """The loss's own Hessian times R{z_L} (…, K, N)."""
        return self.loss.hvp(self.tape.z[-1].T, self.y, Rz.swapaxes(-1, -2)).swapaxes(-1, -2)
