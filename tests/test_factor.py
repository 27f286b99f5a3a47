"""Definiteness and the lowest eigenpair of a matrix."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from minnet import Function
from minnet.linalg.factor import has_no_negative_eigenvalue, lowest_curvature, lowest_eigenpair, positive_definite
from minnet.problems import quadratic

seeds = st.integers(0, 9999)


@given(st.integers(1, 30), seeds, st.booleans())
def test_lowest_curvature_is_the_lowest_eigenvalue(n, seed, definite):
    rng = np.random.default_rng(seed)
    f = quadratic(rng.uniform(0.1 if definite else -1, 5, n), rng=rng)
    x, lam = f.starts[0], np.linalg.eigvalsh(f.hessian(f.starts[0]))
    low, q = lowest_curvature(f, x)
    assert low == pytest.approx(lam[0], abs=1e-3 * abs(lam).max())
    assert np.linalg.norm(q) == pytest.approx(1) and q @ f.hessian(x) @ q == pytest.approx(
        low, abs=1e-3 * abs(lam).max()
    )


def test_lowest_curvature_asks_for_few_products():
    asked = []
    f = quadratic(np.append(np.linspace(1, 2, 199), -1.0), rng=0)
    counting = Function(f.value, f.gradient, hvp=lambda x, v: asked.append(1) or f.hvp(x, v), n=200)
    low, _ = lowest_curvature(counting, f.starts[0])
    assert low == pytest.approx(-1) and len(asked) < 60


def test_positive_definite():
    assert positive_definite(np.eye(2)) and not positive_definite(np.diag([1.0, -1e-9]))
    assert positive_definite(np.diag([1.0, -1e-9]), 1e-8) and not positive_definite(np.zeros((2, 2)))


@given(st.integers(1, 30), seeds, st.sampled_from([-80, -30, 40]))
def test_the_lowest_eigenpair_does_not_see_units(n, seed, power):
    """ARPACK's tolerance has an absolute part, which small matrices must not feel."""
    A, unit = quadratic(np.random.default_rng(seed).uniform(-1, 5, n), rng=seed).hessian(np.zeros(n)), 2.0**power
    one, other = (lowest_eigenpair(H.__matmul__, n) for H in (A, unit * A))
    assert other.value == unit * one.value and other.size == unit * one.size
    assert_array_equal(one.vector, other.vector)


@given(st.integers(1, 40), seeds)
def test_the_size_is_the_norm_to_a_factor_of_two(n, seed):
    lam = np.random.default_rng(seed).standard_normal(n) * np.random.default_rng(seed + 1).choice([0.1, 1, 30], n)
    found = lowest_eigenpair(quadratic(lam, rng=seed).hessian(np.zeros(n)).__matmul__, n)
    assert 0.5 * abs(lam).max() <= found.size <= abs(lam).max() * (1 + 1e-12)


@pytest.mark.parametrize("n", [3, 20])
def test_the_lowest_eigenpair_of_nothing_and_of_no_numbers(n):
    assert lowest_eigenpair(lambda v: 0 * v, n)[::2] == (0, 0) and not lowest_eigenpair(lambda v: 0 * v, n).is_negative
    assert lowest_eigenpair(lambda v: np.nan * v, n).is_negative


@pytest.mark.parametrize("low, accepted", [(0.0, True), (1e-3, True), (-1e-10, True), (-1e-6, False), (-1.0, False)])
@pytest.mark.parametrize("unit", [1e-30, 1.0, 1e30])
@pytest.mark.parametrize("n", [3, 20])
def test_negative_is_meant_relative_to_the_size(low, accepted, unit, n):
    H = unit * quadratic([low, *np.linspace(1, 2, n - 1)], rng=0).hessian(np.zeros(n))
    assert has_no_negative_eigenvalue(H) == accepted
    assert lowest_eigenpair(H.__matmul__, n).is_negative != accepted


def test_the_zero_matrix_has_no_negative_eigenvalue():
    assert has_no_negative_eigenvalue(np.zeros((3, 3)))
