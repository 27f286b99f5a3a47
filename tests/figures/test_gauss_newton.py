"""The drawn matrices are those of the run, and what is left of H beside G is the sum over the errors."""
import numpy as np
from pictures import drawn

from minnet import Objective, check
from minnet.notebook import notebook_objective


def test_the_difference_is_what_the_errors_weight():
    data = drawn("gauss_newton").data
    f = notebook_objective(0)
    for i in (0, len(data["points"]) - 1):
        theta = data["points"][i]
        y = f.loss.mean(f.net.outputs(theta, f.X))
        linear = Objective(f.net, f.X, f.net.outputs(theta, f.X) - (y - f.y), "squared_error", reduction="sum")
        bend = linear.hessian(theta) - linear.ggn(theta)
        assert np.allclose(data["H"][i] - data["G"][i], bend, rtol=0, atol=1e-10 * np.linalg.norm(data["H"][i]))
        assert np.allclose(check.hessian_from_gradients(f, theta, 1e-6), data["H"][i], rtol=0,
                           atol=1e-6 * np.linalg.norm(data["H"][i]))


def test_the_run_ends_at_a_minimum_and_the_distance_falls():
    picture = drawn("gauss_newton")
    assert picture.data["success"] and np.isclose(picture.data["distance"][-1] * 100, picture.numbers["last"])
    assert np.linalg.eigvalsh(picture.data["H"][-1] + 0.01 * np.eye(13))[0] > 0
