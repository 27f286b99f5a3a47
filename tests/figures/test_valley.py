"""A race in a valley: the rates are those of theory, and Newton needs one step from everywhere."""
import numpy as np
from pictures import drawn

from minnet import minimize, problems
from minnet.optim import GradientDescent


def test_gradient_descent_shrinks_by_the_factor_of_theory():
    f, kappa = problems.quadratic([1.0, 50.0]), 50.0
    path = minimize(f, (1.0, 0.32), GradientDescent(2 / (1 + kappa)), max_iter=60, gtol=0, record=["x"]).history["x"]
    assert np.allclose(drawn("valley").data["shown"]["gradient descent"], path)
    assert np.allclose(abs(path[1:] / path[:-1]), (kappa - 1) / (kappa + 1), rtol=1e-6)


def test_the_order_is_the_same_from_every_start():
    needed = drawn("valley").data["needed"]
    assert (needed["Newton"] == 1).all() and (needed["momentum"] > 10).all()
    assert np.median(needed["gradient descent"]) > 2 * np.median(needed["momentum"])
