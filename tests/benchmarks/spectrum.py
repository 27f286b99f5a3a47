"""A network of a million parameters: both ends of its Hessian's spectrum, trace and density from products alone.

Run by hand: python tests/benchmarks/spectrum.py
"""
import timing  # noqa: F401  (first: it sets the number of threads)
from timing import table

import resource
import sys
import time

import numpy as np

from minnet import MLP, Objective
from minnet.curvature import HessianOperator, density, lanczos, trace


def resident():
    """The process's largest resident memory so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main():
    rng, net, N = np.random.default_rng(0), MLP([784, 1024, 200, 10]), 500
    y = rng.integers(10, size=N)
    X = rng.standard_normal((N, 784)) + rng.standard_normal((10, 784))[y]
    f = Objective(net, X, y, loss="softmax_crossentropy")
    theta = net.init(rng=0)
    A, v = HessianOperator(f, theta), rng.standard_normal(f.n)
    A @ v
    vector, before, rows = 8 * f.n, resident(), []

    def run(name, estimate, said):
        wall, cpu = time.perf_counter(), time.process_time()
        found = estimate()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        rows.append([name, said(found), found.products, cpu, wall, cpu / found.products,
                     resident() / 2**20, (resident() - before) / vector])
        print(f"{name}: {said(found)}", flush=True)
        return found

    print(f"{net.widths}, {N} examples: {f.n} parameters; the Hessian would take {8 * f.n**2 / 2**40:.1f} TB\n"
          f"a vector takes {vector / 2**20:.1f} MB, data, network and one product {before / 2**20:.0f} MB")
    run("trace, Hutchinson", lambda: trace(A, 30, "hutchinson", rng=0), str)
    run("trace, Hutch++", lambda: trace(A, 60, rng=0), str)
    run("density, kernel polynomials", lambda: density(A, 4, 40, "kpm", rng=0),
        lambda d: f"width {d.width:.2g}, peak {d.values.max():.3g} ± {d.standard_error[d.values.argmax()]:.1g}")
    run("density, Lanczos", lambda: density(A, 4, 40, rng=0),
        lambda d: f"width {d.width:.2g}, peak {d.values.max():.3g} ± {d.standard_error[d.values.argmax()]:.1g}")
    run("eigenvalues, Lanczos", lambda: lanczos(A, 60, rng=0),
        lambda e: f"{e.values[0]:.6g} ± {e.bounds[0]:.0e}, {e.values[-1]:.6g} ± {e.bounds[-1]:.0e}")
    table("by products alone; memory is the largest so far, in all and in vectors beyond data and network",
          ["estimate", "found", "products", "CPU s", "wall s", "CPU s/product", "MB", "vectors"], rows)
    start = time.process_time()
    exact = f.hessian_diagonal(theta).sum()
    print(f"\nexact trace from hessian_diagonal: {exact:.6g}, {time.process_time() - start:.1f} s CPU, "
          f"peak {resident() / 2**20:.0f} MB")


if __name__ == "__main__":
    main()
