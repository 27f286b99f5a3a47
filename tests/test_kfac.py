"""Kronecker factors: where they are exact, their order, their inverse and what it is good for."""
import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_close, refuses
from objectives import CANONICAL, points
from objectives import lecun_example as example
from scipy.sparse.linalg import cg

from minnet import MLP, Objective
from minnet.curvature import GGNOperator, kfac
from minnet.network.losses import LOSSES
from minnet.testing import generators

RTOL = "rtol" if "rtol" in inspect.signature(cg).parameters else "tol"    # its name before SciPy 1.12


def block_diagonal(f, G):
    """G without its blocks between layers."""
    kept = np.zeros_like(G)
    for (l, m), block in f.by_layer(kept).items():
        if l == m:
            block[...] = f.by_layer(G)[l, m]
    return kept


@given(points(max_examples=1))
def test_kronecker_factors_are_exact_for_one_example(point):
    f, theta = point
    assert_close(kfac(f, theta).dense(), block_diagonal(f, f.ggn(theta)), 1e-13)


@given(points(activations=["identity"], losses=["squared_error"]))
def test_kronecker_factors_are_exact_for_linear_networks(point):
    f, theta = point
    assert_close(kfac(f, theta).dense(), block_diagonal(f, f.ggn(theta)), 1e-13)


@given(points(max_depth=1, losses=["squared_error"]))
def test_kronecker_factors_are_exact_for_linear_regression(point):
    f, theta = point
    assert_close(kfac(f, theta).dense(), f.hessian(theta), 1e-13)


def test_kronecker_factors_are_an_approximation_otherwise():
    f, theta = example()
    G = block_diagonal(f, f.ggn(theta))
    error = np.linalg.norm(kfac(f, theta).dense() - G) / np.linalg.norm(G)
    assert 0.01 < error < 0.5


@given(points(losses=[loss for loss in LOSSES if loss != "huber"]))
def test_kronecker_factors_keep_the_sums_over_examples(point):
    """A is the mean of ã ãᵀ and B the sum of S: the bias-bias corner of each block is G's own, since ã is 1 there."""
    f, theta = point
    G, K = f.ggn(theta), kfac(f, theta)
    for (A, B), (_, b, end, _), a in zip(K.factors, f.net.layout, f.net.forward(theta, f.X.T).a):
        tilde = np.vstack([a, np.ones(len(f))])
        assert_close(A, tilde @ tilde.T / len(f), 1e-13)
        assert_close(B, G[b:end, b:end] - f.l2 * np.eye(end - b), 1e-13)


def test_kronecker_order_is_that_of_the_parameters():
    """B_{qs} A_{pr} stands where W_{qp} and W_{sr} do, the biases after the weights."""
    f, theta = example(l2=0.25)
    K, n = kfac(f, theta), f.n
    number = f.net.unpack(np.arange(n))
    expected = np.diag(np.full(n, 0.25))
    for (A, B), (W, b) in zip(K.factors, number):
        places = np.column_stack([W, b])                        # (q, P): the number of each weight, the bias last
        for q in range(len(B)):
            for s in range(len(B)):
                expected[np.ix_(places[q], places[s])] += B[q, s] * A
    assert_close(K.dense(), expected, 1e-15)


@pytest.mark.parametrize("chunk", [1, 5, 12])
def test_kronecker_factors_do_not_depend_on_the_chunk(chunk):
    (f, theta), (other, _) = example(), example(chunk=chunk)
    assert_close(kfac(other, theta).dense(), kfac(f, theta).dense(), 1e-14)


@given(points(losses=CANONICAL), generators(), st.sampled_from([0.01, 1.0]))
def test_kronecker_inverse_is_the_dense_inverse(point, rng, damping):
    f, theta = point
    K, V = kfac(f, theta), rng.standard_normal((f.n, 3))
    M, dense = K.inverse(damping), K.dense() + damping * np.eye(f.n)
    assert_close(dense @ (M @ V), V, 1e-10)
    assert_close(M @ V, np.linalg.solve(dense, V), 1e-10)
    assert_close(M @ V, np.stack([M @ v for v in V.T], axis=1), 1e-13)
    assert M.H is M and M.shape == (f.n, f.n)


def test_kronecker_inverse_without_damping():
    f, theta = example("squared_error", (3, 2), N=9)
    M = kfac(f, theta).inverse()
    assert_close(M @ kfac(f, theta).dense(), np.eye(f.n), 1e-10)
    for seed in range(20):                                      # softmax's B is singular: K − 1 probabilities are free
        f, theta = example(seed=seed)
        with refuses("damping=0", "l2=0", "singular", "above 0"):
            kfac(f, theta).inverse()
        assert kfac(example(seed=seed, l2=0.1)[0], theta).inverse().shape == (f.n, f.n)


@pytest.mark.parametrize("damping", [-1.0, np.nan, np.inf, -1e-9])
def test_kronecker_inverse_refuses_bad_damping(damping):
    f, theta = example(l2=0.1)
    with refuses("damping", "at least 0"):
        kfac(f, theta).inverse(damping)


def test_kronecker_factors_stay_float32():
    f, theta = example(l2=0.1)
    K, small = kfac(f, theta), kfac(f, theta.astype(np.float32))
    v = np.ones(f.n, np.float32)
    assert small.dense().dtype == small.inverse().dtype == (small.inverse() @ v).dtype == np.float32
    assert_close(small.dense(), K.dense(), 1e-5)
    assert_close(small.inverse() @ v, K.inverse() @ v, 1e-4)


def iterations(A, b, M=None):
    """How many iterations of conjugate gradients a relative residual of 1e-8 takes."""
    count = []
    x, failed = cg(A, b, **{RTOL: 1e-8}, atol=0.0, maxiter=10000, M=M, callback=count.append)
    assert not failed and np.linalg.norm(A @ x - b) <= 2e-8 * np.linalg.norm(b)
    return len(count)


@pytest.mark.parametrize("seed", range(3))
def test_kronecker_inverse_preconditions_conjugate_gradients(seed):
    """Inputs far from centred make G ill-conditioned, and the factor A knows it."""
    rng, net = np.random.default_rng(seed), MLP([8, 6, 3])
    X, y = rng.standard_normal((300, 8)) + 3, rng.integers(3, size=300)
    f, theta = Objective(net, X, y, loss="softmax_crossentropy", l2=1e-4), net.init(rng=rng)
    A, b = GGNOperator(f, theta), rng.standard_normal(f.n)
    assert np.linalg.cond(f.ggn(theta)) > 1e4
    plain = iterations(A, b)
    assert iterations(A, b, kfac(f, theta).inverse()) < 0.6 * plain
    assert iterations(A, b, kfac(f, theta).inverse(1e-3)) < 0.6 * plain
