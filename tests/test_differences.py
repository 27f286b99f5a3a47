"""Derivatives as numbers: differences, their error against the step, and complex steps."""
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from minnet import MLP, Objective, check
from minnet.differences import complex_step
from minnet.problems import rosenbrock


def network():
    rng, net = np.random.default_rng(0), MLP([2, 3, 2])
    f = Objective(net, rng.standard_normal((6, 2)), rng.integers(2, size=6), loss="softmax_crossentropy", l2=0.1)
    return f, rng.standard_normal(net.n_params)


def test_differences_are_what_they_say():
    f, x = rosenbrock(), np.array([-1.2, 1.0])
    for eps in (1e-2, 0.5):
        reference = [(f(x + eps * e) - f(x - eps * e)) / (2 * eps) for e in np.eye(2)]
        np.testing.assert_allclose(check.gradient_differences(f, x, eps), reference, rtol=1e-12)
        reference = [(f.gradient(x + eps * e) - f.gradient(x - eps * e)) / (2 * eps) for e in np.eye(2)]
        np.testing.assert_allclose(check.hessian_from_gradients(f, x, eps), reference, rtol=1e-12)
        reference = [
            [
                (f(x + eps * (a + b)) - f(x + eps * (b - a)) - f(x + eps * (a - b)) + f(x - eps * (a + b)))
                / (4 * eps**2)
                for a in np.eye(2)
            ]
            for b in np.eye(2)
        ]
        np.testing.assert_allclose(check.hessian_from_values(f, x, eps), reference, rtol=1e-9)


def test_differences_of_values_are_symmetric_and_of_gradients_are_not():
    f, theta = network()
    H = check.hessian_from_values(f, theta)
    assert_array_equal(H, H.T)
    H = check.hessian_from_gradients(f, theta)
    assert 0 < abs(H - H.T).max() < 1e-6


def test_the_notebooks_steps_are_the_defaults():
    f, theta = network()
    assert_array_equal(check.hessian_from_gradients(f, theta), check.hessian_from_gradients(f, theta, eps=1e-8))
    assert_array_equal(check.hessian_from_values(f, theta), check.hessian_from_values(f, theta, eps=1e-5))
    assert abs(check.gradient_differences(f, theta) - f.gradient(theta)).max() < 1e-9


@pytest.mark.parametrize("differences, exact, rounding, best", [
    (check.gradient_differences, Objective.gradient, -1, 1 / 3),
    (check.hessian_from_gradients, Objective.hessian, -1, 1 / 3),
    (check.hessian_from_values, Objective.hessian, -2, 1 / 4)])
def test_the_error_of_differences_against_the_step_is_a_u(differences, exact, rounding, best):
    """It falls as h² where truncation rules, rises as ε/h (or ε/h²) where rounding does, and is least about ε^best."""
    f, theta = network()
    h = 10.0 ** np.arange(-11, -0.9, 0.25)
    errors = np.array([abs(differences(f, theta, step) - exact(f, theta)).max() for step in h])
    middle = np.finfo(float).eps ** best
    order = lambda part: np.polyfit(np.log(h[part]), np.log(errors[part]), 1)[0]
    assert order((h > 10 * middle) & (h < 0.05)) == pytest.approx(2, abs=0.1)
    assert order(h < middle / 30) == pytest.approx(rounding, abs=0.2)
    assert middle / 10 < h[errors.argmin()] < 10 * middle


def test_the_notebooks_steps_cost_digits():
    """Its 1e-8 for gradients and 1e-5 for values lie left of the best steps."""
    f, theta = network()
    error = lambda H: abs(H - f.hessian(theta)).max()
    assert error(check.hessian_from_gradients(f, theta, 1e-5)) < 0.1 * error(check.hessian_from_gradients(f, theta))
    assert error(check.hessian_from_values(f, theta, 1e-4)) < 0.5 * error(check.hessian_from_values(f, theta))


@pytest.mark.parametrize("dtype, tol", [(np.float64, 1e-15), (np.float32, 1e-6)])
def test_complex_steps_are_exact_to_rounding_in_both_precisions(dtype, tol):
    x, v = np.array([0.5, -2.0], dtype), np.array([1.0, 3.0], dtype)
    slope = complex_step(lambda x: np.sum(np.sin(x) * x[0]), x, v)
    exact = np.cos(0.5) * 0.5 + np.sin(0.5) + np.sin(-2.0) + 3 * np.cos(-2.0) * 0.5
    assert slope == pytest.approx(exact, rel=tol)
