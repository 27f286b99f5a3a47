"""Hessian-free optimisation: its inner iteration, its damping, and what it trains."""

import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from minnet import MLP, Objective, datasets, minimize, problems
from minnet.optim import GradientDescent, HessianFree


def autoencoder(N=60, rng=0):
    X = datasets.curves(N, rng=rng).X
    return Objective(MLP([784, 20, 6, 20, 784], "sigmoid"), X, X, "binary_crossentropy", l2=1e-5)


@pytest.mark.parametrize(
    "method",
    [
        HessianFree(cg_iter=60),
        HessianFree(cg_iter=60, precondition=False),
        HessianFree(cg_iter=60, curvature_batch=10),
    ],
    ids=repr,
)
def test_an_autoencoder_learns_faster_than_by_gradient_descent(method):
    """In as many evaluations of values, gradients and products."""
    f = autoencoder(30)
    theta = f.net.init("sparse", rng=0)
    ours = minimize(f, theta, method, max_iter=20, gtol=0)
    cost = ours.nfev + ours.njev + ours.nhev
    plain = min(minimize(f, theta, GradientDescent(lr), max_iter=cost // 2, gtol=0).fun for lr in (0.01, 0.03))
    assert ours.fun < 0.9 * plain


def test_it_goes_down_and_follows_its_damping_rule():
    f = autoencoder()
    result = minimize(f, f.net.init("sparse", rng=0), HessianFree(), max_iter=10, gtol=0, record=("damping",))
    assert (np.diff(result.history["value"]) < 0).all()
    factors = result.history["damping"][1:] / result.history["damping"][:-1]
    assert np.isclose(factors[:, None], [1, 2 / 3, 3 / 2]).any(1).all() and not np.isclose(factors, 1).all()


def test_a_quadratic_is_solved_by_the_inner_iteration():
    f = problems.quadratic(np.geomspace(1, 100, 30), rng=0)
    result = minimize(
        f, np.ones(30), HessianFree(damping=1e-6, kind="hessian", precondition=False), gtol=1e-6, max_iter=20
    )
    assert result.success


def test_negative_curvature_is_no_crash():
    result = minimize(problems.saddle(), [1.0, 1e-3], HessianFree(kind="hessian", damping=0.1), max_iter=20)
    assert result.fun < problems.saddle().value([1.0, 1e-3])


def test_the_same_bits_after_a_stop(tmp_path):
    f = autoencoder(20)
    theta, method = f.net.init("sparse", rng=0), HessianFree(curvature_batch=10, cg_iter=30)
    whole = minimize(f, theta, method, max_iter=6, gtol=0)
    minimize(f, theta, method, max_iter=3, gtol=0, checkpoint=tmp_path / "run.npz")
    assert_array_equal(minimize(f, theta, method, max_iter=6, gtol=0, checkpoint=tmp_path / "run.npz").x, whole.x)


@pytest.mark.parametrize("widths", [[100, 600, 60, 10], [1000, 900, 110, 10]], ids=["100,000", "1,000,000"])
def test_memory_is_a_small_multiple_of_the_parameters(widths):
    """10⁶ parameters: the dense Hessian would take 8 TB, 10⁶ vectors; the activations are a tenth of one here."""
    rng = np.random.default_rng(0)
    f = Objective(MLP(widths), rng.normal(size=(50, widths[0])), rng.integers(0, 10, 50), "softmax_crossentropy")
    theta = f.net.init(rng=0)
    tracemalloc.start()
    result = minimize(f, theta, HessianFree(cg_iter=30), max_iter=3, gtol=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 * theta.nbytes and result.fun < 0.2 * f(theta)


@pytest.mark.parametrize(
    "options, said",
    [
        ({"damping": 0}, "damping"),
        ({"cg_iter": 0}, "cg_iter"),
        ({"decay": 1}, "decay"),
        ({"kind": "bfgs"}, "kind"),
        ({"curvature_batch": 0}, "curvature_batch"),
    ],
)
def test_bad_input(options, said):
    with pytest.raises(ValueError, match=said):
        HessianFree(**options)


def test_fisher_diagonal_is_that_of_the_fisher_matrix():
    f = autoencoder(5)
    g = f.per_example_gradients(theta := f.net.init(rng=0))
    assert_allclose(f.fisher_diagonal(theta), (g**2).mean(0), rtol=1e-10, atol=1e-16)
