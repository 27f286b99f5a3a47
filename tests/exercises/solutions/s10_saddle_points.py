"""10_saddle_points: for each exercise right answers, of which the first is the solution, and wrong ones."""

import numpy as np
from scipy.linalg import ldl, sqrtm


def by_ldl(H):
    return int(np.sum(np.linalg.eigvalsh(ldl(H)[1]) < 0))


def by_polynomial(H):
    return int(np.sum(np.roots(np.poly(H)).real < -1e-9))


def escape(g, H):
    d = np.linalg.eigh(H)[1][:, 0]
    return -d if g @ d > 0 else d


def by_power_iteration(g, H):
    shifted = (np.abs(H).sum() + 1) * np.eye(len(g)) - H
    d = np.random.default_rng(0).standard_normal(len(g))
    for _ in range(3000):
        d = shifted @ d
        d = d / np.linalg.norm(d)
    return d * (1 if g @ d <= 0 else -1)


def by_average(g, H):
    lam, Q = np.linalg.eigh(H)
    d = sum(-np.sign(g @ q or 1) * q for value, q in zip(lam, Q.T) if value < -1e-9)
    return d / np.linalg.norm(d)


def lower(eps):
    x = min(eps, 1) / 4
    return np.array([x, 2 * x**2])


def saddle_free(g, H):
    lam, Q = np.linalg.eigh(H)
    return -Q @ ((Q.T @ g) / np.abs(lam))


def by_square_root(g, H):
    return -np.linalg.solve(np.real(sqrtm(H @ H)), g)


def by_svd(g, H):
    U, s, Vt = np.linalg.svd(H)
    return -Vt.T @ ((Vt @ g) / s)


def by_projectors(g, H):
    lam, Q = np.linalg.eigh(H)
    return -sum(np.outer(q, q) @ g / abs(value) for value, q in zip(lam, Q.T))


def classify(eigenvalues, bound):
    down, up = np.any(eigenvalues < -bound), np.any(eigenvalues > bound)
    if down and up:
        return "saddle"
    if np.all(eigenvalues > bound):
        return "minimum"
    return "maximum" if np.all(eigenvalues < -bound) else "undecided"


def by_signs(eigenvalues, bound):
    signs = {0 if abs(value) <= bound else int(np.sign(value)) for value in eigenvalues}
    return {frozenset({1}): "minimum", frozenset({-1}): "maximum"}.get(
        frozenset(signs), "saddle" if {1, -1} <= signs else "undecided"
    )


def by_sorting(eigenvalues, bound):
    low, *_, high = sorted([*eigenvalues, *eigenvalues])
    return (
        "minimum"
        if low > bound
        else "maximum" if high < -bound else "saddle" if low < -bound and bound < high else "undecided"
    )


SOLUTIONS = {
    "10.1": (
        [
            lambda H: int(np.sum(np.linalg.eigvalsh(H) < -1e-9)),
            by_ldl,
            by_polynomial,
            lambda H: np.count_nonzero(np.linalg.eigvalsh(H.astype(np.float64)) < -1e-10),
        ],
        [lambda H: int(np.sum(np.linalg.eigvalsh(H) <= 0)) + 1, lambda H: int(np.sum(H < 0)), lambda H: 0],
    ),
    "10.2": (
        [escape, by_power_iteration, by_average, lambda g, H: np.float32(escape(g, H))],
        [
            lambda g, H: -g / max(np.linalg.norm(g), 1e-9),
            lambda g, H: 2 * escape(g, H),
            lambda g, H: -escape(g, H),
            lambda g, H: np.linalg.eigh(H)[1][:, -1],
        ],
    ),
    "10.3": (
        [
            lower,
            lambda eps: [-min(eps, 1) / 3, min(eps, 1) ** 2 * 2 / 9],
            lambda eps: np.float32(lower(eps)),
            lambda eps: (lambda y: (np.sqrt(y / 2), y))(min(eps, 1) ** 2 / 4),
        ],
        [
            lambda eps: np.zeros(2),
            lambda eps: np.array([0.0, eps]),
            lambda eps: np.array([1.0, 2.0]),
            lambda eps: np.array([eps, eps]) / 2,
            lambda eps: np.array([eps, 2 * eps**2]),
        ],
    ),
    "10.4": (
        [saddle_free, by_square_root, by_svd, by_projectors],
        [
            lambda g, H: np.linalg.solve(H, g),
            lambda g, H: -g,
            lambda g, H: -saddle_free(g, H),
            lambda g, H: saddle_free(g, H) / 2,
        ],
    ),
    "10.5": (
        [classify, by_signs, by_sorting, lambda values, bound: np.str_(classify(values, bound))],
        [
            lambda values, bound: "saddle",
            lambda values, bound: "undecided" if np.any(abs(values) <= bound) else classify(values, bound),
            lambda values, bound: classify(values, 0.0),
            lambda values, bound: classify(-values, bound),
            lambda values, bound: np.array(values),
        ],
    ),
}
