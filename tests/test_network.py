"""The network: its layout, its start weights, its outputs against loops and its passes against complex steps."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_close, refuses
from numpy.testing import assert_allclose, assert_array_equal

from minnet import MLP, Activation, check
from minnet.network.activations import ACTIVATIONS
from minnet.testing import generators, networks, parameters

# --- layout ----------------------------------------------------------------------------------------------------------

def test_layout_is_row_major_layer_after_layer():
    net = MLP([2, 3, 1])
    assert net.n_params == 13 and net.n_layers == 2 and net.widths == (2, 3, 1)
    (W1, b1), (W2, b2) = net.unpack(np.arange(13))
    assert_array_equal(W1, [[0, 1], [2, 3], [4, 5]])
    assert_array_equal(b1, [6, 7, 8])
    assert_array_equal(W2, [[9, 10, 11]])
    assert_array_equal(b2, [12])


@given(st.data(), networks(max_width=6), st.sampled_from([np.float32, float, complex]))
def test_pack_and_unpack_are_inverse(data, net, dtype):
    theta = data.draw(parameters(net, dtype))
    pairs = net.unpack(theta)
    assert [(W.shape, b.shape) for W, b in pairs] == [((o, i), (o,)) for i, o in zip(net.widths, net.widths[1:])]
    packed = net.pack(pairs)
    assert_array_equal(packed, theta)
    assert packed.dtype == dtype and packed.shape == (net.n_params,) == (sum(W.size + b.size for W, b in pairs),)
    assert not np.shares_memory(packed, theta)


@given(st.data(), networks())
def test_unpack_gives_views(data, net):
    theta = data.draw(parameters(net))
    for number, (W, b) in enumerate(net.unpack(theta)):
        assert np.shares_memory(W, theta) and np.shares_memory(b, theta)
        W[...], b[...] = number, -number
    assert set(theta) == {sign * number for number in range(net.n_layers) for sign in (1, -1)}


def test_unpack_of_a_stack():
    net, stack = MLP([2, 3, 1]), np.arange(52.0).reshape(4, 13)
    for k, theta in enumerate(stack):
        for (W, b), (W_k, b_k) in zip(net.unpack(stack), net.unpack(theta)):
            assert_array_equal(W[k], W_k)
            assert_array_equal(b[k], b_k)


def test_networks_are_values():
    assert MLP([2, 3, 1]) == MLP((2, 3, 1)) != MLP([2, 3, 1], "relu") and hash(MLP([2, 3, 1])) == hash(MLP((2, 3, 1)))
    assert repr(MLP([2, 3, 1])) == "MLP(widths=(2, 3, 1), activation='tanh')"
    with pytest.raises(AttributeError):
        MLP([2, 3, 1]).widths = (1, 1)


# --- start weights ---------------------------------------------------------------------------------------------------

def drawn(scheme, fan_in=24, fan_out=10, draws=400):
    """Weights (draws, fan_out, fan_in) of one layer, drawn again and again; its biases are zero."""
    net, rng = MLP([fan_in, fan_out]), np.random.default_rng(0)
    pairs = [net.unpack(net.init(scheme, rng))[0] for _ in range(draws)]
    assert all((b == 0).all() for _, b in pairs)
    return np.array([W for W, _ in pairs])


@pytest.mark.parametrize("scheme, variance, kurtosis", [
    ("notebook", 1 / (24 * 10), 3), ("glorot", 2 / (24 + 10), 1.8), ("he", 2 / 24, 3), ("lecun", 1 / 24, 3)])
def test_variance_of_the_start_weights(scheme, variance, kurtosis):
    W = drawn(scheme)
    assert W.var() == pytest.approx(variance, rel=0.03) and abs(W.mean()) < 0.01 * np.sqrt(variance)
    assert (W**4).mean() / W.var() ** 2 == pytest.approx(kurtosis, rel=0.03)
    by_weight = W.var(axis=0)                                   # every weight alike, and independent of the others
    assert abs(by_weight / variance - 1).max() < 0.5
    assert abs(np.corrcoef(W.reshape(len(W), -1)[:, :40].T) - np.eye(40)).max() < 0.25


def test_glorot_is_uniform():
    limit = np.sqrt(6 / 34)
    assert 0.999 * limit < abs(drawn("glorot")).max() <= limit


@pytest.mark.parametrize("fan_in", [4, 15, 24])
def test_sparse_gives_each_unit_fifteen_incoming_weights_of_variance_one(fan_in):
    W = drawn("sparse", fan_in)
    assert ((W != 0).sum(axis=2) == min(15, fan_in)).all()
    assert W[W != 0].var() == pytest.approx(1, rel=0.03)
    share = min(15, fan_in) / fan_in
    assert abs((W != 0).mean(axis=(0, 1)) - share).max() < 0.05         # no input is preferred


@pytest.mark.parametrize("scheme", ["notebook", "glorot", "he", "lecun", "sparse"])
def test_start_weights_follow_the_seed(scheme):
    net = MLP([3, 4, 2])
    theta = net.init(scheme, rng=5)
    assert theta.shape == (net.n_params,) and theta.dtype == float
    assert_array_equal(theta, net.init(scheme, rng=np.random.default_rng(5)))
    assert (theta != net.init(scheme, rng=6)).any() and (net.init(scheme) != net.init(scheme)).any()
    rng = np.random.default_rng(5)
    assert (net.init(scheme, rng) != net.init(scheme, rng)).any()
    before = np.random.get_state()[1].copy()
    net.init(scheme)
    assert_array_equal(np.random.get_state()[1], before)


def test_glorot_is_the_default():
    assert_array_equal(MLP([3, 2]).init(rng=1), MLP([3, 2]).init("glorot", rng=1))


# --- outputs ---------------------------------------------------------------------------------------------------------

def looped(net, theta, X):
    """z_k = Σ_j W_kj a_j + b_k, unit by unit and example by example; the last layer is linear."""
    outputs = []
    for x in X:
        a = list(x)
        for number, (W, b) in enumerate(net.unpack(theta)):
            z = [sum(W[k, j] * a[j] for j in range(len(a))) + b[k] for k in range(len(b))]
            last = number == net.n_layers - 1
            a = z if last else [net.sigmas[number](np.array([t]))[0] for t in z]
        outputs.append(a)
    return np.array(outputs)


@given(st.data(), networks(list(ACTIVATIONS)), generators(), st.integers(1, 5), st.sampled_from([float, complex]))
def test_outputs_are_the_loops(data, net, rng, N, dtype):
    theta, X = data.draw(parameters(net, dtype)), rng.standard_normal((N, net.widths[0]))
    ours = net.outputs(theta, X)
    assert ours.dtype == dtype
    assert_close(ours, looped(net, theta, X), 1e-13)


def test_each_hidden_layer_may_have_its_own_activation():
    square = Activation(lambda z: z * z, lambda z: 2 * z, lambda z: 2 + 0 * z)
    net = MLP([1, 1, 1, 1], ["relu", square])
    theta = np.array([2.0, -1.0, 3.0, 0.0, 1.0, 0.5])                  # 2x − 1, relu, 3·, square, + ½
    assert_allclose(net.outputs(theta, [[2.0], [0.0]]), [[81.5], [0.5]])
    assert_array_equal(MLP([2, 1], []).outputs(np.ones(3), [[1, 2]]), [[4]])


def test_outputs_keep_precision_and_leave_their_arguments_alone():
    net, theta, X = MLP([2, 3, 2]), np.linspace(-1, 1, 17), np.random.default_rng(0).standard_normal((4, 2))
    kept = theta.copy(), X.copy()
    assert net.outputs(theta.astype(np.float32), X).dtype == np.float32
    assert net.outputs(theta.astype(np.complex64), X).dtype == np.complex64
    assert_array_equal(net.outputs(list(theta), X.tolist()), net.outputs(theta, X))
    assert net.outputs(theta, X[:0]).shape == (0, 2)
    assert_array_equal(theta, kept[0])
    assert_array_equal(X, kept[1])


def test_outputs_overflow_quietly():
    assert not np.isfinite(MLP([2, 3, 3, 1], "relu").outputs(np.full(25, 1e200), np.ones((2, 2)))).any()


# --- passes ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("widths", [(2, 3, 1), (3, 4, 1, 2, 2), (2, 2)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_pass_equals_complex_steps(activation, widths):
    net, rng = MLP(widths, activation), np.random.default_rng(0)
    report = check.layer(net, rng.standard_normal(net.n_params), rng.standard_normal((5, widths[0])), tol=1e-12)
    assert report, str(report)
    assert set(report.blocks) == {f"R_forward {l}" for l in range(1, len(widths))} | {"backward", "R_backward"}


@given(st.data(), networks(list(ACTIVATIONS)), generators())
def test_a_stack_of_directions_is_each_alone(data, net, rng):
    theta, x = data.draw(parameters(net)), rng.standard_normal((net.widths[0], 4))
    V, R = rng.standard_normal((3, net.n_params)), rng.standard_normal((3, net.widths[-1], 4))
    tape = net.forward(theta, x)
    _, deltas = net.backward(tape, R[0])
    together = net.R_backward(tape, deltas, V, *net.R_forward(tape, V), R)
    alone = [net.R_backward(tape, deltas, v, *net.R_forward(tape, v), r) for v, r in zip(V, R)]
    assert_close(together, np.array(alone), 1e-14)
    assert_close(net.backward(tape, R)[0], np.array([net.backward(tape, r)[0] for r in R]), 1e-14)


# --- bad input -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(
    "widths",
    [[2], [], [2, 0, 1], [2, -1], [2, 1.5], [2.5, 1], "net", None, 3, ["a", 1], [[2], [1]], [np.nan, 1], [2, True]],
)
def test_bad_widths_are_refused(widths):
    with refuses("widths", "whole numbers"):
        MLP(widths)


@pytest.mark.parametrize(
    "widths, activation, part",
    [
        ([2, 3, 1], "tan", "'tan'"),
        ([2, 1], "tan", "'tan'"),
        ([2, 3, 1], ["tanh", "tanh"], "2 activations for 1 hidden layers"),
        ([2, 1], ["tanh"], "1 activations for 0 hidden layers"),
        ([2, 3, 1], [], "0 activations"),
        ([2, 3, 1], [3], "3"),
        ([2, 3, 1], None, "None"),
    ],
)
def test_bad_activations_are_refused(widths, activation, part):
    with refuses("activation", part):
        MLP(widths, activation)


@pytest.mark.parametrize("call, parts", [
    (lambda net: net.init("xavier"), ["'xavier'", "notebook, glorot, he, lecun, sparse"]),
    (lambda net: net.unpack(np.zeros(12)), ["(12,)", "(13,)"]),
    (lambda net: net.unpack(0.0), ["()", "(13,)"]),
    (lambda net: net.pack([(np.zeros((3, 2)), np.zeros(3))]), ["(3, 2)", "(1, 3)"]),
    (lambda net: net.pack([(np.zeros((2, 3)), np.zeros(3)), (np.zeros((1, 3)), np.zeros(1))]), ["(2, 3)", "(3, 2)"]),
    (lambda net: net.outputs(np.zeros(12), np.zeros((1, 2))), ["theta", "(12,)", "(13,)"]),
    (lambda net: net.outputs(np.zeros(13), np.zeros((1, 3))), ["X", "(1, 3)", "(N, 2)"]),
    (lambda net: net.outputs(np.zeros(13), np.zeros(2)), ["X", "(2,)", "(N, 2)"]),
    (lambda net: net.outputs(["a"] * 13, np.zeros((1, 2))), ["theta", "dtype"]),
])
def test_bad_arguments_are_refused(call, parts):
    with refuses(*parts):
        call(MLP([2, 3, 1]))
