"""The secant updates: the laws of each, their least-change problems; and the two loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_close
from numpy.testing import assert_array_equal
from scipy.linalg import null_space
from secant_cases import definite, each_bowl, history, pair, turned

from minnet.optim import Exact
from minnet.optim.descent import descend
from minnet.optim.updates import bfgs_update, dfp_update, psb_update, sr1_update, two_loop
from minnet.problems import quadratic, rosenbrock

seeds, sizes = st.integers(0, 9999), st.integers(2, 6)
UPDATES = {"bfgs": bfgs_update, "dfp": dfp_update}  # of H, with H y = s


@given(seeds, sizes)
def test_every_update_satisfies_the_secant_equation_and_is_symmetric_to_the_bit(seed, n):
    rng = np.random.default_rng(seed)
    H, (s, y) = definite(rng, n), pair(rng, n)
    for update, (given_, wanted) in {
        bfgs_update: (y, s),
        dfp_update: (y, s),
        psb_update: (s, y),
        sr1_update: (s, y),
    }.items():
        new = update(H, s, y)
        assert_array_equal(new, new.T)
        assert_close(new @ given_, wanted, 1e-10)


@given(seeds, sizes, st.sampled_from([1, -1]))
@pytest.mark.parametrize("name", UPDATES)
def test_definite_exactly_where_the_curvature_is_positive(name, seed, n, sign):
    rng = np.random.default_rng(seed)
    H, (s, y) = definite(rng, n), pair(rng, n, sign)
    lowest = np.linalg.eigvalsh(UPDATES[name](H, s, y))[0]
    assert lowest > 0 if sign > 0 else lowest < 0


@given(seeds, sizes)
def test_the_lectures_formula_is_the_update(seed, n):
    """Product form, the lecture's; sum form, Nocedal and Wright's (6.17) multiplied out; ours."""
    rng = np.random.default_rng(seed)
    H, (s, y) = definite(rng, n), pair(rng, n)
    I, sy = np.eye(n), y @ s
    product = (I - np.outer(s, y) / sy) @ H @ (I - np.outer(y, s) / sy) + np.outer(s, s) / sy
    total = H + (sy + y @ H @ y) * np.outer(s, s) / sy**2 - (np.outer(H @ y, s) + np.outer(s, H @ y)) / sy
    assert_close(bfgs_update(H, s, y), product, 1e-12)
    assert_close(total, product, 1e-12)


def least_change(H, s, y, W):
    """The symmetric H⁺ with H⁺ y = s for which ‖W^½ (H⁺ − H) W^½‖_F is least, by linear algebra: particular solutions
    of the constraints and their null space."""
    n = len(s)
    lam, Q = np.linalg.eigh(W)
    root = (Q * np.sqrt(lam)) @ Q.T
    basis = [np.outer(a, b) + np.outer(b, a) for i, a in enumerate(np.eye(n)) for b in np.eye(n)[i:]]
    constraint = np.stack([E @ y for E in basis], axis=1)
    change = np.stack([(root @ E @ root).ravel() for E in basis], axis=1)
    z, N = np.linalg.lstsq(constraint, s - H @ y, rcond=None)[0], null_space(constraint)
    z = z - N @ np.linalg.lstsq(change @ N, change @ z, rcond=None)[0]
    return H + sum(coefficient * E for coefficient, E in zip(z, basis))


def weight(rng, s, y):
    """Any positive definite W with W s = y."""
    M = definite(rng, len(s))
    return M - np.outer(M @ s, M @ s) / (s @ M @ s) + np.outer(y, y) / (s @ y)


@given(seeds, sizes)
def test_bfgs_is_the_least_change_of_the_inverse(seed, n):
    """The weighted problem of the lecture notes has one solution whatever the weight, as long as W s = y."""
    rng = np.random.default_rng(seed)
    H, (s, y) = definite(rng, n), pair(rng, n)
    for _ in range(2):
        assert_close(least_change(H, s, y, weight(rng, s, y)), bfgs_update(H, s, y), 1e-8)


@given(seeds, sizes)
def test_dfp_is_the_least_change_of_the_matrix(seed, n):
    rng = np.random.default_rng(seed)
    H, (s, y) = definite(rng, n), pair(rng, n)
    W = weight(rng, y, s)
    assert_close(W @ y, s, 1e-10)
    assert_close(np.linalg.inv(least_change(np.linalg.inv(H), y, s, W)), dfp_update(H, s, y), 1e-7)


@given(seeds, sizes)
def test_dfp_is_bfgs_with_its_parts_exchanged(seed, n):
    rng = np.random.default_rng(seed)
    H, (s, y) = definite(rng, n), pair(rng, n)
    assert_close(np.linalg.inv(bfgs_update(np.linalg.inv(H), y, s)), dfp_update(H, s, y), 1e-8)


@given(seeds, sizes)
def test_psb_is_the_least_change_in_the_plain_norm(seed, n):
    rng = np.random.default_rng(seed)
    B, (s, y) = definite(rng, n), pair(rng, n)
    assert_close(least_change(B, y, s, np.eye(n)), psb_update(B, s, y), 1e-8)


def test_the_plain_norm_loses_definiteness_though_the_curvature_is_positive():
    s, y = np.array([1.0, 0.0]), np.array([0.1, 2.0])
    assert s @ y > 0
    assert np.linalg.eigvalsh(psb_update(np.eye(2), s, y))[0] < -1
    for update in UPDATES.values():
        assert np.linalg.eigvalsh(update(np.eye(2), s, y))[0] > 0


@given(seeds, sizes)
def test_updates_do_not_see_linear_maps(seed, n):
    """x = A u turns s into A⁻¹ s, y into Aᵀ y and H into A⁻¹ H A⁻ᵀ; PSB has no such law."""
    rng = np.random.default_rng(seed)
    H, (s, y), A = definite(rng, n), pair(rng, n), definite(rng, n) @ definite(rng, n)
    inverse = np.linalg.inv(A)
    for update in UPDATES.values():
        assert_close(
            update(inverse @ H @ inverse.T, inverse @ s, A.T @ y), inverse @ update(H, s, y) @ inverse.T, 1e-8
        )
    assert_close(sr1_update(A.T @ H @ A, inverse @ s, A.T @ y), A.T @ sr1_update(H, s, y) @ A, 1e-6)


@given(seeds, sizes)
def test_sr1_finds_the_hessian_of_a_quadratic_in_n_steps(seed, n):
    rng = np.random.default_rng(seed)
    A, B = quadratic(rng.choice([-3.0, -1.0, 0.5, 2.0], n), rng=seed).hessian(np.zeros(n)), definite(rng, n)
    for s in np.linalg.qr(rng.standard_normal((n, n)))[0]:
        B = sr1_update(B, s, A @ s)
    assert_close(B, A, 1e-6)


def test_sr1_leaves_out_what_it_cannot_divide_by():
    B, s = np.diag([1.0, 3.0]), np.array([1.0, 0.0])
    assert sr1_update(B, s, B @ s) is B  # nothing to learn
    assert sr1_update(B, s, B @ s + np.array([1e-12, 1.0])) is B  # r orthogonal to s
    assert sr1_update(B, s, B @ s + np.array([1e-6, 1.0])) is not B


@each_bowl
@pytest.mark.parametrize("update", [bfgs_update, dfp_update], ids=["bfgs", "dfp"])
def test_after_n_exact_steps_the_inverse_hessian_is_known(f, update):
    x, H, S = f.starts[0], np.eye(f.n), f.hessian(f.starts[0])
    for _ in range(f.n):
        g = f.gradient(x)
        p = -H @ g
        s = -(g @ p) / (p @ S @ p) * p
        x, H = x + s, update(H, s, S @ s)
    assert_close(H @ S, np.eye(f.n), 1e-5)


@pytest.mark.parametrize("update", [bfgs_update, dfp_update], ids=["bfgs", "dfp"])
def test_from_a_matrix_that_goes_along_the_iterates_do_not_see_linear_maps(update):
    """x = A u and H_u = A⁻¹ H A⁻ᵀ, with exact searches."""
    f, A = rosenbrock(), np.array([[1.0, 0.5], [-0.3, 2.0]])
    inverse = np.linalg.inv(A)

    def path(f, x, H):
        for _ in range(5):
            g = f.gradient(x)
            s = descend(f, x, -H @ g, Exact(), 1.0).x - x
            x, H = x + s, update(H, s, f.gradient(x + s) - g)
            yield x

    x, H = np.array([-1.2, 1.0]), 1e-3 * np.eye(2)
    for ours, theirs in zip(path(turned(f, A), inverse @ x, inverse @ H @ inverse.T), path(f, x, H), strict=True):
        assert_close(A @ ours, theirs, 1e-6)


@given(seeds, sizes, st.integers(0, 9), st.sampled_from([None, 1.0, 0.03, 70.0]), st.booleans())
def test_two_loops_are_the_dense_matrix(seed, n, length, gamma, preconditioned):
    rng = np.random.default_rng(seed)
    pairs, g = history(rng, n, length), rng.standard_normal(n)
    root = rng.standard_normal((n, n)) / n
    before, M = g.copy(), np.eye(n) + root @ root.T * preconditioned
    newest = (pairs[-1][0] @ pairs[-1][1]) / (pairs[-1][1] @ M @ pairs[-1][1]) if pairs else 1.0
    H = (newest if gamma is None else gamma) * M
    for s, y in pairs:
        H = bfgs_update(H, s, y)
    assert_close(two_loop(pairs, g, gamma, (lambda v: M @ v) if preconditioned else None), H @ g, 1e-9)
    assert_array_equal(g, before)
