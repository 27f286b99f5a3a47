"""The block form against its definition, n R-operator products, against complex steps and closed forms; its memory."""
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import copy
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import assert_close, complex_step, gauss_newton, refuses
from numpy.testing import assert_array_equal
from scipy.special import expit

from minnet import MLP, Objective
from minnet.network import curvature_sweep, khatri_rao
from minnet.network.activations import ACTIVATIONS
from minnet.network.losses import LOSSES, softmax
from minnet.testing import objectives, parameters

each_loss = pytest.mark.parametrize("loss", LOSSES)
each_activation = pytest.mark.parametrize("activation", ACTIVATIONS)
PIECEWISE_LINEAR = ["relu", "leaky_relu", "identity"]
MB = 2**20


@contextmanager
def groups_of(pairs=1, examples=1):
    """Products and chunks in groups of other sizes, by default the smallest: one row of pairs, one example."""
    with (mock.patch.multiple(khatri_rao, PAIRS=pairs),
          mock.patch.multiple(curvature_sweep, EXAMPLES=examples, ONE_ROW=8 * pairs)):
        yield


def points(dtype=float, max_examples=40, **options):
    """(f, θ): all activations and losses, 1 to 5 layers of 1 to 5 units, examples for three internal chunks."""
    options = {"activations": list(ACTIVATIONS), "max_depth": 5, "max_examples": max_examples} | options
    return objectives(**options).flatmap(lambda f: st.tuples(st.just(f), parameters(f.net, dtype)))


def fixed(widths, N, loss="squared_error", activation="tanh", l2=0.0, seed=0, **options):
    """(f, θ), reproducible and of any size."""
    rng, net, K = np.random.default_rng(seed), MLP(widths, activation), widths[-1]
    y = {"softmax_crossentropy": lambda: rng.integers(K, size=N), "poisson": lambda: rng.poisson(2.0, (N, K)),
         "binary_crossentropy": lambda: rng.integers(2, size=(N, K))}.get(loss, lambda: rng.standard_normal((N, K)))()
    f = Objective(net, rng.standard_normal((N, widths[0])), y, loss=loss, l2=l2, **options)
    return f, net.pack([(rng.standard_normal(W.shape) / np.sqrt(W.shape[1]), rng.standard_normal(b.shape) / 2)
                        for W, b in net.unpack(np.empty(net.n_params))])


def assert_blocks_close(f, ours, reference, tol=1e-13):
    """Equal to `tol` of the largest entry of the same two layers' block: no large block hides a small one."""
    floor = 0.01 * max(1, abs(reference).max())
    theirs = f.by_layer(reference)
    for key, block in f.by_layer(ours).items():
        assert_close(block, theirs[key], tol, floor)


def assert_equals_products(f, theta, tol=1e-13):
    unit = np.eye(f.n, dtype=theta.dtype)
    assert_blocks_close(f, f.hessian(theta), f.hvp(theta, unit), tol)
    assert_blocks_close(f, f.ggn(theta), f.ggnvp(theta, unit), tol)
    assert_close(f.hessian_diagonal(theta), np.diag(f.hvp(theta, unit)), tol)
    assert_close(f.ggn_diagonal(theta), np.diag(f.ggnvp(theta, unit)), tol)


# --- against the R-operator and complex steps ------------------------------------------------------------------------

@settings(max_examples=60)
@given(points())
def test_equals_products(point):
    assert_equals_products(*point)


@settings(max_examples=40)
@given(points())
def test_equals_complex_steps(point):
    f, theta = point
    assert_blocks_close(f, f.hessian(theta), complex_step(f.gradient, theta))
    assert_blocks_close(f, f.ggn(theta), gauss_newton(f, theta))


@settings(max_examples=30)
@given(points())
def test_equals_products_in_small_groups(point):
    with groups_of():
        assert_equals_products(*point)


@each_loss
@each_activation
def test_narrowest_networks(loss, activation):
    for depth in (1, 2, 5):
        shapes = [1] * (depth + 1), [3] + [1] * depth, [1] * depth + [3], [2] * depth + [1]
        for k, widths in enumerate(shapes):
            f, theta = fixed(widths, 37 if (depth + k) % 2 else 1, loss, activation)
            assert_equals_products(f, theta)
            assert_blocks_close(f, f.hessian(theta), complex_step(f.gradient, theta))


@pytest.mark.parametrize("pairs, examples", [(1, 1), (40, 1), (1000, 5000), (1 << 17, 1 << 22)])
@pytest.mark.parametrize("chunk", [None, 1, 17, 50, 99])
def test_any_grouping_gives_the_same_sums(pairs, examples, chunk):
    (f, theta), (other, _) = (fixed([4, 5, 3, 2], 50, "softmax_crossentropy", l2=0.1, chunk=c) for c in (None, chunk))
    H, G, h, g = f.hessian(theta), f.ggn(theta), f.hessian_diagonal(theta), f.ggn_diagonal(theta)
    with groups_of(pairs, examples):
        assert_blocks_close(f, other.hessian(theta), H, 1e-14)
        assert_blocks_close(f, other.ggn(theta), G, 1e-14)
        assert_close(other.hessian_diagonal(theta), h, 1e-14)
        assert_close(other.ggn_diagonal(theta), g, 1e-14)


@given(points(np.float32))
def test_float32_to_its_precision(point):
    f, theta = point
    exact = theta.astype(float)
    for rule in (f.hessian, f.ggn):
        ours = rule(theta)
        assert ours.dtype == np.float32
        assert_array_equal(ours, ours.T)
        assert_blocks_close(f, ours, rule(exact), 1e-5)
    assert_close(f.hessian_diagonal(theta), f.hessian_diagonal(exact), 1e-5)


@given(points(complex, activations=[name for name, sigma in ACTIVATIONS.items() if sigma.smooth]))
def test_complex_parameters(point):
    f, theta = point
    assert f.hessian(theta).dtype == complex
    assert_equals_products(f, theta)
    assert_array_equal(f.hessian(theta), f.hessian(theta).T)       # symmetric, not Hermitian: it is analytic in θ


@given(points(activations=["tanh", "sigmoid", "sin"], losses=["softmax_crossentropy", "poisson"], max_depth=3))
def test_is_analytic(point):
    """Third derivatives, by complex step, are symmetric in all three indices: no term is missing or conjugated."""
    f, theta = point
    T = complex_step(lambda t: f.hessian(t), theta)
    assert_close(T, T.transpose(0, 2, 1), 1e-13)
    assert_close(T, T.transpose(2, 1, 0), 1e-13)


# --- symmetry, blocks, diagonals -------------------------------------------------------------------------------------

@settings(max_examples=40)
@given(points())
def test_symmetric_to_the_last_bit(point):
    f, theta = point
    for matrix in (f.hessian(theta), f.ggn(theta)):
        assert_array_equal(matrix, matrix.T)


@pytest.mark.parametrize("chunk", [None, 7])
def test_symmetric_to_the_last_bit_over_groups_and_chunks(chunk):
    f, theta = fixed([4, 5, 3, 2], 50, "softmax_crossentropy", chunk=chunk)
    with groups_of():
        for matrix in (f.hessian(theta), f.ggn(theta)):
            assert_array_equal(matrix, matrix.T)


@given(data=st.data())
def test_parts_are_the_whole_ones_blocks(data):
    f, theta = data.draw(points())
    some = st.lists(st.integers(1, f.net.n_layers), min_size=1, unique=True)      # in any order
    layers, columns = data.draw(some), data.draw(st.none() | some)
    for rule in (f.hessian, f.ggn):
        whole = f.by_layer(rule(theta))
        wanted = np.block([[whole[l, m] for m in columns or layers] for l in layers])
        assert_array_equal(rule(theta, layers=layers, columns=columns), wanted)


def test_one_layer_by_its_number():
    f, theta = fixed([3, 4, 2], 9, l2=0.5)
    H = f.hessian(theta)
    assert_array_equal(f.hessian(theta, layers=2), H[16:, 16:])
    assert_array_equal(f.hessian(theta, layers=2, columns=1), H[16:, :16])
    assert_array_equal(f.hessian(theta, columns=2), H[:, 16:])
    assert_array_equal(f.ggn(theta, layers=[2, 1]), f.ggn(theta)[np.r_[16:26, :16]][:, np.r_[16:26, :16]])


def test_by_layer_gives_views():
    f, theta = fixed([3, 4, 2], 5)
    H = f.hessian(theta)
    blocks = f.by_layer(H)
    assert {key: block.shape for key, block in blocks.items()} == {(1, 1): (16, 16), (1, 2): (16, 10), (2, 1): (10, 16),
                                                                   (2, 2): (10, 10)}
    blocks[1, 2][...] = 7
    assert (H[:16, 16:] == 7).all() and (H[16:, :16] != 7).all()


@pytest.mark.parametrize("layers", [0, 3, -1, [], [1, 1], [1, 3], 1.5, "W1", True])
def test_unknown_layers_are_refused(layers):
    f, theta = fixed([3, 4, 2], 5)
    for options in ({"layers": layers}, {"columns": layers}):
        with refuses("layers", "different numbers from 1 to 2"):
            f.hessian(theta, **options)


@settings(max_examples=40)
@given(points())
def test_diagonals(point):
    f, theta = point
    assert_close(f.hessian_diagonal(theta), np.diag(f.hessian(theta)), 1e-13)
    assert_close(f.ggn_diagonal(theta), np.diag(f.ggn(theta)), 1e-13)


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


# --- memory and threads ----------------------------------------------------------------------------------------------

def traced_peak(rule):
    """Bytes at the peak of a call, over what there was before it."""
    tracemalloc.start()
    try:
        rule()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def stated(net, layers):
    """Bytes as `Objective.hessian` states: the matrix, the products of its largest pair of layers, 32 MB."""
    sizes = [end - W for l, (W, _, end, _) in enumerate(net.layout, 1) if l in layers]
    return 8 * (sum(sizes) ** 2 + max(sizes) ** 2) + 32 * MB


def peak_and_stated(widths, N, layers=None):
    """Of the first call at a point whose gradient is known; the Gauss-Newton matrix takes no more than the Hessian."""
    f, theta = fixed(widths, N)
    f.gradient(theta)
    peaks = []
    for rule in (f.hessian, f.ggn):
        peaks.append(traced_peak(lambda: rule(theta, layers=layers)))
        f = copy(f)
    return max(peaks), stated(f.net, layers or range(1, len(widths)))


@pytest.mark.parametrize("widths, N", [([64, 16, 10], 1797), ([30, 30, 10], 500), ([8, 16, 16, 16, 2], 5000),
                                       ([64, 40, 10], 500), ([10] * 8, 1000), ([300, 5, 2], 500)])
def test_peak_memory_is_as_stated(widths, N):
    peak, bound = peak_and_stated(widths, N)
    assert peak <= bound


@pytest.mark.parametrize("widths, layer", [([20, 300, 10, 5], 3), ([10, 10, 400, 10], 1)])
def test_a_part_takes_the_memory_of_the_part(widths, layer):
    """A small layer's block where the whole Hessian would take hundreds of megabytes."""
    whole = 8 * MLP(widths).n_params ** 2
    peak, bound = peak_and_stated(widths, 100, [layer])
    assert peak <= bound <= 36 * MB < 500 * MB < whole


@pytest.mark.parametrize("widths, N, layers", [
    ([5, 100], 2000, None),               # ∂²ℓ/∂z² of all examples at once would take 160 MB
    ([400, 1], 10000, None),              # a row of pairs is 401 times 10000 long
    ([20, 10, 1000, 5, 4], 100, [4])])    # S of the wide layer, which the last one does not need
def test_peak_memory_is_as_stated_at_the_extremes(widths, N, layers):
    peak, bound = peak_and_stated(widths, N, layers)
    assert peak <= bound


def test_threads_do_not_disturb_one_another():
    f, theta = fixed([64, 16, 10], 500, "softmax_crossentropy")
    points = [scale * theta for scale in np.linspace(0.5, 1.5, 8)]
    alone = [f.hessian(point) for point in points]
    with ThreadPoolExecutor(4) as pool:
        for ours, reference in zip(pool.map(f.hessian, points), alone):
            assert_array_equal(ours, reference)
