"""04_curvature: for each exercise right answers, of which the first is the solution, and wrong ones."""

import numpy as np


def condition(product, n):
    rng = np.random.default_rng(0)

    def largest(matvec):
        v = rng.standard_normal(n)
        for _ in range(400):
            v = matvec(v / np.linalg.norm(v))
            if not v.any():
                return 0.0
        u = v / np.linalg.norm(v)
        return u @ matvec(u)

    top = largest(product)
    return top / (top - largest(lambda v: top * v - product(v)))


def condition_from_columns(product, n):
    eigenvalues = np.linalg.eigvalsh(np.stack([product(unit) for unit in np.eye(n)]))
    return eigenvalues[-1] / eigenvalues[0]


def condition_by_block(product, n):
    return np.linalg.cond(product(np.eye(n)))


def condition_by_lanczos(product, n):
    rng, basis = np.random.default_rng(1), []
    Q = rng.standard_normal(n)
    for _ in range(n):
        for q in basis:
            Q = Q - q * (q @ Q)
        if np.linalg.norm(Q) < 1e-9:
            Q = rng.standard_normal(n)
            for q in basis:
                Q = Q - q * (q @ Q)
        basis.append(Q / np.linalg.norm(Q))
        Q = product(basis[-1])
    T = np.array([[a @ product(b) for b in basis] for a in basis])
    return np.linalg.cond(T)


def measure(kappa):
    x, count = np.ones(2), 0
    while np.linalg.norm(x) > 1e-6:
        x, count = x - 2 / (1 + kappa) * np.array([1, kappa]) * x, count + 1
    return count


def measure_by_formula(kappa):
    shrink = (kappa - 1) / (kappa + 1)
    return 1 if shrink == 0 else int(np.ceil(np.log(1e-6 / 2**0.5) / np.log(shrink)))


def measure_by_powers(kappa):
    factors = 1 - 2 / (1 + kappa) * np.array([1.0, kappa])
    return next(k for k in range(10**6) if np.sqrt(np.sum(factors ** (2 * k))) <= 1e-6)


def hessian(gradient, x, h=1e-5):
    H = np.stack([(gradient(x + h * unit) - gradient(x - h * unit)) / (2 * h) for unit in np.eye(len(x))])
    return (H + H.T) / 2


def hessian_by_copies(gradient, x):
    H = np.zeros((len(x), len(x)))
    for i in range(len(x)):
        up, down = x.copy(), x.copy()
        up[i], down[i] = up[i] + 1e-4, down[i] - 1e-4
        H[i] = (gradient(up) - gradient(down)) / (up[i] - down[i])
    return np.tril(H) + np.tril(H, -1).T


def by_complex_step(gradient, x):
    H = np.stack([gradient(x + 1e-100j * unit).imag / 1e-100 for unit in np.eye(len(x))])
    return 0.5 * (H + H.T)


SOLUTIONS = {
    "04.1": (
        [
            lambda A: (A + A.T) / 2,
            lambda A: A - (A - A.T) / 2,
            lambda A: np.float32(0.5) * (A.astype(np.float32) + A.T.astype(np.float32)),
            lambda A: np.array([[(A[i, j] + A[j, i]) / 2 for j in range(len(A))] for i in range(len(A))]),
        ],
        [lambda A: A.T, lambda A: A @ A.T, lambda A: np.diag(np.diag(A))],
    ),
    "04.2": (
        [condition, condition_from_columns, condition_by_block, condition_by_lanczos],
        [
            lambda product, n: 1 / condition(product, n),
            lambda product, n: condition_by_block(product, n) ** 2,
            lambda product, n: [product(np.ones(n)) for _ in range(3000)][0][0],
            lambda product, n: 1.0,
        ],
    ),
    "04.3": (
        [
            lambda X, K: np.kron(np.eye(K), X.T @ X / len(X)),
            lambda X, K: np.einsum("ab,ni,nj->aibj", np.eye(K), X, X).reshape(K * X.shape[1], -1) / len(X),
            lambda X, K: sum(np.kron(np.eye(K), np.outer(x, x)) for x in X) / len(X),
            lambda X, K: np.kron(np.eye(K), np.cov(X.T, bias=True) + np.outer(X.mean(0), X.mean(0))).astype(
                np.float32
            ),
        ],
        [
            lambda X, K: X.T @ X / len(X),
            lambda X, K: np.eye(K * X.shape[1]),
            lambda X, K: -np.kron(np.eye(K), X.T @ X / len(X)),
        ],
    ),
    "04.4": (
        [
            (measure, {"prediction": 1}),
            (measure_by_formula, {"prediction": 1.0}),
            (measure_by_powers, {"prediction": 1.0}),
            (lambda kappa: np.int32(measure(kappa)), {"prediction": np.float32(1)}),
        ],
        [
            (measure, {"prediction": 0.5}),
            (measure, {"prediction": 2}),
            (measure, {"prediction": 0}),
            (lambda kappa: 7 * kappa**0.5, {"prediction": 0.5}),
            (lambda kappa: 2 * measure(kappa), {"prediction": 1}),
        ],
    ),
    "04.5": (
        [hessian, hessian_by_copies, by_complex_step, lambda gradient, x: hessian(gradient, x, 1e-4)],
        [
            lambda gradient, x: 2 * hessian(gradient, x),
            lambda gradient, x: np.diag(np.diag(hessian(gradient, x))),
            lambda gradient, x: np.stack(
                [(gradient(x + 1e-6 * unit) - gradient(x)) / 1e-6 for unit in np.eye(len(x))]
            ),
            lambda gradient, x: gradient(x),
        ],
    ),
}
