"""Quadratics have the spectrum, the basis and the centre that are asked for."""
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from minnet import problems


@pytest.mark.parametrize("spectrum", [[1, 2, 3], [0, 0, 5], [-1, 0, 2], [-3, -2]])
@pytest.mark.parametrize("rng", [None, 0, 7])
def test_quadratic_has_its_spectrum(spectrum, rng):
    centre = np.arange(1.0, len(spectrum) + 1)
    problem = problems.quadratic(spectrum, rng=rng, centre=centre)
    H = problem.hessian(centre)
    assert_allclose(np.linalg.eigvalsh(H), np.sort(spectrum), atol=1e-14)
    assert_allclose(problem.Q @ problem.Q.T, np.eye(len(spectrum)), atol=1e-15)
    assert_allclose(H @ problem.Q, problem.Q * problem.eigenvalues, atol=1e-14)
    assert_allclose(problem(problem.starts[0]), sum(spectrum) / 2, atol=1e-14)
    x = np.random.default_rng(5).standard_normal(len(spectrum))
    assert_allclose(problem(x), (x - centre) @ H @ (x - centre) / 2, atol=1e-14)
    assert bool(problem.minima) == (min(spectrum) >= 0)
    assert bool(problem.saddles) == (min(spectrum) < 0 < max(spectrum))


def test_quadratic_is_seeded_and_axis_parallel_without_a_seed():
    a, b, c = (problems.quadratic([1, 2, 3], rng=seed) for seed in (0, np.random.default_rng(0), 1))
    assert_array_equal(a.Q, b.Q)
    assert abs(a.Q - c.Q).max() > 0.1
    assert_array_equal(problems.quadratic([3, 1]).hessian([0, 0]), np.diag([3, 1]))


@pytest.mark.parametrize("spectrum", [1.0, [[1, 2]], [1, np.nan], [np.inf, 1], []])
def test_quadratic_refuses_what_is_no_spectrum(spectrum):
    with pytest.raises(ValueError, match="spectrum"):
        problems.quadratic(spectrum)


def test_quadratic_refuses_a_centre_of_another_length():
    with pytest.raises(ValueError, match=r"centre has shape \(3,\); expected \(2,\)"):
        problems.quadratic([1, 2], centre=[0, 0, 0])
