"""05_newton: for each exercise right answers, of which the first is the solution, and wrong ones."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import brentq


def damped(g, H, alpha):
    return np.linalg.solve(H + alpha * np.eye(len(g)), -g)


def damped_by_cholesky(g, H, alpha):
    return cho_solve(cho_factor(H + alpha * np.eye(len(g))), -g)


def damped_by_eigenvectors(g, H, alpha):
    lam, Q = np.linalg.eigh(H)
    return -Q @ ((Q.T @ g) / (lam + alpha))


def saddle_free(g, H):
    lam, Q = np.linalg.eigh(H)
    return -Q @ (Q.T @ g / abs(lam))


def lifted(g, H):
    lowest = np.linalg.eigvalsh(H)[0]
    return np.linalg.solve(H + (0 if lowest > 0 else 1 - lowest) * np.eye(len(g)), -g)


def gradient_if_in_doubt(g, H):
    return -np.linalg.solve(H, g) if np.linalg.eigvalsh(H)[0] > 0 else -g


def turned_round(g, H):
    p = -np.linalg.solve(H, g)
    return p if g @ p < -1e-12 else -p if g @ p > 1e-12 else -g


def shift_by_bisection(H):
    if np.linalg.eigvalsh(H)[0] >= 0:
        return 0.0
    low, high = 0.0, float(np.abs(H).sum())
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if np.linalg.eigvalsh(H + middle * np.eye(len(H)))[0] >= 0 else (middle, high)
    return high


def by_circle(g, H, radius):
    angles = np.linspace(0, 2 * np.pi, 20001)
    points = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    best = points[np.argmin(points @ g + np.einsum("ni,ij,nj->n", points, H, points) / 2)]
    if np.linalg.eigvalsh(H)[0] > 1e-12:
        newton = -np.linalg.solve(H, g)
        return newton if np.linalg.norm(newton) <= radius else best
    return best


def by_secular_equation(g, H, radius):
    lam, Q = np.linalg.eigh(H)
    c = Q.T @ g
    if lam[0] > 0 and np.linalg.norm(c / lam) <= radius:
        return -Q @ (c / lam)
    least = max(0.0, -lam[0])
    length = lambda alpha: np.linalg.norm(c / (lam + alpha))
    near = least + 1e-9 * (1 + abs(lam).max())
    if length(near) <= radius:
        s = -np.where(lam + least > 1e-9, c / np.maximum(lam + least, 1e-9), 0)
        s[0] += np.sqrt(max(0.0, radius**2 - s @ s))
        return Q @ s
    alpha = brentq(lambda alpha: length(alpha) - radius, near, least + 1 + 2 * np.linalg.norm(c) / radius)
    return -Q @ (c / (lam + alpha))


def by_polynomial_of_the_angle(g, H, radius):
    """On the circle the model's derivative by the angle is a polynomial of degree 4 in e^(iφ)."""
    if np.linalg.eigvalsh(H)[0] > 1e-12 and np.linalg.norm(np.linalg.solve(H, g)) <= radius:
        return -np.linalg.solve(H, g)
    angles = np.linspace(0, 2 * np.pi, 400)
    model = lambda a: (lambda s: g @ s + s @ H @ s / 2)(radius * np.array([np.cos(a), np.sin(a)]))
    for _ in range(8):
        best = min(angles, key=model)
        width = angles[1] - angles[0]
        angles = np.linspace(best - width, best + width, 41)
    return radius * np.array([np.cos(best), np.sin(best)])


def stop(values, norms):
    return bool(norms[-1] <= 1e-8 * norms[0])


def stop_with_a_wait(values, norms):
    small = norms <= 1e-8 * norms.max()
    return bool(len(norms) > 1 and small[-1] and (len(norms) < 20 or small[-2]))


def monkey(x):
    H = 6 * np.array([[x[0], -x[1]], [-x[1], -x[0]]])
    new = x - np.linalg.solve(H, [3 * x[0] ** 2 - 3 * x[1] ** 2, -6 * x[0] * x[1]])
    return np.linalg.norm(new) / np.linalg.norm(x)


def monkey_by_complex_numbers(x):
    z = complex(*x)
    return abs(z - 3 * z**2 / (6 * z)) / abs(z)


def monkey_by_inverse(x):
    H = np.array([[6 * x[0], -6 * x[1]], [-6 * x[1], -6 * x[0]]])
    g = np.array([3 * x[0] ** 2 - 3 * x[1] ** 2, -6 * x[0] * x[1]])
    return np.hypot(*(x - np.linalg.inv(H) @ g)) / np.hypot(*x)


HALF = {"prediction": 0.5}
SOLUTIONS = {
    "05.1": (
        [damped, damped_by_cholesky, damped_by_eigenvectors, lambda g, H, alpha: np.float32(damped(g, H, alpha))],
        [lambda g, H, alpha: g + damped(g, H, alpha), lambda g, H, alpha: damped(g, H, -alpha)],
    ),
    "05.2": (
        [saddle_free, lifted, gradient_if_in_doubt, turned_round],
        [
            lambda g, H: np.linalg.solve(H, g),
            lambda g, H: -abs(np.linalg.solve(H, g)),
            lambda g, H: -np.linalg.solve(H @ H, H @ g),
        ],
    ),
    "05.3": (
        [
            lambda H: max(0.0, -np.linalg.eigvalsh(H)[0]),
            shift_by_bisection,
            lambda H: np.float32(max(0, -np.linalg.eigvals(H).real.min())),
            lambda H: np.clip(-np.linalg.eigvalsh(H)[0], 0, None),
        ],
        [lambda H: 0.0, lambda H: max(0.0, np.max(np.abs(H).sum(1) - np.abs(np.diag(H)) - np.diag(H)))],
    ),
    "05.4": (
        [
            by_circle,
            by_secular_equation,
            by_polynomial_of_the_angle,
            lambda g, H, radius: np.float32(by_circle(g, H, radius)),
        ],
        [
            lambda g, H, radius: -g * min(1, radius / max(np.linalg.norm(g), 1e-12)),
            lambda g, H, radius: -by_circle(g, H, radius),
            lambda g, H, radius: 2 * by_circle(g, H, radius),
            lambda g, H, radius: by_circle(g, H, radius / 2),
        ],
    ),
    "05.5": (
        [
            stop,
            stop_with_a_wait,
            lambda values, norms: bool(np.log10(norms[0] / norms[-1]) > 8),
            lambda values, norms: np.bool_(norms[-1] / norms.max() < 1e-6),
        ],
        [
            lambda values, norms: False,
            lambda values, norms: True,
            lambda values, norms: bool(len(values) > 50),
            lambda values, norms: bool(norms[-1] < 1e-12 * norms[0]),
        ],
    ),
    "05.6": (
        [
            (monkey, HALF),
            (monkey_by_complex_numbers, HALF),
            (monkey_by_inverse, {"prediction": 1 / 2}),
            (lambda x: np.float32(monkey(x)), HALF),
        ],
        [
            (monkey, {"prediction": 2}),
            (monkey, {"prediction": 0}),
            (monkey, {"prediction": 1}),
            (lambda x: 1 / monkey(x), {"prediction": 2}),
            (lambda x: 0.0, {"prediction": 0}),
        ],
    ),
}
