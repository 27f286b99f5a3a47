"""The objective's derivatives against complex steps, and the laws that tie them together."""
from copy import copy

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from laws import assert_close, complex_step, gauss_newton, refuses
from numpy.testing import assert_array_equal
from objectives import RULES, AsymmetricSquare, example

from minnet import MLP, Objective, check
from minnet.function import supports
from minnet.network.activations import ACTIVATIONS
from minnet.network.losses import LOSSES
from minnet.testing import generators, objectives, parameters

each_activation = pytest.mark.parametrize("activation", ACTIVATIONS)
each_loss = pytest.mark.parametrize("loss", LOSSES)
each_rule = pytest.mark.parametrize("rule", RULES)


@st.composite
def points(draw, **options):
    """(f, θ, V): an objective, a point and three directions side by side."""
    f = draw(objectives(**options))
    return f, draw(parameters(f.net)), draw(generators()).standard_normal((f.n, 3))


# --- derivatives -----------------------------------------------------------------------------------------------------

@each_loss
@each_activation
@settings(max_examples=5)
@given(data=st.data())
def test_derivatives_equal_complex_steps(activation, loss, data):
    f, theta, V = data.draw(points(activations=[activation], losses=[loss]))
    H, G = complex_step(f.gradient, theta), gauss_newton(f, theta)
    assert_close(f.gradient(theta), complex_step(f.value, theta))
    assert_close(f.hessian(theta), H)
    assert_close(f.ggn(theta), G)
    assert_close(f.hvp(theta, V), complex_step(f.gradient, theta, V))
    assert_close(f.ggnvp(theta, V), G @ V, 1e-11)
    assert_close(f.hessian_diagonal(theta), np.diag(H))
    assert_close(f.ggn_diagonal(theta), np.diag(G))


@given(points(activations=list(ACTIVATIONS), losses=[loss for loss in LOSSES if loss != "huber"]))
def test_derivatives_equal_differences_away_from_kinks(point):
    f, theta, _ = point
    assume(min(abs(z).min() for z in f.net.forward(theta, f.X.T).z) > 1e-3)
    assert_close(f.gradient(theta), check.gradient_differences(f, theta), 1e-7)
    assert_close(f.hessian(theta), check.hessian_from_gradients(f, theta, 1e-5), 1e-7)


@given(points(losses=[loss for loss in LOSSES if loss != "huber"]))
def test_value_and_gradient_are_analytic(point):
    """The mean over a circle in the complex plane is the value at its centre."""
    f, theta, V = point
    circle = 0.1 * np.exp(2j * np.pi * np.arange(32) / 32)
    v = V[:, 0] / np.linalg.norm(V[:, 0])
    for rule in (f.value, f.gradient):
        assert_close(np.mean([rule(theta + step * v) for step in circle], axis=0), rule(theta))


@given(points())
def test_hessians_are_symmetric_to_the_last_bit(point):
    f, theta, _ = point
    for matrix in (f.hessian(theta), f.ggn(theta)):
        assert_array_equal(matrix, matrix.T)


@given(points())
def test_gauss_newton_is_positive_semidefinite(point):
    f, theta, _ = point
    eigenvalues = np.linalg.eigvalsh(f.ggn(theta) - f.l2 * np.eye(f.n))
    assert eigenvalues.min() >= -1e-13 * max(1, eigenvalues.max())


@given(points(max_depth=1))
def test_gauss_newton_is_the_hessian_of_a_linear_network(point):
    f, theta, V = point
    assert_close(f.ggn(theta), f.hessian(theta), 1e-14)
    assert_close(f.ggnvp(theta, V), f.hvp(theta, V), 1e-14)


def test_gauss_newton_is_not_the_hessian_of_a_deeper_one():
    f, theta = example(activation="identity")
    assert abs(f.ggn(theta) - f.hessian(theta)).max() > 0.1


@given(points())
def test_products_are_linear_and_k_at_once_are_k_alone(point):
    f, theta, V = point
    for product, matrix in ((f.hvp, f.hessian(theta)), (f.ggnvp, f.ggn(theta))):
        together = product(theta, V)
        assert_close(together, np.stack([product(theta, v) for v in V.T], axis=1), 1e-14)
        assert_close(product(theta, V @ [1.0, -2.0, 0.5]), together @ [1.0, -2.0, 0.5], 1e-11)
        assert_close(together, matrix @ V, 1e-11)
        assert product(theta, V[:, :0]).shape == (f.n, 0)


# --- examples, reduction, penalty ------------------------------------------------------------------------------------

@given(points())
def test_per_example_gradients_add_up_to_the_gradient(point):
    f, theta, _ = point
    rows = f.per_example_gradients(theta)
    assert rows.shape == (len(f), f.n)
    total = rows.mean(0) if f.reduction == "mean" else rows.sum(0)
    assert_close(total + f.l2 * theta, f.gradient(theta), 1e-13)
    plain = copy(f)
    plain.l2 = 0.0
    for i, row in enumerate(rows):
        assert_close(plain.subset([i]).gradient(theta), row, 1e-13)


@given(st.data(), points())
def test_subset_is_the_objective_on_these_examples(data, point):
    f, theta, V = point
    N = len(f)
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=N, max_size=N).filter(any)))
    numbers = data.draw(st.lists(st.integers(-N, N - 1), min_size=1, max_size=2 * N))
    for rows in (mask, numbers, slice(None, None, 2)):
        part = f.subset(rows)
        alone = Objective(f.net, f.X[rows], f.y[rows], f.loss, l2=f.l2, reduction=f.reduction)
        assert_array_equal(part.X, f.X[rows])
        assert len(part) == len(alone)
        for name, rule in RULES.items():
            assert_close(rule(part, theta, V), rule(alone, theta, V), 1e-12)


@given(st.data())
def test_results_do_not_depend_on_the_chunk(data):
    f, theta, V = data.draw(points())
    for chunk in (None, *range(1, len(f) + 2)):
        other = Objective(f.net, f.X, f.y, f.loss, l2=f.l2, reduction=f.reduction, chunk=chunk)
        for name, rule in RULES.items():
            assert_close(rule(other, theta, V), rule(f, theta, V), 1e-13)


@each_rule
def test_mean_is_the_sum_over_the_number_of_examples(rule):
    (mean, theta), (total, _) = example(reduction="mean"), example(reduction="sum")
    times = 1 if rule == "per_example_gradients" else len(mean)
    assert_close(times * RULES[rule](mean, theta, theta), RULES[rule](total, theta, theta), 1e-14)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("chunk", [None, 2])
def test_l2_penalises_all_parameters_once(reduction, chunk):
    (plain, theta), (f, _) = (example(l2=l2, reduction=reduction, chunk=chunk) for l2 in (0, 3))
    assert_close(f.value(theta) - plain.value(theta), 1.5 * theta @ theta, 1e-13)
    assert_close(f.gradient(theta) - plain.gradient(theta), 3 * theta, 1e-13)
    assert_close(f.hvp(theta, theta) - plain.hvp(theta, theta), 3 * theta, 1e-13)
    assert_close(f.ggnvp(theta, theta) - plain.ggnvp(theta, theta), 3 * theta, 1e-13)
    for difference in (f.hessian(theta) - plain.hessian(theta), f.ggn(theta) - plain.ggn(theta)):
        assert_close(difference, 3 * np.eye(f.n), 1e-13)
    for difference in (f.hessian_diagonal(theta) - plain.hessian_diagonal(theta),
                       f.ggn_diagonal(theta) - plain.ggn_diagonal(theta)):
        assert_close(difference, np.full(f.n, 3.0), 1e-13)


@pytest.mark.parametrize("chunk", [None, 2])
def test_a_loss_of_ones_own(chunk):
    rng, net = np.random.default_rng(0), MLP([2, 3, 2])
    f = Objective(net, rng.standard_normal((5, 2)), rng.standard_normal((5, 2)), AsymmetricSquare(), chunk=chunk)
    theta = net.init(rng=1)
    assert_close(f.value(theta), AsymmetricSquare().value(net.outputs(theta, f.X), f.y) / 5, 1e-14)
    assert check.gradient(f, theta, tol=1e-12) and check.hvp(f, theta, tol=1e-12)
    assert check.hessian(f, theta, tol=1e-12) and check.ggnvp(f, theta, tol=1e-12)


def test_loss_options_by_name():
    f, theta = example("softmax_crossentropy", label_smoothing=0.2)
    plain, _ = example("softmax_crossentropy")
    assert_close(f.y, 0.8 * plain.y + 0.1)
    assert f.value(theta) != plain.value(theta)
    assert example("huber", delta=0.25)[0].loss.delta == 0.25


# --- precision and overflow ------------------------------------------------------------------------------------------

@each_loss
@each_activation
def test_float32_stays_float32(activation, loss):
    for chunk in (None, 2):
        f, theta = example(loss, activation, l2=0.1, chunk=chunk)
        small = theta.astype(np.float32)
        for name, rule in RULES.items():
            ours = rule(f, small, small)
            assert ours.dtype == np.float32, name
            assert_close(ours, rule(f, small.astype(float), small.astype(float)), 1e-5)
        value, g = f.value_and_gradient(small)
        assert value.dtype == g.dtype == f.net.outputs(small, f.X).dtype == np.float32


@each_rule
def test_whole_numbers_and_lists_are_taken_as_float64(rule):
    f, _ = example()
    ours = RULES[rule](f, [1] * f.n, np.arange(f.n))
    assert ours.dtype == np.float64
    assert_array_equal(ours, RULES[rule](f, np.ones(f.n), np.arange(float(f.n))))


@each_loss
@each_activation
def test_overflow_is_quiet(activation, loss):
    for chunk in (None, 2):
        f, theta = example(loss, activation, (2, 3, 3, 2), l2=0.1, chunk=chunk)
        for scale in (1e200, np.inf, np.nan):
            for name, rule in RULES.items():
                rule(f, scale * theta, theta)
            assert not np.isfinite(f.value(scale * theta))      # the penalty alone overflows


# --- face ------------------------------------------------------------------------------------------------------------

def test_face():
    f, theta = example(l2=0.5, widths=(2, 3, 2))
    assert f.n == 17 and len(f) == 5 and f.X.shape == (5, 2) and f.y.shape == (5, 2)
    assert f(theta) == f.value(theta) == f.value_and_gradient(theta)[0]
    assert_array_equal(f.gradient(theta), f.value_and_gradient(theta)[1])
    assert all(supports(f, derivative) for derivative in ("gradient", "hvp", "hessian")) and not supports(f, "jerk")
    assert "5 examples" in repr(f) and "l2=0.5" in repr(f)
    assert {name: len(rows) for name, rows in f.blocks.items()} == {"W1": 6, "b1": 3, "W2": 6, "b2": 2}
    assert_array_equal(np.concatenate(list(f.blocks.values())), np.arange(17))


def test_groups_are_units_pairs_of_hidden_units_layers_and_all():
    f, _ = example(widths=(2, 3, 2))
    units, outputs = [{0, 1, 6}, {2, 3, 7}, {4, 5, 8}], [{9, 10, 11, 15}, {12, 13, 14, 16}]
    pairs = [units[0] | units[1], units[0] | units[2], units[1] | units[2]]
    layers = [set(range(9)), set(range(9, 17)), set(range(17))]
    groups = [frozenset(map(int, group)) for group in f.groups]
    assert len(groups) == len(set(groups)) and set(groups) == set(map(frozenset, units + outputs + pairs + layers))


X, Y = np.zeros((3, 2)), np.zeros((3, 1))
NET = MLP([2, 2, 1])
NAN, INF = np.where(np.eye(3, 2), [[np.nan]], 0), np.where(np.eye(3, 2), [[np.inf]], 0)


@pytest.mark.parametrize("arguments, options, parts", [
    (("net", X, Y), {}, ["net='net'", "minnet.MLP"]),
    ((NET, np.zeros((3, 4)), Y), {}, ["(3, 4)", "(N, 2)"]),
    ((NET, np.zeros(3), Y), {}, ["(3,)", "(N, 2)"]),
    ((NET, np.zeros((0, 2)), np.zeros((0, 1))), {}, ["(0, 2)", "at least 1"]),
    ((NET, [["a", "b"]], [0]), {}, ["dtype", "numbers"]),
    ((NET, X + 1j, Y), {}, ["complex128", "numbers"]),
    ((NET, NAN, Y), {}, ["X[0, 0]", "nan"]),
    ((NET, INF, Y), {}, ["X[0, 0]", "inf"]),
    ((NET, X, np.zeros((4, 1))), {}, ["(3, 2)", "(4, 1)"]),
    ((NET, X, np.zeros((3, 2))), {}, ["(3, 2)", "(N, 1)"]),
    ((NET, X, Y), {"loss": "hinge"}, ["'hinge'", "squared_error"]),
    ((NET, X, Y), {"loss": object()}, ["value, gradient, hvp"]),
    ((NET, X, Y), {"reduction": "max"}, ["reduction='max'", "'mean' or 'sum'"]),
    ((NET, X, Y), {"l2": -1}, ["l2=-1", "at least 0"]),
    ((NET, X, Y), {"l2": np.nan}, ["l2=nan"]),
    ((NET, X, Y), {"l2": np.inf}, ["l2=inf"]),
    ((NET, X, Y), {"l2": [1, 2]}, ["l2=[1, 2]"]),
    ((NET, X, Y), {"l2": "much"}, ["l2='much'"]),
    ((NET, X, Y), {"l2": 1j}, ["l2=1j"]),
    ((NET, X, Y), {"l2": np.complex128(1)}, ["l2=", "at least 0"]),
    ((NET, X, Y), {"l2": True}, ["l2=True"]),
    ((NET, X, Y), {"chunk": 0}, ["chunk=0"]),
    ((NET, X, Y), {"chunk": True}, ["chunk=True"]),
    ((NET, X, 0.0), {"loss": AsymmetricSquare()}, ["(3, 2)", "()"]),
    ((NET, X, Y), {"chunk": 1.5}, ["chunk=1.5"]),
    ((NET, X, Y), {"loss": "huber", "delta": 0}, ["delta=0"]),
])
def test_bad_input_is_refused(arguments, options, parts):
    with refuses(*parts):
        Objective(*arguments, **options)


@each_rule
@pytest.mark.parametrize("theta, part", [(np.zeros(8), "(8,)"), (np.zeros((9, 1)), "(9, 1)"), (["a"] * 9, "dtype"),
                                         (0.0, "()")])
def test_bad_points_are_refused(rule, theta, part):
    with refuses("theta", part):
        RULES[rule](Objective(NET, X, Y), theta, np.zeros(9))


@pytest.mark.parametrize("rule", ["hvp", "ggnvp"])
@pytest.mark.parametrize("v", [np.zeros(8), np.zeros((8, 9)), np.zeros((9, 2, 2)), 0.0])
def test_bad_directions_are_refused(rule, v):
    with refuses(np.shape(v), "(9,) or (9, k)"):
        RULES[rule](Objective(NET, X, Y), np.zeros(9), v)


@pytest.mark.parametrize("rows", [[], slice(0, 0), np.zeros(3, bool)])
def test_an_empty_subset_is_refused(rows):
    with refuses("no examples"):
        Objective(NET, X, Y).subset(rows)


@pytest.mark.parametrize("rows, part", [
    (True, "()"), (1, "()"), (None, "()"), ([3], "hold 3"), ([0, -4], "hold -4"), ([0.0], "float64"), (["a"], "dtype"),
    ([True, False], "(2,)"), ([[0, 1]], "(1, 2)"), ([[0], [1, 2]], "mask or a slice"), (slice("a", None), "slice"),
    (slice(None, None, 0), "slice")])
def test_rows_that_choose_no_examples_are_refused(rows, part):
    with refuses("rows", part):
        Objective(NET, X, Y).subset(rows)


@pytest.mark.parametrize("theta", [np.ones(9), np.ones(9, np.float32)])
def test_values_are_floats(theta):
    for options in ({}, {"loss": AsymmetricSquare()}, {"l2": np.float32(0.1)}, {"chunk": np.int64(2)}):
        value = Objective(NET, X, Y, **options).value(theta)
        assert isinstance(value, float if theta.dtype == float else np.float32) and np.ndim(value) == 0


@pytest.mark.parametrize("rule, wrong, parts", [
    ("value", lambda z, y: z.sum() * 1j, ["value of Own", "complex128"]),
    ("value", lambda z, y: None, ["value of Own", "object"]),
    ("gradient", lambda z, y: z.sum(1), ["gradient of Own", "(3,)", "(3, 1)"]),
    ("gradient", lambda z, y: z * 1j, ["gradient of Own", "complex128", "float64"]),
    ("hvp", lambda z, y, v: v[..., 0], ["hvp of Own", "(3,)", "(3, 1)"])])
def test_a_loss_that_returns_what_it_should_not_is_refused(rule, wrong, parts):
    Own = type("Own", (AsymmetricSquare,), {rule: staticmethod(wrong)})
    with refuses(*parts):
        Objective(NET, X, Y, Own()).hvp(np.ones(9), np.ones(9))
