"""Steps against time: errors by step, and the CPU time of a step, for the gallery, on a convex network of one layer.

Softmax regression on the digits, n = 650, l2 = 0.01: Newton's steps are few and dear. The times are medians over runs from the
start, one thread; the errors are distances of the loss from its lowest value, which Newton's method finds beforehand.

Run by hand: python tests/benchmarks/wall_time.py [--out figures/wall_time.csv]
"""
from timing import table                                              # one thread, before NumPy

from argparse import ArgumentParser
from pathlib import Path
from time import process_time

import numpy as np
import scipy

from minnet import MLP, Objective, __version__, datasets, minimize
from minnet.optim import BFGS, LBFGS, GradientDescent, Momentum, Newton

L2, RUNS = 1e-2, 5
METHODS = {"gradient descent": (GradientDescent(0.5), 400), "momentum": (Momentum(0.1, momentum=0.9), 400),
           "BFGS": (BFGS(), 200), "L-BFGS": (LBFGS(), 200), "Newton": (Newton(), 30)}
HEADER = """Steps, CPU seconds so far and loss above the lowest: softmax regression on the digits, n = {n}, one thread, medians of {runs}.
Measured by tests/benchmarks/wall_time.py with minnet {minnet}, numpy {numpy}, scipy {scipy}.
method;step;seconds;error"""


def objective():
    data = datasets.digits()
    X = data.X / data.X.max()
    return Objective(MLP([X.shape[1], 10]), X, data.y, "softmax_crossentropy", l2=L2)


def run(f, method, steps):
    """(seconds so far, values) of a run from zero, by its own clock of CPU time."""
    times, begun = [], process_time()
    result = minimize(f, np.zeros(f.n), method, max_iter=steps, gtol=1e-10,
                      callback=lambda _: times.append(process_time() - begun))
    return np.array(times)[:len(result.history["value"])], result.history["value"]


def main():
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[2] / "figures" / "wall_time.csv")
    out, f = parser.parse_args().out, objective()
    lowest = minimize(f, np.zeros(f.n), Newton(), max_iter=100, gtol=1e-12).fun
    lines, rows = [], []
    for name, (method, steps) in METHODS.items():
        runs = [run(f, method, steps) for _ in range(RUNS)]
        seconds, errors = np.median([times for times, _ in runs], axis=0), runs[0][1] - lowest
        lines += [f"{name};{k};{t:.4g};{e:.3e}" for k, (t, e) in enumerate(zip(seconds, errors)) if k < 50 or k % 10 == 0]
        rows.append([name, len(seconds) - 1.0, 1e3 * seconds[-1] / (len(seconds) - 1), float(errors[-1])])
    table("steps, milliseconds a step, last error", ["method", "steps", "ms", "error"], rows)
    header = HEADER.format(n=f.n, runs=RUNS, minnet=__version__, numpy=np.__version__, scipy=scipy.__version__)
    out.write_text("".join(f"# {line}\n" for line in header.splitlines()) + "\n".join(lines) + "\n", encoding="utf-8")
    print("wrote", out)


if __name__ == "__main__":
    main()
