"""The activations against complex steps, SciPy and PyTorch, and at the ends of the numbers."""
import numpy as np
import pytest
from laws import assert_close, complex_step, refuses
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import ndtr

from minnet import Activation
from minnet.network.activations import ACTIVATIONS, activation

NAMES = ["tanh", "sigmoid", "relu", "leaky_relu", "softplus", "elu", "gelu", "silu", "sin", "identity"]
each_name = pytest.mark.parametrize("name", NAMES)
Z = np.concatenate([np.linspace(-30, 30, 40), np.linspace(-3, 3, 40)])        # no kink among them
INF = np.inf
LIMITS = {  # at −∞ and ∞ of  σ              σ′               σ″
    "tanh":                   [(-1, 1),       (0, 0),          (0, 0)],
    "sigmoid":                [(0, 1),        (0, 0),          (0, 0)],
    "relu":                   [(0, INF),      (0, 1),          (0, 0)],
    "leaky_relu":             [(-INF, INF),   (0.01, 1),       (0, 0)],
    "softplus":               [(0, INF),      (0, 1),          (0, 0)],
    "elu":                    [(-1, INF),     (0, 1),          (0, 0)],
    "gelu":                   [(0, INF),      (0, 1),          (0, 0)],
    "silu":                   [(0, INF),      (0, 1),          (0, 0)],
    "identity":               [(-INF, INF),   (1, 1),          (0, 0)],
}


def rules(sigma):
    return sigma, sigma.derivative, sigma.second_derivative


def test_names():
    assert list(ACTIVATIONS) == NAMES
    assert all(activation(name) is ACTIVATIONS[name] and activation(name).name == name for name in NAMES)
    assert {name for name in NAMES if not activation(name).smooth} == {"relu", "leaky_relu", "elu"}


@each_name
def test_derivatives_equal_complex_steps(name):
    f, df, d2f = rules(activation(name))
    assert_allclose(df(Z), np.diag(complex_step(f, Z)), rtol=1e-12, atol=1e-13)
    assert_allclose(d2f(Z), np.diag(complex_step(df, Z)), rtol=1e-12, atol=1e-13)


@each_name
def test_rules_agree_off_the_real_line(name):
    """σ at z + iy and σ, σ′, σ″, … at z: the Cauchy integral of σ about z gives σ(z), σ′(z) and σ″(z)/2."""
    f, df, d2f = rules(activation(name))
    z = np.array([-1.7, -0.6, 0.5, 2.0])
    circle = 0.3 * np.exp(2j * np.pi * np.arange(64) / 64)
    values = f(z[:, None] + circle)
    assert values.dtype == complex
    for k, ours in enumerate((f(z), df(z), d2f(z) / 2)):
        assert_allclose((values / circle**k).mean(1), ours, atol=1e-12)


@pytest.mark.parametrize("size", [1e4, 1e200, INF])
@pytest.mark.parametrize("name", LIMITS)
def test_limits_are_reached_without_overflow(name, size):
    for rule, (low, high) in zip(rules(activation(name)), LIMITS[name]):
        ours = rule(np.array([-size, size]))
        for end, limit in zip(ours, (low, high)):
            if np.isinf(limit):
                assert np.sign(end) == np.sign(limit) and abs(end) >= size / 100
            else:
                assert abs(end - limit) <= 1e-15


def test_sin_of_large_numbers_is_bounded():
    for rule in rules(activation("sin")):
        assert (abs(rule(np.array([-1e200, -1e4, 1e4, 1e200]))) <= 1).all()


@each_name
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_precision_and_shape_are_kept(name, dtype):
    z = np.linspace(-3.1, 3, 12).reshape(3, 4)
    for rule in rules(activation(name)):
        ours = rule(z.astype(dtype))
        assert ours.dtype == dtype and ours.shape == (3, 4)
        assert_close(ours.real, rule(z), 1e-5)
    before = z.copy()
    [rule(z) for rule in rules(activation(name))]
    assert_array_equal(z, before)


def test_gelu_is_the_exact_one():
    assert_allclose(activation("gelu")(Z), Z * ndtr(Z), atol=1e-15, rtol=1e-15)


@each_name
def test_values_and_derivatives_are_pytorchs(name):
    torch = pytest.importorskip("torch")
    theirs = {"identity": lambda z: 1 * z, "sin": torch.sin, "tanh": torch.tanh, "sigmoid": torch.sigmoid}.get(
        name, getattr(torch.nn.functional, name, None))
    z = torch.tensor(np.linspace(-5, 5, 30), requires_grad=True)
    value = theirs(z)
    (slope,) = torch.autograd.grad(value.sum(), z)
    f, df, _ = rules(activation(name))
    assert_allclose(f(z.detach().numpy()), value.detach().numpy(), rtol=1e-12, atol=1e-14)
    assert_allclose(df(z.detach().numpy()), slope.numpy(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name, value, slope", [("relu", 0, 0), ("leaky_relu", 0, 0.01), ("elu", 0, 1)])
def test_at_the_kink_the_left_derivative_is_taken(name, value, slope):
    f, df, _ = rules(activation(name))
    assert f(np.zeros(1)) == value and df(np.zeros(1)) == slope


def test_an_activation_of_ones_own():
    of_input = Activation(lambda z: z**3, lambda z: 3 * z**2, lambda z: 6 * z)
    assert activation(of_input) is of_input and of_input.name == "custom" and of_input.smooth and not of_input.of_output
    assert [rule(np.array([2.0])).item() for rule in rules(of_input)] == [8, 12, 12]
    of_output = Activation(np.exp, lambda a: a, lambda a: a, name="exp", of_output=True)
    assert_allclose([rule(np.array([2.0])).item() for rule in rules(of_output)], np.exp(2))


@pytest.mark.parametrize("kind", ["Tanh", "", None, 3, np.tanh, ["tanh"]])
def test_unknown_activations_are_refused(kind):
    with refuses(f"unknown activation {kind!r}", ", ".join(NAMES)):
        activation(kind)


@pytest.mark.parametrize("role, rules", [("f", (None, np.cos, np.sin)), ("df", (np.sin, "cos", np.sin)),
                                         ("d2f", (np.sin, np.cos, 0))])
def test_rules_that_cannot_be_called_are_refused(role, rules):
    with refuses(f"{role}=", "not callable"):
        Activation(*rules)
