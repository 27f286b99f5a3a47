"""Trust regions: gain and radius, the way out of saddles, order of convergence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_close, assert_steps_leave_the_past_alone, refuses

from minnet import MLP, Function, Objective, datasets, minimize
from minnet.optim import (
    Newton,
    NoProgress,
    TrustRegion,
)
from minnet.optim.subproblem import predicted_reduction
from minnet.optim.trust_region import gain, next_radius
from minnet.problems import beale, himmelblau, more_garbow_hillstrom, quadratic, rosenbrock, saddle, stretched_saddle

METHODS = [TrustRegion(), TrustRegion("steihaug")]
each_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.method)
seeds = st.integers(0, 9999)


@pytest.mark.parametrize(
    "length, ratio, radius",
    [
        (0.8, 0.2, 0.2),
        (0.8, -np.inf, 0.2),
        (0.8, 0.25, 1.0),
        (0.8, 0.75, 1.0),
        (0.8, 0.8, 1.6),
        (0.3, 0.8, 1.0),
        (0.3, 1.5, 1.0),
    ],
)
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
    drowned = Function(lambda x: 1.0, lambda x: x)  # the value says nothing: the gradient decides
    assert gain(drowned, x, 1.0, x, -x / 2, 1e-16) == 1 and gain(drowned, x, 1.0, x, x, 1e-16) == 0


@each_method
@pytest.mark.parametrize(
    "f",
    [
        saddle(),
        stretched_saddle(),
        quadratic([-1e-2, 1.0, 1e2], rng=0),
        quadratic(np.append(np.linspace(0.5, 3, 11), -0.3), rng=1),
    ],
    ids=repr,
)
def test_saddles_are_left_where_the_gradient_is_exactly_zero(f, method):
    x = f.saddles[0]
    assert not f.gradient(x).any() and not method.accepts(f, x, {})
    new, _ = method.step(f, x, method.start(f, x))
    assert f.value(new) < f.value(x) and np.linalg.norm(new - x) == pytest.approx(max(1, np.linalg.norm(x)), rel=0.11)


@each_method
@pytest.mark.parametrize("number", range(len(himmelblau().saddles)))
def test_from_every_saddle_it_comes_to_a_minimum(number, method):
    f = himmelblau()
    result = minimize(f, f.saddles[number], method)
    assert result.success and min(np.linalg.norm(result.x - x) for x, _ in f.minima) < 1e-6


@each_method
def test_equal_units_are_told_apart(method):
    """Where all hidden units are alike and the gradient has fallen to zero, f has a saddle."""
    data = datasets.two_moons(40, rng=0)
    f = Objective(MLP([2, 4, 2], "tanh"), data.X, data.y, loss="softmax_crossentropy", l2=1e-3)
    result = minimize(f, np.zeros(f.n), method, gtol=1e-6)
    assert result.success and np.linalg.eigvalsh(f.hessian(result.x))[0] > -1e-6
    assert result.fun < f.value(np.zeros(f.n)) - 0.1


@each_method
@pytest.mark.parametrize("f", [rosenbrock(), beale(), rosenbrock(5)], ids=repr)
def test_convergence_is_superlinear(f, method):
    """log e_{k+1} against log e_k has slope 2 near the minimum; 1.5 for products at the tolerance √‖g‖."""
    result = minimize(
        f, f.minima[0][0] + 0.1 * np.resize([1, -0.5, 0.3], f.n), method, gtol=0, max_iter=60, record=["x"]
    )
    errors = np.linalg.norm(result.history["x"] - f.minima[0][0], axis=1)
    errors = errors[errors > 1e-12]
    last = np.log(errors[np.flatnonzero(errors < 0.03)[0] :])
    slopes = np.diff(last[1:]) / np.diff(last[:-1])
    assert errors[-1] < 1e-5 and slopes.max() > (1.8 if method.method == "exact" else 1.4)


@pytest.mark.parametrize("method", [TrustRegion(), Newton(chords=0)], ids=repr)
def test_the_exponent_of_newtons_convergence_on_rosenbrock_is_two(method):
    f, errors = rosenbrock(), []
    for far in (1e-4, 3e-5, 1e-5, 3e-6):
        x = np.array([1 + far, 1 - far])  # beside the valley, whose curvatures differ by 2500
        new, _ = method.step(f, x, {"radius": 1e6, "damping": 0.0, "doubt": 1.0})
        errors.append([np.linalg.norm(x - 1), np.linalg.norm(new - 1)])
    before, after = np.log(errors).T
    assert np.polyfit(before, after, 1)[0] == pytest.approx(2, abs=0.1)


@each_method
@given(st.lists(st.sampled_from([0.1, 1.0, 4.0, 30.0]), min_size=1, max_size=6), seeds)
def test_one_step_on_a_quadratic(method, spectrum, seed):
    """With a radius that does not bind; to the tolerance √‖g‖ by products."""
    f = quadratic(spectrum, rng=seed, centre=np.random.default_rng(seed).standard_normal(len(spectrum)))
    x = f.starts[0]
    new, state = method.step(f, x, {"radius": 1e12, "damping": 0.0, "doubt": 1.0})
    if method.method == "exact":
        assert_close(new, f.centre, 1e-8)
    else:
        size = np.linalg.norm(f.gradient(x))
        assert np.linalg.norm(f.gradient(new)) <= min(0.5, np.sqrt(size)) * size * (1 + 1e-9)
    assert state["radius"] == 1e12


@each_method
def test_the_radius_shrinks_until_a_step_gains(method):
    """Where the model is far too trusting: f turns up behind a short slope."""
    f = Function(
        lambda x: -x[0] + 1e4 * x[0] ** 4, lambda x: -1 + 4e4 * x**3, hessian=lambda x: np.diag(12e4 * x**2), n=1
    )
    start = method.start(f, np.zeros(1))
    new, state = method.step(f, np.zeros(1), start)
    assert start["radius"] == 1 and state["radius"] < 0.1 and f.value(new) < 0


@each_method
def test_the_radius_is_in_units_of_x(method):
    for x, radius in (([0.1, 0.0], 0.5), ([30.0, 40.0], 25.0)):
        assert type(method)(method.method, radius=0.5).start(rosenbrock(), np.array(x))["radius"] == pytest.approx(
            radius
        )


def test_the_damping_follows_the_doubt():
    """0.1 |1 − ρ| ‖g‖/Δ: after a step that the model foretold a hundredth of the first; after a bad one as much."""
    bowl, method = quadratic([1.0, 4.0], rng=0), TrustRegion(radius=1e3)
    new, state = method.step(bowl, bowl.starts[0], method.start(bowl, bowl.starts[0]))
    assert state["doubt"] == 0.01
    assert state["damping"] == pytest.approx(
        0.1 * np.linalg.norm(bowl.gradient(bowl.starts[0])) / method.start(bowl, bowl.starts[0])["radius"]
    )
    _, later = method.step(bowl, new, state)
    assert later["damping"] == pytest.approx(1e-3 * np.linalg.norm(bowl.gradient(new)) / state["radius"])
    f, x = rosenbrock(), np.array([-1.2, 1.0])
    for doubt in (0.01, 0.5):
        new, state = TrustRegion().step(f, x, {"radius": 1e9, "damping": 0.0, "doubt": doubt})
        s = new - x
        predicted = -(f.gradient(x) @ s + s @ f.hessian(x) @ s / 2)
        assert state["doubt"] == pytest.approx(np.clip(abs(1 - (f.value(x) - f.value(new)) / predicted), 0.01, 1))


@each_method
@pytest.mark.parametrize("f", more_garbow_hillstrom()[:9], ids=repr)
def test_values_never_rise(f, method):
    values = minimize(f, f.starts[0], method, gtol=1e-6, max_iter=2000).history["value"]
    assert (np.diff(values) <= 1e-14 * abs(values[:-1])).all()


@each_method
def test_walls_shorten_the_step(method):
    def inside(x):
        return abs(x).max() < 1.3

    f = Function(
        lambda x: (x - 2) @ (x - 2) if inside(x) else np.nan,
        lambda x: 2 * (x - 2) if inside(x) else x * np.nan,
        hessian=lambda x: 2 * np.eye(len(x)),
    )
    result = minimize(f, np.zeros(2), method, max_iter=100)
    assert not result.success and (result.x < 1.3).all() and result.fun < 1.1


def test_a_hessian_that_is_not_finite_is_no_progress():
    f = Function(lambda x: x @ x, lambda x: 2 * x, hessian=lambda x: np.full((2, 2), np.nan))
    result = minimize(f, [1.0, 1.0], TrustRegion())
    assert result.status == 5 and "not finite" in result.message


@each_method
def test_it_asks_for_what_it_needs(method):
    bare = Function(lambda x: x @ x, lambda x: 2 * x)
    with refuses("TrustRegion needs", "hessian" if method.method == "exact" else "hvp"):
        minimize(bare, [1.0, 1.0], method)
    f = rosenbrock()
    products = Function(f.value, f.gradient, hvp=f.hvp, n=2)
    assert minimize(products, f.starts[0], TrustRegion("steihaug")).success


@each_method
def test_no_step_at_the_limit_of_rounding(method):
    f = Function(lambda x: abs(x).sum(), lambda x: -np.sign(x), hessian=lambda x: np.eye(len(x)))
    with pytest.raises(NoProgress, match="no step lowers the value"):
        method.step(f, np.ones(2), method.start(f, np.ones(2)))


@each_method
def test_nothing_is_updated_in_place(method):
    assert_steps_leave_the_past_alone(rosenbrock(), method)


@pytest.mark.parametrize(
    "make",
    [
        lambda: TrustRegion("dogleg"),
        lambda: TrustRegion(radius=0),
        lambda: TrustRegion(radius=np.nan),
        lambda: Newton("steihaug"),
    ],
)
def test_bad_hyperparameters_are_refused(make):
    with refuses("expected"):
        make()
