"""02_checking: for each exercise right answers, of which the first is the solution, and wrong ones."""

import numpy as np

from minnet.check import gradient
from minnet.own_function import Function


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def by_extrapolation(f, x, h):
    right, left = (f(x + h) - f(x)) / h, (f(x) - f(x - h)) / h
    return (right + left) / 2


def best(difference, points=(0.3, 0.8, 1.4, 2.2)):
    steps = 10.0 ** -np.arange(1, 16)
    errors = [sum(abs(difference(np.sin, x, h) - np.cos(x)) for x in points) for h in steps]
    return steps[np.argmin(errors)]


def best_of_exp(difference):
    return min(
        (10.0**-k for k in range(1, 15)),
        key=lambda h: sum(abs(difference(np.exp, x, h) / np.exp(x) - 1) for x in np.linspace(0.1, 2, 9)),
    )


def best_vectorised(difference):
    x, steps = np.linspace(1, 2, 50), np.logspace(-14, -1, 14)
    return float(steps[np.argmin([np.abs(difference(np.log, x, h) - 1 / x).max() for h in steps])])


def worst(difference):
    return 1e-15


def complex_step(f, x):
    return np.imag(f(x + 1e-100j)) / 1e-100


def entry_by_entry(f, x):
    return [complex(f(np.array([entry + 1e-40j]))[0]).imag * 1e40 for entry in x]


def suspects(rules):
    z = np.linspace(-3, 3, 61)
    return {
        name
        for name, (f, df) in rules.items()
        if np.any(abs(df(z) - (f(z + 1e-5) - f(z - 1e-5)) / 2e-5) > 1e-6 * (1 + abs(df(z))))
    }


def suspects_by_loops(rules):
    names = []
    for name in rules:
        f, df = rules[name]
        if any(abs((f(k / 8 + 1e-4) - f(k / 8 - 1e-4)) / 2e-4 - df(k / 8)) > 1e-5 for k in range(-24, 24)):
            names.append(name)
    return names


def suspects_by_integrals(rules):
    z = np.linspace(-3, 3, 6001)
    return tuple(
        name
        for name, (f, df) in rules.items()
        if np.any(np.abs(np.diff(f(z)) - (df(z[1:]) + df(z[:-1])) * 5e-4) > 1e-7)
    )


def suspects_by_library(rules):
    z = np.linspace(-3, 3, 31)
    return {
        name
        for name, (f, df) in rules.items()
        if not gradient(Function(lambda x: f(x).sum(), df), z, how="difference")
    }


def order(f, g, x, v):
    remainder = lambda t: abs(f(x + t * v) - f(x) - t * g @ v)
    return np.log10(remainder(1e-3) / remainder(1e-4))


def order_by_fit(f, g, x, v):
    t = 0.5 ** np.arange(8, 14)
    return np.polyfit(np.log(t), [np.log(abs(f(x + s * v) - f(x) - s * (g @ v))) for s in t], 1)[0]


def order_by_median(f, g, x, v):
    t = [2.0**-k for k in range(8, 14)]
    r = [abs(f(x + s * v) - f(x) - s * np.dot(g, v)) for s in t]
    return np.median(np.diff(np.log2(r)) / np.diff(np.log2(t)))


def hvp(W, x, y, V):
    a = np.tanh(W @ x)
    Ra = (1 - a**2) * (V @ x)
    return np.outer(Ra * (1 - a**2) - (a - y) * 2 * a * Ra, x)


def hvp_by_complex_step(W, x, y, V):
    a = np.tanh((W + 1e-50j * V) @ x)
    return np.outer((a - y) * (1 - a**2), x).imag * 1e50


def hvp_by_loops(W, x, y, V):
    product = np.zeros_like(V)
    for k in range(len(W)):
        a, rz = np.tanh(sum(W[k] * x)), sum(V[k] * x)
        for j in range(len(x)):
            product[k, j] = ((1 - a * a) ** 2 - 2 * a * (1 - a * a) * (a - y[k])) * rz * x[j]
    return product


def hvp_by_differences(W, x, y, V):
    def G(W):
        a = np.tanh(W @ x)
        return np.outer((a - y) * (1 - a**2), x)

    return (G(W + 1e-5 * V) - G(W - 1e-5 * V)) / 2e-5


SOLUTIONS = {
    "02.1": (
        [
            central,
            by_extrapolation,
            lambda f, x, h: 0.5 / h * (f(x + h) - f(x - h)),
            lambda f, x, h: np.diff([f(x - h), f(x + h)], axis=0)[0] / (2 * h),
        ],
        [lambda f, x, h: (f(x + h / 2) - f(x)) / h, lambda f, x, h: f(x + h) - f(x - h)],
    ),
    "02.2": (
        [
            (best, {"prediction": (1e-8, 1e-5)}),
            (best_of_exp, {"prediction": (1.5e-8, 6e-6)}),
            (best_vectorised, {"prediction": [1e-8, 1e-5]}),
            (lambda d: np.float64(best(d)), {"prediction": np.array([1e-8, 1e-5])}),
        ],
        [
            (best, {"prediction": (1e-15, 1e-15)}),
            (best, {"prediction": (1e-5, 1e-8)}),
            (best, {"prediction": 1e-8}),
            (worst, {"prediction": (1e-8, 1e-5)}),
            (lambda d: 1e-8, {"prediction": (1e-8, 1e-5)}),
            (best, {"prediction": (0.1, 0.1)}),
        ],
    ),
    "02.3": (
        [
            complex_step,
            entry_by_entry,
            lambda f, x: f(x + 1e-200j).imag * 1e200,
            lambda f, x: -np.imag(f(x - 1e-30j)) / 1e-30,
        ],
        [
            lambda f, x: f(x + 1e-100j).imag,
            lambda f, x: f(x + 1e-100j) / 1e-100,
            lambda f, x: (f(x + 1e-8) - f(x)) / 1e-8,
        ],
    ),
    "02.4": (
        [suspects, suspects_by_loops, suspects_by_integrals, suspects_by_library],
        [
            lambda rules: set(rules),
            lambda rules: [name for name, (f, df) in rules.items() if abs(df(0.5)) < 0],
            lambda rules: {name for name, (f, df) in rules.items() if df(1.0) < 0},
            lambda rules: {
                name
                for name, (f, df) in rules.items()
                if any(abs((f(z + 1e-5) - f(z - 1e-5)) / 2e-5 - df(z)) > 0.05 for z in np.linspace(-3, 3, 61))
            },
            lambda rules: {
                name
                for name, (f, df) in rules.items()
                if any(abs((f(z + 1e-1) - f(z)) / 1e-1 - df(z)) > 1e-6 for z in np.linspace(-3, 3, 61))
            },
        ],
    ),
    "02.5": (
        [order, order_by_fit, order_by_median, lambda f, g, x, v: float(order(f, g, x, v))],
        [
            lambda f, g, x, v: 2.0,
            lambda f, g, x, v: 1.0,
            lambda f, g, x, v: np.log(abs(f(x + v) - f(x) - g @ v)),
            lambda f, g, x, v: order(f, g, x, v) / 2,
        ],
    ),
    "02.6": (
        [hvp, hvp_by_complex_step, hvp_by_loops, hvp_by_differences],
        [
            lambda W, x, y, V: hvp(W, x, y, V) @ x,
            lambda W, x, y, V: hvp(W, x, y, V) / 2,
            lambda W, x, y, V: V,
            lambda W, x, y, V: hvp(W, x, y, V) ** 2,
            lambda W, x, y, V: np.outer((1 - np.tanh(W @ x) ** 2) * (V @ x), x),
        ],
    ),
}
