"""ε inside and outside the root: where the step has fallen to a half."""
import numpy as np
from pictures import drawn


def test_the_step_is_what_the_formulas_say_on_an_even_slope():
    data, nu = drawn("stabiliser").data, 1e-7
    g = data["slopes"]
    assert np.allclose(data["lengths"]["RMSProp, √a + ν"], g / (g + nu), rtol=1e-5)
    assert np.allclose(data["lengths"]["RMSProp, √(a + ν)"], g / np.sqrt(g**2 + nu), rtol=1e-5)
    assert np.allclose(data["lengths"]["Adagrad, √a + ν"], data["lengths"]["Adam, √a + ν"], rtol=1e-6)
