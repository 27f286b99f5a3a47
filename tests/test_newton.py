"""Newton's method: saddles, convergence, chords, invariance, the notebook."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_close, notebook_problem

from minnet import Function, minimize
from minnet.optim import (
    Newton,
    NoProgress,
    UndampedNewton,
)
from minnet.problems import beale, himmelblau, quadratic, rosenbrock, saddle, stretched_saddle


def mapped(f, A, b=0.0):
    """u ↦ f(A u + b)."""
    return Function(
        lambda u: f.value(A @ u + b),
        lambda u: A.T @ f.gradient(A @ u + b),
        n=f.n,
        hessian=lambda u: A.T @ f.hessian(A @ u + b) @ A,
    )


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
    f, _ = notebook_problem(0, l2=0.01)
    assert np.linalg.norm(f.gradient(np.zeros(13))) == 0
    result = minimize(f, np.zeros(13), Newton())
    assert result.success and result.fun < f.value(np.zeros(13)) - 1


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
    f, theta = notebook_problem(0, l2=0.01)
    plain, chords = (minimize(f, theta, Newton(chords=k)) for k in (0, 3))
    assert plain.success and chords.success
    assert chords.nhev < plain.nhev and chords.fun == pytest.approx(plain.fun)


def test_chords_go_on_only_while_they_halve_the_gradient():
    """Far from the minimum of ½x² the damping is large: the first chord, not halving the gradient, is the last."""
    f, x = quadratic([1.0]), np.array([100.0])
    ours, _ = Newton(radius=1e-3).step(f, x, {"radius": 0.1, "damping": 0.0, "doubt": 1.0})
    plain, _ = Newton(chords=0).step(f, x, {"radius": 0.1, "damping": 0.0, "doubt": 1.0})
    assert 0.09 <= (x - plain).item() <= 0.11 and (x - ours).item() == pytest.approx(2 * (x - plain).item(), rel=0.01)


def test_a_step_that_finds_nothing_lower_says_so():
    f = Function(lambda x: abs(x).sum(), lambda x: -np.sign(x), hessian=lambda x: np.eye(len(x)), name="uphill")
    with pytest.raises(NoProgress, match="no step lowers the value"):
        Newton().step(f, np.ones(2), Newton().start(f, np.ones(2)))
    result = minimize(f, np.ones(2), Newton())
    assert result.status == 5 and (result.x == 1).all()


@pytest.mark.parametrize("f", [rosenbrock(), beale(), himmelblau()], ids=repr)
def test_newton_is_invariant_under_rotations(f):
    Q = quadratic([1.0, 1.0], rng=7).Q
    straight = minimize(f, f.starts[0], Newton(), record=["x"], max_iter=8)
    turned = minimize(mapped(f, Q), Q.T @ f.starts[0], Newton(), record=["x"], max_iter=8)
    assert_close(turned.history["x"] @ Q.T, straight.history["x"], 1e-8)


@pytest.mark.parametrize("scale", [2.0**-20, 2.0**30])
def test_newton_does_not_see_the_scale_of_the_value(scale):
    f = rosenbrock()
    scaled = Function(
        lambda x: scale * f.value(x), lambda x: scale * f.gradient(x), hessian=lambda x: scale * f.hessian(x)
    )
    a, b = (minimize(g, f.starts[0], Newton(), gtol=0, record=["x"], max_iter=15) for g in (f, scaled))
    np.testing.assert_array_equal(a.history["x"], b.history["x"])


@pytest.mark.parametrize("seed", range(10))
def test_every_seed_of_the_notebook_ends_at_a_small_gradient(seed):
    f, theta = notebook_problem(seed)
    result = minimize(f, theta, Newton(), gtol=1e-6, max_iter=5000)
    assert result.success and np.linalg.norm(f.gradient(result.x)) <= 1e-6
    f, theta = notebook_problem(seed, l2=0.01)
    result = minimize(f, theta, Newton(), gtol=1e-10)
    assert result.success and np.linalg.norm(f.gradient(result.x)) <= 1e-10 and result.nit < 60
    assert (np.diff(result.history["value"]) <= 1e-12 * result.fun).all()
