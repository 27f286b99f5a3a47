"""Where short steps end a run: at ‖g‖ = tol/ε, as far away as the curvature says."""
import numpy as np
from pictures import drawn


def test_gradient_descent_stops_where_theory_says():
    data = drawn("short_steps").data
    rates, by_test = data["found"]["gradient descent"]
    away = np.median(by_test["last step shorter than tol"][0])         # the smallest rate: the steep direction has died out
    assert np.allclose(away, data["tol"] / rates[0], rtol=0.05)


def test_adagrad_stops_earlier_still():
    rates, by_test = drawn("short_steps").data["found"]["Adagrad"]
    assert (np.diff(np.median(by_test["last step shorter than tol"], axis=1)) < 0).all()
