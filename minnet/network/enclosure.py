"""Value, gradient and Hessian of a network's objective over a ball of parameters: the formulas of `hessian`, on balls.

Glossary as in `minnet.network.hessian`; every quantity is a ball that holds it for all parameters of which each lies
within a radius of θ. The data, targets, weights, l2 and θ are the exact numbers that they are in memory; 1/N, the sum
of the weights and all else is enclosed.

The gradient at θ itself is computed with twice the working precision (`minnet.linalg.accurate`): near a stationary
point nearly all of its digits cancel, and what is left decides how small the ball can be in which a stationary point
is proved to lie. So is the value at θ, of which differences are taken.

**The sums over examples** are those of the objective, over its chunks and on the workers of its executor. A term is a
ball that holds Σ w ∇²ℓ over the examples of a chunk, for every θ of the cube, and likewise for ℓ and ∇ℓ; the factor c
and the penalty come last. For members a, b of two balls, a + b is a member of their sum, which is rounded outwards. So,
by induction from the leaves, a tree of partial sums of balls holds the exact sum at its root, whatever its shape and
whoever computed its terms. What the shape decides is the radius: an addition widens it by u |its midpoint|, and of the
C − 1 additions for C chunks a term meets no more than 15 ⌈log₁₆ C⌉ on its way up a tree with 16 branches.
"""
from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..function import as_vector, quiet
from ..linalg.accurate import FineBall, as_fine, join
from ..linalg.ball import Ball, as_ball, raw_ball
from ..linalg.ball_arrays import concatenate
from ..linalg.enclosure import Enclosure, NotEnclosed
from .activation_balls import activation_ball
from .examples import chunks
from .loss_balls import gradient_ball, hessian_ball, value_ball
from .passes import Pass
from .risk import EmpiricalRisk

__all__ = ["NotEnclosed", "enclosure"]

Array = NDArray[np.float64]
NUMBERS = 2**18  # in the largest intermediate array of some examples: 2 MB


def enclosure(f: EmpiricalRisk, theta: ArrayLike, radius: float = 0.0) -> Enclosure:
    """The value, gradient (n,) and Hessian (n, n) of f for all parameters within `radius` of θ, as balls.

    Parameters
    ----------
    f : Objective
        Of the named activations and losses.
    theta : array_like (n,)
    radius : float, default 0
        In each parameter.

    Returns
    -------
    Enclosure
        Each ball is computed when it is asked for; as a pair it is (gradient, hessian).

    Raises
    ------
    NotEnclosed
        By the enclosure, where a unit or a residual may be at a kink, and for activations and losses of one's own.

    Examples
    --------
    >>> from minnet import MLP, Objective
    >>> f = Objective(MLP([1, 1]), [[0.0], [1.0]], [1.0, 3.0])
    >>> g, H = enclosure(f, [2.0, 1.0], 1e-3)
    >>> H.mid
    array([[0.5, 0.5],
           [0.5, 1. ]])
    """
    theta = as_vector(theta, f.n, "theta").astype(float)
    return Enclosure(radius, lambda: _gradient(f, theta), lambda: _hessian(f, theta, radius),
                     lambda: _value(f, theta, radius))


@quiet
def _value(f: EmpiricalRisk, theta: Array, radius: float) -> Ball:
    point = _around(theta, radius)
    return as_ball(_reduced(f._sum(_values, theta, radius), _total_weight(f)) + (point * point).sum(0) * f.l2 / 2)


@quiet
def _gradient(f: EmpiricalRisk, theta: Array) -> Ball:
    return (_reduced(f._sum(_gradients, theta), _total_weight(f)) + FineBall(theta) * f.l2).ball()


@quiet
def _hessian(f: EmpiricalRisk, theta: Array, radius: float) -> Ball:
    net, places = f.net, combinations_with_replacement(range(f.net.n_layers), 2)
    blocks, weight = f._sum(_hessians, theta, radius), _total_weight(f)
    mid, rad = np.zeros((2, f.n, f.n))
    for (l, m), total in zip(places, blocks, strict=True):
        block = _reduced(total, weight)
        rows, columns = np.ix_(_in_order(net, l), _in_order(net, m))
        for whole, part in ((mid, block.mid), (rad, block.rad)):
            part = _unfolded(part, *net.layout[l][3]) if l == m else part.reshape(rows.size, columns.size)
            whole[rows, columns] = part
            whole[columns.T, rows.T] = part.T
    diagonal = Ball(mid.diagonal(), rad.diagonal()) + f.l2
    np.fill_diagonal(mid, diagonal.mid)
    np.fill_diagonal(rad, diagonal.rad)
    return raw_ball(mid, rad)


def _total_weight(f: EmpiricalRisk) -> FineBall | None:
    """Σ w, by which a mean divides; None where it divides by nothing."""
    if f.reduction == "sum":
        return None
    weight = FineBall(float(len(f))) if f.sample_weight is None else as_fine(f.sample_weight).sum(0)
    return weight if weight.high > 0 else None


def _reduced(total: Any, weight: FineBall | None) -> Any:
    """c times a sum over the examples."""
    return total if weight is None else total / weight


def _around(theta: Array, radius: float) -> Any:
    """The parameters: a point in twice the working precision, or a cube."""
    return Ball(theta, radius) if radius else FineBall(theta)


# --- sums over the examples of a pass ---------------------------------------------------------------------------------

def _values(p: Pass, radius: float) -> Any:
    """Σ w ℓ."""
    point, total = _around(p.theta, radius), FineBall(0.0)
    for x, y, weight in _parts(p, 8 * max(p.net.widths)):
        _, zs = _forward(p.net, point, x)
        total = _weighed(value_ball(p.loss, zs[-1], y), weight).sum(0) + total
    return total


def _gradients(p: Pass) -> FineBall:
    """Σ w ∇ℓ (n,), at θ itself."""
    point, total = FineBall(p.theta), FineBall(0.0)
    for x, y, weight in _parts(p, 8 * max(p.net.widths)):
        a, zs = _forward(p.net, point, as_fine(x))
        sums = []
        for l, delta in _backward(p.net, point, zs, _weighed(gradient_ball(p.loss, zs[-1], y), weight)):
            sums = [(delta @ a[l].T).reshape(-1), delta.sum(1), *sums]
        total = join(sums) + total
    return total


def _hessians(p: Pass, radius: float) -> list[Ball]:
    """Σ w ∇²ℓ by blocks: (0, 0), (0, 1), …, (1, 1), (1, 2), …; see `_blocks`."""
    net, point, sums = p.net, Ball(p.theta, radius), {}
    for x, y, weight in _parts(p, max([(d + 1) ** 2 for d in net.widths[:-1]] + [sum(net.widths[1:]) ** 2])):
        for key, block in _blocks(p, point, as_ball(x), y, weight):
            sums[key] = sums[key] + block if key in sums else block
    return [sums[key] for key in sorted(sums)]


def _parts(p: Pass, per_example: int) -> Iterator[tuple[Array, Array, Array | None]]:
    """Inputs (d_0, N), targets (K, N) and weights (N,) of as many examples of the pass as fit, one after the other."""
    x = p.tape.a[0]
    for some in chunks(x.shape[1], max(1, NUMBERS // per_example)):
        yield x[:, some], p.y[some].T, None if p.weights is None else p.weights[some]


def _weighed(terms: Any, weight: Array | None) -> Any:
    """w times terms (…, N)."""
    return terms if weight is None else terms * weight


def _layers(net: Any, point: Any) -> list[tuple[Any, Any]]:
    return [(point[W:b].reshape(shape), point[b:end]) for W, b, end, shape in net.layout]


def _forward(net: Any, point: Any, x: Any) -> tuple[list[Any], list[Any]]:
    """[a_0, …, a_{L−1}] and [z_1, …, z_L], in the precision of the balls given."""
    a, zs = [x], []
    for (W, b), sigma in zip(_layers(net, point), net.sigmas):
        zs.append(W @ a[-1] + b.reshape(-1, 1))
        if len(zs) < net.n_layers:
            a.append(activation_ball(sigma, 0, zs[-1]))
    return a, zs


def _backward(net: Any, point: Any, zs: list[Any], delta: Any) -> Iterator[tuple[int, Any]]:
    """From the last layer to the first: its number l from 0, and δ_l."""
    layers = _layers(net, point)
    for l in range(net.n_layers - 1, 0, -1):
        yield l, delta
        delta = (layers[l][0].T @ delta) * activation_ball(net.sigmas[l - 1], 1, zs[l - 1])
    yield 0, delta


def _blocks(p: Pass, point: Ball, x: Ball, y: Array,
            weight: Array | None) -> Iterator[tuple[tuple[int, int], Ball]]:
    """(l, m), l < m, and that block of the Hessian as (q, p, s, r), the biases last in p and r; (l, l) folded."""
    net, (a, zs) = p.net, _forward(p.net, point, x)
    a = [concatenate([x, np.ones((1, y.shape[1]))]) for x in a]
    W = [W for W, _ in _layers(net, point)]
    deltas = dict(_backward(net, point, zs, _weighed(gradient_ball(p.loss, zs[-1], y), weight)))
    last = net.n_layers - 1
    S, Q = {last: _weighed(hessian_ball(p.loss, zs[-1], y), weight)}, {}
    yield (last, last), _diagonal_block(S[last], a[last])
    for l in range(last - 1, -1, -1):
        D, bend = (activation_ball(net.sigmas[l], order, zs[l]) for order in (1, 2))
        back, pull = D[:, None] * W[l + 1].T[..., None], W[l + 1].T @ deltas[l + 1]
        S = {m: _through(W[l + 1], D, T) for m, T in S.items()}
        Q = {m: back * T.reshape(1, *T.shape) if m == l + 2 else _through(W[l + 1], D, T) for m, T in Q.items()}
        d = len(D)
        S[l] = _through(W[l + 1], D, S[l + 1].transpose(1, 0, 2)) + (bend * pull)[:, None] * np.eye(d)[..., None]
        yield (l, l), _diagonal_block(S[l], a[l])
        for m in range(l + 1, last + 1):
            yield (l, m), _block(S[m], a[l], a[m], D if m == l + 1 else Q[m], deltas[m])
        Q[l + 1] = D


def _through(W: Ball, D: Ball, T: Ball) -> Ball:
    """D Wᵀ T for every example: T (t, …, N) becomes (q, …, N)."""
    return (W.T @ T.reshape(len(W), -1)).reshape(-1, *T.shape[1:]) * D.reshape(len(D), *[1] * (T.ndim - 2), -1)


def _diagonal_block(S: Ball, a: Ball) -> Ball:
    """Σ S_qs a_p a_r for q ≤ s and p ≤ r: both factors are symmetric, and a quarter of the block is all of it."""
    pairs = np.triu_indices(len(a))
    return S[np.triu_indices(len(S))] @ (a[pairs[0]] * a[pairs[1]]).T


def _unfolded(part: Array, q: int, p: int) -> Array:
    """The whole diagonal block of a layer of weights (q, p), and of as many biases, from its quarter."""
    where, places = _triangle(q), _triangle(p + 1)
    return part[where[:, None, :, None], places[None, :, None, :]].reshape(q * (p + 1), -1)


def _block(S: Ball, a: Ball, b: Ball, Q: Ball, delta: Ball) -> Ball:
    """Σ S_qs a_p b_r + Q_qr δ_s a_p, without the latter for the bias r; Q (q, N) stands for a diagonal (q, q, N)."""
    (q, s, N), p = S.shape, len(a)
    block = _outer(S, a, b).transpose(0, 2, 1, 3)
    if Q.ndim == 2:
        bends = ((Q[:, None] * delta[None]).reshape(q * s, N) @ a.T).reshape(q, s, p).transpose(0, 2, 1)
        rest = bends[..., None] * np.eye(q)[:, None, None, :]
    else:
        rest = _outer(Q, delta, a).transpose(0, 3, 2, 1)
    return concatenate([block[..., :-1] + rest, block[..., -1:]], 3)


def _outer(T: Ball, a: Ball, b: Ball) -> Ball:
    """Σ T_qs a_p b_r as (q, s, p, r)."""
    q, s, N = T.shape
    pairs = (a[:, None] * b[None]).reshape(-1, N)
    return (T.reshape(q * s, N) @ pairs.T).reshape(q, s, len(a), len(b))


def _triangle(d: int) -> NDArray[np.intp]:
    """Where in the upper triangle, row after row, each entry of a symmetric matrix (d, d) stands."""
    upper, where = np.triu_indices(d), np.empty((d, d), int)
    where[upper] = where.T[upper] = np.arange(len(upper[0]))
    return where


def _in_order(net: Any, l: int) -> NDArray[np.intp]:
    """Where the weights (q, p) of layer l stand in θ, the bias of unit q after its weights."""
    W, b = net.unpack(np.arange(net.n_params))[l]
    return np.column_stack([W, b]).ravel()
