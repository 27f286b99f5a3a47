"""Gradient descent: the rates for which it converges."""
import numpy as np
import pytest
from first_order_cases import path
from numpy.testing import assert_allclose

from minnet.optim import GradientDescent
from minnet.problems import quadratic

SPECTRUM = np.array([1.0, 4.0, 10.0])


@pytest.mark.parametrize("lr, converges", [(0.05, True), (0.199, True), (0.2 * (1 - 1e-6), True), (0.201, False)])
def test_gradient_descent_converges_below_two_over_the_largest_eigenvalue(lr, converges):
    f = quadratic(SPECTRUM, rng=0, centre=[1.0, 2.0, 3.0])
    z = (path(f, f.starts[0], GradientDescent(lr), 500) - f.centre) @ f.Q
    assert_allclose(z[:50], (1 - lr * SPECTRUM)**np.arange(50)[:, None], rtol=0, atol=1e-9 * abs(z).max())
    assert (np.linalg.norm(z[-1]) < np.linalg.norm(z[0])) == converges
