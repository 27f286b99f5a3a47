"""07_conjugate_gradient: for each exercise right answers, of which the first is the solution, and wrong ones."""

import numpy as np


def pcg(product, b, precondition, steps):
    x, r = np.zeros(len(b)), b.astype(float)
    z = p = precondition(r)
    for _ in range(steps):
        if np.linalg.norm(r) <= 1e-14 * np.linalg.norm(b):
            break
        Ap = product(p)
        alpha = r @ z / (p @ Ap)
        x, new = x + alpha * p, r - alpha * Ap
        z_new = precondition(new)
        p = z_new + (new @ z_new) / (r @ z) * p
        r, z = new, z_new
    return x


def cg(product, b, steps):
    return pcg(product, b, lambda r: r, steps)


def pcg_by_loops(product, b, precondition, steps):
    x, r, p, old = 0 * b, b + 0, None, 1.0
    for _ in range(steps):
        z = precondition(r)
        new = float(r @ z)
        if new < 1e-26:
            return x
        p = z if p is None else z + new / old * p
        q = product(p)
        x, r, old = x + new / (p @ q) * p, r - new / (p @ q) * q, new
    return x


def pcg_by_orthogonalisation(product, b, precondition, steps):
    """Conjugate against all earlier directions, not the last alone."""
    x, r, directions = np.zeros(len(b)), 1.0 * b, []
    for _ in range(steps):
        if r @ r < 1e-26:
            break
        z = precondition(r)
        p = z - sum((z @ q) / (d @ q) * d for d, q in directions)
        q = product(p)
        directions.append((p, q))
        alpha = (p @ r) / (p @ q)
        x, r = x + alpha * p, r - alpha * q
    return x


def pcg_by_spaces(product, b, precondition, steps):
    """The best point of the space of (M⁻¹A)ᵏM⁻¹b, by the normal equations."""
    basis, v = [], precondition(b * 1.0)
    for _ in range(steps):
        for _ in range(2):
            for q in basis:
                v = v - q * (q @ v)
        if np.linalg.norm(v) < 1e-9:
            break
        basis.append(v / np.linalg.norm(v))
        v = precondition(product(basis[-1]))
    if not basis:
        return 0 * b
    K = np.array(basis).T
    AK = np.stack([product(q) for q in basis], axis=1)
    return K @ np.linalg.solve(K.T @ AK, K.T @ b)


def pcg_flipped(*args):
    return -pcg(*args)


def measure(eigenvalues):
    b = np.ones(len(eigenvalues))
    x, r, p = 0 * b, b, b
    for step in range(1, 1000):
        alpha = r @ r / (p @ (eigenvalues * p))
        x, new = x + alpha * p, r - alpha * eigenvalues * p
        if np.linalg.norm(new) <= 1e-8 * np.linalg.norm(b):
            return step
        p, r = new + (new @ new) / (r @ r) * p, new


def measure_by_cg(eigenvalues):
    b = np.ones(len(eigenvalues))
    return next(
        k
        for k in range(1, 100)
        if np.linalg.norm(b - eigenvalues * cg(lambda v: eigenvalues * v, b, k)) <= 1e-8 * np.linalg.norm(b)
    )


def measure_by_distinct(eigenvalues):
    return len(set(np.round(eigenvalues, 9)))


def newton(g, H):
    return -cg(lambda v: H @ v, g, len(g))


THREE = {"prediction": 3}
SOLUTIONS = {
    "07.1": (
        [
            cg,
            lambda product, b, steps: pcg_by_loops(product, b, lambda r: r, steps),
            lambda product, b, steps: pcg_by_orthogonalisation(product, b, lambda r: r, steps),
            lambda product, b, steps: pcg_by_spaces(product, b, lambda r: r, steps),
        ],
        [
            lambda product, b, steps: cg(product, b, steps - 1),
            lambda product, b, steps: -cg(product, b, steps),
            lambda product, b, steps: b / 2,
            lambda product, b, steps: cg(lambda v: product(product(v)), b, steps),
        ],
    ),
    "07.2": (
        [
            (measure, THREE),
            (measure_by_cg, THREE),
            (measure_by_distinct, THREE),
            (lambda lam: np.int64(measure(lam)), {"prediction": np.int8(3)}),
        ],
        [
            (measure, {"prediction": 60}),
            (measure, {"prediction": 1}),
            (measure, {"prediction": 100}),
            (len, {"prediction": 60}),
            (lambda lam: 3, THREE),
        ],
    ),
    "07.3": (
        [
            newton,
            lambda g, H: cg(lambda v: H @ v, -g, len(g)),
            lambda g, H: pcg_by_loops(lambda v: H @ v, -g, lambda r: r, len(g)),
            lambda g, H: np.float32(newton(g, H)),
        ],
        [lambda g, H: -cg(lambda v: H @ v, g, len(g) - 1), lambda g, H: -g, lambda g, H: -np.linalg.solve(H, g) / 2],
    ),
    "07.4": (
        [pcg, pcg_by_loops, pcg_by_orthogonalisation, pcg_by_spaces],
        [
            lambda product, b, M, steps: cg(product, b, steps),
            pcg_flipped,
            lambda product, b, M, steps: pcg(product, M(b), M, steps),
            lambda product, b, M, steps: M(b),
        ],
    ),
    "07.5": (
        [
            lambda h, g: max(0.0, h @ (h - g)) / (g @ g),
            lambda h, g: np.maximum(0, (h @ h - h @ g) / (g @ g)),
            lambda h, g: np.float32(max(0.0, h @ (h - g) / sum(g * g))),
            lambda h, g: float(np.clip(np.dot(h, h - g) / np.linalg.norm(g) ** 2, 0, None)),
        ],
        [
            lambda h, g: abs(h @ (h - g)) / (g @ g),
            lambda h, g: max(0.0, h @ (h - g)) / max(h @ h, 1e-9),
            lambda h, g: 0.0,
        ],
    ),
}
