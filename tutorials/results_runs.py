"""The runs behind tutorial 11: python tutorials/results_runs.py [DATA SET…]

It writes results_runs.npz in about a quarter of an hour of one thread. With names only these data sets are run anew, and
the rest of the file stays as it is.

Protocol. Five data sets, each split once, three parts for training and one for testing; one network and one weight decay
for each; TUNING starts on which learning rates are chosen, and STARTS others on which all methods are judged. A learning
rate is the one of RATES with the lowest median of the final loss over the tuning starts. Every run has the same budget.
Its cost is counted in passes over the training data: 1 for a value with its gradient, 1 for a product with a Hessian or a
Gauss-Newton matrix, and n/6 for the exact Hessian of n weights, which takes so many times the multiplications of a
gradient. A minibatch costs its share of the data. CPU seconds are taken in the same runs.
"""

from __future__ import annotations

import os

if __name__ == "__main__":
    os.environ |= {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from minnet import MLP, Objective, datasets, minimize
from minnet.optim import (
    BFGS,
    LBFGS,
    Adam,
    Fixed,
    GradientDescent,
    HagerZhang,
    HessianFree,
    Momentum,
    Newton,
    NewtonCG,
    NonlinearCG,
    StrongWolfe,
    UndampedNewton,
)
from minnet.race import Charged, products

FILE = Path(__file__).with_name("results_runs.npz")
STARTS, TUNING = range(20), range(100, 103)
RATES = tuple(float(rate) for rate in 10.0 ** np.arange(-3, 2.01, 0.5))
BUDGET = 1000  # passes over the training data
GTOL = 1e-6
GRID = np.unique(np.rint(np.geomspace(1, BUDGET, 60)))  # costs at which the values of a run are kept
BATCH, EPOCHS = 32, 50
METHODS = {
    "gradient descent": GradientDescent(),
    "momentum": Momentum(),
    "Adam": Adam(),
    "conjugate gradients": NonlinearCG(),
    "L-BFGS": LBFGS(),
    "BFGS": BFGS(),
    "Newton-CG": NewtonCG(),
    "Hessian-free": HessianFree(),
    "Newton": Newton(),
}
ABLATIONS = {
    "Newton, damped": Newton(),
    "Newton, undamped": UndampedNewton(),
    "L-BFGS, 1 pair": LBFGS(1),
    "L-BFGS, 5 pairs": LBFGS(5),
    "L-BFGS, 20 pairs": LBFGS(20),
    "L-BFGS, 80 pairs": LBFGS(80),
    "L-BFGS, Hager-Zhang": LBFGS(search=HagerZhang()),
    "L-BFGS, exacter search": LBFGS(search=StrongWolfe(c2=0.1)),
    "L-BFGS, no search": LBFGS(search=Fixed()),
}
DECAYS = (0.0, 1e-4, 1e-3, 1e-2, 1e-1)


@dataclass(frozen=True)
class Task:
    """A network to train, and the examples that it is judged on.

    Attributes
    ----------
    name : str
    f : Objective
        Of the training data.
    test : Objective
        Of the test data, without weight decay.
    labels : array, optional
        The classes of the test data; None for a regression.
    """

    name: str
    f: Objective
    test: Objective
    labels: Any = None

    def start(self, seed: int) -> np.ndarray:
        return self.f.net.init(rng=seed)

    def error(self, theta: np.ndarray) -> float:
        """The share of the test data that is misclassified, or 1 − R² of a regression."""
        z = self.f.net.outputs(theta, self.test.X)
        if self.labels is not None:
            return float(np.mean(z.argmax(1) != self.labels))
        return float(np.mean((z[:, 0] - self.test.y[:, 0]) ** 2) / np.var(self.test.y))


def task(name: str, X: np.ndarray, y: np.ndarray, hidden: tuple[int, ...], l2: float) -> Task:
    """Split, standardise, and put a network on it: softmax for whole numbers in y, squared error otherwise."""
    order = np.random.default_rng(0).permutation(len(X))
    train, test = order[len(X) // 4 :], order[: len(X) // 4]
    spread = X[train].std(0)
    X = (X - X[train].mean(0)) / np.where(spread > 0, spread, 1)
    classes = y.dtype.kind in "iu"
    if not classes:
        y = (y - y[train].mean()) / y[train].std()
    net = MLP([X.shape[1], *hidden, len(np.unique(y)) if classes else 1], "tanh")
    loss = "softmax_crossentropy" if classes else "squared_error"
    f, held_out = (Objective(net, X[rows], y[rows], loss, l2=decay) for rows, decay in ((train, l2), (test, 0.0)))
    return Task(name, f, held_out, y[test] if classes else None)


def tasks() -> list[Task]:
    """The five data sets; the last two are tables with noise, of which no network can do without errors."""
    noisy = datasets.two_moons(400, noise=0.35, rng=0)
    rng = np.random.default_rng(0)
    X = rng.random((400, 8))  # Friedman's first function, three features of which say nothing, and noise
    y = 10 * np.sin(np.pi * X[:, 0] * X[:, 1]) + 20 * (X[:, 2] - 0.5) ** 2 + 10 * X[:, 3] + 5 * X[:, 4]
    y = y + 2 * rng.standard_normal(len(y))
    notebook, cancer, digits = datasets.notebook(0), datasets.breast_cancer(), datasets.digits()
    return [
        task("notebook", notebook.X, notebook.y, (3,), 1e-3),
        task("breast cancer", cancer.X, cancer.y, (8,), 1e-3),
        task("digits", digits.X, digits.y, (16,), 1e-3),
        task("noisy moons", noisy.X, noisy.y, (8,), 1e-3),
        task("Friedman", X, y, (10,), 1e-3),
    ]


def cpu_seconds(f: Charged, x: np.ndarray) -> float:
    """CPU seconds of this process so far."""
    return time.process_time()


def run(f: Objective, start: np.ndarray, method: Any, budget: float = BUDGET) -> dict[str, Any]:
    """A run until the budget is spent: its history of costs, values and CPU seconds, and the point of lowest value."""
    charged, began = Charged(f, f.n), time.process_time()
    price = 1 / 6 if isinstance(method, (Newton, UndampedNewton)) else 1  # a matrix is charged as n products

    def limit(point):
        if max(point.nfev, point.njev) + price * charged.products >= budget:
            raise StopIteration

    result = minimize(charged, start, method, max_iter=10**6, gtol=GTOL, callback=limit, record=(products, cpu_seconds))
    history = result.history
    return {
        "cost": np.maximum(history["nfev"], history["njev"]) + price * history["products"],
        "value": history["value"],
        "seconds": history["cpu_seconds"] - began,
        "x": result.x,
        "success": result.success,
    }


def tuned(task: Task, method: Any) -> Any:
    """The method with the learning rate whose median of final losses over the tuning starts is lowest."""
    if not hasattr(method, "lr"):
        return method

    def median(rate):
        finals = [run(task.f, task.start(seed), replace(method, lr=rate))["value"] for seed in TUNING]
        return np.median([_finite(final[-1]) for final in finals])

    return replace(method, lr=min(RATES, key=median))


def curve(history: dict[str, Any], what: str) -> np.ndarray:
    """The lowest value, or the seconds, once so much was spent as GRID says; what a run did beyond it does not count."""
    at = np.searchsorted(history["cost"], GRID, side="right") - 1
    sequence = np.fmin.accumulate(history["value"]) if what == "value" else history[what]
    return np.where(at >= 0, sequence[np.maximum(at, 0)], sequence[0])


def compare(task: Task) -> dict[str, np.ndarray]:
    """All methods from all starts: rates (M,), values and seconds (M, S, G), errors and successes (M, S)."""
    rates, values, clocks, errors, met = [], [], [], [], []
    for name, method in METHODS.items():
        chosen = tuned(task, method)
        runs = [run(task.f, task.start(seed), chosen) for seed in STARTS]
        rates.append(getattr(chosen, "lr", np.nan))
        values.append([curve(one, "value") for one in runs])
        clocks.append([curve(one, "seconds") for one in runs])
        errors.append([task.error(one["x"]) for one in runs])
        met.append([one["success"] for one in runs])
        print(f"  {name:<20} lr {rates[-1]:<8.2g} median loss {np.median(values[-1], 0)[-1]:.5g}", flush=True)
    return {"rates": np.array(rates), "values": np.array(values), "seconds": np.array(clocks),
            "errors": np.array(errors), "met": np.array(met)}


def in_batches(task: Task, method: Any, seed: int) -> Any:
    """A run of EPOCHS passes in batches of BATCH examples."""
    steps = EPOCHS * len(task.f) // BATCH
    return minimize(task.f, task.start(seed), method, max_iter=steps, gtol=0, batch_size=BATCH, rng=seed)


def tuned_in_batches(task: Task, method: Any) -> Any:
    """The method with the learning rate whose median of final losses over the tuning starts is lowest."""
    variants = [replace(method, lr=rate) for rate in RATES]
    return min(variants, key=lambda one: np.median([_finite(in_batches(task, one, seed).fun) for seed in TUNING]))


def minibatches(task: Task) -> dict[str, np.ndarray]:
    """Adam and momentum in batches against L-BFGS on all examples: the training loss and the test error (S,) after
    EPOCHS passes."""
    found = {}
    for name, method in {"Adam": Adam(), "momentum": Momentum()}.items():
        chosen = tuned_in_batches(task, method)
        runs = [in_batches(task, chosen, seed) for seed in STARTS]
        found[name] = chosen.lr, [_finite(one.fun) for one in runs], [task.error(one.x) for one in runs]
    runs = [run(task.f, task.start(seed), LBFGS(), EPOCHS) for seed in STARTS]
    found["L-BFGS"] = np.nan, [one["value"].min() for one in runs], [task.error(one["x"]) for one in runs]
    return {f"{name}/{what}": np.array(entry) for name, entries in found.items()
            for what, entry in zip(("rate", "loss", "error"), entries)}


def ablate(task: Task) -> dict[str, np.ndarray]:
    """Parts of methods left out or changed: the cost (A, S) at which the gradient test is met, or inf."""
    costs = []
    for method in ABLATIONS.values():
        runs = [run(task.f, task.start(seed), method) for seed in STARTS]
        costs.append([one["cost"][-1] if one["success"] else np.inf for one in runs])
    return {"costs": np.array(costs)}


def decays(task: Task) -> dict[str, np.ndarray]:
    """Weight decay: the training loss without it, and the test error, (D, S), after L-BFGS."""
    found = []
    for l2 in DECAYS:
        f = Objective(task.f.net, task.f.X, task.f.y, task.f.loss, l2=l2)
        plain = Objective(task.f.net, task.f.X, task.f.y, task.f.loss)
        runs = [run(f, task.start(seed), LBFGS())["x"] for seed in STARTS]
        found.append([[plain.value(x) for x in runs], [task.error(x) for x in runs]])
    loss, error = np.array(found).swapaxes(0, 1)
    return {"loss": loss, "error": error}


def _finite(value):
    return value if np.isfinite(value) else np.inf


def main(argv: Sequence[str] | None = None) -> None:
    every = {one.name: one for one in tasks()}
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="DATA SET", help=f"of {', '.join(every)}; default all")
    names = parser.parse_args(argv).names
    if not set(names) <= set(every):
        parser.error(f"the data sets are {', '.join(every)}, not {', '.join(set(names) - set(every))}")
    found: dict[str, np.ndarray] = dict(np.load(FILE)) if names else {"grid": GRID}
    for one in (every[name] for name in names or every):
        print(f"{one.name}: {one.f.n} weights, {len(one.f)} examples", flush=True)
        parts = {"compare": compare(one), "decay": decays(one)}
        if one.name != "digits":
            parts["ablation"] = ablate(one)
        if one.name in ("breast cancer", "digits", "noisy moons"):
            parts["minibatch"] = minibatches(one)
        found |= {f"{one.name}/{part}/{name}": array for part, arrays in parts.items() for name, array in arrays.items()}
    np.savez_compressed(FILE, **found)


if __name__ == "__main__":
    main()
