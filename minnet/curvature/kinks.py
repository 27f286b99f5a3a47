"""Points at which a network is not smooth: units like ReLU whose input is zero within its rounding."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["units_at_a_kink"]

EPS = np.finfo(float).eps


def units_at_a_kink(f: Any, theta: NDArray[Any]) -> int:
    """Count the inputs of units, over all examples, that lie at the kink of their activation.

    Second derivatives mean nothing there. An input z = w·a + b counts as zero where |z| is within the rounding of its
    own sum, (d + 2) ε (|w|·|a| + |b|) for a unit of d inputs.

    Parameters
    ----------
    f : Objective or other function
        A function that is no network's objective has no kinks that could be known.
    theta : array (n,)

    Returns
    -------
    int

    Examples
    --------
    >>> from minnet import MLP, Objective
    >>> f = Objective(MLP([1, 3, 1], "relu"), [[-1.0], [2.0]], [1.0, 0.0])
    >>> units_at_a_kink(f, np.zeros(f.n))
    6
    """
    net = getattr(f, "net", None)
    if net is None or all(sigma.smooth for sigma in net.sigmas[:-1]):
        return 0
    tape, a, count = net.forward(theta, np.asarray(f.X, float).T), np.asarray(f.X, float).T, 0
    for (W, b), z, sigma in zip(net.unpack(theta), tape.z, net.sigmas):
        size = abs(W) @ abs(a) + abs(b)[:, None]
        if not sigma.smooth:
            count += int((abs(z) <= (W.shape[1] + 2) * EPS * size).sum())
        a = sigma.f(z)
    return count
