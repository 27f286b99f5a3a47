"""Minibatches: every example once an epoch, each step on its own batch, success on all examples."""

import numpy as np
import pytest
from laws import refuses
from numpy.testing import assert_array_equal
from runs import Batched, sines

from minnet import MLP, Objective, minimize
from minnet.optim import GradientDescent


@pytest.mark.parametrize("size", [1, 3, 5, 10])
def test_every_epoch_sees_each_example_once(size):
    f, theta = sines()
    f, steps = Batched(f.net, f.X, f.y), -(-10 // size)
    minimize(f, theta, GradientDescent(), max_iter=3 * steps, batch_size=size, rng=0)
    epochs = [f.rows[first:first + steps] for first in range(0, 3 * steps, steps)]
    for epoch in epochs:
        assert_array_equal(np.sort(np.concatenate(epoch)), np.arange(10))
        assert {len(rows) for rows in epoch[:-1]} <= {size}
    orders = {np.concatenate(epoch).tobytes() for epoch in epochs}
    assert len(orders) == 3


def test_a_batch_is_what_the_step_sees_and_the_history_keeps():
    f, theta = sines()
    f = Batched(f.net, f.X, f.y)
    result = minimize(f, theta, GradientDescent(0.5), max_iter=7, batch_size=4, rng=0, record=["x"])
    x = theta
    for rows, ours, value in zip(f.rows, result.history["x"], result.history["value"]):
        part = Objective(f.net, f.X[rows], f.y[rows])
        np.testing.assert_allclose(ours, x, rtol=1e-13)
        np.testing.assert_allclose(value, part.value(x), rtol=1e-13)
        x = x - 0.5 * part.gradient(x)


def test_a_batch_of_all_examples_is_the_whole():
    f, theta = sines()
    whole, batch = (
        minimize(f, theta, GradientDescent(0.5), max_iter=20, batch_size=size, rng=0) for size in (None, 10)
    )
    np.testing.assert_allclose(batch.history["value"], whole.history["value"], rtol=1e-12)


def test_with_batches_success_is_the_gradient_test_on_all_examples_after_an_epoch():
    X = np.random.default_rng(0).standard_normal((10, 2))
    f = Objective(MLP([2, 1]), X, X @ [1.0, -2.0] + 0.5)        # no noise: every batch has the same minimum
    result = minimize(f, np.zeros(3), GradientDescent(0.3), batch_size=3, rng=0, max_iter=10000)
    assert result.success and result.nit % 4 == 0
    assert np.linalg.norm(f.gradient(result.x)) <= 1e-8
    assert result.fun == f.value(result.x) and np.array_equal(result.jac, f.gradient(result.x))


def test_with_batches_the_best_point_after_an_epoch_is_returned():
    f, theta = sines()
    result = minimize(f, theta, GradientDescent(3.0), batch_size=2, rng=1, max_iter=50, record=["x"])
    ends = [f.value(x) for x in result.history["x"][::5]]
    assert not result.success and ends[-1] > min(ends)
    assert result.fun == f.value(result.x) == min(ends)


@pytest.mark.parametrize("size", [0, 11, 2.5, -1])
def test_bad_batch_sizes_are_refused(size):
    f, theta = sines()
    with refuses(f"batch_size={size}", "1 to 10"):
        minimize(f, theta, GradientDescent(), batch_size=size)


def test_a_step_costs_one_gradient_of_its_batch():
    """A new point is never evaluated on the old batch: 100 steps take 100 gradients, and one of all examples an
    epoch."""
    f, theta = sines()
    result = minimize(f, theta, GradientDescent(0.1), max_iter=100, batch_size=2, rng=0, gtol=1e-300)
    epochs = 100 // 5 + 1
    assert result.history["njev"].tolist()[-1] <= 101 + epochs and result.njev <= 101 + epochs


def test_where_the_next_batch_is_not_finite_the_step_is_shorter():
    X = np.array([[1.0], [1.0], [2.0], [2.0]])
    f = Objective(MLP([1, 1]), X, X[:, 0], "poisson")
    result = minimize(f, [0.0, 0.0], GradientDescent(1e3), batch_size=1, rng=0, max_iter=20)
    assert np.isfinite(result.history["value"]).all() and np.isfinite(result.x).all()


@pytest.mark.parametrize("rng", ["seed", -1, [1.5]])
def test_bad_seeds_are_refused(rng):
    f, theta = sines()
    with refuses("rng="):
        minimize(f, theta, GradientDescent(), batch_size=2, rng=rng)


def test_a_truth_value_is_no_batch_size():
    f, theta = sines()
    with refuses("batch_size=True"):
        minimize(f, theta, GradientDescent(), batch_size=True)
