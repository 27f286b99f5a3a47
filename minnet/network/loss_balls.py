"""The losses over balls: value, gradient and Hessian at a ball of raw outputs, for exact targets.

Glossary: z (K, N) the outputs, y (K, N) the targets, an example a column; p = softmax(z), S the sigmoid.

    squared error            ½ Σ (z − y)²               z − y                  I
    binary cross-entropy     Σ log(1 + e^z) − y z       S(z) − y               diag S′(z)
    softmax cross-entropy    log Σ e^z − Σ y z          p − y                  diag p − p pᵀ
    Poisson                  Σ e^z − y z                e^z − y                diag e^z
    Huber, r = z − y         Σ ½ r² for |r| < δ, else δ(|r| − δ/2);  r or ±δ;  diag 1 or 0, which jumps at |r| = δ

The second and third are −y log S(z) − (1 − y) log S(−z) and, for targets that sum to 1, −Σ y log p. Values and
gradients serve balls of either precision.
"""
from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from ..linalg.ball import Ball, as_ball
from ..linalg.ball_functions import softmax
from ..linalg.enclosure import NotEnclosed
from .activation_balls import activation_ball
from .activations import ACTIVATIONS
from .losses import BinaryCrossEntropy, Huber, Poisson, SoftmaxCrossEntropy, SquaredError

__all__ = ["gradient_ball", "hessian_ball", "value_ball"]

Array = NDArray[np.float64]


class _Residual(NamedTuple):
    r: Any
    inside: NDArray[np.bool_]


def value_ball(loss: Any, z: Any, y: Array) -> Any:
    """ℓ (N,), by example, in the precision of z.

    >>> value_ball(SquaredError(), Ball([[3.0]]), np.array([[1.0]])).mid
    array([2.])
    """
    kind = _kind(loss)
    if kind is SquaredError:
        r = z - y
        return (r * r).sum(0) / 2
    if kind is BinaryCrossEntropy:
        return (np.logaddexp(0, z) - z * y).sum(0)
    if kind is SoftmaxCrossEntropy:
        highest = z.mid.max(0)
        return np.log(np.exp(z - highest).sum(0)) + highest - (z * y).sum(0)
    if kind is Poisson:
        return (np.exp(z) - z * y).sum(0)
    r, inside = _residual(loss, z, y)
    return (r * r / 2).where(inside, loss.delta * (2 * abs(r) - loss.delta) / 2).sum(0)


def gradient_ball(loss: Any, z: Any, y: Array) -> Any:
    """∂ℓ/∂z (K, N), in the precision of z."""
    kind = _kind(loss)
    if kind is SquaredError:
        return z - y
    if kind is BinaryCrossEntropy:
        return expit(z) - y
    if kind is SoftmaxCrossEntropy:
        p = np.exp(z - z.mid.max(0))
        return p / p.sum(0) - y
    if kind is Poisson:
        return np.exp(z) - y
    r, inside = _residual(loss, z, y)
    return r.where(inside, loss.delta * np.sign(r.mid))


def hessian_ball(loss: Any, z: Ball, y: Array) -> Ball:
    """∂²ℓ/∂z² (K, K, N)."""
    kind = _kind(loss)
    if kind is SquaredError:
        return _diagonal(as_ball(np.ones(z.shape)))
    if kind is BinaryCrossEntropy:
        return _diagonal(activation_ball(ACTIVATIONS["sigmoid"], 1, z))
    if kind is SoftmaxCrossEntropy:
        p = softmax(z, 0)
        return _diagonal(p) - p[:, None] * p[None]
    if kind is Poisson:
        return _diagonal(np.exp(z))
    return _diagonal(as_ball(_residual(loss, z, y).inside.astype(float)))


def _kind(loss):
    """The loss's class, which must be one of minnet's own and no heir of it."""
    if type(loss) not in (SquaredError, BinaryCrossEntropy, SoftmaxCrossEntropy, Poisson, Huber):
        raise NotEnclosed(f"the loss {loss!r} has no rule for balls")
    return type(loss)


def _residual(loss, z, y):
    """r and where |r| < δ; NotEnclosed where that may differ from member to member."""
    r = z - y
    inside = r.magnitude < loss.delta
    doubtful = ~(inside | (r.mignitude > loss.delta))
    if doubtful.any():
        raise NotEnclosed(f"{doubtful.sum()} of {doubtful.size} residuals may be at the kink of {loss!r}, where "
                          "its second derivative jumps")
    return _Residual(r, inside)


def _diagonal(d: Ball) -> Ball:
    """d (K, N) as diagonal matrices (K, K, N)."""
    return d[None] * np.eye(len(d))[..., None]
