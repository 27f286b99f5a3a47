"""The preconditioner of an Objective: what it is, when L-BFGS makes it, and that it pays."""
import numpy as np
import pytest
from hypothesis import given
from laws import assert_close, refuses
from numpy.testing import assert_array_equal
from secant_cases import uphill_pair
from test_curvature import CANONICAL, example, points

from minnet import MLP, Objective, datasets, minimize
from minnet.curvature import kfac
from minnet.function import supports
from minnet.optim import LBFGS
from minnet.optim.secant import has_positive_curvature, secant_pair
from minnet.optim.updates import two_loop
from minnet.problems import rosenbrock
from minnet.testing import generators


@given(points(losses=CANONICAL), generators())
def test_the_preconditioner_is_the_inverse_damped_by_a_share_of_the_mean_eigenvalue(point, rng):
    f, theta = point
    dense, v = kfac(f, theta).dense(), rng.standard_normal(f.n)
    mean = np.trace(dense) / f.n - f.l2
    assert_close(kfac(f, theta).mean_eigenvalue, mean, 1e-12)
    M = f.preconditioner(theta)
    assert supports(f, "preconditioner")
    if f.l2 + 0.03 * mean > 0:
        assert_close((dense + 0.03 * mean * np.eye(f.n)) @ M(v), v, 1e-9)
    else:
        assert_array_equal(M(v), v)


@pytest.mark.parametrize("loss, huge", [("softmax_crossentropy", 1e4), ("poisson", 1e4), ("squared_error", 1e200)])
def test_the_preconditioner_is_the_identity_where_the_factors_say_nothing(loss, huge):
    f, theta = example(loss, (2, 2), activation="identity")
    M = f.preconditioner(np.full(f.n, huge) * np.array([1, 1, -1, -1, 1, -1]))
    v = np.arange(6.0)
    assert np.isfinite(M(v)).all()
    if loss != "squared_error":
        assert_array_equal(M(v), v)


def badly_scaled(seed=0):
    """(f, θ): inputs in units from 1e-3 to 10 and far from centred."""
    rng, net = np.random.default_rng(seed), MLP([6, 5, 3])
    X = (rng.standard_normal((90, 6)) + 1) * np.geomspace(1e-3, 10, 6)
    return Objective(net, X, rng.integers(3, size=90), "softmax_crossentropy", l2=1e-3), net.init(rng=rng)


def test_when_a_preconditioner_is_made_and_scaled():
    f, x = badly_scaled()
    method = LBFGS(4, precondition=True)
    state, pairs, made = method.start(f, x), [], []
    for k in range(18):
        if k in (0, 4, 8, 16):
            M = f.preconditioner(x)
            made.append(k)
        if k in (0, 1, 2, 4, 8, 16):
            gamma = 1.0 if not pairs else pairs[-1][0] @ pairs[-1][1] / (pairs[-1][1] @ M(pairs[-1][1]))
        p = -two_loop(pairs, f.gradient(x), gamma, M)
        new, state = method.step(f, x, state)
        assert state["k"] == k + 1 and (state["anchor"] == x).all() == (made[-1] == k)
        assert_close(np.cross(*np.stack([new - x, p])[:, :3] / np.linalg.norm(new - x)), np.zeros(3), 1e-9)
        s, y = secant_pair(f, x, new)
        pairs = [*pairs, (s, y)][-4:] if has_positive_curvature(s, y) else pairs
        assert_array_equal(state["pairs"], np.swapaxes(np.reshape(pairs, (-1, 2, f.n)), 0, 1))
        x = new
    result = minimize(f, x, method, gtol=0, max_iter=17)
    assert result.nhev == len(made)


def test_a_preconditioner_pays_where_inputs_are_badly_scaled():
    data, net = datasets.breast_cancer(), MLP([30, 5, 2])
    f = Objective(net, data.X / 100, data.y, "softmax_crossentropy", l2=1e-4)
    plain, preconditioned = ([minimize(f, net.init(rng=seed), method, gtol=1e-5, max_iter=2000) for seed in range(2)]
                             for method in (LBFGS(), LBFGS(precondition=True)))
    assert all(run.success for run in preconditioned)
    assert sum(run.nfev for run in preconditioned) < sum(run.nfev for run in plain) / 3


def test_a_failing_search_drops_the_pairs_of_a_preconditioned_run():
    f, x = badly_scaled()
    method, s = LBFGS(precondition=True), f.gradient(x)
    state = method.start(f, x) | uphill_pair(s)
    new, state = method.step(f, x, state)
    assert f.value(new) < f.value(x) and len(state["R"]) == 1 and (state["pairs"][0, 0] == new - x).all()


def test_a_preconditioner_needs_an_objective():
    with refuses("LBFGS", "needs the preconditioner", "Rosenbrock"):
        minimize(rosenbrock(), [-1.2, 1.0], LBFGS(precondition=True))
