"""00_first_steps: for each exercise right answers, of which the first is the solution, and wrong ones."""

from fractions import Fraction

import numpy as np


def step(w, lr):
    return w - lr * 2 * (w - 3)


def as_average(w, lr):
    return (1 - 2 * lr) * w + 2 * lr * 3


def in_float32(w, lr):
    return np.float32(w) - np.float32(2 * lr) * np.float32(w - 3)


def by_fractions(w, lr):
    return float(Fraction(w) - 2 * Fraction(lr) * (Fraction(w) - 3))


def diverges(lr):
    w = 0.0
    for _ in range(100):
        w -= lr * 2 * (w - 3)
    return abs(w - 3) > 3


def kappa(losses):
    return 1 / (1 - np.sqrt(losses[-1] / losses[-2]))


def by_logarithms(losses):
    slope = (np.log(losses[-1]) - np.log(losses[-101])) / 100
    return 1 / (1 - np.exp(slope / 2))


def by_fit(losses):
    late = np.arange(300, 400)
    return -1 / np.expm1(np.polyfit(late, np.log(losses[late]), 1)[0] / 2)


def by_median(losses):
    return float(np.median(1 / (1 - np.sqrt(losses[-50:] / losses[-51:-1]))))


def ring(seed, rows=200, gap=0.4, share=0.3):
    rng = np.random.default_rng(seed)
    inner = np.arange(rows) < share * rows
    r, angle = np.where(inner, rng.uniform(0, 1, rows), rng.uniform(1 + gap, 2 + gap, rows)), rng.uniform(
        0, 2 * np.pi, rows
    )
    return np.stack([r * np.cos(angle), r * np.sin(angle)], axis=1), inner.astype(int)


def strip(seed):
    rng = np.random.default_rng(seed)
    inside = np.arange(300) % 3 == 0
    x = np.where(inside, rng.uniform(-1, 1, 300), rng.uniform(1.5, 2.5, 300) * rng.choice([-1, 1], 300))
    return np.stack([x, rng.normal(size=300)], axis=1), inside * 1.0


def ring_in_lists(seed):
    X, y = ring(seed)
    return X.tolist(), y.tolist()


def wilson(correct, N):
    z, p = 1.96, correct / N
    middle, half = (p + z * z / (2 * N)) / (1 + z * z / N), z / (1 + z * z / N) * np.sqrt(
        p * (1 - p) / N + z * z / (4 * N * N)
    )
    return middle - half, middle + half


def by_roots(correct, N):
    p, c = correct / N, 1.96**2 / N
    return np.sort(np.roots([1 + c, -(2 * p + c), p * p]).real)


def by_bisection(correct, N):
    share = correct / N
    outside = lambda p: (p - share) ** 2 > 1.96**2 * p * (1 - p) / N + 1e-15
    ends = []
    for far in (0.0, 1.0):
        near = share if 0 < share < 1 else share + (1e-9 if share == 0 else -1e-9)
        if not outside(far) and far == share:
            ends.append(far)
            continue
        for _ in range(80):
            middle = (far + near) / 2
            far, near = (middle, near) if outside(middle) else (far, middle)
        ends.append(near)
    return ends


SOLUTIONS = {
    "00.1": ([step, as_average, in_float32, by_fractions], []),
    "00.2": (
        [
            (diverges, {"prediction": 1.0}),
            (lambda lr: abs(1 - 2 * lr) > 1, {"prediction": 1}),
            (lambda lr: abs(3 * (1 - 2 * np.float64(lr)) ** 100) > 3, {"prediction": np.float32(1)}),
            (lambda lr: bool(lr > 1), {"prediction": 1.0}),
        ],
        [
            (diverges, {"prediction": 0.5}),
            (diverges, {"prediction": 2}),
            (diverges, {"prediction": -1}),
            (lambda lr: not diverges(lr), {"prediction": 1}),
            (lambda lr: int(diverges(lr)), {"prediction": 1}),
        ],
    ),
    "00.3": (
        [kappa, by_logarithms, by_fit, by_median],
        [
            lambda losses: losses[-2] / losses[-1],
            lambda losses: losses[0] / losses[-1],
            lambda losses: 1 / (1 - np.sqrt(losses[-1] - losses[-2])),
        ],
    ),
    "00.4": (
        [ring, strip, ring_in_lists, lambda seed: ring(seed, 150, 0.6)],
        [
            lambda seed: ring(seed, share=0.5),
            lambda seed: ring(seed, share=0.1),
            lambda seed: ring(0),
            lambda seed: ring(seed, 50),
            lambda seed: (ring(seed)[0], np.random.default_rng(seed).random(200) < 0.3),
            lambda seed: (ring(seed)[0], (np.sort(ring(seed)[0][:, 0]) < 0).astype(int)),
            lambda seed: (lambda X: (X, (X[:, 0] > 0.5).astype(int)))(
                np.random.default_rng(seed).normal(size=(200, 2))
            ),
        ],
    ),
    "00.5": (
        [wilson, by_roots, by_bisection, lambda correct, N: np.array(wilson(correct, N), np.float64)],
        [
            lambda c, N: (c / N - 1 / np.sqrt(N), c / N + 1 / np.sqrt(N)),
            lambda c, N: wilson(c, N)[::-1],
            lambda c, N: c / N,
            lambda c, N: wilson(c, N + 4),
            lambda c, N: (max(0.0, c / N - 0.1), min(1.0, c / N + 0.1)),
        ],
    ),
}
