"""Gradient and Hessian of a network's objective over a ball of parameters: the formulas of `hessian`, on balls.

Every parameter may lie within `radius` of θ. The balls hold the exact gradient and Hessian of every such network, for
the data, l2 and weights as the numbers that they are in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..linalg import ball
from ..linalg.ball import Ball, einsum

if TYPE_CHECKING:
    from .objective import Objective

__all__ = ["NotEnclosed", "enclosure"]

Array = NDArray[np.float64]
Triple = tuple[Ball, Ball, Ball]
ROOT = 0.3989422804014327  # 1/√(2π), to half a unit of the last place


class NotEnclosed(ValueError):
    """No ball can be given: a kink lies in it, or there is no rule for an activation or a loss."""


def enclosure(f: Objective, theta: Array, radius: float = 0.0) -> tuple[Ball, Ball]:
    """The gradient (n,) and Hessian (n, n) of f for all parameters within `radius` of θ, as balls.

    Raises
    ------
    NotEnclosed
        Where a unit may be at a kink, and for activations and losses of one's own.
    """
    net, N, last = f.net, len(f), f.net.n_layers - 1
    layers = [(Ball(W, radius), Ball(b, radius)) for W, b in net.unpack(theta)]
    weight = f.scale * (np.ones(N) if f.sample_weight is None else f.sample_weight)
    a, D, bend, ends = [Ball(f.X.T)], [], [], None
    for (W, b), sigma in zip(layers, net.sigmas):
        z = einsum("qp,pn->qn", W, a[-1]) + b.reshape(-1, 1)
        value, slope, curve = _activation(sigma.name)(z)
        a.append(value)
        D.append(slope)
        bend.append(curve)
        ends = z
    gradient, curvature = _loss(f.loss, ends.T, f.y)
    rounded = 2 if f.sample_weight is None else N + 4  # 1/N, or the sum of the weights and its reciprocal
    scaled = Ball(weight, rounded * ball.U * abs(weight))
    delta = [einsum("n,nk->kn", scaled, gradient)]
    S: dict[tuple[int, int], Ball] = {(last, last): einsum("n,nks->ksn", scaled, curvature)}
    Q: dict[tuple[int, int], Ball] = {}
    W = [W for W, _ in layers]
    for l in range(last - 1, -1, -1):
        back = einsum("tq,tn->qn", W[l + 1], delta[0])
        for m in range(l + 1, last + 1):
            S[l, m] = D[l].reshape(*D[l].shape[:1], 1, N) * einsum("tq,tsn->qsn", W[l + 1], S[l + 1, m])
            if m > l + 1:
                Q[l, m] = D[l].reshape(*D[l].shape[:1], 1, N) * einsum("tq,trn->qrn", W[l + 1], Q[l + 1, m])
        one = np.eye(len(D[l].mid))[..., None]
        S[l, l] = einsum("qtn,ts->qsn", S[l, l + 1], W[l + 1]) * D[l].reshape(1, *D[l].shape) + one * (
            bend[l] * back
        ).reshape(*D[l].shape[:1], 1, N)
        Q[l, l + 1] = one * D[l].reshape(1, *D[l].shape)
        delta.insert(0, D[l] * back)

    inputs = [Ball(np.concatenate([x.mid, np.ones((1, N))]), np.concatenate([x.rad, np.zeros((1, N))])) for x in a[:-1]]
    point, penalty = Ball(theta, radius), Ball(f.l2)
    g, H = Ball(np.zeros(f.n)), Ball(np.zeros((f.n, f.n)))
    g.rad, H.rad = np.zeros(f.n), np.zeros((f.n, f.n))
    for l in range(last + 1):
        rows = _in_order(net, l)
        _put(g, rows, einsum("qn,pn->qp", delta[l], inputs[l]))
    for l, m in S:
        block = _products(S[l, m], inputs[l], inputs[m])
        if l < m:
            rest = _products(Q[l, m], inputs[l], delta[m], swap=True)
            block = _plus_without_bias(block, rest)
        rows, columns = _in_order(net, l), _in_order(net, m)
        _put(H, np.ix_(rows, columns), block)
        _put(
            H,
            np.ix_(columns, rows),
            Ball(block.mid.reshape(len(rows), len(columns)).T, block.rad.reshape(len(rows), len(columns)).T),
        )
    return g + penalty * point, H + penalty * np.eye(f.n)


def _products(T: Ball, x: Ball, w: Ball, swap: bool = False) -> Ball:
    """Σₙ T_qsn x_pn w_rn as (q, p, s, r), or Σₙ T_qrn x_pn w_sn as (q, p, s, r) with swap=True; as one product of
    matrices."""
    (d, e, N), p, r = T.shape, x.shape[0], w.shape[0]
    left = (T.reshape(d, e, 1, N) * x.reshape(1, 1, p, N)).reshape(d * e * p, N)
    block = einsum("in,rn->ir", left, w).reshape(d, e, p, r)
    order = (0, 2, 3, 1) if swap else (0, 2, 1, 3)
    return Ball(block.mid.transpose(order), block.rad.transpose(order))


def _plus_without_bias(block: Ball, rest: Ball) -> Ball:
    """block + rest, whose last axis lacks the bias."""
    total = block[..., :-1] + rest
    return Ball(
        np.concatenate([total.mid, block.mid[..., -1:]], -1), np.concatenate([total.rad, block.rad[..., -1:]], -1)
    )


def _put(target: Ball, where: Any, block: Ball) -> None:
    shape = target.mid[where].shape
    target.mid[where], target.rad[where] = block.mid.reshape(shape), block.rad.reshape(shape)


def _in_order(net: Any, l: int) -> NDArray[np.intp]:
    """Where the weights (q, p) of layer l stand in θ, the bias of unit q after its weights."""
    W, b = net.unpack(np.arange(net.n_params))[l]
    return np.column_stack([W, b]).ravel()


# --- activations: σ, σ′ and σ″ over a ball ---------------------------------------------------------------------------


def _tanh(z: Ball) -> Triple:
    a = ball.tanh(z)
    slope = 1.0 - a * a
    return a, slope, -2.0 * a * slope


def _sigmoid(z: Ball) -> Triple:
    a = ball.sigmoid(z)
    slope = a * (1.0 - a)
    return a, slope, slope * (1.0 - 2.0 * a)


def _softplus(z: Ball) -> Triple:
    s = ball.sigmoid(z)
    return ball.softplus(z), s, s * (1.0 - s)


def _silu(z: Ball) -> Triple:
    s = ball.sigmoid(z)
    d = s * (1.0 - s)
    return z * s, s + z * d, d * (2.0 + z * (1.0 - 2.0 * s))


def _gelu(z: Ball) -> Triple:
    half = Ball(0.7071067811865476, ball.U)
    Phi = 0.5 * (1.0 + ball.erf(z * half))
    phi = Ball(ROOT, ball.U) * ball.exp(-0.5 * (z * z))
    return z * Phi, Phi + z * phi, phi * (2.0 - z * z)


def _sin(z: Ball) -> Triple:
    a = ball.sin(z)
    return a, ball.cos(z), -a


def _identity(z: Ball) -> Triple:
    return z, Ball(np.ones(z.shape)), Ball(np.zeros(z.shape))


def _kinked(below: Callable[[Ball], Triple]) -> Callable[[Ball], Triple]:
    """The identity above zero and another rule below it; nothing where zero may be inside."""

    def rule(z: Ball) -> Triple:
        if (abs(z.mid) <= z.rad).any():
            raise NotEnclosed("an input of a unit may be at the kink of its activation")
        up, low, above = _identity(z), below(z), z.mid > 0
        return tuple(Ball(np.where(above, u.mid, v.mid), np.where(above, u.rad, v.rad)) for u, v in zip(up, low))

    return rule


def _elu_below(z: Ball) -> Triple:
    e = ball.exp(Ball(np.minimum(z.mid, 0), z.rad))
    return e - 1.0, e, e


ACTIVATIONS: dict[str, Callable[[Ball], Triple]] = {
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "silu": _silu,
    "gelu": _gelu,
    "sin": _sin,
    "identity": _identity,
    "relu": _kinked(lambda z: (Ball(np.zeros(z.shape)),) * 3),
    "leaky_relu": _kinked(lambda z: (0.01 * z, Ball(np.full(z.shape, 0.01)), Ball(np.zeros(z.shape)))),
    "elu": _kinked(_elu_below),
}


def _activation(name: str) -> Callable[[Ball], Triple]:
    if name not in ACTIVATIONS:
        raise NotEnclosed(f"the activation {name!r} has no rule for balls; expected one of {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]


# --- losses: gradient (N, K) and Hessian (N, K, K) at raw outputs ----------------------------------------------------


def _loss(loss: Any, z: Ball, y: Array) -> tuple[Ball, Ball]:
    kind, one = type(loss).__name__, np.eye(z.shape[1])
    if kind == "SquaredError":
        return z - y, Ball(np.broadcast_to(one, (len(y), *one.shape)))
    if kind == "BinaryCrossEntropy":
        s = ball.sigmoid(z)
        return s - y, (s * (1.0 - s)).reshape(*z.shape, 1) * one
    if kind == "Poisson":
        mean = ball.exp(z)
        return mean - y, mean.reshape(*z.shape, 1) * one
    if kind == "SoftmaxCrossEntropy":
        e = ball.exp(z - z.mid.max(1, keepdims=True))
        p = e / einsum("nk->n", e).reshape(-1, 1)
        return p - y, p.reshape(*z.shape, 1) * one - p.reshape(*z.shape, 1) * p.reshape(len(y), 1, -1)
    if kind == "Huber":
        r = z - y
        inside, outside = r.magnitude < loss.delta, abs(r.mid) - r.rad > loss.delta * (1 + 4 * ball.U)
        if not (inside | outside).all():
            raise NotEnclosed("a residual may be at the kink of Huber's loss")
        slope = Ball(np.where(inside, r.mid, np.sign(r.mid) * loss.delta), np.where(inside, r.rad, 0.0))
        return slope, Ball(inside.astype(float)).reshape(*z.shape, 1) * one
    raise NotEnclosed(f"the loss {kind} has no rule for balls")
