"""The notebook's network, loop by loop, and minnet's: the same outputs, gradients and b bᵀ from the same weights."""
import numpy as np
import pytest
from laws import assert_close, notebook_problem

from minnet import MLP, Objective, check, datasets


class Layer:
    """Hidden units: tanh of a weighted sum, one loop inside the other."""

    def __init__(self, units):
        self.units, self.outputs, self.errors, self.act_errors = (
            units,
            np.zeros(units),
            np.zeros(units),
            np.zeros(units),
        )

    def connect(self, network, previous):
        self.network, self.previous = network, previous
        self.w_start = network.size
        self.b_start = self.w_start + self.units * previous.units
        network.size = self.b_start + self.units

    act = staticmethod(np.tanh)

    def slope(self, output):
        return 1 - output**2

    def forward(self):
        for k in range(self.units):
            s = 0.0
            for j in range(self.previous.units):
                s += self.previous.outputs[j] * self.network.weights[self.w_start + k * self.previous.units + j]
            s += self.network.weights[self.b_start + k]
            self.outputs[k] = self.act(s)

    def backward(self):
        for k in range(self.units):
            s = a = 0.0
            for l in range(self.next.units):
                weight = self.network.weights[self.next.w_start + l * self.units + k]
                s += self.next.errors[l] * weight
                a += self.next.act_errors[l] * weight
            self.errors[k] = self.slope(self.outputs[k]) * s
            self.act_errors[k] = self.slope(self.outputs[k]) * a
        self.accumulate()

    def accumulate(self):
        for k in range(self.units):
            for j in range(self.previous.units):
                at = self.w_start + k * self.previous.units + j
                self.network.derivatives[at] += self.errors[k] * self.previous.outputs[j]
                self.network.b[at] = self.act_errors[k] * self.previous.outputs[j]
            self.network.derivatives[self.b_start + k] += self.errors[k]
            self.network.b[self.b_start + k] = self.act_errors[k]


class OutputLayer(Layer):
    """Sigmoid units under cross-entropy: the error is output − target."""

    act = staticmethod(lambda s: 1 / (1 + np.exp(-s)))

    def backward(self):
        self.errors = self.outputs - self.network.target
        self.act_errors = np.ones(self.units)
        self.accumulate()


class InputLayer:
    def __init__(self, units):
        self.units = units


class Network:
    def __init__(self, inputs, *layers):
        self.size, self.layers, self.inputs = 0, layers, inputs
        for previous, layer in zip((inputs, *layers), layers):
            layer.connect(self, previous)
            previous.next = layer
        self.b = np.zeros(self.size)

    def run(self, weights, X, T):
        """Outputs, −Σ log-likelihood, Σ derivatives and Σ y(1 − y) b bᵀ over the examples."""
        self.weights, self.derivatives, self.b = weights, np.zeros(self.size), np.zeros(self.size)
        outputs, error, hessian = [], 0.0, np.zeros((self.size, self.size))
        for x, self.target in zip(X, T):
            self.inputs.outputs = x
            for layer in self.layers:
                layer.forward()
            for layer in reversed(self.layers):
                layer.backward()
            y = self.layers[-1].outputs[0]
            outputs.append(y)
            error -= np.log(1 - y) if self.target == 0 else np.log(y)
            hessian += y * (1 - y) * np.outer(self.b, self.b)
        return np.array(outputs), error, self.derivatives, hessian


def notebook_network():
    return Network(InputLayer(2), Layer(3), OutputLayer(1))


each_seed = pytest.mark.parametrize("seed", range(10))


@each_seed
def test_outputs_errors_and_derivatives_are_the_notebooks(seed):
    f, start = notebook_problem(seed)
    for theta in (start, 3 * start, start + np.random.default_rng(seed).standard_normal(13)):
        outputs, error, derivatives, _ = notebook_network().run(theta, f.X, datasets.notebook(seed).y)
        assert_close(f.loss.mean(f.net.outputs(theta, f.X))[:, 0], outputs, 1e-13)
        assert_close(f.value(theta), error, 1e-13)
        assert_close(f.gradient(theta), derivatives, 1e-13)
        assert_close(f.per_example_gradients(theta).sum(0), derivatives, 1e-13)


@each_seed
def test_the_sum_of_y_1_minus_y_b_bT_is_the_gauss_newton_matrix(seed):
    f, theta = notebook_problem(seed)
    *_, G = notebook_network().run(theta, f.X, datasets.notebook(seed).y)
    assert_close(f.ggn(theta), G, 1e-13)
    assert_close(f.ggnvp(theta, np.eye(13)), G, 1e-13)
    assert np.linalg.eigvalsh(G).min() >= -1e-13 * np.linalg.norm(G)
    assert np.linalg.norm(f.hessian(theta) - G) > 1e-2 * np.linalg.norm(G)          # and it is not the Hessian


def test_deeper_loops_agree_too():
    """With the five-unit layer that the notebook has commented out, and one more."""
    net, rng = MLP([2, 3, 5, 2, 1]), np.random.default_rng(0)
    X, T, theta = rng.standard_normal((7, 2)), rng.integers(2, size=7), rng.standard_normal(net.n_params)
    f = Objective(net, X, T, loss="binary_crossentropy", reduction="sum")
    outputs, error, derivatives, G = Network(InputLayer(2), Layer(3), Layer(5), Layer(2), OutputLayer(1)).run(
        theta, X, T
    )
    assert_close(f.value(theta), error, 1e-13)
    assert_close(f.gradient(theta), derivatives, 1e-13)
    assert_close(f.ggn(theta), G, 1e-13)


@pytest.mark.parametrize("seed", range(3))
def test_the_notebooks_two_differences_approach_the_hessian(seed):
    """Differences of its derivatives with e = 1e-8 and of its errors with e = 1e-5."""
    f, theta = notebook_problem(seed)
    loops, T = notebook_network(), datasets.notebook(seed).y
    derivatives = lambda weights: loops.run(weights, f.X[::8], T[::8])[2]
    part, e = f.subset(slice(None, None, 8)), 1e-8
    H = np.array([(derivatives(theta + e * unit) - derivatives(theta - e * unit)) / (2 * e) for unit in np.eye(13)])
    assert_close(H, part.hessian(theta), 1e-6)
    assert_close(H, check.hessian_from_gradients(part, theta), 1e-6)
    assert_close(check.hessian_from_values(part, theta), part.hessian(theta), 1e-4)


def test_log_of_zero_is_where_the_loops_end():
    """At weights of some hundreds the notebook takes log(0); the loss at the logits does not."""
    f, theta = notebook_problem(0)
    with np.errstate(divide="ignore", over="ignore"):
        outputs, error, _, _ = notebook_network().run(1e4 * theta, f.X, datasets.notebook(0).y)
    assert error == np.inf and {0.0, 1.0} & set(outputs)
    assert np.isfinite(f.value(1e4 * theta)) and np.isfinite(f.gradient(1e4 * theta)).all()
