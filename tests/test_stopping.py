"""Why runs stop, and what they say then."""
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from runs import BOWL, METHODS, START, Watched, each_method
from scipy.optimize import OptimizeResult

from minnet import MLP, Function, Objective, minimize, optim
from minnet.optim import LBFGS, GradientDescent, Newton
from minnet.optim.method import Method, NoProgress
from minnet.problems import more_garbow_hillstrom, quadratic, rosenbrock, saddle


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
@given(
    spectrum=st.lists(st.floats(-3, 10), min_size=1, max_size=4),
    seed=st.integers(0, 99),
    method=st.sampled_from([*METHODS, GradientDescent(1.0), Picky(0.1)]),
    gtol=st.sampled_from([0.0, 1e-8, 1e-2, 10.0]),
    max_iter=st.integers(0, 60),
)
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


# --- wrong gradients, divergence, no lower bound, no way on -----------------------------------------------------------

EVERY = [
    kind()
    for kind in map(optim.__dict__.get, optim.__all__)
    if isinstance(kind, type) and issubclass(kind, Method) and kind not in (Method, optim.Clipped, optim.MixedPrecision)
]
every_method = pytest.mark.parametrize("method", EVERY, ids=lambda method: type(method).__name__)


class WithGaussNewton(Function):
    """Its Hessian stands for its Gauss-Newton matrix."""

    ggn, ggnvp = Function.hessian, Function.hvp


@every_method
def test_a_gradient_of_the_wrong_sign_ends_the_run_within_a_few_steps(method):
    f = rosenbrock()
    wrong = WithGaussNewton(f.value, lambda x: -f.gradient(x), hessian=f.hessian, n=2)
    result = minimize(wrong, [-1.2, 1.0], method)
    assert not result.success and result.nit <= 10 and result.nfev < 300
    if not isinstance(
        method, (optim.UndampedNewton, optim.Adadelta)
    ):  # whose steps are not along −g, or too short to tell
        assert "check.gradient" in result.message


@pytest.mark.parametrize(
    "method", [GradientDescent(1e-3), LBFGS(), optim.NonlinearCG(), optim.BFGS(), Newton()], ids=repr
)
def test_no_right_gradient_is_accused(method):
    """Not at the limit of rounding, where runs with gtol=0 end, nor beside narrow valleys."""
    for f in more_garbow_hillstrom()[::2]:
        assert "check.gradient" not in minimize(f, f.starts[0], method, gtol=0, max_iter=60).message, f


@pytest.mark.parametrize("lr", [0.6, 1.0, 100.0])
def test_divergence_names_the_learning_rate(lr):
    result = minimize(BOWL, START, GradientDescent(lr))
    assert result.status == 9 and result.nit < 100 and not result.success
    assert "diverges" in result.message and f"lr={lr:g}" in result.message and result.fun <= BOWL.value(START)
    slow = minimize(BOWL, START, GradientDescent(0.501), max_iter=400)
    assert slow.status == 1 and "a smaller learning rate than lr=0.501" in slow.message


@pytest.mark.parametrize(
    "f", [saddle(), Function(lambda x: -x @ x, lambda x: -2 * x, hessian=lambda x: -2 * np.eye(2))], ids=repr
)
@pytest.mark.parametrize("method", [LBFGS(), Newton(), optim.NewtonCG(), GradientDescent(1.0)], ids=repr)
def test_values_without_bound_are_said_to_be(f, method):
    result = minimize(f, [1.0, 0.5], method)
    assert result.status == 10 and "falls without bound" in result.message and result.nit < 300


@pytest.mark.parametrize("method", [LBFGS(), optim.BFGS(), optim.NonlinearCG()], ids=repr)
def test_a_gradient_that_is_lost_where_values_are_finite_is_named(method):
    bowl = Function(lambda x: x @ x, lambda x: 2 * x if x[0] > 0.5 else np.full_like(x, np.nan))
    result = minimize(bowl, [1.0, 0.3], method)
    assert not result.success and "the value is finite, but the gradient is not" in result.message
    whole = minimize(Function(bowl.value, lambda x: 2 * x), [1.0, 0.3], method, gtol=0)
    assert "is not" not in whole.message


@pytest.mark.parametrize("method", [LBFGS(), Newton(), optim.NewtonCG(), optim.NonlinearCG()], ids=repr)
def test_a_line_without_a_lower_bound_is_said_to_be_one(method):
    """Some methods end there at the limit of rounding, before the value is 1e20."""
    line = Function(lambda x: -x[0], lambda x: np.array([-1.0, 0]), hessian=lambda x: np.zeros((2, 2)))
    result = minimize(line, [0.0, 0.0], method)
    assert not result.success and "without bound" in result.message and " from 0 to -" in result.message


@pytest.mark.parametrize(
    "method",
    [method for method in EVERY if set(method.needs) & {"hessian", "hvp", "ggn", "ggnvp"}],
    ids=lambda method: type(method).__name__,
)
@pytest.mark.parametrize("start", [[1.0, 2.0], [0.0, 0.0]], ids=["away", "where the gradient vanishes"])
def test_a_hessian_of_nan_ends_the_run(method, start):
    f = WithGaussNewton(lambda x: x @ x / 2, lambda x: x, hessian=lambda x: np.full((2, 2), np.nan))
    result = minimize(f, start, method)
    assert result.nit <= 3 and np.isfinite(result.x).all()
    if not result.success:                      # a Gauss-Newton matrix is not asked for where the gradient vanishes
        assert result.status == 5 and "not finite at the last point" in result.message


class Idle(Method):
    """Goes nowhere, counting."""

    def start(self, f, x):
        return {"t": 0, "radius": 1.0}

    def step(self, f, x, state):
        return x.copy(), {"t": state["t"] + 1, "radius": state["radius"]}


class Shrinking(Idle):
    """Refuses steps until its radius is small, as a trust region may."""

    def step(self, f, x, state):
        radius = state["radius"] / 2
        return x - (0.25 * f.gradient(x) if radius < 1e-6 else 0), {"t": state["t"] + 1, "radius": radius}


def test_steps_that_do_not_move_end_the_run():
    result = minimize(BOWL, START, Idle())
    assert result.status == 5 and result.nit == 3 and "did not move" in result.message
    assert minimize(BOWL, START, Shrinking()).success           # its own numbers moved


def test_a_point_that_is_refused_for_ever_ends_the_run():
    class Wandering(Picky):
        def step(self, f, x, state):
            return x + 1e-12, state

    result = minimize(BOWL, [0.0, 0.0], Wandering(0.1))
    assert result.status == 5 and result.nit < 20 and "the gradient test is met, but" in result.message


@pytest.mark.parametrize("xtol", [1e-2, 1e-5])
def test_xtol_is_the_length_of_the_last_step(xtol):
    result = minimize(BOWL, START, GradientDescent(0.1), xtol=xtol, record=["x"])
    lengths = np.linalg.norm(np.diff(result.history["x"], axis=0), axis=1)
    assert result.status == 8 and f"xtol={xtol:g}" in result.message
    assert lengths[-1] < xtol <= lengths[-2]


def test_a_matrix_that_cannot_be_factored_ends_the_run():
    class Failing(Method):
        def step(self, f, x, state):
            raise np.linalg.LinAlgError("Eigenvalues did not converge")

    result = minimize(BOWL, START, Failing())
    assert result.status == 5 and "Eigenvalues did not converge" in result.message


# --- a start where the gradient vanishes ------------------------------------------------------------------------------

@pytest.mark.parametrize("n", [3, 12])
def test_a_flat_minimum_is_no_saddle(n):
    A = np.random.default_rng(0).standard_normal((2, n))
    f = Function(lambda x: (A @ x) @ (A @ x) / 2, lambda x: A.T @ (A @ x), hessian=lambda x: A.T @ A)
    message = minimize(f, np.zeros(n), LBFGS()).message
    assert "stationary" in message and "saddle" not in message and "lowest eigenvalue -" not in message


def test_a_saddle_or_maximum_is_one():
    assert "a saddle or maximum, lowest eigenvalue -2" in minimize(saddle(), [0.0, 0.0], LBFGS()).message


def test_a_kink_beside_which_the_loss_falls_is_no_minimum():
    X = np.linspace(-1, 1, 20)[:, None]
    f = Objective(MLP([1, 3, 1], "relu"), X, X**2 - np.mean(X**2))
    message = minimize(f, np.zeros(f.n), LBFGS()).message
    assert "no minimum: the value falls beside it" in message


@pytest.mark.parametrize("n", [3, 10])
def test_a_stationary_start_with_a_hessian_of_nan(n):
    f = Function(lambda x: x @ x / 2, lambda x: x, hessian=lambda x: np.full((n, n), np.nan))
    assert "its Hessian is not finite" in minimize(f, np.zeros(n), LBFGS()).message
