"""Newton's method with accurate gradients: from where an optimiser stopped to a stationary point's nearest doubles."""
from __future__ import annotations

from typing import Any

import numpy as np
from numpy.linalg import eigh
from numpy.typing import NDArray

from ..function import supports

__all__ = ["hessian_near", "polished"]

Array = NDArray[np.float64]
ITERATIONS = 12
ROUGH = 2.0**-30  # of ‖θ‖: steps with ordinary gradients are not followed further
FAR = 0.1  # of max(1, ‖θ‖): a stationary point farther away is not the one that was meant


def polished(f: Any, start: Array) -> Array:
    """θ after Newton's steps, as long as each is at most half as long as the one before.

    Ordinary gradients lead close, and accurate ones, which cost a hundred times as much, to the end. The factors of a
    Hessian serve until they no longer do.
    """
    allowed = FAR * max(1.0, float(np.linalg.norm(start)))
    stages = [(lambda x: f.enclosure(x, 0.0)[0].mid, 2.0**-52)]
    if supports(f, "gradient"):
        stages.insert(0, (f.gradient, ROUGH))
    theta, factored, lam, Q = start, None, np.zeros(0), np.zeros((0, 0))
    for gradient, enough in stages:
        last = np.inf
        for _ in range(ITERATIONS):
            g = np.asarray(gradient(theta), float)
            step = None if factored is None else _newton_step(g, lam, Q)
            if step is None or factored is not theta and not np.linalg.norm(step) <= last / 2:
                H = hessian_near(f, theta)
                if not np.isfinite(H).all():
                    return theta
                (lam, Q), factored = eigh(H), theta
                step = _newton_step(g, lam, Q)
            length = float(np.linalg.norm(step))
            if not (length <= last / 2 and np.linalg.norm(theta + step - start) <= allowed):
                break
            theta, last = theta + step, length
            if length <= enough * np.linalg.norm(theta):
                break
    return theta


def hessian_near(f: Any, theta: Array) -> Array:
    """The Hessian at θ as floating point has it: from the function itself, or the midpoint of its enclosure."""
    H = f.hessian(theta) if supports(f, "hessian") else f.enclosure(theta, 0.0)[1].mid
    return np.asarray(H, float)


def _newton_step(g: Array, lam: Array, Q: Array) -> Array:
    return -Q @ ((Q.T @ g) / np.where(lam == 0, np.inf, lam))
