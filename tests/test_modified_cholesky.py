"""The modified factors: definite, and those of the matrix where it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from minnet import problems
from minnet.optim.modified_cholesky import modified_factors


@given(
    st.lists(st.sampled_from([-50.0, -1.0, -1e-3, 1e-3, 1.0, 7.0, 1e3]), min_size=1, max_size=7), st.integers(0, 9999)
)
def test_modified_cholesky_is_positive_definite_and_the_hessian_itself_where_that_is(spectrum, seed):
    H = problems.quadratic(spectrum, rng=seed).hessian(np.zeros(len(spectrum)))
    factors = modified_factors(H, 1e-8)
    inverse, p = np.column_stack([factors.solve(b) for b in np.eye(len(H))]), factors.lowest()
    assert_allclose(inverse, inverse.T, rtol=1e-6, atol=1e-9 * abs(inverse).max())
    assert np.linalg.eigvalsh(inverse + inverse.T)[0] > 0
    if min(spectrum) > 0:
        assert_allclose(inverse @ H, np.eye(len(H)), atol=1e-6)
    assert np.linalg.norm(p) == pytest.approx(1) and (p @ H @ p < 0) == (min(spectrum) < 0)


def test_modified_cholesky_of_nothing_and_of_a_block_of_two():
    factors = modified_factors(np.zeros((3, 3)), 1e-8)
    assert_allclose(factors.solve(np.arange(3.0)), np.arange(3.0))
    factors = modified_factors(np.array([[0.0, 2.0], [2.0, 0.0]]), 1e-8)  # eigenvalues ±2: |D| = 2 I
    assert_allclose(factors.solve(np.array([1.0, 3.0])), [0.5, 1.5])
    assert_allclose(abs(factors.lowest()), np.sqrt([0.5, 0.5]))
