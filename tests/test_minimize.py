"""`minimize`: its start, precision and repetition, what it refuses, and what it leaves alone."""
import functools

import numpy as np
import pytest
from laws import refuses
from numpy.testing import assert_array_equal
from runs import BOWL, START, bits, each_method, sines

from minnet import Function, minimize
from minnet.optim import LBFGS, Adam, GradientDescent, Newton
from minnet.optim.method import Method
from minnet.problems import rosenbrock


@each_method
def test_the_start_is_left_alone_and_may_be_a_list_of_whole_numbers(method):
    start = START.copy()
    result = minimize(BOWL, start, method, max_iter=5)
    assert_array_equal(start, START)
    assert bits(minimize(BOWL, [3, -2], method, max_iter=5)) == bits(result)
    assert not np.shares_memory(minimize(BOWL, start, method, max_iter=0).x, start)


@each_method
@pytest.mark.parametrize("batch_size", [None, 4])
def test_float32_stays_float32(method, batch_size):
    f, theta = sines()
    result = minimize(f, theta.astype(np.float32), method, max_iter=8, batch_size=batch_size, rng=0,
                      record=["x", "gradient"])
    assert result.x.dtype == result.jac.dtype == result.fun.dtype == np.float32
    assert result.history["x"].dtype == result.history["gradient"].dtype == result.history["value"].dtype == np.float32


@each_method
@pytest.mark.parametrize("batch_size", [None, 4])
def test_the_same_run_twice_gives_the_same_bits(method, batch_size):
    runs = [bits(minimize(*sines(), method, max_iter=12, batch_size=batch_size, rng=3, record=["x"])) for _ in range(2)]
    assert runs[0] == runs[1]


def test_no_method_is_newton():
    assert bits(minimize(BOWL, START)) == bits(minimize(BOWL, START, Newton()))


# --- bad input -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("change, parts", [
    ({"theta0": [1.0]}, ["theta0", "(1,)", "(2,)"]),
    ({"theta0": [[1.0, 2.0]]}, ["theta0", "(1, 2)"]),
    ({"theta0": ["a", "b"]}, ["theta0", "dtype"]),
    ({"theta0": [np.nan, 0]}, ["theta0", "nan"]),
    ({"theta0": [0, -np.inf]}, ["theta0", "-inf"]),
    ({"theta0": [1j, 0]}, ["theta0", "complex"]),
    ({"method": "newton"}, ["method='newton'", "Newton()"]),
    ({"method": Newton}, ["method=", "Newton()"]),
    ({"f": Function(BOWL.value)}, ["GradientDescent needs the gradient"]),
    ({"f": Function(BOWL.value, BOWL.gradient), "method": Newton()}, ["Newton needs the hessian"]),
    ({"max_iter": -1}, ["max_iter=-1"]),
    ({"max_iter": 2.5}, ["max_iter=2.5"]),
    ({"gtol": -1e-8}, ["gtol=-1e-08"]),
    ({"gtol": None}, ["gtol=None"]),
    ({"gtol": np.nan}, ["gtol=nan"]),
    ({"ftol": "small"}, ["ftol='small'"]),
    ({"max_seconds": -1}, ["max_seconds=-1"]),
    ({"batch_size": 3}, ["batch_size=3", "Objective"]),
    ({"callback": 3}, ["callback=3"]),
    ({"record": "x"}, ["record='x'"]),
    ({"record": ["momentum"]}, ["momentum"]),
    ({"record": [3]}, ["3"]),
    ({"record": [lambda f, x: 1.0, lambda f, x: 2.0]}, ["<lambda>"]),      # one of them would be lost
    ({"record": [BOWL.value]}, ["value"]),                                 # a name that the history needs
    ({"record": [functools.partial(max)]}, ["record"]),                    # no name
    ({"record": [lambda f, x: None]}, ["<lambda>", "NoneType", "numbers"]),
    ({"record": [lambda f, x: "low"]}, ["<lambda>", "numbers"]),
    ({"max_iter": True}, ["max_iter=True"]), ({"gtol": True}, ["gtol=True"]), ({"gtol": 1j}, ["gtol=1j"]),
    ({"xtol": -1}, ["xtol=-1"]), ({"xtol": np.nan}, ["xtol=nan"]), ({"progress": "yes"}, ["progress='yes'"]),
    ({"checkpoint": 3}, ["checkpoint=3"]), ({"rng": "seed"}, ["rng='seed'"]), ({"theta0": []}, ["theta0"]),
    ({"f": lambda x: x @ x}, ["no value", "Function("]),
])
def test_bad_input_is_refused(change, parts):
    with refuses(*parts):
        minimize(**{"f": BOWL, "theta0": START, "method": GradientDescent()} | change)


@pytest.mark.parametrize(
    "make",
    [
        lambda: GradientDescent(0),
        lambda: GradientDescent(-1),
        lambda: GradientDescent(np.nan),
        lambda: GradientDescent("a"),
        lambda: Adam(beta1=1),
        lambda: Adam(beta2=-0.1),
        lambda: Adam(eps=-1),
        lambda: Adam(bias_correction="second"),
        lambda: Newton(radius=0),
        lambda: Newton(chords=-1),
        lambda: Newton(chords=1.5),
    ],
)
def test_bad_hyperparameters_are_refused(make):
    with refuses("expected"):
        make()


def test_learning_rates_may_be_schedules():
    result = minimize(BOWL, START, GradientDescent(lambda t: 0.1 / t), max_iter=2, record=["x"])
    x = START - 0.1 * BOWL.gradient(START)
    assert_array_equal(result.history["x"], [START, x, x - 0.05 * BOWL.gradient(x)])


def test_a_function_may_write_into_its_argument():
    """SciPy hands out copies, too. The points of the run stay what they were."""
    f, seen = rosenbrock(), []

    def spoilt(rule):
        def rule_that_writes(x):
            seen.append(x.flags.writeable)
            answer = rule(x.copy())
            x[:] = np.nan
            return answer
        return rule_that_writes

    writing = Function(spoilt(f.value), spoilt(f.gradient), hessian=spoilt(f.hessian), n=2)
    for method in (LBFGS(), Newton(), GradientDescent(1e-3)):
        plain, other = (minimize(g, [-1.2, 1.0], method, max_iter=30, record=["x"]) for g in (f, writing))
        assert_array_equal(plain.history["x"], other.history["x"])
        assert_array_equal(plain.x, other.x)
    assert all(seen) and plain.x.flags.writeable


def test_points_that_were_evaluated_are_never_changed():
    """A method that updates x in place is stopped, instead of being told old values."""
    class InPlace(Method):
        def step(self, f, x, state):
            x -= 0.1 * f.gradient(x)
            return x, state

    with pytest.raises(ValueError, match="read-only"):
        minimize(BOWL, START, InPlace(), max_iter=3)
