"""What a second worker is worth to the search for l2 and to a race: a thread, or a process with its start.

Wall time, the least of some runs in turns, one BLAS thread a worker. "processes" are what `n_jobs=2` and `--workers 2`
use: this process and one that starts meanwhile. "pool" is a `ProcessPoolExecutor` of two that is started first. A run
beside which others have kept the processors busy is made again.

Run by hand, on two idle processors: python tests/benchmarks/jobs.py ["search iris" "race digits" …]
"""
import os

os.environ |= {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}

import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from functools import partial
from multiprocessing import get_context

import numpy as np

from minnet import MLP, Objective, datasets, minimize, optim
from minnet.estimators.regularisation import by_cross_validation
from minnet.estimators.training_set import TrainingSet
from minnet.network.losses import SoftmaxCrossEntropy
from minnet.parallel import mapped, workers
from minnet.race import Race

KINDS = {
    "one": nullcontext,
    "threads": partial(workers, 2, threads=True),
    "processes": partial(workers, 2),
    "pool": partial(ProcessPoolExecutor, 2, get_context("spawn")),
}
ROUNDS, TRIALS = 3, 12
FOREIGN = 0.1  # of a run's time that others may have had
METHODS = {"gradient descent": optim.GradientDescent(), "momentum": optim.Momentum(), "adam": optim.Adam(),
           "cg": optim.NonlinearCG(), "lbfgs": optim.LBFGS()}


def search(data, rows, executor):
    """The cross-validation of l2="auto" on so many rows, for one hidden layer of 16 units."""
    X, y = data.X[:rows], data.y[:rows]
    Z = (X - X.mean(0)) / np.where(X.std(0) > 0, X.std(0), 1)
    net = MLP([Z.shape[1], 16, len(data.class_names)])
    examples = TrainingSet(net, Z, y, SoftmaxCrossEntropy(), None, executor)
    return by_cross_validation(examples, net.init(rng=0), np.random.default_rng(0), y).score


def race(data, hidden, budget, executor):
    """A race of five methods, three of which are tuned over nine learning rates."""
    net = MLP([data.X.shape[1], hidden, len(data.class_names)])
    f = Objective(net, data.X / abs(data.X).max(), data.y, "softmax_crossentropy", l2=1e-3)
    outcome = Race(f, net.init(rng=0), METHODS, budget=budget).run(executor=executor)
    return [entry.value for entry in outcome.entries]


def trainings(N, iterations, executor):
    """Six trainings of 64-16-10 on so many examples: with more of them, threads overtake processes."""
    rng, net = np.random.default_rng(0), MLP([64, 16, 10])
    f = Objective(net, rng.random((N, 64)), rng.integers(0, 10, N), "softmax_crossentropy")
    starts = [net.init(rng=k) for k in range(6)]
    runs = mapped(executor, partial(minimize, max_iter=iterations, gtol=0), [f] * 6, starts, [optim.LBFGS()] * 6)
    return [run.fun for run in runs]


WORK = {
    "search iris": partial(search, datasets.iris(), None),
    "search moons, 300 rows": partial(search, datasets.two_moons(300, noise=0.3, rng=0), None),
    "search digits, 500 rows": partial(search, datasets.digits(), 500),
    "search breast cancer": partial(search, datasets.breast_cancer(), None),
    "search digits": partial(search, datasets.digits(), None),
    "race notebook, 2-3-2": partial(race, datasets.notebook(0), 3, 500),
    "race digits, 64-16-10": partial(race, datasets.digits(), 16, 200),
    "six trainings, 500 rows": partial(trainings, 500, 700),
    "six trainings, 1000 rows": partial(trainings, 1000, 400),
    "six trainings, 2000 rows": partial(trainings, 2000, 250),
    "six trainings, 4000 rows": partial(trainings, 4000, 120),
}


def main():
    for name in sys.argv[1:] or WORK:
        WORK[name](None)
        seconds, results = {kind: [] for kind in KINDS}, []
        for _ in range(ROUNDS):
            for kind, make in KINDS.items():
                took, result = undisturbed(make, WORK[name])
                seconds[kind].append(took)
                results.append(result)
        best = {kind: np.nanmin(taken) for kind, taken in seconds.items()}
        print(f"{name:<24}", *(f"{kind} {took:.2f} s ({best['one'] / took:.2f})" for kind, took in best.items()),
              "same bits" if all(result == results[0] for result in results) else "DIFFERENT BITS", sep="   ", flush=True)


def undisturbed(make, work):
    """Wall seconds and result of a run with the processors to itself; nan seconds where none was."""
    for _ in range(TRIALS):
        before, start = busy() - own(), time.perf_counter()
        with make() as executor:
            result = work(executor)
        took = time.perf_counter() - start
        if busy() - own() - before < FOREIGN * took + 0.05:
            return took, result
        time.sleep(1)
    return np.nan, result


def busy():
    """Seconds that the processors have worked, for whomever (Linux)."""
    with open("/proc/stat") as stat:
        user, nice, system, _, _, *others = map(int, stat.readline().split()[1:])
    return (user + nice + system + sum(others[:3])) / os.sysconf("SC_CLK_TCK")


def own():
    """Seconds that they have worked for this process and its children."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


if __name__ == "__main__":
    main()
