"""Adam and its kin: bias corrections, limits, decay."""

import numpy as np
import pytest
from first_order_cases import PROBLEMS, each_problem, path, steps_on
from hypothesis import given
from hypothesis import strategies as st
from laws import assert_close, notebook_problem
from numpy.testing import assert_allclose, assert_array_equal

from minnet.optim import Adagrad, Adam, AdamW, NAdam, RMSProp

g3 = np.array([-5.0, 0.02, 300.0])


def test_adams_first_step_is_lr_with_correction_and_more_without():
    correct, without, frozen = (steps_on([g3], Adam(0.1, bias_correction=b)) for b in (True, False, "first step"))
    assert_allclose(correct, [-0.1 * np.sign(g3)], rtol=1e-5)
    assert_allclose(without, [-0.1 * np.sign(g3) * (1 - 0.9) / np.sqrt(1 - 0.999)], rtol=1e-3)
    assert_array_equal(frozen, correct)


def test_adams_corrections_on_a_constant_gradient():
    """Corrected, every step is lr; not corrected, they start at 3.2 lr; frozen, they end at √(1−β₂)/(1−β₁) lr."""
    t, g = np.arange(1, 3001)[:, None], np.ones((3000, 1))
    steps = {b: -steps_on(g, Adam(0.1, eps=0, bias_correction=b)) / 0.1 for b in (True, False, "first step")}
    plain = (1 - 0.9**t) / np.sqrt(1 - 0.999**t)
    assert_allclose(steps[True], np.ones((3000, 1)), rtol=1e-10)
    assert_allclose(steps[False], plain, rtol=1e-10)
    assert_allclose(steps["first step"], plain * np.sqrt(1 - 0.999) / (1 - 0.9), rtol=1e-10)


@each_problem
def test_adams_frozen_correction_is_another_rate_and_eps(problem):
    f, x, _ = PROBLEMS[problem]
    frozen = path(f, x, Adam(0.03, 0.9, 0.99, 1e-4, bias_correction="first step"))
    scale = np.sqrt(1 - 0.99)
    assert_close(
        path(f, x, Adam(0.03 * scale / (1 - 0.9), 0.9, 0.99, 1e-4 * scale, bias_correction=False)), frozen, 1e-10
    )


def test_the_frozen_correction_is_the_notebooks():
    f, x = notebook_problem(1)
    a = p = np.zeros(13)
    ours = path(f, x, Adam(0.1, eps=1e-8 / np.sqrt(1 - 0.999), bias_correction="first step"), 50)
    for point in ours:
        assert_close(point, x, 1e-11)
        g = f.gradient(x)
        a = 0.999 * a + (1 - 0.999) * g**2
        p = 0.9 * p + (1 - 0.9) * g
        x = x - 0.1 * np.sqrt(1 - 0.999) / (1 - 0.9) / (np.sqrt(a) + 1e-8) * p


@each_problem
def test_the_moment_methods_meet_where_their_parameters_do(problem):
    f, x, _ = PROBLEMS[problem]
    rms = path(f, x, RMSProp(0.01, beta=0.99), 50)
    assert_close(path(f, x, Adam(0.01, 0, 0.99, bias_correction=False), 50), rms, 1e-12)
    assert_close(path(f, x, NAdam(0.01, 0, 0.99), 50), path(f, x, Adam(0.01, 0, 0.99), 50), 1e-12)
    assert_array_equal(path(f, x, AdamW(0.01, weight_decay=0), 50), path(f, x, Adam(0.01), 50))


@pytest.mark.parametrize(
    "method", [Adagrad(eps=0), RMSProp(eps=0), RMSProp(eps=0, momentum=0.9), Adam(eps=0), NAdam(eps=0)], ids=repr
)
@given(power=st.integers(-30, 30))
def test_without_eps_the_size_of_f_does_not_matter(method, power):
    g = np.random.default_rng(0).standard_normal((20, 3))
    assert_array_equal(steps_on(2.0**power * g, method), steps_on(g, method))


def test_adamws_decay_is_a_factor_a_step():
    x = np.array([3.0, -2.0])
    steps = steps_on(np.zeros((20, 2)), AdamW(0.1, weight_decay=0.3), x)
    assert_allclose(x + np.cumsum(steps, axis=0), x * (1 - 0.03) ** np.arange(1, 21)[:, None], rtol=1e-12)
