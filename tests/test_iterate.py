"""The loop of `iterate`, and methods that run alone on any function, without counting or remembering."""
import numpy as np
import pytest
from laws import refuses
from numpy.testing import assert_array_equal
from runs import BOWL, START, each_method, sines
from threadpoolctl import threadpool_limits

from minnet import MLP, Function, Objective, datasets, minimize, optim
from minnet.optim import LBFGS, GradientDescent, HessianFree, Method, NoProgress, iterate
from minnet.optim.driver.counted import Counted

EVERY = [
    kind()
    for kind in map(optim.__dict__.get, optim.__all__)
    if isinstance(kind, type) and issubclass(kind, Method) and kind not in (Method, optim.Clipped, optim.MixedPrecision)
]


@each_method
@pytest.mark.parametrize("batch_size", [None, 3])
def test_a_run_of_minimize_is_this_loop(method, batch_size):
    """To the same bits on one thread; `minimize` gives small dense methods one, and the loop is given it here."""
    f, theta = sines()
    with threadpool_limits(1):
        result = minimize(f, theta, method, max_iter=9, gtol=0, batch_size=batch_size, rng=1, record=["x", "gradient"])
        for k, state in zip(range(result.nit + 1), iterate(f, theta, method, batch_size=batch_size, rng=1)):
            assert state.nit == k and state.value == result.history["value"][k]
            assert_array_equal(state.x, result.history["x"][k])
            assert_array_equal(state.gradient, result.history["gradient"][k])
        assert k == result.nit


def test_the_loop_ends_where_the_method_finds_no_way_on():
    states = iterate(BOWL, START, LBFGS())
    nits = []
    while True:
        try:
            nits.append(next(states).nit)
        except StopIteration as end:
            assert isinstance(end.value, str) and end.value
            break
    assert nits == list(range(len(nits))) and len(nits) < 100


def test_the_iterates_stay_what_they_were():
    states = [state for state, _ in zip(iterate(BOWL, START, GradientDescent(0.1)), range(5))]
    assert len({state.x.tobytes() for state in states}) == 5
    with pytest.raises(ValueError, match="read-only"):
        states[0].x[0] = 7


def test_what_cannot_be_meant_is_refused_before_the_first_state():
    for arguments, part in [
        ((BOWL, [1.0]), "theta0"),
        ((BOWL, START, "newton"), "method='newton'"),
        ((lambda x: x @ x, START), "Function("),
        ((Function(BOWL.value), START, LBFGS()), "needs the gradient"),
        ((3, START), "f=3"),
        ((BOWL, []), "theta0"),
    ]:
        with refuses(part):
            iterate(*arguments)
    with refuses("batch_size=2"):
        iterate(BOWL, START, LBFGS(), batch_size=2)


class Odd(Method):
    def __init__(self, start, step):
        self._start, self._step = start, step

    def start(self, f, x):
        return self._start

    def step(self, f, x, state):
        return self._step(x)


@pytest.mark.parametrize(
    "start, step, parts",
    [
        ({}, lambda x: x, ["Odd.step returned a ndarray", "(x, state)"]),
        ({}, lambda x: None, ["Odd.step returned a NoneType"]),
        ({}, lambda x: (x[:1], {}), ["the x of Odd.step", "(1,)", "(2,)"]),
        ({}, lambda x: (x, None), ["Odd.step returned a NoneType as its state"]),
        (None, lambda x: (x, {}), ["Odd.start returned a NoneType as its state"]),
    ],
)
def test_a_method_of_ones_own_that_returns_something_else(start, step, parts):
    with refuses(*parts):
        minimize(BOWL, START, Odd(start, step))


@pytest.mark.parametrize("method", EVERY, ids=lambda method: type(method).__name__)
def test_every_method_runs_alone(method):
    """On the function itself: the same points as with one that counts and remembers."""
    f = Objective(MLP([1, 2, 1]), np.linspace(-1, 1, 10)[:, None], np.sin(np.linspace(-3, 3, 10)), l2=0.01)
    runs = []
    for g in (f, Counted(f)):
        x, points = f.net.init(rng=0), []
        state = method.start(g, x)
        for _ in range(4):
            try:
                x, state = method.step(g, x, state)
            except NoProgress:
                break
            points.append(x)
        runs.append(points)
    np.testing.assert_allclose(*map(np.array, runs), rtol=1e-6, atol=1e-9)


def test_hessian_free_alone_with_all_that_it_can_ask_for():
    data = datasets.iris()
    f = Objective(MLP([4, 3, 3]), data.X, data.y, "softmax_crossentropy", l2=1e-3)
    method, x = HessianFree(curvature_batch=50), f.net.init(rng=0)
    state = method.start(f, x)
    for _ in range(3):
        x, state = method.step(f, x, state)
    assert f.value(x) < f.value(f.net.init(rng=0))


@pytest.mark.parametrize(
    "name", ["BFGS", "DFP", "SR1", "Newton", "TrustRegion", "GaussNewton", "UndampedNewton", "CubicNewton"]
)
def test_matrices_that_do_not_fit_are_refused_before_any_work(name):
    asked = []

    def ask(x, *more):
        asked.append(1)
        return 0.0

    class Large(Function):
        ggn = ggnvp = ask

    n = 10**6                                                # 3 matrices of 8 TB
    with refuses(name, "1,000,000 x 1,000,000", "LBFGS, NewtonCG or HessianFree", "lanczos"):
        minimize(Large(ask, ask, ask, ask, n=n), np.zeros(n), getattr(optim, name)())
    assert not asked
    assert minimize(Function(lambda x: x @ x, lambda x: 2 * x, n=n), np.ones(n), LBFGS(memory=1), max_iter=1).nit == 1


def test_chunks_take_one_pass_for_value_and_gradient(monkeypatch):
    """An iteration of L-BFGS with one trial on an objective of 4 chunks: 4 passes, not 8."""
    f = Objective(MLP([1, 2, 1]), np.linspace(-1, 1, 40)[:, None], np.sin(np.linspace(-3, 3, 40)), l2=0.01, chunk=10)
    calls = {"value": 0, "gradient": 0, "value_and_gradient": 0}
    for name in calls:
        def counted(self, theta, rule=getattr(Objective, name), name=name):
            calls[name] += 1
            return rule(self, theta)
        monkeypatch.setattr(Objective, name, counted)
    result = minimize(f, f.net.init(rng=0), LBFGS(), max_iter=20)
    assert calls["value"] == calls["gradient"] == 0 and calls["value_and_gradient"] == result.nfev == result.njev
