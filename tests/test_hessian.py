"""The block form against its definition, n R-operator products, and complex steps; its symmetry and its parts."""
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hessian_cases import assert_blocks_close, fixed, groups_of, points
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import assert_close, complex_step, gauss_newton, refuses
from numpy.testing import assert_array_equal

from minnet.network.activations import ACTIVATIONS
from minnet.network.losses import LOSSES

each_loss = pytest.mark.parametrize("loss", LOSSES)
each_activation = pytest.mark.parametrize("activation", ACTIVATIONS)


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


@pytest.mark.parametrize("pairs, examples", [(1, 1), (40, 1), (150, 300), (1000, 5000), (1 << 17, 1 << 22)])
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


def test_threads_do_not_disturb_one_another():
    f, theta = fixed([64, 16, 10], 500, "softmax_crossentropy")
    points = [scale * theta for scale in np.linspace(0.5, 1.5, 8)]
    alone = [f.hessian(point) for point in points]
    with ThreadPoolExecutor(4) as pool:
        for ours, reference in zip(pool.map(f.hessian, points), alone):
            assert_array_equal(ours, reference)
