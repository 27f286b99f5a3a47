"""Weights of examples: an example of weight 2 counts as if it stood there twice, one of weight 0 as if it did not."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_close, complex_step, gauss_newton, refuses
from numpy.testing import assert_array_equal
from objectives import RULES, AsymmetricSquare, example

from minnet import MLP, Objective, check
from minnet.curvature import kfac
from minnet.network.losses import LOSSES, Loss
from minnet.testing import generators, objectives, parameters

SUMS = {name: rule for name, rule in RULES.items() if name != "per_example_gradients"}


@st.composite
def points(draw, **options):
    """(f, θ, V): an objective with or without weights, a point and two directions side by side."""
    f = draw(objectives(weighted=True, **options))
    return f, draw(parameters(f.net)), draw(generators()).standard_normal((f.n, 2))


def like(f, X, y, **options):
    return Objective(f.net, X, y, f.loss, l2=f.l2, reduction=f.reduction, chunk=f.chunk, **options)


@given(st.data(), points())
def test_a_whole_weight_is_so_many_copies(data, point):
    f, theta, V = point
    counts = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(f), max_size=len(f)).filter(any)))
    weighted, copies = like(f, f.X, f.y, sample_weight=counts), like(f, f.X.repeat(counts, 0), f.y.repeat(counts, 0))
    for name, rule in SUMS.items():
        assert_close(rule(weighted, theta, V), rule(copies, theta, V), 1e-13)
    for ours, theirs in zip(kfac(weighted, theta).factors, kfac(copies, theta).factors):
        assert_close(ours[0], theirs[0], 1e-13)
        assert_close(ours[1], theirs[1], 1e-13)


@given(points())
def test_derivatives_equal_complex_steps(point):
    f, theta, V = point
    assert_close(f.gradient(theta), complex_step(f.value, theta))
    H, G = complex_step(f.gradient, theta), gauss_newton(f, theta)
    assert_close(f.hessian(theta), H)
    assert_close(f.hvp(theta, V), H @ V)
    assert_close(f.ggn(theta), G)
    assert_close(f.ggnvp(theta, V), G @ V, 1e-11)
    assert_close(f.hessian_diagonal(theta), np.diag(H))
    assert_close(f.ggn_diagonal(theta), np.diag(G))


@given(points())
def test_the_checkers_pass(point):
    f, theta, _ = point
    for report in (check.gradient(f, theta), check.hvp(f, theta), check.hessian(f, theta), check.ggnvp(f, theta)):
        assert report, str(report)


@given(points())
def test_rows_are_weighted_gradients_and_add_up(point):
    f, theta, _ = point
    rows, plain = f.per_example_gradients(theta), like(f, f.X, f.y).per_example_gradients(theta)
    weights = np.ones(len(f)) if f.sample_weight is None else f.sample_weight
    assert_close(rows, weights[:, None] * plain, 1e-14)
    assert_close(f.scale * rows.sum(0) + f.l2 * theta, f.gradient(theta), 1e-13)
    F = f.scale * (plain.T * weights) @ plain
    assert_close(f.fisher(theta), F + f.l2 * np.eye(f.n), 1e-13)
    assert_close(f.fisher_diagonal(theta), np.diag(F), 1e-13)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_weights_of_one_change_nothing(name, reduction):
    (f, theta), (other, _) = example(reduction=reduction), example(reduction=reduction, sample_weight=[1] * 5)
    assert_close(RULES[name](other, theta, theta), RULES[name](f, theta, theta), 1e-15)


@pytest.mark.parametrize("name", SUMS)
def test_the_mean_is_over_the_sum_of_the_weights(name):
    w = np.array([1, 0.5, 2, 0, 3])
    (f, theta), (other, _) = example(sample_weight=w), example(sample_weight=7 * w)
    assert f.scale == pytest.approx(1 / 6.5)
    assert_close(SUMS[name](other, theta, theta), SUMS[name](f, theta, theta), 1e-14)


@given(st.data(), points())
def test_a_subset_keeps_the_weights(data, point):
    f, theta, V = point
    rows = data.draw(st.lists(st.integers(0, len(f) - 1), min_size=1, max_size=2 * len(f)))
    part, weights = f.subset(rows), None if f.sample_weight is None else f.sample_weight[rows]
    if weights is None or weights.any():
        alone = like(f, f.X[rows], f.y[rows], sample_weight=weights)
        for rule in RULES.values():
            assert_close(rule(part, theta, V), rule(alone, theta, V), 1e-12)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_subset_without_weight_says_nothing(reduction):
    f, theta = example(l2=2.0, reduction=reduction, sample_weight=[0, 0, 1, 1, 1])
    part = f.subset([0, 1])
    assert part.value(theta) == theta @ theta
    assert_array_equal(part.gradient(theta), 2 * theta)
    assert_array_equal(part.hessian(theta), 2 * np.eye(f.n))


class Together(AsymmetricSquare):
    def value_and_gradient(self, z, y):
        return self.value(z, y), self.gradient(z, y)


@pytest.mark.parametrize("own", [AsymmetricSquare(), Together(), type("Derived", (AsymmetricSquare, Loss), {})()],
                         ids=["alone", "together", "derived"])
@pytest.mark.parametrize("chunk", [None, 2])
def test_a_loss_of_ones_own_that_sums(own, chunk):
    rng, net, w = np.random.default_rng(0), MLP([2, 3, 2]), np.array([1, 0, 2, 0.5, 3])
    X, y, theta = rng.standard_normal((5, 2)), rng.standard_normal((5, 2)), net.init(rng=1)
    f = Objective(net, X, y, own, sample_weight=w, chunk=chunk)
    values = [AsymmetricSquare().value(net.outputs(theta, X[i:i + 1]), y[i:i + 1]) for i in range(5)]
    assert_close(f.value(theta), w @ values / w.sum(), 1e-14)
    assert check.gradient(f, theta) and check.hessian(f, theta) and check.ggnvp(f, theta)


def test_an_example_of_weight_zero_may_have_an_infinite_loss():
    net, theta = MLP([1, 1]), np.array([1.0, 0.0])
    f = Objective(net, [[1.0], [1e4]], [2.0, 2.0], "poisson", sample_weight=[1, 0])
    alone = Objective(net, [[1.0]], [2.0], "poisson")
    assert f.value(theta) == alone.value(theta)
    assert_array_equal(f.gradient(theta), alone.gradient(theta))
    assert_array_equal(f.hessian(theta), alone.hessian(theta))


@pytest.mark.parametrize("loss", LOSSES)
def test_float32_stays_float32(loss):
    f, theta = example(loss, l2=0.1, sample_weight=[1, 0, 2, 0.5, 3])
    for rule in RULES.values():
        ours = rule(f, theta.astype(np.float32), theta.astype(np.float32))
        assert ours.dtype == np.float32
        assert_close(ours, rule(f, theta, theta), 1e-5)


@pytest.mark.parametrize("weights, parts", [
    ([1, 1, -1, 1, 1], ["sample_weight[2]", "-1"]), ([1, np.nan, 1, 1, 1], ["sample_weight[1]", "nan"]),
    ([1, 1, 1, 1, np.inf], ["sample_weight[4]", "inf"]), ([0] * 5, ["sums to 0"]), ([1e308] * 5, ["sums to inf"]),
    ([5e-324, 0, 0, 0, 0], ["sums to"]), ([1] * 4, ["(4,)", "(5,)"]), (np.ones((5, 1)), ["(5, 1)", "(5,)"]),
    (1.0, ["()", "(5,)"]), ("balanced", ["dtype"]), ([1j] * 5, ["complex128"]), ([None] * 5, ["object"])])
def test_bad_weights_are_refused(weights, parts):
    with refuses("sample_weight", *parts):
        example(sample_weight=weights)
