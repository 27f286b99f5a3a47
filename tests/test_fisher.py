"""Fisher matrices: of the data's targets and of the model's own, as matrices, products and diagonals."""
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import assert_close, complex_step, notebook_problem, refuses
from numpy.testing import assert_array_equal
from objectives import CANONICAL, points
from objectives import lecun_example as example

from minnet import Objective
from minnet.curvature import FisherOperator
from minnet.network.losses import LOSSES, one_hot, softmax
from minnet.testing import generators

each_canonical = pytest.mark.parametrize("loss", CANONICAL)


def scale(f):
    return 1 / len(f) if f.reduction == "mean" else 1.0


@given(points())
def test_empirical_fisher_is_the_gram_matrix_of_the_examples_gradients(point):
    f, theta = point
    rows = f.per_example_gradients(theta)
    assert_close(f.fisher(theta), scale(f) * rows.T @ rows + f.l2 * np.eye(f.n), 1e-13)


@settings(max_examples=50)
@given(points(losses=CANONICAL), generators(), st.integers(0, 99))
def test_fisher_products_are_the_dense_ones(point, rng, seed):
    f, theta = point
    V = rng.standard_normal((f.n, 3))
    for kind in ("empirical", "mc"):
        F, A = f.fisher(theta, kind, rng=seed), FisherOperator(f, theta, kind, rng=seed)
        assert_array_equal(F, F.T)
        assert_close(A @ V, F @ V, 1e-12)
        assert_close(A @ V[:, 0], F @ V[:, 0], 1e-12)


@settings(max_examples=50)
@given(points(losses=["softmax_crossentropy"]))
def test_expected_fisher_of_softmax_is_gauss_newton(point):
    """Σ_i Σ_k p_k(x_i) g gᵀ over all the classes that an example could have, each an objective of its own."""
    f, theta = point
    K, N = f.net.widths[-1], len(f)
    p = softmax(f.net.outputs(theta, f.X))
    F = f.l2 * np.eye(f.n)
    for k in range(K):
        g = Objective(f.net, f.X, one_hot(np.full(N, k), K), loss="softmax_crossentropy").per_example_gradients(theta)
        F += scale(f) * g.T @ (p[:, [k]] * g)
    assert_close(F, f.ggn(theta), 1e-13)


@pytest.mark.parametrize("loss, values, probability", [
    ("binary_crossentropy", lambda z: [0 * z, 0 * z + 1], lambda y, mu: np.where(y, mu, 1 - mu)),
    ("squared_error", lambda z: [z - 1, z + 1], lambda y, mu: 0.5 + 0 * y),        # has the moments of N(z, 1)
    ("poisson", lambda z: [k + 0 * z for k in range(60)],
     lambda y, mu: mu**y * np.exp(-mu) / np.vectorize(lambda k: np.prod(np.arange(1, k + 1), dtype=float))(y))])
def test_expected_fisher_of_one_output_is_gauss_newton(loss, values, probability):
    f, theta = example(loss, (3, 4, 1), l2=0.1)
    z = f.net.outputs(theta, f.X)
    F = 0.1 * np.eye(f.n)
    for y in values(z):
        g = Objective(f.net, f.X, y, loss=loss).per_example_gradients(theta)
        F += scale(f) * g.T @ (probability(y, f.loss.mean(z)) * g)
    assert_close(F, f.ggn(theta), 1e-13)


@each_canonical
@pytest.mark.parametrize("chunk", [None, 5])
def test_monte_carlo_fisher_has_gauss_newton_for_its_mean(loss, chunk):
    """Over 400 draws each entry lies within five standard errors of G's, by which the empirical matrix is found out."""
    f, theta = example(loss, (2, 3, 2), l2=0.1, chunk=chunk)
    draws = np.array([f.fisher(theta, "mc", rng=seed) for seed in range(400)])
    error = draws.std(0, ddof=1) / np.sqrt(len(draws))
    assert (error > 0).all()
    assert (abs(draws.mean(0) - f.ggn(theta)) < 5 * error).all()
    assert (abs(draws.mean(0) - f.fisher(theta)) > 10 * error).any()


@each_canonical
def test_monte_carlo_draws_are_reproducible(loss):
    f, theta = example(loss)
    assert_array_equal(f.fisher(theta, "mc", rng=1), f.fisher(theta, "mc", rng=np.random.default_rng(1)))
    assert (f.fisher(theta, "mc", rng=1) != f.fisher(theta, "mc", rng=2)).any()
    A = FisherOperator(f, theta, "mc")
    assert_array_equal(A @ theta, A @ theta)                    # drawn once, however often it is applied


def test_what_is_no_likelihood_has_no_monte_carlo_fisher():
    f, theta = example("huber")
    assert f.fisher(theta).shape == (f.n, f.n)
    for rule in (f.fisher, lambda *a: FisherOperator(f, *a)):
        with refuses("Huber", "log-likelihood", "kind='empirical'"):
            rule(theta, "mc")
        with refuses("kind='true'", "'empirical' or 'mc'"):
            rule(theta, "true")


def test_gauss_newton_is_the_notebooks_formula():
    """y(1 − y) b bᵀ summed over the points, b = ∂z/∂θ by complex step: positive semidefinite, which H is not."""
    f, theta = notebook_problem(0)
    b = complex_step(lambda t: f.net.outputs(t, f.X)[:, 0], theta)
    y = f.loss.mean(f.net.outputs(theta, f.X)[:, 0])
    assert_close(b.T @ ((y * (1 - y))[:, None] * b), f.ggn(theta), 1e-13)
    assert np.linalg.eigvalsh(f.ggn(theta)).min() >= -1e-12 and np.linalg.eigvalsh(f.hessian(theta)).min() < -0.1


@given(points(losses=[loss for loss in LOSSES if loss != "huber"]), generators(),
       st.sampled_from(["empirical", "mc"]))
def test_fisher_products_are_those_of_the_matrix(point, rng, kind):
    (f, theta), V = point, rng.standard_normal((point[0].n, 3))
    F = f.fisher(theta, kind, rng=3)
    assert_close(f.fishervp(theta, V, kind, rng=3), F @ V, 1e-12)
    assert_close(f.fishervp(theta, V[:, 0], kind, rng=3), F @ V[:, 0], 1e-12)
    drawn = f.with_fisher_targets(theta, kind, rng=3)
    assert_close(drawn.fisher(theta), F, 1e-15)
    assert (drawn is f) == (kind == "empirical")


def test_fisher_kinds_are_refused():
    f, theta = example("huber")
    for call in (f.fisher, f.with_fisher_targets, lambda theta, kind: f.fishervp(theta, theta, kind)):
        with refuses("kind='exact'", "'empirical' or 'mc'"):
            call(theta, "exact")
        with refuses("Huber", "kind='empirical'"):
            call(theta, "mc")
