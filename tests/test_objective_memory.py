"""What an objective remembers never shows: in results, in copies and pickles, between threads, in a caller's arrays."""
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from copy import copy, deepcopy
from multiprocessing import get_context

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from objectives import RULES, AsymmetricSquare, example

from minnet import MLP, Activation, Objective
from minnet.network.activations import ACTIVATIONS
from minnet.network.memory import Memory

each_rule = pytest.mark.parametrize("rule", RULES)


@pytest.fixture
def forwards(monkeypatch):
    """The list of θ at which forward passes ran."""
    calls, forward = [], MLP.forward
    monkeypatch.setattr(MLP, "forward", lambda net, theta, x: calls.append(theta.copy()) or forward(net, theta, x))
    return calls


def test_everything_at_one_point_costs_one_forward_pass(forwards):
    f, theta = example()
    for rule in RULES.values():
        rule(f, theta.copy(), theta)
    assert len(forwards) == 1


def test_two_points_are_remembered(forwards):
    f, theta = example()
    for point in (theta, theta + 1, theta, theta + 1):
        f.gradient(point), f.hvp(point, theta)
    assert len(forwards) == 2
    f.gradient(theta + 2)
    f.gradient(theta + 1)
    assert len(forwards) == 3
    f.gradient(theta)
    assert len(forwards) == 4


@each_rule
def test_changes_in_place_are_noticed(rule, forwards):
    f, theta = example()
    start = theta.copy()
    first = RULES[rule](f, theta, start)
    theta[3] += 1
    second = RULES[rule](f, theta, start)
    assert len(forwards) == 2
    assert_array_equal(second, RULES[rule](example()[0], theta, start))
    assert (first != second).any()


@each_rule
def test_results_stay_and_are_the_callers_to_change(rule):
    f, theta = example()
    first = np.atleast_1d(RULES[rule](f, theta, theta))
    kept = first.copy()
    RULES[rule](f, theta + 1, theta)
    assert_array_equal(first, kept)
    first[...] = 7
    assert_array_equal(np.atleast_1d(RULES[rule](f, theta, theta)), kept)


def test_data_are_copied():
    f, theta = example()
    X, y = f.X.copy(), f.y.copy()
    other = Objective(f.net, X, y)
    X[0], y[0] = 9, 9
    assert_array_equal(other.gradient(theta), f.gradient(theta))


def test_precisions_are_remembered_apart():
    f, theta = example()
    small = theta.astype(np.float32)
    assert f.gradient(small).dtype == np.float32
    assert f.gradient(small.astype(float)).dtype == np.float64


def test_chunks_are_passed_once_for_value_and_gradient(forwards):
    f, theta = example(chunk=2)
    f.value_and_gradient(theta)
    assert len(forwards) == 3


def test_a_subset_remembers_nothing_of_the_whole(forwards):
    f, theta = example()
    f.gradient(theta), f.subset([0]).gradient(theta)
    assert len(forwards) == 2


# --- copies, pickles, processes, threads -----------------------------------------------------------------------------

@pytest.mark.parametrize("duplicate", [copy, deepcopy, lambda f: pickle.loads(pickle.dumps(f))],
                         ids=["copy", "deepcopy", "pickle"])
@pytest.mark.parametrize("options", [{}, {"chunk": 2}, {"l2": 0.1, "sample_weight": [1, 0, 2, 0.5, 3]},
                                     {"loss": "softmax_crossentropy", "label_smoothing": 0.1}])
def test_duplicates_are_equal_and_remember_nothing(duplicate, options, forwards):
    f, theta = example(**options)
    results = [rule(f, theta, theta) for rule in RULES.values()]
    other = duplicate(f)
    assert repr(other) == repr(f) and other._memory.recall(theta) is None
    forwards.clear()
    for rule, known in zip(RULES.values(), results):
        assert_array_equal(rule(other, theta, theta), known)
    assert forwards and not other.X.flags.writeable


def test_a_copy_with_another_loss_is_another_function():
    f, theta = example()
    other = copy(f)
    f.value(theta)
    other.loss = AsymmetricSquare()
    assert other.value(theta) != f.value(theta)


def test_networks_of_minnets_own_activations_are_pickled():
    f = Objective(MLP([2, 3, 1], ACTIVATIONS["gelu"]), np.eye(2), [0.0, 1.0])
    other = pickle.loads(pickle.dumps(f))
    assert other.net == f.net and other.net.sigmas[0] is ACTIVATIONS["gelu"]
    own = pickle.loads(pickle.dumps(Activation(np.sin, np.cos, np.negative)))
    assert own == Activation(np.sin, np.cos, np.negative)


def gradient_at(f, theta):
    return f.gradient(theta)


def test_an_objective_goes_to_a_process_after_its_first_value():
    f, theta = example()
    known = f.gradient(theta)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert_array_equal(pool.submit(gradient_at, f, theta).result(), known)


@pytest.mark.parametrize("chunk", [None, 11])
def test_threads_share_an_objective(chunk):
    f, theta = example("softmax_crossentropy", widths=(2, 4, 4, 3), N=30, chunk=chunk)
    points = [theta + i % 4 for i in range(80)]
    alone = [[rule(f, point, theta) for rule in RULES.values()] for point in points[:4]]
    with ThreadPoolExecutor(8) as pool:
        together = pool.map(lambda point: [rule(f, point, theta) for rule in RULES.values()], points)
        for i, results in enumerate(together):
            for ours, known in zip(results, alone[i % 4]):
                assert_array_equal(ours, known)


def test_each_thread_has_a_workspace_of_its_own():
    memory = Memory()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: memory.workspaces.own).result() is not memory.workspaces.own
    assert memory.workspaces.own is memory.workspaces.own


# --- the caller's arrays ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("loss", ["squared_error", AsymmetricSquare()], ids=["minnet's", "own"])
def test_the_callers_arrays_stay_the_callers(order, loss):
    rng = np.random.default_rng(0)
    X, y, w = (np.array(a, order=order) for a in (rng.standard_normal((5, 2)), rng.standard_normal((5, 2)), np.ones(5)))
    f, theta = Objective(MLP([2, 3, 2]), X, y, loss=loss, sample_weight=w), rng.standard_normal(17)
    known = [rule(f, theta, theta) for rule in RULES.values()]
    assert all(a.flags.writeable for a in (X, y, w, theta))
    for array in (X, y, w):
        array += 7
    for rule, result in zip(RULES.values(), known):
        assert_array_equal(rule(copy(f), theta, theta), result)


@pytest.mark.parametrize("part", [lambda f: f, lambda f: f.subset(slice(None)), lambda f: f.subset([0, 2])])
def test_what_an_objective_shows_of_its_data_is_read_only(part):
    f, _ = example(sample_weight=np.ones(5))
    f = part(f)
    for array in (f.X, f.y, f.sample_weight):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
