"""Conjugate gradients for a linear system: n steps, the bound by κ, preconditioners, negative curvature."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from laws import assert_close
from numpy.testing import assert_array_equal

from minnet.linalg.linear_cg import linear_cg
from minnet.problems import quadratic

seeds = st.integers(0, 9999)
spectra = st.lists(st.floats(0.05, 20), min_size=1, max_size=8)


def system(spectrum, seed):
    """(A, b, x): A of that spectrum, x the solution of A x = b."""
    rng = np.random.default_rng(seed)
    A = quadratic(spectrum, rng=rng).hessian(np.zeros(len(spectrum)))
    x = rng.standard_normal(len(spectrum))
    return A, A @ x, x


def steps(A, b, x0=None, **options):
    """(x, iterates, residuals, directions) of a run without an end before the last step."""
    x, iterates, _ = linear_cg(lambda p: A @ p, b, x0, **{"tol": 0, "max_iter": len(b)} | options)
    return x, iterates, [b - A @ x for x in iterates], list(np.diff(iterates, axis=0))


@given(spectra, seeds)
def test_n_steps_solve_the_system(spectrum, seed):
    A, b, x = system(spectrum, seed)
    ours, iterates, curvature = linear_cg(lambda p: A @ p, b, max_iter=len(b))
    assert len(iterates) <= len(b) + 1 and curvature is None and ours is iterates[-1]
    assert_close(ours, np.linalg.solve(A, b), 1e-4)
    more, *_ = linear_cg(lambda p: A @ p, b)
    assert_close(more, x, 1e-7)
    assert np.linalg.norm(b - A @ more) <= 2e-10 * np.linalg.norm(b)


@given(st.lists(st.floats(0.1, 20), min_size=1, max_size=4, unique_by=lambda v: round(v, 1)), seeds)
def test_as_many_steps_as_different_eigenvalues(different, seed):
    A, b, x = system(np.repeat(different, 3), seed)
    ours, iterates, _ = linear_cg(lambda p: A @ p, b, max_iter=len(different))
    assert_close(ours, x, 1e-5)


@given(spectra, seeds)
def test_the_error_stays_under_its_bound_by_the_condition(spectrum, seed):
    """‖e_k‖_A ≤ 2 ((√κ − 1) / (√κ + 1))ᵏ ‖e₀‖_A, and it falls in every step."""
    A, b, x = system(spectrum, seed)
    x0 = np.random.default_rng(seed + 1).standard_normal(len(b))
    _, iterates, _, _ = steps(A, b, x0)
    errors = np.array([np.sqrt((e := x - iterate) @ A @ e) for iterate in iterates])
    root = np.sqrt(max(spectrum) / min(spectrum))
    bound = 2 * ((root - 1) / (root + 1)) ** np.arange(len(errors)) * errors[0]
    assert (errors <= bound + 1e-9 * errors[0]).all()
    assert (np.diff(errors) <= 1e-9 * errors[0]).all()


@given(st.lists(st.floats(0.5, 5), min_size=3, max_size=6), seeds)
def test_each_iterate_is_the_best_of_its_krylov_space(spectrum, seed):
    A, b, x = system(spectrum, seed)
    K = np.zeros((len(b), 0))
    for k, iterate in enumerate(steps(A, b)[1]):
        if k:
            K = np.linalg.qr(np.column_stack([K, np.linalg.matrix_power(A, k - 1) @ b]))[0]
            assert_close(iterate, K @ np.linalg.solve(K.T @ A @ K, K.T @ b), 1e-5)


@given(st.lists(st.floats(0.5, 5), min_size=2, max_size=6), seeds)
def test_directions_are_conjugate_and_residuals_orthogonal(spectrum, seed):
    """The lecture prints conjugacy for the gradients, of which it does not hold; it holds for the directions."""
    A, b, _ = system(spectrum, seed)
    _, _, residuals, directions = steps(A, b)
    unit = lambda vectors: np.array(
        [v / np.linalg.norm(v) for v in vectors if np.linalg.norm(v) > 1e-4 * np.linalg.norm(b)]
    )
    P, R = unit(directions), unit(residuals)
    products, orthogonal, misprint = P @ A @ P.T, R @ R.T, R @ A @ R.T
    assert_close(products, np.diag(np.diag(products)), 1e-6)
    assert_close(orthogonal, np.eye(len(R)), 1e-6)
    assume(len(R) > 1 and np.ptp(spectrum) > 0.5)
    assert abs(misprint[0, 1]) > 1e-4


@given(spectra, seeds)
def test_the_exact_preconditioner_takes_one_step(spectrum, seed):
    A, b, x = system(spectrum, seed)
    ours, iterates, _ = linear_cg(lambda p: A @ p, b, precondition=lambda r: np.linalg.solve(A, r))
    assert len(iterates) == 2
    assert_close(ours, x, 1e-8)


@given(spectra, seeds)
def test_a_preconditioner_is_a_change_of_variables(spectrum, seed):
    """With M⁻¹ = C Cᵀ, the iterates are C times those of CᵀAC u = Cᵀb."""
    A, b, _ = system(spectrum, seed)
    C = np.diag(np.random.default_rng(seed).uniform(0.5, 2, len(b))) + 0.2 * np.tri(len(b), k=-1)
    ours = steps(A, b, precondition=lambda r: C @ (C.T @ r), max_iter=3)[1]
    theirs = steps(C.T @ A @ C, C.T @ b, max_iter=3)[1]
    for x, u in zip(ours, theirs):
        assert_close(x, C @ u, 1e-6)


def test_negative_curvature_ends_it_and_is_returned():
    A, b = np.diag([2.0, -1.0]), np.array([3.0, 1.0])
    x, iterates, (p, pAp) = linear_cg(lambda p: A @ p, b)
    assert len(iterates) == 2 and x is iterates[1] and pAp == p @ A @ p < 0
    assert_close(x, (b @ b) / (b @ A @ b) * b)
    x, iterates, (p, pAp) = linear_cg(lambda p: A @ p, np.array([1.0, 3.0]))  # at once
    assert not x.any() and len(iterates) == 1 and pAp == p @ A @ p < 0
    assert_array_equal(p, [1.0, 3.0])


@pytest.mark.parametrize("A", [np.zeros((2, 2)), np.diag([np.nan, 1.0]), -np.eye(2)])
def test_no_curvature_ends_it(A):
    b = np.array([1.0, 1.0])
    x, iterates, (p, pAp) = linear_cg(lambda p: A @ p, b)
    assert not x.any() and len(iterates) == 1 and not pAp > 0
    assert_array_equal(p, b)


def test_nothing_asked_nothing_done():
    def product(p):
        raise AssertionError("no product is needed")

    x, iterates, curvature = linear_cg(product, np.zeros(3))
    assert not x.any() and len(iterates) == 1 and curvature is None


@given(spectra, seeds)
def test_a_start_that_is_the_solution_is_returned(spectrum, seed):
    A, b, x = system(spectrum, seed)
    ours, iterates, curvature = linear_cg(lambda p: A @ p, b, x)
    assert ours is x and len(iterates) == 1 and curvature is None


def test_from_elsewhere_to_zero():
    A, _, x = system([1.0, 4.0, 9.0], 0)
    ours, *_ = linear_cg(lambda p: A @ p, np.zeros(3), x, max_iter=3)
    assert np.linalg.norm(ours) < 1e-12


def test_stop_sees_every_step():
    A, b, _ = system(np.arange(1.0, 9.0), 0)
    seen = []

    def stop(x, r, k):
        seen.append((x, r, k))
        return k == 3

    x, iterates, curvature = linear_cg(lambda p: A @ p, b, stop=stop)
    assert [k for *_, k in seen] == [1, 2, 3] and len(iterates) == 4 and curvature is None
    for (at, r, k), iterate in zip(seen, iterates[1:]):
        assert at is iterate
        assert_close(r, b - A @ at, 1e-10)


def test_limits_and_memory():
    A, b, _ = system(np.arange(1.0, 9.0), 0)
    products = []
    product = lambda p: products.append(p) or A @ p
    x, iterates, _ = linear_cg(product, b, max_iter=4)
    assert len(products) == 4 and len(iterates) == 5
    bare, none, _ = linear_cg(product, b, max_iter=4, keep=False)
    assert none == [] and (bare == x).all()
    loose, few, _ = linear_cg(product, b, tol=1e-2)
    assert np.linalg.norm(b - A @ loose) <= 1e-2 * np.linalg.norm(b) < np.linalg.norm(b - A @ few[-2])
    products.clear()
    linear_cg(product, b, tol=0)
    assert len(products) == 16


def test_linear_cg_changes_nothing_in_place():
    A, b, x = system([1.0, 4.0, 9.0], 0)
    x0 = x + 1
    copies = b.copy(), x0.copy()
    _, iterates, _ = linear_cg(lambda p: A @ p, b, x0)
    assert_array_equal(b, copies[0])
    assert_array_equal(x0, copies[1])
    assert len({id(iterate) for iterate in iterates}) == len(iterates)


def test_linear_cg_stays_in_float32():
    A, b, x = system([1.0, 4.0, 9.0], 0)
    ours, *_ = linear_cg(lambda p: A.astype(np.float32) @ p, b.astype(np.float32), tol=1e-5)
    assert ours.dtype == np.float32
    assert_close(ours, x.astype(np.float32), 1e-4)
