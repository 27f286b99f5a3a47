"""Cubic regularisation: the minimiser of its model."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

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


spectra = (
    st.lists(st.sampled_from([-3.0, -1.0, 0.0, 1e-3, 1.0, 50.0]), min_size=1, max_size=5).map(sorted).map(np.array)
)


def model(lam, c, sigma, z):
    return c @ z + lam @ z**2 / 2 + sigma * np.linalg.norm(z) ** 3 / 3


@given(spectra, st.integers(0, 9999), st.sampled_from([1e-12, 1e-2, 1.0, 1e6]))
def test_no_point_is_below_the_minimiser(lam, seed, sigma):
    rng = np.random.default_rng(seed)
    c = rng.standard_normal(len(lam)) * rng.choice([0.0, 1.0], len(lam))
    z = cubic_step(lam, c, sigma)
    lowest = model(lam, c, sigma, z)
    assert lowest <= 0
    for size in (1e-6, 1e-3, 0.3, 1.0):
        for _ in range(5):
            other = z + size * max(1e-3, np.linalg.norm(z)) * rng.standard_normal(len(lam))
            assert lowest <= model(lam, c, sigma, other) + 1e-12 * abs(lowest)


@given(spectra, st.integers(0, 9999), st.integers(-66, 66), st.sampled_from([1e-3, 1.0, 1e3]))
def test_the_minimiser_does_not_see_units(lam, seed, power, sigma):
    """Neither those of the model, in powers of 2 from 1e-20 to 1e20, nor those of z, in powers of 4."""
    c, unit = np.random.default_rng(seed).standard_normal(len(lam)), 2.0**power
    z = cubic_step(lam, c, sigma)
    assert_array_equal(cubic_step(unit * lam, unit * c, unit * sigma), z)
    assert_array_equal(cubic_step(unit * lam, unit**2 * c, sigma), unit * z)


def test_a_small_sigma_leaves_newtons_step():
    """A cubic term below the rounding of λ is none."""
    lam, c = np.array([1.0, 2.0, 5.0]), np.array([0.7, -1.0, 0.4])
    assert_allclose(cubic_step(lam, c, 1e-18), -c / lam, rtol=1e-12)


def test_the_minimiser_of_nothing_is_nothing():
    assert not cubic_step(np.zeros(3), np.zeros(3), 1.0).any()
