"""01_engine: for each exercise right answers, of which the first is the solution, and wrong ones."""

import numpy as np
from scipy.special import logsumexp

from minnet import MLP


def backward(delta, W, A):
    return delta.T @ A, delta.sum(axis=0), delta @ W


def backward_by_loops(delta, W, A):
    dW, db, dA = np.zeros_like(W), np.zeros(len(W)), np.zeros_like(A)
    for n in range(len(A)):
        for k in range(len(W)):
            db[k] += delta[n, k]
            for j in range(W.shape[1]):
                dW[k, j] += delta[n, k] * A[n, j]
                dA[n, j] += delta[n, k] * W[k, j]
    return dW, db, dA


def backward_by_einsum(delta, W, A):
    return np.einsum("nk,nj->kj", delta, A), np.einsum("nk->k", delta), np.einsum("nk,kj->nj", delta, W)


def softmax_loss(z, k):
    m = max(z)
    return m + np.log(sum(np.exp(z - m))) - z[k]


def by_log1p(z, k):
    others = np.delete(z, k) - z[k]
    m = max(0.0, others.max(initial=0.0))
    return m + np.log(np.exp(-m) + np.exp(others - m).sum())


def unpack(theta, widths):
    pairs, at = [], 0
    for j, k in zip(widths[:-1], widths[1:]):
        pairs.append((theta[at : at + k * j].reshape(k, j), theta[at + k * j : at + k * j + k]))
        at += k * j + k
    return pairs


def unpack_by_split(theta, widths):
    sizes = [size for j, k in zip(widths, widths[1:]) for size in (j * k, k)]
    parts = np.split(theta, np.cumsum(sizes)[:-1])
    return [(W.reshape(len(b), -1), b) for W, b in zip(parts[::2], parts[1::2])]


def unpack_by_pop(theta, widths):
    rest = list(theta)
    take = lambda count: [rest.pop(0) for _ in range(count)]
    return [([take(j) for _ in range(k)], take(k)) for j, k in zip(widths, widths[1:])]


def measure(layer, seed, scale=0.01, width=100):
    rng = np.random.default_rng(seed)
    z = rng.standard_normal(width)
    for _ in range(layer):
        z = rng.normal(0, scale, (width, width)) @ z
    return np.mean(z**2)


def measure_uniform(layer, seed):
    rng = np.random.default_rng(seed)
    z = rng.standard_normal(100)
    for _ in range(layer):
        z = rng.uniform(-0.01 * 3**0.5, 0.01 * 3**0.5, (100, 100)) @ z
    return float(z @ z / 100)


def measure_many(layer, seed):
    rng = np.random.default_rng(seed)
    Z = rng.standard_normal((100, 5))
    for _ in range(layer):
        Z = rng.normal(0, 0.01, (100, 100)) @ Z
    return (Z**2).mean()


def measure_float32(layer, seed):
    rng = np.random.default_rng(seed)
    z = rng.standard_normal(100, dtype=np.float32)
    for _ in range(layer):
        z = (rng.standard_normal((100, 100), dtype=np.float32) / 100) @ z
    return (z**2).mean()


SOLUTIONS = {
    "01.1": (
        [
            lambda a: a * (1 - a),
            lambda a: a - a**2,
            lambda a: 0.25 - (a - 0.5) ** 2,
            lambda a: np.float32(a) * np.float32(1 - a),
        ],
        [lambda a: a, lambda a: a / (1 - a), lambda a: 0.25 + 0 * a],
    ),
    "01.2": (
        [
            backward,
            backward_by_loops,
            backward_by_einsum,
            lambda d, W, A: tuple(part.astype(np.float32) for part in backward(d, W, A)),
        ],
        [
            lambda d, W, A: (A.T @ d, d.sum(0), d @ W),
            lambda d, W, A: (d.T @ A, d.mean(0), d @ W),
            lambda d, W, A: (d.T @ A, d.sum(1), d @ W),
            lambda d, W, A: (d.T @ A, d.sum(0), d @ W.T),
            lambda d, W, A: d.T @ A,
            lambda d, W, A: (d.T @ A, d.sum(0), -d @ W),
        ],
    ),
    "01.3": (
        [
            lambda W, d, s: (W.T @ d) * s,
            lambda W, d, s: d @ W * s,
            lambda W, d, s: np.einsum("kj,k,j->j", W, d, s),
            lambda W, d, s: [s[j] * sum(W[k, j] * d[k] for k in range(len(d))) for j in range(len(s))],
        ],
        [
            lambda W, d, s: np.linalg.pinv(W) @ d * s,
            lambda W, d, s: W.T @ d / (s + 1e-9),
            lambda W, d, s: np.abs(W.T @ d) * s,
        ],
    ),
    "01.4": (
        [softmax_loss, lambda z, k: logsumexp(z) - z[k], by_log1p, lambda z, k: np.logaddexp.reduce(z) - z[k]],
        [
            lambda z, k: np.log(np.exp(z).sum()) - z[k],
            lambda z, k: -np.log(np.exp(z[k]) / np.exp(z).sum()),
            lambda z, k: np.max(z) - z[k],
            lambda z, k: logsumexp(z) + z[k],
        ],
    ),
    "01.5": (
        [
            unpack,
            unpack_by_split,
            unpack_by_pop,
            lambda theta, widths: [(W.copy(), b.copy()) for W, b in MLP(list(widths)).unpack(theta)],
        ],
        [
            lambda theta, widths: unpack(theta, widths)[::-1],
            lambda theta, widths: [W for W, b in unpack(theta, widths)],
            lambda theta, widths: [(W.T, b) for W, b in unpack(theta, widths)],
            lambda theta, widths: unpack(theta[::-1], widths),
        ],
    ),
    "01.6": (
        [
            (measure, {"prediction": 0.01}),
            (measure_uniform, {"prediction": 1 / 100}),
            (measure_many, {"prediction": 0.01}),
            (measure_float32, {"prediction": 0.01}),
        ],
        [
            (measure, {"prediction": 1}),
            (measure, {"prediction": 1e-4}),
            (measure, {"prediction": 0.1}),
            (lambda layer, seed: measure(layer, seed, 0.1), {"prediction": 1.0}),
            (lambda layer, seed: measure(layer, 0), {"prediction": 0.01}),
            (lambda layer, seed: measure(layer, seed, 1e-4), {"prediction": 1e-6}),
        ],
    ),
}
