"""Newton's method: its trust-region step against eigenvalues, saddles, convergence, invariance, the notebook."""
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from laws import assert_close, notebook_objective
from scipy.optimize import brentq

from minnet import Function, minimize
from minnet.optim import Newton, NoProgress, UndampedNewton
from minnet.optim.trust_region import exact_step, gain, next_radius, predicted_reduction
from minnet.problems import beale, himmelblau, quadratic, rosenbrock, saddle, stretched_saddle


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
        if lam.min() < 0:                                     # hard case: complete along the lowest eigenvector
            s[lam.argmin()] += np.sqrt(radius**2 - s @ s)
    else:
        low, high = pole / radius / 2, np.linalg.norm(c) / radius + 1
        s = step(brentq(lambda t: 1 / np.linalg.norm(step(t)) - 1 / radius, low, high, xtol=1e-300, rtol=1e-14))
    return -(c @ s + s @ (lam * s) / 2)


# --- the subproblem --------------------------------------------------------------------------------------------------

@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from([-3.0, -1.0, 0.0, 1e-3, 1.0, 50.0]), st.sampled_from([0.0, 1e-3, 1.0, -2.0])),
                min_size=1, max_size=5), st.sampled_from([1e-2, 1.0, 1e2]), st.integers(0, 99))
@example([(0.0, 0.0), (0.0, 0.0), (-3.0, 0.0), (0.0, 0.0)], 0.01, 99)
def test_exact_step_is_the_global_minimum_of_the_model(pairs, radius, seed):
    spectrum, coefficients = map(np.array, zip(*pairs))
    assume(spectrum.any() or coefficients.any())
    g, H = rotated(spectrum, coefficients, seed)
    s, alpha, L = exact_step(g, H, radius)
    length, reduction, scale = np.linalg.norm(s), predicted_reduction(g, H, s), np.linalg.norm(H)
    assert length <= 1.1 * radius and alpha >= 0
    assert_close(L @ L.T, H + alpha * np.eye(len(g)), 1e-12, scale)          # H and α may cancel
    assert spectrum.min() + alpha >= -1e-13 * scale
    if alpha == 0:
        assert_close(H @ s, -g, 1e-10)
    else:
        assert length >= 0.9 * radius or spectrum.min() >= 0 and alpha <= 1e-14 * scale
    best = best_reduction(spectrum, coefficients, length) if length else 0.0
    rounding = 1e-15 + 1e-16 * radius * (scale * radius + np.linalg.norm(g))
    assert 0.99 * best - rounding <= reduction <= best * (1 + 1e-6) + rounding
    assert reduction >= 0.8 * best_reduction(spectrum, coefficients, radius) - rounding


@pytest.mark.parametrize("spectrum, coefficients, radius", [
    ([-2.0, 1.0, 3.0], [0.0, 1.0, 1.0], 5.0),         # the hard case: nothing of g along the lowest eigenvector
    ([-2.0, -2.0, 3.0], [0.0, 0.0, 1.0], 5.0),        # … and the lowest eigenvalue twice
    ([-2.0, 1.0, 3.0], [1e-14, 1.0, 1.0], 5.0),       # nearly
    ([-2.0, 1.0, 3.0], [0.0, 0.0, 0.0], 5.0),         # a saddle
    ([0.0, 1.0, 3.0], [0.0, 1.0, 1.0], 5.0),          # singular
    ([0.0, 0.0, 3.0], [1.0, 1.0, 1.0], 5.0),
    ([0.0, 0.0], [1.0, 0.0], 5.0),                    # no curvature
    ([-1e12, 1.0], [1.0, 1.0], 1e-6),
    ([1e-12, 1e12], [1.0, 1.0], 1.0),
])
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
    assert (Q.T @ s)[1] == pytest.approx(-1 / 3, rel=1e-2) and abs((Q.T @ s)[0]) == pytest.approx(np.sqrt(9 - 1 / 9), rel=1e-2)


def test_predicted_reduction_is_exact_on_a_quadratic():
    f, rng = quadratic([-1.0, 2.0, 5.0], rng=0), np.random.default_rng(0)
    x, s = rng.standard_normal((2, 3))
    assert_close(predicted_reduction(f.gradient(x), f.hessian(x), s), f.value(x) - f.value(x + s), 1e-13)


# --- Newton's method -------------------------------------------------------------------------------------------------

@given(st.lists(st.sampled_from([1e-2, 0.5, 1.0, 30.0, 1e3]), min_size=1, max_size=6), st.integers(0, 99))
def test_one_step_with_a_large_radius_finds_the_minimum_of_a_bowl(spectrum, seed):
    centre = np.random.default_rng(seed).standard_normal(len(spectrum))
    f = quadratic(spectrum, rng=seed, centre=centre)
    for method in (Newton(radius=1e15, chords=0), UndampedNewton()):
        x, _ = method.step(f, f.starts[0], method.start(f, f.starts[0]))
        assert_close(x, centre, 1e-8)


def test_the_step_is_damped_newtons():
    f, x = quadratic([1.0, 4.0], rng=0), np.array([3.0, -2.0])
    method = Newton(radius=1e3, chords=0)
    start = method.start(f, x)
    ours, state = method.step(f, x, start)
    assert start["radius"] == pytest.approx(1e3 * np.linalg.norm(x)) and state["radius"] == start["radius"]
    assert state["damping"] == pytest.approx(0.1 * np.linalg.norm(f.gradient(x)) / start["radius"])
    assert_close(ours, x - np.linalg.solve(f.hessian(x) + state["damping"] * np.eye(2), f.gradient(x)), 1e-13)


@pytest.mark.parametrize("f", [saddle(), stretched_saddle(), quadratic([-1e-3, 1.0, 1e3], rng=0)], ids=repr)
def test_saddles_are_left_where_the_gradient_is_exactly_zero(f):
    x = f.saddles[0]
    assert not f.gradient(x).any() and not Newton().accepts(f, x, {})
    result = minimize(f, x, Newton(), max_iter=5)
    assert not result.success and result.nit >= 1 and result.fun < f.value(x) - 1e-4


@pytest.mark.parametrize("number", range(len(himmelblau().saddles)))
def test_from_every_saddle_newton_comes_to_a_minimum(number):
    f = himmelblau()
    result = minimize(f, f.saddles[number], Newton())
    assert result.success and np.linalg.eigvalsh(f.hessian(result.x)).min() > 0
    assert min(np.linalg.norm(result.x - x) for x, _ in f.minima) < 1e-6


def test_equal_units_are_told_apart():
    """From θ = 0 the notebook's gradient is zero, and all hidden units are alike."""
    f, _ = notebook_objective(0, l2=0.01)
    assert np.linalg.norm(f.gradient(np.zeros(13))) == 0
    result = minimize(f, np.zeros(13), Newton())
    assert result.success and result.fun < f.value(np.zeros(13)) - 1


def test_undamped_newton_goes_to_the_saddle_instead():
    f = himmelblau()
    result = minimize(f, f.saddles[0] + 0.05, UndampedNewton())
    assert result.success and np.linalg.eigvalsh(f.hessian(result.x)).min() < 0


def test_accepts_looks_at_the_hessian():
    accepts = lambda *spectrum: Newton().accepts(quadratic(spectrum, rng=1), np.zeros(len(spectrum)), {})
    assert accepts(1.0, 2.0) and accepts(0.0, 2.0) and accepts(0.0, 0.0)
    assert not accepts(-1e-3, 2.0) and not accepts(-1.0) and not accepts(-1e-6, 0.0, 1.0)


@pytest.mark.parametrize("method", [Newton(chords=0), UndampedNewton()], ids=repr)
def test_convergence_is_quadratic(method):
    path = minimize(beale(), [2.9, 0.45], method, gtol=0, max_iter=50, record=["x"]).history["x"]
    errors = np.linalg.norm(path - [3.0, 0.5], axis=1)
    falls = np.diff(np.log(errors[errors > 1e-13]))
    assert errors.min() < 1e-13 and falls[-1] / falls[-2] > 1.8


def test_chords_use_the_factors_at_hand():
    f, theta = notebook_objective(0, l2=0.01)
    plain, chords = (minimize(f, theta, Newton(chords=k)) for k in (0, 3))
    assert plain.success and chords.success
    assert chords.nhev < plain.nhev and chords.fun == pytest.approx(plain.fun)


def test_chords_go_on_only_while_they_halve_the_gradient():
    """Far from the minimum of ½x² the damping is large: the first chord does not halve the gradient, and is the last."""
    f, x = quadratic([1.0]), np.array([100.0])
    ours, _ = Newton(radius=1e-3).step(f, x, {"radius": 0.1, "damping": 0.0, "doubt": 1.0})
    plain, _ = Newton(chords=0).step(f, x, {"radius": 0.1, "damping": 0.0, "doubt": 1.0})
    assert 0.09 <= (x - plain).item() <= 0.11 and (x - ours).item() == pytest.approx(2 * (x - plain).item(), rel=0.01)


@pytest.mark.parametrize("length, ratio, radius", [
    (0.8, 0.2, 0.2), (0.8, -np.inf, 0.2), (0.8, 0.25, 1.0), (0.8, 0.75, 1.0), (0.8, 0.8, 1.6), (0.3, 0.8, 1.0), (0.3, 1.5, 1.0)])
def test_the_radius_follows_the_gain(length, ratio, radius):
    assert next_radius(1.0, length, ratio) == pytest.approx(radius)


def test_gain_is_actual_over_predicted_reduction():
    f, x, s = quadratic([1.0, 4.0]), np.array([1.0, 1.0]), np.array([-1.0, -0.5])
    value, g = f.value(x), f.gradient(x)
    predicted = predicted_reduction(g, f.hessian(x), s)
    assert gain(f, x, value, g, s, predicted) == pytest.approx(1)
    assert gain(f, x, value, g, s, 4 * predicted) == pytest.approx(0.25)
    assert gain(f, x, value, g, -s, predicted) < 0
    assert gain(Function(lambda x: np.inf), x, value, g, s, predicted) == -np.inf
    drowned = Function(lambda x: 1.0, lambda x: x)                     # the value says nothing: the gradient decides
    assert gain(drowned, x, 1.0, x, -x / 2, 1e-16) == 1 and gain(drowned, x, 1.0, x, x, 1e-16) == 0


def test_a_step_that_finds_nothing_lower_says_so():
    f = Function(lambda x: abs(x).sum(), lambda x: -np.sign(x), hessian=lambda x: np.eye(len(x)), name="uphill")
    with pytest.raises(NoProgress, match="no step lowers the value"):
        Newton().step(f, np.ones(2), Newton().start(f, np.ones(2)))
    result = minimize(f, np.ones(2), Newton())
    assert result.status == 5 and (result.x == 1).all()


def test_a_singular_hessian_ends_undamped_newton():
    f = Function(lambda x: x[0] ** 2 + x[1], lambda x: np.array([2 * x[0], 1.0]), hessian=lambda x: np.diag([2.0, 0.0]))
    result = minimize(f, [1.0, 1.0], UndampedNewton())
    assert result.status == 5 and "singular" in result.message


def test_undamped_newton_with_the_notebooks_differences():
    f, theta = notebook_objective(3, l2=0.01)
    exact, differences = (UndampedNewton(differences=eps).step(f, theta, {})[0] for eps in (None, 1e-6))
    assert 0 < np.linalg.norm(exact - differences) < 1e-4 * np.linalg.norm(exact - theta)
    assert minimize(Function(f.value, f.gradient), theta, UndampedNewton(differences=1e-6), max_iter=1).nit == 1


# --- invariance ------------------------------------------------------------------------------------------------------

def mapped(f, A, b=0.0):
    """u ↦ f(A u + b)."""
    return Function(lambda u: f.value(A @ u + b), lambda u: A.T @ f.gradient(A @ u + b), n=f.n,
                    hessian=lambda u: A.T @ f.hessian(A @ u + b) @ A)


@pytest.mark.parametrize("f", [rosenbrock(), beale()], ids=repr)
def test_undamped_newton_is_affinely_invariant(f):
    A, b, x = np.array([[2.0, 1.0], [-0.5, 3.0]]), np.array([0.3, -0.7]), f.minima[0][0] + [0.1, -0.05]
    u = np.linalg.solve(A, x - b)
    for _ in range(5):
        x, _ = UndampedNewton().step(f, x, {})
        u, _ = UndampedNewton().step(mapped(f, A, b), u, {})
        assert_close(A @ u + b, x, 1e-9)


@pytest.mark.parametrize("f", [rosenbrock(), beale(), himmelblau()], ids=repr)
def test_newton_is_invariant_under_rotations(f):
    Q = quadratic([1.0, 1.0], rng=7).Q
    straight = minimize(f, f.starts[0], Newton(), record=["x"], max_iter=8)
    turned = minimize(mapped(f, Q), Q.T @ f.starts[0], Newton(), record=["x"], max_iter=8)
    assert_close(turned.history["x"] @ Q.T, straight.history["x"], 1e-8)


@pytest.mark.parametrize("scale", [2.0**-20, 2.0**30])
def test_newton_does_not_see_the_scale_of_the_value(scale):
    f = rosenbrock()
    scaled = Function(lambda x: scale * f.value(x), lambda x: scale * f.gradient(x), hessian=lambda x: scale * f.hessian(x))
    a, b = (minimize(g, f.starts[0], Newton(), gtol=0, record=["x"], max_iter=15) for g in (f, scaled))
    np.testing.assert_array_equal(a.history["x"], b.history["x"])


# --- the notebook ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("seed", range(10))
def test_every_seed_of_the_notebook_ends_at_a_small_gradient(seed):
    f, theta = notebook_objective(seed)
    result = minimize(f, theta, Newton(), gtol=1e-6, max_iter=5000)
    assert result.success and np.linalg.norm(f.gradient(result.x)) <= 1e-6
    f, theta = notebook_objective(seed, l2=0.01)
    result = minimize(f, theta, Newton(), gtol=1e-10)
    assert result.success and np.linalg.norm(f.gradient(result.x)) <= 1e-10 and result.nit < 60
    assert (np.diff(result.history["value"]) <= 1e-12 * result.fun).all()
