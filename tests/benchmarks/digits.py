"""Training to a gradient ≤ 1e-6: minnet's methods against SciPy's solvers with JAX's jitted value, gradient and
products.

Digits, 64-16-10, tanh, mean softmax cross-entropy, l2 = 1e-3, from Glorot starts; one thread, CPU time, in turns.
SciPy's solvers are stopped at the first evaluation that meets the test, minnet's at the end of that iteration; nothing
that is done once is charged.

Run by hand: python tests/benchmarks/digits.py [--starts 8] [--all]
"""
import timing  # noqa: F401  (first: it sets the number of threads)
from timing import PAUSE, geometric_mean, matrix_product_rate, table

import gc
import time
from argparse import ArgumentParser

import jax
import numpy as np
import scipy.optimize
from rivals import jax_value

from minnet import MLP, Objective, datasets, minimize
from minnet.optim import BFGS, LBFGS, MixedPrecision, NewtonCG, NonlinearCG, TrustRegion

GTOL, L2 = 1e-6, 1e-3
OURS = {"L-BFGS": LBFGS(), "L-BFGS, K-FAC": LBFGS(precondition=True), "L-BFGS, mixed": MixedPrecision(LBFGS()),
        "L-BFGS, K-FAC, mixed": MixedPrecision(LBFGS(precondition=True))}
SLOWER = {"CG": NonlinearCG(), "BFGS": BFGS(), "Newton-CG": NewtonCG(), "trust region, CG": TrustRegion("steihaug")}
THEIRS = {"SciPy L-BFGS-B": ("L-BFGS-B", {"maxcor": 10}), "SciPy L-BFGS-B, 20 pairs": ("L-BFGS-B", {"maxcor": 20}),
          "SciPy L-BFGS-B, 40 pairs": ("L-BFGS-B", {"maxcor": 40})}
SLOWER_SCIPY = {
    "SciPy CG": ("CG", {}),
    "SciPy BFGS": ("BFGS", {}),
    "SciPy TNC": ("TNC", {}),
    "SciPy Newton-CG": ("Newton-CG", {}),
    "SciPy trust-ncg": ("trust-ncg", {}),
    "SciPy trust-krylov": ("trust-krylov", {}),
}


class Met(Exception):
    """The gradient test is met."""


class Jitted:
    """The objective in JAX, as SciPy asks for it."""

    def __init__(self, net, X, y):
        X, y = jax.numpy.asarray(X), jax.numpy.asarray(y)

        def value(theta):
            return jax_value(net, theta, X, y) + L2 / 2 * theta @ theta

        self._both = jax.jit(jax.value_and_grad(value))
        self._product = jax.jit(lambda theta, v: jax.jvp(jax.grad(value), (theta,), (v,))[1])
        self.evaluations = 0

    def both(self, theta):
        self.evaluations += 1
        value, g = self._both(theta)
        g = np.asarray(g)
        if g @ g <= GTOL**2:
            raise Met
        return float(value), g

    def product(self, theta, v):
        return np.asarray(self._product(theta, v))


def ours(method, f, jitted, theta):
    """The evaluations of a run that has met the test."""
    result = minimize(f, theta, method, gtol=GTOL, max_iter=20_000)
    return result.nfev if result.success else np.nan


def theirs(solver, f, jitted, theta):
    name, options = solver
    limit = "maxfun" if name in ("L-BFGS-B", "TNC") else "maxiter"
    tests = {
        "L-BFGS-B": {"ftol": 0, "maxiter": 20_000},
        "TNC": {"ftol": 0, "xtol": 0},
        "Newton-CG": {"xtol": 1e-14},
    }.get(name, {})
    tests |= {} if name == "Newton-CG" else {"gtol": 1e-12}
    products = {"hessp": jitted.product} if name in ("Newton-CG", "trust-ncg", "trust-krylov") else {}
    jitted.evaluations = 0
    try:
        scipy.optimize.minimize(
            jitted.both, theta, jac=True, method=name, options={**options, **tests, limit: 20_000}, **products
        )
    except Met:
        return jitted.evaluations
    return np.nan


def main():
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--starts", type=int, default=8, help="how many Glorot starts, rng = 0, 1, …")
    parser.add_argument("--all", action="store_true", help="the slower methods, too")
    args = parser.parse_args()
    print(f"matrix products of NumPy: {matrix_product_rate() / 1e9:.1f} Gflop/s")
    data = datasets.digits()
    X = (data.X - data.X.mean(0)) / np.where(data.X.std(0) > 0, data.X.std(0), 1)
    f = Objective(MLP([64, 16, 10], "tanh"), X, data.y, "softmax_crossentropy", l2=L2)
    jitted = Jitted(f.net, X, data.y)
    methods = {name: (ours, method) for name, method in {**OURS, **(SLOWER if args.all else {})}.items()}
    methods |= {name: (theirs, solver) for name, solver in {**THEIRS, **(SLOWER_SCIPY if args.all else {})}.items()}
    starts = [f.net.init(rng=seed) for seed in range(args.starts)]
    np.testing.assert_allclose(jitted.both(starts[0])[1], f.gradient(starts[0]), atol=1e-12)
    jitted.product(starts[0], starts[0])
    for method in OURS.values():
        minimize(f, starts[0], method, max_iter=9)                # makes the data's float32 copy
    seconds, evaluations = {name: [] for name in methods}, {name: [] for name in methods}
    for theta in starts:
        for name, (run, method) in methods.items():
            time.sleep(PAUSE)
            gc.collect()
            begun = time.process_time()
            evaluations[name].append(run(method, f, jitted, theta))
            seconds[name].append(time.process_time() - begun)
    mean = {name: geometric_mean(spent) for name, spent in seconds.items()}
    rival = min(
        (name for name, (run, _) in methods.items() if run is theirs and np.isfinite(evaluations[name]).all()),
        key=mean.get,
    )
    rows = [
        [
            name,
            f"{np.isfinite(evaluations[name]).sum()}",
            geometric_mean(evaluations[name]),
            mean[name],
            seconds[name][0],
            mean[rival] / mean[name],
            seconds[rival][0] / seconds[name][0],
        ]
        for name in sorted(methods, key=mean.get)
    ]
    table(f"geometric means over {args.starts} starts; ratios to {rival}",
          ["method", "solved", "evaluations", "CPU seconds", "first start", "ratio", "ratio, first start"], rows)


if __name__ == "__main__":
    main()
