"""The pair (s, y) of a step: its order, its bounds, its scale and its damping."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_close
from numpy.testing import assert_array_equal
from secant_cases import definite

from minnet import Function
from minnet.optim.secant import damped_difference, has_positive_curvature, secant_pair
from minnet.problems import quadratic

seeds, sizes = st.integers(0, 9999), st.integers(2, 6)


@given(seeds, sizes)
def test_on_a_quadratic_y_is_the_difference_of_gradients(seed, n):
    rng = np.random.default_rng(seed)
    f, (x, new) = quadratic(rng.uniform(0.5, 20, n), rng=seed), rng.standard_normal((2, n))
    s, y = secant_pair(f, x, new)
    assert_array_equal(s, new - x)
    assert_close(y, f.gradient(new) - f.gradient(x), 1e-10)


def polynomial(rng, n, *degrees):
    """A sum of cubes and fourth powers of linear forms on a bowl."""
    forms, H = {k: rng.standard_normal((n, n)) / np.sqrt(n) for k in degrees}, 60 * definite(rng, n)
    return Function(
        lambda x: x @ H @ x / 2 + sum(((A @ x) ** k).sum() for k, A in forms.items()),
        lambda x: H @ x + sum(k * (A @ x) ** (k - 1) @ A for k, A in forms.items()),
        hessian=lambda x: H + sum(k * (k - 1) * (A.T * (A @ x) ** (k - 2)) @ A for k, A in forms.items()),
    )


@given(seeds, sizes)
def test_on_a_cubic_the_curvature_at_the_new_point_is_exact(seed, n):
    rng = np.random.default_rng(seed)
    f, x = polynomial(rng, n, 3), 0.3 * rng.uniform(-1, 1, n)
    new = x + 0.1 * rng.uniform(-1, 1, n)
    s, y = secant_pair(f, x, new)
    assert s @ y == pytest.approx(s @ f.hessian(new) @ s, rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_the_curvature_is_of_one_order_more(seed):
    """sᵀ(B s − y) falls as ‖s‖³ for the plain y, as ‖s‖⁴ for `secant_pair`'s."""
    rng = np.random.default_rng(seed)
    f, x, direction = polynomial(rng, 3, 3, 4), 0.3 * rng.standard_normal(3), 0.3 * rng.standard_normal(3)
    sizes = 0.5 ** np.arange(2, 7)
    plain, ours = [], []
    for t in sizes:
        new = x + t * direction
        s, y = secant_pair(f, x, new)
        exact = s @ f.hessian(new) @ s
        plain.append(abs(exact - s @ (f.gradient(new) - f.gradient(x))))
        ours.append(abs(exact - s @ y))
    order = lambda errors: np.polyfit(np.log(sizes), np.log(errors), 1)[0]
    assert order(plain) == pytest.approx(3, abs=0.15) and order(ours) == pytest.approx(4, abs=0.15)


def test_the_factor_of_y_is_kept_in_bounds():
    wild = Function(lambda x: x[0] ** 2 + 5 * np.sin(40 * x[0]), lambda x: 2 * x)
    for new in np.linspace(0.05, 1, 9):
        s, y = secant_pair(wild, np.zeros(1), np.array([new]))
        assert 0.3 - 1e-12 <= y[0] / (2 * s[0]) <= 3 + 1e-12


def test_where_values_drown_y_is_the_difference_of_gradients():
    f = Function(lambda x: 1e6 + x @ x / 2 + 1e-9 * np.sin(1e9 * x[0]), lambda x: x)
    x, new = np.array([1e-5, 0.0]), np.array([0.0, 1e-5])
    assert_array_equal(secant_pair(f, x, new)[1], new - x)


@given(seeds, sizes)
def test_damping_leaves_a_fifth_of_the_curvature(seed, n):
    rng = np.random.default_rng(seed)
    B, s, y = definite(rng, n), *rng.standard_normal((2, n))
    mixed = damped_difference(s, y, B @ s)
    assert s @ mixed >= 0.2 * (s @ B @ s) * (1 - 1e-12)
    if s @ y >= 0.2 * (s @ B @ s):
        assert mixed is y
    else:
        assert s @ mixed == pytest.approx(0.2 * (s @ B @ s))
        a, b = mixed - B @ s, y - B @ s  # on the line from B s to y
        assert_close(a, (a @ b) / (b @ b) * b, 1e-9)


def test_positive_curvature_is_relative():
    s = np.array([1e-150, 0.0])
    assert (
        has_positive_curvature(s, s)
        and not has_positive_curvature(s, -s)
        and not has_positive_curvature(s, np.array([0.0, 1.0]))
        and not has_positive_curvature(0 * s, s)
    )
    assert not has_positive_curvature(s, np.array([1e-17, 1.0]))
