"""The zigzag's two paths follow their closed forms, axis by axis."""
import numpy as np
from pictures import drawn


def test_both_components_of_gradient_descent_are_geometric():
    z = drawn("zigzag").data["plain"]
    t = np.arange(len(z))
    assert np.allclose(z, z[0] * np.array([1 - 0.063, 1 - 0.063 * 30])[None] ** t[:, None], atol=1e-12)


def test_momentum_obeys_the_two_term_recurrence():
    z = drawn("zigzag").data["heavy"]
    assert np.allclose(z[2:], (1.5 - 0.063 * np.array([1, 30])) * z[1:-1] - 0.5 * z[:-2], atol=1e-12)


def test_the_velocity_is_the_unrolled_sum():
    data = drawn("zigzag").data
    t = 20
    assert np.allclose(data["p"][t], sum(0.5 ** (t - i) * data["g"][i - 1] for i in range(1, t + 1)), rtol=1e-12)
