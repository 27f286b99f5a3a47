"""Points at which a network is not smooth: units like ReLU whose input is zero within its rounding."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .mlp import MLP

__all__ = ["units_at_a_kink"]

EPS = np.finfo(float).eps


def units_at_a_kink(net: MLP, theta: NDArray[Any], X: NDArray[Any]) -> int:
    """Count the inputs of units, over all examples, that lie at the kink of their activation.

    Second derivatives mean nothing there. An input z = w·a + b counts as zero where |z| is within the rounding of its
    own sum, (d + 2) ε (|w|·|a| + |b|) for a unit of d inputs.

    Parameters
    ----------
    net : MLP
    theta : array (n,)
    X : array (N, d_0)

    Returns
    -------
    int

    Examples
    --------
    >>> units_at_a_kink(MLP([1, 3, 1], "relu"), np.zeros(10), np.array([[-1.0], [2.0]]))
    6
    """
    if all(sigma.smooth for sigma in net.sigmas[:-1]):
        return 0
    a, count = np.asarray(X, float).T, 0
    for (W, b), z, sigma in zip(net.unpack(theta), net.forward(theta, a).z, net.sigmas):
        size = abs(W) @ abs(a) + abs(b)[:, None]
        if not sigma.smooth:
            count += int((abs(z) <= (W.shape[1] + 2) * EPS * size).sum())
        a = sigma.f(z)
    return count
