"""Gradient clipping."""

import numpy as np
import pytest
from first_order_cases import net, path
from hypothesis import given
from hypothesis import strategies as st
from laws import refuses
from numpy.testing import assert_allclose, assert_array_equal

from minnet import Function, minimize
from minnet.function import supports
from minnet.optim import (
    Adam,
    Clipped,
    GradientDescent,
    Momentum,
    Nesterov,
    clip,
)
from minnet.problems import quadratic, rosenbrock


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("size", [0.0, 1e-7, 1.0, 1e3])
def test_clipping_is_pytorchs(size, dtype):
    torch = pytest.importorskip("torch")
    g = (size * np.random.default_rng(0).standard_normal(20)).astype(dtype)
    for ours, theirs, bound in (
        (clip.by_norm, torch.nn.utils.clip_grad_norm_, 2.5),
        (clip.by_value, torch.nn.utils.clip_grad_value_, 0.5),
    ):
        x = torch.zeros(20, dtype=torch.tensor(g).dtype, requires_grad=True)
        x.grad = torch.tensor(g)
        theirs([x], bound)
        assert ours(g, bound).dtype == dtype
        assert_allclose(ours(g, bound), x.grad.numpy(), rtol=1e-12 if dtype == np.float64 else 1e-6)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=5), st.floats(1e-3, 1e3), st.integers(-5, 300))
def test_what_clipping_keeps(g, bound, power):
    """The direction or the small entries, up to a cliff whose norm squared is no number any more."""
    g, scale = np.array(g), 10.0**power
    by_norm, by_value, norm = clip.by_norm(scale * g, bound), clip.by_value(scale * g, bound), np.linalg.norm(g)
    if norm < (bound - 1e-6) / scale:
        assert_array_equal(by_norm, scale * g)
    else:
        assert np.linalg.norm(by_norm) <= bound * (1 + 1e-12)
        assert_allclose(by_norm * norm, g * np.linalg.norm(by_norm), rtol=1e-9, atol=1e-12)
    assert_array_equal(by_value, [min(max(-bound, entry), bound) for entry in scale * g])


def test_clipping_is_the_methods_alone():
    """The driver's test sees the true gradient, steps are bounded, and nothing is evaluated twice."""
    f, x = rosenbrock(), np.array([-1.2, 1.0])
    for method in (GradientDescent(1e-3), Nesterov(1e-4, kind="lookahead"), Adam(0.1)):
        loose, plain = (minimize(f, x, m, max_iter=20) for m in (Clipped(method, max_norm=1e9), method))
        for name in ("x", "nfev", "njev", "nit", "message"):
            assert_array_equal(loose[name], plain[name])
    short = minimize(f, x, Clipped(GradientDescent(0.1), max_norm=1e-9), max_iter=20, gtol=1e-3, record=["x"])
    assert not short.success and short.nfev == short.njev == 21
    assert (np.linalg.norm(np.diff(short.history["x"], axis=0), axis=1) <= 1.001e-10).all()
    assert_array_equal(short.history["gradient_norm"], [np.linalg.norm(f.gradient(x)) for x in short.history["x"]])


def test_a_cliff_throws_gradient_descent_off_and_not_the_clipped_one():
    cliff = Function(lambda x: x[0] ** 2 / 2 + np.exp(-60 * (x[0] + 1)), lambda x: x - 60 * np.exp(-60 * (x + 1)))
    for method, lands in ((GradientDescent(0.1), False), (Clipped(GradientDescent(0.1), max_norm=1.0), True)):
        x = path(cliff, [-1.1], method, 20)
        assert (abs(x).max() < 2) == lands


def test_clipped_gives_the_method_all_of_f():
    class Asks(GradientDescent):
        needs = ("gradient", "hvp")

        def step(self, f, x, state):
            assert f.n == 2 and supports(f, "hessian") and f.value(x) == f.value_and_gradient(x)[0]
            assert_array_equal(f.hvp(x, x), f.hessian(x) @ x)
            assert_allclose(np.linalg.norm(f.value_and_gradient(x)[1]), 0.5, rtol=1e-5)
            return super().step(f, x, state)

        def accepts(self, f, x, state):
            return state["t"] == 3

    result = minimize(quadratic([1.0, 4.0]), [3.0, -2.0], Clipped(Asks(0.1), max_norm=0.5), gtol=1e9)
    assert (result.nit, result.nfev, result.njev, result.nhev, result.success) == (3, 4, 4, 6, True)
    with refuses("Clipped needs the gradient"):
        minimize(Function(lambda x: x @ x), [1.0], Clipped(Adam(), max_value=1.0))


def test_clipped_batches_are_batches():
    f, x = net()
    method = Clipped(Momentum(0.1), max_norm=0.05)
    result = minimize(f, x, method, batch_size=7, rng=0, max_iter=11, record=["x"])
    assert np.linalg.norm(np.diff(result.history["x"], axis=0)[0]) <= 0.1 * 0.05
    rows = np.random.default_rng(0).permutation(len(f))[:7]
    g = clip.by_norm(f.subset(rows).gradient(x), 0.05)
    assert_allclose(result.history["x"][1], x - 0.1 * g, rtol=1e-12)
