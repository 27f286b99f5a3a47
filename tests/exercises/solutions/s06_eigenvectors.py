"""06_eigenvectors: for each exercise right answers, of which the first is the solution, and wrong ones."""

import numpy as np
from scipy.optimize import minimize_scalar


def search(g, H, q):
    return -(q @ g) / (q @ H @ q)


def by_minimising(g, H, q):
    return minimize_scalar(lambda t: t * g @ q + t * t * (q @ H @ q) / 2, tol=1e-12).x


def by_two_slopes(g, H, q):
    first, second = q @ g, q @ (g + H @ q)
    return first / (first - second)


def measure(H, x, directions):
    for q in directions.T:
        x = x - q * (q @ H @ x) / (q @ H @ q)
    return x


def measure_by_matrix(H, x, directions):
    for q in directions.T:
        x = (np.eye(len(x)) - np.outer(q, q @ H) / (q @ H @ q)) @ x
    return x


def measure_by_solving(H, x, directions):
    x = x.copy()
    for k in range(directions.shape[1]):
        q = directions[:, k]
        x += q * by_two_slopes(H @ x, H, q)
    return x


def conjugate(P, H):
    D = []
    for p in P.T:
        d = p - sum((p @ H @ e) / (e @ H @ e) * e for e in D)
        D.append(d)
    return np.array(D).T


def by_cholesky(P, H):
    L = np.linalg.cholesky(H)
    return np.linalg.solve(L.T, np.linalg.qr(L.T @ P)[0])


def modified(P, H):
    D = P.astype(float).copy()
    for k in range(D.shape[1]):
        D[:, k] /= np.sqrt(D[:, k] @ H @ D[:, k])
        for j in range(k + 1, D.shape[1]):
            D[:, j] -= (D[:, j] @ H @ D[:, k]) * D[:, k]
    return D


RIGHT = {"prediction": {"eigenvectors": False, "axes": True}}
SOLUTIONS = {
    "06.1": (
        [search, by_minimising, by_two_slopes, lambda g, H, q: np.float32(search(g, H, q))],
        [
            lambda g, H, q: -(q @ g) / (g @ H @ g) if g.any() else 0.0,
            lambda g, H, q: -search(g, H, q) * q,
            lambda g, H, q: 1.0,
        ],
    ),
    "06.2": (
        [
            lambda g, H, Q: -(Q.T @ g) / np.diag(Q.T @ H @ Q),
            lambda g, H, Q: [search(g, H, q) for q in Q.T],
            lambda g, H, Q: np.linalg.solve(Q.T @ H @ Q, -Q.T @ g),
            lambda g, H, Q: np.float32(-(Q.T @ g) / np.einsum("ji,jk,ki->i", Q, H, Q)),
        ],
        [
            lambda g, H, Q: (Q.T @ g) / np.diag(Q.T @ H @ Q),
            lambda g, H, Q: -(Q.T @ g) / np.linalg.eigvalsh(H),
            lambda g, H, Q: -np.linalg.solve(H, g),
        ],
    ),
    "06.3": (
        [
            (measure, RIGHT),
            (measure_by_matrix, RIGHT),
            (measure_by_solving, RIGHT),
            (lambda *args: measure(*args).tolist(), RIGHT),
        ],
        [
            (measure, {"prediction": {"eigenvectors": True, "axes": True}}),
            (measure, {"prediction": {"eigenvectors": False, "axes": False}}),
            (measure, {"prediction": False}),
            (lambda H, x, D: x, RIGHT),
            (lambda H, x, D: np.linalg.solve(H, x), RIGHT),
        ],
    ),
    "06.4": (
        [conjugate, by_cholesky, modified, lambda P, H: conjugate(P, H).tolist()],
        [lambda P, H: P, lambda P, H: conjugate(P[:, ::-1], H)[:, ::-1], lambda P, H: 0 * P],
    ),
}
