"""A deep autoencoder on curves, 784-400-200-100-50-25-6 and its mirror: Hessian-free, Adam and momentum in the same CPU
time.

20,000 images of `datasets.curves`, sigmoid units but for the linear code, cross-entropy, l2 = 2e-5, one sparse start
(Martens 2010), float32, one thread. Every minute of CPU time the squared error of an image, the mean over the first
5000, which is not charged to the method. The published training errors on the original curves are 0.11 for Martens's
first Hessian-free and 0.058 for the tuned one (Sutskever and others 2013).

Run by hand: python tests/benchmarks/autoencoder.py [--seconds 3600] [--method hessianfree|adam|momentum] [--out
figures/autoencoder.csv]
"""
import timing  # noqa: F401  (first: it sets the number of threads)
from timing import matrix_product_rate

import csv
import time
from argparse import ArgumentParser
from pathlib import Path

import numpy as np

from minnet import MLP, Objective, datasets, minimize
from minnet.network.activations import sigmoid
from minnet.optim import Adam, HessianFree, Momentum

WIDTHS = [784, 400, 200, 100, 50, 25, 6]
METHODS = {"hessianfree": (HessianFree(damping=10.0, cg_iter=50, curvature_batch=600), 3000), "adam": (Adam(1e-3), 200),
           "momentum": (Momentum(0.01), 200)}
HEADER = ["method", "cpu_seconds", "steps", "squared_error"]


class Meter:
    """A callback that notes the error every `every` seconds of CPU time and ends the run after `seconds`."""

    def __init__(self, name, error, seconds, every, write):
        self.name, self.error, self.seconds, self.every, self.write = name, error, seconds, every, write
        self.begun, self.due = time.process_time(), 0.0

    def __call__(self, intermediate_result):
        spent = time.process_time() - self.begun
        if spent >= min(self.due, self.seconds):
            self.write([self.name, f"{spent:.0f}", intermediate_result.nit, f"{self.error(intermediate_result.x):.4f}"])
            self.due = (spent // self.every + 1) * self.every
            self.begun += time.process_time() - self.begun - spent
        return spent >= self.seconds


def main():
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=3600, help="CPU seconds for each method")
    parser.add_argument("--method", choices=METHODS, action="append", help="one or more of them (default all)")
    parser.add_argument("--out", default="autoencoder.csv", help="a table, to which the rows are added")
    args = parser.parse_args()
    print(f"product of matrices: {matrix_product_rate() / 1e9:.0f} Gflop/s in float64")
    X = datasets.curves(20_000, rng=0).X
    net = MLP([*WIDTHS, *WIDTHS[-2::-1]], ["sigmoid"] * 5 + ["identity"] + ["sigmoid"] * 5)
    f = Objective(net, X, X, "binary_crossentropy", l2=2e-5)
    theta, part = net.init("sparse", rng=0).astype(np.float32), X[:5000].astype(np.float32)
    error = lambda x: ((sigmoid(net.outputs(x, part)) - part) ** 2).sum(1).mean(dtype=float)
    for name in args.method or METHODS:
        method, batch = METHODS[name]

        def write(row):
            new = not Path(args.out).exists()
            with open(args.out, "a", newline="") as file:
                csv.writer(file).writerows([HEADER, row] if new else [row])
            print(*row, flush=True)

        meter = Meter(name, error, args.seconds, args.seconds / 60, write)
        minimize(f, theta, method, gtol=0, max_iter=10**9, batch_size=batch, rng=0, callback=meter)


if __name__ == "__main__":
    main()
