"""Quasi-Newton methods, all alike: conjugate gradients, order, resets, searches, precision, invariance."""

import numpy as np
import pytest
from laws import assert_close, assert_steps_leave_the_past_alone, refuses
from numpy.testing import assert_array_equal
from secant_cases import each_bowl, run, turned, uphill_pair

from minnet import Function, minimize
from minnet.linalg import packed
from minnet.linalg.linear_cg import linear_cg
from minnet.optim import BFGS, DFP, LBFGS, SR1, Armijo, Exact, Fixed, HagerZhang, NoProgress, StrongWolfe
from minnet.problems import beale, himmelblau, quadratic, rosenbrock

METHODS = [BFGS(), DFP(), LBFGS(), LBFGS(2), SR1()]
each_method = pytest.mark.parametrize("method", METHODS, ids=repr)


@each_bowl
@pytest.mark.parametrize("method", [BFGS(Exact()), DFP(Exact()), LBFGS(1, Exact()), LBFGS(20, Exact())], ids=repr)
def test_with_exact_searches_the_iterates_are_those_of_conjugate_gradients(f, method):
    x, H = f.starts[0], f.hessian(f.starts[0])
    _, iterates, _ = linear_cg(lambda p: H @ p, H @ f.centre, x)
    result = run(f, method, max_iter=f.n)
    for ours, theirs in zip(result.history["x"], iterates[: f.n + 1]):
        assert_close(ours, theirs, 1e-6)


@each_bowl
@pytest.mark.parametrize("method", [BFGS(Exact()), DFP(Exact()), LBFGS(search=Exact())], ids=repr)
def test_n_exact_steps_end_on_a_quadratic(f, method):
    result = run(f, method, max_iter=f.n)
    assert np.linalg.norm(result.jac) <= 1e-7 * result.history["gradient_norm"][0]
    assert result.history["gradient_norm"][f.n - 1] > 1e-5 * result.history["gradient_norm"][0]


@each_method
@pytest.mark.parametrize("f", [rosenbrock(), beale(), himmelblau()], ids=repr)
def test_convergence_is_superlinear(f, method):
    """The gradient falls by growing factors at the end."""
    norms = run(f, method, f.starts[0] + 0.1, gtol=1e-12, max_iter=500).history["gradient_norm"]
    assert norms[-1] < 1e-9 * norms[0]
    last = norms[norms > 1e-13 * norms[0]][-6:]
    if method != LBFGS(2):
        assert (last[1:] / last[:-1])[-2:].min() < 0.05


@pytest.mark.parametrize(
    "search", [Armijo(), HagerZhang(), StrongWolfe(), Exact(), StrongWolfe(c2=0.1), HagerZhang(c2=0.1)], ids=repr
)
@pytest.mark.parametrize("kind", [BFGS, DFP, LBFGS])
def test_every_search_will_do(kind, search):
    """But DFP, which mends a bad matrix slowly, wants a good one (Nocedal, Wright 2006, section 6.1)."""
    f = rosenbrock()
    if kind is not DFP or isinstance(search, Exact) or getattr(search, "c2", 1) <= 0.1:
        result = minimize(f, f.starts[0], kind(search=search), gtol=1e-8, max_iter=100)
        assert result.success and np.linalg.norm(f.gradient(result.x)) <= 1e-8


@each_method
def test_nothing_is_updated_in_place(method):
    assert_steps_leave_the_past_alone(rosenbrock(4), method)


@each_method
def test_a_step_at_a_minimum_says_so(method):
    f = rosenbrock()
    with pytest.raises(NoProgress):
        method.step(f, np.ones(2), method.start(f, np.ones(2)))


def uphill(method, f, x):
    """The method's state with a matrix that points uphill."""
    s = f.gradient(x)
    if isinstance(method, LBFGS):
        return uphill_pair(s)
    if isinstance(method, DFP):
        return {"known": 3, "H": -np.eye(len(x))}
    return {"known": 3, "gamma": 1.0, "U": -packed.identity(len(x)), "R": 0 * packed.identity(len(x))}


@pytest.mark.parametrize("method", [BFGS(), DFP(), LBFGS()], ids=repr)
def test_a_failing_search_starts_again_from_the_gradient(method):
    f, x = rosenbrock(), np.array([-1.2, 1.0])
    reset, state = method.step(f, x, uphill(method, f, x))
    fresh, other = method.step(f, x, method.start(f, x))
    assert_array_equal(reset, fresh)
    assert state.keys() == other.keys()
    for name in state:
        assert_array_equal(state[name], other[name])
    island = Function(lambda x: 0.0 if (x == 1).all() else np.inf, np.ones_like)
    with pytest.raises(NoProgress):  # and there is no third way
        method.step(island, np.ones(2), uphill(method, island, np.ones(2)))


def test_a_pair_without_positive_curvature_teaches_nothing():
    """On a concave line the pair of a fixed step has sᵀy < 0."""
    f = Function(lambda x: -x @ x / 2, lambda x: -x)
    x = np.array([1.0, 0.5])
    for method in (BFGS(Fixed(0.5)), DFP(Fixed(0.5)), LBFGS(search=Fixed(0.5))):
        start = method.start(f, x)
        new, state = method.step(f, x, start)
        assert_array_equal(new, 1.5 * x)
        assert state.keys() == start.keys() and all(np.array_equal(state[name], start[name]) for name in state)


@each_method
def test_float32_stays_float32(method):
    f = rosenbrock()
    single = Function(lambda x: np.float32(f.value(x)), lambda x: f.gradient(x).astype(np.float32), n=2)
    result = minimize(single, np.array([-1.2, 1.0], np.float32), method, gtol=1e-2, max_iter=300)
    assert result.x.dtype == result.jac.dtype == np.float32 and result.success
    x = np.array([-1.2, 1.0], np.float32)
    state = method.start(single, x)
    for _ in range(3):
        x, state = method.step(single, x, state)
    assert x.dtype == np.float32
    assert {entry.dtype for entry in state.values() if isinstance(entry, np.ndarray)} <= {np.dtype(np.float32)}


@pytest.mark.parametrize("method", [BFGS(Exact()), BFGS(), DFP(Exact()), LBFGS()], ids=repr)
@pytest.mark.parametrize("f", [rosenbrock(), beale(), rosenbrock(5)], ids=repr)
def test_iterates_turn_with_the_coordinates(f, method):
    f, Q = Function(f.value, f.gradient, n=f.n, name=f.name), quadratic(np.ones(f.n), rng=7).Q
    x = np.resize([-0.9, 0.7, 0.2], f.n)
    straight = run(f, method, x, max_iter=6).history["x"]
    assert_close(run(turned(f, Q), method, Q.T @ x, max_iter=6).history["x"] @ Q.T, straight, 1e-5)


def test_the_cost_of_a_step_in_evaluations():
    """One value and one gradient a step, and seldom more."""
    for method in (BFGS(), LBFGS()):
        result = minimize(rosenbrock(), [-1.2, 1.0], method)
        assert result.success and result.nfev == result.njev <= 1.5 * result.nit and result.nit < 45


@pytest.mark.parametrize(
    "make", [lambda: LBFGS(0), lambda: LBFGS(2.5), lambda: LBFGS(-1), lambda: SR1(0), lambda: SR1(np.inf)]
)
def test_bad_hyperparameters_are_refused(make):
    with refuses("expected"):
        make()
