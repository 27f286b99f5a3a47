"""Models of the first and second order: where they lead, and by how much they err."""
import numpy as np
from pictures import drawn


def test_steps_lead_where_the_formulas_say():
    for x, (descent, newton) in zip((2.1, 1.1, 0.25), drawn("models").data["ends"].values()):
        g, h = x**3 - 2 * x - 0.5, 3 * x**2 - 2
        assert np.isclose(descent, x - 0.1 * g) and np.isclose(newton, x - g / h)


def test_remainders_are_those_of_the_polynomial():
    data = drawn("models").data
    t, x = data["times"], 1.1
    cubic = x * t**3 + t**4 / 4
    assert np.allclose(data["rests"]["parabola"], cubic, rtol=1e-5, atol=1e-14)
    assert np.allclose(data["rests"]["tangent"], (3 * x**2 - 2) / 2 * t**2 + cubic, rtol=1e-5, atol=1e-14)
