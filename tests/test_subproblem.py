"""The subproblem of a trust region: the exact step against eigenvalues, Steihaug's step."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from laws import assert_close
from scipy.optimize import brentq

from minnet.optim.subproblem import exact_step, predicted_reduction, steihaug_step
from minnet.problems import quadratic

spectra = st.lists(st.sampled_from([-3.0, -0.1, 0.2, 1.0, 5.0, 50.0]), min_size=1, max_size=6)
radii, seeds = st.sampled_from([1e-3, 0.3, 2.0, 1e3]), st.integers(0, 9999)


def rotated(spectrum, coefficients, seed):
    """(g, H) with the eigenvalues of H and the coefficients of g along its eigenvectors."""
    Q = quadratic(spectrum, rng=seed).Q
    H = (Q * spectrum) @ Q.T
    return Q @ coefficients, (H + H.T) / 2


def best_reduction(spectrum, coefficients, radius):
    """max −(gᵀs + ½ sᵀHs) over ‖s‖ ≤ Δ, in the eigenbasis: the multiplier solves ‖s(α)‖ = Δ, or is −λ₁ in the hard
    case; t is how far it lies above max(0, −λ₁)."""
    lam, c = np.asarray(spectrum, float), np.asarray(coefficients, float)
    shifted = lam + max(0.0, -lam.min())

    def step(t):
        return np.divide(-c, shifted + t, out=np.zeros_like(c), where=c != 0)

    pole = np.linalg.norm(c[shifted == 0])
    s = step(0.0) if pole == 0 else None
    if s is not None and np.linalg.norm(s) <= radius:
        if lam.min() < 0:  # hard case: complete along the lowest eigenvector
            s[lam.argmin()] += np.sqrt(radius**2 - s @ s)
    else:
        low, high = pole / radius / 2, np.linalg.norm(c) / radius + 1
        s = step(brentq(lambda t: 1 / np.linalg.norm(step(t)) - 1 / radius, low, high, xtol=1e-300, rtol=1e-14))
    return -(c @ s + s @ (lam * s) / 2)


# --- the exact step -------------------------------------------------------------------------------------------------


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(st.sampled_from([-3.0, -1.0, 0.0, 1e-3, 1.0, 50.0]), st.sampled_from([0.0, 1e-3, 1.0, -2.0])),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([1e-2, 1.0, 1e2]),
    st.integers(0, 99),
)
@example([(0.0, 0.0), (0.0, 0.0), (-3.0, 0.0), (0.0, 0.0)], 0.01, 99)
def test_exact_step_is_the_global_minimum_of_the_model(pairs, radius, seed):
    spectrum, coefficients = map(np.array, zip(*pairs))
    assume(spectrum.any() or coefficients.any())
    g, H = rotated(spectrum, coefficients, seed)
    s, alpha, L = exact_step(g, H, radius)
    length, reduction, scale = np.linalg.norm(s), predicted_reduction(g, H, s), np.linalg.norm(H)
    assert length <= 1.1 * radius and alpha >= 0
    assert_close(L @ L.T, H + alpha * np.eye(len(g)), 1e-12, scale)  # H and α may cancel
    assert spectrum.min() + alpha >= -1e-13 * scale
    if alpha == 0:
        assert_close(H @ s, -g, 1e-10)
    else:
        assert length >= 0.9 * radius or spectrum.min() >= 0 and alpha <= 1e-14 * scale
    best = best_reduction(spectrum, coefficients, length) if length else 0.0
    rounding = 1e-15 + 1e-16 * radius * (scale * radius + np.linalg.norm(g))
    assert 0.99 * best - rounding <= reduction <= best * (1 + 1e-6) + rounding
    assert reduction >= 0.8 * best_reduction(spectrum, coefficients, radius) - rounding


@pytest.mark.parametrize(
    "spectrum, coefficients, radius",
    [
        ([-2.0, 1.0, 3.0], [0.0, 1.0, 1.0], 5.0),  # the hard case: nothing of g along the lowest eigenvector
        ([-2.0, -2.0, 3.0], [0.0, 0.0, 1.0], 5.0),  # … and the lowest eigenvalue twice
        ([-2.0, 1.0, 3.0], [1e-14, 1.0, 1.0], 5.0),  # nearly
        ([-2.0, 1.0, 3.0], [0.0, 0.0, 0.0], 5.0),  # a saddle
        ([0.0, 1.0, 3.0], [0.0, 1.0, 1.0], 5.0),  # singular
        ([0.0, 0.0, 3.0], [1.0, 1.0, 1.0], 5.0),
        ([0.0, 0.0], [1.0, 0.0], 5.0),  # no curvature
        ([-1e12, 1.0], [1.0, 1.0], 1e-6),
        ([1e-12, 1e12], [1.0, 1.0], 1.0),
    ],
)
def test_exact_step_in_hard_cases(spectrum, coefficients, radius):
    for seed in range(20):
        s, alpha, _ = exact_step(*rotated(np.array(spectrum), np.array(coefficients), seed), radius)
        g, H = rotated(np.array(spectrum), np.array(coefficients), seed)
        assert np.linalg.norm(s) <= 1.1 * radius
        assert predicted_reduction(g, H, s) >= 0.8 * best_reduction(spectrum, coefficients, radius) * (1 - 1e-8)


def test_exact_step_of_nothing_is_finite():
    s, alpha, _ = exact_step(np.zeros(2), np.zeros((2, 2)), 1.0)
    assert np.linalg.norm(s) <= 1.1 and alpha >= 0


def test_the_hard_case_goes_along_the_lowest_eigenvector():
    g, H = rotated(np.array([-2.0, 1.0]), np.array([0.0, 1.0]), 4)
    s, alpha, _ = exact_step(g, H, 3.0)
    Q = quadratic([-2.0, 1.0], rng=4).Q
    assert alpha == pytest.approx(2, rel=1e-2)
    assert (Q.T @ s)[1] == pytest.approx(-1 / 3, rel=1e-2) and abs((Q.T @ s)[0]) == pytest.approx(
        np.sqrt(9 - 1 / 9), rel=1e-2
    )


def test_predicted_reduction_is_exact_on_a_quadratic():
    f, rng = quadratic([-1.0, 2.0, 5.0], rng=0), np.random.default_rng(0)
    x, s = rng.standard_normal((2, 3))
    assert_close(predicted_reduction(f.gradient(x), f.hessian(x), s), f.value(x) - f.value(x + s), 1e-13)


# --- Steihaug's step --------------------------------------------------------------------------------------------------


def model(spectrum, seed):
    """(g, H): a random gradient and a Hessian of that spectrum."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal(len(spectrum)), quadratic(spectrum, rng=rng).hessian(np.zeros(len(spectrum)))


def steihaug(g, H, radius, tol=1e-8):
    return steihaug_step(lambda v: H @ v, g, radius, tol * np.linalg.norm(g))


def cauchy(g, H, radius):
    """The reduction of the best step along −g."""
    size, bend = np.linalg.norm(g), g @ H @ g
    t = min(radius / size, size**2 / bend) if bend > 0 else radius / size
    return predicted_reduction(g, H, -t * g)


@given(spectra, radii, seeds)
def test_steihaug_stays_inside_and_goes_at_least_as_low_as_along_the_gradient(spectrum, radius, seed):
    g, H = model(spectrum, seed)
    s = steihaug(g, H, radius)
    assert np.linalg.norm(s) <= radius * (1 + 1e-12)
    assert predicted_reduction(g, H, s) >= cauchy(g, H, radius) * (1 - 1e-9) > 0


@given(spectra, radii, seeds)
def test_steihaug_ends_inside_only_where_the_model_is_at_its_minimum(spectrum, radius, seed):
    g, H = model(spectrum, seed)
    s = steihaug(g, H, radius)
    if np.linalg.norm(s) < radius * (1 - 1e-9):
        assert np.linalg.norm(H @ s + g) <= 1e-7 * np.linalg.norm(g)
    if min(spectrum) > 0 and np.linalg.norm(np.linalg.solve(H, g)) < 0.99 * radius:
        assert_close(s, -np.linalg.solve(H, g), 1e-5)


@given(st.lists(st.sampled_from([0.2, 1.0, 5.0, 50.0]), min_size=1, max_size=6), radii, seeds)
def test_steihaug_reaches_half_of_the_exact_reduction(spectrum, radius, seed):
    """Where H is positive definite (Yuan 2000, theorem 2.1)."""
    g, H = model(spectrum, seed)
    s = steihaug(g, H, radius)
    exact, *_ = exact_step(g, H, np.linalg.norm(s) / 1.1)
    assert predicted_reduction(g, H, s) >= 0.5 * predicted_reduction(g, H, exact)


def test_steihaug_at_the_boundary():
    g, H = np.array([1.0, 1.0]), np.diag([1.0, 10.0])
    s = steihaug(g, H, 0.05)  # along −g
    assert_close(s, -0.05 / np.sqrt(2) * g, 1e-12)
    s = steihaug(g, H, 0.5)  # between −g and Newton's step
    assert np.linalg.norm(s) == pytest.approx(0.5)
    newton, cauchy_point = -np.linalg.solve(H, g), -(g @ g) / (g @ H @ g) * g
    share = (s - cauchy_point) / (newton - cauchy_point)
    assert share[0] == pytest.approx(share[1]) and 0 < share[0] < 1


def test_steihaug_follows_negative_curvature_to_the_boundary():
    s = steihaug(np.array([1.0, 0.0]), np.diag([-1.0, 2.0]), 3.0)
    assert_close(s, np.array([-3.0, 0.0]), 1e-12)
    g, H = np.array([1.0, 0.5]), np.diag([4.0, -0.1])  # found in the second step
    s = steihaug(g, H, 10.0)
    assert np.linalg.norm(s) == pytest.approx(10) and predicted_reduction(g, H, s) > cauchy(g, H, 10.0)


@pytest.mark.parametrize("tol", [0.9, 0.5, 1e-1, 1e-3])
def test_steihaug_stops_at_its_tolerance(tol):
    g, H = model([0.2, 1.0, 5.0, 50.0], 3)
    products = []
    s = steihaug_step(lambda v: products.append(v) or H @ v, g, 1e9, tol * np.linalg.norm(g))
    assert np.linalg.norm(H @ s + g) <= tol * np.linalg.norm(g) and len(products) <= 4


def test_steihaug_of_nothing_is_nothing():
    assert not steihaug(np.zeros(3), np.eye(3), 1.0).any()
