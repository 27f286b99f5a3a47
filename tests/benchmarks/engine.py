"""value_and_gradient and hvp against jitted JAX and eager PyTorch. Run by hand: python tests/benchmarks/engine.py"""
import timing  # noqa: F401  (first: it sets the number of threads)
from timing import geometric_mean, matrix_product_rate, race, table

import jax
import torch
from rivals import Case, difference

SIZES = [([2, 3, 2], 80), ([10, 20, 20, 10], 500), ([64, 16, 10], 1797), ([784, 100, 10], 500)]


def gradients(case):
    """{library: (prepare, call)}, a call giving (value, gradient) at a point it has not just seen."""
    compiled = jax.jit(jax.value_and_grad(case.jax_value))

    def by_torch(theta):
        theta = theta.detach().requires_grad_()
        value = case.torch_value(theta)
        return value, torch.autograd.grad(value, theta)[0]

    return {"minnet": (lambda i: case.at(i)[:1], case.f.value_and_gradient),
            "jax": (lambda i: case.at(i, jax.numpy.asarray)[:1],
                    lambda theta: jax.block_until_ready(compiled(theta, *case.jax_data))),
            "torch": (lambda i: case.at(i, torch.tensor)[:1], by_torch)}


def products(case):
    """{library: (prepare, call)}, a call giving H v at a point where the gradient has just been asked for."""
    compiled = jax.jit(lambda theta, v, X, y: jax.jvp(lambda t: jax.grad(case.jax_value)(t, X, y), (theta,), (v,))[1])

    def after_gradient(i):
        theta, v = case.at(i)
        case.f.value_and_gradient(theta)
        return theta, v

    def by_torch(theta, v):                                     # reverse over reverse: eager's faster way
        theta = theta.detach().requires_grad_()
        g = torch.autograd.grad(case.torch_value(theta), theta, create_graph=True)[0]
        return torch.autograd.grad(g @ v, theta)[0]

    return {"minnet": (after_gradient, case.f.hvp),
            "jax": (lambda i: case.at(i, jax.numpy.asarray),
                    lambda theta, v: jax.block_until_ready(compiled(theta, v, *case.jax_data))),
            "torch": (lambda i: case.at(i, torch.tensor), by_torch)}


def main():
    print(f"matrix products of NumPy: {matrix_product_rate() / 1e9:.1f} Gflop/s")
    cases = [Case(*size) for size in SIZES]
    seconds = {}
    for title, contest in (("value_and_gradient", gradients), ("hvp after the gradient", products)):
        rows, ratios = [], []
        for case in cases:
            contestants = contest(case)
            results = {name: call(*prepare(1)) for name, (prepare, call) in contestants.items()}
            last = lambda result: result[1] if isinstance(result, tuple) else result
            gap = max(difference(last(results["minnet"]), last(results[name])) for name in ("jax", "torch"))
            seconds[title, case.name] = t = race(contestants)
            ratios.append((t["jax"] / t["minnet"], t["torch"] / t["minnet"]))
            rows.append([case.name, *(1e6 * t[name] for name in contestants), *ratios[-1], gap])
        rows.append(["geometric mean", "", "", "", *map(geometric_mean, zip(*ratios)), ""])
        table(f"{title}, CPU microseconds", ["network/examples", "minnet", "jax", "torch", "jax/minnet", "torch/minnet",
                                             "difference"], rows)
    shares = [
        seconds["hvp after the gradient", case.name]["minnet"] / seconds["value_and_gradient", case.name]["minnet"]
        for case in cases
    ]
    table("minnet: hvp in gradients", ["network/examples", "hvp/gradient"],
          [[case.name, share] for case, share in zip(cases, shares)] + [["geometric mean", geometric_mean(shares)]])


if __name__ == "__main__":
    main()
