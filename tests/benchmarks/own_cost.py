"""What an iteration costs beside the function: minnet's methods against SciPy's, at n = 2, 13 and 67.

The own cost is the CPU time of a whole `minimize` less that of its evaluations, divided by the iterations. All runs go
in turns, one thread; the mean over the functions is geometric.

Run by hand: python tests/benchmarks/own_cost.py
"""
import timing  # noqa: F401  (first: it sets the number of threads)
from timing import geometric_mean, race, table

import numpy as np
import scipy.optimize

from minnet import Function, minimize
from minnet.optim import BFGS, LBFGS, NonlinearCG, TrustRegion

SIZES = 2, 13, 67
PAIRS = 20          # that both L-BFGS keep
METHODS = {         # name: ours, SciPy's, options of SciPy's
    "BFGS": (BFGS(), "BFGS", {}),
    "L-BFGS": (LBFGS(PAIRS), "L-BFGS-B", {"maxcor": PAIRS, "ftol": 0}),
    "conjugate gradients": (NonlinearCG(), "CG", {}),
    "trust region": (TrustRegion(), "trust-exact", {}),
}
GTOL = 1e-5
AT_ONCE = 100       # evaluations between two looks at the clock


def chained_rosenbrock(n):
    """Σᵢ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²: value and gradient, Hessian, start."""
    def value_and_gradient(x):
        a, b = x[1:] - x[:-1]**2, 1 - x[:-1]
        g = np.zeros(n)
        g[1:] = 200 * a
        g[:-1] -= 400 * a * x[:-1] + 2 * b
        return 100 * (a @ a) + b @ b, g

    def hessian(x):
        d, e = np.zeros(n), -400 * x[:-1]
        d[1:] = 200
        d[:-1] += 1200 * x[:-1]**2 - 400 * x[1:] + 2
        return np.diag(d) + np.diag(e, 1) + np.diag(e, -1)

    return value_and_gradient, hessian, np.resize([-1.2, 1.0], n)


def convex_quartic(n):
    """Σᵢ dᵢ xᵢ²/2 + xᵢ⁴/4, d from 1 to 100."""
    d = np.logspace(0, 2, n)

    def value_and_gradient(x):
        xx = x * x
        return d @ xx / 2 + xx @ xx / 4, d * x + x * xx

    return value_and_gradient, lambda x: np.diag(d + 3 * x * x), np.ones(n)


def log_cosh(n):
    """Σᵢ log cosh(aᵢᵀx − bᵢ), 2n terms: a robust regression."""
    rng = np.random.default_rng(0)
    A, b = rng.standard_normal((2 * n, n)) * np.logspace(0, 1, n), rng.standard_normal(2 * n)

    def value_and_gradient(x):
        r = A @ x - b
        return np.logaddexp(r, -r).sum(), np.tanh(r) @ A

    def hessian(x):
        return (A.T * (1 - np.tanh(A @ x - b)**2)) @ A

    return value_and_gradient, hessian, np.zeros(n)


def contestants(rule, hessian, x, ours, theirs, options):
    """{name: a run}, each of which returns its result, and the function alone."""
    with_hessian = {"hess": hessian} if theirs == "trust-exact" else {}
    f = Function(rule, gradient=True, hessian=hessian)
    return {
        "minnet": lambda: minimize(f, x, ours, gtol=GTOL),
        "SciPy": lambda: scipy.optimize.minimize(rule, x, jac=True, method=theirs, options={"gtol": GTOL} | options,
                                                 **with_hessian),
        "function": lambda: [rule(x) for _ in range(AT_ONCE)],
        "Hessian": lambda: [hessian(x) for _ in range(AT_ONCE)],
    }


def own_costs(calls):
    """{name: (CPU seconds an iteration without the function's, iterations)}"""
    seconds = race({name: (lambda i: (), call) for name, call in calls.items()})
    costs = {}
    for name in ("minnet", "SciPy"):
        result = calls[name]()
        assert result.success, result.message
        evaluations = result.nfev * seconds["function"] + result.get("nhev", 0) * seconds["Hessian"]
        costs[name] = (seconds[name] - evaluations / AT_ONCE) / result.nit, result.nit
    return costs


def main():
    rows = []
    for name, (ours, theirs, options) in METHODS.items():
        for n in SIZES:
            ratios = []
            for function in (chained_rosenbrock, convex_quartic, log_cosh):
                costs = own_costs(contestants(*function(n), ours, theirs, options))
                (mine, nit), (reference, nit_of_scipy) = costs["minnet"], costs["SciPy"]
                ratios.append(mine / reference)
                rows.append([f"{name}, {function.__name__}", f"{n}", f"{nit}", f"{nit_of_scipy}", 1e6 * mine,
                             1e6 * reference, ratios[-1]])
            rows.append([f"{name}: the mean", f"{n}", "", "", "", "", geometric_mean(ratios)])
    table("own CPU microseconds of an iteration", ["", "n", "iterations", "SciPy's", "minnet", "SciPy",
                                                   "minnet / SciPy"], rows)


if __name__ == "__main__":
    main()
