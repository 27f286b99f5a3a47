"""What one step of a method costs against n: CPU times for the gallery, on a chained Rosenbrock function in O(n).

Each method runs a few steps, so that BFGS has its matrix and L-BFGS its pairs; then its next step is repeated, with all
computed anew, values and gradients among it. Medians in turns, one thread. The exponents are those of the largest
sizes.

Run by hand: python tests/benchmarks/step_cost.py [--out figures/step_cost.csv]
"""
import timing
from timing import table

from argparse import ArgumentParser
from pathlib import Path

import numpy as np
import scipy

from minnet import Function, __version__
from minnet.optim import BFGS, LBFGS, GradientDescent, HessianFree, Newton, UndampedNewton
from minnet.optim.driver.counted import Counted

METHODS = {  # name: method, steps before, largest n
    "Newton, by inv(H)": (UndampedNewton(), 0, 1600),
    "Newton, by Cholesky": (Newton(chords=0), 3, 1600),
    "BFGS": (BFGS(), 3, 6400),
    "L-BFGS, 20 pairs": (LBFGS(20), 25, 204800),
    "Hessian-free, 10 products": (HessianFree(kind="hessian", cg_iter=10), 3, 204800),
    "gradient descent": (GradientDescent(1e-4), 0, 204800),
}
SIZES = tuple(50 * 2**k for k in range(13))
FITTED = 3
HEADER = """CPU seconds of one step on a chained Rosenbrock function, one thread, medians.
Measured by tests/benchmarks/step_cost.py with minnet {minnet}, numpy {numpy}, scipy {scipy}.
method;n;seconds"""


def chained_rosenbrock(n):
    """Σᵢ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)², all in O(n) but the dense Hessian."""
    def value(x):
        a, b = x[1:] - x[:-1]**2, 1 - x[:-1]
        return 100 * (a @ a) + b @ b

    def gradient(x):
        a, g = x[1:] - x[:-1]**2, np.zeros_like(x)
        g[1:] = 200 * a
        g[:-1] -= 400 * a * x[:-1] + 2 * (1 - x[:-1])
        return g

    def bands(x):
        d = np.zeros_like(x)
        d[1:] = 200
        d[:-1] += 1200 * x[:-1]**2 - 400 * x[1:] + 2
        return d, -400 * x[:-1]

    def hvp(x, v):
        d, e = bands(x)
        product = d * v
        product[1:] += e * v[:-1]
        product[:-1] += e * v[1:]
        return product

    def hessian(x):
        d, e = bands(x)
        H = np.diag(d)
        H[np.arange(n - 1), np.arange(1, n)] = H[np.arange(1, n), np.arange(n - 1)] = e
        return H

    return Function(value, gradient, hvp, hessian, n=n, name="chained Rosenbrock")


def contestant(method, steps, n):
    """(prepare, call) of the step after `steps` steps."""
    f = chained_rosenbrock(n)
    x = np.resize([-1.2, 1.0], n)
    counted = Counted(f)
    state = method.start(counted, x)
    for _ in range(steps):
        x, state = method.step(counted, x, state)
    return lambda _: (Counted(f), x, state), method.step


def main():
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[2] / "figures" / "step_cost.csv")
    out = parser.parse_args().out
    costs = {name: {} for name in METHODS}
    for n in SIZES:
        times = timing.race({name: contestant(method, steps, n) for name,
                             (method, steps, largest) in METHODS.items() if n <= largest})
        for name, seconds in times.items():
            costs[name][n] = seconds
    exponents = {name: np.polyfit(np.log(list(cost)[-FITTED:]), np.log(list(cost.values())[-FITTED:]), 1)[0]
                 for name, cost in costs.items()}
    rows = [
        [name, *(1e3 * cost[n] if n in cost else "" for n in SIZES), exponents[name]] for name, cost in costs.items()
    ]
    table("CPU milliseconds of a step", ["n", *map(str, SIZES), "exponent"], rows)
    header = HEADER.format(minnet=__version__, numpy=np.__version__, scipy=scipy.__version__)
    lines = [f"{name};{n};{seconds:.4g}" for name, cost in costs.items() for n, seconds in cost.items()]
    out.write_text("".join(f"# {line}\n" for line in header.splitlines()) + "\n".join(lines) + "\n", encoding="utf-8")
    print("wrote", out)


if __name__ == "__main__":
    main()
