"""Adagrad, RMSProp and Adadelta: what they remember and forget."""
import numpy as np
import pytest
from first_order_cases import steps_on
from numpy.testing import assert_allclose

from minnet.optim import Adadelta, Adagrad, Nesterov, RMSProp

g3 = np.array([-5.0, 0.02, 300.0])


def test_adagrads_steps_fall_like_one_over_root_t():
    t = np.arange(1, 401)[:, None]
    assert_allclose(steps_on(np.tile(g3, (400, 1)), Adagrad(0.1)), -0.1 * np.sign(g3) / np.sqrt(t), rtol=1e-5)


def test_rmsprop_forgets_where_adagrad_does_not():
    """After a burst of large gradients RMSProp's steps recover their size, Adagrad's never do."""
    g = np.concatenate([np.full((10, 1), 100.0), np.ones((2000, 1))])
    assert abs(steps_on(g, RMSProp(0.1))[-1]) > 0.0999
    assert abs(steps_on(g, Adagrad(0.1))[-1]) < 0.1 / np.sqrt(10 * 100.0**2)


@pytest.mark.parametrize("g", [1e-9, 1e-4, 1.0])
def test_rmsprops_eps_inside_and_outside_the_root(g):
    a = 0.01 * g * g
    for eps_inside, root in ((True, np.sqrt(a + 1e-7)), (False, np.sqrt(a) + 1e-7)):
        assert_allclose(steps_on([[g]], RMSProp(0.1, eps_inside=eps_inside)), [[-0.1 * g / root]], rtol=1e-12)
    inside, outside = (steps_on([[g]], RMSProp(0.1, eps_inside=where))[0, 0] for where in (True, False))
    assert abs(inside) < abs(outside) or g == 1.0 and abs(inside / outside - 1) < 1e-5


def test_nesterov_with_rmsprop_is_nesterov_with_its_direction():
    """With β = 0 and a constant size of the gradients the direction is ±1, and RMSProp is Nesterov on these."""
    signs = np.sign(np.random.default_rng(0).standard_normal((50, 3)))
    ours = steps_on(7 * signs, RMSProp(0.1, beta=0, eps=0, momentum=0.8, nesterov=True))
    assert_allclose(ours, steps_on(signs, Nesterov(0.1, 0.8)), atol=1e-14)


def test_adadeltas_steps_start_at_root_eps_and_grow():
    steps = -steps_on(np.tile(g3, (1000, 1)), Adadelta()) / np.sign(g3)
    assert_allclose(steps[0], np.sqrt(1e-6 / 0.1), rtol=0.02)
    assert (np.diff(steps, axis=0) > 0).all() and (steps[-1] > 3 * steps[0]).all()
