"""Small objectives, and everything that is asked of one, for several tests."""
import numpy as np
from hypothesis import strategies as st

from minnet import MLP, Objective
from minnet.network.activations import ACTIVATIONS
from minnet.testing import objectives, parameters

CANONICAL = ["squared_error", "binary_crossentropy", "softmax_crossentropy", "poisson"]

RULES = {"value": lambda f, theta, v: f.value(theta), "gradient": lambda f, theta, v: f.gradient(theta),
         "value_and_gradient": lambda f, theta, v: np.append(*f.value_and_gradient(theta)),
         "hvp": lambda f, theta, v: f.hvp(theta, v), "ggnvp": lambda f, theta, v: f.ggnvp(theta, v),
         "hessian": lambda f, theta, v: f.hessian(theta), "ggn": lambda f, theta, v: f.ggn(theta),
         "hessian_diagonal": lambda f, theta, v: f.hessian_diagonal(theta),
         "ggn_diagonal": lambda f, theta, v: f.ggn_diagonal(theta),
         "fisher": lambda f, theta, v: f.fisher(theta), "fishervp": lambda f, theta, v: f.fishervp(theta, v),
         "fisher_diagonal": lambda f, theta, v: f.fisher_diagonal(theta),
         "per_example_gradients": lambda f, theta, v: f.per_example_gradients(theta)}


def example(loss="squared_error", activation="tanh", widths=(2, 3, 2), N=5, **options):
    """(f, θ), small and fixed."""
    rng, net = np.random.default_rng(0), MLP(widths, activation)
    y = rng.integers(widths[-1], size=N) if loss == "softmax_crossentropy" else rng.integers(2, size=(N, widths[-1]))
    f = Objective(net, rng.standard_normal((N, widths[0])), y, loss=loss, **options)
    return f, rng.standard_normal(net.n_params)


class AsymmetricSquare:
    """A loss of one's own: Σ exp(z − y) − z, whose value is one number for all examples."""

    def value(self, z, y):
        return np.sum(np.exp(z - y) - z)

    def gradient(self, z, y):
        return np.exp(z - y) - 1

    def hvp(self, z, y, v):
        return np.exp(z - y) * v


def points(**options):
    """(f, θ), of all activations."""
    options = {"activations": list(ACTIVATIONS)} | options
    return objectives(**options).flatmap(lambda f: st.tuples(st.just(f), parameters(f.net)))


def lecun_example(loss="softmax_crossentropy", widths=(3, 4, 3), N=12, activation="tanh", seed=0, **options):
    """(f, θ), small and fixed, with targets that fit the loss."""
    rng, net, K = np.random.default_rng(seed), MLP(widths, activation), widths[-1]
    y = {"softmax_crossentropy": lambda: rng.integers(K, size=N), "poisson": lambda: rng.poisson(2.0, (N, K)),
         "binary_crossentropy": lambda: rng.integers(2, size=(N, K))}.get(loss, lambda: rng.standard_normal((N, K)))()
    f = Objective(net, rng.standard_normal((N, widths[0])), y, loss=loss, **options)
    return f, net.init("lecun", rng) + 0.3 * rng.standard_normal(net.n_params)
