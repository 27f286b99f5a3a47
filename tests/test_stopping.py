"""Why runs stop, and what they say then."""
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from runs import BOWL, METHODS, START, Watched, each_method
from scipy.optimize import OptimizeResult

from minnet import Function, minimize
from minnet.optim import GradientDescent, Newton
from minnet.optim.method import Method, NoProgress
from minnet.problems import quadratic


def wall(x):
    """½ x², and inf beyond |x| = 4."""
    return x @ x / 2 if abs(x).max() <= 4 else np.inf


ISLAND = Function(lambda x: 0.0 if not x.any() else np.inf, lambda x: np.ones_like(x), name="island")


@pytest.mark.parametrize("f, start, method, options, status, message", [
    (BOWL, START, Newton(), {}, 0, "the gradient test is met"),
    (BOWL, [0, 0], GradientDescent(), {"max_iter": 0}, 0, "the gradient test is met"),
    (BOWL, START, GradientDescent(), {"max_iter": 7}, 1, "max_iter=7 iterations were made"),
    (BOWL, START, GradientDescent(), {"max_iter": 0}, 1, "max_iter=0 iterations were made"),
    (BOWL, START, GradientDescent(0.1), {"ftol": 1e-3}, 2, "the value fell by no more than ftol=0.001"),
    (BOWL, START, GradientDescent(), {"max_seconds": 0}, 3, "max_seconds=0 have passed"),
    (BOWL, START, GradientDescent(), {"callback": lambda intermediate_result: True}, 4, "the callback stopped the run"),
    (ISLAND, [0.0], GradientDescent(), {}, 5, "no further progress: the value is not finite around"),
    (BOWL, [np.finfo(float).max] * 2, GradientDescent(), {}, 6, "the value at the start is inf"),
    (Function(lambda x: np.nan, lambda x: x), [1.0], GradientDescent(), {}, 6, "the value at the start is nan"),
])
def test_stopping_reasons(f, start, method, options, status, message):
    result = minimize(f, start, method, **options)
    assert (result.status, result.success) == (status, status == 0)
    assert result.message.startswith(message)
    assert f"gradient {np.linalg.norm(result.jac):.1e} at gtol=1e-08" in result.message


def test_gtol_is_on_the_euclidean_norm():
    f = Function(lambda x: np.sum(x), lambda x: np.ones_like(x))
    assert minimize(f, np.zeros(4), GradientDescent(), max_iter=0, gtol=2.0).success
    assert not minimize(f, np.zeros(4), GradientDescent(), max_iter=0, gtol=1.99).success


def test_ftol_compares_one_step_with_the_size_of_the_value():
    result = minimize(BOWL, START, GradientDescent(0.1), ftol=1e-3)
    fall = -np.diff(result.history["value"])
    assert fall[-1] <= 1e-3 and (fall[:-1] > 1e-3).all()
    raised = Function(lambda x: BOWL.value(x) + 1000, BOWL.gradient)
    high = minimize(raised, START, GradientDescent(0.1), ftol=1e-3)
    fall = -np.diff(high.history["value"])
    assert fall[-1] <= 1e-3 * high.fun < fall[-2] and high.nit < result.nit


def test_max_seconds(monkeypatch):
    ticks = iter(range(10**6))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(ticks)))
    result = minimize(BOWL, START, GradientDescent(), max_seconds=20)
    assert result.status == 3 and 1 < result.nit < 20
    assert result.history["seconds"][-1] >= 20 > result.history["seconds"][-2]
    assert (np.diff(result.history["seconds"]) > 0).all()


class Stuck(Method):
    def step(self, f, x, state):
        raise NoProgress("stuck in the mud")


def test_the_methods_own_reason_is_told():
    result = minimize(BOWL, START, Stuck())
    assert result.status == 5 and "no further progress: stuck in the mud" in result.message
    assert_array_equal(result.x, START)


class Picky(GradientDescent):
    def accepts(self, f, x, state):
        return False


def test_a_run_goes_on_where_the_method_does_not_accept_the_point():
    result = minimize(BOWL, [0.0, 0.0], Picky(), max_iter=3)
    assert (result.status, result.nit, result.success) == (1, 3, False)


@each_method
def test_interrupts_return_the_best_point(method):
    for number in range(2, 12):
        result = minimize(Watched(BOWL, interrupt_at=number), START, method)
        assert result.status == 7 and result.message.startswith("interrupted") and not result.success
        assert result.fun == BOWL.value(result.x) <= BOWL.value(START)


@settings(max_examples=60)
@given(spectrum=st.lists(st.floats(-3, 10), min_size=1, max_size=4), seed=st.integers(0, 99),
       method=st.sampled_from([*METHODS, GradientDescent(1.0), Picky(0.1)]), gtol=st.sampled_from([0.0, 1e-8, 1e-2, 10.0]),
       max_iter=st.integers(0, 60))
def test_success_is_the_gradient_test(spectrum, seed, method, gtol, max_iter):
    f = quadratic(spectrum, rng=seed)
    result = minimize(f, f.starts[0], method, gtol=gtol, max_iter=max_iter)
    assert isinstance(result, OptimizeResult) and result.success == (result.status == 0)
    assert result.fun == f.value(result.x) and np.array_equal(result.jac, f.gradient(result.x))
    assert result.nit <= max_iter and len(result.history["value"]) == result.nit + 1
    if result.success:
        assert np.linalg.norm(result.jac) <= gtol and not isinstance(method, Picky)
        if isinstance(method, Newton):
            assert min(spectrum) >= -1e-6
    else:
        assert result.fun == result.history["value"].min()
        if isinstance(method, GradientDescent) and not isinstance(method, Picky):
            assert np.linalg.norm(result.jac) > gtol


# --- functions that are not finite everywhere ------------------------------------------------------------------------

def test_the_best_point_is_returned_where_a_run_diverges():
    result = minimize(BOWL, START, GradientDescent(0.6), max_iter=40, record=["x"])
    values = result.history["value"]
    assert values[-1] > 1e3 * values.min() and not result.success
    assert result.fun == values.min() == BOWL.value(result.x)
    assert_array_equal(result.x, result.history["x"][values.argmin()])
    assert_array_equal(result.jac, BOWL.gradient(result.x))


@pytest.mark.parametrize("lr", [10.0, 1e100, 1e300])
@each_method
def test_divergence_to_the_end_of_the_numbers_is_quiet(method, lr):
    method = method if isinstance(method, Newton) else type(method)(lr)
    quartic = Function(lambda x: -np.sum(x**4), lambda x: -4 * x**3, hessian=lambda x: np.diag(-12 * x**2), name="pit")
    result = minimize(quartic, [1.0, 2.0], method, max_iter=2000)
    assert not result.success and np.isfinite(result.x).all() and np.isfinite(result.fun)
    assert result.fun == result.history["value"].min() <= -17


@each_method
def test_a_wall_of_infinity_is_not_crossed(method):
    f = Function(wall, lambda x: x if abs(x).max() <= 4 else np.full_like(x, np.nan),
                 hessian=lambda x: np.eye(len(x)) if abs(x).max() <= 4 else np.full((len(x), len(x)), np.nan))
    for start in ([3.9, -3.0], [4.0, 4.0], [-4.0, 0.1]):
        result = minimize(f, start, method, record=["x"])
        assert result.success and abs(result.history["x"]).max() <= 4
    thrown = minimize(f, [3.9, -3.0], GradientDescent(30.0), max_iter=50, record=["x"])
    assert abs(thrown.history["x"]).max() <= 4 and thrown.fun <= f.value(np.array([3.9, -3.0]))


@each_method
@pytest.mark.parametrize("g, H", [(np.nan, 1.0), (np.inf, 1.0), (1.0, np.nan), (1.0, np.inf)])
def test_derivatives_that_are_not_finite_end_the_run(method, g, H):
    f = Function(lambda x: 1.0 + x @ x, lambda x: np.full_like(x, g), hessian=lambda x: np.full((len(x),) * 2, H))
    result = minimize(f, [1.0, 1.0], method, max_iter=5)
    assert not result.success and np.isfinite(result.x).all()
