"""The two forms of Nesterov's momentum, as drawn."""
import numpy as np
from pictures import drawn


def test_the_change_of_variables_holds_at_every_step():
    data = drawn("nesterov_forms").data
    assert np.allclose(data["x_tilde"], data["x"] - 0.1 * 0.8 * data["p"], atol=1e-13)
    assert (data["error"] < 1e-13).all() and np.abs(data["x_tilde"] - data["x"]).max() > 0.1


def test_the_lectures_last_line_joins_its_iterates():
    """x̃ ← x̃ + v + α (v − v_old), with v = −ε p of the other form."""
    data = drawn("nesterov_forms").data
    v = -0.1 * data["p"]
    assert np.allclose(data["x_tilde"][1:], data["x_tilde"][:-1] + v[1:] + 0.8 * (v[1:] - v[:-1]), atol=1e-13)


def test_the_misprint_is_gradient_descent_that_climbs():
    data = drawn("nesterov_forms").data
    assert np.linalg.norm(data["printed"][-1]) > np.linalg.norm(data["printed"][0]) > 100 * np.linalg.norm(data["x"][-1])
