"""How sums over examples scale with workers, what they cost in memory, and a model of both for large clusters.

Wall time of one call, medians in turns, one BLAS thread a worker: the gradient of 784-100-10 on 100,000 examples, and
the Hessian of 64-16-10 on 200,000. The peak memory of each process is read from the system (Linux). The model of
`model` is fitted to the run with one worker, checked against the run with two, and then asked about clusters.

Run by hand, on idle processors: python tests/benchmarks/executors.py [--workers 2]
"""
import os

os.environ |= {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}

import time
from argparse import ArgumentParser
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from statistics import median

import numpy as np

from minnet import MLP, Objective

WORK = {  # widths, examples, examples in a chunk, rule
    "gradient": ((784, 100, 10), 100_000, 2500, "gradient"),
    "Hessian": ((64, 16, 10), 200_000, 5000, "hessian"),
}
ROUNDS = 5
BRANCHES = 16  # of the tree of partial sums


def main():
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=2)
    workers = parser.parse_args().workers
    for name, (widths, N, chunk, rule) in WORK.items():
        net, rng = MLP(widths), np.random.default_rng(0)
        X, y, theta = rng.standard_normal((N, widths[0])), rng.integers(0, widths[-1], N), net.init(rng=0)
        objective = partial(Objective, net, X, y, "softmax_crossentropy")
        print(
            f"\n{name} of {'-'.join(map(str, widths))}, {N:,} examples ({X.nbytes / 2**20:.0f} MB), chunks of {chunk}"
        )
        pools = {
            "threads": ThreadPoolExecutor,
            "processes": partial(ProcessPoolExecutor, mp_context=get_context("spawn")),
        }
        opened = [(f"{kind}, {number}", pool(number)) for kind, pool in pools.items() for number in (1, workers)]
        runs = {"no chunk": objective(), "chunk alone": objective(chunk=chunk)}
        runs |= {label: objective(chunk=chunk, executor=executor) for label, executor in opened}
        seconds = in_turns({label: getattr(f, rule) for label, f in runs.items()}, theta)
        for label, took in seconds.items():
            single = seconds.get(label.split(",")[0] + ", 1")
            print(f"  {label:<14} {took:7.3f} s" + (f"   {single / took:.2f} times one worker" if single else ""))
        for label, executor in opened:
            if label.startswith("processes"):
                peaks = list(executor.map(peak_memory, range(4)))
                print(
                    f"  peak memory of a process of {label}: {max(peaks):.0f} MB beside the {X.nbytes / 2**20:.0f} MB "
                    "of the examples, which all map"
                )
            executor.shutdown()
        operations = {"gradient": 6 * N * net.n_params, "Hessian": N * net.n_params**2}[name]
        rate = operations / seconds["processes, 1"]
        own, traffic = model(
            operations, 2 * net.n_params if rule == "gradient" else net.n_params**2, workers, False, rate
        )
        print(f"  the model, fitted to one process, says {own + traffic:.3f} s for {workers}")
    predict(rate)


def in_turns(calls, theta):
    """{label: median wall seconds of a call}."""
    times = {label: [] for label in calls}
    for call in calls.values():
        call(theta)
    for turn in range(ROUNDS):
        for label, call in calls.items():
            at = theta + 1e-9 * turn * len(label)          # a point that no pass is remembered of
            start = time.perf_counter()
            call(at)
            times[label].append(time.perf_counter() - start)
    return {label: median(taken) for label, taken in times.items()}


def peak_memory(_):
    """MB that this process had for itself alone at most, mapped files left out."""
    with open("/proc/self/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    return (int(fields["VmHWM"].split()[0]) - int(fields["RssFile"].split()[0])) / 1024


def model(products, numbers, workers, tree, rate, bandwidth=1e9, adds=5e8):
    """Seconds of one sum on so many workers: (products, traffic and sums of the busiest machine).

    Parameters
    ----------
    products : float
        Operations on all examples, shared by the workers.
    numbers : float
        In θ and in a sum together.
    tree : bool
        Whether θ spreads, and sums are gathered, over a tree with BRANCHES branches; else the driver does all of it.
    rate, bandwidth, adds : float
        Operations of a worker, bytes of a machine's line, and additions, a second.
    """
    if workers == 1:
        return products / rate, 0.0
    arrivals = min(workers, BRANCHES) * np.ceil(np.log(workers) / np.log(BRANCHES)) if tree else workers
    return products / rate / workers, arrivals * numbers * (8 / bandwidth + 0.5 / adds)


def predict(rate):
    """Print what the model says of large work on many workers."""
    work = {  # operations, numbers that travel
        "gradient, N = 1e9, n = 1e6": (6e15, 2e6),
        "product, N = 1e9, n = 1e6": (12e15, 3e6),
        "Hessian, N = 1e9, n = 1e4": (1e17, 1e8),
        "gradient, N = 1e6, n = 1e6": (6e12, 2e6),
    }
    print(f"\nthe model, with {rate:.2g} operations a second and worker: seconds of products + of traffic and sums, "
          "by the driver alone | by a tree")
    for name, (products, numbers) in work.items():
        cells = []
        for workers in (1, 10, 100, 1000):
            (own, alone), (_, by_tree) = (model(products, numbers, workers, tree, rate) for tree in (False, True))
            cells.append(f"{own:.3g} + {alone:.2g} | {by_tree:.2g}")
        print(f"  {name:<28}", "   ".join(cells))


if __name__ == "__main__":
    main()
