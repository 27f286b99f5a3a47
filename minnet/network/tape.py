"""What a forward pass leaves for the passes after it."""
from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .activations import Activation

__all__ = ["Tape", "ones", "product"]

Array = NDArray[Any]


class Tape:
    """Inputs and outputs of every layer for a batch of examples, an example a column; derivatives when asked for.

    Layers are numbered from 0 here: z[l] is the input of the units of layer l, a[l + 1] their output, a[0] the data.

    Attributes
    ----------
    layers : list of (W, b)
    sigmas : tuple of Activation
    a, z : list of arrays (d, N)
    """

    layers: list[tuple[Array, Array]]
    sigmas: tuple[Activation, ...]
    a: list[Array]
    z: list[Array]

    def __init__(self, layers: list[tuple[Array, Array]], sigmas: tuple[Activation, ...], a: list[Array],
                 z: list[Array]) -> None:
        self.layers, self.sigmas, self.a, self.z = layers, sigmas, a, z
        self._slopes: dict[int, Array] = {}
        self._error_bends: dict[int, tuple[Array, Array]] = {}

    def part(self, examples: slice) -> Tape:
        """The tape of a slice of the examples."""
        a, z = ([array[:, examples] for array in arrays] for arrays in (self.a, self.z))
        return Tape(self.layers, self.sigmas, a, z)

    def slope(self, l: int) -> Array:
        """σ′(z_l)."""
        if l not in self._slopes:
            self._slopes[l] = self.sigmas[l].slope(self.z[l], self.a[l + 1])
        return self._slopes[l]

    def error_bend(self, l: int, deltas: list[Array]) -> Array:
        """W_{l+1}ᵀ δ_{l+1} ⊙ σ″(z_l): what the activation's own curvature adds to the Hessian in z_l.

        As δ_l = W_{l+1}ᵀ δ_{l+1} ⊙ σ′(z_l), it is δ_l ⊙ σ″/σ′ where the activation has a form of that quotient.
        """
        delta, kept = deltas[l], self._error_bends.get(l)
        if kept is None or kept[0] is not delta:
            sigma, z, a = self.sigmas[l], self.z[l], self.a[l + 1]
            if sigma.short is not None:
                bent = sigma.short.bend_by_slope(a)
                bent *= delta
            else:
                bent = product(self.layers[l + 1][0].T, deltas[l + 1]) * sigma.bend(z, a)
            kept = self._error_bends[l] = delta, bent
        return kept[1]


def product(A: Array, B: Array, out: Array | None = None) -> Array:
    """A @ B of matrices, or a matrix and a vector, or stacks. For two small ones `np.dot` takes half the time."""
    return np.dot(A, B, out) if A.ndim == 2 and B.ndim <= 2 else np.matmul(A, B, out)


@lru_cache(maxsize=4)
def ones(N: int, dtype: np.dtype[Any]) -> Array:
    """1 (N,): a product with it sums over the examples in half the time of `np.sum`."""
    one = np.ones(N, dtype)
    one.flags.writeable = False
    return one
