"""The Hessian and the Gauss-Newton matrix where formulas give them by hand, and where the two are one."""
import numpy as np
import pytest
from hessian_cases import PIECEWISE_LINEAR, fixed, points
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_close
from numpy.testing import assert_array_equal
from scipy.special import expit

from minnet import MLP, Objective
from minnet.network.losses import softmax

# --- closed forms ----------------------------------------------------------------------------------------------------

def linear_model(K, loss, N=23, d=4):
    """(f, θ, x̃ (N, d + 1)) for one layer; θ holds W (K, d) row-major, then b."""
    f, theta = fixed([d, K], N, loss, reduction="sum")
    return f, theta, np.column_stack([f.X, np.ones(N)])


def weighted_gram(x, S):
    """Σ S ⊗ x̃ x̃ᵀ (S by example, (N, K, K)) in the order of θ."""
    N, K, _ = S.shape
    order = np.arange(K * x.shape[1]).reshape(K, -1)
    order = np.concatenate([order[:, :-1].ravel(), order[:, -1]])
    return sum(np.kron(S[i], np.outer(x[i], x[i])) for i in range(N))[np.ix_(order, order)]


@pytest.mark.parametrize("K", [1, 3])
def test_linear_regression(K):
    f, theta, x = linear_model(K, "squared_error")
    oracle = weighted_gram(x, np.tile(np.eye(K), (len(x), 1, 1)))
    if K == 1:
        assert_close(oracle, x.T @ x, 1e-15)
    assert_close(f.hessian(theta), oracle, 1e-14)
    assert_close(f.ggn(theta), oracle, 1e-14)


@pytest.mark.parametrize("K", [1, 3])
def test_logistic_regression(K):
    f, theta, x = linear_model(K, "binary_crossentropy")
    p = expit(f.net.outputs(theta, f.X))
    oracle = weighted_gram(x, np.einsum("nk,kl->nkl", p * (1 - p), np.eye(K)))
    if K == 1:
        assert_close(oracle, x.T @ (p * (1 - p) * x), 1e-14)
    assert_close(f.hessian(theta), oracle, 1e-14)
    assert_close(f.ggn(theta), oracle, 1e-14)


@pytest.mark.parametrize("K", [1, 2, 5])
def test_softmax_regression(K):
    f, theta, x = linear_model(K, "softmax_crossentropy")
    p = softmax(f.net.outputs(theta, f.X))
    oracle = weighted_gram(x, np.einsum("nk,kl->nkl", p, np.eye(K)) - np.einsum("nk,nl->nkl", p, p))
    assert_close(f.hessian(theta), oracle, 1e-14)
    assert_close(f.ggn(theta), oracle, 1e-14)
    if K == 1:
        assert_array_equal(f.hessian(theta), np.zeros((5, 5)))     # one class is certain


@pytest.mark.parametrize("K", [1, 3])
def test_poisson_regression(K):
    f, theta, x = linear_model(K, "poisson")
    oracle = weighted_gram(x, np.einsum("nk,kl->nkl", np.exp(f.net.outputs(theta, f.X)), np.eye(K)))
    assert_close(f.hessian(theta), oracle, 1e-14)


def test_two_linear_layers_by_hand():
    """½ (u w x − y)² of two numbers: the smallest Hessian with an error term."""
    f = Objective(MLP([1, 1, 1], "identity"), [[3.0]], [5.0])
    w, b, u, c, x, y = 0.5, 0.25, 2.0, -1.0, 3.0, 5.0
    a = w * x + b
    r = u * a + c - y
    J = np.array([u * x, u, a, 1.0])
    H = np.outer(J, J)
    H[0, 2] = H[2, 0] = H[0, 2] + r * x
    H[1, 2] = H[2, 1] = H[1, 2] + r
    assert_array_equal(f.hessian([w, b, u, c]), H)
    assert_array_equal(f.ggn([w, b, u, c]), np.outer(J, J))


# --- where the Gauss-Newton matrix is the Hessian --------------------------------------------------------------------

@given(points(max_depth=1))
def test_one_layer_has_no_error_term(point):
    f, theta = point
    assert_array_equal(f.hessian(theta), f.ggn(theta))


@given(data=st.data(), point=points(losses=["squared_error"]))
def test_no_error_term_without_errors(data, point):
    """At outputs equal to the targets every network's Hessian is its Gauss-Newton matrix."""
    f, theta = point
    fitted = Objective(f.net, f.X, f.net.outputs(theta, f.X), l2=f.l2, reduction=f.reduction)
    assert_close(fitted.hessian(theta), fitted.ggn(theta), 1e-14)


@given(points(activations=PIECEWISE_LINEAR))
def test_piecewise_linear_units_bend_only_between_layers(point):
    """σ″ = 0: the two differ in no block of a layer with itself, so that the Hessian's diagonal is G's."""
    f, theta = point
    H, G = f.by_layer(f.hessian(theta)), f.by_layer(f.ggn(theta))
    for l in range(1, f.net.n_layers + 1):
        assert_array_equal(H[l, l], G[l, l])
    assert_array_equal(f.hessian_diagonal(theta), f.ggn_diagonal(theta))


def test_errors_tell_them_apart_in_a_deeper_linear_network():
    f, theta = fixed([2, 3, 2], 5, activation="identity")
    H, G = f.by_layer(f.hessian(theta)), f.by_layer(f.ggn(theta))
    assert abs(H[1, 2] - G[1, 2]).max() > 0.1
