"""Momentum and Nesterov's momentum."""

import numpy as np
import pytest
from first_order_cases import PROBLEMS, each_problem, path, steps_on
from laws import assert_close
from numpy.testing import assert_allclose, assert_array_equal

from minnet import minimize
from minnet.optim import (
    GradientDescent,
    Momentum,
    Nesterov,
    RMSProp,
)
from minnet.problems import quadratic


def test_momentum_unrolled():
    """v₄ = −ε (α³ g₁ + α² g₂ + α g₃ + g₄), with any gradients."""
    g, alpha, eps = np.random.default_rng(0).standard_normal((4, 3)), 0.7, 0.1
    v = steps_on(g, Momentum(eps, alpha))
    for k in range(1, 5):
        assert_allclose(v[k - 1], -eps * alpha ** np.arange(k)[::-1] @ g[:k], rtol=1e-12)


@pytest.mark.parametrize("make", [lambda lr, a: Momentum(lr, a), lambda lr, a: RMSProp(lr, momentum=a)])
def test_momentum_speeds_a_constant_slope_up_by_one_over_one_minus_alpha(make):
    last = [steps_on(np.ones((2000, 1)), make(0.01, alpha))[-1] for alpha in (0.0, 0.9, 0.99)]
    assert_allclose(np.array(last) / last[0], [[1], [10], [100]], rtol=1e-4)


def test_the_best_momentum_on_a_quadratic_has_polyaks_rate():
    """lr = 4/(√L+√μ)², α = ((√κ−1)/(√κ+1))²: the error falls by √α a step, else by (κ−1)/(κ+1)."""
    mu, L, steps = 1.0, 100.0, 300
    f = quadratic([mu, 10.0, L], rng=0)
    root = (np.sqrt(L) - np.sqrt(mu)) / (np.sqrt(L) + np.sqrt(mu))
    best = Momentum(4 / (np.sqrt(L) + np.sqrt(mu)) ** 2, root**2), GradientDescent(2 / (mu + L))
    errors = [np.linalg.norm(path(f, f.starts[0], method, steps), axis=1) for method in best]
    rates = [(e[120] / e[60]) ** (1 / 60) for e in errors]
    assert_allclose(rates[0], root, rtol=0.02)
    assert_allclose(rates[1], (L - mu) / (L + mu), rtol=1e-6)


@each_problem
@pytest.mark.parametrize("alpha", [0.0, 0.5, 0.9])
def test_the_two_forms_of_nesterov_are_one_method(alpha, problem):
    """x̃ = x + αv, v = −lr p; and momentum's own iterates are others."""
    f, x, lr = PROBLEMS[problem]
    result = minimize(f, x, Nesterov(lr, alpha, kind="lookahead"), max_iter=200, gtol=0, record=["x", "p"])
    shifted = result.history["x"] - lr * alpha * result.history["p"]
    lecture = path(f, x, Nesterov(lr, alpha))
    assert_close(shifted, lecture, 1e-10)
    assert (abs(lecture - path(f, x, Momentum(lr, alpha))).max() > 1e-3) == (alpha > 0)


@each_problem
def test_no_momentum_is_gradient_descent(problem):
    f, x, lr = PROBLEMS[problem]
    plain = path(f, x, GradientDescent(lr), 50)
    for method in (Momentum(lr, 0), Nesterov(lr, 0), Nesterov(lr, 0, kind="lookahead")):
        assert_array_equal(path(f, x, method, 50), plain)
