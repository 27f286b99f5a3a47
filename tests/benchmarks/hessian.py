"""The full Hessian against jitted jax.hessian and torch.func.hessian, its growth with N and n, its memory.

Run by hand: python tests/benchmarks/hessian.py
"""
import timing  # noqa: F401  (first: it sets the number of threads)
from timing import geometric_mean, matrix_product_rate, race, table

import tracemalloc

import jax
import numpy as np
import torch
from rivals import Case, difference

from minnet import MLP, Objective

SIZES = [([10, 20, 3], 200), ([10, 20, 20, 10], 500), ([64, 16, 10], 1797), ([30, 30, 10], 500),
         ([8, 16, 16, 16, 2], 1000)]


def hessians(case):
    """{library: (prepare, call)}, a call giving the full Hessian at a new point."""
    compiled = jax.jit(jax.hessian(case.jax_value))
    by_torch = torch.func.hessian(case.torch_value)
    return {"minnet": (lambda i: case.at(i)[:1], case.f.hessian),
            "jax": (lambda i: case.at(i, jax.numpy.asarray)[:1],
                    lambda theta: jax.block_until_ready(compiled(theta, *case.jax_data))),
            "torch": (lambda i: case.at(i, torch.tensor)[:1], by_torch)}


def against_others(rate):
    rows, ratios = [], []
    for widths, N in SIZES:
        case = Case(widths, N)
        contestants = hessians(case)
        H = {name: np.asarray(call(*prepare(1))) for name, (prepare, call) in contestants.items()}
        t = race(contestants, rounds=5)
        ratios.append((t["jax"] / t["minnet"], t["torch"] / t["minnet"]))
        rows.append([case.name, case.f.n, *(1e3 * t[name] for name in contestants), *ratios[-1],
                     max(difference(H["minnet"], H[name]) for name in ("jax", "torch")),
                     N * case.f.n**2 / t["minnet"] / rate])
        del contestants, H
    rows.append(["geometric mean", "", "", "", "", *map(geometric_mean, zip(*ratios)), "", ""])
    table(
        "full Hessian, CPU milliseconds; rate: N n² operations in a second over the machine's rate in matrix products",
        ["network/examples", "n", "minnet", "jax", "torch", "jax/minnet", "torch/minnet", "difference", "rate"],
        rows,
    )


def objective(widths, N):
    rng, net = np.random.default_rng(0), MLP(widths)
    X, y = rng.standard_normal((N, widths[0])), rng.integers(widths[-1], size=N)
    f = Objective(net, X, y, loss="softmax_crossentropy")
    return f, [net.init(rng=rng) for _ in range(5)]


def growth(title, sizes, of):
    """Times over sizes, and the exponent of the last five by least squares in the logarithms."""
    rows, points = [], []
    for widths, N in sizes:
        f, thetas = objective(widths, N)
        t = race({"minnet": (lambda i: (thetas[i % 5],), f.hessian)}, rounds=5, seconds=0.2)["minnet"]
        points.append((N if of == "N" else f.n, t))
        rows.append(["-".join(map(str, widths)), N, f.n, 1e3 * t])
    x, y = np.log(points[-5:]).T
    table(f"{title}: fitted exponent {np.polyfit(x, y, 1)[0]:.2f} in {of}", ["network", "N", "n", "milliseconds"], rows)


def memory():
    rows = []
    for widths, N in [([64, 16, 10], 1797), ([30, 30, 10], 500), ([8, 16, 16, 16, 2], 20000), ([64, 40, 10], 1000),
                      ([784, 10], 500), ([100, 50, 10], 2000)]:
        f, (theta, *_) = objective(widths, N)
        f.gradient(theta)
        tracemalloc.start()
        f.hessian(theta)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        largest = max(end - W for W, _, end, _ in f.net.layout)
        stated = 8 * (f.n**2 + largest**2) + 2**25
        rows.append(
            [f"{'-'.join(map(str, widths))}/{N}", 8 * f.n**2 / 2**20, peak / 2**20, stated / 2**20, peak / stated]
        )
    table("peak memory of hessian, MB; stated: the matrix, the products of its largest pair of layers, 32 MB",
          ["network/examples", "matrix", "measured", "stated", "measured/stated"], rows)


def main():
    rate = matrix_product_rate()
    print(f"matrix products of NumPy: {rate / 1e9:.1f} Gflop/s")
    against_others(rate)
    growth("growth with N", [([10, 20, 20, 10], N) for N in (125, 250, 500, 1000, 2000, 4000, 8000, 16000)], "N")
    growth("growth with n", [([d, d, d, 10], 1000) for d in (5, 8, 12, 17, 24, 34, 48, 56)], "n")
    memory()


if __name__ == "__main__":
    main()
