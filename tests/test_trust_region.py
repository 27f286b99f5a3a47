"""Trust regions: Steihaug's step, the lowest curvature by products, the way out of saddles, order of convergence.

The exact subproblem, gain and radius have their tests beside Newton's method, which is built on them.
"""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_close, assert_steps_leave_the_past_alone, refuses

from minnet import MLP, Function, Objective, datasets, minimize
from minnet.optim import Newton, NoProgress, TrustRegion
from minnet.linalg.factor import lowest_curvature, positive_definite
from minnet.optim.trust_region import exact_step, predicted_reduction, steihaug_step
from minnet.problems import beale, himmelblau, more_garbow_hillstrom, quadratic, rosenbrock, saddle, stretched_saddle

METHODS = [TrustRegion(), TrustRegion("steihaug")]
each_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.subproblem)
spectra = st.lists(st.sampled_from([-3.0, -0.1, 0.2, 1.0, 5.0, 50.0]), min_size=1, max_size=6)
radii, seeds = st.sampled_from([1e-3, 0.3, 2.0, 1e3]), st.integers(0, 9999)


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


# --- Steihaug's step --------------------------------------------------------------------------------------------------

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
    s = steihaug(g, H, 0.05)                                        # along −g
    assert_close(s, -0.05 / np.sqrt(2) * g, 1e-12)
    s = steihaug(g, H, 0.5)                                         # between −g and Newton's step
    assert np.linalg.norm(s) == pytest.approx(0.5)
    newton, cauchy_point = -np.linalg.solve(H, g), -(g @ g) / (g @ H @ g) * g
    share = (s - cauchy_point) / (newton - cauchy_point)
    assert share[0] == pytest.approx(share[1]) and 0 < share[0] < 1


def test_steihaug_follows_negative_curvature_to_the_boundary():
    s = steihaug(np.array([1.0, 0.0]), np.diag([-1.0, 2.0]), 3.0)
    assert_close(s, np.array([-3.0, 0.0]), 1e-12)
    g, H = np.array([1.0, 0.5]), np.diag([4.0, -0.1])               # found in the second step
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


# --- the lowest curvature by products ---------------------------------------------------------------------------------

@given(st.integers(1, 30), seeds, st.booleans())
def test_lowest_curvature_is_the_lowest_eigenvalue(n, seed, definite):
    rng = np.random.default_rng(seed)
    f = quadratic(rng.uniform(0.1 if definite else -1, 5, n), rng=rng)
    x, lam = f.starts[0], np.linalg.eigvalsh(f.hessian(f.starts[0]))
    low, q = lowest_curvature(f, x)
    assert low == pytest.approx(lam[0], abs=1e-3 * abs(lam).max())
    assert np.linalg.norm(q) == pytest.approx(1) and q @ f.hessian(x) @ q == pytest.approx(low, abs=1e-3 * abs(lam).max())


def test_lowest_curvature_asks_for_few_products():
    asked = []
    f = quadratic(np.append(np.linspace(1, 2, 199), -1.0), rng=0)
    counting = Function(f.value, f.gradient, hvp=lambda x, v: asked.append(1) or f.hvp(x, v), n=200)
    low, _ = lowest_curvature(counting, f.starts[0])
    assert low == pytest.approx(-1) and len(asked) < 60


def test_positive_definite():
    assert positive_definite(np.eye(2)) and not positive_definite(np.diag([1.0, -1e-9]))
    assert positive_definite(np.diag([1.0, -1e-9]), 1e-8) and not positive_definite(np.zeros((2, 2)))


# --- the method -------------------------------------------------------------------------------------------------------

@each_method
@pytest.mark.parametrize("f", [saddle(), stretched_saddle(), quadratic([-1e-2, 1.0, 1e2], rng=0),
                               quadratic(np.append(np.linspace(0.5, 3, 11), -0.3), rng=1)], ids=repr)
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
    result = minimize(f, f.minima[0][0] + 0.1 * np.resize([1, -0.5, 0.3], f.n), method, gtol=0, max_iter=60, record=["x"])
    errors = np.linalg.norm(result.history["x"] - f.minima[0][0], axis=1)
    errors = errors[errors > 1e-12]
    last = np.log(errors[np.flatnonzero(errors < 0.03)[0]:])
    slopes = np.diff(last[1:]) / np.diff(last[:-1])
    assert errors[-1] < 1e-5 and slopes.max() > (1.8 if method.subproblem == "exact" else 1.4)


@pytest.mark.parametrize("method", [TrustRegion(), Newton(chords=0)], ids=repr)
def test_the_exponent_of_newtons_convergence_on_rosenbrock_is_two(method):
    f, errors = rosenbrock(), []
    for far in (1e-4, 3e-5, 1e-5, 3e-6):
        x = np.array([1 + far, 1 - far])           # beside the valley, whose curvatures differ by 2500
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
    if method.subproblem == "exact":
        assert_close(new, f.centre, 1e-8)
    else:
        size = np.linalg.norm(f.gradient(x))
        assert np.linalg.norm(f.gradient(new)) <= min(0.5, np.sqrt(size)) * size * (1 + 1e-9)
    assert state["radius"] == 1e12


@each_method
def test_the_radius_shrinks_until_a_step_gains(method):
    """Where the model is far too trusting: f turns up behind a short slope."""
    f = Function(lambda x: -x[0] + 1e4 * x[0] ** 4, lambda x: -1 + 4e4 * x**3, hessian=lambda x: np.diag(12e4 * x**2), n=1)
    start = method.start(f, np.zeros(1))
    new, state = method.step(f, np.zeros(1), start)
    assert start["radius"] == 1 and state["radius"] < 0.1 and f.value(new) < 0


@each_method
def test_the_radius_is_in_units_of_x(method):
    for x, radius in (([0.1, 0.0], 0.5), ([30.0, 40.0], 25.0)):
        assert type(method)(method.subproblem, radius=0.5).start(rosenbrock(), np.array(x))["radius"] == pytest.approx(radius)


def test_the_damping_follows_the_doubt():
    """0.1 |1 − ρ| ‖g‖/Δ: after a step that the model foretold, a hundredth of what it is at first; after a bad one, as much again."""
    bowl, method = quadratic([1.0, 4.0], rng=0), TrustRegion(radius=1e3)
    new, state = method.step(bowl, bowl.starts[0], method.start(bowl, bowl.starts[0]))
    assert state["doubt"] == 0.01
    assert state["damping"] == pytest.approx(0.1 * np.linalg.norm(bowl.gradient(bowl.starts[0])) / method.start(bowl, bowl.starts[0])["radius"])
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
    f = Function(lambda x: (x - 2) @ (x - 2) if inside(x) else np.nan, lambda x: 2 * (x - 2) if inside(x) else x * np.nan,
                 hessian=lambda x: 2 * np.eye(len(x)))
    result = minimize(f, np.zeros(2), method, max_iter=100)
    assert not result.success and (result.x < 1.3).all() and result.fun < 1.1


def test_a_hessian_that_is_not_finite_is_no_progress():
    f = Function(lambda x: x @ x, lambda x: 2 * x, hessian=lambda x: np.full((2, 2), np.nan))
    result = minimize(f, [1.0, 1.0], TrustRegion())
    assert result.status == 5 and "not finite" in result.message


@each_method
def test_it_asks_for_what_it_needs(method):
    bare = Function(lambda x: x @ x, lambda x: 2 * x)
    with refuses("TrustRegion needs", "hessian" if method.subproblem == "exact" else "hvp"):
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


@pytest.mark.parametrize("make", [lambda: TrustRegion("dogleg"), lambda: TrustRegion(radius=0), lambda: TrustRegion(radius=np.nan),
                                  lambda: Newton("steihaug")])
def test_bad_hyperparameters_are_refused(make):
    with refuses("expected"):
        make()
