"""Small objectives, and everything that is asked of one, for several tests."""
import numpy as np

from minnet import MLP, Objective

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
    return Objective(net, rng.standard_normal((N, widths[0])), y, loss=loss, **options), rng.standard_normal(net.n_params)


class AsymmetricSquare:
    """A loss of one's own: Σ exp(z − y) − z, whose value is one number for all examples."""

    def value(self, z, y):
        return np.sum(np.exp(z - y) - z)

    def gradient(self, z, y):
        return np.exp(z - y) - 1

    def hvp(self, z, y, v):
        return np.exp(z - y) * v
