"""08_quasi_newton: for each exercise right answers, of which the first is the solution, and wrong ones."""

import numpy as np
from scipy.sparse.linalg import LinearOperator


def next_point(x0, x1, g0, g1):
    return x1 - g1 * (x1 - x0) / (g1 - g0)


def bfgs_H(H, s, y):
    rho, n = 1 / (y @ s), len(s)
    left = np.eye(n) - rho * np.outer(s, y)
    return left @ H @ left.T + rho * np.outer(s, s)


def bfgs_H_in_n2(H, s, y):
    Hy, sy = H @ y, s @ y
    return H - (np.outer(s, Hy) + np.outer(Hy, s)) / sy + (1 + y @ Hy / sy) * np.outer(s, s) / sy


def bfgs_B(B, s, y):
    return B - np.outer(B @ s, B @ s) / (s @ B @ s) + np.outer(y, y) / (y @ s)


def bfgs(B, H, s, y):
    return bfgs_B(B, s, y), bfgs_H(H, s, y)


def sr1(B, H, s, y):
    r, q = y - B @ s, s - H @ y
    return B + np.outer(r, r) / (r @ s or 1), H + np.outer(q, q) / (q @ y or 1)


def dfp(H, s, y):
    return H - np.outer(H @ y, H @ y) / (y @ H @ y) + np.outer(s, s) / (y @ s)


def dfp_by_dual(H, s, y):
    return np.linalg.inv(bfgs_H(np.linalg.inv(H), y, s))


def sr1_H(H, s, y):
    return sr1(np.linalg.inv(H), H, s, y)[1]


def two_loop(pairs, g, gamma):
    q, alphas = 1.0 * g, []
    for s, y in reversed(pairs):
        alphas.append(s @ q / (y @ s))
        q = q - alphas[-1] * y
    r = gamma * q
    for (s, y), alpha in zip(pairs, reversed(alphas)):
        r = r + (alpha - y @ r / (y @ s)) * s
    return r


def by_recursion(pairs, g, gamma):
    if not pairs:
        return gamma * g
    *older, (s, y) = pairs
    rho = 1 / (y @ s)
    inner = by_recursion(older, g - rho * (s @ g) * y, gamma)
    return inner - rho * s * (y @ inner) + rho * s * (s @ g)


def by_operators(pairs, g, gamma):
    n = len(g)
    H = LinearOperator((n, n), matvec=lambda v: gamma * v, dtype=float)
    for s, y in pairs:

        def matvec(v, H=H, s=s, y=y):
            v = np.ravel(v)
            inner = H.matvec(v - y * (s @ v) / (y @ s))
            return inner - s * (y @ inner) / (y @ s) + s * (s @ v) / (y @ s)

        H = LinearOperator((n, n), matvec=matvec, dtype=float)
    return H.matvec(g)


def by_matrix(pairs, g, gamma):
    H = gamma * np.eye(len(g))
    for s, y in pairs:
        H = bfgs_H_in_n2(H, s, y)
    return H @ g


def spoil(n):
    s, y = np.zeros(n), np.zeros(n)
    s[0], y[0], y[1] = 1, 1, 10
    return s, y


A = np.diag(np.arange(1.0, 9))


def run(direction):
    x, pairs = np.ones(8), []
    for _ in range(6):
        g = A @ x
        p = -direction(pairs, g)
        t = -(p @ g) / (p @ A @ p)
        pairs.append((t * p, A @ (t * p)))
        x = x + t * p
    return x


def measure(memory):
    limited = run(lambda pairs, g: two_loop(pairs[len(pairs) - memory :] if memory <= len(pairs) else pairs, g, 1.0))
    return np.linalg.norm(limited - run(lambda pairs, g: by_matrix(pairs, g, 1.0)))


def measure_by_recursion(memory):
    newest = lambda pairs: pairs[max(0, len(pairs) - memory) :]
    return np.abs(
        run(lambda pairs, g: by_recursion(newest(pairs), g, 1.0)) - run(lambda pairs, g: by_recursion(pairs, g, 1.0))
    ).max()


def measure_against_conjugate_gradients(memory):
    x, r = np.ones(8), -A @ np.ones(8)
    p = r
    for _ in range(6):
        alpha = r @ r / (p @ A @ p)
        x, new = x + alpha * p, r - alpha * A @ p
        p, r = new + new @ new / (r @ r) * p, new
    return np.linalg.norm(x - run(lambda pairs, g: by_matrix(pairs[max(0, len(pairs) - memory) :], g, 1.0)))


ONE = {"prediction": 1}
SOLUTIONS = {
    "08.1": (
        [
            next_point,
            lambda x0, x1, g0, g1: (x0 * g1 - x1 * g0) / (g1 - g0),
            lambda x0, x1, g0, g1: np.float32(next_point(x0, x1, g0, g1)),
            lambda x0, x1, g0, g1: (
                np.interp(0, *zip(*sorted([(g0, x0), (g1, x1)]))) if g0 * g1 < 0 else next_point(x0, x1, g0, g1)
            ),
        ],
        [
            lambda x0, x1, g0, g1: x0 - g1 * (x1 - x0) / (g1 - g0),
            lambda x0, x1, g0, g1: (x0 + x1) / 2,
            lambda x0, x1, g0, g1: x1 - g1,
        ],
    ),
    "08.2": (
        [
            bfgs,
            lambda B, H, s, y: (bfgs_B(B, s, y), bfgs_H_in_n2(H, s, y)),
            lambda B, H, s, y: (np.linalg.inv(bfgs_H(H, s, y)), bfgs_H(H, s, y)),
            lambda B, H, s, y: (bfgs_B(B, s, y), np.linalg.inv(bfgs_B(B, s, y))),
        ],
        [
            lambda B, H, s, y: bfgs_B(B, s, y),
            lambda B, H, s, y: (bfgs_B(B, s, y), dfp(H, s, y)),
            lambda B, H, s, y: bfgs(B, H, y, s),
            sr1,
            lambda B, H, s, y: (B, H),
            lambda B, H, s, y: bfgs(B, H, s, y)[::-1],
        ],
    ),
    "08.3": (
        [
            dfp,
            dfp_by_dual,
            lambda H, s, y: np.linalg.inv(bfgs_H_in_n2(np.linalg.inv(H), y, s)),
            lambda H, s, y: dfp(H, s, y).astype(np.float64).tolist(),
        ],
        [
            sr1_H,
            lambda H, s, y: H,
            lambda H, s, y: np.outer(s, s) / (s @ y),
            lambda H, s, y: (dfp(H, s, y) + bfgs_H(H, s, y)) / 2,
        ],
    ),
    "08.4": (
        [two_loop, by_recursion, by_operators, by_matrix],
        [
            lambda pairs, g, gamma: gamma * g,
            lambda pairs, g, gamma: two_loop(pairs[-1:], g, gamma),
            lambda pairs, g, gamma: two_loop(pairs, g, 1.0),
            lambda pairs, g, gamma: -two_loop(pairs, g, gamma),
        ],
    ),
    "08.5": (
        [
            spoil,
            lambda n: (np.eye(n)[1], 2 * np.eye(n)[1] - 7 * np.eye(n)[0]),
            lambda n: (3 * np.eye(n)[0], np.r_[0.5, np.full(n - 1, 9.0)]),
            lambda n: ([1] + [0] * (n - 1), [1, 3] + [0] * (n - 2)),
        ],
        [
            lambda n: (np.eye(n)[0], np.eye(n)[0]),
            lambda n: (np.eye(n)[0], -np.eye(n)[0]),
            lambda n: (np.eye(n)[0], np.eye(n)[1]),
            lambda n: (np.eye(n)[0], np.eye(n)[0] + 0.5 * np.eye(n)[1]),
            lambda n: (np.ones(3), np.ones(3)),
            lambda n: np.ones(n),
        ],
    ),
    "08.6": (
        [
            (measure, ONE),
            (measure_by_recursion, ONE),
            (measure_against_conjugate_gradients, ONE),
            (lambda m: np.float32(measure(int(m))), {"prediction": np.int64(1)}),
        ],
        [
            (measure, {"prediction": 5}),
            (measure, {"prediction": 6}),
            (measure, {"prediction": 0}),
            (measure, {"prediction": 2}),
            (lambda m: 0.0, ONE),
            (lambda m: 1.0, ONE),
        ],
    ),
}
