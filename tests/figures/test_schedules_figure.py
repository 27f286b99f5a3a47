"""The learning rates drawn are the formulas, and the excess loss is counted from the true minimum."""
import numpy as np
from pictures import drawn


def test_the_rates_are_those_of_the_formulas():
    rates = drawn("schedules").data["rates"]
    t = np.arange(len(rates["cosine"]))
    assert np.allclose(rates["cosine"], 0.05 * (1 + np.cos(np.pi * t / len(t))))
    assert np.allclose(rates["inverse"], 0.1 / (1 + 0.02 * t))
    assert np.allclose(rates["step"], 0.1 * 0.3 ** (t // (len(t) // 5)))
    assert set(np.round(np.log(rates["plateau"] / 0.1) / np.log(0.3), 9) % 1) == {0.0}


def test_the_lowest_loss_is_the_lowest():
    data = drawn("schedules").data
    assert all((curve > 0).all() for curve in data["excess"].values())
    f = data["objective"]
    theta = -np.linalg.solve(f.hessian(np.zeros(f.n)), f.gradient(np.zeros(f.n)))
    assert abs(f.value(theta) - data["lowest"]) < 1e-12


def test_the_floor_of_a_constant_rate_is_near_half_the_rate_times_the_noise():
    """Near the minimum E[excess] ≈ ε tr(C)/4 for small ε, C the covariance of a minibatch's gradient there."""
    data = drawn("schedules").data
    f = data["objective"]
    theta = -np.linalg.solve(f.hessian(np.zeros(f.n)), f.gradient(np.zeros(f.n)))
    noise = (f.per_example_gradients(theta) ** 2).sum() / len(f) / 4
    late = data["excess"]["large"]
    measured = late[len(late) // 2:].mean()
    assert 0.4 < measured / (0.1 * noise / 4) < 2.5
