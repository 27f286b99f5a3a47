"""Cubic regularisation: the minimiser of its model."""
import numpy as np
import pytest
from numpy.testing import assert_allclose

from minnet.optim.cubic import cubic_step


@pytest.mark.parametrize("lam", [[1, 2, 5], [-3, 1, 2], [-2, -2, 4], [0, 0, 1]])
@pytest.mark.parametrize("sigma", [0.1, 1.0, 30.0])
@pytest.mark.parametrize("hard", [False, True])
def test_cubic_steps_minimise_the_cubic_model(lam, sigma, hard):
    """(H + σ‖s‖ I) s = −g with H + σ‖s‖ I positive semidefinite is necessary and sufficient (Nesterov, Polyak 2006)."""
    lam, c = np.array(lam, float), np.array([0.0 if hard else 0.7, -1.0, 0.4])
    if hard and lam[1] < 0:
        c[1] = 0.0
    s = cubic_step(lam, c, sigma)
    alpha = sigma * np.linalg.norm(s)
    assert_allclose((lam + alpha) * s, -c, atol=1e-7)
    assert alpha >= -lam[0] - 1e-7
