"""What a step of BFGS costs beside the function: minnet's against SciPy's, on a chained Rosenbrock function in O(n).

CPU time of runs of so many steps, less the time inside the function, in turns, one thread; the median of the rounds.

Run by hand: python tests/benchmarks/bfgs.py
"""
import timing  # noqa: F401  (first: it sets the number of threads)
from timing import table

import time
from statistics import median

import numpy as np
import scipy.optimize

from minnet import Function, minimize
from minnet.optim import BFGS

STEPS, ROUNDS = 20, 5
SIZES = (150, 300, 600, 1210, 2420, 4840)
LARGEST_OF_SCIPY = 1210


class Clocked(Function):
    """Σᵢ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)², and the CPU seconds spent in it."""

    def __init__(self, n):
        super().__init__(self._timed(self._rosenbrock), self._timed(self._slope), n=n)
        self.seconds = 0.0

    def _timed(self, rule):
        def timed(x):
            start = time.process_time()
            answer = rule(x)
            self.seconds += time.process_time() - start
            return answer
        return timed

    @staticmethod
    def _rosenbrock(x):
        a, b = x[1:] - x[:-1]**2, 1 - x[:-1]
        return 100 * (a @ a) + b @ b

    @staticmethod
    def _slope(x):
        a, g = x[1:] - x[:-1]**2, np.zeros_like(x)
        g[1:] = 200 * a
        g[:-1] -= 400 * a * x[:-1] + 2 * (1 - x[:-1])
        return g


def ours(f, x):
    return minimize(f, x, BFGS(), gtol=0, max_iter=STEPS)


def theirs(f, x):
    return scipy.optimize.minimize(f.value, x, jac=f.gradient, method="BFGS", options={"gtol": 0, "maxiter": STEPS})


def own_cost(run, n):
    """CPU seconds a step, without the function's."""
    f, x = Clocked(n), np.resize([-1.2, 1.0], n)
    start = time.process_time()
    result = run(f, x)
    spent = time.process_time() - start - f.seconds
    assert result.nit == STEPS
    return spent / STEPS


def main():
    costs = {}
    for n in SIZES:
        runs = {"minnet": ours} | ({"SciPy": theirs} if n <= LARGEST_OF_SCIPY else {})
        rounds = [{name: own_cost(run, n) for name, run in runs.items()} for _ in range(ROUNDS + 1)][1:]
        costs[n] = {name: median(round_[name] for round_ in rounds) for name in runs}
    rows = [
        [
            f"{n}",
            1e3 * cost["minnet"],
            *([1e3 * cost["SciPy"], cost["SciPy"] / cost["minnet"]] if "SciPy" in cost else ["", ""]),
        ]
        for n, cost in costs.items()
    ]
    table(
        f"own CPU milliseconds of a step of BFGS, over {STEPS} steps", ["n", "minnet", "SciPy", "SciPy / minnet"], rows
    )
    for name, sizes in {"minnet": SIZES[2:], "SciPy": [n for n in SIZES if "SciPy" in costs[n]]}.items():
        exponent = np.polyfit(np.log(sizes), np.log([costs[n][name] for n in sizes]), 1)[0]
        print(f"{name}: the cost of a step grows as n^{exponent:.2f} from n = {sizes[0]} to {sizes[-1]}")


if __name__ == "__main__":
    main()
