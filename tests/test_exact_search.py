"""The exact search: the first minimum, one step on a quadratic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from line_functions import FIRST, MORE_THUENTE, along, each_function, fraction, fraction_slope, spent

from minnet import Function
from minnet.optim import (
    Exact,
)
from minnet.optim.driver.counted import Counted
from minnet.optim.search import Line
from minnet.problems import quadratic


@each_function
@pytest.mark.parametrize("first", FIRST)
def test_exact_finds_a_minimum(number, first):
    phi, slope, *_ = MORE_THUENTE[number]
    line = along(phi, slope)
    t = Exact().search(line, first)
    assert abs(slope(t)) <= 1e-10 * abs(slope(0.0)) and slope(t - 1e-6) < 0 < slope(t + 1e-6) and phi(t) < phi(0.0)
    assert spent(line)["nfev"] <= 40


@pytest.mark.parametrize("flat", [1e3, 1e9])
def test_exact_is_not_taken_in_by_a_flat_end(flat):
    """−t/(t² + 2) has no curvature at 0, and hardly a slope far out, where a step of Newton's method leads."""
    line = along(
        lambda t: fraction(t) + 1e-3 * np.tanh(t / flat),
        lambda t: fraction_slope(t) + 1e-3 / flat / np.cosh(min(t / flat, 300)) ** 2,
    )
    assert Exact().search(line) == pytest.approx(np.sqrt(2), rel=1e-2)


@given(
    st.lists(st.sampled_from([1e-2, 0.5, 3.0, 1e3]), min_size=1, max_size=5),
    st.integers(0, 99),
    st.sampled_from(FIRST),
)
def test_exact_takes_one_step_on_a_quadratic(spectrum, seed, first):
    f, x = quadratic(spectrum, rng=seed), np.random.default_rng(seed).standard_normal(len(spectrum))
    g = f.gradient(x)
    p = -g + 0.1 * np.linalg.norm(g) * np.random.default_rng(seed + 1).uniform(-1, 1) * f.Q[0]
    line = Line(Counted(f), x, p)
    t = Exact().search(line, first)
    assert t == pytest.approx(-(g @ p) / (p @ f.hessian(x) @ p), rel=1e-9)
    assert spent(line)["nfev"] == 1
    assert spent(line)["njev"] == 1


def test_exact_without_products_takes_differences_of_slopes():
    f, x = quadratic([1.0, 30.0]), np.array([1.0, -2.0])
    p = -f.gradient(x)
    bare = Function(f.value, f.gradient)
    assert Exact().search(Line(Counted(bare), x, p)) == pytest.approx(p @ p / (p @ f.hessian(x) @ p), rel=1e-8)
