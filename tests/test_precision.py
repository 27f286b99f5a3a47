"""Mixed precision: float32 step for step, then float64 step for step, and no success before."""
import numpy as np
import pytest
from laws import refuses
from numpy.testing import assert_array_equal

from minnet import MLP, Function, Objective, datasets, minimize
from minnet.optim import BFGS, LBFGS, Adam, HessianFree, MixedPrecision, Momentum, Newton, NonlinearCG, NoProgress
from minnet.optim.driver.counted import Counted
from minnet.problems import rosenbrock, saddle

METHODS = [
    LBFGS(),
    LBFGS(precondition=True),
    BFGS(),
    NonlinearCG(),
    Newton(),
    HessianFree(),
    Momentum(0.05),
    Adam(0.02),
]
each_method = pytest.mark.parametrize("method", METHODS, ids=repr)
UNIT = 2.0**-24


def moons():
    data, net = datasets.two_moons(80, rng=0), MLP([2, 5, 2])
    return Objective(net, data.X, data.y, "softmax_crossentropy", l2=1e-2), net.init(rng=1)


def single(f, x):
    """For the history: whether the point is in float32."""
    return float(x.dtype == np.float32)


def in_double(state):
    return {
        name: np.float64(entry) if getattr(entry, "dtype", None) == np.float32 else entry
        for name, entry in state.items()
    }


@each_method
def test_a_run_is_the_method_in_float32_and_then_in_float64(method):
    f, theta = moons()
    f, mixed = Counted(f), MixedPrecision(method)
    x, state = theta, mixed.start(f, theta)
    y, inner = theta.astype(np.float32), method.start(f, theta.astype(np.float32))
    phases = []
    for _ in range(400):
        try:
            x, state = mixed.step(f, x, state)
        except NoProgress:
            break
        phases.append(x.dtype)
        if x.dtype == np.float64 and y.dtype == np.float32:
            y, inner = y.astype(np.float64), in_double(inner)
        before = y
        y, inner = method.step(f, y, inner)
        assert x.dtype == y.dtype and state["double"] == (y.dtype == np.float64)
        assert_array_equal(x, y)
        assert y.dtype == np.float64 or np.linalg.norm(y - before) > 10 * UNIT * np.linalg.norm(before)
    assert len(phases) > 5 and phases == sorted(phases, key=lambda dtype: dtype.itemsize)   # and never back
    assert phases[0] == np.float32


@pytest.mark.parametrize("method", METHODS[:5], ids=repr)
def test_the_end_is_as_exact_as_in_float64(method):
    f, theta = moons()
    options = {"gtol": 1e-10, "max_iter": 4000, "record": [single]}
    alone = minimize(f, theta.astype(np.float32), method, **options)
    mixed = minimize(f, theta, MixedPrecision(method), **options)
    assert not alone.success and mixed.success
    assert mixed.x.dtype == np.float64 and np.linalg.norm(f.gradient(mixed.x)) <= 1e-10
    assert mixed.history["single"][1] == 1 and mixed.history["single"][-1] == 0


def test_most_of_a_run_is_in_float32():
    data, net = datasets.digits(), MLP([64, 8, 10])
    f = Objective(net, data.X[:500] / 16, data.y[:500], "softmax_crossentropy", l2=1e-3)
    result = minimize(f, net.init(rng=0), MixedPrecision(LBFGS()), gtol=1e-6, record=[single])
    assert result.success and result.history["single"].mean() > 0.5


@pytest.mark.parametrize("gtol", [1e-1, 1e-3, 1e-6, 1e-8])
def test_the_gradient_test_is_made_in_float64(gtol):
    f, theta = moons()
    result = minimize(f, theta, MixedPrecision(LBFGS()), gtol=gtol, record=["x", single])
    assert result.success and result.x.dtype == result.jac.dtype == np.float64
    assert np.linalg.norm(f.gradient(result.x)) <= gtol and (result.jac == f.gradient(result.x)).all()
    assert result.history["single"][-1] == (gtol > 1e-7)  # errors of float32 are about 1e-8 here
    stopped = minimize(f, theta, MixedPrecision(LBFGS()), max_iter=3)
    assert not stopped.success and stopped.x.dtype == np.float64 and stopped.fun == f.value(stopped.x)


def test_a_gradient_that_is_small_in_float32_only_is_no_success():
    f = Function(
        lambda x: x.dtype.type(x[0]), lambda x: np.full(1, 1e-3 if x.dtype == np.float64 else 1e-9, x.dtype), n=1
    )
    result = minimize(f, [1.0], MixedPrecision(Momentum(1.0)), gtol=1e-6, max_iter=5)
    assert not result.success and np.linalg.norm(result.jac) == 1e-3


def test_the_error_of_the_gradient_is_measured_and_ends_float32():
    f, theta = moons()
    mixed = MixedPrecision(LBFGS())
    x, state, counted = theta, mixed.start(f, theta), Counted(f)
    while x.dtype == np.float32 or x is theta:
        x, state, before = *mixed.step(counted, x, state), x
    error = np.linalg.norm(f.gradient(before) - f.gradient(before.astype(float)))
    assert 0.2 * state["error"] < error < 5 * state["error"] < 1e-6
    assert np.linalg.norm(f.gradient(before)) < 300 * error                              # it was used to the end


def test_what_float32_cannot_hold_is_done_in_float64():
    far = Function(lambda x: x @ x / 2, lambda x: x, n=2)
    result = minimize(far, [1e25, 1e25], MixedPrecision(LBFGS()), record=[single])
    assert result.success and not result.history["single"].any()


def test_a_stationary_start_is_said_to_be_one():
    f = saddle()
    plain, mixed = (minimize(f, np.zeros(2), method) for method in (LBFGS(), MixedPrecision(LBFGS())))
    assert plain.success and mixed.success and mixed.nit == 0 and mixed.message == plain.message
    assert minimize(f, np.zeros(2), MixedPrecision(Newton()), max_iter=20).fun < 0       # second-order methods leave it


def test_a_function_that_stays_in_float64_loses_nothing():
    f = Function(lambda x: rosenbrock().value(x.astype(float)), lambda x: rosenbrock().gradient(x.astype(float)), n=2)
    result = minimize(f, [-1.2, 1.0], MixedPrecision(BFGS()), gtol=1e-10)
    assert result.success and abs(result.x - 1).max() < 1e-9


def test_minibatches():
    f, theta = moons()
    result = minimize(f, theta, MixedPrecision(Adam(0.05)), batch_size=16, rng=0, max_iter=200, record=[single])
    assert result.fun < f.value(theta) / 2 and result.x.dtype == np.float64


@pytest.mark.parametrize("method", [None, "lbfgs", LBFGS])
def test_only_methods_are_wrapped(method):
    with refuses("MixedPrecision", repr(method), "Adam()"):
        MixedPrecision(method)
