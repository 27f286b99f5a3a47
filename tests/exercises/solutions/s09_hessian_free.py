"""09_hessian_free: for each exercise right answers, of which the first is the solution, and wrong ones."""

import numpy as np
from scipy.sparse.linalg import LinearOperator


def hvp(gradient, x, v):
    length = np.linalg.norm(v)
    if length == 0:
        return np.zeros_like(x)
    h = 1e-5 / length
    return (gradient(x + h * v) - gradient(x - h * v)) / (2 * h)


def by_unit_vector(gradient, x, v):
    size = np.abs(v).max()
    u = v / (size or 1)
    return size * (gradient(x + 1e-5 * u) - gradient(x - 1e-5 * u)) / 2e-5


def by_max(gradient, x, v):
    h = 6e-6 * (1 + np.linalg.norm(x)) / max(np.linalg.norm(v), 1e-30)
    up, down = [gradient(x + sign * h * v) for sign in (1, -1)]
    return 0.5 / h * (up - down)


def by_lists(gradient, x, v):
    return [float(entry) for entry in hvp(gradient, x, v)]


def product(Jv, JTu, Lu, v):
    return JTu(Lu(Jv(v)))


def product_in_lines(Jv, JTu, Lu, v):
    outputs = np.asarray(Jv(v), float)
    through = np.asarray(Lu(outputs), float)
    return np.asarray(JTu(through), np.float32)


def product_by_operator(Jv, JTu, Lu, v):
    return LinearOperator((len(v), len(v)), matvec=lambda w: JTu(Lu(Jv(w))), dtype=float) @ v


def product_by_columns(Jv, JTu, Lu, v):
    return sum(v[i] * np.asarray(JTu(Lu(Jv(unit)))) for i, unit in enumerate(np.eye(len(v))))


def adapt(lam, ratio):
    if ratio < 1 / 4:
        return lam * 3 / 2
    return lam * 2 / 3 if ratio > 3 / 4 else lam


D = np.geomspace(1, 1e4, 2000)


def measure(lam):
    A, b = D + lam, np.ones(2000)
    x, r = 0 * b, b
    p, k = r, 0
    while np.linalg.norm(r) > 1e-6 * np.sqrt(2000):
        alpha = r @ r / (p @ (A * p))
        x, new, k = x + alpha * p, r - alpha * A * p, k + 1
        p, r = new + new @ new / (r @ r) * p, new
    return k


def measure_by_for(lam):
    r = p = np.ones(2000)
    for k in range(1, 5000):
        q = (D + lam) * p
        s = r - (r @ r) / (p @ q) * q
        if s @ s <= 1e-12 * 2000:
            return float(k)
        p, r = s + (s @ s) / (r @ r) * p, s


def measure_by_z(lam):
    r, count, p, old = np.ones(2000), 0, 0, 1
    while np.sqrt(r @ r / 2000) > 1e-6:
        new = r @ r
        p = r + new / old * p if count else r
        q = D * p + lam * p
        r, old, count = r - new / (p @ q) * q, new, count + 1
    return np.int64(count)


TEN = {"prediction": 10}
SOLUTIONS = {
    "09.1": (
        [hvp, by_unit_vector, by_max, by_lists],
        [
            lambda gradient, x, v: (gradient(x + 1e-6 * v) - gradient(x)) / 1e-6,
            lambda gradient, x, v: np.array([hvp(gradient, x, u) for u in np.eye(len(x))]) @ v,
            lambda gradient, x, v: 2 * hvp(gradient, x, v),
            lambda gradient, x, v: gradient(x + v) - gradient(x),
            lambda gradient, x, v: v,
        ],
    ),
    "09.2": (
        [product, product_in_lines, product_by_operator, product_by_columns],
        [
            lambda Jv, JTu, Lu, v: Lu(Jv(v)),
            lambda Jv, JTu, Lu, v: JTu(Lu(Lu(Jv(v)))),
            lambda Jv, JTu, Lu, v: v,
            lambda Jv, JTu, Lu, v: -JTu(Lu(Jv(v))),
            lambda Jv, JTu, Lu, v: Jv(Lu(JTu(v))),
        ],
    ),
    "09.3": (
        [
            adapt,
            lambda lam, ratio: lam * {True: 1.5}.get(ratio < 0.25, 2 / 3 if ratio > 0.75 else 1.0),
            lambda lam, ratio: np.select([ratio < 0.25, ratio > 0.75], [1.5 * lam, 2 * lam / 3], lam),
            lambda lam, ratio: np.float32(adapt(lam, ratio)),
        ],
        [
            lambda lam, ratio: lam,
            lambda lam, ratio: lam * (1.5 if ratio <= 0.25 else 2 / 3 if ratio > 0.75 else 1),
            lambda lam, ratio: lam / 2 if ratio > 0.5 else 2 * lam,
            lambda lam, ratio: adapt(lam, abs(ratio)),
            lambda lam, ratio: lam * 2 / 3,
        ],
    ),
    "09.4": (
        [
            (measure, TEN),
            (measure_by_for, {"prediction": 9.95}),
            (measure_by_z, TEN),
            (lambda lam: np.float32(measure(lam)), TEN),
        ],
        [
            (measure, {"prediction": 100}),
            (measure, {"prediction": 1}),
            (measure, {"prediction": 3}),
            (lambda lam: 2 * measure(lam), TEN),
            (lambda lam: 5, TEN),
            (lambda lam: measure(-lam / 200), TEN),
        ],
    ),
    "09.5": (
        [
            lambda d: lambda r: r / d,
            lambda d: lambda r: np.linalg.solve(np.diag(d), r),
            lambda d: lambda r: np.diag(1 / d) @ r,
            lambda d: lambda r: (r / (0.9 * d)).tolist(),
        ],
        [
            lambda d: lambda r: r,
            lambda d: lambda r: -r / d,
            lambda d: 1 / d,
            lambda d: lambda r: np.cumsum(r / d),
            lambda d: lambda r: r / d.mean(),
        ],
    ),
}
