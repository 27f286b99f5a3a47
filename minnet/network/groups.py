"""Sets of parameters that belong together, as arrays of their numbers in θ."""
from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from .mlp import MLP

__all__ = ["named_blocks", "ray_groups"]

SMALL = 16  # units of a layer up to which its pairs of units are tried


def named_blocks(net: MLP) -> dict[str, NDArray[np.intp]]:
    """The parameters of each weight matrix and bias vector: W1, b1, W2, …

    >>> {name: len(numbers) for name, numbers in named_blocks(MLP([2, 3, 1])).items()}
    {'W1': 6, 'b1': 3, 'W2': 3, 'b2': 1}
    """
    return {name: np.arange(*ends) for l, (W, b, end, _) in enumerate(net.layout, 1)
            for name, ends in ((f"W{l}", (W, b)), (f"b{l}", (b, end)))}


def ray_groups(net: MLP) -> list[NDArray[np.intp]]:
    """Parameters that may run to infinity together: those of a layer, all, the incoming weights of one unit, and of two
    hidden units of a small layer."""
    units = [[np.r_[W + i * d_in:W + (i + 1) * d_in, b + i] for i in range(d_out)]
             for W, b, _, (d_out, d_in) in net.layout]
    pairs = [np.concatenate(pair) for layer in units[:-1] if len(layer) <= SMALL for pair in combinations(layer, 2)]
    layers = [np.arange(W, end) for W, _, end, _ in net.layout]
    return [*layers[::-1], np.arange(net.n_params), *(unit for layer in units for unit in layer), *pairs]
