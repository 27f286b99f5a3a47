"""Damped steps: each part is −g/(λ + α)."""
import numpy as np
from pictures import drawn


def test_the_steps_are_those_of_the_formula():
    data = drawn("damping_limit").data
    for name, lam in (("λ = 1 and 10", [1, 10]), ("λ = −2 and 10", [-2, 10])):
        part = data[name]
        assert np.allclose(part["steps"], -part["g"] / (np.array(lam) + data["alphas"][:, None]))


def test_the_gap_to_gradient_descent_is_at_most_the_largest_eigenvalue_over_alpha():
    data = drawn("damping_limit").data
    convex = data["λ = 1 and 10"]
    assert (convex["gap"] <= 10 / data["alphas"] * (1 + 1e-9)).all() and (np.diff(convex["angle"]) < 1e-9).all()
