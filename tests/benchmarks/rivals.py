"""One objective in three libraries: tanh network, mean softmax cross-entropy, float64, over the same flat
parameters."""
import timing  # noqa: F401  (first: it sets the number of threads)

import jax
import numpy as np
import torch

from minnet import MLP, Objective

torch.set_num_threads(1)
POINTS = 16    # a cycle longer than any memory of last points


def layers(net, theta):
    for W, b, end, shape in net.layout:
        yield theta[W:b].reshape(shape), theta[b:end]


def jax_value(net, theta, X, y):
    *hidden, (W, b) = layers(net, theta)
    for V, c in hidden:
        X = jax.numpy.tanh(X @ V.T + c)
    logits = jax.nn.log_softmax(X @ W.T + b)
    return -jax.numpy.take_along_axis(logits, y[:, None], 1).mean()


class Case:
    """Random data for a network of `widths`, points θ_i, directions v_i, and the objective in each library."""

    def __init__(self, widths, N, rng=0):
        rng = np.random.default_rng(rng)
        self.widths, self.N, self.net = widths, N, MLP(widths)
        self.X, self.y = rng.standard_normal((N, widths[0])), rng.integers(widths[-1], size=N)
        self.f = Objective(self.net, self.X, self.y, loss="softmax_crossentropy")
        self.points = [self.net.init(rng=rng) + 0.1 * rng.standard_normal(self.net.n_params) for _ in range(POINTS)]
        self.directions = [rng.standard_normal(self.net.n_params) for _ in range(POINTS)]
        self.jax_data = jax.numpy.asarray(self.X), jax.numpy.asarray(self.y)
        self.torch_data = torch.tensor(self.X), torch.tensor(self.y)

    @property
    def name(self):
        return f"{'-'.join(map(str, self.widths))}/{self.N}"

    def at(self, i, convert=lambda array: array):
        """θ_i and v_i of the cycle, in a library's own arrays."""
        return convert(self.points[i % POINTS]), convert(self.directions[i % POINTS])

    def jax_value(self, theta, X, y):
        return jax_value(self.net, theta, X, y)

    def torch_value(self, theta):
        X, y = self.torch_data
        *hidden, (W, b) = layers(self.net, theta)
        for V, c in hidden:
            X = torch.tanh(torch.nn.functional.linear(X, V, c))
        return torch.nn.functional.cross_entropy(torch.nn.functional.linear(X, W, b), y)


def difference(ours, theirs):
    """The largest deviation relative to the largest entry."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    return float(np.max(abs(ours - theirs)) / np.max(abs(theirs)))
