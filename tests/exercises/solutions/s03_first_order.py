"""03_first_order: for each exercise right answers, of which the first is the solution, and wrong ones."""

import numpy as np

from minnet import optim
from minnet.own_function import Function


def momentum(x, p, g, lr, alpha):
    p = alpha * p - lr * g
    return x + p, p


def adam(x, m, v, t, g, lr, beta1, beta2):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return x - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + 1e-8), m, v


def adam_with_one_factor(x, m, v, t, g, lr, beta1, beta2):
    m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g * g - v)
    rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return x - rate * m / (np.sqrt(v) + 1e-12), m, v


def adam_by_entries(x, m, v, t, g, lr, beta1, beta2):
    x, m, v = list(x), list(m), list(v)
    for i in range(len(g)):
        m[i] = beta1 * m[i] + (1 - beta1) * g[i]
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
        x[i] -= lr * m[i] / (1 - beta1**t) / (1e-8 + (v[i] / (1 - beta2**t)) ** 0.5)
    return x, m, v


def adam_half_corrected(x, m, v, t, g, lr, beta1, beta2):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return x - lr * (m / (1 - beta1**t)) / (np.sqrt(v) + 1e-8), m, v


def adam_keeps_corrected(x, m, v, t, g, lr, beta1, beta2):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    m, v = m / (1 - beta1**t), v / (1 - beta2**t)
    return x - lr * m / (np.sqrt(v) + 1e-8), m, v


def nesterov(z, v, g, lr, alpha):
    new = alpha * v - lr * g
    return z - alpha * v + (1 + alpha) * new, new


def measure(lr, alpha, steps=2000):
    x, p = np.ones(2), np.zeros(2)
    for _ in range(steps):
        p = alpha * p - lr * np.array([1, 100]) * x
        x = x + p
    return np.linalg.norm(x) / np.sqrt(2)


def measure_by_matrix(lr, alpha):
    ends = [
        np.linalg.matrix_power(np.array([[1 - lr * curvature, alpha], [-lr * curvature, alpha]]), 2000) @ [1, 0]
        for curvature in (1, 100)
    ]
    return np.hypot(ends[0][0], ends[1][0]) / 2**0.5


def measure_by_library(lr, alpha):
    f = Function(lambda x: x[0] ** 2 / 2 + 50 * x[1] ** 2, lambda x: np.array([1, 100]) * x)
    method = optim.Momentum(lr, alpha)
    x, state = np.ones(2), method.start(f, np.ones(2))
    for _ in range(2000):
        x, state = method.step(f, x, state)
    return np.linalg.norm(x) / np.sqrt(2)


def clip(g, limit):
    length = np.linalg.norm(g)
    return g if length <= limit else g * (limit / length)


SOLUTIONS = {
    "03.1": (
        [
            momentum,
            lambda x, p, g, lr, a: (x + a * p - lr * g, a * p - lr * g),
            lambda x, p, g, lr, a: tuple(np.float32(part) for part in momentum(x, p, g, lr, a)),
            lambda x, p, g, lr, a: (
                [xi + a * pi - lr * gi for xi, pi, gi in zip(x, p, g)],
                [a * pi - lr * gi for pi, gi in zip(p, g)],
            ),
        ],
        [lambda x, p, g, lr, a: momentum(x, p, g, lr, a)[0], lambda x, p, g, lr, a: (x - lr * g, p)],
    ),
    "03.2": (
        [
            adam,
            adam_with_one_factor,
            adam_by_entries,
            lambda *args: tuple(np.asarray(part, np.float32) for part in adam(*args)),
        ],
        [
            adam_half_corrected,
            adam_keeps_corrected,
            lambda x, m, v, t, g, lr, b1, b2: (x - lr * np.sign(g), m, v),
            lambda x, m, v, t, g, lr, b1, b2: adam(x, m, v, 1, g, lr, b1, b2),
        ],
    ),
    "03.3": (
        [
            nesterov,
            lambda z, v, g, lr, a: (z + a * a * v - (1 + a) * lr * g, a * v - lr * g),
            lambda z, v, g, lr, a: tuple(np.float32(part) for part in nesterov(z, v, g, lr, a)),
            lambda z, v, g, lr, a: (lambda x, w: (x + w + a * w, w))(z - a * v, a * v - lr * g),
        ],
        [
            lambda z, v, g, lr, a: (z + (1 + a) * (a * v - lr * g), a * v - lr * g),
            lambda z, v, g, lr, a: (z - lr * g, a * v - lr * g),
            lambda z, v, g, lr, a: nesterov(z, v, -g, lr, a),
        ],
    ),
    "03.4": (
        [
            (measure, {"prediction": (0.02, 0.038)}),
            (measure_by_matrix, {"prediction": (2 / 100, 2 * 1.9 / 100)}),
            (measure_by_library, {"prediction": np.array([0.02, 0.038])}),
            (lambda lr, a: np.float32(measure(lr, a)), {"prediction": [0.02, 0.038]}),
        ],
        [
            (measure, {"prediction": (0.02, 0.02)}),
            (measure, {"prediction": (0.01, 0.019)}),
            (measure, {"prediction": (0.02, 0.2)}),
            (measure, {"prediction": 0.02}),
            (lambda lr, a: measure(lr, 0), {"prediction": (0.02, 0.038)}),
            (lambda lr, a: 0.5, {"prediction": (0.02, 0.038)}),
        ],
    ),
    "03.5": (
        [
            clip,
            lambda g, limit: g / max(1, np.sqrt(g @ g) / limit),
            lambda g, limit: g * np.minimum(1, limit / (np.linalg.norm(g) + 1e-300)),
            lambda g, limit: np.float32(clip(g, limit)),
        ],
        [
            lambda g, limit: g,
            lambda g, limit: -clip(g, limit),
            lambda g, limit: g / max(1, abs(g).max() / limit),
            lambda g, limit: clip(g, limit / 2),
        ],
    ),
    "03.6": (
        [
            lambda t: 1 / (t + 1),
            lambda t: 1 / (1 + 0.9 * t),
            lambda t: np.float32(2 / (t + 3)),
            lambda t: 0.1 if t < 60 else 1 / (t - 40),
        ],
        [
            lambda t: 0.01,
            lambda t: 0.5 * 0.999**t,
            lambda t: 3 / (t + 1),
            lambda t: 0.3 * 0.9**t,
            lambda t: -0.1,
            lambda t: 1e-3,
        ],
    ),
}
