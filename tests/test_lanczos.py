"""Lanczos's bounds hold, rounding included, and its vectors stay orthonormal."""
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import assert_close
from scipy.sparse.linalg import aslinearoperator
from spectra import Counting, of_spectrum

from minnet.curvature import lanczos
from minnet.testing import generators


@st.composite
def symmetric_matrices(draw, max_size=40):
    """Of eigenvalues spread out, in clusters, multiple, zero or of very different sizes; dense or diagonal."""
    rng, n = draw(generators()), draw(st.integers(1, max_size))
    lam = {"spread": lambda: rng.standard_normal(n), "multiple": lambda: rng.choice([-2.0, 0.0, 1.0, 1.5], n),
           "clustered": lambda: rng.choice([-1.0, 1.0, 3.0], n) + 1e-9 * rng.standard_normal(n),
           "graded": lambda: rng.choice([-1, 1], n) * 10.0 ** rng.uniform(-12, 3, n), "zero": lambda: np.zeros(n)}
    lam = lam[draw(st.sampled_from(list(lam)))]() * draw(st.sampled_from([1.0, 1e-100, 1e100]))
    return np.diag(lam) if draw(st.booleans()) else of_spectrum(lam, rng)


@settings(max_examples=200)
@given(symmetric_matrices(), st.integers(1, 45), st.integers(0, 99))
def test_every_ritz_value_is_within_its_bound_of_an_eigenvalue(A, steps, seed):
    """Exactly as stated, without a tolerance of the test's own: rounding is in the bounds."""
    found, lam = lanczos(A, steps, seed), np.linalg.eigvalsh(A)
    distance = abs(found.values[:, None] - lam).min(1)
    assert (distance <= found.bounds).all()
    residuals = np.linalg.norm(A @ found.vectors - found.vectors * found.values, axis=0)
    assert (residuals <= found.bounds).all()
    assert (found.bounds <= 3 * abs(lam).max()).all()
    assert found.products == len(found.values) <= min(steps, len(A))


@settings(max_examples=100)
@given(symmetric_matrices(), st.integers(1, 45))
def test_ritz_vectors_are_orthonormal_and_values_ascend_within_the_spectrum(A, steps):
    found, lam = lanczos(A, steps, 0), np.linalg.eigvalsh(A)
    assert_close(found.vectors.T @ found.vectors, np.eye(len(found.values)), 1e-12)
    assert (np.diff(found.values) >= 0).all()
    slack = 1e-13 * abs(lam).max()
    assert lam[0] - slack <= found.values[0] and found.values[-1] <= lam[-1] + slack


@given(generators(), st.integers(1, 40))
def test_n_steps_find_the_whole_spectrum(rng, n):
    A = of_spectrum(rng.permutation(np.linspace(-1, 2, n)) + 0.01 * rng.standard_normal(n), rng)
    found = lanczos(A, n + 5, rng)
    assert found.products == n
    assert_close(found.values, np.linalg.eigvalsh(A), 1e-12)
    assert found.bounds.max() <= 1e-12


def test_both_ends_are_found_first():
    lam = np.r_[-3.0, np.linspace(-1, 1, 398), 5.0]
    found = lanczos(of_spectrum(lam), 25, rng=0)
    assert_close(found.values[[0, -1]], [-3, 5], 1e-10)
    assert found.bounds[0] < 1e-6 and found.bounds[-1] < 1e-6 and found.bounds[12] > 1e-3


def test_an_invariant_subspace_ends_the_recurrence():
    A = Counting(of_spectrum(np.repeat([1.0, 2.0, 5.0], 20)))
    found = lanczos(A, 50, rng=0)
    assert found.products == A.products == 3
    assert_close(found.values, [1, 2, 5], 1e-13)
    assert found.bounds.max() < 1e-12
    assert_close(lanczos(np.zeros((4, 4)), rng=0).values, [0.0], 0)
    assert_close(lanczos(np.full((1, 1), -7.0), rng=0).values, [-7.0], 1e-15)


def test_bounds_hold_in_float32():
    A = of_spectrum(np.repeat([1.0, 2.0, 5.0], 20)).astype(np.float32)
    found = lanczos(aslinearoperator(A), 20, rng=0)
    assert found.products == 3
    assert (abs(found.values[:, None] - np.linalg.eigvalsh(A.astype(float))).min(1) <= found.bounds).all()
    assert found.bounds.max() < 1e-3


def test_orthogonality_is_kept_where_ritz_values_have_converged():
    """Without reorthogonalisation copies of the outlier appear here after some twenty steps."""
    found = lanczos(of_spectrum(np.r_[np.linspace(0, 1, 199), 100.0]), 120, rng=0)
    assert np.sum(found.values > 2) == 1
    assert_close(found.vectors.T @ found.vectors, np.eye(120), 1e-12)
